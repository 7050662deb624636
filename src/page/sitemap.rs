//! What search engines and other robots are told.

use serde::Serialize;

use crate::page::context::Context;
use crate::page::{Composed, Page, View, What, plan};
use crate::site::Audience;
use crate::site::address::encode_path;

/// The view of the sitemap.
#[derive(Debug, Clone, Serialize)]
pub struct Sitemap {
    /// Full addresses with the day of their last change.
    pub places: Vec<Place>,
}

/// One page.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// Its full address.
    pub address: String,
    /// The day of its last change.
    pub changed: Option<String>,
}

/// The view of `robots.txt`.
#[derive(Debug, Clone, Serialize)]
pub struct Robots {
    /// Whether robots are welcome: only to a public site.
    pub welcome: bool,
    /// The sitemap's full address.
    pub sitemap: Option<String>,
}

/// The most addresses that the sitemap format allows in one file.
const MOST_PLACES: usize = 50_000;

/// Composes the sitemap: every page a person would read, once.
pub fn compose(context: &Context) -> Composed {
    let pages = plan(context);
    let read = pages.iter().filter(|page| page.path.ends_with(".html") && page.what.kind().declaration().for_robots);
    let view = Sitemap { places: read.take(MOST_PLACES).map(|page| place(context, page)).collect() };
    Composed::titled(context, "", View::Sitemap(view))
}

fn place(context: &Context, page: &Page) -> Place {
    let change = match page.what {
        What::CaseStudy(index) => context.catalog.case(index).meta.change.as_ref(),
        What::Idea(index) => context.catalog.idea(index).meta.change.as_ref(),
        What::Playbook(index) => context.catalog.playbook(index).meta.change.as_ref(),
        _ => None,
    };
    Place { address: format!("{}{}", context.site.base_url, encode_path(page.address())), changed: change.map(|change| change.updated.to_string()) }
}

/// Composes `robots.txt`.
pub fn robots(context: &Context) -> Composed {
    let sitemap = (!context.site.base_url.is_empty()).then(|| format!("{}sitemap.xml", context.site.base_url));
    let welcome = context.site.audience == Audience::Public;
    Composed::titled(context, "", View::Robots(Robots { welcome, sitemap: sitemap.filter(|_| welcome) }))
}
