//! Query planning: a parsed query becomes clauses with stems, filters with value numbers, and hints
//! for what is unknown in this index.

use crate::analysis::{stem, stem_without_accents};
use crate::edit_distance::find_nearest;
use crate::facet::{FacetDefinition, FacetId, ValueMatching};
use crate::fold::{fold_accents, normalise};
use crate::language::{Language, is_bigram_script, languages_of_stop_word};
use crate::layout::IndexHeader;
use crate::message::{FieldInfo, InterpretedFilter, QueryHint, SearchRequest};
use crate::segmentation::{TokenKind, for_each_index_token, for_each_token};
use crate::syntax::{self, FieldTest, ParsedQuery, QueryItem};

/// A query, ready to be looked up in one index.
#[derive(Clone, Debug, Default)]
pub struct QueryPlan {
    /// Clauses that add to the score of a record; only required phrases must match.
    pub clauses: Vec<Clause>,
    /// Words and phrases that a record must not contain.
    pub exclusions: Vec<Alternative>,
    /// Filters typed in the query.
    pub typed_filters: Vec<QueryFilter>,
    /// Filters ticked in facet panels.
    pub panel_filters: Vec<QueryFilter>,
    /// Parts of the query that were not understood.
    pub hints: Vec<QueryHint>,
    /// Whether it has so many words that each counts by itself, hyphens or not.
    pub is_long: bool,
    /// Whether something was typed that is neither a word nor a filter, so that nothing is found.
    pub has_no_words: bool,
}

/// The most items of a query in which a word with hyphens has to be met as a whole: a longer one
/// describes what is looked for, and its records have the words apart too (nDCG@10 of Cranfield).
const MAX_SHORT_ITEMS: usize = 4;

/// The most paths that [`find_paths`] returns for a query.
const MAX_PATHS: usize = 8;

/// A clause of a query: a word, a phrase, or several of them joined by `OR`.
#[derive(Clone, Debug, Default)]
pub struct Clause {
    /// The words or phrases joined by `OR`; at least one.
    pub alternatives: Vec<Alternative>,
    /// Whether it is a stop word in a query that has other words, and therefore not looked up.
    pub is_ignored: bool,
}

/// A word or a phrase: one alternative of a clause.
#[derive(Clone, Debug, Default)]
pub struct Alternative {
    /// The text as typed.
    pub text: String,
    /// Its words, in order; more than one for a phrase.
    pub words: Vec<QueryWord>,
    /// Whether the last word is a prefix, because the user is still typing.
    pub is_prefix: bool,
    /// The word of the query that this one is searched beside or instead of: a correction, or
    /// another way to write it.
    pub replaces: Option<String>,
    /// Whether it counts only in records without what was typed: a part of a word with hyphens.
    pub is_stand_in: bool,
}

/// A word of a query in the forms by which it is looked up and compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryWord {
    /// The word as normalised by [`normalise`]: lower case, with accents.
    pub form: String,
    /// The normalised word without accents.
    pub folded: String,
    /// Its distinct stems, each with the bit set of languages in which the word has that stem.
    pub stems: Vec<(String, u32)>,
}

/// A filter on records: a field with a condition that they must meet, or must not if it is negated.
#[derive(Clone, Debug)]
pub struct QueryFilter {
    /// Name of the field.
    pub field: String,
    /// Its values or range, as shown to the user.
    pub display_values: Vec<String>,
    /// Whether it is negated: matching records are excluded.
    pub is_negated: bool,
    /// The condition in terms of column values.
    pub condition: Condition,
}

/// The condition that a filter tests.
#[derive(Clone, Debug)]
pub enum Condition {
    /// The record has one of these facet values, given as numbers of the columns.
    AnyValue(Vec<(FacetId, u64)>),
    /// The record has one of these `has:` flags, given as numbers of the column.
    AnyFlag(Vec<u64>),
    /// The lift is within these bounds (inclusive), in hundredths of a percent.
    LiftRange(i64, i64),
}

