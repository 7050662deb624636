//! Results on one metric side by side, with their intervals; what cannot be compared is kept apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::result::{Effect, Metric, Reported};
use crate::catalog::words::{LiftType, Outcome, Role};
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::evidence::Contract;
use crate::vocabulary::{Better, ChannelId, MarketId, MetricId, TacticId, TermId, Unit, Vocabulary};

/// Results side by side for each tactic, channel and market. Ended studies only.
#[derive(Debug, Clone, Default)]
pub struct Panels {
    /// By tactic.
    pub tactics: BTreeMap<TacticId, Vec<Panel>>,
    /// By channel.
    pub channels: BTreeMap<ChannelId, Vec<Panel>>,
    /// By market.
    pub markets: BTreeMap<MarketId, Vec<Panel>>,
}

/// Lifts on one metric that may stand on one scale: the metrics of the common-metrics contract first, then those most
/// reported, regional ones last.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What was measured.
    pub metric: Metric,
    /// What the lifts have in common.
    pub basis: Basis,
    /// Which direction is good.
    pub better: Better,
    /// Whether the metric belongs to the common-metrics contract.
    pub common: bool,
    /// Whether the same metric has other panels beside this one, because currencies or kinds of lift differ.
    pub split: bool,
    /// Currencies of the figures behind relative lifts, in order; more than one says that only the lifts compare.
    pub currencies: Vec<String>,
    /// The lifts, best first.
    pub rows: Vec<Comparison>,
    /// Lifts of studies that lack metrics of the contract ("not comparable"), best first.
    pub apart: Vec<Comparison>,
}

/// What two lifts must have in common to stand on one scale.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Basis {
    /// Relative or absolute.
    pub lift_type: LiftType,
    /// The currency of absolute lifts of money, where it is stated.
    pub currency: Option<String>,
    /// Whether absolute lifts are points of an index instead of real figures.
    pub indexed: bool,
}

/// One reported lift.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The study.
    pub case: CaseIndex,
    /// Position in `CaseStudy::results`.
    pub result: usize,
    /// The part it plays there.
    pub role: Role,
    /// The lift as reported, its sign untouched.
    pub lift: f64,
    /// Its interval; none where an end is missing or they stand the wrong way round.
    pub interval: Option<(f64, f64)>,
    /// What it means, the metric's direction respected.
    pub effect: Effect,
}

/// One lift with everything that says where it stands; terms are numbers whose order is the order shown.
struct Lift<'c> {
    case: &'c CaseStudy,
    metric: usize,
    basis: usize,
    /// Larger is better; the lift itself where the metric has no direction.
    merit: f64,
    comparison: Comparison,
}

/// The names that lifts are grouped by, sorted, so that a position stands for a name.
struct Names {
    local: Vec<Arc<str>>,
    bases: Vec<Basis>,
    known: usize,
}

/// Lays the results of ended studies side by side. Invalid studies and those still being read stay out.
pub fn compare(catalog: &Catalog, contract: &Contract, studies: &[(CaseIndex, &CaseStudy)]) -> Panels {
    let read: Vec<(CaseIndex, &CaseStudy)> = studies.iter().copied().filter(|(_, case)| can_be_read(case)).collect();
    let names = Names::of(catalog, &read);
    let lifts: Vec<Lift> = read.iter().flat_map(|(index, case)| lifts_of(catalog, &names, *index, case)).collect();
    let panels = Side { catalog, contract, names: &names, lifts: &lifts };
    Panels { tactics: panels.by(|case| &case.tactics), channels: panels.by(|case| &case.channels), markets: panels.by(|case| &case.markets) }
}

/// Whether the figures of a study may be compared at all.
pub(super) fn can_be_read(case: &CaseStudy) -> bool {
    case.has_ended() && case.outcome.is_none_or(Outcome::counts)
}

impl Basis {
    fn of(reported: &Reported, vocabulary: &Vocabulary) -> Basis {
        let absolute = reported.lift_type == LiftType::Absolute;
        let money = absolute && !reported.indexed && reported.unit(vocabulary).is_none_or(|unit| unit == Unit::Money);
        Basis { lift_type: reported.lift_type, currency: reported.currency.clone().filter(|_| money), indexed: absolute && reported.indexed }
    }
}

impl Names {
    fn of(catalog: &Catalog, studies: &[(CaseIndex, &CaseStudy)]) -> Names {
        let (mut local, mut bases) = (BTreeSet::new(), BTreeSet::new());
        for reported in studies.iter().flat_map(|(_, case)| &case.results) {
            bases.insert(Basis::of(reported, &catalog.vocabulary));
            if let Metric::Local(name) = &reported.metric {
                local.insert(Arc::clone(name));
            }
        }
        Names { local: local.into_iter().collect(), bases: bases.into_iter().collect(), known: catalog.vocabulary.metrics.len() }
    }

