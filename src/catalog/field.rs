//! One description of each front-matter field, which the reader, the checks, `similar`, the pages,
//! the data exports, the search index and the guide share. The entries are in `table.rs`.

use std::sync::LazyLock;

use casebook_search::{FacetId, FacetPanel, FacetSource, ValueMatching};

use crate::catalog::number::NumberKind;
use crate::record::RecordType;
use crate::record::front_matter::KnownKeys;

pub mod guide;
mod plain;
mod table;

pub use plain::{PlainFields, PlainValue};
pub use table::*;

/// A front-matter field, or an entry of a field that is a map.
#[derive(Debug)]
pub struct Field {
    /// The key in front matter, in messages and in data exports.
    pub name: &'static str,
    /// Other keys that are read as this field.
    pub aliases: &'static [&'static str],
    /// Types of record that have the field; empty for an entry of a map.
    pub records: &'static [RecordType],
    /// Type of the value.
    pub kind: FieldKind,
    /// When the field must be given.
    pub required: Requirement,
    /// What the field means, in one sentence for the guide.
    pub help: &'static str,
    /// The entry whose value may stand in the place of a map of the field: a name alone for an arm.
    pub short_form: Option<&'static Field>,
    /// Its column in `data/case-studies`.
    pub column: Column,
    /// Key of its label among the facts of a case study's page; none for a field that is shown
    /// elsewhere or nowhere.
    pub fact: Option<&'static str>,
    /// Whether the value is kept in [`PlainFields`]: read, shown and exported by its description
    /// alone.
    pub is_plain: bool,
    /// Whether the text of a plain field is searched.
    pub is_searched: bool,
    /// The facet that the texts or the keyword of a plain field are values of; `index` collects the
    /// values of other fields by their own rules.
    pub facet: Option<&'static Facet>,
}

/// A facet: what search narrows by. The engine takes all that it knows of one from here, through
/// the header of the index.
#[derive(Debug)]
pub struct Facet {
    /// Its position in [`facet::FACETS`], by which the index refers to it.
    pub id: FacetId,
    /// The name in queries, requests and responses, and of its label in the section `script` of the
    /// interface's texts: `facet_market`.
    pub name: &'static str,
    /// Other names in queries, besides the name with an `s`.
    pub aliases: &'static [&'static str],
    /// Where the values of a record come from.
    pub source: FacetSource,
    /// Which values a typed value finds besides the one that equals it.
    pub matching: ValueMatching,
    /// The facet whose values may be typed for this one, if it has no such value itself.
    pub fallback: Option<FacetId>,
    /// What a level of quality is called where the values are such, and the values with their
    /// factors of the score, lowest first; for one facet at most.
    pub levels: Option<(&'static str, &'static [(&'static str, f32)])>,
    /// Its panel on the search page; none for a facet that only queries name.
    pub panel: Option<FacetPanel>,
}

/// The type of a field's value.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// One text.
    Text,
    /// One text or a list of texts.
    Texts,
    /// One word of a closed list.
    Keyword {
        /// The words, in the order of their declaration.
        words: &'static [&'static str],
        /// Other spellings, each with its word.
        aliases: &'static [(&'static str, &'static str)],
        /// Section of the interface's texts with a label for each word; empty where there is none.
        labels: &'static str,
    },
    /// A day, `2026-03-02`.
    Date,
    /// A decimal number, of any kind but `Integer`; a result's figures are read by the unit of its
    /// metric instead.
    Number(NumberKind),
    /// A whole number that is not negative.
    Count,
    /// `true` or `false`.
    Flag,
    /// A number of days, weeks, months or years: `180d`.
    Duration,
    /// A BCP 47 language tag.
    Language,
    /// Terms of the vocabulary, one or a list.
    Terms(TermList),
    /// One metric of the vocabulary.
    Metric,
    /// Ids of case studies, one or a list.
    CaseStudies,
    /// The id of one case study.
    CaseStudy,
    /// Ids of case studies and web addresses, one or a list.
    Evidence,
    /// The id of an idea.
    Idea,
    /// Path of an image file, relative to the record.
    Image,
    /// A web address.
    WebAddress,
    /// A map with these entries.
    Map(&'static [&'static Field]),
    /// Maps with these entries, one or a list.
    Maps(&'static [&'static Field]),
    /// A map from language tags (BCP 47) to maps with these entries.
    MapsByLanguage(&'static [&'static Field]),
    /// A map with any entries.
    AnyMap,
}

/// A list of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermList {
    /// Markets and market groups.
    Markets,
    /// Channels.
    Channels,
    /// Tactics.
    Tactics,
}

/// The lowest and the highest number of a part of an idea's score.
pub const SCORE_RANGE: (i64, i64) = (1, 10);

