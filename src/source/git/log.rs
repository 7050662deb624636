//! Parsing the git log of the content into days and authors of each file.

use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::source::{FileHistory, to_nfc};

/// First byte of the header of a commit; no path begins with it.
pub(super) const COMMIT_MARK: u8 = 0x1e;
/// First byte of the token with the path of the content folder in its repository.
pub(super) const PREFIX_MARK: u8 = 0x1d;
/// First byte of the token that begins the part of the log with the commits that changed the line
/// of one field of front matter, whose name follows; without a name it begins the part with all
/// commits.
pub(super) const FIELD_MARK: u8 = 0x1c;
/// Separates the fields of a commit header.
pub(super) const FIELD_SEPARATOR: char = '\u{1f}';

/// The history of every current file by its path below `content/`, from its newest commit to its
/// first. Renames are followed; an older file that once had the same name is not part of it.
///
/// The log holds the prefix of the content folder, the paths of the newest commit, for each watched
/// field the commits that changed its line, then each commit
/// from new to old: its header and pairs of action and path, all separated by zero bytes. In a
/// shallow clone the oldest commits seem to add every file at once, so they tell neither days nor
/// authors.
pub(super) fn parse_histories(log: &[u8], is_shallow: bool) -> BTreeMap<String, FileHistory> {
    let mut builder = HistoryBuilder::default();
    let mut commit = Commit::default();
    let mut newest_boundary: Option<Date> = None;
    let mut prefix: &[u8] = b"";
    let (mut field, mut field_changes) = (String::new(), FieldChanges::default());
    let mut tokens = log
        .split(|byte| *byte == 0)
        .map(|token| token.strip_prefix(b"\n").unwrap_or(token))
        .filter(|token| !token.is_empty());
    while let Some(token) = tokens.next() {
        let action = match token {
            [PREFIX_MARK, path @ ..] => {
                prefix = path;
                continue;
            }
            [FIELD_MARK, name @ ..] => {
                field = String::from_utf8_lossy(name).into_owned();
                continue;
            }
            [COMMIT_MARK, header @ ..] => {
                commit = Commit::parse(header);
                commit.field_changes = if field.is_empty() {
                    field_changes.0.get(header).cloned().unwrap_or_default()
                } else {
                    field_changes.begin(header);
                    Rc::default()
                };
                commit.is_boundary = is_shallow && commit.is_root;
                newest_boundary =
                    newest_boundary.max(Some(commit.day).filter(|_| commit.is_boundary));
                continue;
            }
            _ if commit.day == Date::ZERO => {
                builder.head_paths.insert(relative_path(prefix, token));
                continue;
            }
            action => action,
        };
        let Some(path) = tokens.next().map(|path| relative_path(prefix, path)) else { break };
        if !field.is_empty() {
            let is_move = matches!(action, [b'R' | b'C', b'0'..=b'9', ..]);
            let new = if is_move { tokens.next() } else { None };
            let path = new.map_or(path, |path| relative_path(prefix, path));
            field_changes.add(path, &field);
            continue;
        }
        match action {
            [b'R' | b'C', b'0'..=b'9', ..] => {
                let Some(new) = tokens.next().map(|path| relative_path(prefix, path)) else {
                    break;
                };
                builder.record_change(&new, &commit);
                if action[0] == b'R' {
                    builder.record_rename(path, new)
                } else {
                    builder.record_addition(new)
                }
            }
            _ if commit.is_boundary => {}
            action if action.iter().all(|letter| *letter == b'D') => builder.record_deletion(path),
            action => {
                builder.record_change(&path, &commit);
                if action.iter().all(|letter| *letter == b'A') {
                    builder.record_addition(path);
                }
            }
        }
    }
    builder.finish(is_shallow, newest_boundary)
}

/// The NFC form of a path below the prefix; git keeps the form that the system of the committer
/// used.
fn relative_path(prefix: &[u8], path: &[u8]) -> String {
    to_nfc(&String::from_utf8_lossy(path.strip_prefix(prefix).unwrap_or(path))).into_owned()
}

/// Names of the fields whose line a commit changed, by the path of the file in that commit.
type FieldsByPath = FxHashMap<String, Vec<String>>;

/// The changes of watched fields by the header of their commit. Two commits of one author, day and
/// parent share a header, which only adds a day that the file changed on anyway.
#[derive(Default)]
struct FieldChanges<'l>(FxHashMap<&'l [u8], Rc<FieldsByPath>>, &'l [u8]);

impl<'l> FieldChanges<'l> {
    /// Makes a commit the one to which changes are added.
    fn begin(&mut self, header: &'l [u8]) {
        self.1 = header;
    }

    /// Adds that the commit at hand changed the line of a field in the file at this path.
    fn add(&mut self, path: String, field: &str) {
        let paths = self.0.entry(self.1).or_default();
        Rc::make_mut(paths).entry(path).or_default().push(field.to_owned());
    }
}

/// The header of a commit.
#[derive(Default)]
struct Commit {
    day: Date,
    author: String,
    is_root: bool,
    /// Watched fields that it changed.
    field_changes: Rc<FieldsByPath>,
    /// Whether it is the boundary of a shallow clone, so that its parents are missing.
    is_boundary: bool,
}

