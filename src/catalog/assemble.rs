//! From manuscripts to the catalog: who may see what, ids and addresses first, then every record at once, then what
//! follows from all of them: inverses, backlinks and redirects.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::attachments;
use crate::catalog::links::{Addresses, address, asset_path, is_made};
use crate::catalog::read::{self, Context, Standing};
use crate::catalog::{CaseIndex, Catalog, IdeaIndex, Meta, PlaybookIndex, RecordIndex, Target};
use crate::diagnostic::{Diagnostic, Place};
use crate::record::node::Value;
use crate::record::{Kind, Manuscript};
use crate::site::Site;
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
    let unlisted: Vec<_> = manuscripts.par_iter().with_max_len(64).flat_map_iter(|manuscript| read::unlisted(manuscript, &vocabulary)).collect();
    let vocabulary = read::open_vocabulary(site, vocabulary, &unlisted);
    let standings: Vec<Standing> = manuscripts.par_iter().with_max_len(64).map(|manuscript| read::standing(manuscript, site)).collect();
    let shown: Vec<bool> = standings.iter().map(|standing| site.shows(standing.visibility) && (!standing.draft || site.drafts)).collect();
    let assets = &attachments::published(assets, &manuscripts, &shown);
    let (addresses, mut diagnostics) = lay_out(&manuscripts, &shown, assets);
    let context = Context { site, vocabulary: &vocabulary, history, addresses: &addresses };
    let mut catalog = read_all(&manuscripts, &shown, &context, &mut diagnostics);
    diagnostics.extend(manuscripts.iter().zip(&shown).filter(|(_, shown)| !**shown).flat_map(|(manuscript, _)| read::withheld(manuscript)));
    catalog.withheld = shown.iter().filter(|shown| !**shown).count();
    catalog.assets = assets.iter().map(|asset| (asset_path(asset), asset.clone())).collect();
    catalog.redirects = redirects(&manuscripts, &shown, &addresses, &mut diagnostics);
    catalog.vocabulary = vocabulary;
    invert(&mut catalog);
    link_back(&mut catalog);
    (catalog, diagnostics)
}

/// Ids, positions and addresses of everything, and what is wrong with them.
fn lay_out(manuscripts: &[Arc<Manuscript>], shown: &[bool], assets: &[Asset]) -> (Addresses, Vec<Diagnostic>) {
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
        addresses.anchors.insert(Arc::clone(path), manuscript.outline.headings.iter().map(|heading| heading.anchor.clone()).collect());
        settle_address(manuscript, &mut addresses, &mut diagnostics);
    }
    addresses.assets = assets.iter().map(|asset| (Arc::clone(&asset.path), asset_path(asset))).collect();
    (addresses, diagnostics)
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
fn settle_address(manuscript: &Manuscript, addresses: &mut Addresses, diagnostics: &mut Vec<Diagnostic>) {
    let wanted = address(manuscript.kind, &manuscript.id);
    let place = Place::file(&manuscript.path);
    let taken = addresses.by_address.get(&wanted).cloned();
    let problem = match &taken {
        Some(other) => {
            Diagnostic::error("same-address", place, format!("`{}` would be published at `/{wanted}`, where `{other}` is already", manuscript.path))
                .hint("rename one of the two files")
        }
        None if is_made(&wanted) => {
            Diagnostic::error("same-address", place, format!("`/{wanted}` is a page that Casebook makes itself")).hint("rename the file")
        }
        None => {
            addresses.by_address.insert(wanted, Arc::clone(&manuscript.path));
            return;
        }
    };
    diagnostics.push(problem);
    let stem = wanted.trim_end_matches('/');
    let free =
        (2..).map(|number| format!("{stem}-{number}/")).find(|address| !addresses.by_address.contains_key(address)).expect("numbers do not run out");
    addresses.by_address.insert(free.clone(), Arc::clone(&manuscript.path));
    addresses.renamed.insert(Arc::clone(&manuscript.path), free);
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
    let read: Vec<(T, Vec<Diagnostic>)> = manuscripts.par_iter().with_max_len(64).map(|manuscript| read(manuscript, context)).collect();
    let mut records = Vec::with_capacity(read.len());
    for (record, mut problems) in read {
        records.push(record);
        diagnostics.append(&mut problems);
    }
    records
}

/// `aliases:` of shown records: old address to new one.
fn redirects(manuscripts: &[Arc<Manuscript>], shown: &[bool], addresses: &Addresses, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let mut redirects = BTreeMap::new();
    for manuscript in manuscripts.iter().zip(shown).filter(|(_, shown)| **shown).map(|(manuscript, _)| manuscript) {
        let Some((_, node)) = manuscript.entries().iter().find(|(key, _)| key.is("aliases")) else { continue };
        let nodes = match &node.value {
            Value::List(nodes) => nodes,
            _ => std::slice::from_ref(node),
        };
        for node in nodes {
            let Value::Text(old) = &node.value else { continue };
            let parts: Vec<&str> = old.split('/').filter(|part| !part.is_empty() && *part != "." && *part != "..").collect();
            let old = format!("{}/", parts.join("/"));
            let own = addresses.of(manuscript);
            match taken(&old, &redirects, addresses) {
                None => drop(redirects.insert(old, own)),
                Some(other) if other == own || old == own => {}
                Some(other) => diagnostics.push(alias_taken(&old, &other, Place::new(&manuscript.path, node.span()))),
            }
        }
    }
    redirects
}

/// The page that an old address would lead away from, if any: one that is made, a record's, or another redirect's.
fn taken(old: &str, redirects: &BTreeMap<String, String>, addresses: &Addresses) -> Option<String> {
    if old == "/" || is_made(old) || addresses.by_address.contains_key(old) {
        return Some(old.to_owned());
    }
    redirects.get(old).cloned()
}

fn alias_taken(old: &str, other: &str, place: Place) -> Diagnostic {
    Diagnostic::error("same-address", place, format!("the alias `/{}` leads to `/{other}` already", old.trim_start_matches('/')))
        .hint("remove it: an alias keeps an old address alive that nothing else uses")
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
