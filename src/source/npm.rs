//! Fetching a package of the npm registry with `npm`, which knows the proxies and mirrors of its
//! user.

use std::io::ErrorKind;
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::source::read_argument_bytes;

/// The program, by the name that the system finds it by.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Why a package could not be fetched.
#[derive(Debug)]
pub enum FetchError {
    /// There is no npm on this machine.
    NoNpm,
    /// npm could not fetch it, or the disk could not be used; the last words of npm are the cause.
    Failed(Error),
}

/// The bytes of the archive (`.tgz`) of a package, `name@version`. Nothing of the package is run,
/// and nothing stays on the disk.
///
/// # Errors
/// There is no npm, it cannot fetch the package, or there is no room for it.
pub fn fetch_package(package: &str) -> std::result::Result<Vec<u8>, FetchError> {
    fetch_package_with(NPM, package)
}

/// Like [`fetch_package`], with the name or path of the program.
fn fetch_package_with(npm: &str, package: &str) -> std::result::Result<Vec<u8>, FetchError> {
    let to_failure =
        |cause| FetchError::Failed(Error::because(format!("npm cannot fetch `{package}`"), cause));
    let folder = tempfile::tempdir().map_err(to_failure)?;
    let mut command = Command::new(npm);
    command
        .args([
            "pack",
            package,
            "--ignore-scripts",
            "--silent",
            "--prefer-offline",
            "--fetch-retries=1",
            "--pack-destination",
        ])
        .arg(folder.path())
        // A package.json of the hub must not have a say in it.
        .current_dir(folder.path())
        .stdin(Stdio::null());
    let output = command.output().map_err(|cause| match cause.kind() {
        ErrorKind::NotFound => FetchError::NoNpm,
        _ => to_failure(cause),
    })?;
    let name = String::from_utf8_lossy(&output.stdout).trim().lines().last().map(str::to_owned);
    let is_plain = |name: &String| !name.is_empty() && !name.contains(['/', '\\']);
    match name.filter(|name| output.status.success() && is_plain(name)) {
        Some(name) => read_argument_bytes(&folder.path().join(name)).map_err(FetchError::Failed),
        None => Err(to_failure(std::io::Error::other(last_words(&output.stderr)))),
    }
}

/// The last lines that a program wrote about its failure, on one line.
fn last_words(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match &lines[lines.len().saturating_sub(3)..] {
        [] => "it gave no reason; look whether this machine reaches the registry".to_owned(),
        lines => lines.join("; "),
    }
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "tests write programs to the disk")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Runs a shell script in the place of npm.
    fn fetch_with_script(script: &str) -> std::result::Result<Vec<u8>, FetchError> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("npm");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        fetch_package_with(program.to_str().unwrap(), "thing@1.2.3")
    }

    #[test]
    fn the_archive_is_read_from_where_npm_put_it() {
        let script = "for last; do :; done; echo \"$1 $2\" > \"$last/thing.tgz\"; echo thing.tgz";
        assert_eq!(fetch_with_script(script).unwrap(), b"pack thing@1.2.3\n");
    }

    #[test]
    fn failures_say_what_npm_said() {
        let FetchError::Failed(error) =
            fetch_with_script("echo 'no such host' >&2; exit 1").unwrap_err()
        else {
            panic!("npm is there")
        };
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        let text = format!("{error} {}", cause.unwrap_or_default());
        assert!(text.contains("thing@1.2.3") && text.contains("no such host"), "{text}");
        assert!(matches!(fetch_with_script("echo ../../secret"), Err(FetchError::Failed(_))));
        assert!(matches!(
            fetch_package_with("/no/such/program", "thing@1.2.3"),
            Err(FetchError::NoNpm)
        ));
    }
}
