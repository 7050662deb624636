//! What a file below `content/` is, by its name: the one place that says so.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};

/// Ends of the names of records, in lower case.
const RECORDS: &[&str] = &["md", "mdx", "markdown", "mdown", "mkd", "mkdn"];

/// Ends of the names of vocabularies and other data, in lower case.
const DATA: &[&str] = &["yaml", "yml"];

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileType {
    /// Markdown with front matter.
    Record,
    /// YAML.
    Data,
    /// Anything else: published beside its record.
    Attachment,
    /// What an editor, a merge, a sync tool or an office program has left behind: never published.
    Leftover,
}

impl FileType {
    /// The type of a path, in whatever case its name is written.
    pub fn of(path: &str) -> FileType {
        let written = path.rsplit('/').next().unwrap_or(path);
        let name = written.to_lowercase();
        if is_leftover(&name) || is_merge_side(written) {
            return FileType::Leftover;
        }
        match name.rsplit_once('.') {
            Some((_, end)) if RECORDS.contains(&end) => FileType::Record,
            Some((_, end)) if DATA.contains(&end) => FileType::Data,
            _ => FileType::Attachment,
        }
    }

    /// Whether it is read as text.
    pub fn is_text(self) -> bool {
        matches!(self, FileType::Record | FileType::Data)
    }
}

/// The path of a record without the end of its name; nothing where it is no record.
pub fn without_extension(path: &str) -> Option<&str> {
    (FileType::of(path) == FileType::Record).then(|| path.rsplit_once('.').map_or(path, |(stem, _)| stem))
}

/// Ends of names that programs give to copies of what they work on.
const LEFTOVER_ENDS: &[&str] = &[
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

/// Whole names of files that systems lay into every folder.
const LEFTOVER_NAMES: &[&str] = &["thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "nohup.out", "core"];

/// Parts of names by which sync tools mark the second copy of a file that was changed in two places.
const CONFLICTS: &[&str] = &[
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

/// Parts of names, in capitals, that `git mergetool` gives to the sides of a merge, a number behind them.
const MERGE_SIDES: &[&str] = &["_BACKUP_", "_BASE_", "_LOCAL_", "_REMOTE_"];

fn is_merge_side(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    MERGE_SIDES.iter().any(|side| stem.rsplit_once(side).is_some_and(|(_, number)| is_number(number)))
}

/// `plan-conflict-20260501-120000.md`, as some sync tools name the second copy.
fn is_dated_conflict(stem: &str) -> bool {
    let behind = ["-conflict-", "_conflict-"].iter().find_map(|mark| stem.rsplit_once(mark)).map(|(_, behind)| behind);
    behind.and_then(|behind| behind.get(..8)).is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a name, in lower case, is that of a leftover.
fn is_leftover(name: &str) -> bool {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    // `report.md.r42`, as Subversion names the sides of a merge.
    let is_revision = || stem.contains('.') && end.strip_prefix('r').is_some_and(is_number);
    name.ends_with('~')
        || name.starts_with("~$")
        || name.starts_with(".~")
        || name.starts_with('#') && name.ends_with('#')
        || end.ends_with('#')
        || LEFTOVER_ENDS.contains(&end)
        || end.starts_with("~") && end.ends_with("~")
        || LEFTOVER_NAMES.contains(&name)
        || CONFLICTS.iter().any(|part| name.contains(part))
        || is_dated_conflict(stem)
        || is_revision()
}

/// Tells that a leftover is not published.
pub fn leftover(path: &Arc<str>) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    let message =
        format!("`{}` looks like what an editor, a merge, a sync tool or an office program leaves behind; it is not published", name.escape_debug());
    Diagnostic::warning("leftover-file", Place::file(path), message).hint("delete it; if it belongs to a record, give it another name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_records_in_every_case() {
        for name in ["a.md", "REPORT.MD", "Idea.Markdown", "b.mdx", "c.MkD"] {
            assert_eq!(FileType::of(&format!("content/ideas/{name}")), FileType::Record, "{name}");
        }
        for name in ["channel-conflict-study.md", "summer_local_2024.md", "loyalty_base_2025.md", "x_remote_2026.md"] {
            assert_eq!(FileType::of(name), FileType::Record, "{name}");
        }
        assert_eq!(FileType::of("plan-conflict-20260501-120000.md"), FileType::Leftover);
        assert_eq!(without_extension("content/ideas/REPORT.MD"), Some("content/ideas/REPORT"));
        assert_eq!(FileType::of("content/vocabulary/teams.YAML"), FileType::Data);
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
            assert_eq!(FileType::of(name), FileType::Attachment, "{name}");
        }
    }

    #[test]
    fn leftovers_are_known_by_their_names() {
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
            assert_eq!(FileType::of(&format!("content/case-studies/de/{name}")), FileType::Leftover, "{name}");
        }
    }
}
