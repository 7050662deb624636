//! `casebook init`: writes a small new hub that builds without errors, and puts the editor into one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::command::arguments::CommonArguments;
use crate::command::init::editor_package::{ARCHIVE_NAME, PACKAGE, read_archive, read_installed};
use crate::command::init::editor_page::render_editor_page;
use crate::command::schema::described_hub::DescribedHub;
use crate::command::schema::sveltia::{EditorBackend, sveltia_config};
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_note};
use crate::error::{Error, Result};
use crate::output::{FileChange, change_files, recover_changes, write_new};
use crate::source::editor::{EDITOR_CONFIG, EDITOR_FOLDER, EDITOR_PAGE, has_editor_files};
use crate::source::npm::{self, FetchError};
use crate::source::{canonicalize_folder, read_argument_bytes};

mod editor_package;
mod editor_page;
mod tar_archive;

/// The files of a new hub: path and content.
const STARTER_FILES: [(&str, &str); 8] = [
    (SETTINGS, include_str!("starter/site.toml")),
    (".gitignore", include_str!("starter/gitignore")),
    ("README.md", include_str!("starter/README.md")),
    ("content/case-studies/nl/referral-by-email.md", include_str!("starter/referral-by-email.md")),
    (
        "content/case-studies/br/indicacao-por-mensagem.md",
        include_str!("starter/indicacao-por-mensagem.md"),
    ),
    ("content/ideas/referral-in-the-app.md", include_str!("starter/referral-in-the-app.md")),
    ("content/playbooks/reward-both-sides.md", include_str!("starter/reward-both-sides.md")),
    ("content/pages/how-we-work.md", include_str!("starter/how-we-work.md")),
];

/// Name of the settings file, which makes a folder a hub.
const SETTINGS: &str = "site.toml";

/// Make a new small hub that builds clean, or put an editor in the browser into a hub
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  casebook init my-hub && casebook serve --root my-hub\n  casebook init --with-editor my-hub\n\n\
                  The editor is Sveltia CMS (MIT), which npm fetches; without npm, fetch its package elsewhere:\n  \
                  npm pack @sveltia/cms@0.221.1\n  casebook init --with-editor=sveltia-cms-0.221.1.tgz my-hub"
)]
pub struct Arguments {
    /// The folder to make, which must be empty or not exist; with --with-editor also that of a hub
    dir: PathBuf,
    /// Put an editor of records into the folder admin/ of the hub; PACKAGE is its file or folder, where npm cannot fetch it
    #[arg(long, value_name = "PACKAGE", num_args = 0..=1, require_equals = true)]
    with_editor: Option<Option<PathBuf>>,
}

/// Runs `casebook init`.
///
/// # Errors
/// One of the files exists already, the editor cannot be fetched, or the disk cannot be written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let Arguments { dir, with_editor } = arguments;
    match (dir.join(SETTINGS).exists(), with_editor) {
        (true, None) => Err(Error::new(format!("`{}` is a hub already", dir.display())).with_hint(
            "name a folder that does not exist yet, or add `--with-editor` to put the editor into this one",
        )),
        (true, Some(package)) => add_editor(common, dir, package.as_deref()),
        (false, None) => make_hub(dir),
        (false, Some(_)) => {
            let code = make_hub(dir)?;
            print_note(&format!(
                "the editor saves to the repository of the hub: write its address as `url` under \
                 `[repository]` in `{}`, then run `casebook init --with-editor {}` again",
                dir.join(SETTINGS).display(),
                dir.display()
            ));
            Ok(code)
        }
    }
}

/// Writes the files of a new hub.
fn make_hub(folder: &Path) -> Result<ExitCode> {
    for (path, text) in STARTER_FILES {
        write_new(&folder.join(path), text)?;
    }
    println!("made a hub in `{}`", folder.display());
    println!("look at it: casebook serve --root {}", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// Puts the editor into a hub: all of its files, or none. `package` is the archive of its package, or
/// the folder that it is installed in; it is fetched where none is given.
fn add_editor(common: &CommonArguments, folder: &Path, package: Option<&Path>) -> Result<ExitCode> {
    let root = canonicalize_folder(folder)?;
    recover_changes(&root)?;
    if has_editor_files(&root) {
        let folder = root.join(EDITOR_FOLDER);
        return Err(Error::about(&folder, "there is a folder already:")
            .with_hint("move it away to put the editor there anew; nothing is overwritten"));
    }
    // What the hub lacks is said before anything is fetched.
    let hub = match DescribedHub::read(&root, common)? {
        Ok(hub) => hub,
        Err((problem, sources)) => {
            print_diagnostics(&[*problem], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    let config = sveltia_config(&hub, EditorBackend::Repository)?;
    let page = render_editor_page(&hub.site, &hub.language);
    let mut files = match package {
        Some(package) if package.is_dir() => read_installed(package)?,
        Some(package) => read_archive(&read_argument_bytes(package)?)?,
        None => match fetch_package() {
            Ok(archive) => read_archive(&archive)?,
            Err(FetchError::Failed(error)) => return Err(error.with_hint(by_hand(folder))),
            Err(FetchError::NoNpm) => {
                return Err(Error::new("there is no npm, which fetches the editor")
                    .with_hint(by_hand(folder)));
            }
        },
    };
    files.insert(EDITOR_CONFIG.to_owned(), config.into_bytes());
    files.insert(EDITOR_PAGE.to_owned(), page.into_bytes());
    let bytes: usize = files.values().map(Vec::len).sum();
    let changes: Vec<FileChange> = files
        .into_iter()
        .map(|(path, bytes)| FileChange { path, read: None, new: Some(bytes) })
        .collect();
    change_files(&root, &changes)?;
    println!(
        "put the editor into `{}`: {} files, {:.1} MB",
        root.join(EDITOR_FOLDER).display(),
        changes.len(),
        bytes as f64 / 1e6
    );
    if !hub.site.publishes_editor() {
        println!(
            "it is not published: write `publish = \"internal\"` or `\"all\"` under `[editor]` in site.toml"
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Fetches the package of the editor, and says so, because it takes some seconds.
fn fetch_package() -> std::result::Result<Vec<u8>, FetchError> {
    eprintln!("fetching {PACKAGE} with npm, 11.5 MB");
    npm::fetch_package(PACKAGE)
}

/// The two commands that put the editor into a hub without npm on this machine.
fn by_hand(folder: &Path) -> String {
    format!(
        "where npm and the network are, run `npm pack {PACKAGE}`; then, with the file that it makes, \
         `casebook init --with-editor={ARCHIVE_NAME} {}`",
        folder.display()
    )
}
