//! Reading vocabularies: the default set, and the hub's own files merged in entry by entry and field by field.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_yaml::Spanned;

use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::site::address::slug;
use crate::source::{SourceFile, composed};
use crate::vocabulary::entry::{ConceptEntry, Defaults, Entry, GLOSSARY, NAMES};
use crate::vocabulary::{Concept, GroupId, MarketId, Term, TermId, Terms, Vocabulary};

/// The default vocabularies, which the build script has read.
const DEFAULTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.bin"));

/// The longest id of a term, in bytes: less than file systems take, because more is added to it.
const LONGEST_ID: usize = 200;

/// Memberships still as text, resolved once all vocabularies are read.
#[derive(Debug, Clone, Default)]
struct Memberships {
    /// Group id, market name, and where it is said.
    members: Vec<(String, String, Option<Place>)>,
    /// Group id, united group's name, and where it is said.
    unions: Vec<(String, String, Option<Place>)>,
}

#[derive(Debug, Clone, Default)]
struct Reader {
    terms: BTreeMap<&'static str, BTreeMap<String, Term>>,
    glossary: BTreeMap<String, Concept>,
    memberships: Memberships,
    diagnostics: Vec<Diagnostic>,
}

/// Reads the default vocabularies and merges the hub's own files (`content/vocabulary/*.yaml`) into them.
pub fn read(files: &[SourceFile]) -> (Vocabulary, Vec<Diagnostic>) {
    let mut reader = defaults().clone();
    for file in files.iter().filter(|file| file.path.starts_with("content/vocabulary/")) {
        reader.own(file);
    }
    reader.finish()
}

/// The default vocabularies, parsed once in a run however often a hub is read again.
fn defaults() -> &'static Reader {
    static DEFAULT: OnceLock<Reader> = OnceLock::new();
    DEFAULT.get_or_init(|| {
        let defaults: Defaults = postcard::from_bytes(DEFAULTS).expect("the build script wrote them");
        let mut reader = Reader::default();
        for (name, entries) in NAMES.into_iter().zip(defaults.terms) {
            entries.into_iter().for_each(|entry| reader.merge(name, entry, None));
        }
        defaults.glossary.into_iter().for_each(|(id, terms)| reader.concept(id, terms));
        reader
    })
}

