//! Assembles the catalog from manuscripts: first the publication status, ids and addresses, then
//! all records in parallel, last the values that depend on several records: inverse relations,
//! backlinks and redirects.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::address_registry::{AddressOwner, AddressRegistry};
use crate::catalog::field::{self, Field};
use crate::catalog::links::{Addresses, asset_path, record_address};
use crate::catalog::read::{self, PublicationStatus, ReadContext};
use crate::catalog::withheld_names::{self, WithheldNames};
use crate::catalog::{CaseIndex, Catalog, IdeaIndex, LinkTarget, Meta, PlaybookIndex, RecordIndex};
use crate::catalog::{alias, attachments, generated_links, open_vocabulary, teams};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::current_path;
use crate::record::yaml::Value;
use crate::record::{Manuscript, RecordType};
use crate::site::{Site, Visibility, VocabularyMode};
use crate::source::{Asset, History};
use crate::vocabulary::Vocabulary;

/// Assembles the catalog of the records that the audience may see. Manuscripts may come in any
/// order; records are sorted by id. The diagnostics include those on the publication gates of
/// withheld records.
pub fn assemble(
    site: &Site,
    vocabulary: Vocabulary,
    mut manuscripts: Vec<Arc<Manuscript>>,
    assets: &[Asset],
    history: &History,
) -> (Catalog, Vec<Diagnostic>) {
    manuscripts
        .sort_by(|a, b| (a.record_type, &a.id, &a.path).cmp(&(b.record_type, &b.id, &b.path)));
    let statuses: Vec<PublicationStatus> = manuscripts
        .par_iter()
        .map(|manuscript| {
            current_path::scope(&manuscript.path, || read::publication_status(manuscript, site))
        })
        .collect();
    let shown: Vec<bool> = statuses
        .iter()
        .map(|status| site.shows(status.visibility) && (!status.is_draft || site.shows_drafts))
        .collect();
    // Withheld records are left out here, because the first spelling of an unlisted term becomes
    // its public label.
    let shown_manuscripts = manuscripts.par_iter().zip(&shown).filter(|(_, shown)| **shown);
    let unlisted_terms: Vec<_> = shown_manuscripts
        .flat_map_iter(|(manuscript, _)| {
            current_path::scope(&manuscript.path, || {
                open_vocabulary::find_unlisted_terms(manuscript, &vocabulary)
            })
        })
        .collect();
    let is_open_vocabulary = site.vocabulary.mode == VocabularyMode::Open;
    let vocabulary = if is_open_vocabulary {
        open_vocabulary::add_unlisted_terms(vocabulary, &unlisted_terms)
    } else {
        vocabulary
    };
    let count_shown = |kind: RecordType| {
        manuscripts
            .iter()
            .zip(&shown)
            .filter(|(manuscript, shown)| **shown && manuscript.record_type == kind)
            .count()
    };
    let mut registry = AddressRegistry::new(
        &vocabulary,
        count_shown(RecordType::CaseStudy),
        count_shown(RecordType::Idea),
    );
    let path_and_reason = |(manuscript, status): (&Arc<Manuscript>, &PublicationStatus)| {
        (Arc::clone(&manuscript.path), withheld_reason(status, site))
    };
    let hidden = manuscripts
        .iter()
        .zip(&statuses)
        .zip(&shown)
        .filter(|(_, shown)| !**shown)
        .map(|(record, _)| record);
    let mut withheld_reasons: BTreeMap<Arc<str>, &'static str> =
        hidden.map(path_and_reason).collect();
    let published = attachments::published_attachments(assets, &manuscripts, &shown);
    withheld_reasons.extend(
        attachments::withheld_paths(assets, &published)
            .map(|path| (path, "with the records that name it or lie beside it")),
    );
    let assets = published;
    let (addresses, assets, mut diagnostics) =
        assign_addresses(&manuscripts, &shown, assets, &mut registry);
    let context = ReadContext { site, vocabulary: &vocabulary, history, addresses: &addresses };
    let mut catalog = read_records(&manuscripts, &shown, &context, &mut diagnostics);
    diagnostics.extend(
        manuscripts
            .iter()
            .zip(&shown)
            .filter(|(_, shown)| !**shown)
            .flat_map(|(manuscript, _)| read::check_withheld(manuscript)),
    );
    catalog.withheld_names = if site.write.sources {
        collect_withheld_names(&manuscripts, &shown, withheld_reasons.keys())
    } else {
        WithheldNames::default()
    };
    catalog.withheld_reasons = withheld_reasons;
    catalog.withheld_count = shown.iter().filter(|shown| !**shown).count();
    catalog.assets = assets.into_iter().map(|asset| (asset_path(&asset), asset)).collect();
    catalog.redirects =
        collect_redirects(&manuscripts, &shown, &addresses, &mut registry, &mut diagnostics);
    catalog.vocabulary = vocabulary;
    diagnostics.extend(generated_links::check_links_to_known_pages(site, &mut catalog));
    teams::settle_names(&mut catalog);
    set_inverse_relations(&mut catalog);
    set_backlinks(&mut catalog);
    (catalog, diagnostics)
}

