//! `casebook new`: writes a new record from flags or, in a terminal, from answers, and never
//! overwrites a file.

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::command::new::ask::{Choices, NewKind, Stop};
use crate::command::new::draft::{CaseStudyDraft, render_case_study, render_idea, render_playbook};
use crate::command::new::flags::{CaseStudyArguments, IdeaArguments, PlaybookArguments};
use crate::command::similarity_index::SimilarityIndex;
use crate::command::terminal::{
    EXIT_CONTENT_ERRORS, EXIT_FAILURE, print_diagnostics, print_error, print_note, stderr_options,
};
use crate::diagnostic::render::{self, escape_controls};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::output::write_new;
use crate::site::Audience;
use crate::source::{Sources, read_argument_file};
use crate::{CheckedCatalog, Timings};

mod ask;
mod carry_over;
mod draft;
mod flags;
mod issue;

/// Write a new case study, idea or playbook
#[derive(Debug, Args)]
#[command(
    after_help = "In a terminal it asks for what no flag says, and shows first what others have tried.

Examples:
  casebook new
  casebook new case-study --title \"Unboxing by micro-creators\" --market BR --channel influencer --tactic influencer-endorsement
  casebook new case-study --from referral-in-the-app --market NL
  casebook new case-study --adapt br/indicacao-por-mensagem --market PT
  casebook new idea --title \"Referral reward by message\" --wanted-by ID --tactic referral-reward
  casebook new playbook --title \"Local payment first\" --claim \"A local payment method beats a discount\" --supports nl/local-payment"
)]
pub struct Arguments {
    #[command(subcommand)]
    kind: Option<Kind>,
}

// The kinds of record that `casebook new` writes, each with its own flags. No doc comment, because
// clap would show it in the help.
#[derive(Debug, Clone, Subcommand)]
enum Kind {
    /// An experiment's record, below content/case-studies/<market>/
    CaseStudy(CaseStudyArguments),
    /// Something to try, below content/ideas/
    Idea(IdeaArguments),
    /// A claim from several case studies, below content/playbooks/
    Playbook(PlaybookArguments),
}

/// The exit code of a program that Control and C ended, as shells have it.
const EXIT_INTERRUPTED: u8 = 130;

/// Runs `casebook new`.
///
/// # Errors
/// A flag that is needed is missing and nobody can be asked, the value of a flag is none that a file
/// may have, the file exists already, or the disk cannot be read or written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let is_asking = ask::is_possible();
    let mut kind = match (&arguments.kind, is_asking) {
        (Some(kind), _) => kind.clone(),
        (None, true) => match ask::ask_kind() {
            Ok(NewKind::CaseStudy) => Kind::CaseStudy(CaseStudyArguments::default()),
            Ok(NewKind::Idea) => Kind::Idea(IdeaArguments::default()),
            Ok(NewKind::Playbook) => Kind::Playbook(PlaybookArguments::default()),
            Err(stop) => return Ok(leave(&stop)),
        },
        (None, false) => {
            return Err(Error::new("`casebook new` needs to know what is new").with_hint(
                "`casebook new case-study`, `idea` or `playbook`, each with flags that `--help` lists; in a terminal it asks",
            ));
        }
    };
    if !is_asking {
        let missing = match &kind {
            Kind::CaseStudy(case) if starts_from_record(case) || case.issue.is_some() => Vec::new(),
            kind => missing_flags(kind),
        };
        refuse_missing(&kind, &missing)?;
    }
    let Some(hub) = SimilarityIndex::open(&root, common)? else {
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    };
    let mut draft = CaseStudyDraft::default();
    let mut is_shown = false;
    if let Kind::CaseStudy(case) = &mut kind
        && let Some(file) = case.issue.clone()
    {
        let issue = issue::read_issue(&read_argument_file(&file)?, &hub.site.language)?;
        draft = issue.draft;
        draft.flags.slug = Some(unused_name(&hub, &draft, issue.number)?);
        *case = draft.flags.clone();
    } else if matches!(&kind, Kind::CaseStudy(case) if starts_from_record(case))
        || !missing_flags(&kind).is_empty()
    {
        // Whoever may edit the files may see all records.
        let options = common.build_options(Some(Audience::Internal), true)?;
        let (sources, read) = read_hub(&root, &options, &mut Timings::default())?;
        let read = match read {
            Ok(read) => read,
            Err(diagnostic) => {
                print_diagnostics(&[*diagnostic], &sources);
                return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
            }
        };
        let choices =
            Choices { hub: &hub, catalog: &read.catalog, root: &root, today: read.site.today };
        match complete(&choices, &read, &sources, &mut kind, &mut draft, is_asking) {
            Ok(was_shown) => is_shown = was_shown,
            Err(stop) => return stop_error(stop),
        }
    }
    let vocabulary = &hub.catalog.vocabulary;
    let (path, text) = match &kind {
        Kind::CaseStudy(case) => {
            draft.flags = case.clone();
            render_case_study(&hub.site, vocabulary, &draft)?
        }
        Kind::Idea(idea) => render_idea(vocabulary, idea)?,
        Kind::Playbook(playbook) => render_playbook(playbook)?,
    };
    refuse_invalid(&hub, common, &path, &text)?;
    if !matches!(kind, Kind::Playbook(_)) && !is_shown {
        print_related(&hub, &text);
    }
    write_new(&root.join(&path), &text)?;
    println!("{}", path.display());
    println!("fill it in, look at it with `casebook serve`, and check it with `casebook check`");
    Ok(ExitCode::SUCCESS)
}

