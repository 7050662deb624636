//! The registry of page kinds: addresses, template, navigation section and indexing of each.
//! Reserved addresses, tabs, sitemap and the check of links are derived from it.

/// A kind of page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each kind is declared in `PAGES`")]
pub enum PageKind {
    Home,
    CaseStudy,
    CaseStudies,
    Term,
    Terms,
    Vocabulary,
    Teams,
    Team,
    New,
    Running,
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
    Similar,
    SimilarHow,
    Search,
    Write,
    NotFound,
    Offline,
    Redirect,
    Feed,
    Sitemap,
    Robots,
}

/// Sections of the main navigation, in the order of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// No section.
    None,
    /// The form that writes records.
    Write,
    /// Case studies, and everything that lists them.
    CaseStudies,
    /// What is planned and running.
    Running,
    /// What is new.
    New,
    /// Playbooks.
    Playbooks,
    /// Ideas.
    Ideas,
    /// Coverage and the other reports on evidence.
    Evidence,
    /// What waits for the global hub: the desk and possible duplicates.
    Review,
    /// Free pages.
    Pages,
}

impl Section {
    /// All sections; each has a frame of its own.
    pub const ALL: [Section; 10] = [
        Section::None,
        Section::Write,
        Section::CaseStudies,
        Section::Running,
        Section::New,
        Section::Playbooks,
        Section::Ideas,
        Section::Evidence,
        Section::Review,
        Section::Pages,
    ];

    /// Whether the section is for those who look after the hub, and so stands apart from what
    /// everybody reads.
    pub const fn is_for_curating(self) -> bool {
        matches!(self, Section::Review)
    }
}

/// Which pages or files of a kind stand at and below its declared addresses: one page, a paginated
/// list, a list or file for each term, a list for each subject, or those of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AddressPattern {
    /// One page at each address.
    Single,
    /// A paginated list at each address: `ideas/`, `ideas/2/`.
    Paginated,
    /// A paginated list for each term below the address: `markets/de/`, `markets/de/2/`.
    PaginatedPerTerm,
    /// A page at the address, and below it a paginated list for each subject: `desk/`,
    /// `desk/results-due/`, `desk/results-due/2/`.
    PaginatedPerSubject,
    /// A file at each address, and for each term one of the name of those at the root: `feed.xml`,
    /// `markets/de/feed.xml`.
    FilePerTerm,
    /// The addresses of records or of their aliases.
    FromRecords,
}

/// The declaration of a page kind.
#[derive(Debug)]
pub struct PageDeclaration {
    /// The kind that is declared.
    pub kind: PageKind,
    /// Addresses from the root of the site; those of pages end with a slash, that of the home page
    /// is empty.
    pub addresses: &'static [&'static str],
    pattern: AddressPattern,
    /// File name of the template, and the name of the view in it.
    pub template: (&'static str, &'static str),
    /// The section of the navigation that is highlighted.
    pub section: Section,
    /// Language key of the item of the main menu that leads to the kind; none for a kind without.
    pub menu_item: Option<&'static str>,
    /// Language key of the tab that leads to the kind from the others of its section; none for a
    /// kind without.
    pub tab: Option<&'static str>,
    /// Whether search engines may index the page; if not, it has `noindex` and is not in the
    /// sitemap.
    pub is_indexable: bool,
}

/// Folders of the pages of terms.
const TERM_FOLDERS: &[&str] = &["markets/", "groups/", "channels/", "tactics/"];

/// A declaration without section and tab, whose pages search engines may index.
const fn declare(
    kind: PageKind,
    template: (&'static str, &'static str),
    pattern: AddressPattern,
    addresses: &'static [&'static str],
) -> PageDeclaration {
    PageDeclaration {
        kind,
        addresses,
        pattern,
        template,
        section: Section::None,
        menu_item: None,
        tab: None,
        is_indexable: true,
    }
}

