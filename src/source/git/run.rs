//! Running git without prompts, on the repository of the hub, whatever environment this program was
//! started in.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why git gave no output.
#[derive(Debug)]
pub(in crate::source) enum GitError {
    /// The program cannot be started, or its pipes failed.
    NotStarted(io::Error),
    /// It exited with an error; holds its standard error.
    Failed(String),
}

/// Runs git in a folder with `input` as its standard input, and returns its standard output; an
/// exit code other than 0 is an error.
pub(in crate::source) fn run(
    folder: &Path,
    arguments: &[&str],
    input: Option<String>,
) -> Result<Vec<u8>, GitError> {
    let mut command = git_command(folder);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().map_err(GitError::NotStarted)?;
    // Git writes output while it still reads input, so input is written on another thread;
    // otherwise both pipes could fill up and block.
    let writer = child
        .stdin
        .take()
        .zip(input)
        .map(|(mut pipe, input)| std::thread::spawn(move || pipe.write_all(input.as_bytes())));
    let output = child.wait_with_output().map_err(GitError::NotStarted)?;
    if let Some(writer) = writer {
        writer.join().unwrap_or(Ok(())).map_err(GitError::NotStarted)?;
    }
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(GitError::Failed(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// Variables that git sets for its hooks, which name a repository, index and objects that need not
/// be those of the hub.
const HOOK_VARIABLES: [&str; 17] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
];

/// A git command without pager, network access for partial clones, prompts, and user configuration
/// that changes its output; in English.
fn git_command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-pager").args([
        "-c",
        "core.fsmonitor=false",
        "-c",
        "i18n.logOutputEncoding=UTF-8",
        "-c",
        "log.showRoot=true",
    ]);
    command.current_dir(folder);
    for name in HOOK_VARIABLES {
        command.env_remove(name);
    }
    if let Some((repository, tree)) = repository_from_environment(folder) {
        command.env("GIT_DIR", repository).env("GIT_WORK_TREE", tree);
    }
    command
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C");
    command
}

/// `GIT_DIR` and `GIT_WORK_TREE` of the environment, if the folder is in that working tree and in
/// no repository that git would find.
fn repository_from_environment(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let path_of = |name: &str| std::path::absolute(std::env::var_os(name)?).ok();
    let (repository, tree) = (path_of("GIT_DIR")?, path_of("GIT_WORK_TREE")?);
    (folder.starts_with(&tree) && !is_in_repository(folder)).then_some((repository, tree))
}

/// Whether a folder or one of its ancestors has a `.git`.
pub(super) fn is_in_repository(folder: &Path) -> bool {
    folder.ancestors().any(|folder| folder.join(".git").exists())
}
