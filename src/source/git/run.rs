//! Running git: quietly, on the hub's own repository, whoever started this program.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why git did not answer.
#[derive(Debug)]
pub(in crate::source) enum Trouble {
    /// It cannot be started.
    NotStarted(io::Error),
    /// It said no, in these words.
    Refused(String),
}

/// What git writes when it is asked something in a folder; `input` is what it reads.
pub(in crate::source) fn run(folder: &Path, arguments: &[&str], input: Option<String>) -> Result<Vec<u8>, Trouble> {
    let mut command = command(folder);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().map_err(Trouble::NotStarted)?;
    // Git answers while it is being asked, so the questions come from a thread of their own.
    let asking = child.stdin.take().zip(input).map(|(mut pipe, input)| std::thread::spawn(move || pipe.write_all(input.as_bytes())));
    let output = child.wait_with_output().map_err(Trouble::NotStarted)?;
    if let Some(asking) = asking {
        asking.join().unwrap_or(Ok(())).map_err(Trouble::NotStarted)?;
    }
    if output.status.success() { Ok(output.stdout) } else { Err(Trouble::Refused(String::from_utf8_lossy(&output.stderr).into_owned())) }
}

/// By these git tells its hooks which repository, index and objects it is at work on, which need not be the hub's.
const OF_ANOTHER_RUN: [&str; 17] = [
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

/// Git without a pager, without the network for partial clones, without questions, in English, and whatever the user has configured.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-pager").args(["-c", "core.fsmonitor=false", "-c", "i18n.logOutputEncoding=UTF-8", "-c", "log.showRoot=true"]);
    command.current_dir(folder);
    for name in OF_ANOTHER_RUN {
        command.env_remove(name);
    }
    if let Some((repository, tree)) = stated_repository(folder) {
        command.env("GIT_DIR", repository).env("GIT_WORK_TREE", tree);
    }
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    command
}

/// The repository and working tree that the environment states, where they are the hub's: nothing else leads from the folder to one.
fn stated_repository(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let stated = |name: &str| std::path::absolute(std::env::var_os(name)?).ok();
    let (repository, tree) = (stated("GIT_DIR")?, stated("GIT_WORK_TREE")?);
    (folder.starts_with(&tree) && !is_in_repository(folder)).then_some((repository, tree))
}

/// Whether a folder or one above it is the top of a working tree.
pub(super) fn is_in_repository(folder: &Path) -> bool {
    folder.ancestors().any(|folder| folder.join(".git").exists())
}
