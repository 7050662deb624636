//! From compared records to pairs, lists of related records and ideas that were tried before.

use std::cmp::Reverse;

use casebook_search::language::Language;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::similar::answer::{self, Lineages};
use crate::similar::background::{Background, Between};
use crate::similar::compare::Compared;
use crate::similar::copied::{self, COPIED, Runs, Twins};
use crate::similar::example;
use crate::similar::families::{self, Family};
use crate::similar::feature::Feature;
use crate::similar::neighbours::{self, Near, background_of};
use crate::similar::reason::{self, Forms};
use crate::similar::same;
use crate::similar::score::{Comparison, SAID_ACROSS};
use crate::similar::space::Guest;
use crate::similar::verdict::{urgency, verdict};
use crate::similar::{Neighbour, Pair, PairState, Reason, Similar};
use crate::site::Site;

/// Pairs flagged for one record beside those inside its family.
const FLAGGED: usize = 3;

/// Pairs of one record inside its family that are named by themselves.
const FLAGGED_IN_FAMILY: usize = 5;

/// Records in a side list.
pub const RELATED: usize = 5;

/// From this resemblance on bodies are compared run by run.
pub const WORTH_READING: f32 = 0.4;

/// A pair of neighbours, compared.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    /// The one, first in catalog order.
    pub a: CaseIndex,
    /// The other.
    pub b: CaseIndex,
    /// 0 to 1.
    pub score: f64,
    /// The share of common text, where it is nearly all of it.
    pub copied: Option<f64>,
    /// Whether it may be duplicated effort.
    pub flagged: bool,
}

/// Finds pairs, families, related records and tried ideas.
pub fn find(site: &Site, catalog: &Catalog, compared: &Compared) -> Similar {
    let twins = Twins::of(catalog);
    let scored = scored(site, catalog, compared, &twins);
    let families = families(site, catalog, compared, &twins, &scored);
    let family_of = families_of(catalog.cases.len(), &families);
    let shown = shown(site, catalog, &twins, &scored, compared, &family_of);
    let related = related(site, catalog, &scored, &family_of);
    let ideas = ideas(site, catalog, compared);
    let words = Words::of(compared, &shown, &related, &ideas, &families);
    let mut pairs: Vec<Pair> = shown.into_iter().map(|pair| words.pair(catalog, pair)).collect();
    for pair in &mut pairs {
        settle_in_family(pair, &families);
    }
    let says_little = |case: CaseIndex| same::says_little(&compared.space.contents[case.0 as usize]);
    for pair in pairs.iter_mut().filter(|pair| says_little(pair.a) || says_little(pair.b)) {
        pair.reasons.push(Reason::SaysLittle);
    }
    let related = words.lists(catalog, related);
    let ideas = words.ideas(catalog, ideas);
    let families = families.into_iter().map(|family| words.family(catalog, family)).collect();
    Similar { pairs, families, family_of, related, ideas, example: example::of(catalog, compared, &scored) }
}

/// A pair inside a family waits for an answer as long as one of its two does.
fn settle_in_family(pair: &mut Pair, families: &[Family]) {
    let Some(family) = pair.family.map(|at| &families[at]) else { return };
    if pair.state == PairState::Open && ![pair.a, pair.b].iter().any(|case| family.unanswered.contains(case)) {
        pair.state = match &family.state {
            PairState::Open => PairState::Acknowledged { field: "not_duplicate_of", reason: None },
            answered => answered.clone(),
        };
    }
}

/// Every pair of neighbours with its score, in order.
pub fn scored(site: &Site, catalog: &Catalog, compared: &Compared, twins: &Twins) -> Vec<Scored> {
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
        let copied = runs.get(a).zip(runs.get(b)).map(|(a, b)| a.common(b)).filter(|share| *share >= COPIED);
        let (a, b) = (CaseIndex(*a), CaseIndex(*b));
        if twins.crowded(a, b) { identical(a, b) } else { pair_scored(site, compared, a, b, *alike, copied) }
    };
    let mut scored: Vec<Scored> = near.par_iter().with_max_len(1024).map(score).collect();
    for (a, b) in twins.pairs() {
        let identical = identical(a, b);
        match scored.binary_search_by_key(&(a, b), |scored| (scored.a, scored.b)) {
            Ok(at) => scored[at] = identical,
            Err(at) => scored.insert(at, identical),
        }
    }
    scored
}

fn identical(a: CaseIndex, b: CaseIndex) -> Scored {
    Scored { a, b, score: 1.0, copied: Some(1.0), flagged: true }
}

