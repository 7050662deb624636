//! One record read again against a catalog that is otherwise as it was, for a first look right after an edit.

use rustc_hash::FxHashSet;

use crate::catalog::links::{Addresses, asset_path};
use crate::catalog::open_vocabulary;
use crate::catalog::read::{self, Context};
use crate::catalog::{Catalog, IdeaIndex, Meta, PlaybookIndex, RecordIndex};
use crate::diagnostic::Diagnostic;
use crate::record::Manuscript;
use crate::site::Site;
use crate::source::History;

/// Puts the record in its place and says what is wrong with it; what others derive from it stays as it was.
///
/// Nothing where the edit reaches further: the record is new, is hidden now, has another address, or uses terms that no
/// vocabulary names.
pub fn again(site: &Site, catalog: &mut Catalog, manuscript: &Manuscript, history: &History) -> Option<(RecordIndex, Vec<Diagnostic>)> {
    let standing = read::standing(manuscript, site);
    let shown = site.shows(standing.visibility) && (!standing.draft || site.drafts);
    if !shown || !open_vocabulary::unlisted(manuscript, &catalog.vocabulary).is_empty() {
        return None;
    }
    let mut addresses = addresses(catalog);
    let index = (*addresses.by_path.get(&manuscript.path)?)?;
    addresses.anchors.insert(manuscript.path.clone(), manuscript.outline.headings.iter().map(|heading| heading.anchor.clone()).collect());
    let context = Context { site, vocabulary: &catalog.vocabulary, history, addresses: &addresses };
    let problems = match index {
        RecordIndex::Case(at) => {
            let (mut case, problems) = read::case_study(manuscript, &context);
            let place = &mut catalog.cases[at.0 as usize];
            case.inverse = std::mem::take(&mut place.inverse);
            *place = case;
            problems
        }
        RecordIndex::Idea(at) => put(&mut catalog.ideas[at.0 as usize], read::idea(manuscript, &context)),
        RecordIndex::Playbook(at) => put(&mut catalog.playbooks[at.0 as usize], read::playbook(manuscript, &context)),
        RecordIndex::Page(at) => put(&mut catalog.pages[at as usize], read::prose(manuscript, &context)),
    };
    Some((index, problems))
}

fn put<T>(place: &mut T, (record, problems): (T, Vec<Diagnostic>)) -> Vec<Diagnostic> {
    *place = record;
    problems
}

/// Where everything that is shown is published, as the catalog itself says.
fn addresses(catalog: &Catalog) -> Addresses {
    let mut addresses = Addresses::default();
    for (index, case) in catalog.each_case() {
        addresses.cases.insert(case.meta.id.clone(), Some(index));
        note(&mut addresses, RecordIndex::Case(index), &case.meta);
    }
    for (idea, at) in catalog.ideas.iter().zip(0..) {
        addresses.ideas.insert(idea.meta.id.clone(), Some(IdeaIndex(at)));
        note(&mut addresses, RecordIndex::Idea(IdeaIndex(at)), &idea.meta);
    }
    for (playbook, at) in catalog.playbooks.iter().zip(0..) {
        note(&mut addresses, RecordIndex::Playbook(PlaybookIndex(at)), &playbook.meta);
    }
    for (prose, at) in catalog.pages.iter().zip(0..) {
        note(&mut addresses, RecordIndex::Page(at), &prose.meta);
    }
    addresses.assets = catalog.assets.values().map(|asset| (asset.path.clone(), asset_path(asset))).collect();
    addresses
}

fn note(addresses: &mut Addresses, index: RecordIndex, meta: &Meta) {
    let anchors: FxHashSet<String> = meta.body.headings.iter().map(|heading| heading.anchor.clone()).collect();
    addresses.anchors.insert(meta.path.clone(), anchors);
    addresses.by_path.insert(meta.path.clone(), Some(index));
    addresses.by_address.insert(meta.address.clone(), meta.path.clone());
    addresses.renamed.insert(meta.path.clone(), meta.address.clone());
}
