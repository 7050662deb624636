//! Files for search engines: `sitemap.xml` and `robots.txt`.

use serde::Serialize;

use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::spec::{Page, PageSpec};
use crate::site::Audience;
use crate::site::address::encode_path;

/// The view of `sitemap.xml`.
#[derive(Debug, Clone, Serialize)]
pub struct Sitemap {
    /// Entries in the order of paths, at most `MAX_ADDRESSES`.
    pub places: Vec<SitemapEntry>,
}

/// One page of the site as an entry of `sitemap.xml`.
#[derive(Debug, Clone, Serialize)]
pub struct SitemapEntry {
    /// Full address of the page.
    pub address: String,
    /// Date of the last change, ISO 8601; none where git does not know it.
    pub changed: Option<String>,
}

/// The view of `robots.txt`.
#[derive(Debug, Clone, Serialize)]
pub struct Robots {
    /// Whether crawlers are allowed, which is so for a public site only.
    pub welcome: bool,
    /// Full address of the sitemap; none without a base URL.
    pub sitemap: Option<String>,
}

/// The most addresses that the sitemap protocol allows in one file.
const MAX_ADDRESSES: usize = 50_000;

/// Composes `sitemap.xml` with those of the pages that search engines may index.
pub fn compose(context: &Context, pages: &[Page]) -> ComposedPage<Sitemap> {
    let listed = pages
        .iter()
        .filter(|page| page.path.ends_with(".html") && page.spec.kind().declaration().is_indexable);
    let view = Sitemap {
        places: listed.take(MAX_ADDRESSES).map(|page| sitemap_entry(context, page)).collect(),
    };
    ComposedPage::from_title(context, "", view)
}

/// A page as an entry of the sitemap; only pages of records have a date.
fn sitemap_entry(context: &Context, page: &Page) -> SitemapEntry {
    let change = match page.spec {
        PageSpec::CaseStudy(index) => context.catalog.case(index).meta.change.as_ref(),
        PageSpec::Idea(index) => context.catalog.idea(index).meta.change.as_ref(),
        PageSpec::Playbook(index) => context.catalog.playbook(index).meta.change.as_ref(),
        _ => None,
    };
    SitemapEntry {
        address: format!("{}{}", context.site.base_url, encode_path(page.address())),
        changed: change.map(|change| change.updated.to_string()),
    }
}

/// Composes `robots.txt`, which allows crawlers on a public site only.
pub fn compose_robots(context: &Context) -> ComposedPage<Robots> {
    let sitemap = (!context.site.base_url.is_empty())
        .then(|| format!("{}sitemap.xml", context.site.base_url));
    let welcome = context.site.audience == Audience::Public;
    ComposedPage::from_title(context, "", Robots { welcome, sitemap: sitemap.filter(|_| welcome) })
}
