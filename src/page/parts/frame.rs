//! Composes navigation and footer, which are the same on all pages of a section.

use serde::Serialize;

use crate::backlog::desk::DutyKind;
use crate::page::context::Context;
use crate::page::parts::{AnnotatedLink, Link, LinkGroup, tabs};
use crate::site::pages::{EDITOR_ADDRESS, PAGES, PageDeclaration, PageKind, Section};
use crate::vocabulary::TermKind;

/// Navigation and footer, the same on all pages of a section.
#[derive(Debug, Clone, Serialize)]
pub struct PageFrame {
    /// The lists by which case studies are browsed.
    pub browse: BrowseMenu,
    /// Items of the main navigation that everybody reads.
    pub navigation: Vec<NavigationItem>,
    /// Items of the main navigation for those who look after the hub.
    pub curating: Vec<NavigationItem>,
    /// Build date and number of records, in words.
    pub built: String,
    /// The notice from the hub's settings.
    pub notice: String,
    /// Who is responsible for the hub; none where the settings do not say.
    pub owner: Option<String>,
    /// Columns of links in the footer.
    pub groups: Vec<LinkGroup>,
}

/// The first item of the main navigation: a button that opens the lists of case studies.
#[derive(Debug, Clone, Serialize)]
pub struct BrowseMenu {
    /// Links to the lists; the note is the number of their entries.
    pub links: Vec<AnnotatedLink>,
    /// Whether the current page is one of case studies.
    pub current: bool,
}

/// An item of the main navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavigationItem {
    /// Site path without a leading slash.
    pub url: String,
    /// Link text.
    pub label: String,
    /// The number of open duties, on the item of the desk only.
    pub count: Option<String>,
    /// Whether the current page belongs to this item.
    pub current: bool,
}

/// Composes navigation and footer for the pages of a section, whose navigation item is marked as
/// current.
pub fn compose(context: &Context, section: Section) -> PageFrame {
    let mut navigation = navigation_items(context, section, false);
    navigation.extend(guide_item(context, section));
    PageFrame {
        browse: BrowseMenu {
            links: browse_menu(context),
            current: section == Section::CaseStudies,
        },
        navigation,
        curating: navigation_items(context, section, true),
        built: build_note(context),
        notice: context.site.notice.clone(),
        owner: owner_line(context),
        groups: footer_groups(context),
    }
}

/// The items of the main navigation that pages declare, in the order of their sections: those for
/// curating or those for reading.
fn navigation_items(
    context: &Context,
    current: Section,
    is_for_curating: bool,
) -> Vec<NavigationItem> {
    let mut pages: Vec<&PageDeclaration> =
        PAGES.iter().filter(|page| page.section.is_for_curating() == is_for_curating).collect();
    // The sort is stable, so that pages of one section stay in the order of their declarations.
    pages.sort_by_key(|page| page.section);
    let item = |page: &PageDeclaration| {
        Some(NavigationItem {
            url: page.kind.address().to_owned(),
            label: context.text(page.menu_item?),
            count: (page.kind == PageKind::Desk).then(|| count_duties(context)).flatten(),
            current: page.section != Section::None && page.section == current,
        })
    };
    pages.into_iter().filter_map(item).collect()
}

/// The number of open duties of the desk, as formatted text; none where nothing is open.
fn count_duties(context: &Context) -> Option<String> {
    let open: usize =
        DutyKind::ALL.iter().map(|kind| context.backlog.desk.of_kind(*kind).len()).sum();
    (open > 0).then(|| context.language.format_integer(open))
}

/// Links to the lists of markets, tactics, channels and regions; the note is the number of entries
/// with a page.
pub fn browse_links(context: &Context) -> Vec<AnnotatedLink> {
    let kinds = [TermKind::Markets, TermKind::Tactics, TermKind::Channels, TermKind::Groups];
    let link = |kind: TermKind| AnnotatedLink {
        url: kind.address().to_owned(),
        label: context.text(terms_label_key(kind)),
        note: Some(context.language.format_integer(context.terms_with_page(kind).len())),
    };
    kinds.into_iter().map(link).collect()
}

/// The links of the browse menu and of the footer: lists of terms, teams where there are any, and
/// all case studies.
fn browse_menu(context: &Context) -> Vec<AnnotatedLink> {
    let teams = context.catalog.vocabulary.teams.len();
    let team_list = (teams > 0).then(|| AnnotatedLink {
        url: PageKind::Teams.address().to_owned(),
        label: context.text("team.title"),
        note: Some(context.language.format_integer(teams)),
    });
    let mut links = browse_links(context);
    links.extend(team_list);
    links.push(all_case_studies(context));
    links
}

/// The link to the list of all case studies, whose number is the note.
fn all_case_studies(context: &Context) -> AnnotatedLink {
    AnnotatedLink {
        url: PageKind::CaseStudies.address().to_owned(),
        label: context.text("list.title"),
        note: Some(context.language.format_integer(context.catalog.cases.len())),
    }
}

/// Language key for the plural label of a kind of term: `terms.markets`.
pub fn terms_label_key(kind: TermKind) -> &'static str {
    match kind {
        TermKind::Markets => "terms.markets",
        TermKind::Groups => "terms.groups",
        TermKind::Channels => "terms.channels",
        TermKind::Tactics => "terms.tactics",
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
    let cases = context.language.plural_text("count.case_studies", context.listed.len(), &[]);
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

/// The columns of links in the footer; the one of free pages and of the editor only where there is
/// any.
fn footer_groups(context: &Context) -> Vec<LinkGroup> {
    let link = |url: &str, label: &'static str| AnnotatedLink {
        url: url.to_owned(),
        label: context.text(label),
        note: None,
    };
    let mut groups = vec![
        LinkGroup {
            label: context.text("frame.browse"),
            links: browse_menu(context)
                .into_iter()
                .chain([link(PageKind::Vocabulary.address(), "vocabulary_page.title")])
                .collect(),
        },
        LinkGroup {
            label: context.text("nav.evidence"),
            links: tabs::tab_labels(Section::Evidence)
                .map(|(kind, label)| link(kind.address(), label))
                .collect(),
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
    let mut pages: Vec<AnnotatedLink> = free_pages(context)
        .into_iter()
        .map(|page| AnnotatedLink { url: page.url, label: page.label, note: None })
        .collect();
    if context.site.publishes_editor() {
        pages.push(link(EDITOR_ADDRESS, "editor_page.link"));
    }
    if !pages.is_empty() {
        groups.insert(2, LinkGroup { label: context.text("frame.guide"), links: pages });
    }
    groups
}
