//! What git knows of the hub: on which days its files were changed, by whom, and what it cannot tell.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Place};

/// What git knows of the hub; empty without a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// By path below `content/`.
    pub files: BTreeMap<String, FileHistory>,
    /// Why it is not whole, where a repository is there.
    pub gap: Option<Gap>,
}

/// What git knows of one file under all its names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileHistory {
    /// Days of the commits that touched it.
    pub days: BTreeSet<Date>,
    /// Names of their authors, without addresses, most recent first.
    pub authors: Vec<String>,
    /// Whether the first of these commits brought the file, as far as can be known.
    pub is_whole: bool,
}

/// Why git cannot tell the days of all files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// The clone holds only the newest commits.
    Shallow,
    /// The repository belongs to another user of this machine, so git refuses to read it.
    OtherOwner,
    /// The program git is not installed.
    NoGit,
    /// Git cannot read the repository, in its own words.
    Unreadable(String),
}

/// The first and last change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Day of the first commit that holds the file; unknown where that commit is missing.
    pub created: Option<Date>,
    /// Day of the last commit that touched it.
    pub updated: Date,
    /// Names of its commit authors, without addresses, most recent first; none where commits are missing.
    pub authors: Vec<String>,
}

impl History {
    /// The first and last change of a file by its path below the root. A commit dated after `today` tells no day: some clock was wrong.
    pub fn change(&self, path: &str, today: Date) -> Option<Change> {
        let file = self.files.get(path.strip_prefix("content/")?)?;
        let updated = *file.days.range(..=today).next_back()?;
        let created = file.days.first().copied().filter(|_| file.is_whole);
        Some(Change { created, updated, authors: if file.is_whole { file.authors.clone() } else { Vec::new() } })
    }

    /// What the reader of a report should know of days that are missing, said once for the whole hub.
    pub fn missing_days(&self, today: Date) -> Option<Diagnostic> {
        let (message, hint) = match &self.gap {
            Some(Gap::Shallow) => (
                "git holds only the newest commits here, so the days on which older records were written and changed are unknown".to_owned(),
                "fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` for `actions/checkout`",
            ),
            Some(Gap::OtherOwner) => (
                "the repository belongs to another user, so git does not tell on which days records were written and changed".to_owned(),
                "if you trust it: `git config --global --add safe.directory \"$(pwd)\"` at the top of the repository",
            ),
            Some(Gap::NoGit) => (
                "the program `git` is not installed, so the days on which records were written and changed are unknown".to_owned(),
                "install git where the site is built",
            ),
            Some(Gap::Unreadable(words)) => (
                format!("git does not tell on which days records were written and changed: {words}"),
                "`git log -- content` in the hub's folder shows what is wrong",
            ),
            None => (self.ahead(today)?, "look at the clock of the machine that committed them; `git log --format='%as %h %an'` names the commits"),
        };
        Some(Diagnostic::note("unknown-days", Place::file(&"site.toml".into()), message).hint(hint))
    }

    /// Commits of tomorrow are those of another time zone.
    fn ahead(&self, today: Date) -> Option<String> {
        let tomorrow = today.tomorrow().unwrap_or(today);
        let count = self.files.values().filter(|file| file.days.last().is_some_and(|day| *day > tomorrow)).count();
        (count > 0).then(|| format!("git dates changes of {count} files after today, {today}, so those days are left out"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(days: [i16; 2], is_whole: bool) -> History {
        let days = days.map(|year| Date::constant(year, 5, 1)).into();
        History { files: BTreeMap::from([("a.md".to_owned(), FileHistory { days, authors: vec!["Hub".into()], is_whole })]), gap: None }
    }

    #[test]
    fn a_day_to_come_is_no_day() {
        let today = Date::constant(2026, 6, 1);
        let change = |days, is_whole| history(days, is_whole).change("content/a.md", today);
        let known = change([2024, 2030], true).unwrap();
        assert_eq!((known.created, known.updated), (Some(Date::constant(2024, 5, 1)), Date::constant(2024, 5, 1)));
        assert_eq!(change([2029, 2030], true), None);
        let half = change([2024, 2025], false).unwrap();
        assert_eq!((half.created, half.authors.len()), (None, 0));
        assert!(history([2024, 2030], true).missing_days(today).unwrap().message.contains("1 files after"));
        assert_eq!(history([2024, 2025], true).missing_days(today), None);
    }
}
