//! The fields of front matter, in the order in which the guide lists them and canonical front matter
//! has them: what the record is, where it applies, what was tried, what came of it, who answers for
//! it, what it is related to. A new field is one
//! entry here, with its label in each of `themes/atlas/languages/` where it has one; a field with
//! rules of its own is read in [`crate::catalog::read`].

use crate::catalog::field::FieldKind::*;
use crate::catalog::field::Requirement::*;
use crate::catalog::field::{Column, Facet, Field, FieldKind, TermList};
use crate::catalog::keywords::{
    Band, ContentLayer, Decision, IdeaStatus, Keyword as Keywords, LiftType, Method, Objective,
    Outcome, Pillar, PlaybookStatus, Reuse, Role, Status,
};
use crate::catalog::number::NumberKind;
use crate::record::RecordType;

/// Declares one constant for each field, and the list of all of them.
macro_rules! fields {
    (
        $(#[$list_doc:meta])* $list:ident:
        $(
            $(#[$cfg:meta])* $constant:ident = $name:literal, $kind:expr, $records:expr,
                $help:literal $({ $($key:ident: $value:expr),+ $(,)? })?;
        )+
    ) => {
        $(
            $(#[$cfg])*
            #[doc = $help]
            pub static $constant: Field = Field {
                name: $name,
                kind: $kind,
                records: $records,
                help: $help,
                $($($key: $value,)+)?
                ..Field::DEFAULT
            };
        )+

        $(#[$list_doc])*
        pub static $list: &[&Field] = &[$($(#[$cfg])* &$constant),+];
    };
}

/// The type of a field whose words are the variants of `K`; `labels` is the section of the
/// interface's texts with their labels.
const fn keyword<K: Keywords>(labels: &'static str) -> FieldKind {
    Keyword { words: K::WORDS, aliases: K::ALIASES, labels }
}

/// The type of a field whose words are no enum of their own; `labels` is the section of the
/// interface's texts with their labels, empty for none.
const fn words(words: &'static [&'static str], labels: &'static str) -> FieldKind {
    Keyword { words, aliases: &[], labels }
}

/// The types of record of a field that every record can have.
const ALL: &[RecordType] =
    &[RecordType::CaseStudy, RecordType::Idea, RecordType::Playbook, RecordType::Page];
/// The type of record of a field of case studies alone.
const CASE_STUDY: &[RecordType] = &[RecordType::CaseStudy];
/// The type of record of a field of ideas alone.
const IDEA: &[RecordType] = &[RecordType::Idea];
/// The type of record of a field of playbooks alone.
const PLAYBOOK: &[RecordType] = &[RecordType::Playbook];
/// The type of record of a field of content pages alone.
const PAGE: &[RecordType] = &[RecordType::Page];
/// The types of record of a field that says what an experiment is or would be.
const CASE_STUDY_OR_IDEA: &[RecordType] = &[RecordType::CaseStudy, RecordType::Idea];
/// The types of record of a field that says how something is reused or verified.
const CASE_STUDY_OR_PLAYBOOK: &[RecordType] = &[RecordType::CaseStudy, RecordType::Playbook];
/// The types of record of a field that all but content pages can have.
const EXPERIMENT_RECORDS: &[RecordType] =
    &[RecordType::CaseStudy, RecordType::Idea, RecordType::Playbook];

fields! {
    /// All fields of records, in the order in which the guide lists them and front matter has them.
    FIELDS:
    TITLE = "title", Text, ALL,
        "Title, in the language of the record." {
        required: Always { records: ALL, hint: "say in one line what was tested and where" },
        column: Column::Help,
    };
    NAV_TITLE = "nav_title", Text, PAGE,
        "Short title for the navigation.";
    SUMMARY = "summary", Text, CASE_STUDY_OR_IDEA,
        "The result and for whom." {
        aliases: &["tldr"],
        required: OnceCompleted,
        column: Column::Help,
    };
    PAGE_SUMMARY = "summary", Text, PAGE,
        "What the page is about; its first paragraph where it states none." {
        aliases: &["description"],
    };
    CLAIM = "claim", Text, PLAYBOOK,
        "What is held to be true, in one sentence." {
        required: Always { records: PLAYBOOK, hint: "say in one sentence what is held to be true" },
    };
    STATUS = "status", keyword::<Status>("status"), CASE_STUDY,
        "How far the experiment is." {
        required: Always { records: CASE_STUDY, hint: "one of `planned`, `running`, `completed`, \
            `stopped-early`, `archived`" },
        column: Column::Described("planned, running, completed, stopped-early or archived."),
    };
    IDEA_STATUS = "status", keyword::<IdeaStatus>("idea_status"), IDEA,
        "How far the idea is." {
        required: Always { records: IDEA, hint: "one of `new`, `shortlisted`, `planned`, \
            `running`, `done`, `declined`, `parked`" },
    };
    PLAYBOOK_STATUS = "status", keyword::<PlaybookStatus>("playbook_status"), PLAYBOOK,
        "How sure the hub is of the claim; `emerging` where the record does not say.";
    OUTCOME = "outcome", keyword::<Outcome>("outcome"), CASE_STUDY,
        "How the experiment ended." {
        required: OnceCompleted,
        column: Column::Described("won, lost, inconclusive, no-effect, invalid or in-evaluation."),
    };
    DECISION = "decision", keyword::<Decision>("decision"), CASE_STUDY,
        "What happens now." {
        required: OnceCompleted,
        column: Column::Described("scale, adapt, rerun, iterate, stop or none."),
    };
    LANGUAGE = "language", Language, ALL,
        "Language of the record (BCP 47)." {
        aliases: &["lang"],
        column: Column::Help,
    };
    VISIBILITY = "visibility", words(&["public", "internal", "restricted"], ""), ALL,
        "Who may see the record; the hub's default where it does not say." {
        column: Column::Described("public or internal."),
    };
    EMBARGO_UNTIL = "embargo_until", Date, ALL,
        "First day on which the public may see the record.";
    DRAFT = "draft", Flag, ALL,
        "Whether the record is a draft, which is not published.";
    ORDER = "order", Count, PAGE,
        "Accepted for other tools; Casebook does not read it.";
    MARKETS = "markets", Terms(TermList::Markets), CASE_STUDY_OR_IDEA,
        "Country codes, market groups or `global`." {
        aliases: &["market"],
        required: Always { records: CASE_STUDY, hint: "name the country code or market group, \
            such as `markets: [BR]`" },
        column: Column::Described("Markets, ISO 3166-1 alpha-2."),
    };
    CHANNELS = "channels", Terms(TermList::Channels), CASE_STUDY_OR_IDEA,
        "Channels in which people met it." {
        aliases: &["channel"],
        required: Always { records: CASE_STUDY, hint: "name at least one channel, such as \
            `channels: [email]`" },
        column: Column::Described("Channels."),
    };
    TACTICS = "tactics", Terms(TermList::Tactics), CASE_STUDY_OR_IDEA,
        "Tactics, the main one first." {
        aliases: &["tactic"],
        required: Always { records: CASE_STUDY, hint: "name at least one tactic, such as \
            `tactics: [referral-reward]`" },
        column: Column::Help,
    };
    OBJECTIVE = "objective", keyword::<Objective>("objective"), CASE_STUDY_OR_IDEA,
        "The marketing objective." {
        required: OnceCompleted,
        column: Column::Described("awareness, consideration, acquisition, conversion, retention \
            or advocacy."),
        fact: Some("fact.objective"),
    };
    AUDIENCE = "audience", Texts, CASE_STUDY,
        "Who was addressed." {
        fact: Some("fact.audience"),
    };
    BRAND = "brand", Texts, CASE_STUDY,
        "Brands." {
        fact: Some("fact.brand"),
        is_plain: true,
    };
    PRODUCT = "product", Texts, CASE_STUDY,
        "Products." {
        fact: Some("fact.product"),
        is_plain: true,
    };
    CATEGORY = "category", Texts, CASE_STUDY,
        "Product categories." {
        fact: Some("fact.category"),
        is_plain: true,
    };
    PILLAR = "pillar", keyword::<Pillar>("pillar"), CASE_STUDY,
        "The pillar of hub-and-spoke marketing." {
        column: Column::Described("brand-content-engagement, media-platform or data-technology."),
        fact: Some("fact.pillar"),
    };
    CONTENT_LAYER = "content_layer", keyword::<ContentLayer>("layer"), CASE_STUDY,
        "The layer of the content mix." {
        fact: Some("fact.layer"),
        is_plain: true,
    };
    PRIMARY_METRIC = "primary_metric", Metric, IDEA,
        "The metric that will decide.";
    HYPOTHESIS = "hypothesis", Text, CASE_STUDY_OR_IDEA,
        "If we ..., for ..., then ..., because ..." {
        required: OnceCompleted,
    };
    METHOD = "method", keyword::<Method>("method"), CASE_STUDY,
        "How it was measured." {
        required: OnceCompleted,
        column: Column::Help,
    };
    VARIANTS = "variants", Maps(variant::ENTRIES), CASE_STUDY,
        "The arms of the experiment; a name alone is enough." {
        short_form: Some(&variant::NAME),
    };
    START = "start", Date, CASE_STUDY,
        "First day." {
        aliases: &["date"],
        required: OnceCompleted,
        column: Column::Help,
    };
    END = "end", Date, CASE_STUDY,
        "Last day." {
        required: OnceCompleted,
        column: Column::Help,
    };
    SAMPLE_SIZE = "sample_size", Count, CASE_STUDY,
        "How many units were measured." {
        column: Column::Help,
    };
    SAMPLE_UNIT = "sample_unit", Text, CASE_STUDY,
        "What was counted, such as people, sessions or stores." {
        column: Column::Help,
    };
    MDE = "mde", Number(NumberKind::Percentage), CASE_STUDY,
        "The smallest effect worth finding, in percent.";
    CONFIDENCE_LEVEL = "confidence_level", Number(NumberKind::Percentage), CASE_STUDY,
        "Confidence level of the intervals, in percent; 95 where the record does not say.";
    BUDGET = "budget", Map(budget::ENTRIES), CASE_STUDY,
        "What it cost: an amount, or a band, which may stand alone." {
        short_form: Some(&budget::BAND),
        fact: Some("fact.budget"),
    };
    RESULTS = "results", Maps(result::ENTRIES), CASE_STUDY,
        "One entry for each metric; exactly one of them is primary." {
        required: OnceCompleted,
    };
    SUPPORTS = "supports", CaseStudies, PLAYBOOK,
        "Ids of the studies that support the claim.";
    CONTRADICTS = "contradicts", CaseStudies, CASE_STUDY_OR_PLAYBOOK,
        "Ids of the studies it disagrees with; in a playbook, of those that speak against the \
            claim.";
    APPLIES_TO = "applies_to", Map(applies_to::ENTRIES), PLAYBOOK,
        "Where the claim holds.";
    OWNER = "owner", Text, EXPERIMENT_RECORDS,
        "Team or role." {
        required: OnceCompleted,
        column: Column::Help,
    };
    AUTHORS = "authors", Texts, CASE_STUDY,
        "Authors of the record." {
        fact: Some("fact.authors"),
        is_plain: true,
    };
    RACI = "raci", Map(raci::ENTRIES), CASE_STUDY,
        "Who does what (RACI).";
    PROPOSED_BY = "proposed_by", Terms(TermList::Markets), IDEA,
        "Markets that proposed it.";
    WANTED_BY = "wanted_by", Terms(TermList::Markets), IDEA,
        "Markets that want it.";
    SCORE = "score", Map(score::ENTRIES), IDEA,
        "Parts of the score (ICE or RICE), each from 1 to 10.";
    EVIDENCE = "evidence", Evidence, IDEA,
        "Ids of case studies and addresses that speak for it.";
    EFFORT = "effort", keyword::<Band>("band"), IDEA,
        "How much work it is.";
    TARGET = "target", Text, IDEA,
        "The result that would count as success.";
    BECOMES = "becomes", CaseStudy, IDEA,
        "Id of the case study that it became.";
    DECLINED_REASON = "declined_reason", Text, IDEA,
        "Why it will not be run.";
    VERIFIED_BY = "verified_by", Text, CASE_STUDY_OR_PLAYBOOK,
        "Team or role that checked the record.";
    VERIFIED_ON = "verified_on", Date, CASE_STUDY_OR_PLAYBOOK,
        "Day it was last verified." {
        column: Column::Help,
    };
    REVIEW_EVERY = "review_every", Duration, CASE_STUDY_OR_PLAYBOOK,
        "How long a verification holds.";
    REUSE = "reuse", keyword::<Reuse>("reuse"), CASE_STUDY,
        "What the hub says about reuse; `candidate` for a completed study that does not say." {
        column: Column::Described("local-only, candidate, approved, playbook or retired."),
    };
    FIXED = "fixed", Texts, CASE_STUDY_OR_PLAYBOOK,
        "What must stay as it is.";
    FLEXIBLE = "flexible", Texts, CASE_STUDY_OR_PLAYBOOK,
        "What a market may adapt.";
    TRANSLATIONS = "translations", MapsByLanguage(gist::ENTRIES), EXPERIMENT_RECORDS,
        "What the record says in short in other languages, by language tag.";
    CONSTRAINTS = "constraints", Texts, CASE_STUDY,
        "What a transfer to another market needs.";
    SUITED_MARKETS = "suited_markets", Terms(TermList::Markets), CASE_STUDY,
        "Markets and groups in which it should work.";
    IDEA_ID = "idea", Idea, CASE_STUDY,
        "Id of the idea it came from." {
        column: Column::Help,
    };
    ADAPTED_FROM = "adapted_from", CaseStudies, CASE_STUDY,
        "Ids of its origins." {
        column: Column::Help,
    };
    REPLICATES = "replicates", CaseStudies, CASE_STUDY,
        "Ids of the studies it repeats." {
        column: Column::Help,
    };
    SUPERSEDES = "supersedes", CaseStudies, CASE_STUDY,
        "Ids of the studies it replaces.";
    DUPLICATE_OF = "duplicate_of", CaseStudies, CASE_STUDY,
        "Ids of the studies it repeats without need.";
    NOT_DUPLICATE_OF = "not_duplicate_of", Maps(not_duplicate::ENTRIES), EXPERIMENT_RECORDS,
        "Studies or families of studies that look alike and are not, with the reason; an id \
            alone is enough." {
        short_form: Some(&not_duplicate::ID),
    };
    RELATED = "related", CaseStudies, CASE_STUDY,
        "Ids of studies on a related subject.";
    TRANSLATION_OF = "translation_of", CaseStudy, CASE_STUDY,
        "Id of the record it translates." {
        column: Column::Help,
    };
    LINKS = "links", Maps(link::ENTRIES), CASE_STUDY,
        "Web pages outside the hub; an address alone is enough." {
        short_form: Some(&link::URL),
    };
    COVER = "cover", Image, CASE_STUDY,
        "Cover image.";
    ALIASES = "aliases", Texts, ALL,
        "Old addresses of the record, which lead to it.";
    EXTRA = "extra", AnyMap, ALL,
        "The hub's own fields by name." {
        column: Column::Described("The hub's own fields by name, and in lenient hubs keys that \
            nobody knows: numbers and flags as such, days and texts as text, lists and maps as \
            they are; empty where there are none."),
    };
    // Stands for the next field: `command/new_field_test.rs` follows it through every output.
    #[cfg(test)]
    PLACEHOLDER = "placeholder", Texts, CASE_STUDY,
        "Stands for the next field." {
        aliases: &["placeholders"],
        column: Column::Help,
        fact: Some("fact.placeholder"),
        is_plain: true,
        is_searched: true,
        facet: Some(&facet::PLACEHOLDER),
    };
}

/// Facets of search.
pub mod facet {
    use casebook_search::{FacetId, FacetPanel, FacetSource, ValueMatching};

    use super::Facet;

    /// Declares one constant for each facet, and the list of all of them.
    macro_rules! facets {
        (
            $(#[$list_doc:meta])* $list:ident:
            $($(#[$cfg:meta])* $constant:ident = $name:literal
                $({ $($key:ident: $value:expr),+ $(,)? })?;)+
        ) => {
            /// Positions in the list, each named as its facet is.
            #[expect(clippy::upper_case_acronyms, reason = "named as the constants are")]
            enum Position {
                $($(#[$cfg])* $constant),+
            }

            $(
                $(#[$cfg])*
                #[doc = concat!("The facet `", $name, "`.")]
                pub static $constant: Facet = Facet {
                    id: id(Position::$constant),
                    name: $name,
                    $($($key: $value,)+)?
                    ..Facet::DEFAULT
                };
            )+

            $(#[$list_doc])*
            pub static $list: &[&Facet] = &[$($(#[$cfg])* &$constant),+];
        };
    }

    /// The id of the facet at this position of [`FACETS`]; the index header lists facets in the
    /// same order, and an id is a position there.
    const fn id(position: Position) -> FacetId {
        FacetId(position as u8)
    }

    /// A panel that is open at first.
    const fn open(place: u8) -> Option<FacetPanel> {
        Some(FacetPanel { place, open: true })
    }

    /// A panel that is closed at first.
    const fn closed(place: u8) -> Option<FacetPanel> {
        Some(FacetPanel { place, open: false })
    }

    facets! {
        /// All facets, in the order in which the help of the query language names them. The values
        /// of a new one come from a plain field that names it, or are collected in `index/records.rs`.
        FACETS:
        MARKET = "market" {
            aliases: &["country", "countries"],
            fallback: Some(id(Position::GROUP)),
            panel: open(4),
        };
        GROUP = "group" {
            aliases: &["region", "regions"],
            fallback: Some(id(Position::MARKET)),
            panel: closed(3),
        };
        CHANNEL = "channel" { panel: closed(5) };
        TACTIC = "tactic" { panel: open(6) };
        METRIC = "metric";
        OBJECTIVE = "objective" { panel: closed(7) };
        PILLAR = "pillar";
        OUTCOME = "outcome" { aliases: &["result"], panel: open(1) };
        STATUS = "status" { aliases: &["statuses"], panel: closed(2) };
        GRADE = "grade" {
            levels: Some(("evidence grade", &[("D", 1.0), ("C", 1.01), ("B", 1.03), ("A", 1.05)])),
            panel: closed(8),
        };
        REUSE = "reuse" { panel: closed(9) };
        OWNER = "owner" { aliases: &["team"], matching: ValueMatching::Parts };
        YEAR = "year" { panel: closed(10) };
        CHANGED = "changed" { aliases: &["new"], matching: ValueMatching::Period };
        DECIDED = "decided" { matching: ValueMatching::Period };
        VERIFIED = "verified" { matching: ValueMatching::Period };
        LANGUAGE = "language" {
            aliases: &["lang"],
            source: FacetSource::Language,
            matching: ValueMatching::FirstPart,
            panel: closed(11),
        };
        TYPE = "type" {
            aliases: &["kind"],
            source: FacetSource::Kind,
            matching: ValueMatching::LastPart,
            panel: open(0),
        };
        #[cfg(test)]
        PLACEHOLDER = "placeholder" { panel: closed(12) };
    }
}

/// Entries of an arm in `variants`.
pub mod variant {
    use super::*;

    fields! {
        /// All entries.
        ENTRIES:
        NAME = "name", Text, &[],
            "Name of the arm." {
            required: InMap,
        };
        CONTROL = "control", Flag, &[],
            "Whether the arm is the control.";
        DESCRIPTION = "description", Text, &[],
            "What the arm showed or did.";
        IMAGE = "image", Image, &[],
            "Image of the arm.";
    }
}

/// Entries of a result in `results`.
pub mod result {
    use super::*;

    fields! {
        /// All entries.
        ENTRIES:
        METRIC = "metric", Metric, &[],
            "The metric." {
            required: InMap,
        };
        LOCAL = "local", Flag, &[],
            "Whether the metric is the region's own, which no list names.";
        ROLE = "role", keyword::<Role>("role"), &[],
            "Its part in the decision; `secondary` where the record does not say.";
        BASELINE = "baseline", Number(NumberKind::Ratio), &[],
            "Figure before the experiment.";
        CONTROL = "control", Number(NumberKind::Ratio), &[],
            "Figure without the change.";
        VARIANT = "variant", Number(NumberKind::Ratio), &[],
            "Figure with the change.";
        LIFT = "lift", Number(NumberKind::Percentage), &[],
            "Change from the control; computed from the figures where the record does not say.";
        LIFT_TYPE = "lift_type", keyword::<LiftType>(""), &[],
            "Scale of the lift; `relative` where the record does not say.";
        CI_LOW = "ci_low", Number(NumberKind::Percentage), &[],
            "Lower end of the confidence interval of the lift.";
        CI_HIGH = "ci_high", Number(NumberKind::Percentage), &[],
            "Upper end of the confidence interval of the lift.";
        P_VALUE = "p_value", Number(NumberKind::Probability), &[],
            "The p-value.";
        CHANCE_TO_WIN = "chance_to_win", Number(NumberKind::Percentage), &[],
            "Probability that the variant is better, in percent.";
        INDEXED = "indexed", Flag, &[],
            "Whether the figures are indexed instead of absolute.";
        CURRENCY = "currency", Text, &[],
            "Currency of the figures (ISO 4217).";
        SOURCE = "source", Text, &[],
            "Where the figures come from.";
    }
}

/// Entries of `score`.
pub mod score {
    use super::*;

    fields! {
        /// All entries.
        ENTRIES:
        REACH = "reach", Number(NumberKind::Percentage), &[],
            "How many people it reaches.";
        IMPACT = "impact", Number(NumberKind::Percentage), &[],
            "How much it changes for them.";
        CONFIDENCE = "confidence", Number(NumberKind::Percentage), &[],
            "How sure that is.";
        EASE = "ease", Number(NumberKind::Percentage), &[],
            "How easy it is.";
        EFFORT = "effort", Number(NumberKind::Percentage), &[],
            "How much work it is.";
    }
}

/// Entries of the gist in one language in `translations`.
pub mod gist {
    use super::*;

    fields! {
        /// All entries.
        ENTRIES:
        TITLE = "title", Text, &[],
            "The title in this language." {
            required: InMap,
        };
        SUMMARY = "summary", Text, &[],
            "The summary in this language; of a playbook the claim.";
        FIXED = "fixed", Texts, &[],
            "What must stay as it is, in this language.";
        FLEXIBLE = "flexible", Texts, &[],
            "What a market may adapt, in this language.";
    }
}

/// Entries of `budget`.
pub mod budget {
    use super::*;

    fields! {
        /// All entries.
        ENTRIES:
        BAND = "band", keyword::<Band>("band"), &[],
            "A size that discloses no amount.";
        AMOUNT = "amount", Number(NumberKind::Amount), &[],
            "The amount.";
        CURRENCY = "currency", Text, &[],
            "Its currency (ISO 4217).";
    }
}

/// Entries of `raci`.
pub mod raci {
    use super::*;

    fields! {
        /// All entries.
        ENTRIES:
        ACCOUNTABLE = "accountable", Texts, &[],
            "Teams or roles that are answerable for the result." {
            fact: Some("fact.accountable"),
        };
        RESPONSIBLE = "responsible", Texts, &[],
            "Teams or roles that do the work." {
            fact: Some("fact.responsible"),
        };
        CONSULTED = "consulted", Texts, &[],
            "Teams or roles that give advice." {
            fact: Some("fact.consulted"),
        };
        INFORMED = "informed", Texts, &[],
            "Teams or roles that are kept informed." {
            fact: Some("fact.informed"),
        };
    }
}

/// Entries of `applies_to`.
pub mod applies_to {
    use super::*;

    fields! {
        /// All entries.
        ENTRIES:
        MARKETS = "markets", Terms(TermList::Markets), &[],
            "Markets and market groups.";
        MATURITY = "maturity", words(&["mature", "growth", "new-entry"], "maturity"), &[],
            "Maturity of the markets, one or a list.";
        CHANNELS = "channels", Terms(TermList::Channels), &[],
            "Channels.";
        TACTICS = "tactics", Terms(TermList::Tactics), &[],
            "Tactics.";
    }
}

/// Entries of an answer in `not_duplicate_of`.
pub mod not_duplicate {
    use super::*;

    fields! {
        /// All entries.
        ENTRIES:
        ID = "id", CaseStudy, &[],
            "Id of the study that looks alike.";
        FAMILY = "family", Text, &[],
            "Id of the family of studies that looks alike.";
        MEMBERS = "members", Count, &[],
            "How many studies the family had when this was written.";
        REASON = "reason", Text, &[],
            "Why it is not the same.";
    }
}

/// Entries of a link in `links`.
pub mod link {
    use super::*;

    fields! {
        /// All entries.
        ENTRIES:
        LABEL = "label", Text, &[],
            "Text of the link.";
        URL = "url", WebAddress, &[],
            "The address." {
            required: InMap,
        };
    }
}
