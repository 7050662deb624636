//! `casebook theme`: lists the files of the theme, and copies one into the hub to be changed.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Args;

use crate::command::arguments::CommonArguments;
use crate::command::hub::read_sources;
use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::output::{overwrite, write_new};
use crate::theme::overrides::{self, PartState, RECORD_FILE};

/// List the files of the theme, or copy one into the hub to change it
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casebook theme                                     what this hub changes
  casebook theme --all                               every file of the theme
  casebook theme --copy templates/parts/footer.html

A template need not be copied whole: one that begins with `{% extends \"built-in/case-study.html\" %}`
replaces only the blocks that it names.")]
pub struct Arguments {
    /// Copy this built-in file into the hub's theme folder
    #[arg(long, value_name = "PATH")]
    copy: Option<String>,
    /// List the files that the hub does not change too
    #[arg(long, conflicts_with = "copy")]
    all: bool,
}

/// Runs `casebook theme`.
///
/// # Errors
/// There is no hub, no built-in file of the name, or the hub has the file already.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let sources = read_sources(&root)?;
    let read_options =
        sources.settings.as_ref().map(crate::site::read::read_options).unwrap_or_default();
    let folder = root.join("themes").join(&read_options.theme);
    let mut versions = read_copied_versions(&sources.theme)?;
    if let Some(path) = &arguments.copy {
        let path = path.replace('\\', "/");
        let (text, hash) = find_built_in(&path)?;
        write_new(&folder.join(&path), &text)?;
        versions.insert(path.clone(), hash);
        overwrite(&folder.join(RECORD_FILE), &render_copied_versions(&versions))?;
        println!("copied `{path}` to `{}`", folder.join(&path).display());
        return Ok(ExitCode::SUCCESS);
    }
    let parts = overrides::list_parts(&sources.theme, &versions);
    let shown = parts.iter().filter(|part| arguments.all || part.state != PartState::BuiltIn);
    for part in shown {
        println!("{:<44}  {}", part.path, part.state.as_str());
    }
    let changed = parts.iter().filter(|part| part.state != PartState::BuiltIn).count();
    println!("{} files, {changed} of them in `{}`", parts.len(), folder.display());
    Ok(ExitCode::SUCCESS)
}

/// The text of a built-in file of the theme and the hash of its version.
///
/// # Errors
/// There is no such file, or it is no text.
fn find_built_in(path: &str) -> Result<(String, String)> {
    let Some((bytes, hash)) = overrides::built_in_file(path) else {
        let parts = overrides::list_parts(&BTreeMap::new(), &BTreeMap::new());
        let names: Vec<&str> = parts.iter().map(|part| part.path.as_str()).collect();
        let hint = match nearest::find_nearest(path, names.iter().copied()) {
            Some(name) => nearest::did_you_mean(path, name),
            None => "`casebook theme --all` lists every file".to_owned(),
        };
        return Err(Error::new(format!("the theme has no file `{path}`")).with_hint(hint));
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok((text.to_owned(), hash)),
        Err(_) => Err(Error::new(format!("`{path}` is not a text file"))
            .with_hint("put your own file at this path in the hub's theme folder")),
    }
}

/// The copied files of the hub's theme: path to hash of the built-in version that was copied. Empty
/// where nothing was copied.
///
/// # Errors
/// The file with them cannot be read.
fn read_copied_versions(
    overlay: &BTreeMap<String, std::sync::Arc<[u8]>>,
) -> Result<BTreeMap<String, String>> {
    let Some(bytes) = overlay.get(RECORD_FILE) else { return Ok(BTreeMap::new()) };
    toml::from_slice(bytes).map_err(|cause| {
        Error::new(format!("`{RECORD_FILE}` of the theme cannot be read: {cause}"))
            .with_hint("remove the file; then the versions of copied files are not known")
    })
}

/// The text of the file that [`read_copied_versions`] reads.
fn render_copied_versions(versions: &BTreeMap<String, String>) -> String {
    let head = "# Written by `casebook theme --copy`: which version of each file was copied.\n";
    let lines = versions.iter().map(|(path, hash)| format!("{path:?} = {hash:?}\n"));
    std::iter::once(head.to_owned()).chain(lines).collect()
}
