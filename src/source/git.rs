//! Dates and authors of changes, from one pass over the git log of the content.

use std::path::Path;

use crate::source::{Gap, History};

mod log;
pub(super) mod run;

use log::{COMMIT, FIELD, FOLDER};
use run::{Trouble, run};

/// What the history of a hub depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The newest commit.
    pub commit: String,
    /// Whether older commits are missing.
    pub shallow: bool,
}

/// Reads the history of `content/`, never failing: without git, a repository or a commit that holds the content it is empty. Where git was
/// there and could not tell all, the history says so.
pub fn history(root: &Path) -> History {
    match ask(root) {
        Ok(None) => History::default(),
        Ok(Some(head)) => match log(root) {
            Some(log) if head.shallow => History { gap: Some(Gap::Shallow), files: log::files(&log, true) },
            Some(log) => parse_log(&log),
            None => History { gap: Some(Gap::Unreadable("its log cannot be read".to_owned())), ..History::default() },
        },
        Err(gap) => History { gap: Some(gap), ..History::default() },
    }
}

/// The newest commit; nothing where git knows nothing of the content.
pub fn head(root: &Path) -> Option<Head> {
    ask(root).ok().flatten()
}

/// The log of `content/` in the form that `parse_log` reads; nothing where git cannot tell it.
pub fn log(root: &Path) -> Option<Vec<u8>> {
    let content = content(root);
    let ask = |arguments: &[&str]| run(&content, arguments, None).ok();
    // Children come before parents, merges name what no parent has, and -z takes names as they are. Of merges git tells paths from the top
    // of the repository whatever it is asked, so it is asked so of all.
    let format = format!("--format=tformat:%x{COMMIT:02x}%as%x{:02x}%P%x{:02x}%aN", u32::from(FIELD), u32::from(FIELD));
    let order = ["log", "-z", "--date-order", "-c", "--no-relative", "--name-status", "--find-renames", "-l", "400", "--no-show-signature"];
    let mut log = vec![FOLDER];
    log.extend_from_slice(ask(&["rev-parse", "--show-prefix"])?.trim_ascii_end());
    log.push(0);
    log.extend(ask(&["ls-tree", "-r", "-z", "--name-only", "--full-name", "HEAD", "."])?);
    log.extend(ask(&[&order[..], &["--no-color", &format, "HEAD", "--", "."]].concat())?);
    Some(log)
}

/// Reads a log of a whole history.
pub fn parse_log(log: &[u8]) -> History {
    History { files: log::files(log, false), gap: None }
}

/// Git is asked in the folder of the content, which may be a repository of its own.
fn content(root: &Path) -> std::path::PathBuf {
    root.join("content")
}

/// The newest commit, nothing where none holds the content, or why git cannot tell.
fn ask(root: &Path) -> Result<Option<Head>, Gap> {
    let content = content(root);
    if !content.is_dir() {
        return Ok(None);
    }
    // `HEAD:./` fails in a repository that does not hold the content, whose log would be read in vain.
    let answer = match run(&content, &["rev-parse", "--is-shallow-repository", "HEAD", "HEAD:./"], None) {
        Ok(answer) => answer,
        // Where git answers anything at all, it is the content that it does not hold.
        Err(_) => return run(&content, &["rev-parse", "--is-shallow-repository"], None).map(|_| None).or_else(|trouble| gap(root, trouble)),
    };
    let answer = String::from_utf8_lossy(&answer);
    let mut lines = answer.lines();
    let shallow = lines.next() == Some("true");
    Ok(lines.next().map(|commit| Head { commit: commit.to_owned(), shallow }))
}

fn gap(root: &Path, trouble: Trouble) -> Result<Option<Head>, Gap> {
    match trouble {
        Trouble::NotStarted(_) if run::is_in_repository(root) => Err(Gap::NoGit),
        Trouble::NotStarted(_) => Ok(None),
        Trouble::Refused(words) if words.contains("dubious ownership") => Err(Gap::OtherOwner),
        Trouble::Refused(words) if words.contains("not a git repository (or any") && !run::is_in_repository(root) => Ok(None),
        Trouble::Refused(words) => {
            let line = words.lines().next().unwrap_or("").trim_start_matches("fatal: ");
            Err(Gap::Unreadable(line.to_owned()))
        }
    }
}
