//! A page ready for its template: head, view, and the case studies it mentions.

use serde::Serialize;

use crate::page::context::Context;
use crate::page::parts::mention::Mentions;
use crate::page::spec::Page;

/// A page ready for its template; `V` is the view of its kind, or `View`.
#[derive(Debug, Clone)]
pub struct ComposedPage<V> {
    /// Values for the `head` element.
    pub head: Head,
    /// The view that the template of the page reads.
    pub view: V,
    /// Case studies that the page mentions, in the order of their positions in the view.
    pub mentions: Mentions,
}

/// Metadata in the `head` element of a page; templates read it as `page`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Head {
    /// Title of the browser tab.
    pub title: String,
    /// One sentence for search engines and link previews.
    pub description: Option<String>,
    /// Full address of the page; none without a base URL, and for hidden pages.
    pub canonical: Option<String>,
    /// The record in all of its languages, this page included; empty without a translation.
    pub translations: Vec<Translation>,
    /// Site path of the Atom feed that belongs to the page.
    pub feed: Option<String>,
    /// Whether search engines are asked not to index the page.
    pub hidden: bool,
}

/// A language version of the record on the page, for the links in `head` that search engines read.
#[derive(Debug, Clone, Serialize)]
pub struct Translation {
    /// Language tag (BCP 47).
    pub language: String,
    /// Site path of the version.
    pub url: String,
}

impl<V> ComposedPage<V> {
    /// Creates a page whose title is the interface text with this key; the title of the site
    /// follows after a middle dot.
    pub fn from_title_key(context: &Context, title_key: &'static str, view: V) -> Self {
        ComposedPage::from_title(context, context.language.text(title_key), view)
    }

    /// Creates a page with a title given as text; the title of the site follows after a middle dot.
    pub fn from_title(context: &Context, title: &str, view: V) -> Self {
        let head = Head { title: format!("{title} · {}", context.site.title), ..Head::default() };
        ComposedPage { head, view, mentions: Mentions::default() }
    }

    /// Sets the description of the page; an empty text counts as none.
    #[must_use]
    pub fn with_description(mut self, description: Option<&str>) -> Self {
        self.head.description = description.filter(|text| !text.is_empty()).map(str::to_owned);
        self
    }

    /// Sets the case studies that the page mentions; the view refers to them by position.
    #[must_use]
    pub fn with_mentions(mut self, mentions: Mentions) -> Self {
        self.mentions = mentions;
        self
    }

    /// Sets the site path of the Atom feed that belongs to the page.
    #[must_use]
    pub fn with_feed(mut self, feed: &str) -> Self {
        self.head.feed = Some(feed.to_owned());
        self
    }

    /// Sets by the kind of the page whether search engines may index it, and by its address the
    /// canonical address; `registry::compose` does so for every page.
    #[must_use]
    pub fn with_address(mut self, context: &Context, page: &Page) -> Self {
        let base = &context.site.base_url;
        self.head.hidden = !page.spec.kind().declaration().is_indexable;
        self.head.canonical =
            (!base.is_empty() && !self.head.hidden).then(|| format!("{base}{}", page.address()));
        self
    }

    /// The page with `to_view` applied to its view, by which the view of one kind becomes a variant
    /// of `View`.
    pub fn map_view<W>(self, to_view: impl FnOnce(V) -> W) -> ComposedPage<W> {
        ComposedPage { head: self.head, view: to_view(self.view), mentions: self.mentions }
    }
}
