//! All case studies as one compact file, from which the list page's script filters and sorts.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::result::Metric;
use crate::catalog::words::{Grade, IdeaStatus, Objective, Outcome, PlaybookStatus, Reuse, Status, Word};
use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::context::Context;
use crate::page::parts::Row;
use crate::page::{TermRef, say};
use crate::vocabulary::TermId;
use crate::vocabulary::TermKind;

pub use crate::site::pages::{ROWS_FILE as ROWS, TERMS_FILE as TERMS};

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

/// Both files, by site path.
pub fn files(context: &Context) -> [(&'static str, Vec<u8>); 2] {
    let terms = TermKind::ALL.map(|kind| context.terms_of(kind));
    let places = Places::new(&terms);
    let rows: Vec<ListedRow> = context.newest.iter().map(|case| row(context, &places, *case)).collect();
    [(ROWS, json(&rows)), (TERMS, json(&labels(context, &terms)))]
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("texts and numbers become JSON")
}

/// Labels of every value that scripts show: terms in the order the rows count in, then the closed word lists.
fn labels(context: &Context, terms: &[Vec<TermRef>; 4]) -> BTreeMap<&'static str, Vec<(String, String)>> {
    let term = |term: &TermRef| (term.term(&context.catalog.vocabulary).slug(), term.label(context).to_owned());
    let mut labels: BTreeMap<&'static str, Vec<(String, String)>> =
        TermKind::ALL.iter().zip(terms).map(|(kind, terms)| (kind.facet(), terms.iter().map(term).collect())).collect();
    let metrics = context
        .evidence
        .metrics
        .keys()
        .map(|id| (context.catalog.vocabulary.metrics[*id].id.to_string(), say::metric_short(context, &Metric::Known(*id))));
    labels.insert("metric", metrics.collect());
    // Search shows ideas and playbooks too. A word that several of them have means the case study's.
    let statuses =
        [words::<IdeaStatus>(context, "idea_status"), words::<PlaybookStatus>(context, "playbook_status"), words::<Status>(context, "status")];
    labels.insert("status", statuses.concat());
    labels.insert(
        "outcome",
        [words::<Outcome>(context, "outcome"), words::<Status>(context, "status"), vec![("not-stated".into(), context.text("status.not_stated"))]]
            .concat(),
    );
    labels.insert("objective", words::<Objective>(context, "objective"));
    labels.insert("reuse", words::<Reuse>(context, "reuse"));
    labels.insert(
        "grade",
        Grade::ALL.iter().map(|grade| (grade.as_str().to_owned(), context.language.fill("facet.grade_is", &[("grade", grade.as_str())]))).collect(),
    );
    labels
}

fn words<W: Word>(context: &Context, family: &str) -> Vec<(String, String)> {
    W::ALL.iter().map(|word| (word.as_str().to_owned(), say::word(context.language, family, *word))).collect()
}

/// Position of each term in its facet, by position in the vocabulary.
struct Places([Vec<u32>; 4]);

impl Places {
    fn new(terms: &[Vec<TermRef>; 4]) -> Self {
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

fn index(term: TermRef) -> usize {
    use TermRef::{Channel, Group, Market, Tactic};
    match term {
        Market(id) => id.index(),
        Group(id) => id.index(),
        Channel(id) => id.index(),
        Tactic(id) => id.index(),
    }
}

fn row<'a>(context: &'a Context, places: &Places, index: CaseIndex) -> ListedRow<'a> {
    let case: &CaseStudy = context.catalog.case(index);
    let row: &Row = &context.rows[index.0 as usize];
    ListedRow {
        u: row.url.strip_prefix("case-studies/").unwrap_or(&row.url),
        t: &row.title,
        l: row.language.as_deref(),
        s: row.signal.id,
        f: &row.facts,
        e: row.effect.as_ref().map(|effect| (effect.value.as_str(), effect.metric.as_str())),
        i: row
            .interval
            .as_ref()
            .map(|interval| (interval.tone, interval.title.as_str(), interval.span.as_deref().unwrap_or(""), interval.point.as_str())),
        g: row.grade.as_ref().map(|grade| (grade.letter, grade.reason.as_str())),
        y: case.day().map(|day| day.year()),
        x: case.primary().filter(|_| case.has_ended()).and_then(|reported| reported.gain(&context.catalog.vocabulary)),
        m: [places.of(0, &case.markets), places.of(1, &case.groups), places.of(2, &case.channels), places.of(3, &case.tactics)],
    }
}