/// The longest title that a record should have, in characters.
pub const MAX_TITLE_LENGTH: usize = 120;

/// When a field must be given.
#[derive(Debug, Clone, Copy)]
pub enum Requirement {
    /// Never.
    Optional,
    /// In every record of one of these types, else `missing-field` is reported with the hint.
    Always {
        /// The types of record.
        records: &'static [RecordType],
        /// Hint of the diagnostic.
        hint: &'static str,
    },
    /// In completed case studies, where a check of its own reports it.
    OnceCompleted,
    /// In every map of its kind.
    InMap,
}

/// The column of a field in the table `data/case-studies`.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// None.
    None,
    /// One described by the field's help.
    Help,
    /// One with a description of its own.
    Described(&'static str),
}

impl Field {
    /// The values of an entry that it does not state.
    const DEFAULT: Field = Field {
        name: "",
        aliases: &[],
        records: &[],
        kind: FieldKind::Text,
        required: Requirement::Optional,
        help: "",
        short_form: None,
        column: Column::None,
        fact: None,
        is_plain: false,
        is_searched: false,
        facet: None,
    };

    /// Whether a key of front matter is the name of the field or one of its aliases.
    pub fn has_key(&self, key: &str) -> bool {
        self.name == key || self.aliases.contains(&key)
    }

    /// The name and the aliases.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// The words of a closed list, in the order of their declaration; empty for any other type.
    pub fn words(&self) -> &'static [&'static str] {
        match self.kind {
            FieldKind::Keyword { words, .. } => words,
            _ => &[],
        }
    }

    /// Section of the interface's texts with the labels of its words; empty where it has none.
    pub fn label_section(&self) -> &'static str {
        match self.kind {
            FieldKind::Keyword { labels, .. } => labels,
            _ => "",
        }
    }

    /// The entries of a field that is a map or a list of maps.
    pub fn entries(&self) -> &'static [&'static Field] {
        match self.kind {
            FieldKind::Map(entries)
            | FieldKind::Maps(entries)
            | FieldKind::MapsByLanguage(entries) => entries,
            _ => &[],
        }
    }

    /// Description of its column in the table `data/case-studies`; none where it has no column.
    pub const fn column_description(&self) -> Option<&'static str> {
        match self.column {
            Column::None => None,
            Column::Help => Some(self.help),
            Column::Described(description) => Some(description),
        }
    }

    /// Whether text that YAML ignores in the value, such as what follows ` #`, may have been meant
    /// as a part of it. False for keywords, dates, numbers, flags, durations, languages, terms and
    /// metrics, beside which it is certainly a comment; true for every other type.
    pub fn may_lose_text(&self) -> bool {
        !matches!(
            self.kind,
            FieldKind::Keyword { .. }
                | FieldKind::Date
                | FieldKind::Number(_)
                | FieldKind::Count
                | FieldKind::Flag
                | FieldKind::Duration
                | FieldKind::Language
                | FieldKind::Terms(_)
                | FieldKind::Metric
        )
    }

    /// Whether its values, or the names that stand alone among its maps, are never a number, a day
    /// or a truth value, so that other programs must take them for texts: a name such as `1.10`.
    pub fn is_written_as_text(&self) -> bool {
        !matches!(
            self.kind,
            FieldKind::Date
                | FieldKind::Number(_)
                | FieldKind::Count
                | FieldKind::Flag
                | FieldKind::Duration
                | FieldKind::Map(_)
                | FieldKind::AnyMap
        )
    }

    /// What one term of its vocabulary is called in messages.
    ///
    /// # Panics
    /// When the field holds no terms.
    pub fn noun(&self) -> &'static str {
        match self.kind {
            FieldKind::Terms(list) => list.noun(),
            FieldKind::Metric => "metric",
            _ => panic!("`{}` holds no terms", self.name),
        }
    }

    /// Hint of the diagnostic that reports the field as missing; empty unless the field is always
    /// required in some type of record.
    pub fn missing_hint(&self) -> &'static str {
        match self.required {
            Requirement::Always { hint, .. } => hint,
            _ => "",
        }
    }

    /// Whether the field must be given in every record of a type.
    pub fn is_always_required(&self, record_type: RecordType) -> bool {
        match self.required {
            Requirement::Always { records, .. } => records.contains(&record_type),
            _ => false,
        }
    }
}

impl Facet {
    /// The values of an entry that it does not state.
    const DEFAULT: Facet = Facet {
        id: FacetId(0),
        name: "",
        aliases: &[],
        source: FacetSource::Stated,
        matching: ValueMatching::Whole,
        fallback: None,
        levels: None,
        panel: None,
    };