/// Whether what applies is to be carried over from an idea or a case study.
fn starts_from_record(case: &CaseStudyArguments) -> bool {
    case.from.is_some() || case.adapt.is_some()
}

/// The name of the file of a case study that an issue describes: that of its title, with the number
/// of the issue where the title makes none or the hub has such a file.
///
/// # Errors
/// Never: a number makes a name.
fn unused_name(hub: &SimilarityIndex, draft: &CaseStudyDraft, number: u64) -> Result<String> {
    let title = draft.flags.title.as_deref().unwrap_or_default();
    let mut named = draft.clone();
    match draft::file_name(None, title) {
        Ok(name) => named.flags.slug = Some(name),
        Err(_) => return Ok(format!("issue-{number}")),
    }
    let (path, _) = render_case_study(&hub.site, &hub.catalog.vocabulary, &named)?;
    let name = named.flags.slug.unwrap_or_default();
    Ok(if hub.has_file(&path.to_string_lossy()) { format!("issue-{number}-{name}") } else { name })
}

/// Carries over what applies from the record that a case study starts from, and asks for what is
/// missing then. Returns whether similar experiments were shown.
fn complete(
    choices: &Choices<'_>,
    read: &CheckedCatalog,
    sources: &Sources,
    kind: &mut Kind,
    draft: &mut CaseStudyDraft,
    is_asking: bool,
) -> std::result::Result<bool, Stop> {
    let mut is_shown = false;
    if let Kind::CaseStudy(case) = kind {
        // The title of an adapted study names its market.
        if case.adapt.is_some() && is_asking {
            ask::ask_markets(choices, &mut case.markets)?;
        }
        draft.flags = case.clone();
        carry_over::carry_over(&read.site, &read.catalog, sources, draft).map_err(Stop::Failed)?;
        *case = draft.flags.clone();
    }
    let missing = missing_flags(kind);
    if !is_asking {
        refuse_missing(kind, &missing).map_err(Stop::Failed)?;
    } else if !missing.is_empty() {
        match kind {
            Kind::CaseStudy(case) => is_shown = ask::ask_case_study(choices, case)?,
            Kind::Idea(idea) => is_shown = ask::ask_idea(choices, idea)?,
            Kind::Playbook(playbook) => ask::ask_playbook(playbook)?,
        }
    }
    Ok(is_shown)
}