impl Clause {
    /// The typed word of a clause that is one word; `None` for phrases, and words joined by `OR`.
    pub fn typed_word(&self) -> Option<&QueryWord> {
        let [first, others @ ..] = &self.alternatives[..] else { return None };
        let is_alone = others.iter().all(|other| other.replaces.is_some());
        match &first.words[..] {
            [word] if is_alone => Some(word),
            _ => None,
        }
    }

    /// Whether it is a single phrase, which records must contain in one of the ways to write it.
    pub fn is_required_phrase(&self) -> bool {
        let [phrase, others @ ..] = &self.alternatives[..] else { return false };
        let is_same = |other: &Alternative| other.replaces.is_some() && !other.is_stand_in;
        phrase.words.len() > 1 && others.iter().all(is_same)
    }

    /// The clause for the id or address of a record; it has no stems, because `terms::look_up_path`
    /// looks it up as a whole.
    pub fn from_path(path: String) -> Clause {
        let word = QueryWord { folded: path.clone(), form: path.clone(), stems: Vec::new() };
        let alternative = Alternative { text: path, words: vec![word], ..Alternative::default() };
        Clause { alternatives: vec![alternative], is_ignored: false }
    }
}

impl QueryPlan {
    /// The exclusions as they were typed, without other ways to write them.
    pub fn typed_exclusions(&self) -> impl Iterator<Item = &Alternative> {
        self.exclusions.iter().filter(|alternative| alternative.replaces.is_none())
    }

    /// The plan in the query language, for display; of a clause, the first alternative (which may
    /// be a correction) and all others that were typed.
    pub fn format(&self) -> String {
        let quoted = |alternative: &Alternative| {
            if alternative.words.len() > 1 {
                format!("\"{}\"", alternative.text)
            } else {
                alternative.text.clone()
            }
        };
        let is_first_or_typed =
            |(at, alternative): &(usize, &Alternative)| *at == 0 || alternative.replaces.is_none();
        let format_clause = |clause: &Clause| {
            let shown = clause.alternatives.iter().enumerate().filter(is_first_or_typed);
            shown.map(|(_, alternative)| quoted(alternative)).collect::<Vec<_>>().join(" OR ")
        };
        let excluded =
            self.typed_exclusions().map(|alternative| format!("-{}", quoted(alternative)));
        let filters = self.typed_filters.iter().map(QueryFilter::format);
        let parts = self.clauses.iter().map(format_clause).chain(excluded).chain(filters);
        parts.collect::<Vec<_>>().join(" ")
    }
}

impl QueryFilter {
    /// The filter in the query language.
    fn format(&self) -> String {
        let quoted = |value: &String| {
            if value.contains(' ') { format!("\"{value}\"") } else { value.clone() }
        };
        let values = self.display_values.iter().map(quoted).collect::<Vec<_>>().join(",");
        let colon = if values.starts_with(['>', '<']) { "" } else { ":" };
        let sign = if self.is_negated { "-" } else { "" };
        format!("{sign}{}{colon}{values}", self.field)
    }

    /// The filter as a response describes it.
    pub fn to_interpreted(&self) -> InterpretedFilter {
        InterpretedFilter {
            field: self.field.clone(),
            values: self.display_values.clone(),
            not: self.is_negated,
        }
    }
}

/// Plans a search request for the index with this header; what is not understood becomes a hint.
pub fn plan_query(request: &SearchRequest, header: &IndexHeader) -> QueryPlan {
    let syntax = syntax::parse_query(&request.text);
    let mut plan = QueryPlan::default();
    if syntax.has_unclosed_quote {
        plan.hints.push(new_hint(
            "unclosed-quote",
            "",
            "",
            Vec::new(),
            "the quote is never closed; it was read to the end".to_owned(),
        ));
    }
    add_items(&syntax, header, &mut plan);
    for (name, values) in &request.filters {
        if values.is_empty() {
            continue;
        }
        let filter =
            parse_filter(name, &FieldTest::Values(values.clone()), false, header, &mut plan.hints);
        plan.panel_filters.extend(filter);
    }
    ignore_stop_words(&mut plan, header);
    let asks_for_nothing =
        plan.clauses.is_empty() && plan.exclusions.is_empty() && plan.typed_filters.is_empty();
    if asks_for_nothing && plan.hints.is_empty() && !request.text.trim().is_empty() {
        plan.has_no_words = true;
        let message = format!("there is no word to look for in `{}`", request.text.trim());
        plan.hints.push(new_hint("no-words", "", request.text.trim(), Vec::new(), message));
    }
    plan
}

