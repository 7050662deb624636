//! Patches the pages of edited records into the shown site before the next build, with everything
//! else as in the last build.

use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::catalog::replace_record;
use crate::catalog::{CaseIndex, RecordIndex};
use crate::command::serve::served_site::ServedSite;
use crate::diagnostic::{Diagnostic, Severity};
use crate::page::parts::case_study_row;
use crate::page::{Page, PageSpec};
use crate::record::parse::{UNREADABLE_CODES, parse_file};
use crate::similar::find_related;
use crate::source::file_type::FileType;
use crate::source::{SourceEntry, reread_file};
use crate::theme::{Renderer, has_rows};
use crate::{Hub, LastBuild};

/// Largest number of changed files that are patched; more are no edit but a change of branch, and
/// are left to the next build.
const MAX_EDITED_FILES: usize = 4;

/// Shows the pages of the records among the changed files. Records with errors, and those whose
/// edit changes other pages too, are left to the next build.
///
/// Related case studies are found again in a second step, because in a large hub that takes longer
/// than rendering; possible duplicates are left to the next build.
pub fn patch_edit(
    root: &Path,
    changed: &[PathBuf],
    last_build: &mut LastBuild,
    served: &ServedSite,
) {
    if changed.len() > MAX_EDITED_FILES {
        return;
    }
    let paths = changed.iter().filter_map(|path| record_path(root, path));
    let edited: Vec<RecordIndex> =
        paths.filter_map(|path| replace_file(root, &path, last_build)).collect();
    for record in &edited {
        show_record(*record, last_build, served);
    }
    for record in edited {
        if let RecordIndex::Case(case) = record
            && refresh_related(case, last_build)
        {
            show_record(record, last_build, served);
        }
    }
}

/// Reads an edited file again and replaces its record in the last build. `None` where its page must
/// wait for the next build: the record has errors, or its edit changes more than the record.
fn replace_file(root: &Path, path: &str, last_build: &mut LastBuild) -> Option<RecordIndex> {
    let Some(SourceEntry::Text(file)) = reread_file(root, path) else { return None };
    let (manuscript, mut problems) = parse_file(&file);
    let LastBuild { hub: Hub { site, catalog, .. }, history, .. } = last_build;
    let (record, more) = replace_record(site, catalog, &manuscript?, history)?;
    problems.extend(more);
    let is_error = |problem: &Diagnostic| {
        let unreadable = UNREADABLE_CODES.contains(&problem.code);
        site.resolve_severity(problem.code, problem.severity, unreadable) == Some(Severity::Error)
    };
    // The next build reports the error; until then the old page stays.
    (!problems.iter().any(is_error)).then_some(record)
}

/// Finds the related case studies of an edited one again, and returns whether they have changed.
fn refresh_related(case: CaseIndex, last_build: &mut LastBuild) -> bool {
    let LastBuild { hub: Hub { site, catalog, similar, .. }, similarity_model, .. } = last_build;
    let found = find_related(site, catalog, similar, similarity_model, case);
    let Some(known) = similar.related.get_mut(case.0 as usize) else { return false };
    let is_new = found.iter().map(|near| near.case).ne(known.iter().map(|near| near.case));
    *known = found;
    is_new
}

/// Shows the page of a record as it is in the last build with its edits. A page that cannot be
/// rendered is left to the next build, which reports why.
fn show_record(record: RecordIndex, last_build: &LastBuild, served: &ServedSite) {
    if let Some((path, bytes)) = render_record(record, last_build) {
        served.show_patch(path, bytes);
    }
}

/// Renders the page of a record: its site path and its bytes.
fn render_record(record: RecordIndex, last_build: &LastBuild) -> Option<(String, Bytes)> {
    let LastBuild { hub, theme, .. } = last_build;
    let catalog = &hub.catalog;
    let (address, spec) = match record {
        RecordIndex::Case(at) => {
            (&catalog.cases[at.0 as usize].meta.address, PageSpec::CaseStudy(at))
        }
        RecordIndex::Idea(at) => (&catalog.ideas[at.0 as usize].meta.address, PageSpec::Idea(at)),
        RecordIndex::Playbook(at) => {
            (&catalog.playbooks[at.0 as usize].meta.address, PageSpec::Playbook(at))
        }
        RecordIndex::Page(at) => (&catalog.pages[at as usize].meta.address, PageSpec::Prose(at)),
    };
    let page = Page::new(address, spec);
    let context = hub.page_context(&theme.language);
    // Rows are composed for the whole hub, so only for a page that has any.
    let rows =
        if has_rows(&page.spec) { case_study_row::compose_all(&context) } else { Vec::new() };
    let pages = std::slice::from_ref(&page);
    let renderer = Renderer::new(theme, &context, pages, &rows).ok()?;
    let bytes = renderer.render_page(&page).ok()?;
    Some((page.path, bytes.into()))
}

/// The path of a record below the root, with forward slashes; `None` for other files.
fn record_path(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    (path.starts_with("content/") && FileType::from_path(&path) == FileType::Record).then_some(path)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "the test edits files as authors do")]

    use std::fs;

    use super::*;
    use crate::BuildOptions;
    use crate::command::serve::rebuilder::Rebuilder;
    use crate::command::serve::served_site::ServedFile;
    use crate::support::{HubFolder, TODAY};

    #[test]
    fn an_edit_is_shown_before_the_rebuild_and_as_the_rebuild_makes_it() {
        let hub =
            HubFolder::new(&[("content/pages/about.md", "---\ntitle: About\n---\n\nBefore.\n")]);
        let options = BuildOptions { today: TODAY, audience: None, drafts: false };
        let mut rebuilder = Rebuilder::new(hub.path(), options).unwrap();
        let path = rebuilder.root().join("content/pages/about.md");
        let served = ServedSite::new(rebuilder.build().unwrap());
        let page = || match served.find("about/index.html") {
            Some(ServedFile::Generated(bytes)) => String::from_utf8(bytes.to_vec()).unwrap(),
            other => panic!("{other:?}"),
        };
        let patch = |rebuilder: &Rebuilder| {
            let last_build = rebuilder.last_build();
            let mut last_build = last_build.lock().unwrap();
            let last_build = last_build.as_mut().expect("a build is kept");
            patch_edit(rebuilder.root(), std::slice::from_ref(&path), last_build, &served);
        };
        assert!(page().contains("Before."));
        fs::write(&path, "---\ntitle: About\n---\n\nAfterwards.\n").unwrap();
        patch(&rebuilder);
        let patched = page();
        assert!(patched.contains("Afterwards."), "{patched}");
        let version = served.version();
        served.show_build(rebuilder.rebuild().unwrap().expect("an edit"), version);
        assert!(page() == patched);
        fs::write(&path, "---\ntitle: [unclosed\n---\n").unwrap();
        patch(&rebuilder);
        assert!(page() == patched, "a record with errors keeps its page");
    }
}
