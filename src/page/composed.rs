//! A page ready for its template: head, view, and the case studies it mentions.

use serde::Serialize;

use crate::page::context::Context;
use crate::page::parts::mention::Mentions;
use crate::page::parts::share_card::{self, SharedImage};
use crate::page::spec::Page;
use crate::page::text::open_graph_locale::open_graph_locale;
use crate::site::pages::PageKind;

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
    /// Title of the page alone, without the name of the site, for shared links.
    pub share_title: String,
    /// One sentence for search engines and link previews.
    pub description: Option<String>,
    /// What a shared link leads to, in the words of Open Graph: `article` or `website`.
    pub object_type: &'static str,
    /// Locale of title and description as Open Graph writes it: `en_GB`; none where the language
    /// has no usual one.
    pub locale: Option<String>,
    /// The picture that a shared link shows; none without a base URL, and where pictures are off.
    pub image: Option<SharedImage>,
    /// What search engines may read as data (JSON-LD), safe within a `script` element; none for
    /// pages that show no record.
    pub structured_data: Option<String>,
    /// What stands below the page when it is printed: hub, address, date of the build, and for a
    /// record who verified and who owns it.
    pub print_notes: Vec<String>,
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
        let head = Head {
            title: format!("{title} · {}", context.site.title),
            share_title: title.to_owned(),
            ..Head::default()
        };
        ComposedPage { head, view, mentions: Mentions::default() }
    }

    /// Sets the description of the page; an empty text counts as none.
    #[must_use]
    pub fn with_description(mut self, description: Option<&str>) -> Self {
        self.head.description = description.filter(|text| !text.is_empty()).map(str::to_owned);
        self
    }

    /// Sets the language (BCP 47) in which title and description are written; that of the interface
    /// where nothing is set.
    #[must_use]
    pub fn with_language(mut self, language: &str) -> Self {
        self.head.locale = open_graph_locale(language);
        self
    }

    /// Sets the picture that a shared link to the page shows; the site's own where nothing is set.
    #[must_use]
    pub fn with_image(mut self, image: Option<SharedImage>) -> Self {
        self.head.image = image;
        self
    }

    /// Sets what search engines may read as data: JSON that is safe within a `script` element.
    #[must_use]
    pub fn with_structured_data(mut self, json: String) -> Self {
        self.head.structured_data = Some(json);
        self
    }

    /// Sets what is printed below the page besides hub, address and date of the build.
    #[must_use]
    pub fn with_print_notes(mut self, notes: Vec<String>) -> Self {
        self.head.print_notes = notes;
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

    /// Sets by the kind of the page whether search engines may index it and what a shared link to
    /// it is, and by its address the canonical address and what is printed; `registry::compose`
    /// does so for every page.
    #[must_use]
    pub fn with_address(mut self, context: &Context, page: &Page) -> Self {
        let base = &context.site.base_url;
        let kind = page.spec.kind();
        let head = &mut self.head;
        head.hidden = !kind.declaration().is_indexable;
        head.canonical =
            (!base.is_empty() && !head.hidden).then(|| format!("{base}{}", page.address()));
        head.object_type = if is_article(kind) { "article" } else { "website" };
        if head.locale.is_none() && !is_article(kind) {
            head.locale = open_graph_locale(context.language_id());
        }
        if head.image.is_none() && !head.hidden {
            head.image = share_card::site_image(context);
        }
        let built = context.language.text_with(
            "share.built",
            &[("date", &context.language.format_day(context.site.today))],
        );
        let address = head.canonical.clone().unwrap_or_else(|| format!("{base}{}", page.address()));
        let common = [context.site.title.clone(), address, built];
        head.print_notes.splice(0..0, common.into_iter().filter(|note| !note.is_empty()));
        self
    }

    /// The page with `to_view` applied to its view, by which the view of one kind becomes a variant
    /// of `View`.
    pub fn map_view<W>(self, to_view: impl FnOnce(V) -> W) -> ComposedPage<W> {
        ComposedPage { head: self.head, view: to_view(self.view), mentions: self.mentions }
    }
}

/// Whether a page of this kind is the text of one record, rather than a list or a tool.
fn is_article(kind: PageKind) -> bool {
    matches!(kind, PageKind::CaseStudy | PageKind::Idea | PageKind::Playbook | PageKind::Prose)
}