impl PageDeclaration {
    /// Sets the section of the navigation that is highlighted.
    const fn in_section(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    /// Gives it an item of the main menu, with this language key.
    const fn with_menu_item(mut self, label: &'static str) -> Self {
        self.menu_item = Some(label);
        self
    }

    /// Gives it a tab among the pages of a section, with this language key, and sets the section.
    const fn with_tab(mut self, section: Section, label: &'static str) -> Self {
        self.section = section;
        self.tab = Some(label);
        self
    }

    /// Keeps its pages from search engines and out of the sitemap.
    const fn not_indexable(mut self) -> Self {
        self.is_indexable = false;
        self
    }
}

use AddressPattern::{
    FilePerTerm, FromRecords, Paginated, PaginatedPerSubject, PaginatedPerTerm, Single,
};

/// The declarations of all kinds, in the order of [`PageKind`], which is also the order of the
/// tabs, and inside a section that of the menu.
pub const PAGES: [PageDeclaration; 32] = [
    declare(PageKind::Home, ("home.html", "home"), Single, &[""]),
    declare(PageKind::CaseStudy, ("case-study.html", "case"), FromRecords, &["case-studies/"])
        .in_section(Section::CaseStudies),
    declare(PageKind::CaseStudies, ("case-studies.html", "list"), Paginated, &["case-studies/"])
        .in_section(Section::CaseStudies),
    declare(PageKind::Term, ("term.html", "term"), PaginatedPerTerm, TERM_FOLDERS)
        .in_section(Section::CaseStudies),
    declare(PageKind::Terms, ("terms.html", "terms"), Single, TERM_FOLDERS)
        .in_section(Section::CaseStudies),
    declare(PageKind::Vocabulary, ("vocabulary.html", "vocabulary"), Single, &["vocabulary/"]),
    declare(PageKind::Teams, ("teams.html", "teams"), Single, &["teams/"])
        .in_section(Section::CaseStudies),
    declare(PageKind::Team, ("team.html", "team"), PaginatedPerSubject, &["teams/"])
        .in_section(Section::CaseStudies),
    declare(PageKind::New, ("new.html", "new"), PaginatedPerSubject, &["new/"])
        .in_section(Section::New)
        .with_menu_item("nav.new"),
    declare(PageKind::Running, ("running.html", "running"), Paginated, &["running/"])
        .in_section(Section::Running)
        .with_menu_item("nav.running"),
    declare(PageKind::Ideas, ("ideas.html", "backlog"), Paginated, &["ideas/"])
        .in_section(Section::Ideas)
        .with_menu_item("nav.ideas"),
    declare(PageKind::Idea, ("idea.html", "idea"), FromRecords, &["ideas/"])
        .in_section(Section::Ideas),
    declare(PageKind::Playbooks, ("playbooks.html", "playbooks"), Single, &["playbooks/"])
        .in_section(Section::Playbooks)
        .with_menu_item("nav.playbooks"),
    declare(PageKind::Playbook, ("playbook.html", "playbook"), FromRecords, &["playbooks/"])
        .in_section(Section::Playbooks),
    declare(PageKind::Prose, ("prose.html", "prose"), FromRecords, &[""])
        .in_section(Section::Pages),
    declare(
        PageKind::Coverage,
        ("coverage.html", "coverage"),
        Paginated,
        &["coverage/", "coverage/channels/", "coverage/groups/", "coverage/groups/channels/"],
    )
    .with_menu_item("nav.evidence")
    .with_tab(Section::Evidence, "coverage.tab"),
    declare(PageKind::Lineage, ("lineage.html", "lineage"), Paginated, &["lineage/"])
        .with_tab(Section::Evidence, "trees.tab"),
    declare(PageKind::Reuse, ("reuse.html", "reuse"), Paginated, &["reuse/"])
        .with_tab(Section::Evidence, "copying.tab"),
    declare(
        PageKind::Proposals,
        ("proposals.html", "proposals"),
        PaginatedPerSubject,
        &["proposals/"],
    )
    .with_tab(Section::Evidence, "proposals.tab"),
    declare(PageKind::Metrics, ("metrics.html", "metrics"), Paginated, &["metrics/"])
        .with_tab(Section::Evidence, "metrics.tab"),
    declare(PageKind::Speed, ("speed.html", "speed"), Paginated, &["speed/"])
        .with_tab(Section::Evidence, "speed.tab"),
    declare(PageKind::Desk, ("desk.html", "desk"), PaginatedPerSubject, &["desk/"])
        .with_menu_item("desk.tab")
        .with_tab(Section::Review, "desk.tab")
        .not_indexable(),
    declare(PageKind::Similar, ("similar.html", "report"), Paginated, &["similar/"])
        .with_tab(Section::Review, "nav.similar"),
    declare(PageKind::SimilarHow, ("similar-how.html", "how"), Single, &["similar/how/"])
        .in_section(Section::Review),
    declare(PageKind::Search, ("search.html", "search"), Single, &["search/"]),
    declare(PageKind::Write, ("write.html", "write"), Single, &["write/"])
        .in_section(Section::Write)
        .with_menu_item("write.menu")
        .not_indexable(),
    declare(PageKind::NotFound, ("not-found.html", "missing"), Single, &["404.html"])
        .not_indexable(),
    declare(PageKind::Offline, ("offline.html", "offline"), Single, &["offline.html"])
        .not_indexable(),
    declare(PageKind::Redirect, ("redirect.html", "redirect"), FromRecords, &[]).not_indexable(),
    declare(PageKind::Feed, ("feed.xml", "feed"), FilePerTerm, &["feed.xml", NEW_FEED]),
    declare(PageKind::Sitemap, ("sitemap.xml", "sitemap"), Single, &["sitemap.xml"]),
    declare(PageKind::Robots, ("robots.txt", "robots"), Single, &["robots.txt"]),
];

/// Address of the feed of what is new.
pub const NEW_FEED: &str = "new/feed.xml";
/// Address of the rows for the case-study table: one short entry for each case study, newest first.
pub const ROWS_FILE: &str = "data/rows.json";
/// Address of the labels of terms: by facet, pairs of id and label.
pub const TERMS_FILE: &str = "data/terms.json";

/// Address of all rows of the desk, which its script filters.
pub const DUTIES_FILE: &str = "data/duties.json";

/// Address of the description of all fields, and of what they may name, for the page that writes
/// records.
pub const WRITE_FILE: &str = "data/write.json";

/// Address of the case studies and ideas that the form may name, which it loads when they are
/// needed.
pub const WRITE_RECORDS_FILE: &str = "data/write-records.json";

/// Address of the folder with the files of records, by type and id, for the form that edits them.
pub const SOURCE_FOLDER: &str = "data/source/";

/// Address of what the page that writes records finds the nearest experiments of a draft with.
pub const NEAREST_FILE: &str = "data/nearest.json";

/// Address of the folder with the words of a large hub, for the same.
pub const NEAREST_FOLDER: &str = "data/nearest/";

/// Address of the editor of records, where the settings publish it.
pub const EDITOR_ADDRESS: &str = "admin/";

/// Folders and files of the site that are neither pages nor data tables: theme, search index, editor
/// and data for scripts. Every address below such a folder is reserved.
const OTHER_PATHS: &[&str] = &[
    "assets/",
    "search/",
    EDITOR_ADDRESS,
    "service-worker.js",
    ROWS_FILE,
    TERMS_FILE,
    DUTIES_FILE,
    WRITE_FILE,
    WRITE_RECORDS_FILE,
    SOURCE_FOLDER,
    NEAREST_FILE,
    NEAREST_FOLDER,
];

/// Names of the data tables, each published below `data/` as JSON and as CSV.
pub const DATA_TABLES: [&str; 6] =
    ["case-studies", "results", "ideas", "pairs", "families", "coverage"];
/// File extensions of the formats of data tables.
const DATA_FORMATS: &[&str] = &["json", "csv"];
/// Address of the description of the data tables, a Frictionless Data Package.
pub const DATA_DESCRIPTION: &str = "data/datapackage.json";

/// An address that Casebook generates without a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratedAddress<'a> {
    /// The page at an address of its kind, or the first page of the list there; every site has it.
    FirstPage(PageKind),
    /// A further page of a paginated list: the kind, its address, and the page number, from 2.
    ListPage(PageKind, &'static str, usize),
    /// A page of the list of a term: the folder, the slug of the term, and the page number, from 1.
    TermPage(&'static str, &'a str, usize),
    /// The feed of a term: the folder, and the slug of the term.
    TermFeed(&'static str, &'a str),
    /// A page of a subject, which exists only if the finished build has that subject.
    SubjectPage(PageKind),
    /// A file with a data table or its description.
    DataFile,
    /// The editor of records, where the settings publish it.
    Editor,
    /// A file of the theme, of the search index or for scripts.
    OtherFile,
}

impl PageKind {
    /// The declaration of this kind.
    pub fn declaration(self) -> &'static PageDeclaration {
        &PAGES[self as usize]
    }

