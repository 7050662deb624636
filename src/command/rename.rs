//! `casebook rename`: gives a term or a record another id, wherever it is named.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::command::rename_record::rename_record;
use crate::command::rename_term::{check_new_id, find_renamed_term, replace_terms};
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics};
use crate::error::Result;
use crate::record::RecordType;
use crate::site::Audience;
use crate::vocabulary::VocabularyKind;
use crate::{CheckedCatalog, Timings};

/// Give a term, a case study or an idea another id, wherever it is named
#[derive(Debug, Args)]
#[command(
    after_help = "A term is renamed in the front matter of all records, in links, in the hub's vocabulary files and in
site.toml; the old id stays an alias of the new one. A case study or an idea moves with the folder of its
attachments, all references and links follow, and its old address leads to the new one.
Only what must change is changed, and all files are written, or none.

Examples:
  casebook rename tactic discount price-cut --dry-run
  casebook rename market UK GB
  casebook rename case br/old-box br/new-box"
)]
pub struct Arguments {
    /// What is renamed
    #[arg(value_enum)]
    kind: RenamedKind,
    /// The id that it has
    #[arg(value_name = "OLD")]
    old: String,
    /// The id that it gets
    #[arg(value_name = "NEW")]
    new: String,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What can be renamed, as the command line says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RenamedKind {
    /// A tactic of the vocabulary
    Tactic,
    /// A channel of the vocabulary
    Channel,
    /// A market, by its country code
    Market,
    /// A metric of the vocabulary
    Metric,
    /// A case study, by its path below `content/case-studies/`
    Case,
    /// An idea, by its path below `content/ideas/`
    Idea,
}

/// Runs `casebook rename`.
///
/// # Errors
/// The old id is unknown, the new one is taken or none, a file cannot be edited or changed
/// meanwhile, or the disk cannot be read or written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    // Whoever may edit the files may see all records.
    let options = common.build_options(Some(Audience::Internal), true)?;
    let (sources, hub) = read_hub(&root, &options, &mut Timings::default())?;
    let CheckedCatalog { catalog, .. } = match hub {
        Ok(hub) => hub,
        Err(diagnostic) => {
            print_diagnostics(&[*diagnostic], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    let (old, new) = (arguments.old.trim(), arguments.new.trim());
    let kind = match arguments.kind {
        RenamedKind::Tactic => VocabularyKind::Tactics,
        RenamedKind::Channel => VocabularyKind::Channels,
        RenamedKind::Market => VocabularyKind::Markets,
        RenamedKind::Metric => VocabularyKind::Metrics,
        RenamedKind::Case | RenamedKind::Idea => {
            let record_type = match arguments.kind {
                RenamedKind::Idea => RecordType::Idea,
                _ => RecordType::CaseStudy,
            };
            let edits = rename_record(&sources, &catalog, record_type, old, new)?;
            edits.write(&root, arguments.dry_run)?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let term = find_renamed_term(&sources, kind, old)?;
    let new = check_new_id(&sources, kind, &term, new)?;
    let edits = replace_terms(&sources, kind, &[term], &new, false)?;
    edits.write(&root, arguments.dry_run)?;
    Ok(ExitCode::SUCCESS)
}