/// How two records that are this much alike compare, and whether they may be duplicated effort.
fn pair_scored(site: &Site, compared: &Compared, a: CaseIndex, b: CaseIndex, alike: f32, copied: Option<f64>) -> Scored {
    let space = &compared.space;
    let comparison = compared.neighbours.compare(space, &compared.weights, a.0, b.0, alike);
    let between = Between::of(space.group_of[a.0 as usize] == space.group_of[b.0 as usize]);
    let says_the_same = || same::same(&space.contents[a.0 as usize], &space.contents[b.0 as usize]);
    let said_across = || space.abroad.get(a.0 as usize).map_or(0.0, |vector| space.said_across(vector, b.0));
    let (score, flagged) = flag(site, between, comparison, copied, says_the_same, said_across);
    Scored { a, b, score, copied, flagged }
}

/// The score of a pair, and whether it may be duplicated effort: it reaches the hub's threshold and stands out, one text is a copy of the
/// other, or both say the same whatever the rest of the hub says.
pub fn flag(
    site: &Site,
    between: Between,
    comparison: Comparison,
    copied: Option<f64>,
    says_the_same: impl FnOnce() -> bool,
    said_across: impl FnOnce() -> f32,
) -> (f64, bool) {
    // Identical texts are one text, whatever a hub full of them makes of their words.
    let score = if copied == Some(1.0) { 1.0 } else { f64::from(comparison.score) };
    let reaches = score >= site.similar.duplicate;
    let flagged = match between {
        Between::OneLanguage => copied.is_some() || reaches && comparison.stands_out || says_the_same(),
        Between::TwoLanguages => reaches && said_across() >= SAID_ACROSS,
    };
    (score, flagged)
}

/// Two records that say the same count as much as a pair on the threshold.
fn strength(site: &Site, pair: &Scored) -> f64 {
    if pair.flagged { pair.score.max(site.similar.duplicate) } else { pair.score }
}

/// Groups of flagged pairs that are one experiment; the most that can still be saved first.
pub fn families(site: &Site, catalog: &Catalog, compared: &Compared, twins: &Twins, scored: &[Scored]) -> Vec<Family> {
    let answered = answer::answered(catalog);
    let is_answered = |a: CaseIndex, b: CaseIndex| answered.binary_search(&(a, b)).is_ok();
    let flagged: Vec<&Scored> = scored.iter().filter(|pair| pair.flagged && !is_answered(pair.a, pair.b)).collect();
    let score = |a: CaseIndex, b: CaseIndex| {
        let (a, b) = (a.min(b), a.max(b));
        // Two that are said to differ are not put into one family.
        if is_answered(a, b) {
            return 0.0;
        }
        match scored.binary_search_by_key(&(a, b), |scored| (scored.a, scored.b)) {
            Ok(at) => strength(site, &scored[at]),
            Err(_) => strength(site, &pair_scored(site, compared, a, b, compared.space.alike(&compared.weights, a.0, b.0), None)),
        }
    };
    let groups = families::groups(catalog.cases.len(), &flagged, twins, score);
    let lineages = Lineages::in_catalog(catalog);
    let mut families: Vec<Family> = groups.into_par_iter().map(|(members, score)| families::family(catalog, &lineages, members, score)).collect();
    let urgency = |family: &Family| {
        let cases: Vec<&CaseStudy> = family.members.iter().map(|case| catalog.case(*case)).collect();
        let (verdict, budget, days) = urgency(&cases, site.today);
        (verdict, Reverse(cases.len()), budget, days)
    };
    families.sort_by(|one, other| urgency(one).cmp(&urgency(other)).then(one.id.cmp(&other.id)));
    families
}

