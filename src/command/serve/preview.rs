//! The page of an edited record, right after the edit: everything around it is as the last build left it.

use std::path::{Path, PathBuf};

use crate::Hub;
use crate::catalog::again::again;
use crate::catalog::{CaseIndex, RecordIndex};
use crate::diagnostic::{Diagnostic, Severity};
use crate::output::Bytes;
use crate::page::{Context, Page, What};
use crate::record::parse::{UNREADABLE, parse};
use crate::similar::{Compared, related_to};
use crate::source::file_type::FileType;
use crate::source::{History, Reread, reread};
use crate::theme::{Renderer, Theme};

/// More files than this at once are no edit but a change of branch, which the next build shows as a whole.
const AT_ONCE: usize = 4;

/// What the last build left, ready for a first look at the next edit.
#[derive(Debug)]
pub struct Preview {
    /// The hub's folder.
    pub root: PathBuf,
    /// The hub as the last build understood it; records that were edited since are already in their places.
    pub hub: Hub,
    /// Its case studies as the last build compared them: the edited text is asked against these.
    pub compared: Compared,
    /// Case studies that were edited and not asked yet.
    pub edited: Vec<CaseIndex>,
    /// The theme as it was loaded.
    pub theme: Theme,
    /// What git knew.
    pub history: History,
}

/// A page that is newer than the rest of the site.
#[derive(Debug)]
pub struct Patch {
    /// Its site path.
    pub path: String,
    /// Its bytes.
    pub bytes: Bytes,
}

impl Preview {
    /// The pages of those records among the changed files whose edit changes no more than themselves.
    pub fn pages(&mut self, changed: &[PathBuf]) -> Vec<Patch> {
        if changed.len() > AT_ONCE {
            return Vec::new();
        }
        let paths: Vec<String> = changed.iter().filter_map(|path| below(&self.root, path)).collect();
        paths.iter().filter_map(|path| self.page(path)).collect()
    }

    fn page(&mut self, path: &str) -> Option<Patch> {
        let Some(Reread::Text(file)) = reread(&self.root, path) else { return None };
        let (manuscript, mut problems) = parse(&file);
        let (index, more) = again(&self.hub.site, &mut self.hub.catalog, &manuscript?, &self.history)?;
        problems.extend(more);
        // An error is shown by the build that follows; until then the page stays as it was.
        if problems.iter().any(|problem| self.is_error(problem)) {
            return None;
        }
        if let RecordIndex::Case(case) = index {
            self.edited.push(case);
        }
        self.render(index)
    }

    /// The same pages with what their new texts resemble, where that is not what they resembled before. In a large hub asking takes
    /// longer than rendering, so nobody waits for it. Pairs come with the build that follows, which sees both sides.
    pub fn nearest(&mut self) -> Vec<Patch> {
        let edited = std::mem::take(&mut self.edited);
        edited.into_iter().filter_map(|case| self.ask_again(case)).collect()
    }

    fn ask_again(&mut self, case: CaseIndex) -> Option<Patch> {
        let Hub { site, catalog, similar, .. } = &mut self.hub;
        let found = related_to(site, catalog, similar, &self.compared, case);
        let known = similar.related.get_mut(case.0 as usize)?;
        let is_new = found.iter().map(|near| near.case).ne(known.iter().map(|near| near.case));
        *known = found;
        if is_new { self.render(RecordIndex::Case(case)) } else { None }
    }

    fn is_error(&self, problem: &Diagnostic) -> bool {
        let unreadable = UNREADABLE.contains(&problem.code);
        self.hub.site.severity(problem.code, problem.severity, unreadable) == Some(Severity::Error)
    }

    fn render(&self, index: RecordIndex) -> Option<Patch> {
        let Hub { site, catalog, similar, evidence, backlog } = &self.hub;
        let (address, what) = match index {
            RecordIndex::Case(at) => (&catalog.cases[at.0 as usize].meta.address, What::CaseStudy(at)),
            RecordIndex::Idea(at) => (&catalog.ideas[at.0 as usize].meta.address, What::Idea(at)),
            RecordIndex::Playbook(at) => (&catalog.playbooks[at.0 as usize].meta.address, What::Playbook(at)),
            RecordIndex::Page(at) => (&catalog.pages[at as usize].meta.address, What::Prose(at)),
        };
        let page = Page::at(address, what);
        let context = Context::new(site, catalog, similar, evidence, backlog, &self.theme.language);
        let renderer = Renderer::new(&self.theme, &context, std::slice::from_ref(&page)).ok()?;
        let bytes = renderer.page(&page).ok()?;
        Some(Patch { path: page.path, bytes: bytes.into() })
    }
}

/// The path of a record below the root, with forward slashes.
fn below(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    (path.starts_with("content/") && FileType::of(&path) == FileType::Record).then_some(path)
}
