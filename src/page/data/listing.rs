//! Writes all case studies as compact JSON, which the list page's script filters and sorts.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::case_study::SUPERSEDED;
use crate::catalog::field::{FIELDS, facet};
use crate::catalog::keywords::{
    Grade, IdeaStatus, Keyword, LiftType, Objective, Outcome, PlaybookStatus, Reuse, Status,
};
use crate::catalog::result::Metric;
use crate::catalog::{CaseIndex, CaseStudy, MetricResult};
use crate::page::context::Context;
use crate::page::parts::CaseStudyRow;
use crate::page::text::display;
use crate::vocabulary::{TermId, TermKind, TermRef};

use crate::site::pages::{ROWS_FILE, TERMS_FILE};

/// One case study in the JSON file for the list page's script. The keys are one letter long because
/// a hub may have ten thousand case studies.
#[derive(Debug, Serialize)]
struct ListedRow<'a> {
    /// Address below `case-studies/`.
    u: &'a str,
    /// Title.
    t: &'a str,
    /// Language tag, where it differs from the interface's.
    #[serde(skip_serializing_if = "Option::is_none")]
    l: Option<&'a str>,
    /// Title in the language of the record, and that language, where the title is that of a gist.
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<(&'a str, &'a str)>,
    /// Id of the outcome or status.
    s: &'a str,
    /// Facts: markets, channels, tactics and month.
    f: &'a [String],
    /// Lift, metric with its effect, and the interval of the lift, null where none is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<(&'a str, &'a str, Option<&'a str>)>,
    /// Interval chart: tone, title, path and point.
    #[serde(skip_serializing_if = "Option::is_none")]
    i: Option<(&'a str, &'a str, &'a str, &'a str)>,
    /// Grade and the reason for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    g: Option<(&'a str, &'a str)>,
    /// Badges, each with tone and label.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    b: Vec<(&'a str, &'a str)>,
    /// Whether it was retired or superseded, so that it comes last in every order.
    #[serde(skip_serializing_if = "is_false")]
    r: bool,
    /// Whether it translates another study, with which it is counted; such a row is in no list, only
    /// in search.
    #[serde(skip_serializing_if = "is_false")]
    d: bool,
    /// Years from the first to the last day.
    y: Vec<i16>,
    /// Id of the primary metric and gain in percent, by which studies are compared: the relative
    /// lift of an ended study, with its sign set so that positive is better.
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<(&'a str, f64)>,
    /// Both ends of the interval of that lift as reported, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<(f64, f64)>,
    /// Number of measured units.
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<u64>,
    /// Positions of its terms in the facets: markets, groups, channels, tactics.
    m: [Vec<u32>; 4],
    /// Values of the facets of plain fields, by name of the facet.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    p: BTreeMap<&'static str, Vec<&'a str>>,
}

/// The most case studies in a hub up to which search fetches all rows, to show what its index lacks;
/// some 100 kB once compressed. In larger hubs a hit shows what the index knows: no interval.
const MAX_STUDIES_FOR_SEARCH: usize = 2_000;

/// Whether a flag is not set, so that the file leaves it out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Both JSON files for the scripts, rows and labels of terms, as pairs of site path and bytes;
/// `rows` has the row of each case study, by `CaseIndex`.
pub fn files(context: &Context, rows: &[CaseStudyRow]) -> [(&'static str, Vec<u8>); 2] {
    let terms = TermKind::ALL.map(|kind| context.terms_with_page(kind));
    let positions = TermPositions::new(&terms);
    let listed: Vec<ListedRow> = context
        .newest_first
        .iter()
        .map(|case| compose_row(context, &positions, *case, &rows[case.0 as usize]))
        .collect();
    [(ROWS_FILE, to_json(&listed)), (TERMS_FILE, to_json(&compose_labels(context, &terms)))]
}

/// The bytes of a value as JSON on one line.
fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("texts and numbers become JSON")
}

/// Labels of every value that scripts show: terms in the order that the positions in rows refer to,
/// then keywords.
fn compose_labels(
    context: &Context,
    terms: &[Vec<TermRef>; 4],
) -> BTreeMap<&'static str, Vec<(String, String)>> {
    let term = |term: &TermRef| {
        (term.term(&context.catalog.vocabulary).slug(), term.label(context).to_owned())
    };
    let mut labels: BTreeMap<&'static str, Vec<(String, String)>> = TermKind::ALL
        .iter()
        .zip(terms)
        .map(|(kind, terms)| (kind.facet(), terms.iter().map(term).collect()))
        .collect();
    let metrics = context.evidence.metrics.keys().map(|id| {
        (
            context.catalog.vocabulary.metrics[*id].id.to_string(),
            display::short_metric_label(context, &Metric::Known(*id)),
        )
    });
    labels.insert("metric", metrics.collect());
    let teams = context.catalog.vocabulary.teams.iter();
    let differing = teams
        .map(|(_, team)| (team.label.clone(), team.label_in(context.language_id()).to_owned()))
        .filter(|(name, label)| name != label);
    labels.insert(facet::OWNER.name, differing.collect());
    // Search also shows ideas and playbooks. Where they share a keyword, the label for case studies
    // wins, because it comes last.
    let statuses = [
        keyword_labels::<IdeaStatus>(context, "idea_status"),
        keyword_labels::<PlaybookStatus>(context, "playbook_status"),
        keyword_labels::<Status>(context, "status"),
    ];
    labels.insert("status", statuses.concat());
    labels.insert(
        "outcome",
        [
            keyword_labels::<Outcome>(context, "outcome"),
            keyword_labels::<Status>(context, "status"),
            vec![("not-stated".into(), context.text("status.not_stated"))],
        ]
        .concat(),
    );
    labels.insert("objective", keyword_labels::<Objective>(context, "objective"));
    let superseded = (SUPERSEDED.to_owned(), context.text("row.superseded"));
    labels.insert("reuse", [keyword_labels::<Reuse>(context, "reuse"), vec![superseded]].concat());
    let badges = || {
        let badge = |id| Some((id, display::badge(context.language, id)?));
        display::BADGE_IDS.into_iter().filter_map(badge)
    };
    labels.insert("badge", badges().map(|(id, badge)| (id.to_owned(), badge.label)).collect());
    labels.insert(
        "badge_tone",
        badges().map(|(id, badge)| (id.to_owned(), badge.tone.to_owned())).collect(),
    );
    if context.catalog.cases.len() <= MAX_STUDIES_FOR_SEARCH {
        labels.insert("file", vec![("rows".to_owned(), ROWS_FILE.to_owned())]);
    }
    labels.insert(
        "grade",
        Grade::ALL
            .iter()
            .map(|grade| {
                (
                    grade.as_str().to_owned(),
                    context.language.text_with("facet.grade_is", &[("grade", grade.as_str())]),
                )
            })
            .collect(),
    );
    for field in FIELDS.iter().filter(|field| !field.words().is_empty()) {
        let Some(facet) = field.facet else { continue };
        let label = |word: &&'static str| {
            let label = display::word_label(context.language, field.label_section(), word);
            ((*word).to_owned(), label)
        };
        labels.insert(facet.name, field.words().iter().map(label).collect());
    }
    labels
}

