//! The order of fields in canonical front matter.

/// Fields of all record types in the order in which the guide for authors and `casebook new` have
/// them: what the record is, where it applies, what was tried, what came of it, who answers for
/// it, what it is related to.
pub const FIELD_ORDER: &[&str] = &[
    "title",
    "nav_title",
    "summary",
    "tldr",
    "description",
    "claim",
    "status",
    "outcome",
    "decision",
    "language",
    "lang",
    "visibility",
    "embargo_until",
    "draft",
    "order",
    "markets",
    "market",
    "channels",
    "channel",
    "tactics",
    "tactic",
    "objective",
    "pillar",
    "content_layer",
    "audience",
    "brand",
    "product",
    "category",
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
    "budget",
    "results",
    "supports",
    "contradicts",
    "applies_to",
    "owner",
    "authors",
    "raci",
    "proposed_by",
    "wanted_by",
    "score",
    "evidence",
    "effort",
    "target",
    "becomes",
    "declined_reason",
    "verified_by",
    "verified_on",
    "review_every",
    "reuse",
    "fixed",
    "flexible",
    "constraints",
    "suited_markets",
    "idea",
    "adapted_from",
    "replicates",
    "supersedes",
    "duplicate_of",
    "not_duplicate_of",
    "related",
    "translation_of",
    "links",
    "cover",
    "aliases",
    "extra",
];

/// Fields that are true or false, whose values stay as they are written: `draft: yes`.
const FLAGS: &[&str] = &["control", "draft", "indexed", "local"];

/// The place of a field in canonical front matter; fields that are not known come last.
pub(super) fn field_rank(key: &str) -> usize {
    FIELD_ORDER.iter().position(|known| *known == key).unwrap_or(FIELD_ORDER.len())
}

/// Whether a field holds `true` or `false`, so that a word such as `yes` is no text there.
pub(super) fn is_flag(key: &str) -> bool {
    FLAGS.contains(&key)
}
