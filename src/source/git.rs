//! Dates and authors of changes from `git log` over the content, and the days on which fields
//! changed.

use std::path::Path;

use crate::source::{History, HistoryGap};

mod log;
pub(super) mod run;

use log::{COMMIT_MARK, FIELD_MARK, FIELD_SEPARATOR, PREFIX_MARK};
use run::{GitError, run};

/// The state of the repository that the history of a hub depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Hash of the checked-out commit.
    pub commit: String,
    /// Whether the clone is shallow, so that older commits are missing.
    pub is_shallow: bool,
}

/// Reads the history of `content/`. It is empty without git, without a repository, or if no commit
/// contains the content; if git fails or the clone is shallow, its `gap` says so. `fields` are the
/// names of the fields of front matter whose changes are looked for.
pub fn read_history(root: &Path, fields: &[&str]) -> History {
    match find_head(root) {
        Ok(None) => History::default(),
        Ok(Some(head)) => match read_log(root, fields) {
            Some(log) if head.is_shallow => {
                History { gap: Some(HistoryGap::Shallow), files: log::parse_histories(&log, true) }
            }
            Some(log) => parse_log(&log),
            None => History {
                gap: Some(HistoryGap::Unreadable("its log cannot be read".to_owned())),
                ..History::default()
            },
        },
        Err(gap) => History { gap: Some(gap), ..History::default() },
    }
}

/// The checked-out commit; none if git does not track the content or cannot read the repository.
pub fn read_head(root: &Path) -> Option<Head> {
    find_head(root).ok().flatten()
}

/// The name that git signs commits with in the hub; none where it has none, or git is missing.
pub fn read_user_name(root: &Path) -> Option<String> {
    let name = run(root, &["config", "--get", "user.name"], None).ok()?;
    Some(String::from_utf8_lossy(&name).trim().to_owned()).filter(|name| !name.is_empty())
}

/// The log of `content/` in the form that [`parse_log`] reads, with the commits that changed the
/// line of one of `fields`; none if git fails.
pub fn read_log(root: &Path, fields: &[&str]) -> Option<Vec<u8>> {
    let content = content_folder(root);
    let query = |arguments: &[&str]| run(&content, arguments, None).ok();
    // Children come before parents, merges list only what differs from every parent, and -z leaves
    // names unquoted. Git lists the paths of merges from the top of the repository in any case, so
    // all other paths are requested in the same form.
    let format = format!(
        "--format=tformat:%x{COMMIT_MARK:02x}%as%x{:02x}%P%x{:02x}%aN",
        u32::from(FIELD_SEPARATOR),
        u32::from(FIELD_SEPARATOR)
    );
    let arguments = [
        "log",
        "-z",
        "--date-order",
        "-c",
        "--no-relative",
        "--name-status",
        "--find-renames",
        "-l",
        "400",
        "--no-show-signature",
    ];
    let mut log = vec![PREFIX_MARK];
    log.extend_from_slice(query(&["rev-parse", "--show-prefix"])?.trim_ascii_end());
    log.push(0);
    log.extend(query(&["ls-tree", "-r", "-z", "--name-only", "--full-name", "HEAD", "."])?);
    // Git compares contents only for the watched fields, one run for each beside the whole log,
    // because a log with all differences would repeat every text of the hub.
    let patterns: Vec<String> = fields.iter().map(|field| format!("-G^{field}:")).collect();
    let history = |pattern: Option<&str>| {
        let selected: Vec<&str> =
            pattern.map(|pattern| [pattern, "--no-textconv"]).into_iter().flatten().collect();
        let rest = ["--no-color", &format, "HEAD", "--", "."];
        query(&[&arguments[..], &selected[..], &rest[..]].concat())
    };
    let (changes, all) = std::thread::scope(|scope| {
        let history = &history;
        let runs: Vec<_> =
            patterns.iter().map(|pattern| scope.spawn(move || history(Some(pattern)))).collect();
        let all = history(None);
        (runs.into_iter().map(|run| run.join().ok().flatten()).collect::<Vec<_>>(), all)
    });
    for (field, changes) in fields.iter().zip(changes) {
        log.push(FIELD_MARK);
        log.extend_from_slice(field.as_bytes());
        log.push(0);
        log.extend(changes?);
    }
    log.extend([FIELD_MARK, 0]);
    log.extend(all?);
    Some(log)
}

/// Parses the log that [`read_log`] returns in a clone that is not shallow, so without a gap.
pub fn parse_log(log: &[u8]) -> History {
    History { files: log::parse_histories(log, false), gap: None }
}

/// The working folder of git: the content folder, which may be a repository itself.
fn content_folder(root: &Path) -> std::path::PathBuf {
    root.join("content")
}

/// The checked-out commit; none if git does not track the content.
///
/// # Errors
/// When there is a repository that git cannot read.
fn find_head(root: &Path) -> Result<Option<Head>, HistoryGap> {
    let content = content_folder(root);
    if !content.is_dir() {
        return Ok(None);
    }
    // `HEAD:./` fails in a repository without the content, whose log need not be read.
    let output =
        match run(&content, &["rev-parse", "--is-shallow-repository", "HEAD", "HEAD:./"], None) {
            Ok(output) => output,
            // If git answers this shorter question, the repository is readable and only the content
            // is missing.
            Err(_) => {
                return run(&content, &["rev-parse", "--is-shallow-repository"], None)
                    .map(|_| None)
                    .or_else(|error| to_gap(root, error));
            }
        };
    let output = String::from_utf8_lossy(&output);
    let mut lines = output.lines();
    let is_shallow = lines.next() == Some("true");
    Ok(lines.next().map(|commit| Head { commit: commit.to_owned(), is_shallow }))
}

/// A failure of git as a gap of the history; no error if there is no repository.
fn to_gap(root: &Path, error: GitError) -> Result<Option<Head>, HistoryGap> {
    match error {
        GitError::NotStarted(_) if run::is_in_repository(root) => Err(HistoryGap::NoGit),
        GitError::NotStarted(_) => Ok(None),
        GitError::Failed(message) if message.contains("dubious ownership") => {
            Err(HistoryGap::OtherOwner)
        }
        GitError::Failed(message)
            if message.contains("not a git repository (or any") && !run::is_in_repository(root) =>
        {
            Ok(None)
        }
        GitError::Failed(message) => {
            let line = message.lines().next().unwrap_or("").trim_start_matches("fatal: ");
            Err(HistoryGap::Unreadable(line.to_owned()))
        }
    }
}