/// The ids or addresses of records that a query may be, in lower case: all of it (`de/unboxing`),
/// then what is left behind each slash, because an address or file name may be pasted with folders
/// before it. Empty for a query with white space or without a slash.
pub fn find_paths(text: &str) -> Vec<String> {
    let text = text.trim();
    if text.contains(char::is_whitespace) || !text.contains('/') {
        return Vec::new();
    }
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let path = text.trim_end_matches("index.html").trim_matches('/');
    let path = path.strip_suffix(".md").unwrap_or(path).to_lowercase();
    let folders = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
    std::iter::once(path.as_str()).chain(folders).take(MAX_PATHS).map(str::to_owned).collect()
}

/// Adds the items of a parsed query to the plan. Its last word is also the beginning of longer
/// ones, whether it is still being typed or was sent, so that one query has one answer.
fn add_items(syntax: &ParsedQuery, header: &IndexHeader, plan: &mut QueryPlan) {
    let last = syntax.items.len().wrapping_sub(1);
    plan.is_long = syntax.items.len() > MAX_SHORT_ITEMS;
    let mut is_joined = false;
    for (at, item) in syntax.items.iter().enumerate() {
        let is_prefix = at == last;
        match item {
            QueryItem::Or => is_joined = true,
            QueryItem::Word { text, is_negated } => {
                let alternative = parse_alternative(text, is_prefix, header);
                add_alternative(plan, alternative, *is_negated, is_joined, false, header);
            }
            QueryItem::Phrase { text, is_negated } => add_alternative(
                plan,
                parse_alternative(text, false, header),
                *is_negated,
                is_joined,
                true,
                header,
            ),
            QueryItem::Field { name, test, is_negated, text } => {
                match parse_filter(name, test, *is_negated, header, &mut plan.hints) {
                    Some(filter) => plan.typed_filters.push(filter),
                    None if is_field(name, header) => {}
                    // An unknown field is usually a word that happens to be followed by a colon.
                    None => add_alternative(
                        plan,
                        parse_alternative(text, is_prefix, header),
                        *is_negated,
                        is_joined,
                        false,
                        header,
                    ),
                }
            }
        }
        if !matches!(item, QueryItem::Or) {
            is_joined = false;
        }
    }
}

/// Adds a word or phrase to the plan: as an exclusion if negated, to the last clause if `OR` joins
/// it to that, else as a clause of its own. Several words that are no phrase become one clause
/// each; a text without words adds nothing.
fn add_alternative(
    plan: &mut QueryPlan,
    alternative: Alternative,
    is_negated: bool,
    is_joined: bool,
    is_phrase: bool,
    header: &IndexHeader,
) {
    if alternative.words.is_empty() {
        return;
    }
    if is_negated {
        let joined = joined_word(&alternative, header);
        plan.exclusions.extend(std::iter::once(alternative).chain(joined));
        return;
    }
    if is_joined && let Some(clause) = plan.clauses.last_mut() {
        clause.alternatives.push(alternative);
        return;
    }
    if is_phrase {
        let joined = joined_word(&alternative, header);
        let alternatives = std::iter::once(alternative).chain(joined).collect();
        plan.clauses.push(Clause { alternatives, is_ignored: false });
        return;
    }
    if !plan.is_long && is_hyphenated(&alternative.text) {
        plan.clauses.push(hyphenated_clause(alternative, header));
        return;
    }
    plan.clauses.extend(split_words(alternative));
}

/// Whether a text is at least two words that hyphens join, or letters that a slash, ampersand or
/// point joins: `check-out`, `A/B`.
fn is_hyphenated(text: &str) -> bool {
    let (mut words, mut joined, mut others) = (0, 0, 0);
    for_each_index_token(text, |span| match span.kind {
        TokenKind::Word => words += 1,
        TokenKind::Joined => joined += 1,
        _ => others += 1,
    });
    words >= 2 && joined + 1 == words && others == 0
}

