//! What settles a duty of the desk: lines to paste, the form that edits the right file, and the
//! command that writes them.

use crate::backlog::desk::Duty;
use crate::backlog::playbook_draft::draft_playbook;
use crate::catalog::field::{self, Field};
use crate::catalog::keywords::{Decision, IdeaStatus, Keyword, Reuse};
use crate::catalog::{CaseIndex, RecordIndex};
use crate::page::context::Context;
use crate::page::parts::compared_study::AnswerSnippet;
use crate::page::parts::{repository, terminal_command};
use crate::vocabulary::{MetricId, TacticId};

/// The most records of one duty for which lines are given.
const MAX_RECORDS: usize = 4;

/// The most studies that a drafted playbook cites.
const MAX_CITED: usize = 8;

/// The ways to settle a duty. Empty for pairs and families, which are settled on the page of
/// possible duplicates.
pub fn compose(context: &Context, duty: &Duty) -> Vec<AnswerSnippet> {
    match duty {
        Duty::OpenFamily(_) | Duty::OpenPair(_) => Vec::new(),
        Duty::Undecided(case) => {
            let line = choice_line(&field::DECISION, "", Decision::WORDS);
            vec![line_for(context, RecordIndex::Case(*case), line)]
        }
        Duty::ReuseWaiting(case) => {
            let line = choice_line(&field::REUSE, Reuse::Approved.as_str(), &decided_reuse_words());
            let id = &context.catalog.case(*case).meta.id;
            let command = terminal_command::promote(id, Reuse::Approved.as_str(), true);
            vec![line_for(context, RecordIndex::Case(*case), line).with_command(command)]
        }
        Duty::Overdue(record) => vec![verification(context, *record)],
        Duty::MetricsMissing { lacking, .. } => lacking
            .iter()
            .take(MAX_RECORDS)
            .map(|(case, metrics)| missing_results(context, *case, metrics))
            .collect(),
        Duty::PlaybookCandidate { tactic, won, .. } => {
            new_playbook(context, *tactic, &won[..won.len().min(MAX_CITED)])
        }
        // The button of the row already leads to the only one.
        Duty::RetiredLinked { linked_from, .. } if linked_from.len() < 2 => Vec::new(),
        Duty::RetiredLinked { linked_from, .. } => linked_from
            .iter()
            .take(MAX_RECORDS)
            .map(|record| retired_link(context, *record))
            .collect(),
        Duty::IdeaWaiting(idea) => {
            let words = [IdeaStatus::Shortlisted, IdeaStatus::Parked, IdeaStatus::Declined]
                .map(Keyword::as_str);
            let line = choice_line(&field::IDEA_STATUS, words[0], &words);
            vec![line_for(context, RecordIndex::Idea(*idea), line)]
        }
    }
}

/// A line of front matter with a word of a closed list, and all words that fit in a comment.
fn choice_line(field: &Field, word: &str, words: &[&str]) -> String {
    format!("{}: {word}  # {}", field.name, words.join(", "))
}

/// The words with which the hub decides on the reuse of a study.
fn decided_reuse_words() -> Vec<&'static str> {
    [Reuse::Approved, Reuse::Playbook, Reuse::LocalOnly, Reuse::Retired]
        .map(Keyword::as_str)
        .to_vec()
}

/// A line to paste into the front matter of a record.
fn line_for(context: &Context, record: RecordIndex, line: String) -> AnswerSnippet {
    let path = &context.catalog.meta(record).path;
    AnswerSnippet::for_file(context, "resolve.line_in", path, line)
}

/// The line that dates a verification today, and the command that confirms what the hub says about
/// the record; no command where the hub has not decided about the study.
fn verification(context: &Context, record: RecordIndex) -> AnswerSnippet {
    let line = format!("{}: {}", field::VERIFIED_ON.name, context.site.today);
    let snippet = line_for(context, record, line);
    let status = match record {
        RecordIndex::Case(case) => {
            let reuse = context.catalog.case(case).reuse;
            reuse.filter(|reuse| *reuse != Reuse::Candidate).map(Keyword::as_str)
        }
        RecordIndex::Playbook(playbook) => Some(context.catalog.playbook(playbook).status.as_str()),
        RecordIndex::Idea(_) | RecordIndex::Page(_) => None,
    };
    match status {
        Some(status) => {
            let id = &context.catalog.meta(record).id;
            snippet.with_command(terminal_command::promote(id, status, true))
        }
        None => snippet,
    }
}

/// The items of `results` that a study lacks, without their values.
fn missing_results(context: &Context, case: CaseIndex, metrics: &[MetricId]) -> AnswerSnippet {
    let items: Vec<String> = metrics
        .iter()
        .map(|metric| {
            format!(
                "  - {}: {}\n    {}:",
                field::result::METRIC.name,
                context.catalog.vocabulary.metrics[*metric].id,
                field::result::LIFT.name
            )
        })
        .collect();
    let path = &context.catalog.case(case).meta.path;
    AnswerSnippet::for_file(context, "resolve.results_in", path, items.join("\n"))
}

/// The playbook that a tactic lacks, and the commands that mark the studies it is based on.
fn new_playbook(context: &Context, tactic: TacticId, won: &[CaseIndex]) -> Vec<AnswerSnippet> {
    let draft = draft_playbook(context.site, context.catalog, tactic, won);
    let mark = |case: &CaseIndex| {
        let id = &context.catalog.case(*case).meta.id;
        terminal_command::promote(id, Reuse::Playbook.as_str(), false)
    };
    let marks: Vec<String> = won.iter().map(mark).collect();
    vec![
        AnswerSnippet {
            label: context.language.text_with("resolve.new_file", &[("file", &draft.path)]),
            text: Some(draft.text.trim_end().to_owned()),
            edit: draft.form.map(|form| form.address),
            command: Some(terminal_command::new_playbook(context.catalog, won)),
        },
        AnswerSnippet {
            label: context.text("resolve.mark_studies"),
            text: None,
            edit: None,
            command: Some(marks.join("\n")),
        },
    ]
}

/// The form that edits a record which links to a retired study.
fn retired_link(context: &Context, record: RecordIndex) -> AnswerSnippet {
    let path = &context.catalog.meta(record).path;
    AnswerSnippet {
        label: context.language.text_with("resolve.link_in", &[("file", path)]),
        text: None,
        edit: repository::edit_url(context.site, path),
        command: None,
    }
}
