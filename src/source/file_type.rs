//! The type of a file below `content/`, decided here alone and by its name.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};

/// File extensions of records, in lower case.
const RECORD_EXTENSIONS: &[&str] = &["md", "mdx", "markdown", "mdown", "mkd", "mkdn"];

/// File extensions of vocabularies and other data, in lower case.
const DATA_EXTENSIONS: &[&str] = &["yaml", "yml"];

/// The type of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileType {
    /// Markdown with front matter.
    Record,
    /// YAML, such as a vocabulary.
    Data,
    /// Anything else: published beside its record.
    Attachment,
    /// A backup, lock or conflict copy of an editor, a merge, a sync tool or an office program:
    /// never published.
    Leftover,
}

impl FileType {
    /// The type of a path; the case of the name does not matter.
    pub fn from_path(path: &str) -> FileType {
        let file_name = path.rsplit('/').next().unwrap_or(path);
        let name = file_name.to_lowercase();
        if is_leftover(&name) || is_merge_file(file_name) {
            return FileType::Leftover;
        }
        match name.rsplit_once('.') {
            Some((_, extension)) if RECORD_EXTENSIONS.contains(&extension) => FileType::Record,
            Some((_, extension)) if DATA_EXTENSIONS.contains(&extension) => FileType::Data,
            _ => FileType::Attachment,
        }
    }

    /// Whether files of this type are read as text.
    pub fn is_text(self) -> bool {
        matches!(self, FileType::Record | FileType::Data)
    }
}

/// The path of a record without its extension; none if the file is not a record.
pub fn without_extension(path: &str) -> Option<&str> {
    (FileType::from_path(path) == FileType::Record)
        .then(|| path.rsplit_once('.').map_or(path, |(stem, _)| stem))
}

/// File extensions that programs give to backups and temporary copies.
const LEFTOVER_EXTENSIONS: &[&str] = &[
    "bak",
    "backup",
    "bkp",
    "orig",
    "rej",
    "swp",
    "swo",
    "swn",
    "swx",
    "save",
    "autosave",
    "tmp",
    "temp",
    "part",
    "partial",
    "crdownload",
    "download",
    "mine",
    "theirs",
    "old",
    "lock",
    "lck",
];

/// Whole names of files that operating systems create in any folder.
const LEFTOVER_NAMES: &[&str] = &[
    "thumbs.db",
    "ehthumbs.db",
    "ehthumbs_vista.db",
    "desktop.ini",
    "icon\r",
    "nohup.out",
    "core",
];

/// Parts of names by which sync tools mark a conflict copy.
const CONFLICT_MARKERS: &[&str] = &[
    "conflicted copy",
    "conflict copy",
    "(conflict",
    "[conflict",
    ".sync-conflict-",
    "in konflikt stehende kopie",
    "copie en conflit",
    "copia en conflicto",
    "cópia em conflito",
    "conflicterende kopie",
    "conflictexemplaar",
    "(case conflict",
    "競合コピー",
];

/// Parts of names, in capitals, that `git mergetool` gives to the versions of a merge, followed by
/// a number.
const MERGE_MARKERS: &[&str] = &["_BACKUP_", "_BASE_", "_LOCAL_", "_REMOTE_"];

/// Whether a name, case included, is that of a file of `git mergetool`.
fn is_merge_file(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    MERGE_MARKERS
        .iter()
        .any(|marker| stem.rsplit_once(marker).is_some_and(|(_, number)| is_digits(number)))
}

/// Whether a stem is that of a dated conflict copy: `plan-conflict-20260501-120000`.
fn is_dated_conflict(stem: &str) -> bool {
    let date = ["-conflict-", "_conflict-"]
        .iter()
        .find_map(|marker| stem.rsplit_once(marker))
        .map(|(_, date)| date);
    date.and_then(|date| date.get(..8)).is_some_and(is_digits)
}

/// Whether a text is one or more ASCII digits.
fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a lower-case name is that of a leftover.
fn is_leftover(name: &str) -> bool {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    // Subversion names the versions of a merge `report.md.r42`.
    let is_revision = || stem.contains('.') && extension.strip_prefix('r').is_some_and(is_digits);
    name.ends_with('~')
        || name.starts_with("~$")
        || name.starts_with(".~")
        || name.starts_with('#') && name.ends_with('#')
        || extension.ends_with('#')
        || LEFTOVER_EXTENSIONS.contains(&extension)
        || extension.starts_with("~") && extension.ends_with("~")
        || LEFTOVER_NAMES.contains(&name)
        || CONFLICT_MARKERS.iter().any(|marker| name.contains(marker))
        || is_dated_conflict(stem)
        || is_revision()
}

/// The warning that a leftover is not published.
pub fn leftover_file(path: &Arc<str>) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    let message = format!(
        "`{}` looks like what an editor, a merge, a sync tool or an office program leaves behind; it is not published",
        name.escape_debug()
    );
    Diagnostic::warning("leftover-file", Place::file(path), message)
        .hint("delete it; if it belongs to a record, give it another name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_match_in_any_case() {
        for name in ["a.md", "REPORT.MD", "Idea.Markdown", "b.mdx", "c.MkD"] {
            assert_eq!(
                FileType::from_path(&format!("content/ideas/{name}")),
                FileType::Record,
                "{name}"
            );
        }
        for name in [
            "channel-conflict-study.md",
            "summer_local_2024.md",
            "loyalty_base_2025.md",
            "x_remote_2026.md",
        ] {
            assert_eq!(FileType::from_path(name), FileType::Record, "{name}");
        }
        assert_eq!(FileType::from_path("plan-conflict-20260501-120000.md"), FileType::Leftover);
        assert_eq!(without_extension("content/ideas/REPORT.MD"), Some("content/ideas/REPORT"));
        assert_eq!(FileType::from_path("content/vocabulary/teams.YAML"), FileType::Data);
        for name in [
            "a.png",
            "deck.pptx",
            "md",
            "notes.md.png",
            "core-values.pdf",
            "old-poster.jpg",
            "conflict-of-interest.pdf",
            "summer_local_2024.pdf",
            "plan_base_.pdf",
        ] {
            assert_eq!(FileType::from_path(name), FileType::Attachment, "{name}");
        }
    }

    #[test]
    fn leftovers_are_recognised_by_name() {
        let names = [
            "plan.md~",
            "plan.md.bak",
            "plan.md.BAK",
            "plan.orig",
            "plan.md.rej",
            "plan.md.swp",
            "plan.md.save",
            "#plan.md#",
            "~$deck.pptx",
            "Thumbs.db",
            "desktop.ini",
            "plan (Anna's conflicted copy 2026-05-01).md",
            "plan.sync-conflict-20260501-120000-ABCDEF.md",
            "plan_BACKUP_1234.md",
            "plan_REMOTE_77.md",
            "plan.md.mine",
            "plan.md.r42",
            "plan.md.tmp",
            "plan.md.~1~",
            "deck.pptx.crdownload",
            "plan (In Konflikt stehende Kopie von Team).md",
        ];
        for name in names {
            assert_eq!(
                FileType::from_path(&format!("content/case-studies/de/{name}")),
                FileType::Leftover,
                "{name}"
            );
        }
    }
}