/// The word that two words of a phrase make together (`check out`, `checkout`), as another way to
/// write it; `None` for any other phrase, and for figures.
fn joined_word(phrase: &Alternative, header: &IndexHeader) -> Option<Alternative> {
    let [first, second] = &phrase.words[..] else { return None };
    let is_letters = |word: &QueryWord| {
        word.form.chars().all(char::is_alphabetic) && !word.form.starts_with(is_bigram_script)
    };
    (is_letters(first) && is_letters(second)).then(|| {
        let joined = format!("{}{}", first.form, second.form);
        let replaces = Some(phrase.text.clone());
        Alternative { replaces, ..parse_alternative(&joined, phrase.is_prefix, header) }
    })
}

/// The clause for words that hyphens join: as a phrase, which is how they are cut, or written as one
/// word; records without either may have the single words.
fn hyphenated_clause(typed: Alternative, header: &IndexHeader) -> Clause {
    let replaces = Some(typed.text.clone());
    let is_small = |word: &QueryWord| languages_of_stop_word(&word.form) != 0;
    let parts: Vec<Alternative> = split_words(typed.clone())
        .flat_map(|clause| clause.alternatives)
        .filter(|part| !is_small(&part.words[0]))
        .map(|part| Alternative { replaces: replaces.clone(), is_stand_in: true, ..part })
        .collect();
    let joined = joined_word(&typed, header);
    let mut alternatives = vec![Alternative { is_prefix: false, ..typed }];
    alternatives.extend(joined);
    alternatives.extend(parts);
    Clause { alternatives, is_ignored: false }
}

/// Several words without quotes, or Japanese text, as one clause each.
fn split_words(alternative: Alternative) -> impl Iterator<Item = Clause> {
    let last = alternative.words.len() - 1;
    let (whole, is_prefix) = (alternative.text, alternative.is_prefix);
    alternative.words.into_iter().enumerate().map(move |(at, word)| {
        let text = if last == 0 { whole.clone() } else { word.form.clone() };
        // One character of a script without spaces is found as the beginning of two.
        let is_one_character =
            word.form.starts_with(is_bigram_script) && word.form.chars().nth(1).is_none();
        let single = Alternative {
            text,
            words: vec![word],
            is_prefix: is_prefix && at == last || is_one_character,
            ..Alternative::default()
        };
        Clause { alternatives: vec![single], is_ignored: false }
    })
}

/// A typed word or phrase, each of its words stemmed in every language of the index. `is_prefix`
/// says whether its last word may be the beginning of a longer one.
pub fn parse_alternative(text: &str, is_prefix: bool, header: &IndexHeader) -> Alternative {
    let mut words = Vec::new();
    for_each_token(text, |span| words.push(parse_word(&text[span.start..span.end], header)));
    Alternative { text: text.to_owned(), words, is_prefix, ..Alternative::default() }
}

/// A typed word with its normalised forms, and its stems in every language of the index.
fn parse_word(typed: &str, header: &IndexHeader) -> QueryWord {
    let form = normalise(typed, Language::Plain);
    let folded = fold_accents(&form);
    let mut stems: Vec<(String, u32)> = Vec::new();
    if form.starts_with(is_bigram_script) {
        stems.push((form.clone(), u32::MAX));
    } else {
        // Records in a language without a stemmer contain the unstemmed word; others may too, for
        // names and loanwords.
        stems.push((folded.clone(), u32::MAX));
        for number in 1..crate::language::LANGUAGE_COUNT as u8 {
            let language = Language::from_number(number);
            if header.languages & language.bit() == 0 {
                continue;
            }
            let form = normalise(typed, language);
            let stem = stem(&form, language);
            let unaccented = stem_without_accents(&form, &stem, language);
            for stem in std::iter::once(stem).chain(unaccented) {
                match stems.iter_mut().find(|(known, _)| *known == stem) {
                    Some((_, languages)) => *languages |= language.bit(),
                    None => stems.push((stem, language.bit())),
                }
            }
        }
    }
    QueryWord { form, folded, stems }
}

