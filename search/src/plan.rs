//! What a query asks for in a given hub: words with their stems, filters with their numbers, hints for what is unknown.

use crate::analysis::{pieces, stem};
use crate::entry::Facet;
use crate::fold::{fold, lower};
use crate::language::{Language, is_paired, is_small_word};
use crate::layout::Head;
use crate::message::{FieldInfo, Hint, ReadFilter, Request};
use crate::near::nearest;
use crate::syntax::{self, Item, Syntax, Test};

/// A query, ready to be looked up.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What is looked for; a record that has more of it ranks higher.
    pub slots: Vec<Slot>,
    /// What must not occur.
    pub nots: Vec<Unit>,
    /// Conditions typed in the query.
    pub typed: Vec<Filter>,
    /// Conditions ticked in panels.
    pub ticked: Vec<Filter>,
    /// What was not understood.
    pub hints: Vec<Hint>,
}

/// One thing looked for: a word, a phrase, or several joined by `OR`.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// The alternatives.
    pub units: Vec<Unit>,
    /// A small word beside real ones: not looked up.
    pub idle: bool,
}

/// A word or a phrase.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// As typed.
    pub text: String,
    /// Its words; several for a phrase.
    pub words: Vec<Word>,
    /// The last word may be unfinished.
    pub prefix: bool,
    /// A word that replaces a misspelt one.
    pub replaces: Option<String>,
}

/// A word of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// In lower case.
    pub form: String,
    /// Without accents.
    pub folded: String,
    /// Its stems, each with the set of languages in which it has that stem.
    pub stems: Vec<(String, u32)>,
}

/// A condition on records.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The field as shown.
    pub field: String,
    /// Its values as shown.
    pub shown: Vec<String>,
    /// Whether it excludes.
    pub not: bool,
    /// The condition itself.
    pub condition: Condition,
}

/// What a record must have.
#[derive(Clone, Debug)]
pub enum Condition {
    /// One of these values (numbers in the columns).
    Any(Vec<(Facet, u64)>),
    /// One of these flags.
    Has(Vec<u64>),
    /// A lift within these bounds, in hundredths of a percent.
    Lift(i64, i64),
}

impl Filter {
    /// How the reading shows it.
    pub fn read(&self) -> ReadFilter {
        ReadFilter { field: self.field.clone(), values: self.shown.clone(), not: self.not }
    }

    /// The facet whose panel it belongs to.
    pub fn facet(&self) -> Option<Facet> {
        Facet::from_name(&self.field)
    }
}

/// Plans a request for the hub of `head`.
pub fn plan(request: &Request, head: &Head) -> Plan {
    let syntax = syntax::parse(&request.text);
    let mut plan = Plan::default();
    if syntax.unclosed_quote {
        plan.hints.push(hint("unclosed-quote", "", "", Vec::new(), "the quote is never closed; it was read to the end".to_owned()));
    }
    read_items(&syntax, request.prefix_last, head, &mut plan);
    for (name, values) in &request.filters {
        if values.is_empty() {
            continue;
        }
        let filter = filter(name, &Test::Values(values.clone()), false, head, &mut plan.hints);
        plan.ticked.extend(filter);
    }
    rest_small_words(&mut plan, head);
    plan
}

fn read_items(syntax: &Syntax, prefix_last: bool, head: &Head, plan: &mut Plan) {
    let last = syntax.items.len().wrapping_sub(1);
    let mut joins = false;
    for (at, item) in syntax.items.iter().enumerate() {
        let prefix = prefix_last && syntax.open_ended && at == last;
        match item {
            Item::Or => joins = true,
            Item::Word { text, not } => {
                let unit = unit(text, prefix, head);
                put_unit(plan, unit, *not, joins, false);
            }
            Item::Phrase { text, not } => put_unit(plan, unit(text, false, head), *not, joins, true),
            Item::Field { name, test, not, text } => match filter(name, test, *not, head, &mut plan.hints) {
                Some(filter) => plan.typed.push(filter),
                None if is_field(name) => {}
                // An unknown field is most often just a word before a colon.
                None => put_unit(plan, unit(text, prefix, head), *not, joins, false),
            },
        }
        if !matches!(item, Item::Or) {
            joins = false;
        }
    }
}

