//! The nearest case studies of one text: a draft, a file, a sentence, before anything is written.

use crate::catalog::{CaseIndex, Catalog};
use crate::similar::compare::{self, Compared, guest};
use crate::similar::document::{Document, Facet};
use crate::similar::feature::Reader;
use crate::similar::find::{RELATED, shared_with};
use crate::similar::neighbours::{self, BUDGET, Near, Neighbours};
use crate::similar::reason::{self, Forms};
use crate::similar::score::NEAREST;
use crate::similar::space::Guest;
use crate::similar::{Neighbour, Reason};
use crate::site::Site;
use casebook_search::language::Language;

/// The nearest of the compared case studies to a document, best first, whatever their score. `except` is the document itself, where
/// the catalog holds it already.
pub fn nearest(compared: &Compared, catalog: &Catalog, document: &Document, except: Option<CaseIndex>, limit: usize) -> Vec<Neighbour> {
    let mut reader = Reader::new(&compared.concepts);
    let (guest, language) = guest(compared, &mut reader, document);
    let scored = scored(compared, &guest, except, limit);
    let features: Vec<_> = scored.iter().map(|(case, _)| shared_with(compared, &guest, *case)).collect();
    let languages = |case: CaseIndex| [language, compared.languages[case.0 as usize]];
    let wanted = scored.iter().zip(&features).flat_map(|((case, _), features)| {
        features
            .iter()
            .flat_map(move |feature| [language, Language::English].into_iter().chain([languages(*case)[1]]).map(move |language| (language, feature)))
    });
    let forms = Forms::of(compared, wanted);
    let neighbour = |((case, score), features): (&(CaseIndex, f64), &Vec<_>)| {
        let mut reasons = shared_terms(catalog, &document.facets, *case);
        reasons.extend(forms.reason(features, languages(*case), &reason::said(catalog, &reasons)));
        Neighbour { case: *case, score: *score, reasons }
    };
    scored.iter().zip(&features).map(neighbour).collect()
}

/// The side list of a case study whose text is newer than what was compared.
pub fn related_to(site: &Site, catalog: &Catalog, compared: &Compared, case: CaseIndex) -> Vec<Neighbour> {
    let mut found = nearest(compared, catalog, &compare::document_of(catalog.case(case)), Some(case), RELATED);
    found.retain(|near| near.score >= site.similar.related);
    found
}

/// Scores the guest's nearest in every language; only those few are asked for the crowds they stand in.
fn scored(compared: &Compared, guest: &Guest, except: Option<CaseIndex>, limit: usize) -> Vec<(CaseIndex, f64)> {
    let (space, weights) = (&compared.space, &compared.weights);
    let except = except.map_or(u32::MAX, |case| case.0);
    let keep = limit.max(NEAREST) + 1;
    let lists = neighbours::around(space, weights, guest, keep, except);
    let mut asked: Vec<u32> = lists.iter().flat_map(|list| list.iter().map(|near| near.document)).collect();
    asked.sort_unstable();
    let lists_of = |own: u32| match compared.neighbours.lists.get(own as usize) {
        Some(known) => asked.iter().map(|document| known[*document as usize].clone()).collect(),
        None => neighbours::within(space, weights, &space.groups[own as usize], &asked, NEAREST, BUDGET),
    };
    let opposite: Option<Vec<Box<[Near]>>> = guest.group.map(lists_of);
    let mut scored: Vec<(CaseIndex, f64)> = Vec::new();
    for (group, list) in lists.iter().enumerate() {
        for near in list {
            let known = opposite.as_ref().zip(asked.binary_search(&near.document).ok()).map(|(lists, at)| &*lists[at]);
            scored.push((CaseIndex(near.document), Neighbours::guest_score(space, weights, guest, list, group as u32, near, known, except)));
        }
    }
    scored.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    scored.truncate(limit);
    scored
}

fn shared_terms(catalog: &Catalog, facets: &[Facet], case: CaseIndex) -> Vec<Reason> {
    let case = catalog.case(case);
    let tactics: Vec<_> = case.tactics.iter().copied().filter(|tactic| facets.contains(&Facet::Tactic(tactic.0))).collect();
    let channels: Vec<_> = case.channels.iter().copied().filter(|channel| facets.contains(&Facet::Channel(channel.0))).collect();
    let tactics = (!tactics.is_empty()).then_some(Reason::Tactics(tactics));
    tactics.into_iter().chain((!channels.is_empty()).then_some(Reason::Channels(channels))).collect()
}