/// Marks the stop words of the language of a query as ignored, unless it has no others. A language
/// is that of the query if it is English, which is everywhere, or if the query has two of its stop
/// words: a single `van` or `door` is a word of what is looked for.
fn ignore_stop_words(plan: &mut QueryPlan, header: &IndexHeader) {
    let languages_of: Vec<u32> = plan
        .clauses
        .iter()
        .map(|clause| {
            languages_of_stop_clause(clause) & (header.languages | Language::English.bit())
        })
        .collect();
    if languages_of.iter().all(|languages| *languages != 0) {
        return;
    }
    let is_of_query = |language: &Language| {
        let count = languages_of.iter().filter(|set| **set & language.bit() != 0).count();
        *language == Language::English || count >= 2
    };
    let of_query =
        Language::all().filter(is_of_query).fold(0, |set, language| set | language.bit());
    for (clause, languages) in plan.clauses.iter_mut().zip(languages_of) {
        clause.is_ignored = languages & of_query != 0;
    }
}

/// The bit set of the languages in which a clause is a stop word; 0 for other words and phrases.
fn languages_of_stop_clause(clause: &Clause) -> u32 {
    clause.alternatives.iter().fold(u32::MAX, |set, alternative| match &alternative.words[..] {
        [word] => set & languages_of_stop_word(&word.form),
        _ => 0,
    })
}

// --- filters

/// Fields of the query language that are not facets, each with its kind (see [`FieldInfo::kind`]).
const NON_FACET_FIELDS: [(&str, &str); 2] = [("lift", "number"), ("has", "flag")];

/// Whether queries have a field of this name: a facet, by name, plural or alias, or one of
/// [`NON_FACET_FIELDS`].
fn is_field(name: &str, header: &IndexHeader) -> bool {
    header.find_facet(name).is_some() || NON_FACET_FIELDS.iter().any(|(known, _)| *known == name)
}

/// All fields of the query language with their values in this index, for suggestions and help.
pub fn list_fields(header: &IndexHeader) -> Vec<FieldInfo> {
    let facets = header.facets.iter().map(|facet| FieldInfo {
        name: facet.definition.name.clone(),
        aliases: vec![format!("{}s", facet.definition.name)],
        kind: "facet".to_owned(),
        values: facet.values.clone(),
        panel: facet.definition.panel,
    });
    let others = NON_FACET_FIELDS.into_iter().map(|(name, kind)| FieldInfo {
        name: name.to_owned(),
        aliases: Vec::new(),
        kind: kind.to_owned(),
        values: if name == "has" { header.has.clone() } else { Vec::new() },
        panel: None,
    });
    facets.chain(others).collect()
}

/// The filter on the field `name`, typed in a query or ticked in a panel; `None`, with a hint
/// added, if there is no such field or its test has no meaning.
fn parse_filter(
    name: &str,
    test: &FieldTest,
    is_negated: bool,
    header: &IndexHeader,
    hints: &mut Vec<QueryHint>,
) -> Option<QueryFilter> {
    if let Some(facet) = header.find_facet(name) {
        return parse_facet_filter(facet, test, is_negated, header, hints);
    }
    match name {
        "has" => parse_has_filter(test, is_negated, header, hints),
        "lift" => parse_lift_filter(test, is_negated, hints),
        _ => {
            let known = header
                .facets
                .iter()
                .map(|facet| facet.definition.name.as_str())
                .chain(NON_FACET_FIELDS.into_iter().map(|(name, _)| name));
            let near = to_strings(find_nearest(name, known));
            let message = format!("`{name}` is not a field{}", did_you_mean(&near));
            hints.push(new_hint("unknown-field", name, "", near, message));
            None
        }
    }
}