fn put_unit(plan: &mut Plan, unit: Unit, not: bool, joins: bool, phrase: bool) {
    if unit.words.is_empty() {
        return;
    }
    if not {
        plan.nots.push(unit);
        return;
    }
    if joins && let Some(slot) = plan.slots.last_mut() {
        slot.units.push(unit);
        return;
    }
    if phrase {
        plan.slots.push(Slot { units: vec![unit], idle: false });
        return;
    }
    // Several words without quotes (`free-shipping`, or a run of Japanese) are so many slots.
    let last = unit.words.len() - 1;
    for (at, word) in unit.words.into_iter().enumerate() {
        let text = if last == 0 { unit.text.clone() } else { word.form.clone() };
        let single = Unit { text, words: vec![word], prefix: unit.prefix && at == last, replaces: None };
        plan.slots.push(Slot { units: vec![single], idle: false });
    }
}

/// The words of a typed text, stemmed in every language of the hub.
pub fn unit(text: &str, prefix: bool, head: &Head) -> Unit {
    let mut words = Vec::new();
    pieces(text, |piece| words.push(word(&text[piece.start..piece.end], head)));
    Unit { text: text.to_owned(), words, prefix, replaces: None }
}

fn word(typed: &str, head: &Head) -> Word {
    let form = lower(typed, Language::Plain);
    let folded = fold(&form);
    let mut stems: Vec<(String, u32)> = Vec::new();
    if form.starts_with(is_paired) {
        stems.push((form.clone(), u32::MAX));
    } else {
        // A record whose language has no stemmer holds the word as it is; so may any other, for names and loanwords.
        stems.push((folded.clone(), u32::MAX));
        for number in 1..crate::language::LANGUAGES as u8 {
            let language = Language::from_number(number);
            if head.languages & language.bit() == 0 {
                continue;
            }
            let stem = stem(&lower(typed, language), language);
            match stems.iter_mut().find(|(known, _)| *known == stem) {
                Some((_, languages)) => *languages |= language.bit(),
                None => stems.push((stem, language.bit())),
            }
        }
    }
    Word { form, folded, stems }
}

fn rest_small_words(plan: &mut Plan, head: &Head) {
    let small = |slot: &Slot| {
        slot.units
            .iter()
            .all(|unit| unit.words.len() == 1 && !unit.prefix && is_small_word(&unit.words[0].form, head.languages | Language::English.bit()))
    };
    if plan.slots.iter().all(small) {
        return;
    }
    for slot in &mut plan.slots {
        slot.idle = small(slot);
    }
}

// --- fields

/// Fields that are no facets, with their kind.
const OTHER_FIELDS: [(&str, &str); 2] = [("lift", "number"), ("has", "flag")];

fn is_field(name: &str) -> bool {
    Facet::from_name(name).is_some() || OTHER_FIELDS.iter().any(|(known, _)| *known == name)
}

/// The fields of this hub, for suggestions and help.
pub fn fields(head: &Head) -> Vec<FieldInfo> {
    let facets = Facet::ALL.into_iter().map(|facet| FieldInfo {
        name: facet.name().to_owned(),
        aliases: vec![format!("{}s", facet.name())],
        kind: "facet".to_owned(),
        values: head.facets.get(&facet).cloned().unwrap_or_default(),
    });
    let others = OTHER_FIELDS.into_iter().map(|(name, kind)| FieldInfo {
        name: name.to_owned(),
        aliases: Vec::new(),
        kind: kind.to_owned(),
        values: if name == "has" { head.has.clone() } else { Vec::new() },
    });
    facets.chain(others).collect()
}

fn filter(name: &str, test: &Test, not: bool, head: &Head, hints: &mut Vec<Hint>) -> Option<Filter> {
    if let Some(facet) = Facet::from_name(name) {
        return facet_filter(facet, test, not, head, hints);
    }
    match name {
        "has" => has_filter(test, not, head, hints),
        "lift" => lift_filter(test, not, hints),
        _ => {
            let known = Facet::ALL.into_iter().map(Facet::name).chain(OTHER_FIELDS.into_iter().map(|(name, _)| name));
            let near = owned(nearest(name, known));
            let message = format!("`{name}` is not a field{}", did_you_mean(&near));
            hints.push(hint("unknown-field", name, "", near, message));
            None
        }
    }
}

