//! The files of the editor in the folder `admin/`: which ones belong to it, and finding them.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::{Diagnostic, Place};
use crate::source::walk::{FoundFile, WalkResult, relative_path};
use crate::source::{ignore, symlink, walk};

/// The folder of the editor, below the root of the hub and of the site.
pub const EDITOR_FOLDER: &str = "admin";
/// The page that opens the editor.
pub const EDITOR_PAGE: &str = "admin/index.html";
/// The editor's description of collections and fields.
pub const EDITOR_CONFIG: &str = "admin/config.yml";
/// The editor itself.
pub const EDITOR_SCRIPT: &str = "admin/sveltia-cms.js";
/// Its licence, its fonts, and theirs.
pub const EDITOR_PARTS: [&str; 7] = [
    "admin/sveltia-cms.LICENSE.txt",
    "admin/source-sans-3.woff2",
    "admin/source-sans-3.LICENSE.txt",
    "admin/noto-mono.woff2",
    "admin/noto-mono.LICENSE.txt",
    "admin/material-symbols-outlined.woff2",
    "admin/material-symbols-outlined.LICENSE.txt",
];
/// The folder of its texts, with one file for each language: `nl.json`, `pt-BR.json`.
pub const EDITOR_LANGUAGES: &str = "admin/locales/";

/// Whether a path below the root is one of a file of the editor. Pages and scripts are no
/// attachments, so that these are told by their full names.
pub fn is_editor_file(path: &str) -> bool {
    let is_language = |path: &str| {
        let name = path.strip_prefix(EDITOR_LANGUAGES)?.strip_suffix(".json")?;
        let is_letter = |letter: u8| letter.is_ascii_alphabetic() || letter == b'-';
        Some(!name.is_empty() && name.bytes().all(is_letter))
    };
    [EDITOR_PAGE, EDITOR_CONFIG, EDITOR_SCRIPT].contains(&path)
        || EDITOR_PARTS.contains(&path)
        || is_language(path).unwrap_or(false)
}

/// Whether there is anything but empty folders at the editor's folder: a file, a link, or something
/// that cannot be looked at.
pub fn has_editor_files(root: &Path) -> bool {
    let entries =
        WalkDir::new(root.join(EDITOR_FOLDER)).follow_links(false).follow_root_links(false);
    entries.into_iter().any(|entry| match entry {
        Ok(entry) => !entry.file_type().is_dir(),
        Err(error) => error.io_error().is_none_or(|cause| cause.kind() != ErrorKind::NotFound),
    })
}

/// Lists the files of the editor, in path order; `root` is the hub's folder, links resolved. Follows
/// no link, and leaves out what does not belong to the editor.
pub fn walk_editor(root: &Path) -> WalkResult {
    let mut result = WalkResult::default();
    let entries = WalkDir::new(root.join(EDITOR_FOLDER))
        .max_depth(2)
        .follow_links(false)
        .follow_root_links(false);
    let is_visible = |entry: &DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(ignore::is_hidden)
    };
    for entry in entries.into_iter().filter_entry(is_visible) {
        match entry {
            Ok(entry) => visit_entry(&entry, root, &mut result),
            Err(error) => result.diagnostics.extend(walk::unreadable_folder(&error, root)),
        }
    }
    result.files.sort_unstable_by(|one: &FoundFile, other| one.path.cmp(&other.path));
    if !result.files.iter().any(|file| &*file.path == EDITOR_PAGE) {
        result.diagnostics.push(missing_editor());
    }
    result
}

/// Adds an entry of the folder to the files or to the problems; a folder to neither.
fn visit_entry(entry: &DirEntry, root: &Path, result: &mut WalkResult) {
    let path = relative_path(root, entry.path());
    let kind = entry.file_type();
    if kind.is_symlink() {
        result.diagnostics.push(
            symlink::symlink_warning(&path, "is not followed")
                .hint("the editor is published from ordinary files; put the file itself here"),
        );
    } else if kind.is_file() && is_editor_file(&path) {
        result.files.push(FoundFile { path, disk_path: entry.path().to_owned() });
    } else if kind.is_file() {
        result.diagnostics.push(other_file(&path));
    } else if !kind.is_dir() {
        result.diagnostics.push(walk::special_file(&path));
    }
}

/// The warning that the editor is to be published and is not there.
fn missing_editor() -> Diagnostic {
    Diagnostic::warning(
        "missing-content",
        Place::file(&Arc::from("site.toml")),
        format!("`[editor] publish` is on, and there is no `{EDITOR_PAGE}`"),
    )
    .hint("`casebook init --with-editor .` puts the editor there")
}

/// The warning for a file in the folder that does not belong to the editor.
fn other_file(path: &Arc<str>) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    Diagnostic::warning(
        "refused-attachment",
        Place::file(path),
        format!("`{name}` is no file of the editor; it is not published"),
    )
    .hint("move it out of `admin/`; files for readers belong beside records")
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out folders on the disk")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_the_editors_own_files_belong_to_it() {
        for path in [EDITOR_PAGE, "admin/locales/pt-BR.json", "admin/noto-mono.woff2"] {
            assert!(is_editor_file(path), "{path}");
        }
        for path in [
            "admin/other.js",
            "admin/INDEX.HTML",
            "admin/locales/.json",
            "admin/locales/../secret.json",
            "admin/locales/nl.js",
            "content/config.yml",
            "config.yml",
        ] {
            assert!(!is_editor_file(path), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_and_other_files_are_left_out() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap();
        let folder = root.join("admin/locales");
        fs::create_dir_all(&folder).unwrap();
        fs::write(root.join("secret"), "").unwrap();
        for name in ["index.html", "extra.js", ".hidden", "locales/nl.json"] {
            fs::write(root.join("admin").join(name), "").unwrap();
        }
        std::os::unix::fs::symlink(root.join("secret"), root.join("admin/config.yml")).unwrap();
        let found = walk_editor(&root);
        let paths: Vec<&str> = found.files.iter().map(|file| &*file.path).collect();
        assert_eq!(paths, ["admin/index.html", "admin/locales/nl.json"]);
        let mut codes: Vec<&str> = found.diagnostics.iter().map(|problem| problem.code).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["refused-attachment", "symbolic-link"]);
        fs::rename(root.join("admin"), root.join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(root.join("elsewhere"), root.join("admin")).unwrap();
        let found = walk_editor(&root);
        assert!(found.files.is_empty() && found.diagnostics.len() == 2, "{:?}", found.diagnostics);
        assert!(has_editor_files(&root));
    }
}