/// The filter on a facet, with the column numbers of all values that `test` finds; `None`, with a
/// hint added, if the test names no value. For unknown values and empty ranges a hint is added too,
/// and the filter finds nothing by them.
fn parse_facet_filter(
    facet: FacetId,
    test: &FieldTest,
    is_negated: bool,
    header: &IndexHeader,
    hints: &mut Vec<QueryHint>,
) -> Option<QueryFilter> {
    let name = header.facet(facet).definition.name.as_str();
    let values_found: Vec<(FacetId, u64)> = match test {
        FieldTest::Values(values) if values.is_empty() => {
            hints.push(new_hint(
                "empty-filter",
                name,
                "",
                Vec::new(),
                format!("`{name}:` needs a value"),
            ));
            return None;
        }
        FieldTest::Values(values) => {
            values.iter().flat_map(|value| resolve_value(facet, value, header, hints)).collect()
        }
        FieldTest::Range(from, to) => find_values_between(facet, from, to, header),
        FieldTest::Above(bound) => {
            exclude_bound(facet, find_values_between(facet, bound, "", header), bound, header)
        }
        FieldTest::Below(bound) => {
            exclude_bound(facet, find_values_between(facet, "", bound, header), bound, header)
        }
    };
    let display_values = match test {
        FieldTest::Values(values) => {
            values.iter().map(|value| to_canonical_value(facet, value, header)).collect()
        }
        FieldTest::Range(from, to) => vec![format!("{from}..{to}")],
        FieldTest::Above(bound) => vec![format!(">{bound}")],
        FieldTest::Below(bound) => vec![format!("<{bound}")],
    };
    if values_found.is_empty() && !matches!(test, FieldTest::Values(_)) {
        let message = format!("no {name} lies in that range");
        hints.push(new_hint("bad-range", name, &display_values.join(","), Vec::new(), message));
    }
    Some(QueryFilter {
        field: name.to_owned(),
        display_values,
        is_negated,
        condition: Condition::AnyValue(values_found),
    })
}

