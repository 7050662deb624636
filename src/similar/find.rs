//! Turns the neighbours in a similarity model into pairs, families, lists of related records and
//! case studies that are like an idea.

use std::cmp::Reverse;

use casebook_search::language::Language;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::catalog::field;
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::similar::answer::{self, Lineages};
use crate::similar::background::{Background, LanguageRelation};
use crate::similar::copied_text::{self, IdenticalBodies, MIN_COPIED_SHARE, Shingles};
use crate::similar::example;
use crate::similar::families::{self, Family};
use crate::similar::feature::Feature;
use crate::similar::neighbours::{self, Neighbour, background_of};
use crate::similar::reason::{self, WrittenForms};
use crate::similar::same_experiment;
use crate::similar::score::{MIN_CROSS_LANGUAGE_TEXT, PairScore};
use crate::similar::scored_pair::ScoredPair;
use crate::similar::similarity_model::{self, SimilarityModel};
use crate::similar::vector_space::QueryDocument;
use crate::similar::verdict::{pair_verdict, urgency_key};
use crate::similar::{AnswerState, Pair, Reason, RelatedCase, Similar};
use crate::site::Site;

/// Number of nearest neighbours of each record that are kept per language.
const NEIGHBOURS_PER_LANGUAGE: usize = 14;

/// The most open pairs that are listed for one record, not counting those inside its family.
const MAX_FLAGGED_PAIRS: usize = 3;

/// The most open pairs inside its family that are listed for one record.
const MAX_FLAGGED_PAIRS_IN_FAMILY: usize = 5;

/// The most case studies in a list of related records, or in the list of those that are like an
/// idea.
pub const MAX_RELATED: usize = 5;

/// The least similarity of two records, 0 to 1, whose bodies are compared by shingles to find
/// copies.
pub const MIN_COPY_CHECK_SIMILARITY: f32 = 0.4;

/// Finds the pairs, families and related records among the case studies of a catalog.
pub fn find(site: &Site, catalog: &Catalog) -> Similar {
    find_with_model(site, catalog).0
}

/// As [`find()`], and returns the similarity model too, for later queries with a draft or an edited
/// record.
pub fn find_with_model(site: &Site, catalog: &Catalog) -> (Similar, SimilarityModel) {
    let model = similarity_model::build(
        catalog,
        similarity_model::concepts_of_catalog(catalog, &site.language),
        NEIGHBOURS_PER_LANGUAGE,
    );
    (find_similar(site, catalog, &model), model)
}

/// Finds pairs, families, related records and case studies that are like an idea, from a model with
/// neighbours.
fn find_similar(site: &Site, catalog: &Catalog, model: &SimilarityModel) -> Similar {
    let identical_bodies = IdenticalBodies::find(catalog);
    let scored = score_pairs(site, catalog, model, &identical_bodies);
    let families = find_families(site, catalog, model, &identical_bodies, &scored);
    let family_of = family_positions(catalog.cases.len(), &families);
    let shown = select_pairs(site, catalog, &identical_bodies, &scored, model, &family_of);
    let related = related_lists(site, catalog, &scored, &family_of);
    let cases_by_idea = score_cases_by_idea(site, catalog, model);
    let words = SharedWords::collect(model, &shown, &related, &cases_by_idea, &families);
    let mut pairs: Vec<Pair> =
        shown.into_iter().map(|pair| words.explain_pair(catalog, pair)).collect();
    for pair in &mut pairs {
        apply_family_state(pair, &families);
    }
    let is_short =
        |case: CaseIndex| same_experiment::is_short(&model.space.term_sets[case.0 as usize]);
    for pair in pairs.iter_mut().filter(|pair| is_short(pair.a) || is_short(pair.b)) {
        pair.reasons.push(Reason::ShortText);
    }
    let related = words.explain_related(catalog, model, related);
    let cases_by_idea = words.explain_cases_by_idea(catalog, cases_by_idea);
    let families =
        families.into_iter().map(|family| words.explain_family(catalog, model, family)).collect();
    Similar {
        pairs,
        families,
        family_of,
        related,
        cases_by_idea,
        example: example::find_example(catalog, model, &scored),
        compact: None,
    }
}

