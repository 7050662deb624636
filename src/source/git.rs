//! Dates and authors of changes, from one pass over the git log.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::source::{Change, History};

/// Starts the header of a commit: no date can begin with it.
const COMMIT: u8 = 0x1e;
/// Stands between the fields of a header.
const FIELD: char = '\u{1f}';

/// What the history of a hub depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The newest commit.
    pub commit: String,
    /// Whether older commits are missing.
    pub shallow: bool,
}

/// Reads the history of `content/`: empty without git, without a repository, and for a shallow clone, never failing.
pub fn history(root: &Path) -> History {
    match head(root) {
        None => History::default(),
        Some(head) if head.shallow => History { shallow: true, ..History::default() },
        Some(_) => parse_log(&log(root)),
    }
}

/// The newest commit; nothing where git knows nothing of the content.
pub fn head(root: &Path) -> Option<Head> {
    // `HEAD:./content` fails in a repository that does not hold the content, whose log would be read in vain.
    let answer = git(root, &["rev-parse", "--is-shallow-repository", "HEAD", "HEAD:./content"])?;
    let answer = String::from_utf8(answer).ok()?;
    let mut lines = answer.lines();
    let shallow = lines.next()? == "true";
    Some(Head { commit: lines.next()?.to_owned(), shallow })
}

/// The log of `content/` in the form that `parse_log` reads; empty where there is none.
pub fn log(root: &Path) -> Vec<u8> {
    let format = format!("--format=tformat:%x{COMMIT:02x}%as%x{:02x}%aN", u32::from(FIELD));
    let arguments = ["log", "-z", "--relative", "--name-status", "--find-renames", "-l", "400", "--no-show-signature", &format];
    git(root, &[&arguments[..], &["HEAD", "--", "content"]].concat()).unwrap_or_default()
}

/// Runs git quietly: no pager, no network for partial clones, no question.
fn git(root: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new("git");
    command.arg("--no-pager").args(["-c", "core.fsmonitor=false", "-c", "i18n.logOutputEncoding=UTF-8"]);
    command.args(arguments).current_dir(root).stdin(Stdio::null()).stderr(Stdio::null());
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    let output = command.output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// Follows every file from its newest commit to its first, through renames.
pub fn parse_log(log: &[u8]) -> History {
    let mut files = Files::default();
    let mut day = Date::ZERO;
    let mut author = String::new();
    let mut tokens = log.split(|byte| *byte == 0).map(|token| token.strip_prefix(b"\n").unwrap_or(token));
    while let Some(token) = tokens.next() {
        match token {
            [COMMIT, header @ ..] => (day, author) = header_of(header),
            [b'R', ..] => {
                let (Some(old), Some(new)) = (tokens.next(), tokens.next()) else { break };
                files.touch(new, day, &author);
                files.rename(old, new);
            }
            // A copy begins a life of its own.
            [b'C', ..] => {
                let (Some(_), Some(new)) = (tokens.next(), tokens.next()) else { break };
                files.touch(new, day, &author);
            }
            [b'D', ..] => _ = tokens.next(),
            [_, ..] => {
                let Some(path) = tokens.next() else { break };
                files.touch(path, day, &author);
            }
            [] => {}
        }
    }
    History { changes: files.changes, shallow: false }
}

/// Changes by today's path, and today's path by an earlier one.
#[derive(Default)]
struct Files {
    changes: BTreeMap<String, Change>,
    renamed: FxHashMap<String, String>,
}

impl Files {
    /// Commits come newest first, so the first touch is the last change.
    fn touch(&mut self, path: &[u8], day: Date, author: &str) {
        let path = String::from_utf8_lossy(path);
        let path: &str = self.renamed.get(&*path).map_or(&path, |now| now);
        if let Some(change) = self.changes.get_mut(path) {
            change.created = change.created.min(day);
            change.updated = change.updated.max(day);
            if !change.authors.iter().any(|known| known == author) {
                change.authors.push(author.to_owned());
            }
        } else {
            let change = Change { created: day, updated: day, authors: vec![author.to_owned()] };
            self.changes.insert(path.to_owned(), change);
        }
    }

    /// Older commits speak of `old` where they mean what is called `new` since.
    fn rename(&mut self, old: &[u8], new: &[u8]) {
        let new = String::from_utf8_lossy(new).into_owned();
        let now = self.renamed.remove(&new).unwrap_or(new);
        self.renamed.insert(String::from_utf8_lossy(old).into_owned(), now);
    }
}

/// The day and the author of a commit; an address instead of a name is cut before its `@`.
fn header_of(header: &[u8]) -> (Date, String) {
    let header = String::from_utf8_lossy(header);
    let (day, author) = header.split_once(FIELD).unwrap_or((&header, ""));
    let name = author.split('@').next().unwrap_or(author).trim();
    (day.parse().unwrap_or(Date::ZERO), name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_history_through_a_rename() {
        let log = "\u{1e}2026-03-02\u{1f}Hub\0\nM\0content/b.md\0\u{1e}2026-02-01\u{1f}team@example.org\0\nR100\0content/á b.md\0content/b.md\0\
                   \u{1e}2026-01-01\u{1f}Team A\0\nA\0content/á b.md\0A\0content/k.md\0";
        let history = parse_log(log.as_bytes());
        let change = &history.changes["content/b.md"];
        assert_eq!((change.created.to_string(), change.updated.to_string()), ("2026-01-01".into(), "2026-03-02".into()));
        assert_eq!(change.authors, ["Hub", "team", "Team A"]);
        assert_eq!(history.changes.len(), 2);
    }
}