    /// The first address of this kind; empty if it has none, and for the home page.
    pub fn address(self) -> &'static str {
        self.declaration().addresses.first().copied().unwrap_or("")
    }
}

/// What Casebook generates at the address of a page (`ideas/2/`) or file (`feed.xml`), ignoring
/// case as many hosts do; none if nothing. Whether the term, subject or page number exists is not
/// checked.
pub fn classify_address(address: &str) -> Option<GeneratedAddress<'_>> {
    PAGES
        .iter()
        .find_map(|page| page.classify(address))
        .or_else(|| is_data_file(address).then_some(GeneratedAddress::DataFile))
        .or_else(|| {
            address.eq_ignore_ascii_case(EDITOR_ADDRESS).then_some(GeneratedAddress::Editor)
        })
        .or_else(|| {
            let is_other_path = |other: &&str| {
                strip_prefix_ignore_case(address, other)
                    .is_some_and(|rest| rest.is_empty() || other.ends_with('/'))
            };
            OTHER_PATHS.iter().any(is_other_path).then_some(GeneratedAddress::OtherFile)
        })
}

/// Rows on one page of a paginated list.
pub const ROWS_PER_PAGE: usize = 100;

/// The number of pages of a paginated list of `rows` rows; at least 1, because an empty list has a
/// page too.
pub fn page_count(rows: usize) -> usize {
    rows.div_ceil(ROWS_PER_PAGE).max(1)
}

