//! Composes navigation and footer, which are the same on all pages of a section.

use serde::Serialize;

use crate::page::context::Context;
use crate::page::parts::{AnnotatedLink, Link, LinkGroup, tabs};
use crate::site::pages::{PAGES, PageDeclaration, PageKind, Section};

/// Navigation and footer, the same on all pages of a section.
#[derive(Debug, Clone, Serialize)]
pub struct PageFrame {
    /// Items of the main navigation.
    pub navigation: Vec<NavigationItem>,
    /// Build date and number of records, in words.
    pub built: String,
    /// The notice from the hub's settings.
    pub notice: String,
    /// Who is responsible for the hub; none where the settings do not say.
    pub owner: Option<String>,
    /// Columns of links in the footer.
    pub groups: Vec<LinkGroup>,
}

/// An item of the main navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavigationItem {
    /// Site path without a leading slash.
    pub url: String,
    /// Link text.
    pub label: String,
    /// The number of unanswered duplicates, on the item of that section only.
    pub count: Option<String>,
    /// Whether the current page belongs to this item.
    pub current: bool,
}

/// Composes navigation and footer for the pages of a section, whose navigation item is marked as
/// current.
pub fn compose(context: &Context, section: Section) -> PageFrame {
    let open = context.count_open_duplicates();
    let item = |page: &PageDeclaration| {
        let is_counted = page.kind == PageKind::Similar && open > 0;
        Some(NavigationItem {
            url: page.kind.address().to_owned(),
            label: context.text(page.menu_item?),
            count: is_counted.then(|| context.language.format_integer(open)),
            current: page.section == section,
        })
    };
    let mut navigation: Vec<NavigationItem> = PAGES.iter().filter_map(item).collect();
    navigation.extend(guide_item(context, section));
    PageFrame {
        navigation,
        built: build_note(context),
        notice: context.site.notice.clone(),
        owner: owner_line(context),
        groups: footer_groups(context),
    }
}

/// The navigation item for free pages, which links to the first of them; none in a hub without free
/// pages.
fn guide_item(context: &Context, section: Section) -> Option<NavigationItem> {
    let first = free_pages(context).into_iter().next()?;
    Some(NavigationItem {
        url: first.url,
        label: context.text("nav.guide"),
        count: None,
        current: section == Section::Pages,
    })
}

/// Free pages that the settings name, in their order; all free pages where none is named.
pub fn free_pages(context: &Context) -> Vec<Link> {
    let link = |page: &crate::catalog::ContentPage| {
        Link::new(&page.meta.address, page.nav_title.as_ref().unwrap_or(&page.meta.title))
    };
    let named: Vec<Link> = context
        .site
        .navigation
        .pages
        .iter()
        .filter_map(|id| context.catalog.pages.iter().find(|page| *page.meta.id == **id))
        .map(link)
        .collect();
    if named.is_empty() { context.catalog.pages.iter().map(link).collect() } else { named }
}

/// Who is responsible for the hub, in words; none where the settings name nobody.
fn owner_line(context: &Context) -> Option<String> {
    (!context.site.owner.is_empty())
        .then(|| context.language.text_with("frame.owner", &[("owner", &context.site.owner)]))
}

/// Build date and number of case studies, ideas and playbooks, in words.
fn build_note(context: &Context) -> String {
    let cases =
        context.language.plural_text("count.case_studies", context.catalog.cases.len(), &[]);
    let ideas = context.language.plural_text("count.ideas", context.catalog.ideas.len(), &[]);
    let playbooks =
        context.language.plural_text("count.playbooks", context.catalog.playbooks.len(), &[]);
    context.language.text_with(
        "frame.built",
        &[
            ("date", &context.language.format_day(context.site.today)),
            ("what", &context.language.format_list(&[cases, ideas, playbooks])),
        ],
    )
}

/// The columns of links in the footer; the one of free pages only where there are any.
fn footer_groups(context: &Context) -> Vec<LinkGroup> {
    let link = |url: &str, label: &'static str| AnnotatedLink {
        url: url.to_owned(),
        label: context.text(label),
        note: None,
    };
    let mut groups = vec![
        LinkGroup {
            label: context.text("frame.browse"),
            links: vec![
                link(PageKind::CaseStudies.address(), "nav.case_studies"),
                link("markets/", "terms.markets"),
                link("groups/", "terms.groups"),
                link("channels/", "terms.channels"),
                link("tactics/", "terms.tactics"),
                link(PageKind::Vocabulary.address(), "vocabulary_page.title"),
            ],
        },
        LinkGroup {
            label: context.text("nav.evidence"),
            links: tabs::tab_labels().map(|(kind, label)| link(kind.address(), label)).collect(),
        },
        LinkGroup {
            label: context.text("frame.data"),
            links: vec![
                link("data/case-studies.csv", "frame.cases_csv"),
                link("data/results.csv", "frame.results_csv"),
                link("data/ideas.csv", "frame.ideas_csv"),
                link(PageKind::Feed.address(), "frame.feed"),
            ],
        },
    ];
    let pages: Vec<AnnotatedLink> = free_pages(context)
        .into_iter()
        .map(|page| AnnotatedLink { url: page.url, label: page.label, note: None })
        .collect();
    if !pages.is_empty() {
        groups.insert(2, LinkGroup { label: context.text("frame.guide"), links: pages });
    }
    groups
}
