//! Records of a catalog as documents, read and weighed against each other.

use casebook_search::language::Language;
use rayon::prelude::*;

use crate::catalog::result::Metric;
use crate::catalog::words::{Objective, Word};
use crate::catalog::{CaseStudy, Catalog, Idea, Meta};
use crate::error::work;
use crate::similar::concept::{self, Concepts};
use crate::similar::document::{Document, Facet};
use crate::similar::feature::{Counted, Reader, Spelling};
use crate::similar::neighbours::{self, BUDGET, Near, Neighbours};
use crate::similar::score::Weights;
use crate::similar::space::{Guest, Space, Tongue};
use crate::vocabulary::Vocabulary;

/// Case studies compared with each other.
#[derive(Debug)]
pub struct Compared {
    /// What the vocabularies and the glossary name.
    pub concepts: Concepts,
    /// The weights in force.
    pub weights: Weights,
    /// Every case study as a vector, in catalog order.
    pub space: Space,
    /// The nearest of each.
    pub neighbours: Neighbours,
    /// The catalog's ideas among them.
    pub ideas: Ideas,
    /// The language each was read in.
    pub languages: Vec<Language>,
    /// How words were written.
    pub spellings: Vec<Spelling>,
}

/// The ideas of a catalog as guests among its case studies, in order.
#[derive(Debug, Default)]
pub struct Ideas {
    /// What each says, weighed by what the case studies say.
    pub guests: Vec<Guest>,
    /// The language each was read in.
    pub languages: Vec<Language>,
    /// The case studies nearest to each: by group, then by idea.
    pub near: Vec<Vec<Box<[Near]>>>,
}

/// Compares all case studies of a catalog; each gets its `keep` nearest in every language, and so does each idea.
pub fn compare(catalog: &Catalog, concepts: Concepts, keep: usize) -> Compared {
    let mut compared = weighed(catalog, concepts);
    let read = |ideas: &[Idea]| -> Vec<(Guest, Language)> {
        let mut reader = Reader::new(&compared.concepts);
        ideas.iter().map(|idea| guest(&compared, &mut reader, &document_of_idea(idea))).collect()
    };
    let guests: Vec<Vec<(Guest, Language)>> = catalog.ideas.par_chunks(64).with_max_len(1).map(read).collect();
    let (guests, languages): (Vec<Guest>, Vec<Language>) = guests.into_iter().flatten().unzip();
    let (neighbours, near) = neighbours::with_guests(&compared.space, &compared.weights, &guests, keep, BUDGET);
    compared.neighbours = neighbours;
    compared.ideas = Ideas { guests, languages, near };
    compared
}

/// A document as a guest among the case studies, with the language it was read in.
pub fn guest(compared: &Compared, reader: &mut Reader, document: &Document) -> (Guest, Language) {
    let counted = reader.read(document);
    let guest = compared.space.guest(&counted, &tongue(&counted, document), &compared.weights);
    (guest, counted.language.unwrap_or(Language::Plain))
}

/// Weighs all case studies of a catalog without looking for neighbours yet.
pub fn weighed(catalog: &Catalog, concepts: Concepts) -> Compared {
    weighed_by(catalog, concepts, Weights::default())
}

/// The same with other weights than those in force, for tuning.
pub fn weighed_by(catalog: &Catalog, concepts: Concepts, weights: Weights) -> Compared {
    let documents: Vec<Document> = catalog.cases.par_iter().with_max_len(256).map(|case| work::on(&case.meta.path, || document_of(case))).collect();
    let (counted, spellings) = read(&documents, &concepts);
    let languages = counted.iter().map(|counted| counted.language.unwrap_or(Language::Plain)).collect();
    let tongues: Vec<Tongue> = counted.iter().zip(&documents).map(|(counted, document)| tongue(counted, document)).collect();
    let space = Space::new(counted, &tongues, &weights);
    Compared { concepts, weights, space, neighbours: Neighbours::default(), ideas: Ideas::default(), languages, spellings }
}

/// Counts documents on all cores, and says how words were written.
pub fn read(documents: &[Document], concepts: &Concepts) -> (Vec<Counted>, Vec<Spelling>) {
    let size = documents.len().div_ceil(rayon::current_num_threads() * 4).max(1);
    let parts: Vec<(Vec<Counted>, Vec<Spelling>)> = documents
        .par_chunks(size)
        .with_max_len(1)
        .map(|part| {
            let mut reader = Reader::new(concepts);
            (part.iter().map(|document| reader.read(document)).collect(), reader.into_spellings().collect())
        })
        .collect();
    let (counted, spellings): (Vec<Vec<Counted>>, Vec<Vec<Spelling>>) = parts.into_iter().unzip();
    (counted.into_iter().flatten().collect(), spellings.into_iter().flatten().collect())
}

