//! The git history of the hub: days and authors of the changes of its files, and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Place};

/// The git history of a hub; empty without a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Histories of the files by path below `content/`.
    pub files: BTreeMap<String, FileHistory>,
    /// Why the history is incomplete; none if it is complete or there is no repository.
    pub gap: Option<HistoryGap>,
}

/// The git history of one file, renames included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileHistory {
    /// Days of the commits that changed the file.
    pub days: BTreeSet<Date>,
    /// Names of their authors without email addresses, most recent first.
    pub authors: Vec<String>,
    /// Whether the first of these commits added the file.
    pub is_complete: bool,
    /// Days of the commits that changed the line of a field, by the name of the field; only fields
    /// that were asked for.
    pub field_days: BTreeMap<String, BTreeSet<Date>>,
}

/// Why the history of a repository is incomplete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryGap {
    /// The clone is shallow.
    Shallow,
    /// The repository belongs to another user, so git refuses to read it.
    OtherOwner,
    /// The program `git` is not installed.
    NoGit,
    /// Git failed; holds the first line of its message.
    Unreadable(String),
}

/// Days of the first and last change of a file, and its authors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDates {
    /// Day of the commit that added the file; none if that commit is missing.
    pub created: Option<Date>,
    /// Day of the last commit that changed the file.
    pub updated: Date,
    /// Names of the commit authors without email addresses, most recent first; empty if commits are
    /// missing.
    pub authors: Vec<String>,
    /// Day on which the line of a field last changed after the day on which the file was written,
    /// by the name of the field.
    pub field_days: BTreeMap<String, Date>,
}

impl FileDates {
    /// The day on which the line of a field last changed after the day on which the file was
    /// written; none where it did not, or git does not show it.
    pub fn field_day(&self, name: &str) -> Option<Date> {
        self.field_days.get(name).copied()
    }
}

impl History {
    /// The dates of a file by its path below the root; none if git does not know it. Commits dated
    /// after `today` are ignored, because a clock was wrong.
    pub fn file_dates(&self, path: &str, today: Date) -> Option<FileDates> {
        let file = self.files.get(path.strip_prefix("content/")?)?;
        let updated = *file.days.range(..=today).next_back()?;
        let created = file.days.first().copied().filter(|_| file.is_complete);
        let changed_later = |days: &BTreeSet<Date>| {
            let last = days.range(..=today).next_back().copied();
            last.filter(|day| created.is_none_or(|created| created < *day))
        };
        let field_days = file
            .field_days
            .iter()
            .filter_map(|(name, days)| Some((name.clone(), changed_later(days)?)))
            .collect();
        Some(FileDates {
            created,
            updated,
            field_days,
            authors: if file.is_complete { file.authors.clone() } else { Vec::new() },
        })
    }

    /// A note that days are missing from the history, one for the whole hub; none if the history is
    /// complete.
    pub fn missing_days(&self, today: Date) -> Option<Diagnostic> {
        let (message, hint) = match &self.gap {
            Some(HistoryGap::Shallow) => (
                "git holds only the newest commits here, so the days on which older records were written and changed are unknown".to_owned(),
                "fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` for `actions/checkout`",
            ),
            Some(HistoryGap::OtherOwner) => (
                "the repository belongs to another user, so git does not tell on which days records were written and changed".to_owned(),
                "if you trust it: `git config --global --add safe.directory \"$(pwd)\"` at the top of the repository",
            ),
            Some(HistoryGap::NoGit) => (
                "the program `git` is not installed, so the days on which records were written and changed are unknown".to_owned(),
                "install git where the site is built",
            ),
            Some(HistoryGap::Unreadable(message)) => (
                format!("git does not tell on which days records were written and changed: {message}"),
                "`git log -- content` in the hub's folder shows what is wrong",
            ),
            None => (
                self.describe_future_commits(today)?,
                "look at the clock of the machine that committed them; `git log --format='%as %h %an'` names the commits",
            ),
        };
        Some(Diagnostic::note("unknown-days", Place::file(&"site.toml".into()), message).hint(hint))
    }

    /// A message about commits dated in the future; none if there are none. Those of tomorrow do
    /// not count: they come from another time zone.
    fn describe_future_commits(&self, today: Date) -> Option<String> {
        let tomorrow = today.tomorrow().unwrap_or(today);
        let count = self
            .files
            .values()
            .filter(|file| file.days.last().is_some_and(|day| *day > tomorrow))
            .count();
        (count > 0).then(|| format!("git dates changes of {count} files after today, {today}, so those days are left out"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(days: [i16; 2], is_complete: bool) -> History {
        let days = days.map(|year| Date::constant(year, 5, 1)).into();
        History {
            files: BTreeMap::from([(
                "a.md".to_owned(),
                FileHistory {
                    days,
                    authors: vec!["Hub".into()],
                    is_complete,
                    ..FileHistory::default()
                },
            )]),
            gap: None,
        }
    }

    #[test]
    fn commits_of_the_future_are_ignored() {
        let today = Date::constant(2026, 6, 1);
        let file_dates =
            |days, is_complete| history(days, is_complete).file_dates("content/a.md", today);
        let known = file_dates([2024, 2030], true).unwrap();
        assert_eq!(
            (known.created, known.updated),
            (Some(Date::constant(2024, 5, 1)), Date::constant(2024, 5, 1))
        );
        assert_eq!(file_dates([2029, 2030], true), None);
        let incomplete = file_dates([2024, 2025], false).unwrap();
        assert_eq!((incomplete.created, incomplete.authors.len()), (None, 0));
        assert!(
            history([2024, 2030], true)
                .missing_days(today)
                .unwrap()
                .message
                .contains("1 files after")
        );
        assert_eq!(history([2024, 2025], true).missing_days(today), None);
    }

    #[test]
    fn a_line_that_came_with_the_file_did_not_change() {
        let today = Date::constant(2026, 6, 1);
        let day = |year| Date::constant(year, 5, 1);
        let mut history = history([2024, 2025], true);
        let file = history.files.get_mut("a.md").unwrap();
        file.field_days.insert("decision".into(), [day(2024), day(2025), day(2030)].into());
        file.field_days.insert("reuse".into(), [day(2024)].into());
        let dates = history.file_dates("content/a.md", today).unwrap();
        assert_eq!(dates.field_day("decision"), Some(day(2025)), "2030 is to come");
        assert_eq!(dates.field_day("reuse"), None, "it was written with the file");
    }
}