/// The flags that a record needs and that were not given.
fn missing_flags(kind: &Kind) -> Vec<&'static str> {
    let needed: Vec<(&'static str, bool)> = match kind {
        Kind::CaseStudy(case) => vec![
            ("--title", case.title.is_some()),
            ("--market", !case.markets.is_empty()),
            ("--channel", !case.channels.is_empty()),
            ("--tactic", !case.tactics.is_empty()),
        ],
        Kind::Idea(idea) => vec![("--title", idea.title.is_some())],
        Kind::Playbook(playbook) => {
            vec![("--title", playbook.title.is_some()), ("--claim", playbook.claim.is_some())]
        }
    };
    needed.into_iter().filter(|(_, is_given)| !is_given).map(|(flag, _)| flag).collect()
}

/// Refuses a record for which flags are missing.
///
/// # Errors
/// There are any; the message names them.
fn refuse_missing(kind: &Kind, missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let name = match kind {
        Kind::CaseStudy(_) => "case-study",
        Kind::Idea(_) => "idea",
        Kind::Playbook(_) => "playbook",
    };
    let flags: Vec<String> = missing.iter().map(|flag| format!("`{flag}`")).collect();
    Err(Error::new(format!("`casebook new {name}` needs {}", flags.join(", ")))
        .with_hint(format!("`casebook new {name} --help` lists all flags; in a terminal it asks")))
}

/// Says that nothing was written, and returns the exit code.
fn leave(stop: &Stop) -> ExitCode {
    match stop {
        Stop::ReadFirst => {
            print_note("nothing was written; `casebook serve` shows them as pages");
            ExitCode::SUCCESS
        }
        Stop::Interrupted => {
            print_note("nothing was written");
            ExitCode::from(EXIT_INTERRUPTED)
        }
        Stop::Cancelled => {
            print_note("nothing was written");
            ExitCode::from(EXIT_FAILURE)
        }
        Stop::Failed(error) => {
            print_error(error);
            ExitCode::from(EXIT_FAILURE)
        }
    }
}

/// The result of a run that ends before anything is written.
///
/// # Errors
/// The terminal failed, or what was given is not right.
fn stop_error(stop: Stop) -> Result<ExitCode> {
    match stop {
        Stop::Failed(error) => Err(error),
        stop => Ok(leave(&stop)),
    }
}

/// Reads the new record as a file of the hub would be read, and prints what is wrong with it, with
/// the hints that its author would get in the file.
///
/// # Errors
/// The record has an error, which can only come from the value of a flag; or the settings of the
/// hub cannot be read.
fn refuse_invalid(
    hub: &SimilarityIndex,
    common: &CommonArguments,
    path: &Path,
    text: &str,
) -> Result<()> {
    let path = path.to_string_lossy().replace('\\', "/");
    let (diagnostics, sources) = hub.check_new_record(common, &path, text)?;
    // A warning about what is missing comes too early: the author has not written yet.
    let is_about_a_flag = |diagnostic: &Diagnostic| {
        diagnostic.severity == Severity::Error || diagnostic.code == "unknown-language"
    };
    let problems: Vec<Diagnostic> = diagnostics.into_iter().filter(is_about_a_flag).collect();
    eprint!("{}", render::render_human(&problems, &sources, stderr_options()));
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Error::new(format!("`{path}` was not written, because of what is said above"))
            .with_hint("correct the flag that the value comes from; a flag that names several is repeated: `--tactic bundle --tactic discount`"));
    }
    Ok(())
}

/// Largest number of similar case studies that are printed before a new record is written.
const MAX_SHOWN_CASES: usize = 3;

/// Prints the case studies that are similar to the new record, so that its author can read them
/// first.
fn print_related(hub: &SimilarityIndex, text: &str) {
    let mut related = hub.find_nearest_to_record(text, None, MAX_SHOWN_CASES);
    related.retain(|near| near.flagged || near.score >= hub.site.similar.related / 2.0);
    if !related.is_empty() {
        eprint!(
            "case studies like this one, to be read first:\n\n{}\n",
            escape_controls(&hub.describe(None, &related))
        );
    }
}
