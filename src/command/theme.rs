//! `casebook theme`: lists the files of the theme, copies one into the hub to be changed, and starts
//! the texts of another language.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use crate::command::arguments::CommonArguments;
use crate::command::hub::read_sources;
use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::output::{overwrite, write_new};
use crate::site::language::normalise_tag;
use crate::theme::language_file::{LanguageGaps, start_translation};
use crate::theme::overrides::{self, PartState, RECORD_FILE};

/// List the files of the theme, copy one into the hub to change it, or translate the interface
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casebook theme                                     what this hub changes
  casebook theme --all                               every file of the theme
  casebook theme --copy templates/parts/footer.html
  casebook theme --translate pl                      start a language, then list what it lacks

A template need not be copied whole: one that begins with `{% extends \"built-in/case-study.html\" %}`
replaces only the blocks that it names.")]
pub struct Arguments {
    /// Copy this built-in file into the hub's theme folder
    #[arg(long, value_name = "PATH")]
    copy: Option<String>,
    /// List the files that the hub does not change too
    #[arg(long, conflicts_with = "copy")]
    all: bool,
    /// Start the interface's texts in this language in the hub's theme folder; where they are there, list what they lack
    #[arg(long, value_name = "LANG", conflicts_with_all = ["copy", "all"])]
    translate: Option<String>,
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
    if let Some(tag) = &arguments.translate {
        return translate(tag, &sources.theme, &folder);
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

/// Starts the file of a language in the hub's theme folder `folder`, or says what the file of the
/// theme lacks. `overlay` has the hub's own theme files.
///
/// # Errors
/// The tag is none, a language file is invalid, or the new one cannot be written.
fn translate(
    tag: &str,
    overlay: &BTreeMap<String, std::sync::Arc<[u8]>>,
    folder: &Path,
) -> Result<ExitCode> {
    let tag = normalise_tag(tag).ok_or_else(|| {
        Error::new(format!("`{tag}` is no language tag")).with_hint(
            "two or three letters, such as `pl`, and a country where it matters: `pt-BR`",
        )
    })?;
    let path = format!("languages/{tag}.toml");
    let read = |path: &str| -> Result<Option<String>> {
        match overlay.get(path) {
            Some(own) => Ok(Some(String::from_utf8_lossy(own).into_owned())),
            None => Ok(overrides::built_in_file(path)
                .is_some()
                .then(|| find_built_in(path))
                .transpose()?
                .map(|(text, _)| text)),
        }
    };
    let english = read("languages/en.toml")?.unwrap_or_default();
    let Some(text) = read(&path)? else {
        write_new(&folder.join(&path), &start_translation(&tag, &english))?;
        println!("wrote `{}`, with every text in English", folder.join(&path).display());
        println!(
            "translate it, set `language = \"{tag}\"` in site.toml, and run this again to see what is left"
        );
        return Ok(ExitCode::SUCCESS);
    };
    let gaps = LanguageGaps::find(&text, &english)
        .map_err(|why| Error::new(format!("the language file `{path}` cannot be read: {why}")))?;
    gaps.describe(usize::MAX).iter().for_each(|line| println!("{line}"));
    match gaps.untranslated.len() {
        0 => {}
        some => println!("{some} as in English: {}", gaps.untranslated.join(", ")),
    }
    if gaps.is_complete() {
        println!("`{path}` has every text");
    }
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