fn facet_filter(facet: Facet, test: &Test, not: bool, head: &Head, hints: &mut Vec<Hint>) -> Option<Filter> {
    let numbered: Vec<(Facet, u64)> = match test {
        Test::Values(values) if values.is_empty() => {
            hints.push(hint("empty-filter", facet.name(), "", Vec::new(), format!("`{}:` needs a value", facet.name())));
            return None;
        }
        Test::Values(values) => values.iter().flat_map(|value| numbers_of(facet, value, head, hints)).collect(),
        Test::Range(from, to) => between(facet, from, to, head),
        Test::Above(bound) => strictly(facet, between(facet, bound, "", head), bound, head),
        Test::Below(bound) => strictly(facet, between(facet, "", bound, head), bound, head),
    };
    let shown = match test {
        Test::Values(values) => values.iter().map(|value| canonical(facet, value, head)).collect(),
        Test::Range(from, to) => vec![format!("{from}..{to}")],
        Test::Above(bound) => vec![format!(">{bound}")],
        Test::Below(bound) => vec![format!("<{bound}")],
    };
    if numbered.is_empty() && !matches!(test, Test::Values(_)) {
        let message = format!("no {} lies in that range", facet.name());
        hints.push(hint("bad-range", facet.name(), &shown.join(","), Vec::new(), message));
    }
    Some(Filter { field: facet.name().to_owned(), shown, not, condition: Condition::Any(numbered) })
}