/// Gives an open pair inside a family the state of the family, unless one of the two has not
/// acknowledged the family.
fn apply_family_state(pair: &mut Pair, families: &[Family]) {
    let Some(family) = pair.family.map(|at| &families[at]) else { return };
    if pair.state == AnswerState::Open
        && ![pair.a, pair.b].iter().any(|case| family.unanswered.contains(case))
    {
        pair.state = match &family.state {
            AnswerState::Open => {
                AnswerState::Acknowledged { field: field::NOT_DUPLICATE_OF.name, reason: None }
            }
            acknowledged => acknowledged.clone(),
        };
    }
}

/// Every pair of neighbours with its score, flagged or not, ordered by `(a, b)`; the pairs of
/// identical bodies that are to be shown are among them.
pub fn score_pairs(
    site: &Site,
    catalog: &Catalog,
    model: &SimilarityModel,
    identical_bodies: &IdenticalBodies,
) -> Vec<ScoredPair> {
    let mut near: Vec<(u32, u32, f32)> = Vec::new();
    for lists in &model.neighbours.lists {
        for (document, list) in lists.iter().enumerate() {
            let document = document as u32;
            near.extend(list.iter().map(|near| {
                (document.min(near.document), document.max(near.document), near.similarity)
            }));
        }
    }
    near.sort_unstable_by_key(|(a, b, _)| (*a, *b));
    near.dedup_by_key(|(a, b, _)| (*a, *b));
    let shingles = shingles_of_candidates(catalog, model, &near);
    let score = |(a, b, similarity): &(u32, u32, f32)| {
        let copied = shingles
            .get(a)
            .zip(shingles.get(b))
            .map(|(a, b)| a.jaccard(b))
            .filter(|share| *share >= MIN_COPIED_SHARE);
        let (a, b) = (CaseIndex(*a), CaseIndex(*b));
        if identical_bodies.in_large_group(a, b) {
            identical_pair(a, b)
        } else {
            score_pair(site, model, a, b, *similarity, copied)
        }
    };
    let mut scored: Vec<ScoredPair> = near.par_iter().map(score).collect();
    for (a, b) in identical_bodies.shown_pairs() {
        let identical = identical_pair(a, b);
        match scored.binary_search_by_key(&(a, b), |scored| (scored.a, scored.b)) {
            Ok(at) => scored[at] = identical,
            Err(at) => scored.insert(at, identical),
        }
    }
    scored
}

/// The pair of two case studies with identical bodies: it has the highest score and is flagged.
fn identical_pair(a: CaseIndex, b: CaseIndex) -> ScoredPair {
    ScoredPair { a, b, score: 1.0, copied: Some(1.0), flagged: true }
}

/// The scored pair of two records with this cosine similarity, flagged where they may be duplicated
/// effort; `copied` is the Jaccard similarity of their bodies, none below [`MIN_COPIED_SHARE`].
fn score_pair(
    site: &Site,
    model: &SimilarityModel,
    a: CaseIndex,
    b: CaseIndex,
    similarity: f32,
    copied: Option<f64>,
) -> ScoredPair {
    let space = &model.space;
    let pair_score = model.neighbours.score_pair(space, &model.weights, a.0, b.0, similarity);
    let relation = LanguageRelation::from_is_same(
        space.group_of[a.0 as usize] == space.group_of[b.0 as usize],
    );
    let is_same_experiment = || {
        same_experiment::is_same_experiment(
            &space.term_sets[a.0 as usize],
            &space.term_sets[b.0 as usize],
        )
    };
    let text_similarity = || {
        space
            .cross_language
            .get(a.0 as usize)
            .map_or(0.0, |vector| space.cross_language_text_similarity(vector, b.0))
    };
    let (score, flagged) =
        score_and_flag(site, relation, pair_score, copied, is_same_experiment, text_similarity);
    ScoredPair { a, b, score, copied, flagged }
}

