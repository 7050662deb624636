//! Serialises what `nearest` needs of a hub, to be cached between runs: the similarity model, and
//! of each case study the fields that results show. A hub whose records use unlisted terms is not
//! cached, because the ids of such terms depend on all records.

use std::borrow::Cow;

use casebook_search::ANALYZER_VERSION;
use casebook_search::language::Language;
use serde::{Deserialize, Serialize};

use crate::catalog::grade::EvidenceGrade;
use crate::catalog::keywords::{Grade, Keyword, Objective, Outcome, Status};
use crate::catalog::result::{Metric, MetricResult};
use crate::catalog::{CaseIndex, CaseStudy, Catalog, Meta};
use crate::similar::families::Family;
use crate::similar::feature::Spelling;
use crate::similar::neighbours::{HubBackgrounds, Neighbours};
use crate::similar::score::Weights;
use crate::similar::similarity_model::{self, IdeaNeighbours, SimilarityModel};
use crate::similar::vector_space::VectorSpace;
use crate::site::Site;
use crate::vocabulary::{ChannelId, MarketId, MetricId, TacticId, Vocabulary};

/// Version of the serialised form; to be increased when its layout changes, or when the same
/// records give a different model.
const FORMAT_VERSION: u8 = 8;

/// Bytes that change with all that a serialised model depends on besides the hub: format version,
/// analyser version and weights; part of the key of the cache.
pub fn cache_version() -> Vec<u8> {
    let weights = format!("{:?}", Weights::default());
    [FORMAT_VERSION, ANALYZER_VERSION].into_iter().chain(weights.into_bytes()).collect()
}

/// What is serialised of a hub: its similarity model without neighbours and ideas, because a query
/// finds its neighbours itself, and of its families and case studies the fields that results show.
#[derive(Serialize, Deserialize)]
struct CachedHub<'a> {
    space: Cow<'a, VectorSpace>,
    /// Number of the language that each record was analysed in.
    languages: Vec<u8>,
    /// Numbers of the languages that concepts are known in.
    concept_languages: Vec<u8>,
    spellings: Cow<'a, [Spelling]>,
    hub_backgrounds: HubBackgrounds,
    families: Vec<CachedFamily<'a>>,
    cases: Vec<CachedCase<'a>>,
}

/// The fields of a family that results show.
#[derive(Serialize, Deserialize)]
struct CachedFamily<'a> {
    id: Cow<'a, str>,
    /// Indices of case studies, oldest first.
    members: Vec<u32>,
}

/// The fields of a case study that results show; vocabulary terms by their number, keywords by
/// their spelling.
#[derive(Serialize, Deserialize)]
struct CachedCase<'a> {
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

/// Serialises the model of a catalog; none where the catalog has unlisted terms.
pub fn to_bytes(
    catalog: &Catalog,
    model: &SimilarityModel,
    families: &[Family],
) -> Option<Vec<u8>> {
    let vocabulary = &catalog.vocabulary;
    let has_unlisted = vocabulary.markets.iter().any(|(_, term)| term.is_unlisted)
        || vocabulary.channels.iter().any(|(_, term)| term.is_unlisted)
        || vocabulary.tactics.iter().any(|(_, term)| term.is_unlisted);
    let cached = CachedHub {
        space: Cow::Borrowed(&model.space),
        languages: model.languages.iter().map(|language| *language as u8).collect(),
        concept_languages: similarity_model::languages_of_catalog(catalog)
            .into_iter()
            .map(|language| language as u8)
            .collect(),
        spellings: Cow::Borrowed(&model.spellings),
        hub_backgrounds: model.neighbours.hub_backgrounds,
        families: families.iter().map(to_cached_family).collect(),
        cases: catalog.cases.iter().map(to_cached_case).collect(),
    };
    if has_unlisted { None } else { postcard::to_stdvec(&cached).ok() }
}

