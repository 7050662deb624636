//! Symbolic links: followed to files of the content folder that are read themselves, and nowhere else.

#![expect(clippy::disallowed_methods, reason = "this room reads the disk")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};
use crate::source::file_type::FileType;
use crate::source::ignore::Rules;
use crate::source::read;

/// The file that a link leads to, or why it is not followed; `content` is free of links itself. Under the name of the link a file is what
/// it is under its own: a record is read, and withheld, as a record; what is left out stays out.
pub fn follow(link: &Path, path: &Arc<str>, content: &Path, rules: &Rules) -> Result<PathBuf, Box<Diagnostic>> {
    let end = match fs::canonicalize(link) {
        Ok(end) => end,
        Err(cause) => return Err(Box::new(broken(path, &cause))),
    };
    if !end.starts_with(content) {
        let trouble = warning(path, "leads out of the content folder and is not followed").hint("copy the file into `content/`");
        return Err(Box::new(trouble));
    }
    if !end.is_file() {
        let trouble = warning(path, "leads to a folder and is not followed").hint("link to single files, or move the folder here");
        return Err(Box::new(trouble));
    }
    let below = end.strip_prefix(content).unwrap_or(&end);
    if below.ancestors().any(|path| rules.leave_out(path).is_some()) {
        return Err(Box::new(warning(path, "leads to a file that is left out and is not followed").hint("link to a file that is read itself")));
    }
    if FileType::of(&below.to_string_lossy()) != FileType::of(path) {
        let trouble = warning(path, "gives a file another kind of name and is not followed").hint("give the link the ending of the file it leads to");
        return Err(Box::new(trouble));
    }
    Ok(end)
}

/// Whether a folder that is to be read lies in the hub, links resolved.
pub fn leads_out(folder: &Path, root: &Path) -> bool {
    fs::canonicalize(folder).is_ok_and(|end| !end.starts_with(root))
}

fn broken(path: &Arc<str>, cause: &std::io::Error) -> Diagnostic {
    // `FilesystemLoop` is the error of a chain of links that ends nowhere.
    let what = if cause.kind() == std::io::ErrorKind::NotFound { "leads to nothing" } else { "cannot be followed" };
    warning(path, what).hint(format!("remove the link or mend its end ({})", read::plain(cause)))
}

fn warning(path: &Arc<str>, what: &str) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    Diagnostic::warning("symbolic-link", Place::file(path), format!("the symbolic link `{name}` {what}"))
}
