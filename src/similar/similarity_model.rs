//! Builds the similarity model of a catalog: its records as tf-idf vectors with their nearest
//! neighbours.

use casebook_search::language::Language;
use rayon::prelude::*;

use crate::catalog::field;
use crate::catalog::keywords::{Keyword, Objective};
use crate::catalog::result::Metric;
use crate::catalog::{CaseStudy, Catalog, Idea, Meta};
use crate::error::current_path;
use crate::similar::concept::Concepts;
use crate::similar::document::{Document, Facet};
use crate::similar::feature::{FeatureCounts, FeatureExtractor, Spelling};
use crate::similar::neighbours::{self, Neighbour, Neighbours, POSTING_BUDGET};
use crate::similar::score::Weights;
use crate::similar::vector_space::{LanguageGroup, QueryDocument, VectorSpace};
use crate::vocabulary::Vocabulary;

/// The case studies of a catalog as vectors with their nearest neighbours; drafts and ideas are
/// compared with it.
#[derive(Debug)]
pub struct SimilarityModel {
    /// Concepts of the vocabularies and the glossary.
    pub concepts: Concepts,
    /// The weights that the vectors were built with.
    pub weights: Weights,
    /// Every case study as a vector, in catalog order.
    pub space: VectorSpace,
    /// The nearest neighbours of each case study.
    pub neighbours: Neighbours,
    /// The catalog's ideas with their nearest case studies.
    pub ideas: IdeaNeighbours,
    /// The language that each case study was analysed in.
    pub languages: Vec<Language>,
    /// Every word of the case studies as it was written.
    pub spellings: Vec<Spelling>,
}

/// The ideas of a catalog with their nearest case studies; ideas are in catalog order.
#[derive(Debug, Default)]
pub struct IdeaNeighbours {
    /// The vectors of each idea.
    pub queries: Vec<QueryDocument>,
    /// The language that each idea was analysed in.
    pub languages: Vec<Language>,
    /// The nearest case studies, highest similarity first; by language group, then by idea.
    pub neighbours: Vec<Vec<Box<[Neighbour]>>>,
}

/// Builds the model of a catalog: each case study and each idea gets its `keep` nearest neighbours
/// in every language.
pub fn build(catalog: &Catalog, concepts: Concepts, keep: usize) -> SimilarityModel {
    let mut model = build_vectors(catalog, concepts);
    let vectorise = |ideas: &[Idea]| -> Vec<(QueryDocument, Language)> {
        let mut extractor = FeatureExtractor::new(&model.concepts);
        ideas
            .iter()
            .map(|idea| query_document(&model, &mut extractor, &idea_document(idea)))
            .collect()
    };
    let queries: Vec<Vec<(QueryDocument, Language)>> =
        catalog.ideas.par_chunks(64).map(vectorise).collect();
    let (queries, languages): (Vec<QueryDocument>, Vec<Language>) =
        queries.into_iter().flatten().unzip();
    let (neighbours, idea_neighbours) = neighbours::find_neighbours_with_queries(
        &model.space,
        &model.weights,
        &queries,
        keep,
        POSTING_BUDGET,
    );
    model.neighbours = neighbours;
    model.ideas = IdeaNeighbours { queries, languages, neighbours: idea_neighbours };
    model
}

/// The vectors of a document that is not in the model, a draft or an idea, and the language that it
/// was analysed in.
pub fn query_document(
    model: &SimilarityModel,
    extractor: &mut FeatureExtractor,
    document: &Document,
) -> (QueryDocument, Language) {
    let counts = extractor.extract(document);
    let query =
        model.space.query_document(&counts, &language_group(&counts, document), &model.weights);
    (query, counts.language.unwrap_or(Language::Plain))
}

/// Builds the vectors of all case studies of a catalog, without neighbours.
pub fn build_vectors(catalog: &Catalog, concepts: Concepts) -> SimilarityModel {
    build_vectors_with(catalog, concepts, Weights::default())
}

/// As [`build_vectors`] with weights that are not the default, for tuning.
pub fn build_vectors_with(
    catalog: &Catalog,
    concepts: Concepts,
    weights: Weights,
) -> SimilarityModel {
    let documents: Vec<Document> = catalog
        .cases
        .par_iter()
        .map(|case| current_path::scope(&case.meta.path, || case_document(case)))
        .collect();
    let (counts, spellings) = extract_features(&documents, &concepts);
    let languages =
        counts.iter().map(|counts| counts.language.unwrap_or(Language::Plain)).collect();
    let language_groups: Vec<LanguageGroup> = counts
        .iter()
        .zip(&documents)
        .map(|(counts, document)| language_group(counts, document))
        .collect();
    let space = VectorSpace::new(counts, &language_groups, &weights);
    SimilarityModel {
        concepts,
        weights,
        space,
        neighbours: Neighbours::default(),
        ideas: IdeaNeighbours::default(),
        languages,
        spellings,
    }
}

/// Counts the features of documents on all cores; also returns every word as it was written.
pub fn extract_features(
    documents: &[Document],
    concepts: &Concepts,
) -> (Vec<FeatureCounts>, Vec<Spelling>) {
    let size = documents.len().div_ceil(rayon::current_num_threads() * 4).max(1);
    let parts: Vec<(Vec<FeatureCounts>, Vec<Spelling>)> = documents
        .par_chunks(size)
        .map(|part| {
            let mut extractor = FeatureExtractor::new(concepts);
            (
                part.iter().map(|document| extractor.extract(document)).collect(),
                extractor.into_spellings().collect(),
            )
        })
        .collect();
    let (counts, spellings): (Vec<Vec<FeatureCounts>>, Vec<Vec<Spelling>>) =
        parts.into_iter().unzip();
    (counts.into_iter().flatten().collect(), spellings.into_iter().flatten().collect())
}

