//! Symbolic links in the content folder, which are followed only to other files of it.

#![expect(clippy::disallowed_methods, reason = "this module reads the disk")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};
use crate::source::file_type::FileType;
use crate::source::ignore::IgnoreRules;
use crate::source::io_error::error_text;

/// The target of a link. `content` is the content folder, links resolved; the target must be a file
/// in it that no rule excludes and that has the same type by both names, so that a link cannot
/// publish what is withheld.
///
/// # Errors
/// A warning why the link is not followed.
pub fn resolve_symlink(
    link: &Path,
    path: &Arc<str>,
    content: &Path,
    rules: &IgnoreRules,
) -> Result<PathBuf, Box<Diagnostic>> {
    let target = match fs::canonicalize(link) {
        Ok(target) => target,
        Err(cause) => return Err(Box::new(broken_link(path, &cause))),
    };
    if !target.starts_with(content) {
        let warning = symlink_warning(path, "leads out of the content folder and is not followed")
            .hint("copy the file into `content/`");
        return Err(Box::new(warning));
    }
    if !target.is_file() {
        let warning = symlink_warning(path, "leads to a folder and is not followed")
            .hint("link to single files, or move the folder here");
        return Err(Box::new(warning));
    }
    let target_path = target.strip_prefix(content).unwrap_or(&target);
    if target_path.ancestors().any(|path| rules.ignore_reason(path).is_some()) {
        return Err(Box::new(
            symlink_warning(path, "leads to a file that is left out and is not followed")
                .hint("link to a file that is read itself"),
        ));
    }
    if FileType::from_path(&target_path.to_string_lossy()) != FileType::from_path(path) {
        let warning =
            symlink_warning(path, "gives a file another kind of name and is not followed")
                .hint("give the link the ending of the file it leads to");
        return Err(Box::new(warning));
    }
    Ok(target)
}

/// Whether a folder, links resolved, lies outside of the root folder.
pub fn is_outside(folder: &Path, root: &Path) -> bool {
    fs::canonicalize(folder).is_ok_and(|target| !target.starts_with(root))
}

/// The warning for a link that leads to nothing or in a circle.
fn broken_link(path: &Arc<str>, cause: &std::io::Error) -> Diagnostic {
    // A cycle of links is another error than `NotFound`.
    let problem = if cause.kind() == std::io::ErrorKind::NotFound {
        "leads to nothing"
    } else {
        "cannot be followed"
    };
    symlink_warning(path, problem)
        .hint(format!("remove the link or mend its end ({})", error_text(cause)))
}

/// The warning for a link that is not followed; `problem` follows its name in the message.
pub fn symlink_warning(path: &Arc<str>, problem: &str) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    Diagnostic::warning(
        "symbolic-link",
        Place::file(path),
        format!("the symbolic link `{name}` {problem}"),
    )
}
