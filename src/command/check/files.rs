//! `casebook check --files`: lists every file below `content/` with how it is used.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::catalog::links::asset_path;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::render::escape_line;
use crate::source::Sources;

/// How a file below `content/` is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// A record with a page.
    Page,
    /// Published unchanged.
    Attachment,
    /// A list of terms.
    Vocabulary,
    /// Not for this audience.
    Withheld,
    /// Ignored by a rule of the settings or of Casebook.
    Ignored,
    /// Not used because of a problem.
    Problem,
}

/// A file below `content/`, or an ignored folder, with how it is used and why.
#[derive(Debug, Serialize)]
pub struct FileLine {
    /// Path below the hub's root; an ignored folder is one line, with a slash at the end.
    pub path: String,
    /// How the file is used.
    pub status: FileStatus,
    /// The address, the rule, or the code of the problem.
    pub why: String,
}

/// Lists every file below `content/` with its status, in the order of their paths.
pub fn list_files(
    sources: &Sources,
    catalog: &Catalog,
    diagnostics: &[Diagnostic],
) -> Vec<FileLine> {
    let mut statuses: BTreeMap<Arc<str>, (FileStatus, String)> = BTreeMap::new();
    // Later entries replace earlier ones, so that a record with a warning counts as a page.
    for problem in diagnostics.iter().filter(|problem| problem.place.path.starts_with("content/")) {
        statuses.insert(
            Arc::clone(&problem.place.path),
            (FileStatus::Problem, problem.code.to_owned()),
        );
    }
    for file in sources.files.iter().filter(|file| file.path.starts_with("content/vocabulary/")) {
        let has_problem = statuses
            .get(&file.path)
            .is_some_and(|(_, code)| matches!(code.as_str(), "unknown-vocabulary" | "stray-file"));
        if !has_problem {
            statuses.insert(
                Arc::clone(&file.path),
                (FileStatus::Vocabulary, "its terms are part of the hub's".to_owned()),
            );
        }
    }
    statuses.extend(
        catalog
            .metas()
            .map(|meta| (Arc::clone(&meta.path), (FileStatus::Page, format!("/{}", meta.address)))),
    );
    statuses.extend(catalog.assets.values().map(|asset| {
        (Arc::clone(&asset.path), (FileStatus::Attachment, format!("/{}", asset_path(asset))))
    }));
    statuses.extend(
        catalog
            .withheld_reasons
            .iter()
            .map(|(path, why)| (Arc::clone(path), (FileStatus::Withheld, (*why).to_owned()))),
    );
    statuses.extend(
        sources.ignored.iter().map(|ignored| {
            (Arc::clone(&ignored.path), (FileStatus::Ignored, ignored.rule.clone()))
        }),
    );
    statuses
        .into_iter()
        .map(|(path, (status, why))| FileLine { path: path.to_string(), status, why })
        .collect()
}

/// Renders the lines as columns, and a last line with the number of files of each status.
pub fn render_table(lines: &[FileLine]) -> String {
    let width = lines.iter().map(|line| line.path.chars().count()).max().unwrap_or(0).min(80);
    let status_word = |status: FileStatus| format!("{status:?}").to_lowercase();
    let mut text: String = lines
        .iter()
        .map(|line| {
            format!(
                "{:<10}  {:<width$}  {}\n",
                status_word(line.status),
                escape_line(&line.path),
                line.why
            )
        })
        .collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        *counts.entry(status_word(line.status)).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|(status, count)| format!("{count} {status}")).collect();
    text.push_str(&format!("{} files: {}\n", lines.len(), counts.join(", ")));
    text
}