/// The score of a pair, 0 to 1, and whether it may be duplicated effort; the pair is of two
/// studies, or of a study with an idea or a text.
///
/// `copied` is the Jaccard similarity of their bodies, none below `MIN_COPIED_SHARE` or where they
/// are not compared; where it is 1, as for identical bodies, so is the score.
///
/// In one language a pair is flagged if it reaches the hub's threshold and stands out from the
/// background, if one body is a copy of the other, or if `is_same_experiment`. Across languages it
/// must reach the threshold, and `text_similarity` must be at least [`MIN_CROSS_LANGUAGE_TEXT`].
pub fn score_and_flag(
    site: &Site,
    relation: LanguageRelation,
    pair_score: PairScore,
    copied: Option<f64>,
    is_same_experiment: impl FnOnce() -> bool,
    text_similarity: impl FnOnce() -> f32,
) -> (f64, bool) {
    // In a hub with many copies of one text its words have no weight, so identical bodies are
    // scored directly.
    let score = if copied == Some(1.0) { 1.0 } else { f64::from(pair_score.score) };
    let reaches_threshold = score >= site.similar.duplicate;
    let flagged = match relation {
        LanguageRelation::SameLanguage => {
            copied.is_some() || reaches_threshold && pair_score.stands_out || is_same_experiment()
        }
        LanguageRelation::CrossLanguage => {
            reaches_threshold && text_similarity() >= MIN_CROSS_LANGUAGE_TEXT
        }
    };
    (score, flagged)
}

/// The score of a pair by which families are clustered; that of a flagged pair is at least the
/// hub's threshold for duplicates.
fn linkage_score(site: &Site, pair: &ScoredPair) -> f64 {
    if pair.flagged { pair.score.max(site.similar.duplicate) } else { pair.score }
}

/// Families of case studies that are one experiment, the most preventable effort first.
pub fn find_families(
    site: &Site,
    catalog: &Catalog,
    model: &SimilarityModel,
    identical_bodies: &IdenticalBodies,
    scored: &[ScoredPair],
) -> Vec<Family> {
    let answered = answer::answered_pairs(catalog);
    let is_answered = |a: CaseIndex, b: CaseIndex| answered.binary_search(&(a, b)).is_ok();
    let flagged: Vec<&ScoredPair> =
        scored.iter().filter(|pair| pair.flagged && !is_answered(pair.a, pair.b)).collect();
    let score = |a: CaseIndex, b: CaseIndex| {
        let (a, b) = (a.min(b), a.max(b));
        if is_answered(a, b) {
            return 0.0;
        }
        match scored.binary_search_by_key(&(a, b), |scored| (scored.a, scored.b)) {
            Ok(at) => linkage_score(site, &scored[at]),
            Err(_) => linkage_score(
                site,
                &score_pair(
                    site,
                    model,
                    a,
                    b,
                    model.space.similarity(&model.weights, a.0, b.0),
                    None,
                ),
            ),
        }
    };
    let groups = families::cluster(catalog.cases.len(), &flagged, identical_bodies, score);
    let lineages = Lineages::from_catalog(catalog);
    let mut families: Vec<Family> = groups
        .into_par_iter()
        .map(|(members, score)| families::build_family(catalog, &lineages, members, score))
        .collect();
    let urgency = |family: &Family| {
        let cases: Vec<&CaseStudy> =
            family.members.iter().map(|case| catalog.case(*case)).collect();
        let (verdict, budget, days) = urgency_key(&cases, site.today);
        (verdict, Reverse(cases.len()), budget, days)
    };
    families.sort_by(|one, other| urgency(one).cmp(&urgency(other)).then(one.id.cmp(&other.id)));
    families
}

/// For each case study (by position) the position of its family, none where it belongs to none.
pub fn family_positions(cases: usize, families: &[Family]) -> Vec<Option<u32>> {
    let mut family_of = vec![None; cases];
    for (family, at) in families.iter().zip(0..) {
        family.members.iter().for_each(|case| family_of[case.0 as usize] = Some(at));
    }
    family_of
}

/// Shingles of the bodies that may be copies: of records in one language whose similarity is at
/// least [`MIN_COPY_CHECK_SIMILARITY`].
fn shingles_of_candidates(
    catalog: &Catalog,
    model: &SimilarityModel,
    near: &[(u32, u32, f32)],
) -> FxHashMap<u32, Shingles> {
    let candidates = near.iter().filter(|(a, b, similarity)| {
        *similarity >= MIN_COPY_CHECK_SIMILARITY
            && model.space.group_of[*a as usize] == model.space.group_of[*b as usize]
    });
    let mut documents: Vec<u32> = candidates.flat_map(|(a, b, _)| [*a, *b]).collect();
    documents.sort_unstable();
    documents.dedup();
    documents
        .into_par_iter()
        .map(|document| {
            (document, copied_text::shingles_of_record(&catalog.case(CaseIndex(document)).meta))
        })
        .collect()
}

