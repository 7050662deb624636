//! What the entries of each vocabulary file may say: keys, values and their meaning, for editors.

use crate::vocabulary::entry::GLOSSARY;
use crate::vocabulary::team_entry::TEAMS;

/// A key of an entry in a vocabulary file.
#[derive(Debug)]
pub struct EntryField {
    /// The key.
    pub name: &'static str,
    /// Names of the vocabularies whose entries have it.
    pub vocabularies: &'static [&'static str],
    /// Type of the value.
    pub kind: EntryKind,
    /// What it means, in one sentence.
    pub help: &'static str,
}

/// The type of a value in an entry of a vocabulary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// The id of the entry, which every entry has.
    Id,
    /// One text.
    Text,
    /// A list of texts.
    Texts,
    /// A map from language tags (BCP 47) to texts.
    TextByLanguage,
    /// One word of a closed list.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
}

/// All vocabularies but the glossary.
const ALL: &[&str] = &["markets", "groups", "channels", "tactics", "metrics", TEAMS];
/// The vocabularies of terms, without that of teams.
const TERMS: &[&str] = &["markets", "groups", "channels", "tactics", "metrics"];

/// All keys, in the order in which the files have them.
pub const ENTRY_FIELDS: &[EntryField] = &[
    EntryField {
        name: "id",
        vocabularies: &["markets", "groups", "channels", "tactics", "metrics", TEAMS, GLOSSARY],
        kind: EntryKind::Id,
        help: "Name in front matter and in addresses: lower-case words with hyphens, of a market \
            its ISO 3166-1 alpha-2 code.",
    },
    EntryField {
        name: "label",
        vocabularies: ALL,
        kind: EntryKind::Text,
        help: "What readers see, in English or in the language of the hub.",
    },
    EntryField {
        name: "labels",
        vocabularies: ALL,
        kind: EntryKind::TextByLanguage,
        help: "What readers of other languages see, by language tag.",
    },
    EntryField {
        name: "aliases",
        vocabularies: ALL,
        kind: EntryKind::Texts,
        help: "Other names in any language, by which it is found.",
    },
    EntryField {
        name: "description",
        vocabularies: ALL,
        kind: EntryKind::Text,
        help: "What it means, in one sentence.",
    },
    EntryField {
        name: "deprecated_by",
        vocabularies: TERMS,
        kind: EntryKind::Text,
        help: "Id of the term that replaces this one.",
    },
    EntryField {
        name: "family",
        vocabularies: &["tactics"],
        kind: EntryKind::Text,
        help: "The family of the tactic.",
    },
    EntryField {
        name: "maturity",
        vocabularies: &["markets"],
        kind: EntryKind::Word(&["mature", "growth", "new-entry"]),
        help: "How far the business in the market is.",
    },
    EntryField {
        name: "languages",
        vocabularies: &["markets"],
        kind: EntryKind::Texts,
        help: "Languages spoken in the market, as language tags.",
    },
    EntryField {
        name: "groups",
        vocabularies: &["markets"],
        kind: EntryKind::Texts,
        help: "Ids of the market groups with this market.",
    },
    EntryField {
        name: "members",
        vocabularies: &["groups"],
        kind: EntryKind::Texts,
        help: "Country codes of the markets of the group.",
    },
    EntryField {
        name: "unions",
        vocabularies: &["groups"],
        kind: EntryKind::Texts,
        help: "Ids of the groups whose markets it contains.",
    },
    EntryField {
        name: "better",
        vocabularies: &["metrics"],
        kind: EntryKind::Word(&["higher", "lower", "neutral"]),
        help: "The direction in which the metric improves; `neutral` where it does not say.",
    },
    EntryField {
        name: "unit",
        vocabularies: &["metrics"],
        kind: EntryKind::Word(&[
            "percent", "points", "money", "ratio", "people", "count", "days", "index",
        ]),
        help: "Unit of the figures; `count` where it does not say.",
    },
    EntryField {
        name: "common",
        vocabularies: &["metrics"],
        kind: EntryKind::Flag,
        help: "Whether it belongs to the suggested common metrics.",
    },
    EntryField {
        name: "guardrail",
        vocabularies: &["metrics"],
        kind: EntryKind::Flag,
        help: "Whether it usually is a metric that must not get worse.",
    },
    EntryField {
        name: "markets",
        vocabularies: &[TEAMS],
        kind: EntryKind::Texts,
        help: "Markets and market groups in which the team works.",
    },
    EntryField {
        name: "contact",
        vocabularies: &[TEAMS],
        kind: EntryKind::Text,
        help: "How to reach the team: a shared mailbox, or an `https://` address of a channel.",
    },
];

/// The keys of an entry of a vocabulary, in the order in which its file has them.
pub fn entry_fields(vocabulary: &str) -> impl Iterator<Item = &'static EntryField> {
    ENTRY_FIELDS.iter().filter(move |field| field.vocabularies.contains(&vocabulary))
}

/// Names of all vocabularies, which are those of their files.
pub const VOCABULARY_NAMES: [&str; 7] =
    ["markets", "groups", "channels", "tactics", "metrics", TEAMS, GLOSSARY];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
    use serde::forward_to_deserialize_any;

    use super::*;
    use crate::vocabulary::entry::TermEntry;
    use crate::vocabulary::team_entry::TeamEntry;
    use crate::vocabulary::{BetterDirection, Maturity, MetricUnit};

    /// Answers every request for a value with an error that names the fields or variants that the
    /// type has, one on each line.
    struct NameReader;

    impl<'de> Deserializer<'de> for NameReader {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(Self::Error::custom("neither fields nor variants"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Self::Error> {
            Err(Self::Error::custom(fields.join("\n")))
        }

        fn deserialize_enum<V: Visitor<'de>>(
            self,
            _: &'static str,
            variants: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Self::Error> {
            Err(Self::Error::custom(variants.join("\n")))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
        }
    }

    /// The fields or variants that a type is read from.
    fn names_of<'de, T: Deserialize<'de>>() -> BTreeSet<String> {
        let Err(error) = T::deserialize(NameReader) else { panic!("it was read from nothing") };
        error.to_string().lines().map(str::to_owned).collect()
    }

    /// The words of a key of a vocabulary.
    fn words_of(name: &str) -> BTreeSet<String> {
        let field = ENTRY_FIELDS.iter().find(|field| field.name == name).unwrap();
        let EntryKind::Word(words) = field.kind else { panic!("`{name}` has no words") };
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn the_keys_are_those_that_are_read() {
        let keys = |vocabularies: &[&str]| -> BTreeSet<String> {
            let of_them = vocabularies.iter().flat_map(|vocabulary| entry_fields(vocabulary));
            of_them.map(|field| field.name.to_owned()).collect()
        };
        assert_eq!(keys(TERMS), names_of::<TermEntry<String>>());
        assert_eq!(keys(&[TEAMS]), names_of::<TeamEntry>());
    }

    #[test]
    fn the_words_are_those_that_are_read() {
        assert_eq!(words_of("maturity"), names_of::<Maturity>());
        assert_eq!(words_of("better"), names_of::<BetterDirection>());
        assert_eq!(words_of("unit"), names_of::<MetricUnit>());
    }
}
