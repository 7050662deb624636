//! From compared records to pairs, lists of related records and ideas that were tried before.

use casebook_search::language::Language;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::catalog::{CaseIndex, Catalog};
use crate::similar::answer::{self, Lineages};
use crate::similar::compare::Compared;
use crate::similar::copied::{self, COPIED, Runs, Twins};
use crate::similar::feature::Feature;
use crate::similar::neighbours::{Near, Neighbours};
use crate::similar::reason::{self, Forms};
use crate::similar::score::NEAREST;
use crate::similar::space::Guest;
use crate::similar::verdict::{urgency, verdict};
use crate::similar::{Neighbour, Pair, PairState, Reason, Similar};
use crate::site::Site;

/// Pairs flagged for one record.
const FLAGGED: usize = 3;

/// Records in a side list.
pub const RELATED: usize = 5;

/// From this resemblance on bodies are compared run by run.
const WORTH_READING: f32 = 0.4;

/// A pair before it is told.
struct Scored {
    a: CaseIndex,
    b: CaseIndex,
    score: f64,
    copied: Option<f64>,
}

/// Finds pairs, related records and tried ideas.
pub fn find(site: &Site, catalog: &Catalog, compared: &Compared) -> Similar {
    let twins = Twins::of(catalog);
    let scored = scored(catalog, compared, &twins);
    let told = told(site, catalog, &twins, &scored, compared);
    let related = related(site, catalog, &scored);
    let ideas = ideas(site, catalog, compared);
    let words = Words::of(compared, &told, &related, &ideas);
    let pairs = told.into_iter().map(|pair| words.pair(catalog, pair)).collect();
    let related = words.lists(catalog, related);
    let ideas = words.ideas(catalog, ideas);
    Similar { pairs, related, ideas }
}

/// Every pair of neighbours with its score, in order.
fn scored(catalog: &Catalog, compared: &Compared, twins: &Twins) -> Vec<Scored> {
    let mut near: Vec<(u32, u32, f32)> = Vec::new();
    for lists in &compared.neighbours.lists {
        for (document, list) in lists.iter().enumerate() {
            let document = document as u32;
            near.extend(list.iter().map(|near| (document.min(near.document), document.max(near.document), near.alike)));
        }
    }
    near.sort_unstable_by_key(|(a, b, _)| (*a, *b));
    near.dedup_by_key(|(a, b, _)| (*a, *b));
    let runs = runs(catalog, compared, &near);
    let score = |(a, b, alike): &(u32, u32, f32)| {
        let score = f64::from(compared.neighbours.score(&compared.space, &compared.weights, *a, *b, *alike));
        let copied = runs.get(a).zip(runs.get(b)).map(|(a, b)| a.common(b)).filter(|share| *share >= COPIED);
        Scored { a: CaseIndex(*a), b: CaseIndex(*b), score: copied.map_or(score, |share| share.max(score)), copied }
    };
    let mut scored: Vec<Scored> = near.par_iter().with_max_len(1024).map(score).filter(|scored| !twins.crowded(scored.a, scored.b)).collect();
    for (a, b) in twins.pairs() {
        match scored.binary_search_by_key(&(a, b), |scored| (scored.a, scored.b)) {
            Ok(at) => (scored[at].score, scored[at].copied) = (1.0, Some(1.0)),
            Err(at) => scored.insert(at, Scored { a, b, score: 1.0, copied: Some(1.0) }),
        }
    }
    scored
}

/// Runs of words of all records that resemble another enough to be its copy.
fn runs(catalog: &Catalog, compared: &Compared, near: &[(u32, u32, f32)]) -> FxHashMap<u32, Runs> {
    let alike =
        near.iter().filter(|(a, b, alike)| *alike >= WORTH_READING && compared.space.group_of[*a as usize] == compared.space.group_of[*b as usize]);
    let mut worth: Vec<u32> = alike.flat_map(|(a, b, _)| [*a, *b]).collect();
    worth.sort_unstable();
    worth.dedup();
    worth.into_par_iter().with_max_len(64).map(|document| (document, copied::runs(&catalog.case(CaseIndex(document)).meta))).collect()
}