impl Reader {
    fn own(&mut self, file: &SourceFile) {
        let stem = file.path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or("");
        let known = || NAMES.into_iter().chain([GLOSSARY]);
        let Some(name) = known().find(|name| *name == stem) else {
            self.diagnostics.push(
                Diagnostic::warning("unknown-vocabulary", Place::file(&file.path), format!("`{stem}` is not a known vocabulary"))
                    .hint(nearest::hint(stem, known())),
            );
            return;
        };
        if file.text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return;
        }
        let read = if name == GLOSSARY { self.own_glossary(file) } else { self.own_terms(name, file) };
        if let Err(error) = read {
            self.diagnostics.push(invalid(file, &error));
        }
    }

    fn own_glossary(&mut self, file: &SourceFile) -> Result<(), serde_yaml::Error> {
        let concepts: Vec<ConceptEntry> = serde_yaml::from_str(&file.text)?;
        concepts.into_iter().for_each(|ConceptEntry { id, terms }| self.concept(id, terms));
        Ok(())
    }

    fn own_terms(&mut self, name: &'static str, file: &SourceFile) -> Result<(), serde_yaml::Error> {
        let entries: Vec<Entry<Spanned<String>>> = serde_yaml::from_str(&file.text)?;
        for entry in entries {
            self.merge(name, entry, Some(file));
        }
        Ok(())
    }

    fn concept(&mut self, id: String, terms: BTreeMap<String, Vec<String>>) {
        let concept = self.glossary.entry(id.clone()).or_insert_with(|| Concept { id, terms: BTreeMap::new() });
        for (language, terms) in terms {
            // Indonesian is written `id-ID`, because `id` is the concept's own key.
            let language = if language == "id-ID" { "id".to_owned() } else { language };
            concept.terms.entry(language).or_default().extend(terms);
        }
    }

    fn merge<T: Written>(&mut self, name: &'static str, entry: Entry<T>, file: Option<&SourceFile>) {
        let id = composed(entry.id.text());
        let id = if name == "markets" { id.to_uppercase() } else { id.to_lowercase() };
        if let Some(place) = file.and_then(|file| entry.id.place(file)) {
            self.check_id(name, entry.id.text(), &id, place);
        }
        let said = |text: &T| (text.text().to_owned(), file.and_then(|file| text.place(file)));
        let Memberships { members, unions } = &mut self.memberships;
        members.extend(entry.members.iter().flatten().map(said).map(|(market, place)| (id.clone(), market, place)));
        members.extend(entry.groups.iter().flatten().map(said).map(|(group, place)| (group, id.clone(), place)));
        unions.extend(entry.unions.iter().flatten().map(said).map(|(group, place)| (id.clone(), group, place)));
        let term = self.terms.entry(name).or_default().entry(id.clone()).or_insert_with(|| Term {
            id: id.as_str().into(),
            label: id.clone(),
            ..Term::default()
        });
        merge_fields(term, entry, file.is_some());
    }

    fn check_id(&mut self, name: &str, written: &str, id: &str, place: Place) {
        if id.len() > LONGEST_ID {
            let message = format!("this id is {} bytes long; it becomes the name of a folder and may have {LONGEST_ID}", id.len());
            self.diagnostics.push(Diagnostic::error("invalid-term-id", place, message).hint("give it a short id, and the long name as its `label`"));
            return;
        }
        let fits = !id.is_empty() && id.split('-').all(|word| slug(word) == word.to_lowercase());
        if !fits {
            let hint = if name == "markets" {
                "use the country's ISO 3166-1 alpha-2 code"
            } else {
                "use lower-case words with hyphens, such as `paid-social`"
            };
            let message = format!("`{written}` cannot be an id");
            self.diagnostics.push(Diagnostic::error("invalid-term-id", place, message).hint(hint));
        }
    }

    fn finish(mut self) -> (Vocabulary, Vec<Diagnostic>) {
        let mut vocabulary = Vocabulary {
            markets: self.take("markets"),
            groups: self.take("groups"),
            channels: self.take("channels"),
            tactics: self.take("tactics"),
            metrics: self.take("metrics"),
            glossary: std::mem::take(&mut self.glossary).into_values().collect(),
        };
        self.resolve_groups(&mut vocabulary);
        (vocabulary, self.diagnostics)
    }

    fn take<K: TermId>(&mut self, name: &str) -> Terms<K> {
        Terms::new(self.terms.remove(name).unwrap_or_default().into_values().collect())
    }

    fn resolve_groups(&mut self, vocabulary: &mut Vocabulary) {
        let memberships = std::mem::take(&mut self.memberships);
        for (group, market, place) in memberships.members {
            match (vocabulary.groups.find(&group), vocabulary.markets.find(&market)) {
                (Some(group), Some(market)) => vocabulary.groups.term_mut(group).members.push(market),
                (None, _) => self.unknown(&group, "market group", place, &vocabulary.groups),
                (_, None) => self.unknown(&market, "market", place, &vocabulary.markets),
            }
        }
        for (group, united, place) in memberships.unions {
            match (vocabulary.groups.find(&group), vocabulary.groups.find(&united)) {
                (Some(group), Some(united)) => vocabulary.groups.term_mut(group).unions.push(united),
                _ => self.unknown(&united, "market group", place, &vocabulary.groups),
            }
        }
        settle_groups(vocabulary);
    }

    fn unknown<K: TermId>(&mut self, name: &str, what: &str, place: Option<Place>, known: &Terms<K>) {
        if let Some(place) = place {
            let hint = nearest::hint(name, known.iter().map(|(_, term)| &*term.id).collect::<Vec<_>>());
            self.diagnostics.push(Diagnostic::error("unknown-term", place, format!("`{name}` is not a known {what}")).hint(hint));
        }
    }
}

fn merge_fields<T: Written>(term: &mut Term, entry: Entry<T>, own: bool) {
    term.own |= own;
    if let Some(label) = entry.label {
        term.label = label;
    }
    term.labels.extend(entry.labels);
    term.aliases.extend(entry.aliases);
    if let Some(description) = entry.description {
        term.description = description;
    }
    term.deprecated_by = entry.deprecated_by.map(|other| other.text().to_owned()).or(term.deprecated_by.take());
    term.family = entry.family.or(term.family.take());
    term.maturity = entry.maturity.or(term.maturity);
    if let Some(languages) = entry.languages {
        term.languages = languages;
    }
    term.better = entry.better.unwrap_or(term.better);
    term.unit = entry.unit.unwrap_or(term.unit);
    term.guardrail = entry.guardrail.unwrap_or(term.guardrail);
    term.common = entry.common.unwrap_or(term.common);
}

