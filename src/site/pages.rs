//! The kinds of pages of a site, each declared once: its address, its template, where it stands in the navigation and whether robots are
//! led to it. What is published, which addresses are reserved, the tabs, the sitemap and the check of links all follow from this table.

/// A kind of page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each kind is described where it is declared")]
pub enum PageKind {
    Home,
    CaseStudy,
    CaseStudies,
    Term,
    Terms,
    Similar,
    SimilarHow,
    Ideas,
    Idea,
    Playbooks,
    Playbook,
    Prose,
    Coverage,
    Lineage,
    Reuse,
    Proposals,
    Metrics,
    Speed,
    Desk,
    Search,
    NotFound,
    Offline,
    Redirect,
    Feed,
    Sitemap,
    Robots,
}

/// Entries of the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// None of them.
    None,
    /// Case studies, and everything that lists them.
    CaseStudies,
    /// Ideas.
    Ideas,
    /// Playbooks.
    Playbooks,
    /// Possible duplicates.
    Similar,
    /// Coverage and what follows from the evidence.
    Evidence,
    /// Free pages.
    Pages,
}

/// Which pages a kind has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// One at each address.
    Single,
    /// A list in numbered parts at each address: `ideas/`, `ideas/2/`.
    Numbered,
    /// A list for every term below its folder: `markets/de/`, `markets/de/2/`.
    EachTerm,
    /// One at the address, and below it a list for every subject: `desk/`, `desk/results-due/`, `desk/results-due/2/`.
    EachSubject,
    /// A file at each address, and one of the same name for every term: `feed.xml`, `markets/de/feed.xml`.
    FileForEachTerm,
    /// Where records or their aliases say.
    AsRecordsSay,
}

/// What a kind of page is.
#[derive(Debug)]
pub struct Declaration {
    /// Which kind.
    pub kind: PageKind,
    /// Its addresses from the root of the site; those of pages end with a slash, the root's is empty.
    pub addresses: &'static [&'static str],
    extent: Extent,
    /// Its template, and the name by which that knows the view.
    pub template: (&'static str, &'static str),
    /// Which entry of the navigation it belongs to.
    pub section: Section,
    /// The text on its tab, where it is one of the pages that follow from the evidence.
    pub tab: Option<&'static str>,
    /// Whether robots may keep it, and are led to it where it is a page.
    pub for_robots: bool,
}

const TERM_FOLDERS: &[&str] = &["markets/", "groups/", "channels/", "tactics/"];

const fn page(kind: PageKind, template: (&'static str, &'static str), extent: Extent, addresses: &'static [&'static str]) -> Declaration {
    Declaration { kind, addresses, extent, template, section: Section::None, tab: None, for_robots: true }
}

