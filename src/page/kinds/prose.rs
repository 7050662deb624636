//! The view of a free page.

use serde::Serialize;

use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::record::table_of_contents;
use crate::page::parts::structured_data::{self, Article};
use crate::page::parts::{ContentsEntry, Fact, LanguageMark, Link, extra_fields, frame};
use crate::page::spec::Page;
use crate::page::text::{body, display};

/// The view of a free page, one that a hub writes in Markdown besides its records.
#[derive(Debug, Clone, Serialize)]
pub struct ProsePage {
    /// Title of the page.
    pub title: String,
    /// One sentence about the page.
    pub summary: String,
    /// Language of the page where it differs from the interface's.
    pub language: Option<LanguageMark>,
    /// Body as HTML.
    pub body: String,
    /// Table of contents; empty with fewer than two headings.
    pub contents: Vec<ContentsEntry>,
    /// Values of the hub's own front-matter fields.
    pub facts: Vec<Fact>,
    /// Links to the other free pages.
    pub siblings: Vec<Link>,
}

/// Composes the free page with this index in `Catalog::pages`.
pub fn compose(context: &Context, index: u32, page: &Page) -> ComposedPage<ProsePage> {
    let prose = &context.catalog.pages[index as usize];
    let meta = &prose.meta;
    let view = ProsePage {
        title: meta.title.clone(),
        summary: prose.summary.clone(),
        language: display::foreign_language_mark(context, &meta.language),
        body: body::render_html(context.catalog, &meta.body, &page.root_prefix()),
        contents: table_of_contents(meta),
        facts: extra_fields::facts(meta).collect(),
        siblings: frame::free_pages(context)
            .into_iter()
            .filter(|link| link.url != meta.address)
            .collect(),
    };
    let data = structured_data::compose(
        context,
        meta,
        Article {
            schema_type: "Article",
            description: Some(&prose.summary),
            owner: None,
            image: None,
            crumbs: &[],
        },
    );
    ComposedPage::from_title(context, &meta.title, view)
        .with_description(Some(&prose.summary))
        .with_language(&meta.language)
        .with_structured_data(data)
}