/// Pairs that are shown: flagged ones, those that somebody answered, and answers that no longer answer anything.
fn told(site: &Site, catalog: &Catalog, twins: &Twins, scored: &[Scored], compared: &Compared) -> Vec<Pair> {
    let lineages = Lineages::of(catalog);
    let mut by_score: Vec<&Scored> = scored.iter().filter(|pair| pair.score >= site.similar.duplicate).collect();
    by_score.sort_by(|x, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut flags = vec![0_usize; catalog.cases.len()];
    let mut pairs = Vec::new();
    for pair in by_score {
        let (a, b) = (pair.a.0 as usize, pair.b.0 as usize);
        let state = match answer::answer(catalog, pair.a, pair.b) {
            Some(state) => state,
            None if lineages.join(pair.a, pair.b) || flags[a] >= FLAGGED || flags[b] >= FLAGGED => continue,
            None => PairState::Open,
        };
        if state == PairState::Open {
            flags[a] += 1;
            flags[b] += 1;
        }
        pairs.push(pair_of(catalog, pair, state));
    }
    pairs.extend(stale(site, catalog, twins, scored, compared));
    let key = |pair: &Pair| (urgency(pair.verdict, catalog.case(pair.a), catalog.case(pair.b), site.today), pair.a, pair.b);
    pairs.sort_by(|x, y| key(x).0.cmp(&key(y).0).then(y.score.total_cmp(&x.score)).then((x.a, x.b).cmp(&(y.a, y.b))));
    pairs
}

fn pair_of(catalog: &Catalog, scored: &Scored, state: PairState) -> Pair {
    let (a, b) = (catalog.case(scored.a), catalog.case(scored.b));
    let verdict = verdict(a, b, scored.copied.is_some());
    let mut reasons: Vec<Reason> = scored.copied.map(Reason::CopiedText).into_iter().collect();
    reasons.extend(reason::of_terms(a, b));
    Pair { a: scored.a, b: scored.b, score: scored.score, verdict, state, reasons }
}

/// Answers whose pair is not even related any more.
fn stale(site: &Site, catalog: &Catalog, twins: &Twins, scored: &[Scored], compared: &Compared) -> Vec<Pair> {
    let mut stale = Vec::new();
    for (a, b) in answer::answered(catalog) {
        let known = scored.binary_search_by_key(&(a, b), |scored| (scored.a, scored.b)).ok().map(|at| scored[at].score);
        let alike = || compared.space.alike(&compared.weights, a.0, b.0);
        let score = known.unwrap_or_else(|| f64::from(compared.neighbours.score(&compared.space, &compared.weights, a.0, b.0, alike())));
        if score < site.similar.related && !twins.crowded(a, b) {
            let Some(PairState::Acknowledged { reason, .. }) = answer::answer(catalog, a, b) else { continue };
            stale.push(pair_of(catalog, &Scored { a, b, score, copied: None }, PairState::Stale { reason }));
        }
    }
    stale
}

/// A neighbour whose words are still to be named.
struct Beside {
    case: CaseIndex,
    score: f64,
}

fn related(site: &Site, catalog: &Catalog, scored: &[Scored]) -> Vec<Vec<Beside>> {
    let mut lists: Vec<Vec<Beside>> = (0..catalog.cases.len()).map(|_| Vec::new()).collect();
    for pair in scored.iter().filter(|pair| pair.score >= site.similar.related) {
        lists[pair.a.0 as usize].push(Beside { case: pair.b, score: pair.score });
        lists[pair.b.0 as usize].push(Beside { case: pair.a, score: pair.score });
    }
    for list in &mut lists {
        list.sort_by(|x, y| y.score.total_cmp(&x.score).then(x.case.cmp(&y.case)));
        list.truncate(RELATED);
    }
    lists
}

/// The case studies that resemble an idea, best first, with their scores.
fn beside(compared: &Compared, idea: usize) -> Vec<(CaseIndex, f64)> {
    let (guest, groups) = (&compared.ideas.guests[idea], &compared.ideas.near);
    let scored = |(group, near): (usize, &Near)| {
        let opposite = guest.group.map(|own| &*compared.neighbours.lists[own as usize][near.document as usize]);
        let score = Neighbours::guest_score(&compared.space, &compared.weights, guest, &groups[group][idea], group as u32, near, opposite, u32::MAX);
        (CaseIndex(near.document), score)
    };
    let mut list: Vec<(CaseIndex, f64)> =
        groups.iter().enumerate().flat_map(|(group, lists)| lists[idea].iter().map(move |near| (group, near))).map(scored).collect();
    list.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    list.truncate(NEAREST);
    list
}

fn ideas(site: &Site, catalog: &Catalog, compared: &Compared) -> Vec<Vec<Beside>> {
    let list = |(at, idea): (usize, &crate::catalog::Idea)| {
        let settled = |case: CaseIndex| idea.becomes == Some(case) || idea.not_duplicate_of.iter().any(|answer| answer.case == case);
        let fitting = beside(compared, at).into_iter().filter(|(case, score)| *score >= site.similar.duplicate && !settled(*case));
        fitting.take(RELATED).map(|(case, score)| Beside { case, score }).collect()
    };
    catalog.ideas.iter().enumerate().map(list).collect()
}

/// Everything needed to say which words records share.
struct Words {
    forms: Forms,
    languages: Vec<Language>,
    pairs: FxHashMap<(CaseIndex, CaseIndex), Vec<Feature>>,
    ideas: Vec<Vec<Vec<Feature>>>,
    tongues: Vec<Language>,
}

impl Words {
    fn of(compared: &Compared, told: &[Pair], related: &[Vec<Beside>], ideas: &[Vec<Beside>]) -> Words {
        let beside = related.iter().enumerate().flat_map(|(case, list)| {
            let case = CaseIndex(case as u32);
            list.iter().map(move |other| (case.min(other.case), case.max(other.case)))
        });
        let mut wanted: Vec<(CaseIndex, CaseIndex)> = told.iter().map(|pair| (pair.a, pair.b)).chain(beside).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let pairs: FxHashMap<(CaseIndex, CaseIndex), Vec<Feature>> =
            wanted.into_par_iter().with_max_len(256).map(|(a, b)| ((a, b), shared(compared, a, b))).collect();
        let with_idea = |(list, guest): (&Vec<Beside>, &Guest)| list.iter().map(|other| shared_with(compared, guest, other.case)).collect();
        let ideas: Vec<Vec<Vec<Feature>>> = ideas.iter().zip(&compared.ideas.guests).map(with_idea).collect();
        let tongues = compared.ideas.languages.clone();
        let languages = compared.languages.clone();
        let of_pairs = pairs.iter().flat_map(|((a, b), features)| {
            let languages = [languages[a.0 as usize], languages[b.0 as usize]];
            features.iter().flat_map(move |feature| languages.map(|language| (language, feature)))
        });
        let of_ideas = ideas.iter().zip(&tongues).flat_map(|(lists, language)| lists.iter().flatten().map(move |feature| (*language, feature)));
        let any = ideas.iter().flatten().flatten().map(|feature| (Language::English, feature));
        let forms = Forms::of(compared, of_pairs.chain(of_ideas).chain(any));
        Words { forms, languages, pairs, ideas, tongues }
    }

    fn reason(&self, catalog: &Catalog, a: CaseIndex, b: CaseIndex, reasons: &[Reason]) -> Option<Reason> {
        let features = self.pairs.get(&(a.min(b), a.max(b)))?;
        self.forms.reason(features, [self.languages[a.0 as usize], self.languages[b.0 as usize]], &reason::said(catalog, reasons))
    }

    fn pair(&self, catalog: &Catalog, mut pair: Pair) -> Pair {
        let words = self.reason(catalog, pair.a, pair.b, &pair.reasons);
        pair.reasons.extend(words);
        pair.reasons.extend(reason::of_time(catalog.case(pair.a), catalog.case(pair.b), pair.verdict));
        pair
    }

    fn lists(&self, catalog: &Catalog, lists: Vec<Vec<Beside>>) -> Vec<Vec<Neighbour>> {
        let neighbour = |case: CaseIndex, other: Beside| {
            let mut reasons = reason::of_terms(catalog.case(case), catalog.case(other.case));
            reasons.extend(self.reason(catalog, case, other.case, &reasons));
            Neighbour { case: other.case, score: other.score, reasons }
        };
        let list = |(case, list): (usize, Vec<Beside>)| list.into_iter().map(|other| neighbour(CaseIndex(case as u32), other)).collect();
        lists.into_par_iter().with_max_len(64).enumerate().map(list).collect()
    }

    fn ideas(&self, catalog: &Catalog, lists: Vec<Vec<Beside>>) -> Vec<Vec<Neighbour>> {
        let list = |(at, list): (usize, Vec<Beside>)| {
            let features = &self.ideas[at];
            let neighbour = |(other, features): (Beside, &Vec<Feature>)| {
                let mut reasons = of_idea(&catalog.ideas[at], catalog.case(other.case));
                reasons.extend(self.forms.reason(features, [self.tongues[at], Language::English], &reason::said(catalog, &reasons)));
                Neighbour { case: other.case, score: other.score, reasons }
            };
            list.into_iter().zip(features).map(neighbour).collect()
        };
        lists.into_iter().enumerate().map(list).collect()
    }
}

/// What an idea and a case study have in common as terms.
fn of_idea(idea: &crate::catalog::Idea, case: &crate::catalog::CaseStudy) -> Vec<Reason> {
    let tactics: Vec<_> = idea.tactics.iter().copied().filter(|tactic| case.tactics.contains(tactic)).collect();
    let channels: Vec<_> = idea.channels.iter().copied().filter(|channel| case.channels.contains(channel)).collect();
    let tactics = (!tactics.is_empty()).then_some(Reason::Tactics(tactics));
    tactics.into_iter().chain((!channels.is_empty()).then_some(Reason::Channels(channels))).collect()
}

fn shared(compared: &Compared, a: CaseIndex, b: CaseIndex) -> Vec<Feature> {
    let space = &compared.space;
    let at_home = space.group_of[a.0 as usize] == space.group_of[b.0 as usize];
    let vectors = if at_home { &space.home } else { &space.abroad };
    reason::shared_features(compared, &vectors[a.0 as usize], &vectors[b.0 as usize])
}

/// Features that a guest shares with a case study.
pub fn shared_with(compared: &Compared, guest: &Guest, case: CaseIndex) -> Vec<Feature> {
    let at_home = guest.group == Some(compared.space.group_of[case.0 as usize]);
    let (one, others) = if at_home { (&guest.home, &compared.space.home) } else { (&guest.abroad, &compared.space.abroad) };
    others.get(case.0 as usize).map_or_else(Vec::new, |other| reason::shared_features(compared, one, other))
}
