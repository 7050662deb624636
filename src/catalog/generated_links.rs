//! Links to pages that Casebook makes itself. Some pages are known once all records are, others only when the whole site is planned.

use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, Link, Target, terms};
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::site::Site;
use crate::site::pages::{self, Generated, PageKind};

/// Breaks links to pages that do not exist, as far as the records alone tell: pages of terms, data, the list of case studies.
pub fn check_known(site: &Site, catalog: &mut Catalog) -> Vec<Diagnostic> {
    if addresses(catalog).next().is_none() {
        return Vec::new();
    }
    let with_page = terms::with_page(catalog).into_iter();
    let rows: FxHashMap<String, usize> = with_page.map(|(term, count)| (term.address(&catalog.vocabulary), count)).collect();
    let cases = catalog.cases.len();
    let known = |page: Generated<'_>| match page {
        Generated::First(PageKind::Sitemap) => Some(!site.base_url.is_empty()),
        Generated::First(_) | Generated::Data => Some(true),
        Generated::Other => Some(false),
        Generated::Part(PageKind::CaseStudies, _, part) => Some(part <= pages::parts(cases)),
        Generated::Term(folder, term, part) => Some(rows.get(&format!("{folder}{term}/")).is_some_and(|rows| part <= pages::parts(*rows))),
        Generated::TermFeed(folder, term) => Some(rows.contains_key(&format!("{folder}{term}/"))),
        Generated::Part(..) | Generated::Subject(_) => None,
    };
    // On most hosts upper and lower case are two, and Casebook writes its own addresses in lower case.
    check(catalog, |address, page| if address == address.to_lowercase() { known(page) } else { Some(false) })
}

/// Whether any link leads to a page that is only known when the whole site is planned.
pub fn needs_plan(catalog: &Catalog) -> bool {
    addresses(catalog).any(|address| matches!(pages::generated(address), Some(Generated::Part(..) | Generated::Subject(_))))
}

/// Breaks links to pages that are not planned; `exists` knows every planned address.
pub fn check_planned(catalog: &mut Catalog, exists: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    check(catalog, |address, page| match page {
        Generated::Part(..) | Generated::Subject(_) => Some(exists(address)),
        _ => None,
    })
}

fn addresses(catalog: &Catalog) -> impl Iterator<Item = &str> {
    catalog.metas().flat_map(|meta| &meta.body.links).filter_map(|link| match &link.target {
        Target::Generated(address) => Some(address.as_str()),
        _ => None,
    })
}

/// Breaks those links of which `exists` knows that they lead nowhere.
fn check(catalog: &mut Catalog, exists: impl Fn(&str, Generated<'_>) -> Option<bool>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for meta in catalog.metas_mut() {
        for link in &mut meta.body.links {
            let Target::Generated(address) = &link.target else { continue };
            if pages::generated(address).and_then(|page| exists(address, page)) == Some(false) {
                diagnostics.push(broken(link, address, &Place::new(&meta.path, link.span.clone())));
                link.target = Target::Broken;
            }
        }
    }
    diagnostics
}

fn broken(link: &Link, address: &str, place: &Place) -> Diagnostic {
    let lists = pages::PAGES.iter().flat_map(|page| page.addresses).copied().filter(|list| !list.is_empty());
    let hint = match nearest::nearest(address, lists.clone().filter(|list| *list != address)) {
        Some(list) => format!("did you mean `/{list}`?"),
        None => match lists.filter(|list| address.starts_with(list)).max_by_key(|list| list.len()) {
            Some(list) => format!("Casebook makes no such page; all of them are listed at `/{list}`"),
            None => "Casebook makes no such page".to_owned(),
        },
    };
    Diagnostic::error("broken-link", place.clone(), format!("the link `{}` leads nowhere", link.written)).hint(hint)
}