/// The names of the records that are not `shown`, and the file names of the withheld files at
/// `paths`.
fn collect_withheld_names<'a>(
    manuscripts: &[Arc<Manuscript>],
    shown: &[bool],
    paths: impl Iterator<Item = &'a Arc<str>>,
) -> WithheldNames {
    let hidden = manuscripts.iter().zip(shown).filter(|(_, shown)| !**shown);
    let of_records = hidden.flat_map(|(manuscript, _)| withheld_names::names_of(manuscript));
    let of_files = paths.map(|path| path.rsplit('/').next().unwrap_or(path).to_owned());
    WithheldNames::new(of_records.chain(of_files))
}

/// Reason why a record is withheld from the audience, as `check --files` shows it.
fn withheld_reason(status: &PublicationStatus, site: &Site) -> &'static str {
    if !site.shows(status.visibility) {
        return match status.visibility {
            Visibility::Restricted => "restricted, or under an embargo",
            _ => "for colleagues only",
        };
    }
    "a draft"
}

/// Assigns an index to each shown record and an address to each record, withheld ones included;
/// `shown` says for each manuscript whether the audience may see it. Of the attachments those are
/// returned whose address was free.
fn assign_addresses(
    manuscripts: &[Arc<Manuscript>],
    shown: &[bool],
    mut assets: Vec<Asset>,
    registry: &mut AddressRegistry,
) -> (Addresses, Vec<Asset>, Vec<Diagnostic>) {
    let mut addresses = Addresses::default();
    let mut diagnostics = Vec::new();
    let mut next_indices = [0_u32; 4];
    for (manuscript, shown) in manuscripts.iter().zip(shown) {
        let index = shown.then(|| next_index(manuscript.record_type, &mut next_indices));
        let path = &manuscript.path;
        match (manuscript.record_type, index) {
            (RecordType::CaseStudy, Some(RecordIndex::Case(case))) => {
                addresses.cases.insert(Arc::clone(&manuscript.id), Some(case));
            }
            (RecordType::CaseStudy, _) => {
                addresses.cases.insert(Arc::clone(&manuscript.id), None);
            }
            (RecordType::Idea, Some(RecordIndex::Idea(idea))) => {
                addresses.ideas.insert(Arc::clone(&manuscript.id), Some(idea));
            }
            (RecordType::Idea, _) => {
                addresses.ideas.insert(Arc::clone(&manuscript.id), None);
            }
            _ => {}
        }
        addresses.by_path.insert(Arc::clone(path), index);
        addresses.anchors.insert(
            Arc::clone(path),
            manuscript.outline.all_anchors().map(str::to_owned).collect(),
        );
        assign_address(manuscript, &mut addresses, registry, &mut diagnostics);
    }
    assets.retain(|asset| match registry.claim(&asset_path(asset), &asset.path) {
        Ok(()) => true,
        Err(owner) => {
            diagnostics.push(same_address(&asset.path, &asset_path(asset), &owner));
            false
        }
    });
    addresses.assets =
        assets.iter().map(|asset| (Arc::clone(&asset.path), asset_path(asset))).collect();
    (addresses, assets, diagnostics)
}

/// The next free index of a kind of record. `next` holds one counter for each kind.
fn next_index(kind: RecordType, next: &mut [u32; 4]) -> RecordIndex {
    let counter = &mut next[kind as usize];
    let index = *counter;
    *counter += 1;
    match kind {
        RecordType::CaseStudy => RecordIndex::Case(CaseIndex(index)),
        RecordType::Idea => RecordIndex::Idea(IdeaIndex(index)),
        RecordType::Playbook => RecordIndex::Playbook(PlaybookIndex(index)),
        RecordType::Page => RecordIndex::Page(index),
    }
}

