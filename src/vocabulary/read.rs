//! Reading vocabularies: the defaults, merged with the files of the hub entry by entry and field by
//! field.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde_yaml::Spanned;

use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::site::address::to_slug;
use crate::source::{SourceFile, to_nfc};
use crate::vocabulary::entry::{
    ConceptEntry, DefaultVocabularies, GLOSSARY, TERM_VOCABULARIES, TermEntry,
};
use crate::vocabulary::team_entry::{TEAMS, TeamEntry};
use crate::vocabulary::{
    Concept, Contact, GroupId, MarketId, TeamId, Term, TermId, Terms, Vocabulary, normalise_name,
};

/// The default vocabularies as serialised by the build script.
const SERIALISED_DEFAULTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.bin"));

/// The longest id of a term, in bytes: below the limit of file systems, because suffixes are
/// appended to it.
const MAX_ID_BYTES: usize = 200;

/// Memberships of groups by name, resolved when all vocabularies are read.
#[derive(Debug, Clone, Default)]
struct Memberships {
    /// Group, market, and the place of this membership.
    members: Vec<(String, String, Option<Place>)>,
    /// Group, contained group, and the place of this membership.
    unions: Vec<(String, String, Option<Place>)>,
}

/// Vocabularies while files are merged into them.
#[derive(Debug, Clone, Default)]
struct VocabularyBuilder {
    /// Terms by vocabulary and id.
    terms: BTreeMap<&'static str, BTreeMap<String, Term>>,
    glossary: BTreeMap<String, Concept>,
    /// Teams in the order of their files, each with the names and places of its markets.
    teams: Vec<(Term, Vec<(String, Place)>)>,
    /// Position in `teams` and place of each name of a team, by normalised name.
    team_names: BTreeMap<String, (usize, Place)>,
    memberships: Memberships,
    diagnostics: Vec<Diagnostic>,
}

/// Reads the default vocabularies and merges the files of the hub (`content/vocabulary/*.yaml`)
/// into them.
pub fn read_vocabulary(files: &[SourceFile]) -> (Vocabulary, Vec<Diagnostic>) {
    let mut builder = default_builder().clone();
    for file in files.iter().filter(|file| file.path.starts_with("content/vocabulary/")) {
        builder.merge_file(file);
    }
    builder.build()
}

/// The default vocabularies in the form in which the program has them, by which a cache tells those
/// of another build from its own.
pub fn serialised_defaults() -> &'static [u8] {
    SERIALISED_DEFAULTS
}

/// A builder with the default vocabularies, deserialised once in a process.
fn default_builder() -> &'static VocabularyBuilder {
    /// The builder with the defaults, which every build of the process clones.
    static DEFAULT: OnceLock<VocabularyBuilder> = OnceLock::new();
    DEFAULT.get_or_init(|| {
        let defaults: DefaultVocabularies =
            postcard::from_bytes(SERIALISED_DEFAULTS).expect("the build script wrote them");
        let mut builder = VocabularyBuilder::default();
        for (name, entries) in TERM_VOCABULARIES.into_iter().zip(defaults.terms) {
            entries.into_iter().for_each(|entry| builder.merge_entry(name, entry, None));
        }
        defaults.glossary.into_iter().for_each(|(id, terms)| builder.merge_concept(id, terms));
        builder
    })
}

impl VocabularyBuilder {
    /// Merges a vocabulary file of the hub; its file name says which vocabulary it is.
    fn merge_file(&mut self, file: &SourceFile) {
        let stem =
            file.path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or("");
        let known = || TERM_VOCABULARIES.into_iter().chain([GLOSSARY, TEAMS]);
        let Some(name) = known().find(|name| *name == stem) else {
            self.diagnostics.push(
                Diagnostic::warning(
                    "unknown-vocabulary",
                    Place::file(&file.path),
                    format!("`{stem}` is not a known vocabulary"),
                )
                .hint(nearest::hint(stem, known())),
            );
            return;
        };
        if file
            .text
            .lines()
            .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
        {
            return;
        }
        let result = match name {
            GLOSSARY => self.merge_glossary(file),
            TEAMS => self.merge_teams(file),
            _ => self.merge_terms(name, file),
        };
        if let Err(error) = result {
            self.diagnostics.push(invalid_vocabulary(file, &error));
        }
    }

