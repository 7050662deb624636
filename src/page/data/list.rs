//! What the list page's script filters and sorts by, as light as it can be, and what it shows in files of 200 rows.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use crate::catalog::CaseStudy;
use crate::catalog::words::{Grade, Method, Objective, Outcome, Pillar, Reuse, Status, Word};
use crate::page::data::{Hub, LIST_CHUNK, json as text};
use crate::vocabulary::{TermId, Terms};

/// `data/list.json` and `data/list/<n>.json`.
///
/// `list.json` holds `count`, `chunk` (rows in each file of `list/`), `terms` (for each facet the values in use, sorted),
/// `labels` (for vocabularies the same values in the site's language) and `columns`, one array for each facet, with one
/// entry for each study in id order: positions in `terms`, `-1` for none, an array where a study may have several.
/// `columns` also holds `day` and `updated` (days since 1970-01-01 or null) and `gain` (primary lift, positive is good, or null).
/// Row `r` is shown from entry `r % chunk` of `list/<r / chunk>.json`.
pub(super) fn files(hub: &Hub) -> BTreeMap<String, Vec<u8>> {
    let chunks: Vec<(String, Vec<u8>)> =
        hub.catalog.cases.par_chunks(LIST_CHUNK).enumerate().map(|(at, cases)| (format!("data/list/{at}.json"), cards(hub, cases))).collect();
    let mut files: BTreeMap<String, Vec<u8>> = chunks.into_iter().collect();
    files.insert("data/list.json".into(), facets(hub));
    files
}

fn facets(hub: &Hub) -> Vec<u8> {
    let (cases, vocabulary) = (&hub.catalog.cases, &hub.catalog.vocabulary);
    let mut facets = Facets { hub, terms: Map::new(), labels: Map::new(), columns: Map::new() };
    facets.vocabulary("market", &vocabulary.markets, |case| &case.markets);
    facets.vocabulary("group", &vocabulary.groups, |case| &case.groups);
    facets.vocabulary("channel", &vocabulary.channels, |case| &case.channels);
    facets.vocabulary("tactic", &vocabulary.tactics, |case| &case.tactics);
    facets.word::<Status>("status", |case| case.status);
    facets.word::<Outcome>("outcome", |case| case.outcome);
    facets.word::<Grade>("grade", |case| case.graded.grade);
    facets.word::<Reuse>("reuse", |case| case.reuse);
    facets.word::<Objective>("objective", |case| case.objective);
    facets.word::<Pillar>("pillar", |case| case.pillar);
    facets.word::<Method>("method", |case| case.method);
    facets.text("language", |case| Some(&case.meta.language));
    facets.text("owner", |case| case.owner.as_deref());
    facets.numbers("day", |case| case.day().map(since_epoch));
    facets.numbers("updated", |case| case.meta.change.as_ref().map(|change| since_epoch(change.updated)));
    facets.numbers("gain", |case| case.primary().and_then(|primary| primary.gain(vocabulary)).map(|gain| (gain * 100.0).round() / 100.0));
    let list = json!({ "count": cases.len(), "chunk": LIST_CHUNK, "terms": facets.terms, "labels": facets.labels, "columns": facets.columns });
    serde_json::to_vec(&list).expect("a value can always be written as JSON")
}

struct Facets<'a, 'h> {
    hub: &'a Hub<'h>,
    terms: Map<String, Value>,
    labels: Map<String, Value>,
    columns: Map<String, Value>,
}

impl<'h> Facets<'_, 'h> {
    fn vocabulary<K: TermId>(&mut self, name: &str, vocabulary: &'h Terms<K>, of: impl Fn(&'h CaseStudy) -> &'h Vec<K>) {
        let cases = &self.hub.catalog.cases;
        let used: Vec<K> = cases.iter().flat_map(|case| of(case).iter().copied()).collect::<BTreeSet<K>>().into_iter().collect();
        let mut place = vec![0; vocabulary.len()];
        used.iter().enumerate().for_each(|(at, term)| place[term.index()] = at);
        let column: Vec<Vec<usize>> = cases.iter().map(|case| of(case).iter().map(|term| place[term.index()]).collect()).collect();
        self.terms.insert(name.into(), used.iter().map(|term| &*vocabulary[*term].id).collect());
        self.labels.insert(name.into(), used.iter().map(|term| vocabulary[*term].label_in(&self.hub.site.language)).collect());
        self.columns.insert(name.into(), json!(column));
    }

    fn word<W: Word + PartialEq>(&mut self, name: &str, of: impl Fn(&CaseStudy) -> Option<W>) {
        let place = |word: W| W::ALL.iter().position(|known| *known == word);
        let column: Vec<i64> = self.hub.catalog.cases.iter().map(|case| of(case).and_then(place).map_or(-1, |at| at as i64)).collect();
        self.terms.insert(name.into(), W::ALL.iter().map(|word| word.as_str()).collect());
        self.columns.insert(name.into(), json!(column));
    }

    fn text(&mut self, name: &str, of: impl Fn(&'h CaseStudy) -> Option<&'h str>) {
        let cases = &self.hub.catalog.cases;
        let used: Vec<&str> = cases.iter().filter_map(&of).collect::<BTreeSet<&str>>().into_iter().collect();
        let column: Vec<i64> = cases.iter().map(|case| of(case).and_then(|text| used.binary_search(&text).ok()).map_or(-1, |at| at as i64)).collect();
        self.terms.insert(name.into(), json!(used));
        self.columns.insert(name.into(), json!(column));
    }

    fn numbers<N: serde::Serialize>(&mut self, name: &str, of: impl Fn(&CaseStudy) -> Option<N>) {
        let column: Vec<Option<N>> = self.hub.catalog.cases.iter().map(of).collect();
        self.columns.insert(name.into(), json!(column));
    }
}

fn since_epoch(day: jiff::civil::Date) -> i32 {
    (day - jiff::civil::Date::constant(1970, 1, 1)).get_days()
}

/// The rows of one file: id, address, title, language, summary, and the primary result's metric, lift and kind of lift.
fn cards(hub: &Hub, cases: &[CaseStudy]) -> Vec<u8> {
    let mut bytes = vec![b'['];
    for (at, case) in cases.iter().enumerate() {
        bytes.extend_from_slice(if at == 0 { b"\n{" } else { b",\n{" });
        let primary = case.primary();
        let metric = primary.map(|primary| match &primary.metric {
            crate::catalog::result::Metric::Known(metric) => hub.catalog.vocabulary.metrics[*metric].label_in(&hub.site.language),
            crate::catalog::result::Metric::Local(name) => name,
        });
        let texts = [
            ("id", Some(&*case.meta.id)),
            ("url", Some(&*case.meta.address)),
            ("title", Some(&*case.meta.title)),
            ("language", Some(&*case.meta.language)),
            ("summary", case.summary.as_deref()),
            ("metric", metric),
        ];
        for (key, value) in texts.into_iter().filter_map(|(key, value)| Some((key, value?))) {
            bytes.extend_from_slice(if bytes.ends_with(b"{") { b"\"" } else { b",\"" });
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend_from_slice(b"\":");
            text::string(&mut bytes, value);
        }
        if let Some(lift) = primary.and_then(|primary| primary.lift).filter(|lift| lift.is_finite()) {
            bytes.extend_from_slice(
                format!(",\"lift\":{lift},\"lift_type\":\"{}\"", primary.map_or("", |primary| primary.lift_type.as_str())).as_bytes(),
            );
        }
        bytes.push(b'}');
    }
    bytes.extend_from_slice(b"\n]\n");
    bytes
}
