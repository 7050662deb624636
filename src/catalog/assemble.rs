//! From manuscripts to the catalog: who may see what, ids and addresses first, then every record at once, then what
//! follows from all of them: inverses, backlinks and redirects.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::claims::{Claims, Holder};
use crate::catalog::links::{Addresses, address, asset_path};
use crate::catalog::read::{self, Context, Standing};
use crate::catalog::{CaseIndex, Catalog, IdeaIndex, Meta, PlaybookIndex, RecordIndex, Target};
use crate::catalog::{alias, attachments, generated_links, open_vocabulary};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::work;
use crate::record::node::Value;
use crate::record::{Kind, Manuscript};
use crate::site::{Site, Visibility, VocabularyMode};
use crate::source::{Asset, History};
use crate::vocabulary::Vocabulary;

/// Puts the catalog together. Manuscripts may come in any order; records come out in id order.
pub fn assemble(
    site: &Site,
    vocabulary: Vocabulary,
    mut manuscripts: Vec<Arc<Manuscript>>,
    assets: &[Asset],
    history: &History,
) -> (Catalog, Vec<Diagnostic>) {
    manuscripts.sort_by(|a, b| (a.kind, &a.id, &a.path).cmp(&(b.kind, &b.id, &b.path)));
    let standings: Vec<Standing> =
        manuscripts.par_iter().with_max_len(64).map(|manuscript| work::on(&manuscript.path, || read::standing(manuscript, site))).collect();
    let shown: Vec<bool> = standings.iter().map(|standing| site.shows(standing.visibility) && (!standing.draft || site.drafts)).collect();
    // Only those that are shown: a term is labelled as it was first written, and a withheld record leaves no trace.
    let open = manuscripts.par_iter().zip(&shown).with_max_len(64).filter(|(_, shown)| **shown);
    let unlisted: Vec<_> =
        open.flat_map_iter(|(manuscript, _)| work::on(&manuscript.path, || open_vocabulary::unlisted(manuscript, &vocabulary))).collect();
    let is_open = site.vocabulary.mode == VocabularyMode::Open;
    let vocabulary = if is_open { open_vocabulary::with_unlisted(vocabulary, &unlisted) } else { vocabulary };
    let shown_of = |kind: Kind| manuscripts.iter().zip(&shown).filter(|(manuscript, shown)| **shown && manuscript.kind == kind).count();
    let mut claims = Claims::new(&vocabulary, shown_of(Kind::CaseStudy), shown_of(Kind::Idea));
    let withheld = |(manuscript, standing): (&Arc<Manuscript>, &Standing)| (Arc::clone(&manuscript.path), reason(standing, site));
    let hidden = manuscripts.iter().zip(&standings).zip(&shown).filter(|(_, shown)| !**shown).map(|(record, _)| record);
    let mut withheld_files: BTreeMap<Arc<str>, &'static str> = hidden.map(withheld).collect();
    let published = attachments::published(assets, &manuscripts, &shown);
    withheld_files.extend(attachments::without(assets, &published).map(|path| (path, "with the records that name it or lie beside it")));
    let assets = published;
    let (addresses, assets, mut diagnostics) = lay_out(&manuscripts, &shown, assets, &mut claims);
    let context = Context { site, vocabulary: &vocabulary, history, addresses: &addresses };
    let mut catalog = read_all(&manuscripts, &shown, &context, &mut diagnostics);
    diagnostics.extend(manuscripts.iter().zip(&shown).filter(|(_, shown)| !**shown).flat_map(|(manuscript, _)| read::withheld(manuscript)));
    catalog.withheld_files = withheld_files;
    catalog.withheld = shown.iter().filter(|shown| !**shown).count();
    catalog.assets = assets.into_iter().map(|asset| (asset_path(&asset), asset)).collect();
    catalog.redirects = redirects(&manuscripts, &shown, &addresses, &mut claims, &mut diagnostics);
    catalog.vocabulary = vocabulary;
    diagnostics.extend(generated_links::check_known(site, &mut catalog));
    invert(&mut catalog);
    link_back(&mut catalog);
    (catalog, diagnostics)
}

/// Why a record is not shown to the audience.
fn reason(standing: &Standing, site: &Site) -> &'static str {
    if !site.shows(standing.visibility) {
        return match standing.visibility {
            Visibility::Restricted => "restricted, or under an embargo",
            _ => "for colleagues only",
        };
    }
    "a draft"
}