    /// Merges the glossary file of the hub; an error of YAML if the file has another form.
    fn merge_glossary(&mut self, file: &SourceFile) -> Result<(), serde_yaml::Error> {
        let concepts: Vec<ConceptEntry> = serde_yaml::from_str(&file.text)?;
        concepts.into_iter().for_each(|ConceptEntry { id, terms }| self.merge_concept(id, terms));
        Ok(())
    }

    /// Merges a file of the hub into the vocabulary `name`; an error of YAML if the file has
    /// another form.
    fn merge_terms(
        &mut self,
        name: &'static str,
        file: &SourceFile,
    ) -> Result<(), serde_yaml::Error> {
        let entries: Vec<TermEntry<Spanned<String>>> = serde_yaml::from_str(&file.text)?;
        let own: BTreeSet<String> =
            entries.iter().map(|entry| normalise_name(&entry.id.value)).collect();
        for entry in entries {
            self.take_over_defaults(name, &entry, &own);
            self.merge_entry(name, entry, Some(file));
        }
        Ok(())
    }

    /// Adds the teams of a file of the hub; an error of YAML if the file has another form.
    fn merge_teams(&mut self, file: &SourceFile) -> Result<(), serde_yaml::Error> {
        let entries: Vec<TeamEntry> = serde_yaml::from_str(&file.text)?;
        entries.into_iter().for_each(|entry| self.add_team(entry, file));
        Ok(())
    }

    /// Adds a team. A contact that is none, and a name that another team has, are reported and left
    /// out; a team whose id is taken is reported and left out wholly.
    fn add_team(&mut self, entry: TeamEntry, file: &SourceFile) {
        let place =
            |text: &Spanned<String>| text.place(file).unwrap_or_else(|| Place::file(&file.path));
        let id = to_nfc(&entry.id.value).to_lowercase();
        self.check_id(TEAMS, &entry.id.value, &id, place(&entry.id));
        if self.teams.iter().any(|(team, _)| *team.id == *id) {
            let problem = Diagnostic::error(
                "invalid-vocabulary",
                place(&entry.id),
                format!("the team `{id}` is listed twice"),
            );
            self.diagnostics.push(problem.hint("make one entry of the two"));
            return;
        }
        let position = self.teams.len();
        let names: Vec<(String, Place)> =
            entry.names().map(|name| (name.value.clone(), place(name))).collect();
        for (name, place) in names {
            self.claim_team_name(&name, position, place, &id);
        }
        let contact = entry.contact.as_ref().and_then(|text| {
            let contact = Contact::parse(&text.value, place(text));
            if contact.is_none() {
                self.diagnostics.push(invalid_contact(&text.value, place(text)));
            }
            contact
        });
        let markets = entry.markets.iter().map(|name| (name.value.clone(), place(name))).collect();
        let label = entry.label.map_or_else(|| id.clone(), |label| label.value);
        let labels = entry.labels.into_iter().map(|(tag, label)| (tag, label.value)).collect();
        let term = Term {
            id: id.as_str().into(),
            label,
            labels,
            aliases: entry.aliases.into_iter().map(|alias| alias.value).collect(),
            description: entry.description.unwrap_or_default(),
            is_custom: true,
            contact,
            ..Term::default()
        };
        self.teams.push((term, markets));
    }

    /// Notes the team at this position in `teams` as the owner of a name, or reports that another
    /// team has it. `id` is that of the team.
    fn claim_team_name(&mut self, name: &str, position: usize, place: Place, id: &str) {
        let normalised = normalise_name(name);
        if normalised.is_empty() {
            let problem =
                Diagnostic::error("invalid-vocabulary", place, "a name of a team is empty");
            self.diagnostics.push(problem.hint("write the name, or leave the line out"));
            return;
        }
        match self.team_names.get(&normalised) {
            Some((other, first)) if *other != position => {
                let other = &self.teams[*other].0.id;
                let problem = Diagnostic::error(
                    "invalid-vocabulary",
                    place,
                    format!("`{name}` names two teams, `{other}` and `{id}`"),
                );
                self.diagnostics.push(
                    problem
                        .hint("a name leads to one team: take it out of one of the two")
                        .label(first.clone(), "the first"),
                );
            }
            Some(_) => {}
            None => {
                self.team_names.insert(normalised, (position, place));
            }
        }
    }

