//! The log of the content as the days and authors of its files.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::source::{FileHistory, composed};

/// Starts the header of a commit; no path begins with it.
pub(super) const COMMIT: u8 = 0x1e;
/// Starts the folder that the content is in its repository.
pub(super) const FOLDER: u8 = 0x1d;
/// Stands between the fields of a header.
pub(super) const FIELD: char = '\u{1f}';

/// Follows every file from its newest commit to its first, through renames and up to where another file had its name.
///
/// The log holds the folder of the content, the paths of the newest commit, then each commit from new to old: its header and what it did to
/// which path, all separated by zero bytes. In a shallow clone the oldest commits are not what they seem: they bring every file at once, and
/// hide who brought it when.
pub(super) fn files(log: &[u8], shallow: bool) -> BTreeMap<String, FileHistory> {
    let mut files = Histories::default();
    let mut commit = Commit::default();
    let mut hidden_up_to: Option<Date> = None;
    let mut folder: &[u8] = b"";
    let mut tokens = log.split(|byte| *byte == 0).map(|token| token.strip_prefix(b"\n").unwrap_or(token)).filter(|token| !token.is_empty());
    while let Some(token) = tokens.next() {
        let action = match token {
            [FOLDER, path @ ..] => {
                folder = path;
                continue;
            }
            [COMMIT, header @ ..] => {
                commit = Commit::of(header);
                commit.is_edge = shallow && commit.is_root;
                hidden_up_to = hidden_up_to.max(Some(commit.day).filter(|_| commit.is_edge));
                continue;
            }
            _ if commit.day == Date::ZERO => {
                files.newest.insert(below(folder, token));
                continue;
            }
            action => action,
        };
        let Some(path) = tokens.next().map(|path| below(folder, path)) else { break };
        match action {
            [b'R' | b'C', b'0'..=b'9', ..] => {
                let Some(new) = tokens.next().map(|path| below(folder, path)) else { break };
                files.touch(&new, &commit);
                if action[0] == b'R' { files.rename(path, new) } else { files.begin(new) }
            }
            _ if commit.is_edge => {}
            action if action.iter().all(|letter| *letter == b'D') => files.end(path),
            action => {
                files.touch(&path, &commit);
                if action.iter().all(|letter| *letter == b'A') {
                    files.begin(path);
                }
            }
        }
    }
    files.finish(shallow, hidden_up_to)
}

/// A path below a folder, as the hub writes it: git keeps the letters as some system gave them.
fn below(folder: &[u8], path: &[u8]) -> String {
    composed(&String::from_utf8_lossy(path.strip_prefix(folder).unwrap_or(path))).into_owned()
}

/// What the header of a commit says.
#[derive(Default)]
struct Commit {
    day: Date,
    author: String,
    is_root: bool,
    /// Whether older commits are missing behind it.
    is_edge: bool,
}

impl Commit {
    /// An address instead of a name is cut before its `@`.
    fn of(header: &[u8]) -> Commit {
        let header = String::from_utf8_lossy(header);
        let mut fields = header.splitn(3, FIELD);
        let day = fields.next().and_then(|day| day.parse().ok()).unwrap_or(Date::MIN);
        let is_root = fields.next().is_none_or(str::is_empty);
        let author = fields.next().unwrap_or("").split('@').next().unwrap_or("").trim().to_owned();
        Commit { day, author, is_root, is_edge: false }
    }
}

/// What a name means in the commits that are still to come, which are older.
enum Name {
    /// A file of today, by its name today.
    File(String),
    /// The same, and it has been added: if it was deleted before that, it was another file.
    Begun(String),
    /// No file of today.
    Nothing,
}

#[derive(Default)]
struct Histories {
    /// Paths of the newest commit.
    newest: FxHashSet<String>,
    files: BTreeMap<String, FileHistory>,
    /// Names that do not mean the file of this name today, or soon will not.
    names: FxHashMap<String, Name>,
}

impl Histories {
    /// Today's name of the file that an older commit means.
    fn today(&self, path: &str) -> Option<String> {
        match self.names.get(path) {
            Some(Name::File(today) | Name::Begun(today)) => Some(today.clone()),
            Some(Name::Nothing) => None,
            None => self.newest.contains(path).then(|| path.to_owned()),
        }
    }

    fn touch(&mut self, path: &str, commit: &Commit) {
        let Some(today) = self.today(path) else { return };
        let file = self.files.entry(today).or_default();
        file.days.insert(commit.day);
        if !file.authors.contains(&commit.author) {
            file.authors.push(commit.author.clone());
        }
    }

    fn begin(&mut self, path: String) {
        let Some(today) = self.today(&path) else { return };
        if let Some(file) = self.files.get_mut(&today) {
            file.is_whole = true;
        }
        self.names.insert(path, Name::Begun(today));
    }

    /// Older commits speak of `old` where they mean what is called `new` since; where they say `new`, they mean something else.
    fn rename(&mut self, old: String, new: String) {
        let name = self.today(&new).map_or(Name::Nothing, Name::File);
        self.names.insert(new, Name::Nothing);
        self.names.insert(old, name);
    }

    /// A file of today that was not added since was deleted on a branch that lost.
    fn end(&mut self, path: String) {
        if let Some(Name::Begun(_)) = self.names.get(&path) {
            self.names.insert(path, Name::Nothing);
        }
    }

