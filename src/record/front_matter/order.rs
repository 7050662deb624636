//! The order of fields in canonical front matter.

/// Fields of all record types in the order in which the guide for authors and `casebook new` have
/// them: what the record is, where it applies, what was tried, what came of it, who answers for
/// it, what it is related to.
pub const FIELD_ORDER: &[&str] = &[
    "title",
    "claim",
    "summary",
    "tldr",
    "description",
    "nav_title",
    "order",
    "status",
    "outcome",
    "decision",
    "markets",
    "market",
    "channels",
    "channel",
    "tactics",
    "tactic",
    "wanted_by",
    "proposed_by",
    "language",
    "lang",
    "objective",
    "audience",
    "brand",
    "product",
    "category",
    "pillar",
    "content_layer",
    "primary_metric",
    "hypothesis",
    "method",
    "variants",
    "start",
    "date",
    "end",
    "sample_size",
    "sample_unit",
    "mde",
    "confidence_level",
    "results",
    "effort",
    "target",
    "score",
    "budget",
    "owner",
    "authors",
    "raci",
    "reuse",
    "applies_to",
    "fixed",
    "flexible",
    "constraints",
    "suited_markets",
    "idea",
    "becomes",
    "declined_reason",
    "adapted_from",
    "replicates",
    "supersedes",
    "evidence",
    "supports",
    "contradicts",
    "duplicate_of",
    "related",
    "translation_of",
    "not_duplicate_of",
    "links",
    "cover",
    "verified_by",
    "verified_on",
    "review_every",
    "visibility",
    "embargo_until",
    "draft",
    "aliases",
    "extra",
];

/// Fields that are true or false, whose values stay as they are written: `draft: yes`.
const FLAGS: &[&str] = &["control", "draft", "indexed", "local"];

/// The place of a field in canonical front matter; fields that are not known come last.
pub(super) fn field_rank(key: &str) -> usize {
    FIELD_ORDER.iter().position(|known| *known == key).unwrap_or(FIELD_ORDER.len())
}

/// Whether a field is true or false.
pub(super) fn is_flag(key: &str) -> bool {
    FLAGS.contains(&key)
}