    /// Adds the terms of a concept, by language, behind those that it has.
    fn merge_concept(&mut self, id: String, terms: BTreeMap<String, Vec<String>>) {
        let concept = self
            .glossary
            .entry(id.clone())
            .or_insert_with(|| Concept { id, terms: BTreeMap::new() });
        for (language, terms) in terms {
            // Indonesian has the key `id-ID`, because `id` is the key of the concept's id.
            let language = if language == "id-ID" { "id".to_owned() } else { language };
            concept.terms.entry(language).or_default().extend(terms);
        }
    }

    /// Makes built-in terms whose ids are aliases of an entry one with the term of that entry: a new
    /// term keeps all that the built-in one says, an existing one gets its names. Terms that the
    /// hub's file has an entry for, whose normalised ids are `own`, stay as they are.
    fn take_over_defaults(
        &mut self,
        name: &'static str,
        entry: &TermEntry<Spanned<String>>,
        own: &BTreeSet<String>,
    ) {
        let to_id = |written: &str| {
            let id = to_nfc(written);
            if name == "markets" { id.to_uppercase() } else { id.to_lowercase() }
        };
        let id = to_id(&entry.id.value);
        let terms = self.terms.entry(name).or_default();
        for alias in &entry.aliases {
            let former = to_id(alias);
            let is_default = terms.get(&former).is_some_and(|term| !term.is_custom);
            if former == id || !is_default || own.contains(&normalise_name(&former)) {
                continue;
            }
            let Some(mut taken) = terms.remove(&former) else { continue };
            for term in terms.values_mut().filter(|term| term.deprecated_by.is_some()) {
                if term.deprecated_by.as_ref() == Some(&former) {
                    term.deprecated_by = Some(id.clone()).filter(|id| *id != *term.id);
                }
            }
            match terms.get_mut(&id) {
                Some(term) => {
                    term.aliases.push(taken.label);
                    term.aliases.extend(taken.labels.into_values());
                    term.aliases.extend(taken.aliases);
                }
                None => {
                    taken.id = id.as_str().into();
                    terms.insert(id.clone(), taken);
                }
            }
        }
    }

    /// Merges an entry into the vocabulary `name` and notes its memberships; `file` is none for the
    /// defaults, whose terms do not become custom and are not checked.
    fn merge_entry<T: EntryText>(
        &mut self,
        name: &'static str,
        entry: TermEntry<T>,
        file: Option<&SourceFile>,
    ) {
        let id = to_nfc(entry.id.text());
        let id = if name == "markets" { id.to_uppercase() } else { id.to_lowercase() };
        if let Some(place) = file.and_then(|file| entry.id.place(file)) {
            self.check_id(name, entry.id.text(), &id, place);
        }
        let name_and_place =
            |text: &T| (text.text().to_owned(), file.and_then(|file| text.place(file)));
        let Memberships { members, unions } = &mut self.memberships;
        members.extend(
            entry
                .members
                .iter()
                .flatten()
                .map(name_and_place)
                .map(|(market, place)| (id.clone(), market, place)),
        );
        members.extend(
            entry
                .groups
                .iter()
                .flatten()
                .map(name_and_place)
                .map(|(group, place)| (group, id.clone(), place)),
        );
        unions.extend(
            entry
                .unions
                .iter()
                .flatten()
                .map(name_and_place)
                .map(|(group, place)| (id.clone(), group, place)),
        );
        let term = self.terms.entry(name).or_default().entry(id.clone()).or_insert_with(|| Term {
            id: id.as_str().into(),
            label: id.clone(),
            ..Term::default()
        });
        merge_fields(term, entry, file.is_some());
    }

