//! What surrounds every page: navigation and footer. Composed once for each section, not for each page.

use serde::Serialize;

use crate::page::context::Context;
use crate::page::parts::{Link, LinkGroup, NotedLink};
use crate::page::{PageKind, Section, tabs};

/// Navigation and footer.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// Entries of the main navigation.
    pub navigation: Vec<NavigationItem>,
    /// When and from what the site was built.
    pub built: String,
    /// The hub's own line.
    pub notice: String,
    /// Who answers for the hub.
    pub owner: Option<String>,
    /// Columns of links in the footer.
    pub groups: Vec<LinkGroup>,
}

/// An entry of the main navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavigationItem {
    /// Where.
    pub url: String,
    /// What it says.
    pub label: String,
    /// How much waits there.
    pub count: Option<String>,
    /// Whether the page in hand belongs to it.
    pub current: bool,
}

/// Composes the frame of a section.
pub fn compose(context: &Context, section: Section) -> Frame {
    let open = context.open_duplicates();
    let item = |own: Section, url: &str, label: &'static str, count: Option<String>| NavigationItem {
        url: url.to_owned(),
        label: context.text(label),
        count,
        current: own == section,
    };
    let mut navigation = vec![
        item(Section::CaseStudies, PageKind::CaseStudies.address(), "nav.case_studies", None),
        item(Section::Ideas, PageKind::Ideas.address(), "nav.ideas", None),
        item(Section::Playbooks, PageKind::Playbooks.address(), "nav.playbooks", None),
        item(Section::Evidence, PageKind::Coverage.address(), "nav.evidence", None),
        item(Section::Similar, PageKind::Similar.address(), "nav.similar", (open > 0).then(|| context.language.whole(open))),
    ];
    navigation.extend(guide(context, section));
    Frame { navigation, built: built(context), notice: context.site.notice.clone(), owner: owner(context), groups: groups(context) }
}

/// The first free page of the menu stands for all of them.
fn guide(context: &Context, section: Section) -> Option<NavigationItem> {
    let first = free_pages(context).into_iter().next()?;
    Some(NavigationItem { url: first.url, label: context.text("nav.guide"), count: None, current: section == Section::Pages })
}

/// The free pages of the menu in their order, else all of them.
pub fn free_pages(context: &Context) -> Vec<Link> {
    let link = |page: &crate::catalog::Prose| Link::new(&page.meta.address, page.nav_title.as_ref().unwrap_or(&page.meta.title));
    let named: Vec<Link> =
        context.site.navigation.pages.iter().filter_map(|id| context.catalog.pages.iter().find(|page| *page.meta.id == **id)).map(link).collect();
    if named.is_empty() { context.catalog.pages.iter().map(link).collect() } else { named }
}

fn owner(context: &Context) -> Option<String> {
    (!context.site.owner.is_empty()).then(|| context.language.fill("frame.owner", &[("owner", &context.site.owner)]))
}

fn built(context: &Context) -> String {
    let cases = context.language.count("count.case_studies", context.catalog.cases.len(), &[]);
    let ideas = context.language.count("count.ideas", context.catalog.ideas.len(), &[]);
    let playbooks = context.language.count("count.playbooks", context.catalog.playbooks.len(), &[]);
    context
        .language
        .fill("frame.built", &[("date", &context.language.day(context.site.today)), ("what", &context.language.list(&[cases, ideas, playbooks]))])
}

fn groups(context: &Context) -> Vec<LinkGroup> {
    let link = |url: &str, label: &'static str| NotedLink { url: url.to_owned(), label: context.text(label), note: None };
    let mut groups = vec![
        LinkGroup {
            label: context.text("frame.browse"),
            links: vec![
                link(PageKind::CaseStudies.address(), "nav.case_studies"),
                link("markets/", "terms.markets"),
                link("groups/", "terms.groups"),
                link("channels/", "terms.channels"),
                link("tactics/", "terms.tactics"),
            ],
        },
        LinkGroup { label: context.text("nav.evidence"), links: tabs::all().map(|(kind, label)| link(kind.address(), label)).collect() },
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
    let pages: Vec<NotedLink> = free_pages(context).into_iter().map(|page| NotedLink { url: page.url, label: page.label, note: None }).collect();
    if !pages.is_empty() {
        groups.insert(2, LinkGroup { label: context.text("frame.guide"), links: pages });
    }
    groups
}
