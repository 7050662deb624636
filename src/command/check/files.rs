//! `casebook check --files`: every file below `content/`, and what becomes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::catalog::links::asset_path;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::render::visible_line;
use crate::source::Sources;

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// A page of its own.
    Page,
    /// Published as it is.
    Attachment,
    /// Read for what it says of others.
    Vocabulary,
    /// Kept from this audience.
    Withheld,
    /// Left out by a rule.
    Ignored,
    /// None of these; the code of a problem says why.
    Problem,
}

/// A file and what becomes of it.
#[derive(Debug, Serialize)]
pub struct FileLine {
    /// Path below the root; a folder that is left out whole ends with a slash.
    pub path: String,
    /// What becomes of it.
    pub status: FileStatus,
    /// Its address, the rule, or the code of the problem.
    pub why: String,
}

/// Every file that was found, in path order.
pub fn lines(sources: &Sources, catalog: &Catalog, diagnostics: &[Diagnostic]) -> Vec<FileLine> {
    let mut statuses: BTreeMap<Arc<str>, (FileStatus, String)> = BTreeMap::new();
    // Later ones win: a record with a warning is a page all the same.
    for problem in diagnostics.iter().filter(|problem| problem.place.path.starts_with("content/")) {
        statuses.insert(Arc::clone(&problem.place.path), (FileStatus::Problem, problem.code.to_owned()));
    }
    for file in sources.files.iter().filter(|file| file.path.starts_with("content/vocabulary/")) {
        let is_told = statuses.get(&file.path).is_some_and(|(_, code)| matches!(code.as_str(), "unknown-vocabulary" | "stray-file"));
        if !is_told {
            statuses.insert(Arc::clone(&file.path), (FileStatus::Vocabulary, "its terms are part of the hub's".to_owned()));
        }
    }
    statuses.extend(catalog.metas().map(|meta| (Arc::clone(&meta.path), (FileStatus::Page, format!("/{}", meta.address)))));
    statuses.extend(catalog.assets.values().map(|asset| (Arc::clone(&asset.path), (FileStatus::Attachment, format!("/{}", asset_path(asset))))));
    statuses.extend(catalog.withheld_files.iter().map(|(path, why)| (Arc::clone(path), (FileStatus::Withheld, (*why).to_owned()))));
    statuses.extend(sources.left_out.iter().map(|left| (Arc::clone(&left.path), (FileStatus::Ignored, left.rule.clone()))));
    statuses.into_iter().map(|(path, (status, why))| FileLine { path: path.to_string(), status, why }).collect()
}

/// The lines in columns, with a sum.
pub fn table(lines: &[FileLine]) -> String {
    let width = lines.iter().map(|line| line.path.chars().count()).max().unwrap_or(0).min(80);
    let word = |status: FileStatus| format!("{status:?}").to_lowercase();
    let mut text: String =
        lines.iter().map(|line| format!("{:<10}  {:<width$}  {}\n", word(line.status), visible_line(&line.path), line.why)).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        *counts.entry(word(line.status)).or_default() += 1;
    }
    let counts: Vec<String> = counts.into_iter().map(|(word, count)| format!("{count} {word}")).collect();
    text.push_str(&format!("{} files: {}\n", lines.len(), counts.join(", ")));
    text
}
