//! `casebook schema`: writes what other editors need to know of the fields and terms of a hub.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::command::arguments::CommonArguments;
use crate::command::schema::described_hub::DescribedHub;
use crate::command::schema::editor_file::EditorFile;
use crate::command::schema::json::{Draft, schema_files};
use crate::command::schema::lost_values::find_lost_values;
use crate::command::schema::sveltia::{EditorBackend, sveltia_config};
use crate::command::schema::vscode::vscode_files;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_note, print_text};
use crate::error::{Error, Result};
use crate::output::{overwrite, write_new};
use crate::source::{canonicalize_file, read_argument_file};

pub mod described_hub;
mod document;
pub mod editor_file;
pub mod json;
pub mod lost_values;
pub mod sveltia;
pub mod vscode;

/// Write what other editors need to know of this hub's fields and terms
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casebook schema --for json                     # into schemas/
  casebook schema --for vscode                   # into .vscode/ of the hub
  casebook schema --for sveltia --out admin      # admin/config.yml

VS Code: the extension for YAML reads whole YAML files, which the vocabularies are. It does not
look into the front matter of Markdown files: there `casebook lsp` helps, which the settings
start through the extension zsol.vscode-glspc. Open the folder that holds site.toml.

Sveltia CMS: its forms cannot hold shorter forms such as `budget: m`; each that it would lose is
named, with what to write instead.

A file that is there already and differs is left alone, unless --force replaces it. Write the
files anew after a change of site.toml or of a vocabulary.")]
pub struct Arguments {
    /// What the files are for
    #[arg(long = "for", value_enum, value_name = "EDITOR")]
    editor: Editor,
    /// Where the files go [default: as said of each editor]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace files that are there and differ
    #[arg(long)]
    force: bool,
    /// sveltia: save into the browser's memory alone, to try the editor out
    #[arg(long)]
    trial: bool,
}

/// What files are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Editor {
    /// JSON Schemas (2020-12) for front matter and vocabulary files [DIR: schemas/ of the hub]
    Json,
    /// Settings, recommended extensions and schemas for VS Code [DIR: the hub]
    Vscode,
    /// The configuration of Sveltia CMS, an editor in the browser, as config.yml [without DIR: printed]
    Sveltia,
}

/// Runs `casebook schema`.
///
/// # Errors
/// The hub cannot be read, its settings do not fit the editor, a file is there already, or the disk
/// cannot be written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let hub = match DescribedHub::read(&root, common)? {
        Ok(hub) => hub,
        Err((diagnostic, sources)) => {
            print_diagnostics(&[*diagnostic], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    print_diagnostics(&hub.problems, &hub.sources);
    if crate::has_errors(&hub.problems) {
        eprintln!("nothing was written");
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    }
    let folder = |usual: PathBuf| arguments.out.clone().unwrap_or(usual);
    match arguments.editor {
        Editor::Json => write_files(
            &folder(root.join("schemas")),
            &schema_files(&hub, Draft::Newest),
            arguments.force,
        )?,
        Editor::Vscode => write_files(&folder(root), &vscode_files(&hub), arguments.force)?,
        Editor::Sveltia => {
            let backend =
                if arguments.trial { EditorBackend::Trial } else { EditorBackend::Repository };
            let text = sveltia_config(&hub, backend)?;
            match &arguments.out {
                Some(folder) => write_files(
                    folder,
                    &[EditorFile { path: "config.yml".to_owned(), text }],
                    arguments.force,
                )?,
                None => print_text(&text)?,
            }
            find_lost_values(&hub).iter().for_each(|loss| print_note(loss));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes files below a folder and prints the path of each. A file with the same text stays as it
/// is; where one differs, nothing is written unless `is_forced`.
///
/// # Errors
/// A file is there already and differs, or a file cannot be read or written.
fn write_files(folder: &Path, files: &[EditorFile], is_forced: bool) -> Result<()> {
    let mut states = Vec::with_capacity(files.len());
    for file in files {
        let path = folder.join(&file.path);
        let former = match canonicalize_file(&path) {
            Some(found) => Some(read_argument_file(&found)?),
            None => None,
        };
        if former.as_ref().is_some_and(|text| *text != file.text) && !is_forced {
            return Err(Error::about(&path, "another file is there already:").with_hint(
                "nothing was written; compare the two, then replace it with `--force`, or write \
                 into another folder with `--out`",
            ));
        }
        states.push((path, former, &file.text));
    }
    for (path, former, text) in states {
        match former {
            None => write_new(&path, text)?,
            Some(former) if former == *text => {
                println!("{} is as it should be", path.display());
                continue;
            }
            Some(_) => overwrite(&path, text)?,
        }
        println!("wrote {}", path.display());
    }
    Ok(())
}
