//! Finds the nearest case studies of one record, draft or text, with scores and reasons.

use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::similar::background::{Background, LanguageRelation, SEARCH_DEPTH};
use crate::similar::copied_text::MIN_COPIED_SHARE;
use crate::similar::document::{Document, Facet};
use crate::similar::feature::FeatureExtractor;
use crate::similar::find::{
    MAX_RELATED, MIN_COPY_CHECK_SIMILARITY, query_features, score_and_flag,
};
use crate::similar::neighbours::{
    self, POSTING_BUDGET, background_of, population, relation_to_group,
};
use crate::similar::reason::{self, WrittenForms};
use crate::similar::same_experiment;
use crate::similar::similarity_model::{self, SimilarityModel, query_document};
use crate::similar::vector_space::QueryDocument;
use crate::similar::{Reason, RelatedCase, Similar};
use crate::site::Site;
use casebook_search::language::Language;

/// The record, edited record or text whose nearest case studies are looked for.
#[derive(Clone, Copy)]
pub enum NearestQuery<'a> {
    /// A case study with the text that the model was built from.
    Record(CaseIndex),
    /// A case study whose text has changed since the model was built.
    Edited(CaseIndex, &'a Document<'a>),
    /// A text that is not in the catalog.
    Text(&'a Document<'a>),
}

impl NearestQuery<'_> {
    /// Number of the document that a search leaves out: that of the record itself; `u32::MAX`,
    /// which no document has, for a text.
    fn excluded_document(self) -> u32 {
        match self {
            NearestQuery::Record(case) | NearestQuery::Edited(case, _) => case.0,
            NearestQuery::Text(_) => u32::MAX,
        }
    }
}

/// Function that returns the Jaccard similarity of the query's body and that of a case study, 0 to
/// 1; none where it is unknown.
pub type CopiedShare<'a> = &'a dyn Fn(CaseIndex) -> Option<f64>;

/// The `limit` nearest case studies of a query with reasons, highest score first, however low their
/// scores are. `copied` is asked only for case studies in the same language whose similarity
/// suggests a copy.
pub fn find_nearest(
    site: &Site,
    model: &SimilarityModel,
    catalog: &Catalog,
    target: NearestQuery,
    copied: CopiedShare,
    limit: usize,
) -> Vec<RelatedCase> {
    let (query, language) = match target {
        NearestQuery::Record(case) => {
            (model.space.to_query(case.0), model.languages[case.0 as usize])
        }
        NearestQuery::Edited(_, document) | NearestQuery::Text(document) => {
            query_document(model, &mut FeatureExtractor::new(&model.concepts), document)
        }
    };
    let scored = score_nearest(site, model, &query, target.excluded_document(), copied, limit);
    let features: Vec<_> =
        scored.iter().map(|found| query_features(model, &query, found.case)).collect();
    let languages = |case: CaseIndex| [language, model.languages[case.0 as usize]];
    let wanted = scored.iter().zip(&features).flat_map(|(found, features)| {
        let named_in = [language, Language::English, languages(found.case)[1]];
        features.iter().flat_map(move |feature| named_in.map(|language| (language, feature)))
    });
    let forms = WrittenForms::look_up(model, wanted);
    let explain = |(found, features): (&NearestCase, &Vec<_>)| {
        let mut reasons: Vec<Reason> = found.copied.map(Reason::CopiedText).into_iter().collect();
        reasons.extend(match target {
            NearestQuery::Record(case) => {
                let is_same = reason::share_hypothesis(model, &[case, found.case]);
                reason::shared_term_reasons(catalog.case(case), catalog.case(found.case), is_same)
            }
            NearestQuery::Edited(_, document) | NearestQuery::Text(document) => {
                facet_reasons(&document.facets, catalog.case(found.case))
            }
        });
        reasons.extend(forms.words_reason(
            features,
            languages(found.case),
            &reason::named_labels(catalog, &reasons),
        ));
        if found.flagged
            && (same_experiment::is_short(&query.term_sets)
                || same_experiment::is_short(&model.space.term_sets[found.case.0 as usize]))
        {
            reasons.push(Reason::ShortText);
        }
        RelatedCase { case: found.case, score: found.score, flagged: found.flagged, reasons }
    };
    scored.iter().zip(&features).map(explain).collect()
}