/// Ids, positions and addresses of everything, and what is wrong with them.
fn lay_out(manuscripts: &[Arc<Manuscript>], shown: &[bool], mut assets: Vec<Asset>, claims: &mut Claims) -> (Addresses, Vec<Asset>, Vec<Diagnostic>) {
    let mut addresses = Addresses::default();
    let mut diagnostics = Vec::new();
    let mut next = [0_u32; 4];
    for (manuscript, shown) in manuscripts.iter().zip(shown) {
        let index = shown.then(|| position(manuscript.kind, &mut next));
        let path = &manuscript.path;
        match (manuscript.kind, index) {
            (Kind::CaseStudy, Some(RecordIndex::Case(case))) => drop(addresses.cases.insert(Arc::clone(&manuscript.id), Some(case))),
            (Kind::CaseStudy, _) => drop(addresses.cases.insert(Arc::clone(&manuscript.id), None)),
            (Kind::Idea, Some(RecordIndex::Idea(idea))) => drop(addresses.ideas.insert(Arc::clone(&manuscript.id), Some(idea))),
            (Kind::Idea, _) => drop(addresses.ideas.insert(Arc::clone(&manuscript.id), None)),
            _ => {}
        }
        addresses.by_path.insert(Arc::clone(path), index);
        addresses.anchors.insert(Arc::clone(path), manuscript.outline.all_anchors().map(str::to_owned).collect());
        settle_address(manuscript, &mut addresses, claims, &mut diagnostics);
    }
    assets.retain(|asset| match claims.claim(&asset_path(asset), &asset.path) {
        Ok(()) => true,
        Err(holder) => {
            diagnostics.push(same_address(&asset.path, &asset_path(asset), &holder));
            false
        }
    });
    addresses.assets = assets.iter().map(|asset| (Arc::clone(&asset.path), asset_path(asset))).collect();
    (addresses, assets, diagnostics)
}

fn position(kind: Kind, next: &mut [u32; 4]) -> RecordIndex {
    let counter = &mut next[kind as usize];
    let index = *counter;
    *counter += 1;
    match kind {
        Kind::CaseStudy => RecordIndex::Case(CaseIndex(index)),
        Kind::Idea => RecordIndex::Idea(IdeaIndex(index)),
        Kind::Playbook => RecordIndex::Playbook(PlaybookIndex(index)),
        Kind::Page => RecordIndex::Page(index),
    }
}

/// Gives a record its address; where it is taken, the first record keeps it and this one gets a number.
fn settle_address(manuscript: &Manuscript, addresses: &mut Addresses, claims: &mut Claims, diagnostics: &mut Vec<Diagnostic>) {
    let wanted = address(manuscript.kind, &manuscript.id);
    let Err(holder) = claims.claim(&wanted, &manuscript.path) else {
        addresses.by_address.insert(wanted, Arc::clone(&manuscript.path));
        return;
    };
    diagnostics.push(same_address(&manuscript.path, &wanted, &holder));
    let stem = wanted.trim_end_matches('/');
    let beside = (2..10).map(|number| format!("{stem}-{number}/"));
    // Whole folders are Casebook's, so that no number helps in them.
    let mut numbered = beside.chain((2..).map(|number| format!("{}-{number}/", stem.replace('/', "-"))));
    let free = numbered.find(|address| claims.claim(address, &manuscript.path).is_ok()).expect("numbers do not run out");
    addresses.by_address.insert(free.clone(), Arc::clone(&manuscript.path));
    addresses.renamed.insert(Arc::clone(&manuscript.path), free);
}

/// A record or attachment whose address another one has.
fn same_address(path: &Arc<str>, address: &str, holder: &Holder) -> Diagnostic {
    let place = Place::file(path);
    match holder {
        Holder::File(other) => {
            Diagnostic::error("same-address", place, format!("`{path}` would be published at `/{address}`, where `{other}` is already"))
                .hint("rename one of the two files")
        }
        Holder::Casebook => {
            Diagnostic::error("same-address", place, format!("`{path}` would be published at `/{address}`, which Casebook makes itself"))
                .hint("rename the file")
        }
    }
}

