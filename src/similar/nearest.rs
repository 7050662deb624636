//! The nearest case studies of one text: a draft, a file, a sentence, before anything is written.

use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::similar::background::{Background, Between, DEPTH};
use crate::similar::compare::{self, Compared, guest};
use crate::similar::copied::COPIED;
use crate::similar::document::{Document, Facet};
use crate::similar::feature::Reader;
use crate::similar::find::{RELATED, WORTH_READING, flag, shared_with};
use crate::similar::neighbours::{self, BUDGET, background_of, between, others};
use crate::similar::reason::{self, Forms};
use crate::similar::same;
use crate::similar::space::Guest;
use crate::similar::{Neighbour, Reason, Similar};
use crate::site::Site;
use casebook_search::language::Language;

/// What is asked about.
#[derive(Clone, Copy)]
pub enum Asked<'a> {
    /// A case study as it was compared.
    Record(CaseIndex),
    /// A case study that was compared with an older text.
    Edited(CaseIndex, &'a Document<'a>),
    /// A text of which the catalog knows nothing.
    Text(&'a Document<'a>),
}

impl Asked<'_> {
    /// The record that is not to be found: itself.
    fn itself(self) -> u32 {
        match self {
            Asked::Record(case) | Asked::Edited(case, _) => case.0,
            Asked::Text(_) => u32::MAX,
        }
    }
}

/// The share of common text with a case study; nothing where texts are short or hardly alike.
pub type CopiedShare<'a> = &'a dyn Fn(CaseIndex) -> Option<f64>;

/// The nearest of the compared case studies, best first, whatever their score.
pub fn nearest(site: &Site, compared: &Compared, catalog: &Catalog, asked: Asked, copied: CopiedShare, limit: usize) -> Vec<Neighbour> {
    let (guest, language) = match asked {
        Asked::Record(case) => (compared.space.as_guest(case.0), compared.languages[case.0 as usize]),
        Asked::Edited(_, document) | Asked::Text(document) => guest(compared, &mut Reader::new(&compared.concepts), document),
    };
    let scored = scored(site, compared, &guest, asked.itself(), copied, limit);
    let features: Vec<_> = scored.iter().map(|found| shared_with(compared, &guest, found.case)).collect();
    let languages = |case: CaseIndex| [language, compared.languages[case.0 as usize]];
    let wanted = scored.iter().zip(&features).flat_map(|(found, features)| {
        let named_in = [language, Language::English, languages(found.case)[1]];
        features.iter().flat_map(move |feature| named_in.map(|language| (language, feature)))
    });
    let forms = Forms::of(compared, wanted);
    let neighbour = |(found, features): (&Found, &Vec<_>)| {
        let mut reasons: Vec<Reason> = found.copied.map(Reason::CopiedText).into_iter().collect();
        reasons.extend(match asked {
            Asked::Record(case) => reason::of_terms(catalog.case(case), catalog.case(found.case)),
            Asked::Edited(_, document) | Asked::Text(document) => shared_terms(&document.facets, catalog.case(found.case)),
        });
        reasons.extend(forms.reason(features, languages(found.case), &reason::said(catalog, &reasons)));
        if found.flagged && (same::says_little(&guest.content) || same::says_little(&compared.space.contents[found.case.0 as usize])) {
            reasons.push(Reason::SaysLittle);
        }
        Neighbour { case: found.case, score: found.score, flagged: found.flagged, reasons }
    };
    scored.iter().zip(&features).map(neighbour).collect()
}

/// The side list of a case study whose text is newer than what was compared; its family is shown by itself.
pub fn related_to(site: &Site, catalog: &Catalog, similar: &Similar, compared: &Compared, case: CaseIndex) -> Vec<Neighbour> {
    let document = compare::document_of(catalog.case(case));
    let family = similar.family(case).map_or(&[][..], |family| &family.members);
    let runs = crate::similar::copied::runs(&catalog.case(case).meta);
    let copied = |other: CaseIndex| Some(runs.common(&crate::similar::copied::runs(&catalog.case(other).meta)));
    let mut found = nearest(site, compared, catalog, Asked::Edited(case, &document), &copied, RELATED + family.len());
    found.retain(|near| (near.flagged || near.score >= site.similar.related) && !family.contains(&near.case));
    found.truncate(RELATED);
    found
}

/// A case study beside what was asked.
struct Found {
    case: CaseIndex,
    score: f64,
    copied: Option<f64>,
    flagged: bool,
}

/// Scores the guest's nearest in every language; only those few are asked for their own backgrounds.
fn scored(site: &Site, compared: &Compared, guest: &Guest, itself: u32, copied: CopiedShare, limit: usize) -> Vec<Found> {
    let (space, weights) = (&compared.space, &compared.weights);
    let lists = neighbours::around(space, weights, guest, limit.max(DEPTH), itself);
    let mut asked: Vec<u32> = lists.iter().flat_map(|list| list.iter().map(|near| near.document)).collect();
    asked.sort_unstable();
    let opposite: Vec<Background> = match guest.group {
        None => vec![Background::unknown(); asked.len()],
        Some(own) => match compared.neighbours.backgrounds.get(own as usize) {
            Some(known) => asked.iter().map(|document| known[*document as usize]).collect(),
            None => {
                let lists = neighbours::within(space, weights, &space.groups[own as usize], &asked, DEPTH, BUDGET);
                asked
                    .iter()
                    .zip(lists)
                    .map(|(document, list)| background_of(&list, others(space, own, *document), between(space, own, *document)))
                    .collect()
            }
        },
    };
    let mut scored: Vec<Found> = Vec::new();
    for (group, list) in lists.iter().enumerate() {
        let same_language = guest.group == Some(group as u32);
        let between = Between::of(same_language);
        let background = background_of(list, others(space, group as u32, itself), between);
        for near in list {
            let at = asked.binary_search(&near.document).expect("all that were found are asked");
            let case = CaseIndex(near.document);
            let comparison = neighbours::compare(weights, &compared.neighbours.levels, between, near.alike, &[background, opposite[at]]);
            let share = if same_language && near.alike >= WORTH_READING { copied(case).filter(|share| *share >= COPIED) } else { None };
            let says_the_same = || same::same(&guest.content, &space.contents[near.document as usize]);
            let (score, flagged) = flag(site, between, comparison, share, says_the_same, || space.said_across(&guest.abroad, near.document));
            scored.push(Found { case, score, copied: share, flagged });
        }
    }
    scored.sort_by(|x, y| y.score.total_cmp(&x.score).then(x.case.cmp(&y.case)));
    scored.truncate(limit);
    scored
}

fn shared_terms(facets: &[Facet], case: &CaseStudy) -> Vec<Reason> {
    let tactics: Vec<_> = case.tactics.iter().copied().filter(|tactic| facets.contains(&Facet::Tactic(tactic.0))).collect();
    let channels: Vec<_> = case.channels.iter().copied().filter(|channel| facets.contains(&Facet::Channel(channel.0))).collect();
    let tactics = (!tactics.is_empty()).then_some(Reason::Tactics(tactics));
    tactics.into_iter().chain((!channels.is_empty()).then_some(Reason::Channels(channels))).collect()
}