    fn metric(&self, metric: &Metric) -> usize {
        match metric {
            Metric::Known(id) => id.index(),
            Metric::Local(name) => self.known + self.local.binary_search(name).expect("every local metric was gathered"),
        }
    }

    fn metric_at(&self, at: usize) -> Metric {
        match at.checked_sub(self.known) {
            None => Metric::Known(MetricId::from_index(at)),
            Some(local) => Metric::Local(Arc::clone(&self.local[local])),
        }
    }
}

fn lifts_of<'c>(catalog: &'c Catalog, names: &Names, index: CaseIndex, case: &'c CaseStudy) -> Vec<Lift<'c>> {
    let rows = case.results.iter().enumerate().filter_map(|(at, reported)| Some((at, reported, reported.lift.filter(|lift| lift.is_finite())?)));
    rows.map(|(at, reported, lift)| Lift {
        case,
        metric: names.metric(&reported.metric),
        basis: names.bases.binary_search(&Basis::of(reported, &catalog.vocabulary)).expect("every basis was gathered"),
        merit: reported.gain(&catalog.vocabulary).unwrap_or(lift),
        comparison: Comparison {
            case: index,
            result: at,
            role: reported.role,
            lift,
            interval: reported.interval().filter(|(low, high)| low <= high),
            effect: reported.effect(&catalog.vocabulary),
        },
    })
    .collect()
}

/// What panels of any side are made from.
struct Side<'a, 'c> {
    catalog: &'c Catalog,
    contract: &'a Contract,
    names: &'a Names,
    lifts: &'a [Lift<'c>],
}

impl<'c> Side<'_, 'c> {
    /// The panels of every term that `terms` names.
    fn by<K: Copy + Ord + 'c>(&self, terms: impl Fn(&'c CaseStudy) -> &'c Vec<K>) -> BTreeMap<K, Vec<Panel>> {
        let mut keyed: Vec<(K, &Lift)> = self.lifts.iter().flat_map(|lift| terms(lift.case).iter().map(move |term| (*term, lift))).collect();
        keyed.sort_unstable_by(|(a_term, a), (b_term, b)| {
            (a_term, a.metric, a.basis).cmp(&(b_term, b.metric, b.basis)).then_with(|| best_first(a, b))
        });
        keyed.dedup_by(|(a_term, a), (b_term, b)| a_term == b_term && std::ptr::eq(*a, *b));
        keyed.chunk_by(|a, b| a.0 == b.0).map(|of_term| (of_term[0].0, self.panels(of_term))).collect()
    }

    fn panels<K>(&self, of_term: &[(K, &Lift<'c>)]) -> Vec<Panel> {
        let mut panels: Vec<Panel> =
            of_term.chunk_by(|a, b| (a.1.metric, a.1.basis) == (b.1.metric, b.1.basis)).map(|lifts| self.panel(lifts)).collect();
        for at in 1..panels.len() {
            if panels[at - 1].metric == panels[at].metric {
                panels[at - 1].split = true;
                panels[at].split = true;
            }
        }
        panels.sort_by_key(Panel::rank);
        panels
    }

    fn panel<K>(&self, lifts: &[(K, &Lift<'c>)]) -> Panel {
        let first = lifts[0].1;
        let metric = self.names.metric_at(first.metric);
        let reported = |lift: &Lift<'c>| &lift.case.results[lift.comparison.result];
        let currencies: BTreeSet<&String> = lifts.iter().filter_map(|(_, lift)| reported(lift).currency.as_ref()).collect();
        let (rows, apart) = lifts.iter().map(|(_, lift)| lift.comparison).partition(|row| self.contract.is_comparable(row.case));
        Panel {
            better: reported(first).better(&self.catalog.vocabulary),
            common: matches!(metric, Metric::Known(id) if self.contract.metrics.binary_search(&id).is_ok()),
            basis: self.names.bases[first.basis].clone(),
            metric,
            split: false,
            currencies: currencies.into_iter().cloned().collect(),
            rows,
            apart,
        }
    }
}

impl Panel {
    /// Agreed metrics first, then those most reported, regional ones last; ties stay in id order.
    fn rank(&self) -> (bool, bool, std::cmp::Reverse<usize>) {
        (matches!(self.metric, Metric::Local(_)), !self.common, std::cmp::Reverse(self.rows.len() + self.apart.len()))
    }
}

/// Where two lifts belong to one panel: the larger gain first, then by id and place in the record.
fn best_first(a: &Lift, b: &Lift) -> std::cmp::Ordering {
    let places = (a.comparison.case, a.comparison.result).cmp(&(b.comparison.case, b.comparison.result));
    b.merit.total_cmp(&a.merit).then(places)
}