/// The group a counted document belongs to.
pub fn tongue(counted: &Counted, document: &Document) -> Tongue {
    match counted.language {
        Some(language) if language != Language::Plain => Tongue::Known(language),
        _ => Tongue::Tag(document.language.split('-').next().unwrap_or("").to_lowercase()),
    }
}

/// What is compared of a case study.
pub fn document_of(case: &CaseStudy) -> Document<'_> {
    let texts = case.summary.iter().chain(&case.audience).chain(&case.product).chain(&case.category);
    let mut facets = facets(&case.tactics, &case.channels, case.objective);
    if let Some(Metric::Known(metric)) = case.primary().map(|primary| &primary.metric) {
        facets.push(Facet::Metric(metric.0));
    }
    Document {
        read_in: Some(case.read_in()),
        lead: texts.map(String::as_str).collect(),
        hypothesis: case.hypothesis.as_deref(),
        facets,
        ..document(&case.meta)
    }
}

/// What is compared of an idea.
pub fn document_of_idea(idea: &Idea) -> Document<'_> {
    let mut facets = facets(&idea.tactics, &idea.channels, idea.objective);
    facets.extend(idea.primary_metric.map(|metric| Facet::Metric(metric.0)));
    let lead = vec![idea.summary.as_str()];
    Document { read_in: Some(idea.read_in()), lead, hypothesis: idea.hypothesis.as_deref(), facets, ..document(&idea.meta) }
}

fn document(meta: &Meta) -> Document<'_> {
    Document { language: &meta.language, title: &meta.title, wording: Some(&meta.body.wording), ..Document::default() }
}

fn facets(tactics: &[crate::vocabulary::TacticId], channels: &[crate::vocabulary::ChannelId], objective: Option<Objective>) -> Vec<Facet> {
    let tactics = tactics.iter().map(|tactic| Facet::Tactic(tactic.0));
    let channels = channels.iter().map(|channel| Facet::Channel(channel.0));
    let objective = objective.and_then(|objective| Objective::ALL.iter().position(|known| *known == objective));
    tactics.chain(channels).chain(objective.map(|objective| Facet::Objective(objective as u32))).collect()
}

/// Concepts from the vocabularies and the glossary, in the languages that the catalog's records and ideas are written in.
pub fn concepts_of(catalog: &Catalog, hub_language: &str) -> Concepts {
    concepts_in(&catalog.vocabulary, &languages_of(catalog), hub_language)
}

/// The languages a catalog's records and ideas say they are written in, and those that concepts are always known in.
pub fn languages_of(catalog: &Catalog) -> Vec<Language> {
    let metas = catalog.cases.iter().map(|case| &case.meta).chain(catalog.ideas.iter().map(|idea| &idea.meta));
    let mut languages: Vec<Language> = metas.map(|meta| Language::from_tag(&meta.language)).chain([Language::English, Language::Plain]).collect();
    languages.sort_unstable();
    languages.dedup();
    languages
}

/// Concepts from the vocabularies and the glossary in these languages.
pub fn concepts_in(vocabulary: &Vocabulary, languages: &[Language], hub_language: &str) -> Concepts {
    let mut concepts = Concepts::new();
    terms(&mut concepts, vocabulary.tactics.iter().map(|(_, term)| term), languages, hub_language);
    terms(&mut concepts, vocabulary.channels.iter().map(|(_, term)| term), languages, hub_language);
    terms(&mut concepts, vocabulary.metrics.iter().map(|(_, term)| term), languages, hub_language);
    for entry in &vocabulary.glossary {
        let name = concept::name(entry, hub_language);
        let number = concepts.add(name);
        for (tag, phrases) in &entry.terms {
            let language = Language::from_tag(tag);
            if languages.contains(&language) {
                phrases.iter().for_each(|phrase| concepts.phrase(number, phrase, language));
            }
        }
    }
    concepts
}

/// Labels are read in their own language; aliases name none, so they are read in every language of the catalog.
fn terms<'t>(concepts: &mut Concepts, terms: impl Iterator<Item = &'t crate::vocabulary::Term>, languages: &[Language], hub_language: &str) {
    for term in terms {
        let number = concepts.add(term.label_in(hub_language));
        for language in languages {
            let words = term.id.replace('-', " ");
            let names =
                std::iter::once(term.label.as_str()).chain(term.labels.values().map(String::as_str)).chain(term.aliases.iter().map(String::as_str));
            std::iter::once(words.as_str()).chain(names).for_each(|name| concepts.phrase(number, name, *language));
        }
    }
}