impl Commit {
    /// Parses day, parents and author; of an author that is an email address only the part before
    /// the `@` is kept.
    fn parse(header: &[u8]) -> Commit {
        let header = String::from_utf8_lossy(header);
        let mut fields = header.splitn(3, FIELD_SEPARATOR);
        let day = fields.next().and_then(|day| day.parse().ok()).unwrap_or(Date::MIN);
        let is_root = fields.next().is_none_or(str::is_empty);
        let author = fields.next().unwrap_or("").split('@').next().unwrap_or("").trim().to_owned();
        Commit { day, author, is_root, ..Commit::default() }
    }
}

/// The current file that a path in older commits refers to.
enum PathTarget {
    /// A current file, by its current path.
    File(String),
    /// A current file whose addition was seen: a deletion before that concerns another file.
    AddedFile(String),
    /// No current file.
    None,
}

/// The histories so far, while the log is read from new to old.
#[derive(Default)]
struct HistoryBuilder {
    /// Paths of the newest commit.
    head_paths: FxHashSet<String>,
    files: BTreeMap<String, FileHistory>,
    /// Targets of the paths that differ from the current path, or had an addition.
    targets: FxHashMap<String, PathTarget>,
}

impl HistoryBuilder {
    /// The current path of the file that a path in the commit at hand refers to; none if that file
    /// is gone.
    fn current_path(&self, path: &str) -> Option<String> {
        match self.targets.get(path) {
            Some(PathTarget::File(current) | PathTarget::AddedFile(current)) => {
                Some(current.clone())
            }
            Some(PathTarget::None) => None,
            None => self.head_paths.contains(path).then(|| path.to_owned()),
        }
    }

    /// Adds day and author of a commit to the current file that a path refers to in it; nothing if
    /// that file is gone.
    fn record_change(&mut self, path: &str, commit: &Commit) {
        let Some(current) = self.current_path(path) else { return };
        let file = self.files.entry(current).or_default();
        file.days.insert(commit.day);
        for field in commit.field_changes.get(path).into_iter().flatten() {
            file.field_days.entry(field.clone()).or_default().insert(commit.day);
        }
        if !file.authors.contains(&commit.author) {
            file.authors.push(commit.author.clone());
        }
    }

    /// Notes that a commit added a file: its history is complete, and a deletion in an older commit
    /// concerns another file of this path.
    fn record_addition(&mut self, path: String) {
        let Some(current) = self.current_path(&path) else { return };
        if let Some(file) = self.files.get_mut(&current) {
            file.is_complete = true;
        }
        self.targets.insert(path, PathTarget::AddedFile(current));
    }

    /// Notes a rename: in older commits, `old` refers to the file that is called `new` since, and
    /// `new` to another one.
    fn record_rename(&mut self, old: String, new: String) {
        let target = self.current_path(&new).map_or(PathTarget::None, PathTarget::File);
        self.targets.insert(new, PathTarget::None);
        self.targets.insert(old, target);
    }

    /// Notes a deletion: in older commits, the path refers to no current file. Without an addition
    /// after it, the file was deleted on a branch whose merge kept it, so the deletion is ignored.
    fn record_deletion(&mut self, path: String) {
        if let Some(PathTarget::AddedFile(_)) = self.targets.get(&path) {
            self.targets.insert(path, PathTarget::None);
        }
    }