    /// Reports an id that is too long or is not made of words and hyphens; `written` is the id as
    /// it stands in the file, `id` its usual case.
    fn check_id(&mut self, name: &str, written: &str, id: &str, place: Place) {
        if id.len() > MAX_ID_BYTES {
            let message = format!(
                "this id is {} bytes long; it becomes the name of a folder and may have {MAX_ID_BYTES}",
                id.len()
            );
            self.diagnostics.push(
                Diagnostic::error("invalid-term-id", place, message)
                    .hint("give it a short id, and the long name as its `label`"),
            );
            return;
        }
        let is_valid =
            !id.is_empty() && id.split('-').all(|word| to_slug(word) == word.to_lowercase());
        if !is_valid {
            let hint = if name == "markets" {
                "use the country's ISO 3166-1 alpha-2 code"
            } else {
                "use lower-case words with hyphens, such as `paid-social`"
            };
            let message = format!("`{written}` cannot be an id");
            self.diagnostics.push(Diagnostic::error("invalid-term-id", place, message).hint(hint));
        }
    }

    /// The vocabularies with all memberships resolved, and every problem found in their files.
    fn build(mut self) -> (Vocabulary, Vec<Diagnostic>) {
        let mut vocabulary = Vocabulary {
            markets: self.take_terms("markets"),
            groups: self.take_terms("groups"),
            channels: self.take_terms("channels"),
            tactics: self.take_terms("tactics"),
            metrics: self.take_terms("metrics"),
            teams: Terms::default(),
            glossary: std::mem::take(&mut self.glossary).into_values().collect(),
        };
        self.resolve_groups(&mut vocabulary);
        vocabulary.teams = self.take_teams(&vocabulary);
        (vocabulary, self.diagnostics)
    }

    /// Takes the teams out of the builder, with their markets and market groups resolved; a name
    /// that is neither is reported.
    fn take_teams(&mut self, vocabulary: &Vocabulary) -> Terms<TeamId> {
        let mut teams = Vec::new();
        for (mut team, markets) in std::mem::take(&mut self.teams) {
            for (name, place) in markets {
                match (vocabulary.markets.find(&name), vocabulary.groups.find(&name)) {
                    (Some(market), _) => team.members.push(market),
                    (None, Some(group)) => team.unions.push(group),
                    (None, None) => {
                        self.report_unknown(&name, "market", Some(place), &vocabulary.markets);
                    }
                }
            }
            team.members.sort_unstable();
            team.members.dedup();
            team.unions.sort_unstable();
            team.unions.dedup();
            teams.push(team);
        }
        Terms::new(teams)
    }

    /// Takes the terms of the vocabulary `name` out of the builder; empty if no entry was merged.
    fn take_terms<K: TermId>(&mut self, name: &str) -> Terms<K> {
        Terms::new(self.terms.remove(name).unwrap_or_default().into_values().collect())
    }

    /// Resolves the memberships, and reports names that are unknown.
    fn resolve_groups(&mut self, vocabulary: &mut Vocabulary) {
        let memberships = std::mem::take(&mut self.memberships);
        for (group, market, place) in memberships.members {
            match (vocabulary.groups.find(&group), vocabulary.markets.find(&market)) {
                (Some(group), Some(market)) => {
                    vocabulary.groups.term_mut(group).members.push(market)
                }
                (None, _) => self.report_unknown(&group, "market group", place, &vocabulary.groups),
                (_, None) => self.report_unknown(&market, "market", place, &vocabulary.markets),
            }
        }
        for (group, united, place) in memberships.unions {
            match (vocabulary.groups.find(&group), vocabulary.groups.find(&united)) {
                (Some(group), Some(united)) => {
                    vocabulary.groups.term_mut(group).unions.push(united)
                }
                _ => self.report_unknown(&united, "market group", place, &vocabulary.groups),
            }
        }
        expand_groups(vocabulary);
    }