/// The path of the file that is served at an address: `ideas/index.html` for `ideas/`; the address
/// itself if it is a file.
pub fn address_to_path(address: &str) -> String {
    if address.is_empty() || address.ends_with('/') {
        format!("{address}index.html")
    } else {
        address.to_owned()
    }
}

/// The paths of all data files: each table in each format, then their description.
pub fn data_file_paths() -> impl Iterator<Item = String> {
    let tables = DATA_TABLES
        .iter()
        .flat_map(|table| DATA_FORMATS.iter().map(move |format| format!("data/{table}.{format}")));
    tables.chain([DATA_DESCRIPTION.to_owned()])
}

/// Whether an address is that of a data table or of their description, ignoring ASCII case.
fn is_data_file(address: &str) -> bool {
    strip_prefix_ignore_case(address, "data/").is_some()
        && data_file_paths().any(|file| file.eq_ignore_ascii_case(address))
}

impl PageDeclaration {
    /// What this kind generates at an address, ignoring ASCII case; none if nothing.
    fn classify<'a>(&self, address: &'a str) -> Option<GeneratedAddress<'a>> {
        let first_page = |own: &&str| {
            (!matches!(self.pattern, PaginatedPerTerm | FromRecords)
                && own.eq_ignore_ascii_case(address))
            .then_some(GeneratedAddress::FirstPage(self.kind))
        };
        self.addresses.iter().find_map(first_page).or_else(|| match self.pattern {
            Paginated => self.addresses.iter().find_map(|list| {
                Some(GeneratedAddress::ListPage(
                    self.kind,
                    list,
                    parse_page_number(strip_prefix_ignore_case(address, list)?)?,
                ))
            }),
            PaginatedPerTerm => self.addresses.iter().find_map(|folder| {
                let (term, rest) = strip_prefix_ignore_case(address, folder)?.split_once('/')?;
                let page = if rest.is_empty() { Some(1) } else { parse_page_number(rest) };
                page.filter(|_| !term.is_empty())
                    .map(|page| GeneratedAddress::TermPage(folder, term, page))
            }),
            PaginatedPerSubject => self.addresses.iter().find_map(|folder| {
                let (subject, rest) = strip_prefix_ignore_case(address, folder)?.split_once('/')?;
                (!subject.is_empty() && (rest.is_empty() || parse_page_number(rest).is_some()))
                    .then_some(GeneratedAddress::SubjectPage(self.kind))
            }),
            FilePerTerm => {
                self.addresses.iter().filter(|file| !file.contains('/')).find_map(|file| {
                    TERM_FOLDERS.iter().find_map(|folder| {
                        let (term, rest) =
                            strip_prefix_ignore_case(address, folder)?.split_once('/')?;
                        (!term.is_empty() && rest.eq_ignore_ascii_case(file))
                            .then_some(GeneratedAddress::TermFeed(folder, term))
                    })
                })
            }
            Single | FromRecords => None,
        })
    }
}