/// The related case studies of a case study whose text has changed since the model was built,
/// highest score first; members of its family are left out.
pub fn find_related(
    site: &Site,
    catalog: &Catalog,
    similar: &Similar,
    model: &SimilarityModel,
    case: CaseIndex,
) -> Vec<RelatedCase> {
    let document = similarity_model::case_document(catalog.case(case));
    let family = similar.find_family(case).map_or(&[][..], |family| &family.members);
    let shingles = crate::similar::copied_text::shingles_of_record(&catalog.case(case).meta);
    let copied =
        |other: CaseIndex| {
            Some(shingles.jaccard(&crate::similar::copied_text::shingles_of_record(
                &catalog.case(other).meta,
            )))
        };
    let mut found = find_nearest(
        site,
        model,
        catalog,
        NearestQuery::Edited(case, &document),
        &copied,
        MAX_RELATED + family.len(),
    );
    found.retain(|near| {
        (near.flagged || near.score >= site.similar.related) && !family.contains(&near.case)
    });
    found.truncate(MAX_RELATED);
    found
}

/// A case study near a query with its score, before the reasons are added.
struct NearestCase {
    case: CaseIndex,
    score: f64,
    copied: Option<f64>,
    flagged: bool,
}

/// Scores the nearest case studies of a query in every language, highest score first; backgrounds
/// are computed for these only.
fn score_nearest(
    site: &Site,
    model: &SimilarityModel,
    query: &QueryDocument,
    excluded: u32,
    copied: CopiedShare,
    limit: usize,
) -> Vec<NearestCase> {
    let (space, weights) = (&model.space, &model.weights);
    let lists =
        neighbours::nearest_to_query(space, weights, query, limit.max(SEARCH_DEPTH), excluded);
    let mut documents: Vec<u32> =
        lists.iter().flat_map(|list| list.iter().map(|near| near.document)).collect();
    documents.sort_unstable();
    let opposite: Vec<Background> = match query.group {
        None => vec![Background::unknown(); documents.len()],
        Some(own) => match model.neighbours.backgrounds.get(own as usize) {
            Some(known) => documents.iter().map(|document| known[*document as usize]).collect(),
            None => {
                let lists = neighbours::nearest_in_group(
                    space,
                    weights,
                    &space.groups[own as usize],
                    &documents,
                    SEARCH_DEPTH,
                    POSTING_BUDGET,
                );
                documents
                    .iter()
                    .zip(lists)
                    .map(|(document, list)| {
                        background_of(
                            &list,
                            population(space, own, *document),
                            relation_to_group(space, own, *document),
                        )
                    })
                    .collect()
            }
        },
    };
    let mut scored: Vec<NearestCase> = Vec::new();
    for (group, list) in lists.iter().enumerate() {
        let is_same_language = query.group == Some(group as u32);
        let relation = LanguageRelation::from_is_same(is_same_language);
        let background = background_of(list, population(space, group as u32, excluded), relation);
        for near in list {
            let at =
                documents.binary_search(&near.document).expect("all that were found are asked");
            let case = CaseIndex(near.document);
            let pair_score = neighbours::score_pair(
                weights,
                &model.neighbours.hub_backgrounds,
                relation,
                near.similarity,
                &[background, opposite[at]],
            );
            let copied_share = if is_same_language && near.similarity >= MIN_COPY_CHECK_SIMILARITY {
                copied(case).filter(|share| *share >= MIN_COPIED_SHARE)
            } else {
                None
            };
            let is_same_experiment = || {
                same_experiment::is_same_experiment(
                    &query.term_sets,
                    &space.term_sets[near.document as usize],
                )
            };
            let text_similarity =
                || space.cross_language_text_similarity(&query.cross_language, near.document);
            let (score, flagged) = score_and_flag(
                site,
                relation,
                pair_score,
                copied_share,
                is_same_experiment,
                text_similarity,
            );
            scored.push(NearestCase { case, score, copied: copied_share, flagged });
        }
    }
    scored.sort_by(|x, y| y.score.total_cmp(&x.score).then(x.case.cmp(&y.case)));
    scored.truncate(limit);
    scored
}

/// The tactics and channels of a document that a case study shares, as reasons.
fn facet_reasons(facets: &[Facet], case: &CaseStudy) -> Vec<Reason> {
    let tactics: Vec<_> = case
        .tactics
        .iter()
        .copied()
        .filter(|tactic| facets.contains(&Facet::Tactic(tactic.0)))
        .collect();
    let channels: Vec<_> = case
        .channels
        .iter()
        .copied()
        .filter(|channel| facets.contains(&Facet::Channel(channel.0)))
        .collect();
    let tactics = (!tactics.is_empty()).then_some(Reason::Tactics(tactics));
    tactics
        .into_iter()
        .chain((!channels.is_empty()).then_some(Reason::Channels(channels)))
        .collect()
}