    /// The name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// Fields are equal when they have the same name; a record has at most one of a name.
impl PartialEq for Field {
    fn eq(&self, other: &Field) -> bool {
        self.name == other.name
    }
}

impl Eq for Field {}

impl TermList {
    /// What one term is called in messages.
    pub const fn noun(self) -> &'static str {
        match self {
            TermList::Markets => "market",
            TermList::Channels => "channel",
            TermList::Tactics => "tactic",
        }
    }
}

/// The fields of a type of record, in the order in which the guide lists them.
pub fn fields_of(record_type: RecordType) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().copied().filter(move |field| field.records.contains(&record_type))
}

/// All fields of records, and the entries of those that are maps, at any depth.
fn all_fields() -> impl Iterator<Item = &'static Field> {
    let mut fields: Vec<&Field> = FIELDS.to_vec();
    let mut at = 0;
    while let Some(field) = fields.get(at) {
        fields.extend(field.entries());
        at += 1;
    }
    fields.into_iter()
}

/// The keys of front matter as its writer has to know them; their order is that of the table.
pub fn known_keys() -> &'static KnownKeys {
    /// Made of the table once in a process.
    static KNOWN: LazyLock<KnownKeys> = LazyLock::new(|| {
        let flags = all_fields().filter(|field| matches!(field.kind, FieldKind::Flag));
        // A key that is a text in one place and a number in another is no text.
        let is_text_everywhere = |key: &&str| {
            all_fields().filter(|field| field.has_key(key)).all(Field::is_written_as_text)
        };
        let texts = all_fields().flat_map(Field::keys).filter(is_text_everywhere);
        KnownKeys::new(FIELDS.iter().flat_map(|field| field.keys()), flags.map(|field| field.name))
            .with_texts(texts)
    });
    &KNOWN
}

/// The field that a key of front matter, name or alias, has in records of a type.
pub fn find_field(record_type: RecordType, key: &str) -> Option<&'static Field> {
    fields_of(record_type).find(|field| field.has_key(key))
}

/// The names of the fields of which the day of a change is looked for in git: what was decided
/// about a study, and about its reuse.
pub fn dated_fields() -> [&'static str; 2] {
    [DECISION.name, REUSE.name]
}

/// The facet of a name.
pub fn find_facet(name: &str) -> Option<&'static Facet> {
    facet::FACETS.iter().copied().find(|facet| facet.name == name)
}

/// Zero-based place of a field in the order in which the guide lists them; the entry of a map
/// has that of a field of the same name, else the place behind all fields.
pub fn position(field: &Field) -> usize {
    FIELDS.iter().position(|other| *other == field).unwrap_or(FIELDS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_one_field_of_each_key() {
        for record_type in
            [RecordType::CaseStudy, RecordType::Idea, RecordType::Playbook, RecordType::Page]
        {
            let mut keys: Vec<&str> = fields_of(record_type).flat_map(Field::keys).collect();
            keys.sort_unstable();
            let all = keys.len();
            keys.dedup();
            assert_eq!(keys.len(), all, "{record_type:?}: {keys:?}");
        }
    }

    #[test]
    fn facets_have_names_of_their_own_and_at_most_one_has_levels() {
        // What hits show besides facets; see `RecordFacts`.
        let facts = ["start", "updated", "day", "lift", "change", "freshness", "retired", "has"];
        let mut names: Vec<&str> = facts.to_vec();
        for (at, facet) in facet::FACETS.iter().enumerate() {
            assert_eq!(usize::from(facet.id.0), at, "`{}`", facet.name);
            names.extend(facet.names());
        }
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{names:?}");
        let levels: Vec<_> = facet::FACETS.iter().filter_map(|facet| facet.levels).collect();
        assert!(levels.len() <= 1 && levels.iter().all(|(_, steps)| steps.len() <= 7));
    }

    #[test]
    fn every_field_says_what_to_write() {
        for field in FIELDS
            .iter()
            .flat_map(|field| [*field].into_iter().chain(field.entries().iter().copied()))
        {
            assert!(field.help.ends_with('.'), "`{}`: {}", field.name, field.help);
            if let Requirement::Always { hint, .. } = field.required {
                assert!(!hint.is_empty(), "`{}`", field.name);
            }
        }
    }

    #[test]
    fn plain_fields_have_a_type_that_needs_no_rules() {
        for field in FIELDS.iter().filter(|field| field.is_plain) {
            let is_simple = matches!(
                field.kind,
                FieldKind::Text
                    | FieldKind::Texts
                    | FieldKind::Keyword { .. }
                    | FieldKind::Date
                    | FieldKind::Number(_)
            );
            assert!(is_simple && field.records == [RecordType::CaseStudy], "`{}`", field.name);
        }
        for field in FIELDS.iter().filter(|field| field.facet.is_some()) {
            let has_values = !matches!(field.kind, FieldKind::Date | FieldKind::Number(_));
            assert!(field.is_plain && has_values, "`{}`", field.name);
        }
    }
}