impl Declaration {
    const fn in_section(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    const fn with_tab(mut self, label: &'static str) -> Self {
        self.section = Section::Evidence;
        self.tab = Some(label);
        self
    }

    const fn not_for_robots(mut self) -> Self {
        self.for_robots = false;
        self
    }
}

use Extent::{AsRecordsSay, EachSubject, EachTerm, FileForEachTerm, Numbered, Single};

/// Every kind, in the order of [`PageKind`]; tabs stand in the order in which they are shown.
pub const PAGES: [Declaration; 26] = [
    page(PageKind::Home, ("home.html", "home"), Single, &[""]),
    page(PageKind::CaseStudy, ("case-study.html", "case"), AsRecordsSay, &["case-studies/"]).in_section(Section::CaseStudies),
    page(PageKind::CaseStudies, ("case-studies.html", "list"), Numbered, &["case-studies/"]).in_section(Section::CaseStudies),
    page(PageKind::Term, ("term.html", "term"), EachTerm, TERM_FOLDERS).in_section(Section::CaseStudies),
    page(PageKind::Terms, ("terms.html", "terms"), Single, TERM_FOLDERS).in_section(Section::CaseStudies),
    page(PageKind::Similar, ("similar.html", "report"), Numbered, &["similar/"]).in_section(Section::Similar),
    page(PageKind::SimilarHow, ("similar-how.html", "how"), Single, &["similar/how/"]).in_section(Section::Similar),
    page(PageKind::Ideas, ("ideas.html", "backlog"), Numbered, &["ideas/"]).in_section(Section::Ideas),
    page(PageKind::Idea, ("idea.html", "idea"), AsRecordsSay, &["ideas/"]).in_section(Section::Ideas),
    page(PageKind::Playbooks, ("playbooks.html", "playbooks"), Single, &["playbooks/"]).in_section(Section::Playbooks),
    page(PageKind::Playbook, ("playbook.html", "playbook"), AsRecordsSay, &["playbooks/"]).in_section(Section::Playbooks),
    page(PageKind::Prose, ("prose.html", "prose"), AsRecordsSay, &[""]).in_section(Section::Pages),
    page(
        PageKind::Coverage,
        ("coverage.html", "coverage"),
        Numbered,
        &["coverage/", "coverage/channels/", "coverage/groups/", "coverage/groups/channels/"],
    )
    .with_tab("coverage.tab"),
    page(PageKind::Lineage, ("lineage.html", "lineage"), Numbered, &["lineage/"]).with_tab("trees.tab"),
    page(PageKind::Reuse, ("reuse.html", "reuse"), Numbered, &["reuse/"]).with_tab("copying.tab"),
    page(PageKind::Proposals, ("proposals.html", "proposals"), EachSubject, &["proposals/"]).with_tab("proposals.tab"),
    page(PageKind::Metrics, ("metrics.html", "metrics"), Numbered, &["metrics/"]).with_tab("metrics.tab"),
    page(PageKind::Speed, ("speed.html", "speed"), Numbered, &["speed/"]).with_tab("speed.tab"),
    page(PageKind::Desk, ("desk.html", "desk"), EachSubject, &["desk/"]).with_tab("desk.tab").not_for_robots(),
    page(PageKind::Search, ("search.html", "search"), Single, &["search/"]),
    page(PageKind::NotFound, ("not-found.html", "missing"), Single, &["404.html"]).not_for_robots(),
    page(PageKind::Offline, ("offline.html", "offline"), Single, &["offline.html"]).not_for_robots(),
    page(PageKind::Redirect, ("redirect.html", "redirect"), AsRecordsSay, &[]).not_for_robots(),
    page(PageKind::Feed, ("feed.xml", "feed"), FileForEachTerm, &["feed.xml"]),
    page(PageKind::Sitemap, ("sitemap.xml", "sitemap"), Single, &["sitemap.xml"]),
    page(PageKind::Robots, ("robots.txt", "robots"), Single, &["robots.txt"]),
];

/// Where the rows lie: one short entry for each case study, newest first.
pub const ROWS_FILE: &str = "data/rows.json";
/// Where the labels lie: by facet, pairs of id and label.
pub const TERMS_FILE: &str = "data/terms.json";

/// Folders and files of the site that are no pages: the theme's, the search index, what the builder keeps for itself. Whatever lies in a
/// folder is Casebook's.
const OTHER: &[&str] = &["assets/", "search/", "service-worker.js", ROWS_FILE, TERMS_FILE];

/// The tables that are published as data, by name; each in these forms below `data/`, with a description of them all.
pub const DATA_TABLES: [&str; 6] = ["case-studies", "results", "ideas", "pairs", "families", "coverage"];
const DATA_FORMS: &[&str] = &["json", "csv"];
/// What describes the tables.
pub const DATA_DESCRIPTION: &str = "data/datapackage.json";

/// A page, or another file, that Casebook generates: no record says where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated<'a> {
    /// The first page of its kind at an address, which every site has.
    First(PageKind),
    /// A further part of a list, counted from two, at an address of its kind.
    Part(PageKind, &'static str, usize),
    /// A part of a term's list, counted from one: the folder, and the term as it stands in addresses.
    Term(&'static str, &'a str, usize),
    /// The feed of a term.
    TermFeed(&'static str, &'a str),
    /// A page for a subject that only a whole build knows.
    Subject(PageKind),
    /// A data file.
    Data,
    /// A file of the theme or of the search index.
    Other,
}

impl PageKind {
    /// What this kind of page is.
    pub fn declaration(self) -> &'static Declaration {
        &PAGES[self as usize]
    }

    /// The address of its first page, or the folder of its pages.
    pub fn address(self) -> &'static str {
        self.declaration().addresses.first().copied().unwrap_or("")
    }
}

/// What Casebook makes at an address of a page (`ideas/2/`) or of a file (`feed.xml`), if anything; upper and lower case are one, because
/// they are on many hosts. Whether there is such a term, subject or part is for others to say.
pub fn generated(address: &str) -> Option<Generated<'_>> {
    PAGES.iter().find_map(|page| page.holds(address)).or_else(|| is_data(address).then_some(Generated::Data)).or_else(|| {
        let is_other = |other: &&str| after(address, other).is_some_and(|rest| rest.is_empty() || other.ends_with('/'));
        OTHER.iter().any(is_other).then_some(Generated::Other)
    })
}

/// The most rows in one part of a list.
pub const ROWS: usize = 100;

/// How many parts a list of so many rows has.
pub fn parts(rows: usize) -> usize {
    rows.div_ceil(ROWS).max(1)
}