/// Assigns a record its address. A taken address is reported, and the record gets the same one with
/// a number.
fn assign_address(
    manuscript: &Manuscript,
    addresses: &mut Addresses,
    registry: &mut AddressRegistry,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let wanted = record_address(manuscript.record_type, &manuscript.id);
    let Err(owner) = registry.claim(&wanted, &manuscript.path) else {
        addresses.by_address.insert(wanted, Arc::clone(&manuscript.path));
        return;
    };
    diagnostics.push(same_address(&manuscript.path, &wanted, &owner));
    let stem = wanted.trim_end_matches('/');
    let with_suffix = (2..10).map(|number| format!("{stem}-{number}/"));
    // Where Casebook generates every address of a folder, only an address outside it can be free.
    let mut numbered =
        with_suffix.chain((2..).map(|number| format!("{}-{number}/", stem.replace('/', "-"))));
    let free = numbered
        .find(|address| registry.claim(address, &manuscript.path).is_ok())
        .expect("numbers do not run out");
    addresses.by_address.insert(free.clone(), Arc::clone(&manuscript.path));
    addresses.renamed.insert(Arc::clone(&manuscript.path), free);
}

/// The diagnostic for a record or attachment whose address is taken.
fn same_address(path: &Arc<str>, address: &str, owner: &AddressOwner) -> Diagnostic {
    let place = Place::file(path);
    match owner {
        AddressOwner::File(other) => Diagnostic::error(
            "same-address",
            place,
            format!("`{path}` would be published at `/{address}`, where `{other}` is already"),
        )
        .hint("rename one of the two files"),
        AddressOwner::Casebook => Diagnostic::error(
            "same-address",
            place,
            format!("`{path}` would be published at `/{address}`, which Casebook makes itself"),
        )
        .hint("rename the file"),
    }
}