/// Reads every record in parallel; order and positions follow the manuscripts'.
fn read_all(manuscripts: &[Arc<Manuscript>], shown: &[bool], context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Catalog {
    let seen: Vec<&Manuscript> = manuscripts.iter().zip(shown).filter(|(_, shown)| **shown).map(|(manuscript, _)| &**manuscript).collect();
    let of = |kind: Kind| seen.iter().copied().filter(move |manuscript| manuscript.kind == kind).collect::<Vec<_>>();
    Catalog {
        cases: collect(&of(Kind::CaseStudy), context, read::case_study, diagnostics),
        ideas: collect(&of(Kind::Idea), context, read::idea, diagnostics),
        playbooks: collect(&of(Kind::Playbook), context, read::playbook, diagnostics),
        pages: collect(&of(Kind::Page), context, read::prose, diagnostics),
        ..Catalog::default()
    }
}

fn collect<T: Send>(
    manuscripts: &[&Manuscript],
    context: &Context<'_>,
    read: fn(&Manuscript, &Context<'_>) -> (T, Vec<Diagnostic>),
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<T> {
    let read: Vec<(T, Vec<Diagnostic>)> =
        manuscripts.par_iter().with_max_len(64).map(|manuscript| work::on(&manuscript.path, || read(manuscript, context))).collect();
    let mut records = Vec::with_capacity(read.len());
    for (record, mut problems) in read {
        records.push(record);
        diagnostics.append(&mut problems);
    }
    records
}

/// `aliases:` of shown records: old address to new one.
fn redirects(
    manuscripts: &[Arc<Manuscript>],
    shown: &[bool],
    addresses: &Addresses,
    claims: &mut Claims,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, String> {
    let mut redirects = BTreeMap::new();
    for manuscript in manuscripts.iter().zip(shown).filter(|(_, shown)| **shown).map(|(manuscript, _)| manuscript) {
        let Some((_, node)) = manuscript.entries().iter().find(|(key, _)| key.is("aliases")) else { continue };
        let nodes = match &node.value {
            Value::List(nodes) => nodes,
            _ => std::slice::from_ref(node),
        };
        for node in nodes {
            let Value::Text(written) = &node.value else { continue };
            match redirect(written, manuscript, addresses, claims, &Place::new(&manuscript.path, node.span())) {
                Ok(Some(old)) => drop(redirects.insert(old, addresses.of(manuscript))),
                Ok(None) => {}
                Err(problem) => diagnostics.push(*problem),
            }
        }
    }
    redirects
}

/// The address that an alias keeps alive; nothing where it leads to its own record already.
fn redirect(
    written: &str,
    manuscript: &Manuscript,
    addresses: &Addresses,
    claims: &mut Claims,
    place: &Place,
) -> Result<Option<String>, Box<Diagnostic>> {
    let old = alias::address(written, place)?;
    match claims.claim(&old, &manuscript.path) {
        Ok(()) => Ok(Some(old)),
        Err(Holder::File(path)) if path == manuscript.path => Ok(None),
        Err(holder) => {
            let other = match holder {
                Holder::Casebook => "Casebook makes itself what is there".to_owned(),
                Holder::File(path) => match addresses.by_address.get(&old) {
                    Some(_) => format!("`{path}` is published there"),
                    None => format!("`{path}` has it already"),
                },
            };
            let problem = Diagnostic::error("same-address", place.clone(), format!("the alias `/{old}` is taken: {other}"));
            Err(Box::new(problem.hint("remove it: an alias keeps an old address alive that nothing else uses")))
        }
    }
}

/// Derives what other records say of each case study.
fn invert(catalog: &mut Catalog) {
    let mut said: Vec<(&'static str, CaseIndex, CaseIndex)> = Vec::new();
    for (index, case) in catalog.each_case() {
        for (field, targets) in case.relations.named() {
            said.extend(targets.iter().filter(|target| **target != index).map(|target| (field, *target, index)));
        }
    }
    for (field, target, by) in said {
        catalog.cases[target.0 as usize].inverse.list_mut(field).push(by);
    }
}

/// Derives who links to each record from a body.
fn link_back(catalog: &mut Catalog) {
    let metas = |catalog: &Catalog| -> Vec<(RecordIndex, Vec<RecordIndex>)> {
        let cases = catalog.cases.iter().enumerate().map(|(at, case)| (RecordIndex::Case(CaseIndex(at as u32)), links(&case.meta)));
        let ideas = catalog.ideas.iter().enumerate().map(|(at, idea)| (RecordIndex::Idea(IdeaIndex(at as u32)), links(&idea.meta)));
        let playbooks =
            catalog.playbooks.iter().enumerate().map(|(at, playbook)| (RecordIndex::Playbook(PlaybookIndex(at as u32)), links(&playbook.meta)));
        let pages = catalog.pages.iter().enumerate().map(|(at, page)| (RecordIndex::Page(at as u32), links(&page.meta)));
        cases.chain(ideas).chain(playbooks).chain(pages).collect()
    };
    let mut backlinks: BTreeMap<RecordIndex, Vec<RecordIndex>> = BTreeMap::new();
    for (from, targets) in metas(catalog) {
        for target in targets.into_iter().filter(|target| *target != from) {
            backlinks.entry(target).or_default().push(from);
        }
    }
    catalog.backlinks = backlinks;
}

fn links(meta: &Meta) -> Vec<RecordIndex> {
    let mut targets: Vec<RecordIndex> = meta
        .body
        .links
        .iter()
        .filter_map(|link| match link.target {
            Target::Record(index, _) => Some(index),
            _ => None,
        })
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}