    /// The histories by current path. Files of a shallow clone are left out unless they changed on
    /// or after `newest_boundary`, the latest day of a commit whose parents are missing.
    fn finish(
        mut self,
        is_shallow: bool,
        newest_boundary: Option<Date>,
    ) -> BTreeMap<String, FileHistory> {
        for file in self.files.values_mut() {
            file.is_complete |= !is_shallow;
        }
        // The commits that a shallow clone lacks may have changed a file up to the day of its
        // boundary.
        self.files.retain(|_, file| newest_boundary <= file.days.last().copied());
        self.files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A commit with its actions and paths; without a parent it is a root.
    fn commit(day: &str, author: &str, parent: &str, actions: &[&str]) -> String {
        let actions: String = actions.iter().map(|part| format!("{part}\0")).collect();
        format!("\u{1e}{day}\u{1f}{parent}\u{1f}{author}\0\n{actions}")
    }

    fn describe(log: &str, is_shallow: bool) -> Vec<String> {
        let files = parse_histories(log.as_bytes(), is_shallow);
        let day = |day: Option<&Date>| day.map_or_else(String::new, Date::to_string);
        files
            .iter()
            .map(|(path, file)| {
                let first = day(file.days.first().filter(|_| file.is_complete));
                format!(
                    "{path}: {first} to {} by {}",
                    day(file.days.last()),
                    file.authors.join(", ")
                )
            })
            .collect()
    }

    #[test]
    fn changes_of_a_field_follow_the_file_through_a_rename() {
        let decided = commit("2026-03-01", "Hub", "p2", &["M", "a.md"]);
        let log = [
            "\u{1d}\0b.md\0".to_owned(),
            format!("\u{1c}decision\0{decided}"),
            "\u{1c}\0".to_owned(),
            commit("2026-04-01", "Hub", "p3", &["R100", "a.md", "b.md"]),
            decided,
            commit("2026-02-01", "Hub", "p1", &["M", "a.md"]),
            commit("2026-01-01", "Hub", "", &["A", "a.md"]),
        ]
        .concat();
        let files = parse_histories(log.as_bytes(), false);
        let file = &files["b.md"];
        assert_eq!(file.days.len(), 4, "{files:?}");
        let days: Vec<String> = file.field_days["decision"].iter().map(Date::to_string).collect();
        assert_eq!(days, ["2026-03-01"]);
        assert_eq!(files.len(), 1);
    }

    #[test]
    fn a_file_keeps_its_history_through_a_rename() {
        let log = ["\u{1d}hub/content/\0hub/content/b.md\0hub/content/k.md\0".to_owned()]
            .into_iter()
            .chain([
                commit("2026-03-02", "Hub", "1", &["M", "hub/content/b.md"]),
                commit(
                    "2026-02-01",
                    "team@example.org",
                    "1",
                    &["R100", "hub/content/á b.md", "hub/content/b.md"],
                ),
                commit(
                    "2026-01-01",
                    "Team A",
                    "",
                    &["A", "hub/content/á b.md", "A", "hub/content/k.md"],
                ),
            ])
            .collect::<String>();
        assert_eq!(
            describe(&log, false),
            [
                "b.md: 2026-01-01 to 2026-03-02 by Hub, team, Team A",
                "k.md: 2026-01-01 to 2026-01-01 by Team A"
            ]
        );
    }

    #[test]
    fn paths_are_normalised_to_nfc() {
        let log = [
            "cafe\u{301}.md\0".to_owned(),
            commit("2026-01-10", "A", "", &["A", "cafe\u{301}.md"]),
        ];
        assert_eq!(describe(&log.concat(), false), ["caf\u{e9}.md: 2026-01-10 to 2026-01-10 by A"]);
    }

    #[test]
    fn a_name_used_twice_is_two_files() {
        let readded = [
            "a.md\0".to_owned(),
            commit("2026-05-20", "New", "1", &["A", "a.md"]),
            commit("2026-02-10", "Old", "1", &["D", "a.md"]),
            commit("2026-01-10", "Old", "", &["A", "a.md"]),
        ];
        assert_eq!(describe(&readded.concat(), false), ["a.md: 2026-05-20 to 2026-05-20 by New"]);
        let moved_there = [
            "a.md\0".to_owned(),
            commit("2026-05-20", "New", "1", &["R090", "b.md", "a.md"]),
            commit("2026-04-20", "New", "1", &["A", "b.md"]),
            commit("2026-02-10", "Old", "1", &["D", "a.md"]),
            commit("2026-01-10", "Old", "", &["A", "a.md"]),
        ];
        assert_eq!(
            describe(&moved_there.concat(), false),
            ["a.md: 2026-04-20 to 2026-05-20 by New"]
        );
        let deleted = [
            "".to_owned(),
            commit("2026-02-10", "Old", "1", &["D", "a.md"]),
            commit("2026-01-10", "Old", "", &["A", "a.md"]),
        ];
        assert!(
            describe(&deleted.concat(), false).is_empty(),
            "a file that git does not hold now has no days"
        );
    }

    #[test]
    fn a_deletion_on_a_discarded_branch_is_ignored() {
        let log = [
            "a.md\0".to_owned(),
            commit("2026-03-10", "Main", "1", &["M", "a.md"]),
            commit("2026-02-10", "Branch", "1", &["D", "a.md"]),
            commit("2026-01-10", "Main", "", &["A", "a.md"]),
        ];
        assert_eq!(describe(&log.concat(), false), ["a.md: 2026-01-10 to 2026-03-10 by Main"]);
    }

    #[test]
    fn a_merge_names_each_file_once() {
        let log = [
            "a.md\0b.md\0".to_owned(),
            commit("2026-03-10", "Main", "1 2", &["AA", "a.md", "MM", "b.md", "DD", "c.md"]),
            commit("2026-01-10", "Main", "", &["A", "b.md", "A", "c.md"]),
        ];
        assert_eq!(
            describe(&log.concat(), false),
            ["a.md: 2026-03-10 to 2026-03-10 by Main", "b.md: 2026-01-10 to 2026-03-10 by Main"]
        );
    }

    #[test]
    fn files_behind_the_boundary_of_a_shallow_clone_have_no_days() {
        let log = [
            "a.md\0b.md\0c.md\0d.md\0".to_owned(),
            commit("2026-03-10", "New", "1", &["M", "a.md", "A", "b.md"]),
            commit("2026-01-05", "Late", "1", &["M", "d.md"]),
            commit("2026-02-10", "Edge", "", &["A", "a.md", "A", "c.md", "A", "d.md"]),
        ];
        assert_eq!(
            describe(&log.concat(), true),
            ["a.md:  to 2026-03-10 by New", "b.md: 2026-03-10 to 2026-03-10 by New"]
        );
    }
}
