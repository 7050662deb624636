//! What surrounds every page: navigation and footer. Composed once for each section, not for each page.

use serde::Serialize;

use crate::page::hub::Hub;
use crate::page::parts::{Link, LinkGroup, NotedLink};
use crate::page::Section;

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
pub fn compose(hub: &Hub, section: Section) -> Frame {
    let open = hub.open_pairs();
    let item = |own: Section, url: &str, label: &'static str, count: Option<String>| NavigationItem { url: url.to_owned(), label: hub.text(label), count, current: own == section };
    let mut navigation = vec![
        item(Section::CaseStudies, "case-studies/", "nav.case_studies", None),
        item(Section::Ideas, "ideas/", "nav.ideas", None),
        item(Section::Playbooks, "playbooks/", "nav.playbooks", None),
        item(Section::Similar, "similar/", "nav.similar", (open > 0).then(|| hub.language.whole(open))),
    ];
    navigation.extend(guide(hub, section));
    Frame { navigation, built: built(hub), notice: hub.site.notice.clone(), owner: owner(hub), groups: groups(hub) }
}

/// The first free page of the menu stands for all of them.
fn guide(hub: &Hub, section: Section) -> Option<NavigationItem> {
    let first = free_pages(hub).into_iter().next()?;
    Some(NavigationItem { url: first.url, label: hub.text("nav.guide"), count: None, current: section == Section::Pages })
}

/// The free pages of the menu in their order, else all of them.
pub fn free_pages(hub: &Hub) -> Vec<Link> {
    let link = |page: &crate::catalog::Prose| Link::new(&page.meta.address, page.nav_title.as_ref().unwrap_or(&page.meta.title));
    let named: Vec<Link> = hub.site.navigation.pages.iter().filter_map(|id| hub.catalog.pages.iter().find(|page| *page.meta.id == **id)).map(link).collect();
    if named.is_empty() { hub.catalog.pages.iter().map(link).collect() } else { named }
}

fn owner(hub: &Hub) -> Option<String> {
    (!hub.site.owner.is_empty()).then(|| hub.language.fill("frame.owner", &[("owner", &hub.site.owner)]))
}

fn built(hub: &Hub) -> String {
    let cases = hub.language.count("count.case_studies", hub.catalog.cases.len(), &[]);
    let ideas = hub.language.count("count.ideas", hub.catalog.ideas.len(), &[]);
    let playbooks = hub.language.count("count.playbooks", hub.catalog.playbooks.len(), &[]);
    hub.language.fill("frame.built", &[("date", &hub.language.day(hub.site.today)), ("what", &hub.language.list(&[cases, ideas, playbooks]))])
}

fn groups(hub: &Hub) -> Vec<LinkGroup> {
    let link = |url: &str, label: &'static str| NotedLink { url: url.to_owned(), label: hub.text(label), signal: None, note: None };
    let mut groups = vec![
        LinkGroup {
            label: hub.text("frame.browse"),
            links: vec![link("case-studies/", "nav.case_studies"), link("markets/", "terms.markets"), link("groups/", "terms.groups"), link("channels/", "terms.channels"), link("tactics/", "terms.tactics")],
        },
        LinkGroup {
            label: hub.text("frame.data"),
            links: vec![link("data/case-studies.csv", "frame.cases_csv"), link("data/results.csv", "frame.results_csv"), link("data/ideas.csv", "frame.ideas_csv"), link("feed.xml", "frame.feed")],
        },
    ];
    let pages: Vec<NotedLink> = free_pages(hub).into_iter().map(|page| NotedLink { url: page.url, label: page.label, signal: None, note: None }).collect();
    if !pages.is_empty() {
        groups.insert(1, LinkGroup { label: hub.text("frame.guide"), links: pages });
    }
    groups
}