/// Gives every group the markets of the groups it unites, and every market its groups, smallest first.
fn settle_groups(vocabulary: &mut Vocabulary) {
    let groups: Vec<GroupId> = vocabulary.groups.iter().map(|(id, _)| id).collect();
    let members: Vec<Vec<MarketId>> = groups.iter().map(|group| members(vocabulary, *group, &mut Vec::new())).collect();
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

/// The markets of a group and of all it unites, in id order; a union of itself adds nothing.
fn members(vocabulary: &Vocabulary, group: GroupId, seen: &mut Vec<GroupId>) -> Vec<MarketId> {
    if seen.contains(&group) {
        return Vec::new();
    }
    seen.push(group);
    let term = &vocabulary.groups[group];
    let mut all = term.members.clone();
    for united in &term.unions {
        all.extend(members(vocabulary, *united, seen));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// A text of a vocabulary file.
trait Written {
    /// What it says.
    fn text(&self) -> &str;
    /// Where it stands in its file, if it knows.
    fn place(&self, file: &SourceFile) -> Option<Place>;
}

impl Written for String {
    fn text(&self) -> &str {
        self
    }

    fn place(&self, _: &SourceFile) -> Option<Place> {
        None
    }
}

impl Written for Spanned<String> {
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

fn invalid(file: &SourceFile, error: &serde_yaml::Error) -> Diagnostic {
    let at = error.location().map_or(0, |location| offset(&file.text, location.line() as usize, location.column() as usize));
    let message = error.without_snippet().to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message).to_lowercase();
    let (short, known) = message.split_once(", expected one of ").unwrap_or((&message, ""));
    let unknown = short.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let hint = match unknown.and_then(|key| nearest::nearest(key, known.split(", "))) {
        Some(key) => nearest::did_you_mean(unknown.unwrap_or_default(), key),
        None => "a vocabulary is a list of entries `- {id: ..., label: ..., aliases: [...]}`".to_owned(),
    };
    Diagnostic::error("invalid-vocabulary", Place::new(&Arc::clone(&file.path), at..at), short).hint(hint)
}

/// The byte offset of a line and a column in characters, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
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
    fn the_default_set_is_whole() {
        let (vocabulary, diagnostics) = read(&[]);
        assert!(diagnostics.is_empty());
        assert_eq!((vocabulary.markets.len(), vocabulary.channels.len(), vocabulary.tactics.len()), (249, 24, 54));
        let (channels, tactics, metrics) = (vocabulary.channels.iter(), vocabulary.tactics.iter(), vocabulary.metrics.iter());
        for term in channels.map(|(_, term)| term).chain(tactics.map(|(_, term)| term)).chain(metrics.map(|(_, term)| term)) {
            assert!(!term.label.is_empty() && term.labels.contains_key("nl"), "`{}` has English and Dutch labels", term.id);
        }
        let norway = vocabulary.markets.find("NO").expect("Norway, not false");
        assert_eq!(vocabulary.markets[norway].label, "Norway");
        let emea = vocabulary.groups.find("emea").expect("a union");
        assert!(vocabulary.groups[emea].members.contains(&norway));
        assert_eq!(vocabulary.markets.find("uk"), vocabulary.markets.find("GB"));
        assert_eq!(vocabulary.tactics.find("Member Get Member"), vocabulary.tactics.find("referral-reward"));
    }

    #[test]
    fn a_hub_changes_one_field_and_adds_a_term() {
        let own = "- {id: email, label: Newsletter}\n- {id: smoke-signals, label: Smoke signals, aliases: [rook]}\n";
        let (vocabulary, diagnostics) = read(&[file("content/vocabulary/channels.yaml", own)]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let email = vocabulary.channels.find("email").expect("default");
        assert_eq!(vocabulary.channels[email].label, "Newsletter");
        assert!(!vocabulary.channels[email].aliases.is_empty(), "aliases keep their default");
        assert!(vocabulary.channels.find("Rook").is_some());
    }

    #[test]
    fn ids_are_words_of_any_script_in_one_form() {
        let (vocabulary, diagnostics) =
            read(&[file("content/vocabulary/tactics.yaml", "- {id: हिन्दी-उपहार}\n- {id: น้ำดื่ม}\n- {id: cafe\u{301}}\n- {id: a--b}\n")]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert!(vocabulary.tactics.find("caf\u{e9}").is_some_and(|tactic| &*vocabulary.tactics[tactic].id == "caf\u{e9}"));
        for id in ["'\u{301}a'", "click & collect", "a/b", "a.b", "'1\u{20e3}'", "'a\u{202e}b'", "''"] {
            let (_, diagnostics) = read(&[file("content/vocabulary/tactics.yaml", &format!("- {{id: {id}}}\n"))]);
            assert_eq!(diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(), ["invalid-term-id"], "{id}");
        }
    }

    #[test]
    fn problems_have_places() {
        let (_, diagnostics) = read(&[
            file("content/vocabulary/channels.yaml", "- {id: email, colour: red}\n"),
            file("content/vocabulary/groups.yaml", "- {id: mine, members: [BR, XX]}\n"),
            file("content/vocabulary/chanels.yaml", "- {id: x}\n"),
        ]);
        let codes: Vec<_> = diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.place.span.clone())).collect();
        assert_eq!(codes[0].0, "invalid-vocabulary");
        assert!(codes.contains(&("unknown-vocabulary", 0..0)));
        assert!(codes.contains(&("unknown-term", 27..29)), "{codes:?}");
    }
}
