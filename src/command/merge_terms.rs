//! `casebook merge-terms`: makes several terms of a vocabulary one.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::command::arguments::CommonArguments;
use crate::command::hub::read_sources;
use crate::command::rename_term::{find_renamed_term, find_term, replace_terms};
use crate::error::{Error, Result};
use crate::vocabulary::{VocabularyKind, normalise_name};

/// Make several terms of a vocabulary one
#[derive(Debug, Args)]
#[command(
    after_help = "Every use of the first terms becomes the last one; what a list would then name twice stands there once.
The ids and names of the first terms are aliases of the last one from then on.
Only what must change is changed, and all files are written, or none.

Examples:
  casebook merge-terms tactic coupon-drop voucher-week discount
  casebook merge-terms channel e-flyer email --dry-run"
)]
pub struct Arguments {
    /// The vocabulary
    #[arg(value_enum)]
    kind: MergedKind,
    /// The terms that go, then the one that stays
    #[arg(value_name = "OLD... INTO", required = true, num_args = 2..)]
    terms: Vec<String>,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// A vocabulary, as the command line says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MergedKind {
    /// Tactics
    Tactic,
    /// Channels
    Channel,
    /// Markets
    Market,
    /// Metrics
    Metric,
}

impl From<MergedKind> for VocabularyKind {
    fn from(kind: MergedKind) -> Self {
        match kind {
            MergedKind::Tactic => VocabularyKind::Tactics,
            MergedKind::Channel => VocabularyKind::Channels,
            MergedKind::Market => VocabularyKind::Markets,
            MergedKind::Metric => VocabularyKind::Metrics,
        }
    }
}

/// Runs `casebook merge-terms`.
///
/// # Errors
/// A term is unknown, the last one is among the first or deprecated, a file cannot be edited or
/// changed meanwhile, or the disk cannot be read or written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let sources = read_sources(&root)?;
    let kind = VocabularyKind::from(arguments.kind);
    let Some((into, old)) = arguments.terms.split_last() else {
        return Err(Error::new("name the terms that go, then the one that stays"));
    };
    let into = find_term(&sources, kind, into.trim())?;
    let mut merged: Vec<String> = Vec::new();
    for name in old {
        let term = find_renamed_term(&sources, kind, name.trim())?;
        if normalise_name(&term) == normalise_name(&into) {
            return Err(Error::new(format!("`{term}` cannot be merged into itself")));
        }
        if !merged.contains(&term) {
            merged.push(term);
        }
    }
    let edits = replace_terms(&sources, kind, &merged, &into, true)?;
    edits.write(&root, arguments.dry_run)?;
    Ok(ExitCode::SUCCESS)
}
