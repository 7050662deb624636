//! A free page.

use serde::Serialize;

use crate::page::case_study::contents;
use crate::page::context::Context;
use crate::page::parts::{Entry, Fact, LanguageMark, Link};
use crate::page::{Composed, Page, View, body, frame, free_fields, say};

/// The view of a free page.
#[derive(Debug, Clone, Serialize)]
pub struct ProsePage {
    /// Its title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Its language where that is not the interface's.
    pub language: Option<LanguageMark>,
    /// Its text, as HTML.
    pub body: String,
    /// Table of contents.
    pub contents: Vec<Entry>,
    /// The hub's own fields.
    pub facts: Vec<Fact>,
    /// The other free pages.
    pub siblings: Vec<Link>,
}

/// Composes the page at a position in the catalog.
pub fn compose(context: &Context, index: u32, page: &Page) -> Composed {
    let prose = &context.catalog.pages[index as usize];
    let meta = &prose.meta;
    let view = ProsePage {
        title: meta.title.clone(),
        summary: prose.summary.clone(),
        language: say::foreign(context, &meta.language),
        body: body::html(context.catalog, &meta.body, &page.root()),
        contents: contents(meta),
        facts: free_fields::facts(meta).collect(),
        siblings: frame::free_pages(context).into_iter().filter(|link| link.url != meta.address).collect(),
    };
    Composed::titled(context, &meta.title, View::Prose(view)).described(Some(&prose.summary))
}