    /// Reports a name that is no term of `known`, with the nearest id as hint; without a place it
    /// comes from the defaults and is passed over.
    fn report_unknown<K: TermId>(
        &mut self,
        name: &str,
        noun: &str,
        place: Option<Place>,
        known: &Terms<K>,
    ) {
        if let Some(place) = place {
            let hint =
                nearest::hint(name, known.iter().map(|(_, term)| &*term.id).collect::<Vec<_>>());
            self.diagnostics.push(
                Diagnostic::error("unknown-term", place, format!("`{name}` is not a known {noun}"))
                    .hint(hint),
            );
        }
    }
}

/// Overwrites the fields of a term that the entry has; labels and aliases are added.
fn merge_fields<T: EntryText>(term: &mut Term, entry: TermEntry<T>, is_custom: bool) {
    term.is_custom |= is_custom;
    if let Some(label) = entry.label {
        term.label = label;
    }
    term.labels.extend(entry.labels);
    term.aliases.extend(entry.aliases);
    if let Some(description) = entry.description {
        term.description = description;
    }
    term.deprecated_by =
        entry.deprecated_by.map(|other| other.text().to_owned()).or(term.deprecated_by.take());
    term.family = entry.family.or(term.family.take());
    term.maturity = entry.maturity.or(term.maturity);
    if let Some(languages) = entry.languages {
        term.languages = languages;
    }
    term.better = entry.better.unwrap_or(term.better);
    term.unit = entry.unit.unwrap_or(term.unit);
    term.is_guardrail = entry.guardrail.unwrap_or(term.is_guardrail);
    term.is_common = entry.common.unwrap_or(term.is_common);
}

/// Adds the markets of contained groups to each group, and sets the groups of each market, smallest
/// first.
fn expand_groups(vocabulary: &mut Vocabulary) {
    let groups: Vec<GroupId> = vocabulary.groups.iter().map(|(id, _)| id).collect();
    let members: Vec<Vec<MarketId>> =
        groups.iter().map(|group| collect_members(vocabulary, *group, &mut Vec::new())).collect();
    for (group, members) in groups.iter().zip(members) {
        vocabulary.groups.term_mut(*group).members = members;
    }
    let mut by_size = groups;
    by_size.sort_by_key(|group| (vocabulary.groups[*group].members.len(), *group));
    for group in by_size {
        for market in vocabulary.groups[group].members.clone() {
            vocabulary.markets.term_mut(market).groups.push(group);
        }
    }
}

