//! What `nearest` needs of a hub, in a form that is kept between runs: the compared records, and of each case study what an
//! answer names. Nothing is kept of a hub whose records use terms that no vocabulary names: their numbers follow from all records.

use std::borrow::Cow;

use casebook_search::ANALYZER_VERSION;
use casebook_search::language::Language;
use serde::{Deserialize, Serialize};

use crate::catalog::grade::Graded;
use crate::catalog::result::{Metric, Reported};
use crate::catalog::words::{Grade, Objective, Outcome, Status, Word};
use crate::catalog::{CaseIndex, CaseStudy, Catalog, Meta};
use crate::similar::compare::{self, Compared, Ideas};
use crate::similar::families::Family;
use crate::similar::feature::Spelling;
use crate::similar::neighbours::{Levels, Neighbours};
use crate::similar::score::Weights;
use crate::similar::space::Space;
use crate::site::Site;
use crate::vocabulary::{ChannelId, MarketId, MetricId, TacticId, Vocabulary};

/// Changes whenever what is kept is written otherwise, or follows otherwise from the same records.
const FORMAT: u8 = 8;

/// What the bytes depend on beside the hub: their layout, the analysis, and the weights that the vectors were made with.
pub fn version() -> Vec<u8> {
    let weights = format!("{:?}", Weights::default());
    [FORMAT, ANALYZER_VERSION].into_iter().chain(weights.into_bytes()).collect()
}

#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    space: Cow<'a, Space>,
    /// The language each record was read in, by number.
    languages: Vec<u8>,
    /// The languages in which concepts are known, by number.
    concepts: Vec<u8>,
    spellings: Cow<'a, [Spelling]>,
    levels: Levels,
    families: Vec<FamilyRow<'a>>,
    rows: Vec<Row<'a>>,
}

/// A family as far as an answer names it.
#[derive(Serialize, Deserialize)]
struct FamilyRow<'a> {
    id: Cow<'a, str>,
    members: Vec<u32>,
}

/// A case study as far as an answer names it.
#[derive(Serialize, Deserialize)]
struct Row<'a> {
    id: Cow<'a, str>,
    path: Cow<'a, str>,
    title: Cow<'a, str>,
    language: Cow<'a, str>,
    markets: Vec<u32>,
    channels: Vec<u32>,
    tactics: Vec<u32>,
    status: Option<Cow<'a, str>>,
    outcome: Option<Cow<'a, str>>,
    grade: Option<Cow<'a, str>>,
    objective: Option<Cow<'a, str>>,
    metric: Option<u32>,
    audience: Vec<Cow<'a, str>>,
}

/// The compared records of a catalog as bytes; nothing where they cannot be kept.
pub fn pack(catalog: &Catalog, compared: &Compared, families: &[Family]) -> Option<Vec<u8>> {
    let vocabulary = &catalog.vocabulary;
    let unlisted = vocabulary.markets.iter().any(|(_, term)| term.unlisted)
        || vocabulary.channels.iter().any(|(_, term)| term.unlisted)
        || vocabulary.tactics.iter().any(|(_, term)| term.unlisted);
    let kept = Kept {
        space: Cow::Borrowed(&compared.space),
        languages: compared.languages.iter().map(|language| *language as u8).collect(),
        concepts: compare::languages_of(catalog).into_iter().map(|language| language as u8).collect(),
        spellings: Cow::Borrowed(&compared.spellings),
        levels: compared.neighbours.levels,
        families: families.iter().map(family_row).collect(),
        rows: catalog.cases.iter().map(row).collect(),
    };
    if unlisted { None } else { postcard::to_stdvec(&kept).ok() }
}

/// The records that were kept, ready to be asked, and a catalog of what an answer names; nothing where the bytes are not ours.
pub fn unpack(bytes: &[u8], site: &Site, vocabulary: Vocabulary) -> Option<(Catalog, Compared, Vec<KnownFamily>)> {
    let kept: Kept = postcard::from_bytes(bytes).ok()?;
    let numbers = |numbers: &[u8]| numbers.iter().map(|number| Language::from_number(*number)).collect::<Vec<Language>>();
    let compared = Compared {
        concepts: compare::concepts_in(&vocabulary, &numbers(&kept.concepts), &site.language),
        weights: Weights::default(),
        space: kept.space.into_owned().placed(),
        neighbours: Neighbours { levels: kept.levels, ..Neighbours::default() },
        ideas: Ideas::default(),
        languages: numbers(&kept.languages),
        spellings: kept.spellings.into_owned(),
    };
    let cases = kept.rows.into_iter().map(case).collect();
    let families =
        kept.families.into_iter().map(|row| KnownFamily { id: row.id.into_owned(), members: row.members.into_iter().map(CaseIndex).collect() });
    let families = families.collect();
    Some((Catalog { cases, vocabulary, ..Catalog::default() }, compared, families))
}

/// A family as far as an answer names it.
#[derive(Debug, Clone)]
pub struct KnownFamily {
    /// The id of its oldest member and its tactic.
    pub id: String,
    /// All of them, oldest first.
    pub members: Vec<CaseIndex>,
}

impl From<&Family> for KnownFamily {
    fn from(family: &Family) -> Self {
        KnownFamily { id: family.id.clone(), members: family.members.clone() }
    }
}

fn family_row(family: &Family) -> FamilyRow<'_> {
    FamilyRow { id: Cow::Borrowed(&family.id), members: family.members.iter().map(|case| case.0).collect() }
}

fn row(case: &CaseStudy) -> Row<'_> {
    Row {
        id: Cow::Borrowed(&case.meta.id),
        path: Cow::Borrowed(&case.meta.path),
        title: Cow::Borrowed(&case.meta.title),
        language: Cow::Borrowed(&case.meta.language),
        markets: case.markets.iter().map(|market| market.0).collect(),
        channels: case.channels.iter().map(|channel| channel.0).collect(),
        tactics: case.tactics.iter().map(|tactic| tactic.0).collect(),
        status: case.status.map(|status| Cow::Borrowed(status.as_str())),
        outcome: case.outcome.map(|outcome| Cow::Borrowed(outcome.as_str())),
        grade: case.graded.grade.map(|grade| Cow::Borrowed(grade.as_str())),
        objective: case.objective.map(|objective| Cow::Borrowed(objective.as_str())),
        metric: case.primary().and_then(|primary| if let Metric::Known(metric) = primary.metric { Some(metric.0) } else { None }),
        audience: case.audience.iter().map(|audience| Cow::Borrowed(audience.as_str())).collect(),
    }
}

fn case(row: Row<'_>) -> CaseStudy {
    CaseStudy {
        meta: Meta {
            id: row.id.into(),
            path: row.path.into(),
            title: row.title.into_owned(),
            language: row.language.into_owned(),
            ..Meta::default()
        },
        markets: row.markets.into_iter().map(MarketId).collect(),
        channels: row.channels.into_iter().map(ChannelId).collect(),
        tactics: row.tactics.into_iter().map(TacticId).collect(),
        status: row.status.and_then(|status| Status::parse(&status)),
        outcome: row.outcome.and_then(|outcome| Outcome::parse(&outcome)),
        objective: row.objective.and_then(|objective| Objective::parse(&objective)),
        results: row.metric.map(|metric| Reported::primary(Metric::Known(MetricId(metric)))).into_iter().collect(),
        audience: row.audience.into_iter().map(Cow::into_owned).collect(),
        graded: Graded { grade: row.grade.and_then(|grade| Grade::parse(&grade)), ..Graded::default() },
        ..CaseStudy::default()
    }
}