/// The position of each record's family.
pub fn families_of(cases: usize, families: &[Family]) -> Vec<Option<u32>> {
    let mut family_of = vec![None; cases];
    for (family, at) in families.iter().zip(0..) {
        family.members.iter().for_each(|case| family_of[case.0 as usize] = Some(at));
    }
    family_of
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
fn shown(site: &Site, catalog: &Catalog, twins: &Twins, scored: &[Scored], compared: &Compared, family_of: &[Option<u32>]) -> Vec<Pair> {
    let lineages = Lineages::in_catalog(catalog);
    let mut by_score: Vec<&Scored> = scored.iter().filter(|pair| pair.flagged && !twins.left_out(pair.a, pair.b)).collect();
    by_score.sort_by(|x, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut counts = vec![[0_usize; 2]; catalog.cases.len()];
    let mut pairs = Vec::new();
    for pair in by_score {
        let (a, b) = (pair.a.0 as usize, pair.b.0 as usize);
        let family = family_of[a].filter(|family| family_of[b] == Some(*family));
        let (kind, most) = if family.is_some() { (1, FLAGGED_IN_FAMILY) } else { (0, FLAGGED) };
        let state = match answer::answer(catalog, pair.a, pair.b) {
            Some(state) => state,
            None if family.is_none() && lineages.join(pair.a, pair.b) || counts[a][kind] >= most || counts[b][kind] >= most => continue,
            None => PairState::Open,
        };
        if state == PairState::Open {
            counts[a][kind] += 1;
            counts[b][kind] += 1;
        }
        pairs.push(Pair { family: family.map(|at| at as usize), ..pair_of(catalog, pair, state) });
    }
    pairs.extend(stale(site, catalog, twins, scored, compared));
    let key = |pair: &Pair| (urgency(&[catalog.case(pair.a), catalog.case(pair.b)], site.today), pair.a, pair.b);
    pairs.sort_by(|x, y| key(x).0.cmp(&key(y).0).then(y.score.total_cmp(&x.score)).then((x.a, x.b).cmp(&(y.a, y.b))));
    pairs
}

fn pair_of(catalog: &Catalog, scored: &Scored, state: PairState) -> Pair {
    let (a, b) = (catalog.case(scored.a), catalog.case(scored.b));
    let verdict = verdict(a, b, scored.copied.is_some());
    let mut reasons: Vec<Reason> = scored.copied.map(Reason::CopiedText).into_iter().collect();
    reasons.extend(reason::of_terms(a, b));
    Pair { a: scored.a, b: scored.b, score: scored.score, verdict, state, reasons, family: None }
}

/// Answers whose pair is not even related any more.
fn stale(site: &Site, catalog: &Catalog, twins: &Twins, scored: &[Scored], compared: &Compared) -> Vec<Pair> {
    let mut stale = Vec::new();
    for (a, b) in answer::answered(catalog) {
        let known = scored.binary_search_by_key(&(a, b), |scored| (scored.a, scored.b)).ok().map(|at| scored[at]);
        let pair = known.unwrap_or_else(|| pair_scored(site, compared, a, b, compared.space.alike(&compared.weights, a.0, b.0), None));
        if pair.score < site.similar.related && !pair.flagged && !twins.crowded(a, b) {
            let Some(PairState::Acknowledged { reason, .. }) = answer::answer(catalog, a, b) else { continue };
            stale.push(pair_of(catalog, &pair, PairState::Stale { reason }));
        }
    }
    stale
}

/// A neighbour whose words are still to be named.
struct Beside {
    case: CaseIndex,
    score: f64,
    flagged: bool,
}

/// The side lists; a member's family is shown by itself.
fn related(site: &Site, catalog: &Catalog, scored: &[Scored], family_of: &[Option<u32>]) -> Vec<Vec<Beside>> {
    let mut lists: Vec<Vec<Beside>> = (0..catalog.cases.len()).map(|_| Vec::new()).collect();
    let is_family = |pair: &Scored| family_of[pair.a.0 as usize].is_some_and(|family| family_of[pair.b.0 as usize] == Some(family));
    for pair in scored.iter().filter(|pair| (pair.flagged || pair.score >= site.similar.related) && !is_family(pair)) {
        lists[pair.a.0 as usize].push(Beside { case: pair.b, score: pair.score, flagged: pair.flagged });
        lists[pair.b.0 as usize].push(Beside { case: pair.a, score: pair.score, flagged: pair.flagged });
    }
    for list in &mut lists {
        list.sort_by(|x, y| y.score.total_cmp(&x.score).then(x.case.cmp(&y.case)));
        list.truncate(RELATED);
    }
    lists
}

/// The case studies that resemble an idea, best first.
fn beside_idea(compared: &Compared, idea: usize) -> Vec<(CaseIndex, Comparison)> {
    let guest = &compared.ideas.guests[idea];
    let Compared { space, weights, neighbours: known, .. } = compared;
    let compare = |(group, near): (usize, &[Near])| {
        let between = Between::of(guest.group == Some(group as u32));
        let own = background_of(near, space.groups[group].members.len(), between);
        let each = |near: &Near| {
            let opposite = guest.group.map_or_else(Background::unknown, |own| known.backgrounds[own as usize][near.document as usize]);
            (CaseIndex(near.document), neighbours::compare(weights, &known.levels, between, near.alike, &[own, opposite]))
        };
        near.iter().map(each).collect::<Vec<_>>()
    };
    let mut list: Vec<(CaseIndex, Comparison)> =
        compared.ideas.near.iter().enumerate().flat_map(|(group, lists)| compare((group, &lists[idea]))).collect();
    list.sort_by(|x, y| y.1.score.total_cmp(&x.1.score).then(x.0.cmp(&y.0)));
    list
}

fn ideas(site: &Site, catalog: &Catalog, compared: &Compared) -> Vec<Vec<Beside>> {
    let list = |(at, idea): (usize, &crate::catalog::Idea)| {
        let settled = |case: CaseIndex| idea.becomes == Some(case) || idea.not_duplicate_of.iter().any(|answer| answer.case == case);
        let guest = &compared.ideas.guests[at];
        let beside = |(case, comparison): (CaseIndex, Comparison)| {
            let between = Between::of(guest.group == Some(compared.space.group_of[case.0 as usize]));
            // An idea says too little to be the same as a study by its words alone.
            let (score, flagged) = flag(site, between, comparison, None, || false, || compared.space.said_across(&guest.abroad, case.0));
            Beside { case, score, flagged }
        };
        let fitting = beside_idea(compared, at).into_iter().map(beside).filter(|beside| beside.flagged && !settled(beside.case));
        fitting.take(RELATED).collect()
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
    /// What families have in common, by their oldest member.
    families: FxHashMap<CaseIndex, Vec<Feature>>,
}

impl Words {
    fn of(compared: &Compared, shown: &[Pair], related: &[Vec<Beside>], ideas: &[Vec<Beside>], families: &[Family]) -> Words {
        let beside = related.iter().enumerate().flat_map(|(case, list)| {
            let case = CaseIndex(case as u32);
            list.iter().map(move |other| (case.min(other.case), case.max(other.case)))
        });
        let mut wanted: Vec<(CaseIndex, CaseIndex)> = shown.iter().map(|pair| (pair.a, pair.b)).chain(beside).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let pairs: FxHashMap<(CaseIndex, CaseIndex), Vec<Feature>> =
            wanted.into_par_iter().with_max_len(256).map(|(a, b)| ((a, b), shared(compared, a, b))).collect();
        let with_idea = |(list, guest): (&Vec<Beside>, &Guest)| list.iter().map(|other| shared_with(compared, guest, other.case)).collect();
        let ideas: Vec<Vec<Vec<Feature>>> = ideas.iter().zip(&compared.ideas.guests).map(with_idea).collect();
        let families: FxHashMap<CaseIndex, Vec<Feature>> =
            families.par_iter().map(|family| (family.members[0], reason::common_features(compared, &family.members))).collect();
        let tongues = compared.ideas.languages.clone();
        let languages = compared.languages.clone();
        let languages_of_cases = &languages;
        let of_pairs = pairs.iter().flat_map(|((a, b), features)| {
            let languages = [languages[a.0 as usize], languages[b.0 as usize]];
            features.iter().flat_map(move |feature| languages.map(|language| (language, feature)))
        });
        let of_ideas = ideas.iter().zip(&tongues).flat_map(|(lists, language)| lists.iter().flatten().map(move |feature| (*language, feature)));
        let any = ideas.iter().flatten().flatten().map(|feature| (Language::English, feature));
        let of_families =
            families.iter().flat_map(|(oldest, features)| features.iter().map(|feature| (languages_of_cases[oldest.0 as usize], feature)));
        let forms = Forms::of(compared, of_pairs.chain(of_ideas).chain(any).chain(of_families));
        Words { forms, languages, pairs, ideas, tongues, families }
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

    fn family(&self, catalog: &Catalog, mut family: Family) -> Family {
        let cases: Vec<&CaseStudy> = family.members.iter().map(|case| catalog.case(*case)).collect();
        family.reasons = reason::of_common_terms(&cases);
        let oldest = family.members[0];
        let language = self.languages[oldest.0 as usize];
        let words =
            self.families.get(&oldest).and_then(|features| self.forms.reason(features, [language; 2], &reason::said(catalog, &family.reasons)));
        family.reasons.extend(words);
        family
    }

    fn lists(&self, catalog: &Catalog, lists: Vec<Vec<Beside>>) -> Vec<Vec<Neighbour>> {
        let neighbour = |case: CaseIndex, other: Beside| {
            let mut reasons = reason::of_terms(catalog.case(case), catalog.case(other.case));
            reasons.extend(self.reason(catalog, case, other.case, &reasons));
            Neighbour { case: other.case, score: other.score, flagged: other.flagged, reasons }
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
                Neighbour { case: other.case, score: other.score, flagged: other.flagged, reasons }
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
