//! `casebook init`: writes a small new hub that builds without errors.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::error::{Error, Result};
use crate::output::write_new;

/// The files of a new hub: path and content.
const STARTER_FILES: [(&str, &str); 8] = [
    ("site.toml", include_str!("starter/site.toml")),
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

/// Make a new small hub that builds clean
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  casebook init my-hub && casebook serve --root my-hub")]
pub struct Arguments {
    /// The folder to make; it must be empty or not exist
    dir: PathBuf,
}

/// Runs `casebook init`.
///
/// # Errors
/// One of the files exists already, or the disk cannot be written.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.dir.join("site.toml").exists() {
        return Err(Error::new(format!("`{}` is a hub already", arguments.dir.display()))
            .with_hint("name a folder that does not exist yet"));
    }
    for (path, text) in STARTER_FILES {
        write_new(&arguments.dir.join(path), text)?;
    }
    println!("made a hub in `{}`", arguments.dir.display());
    println!("look at it: casebook serve --root {}", arguments.dir.display());
    Ok(ExitCode::SUCCESS)
}
