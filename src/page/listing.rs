//! All case studies as one compact file, from which the list page's script filters and sorts.

use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::hub::Hub;
use crate::page::parts::Row;
use crate::page::terms::Kind;
use crate::vocabulary::TermId;

/// Where the file lies.
pub const PATH: &str = "data/list.json";

/// The file: labels of every facet value once, then one short entry for each case study, newest first.
#[derive(Debug, Serialize)]
struct Listing<'a> {
    /// By facet: pairs of id and label, in the order `terms` of the rows count in.
    facets: Vec<(&'static str, Vec<(String, &'a str)>)>,
    rows: Vec<ListedRow<'a>>,
}

/// One case study. The field names are short because there may be ten thousand of them.
#[derive(Debug, Serialize)]
struct ListedRow<'a> {
    /// Address below `case-studies/`.
    u: &'a str,
    /// Title.
    t: &'a str,
    /// Language, where it is not the interface's.
    #[serde(skip_serializing_if = "Option::is_none")]
    l: Option<&'a str>,
    /// Signal.
    s: &'a str,
    /// Its word.
    w: &'a str,
    /// Facts.
    f: &'a [String],
    /// Effect and its metric.
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<(&'a str, &'a str)>,
    /// Interval: tone, title, path, point.
    #[serde(skip_serializing_if = "Option::is_none")]
    i: Option<(&'a str, &'a str, &'a str, &'a str)>,
    /// Grade and its reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    g: Option<(&'a str, &'a str)>,
    /// Year.
    y: Option<i16>,
    /// Gain in percent, so that up is better.
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<f64>,
    /// Positions in the facets: markets, groups, channels, tactics.
    m: [Vec<u32>; 4],
}

/// The bytes of the file.
pub fn bytes(hub: &Hub) -> Vec<u8> {
    let terms = Kind::ALL.map(|kind| kind.terms(hub));
    let facets = Kind::ALL.iter().zip(&terms).map(|(kind, terms)| {
        let values = terms.iter().map(|term| (term.term(&hub.catalog.vocabulary).slug(), term.label(hub))).collect();
        (facet_name(*kind), values)
    });
    let places = Places::new(&terms);
    let listing = Listing { facets: facets.collect(), rows: hub.newest.iter().map(|case| row(hub, &places, *case)).collect() };
    serde_json::to_vec(&listing).expect("texts and numbers become JSON")
}

fn facet_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Markets => "market",
        Kind::Groups => "group",
        Kind::Channels => "channel",
        Kind::Tactics => "tactic",
    }
}

/// Position of each term in its facet, by position in the vocabulary.
struct Places([Vec<u32>; 4]);

impl Places {
    fn new(terms: &[Vec<crate::page::TermRef>; 4]) -> Self {
        Places([0, 1, 2, 3].map(|kind| {
            let mut places = Vec::new();
            for (place, term) in terms[kind].iter().enumerate() {
                let index = index(*term);
                places.resize(places.len().max(index + 1), 0);
                places[index] = place as u32;
            }
            places
        }))
    }

    fn of<K: TermId>(&self, kind: usize, ids: &[K]) -> Vec<u32> {
        ids.iter().map(|id| self.0[kind].get(id.index()).copied().unwrap_or(0)).collect()
    }
}

fn index(term: crate::page::TermRef) -> usize {
    use crate::page::TermRef::{Channel, Group, Market, Tactic};
    match term {
        Market(id) => id.index(),
        Group(id) => id.index(),
        Channel(id) => id.index(),
        Tactic(id) => id.index(),
    }
}

fn row<'a>(hub: &'a Hub, places: &Places, index: CaseIndex) -> ListedRow<'a> {
    let case: &CaseStudy = hub.catalog.case(index);
    let row: &Row = &hub.rows[index.0 as usize];
    ListedRow {
        u: row.url.strip_prefix("case-studies/").unwrap_or(&row.url),
        t: &row.title,
        l: row.language.as_deref(),
        s: row.signal.id,
        w: &row.signal.label,
        f: &row.facts,
        e: row.effect.as_ref().map(|effect| (effect.value.as_str(), effect.metric.as_str())),
        i: row.interval.as_ref().map(|interval| (interval.tone, interval.title.as_str(), interval.span.as_deref().unwrap_or(""), interval.point.as_str())),
        g: row.grade.as_ref().map(|grade| (grade.letter, grade.reason.as_str())),
        y: case.day().map(|day| day.year()),
        x: case.primary().filter(|_| case.has_ended()).and_then(|reported| reported.gain(&hub.catalog.vocabulary)),
        m: [places.of(0, &case.markets), places.of(1, &case.groups), places.of(2, &case.channels), places.of(3, &case.tactics)],
    }
}
