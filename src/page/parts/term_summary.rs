//! What all pages of a term share: its case studies, key figures and outcomes.

use crate::catalog::CaseIndex;
use crate::evidence::Tally;
use crate::page::context::Context;
use crate::page::parts::{KeyFigure, TermSummary};
use crate::page::text::display;
use crate::vocabulary::TermRef;

/// The summary that all pages of a term share, computed when the first of them is composed and kept
/// in the context; none where no case study names the term.
pub fn cached<'a>(context: &'a Context, term: TermRef) -> Option<&'a TermSummary> {
    Some(context.term_summaries.get(&term)?.get_or_init(|| compose(context, term)))
}

/// Computes the summary of a term: its case studies in list order, key figures and outcomes.
pub fn compose(context: &Context, term: TermRef) -> TermSummary {
    let nothing = Tally::default();
    let tally = term.tally(context).unwrap_or(&nothing);
    let cases = context.sort_newest_first(&tally.cases);
    TermSummary {
        figures: key_figures(context, tally, &cases),
        tally: display::tally_bar(context.language, tally),
        cases,
    }
}

/// Key figures of a term: studies, win rate, best evidence, running; those that a term has no value
/// for are left out.
pub fn key_figures(context: &Context, tally: &Tally, cases: &[CaseIndex]) -> Vec<KeyFigure> {
    let language = context.language;
    let first = cases.iter().filter_map(|case| context.catalog.case(*case).start).min();
    let mut figures = vec![KeyFigure {
        value: language.format_integer(cases.len()),
        label: language.plural_text("figure.case_studies", cases.len(), &[]),
        url: None,
        note: first.map(|day| {
            language.text_with("figure.since", &[("date", &language.format_month(day))])
        }),
    }];
    if let Some((value, note)) = display::format_bare_win_rate(language, tally) {
        figures.push(KeyFigure {
            value,
            label: context.text("figure.won"),
            url: None,
            note: Some(note),
        });
    }
    if let Some(grade) = tally.best_grade {
        let same = cases
            .iter()
            .filter(|case| context.catalog.case(**case).evidence_grade.grade == Some(grade))
            .count();
        let letter = display::grade_letters(grade).1;
        figures.push(KeyFigure {
            value: letter.into(),
            label: context.text("figure.best_evidence"),
            url: None,
            note: Some(language.plural_text("figure.with_grade", same, &[("grade", letter)])),
        });
    }
    let running = tally.running as usize;
    if !cases.is_empty() {
        let planned = tally.open as usize - running;
        figures.push(KeyFigure {
            value: language.format_integer(running),
            label: context.text("figure.running"),
            url: None,
            note: (planned > 0).then(|| language.plural_text("figure.planned", planned, &[])),
        });
    }
    figures
}