/// Deserialises a model, with a catalog and families that hold only the fields that results show;
/// none where the bytes are invalid. `vocabulary` must be that of the serialised catalog.
pub fn from_bytes(
    bytes: &[u8],
    site: &Site,
    vocabulary: Vocabulary,
) -> Option<(Catalog, SimilarityModel, Vec<FamilySummary>)> {
    let cached: CachedHub = postcard::from_bytes(bytes).ok()?;
    let to_languages = |numbers: &[u8]| {
        numbers.iter().map(|number| Language::from_number(*number)).collect::<Vec<Language>>()
    };
    let model = SimilarityModel {
        concepts: similarity_model::concepts_in(
            &vocabulary,
            &to_languages(&cached.concept_languages),
            &site.language,
        ),
        weights: Weights::default(),
        space: cached.space.into_owned().with_positions(),
        neighbours: Neighbours { hub_backgrounds: cached.hub_backgrounds, ..Neighbours::default() },
        ideas: IdeaNeighbours::default(),
        languages: to_languages(&cached.languages),
        spellings: cached.spellings.into_owned(),
    };
    let cases = cached.cases.into_iter().map(into_case_study).collect();
    let families = cached.families.into_iter().map(|row| FamilySummary {
        id: row.id.into_owned(),
        members: row.members.into_iter().map(CaseIndex).collect(),
    });
    let families = families.collect();
    Some((Catalog { cases, vocabulary, ..Catalog::default() }, model, families))
}

/// Id and members of a family, as read back from a cached model.
#[derive(Debug, Clone)]
pub struct FamilySummary {
    /// The id of its oldest member and its tactic: `pl/scratch-card~discount`.
    pub id: String,
    /// All members, oldest first.
    pub members: Vec<CaseIndex>,
}

impl From<&Family> for FamilySummary {
    fn from(family: &Family) -> Self {
        FamilySummary { id: family.id.clone(), members: family.members.clone() }
    }
}

/// The serialised form of a family, which borrows its texts.
fn to_cached_family(family: &Family) -> CachedFamily<'_> {
    CachedFamily {
        id: Cow::Borrowed(&family.id),
        members: family.members.iter().map(|case| case.0).collect(),
    }
}

/// The serialised form of a case study, which borrows its texts.
fn to_cached_case(case: &CaseStudy) -> CachedCase<'_> {
    CachedCase {
        id: Cow::Borrowed(&case.meta.id),
        path: Cow::Borrowed(&case.meta.path),
        title: Cow::Borrowed(&case.meta.title),
        language: Cow::Borrowed(&case.meta.language),
        markets: case.markets.iter().map(|market| market.0).collect(),
        channels: case.channels.iter().map(|channel| channel.0).collect(),
        tactics: case.tactics.iter().map(|tactic| tactic.0).collect(),
        status: case.status.map(|status| Cow::Borrowed(status.as_str())),
        outcome: case.outcome.map(|outcome| Cow::Borrowed(outcome.as_str())),
        grade: case.evidence_grade.grade.map(|grade| Cow::Borrowed(grade.as_str())),
        objective: case.objective.map(|objective| Cow::Borrowed(objective.as_str())),
        metric: case.primary_result().and_then(|primary| {
            if let Metric::Known(metric) = primary.metric { Some(metric.0) } else { None }
        }),
        audience: case.audience.iter().map(|audience| Cow::Borrowed(audience.as_str())).collect(),
    }
}

/// A case study with the serialised fields; all other fields have their defaults.
fn into_case_study(cached: CachedCase<'_>) -> CaseStudy {
    CaseStudy {
        meta: Meta {
            id: cached.id.into(),
            path: cached.path.into(),
            title: cached.title.into_owned(),
            language: cached.language.into_owned(),
            ..Meta::default()
        },
        markets: cached.markets.into_iter().map(MarketId).collect(),
        channels: cached.channels.into_iter().map(ChannelId).collect(),
        tactics: cached.tactics.into_iter().map(TacticId).collect(),
        status: cached.status.and_then(|status| Status::parse(&status)),
        outcome: cached.outcome.and_then(|outcome| Outcome::parse(&outcome)),
        objective: cached.objective.and_then(|objective| Objective::parse(&objective)),
        results: cached
            .metric
            .map(|metric| MetricResult::new_primary(Metric::Known(MetricId(metric))))
            .into_iter()
            .collect(),
        audience: cached.audience.into_iter().map(Cow::into_owned).collect(),
        evidence_grade: EvidenceGrade {
            grade: cached.grade.and_then(|grade| Grade::parse(&grade)),
            ..EvidenceGrade::default()
        },
        ..CaseStudy::default()
    }
}
