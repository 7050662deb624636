//! Facets: fields with a list of values by which results are filtered and counted. The builder
//! defines them and the header of the index lists them; the engine knows none by name.

use serde::{Deserialize, Serialize};

/// A facet by its zero-based index in the list of facets of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FacetId(pub u8);

/// A facet as the builder defines it: its names in queries, where its values come from, and how
/// they are matched, ranked and shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FacetDefinition {
    /// The name in queries, requests and responses.
    pub name: String,
    /// Other names in queries, besides the name with an `s`.
    pub aliases: Vec<String>,
    /// Where the values of a record come from.
    pub source: FacetSource,
    /// Which values a typed value finds besides the one that equals it.
    pub matching: ValueMatching,
    /// The facet whose values may be typed for this one, if it has no such value itself.
    pub fallback: Option<FacetId>,
    /// The levels of its values; those of the first facet that has any are a quality signal.
    pub levels: Option<FacetLevels>,
    /// Its panel on the search page; none for a facet that only queries name.
    pub panel: Option<FacetPanel>,
}

impl FacetDefinition {
    /// Whether queries may call the facet `name`: by its name, its name with an `s`, or an alias.
    pub fn is_called(&self, name: &str) -> bool {
        name.strip_suffix('s') == Some(&self.name)
            || self.name == name
            || self.aliases.iter().any(|alias| alias == name)
    }
}

/// Which part of a record the values of a facet are taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FacetSource {
    /// [`crate::SearchRecord::facets`].
    #[default]
    Stated,
    /// [`crate::SearchRecord::language`].
    Language,
    /// [`crate::SearchRecord::kind`].
    Kind,
}

/// Which values of a facet a typed value finds besides the one that equals it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueMatching {
    /// None.
    #[default]
    Whole,
    /// Values with the typed parts between hyphens: `crm` finds `crm-brazil`.
    Parts,
    /// Values whose first part it is: `pt` finds `pt-BR`.
    FirstPart,
    /// Values whose last part or singular it is: `study` finds `case-study`, `ideas` finds `idea`.
    LastPart,
    /// Days that lie in it: `2026` and `2026-11` find `2026-11-03`. A range ends with the last day of
    /// its upper bound.
    Period,
}

impl ValueMatching {
    /// Whether `typed`, the value of a filter in a query, finds `value`, a value of the facet; both
    /// are slugs (lower case without accents, words joined by hyphens).
    pub fn matches(self, value: &str, typed: &str) -> bool {
        value == typed
            || match self {
                ValueMatching::Whole => false,
                ValueMatching::Parts => format!("-{value}-").contains(&format!("-{typed}-")),
                ValueMatching::FirstPart => value.split('-').next() == Some(typed),
                ValueMatching::Period => is_within(value, typed),
                ValueMatching::LastPart => {
                    value.ends_with(&format!("-{typed}")) || typed.strip_suffix('s') == Some(value)
                }
            }
    }
}

/// Whether a day, written `2026-11-03`, lies in a period, written `2026`, `2026-11` or as a day.
fn is_within(day: &str, period: &str) -> bool {
    day.strip_prefix(period).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

impl ValueMatching {
    /// Whether `value` is at most `bound`, the upper end of a range, or within it; both are slugs.
    pub fn is_at_most(self, value: &str, bound: &str) -> bool {
        value <= bound || self == ValueMatching::Period && is_within(value, bound)
    }
}

/// The values of a facet that are levels of quality, such as grades, and the factors by which they
/// change scores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FacetLevels {
    /// What a level is called in explanations of scores.
    pub noun: String,
    /// Values with their factors of the score, lowest first, at most seven; records without a value
    /// are below all of them, with the factor 1.
    pub steps: Vec<(String, f32)>,
}

impl FacetLevels {
    /// The level of a value, from 1 for the lowest; 0 if it is none of the levels.
    pub fn level_of(&self, value: &str) -> u8 {
        let is_value = |(step, _): &(String, f32)| step.eq_ignore_ascii_case(value);
        self.steps.iter().position(is_value).map_or(0, |at| at as u8 + 1)
    }

    /// The value of a level, with its factor of the score; `none` and 1 for level 0 or an unknown
    /// one.
    pub fn step(&self, level: u8) -> (&str, f32) {
        let step = usize::from(level).checked_sub(1).and_then(|at| self.steps.get(at));
        step.map_or(("none", 1.0), |(value, factor)| (value, *factor))
    }
}

/// How the values of a facet are offered as a panel of filters on the search page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetPanel {
    /// Sort key among the panels, lowest first.
    pub place: u8,
    /// Whether its values are shown at first.
    pub open: bool,
}

#[cfg(test)]
mod tests {
    use super::{FacetDefinition, FacetLevels, ValueMatching};

    #[test]
    fn a_facet_is_called_by_its_name_plural_and_aliases() {
        let facet = FacetDefinition {
            name: "status".to_owned(),
            aliases: vec!["statuses".to_owned()],
            ..FacetDefinition::default()
        };
        for (name, is_called) in
            [("status", true), ("statuss", true), ("statuses", true), ("statu", false), ("", false)]
        {
            assert_eq!(facet.is_called(name), is_called, "{name}");
        }
    }

    #[test]
    fn typed_values_find_values() {
        for (matching, value, typed, is_match) in [
            (ValueMatching::Whole, "br", "br", true),
            (ValueMatching::Whole, "pt-br", "pt", false),
            (ValueMatching::Parts, "crm-south-brazil", "south", true),
            (ValueMatching::Parts, "crm-brazil", "crm-brazil", true),
            (ValueMatching::Parts, "crm-brazil", "bra", false),
            (ValueMatching::FirstPart, "pt-br", "pt", true),
            (ValueMatching::FirstPart, "pt-br", "br", false),
            (ValueMatching::LastPart, "case-study", "study", true),
            (ValueMatching::LastPart, "idea", "ideas", true),
            (ValueMatching::LastPart, "case-study", "case", false),
            (ValueMatching::Period, "2026-11-03", "2026", true),
            (ValueMatching::Period, "2026-11-03", "2026-11", true),
            (ValueMatching::Period, "2026-11-03", "2026-11-03", true),
            (ValueMatching::Period, "2026-11-03", "2026-1", false),
            (ValueMatching::Period, "2026-11-03", "11", false),
            (ValueMatching::Period, "2026-11-03", "", false),
        ] {
            assert_eq!(matching.matches(value, typed), is_match, "{matching:?} {value} {typed}");
        }
    }

    #[test]
    fn levels_begin_at_one() {
        let levels = FacetLevels {
            noun: "rank".to_owned(),
            steps: vec![("low".to_owned(), 1.0), ("high".to_owned(), 1.5)],
        };
        assert_eq!(["", "LOW", "high"].map(|value| levels.level_of(value)), [0, 1, 2]);
        assert_eq!(levels.step(0), ("none", 1.0));
        assert_eq!(levels.step(2), ("high", 1.5));
        assert_eq!(levels.step(7), ("none", 1.0));
    }
}