/// The rest of an address behind a prefix, ignoring ASCII case; none if it begins otherwise.
fn strip_prefix_ignore_case<'a>(address: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = address.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The number of a further page, as in `2/`; none if it is below 2 or has leading zeros.
fn parse_page_number(rest: &str) -> Option<usize> {
    let digits = rest.strip_suffix('/')?;
    digits.parse().ok().filter(|number: &usize| *number > 1 && number.to_string() == digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_listed_in_their_order() {
        assert!(Section::ALL.is_sorted());
        assert!(PAGES.iter().all(|page| Section::ALL.contains(&page.section)));
    }

    #[test]
    fn declarations_are_in_the_order_of_kinds() {
        for (page, index) in PAGES.iter().zip(0..) {
            assert_eq!(page.kind as usize, index, "{:?}", page.kind);
        }
    }

    #[test]
    fn generated_addresses_are_classified() {
        let rows = [
            ("", Some(GeneratedAddress::FirstPage(PageKind::Home))),
            ("speed/", Some(GeneratedAddress::FirstPage(PageKind::Speed))),
            ("Speed/", Some(GeneratedAddress::FirstPage(PageKind::Speed))),
            ("coverage/groups/channels/", Some(GeneratedAddress::FirstPage(PageKind::Coverage))),
            (
                "coverage/groups/channels/3/",
                Some(GeneratedAddress::ListPage(
                    PageKind::Coverage,
                    "coverage/groups/channels/",
                    3,
                )),
            ),
            ("ideas/2/", Some(GeneratedAddress::ListPage(PageKind::Ideas, "ideas/", 2))),
            ("ideas/1/", None),
            ("ideas/02/", None),
            ("ideas/win-back/", None),
            ("markets/", Some(GeneratedAddress::FirstPage(PageKind::Terms))),
            ("markets/de/", Some(GeneratedAddress::TermPage("markets/", "de", 1))),
            ("tactics/quiz/4/", Some(GeneratedAddress::TermPage("tactics/", "quiz", 4))),
            ("tactics/quiz/notes/", None),
            ("teams/", Some(GeneratedAddress::FirstPage(PageKind::Teams))),
            ("teams/crm/", Some(GeneratedAddress::SubjectPage(PageKind::Team))),
            ("teams/crm/2/", Some(GeneratedAddress::SubjectPage(PageKind::Team))),
            ("teams/crm/notes/", None),
            ("markets/de/feed.xml", Some(GeneratedAddress::TermFeed("markets/", "de"))),
            ("desk/results-due/", Some(GeneratedAddress::SubjectPage(PageKind::Desk))),
            ("proposals/de/2/", Some(GeneratedAddress::SubjectPage(PageKind::Proposals))),
            ("404.html", Some(GeneratedAddress::FirstPage(PageKind::NotFound))),
            ("feed.xml", Some(GeneratedAddress::FirstPage(PageKind::Feed))),
            ("data/results.csv", Some(GeneratedAddress::DataFile)),
            ("data/budget.csv", None),
            ("data/datapackage.json", Some(GeneratedAddress::DataFile)),
            ("search/manifest.json", Some(GeneratedAddress::OtherFile)),
            ("service-worker.js", Some(GeneratedAddress::OtherFile)),
            ("admin/", Some(GeneratedAddress::Editor)),
            ("admin/config.yml", Some(GeneratedAddress::OtherFile)),
            ("service-worker.js/", None),
            ("about/", None),
        ];
        for (address, wanted) in rows {
            assert_eq!(classify_address(address), wanted, "{address}");
        }
    }
}