/// The markets of a group and of all contained groups, in id order. `seen` holds the groups visited
/// so far, so that cycles end.
fn collect_members(
    vocabulary: &Vocabulary,
    group: GroupId,
    seen: &mut Vec<GroupId>,
) -> Vec<MarketId> {
    if seen.contains(&group) {
        return Vec::new();
    }
    seen.push(group);
    let term = &vocabulary.groups[group];
    let mut all = term.members.clone();
    for united in &term.unions {
        all.extend(collect_members(vocabulary, *united, seen));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// A text of a vocabulary file, with or without its place.
trait EntryText {
    /// The text.
    fn text(&self) -> &str;
    /// The place of the text in its file; none for the default vocabularies.
    fn place(&self, file: &SourceFile) -> Option<Place>;
}

impl EntryText for String {
    fn text(&self) -> &str {
        self
    }

    fn place(&self, _: &SourceFile) -> Option<Place> {
        None
    }
}

impl EntryText for Spanned<String> {
    fn text(&self) -> &str {
        &self.value
    }

    fn place(&self, file: &SourceFile) -> Option<Place> {
        let span = self.referenced.span();
        let start = span.byte_offset().map_or(0, |offset| offset as usize).min(file.text.len());
        let length = span.byte_len().map_or(0, |length| length as usize);
        Some(Place::new(&file.path, start..(start + length).min(file.text.len())))
    }
}

/// The problem of a contact that is neither a mailbox nor the address of a channel.
fn invalid_contact(text: &str, place: Place) -> Diagnostic {
    let message = format!("`{text}` is neither a mailbox nor a link to a channel");
    Diagnostic::error("invalid-vocabulary", place, message).hint(
        "write a shared mailbox such as `growth-br@hub.example`, or an address that starts with `https://`",
    )
}

/// The problem of a vocabulary file that YAML refuses, at the line and column of the error.
fn invalid_vocabulary(file: &SourceFile, error: &serde_yaml::Error) -> Diagnostic {
    let start = error.location().map_or(0, |location| {
        byte_offset(&file.text, location.line() as usize, location.column() as usize)
    });
    let message = error.without_snippet().to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message)
        .to_lowercase();
    let (short, known) = message.split_once(", expected one of ").unwrap_or((&message, ""));
    let unknown = short.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let hint = match unknown.and_then(|key| nearest::find_nearest(key, known.split(", "))) {
        Some(key) => nearest::did_you_mean(unknown.unwrap_or_default(), key),
        None => {
            "a vocabulary is a list of entries `- {id: ..., label: ..., aliases: [...]}`".to_owned()
        }
    };
    Diagnostic::error(
        "invalid-vocabulary",
        Place::new(&Arc::clone(&file.path), start..start),
        short,
    )
    .hint(hint)
}

/// The byte offset of a one-based line and a one-based column in characters.
fn byte_offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(0, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::ContentHash;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.into(), text: text.into(), hash: ContentHash::of(text.as_bytes()) }
    }

    #[test]
    fn the_default_vocabularies_are_complete() {
        let (vocabulary, diagnostics) = read_vocabulary(&[]);
        assert!(diagnostics.is_empty());
        assert_eq!(
            (vocabulary.markets.len(), vocabulary.channels.len(), vocabulary.tactics.len()),
            (249, 24, 54)
        );
        let (channels, tactics, metrics) =
            (vocabulary.channels.iter(), vocabulary.tactics.iter(), vocabulary.metrics.iter());
        for term in channels
            .map(|(_, term)| term)
            .chain(tactics.map(|(_, term)| term))
            .chain(metrics.map(|(_, term)| term))
        {
            assert!(
                !term.label.is_empty() && term.labels.contains_key("nl"),
                "`{}` has English and Dutch labels",
                term.id
            );
        }
        let norway = vocabulary.markets.find("NO").expect("Norway, not false");
        assert_eq!(vocabulary.markets[norway].label, "Norway");
        let emea = vocabulary.groups.find("emea").expect("a union");
        assert!(vocabulary.groups[emea].members.contains(&norway));
        assert_eq!(vocabulary.markets.find("uk"), vocabulary.markets.find("GB"));
        assert_eq!(
            vocabulary.tactics.find("Member Get Member"),
            vocabulary.tactics.find("referral-reward")
        );
    }

    #[test]
    fn files_of_a_hub_are_merged_by_field() {
        let own = "- {id: email, label: Newsletter}\n- {id: smoke-signals, label: Smoke signals, aliases: [rook]}\n";
        let (vocabulary, diagnostics) =
            read_vocabulary(&[file("content/vocabulary/channels.yaml", own)]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let email = vocabulary.channels.find("email").expect("default");
        assert_eq!(vocabulary.channels[email].label, "Newsletter");
        assert!(!vocabulary.channels[email].aliases.is_empty(), "aliases keep their default");
        assert!(vocabulary.channels.find("Rook").is_some());
    }

    #[test]
    fn an_alias_that_is_a_built_in_id_takes_the_term_over() {
        let own =
            "- {id: price-cut, aliases: [discount]}\n- {id: referral-reward, aliases: [bundle]}\n";
        let (vocabulary, diagnostics) =
            read_vocabulary(&[file("content/vocabulary/tactics.yaml", own)]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let tactics = &vocabulary.tactics;
        let price_cut = tactics.find("price-cut").expect("a new id");
        assert_eq!(tactics[price_cut].label_in("nl"), "Korting");
        for name in ["discount", "Korting", "voucher"] {
            assert_eq!(tactics.find(name), Some(price_cut), "{name}");
        }
        assert_eq!(tactics.find("multi-buy"), tactics.find("referral-reward"));
        // An entry of its own keeps the built-in term.
        let own = "- {id: price-cut, aliases: [discount]}\n- {id: discount, label: Less}\n";
        let (vocabulary, _) = read_vocabulary(&[file("content/vocabulary/tactics.yaml", own)]);
        let discount = vocabulary.tactics.find("discount").expect("kept");
        assert_eq!(&*vocabulary.tactics[discount].id, "discount");
    }

    #[test]
    fn ids_are_words_of_any_script_in_nfc() {
        let (vocabulary, diagnostics) = read_vocabulary(&[file(
            "content/vocabulary/tactics.yaml",
            "- {id: हिन्दी-उपहार}\n- {id: น้ำดื่ม}\n- {id: cafe\u{301}}\n- {id: a--b}\n",
        )]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert!(
            vocabulary
                .tactics
                .find("caf\u{e9}")
                .is_some_and(|tactic| &*vocabulary.tactics[tactic].id == "caf\u{e9}")
        );
        for id in
            ["'\u{301}a'", "click & collect", "a/b", "a.b", "'1\u{20e3}'", "'a\u{202e}b'", "''"]
        {
            let (_, diagnostics) = read_vocabulary(&[file(
                "content/vocabulary/tactics.yaml",
                &format!("- {{id: {id}}}\n"),
            )]);
            assert_eq!(
                diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(),
                ["invalid-term-id"],
                "{id}"
            );
        }
    }

    #[test]
    fn problems_have_places() {
        let (_, diagnostics) = read_vocabulary(&[
            file("content/vocabulary/channels.yaml", "- {id: email, colour: red}\n"),
            file("content/vocabulary/groups.yaml", "- {id: mine, members: [BR, XX]}\n"),
            file("content/vocabulary/chanels.yaml", "- {id: x}\n"),
        ]);
        let codes: Vec<_> = diagnostics
            .iter()
            .map(|diagnostic| (diagnostic.code, diagnostic.place.span.clone()))
            .collect();
        assert_eq!(codes[0].0, "invalid-vocabulary");
        assert!(codes.contains(&("unknown-vocabulary", 0..0)));
        assert!(codes.contains(&("unknown-term", 27..29)), "{codes:?}");
    }

    #[test]
    fn teams_have_names_markets_and_a_contact() {
        let own = "- id: growth-br\n  label: Growth Brasil\n  labels: {en: Growth team Brazil}\n  aliases: [Time de growth]\n  markets: [BR, latam]\n  contact: growth-br@hub.example\n- {id: media}\n";
        let (vocabulary, diagnostics) =
            read_vocabulary(&[file("content/vocabulary/teams.yaml", own)]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let growth = vocabulary.teams.find("GROWTH BRASIL").expect("found by label");
        for name in ["growth-br", "Growth Team Brazil", "time de Growth"] {
            assert_eq!(vocabulary.teams.find(name), Some(growth), "{name}");
        }
        let team = &vocabulary.teams[growth];
        assert_eq!((team.members.len(), team.unions.len()), (1, 1));
        assert_eq!(team.label_in("en"), "Growth team Brazil");
        assert!(team.contact.as_ref().is_some_and(|contact| contact.is_mailbox));
        let media = vocabulary.teams.find("media").expect("an id is enough");
        assert_eq!(vocabulary.teams[media].label, "media");
    }

    #[test]
    fn mistakes_in_teams_have_places() {
        let rows = [
            ("- {id: a, mail: x}\n", "invalid-vocabulary", 10),
            ("- {id: a}\n- {id: A}\n", "invalid-vocabulary", 17),
            ("- {id: a, label: One}\n- {id: b, aliases: [one]}\n", "invalid-vocabulary", 42),
            ("- {id: a, contact: 'call us'}\n", "invalid-vocabulary", 19),
            ("- {id: a, markets: [XX]}\n", "unknown-term", 20),
            ("- {id: 'a b/c'}\n", "invalid-term-id", 7),
            ("- {id: a, id: b}\n", "invalid-vocabulary", 10),
        ];
        for (text, code, start) in rows {
            let (_, diagnostics) = read_vocabulary(&[file("content/vocabulary/teams.yaml", text)]);
            let found: Vec<_> = diagnostics
                .iter()
                .map(|diagnostic| (diagnostic.code, diagnostic.place.span.start))
                .collect();
            assert_eq!(found, [(code, start)], "{text}");
        }
    }
}