/// The language group of a document: the language in which its features were counted, else the
/// first part of its declared language tag.
pub fn language_group(counts: &FeatureCounts, document: &Document) -> LanguageGroup {
    match counts.language {
        Some(language) if language != Language::Plain => LanguageGroup::Known(language),
        _ => LanguageGroup::Tag(document.language.split('-').next().unwrap_or("").to_lowercase()),
    }
}

/// The texts and terms of a case study as the similarity model compares them.
pub fn case_document(case: &CaseStudy) -> Document<'_> {
    let texts = case
        .summary
        .iter()
        .chain(&case.audience)
        .chain(case.plain.texts(&field::PRODUCT))
        .chain(case.plain.texts(&field::CATEGORY));
    let mut facets = collect_facets(&case.tactics, &case.channels, case.objective);
    if let Some(Metric::Known(metric)) = case.primary_result().map(|primary| &primary.metric) {
        facets.push(Facet::Metric(metric.0));
    }
    Document {
        detected_language: Some(case.text_language()),
        lead_texts: texts.map(String::as_str).collect(),
        hypothesis: case.hypothesis.as_deref(),
        facets,
        ..base_document(&case.meta)
    }
}

/// The texts and terms of an idea as the similarity model compares them.
pub fn idea_document(idea: &Idea) -> Document<'_> {
    let mut facets = collect_facets(&idea.tactics, &idea.channels, idea.objective);
    facets.extend(idea.primary_metric.map(|metric| Facet::Metric(metric.0)));
    let lead_texts = vec![idea.summary.as_str()];
    Document {
        detected_language: Some(idea.text_language()),
        lead_texts,
        hypothesis: idea.hypothesis.as_deref(),
        facets,
        ..base_document(&idea.meta)
    }
}

/// A document with only the language, title and body of a record; the caller adds what its kind of
/// record has.
fn base_document(meta: &Meta) -> Document<'_> {
    Document {
        language: &meta.language,
        title: &meta.title,
        tokenized: Some(&meta.body.tokenized),
        ..Document::default()
    }
}

/// The tactics, channels and objective of a record as facets; the caller adds the metric.
fn collect_facets(
    tactics: &[crate::vocabulary::TacticId],
    channels: &[crate::vocabulary::ChannelId],
    objective: Option<Objective>,
) -> Vec<Facet> {
    let tactics = tactics.iter().map(|tactic| Facet::Tactic(tactic.0));
    let channels = channels.iter().map(|channel| Facet::Channel(channel.0));
    let objective =
        objective.and_then(|objective| Objective::ALL.iter().position(|known| *known == objective));
    tactics
        .chain(channels)
        .chain(objective.map(|objective| Facet::Objective(objective as u32)))
        .collect()
}

/// Concepts of the vocabularies and the glossary in the languages of a catalog; names for display
/// are in `hub_language`, a BCP 47 tag.
pub fn concepts_of_catalog(catalog: &Catalog, hub_language: &str) -> Concepts {
    concepts_in(&catalog.vocabulary, &languages_of_catalog(catalog), hub_language)
}

/// The declared languages of a catalog's case studies and ideas, and English and `Plain`, in which
/// concepts are always known; sorted.
pub fn languages_of_catalog(catalog: &Catalog) -> Vec<Language> {
    let metas = catalog
        .cases
        .iter()
        .map(|case| &case.meta)
        .chain(catalog.ideas.iter().map(|idea| &idea.meta));
    let mut languages: Vec<Language> = metas
        .map(|meta| Language::from_tag(&meta.language))
        .chain([Language::English, Language::Plain])
        .collect();
    languages.sort_unstable();
    languages.dedup();
    languages
}

/// Concepts of the vocabularies and the glossary in these languages; names for display are in
/// `hub_language`, a BCP 47 tag.
pub fn concepts_in(
    vocabulary: &Vocabulary,
    languages: &[Language],
    hub_language: &str,
) -> Concepts {
    let mut concepts = Concepts::new();
    add_terms(
        &mut concepts,
        vocabulary.tactics.iter().map(|(_, term)| term),
        languages,
        hub_language,
    );
    add_terms(
        &mut concepts,
        vocabulary.channels.iter().map(|(_, term)| term),
        languages,
        hub_language,
    );
    add_terms(
        &mut concepts,
        vocabulary.metrics.iter().map(|(_, term)| term),
        languages,
        hub_language,
    );
    for entry in &vocabulary.glossary {
        let name = entry.label(hub_language);
        let number = concepts.add(name);
        for (tag, phrases) in &entry.terms {
            let language = Language::from_tag(tag);
            if languages.contains(&language) {
                phrases.iter().for_each(|phrase| concepts.add_phrase(number, phrase, language));
            }
        }
    }
    concepts
}

/// Adds the terms of a vocabulary as concepts. Labels and aliases do not name their language, so
/// they are added in every language.
fn add_terms<'t>(
    concepts: &mut Concepts,
    terms: impl Iterator<Item = &'t crate::vocabulary::Term>,
    languages: &[Language],
    hub_language: &str,
) {
    for term in terms {
        let number = concepts.add(term.label_in(hub_language));
        for language in languages {
            let words = term.id.replace('-', " ");
            let names = std::iter::once(term.label.as_str())
                .chain(term.labels.values().map(String::as_str))
                .chain(term.aliases.iter().map(String::as_str));
            std::iter::once(words.as_str())
                .chain(names)
                .for_each(|name| concepts.add_phrase(number, name, *language));
        }
    }
}