    fn finish(mut self, shallow: bool, hidden_up_to: Option<Date>) -> BTreeMap<String, FileHistory> {
        for file in self.files.values_mut() {
            file.is_whole |= !shallow;
        }
        // Behind the edge of a shallow clone a file may have been changed up to the day of the edge.
        self.files.retain(|_, file| hidden_up_to <= file.days.last().copied());
        self.files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A commit of somebody on a day, with what it did; `root` begins a history.
    fn commit(day: &str, author: &str, parent: &str, done: &[&str]) -> String {
        let done: String = done.iter().map(|part| format!("{part}\0")).collect();
        format!("\u{1e}{day}\u{1f}{parent}\u{1f}{author}\0\n{done}")
    }

    fn told(log: &str, shallow: bool) -> Vec<String> {
        let files = files(log.as_bytes(), shallow);
        let day = |day: Option<&Date>| day.map_or_else(String::new, Date::to_string);
        files
            .iter()
            .map(|(path, file)| {
                let first = day(file.days.first().filter(|_| file.is_whole));
                format!("{path}: {first} to {} by {}", day(file.days.last()), file.authors.join(", "))
            })
            .collect()
    }

    #[test]
    fn a_file_keeps_its_history_through_a_rename() {
        let log = ["\u{1d}hub/content/\0hub/content/b.md\0hub/content/k.md\0".to_owned()]
            .into_iter()
            .chain([
                commit("2026-03-02", "Hub", "1", &["M", "hub/content/b.md"]),
                commit("2026-02-01", "team@example.org", "1", &["R100", "hub/content/á b.md", "hub/content/b.md"]),
                commit("2026-01-01", "Team A", "", &["A", "hub/content/á b.md", "A", "hub/content/k.md"]),
            ])
            .collect::<String>();
        assert_eq!(told(&log, false), ["b.md: 2026-01-01 to 2026-03-02 by Hub, team, Team A", "k.md: 2026-01-01 to 2026-01-01 by Team A"]);
    }

    #[test]
    fn letters_are_composed_as_in_the_hub() {
        let log = ["cafe\u{301}.md\0".to_owned(), commit("2026-01-10", "A", "", &["A", "cafe\u{301}.md"])];
        assert_eq!(told(&log.concat(), false), ["caf\u{e9}.md: 2026-01-10 to 2026-01-10 by A"]);
    }

    #[test]
    fn a_name_used_twice_is_two_files() {
        let again = [
            "a.md\0".to_owned(),
            commit("2026-05-20", "New", "1", &["A", "a.md"]),
            commit("2026-02-10", "Old", "1", &["D", "a.md"]),
            commit("2026-01-10", "Old", "", &["A", "a.md"]),
        ];
        assert_eq!(told(&again.concat(), false), ["a.md: 2026-05-20 to 2026-05-20 by New"]);
        let moved_there = [
            "a.md\0".to_owned(),
            commit("2026-05-20", "New", "1", &["R090", "b.md", "a.md"]),
            commit("2026-04-20", "New", "1", &["A", "b.md"]),
            commit("2026-02-10", "Old", "1", &["D", "a.md"]),
            commit("2026-01-10", "Old", "", &["A", "a.md"]),
        ];
        assert_eq!(told(&moved_there.concat(), false), ["a.md: 2026-04-20 to 2026-05-20 by New"]);
        let deleted = ["".to_owned(), commit("2026-02-10", "Old", "1", &["D", "a.md"]), commit("2026-01-10", "Old", "", &["A", "a.md"])];
        assert!(told(&deleted.concat(), false).is_empty(), "a file that git does not hold now has no days");
    }

    #[test]
    fn a_deletion_on_a_branch_that_lost_ends_nothing() {
        let log = [
            "a.md\0".to_owned(),
            commit("2026-03-10", "Main", "1", &["M", "a.md"]),
            commit("2026-02-10", "Branch", "1", &["D", "a.md"]),
            commit("2026-01-10", "Main", "", &["A", "a.md"]),
        ];
        assert_eq!(told(&log.concat(), false), ["a.md: 2026-01-10 to 2026-03-10 by Main"]);
    }

    #[test]
    fn a_merge_names_each_file_once() {
        let log = [
            "a.md\0b.md\0".to_owned(),
            commit("2026-03-10", "Main", "1 2", &["AA", "a.md", "MM", "b.md", "DD", "c.md"]),
            commit("2026-01-10", "Main", "", &["A", "b.md", "A", "c.md"]),
        ];
        assert_eq!(told(&log.concat(), false), ["a.md: 2026-03-10 to 2026-03-10 by Main", "b.md: 2026-01-10 to 2026-03-10 by Main"]);
    }

    #[test]
    fn behind_the_edge_of_a_shallow_clone_nothing_is_known() {
        let log = [
            "a.md\0b.md\0c.md\0d.md\0".to_owned(),
            commit("2026-03-10", "New", "1", &["M", "a.md", "A", "b.md"]),
            commit("2026-01-05", "Late", "1", &["M", "d.md"]),
            commit("2026-02-10", "Edge", "", &["A", "a.md", "A", "c.md", "A", "d.md"]),
        ];
        assert_eq!(told(&log.concat(), true), ["a.md:  to 2026-03-10 by New", "b.md: 2026-03-10 to 2026-03-10 by New"]);
    }
}