/// The file below the site's root that is served at an address: `ideas/index.html` for `ideas/`, a file for itself.
pub fn file_of(address: &str) -> String {
    if address.is_empty() || address.ends_with('/') { format!("{address}index.html") } else { address.to_owned() }
}

/// Every data file.
pub fn data_files() -> impl Iterator<Item = String> {
    let tables = DATA_TABLES.iter().flat_map(|table| DATA_FORMS.iter().map(move |form| format!("data/{table}.{form}")));
    tables.chain([DATA_DESCRIPTION.to_owned()])
}

fn is_data(address: &str) -> bool {
    after(address, "data/").is_some() && data_files().any(|file| file.eq_ignore_ascii_case(address))
}

impl Declaration {
    fn holds<'a>(&self, address: &'a str) -> Option<Generated<'a>> {
        let first =
            |at: &&str| (!matches!(self.extent, EachTerm | AsRecordsSay) && at.eq_ignore_ascii_case(address)).then_some(Generated::First(self.kind));
        self.addresses.iter().find_map(first).or_else(|| match self.extent {
            Numbered => self.addresses.iter().find_map(|at| Some(Generated::Part(self.kind, at, number(after(address, at)?)?))),
            EachTerm => self.addresses.iter().find_map(|at| {
                let (term, rest) = after(address, at)?.split_once('/')?;
                let part = if rest.is_empty() { Some(1) } else { number(rest) };
                part.filter(|_| !term.is_empty()).map(|part| Generated::Term(at, term, part))
            }),
            EachSubject => self.addresses.iter().find_map(|at| {
                let (subject, rest) = after(address, at)?.split_once('/')?;
                (!subject.is_empty() && (rest.is_empty() || number(rest).is_some())).then_some(Generated::Subject(self.kind))
            }),
            FileForEachTerm => self.addresses.iter().find_map(|file| {
                TERM_FOLDERS.iter().find_map(|at| {
                    let (term, rest) = after(address, at)?.split_once('/')?;
                    (!term.is_empty() && rest.eq_ignore_ascii_case(file)).then_some(Generated::TermFeed(at, term))
                })
            }),
            Single | AsRecordsSay => None,
        })
    }
}

/// What follows a beginning, whatever its case.
fn after<'a>(address: &'a str, beginning: &str) -> Option<&'a str> {
    let (head, rest) = address.split_at_checked(beginning.len())?;
    head.eq_ignore_ascii_case(beginning).then_some(rest)
}

/// The number of a further part: `2/`, written as Casebook writes it.
fn number(rest: &str) -> Option<usize> {
    let digits = rest.strip_suffix('/')?;
    digits.parse().ok().filter(|number: &usize| *number > 1 && number.to_string() == digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_its_place() {
        for (page, at) in PAGES.iter().zip(0..) {
            assert_eq!(page.kind as usize, at, "{:?}", page.kind);
        }
    }

    #[test]
    fn addresses_of_generated_pages() {
        let rows = [
            ("", Some(Generated::First(PageKind::Home))),
            ("speed/", Some(Generated::First(PageKind::Speed))),
            ("Speed/", Some(Generated::First(PageKind::Speed))),
            ("coverage/groups/channels/", Some(Generated::First(PageKind::Coverage))),
            ("coverage/groups/channels/3/", Some(Generated::Part(PageKind::Coverage, "coverage/groups/channels/", 3))),
            ("ideas/2/", Some(Generated::Part(PageKind::Ideas, "ideas/", 2))),
            ("ideas/1/", None),
            ("ideas/02/", None),
            ("ideas/win-back/", None),
            ("markets/", Some(Generated::First(PageKind::Terms))),
            ("markets/de/", Some(Generated::Term("markets/", "de", 1))),
            ("tactics/quiz/4/", Some(Generated::Term("tactics/", "quiz", 4))),
            ("tactics/quiz/notes/", None),
            ("markets/de/feed.xml", Some(Generated::TermFeed("markets/", "de"))),
            ("desk/results-due/", Some(Generated::Subject(PageKind::Desk))),
            ("proposals/de/2/", Some(Generated::Subject(PageKind::Proposals))),
            ("404.html", Some(Generated::First(PageKind::NotFound))),
            ("feed.xml", Some(Generated::First(PageKind::Feed))),
            ("data/results.csv", Some(Generated::Data)),
            ("data/budget.csv", None),
            ("data/datapackage.json", Some(Generated::Data)),
            ("search/manifest.json", Some(Generated::Other)),
            ("service-worker.js", Some(Generated::Other)),
            ("service-worker.js/", None),
            ("about/", None),
        ];
        for (address, wanted) in rows {
            assert_eq!(generated(address), wanted, "{address}");
        }
    }
}
