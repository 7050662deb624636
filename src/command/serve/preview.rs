//! Renders the page of an edited record before the next build, with everything else as in the last
//! build.

use std::path::{Path, PathBuf};

use crate::Hub;
use crate::catalog::replace_record;
use crate::catalog::{CaseIndex, RecordIndex};
use crate::diagnostic::{Diagnostic, Severity};
use crate::output::SharedBytes;
use crate::page::parts::case_study_row;
use crate::page::{Context, Page, PageSpec};
use crate::record::parse::{UNREADABLE_CODES, parse_file};
use crate::similar::{SimilarityModel, find_related};
use crate::source::file_type::FileType;
use crate::source::{History, SourceEntry, reread_file};
use crate::theme::{Renderer, Theme};

/// Largest number of changed files that are previewed; more are no edit but a change of branch, and
/// are left to the next build.
const MAX_EDITED_FILES: usize = 4;

/// The state of the last build, from which the pages of edited records are rendered.
#[derive(Debug)]
pub struct Preview {
    /// The hub's folder.
    pub root: PathBuf,
    /// The hub of the last build, with the records that were edited since replaced.
    pub hub: Hub,
    /// The similarity model of the last build, with which edited texts are compared.
    pub similarity_model: SimilarityModel,
    /// Edited case studies whose related ones have not been found again yet.
    pub edited_cases: Vec<CaseIndex>,
    /// The theme of the last build.
    pub theme: Theme,
    /// The git history of the last build.
    pub history: History,
}

/// A page that is newer than the last build.
#[derive(Debug)]
pub struct PagePatch {
    /// Site path of the page.
    pub path: String,
    /// The page as HTML.
    pub bytes: SharedBytes,
}

impl Preview {
    /// Renders the pages of the records among the changed files. Records with errors, and those
    /// whose edit changes other pages too, are left to the next build.
    pub fn render_edited(&mut self, changed: &[PathBuf]) -> Vec<PagePatch> {
        if changed.len() > MAX_EDITED_FILES {
            return Vec::new();
        }
        let paths: Vec<String> =
            changed.iter().filter_map(|path| record_path(&self.root, path)).collect();
        paths.iter().filter_map(|path| self.render_edited_file(path)).collect()
    }

    fn render_edited_file(&mut self, path: &str) -> Option<PagePatch> {
        let Some(SourceEntry::Text(file)) = reread_file(&self.root, path) else { return None };
        let (manuscript, mut problems) = parse_file(&file);
        let (index, more) =
            replace_record(&self.hub.site, &mut self.hub.catalog, &manuscript?, &self.history)?;
        problems.extend(more);
        // The next build reports the error; until then the old page stays.
        if problems.iter().any(|problem| self.is_error(problem)) {
            return None;
        }
        if let RecordIndex::Case(case) = index {
            self.edited_cases.push(case);
        }
        self.render_record(index)
    }

    /// Finds the related case studies of the edited ones again, and renders the pages where they
    /// have changed. A separate step, because in a large hub it takes longer than rendering.
    /// Possible duplicates are left to the next build.
    pub fn refresh_related(&mut self) -> Vec<PagePatch> {
        let edited_cases = std::mem::take(&mut self.edited_cases);
        edited_cases.into_iter().filter_map(|case| self.refresh_related_of(case)).collect()
    }

    fn refresh_related_of(&mut self, case: CaseIndex) -> Option<PagePatch> {
        let Hub { site, catalog, similar, .. } = &mut self.hub;
        let found = find_related(site, catalog, similar, &self.similarity_model, case);
        let known = similar.related.get_mut(case.0 as usize)?;
        let is_new = found.iter().map(|near| near.case).ne(known.iter().map(|near| near.case));
        *known = found;
        if is_new { self.render_record(RecordIndex::Case(case)) } else { None }
    }

    fn is_error(&self, problem: &Diagnostic) -> bool {
        let unreadable = UNREADABLE_CODES.contains(&problem.code);
        self.hub.site.resolve_severity(problem.code, problem.severity, unreadable)
            == Some(Severity::Error)
    }

    fn render_record(&self, index: RecordIndex) -> Option<PagePatch> {
        let Hub { site, catalog, similar, evidence, backlog } = &self.hub;
        let (address, spec) = match index {
            RecordIndex::Case(at) => {
                (&catalog.cases[at.0 as usize].meta.address, PageSpec::CaseStudy(at))
            }
            RecordIndex::Idea(at) => {
                (&catalog.ideas[at.0 as usize].meta.address, PageSpec::Idea(at))
            }
            RecordIndex::Playbook(at) => {
                (&catalog.playbooks[at.0 as usize].meta.address, PageSpec::Playbook(at))
            }
            RecordIndex::Page(at) => {
                (&catalog.pages[at as usize].meta.address, PageSpec::Prose(at))
            }
        };
        let page = Page::new(address, spec);
        let context = Context::new(site, catalog, similar, evidence, backlog, &self.theme.language);
        let rows = case_study_row::compose_all(&context);
        let pages = std::slice::from_ref(&page);
        let renderer = Renderer::new(&self.theme, &context, pages, &rows).ok()?;
        let bytes = renderer.render_page(&page).ok()?;
        Some(PagePatch { path: page.path, bytes: bytes.into() })
    }
}

/// The path of a record below the root, with forward slashes; `None` for other files.
fn record_path(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    (path.starts_with("content/") && FileType::from_path(&path) == FileType::Record).then_some(path)
}