/// The pairs of the report: flagged ones, of which the open ones are limited for each record,
/// acknowledged ones, and acknowledgements that have become stale.
fn select_pairs(
    site: &Site,
    catalog: &Catalog,
    identical_bodies: &IdenticalBodies,
    scored: &[ScoredPair],
    model: &SimilarityModel,
    family_of: &[Option<u32>],
) -> Vec<Pair> {
    let lineages = Lineages::from_catalog(catalog);
    let mut by_score: Vec<&ScoredPair> = scored
        .iter()
        .filter(|pair| pair.flagged && !identical_bodies.is_hidden_pair(pair.a, pair.b))
        .collect();
    by_score.sort_by(|x, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut counts = vec![[0_usize; 2]; catalog.cases.len()];
    let mut pairs = Vec::new();
    for pair in by_score {
        let (a, b) = (pair.a.0 as usize, pair.b.0 as usize);
        let family = family_of[a].filter(|family| family_of[b] == Some(*family));
        let (kind, limit) = if family.is_some() {
            (1, MAX_FLAGGED_PAIRS_IN_FAMILY)
        } else {
            (0, MAX_FLAGGED_PAIRS)
        };
        let state = match answer::find_answer(catalog, pair.a, pair.b) {
            Some(state) => state,
            None if family.is_none() && lineages.is_same_lineage(pair.a, pair.b)
                || counts[a][kind] >= limit
                || counts[b][kind] >= limit =>
            {
                continue;
            }
            None => AnswerState::Open,
        };
        if state == AnswerState::Open {
            counts[a][kind] += 1;
            counts[b][kind] += 1;
        }
        pairs.push(Pair {
            family: family.map(|at| at as usize),
            ..build_pair(catalog, model, pair, state)
        });
    }
    pairs.extend(stale_pairs(site, catalog, identical_bodies, scored, model));
    let key = |pair: &Pair| {
        (urgency_key(&[catalog.case(pair.a), catalog.case(pair.b)], site.today), pair.a, pair.b)
    };
    pairs.sort_by(|x, y| {
        key(x).0.cmp(&key(y).0).then(y.score.total_cmp(&x.score)).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    pairs
}

/// A scored pair in this state with its verdict and the terms that the two records share; shared
/// words, dates and the family are added later.
fn build_pair(
    catalog: &Catalog,
    model: &SimilarityModel,
    scored: &ScoredPair,
    state: AnswerState,
) -> Pair {
    let (a, b) = (catalog.case(scored.a), catalog.case(scored.b));
    let verdict = pair_verdict(a, b, scored.copied.is_some());
    let mut reasons: Vec<Reason> = scored.copied.map(Reason::CopiedText).into_iter().collect();
    let is_same_question = reason::share_hypothesis(model, &[scored.a, scored.b]);
    reasons.extend(reason::shared_term_reasons(a, b, is_same_question));
    Pair { a: scored.a, b: scored.b, score: scored.score, verdict, state, reasons, family: None }
}

/// The pairs that `not_duplicate_of` names although their score is below the hub's threshold for
/// related records, so that the acknowledgement is no longer needed.
fn stale_pairs(
    site: &Site,
    catalog: &Catalog,
    identical_bodies: &IdenticalBodies,
    scored: &[ScoredPair],
    model: &SimilarityModel,
) -> Vec<Pair> {
    let mut stale = Vec::new();
    for (a, b) in answer::answered_pairs(catalog) {
        let known_score = scored
            .binary_search_by_key(&(a, b), |scored| (scored.a, scored.b))
            .ok()
            .map(|at| scored[at]);
        let pair = known_score.unwrap_or_else(|| {
            score_pair(site, model, a, b, model.space.similarity(&model.weights, a.0, b.0), None)
        });
        if pair.score < site.similar.related
            && !pair.flagged
            && !identical_bodies.in_large_group(a, b)
        {
            let Some(AnswerState::Acknowledged { reason, .. }) = answer::find_answer(catalog, a, b)
            else {
                continue;
            };
            stale.push(build_pair(catalog, model, &pair, AnswerState::Stale { reason }));
        }
    }
    stale
}

/// A case study in the list of related records of another record or of an idea, before the reasons
/// are added.
struct RelatedScore {
    case: CaseIndex,
    score: f64,
    flagged: bool,
}

/// For each case study at most [`MAX_RELATED`] related records, highest score first: those that are
/// flagged or reach the hub's threshold for related records, members of its own family left out.
fn related_lists(
    site: &Site,
    catalog: &Catalog,
    scored: &[ScoredPair],
    family_of: &[Option<u32>],
) -> Vec<Vec<RelatedScore>> {
    let mut lists: Vec<Vec<RelatedScore>> = (0..catalog.cases.len()).map(|_| Vec::new()).collect();
    let in_one_family = |pair: &ScoredPair| {
        family_of[pair.a.0 as usize]
            .is_some_and(|family| family_of[pair.b.0 as usize] == Some(family))
    };
    for pair in scored
        .iter()
        .filter(|pair| (pair.flagged || pair.score >= site.similar.related) && !in_one_family(pair))
    {
        lists[pair.a.0 as usize].push(RelatedScore {
            case: pair.b,
            score: pair.score,
            flagged: pair.flagged,
        });
        lists[pair.b.0 as usize].push(RelatedScore {
            case: pair.a,
            score: pair.score,
            flagged: pair.flagged,
        });
    }
    for list in &mut lists {
        list.sort_by(|x, y| y.score.total_cmp(&x.score).then(x.case.cmp(&y.case)));
        list.truncate(MAX_RELATED);
    }
    lists
}

/// The nearest case studies of an idea in every language with their scores, highest first.
fn score_idea_neighbours(model: &SimilarityModel, idea: usize) -> Vec<(CaseIndex, PairScore)> {
    let query = &model.ideas.queries[idea];
    let SimilarityModel { space, weights, neighbours, .. } = model;
    let score_group = |(group, near): (usize, &[Neighbour])| {
        let relation = LanguageRelation::from_is_same(query.group == Some(group as u32));
        let own = background_of(near, space.groups[group].members.len(), relation);
        let score = |near: &Neighbour| {
            let opposite = query.group.map_or_else(Background::unknown, |own| {
                neighbours.backgrounds[own as usize][near.document as usize]
            });
            (
                CaseIndex(near.document),
                neighbours::score_pair(
                    weights,
                    &neighbours.hub_backgrounds,
                    relation,
                    near.similarity,
                    &[own, opposite],
                ),
            )
        };
        near.iter().map(score).collect::<Vec<_>>()
    };
    let mut list: Vec<(CaseIndex, PairScore)> = model
        .ideas
        .neighbours
        .iter()
        .enumerate()
        .flat_map(|(group, lists)| score_group((group, &lists[idea])))
        .collect();
    list.sort_by(|x, y| y.1.score.total_cmp(&x.1.score).then(x.0.cmp(&y.0)));
    list
}

/// For each idea the flagged case studies that are like it, highest score first, without those that
/// it became or acknowledges; at most [`MAX_RELATED`].
fn score_cases_by_idea(
    site: &Site,
    catalog: &Catalog,
    model: &SimilarityModel,
) -> Vec<Vec<RelatedScore>> {
    let list = |(at, idea): (usize, &crate::catalog::Idea)| {
        let is_answered = |case: CaseIndex| {
            idea.becomes == Some(case)
                || idea.not_duplicate_of.iter().any(|answer| answer.case == case)
        };
        let query = &model.ideas.queries[at];
        let to_related = |(case, pair_score): (CaseIndex, PairScore)| {
            let relation = LanguageRelation::from_is_same(
                query.group == Some(model.space.group_of[case.0 as usize]),
            );
            // Ideas are too short for `same_experiment`.
            let text_similarity =
                || model.space.cross_language_text_similarity(&query.cross_language, case.0);
            let (score, flagged) =
                score_and_flag(site, relation, pair_score, None, || false, text_similarity);
            RelatedScore { case, score, flagged }
        };
        let flagged = score_idea_neighbours(model, at)
            .into_iter()
            .map(to_related)
            .filter(|related| related.flagged && !is_answered(related.case));
        flagged.take(MAX_RELATED).collect()
    };
    catalog.ideas.iter().enumerate().map(list).collect()
}

/// The words and concepts that similar records share, and how they are written, looked up once to
/// be named as reasons.
struct SharedWords {
    forms: WrittenForms,
    /// Language of each case study.
    case_languages: Vec<Language>,
    /// Shared features by pair, the smaller index first.
    pairs: FxHashMap<(CaseIndex, CaseIndex), Vec<Feature>>,
    /// For each idea the features it shares with each of its listed case studies.
    ideas: Vec<Vec<Vec<Feature>>>,
    /// Language of each idea.
    idea_languages: Vec<Language>,
    /// Features that the members of a family share, by its oldest member.
    families: FxHashMap<CaseIndex, Vec<Feature>>,
}

impl SharedWords {
    /// Finds the features that all shown pairs, lists and families share, and how their words are
    /// written. All of them are looked up together, because that reads every spelling of the hub
    /// once.
    fn collect(
        model: &SimilarityModel,
        shown: &[Pair],
        related: &[Vec<RelatedScore>],
        cases_by_idea: &[Vec<RelatedScore>],
        families: &[Family],
    ) -> SharedWords {
        let related_pairs = related.iter().enumerate().flat_map(|(case, list)| {
            let case = CaseIndex(case as u32);
            list.iter().map(move |other| (case.min(other.case), case.max(other.case)))
        });
        let mut wanted: Vec<(CaseIndex, CaseIndex)> =
            shown.iter().map(|pair| (pair.a, pair.b)).chain(related_pairs).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let pairs: FxHashMap<(CaseIndex, CaseIndex), Vec<Feature>> =
            wanted.into_par_iter().map(|(a, b)| ((a, b), pair_features(model, a, b))).collect();
        let with_idea = |(list, query): (&Vec<RelatedScore>, &QueryDocument)| {
            list.iter().map(|other| query_features(model, query, other.case)).collect()
        };
        let ideas: Vec<Vec<Vec<Feature>>> =
            cases_by_idea.iter().zip(&model.ideas.queries).map(with_idea).collect();
        let families: FxHashMap<CaseIndex, Vec<Feature>> = families
            .par_iter()
            .map(|family| (family.members[0], reason::common_features(model, &family.members)))
            .collect();
        let idea_languages = model.ideas.languages.clone();
        let case_languages = model.languages.clone();
        let languages_of_cases = &case_languages;
        let of_pairs = pairs.iter().flat_map(|((a, b), features)| {
            let languages = [languages_of_cases[a.0 as usize], languages_of_cases[b.0 as usize]];
            features.iter().flat_map(move |feature| languages.map(|language| (language, feature)))
        });
        let of_ideas = ideas.iter().zip(&idea_languages).flat_map(|(lists, language)| {
            lists.iter().flatten().map(move |feature| (*language, feature))
        });
        let of_ideas_in_english =
            ideas.iter().flatten().flatten().map(|feature| (Language::English, feature));
        let of_families = families.iter().flat_map(|(oldest, features)| {
            features.iter().map(|feature| (languages_of_cases[oldest.0 as usize], feature))
        });
        let forms = WrittenForms::look_up(
            model,
            of_pairs.chain(of_ideas).chain(of_ideas_in_english).chain(of_families),
        );
        SharedWords { forms, case_languages, pairs, ideas, idea_languages, families }
    }

    /// The words that two case studies share as a reason; words that `reasons` already names are
    /// left out.
    fn words_reason(
        &self,
        catalog: &Catalog,
        a: CaseIndex,
        b: CaseIndex,
        reasons: &[Reason],
    ) -> Option<Reason> {
        let features = self.pairs.get(&(a.min(b), a.max(b)))?;
        self.forms.words_reason(
            features,
            [self.case_languages[a.0 as usize], self.case_languages[b.0 as usize]],
            &reason::named_labels(catalog, reasons),
        )
    }

    /// Adds the words that the two records share and their dates to the reasons of a pair.
    fn explain_pair(&self, catalog: &Catalog, mut pair: Pair) -> Pair {
        let words = self.words_reason(catalog, pair.a, pair.b, &pair.reasons);
        pair.reasons.extend(words);
        pair.reasons.extend(reason::time_reasons(
            catalog.case(pair.a),
            catalog.case(pair.b),
            pair.verdict,
        ));
        pair
    }

    /// Sets the reasons of a family: the terms that all members share, then the words that most of
    /// them share.
    fn explain_family(
        &self,
        catalog: &Catalog,
        model: &SimilarityModel,
        mut family: Family,
    ) -> Family {
        let cases: Vec<&CaseStudy> =
            family.members.iter().map(|case| catalog.case(*case)).collect();
        let is_same_question = reason::share_hypothesis(model, &family.members);
        family.reasons = reason::common_term_reasons(&cases, is_same_question);
        let oldest = family.members[0];
        let language = self.case_languages[oldest.0 as usize];
        let words = self.families.get(&oldest).and_then(|features| {
            self.forms.words_reason(
                features,
                [language; 2],
                &reason::named_labels(catalog, &family.reasons),
            )
        });
        family.reasons.extend(words);
        family
    }

    /// Adds reasons to the lists of related case studies, of which there is one for each case
    /// study, as in the result.
    fn explain_related(
        &self,
        catalog: &Catalog,
        model: &SimilarityModel,
        lists: Vec<Vec<RelatedScore>>,
    ) -> Vec<Vec<RelatedCase>> {
        let explain = |case: CaseIndex, other: RelatedScore| {
            let mut reasons = reason::shared_term_reasons(
                catalog.case(case),
                catalog.case(other.case),
                reason::share_hypothesis(model, &[case, other.case]),
            );
            reasons.extend(self.words_reason(catalog, case, other.case, &reasons));
            RelatedCase { case: other.case, score: other.score, flagged: other.flagged, reasons }
        };
        let list = |(case, list): (usize, Vec<RelatedScore>)| {
            list.into_iter().map(|other| explain(CaseIndex(case as u32), other)).collect()
        };
        lists.into_par_iter().enumerate().map(list).collect()
    }

    /// Adds reasons to the case studies that are like an idea; `lists` has one list for each idea,
    /// as has the result.
    fn explain_cases_by_idea(
        &self,
        catalog: &Catalog,
        lists: Vec<Vec<RelatedScore>>,
    ) -> Vec<Vec<RelatedCase>> {
        let list = |(at, list): (usize, Vec<RelatedScore>)| {
            let features = &self.ideas[at];
            let explain = |(other, features): (RelatedScore, &Vec<Feature>)| {
                let mut reasons = idea_term_reasons(&catalog.ideas[at], catalog.case(other.case));
                reasons.extend(self.forms.words_reason(
                    features,
                    [self.idea_languages[at], Language::English],
                    &reason::named_labels(catalog, &reasons),
                ));
                RelatedCase {
                    case: other.case,
                    score: other.score,
                    flagged: other.flagged,
                    reasons,
                }
            };
            list.into_iter().zip(features).map(explain).collect()
        };
        lists.into_iter().enumerate().map(list).collect()
    }
}

/// The tactics and channels that an idea and a case study share, as reasons.
fn idea_term_reasons(idea: &crate::catalog::Idea, case: &crate::catalog::CaseStudy) -> Vec<Reason> {
    let tactics: Vec<_> =
        idea.tactics.iter().copied().filter(|tactic| case.tactics.contains(tactic)).collect();
    let channels: Vec<_> =
        idea.channels.iter().copied().filter(|channel| case.channels.contains(channel)).collect();
    let tactics = (!tactics.is_empty()).then_some(Reason::Tactics(tactics));
    tactics
        .into_iter()
        .chain((!channels.is_empty()).then_some(Reason::Channels(channels)))
        .collect()
}

/// Features that two case studies share, the largest contribution to their similarity first.
fn pair_features(model: &SimilarityModel, a: CaseIndex, b: CaseIndex) -> Vec<Feature> {
    let space = &model.space;
    let is_same_language = space.group_of[a.0 as usize] == space.group_of[b.0 as usize];
    let vectors = if is_same_language { &space.same_language } else { &space.cross_language };
    reason::shared_features(model, &vectors[a.0 as usize], &vectors[b.0 as usize])
}

/// Features that a query document shares with a case study, the largest contribution to their
/// similarity first.
pub fn query_features(
    model: &SimilarityModel,
    query: &QueryDocument,
    case: CaseIndex,
) -> Vec<Feature> {
    let is_same_language = query.group == Some(model.space.group_of[case.0 as usize]);
    let (one, others) = if is_same_language {
        (&query.same_language, &model.space.same_language)
    } else {
        (&query.cross_language, &model.space.cross_language)
    };
    others
        .get(case.0 as usize)
        .map_or_else(Vec::new, |other| reason::shared_features(model, one, other))
}