/// Reads all shown records into a catalog, in the order of the manuscripts.
fn read_records(
    manuscripts: &[Arc<Manuscript>],
    shown: &[bool],
    context: &ReadContext<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Catalog {
    let shown_manuscripts: Vec<&Manuscript> = manuscripts
        .iter()
        .zip(shown)
        .filter(|(_, shown)| **shown)
        .map(|(manuscript, _)| &**manuscript)
        .collect();
    let of_kind = |kind: RecordType| {
        shown_manuscripts
            .iter()
            .copied()
            .filter(move |manuscript| manuscript.record_type == kind)
            .collect::<Vec<_>>()
    };
    Catalog {
        cases: read_in_parallel(
            &of_kind(RecordType::CaseStudy),
            context,
            read::read_case_study,
            diagnostics,
        ),
        ideas: read_in_parallel(&of_kind(RecordType::Idea), context, read::read_idea, diagnostics),
        playbooks: read_in_parallel(
            &of_kind(RecordType::Playbook),
            context,
            read::read_playbook,
            diagnostics,
        ),
        pages: read_in_parallel(&of_kind(RecordType::Page), context, read::read_page, diagnostics),
        ..Catalog::default()
    }
}

/// Reads records of one kind in parallel, and collects their diagnostics.
fn read_in_parallel<T: Send>(
    manuscripts: &[&Manuscript],
    context: &ReadContext<'_>,
    read_record: fn(&Manuscript, &ReadContext<'_>) -> (T, Vec<Diagnostic>),
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<T> {
    let results: Vec<(T, Vec<Diagnostic>)> = manuscripts
        .par_iter()
        .map(|manuscript| {
            current_path::scope(&manuscript.path, || read_record(manuscript, context))
        })
        .collect();
    let mut records = Vec::with_capacity(results.len());
    for (record, mut problems) in results {
        records.push(record);
        diagnostics.append(&mut problems);
    }
    records
}

/// The current address of each shown record by each of its aliases; aliases that are invalid or
/// taken are reported and left out.
fn collect_redirects(
    manuscripts: &[Arc<Manuscript>],
    shown: &[bool],
    addresses: &Addresses,
    registry: &mut AddressRegistry,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, String> {
    let mut redirects = BTreeMap::new();
    for manuscript in
        manuscripts.iter().zip(shown).filter(|(_, shown)| **shown).map(|(manuscript, _)| manuscript)
    {
        let Some((_, node)) =
            manuscript.fields().iter().find(|(key, _)| field::ALIASES.has_key(&key.name))
        else {
            continue;
        };
        let nodes = match &node.value {
            Value::List(nodes) => nodes,
            _ => std::slice::from_ref(node),
        };
        for node in nodes.iter().filter(|node| !node.is_blank()) {
            let Value::Text(written) = &node.value else { continue };
            match claim_alias(
                written,
                manuscript,
                addresses,
                registry,
                &Place::new(&manuscript.path, node.span()),
            ) {
                Ok(Some(old)) => drop(redirects.insert(old, addresses.page_address(manuscript))),
                Ok(None) => {}
                Err(problem) => diagnostics.push(*problem),
            }
        }
    }
    redirects
}

/// Claims the address of an alias for its record; none where the record has that address already.
fn claim_alias(
    written: &str,
    manuscript: &Manuscript,
    addresses: &Addresses,
    registry: &mut AddressRegistry,
    place: &Place,
) -> Result<Option<String>, Box<Diagnostic>> {
    let old = alias::parse_alias(written, place)?;
    match registry.claim(&old, &manuscript.path) {
        Ok(()) => Ok(Some(old)),
        Err(AddressOwner::File(path)) if path == manuscript.path => Ok(None),
        Err(owner) => {
            let reason = match owner {
                AddressOwner::Casebook => "Casebook makes itself what is there".to_owned(),
                AddressOwner::File(path) => match addresses.by_address.get(&old) {
                    Some(_) => format!("`{path}` is published there"),
                    None => format!("`{path}` has it already"),
                },
            };
            let problem = Diagnostic::error(
                "same-address",
                place.clone(),
                format!("the alias `/{old}` is taken: {reason}"),
            );
            Err(Box::new(
                problem
                    .hint("remove it: an alias keeps an old address alive that nothing else uses"),
            ))
        }
    }
}

/// Sets the inverse relations of case studies: the relations that other studies state to them.
fn set_inverse_relations(catalog: &mut Catalog) {
    let mut relations: Vec<(&'static Field, CaseIndex, CaseIndex)> = Vec::new();
    for (index, case) in catalog.iter_cases() {
        for (field, targets) in case.relations.by_field() {
            relations.extend(
                targets
                    .iter()
                    .filter(|target| **target != index)
                    .map(|target| (field, *target, index)),
            );
        }
    }
    for (field, target, source) in relations {
        catalog.cases[target.0 as usize].inverse.list_mut(field).push(source);
    }
}

/// Sets the backlinks: by record, the records whose bodies link to it.
fn set_backlinks(catalog: &mut Catalog) {
    let links_by_record = |catalog: &Catalog| -> Vec<(RecordIndex, Vec<RecordIndex>)> {
        let cases = catalog.cases.iter().enumerate().map(|(at, case)| {
            (RecordIndex::Case(CaseIndex(at as u32)), linked_records(&case.meta))
        });
        let ideas = catalog.ideas.iter().enumerate().map(|(at, idea)| {
            (RecordIndex::Idea(IdeaIndex(at as u32)), linked_records(&idea.meta))
        });
        let playbooks = catalog.playbooks.iter().enumerate().map(|(at, playbook)| {
            (RecordIndex::Playbook(PlaybookIndex(at as u32)), linked_records(&playbook.meta))
        });
        let pages = catalog
            .pages
            .iter()
            .enumerate()
            .map(|(at, page)| (RecordIndex::Page(at as u32), linked_records(&page.meta)));
        cases.chain(ideas).chain(playbooks).chain(pages).collect()
    };
    let mut backlinks: BTreeMap<RecordIndex, Vec<RecordIndex>> = BTreeMap::new();
    for (from, targets) in links_by_record(catalog) {
        for target in targets.into_iter().filter(|target| *target != from) {
            backlinks.entry(target).or_default().push(from);
        }
    }
    catalog.backlinks = backlinks;
}

/// The records that a record's body links to, sorted without repetition; it may be among them
/// itself.
fn linked_records(meta: &Meta) -> Vec<RecordIndex> {
    let mut targets: Vec<RecordIndex> = meta
        .body
        .links
        .iter()
        .filter_map(|link| match link.target {
            LinkTarget::Record(index, _) => Some(index),
            _ => None,
        })
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}
