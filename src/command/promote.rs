//! `casebook promote`: sets what the hub says about a study's reuse or about a playbook's claim.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::civil::Date;

use crate::catalog::keywords::{Keyword, PlaybookStatus, Reuse};
use crate::catalog::{CaseStudy, Catalog, Playbook, field};
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::command::known_records::{find_case, require_case, unknown_record_error};
use crate::command::record_edits::{RecordEdits, edit_records};
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_note};
use crate::error::{Error, Result};
use crate::record::RecordType;
use crate::record::front_matter::{Edit, FieldValue};
use crate::site::Audience;
use crate::source::Sources;
use crate::{CheckedCatalog, Timings};

/// Decide on the reuse of a case study, or on the claim of a playbook
#[derive(Debug, Args)]
#[command(
    after_help = "A case study is approved, part of a playbook, local-only or retired; `candidate` gives the decision back.
A playbook is emerging, supported, confirmed or rejected. With `--by` the record counts as verified today.
Everything else in the file stays as it is.

Examples:
  casebook promote nl/local-payment approved --by \"Insights team\"
  casebook promote de/old-banner retired
  casebook promote local-payment-first confirmed --dry-run"
)]
pub struct Arguments {
    /// The id of a case study or a playbook
    #[arg(value_name = "ID")]
    id: String,
    /// What it is from now on
    #[arg(value_parser = status_words())]
    status: String,
    /// The team or role that verified it today
    #[arg(long, value_name = "TEAM")]
    by: Option<String>,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// The words of both lists, those of case studies first. No word is in both.
fn status_words() -> PossibleValuesParser {
    PossibleValuesParser::new(Reuse::WORDS.iter().chain(PlaybookStatus::WORDS).copied())
}

/// A record that can be promoted, with the word of its list that it is to get.
enum Promotion<'c> {
    /// A case study and what the hub says about its reuse.
    Case(&'c CaseStudy, Reuse),
    /// A playbook and the confidence in its claim.
    Playbook(&'c Playbook, PlaybookStatus),
}

/// Runs `casebook promote`.
///
/// # Errors
/// The id is unknown or belongs to a record that cannot have the status, the file cannot be edited
/// or changed meanwhile, or the disk cannot be read or written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let by = arguments.by.as_deref().map(str::trim);
    if by.is_some_and(|by| !by.contains(char::is_alphanumeric)) {
        return Err(Error::new("`--by` names nobody").with_hint("name a team or a role"));
    }
    let root = common.find_root()?;
    // Whoever may edit the files may see all records.
    let options = common.build_options(Some(Audience::Internal), true)?;
    let (sources, hub) = read_hub(&root, &options, &mut Timings::default())?;
    let CheckedCatalog { site, catalog, .. } = match hub {
        Ok(hub) => hub,
        Err(diagnostic) => {
            print_diagnostics(&[*diagnostic], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    let promotion = find_promotion(&sources, &catalog, &arguments.id, &arguments.status)?;
    if let Promotion::Case(case, reuse) = &promotion
        && case.is_unfinished()
        && matches!(reuse, Reuse::Approved | Reuse::Playbook)
    {
        print_note(&format!("`{}` has not ended yet", arguments.id));
    }
    let record = promotion.edits(by, site.today);
    let changed = edit_records(&root, &sources, &[record], arguments.dry_run)?;
    if changed == 0 {
        println!("`{}` is `{}` already: nothing was changed", arguments.id, arguments.status);
    }
    Ok(ExitCode::SUCCESS)
}

/// The record with an id, which can have the status: a case study for a word about reuse, else a
/// playbook.
///
/// # Errors
/// There is no such record, or it is of the other kind.
fn find_promotion<'c>(
    sources: &Sources,
    catalog: &'c Catalog,
    id: &str,
    status: &str,
) -> Result<Promotion<'c>> {
    let playbook = catalog.playbooks.iter().find(|playbook| &*playbook.meta.id == id);
    if let Some(reuse) = Reuse::parse(status) {
        return match playbook.filter(|_| find_case(catalog, id).is_none()) {
            Some(_) => Err(wrong_kind_error(id, "a playbook", PlaybookStatus::WORDS)),
            None => {
                let case = require_case(sources, catalog, id)?;
                Ok(Promotion::Case(catalog.case(case), reuse))
            }
        };
    }
    let status = PlaybookStatus::parse(status)
        .ok_or_else(|| Error::new(format!("`{status}` is no status of a record")))?;
    match playbook {
        Some(playbook) => Ok(Promotion::Playbook(playbook, status)),
        None if find_case(catalog, id).is_some() => {
            Err(wrong_kind_error(id, "a case study", Reuse::WORDS))
        }
        None => {
            let known = catalog.playbooks.iter().map(|playbook| &*playbook.meta.id);
            Err(unknown_record_error(sources, "playbook", id, &[RecordType::Playbook], known))
        }
    }
}

/// The error that a record is of the kind that has other words.
fn wrong_kind_error(id: &str, kind: &str, words: &[&str]) -> Error {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    Error::new(format!("`{id}` is {kind}")).with_hint(format!("it can be {}", words.join(", ")))
}

impl Promotion<'_> {
    /// The edits of the record: its new status, and who verified it on which day, where somebody
    /// did.
    fn edits(&self, by: Option<&str>, today: Date) -> RecordEdits {
        let (path, field, word) = match self {
            Promotion::Case(case, reuse) => (&case.meta.path, &field::REUSE, reuse.as_str()),
            Promotion::Playbook(playbook, status) => {
                (&playbook.meta.path, &field::PLAYBOOK_STATUS, status.as_str())
            }
        };
        let set = |key: &str, value: FieldValue| Edit::Set { key: key.to_owned(), value };
        let mut edits = vec![set(field.name, word.into())];
        if let Some(by) = by {
            edits.push(set(field::VERIFIED_BY.name, by.into()));
            edits.push(set(field::VERIFIED_ON.name, today.into()));
        }
        RecordEdits { path: Arc::clone(path), edits }
    }
}