/// Every keyword of a closed list with its label, which is in the section `section` of the
/// interface's texts.
fn keyword_labels<W: Keyword>(context: &Context, section: &str) -> Vec<(String, String)> {
    W::ALL
        .iter()
        .map(|word| {
            (word.as_str().to_owned(), display::keyword_label(context.language, section, *word))
        })
        .collect()
}

/// Position of each term in the list of its kind in the JSON file of labels, by kind of term and
/// index in the vocabulary.
struct TermPositions([Vec<u32>; 4]);

impl TermPositions {
    /// Looks up the position of each term in `terms`, which has the terms of each kind that have a
    /// page.
    fn new(terms: &[Vec<TermRef>; 4]) -> Self {
        TermPositions([0, 1, 2, 3].map(|kind| {
            let mut positions = Vec::new();
            for (position, term) in terms[kind].iter().enumerate() {
                let index = vocabulary_index(*term);
                positions.resize(positions.len().max(index + 1), 0);
                positions[index] = position as u32;
            }
            positions
        }))
    }

    /// Positions in the facet of some terms of one kind, given by its position in `TermKind::ALL`;
    /// 0 for a term without a page, which no case study names.
    fn positions_of<K: TermId>(&self, kind: usize, ids: &[K]) -> Vec<u32> {
        ids.iter().map(|id| self.0[kind].get(id.index()).copied().unwrap_or(0)).collect()
    }
}

/// The index of a term in the vocabulary of its kind.
fn vocabulary_index(term: TermRef) -> usize {
    use TermRef::{Channel, Group, Market, Tactic};
    match term {
        Market(id) => id.index(),
        Group(id) => id.index(),
        Channel(id) => id.index(),
        Tactic(id) => id.index(),
    }
}

/// The row of a case study for the JSON file, with the values by which the script filters and
/// sorts.
fn compose_row<'a>(
    context: &'a Context,
    positions: &TermPositions,
    index: CaseIndex,
    row: &'a CaseStudyRow,
) -> ListedRow<'a> {
    let case: &CaseStudy = context.catalog.case(index);
    let compared = case
        .primary_result()
        .filter(|result| case.has_ended() && result.lift_type == LiftType::Relative);
    let is_finite = |low: &f64, high: &f64| low.is_finite() && high.is_finite();
    ListedRow {
        u: row.url.strip_prefix("case-studies/").unwrap_or(&row.url),
        t: &row.title,
        l: row.language.as_deref(),
        o: row
            .original
            .as_ref()
            .map(|original| (original.title.as_str(), original.language.as_str())),
        s: row.signal.id,
        f: &row.facts,
        e: row
            .effect
            .as_ref()
            .map(|effect| (effect.value.as_str(), effect.metric.as_str(), effect.range.as_deref())),
        i: row.interval.as_ref().map(|interval| {
            (
                interval.tone,
                interval.title.as_str(),
                interval.span.as_deref().unwrap_or(""),
                interval.point.as_str(),
            )
        }),
        g: row.grade.as_ref().map(|grade| (grade.letter, grade.reason.as_str())),
        b: row.badges.iter().map(|badge| (badge.tone, badge.label.as_str())).collect(),
        r: case.is_retired(),
        d: context
            .evidence
            .originals
            .get(index.0 as usize)
            .is_some_and(|original| *original != index),
        y: case.years().collect(),
        x: compared.and_then(|result| {
            let Metric::Known(metric) = result.metric else { return None };
            let vocabulary = &context.catalog.vocabulary;
            let gain = result.gain(vocabulary).filter(|gain| gain.is_finite())?;
            Some((&*vocabulary.metrics[metric].id, gain))
        }),
        c: compared.and_then(MetricResult::interval).filter(|(low, high)| is_finite(low, high)),
        n: case.measured_units(),
        m: [
            positions.positions_of(0, &case.markets),
            positions.positions_of(1, &case.groups),
            positions.positions_of(2, &case.channels),
            positions.positions_of(3, &case.tactics),
        ],
        p: case.plain.facet_values().map(|(facet, values)| (facet.name, values)).collect(),
    }
}