/// The form in which values are compared: without accents, with one hyphen for each run of other
/// characters than letters and digits.
fn to_slug(value: &str) -> String {
    let mut slug = String::new();
    for letter in fold_accents(value).chars() {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// A typed value as the index spells it, if it finds exactly one value of the facet; otherwise as
/// typed.
fn to_canonical_value(facet: FacetId, value: &str, header: &IndexHeader) -> String {
    let found = resolve_value(facet, value, header, &mut Vec::new());
    match found[..] {
        [(facet, number)] => header.facet(facet).values[number as usize].clone(),
        _ => value.to_owned(),
    }
}

/// The column numbers that a typed value refers to, by the value itself or one of its names, in the
/// facet or else in its fallback. Adds a hint if there are none.
fn resolve_value(
    facet: FacetId,
    value: &str,
    header: &IndexHeader,
    hints: &mut Vec<QueryHint>,
) -> Vec<(FacetId, u64)> {
    let typed = to_slug(value);
    let facets: Vec<FacetId> =
        std::iter::once(facet).chain(header.facet(facet).definition.fallback).collect();
    for &facet in &facets {
        let found = find_matching_values(facet, &typed, header);
        if !found.is_empty() {
            return found;
        }
    }
    for &facet in &facets {
        let named = header
            .names
            .iter()
            .filter(|names| names.facet == facet && names.all().any(|name| to_slug(name) == typed));
        let found: Vec<_> = named
            .flat_map(|names| find_matching_values(facet, &to_slug(&names.value), header))
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    hints.push(unknown_value_hint(&facets, value, &typed, header));
    Vec::new()
}

/// The values of a facet that the slug `typed` finds by the rule of the facet (see
/// [`crate::facet::ValueMatching`]), as column numbers.
fn find_matching_values(facet: FacetId, typed: &str, header: &IndexHeader) -> Vec<(FacetId, u64)> {
    let matching = header.facet(facet).definition.matching;
    find_values(facet, header, |value| matching.matches(value, typed))
}

/// The values of a facet whose slug passes a test, as column numbers.
fn find_values(
    facet: FacetId,
    header: &IndexHeader,
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<(FacetId, u64)> {
    let values = header.facet(facet).values.iter().enumerate();
    values
        .filter(|(_, value)| is_wanted(&to_slug(value)))
        .map(|(number, _)| (facet, number as u64))
        .collect()
}

/// The hint that no facet of `facets` has `value` (as a slug, `typed`), with up to three values
/// whose spelling or names are similar. The message calls it a value of the first facet, which the
/// query names.
fn unknown_value_hint(
    facets: &[FacetId],
    value: &str,
    typed: &str,
    header: &IndexHeader,
) -> QueryHint {
    let mut suggestions: Vec<String> = Vec::new();
    for &facet in facets {
        let values = &header.facet(facet).values;
        suggestions.extend(to_strings(find_nearest(typed, values.iter().map(String::as_str))));
        let named = header.names.iter().filter(|names| names.facet == facet);
        for names in named {
            if names
                .all()
                .any(|name| !find_nearest(typed, [to_slug(name).as_str()].into_iter()).is_empty())
                && find_matching_values(facet, &to_slug(&names.value), header).len() == 1
            {
                suggestions.push(names.value.clone());
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    suggestions.retain(|name| seen.insert(name.clone()));
    suggestions.truncate(3);
    let FacetDefinition { name, matching, .. } = &header.facet(facets[0]).definition;
    if *matching == ValueMatching::Period {
        let message = if is_period(typed) {
            format!("nothing was {name} in `{value}`{}", did_you_mean(&suggestions))
        } else {
            format!(
                "`{value}` is no day, month or year; write `{name}:2026-11`, `{name}:2026-11-03`, `{name}:2026` or `{name}:2026-10..2026-11`"
            )
        };
        return new_hint("unknown-value", name, value, suggestions, message);
    }
    let message = format!("`{value}` is not a known {name}{}", did_you_mean(&suggestions));
    new_hint("unknown-value", name, value, suggestions, message)
}

/// Whether a slug has the form of a year, month or day: `2026`, `2026-11`, `2026-11-03`.
fn is_period(typed: &str) -> bool {
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = typed.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    parts.iter().all(|part| are_digits(part)) && [4, 2, 2].starts_with(&lengths)
}

/// The values of a facet between two bounds, both included and given in either order, compared as
/// slugs; an empty bound is unlimited.
fn find_values_between(
    facet: FacetId,
    from: &str,
    to: &str,
    header: &IndexHeader,
) -> Vec<(FacetId, u64)> {
    let (from, to) = (to_slug(from), to_slug(to));
    let (from, to) =
        if !from.is_empty() && !to.is_empty() && from > to { (to, from) } else { (from, to) };
    let matching = header.facet(facet).definition.matching;
    find_values(facet, header, |value| {
        (from.is_empty() || value >= &*from) && (to.is_empty() || matching.is_at_most(value, &to))
    })
}

/// Those of `values_found`, all of one facet, that `bound` does not find: what is left of a
/// range that begins above or ends below it.
fn exclude_bound(
    facet: FacetId,
    values_found: Vec<(FacetId, u64)>,
    bound: &str,
    header: &IndexHeader,
) -> Vec<(FacetId, u64)> {
    let bound = to_slug(bound);
    let FacetDefinition { matching, .. } = header.facet(facet).definition;
    let values = &header.facet(facet).values;
    let is_bound = |value: &str| match matching {
        ValueMatching::Period => matching.matches(value, &bound),
        _ => value == bound,
    };
    values_found
        .into_iter()
        .filter(|(_, number)| !is_bound(&to_slug(&values[*number as usize])))
        .collect()
}

/// The filter of a `has:` test, with the numbers of its flags in the column; `None`, with a hint
/// added, for a range or no flag. For an unknown flag a hint is added too, and it is left out.
fn parse_has_filter(
    test: &FieldTest,
    is_negated: bool,
    header: &IndexHeader,
    hints: &mut Vec<QueryHint>,
) -> Option<QueryFilter> {
    let FieldTest::Values(values) = test else {
        hints.push(new_hint(
            "bad-range",
            "has",
            "",
            Vec::new(),
            "`has:` takes names, not a range".to_owned(),
        ));
        return None;
    };
    if values.is_empty() {
        hints.push(new_hint(
            "empty-filter",
            "has",
            "",
            Vec::new(),
            "`has:` needs a value".to_owned(),
        ));
        return None;
    }
    let mut numbers = Vec::new();
    for value in values {
        let typed = to_slug(value);
        match header.has.iter().position(|flag| *flag == typed || format!("{typed}s") == *flag) {
            Some(number) => numbers.push(number as u64),
            None => {
                let near = to_strings(find_nearest(&typed, header.has.iter().map(String::as_str)));
                let message = format!("no record has `{value}`{}", did_you_mean(&near));
                hints.push(new_hint("unknown-value", "has", value, near, message));
            }
        }
    }
    Some(QueryFilter {
        field: "has".to_owned(),
        display_values: values.clone(),
        is_negated,
        condition: Condition::AnyFlag(numbers),
    })
}

/// The filter of a `lift` test, with its bounds in hundredths of a percent; `None`, with a hint
/// added, if a bound is not a number.
fn parse_lift_filter(
    test: &FieldTest,
    is_negated: bool,
    hints: &mut Vec<QueryHint>,
) -> Option<QueryFilter> {
    let open = |text: &str, otherwise: i64| {
        if text.is_empty() { Some(otherwise) } else { parse_hundredths(text) }
    };
    let (bounds, display_values) = match test {
        FieldTest::Values(values) => (
            values.first().and_then(|value| parse_hundredths(value)).map(|value| (value, value)),
            values.join(","),
        ),
        FieldTest::Range(from, to) => {
            (open(from, i64::MIN).zip(open(to, i64::MAX)), format!("{from}..{to}"))
        }
        FieldTest::Above(bound) => {
            (parse_hundredths(bound).map(|bound| (bound + 1, i64::MAX)), format!(">{bound}"))
        }
        FieldTest::Below(bound) => {
            (parse_hundredths(bound).map(|bound| (i64::MIN, bound - 1)), format!("<{bound}"))
        }
    };
    let Some((from, to)) = bounds else {
        hints.push(new_hint(
            "bad-range",
            "lift",
            &display_values,
            Vec::new(),
            "`lift` needs a number, such as `lift>10` or `lift:5..10`".to_owned(),
        ));
        return None;
    };
    Some(QueryFilter {
        field: "lift".to_owned(),
        display_values: vec![display_values],
        is_negated,
        condition: Condition::LiftRange(from, to),
    })
}

/// A percentage in hundredths, rounded: `-12,5` and `-12.5%` are -1250. `None` for what is no number
/// or has more than twelve digits before the point. Parsing as `f64` would need tables that are
/// 13 kB of what the browser loads.
fn parse_hundredths(text: &str) -> Option<i64> {
    let text = text.trim_end_matches('%');
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let are_digits = whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit());
    if !are_digits || whole.len() > 12 || whole.len() + decimals.len() == 0 {
        return None;
    }
    // Thousandths, to round by the last digit.
    let digits = whole.bytes().chain(decimals.bytes().chain(*b"000").take(3));
    let thousandths = digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
    let hundredths = (thousandths + 5) / 10;
    Some(if is_negative { -hundredths } else { hundredths })
}

/// The hint that no record has the word `typed`, which proposes `near`, a word of similar spelling.
pub fn not_found_hint(typed: &str, near: &str) -> QueryHint {
    let message = format!("nothing for `{typed}`; did you mean `{near}`?");
    new_hint("not-found", "", typed, vec![near.to_owned()], message)
}

/// A hint about a field and a value as typed, either of which may be empty; `code` is one of those
/// that [`QueryHint::code`] lists.
fn new_hint(
    code: &str,
    field: &str,
    value: &str,
    nearest: Vec<String>,
    message: String,
) -> QueryHint {
    QueryHint {
        code: code.to_owned(),
        field: field.to_owned(),
        value: value.to_owned(),
        nearest,
        message,
    }
}

/// The end of a message that proposes the first of some similar names; empty if there are none.
fn did_you_mean(near: &[String]) -> String {
    match near.first() {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}

/// The names as strings of their own, for a hint to keep.
fn to_strings(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::parse_hundredths;

    #[test]
    fn percentages_are_read_in_hundredths() {
        for (text, hundredths) in [
            ("10", Some(1000)),
            ("-12,5%", Some(-1250)),
            ("+0.125", Some(13)),
            (".5", Some(50)),
            ("5.", Some(500)),
            ("1.0049", Some(100)),
            ("999999999999", Some(99_999_999_999_900)),
            ("1000000000000", None),
            ("1.2.3", None),
            ("-", None),
            (".", None),
            ("", None),
            ("many", None),
            ("1e3", None),
        ] {
            assert_eq!(parse_hundredths(text), hundredths, "{text}");
        }
    }
}
