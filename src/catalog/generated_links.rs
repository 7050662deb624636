//! Checks links to generated pages. Some pages are known from the records alone, others only from
//! the page plan of the whole site.

use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, Link, LinkTarget, terms};
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::site::Site;
use crate::site::pages::{self, GeneratedAddress, PageKind};

/// Marks links to missing pages as broken, for pages that are known from the records: terms, data
/// and the list of case studies.
pub fn check_links_to_known_pages(site: &Site, catalog: &mut Catalog) -> Vec<Diagnostic> {
    if generated_addresses(catalog).next().is_none() {
        return Vec::new();
    }
    let terms = terms::terms_with_page(catalog).into_iter();
    let case_counts: FxHashMap<String, usize> =
        terms.map(|(term, count)| (term.address(&catalog.vocabulary), count)).collect();
    let cases = catalog.cases.len();
    let exists = |page: GeneratedAddress<'_>| match page {
        GeneratedAddress::FirstPage(PageKind::Sitemap) => Some(!site.base_url.is_empty()),
        GeneratedAddress::FirstPage(_) | GeneratedAddress::DataFile => Some(true),
        GeneratedAddress::Editor => Some(site.publishes_editor()),
        GeneratedAddress::OtherFile => Some(false),
        GeneratedAddress::ListPage(PageKind::CaseStudies, _, part) => {
            Some(part <= pages::page_count(cases))
        }
        GeneratedAddress::TermPage(folder, term, part) => Some(
            case_counts
                .get(&format!("{folder}{term}/"))
                .is_some_and(|count| part <= pages::page_count(*count)),
        ),
        GeneratedAddress::TermFeed(folder, term) => {
            Some(case_counts.contains_key(&format!("{folder}{term}/")))
        }
        GeneratedAddress::ListPage(..) | GeneratedAddress::SubjectPage(_) => None,
    };
    // Generated addresses are lower case, and most hosts distinguish letter case.
    break_dead_links(catalog, |address, page| {
        if address == address.to_lowercase() { exists(page) } else { Some(false) }
    })
}

/// Whether any link leads to a page that is known only from the page plan.
pub fn has_links_to_planned_pages(catalog: &Catalog) -> bool {
    generated_addresses(catalog).any(|address| {
        matches!(
            pages::classify_address(address),
            Some(GeneratedAddress::ListPage(..) | GeneratedAddress::SubjectPage(_))
        )
    })
}

/// Marks links to pages outside the page plan as broken; `exists` tells whether an address is
/// planned.
pub fn check_links_to_planned_pages(
    catalog: &mut Catalog,
    exists: impl Fn(&str) -> bool,
) -> Vec<Diagnostic> {
    break_dead_links(catalog, |address, page| match page {
        GeneratedAddress::ListPage(..) | GeneratedAddress::SubjectPage(_) => Some(exists(address)),
        _ => None,
    })
}

/// Addresses of the generated pages and files that bodies link to, with repetitions.
fn generated_addresses(catalog: &Catalog) -> impl Iterator<Item = &str> {
    catalog.metas().flat_map(|meta| &meta.body.links).filter_map(|link| match &link.target {
        LinkTarget::Generated(address) => Some(address.as_str()),
        _ => None,
    })
}

/// Marks links as broken whose page does not exist. `exists` returns none where that is not known.
fn break_dead_links(
    catalog: &mut Catalog,
    exists: impl Fn(&str, GeneratedAddress<'_>) -> Option<bool>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for meta in catalog.metas_mut() {
        for link in &mut meta.body.links {
            let LinkTarget::Generated(address) = &link.target else { continue };
            if pages::classify_address(address).and_then(|page| exists(address, page))
                == Some(false)
            {
                diagnostics.push(broken_link(
                    link,
                    address,
                    &Place::new(&meta.path, link.span.clone()),
                ));
                link.target = LinkTarget::Broken;
            }
        }
    }
    diagnostics
}

/// The diagnostic for a link to a page that Casebook does not generate, with the nearest list as
/// hint.
fn broken_link(link: &Link, address: &str, place: &Place) -> Diagnostic {
    let list_addresses = pages::PAGES
        .iter()
        .flat_map(|page| page.addresses)
        .copied()
        .filter(|list| !list.is_empty());
    let hint = match nearest::find_nearest(
        address,
        list_addresses.clone().filter(|list| *list != address),
    ) {
        Some(list) => format!("did you mean `/{list}`?"),
        None => match list_addresses
            .filter(|list| address.starts_with(list))
            .max_by_key(|list| list.len())
        {
            Some(list) => {
                format!("Casebook makes no such page; all of them are listed at `/{list}`")
            }
            None => "Casebook makes no such page".to_owned(),
        },
    };
    Diagnostic::error(
        "broken-link",
        place.clone(),
        format!("the link `{}` leads nowhere", link.destination),
    )
    .hint(hint)
}
