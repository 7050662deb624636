//! Replaces one edited record in an otherwise unchanged catalog, so that `serve` can show an
//! edit before the next full build.

use rustc_hash::FxHashSet;

use crate::catalog::links::{Addresses, asset_path};
use crate::catalog::read::{self, ReadContext};
use crate::catalog::{Catalog, IdeaIndex, Meta, PlaybookIndex, RecordIndex};
use crate::catalog::{open_vocabulary, teams};
use crate::diagnostic::Diagnostic;
use crate::record::Manuscript;
use crate::site::Site;
use crate::source::History;

/// Reads an edited record and puts it in place of its old version; its position and its
/// diagnostics. Values of other records that are derived from it keep their old state.
///
/// None where the edit affects more than the record: it is new, was hidden or is now, or uses terms
/// that no vocabulary lists.
pub fn replace_record(
    site: &Site,
    catalog: &mut Catalog,
    manuscript: &Manuscript,
    history: &History,
) -> Option<(RecordIndex, Vec<Diagnostic>)> {
    let status = read::publication_status(manuscript, site);
    let is_shown = site.shows(status.visibility) && (!status.is_draft || site.shows_drafts);
    if !is_shown
        || !open_vocabulary::find_unlisted_terms(manuscript, &catalog.vocabulary).is_empty()
    {
        return None;
    }
    let mut addresses = rebuild_addresses(catalog);
    let index = (*addresses.by_path.get(&manuscript.path)?)?;
    addresses.anchors.insert(
        manuscript.path.clone(),
        manuscript.outline.all_anchors().map(str::to_owned).collect(),
    );
    let context =
        ReadContext { site, vocabulary: &catalog.vocabulary, history, addresses: &addresses };
    let problems = match index {
        RecordIndex::Case(at) => {
            let (mut case, problems) = read::read_case_study(manuscript, &context);
            teams::settle_case(&mut case, &catalog.vocabulary);
            let old = &mut catalog.cases[at.0 as usize];
            case.inverse = std::mem::take(&mut old.inverse);
            *old = case;
            problems
        }
        RecordIndex::Idea(at) => {
            let (mut idea, problems) = read::read_idea(manuscript, &context);
            teams::settle_idea(&mut idea, &catalog.vocabulary);
            catalog.ideas[at.0 as usize] = idea;
            problems
        }
        RecordIndex::Playbook(at) => {
            let (mut playbook, problems) = read::read_playbook(manuscript, &context);
            teams::settle_playbook(&mut playbook, &catalog.vocabulary);
            catalog.playbooks[at.0 as usize] = playbook;
            problems
        }
        RecordIndex::Page(at) => {
            let (page, problems) = read::read_page(manuscript, &context);
            catalog.pages[at as usize] = page;
            problems
        }
    };
    Some((index, problems))
}

/// The addresses of the published records and attachments, from a catalog that is already
/// assembled. Withheld records are missing, so that a reference to one is reported as unknown until
/// the next full build.
fn rebuild_addresses(catalog: &Catalog) -> Addresses {
    let mut addresses = Addresses::default();
    for (index, case) in catalog.iter_cases() {
        addresses.cases.insert(case.meta.id.clone(), Some(index));
        add_record(&mut addresses, RecordIndex::Case(index), &case.meta);
    }
    for (idea, at) in catalog.ideas.iter().zip(0..) {
        addresses.ideas.insert(idea.meta.id.clone(), Some(IdeaIndex(at)));
        add_record(&mut addresses, RecordIndex::Idea(IdeaIndex(at)), &idea.meta);
    }
    for (playbook, at) in catalog.playbooks.iter().zip(0..) {
        add_record(&mut addresses, RecordIndex::Playbook(PlaybookIndex(at)), &playbook.meta);
    }
    for (page, at) in catalog.pages.iter().zip(0..) {
        add_record(&mut addresses, RecordIndex::Page(at), &page.meta);
    }
    addresses.assets =
        catalog.assets.values().map(|asset| (asset.path.clone(), asset_path(asset))).collect();
    addresses
}

/// Adds a record to the addresses with its current address and all its anchors.
fn add_record(addresses: &mut Addresses, index: RecordIndex, meta: &Meta) {
    let headings = meta.body.headings.iter().map(|heading| &heading.anchor);
    let anchors: FxHashSet<String> = headings.chain(&meta.body.anchors).cloned().collect();
    addresses.anchors.insert(meta.path.clone(), anchors);
    addresses.by_path.insert(meta.path.clone(), Some(index));
    addresses.by_address.insert(meta.address.clone(), meta.path.clone());
    addresses.renamed.insert(meta.path.clone(), meta.address.clone());
}