/// How values are compared: folded, and with a hyphen for whatever is no letter or digit.
fn slug(value: &str) -> String {
    let mut slug = String::new();
    for letter in fold(value).chars() {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn canonical(facet: Facet, value: &str, head: &Head) -> String {
    let found = numbers_of(facet, value, head, &mut Vec::new());
    match found[..] {
        [(facet, number)] => head.facets.get(&facet).and_then(|values| values.get(number as usize)).cloned().unwrap_or_else(|| value.to_owned()),
        _ => value.to_owned(),
    }
}

/// The numbers a typed value stands for: the value itself, a group in place of a market, a name of the value.
fn numbers_of(facet: Facet, value: &str, head: &Head, hints: &mut Vec<Hint>) -> Vec<(Facet, u64)> {
    let typed = slug(value);
    let facets: &[Facet] = match facet {
        Facet::Market => &[Facet::Market, Facet::Group],
        Facet::Group => &[Facet::Group, Facet::Market],
        _ => &[facet],
    };
    for &facet in facets {
        let found = numbers_in(facet, &typed, head);
        if !found.is_empty() {
            return found;
        }
    }
    for &facet in facets {
        let named = head.names.iter().filter(|names| names.facet == facet && names.all().any(|name| slug(name) == typed));
        let found: Vec<_> = named.flat_map(|names| numbers_in(facet, &slug(&names.value), head)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    hints.push(unknown_value(facet, facets, value, &typed, head));
    Vec::new()
}

fn numbers_in(facet: Facet, typed: &str, head: &Head) -> Vec<(Facet, u64)> {
    let values = head.facets.get(&facet).map_or(&[][..], Vec::as_slice);
    let fits = |value: &String| {
        let value = slug(value);
        // `language:pt` finds `pt-BR`; `type:study` finds `case-study`; `owner:crm` finds `crm-brazil`.
        value == typed
            || facet == Facet::Owner && format!("-{value}-").contains(&format!("-{typed}-"))
            || facet == Facet::Language && value.split('-').next() == Some(typed)
            || facet == Facet::Type && (value.ends_with(&format!("-{typed}")) || typed.strip_suffix('s') == Some(value.as_str()))
    };
    values.iter().enumerate().filter(|(_, value)| fits(value)).map(|(number, _)| (facet, number as u64)).collect()
}

fn unknown_value(facet: Facet, facets: &[Facet], value: &str, typed: &str, head: &Head) -> Hint {
    let mut near: Vec<String> = Vec::new();
    for &facet in facets {
        let values = head.facets.get(&facet).map_or(&[][..], Vec::as_slice);
        near.extend(owned(nearest(typed, values.iter().map(String::as_str))));
        let named = head.names.iter().filter(|names| names.facet == facet);
        for names in named {
            if names.all().any(|name| !nearest(typed, [slug(name).as_str()].into_iter()).is_empty())
                && numbers_in(facet, &slug(&names.value), head).len() == 1
            {
                near.push(names.value.clone());
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    near.retain(|name| seen.insert(name.clone()));
    near.truncate(3);
    let message = format!("`{value}` is not a known {}{}", facet.name(), did_you_mean(&near));
    hint("unknown-value", facet.name(), value, near, message)
}

fn between(facet: Facet, from: &str, to: &str, head: &Head) -> Vec<(Facet, u64)> {
    let (from, to) = (slug(from), slug(to));
    let (from, to) = if !from.is_empty() && !to.is_empty() && from > to { (to, from) } else { (from, to) };
    let values = head.facets.get(&facet).map_or(&[][..], Vec::as_slice);
    let fits = |value: &String| {
        let value = slug(value);
        (from.is_empty() || value >= from) && (to.is_empty() || value <= to)
    };
    values.iter().enumerate().filter(|(_, value)| fits(value)).map(|(number, _)| (facet, number as u64)).collect()
}

fn strictly(facet: Facet, numbered: Vec<(Facet, u64)>, bound: &str, head: &Head) -> Vec<(Facet, u64)> {
    let bound = slug(bound);
    let values = head.facets.get(&facet).map_or(&[][..], Vec::as_slice);
    numbered.into_iter().filter(|(_, number)| values.get(*number as usize).is_some_and(|value| slug(value) != bound)).collect()
}

fn has_filter(test: &Test, not: bool, head: &Head, hints: &mut Vec<Hint>) -> Option<Filter> {
    let Test::Values(values) = test else {
        hints.push(hint("bad-range", "has", "", Vec::new(), "`has:` takes names, not a range".to_owned()));
        return None;
    };
    if values.is_empty() {
        hints.push(hint("empty-filter", "has", "", Vec::new(), "`has:` needs a value".to_owned()));
        return None;
    }
    let mut numbers = Vec::new();
    for value in values {
        let typed = slug(value);
        match head.has.iter().position(|flag| *flag == typed || format!("{typed}s") == *flag) {
            Some(number) => numbers.push(number as u64),
            None => {
                let near = owned(nearest(&typed, head.has.iter().map(String::as_str)));
                let message = format!("no record has `{value}`{}", did_you_mean(&near));
                hints.push(hint("unknown-value", "has", value, near, message));
            }
        }
    }
    Some(Filter { field: "has".to_owned(), shown: values.clone(), not, condition: Condition::Has(numbers) })
}

fn lift_filter(test: &Test, not: bool, hints: &mut Vec<Hint>) -> Option<Filter> {
    let hundredths = |text: &str| -> Option<i64> {
        let number: f64 = text.trim_end_matches('%').replace(',', ".").parse().ok()?;
        (number.abs() < 1e12).then_some((number * 100.0).round() as i64)
    };
    let open = |text: &str, otherwise: i64| if text.is_empty() { Some(otherwise) } else { hundredths(text) };
    let (bounds, shown) = match test {
        Test::Values(values) => (values.first().and_then(|value| hundredths(value)).map(|value| (value, value)), values.join(",")),
        Test::Range(from, to) => (open(from, i64::MIN).zip(open(to, i64::MAX)), format!("{from}..{to}")),
        Test::Above(bound) => (hundredths(bound).map(|bound| (bound + 1, i64::MAX)), format!(">{bound}")),
        Test::Below(bound) => (hundredths(bound).map(|bound| (i64::MIN, bound - 1)), format!("<{bound}")),
    };
    let Some((from, to)) = bounds else {
        hints.push(hint("bad-range", "lift", &shown, Vec::new(), "`lift` needs a number, such as `lift>10` or `lift:5..10`".to_owned()));
        return None;
    };
    Some(Filter { field: "lift".to_owned(), shown: vec![shown], not, condition: Condition::Lift(from, to) })
}

fn hint(code: &str, field: &str, value: &str, nearest: Vec<String>, message: String) -> Hint {
    Hint { code: code.to_owned(), field: field.to_owned(), value: value.to_owned(), nearest, message }
}

fn did_you_mean(near: &[String]) -> String {
    match near.first() {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}
