//! Coverage tables: what was tested where, with which results, and which combinations are untested.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::evidence::Tally;
use crate::evidence::coverage::CoverageMatrix;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::proposals;
use crate::page::parts::tabs::{self, TabLink};
use crate::page::parts::{EmptyState, Link, PaginationLink, pagination};
use crate::page::spec::{ColumnKind, CoverageTable, Page, PageSpec, RowKind};
use crate::page::text::display;
use crate::site::pages::PageKind;
use crate::vocabulary::{TermId, TermRef};

/// The view of one page of a coverage table.
#[derive(Debug, Clone, Serialize)]
pub struct CoveragePage {
    /// Tabs to the pages derived from the evidence.
    pub tabs: Vec<TabLink>,
    /// Title of the page.
    pub title: String,
    /// Number of tested combinations, in words.
    pub description: String,
    /// Links to the four tables.
    pub tables: Vec<TabLink>,
    /// Caption of the table for screen readers.
    pub caption: String,
    /// Shown where nothing was tested.
    pub empty: Option<EmptyState>,
    /// Links to the first row of each region; empty for a short table.
    pub regions: Vec<Link>,
    /// Groups of columns by family of tactics; empty where columns have no family.
    pub families: Vec<ColumnGroup>,
    /// Tactics or channels.
    pub columns: Vec<CoverageColumn>,
    /// Rows, grouped by region.
    pub bands: Vec<RowGroup>,
    /// Totals by column, over all pages of the table.
    pub totals: Vec<CoverageCell>,
    /// The grand total.
    pub total: StudyTotal,
    /// Number of columns, with the row header and the totals.
    pub width: usize,
    /// Pagination links; empty for a single page.
    pub pages: Vec<PaginationLink>,
}

/// Adjacent columns of tactics of one family, as a header above them.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnGroup {
    /// Label of the family.
    pub label: String,
    /// Number of columns.
    pub width: usize,
}

/// A tactic or channel as a column of a coverage table.
#[derive(Debug, Clone, Serialize)]
pub struct CoverageColumn {
    /// Site path of the term.
    pub url: String,
    /// Label of the term.
    pub label: String,
    /// Whether it is the first column of a family other than the first.
    pub first: bool,
}

/// Rows of the markets of one region; all rows of a table of market groups.
#[derive(Debug, Clone, Serialize)]
pub struct RowGroup {
    /// Anchor of the group.
    pub id: String,
    /// Label of the region; none where rows are not grouped.
    pub label: Option<String>,
    /// Site path of the region; none where it has no page.
    pub url: Option<String>,
    /// Rows in display order.
    pub rows: Vec<CoverageRow>,
}

/// A market or market group as a row of a coverage table.
#[derive(Debug, Clone, Serialize)]
pub struct CoverageRow {
    /// Site path of the term.
    pub url: String,
    /// Label of the term.
    pub label: String,
    /// Total over all columns.
    pub total: StudyTotal,
    /// One cell for each column.
    pub cells: Vec<CoverageCell>,
}

/// The number of all studies of a row or table, with the win rate of those that count in it.
#[derive(Debug, Clone, Serialize)]
pub struct StudyTotal {
    /// Number of studies.
    pub count: String,
    /// Win rate, or `won/counted` with fewer than three counted studies; none for zero.
    pub win: Option<String>,
}

/// The studies of a market or group with a tactic or channel, or of a whole column, as a cell of a
/// coverage table.
#[derive(Debug, Clone, Serialize)]
pub struct CoverageCell {
    /// `gap`, `live`, `plain`, or `good`, `bad` or `mixed` with a size from 1 to 3: `good-2`.
    pub tone: &'static str,
    /// Number of studies; none in a gap.
    pub count: Option<String>,
    /// Win rate, or `won/counted` with fewer than three counted studies.
    pub win: Option<String>,
    /// The best evidence grade, in lower and upper case.
    pub grade: Option<(&'static str, &'static str)>,
    /// Number of running studies; none for zero.
    pub running: Option<String>,
    /// Site path of the filtered list of studies; in a gap, of the best strong proposal, if any.
    pub url: Option<String>,
    /// Site path of the form that writes the first study of a gap without a proposal; none
    /// elsewhere, and in a table whose full page has more than `MAX_CELLS_WITH_TITLES` cells.
    pub write: Option<String>,
    /// The cell in words; none in a table whose full page has more than `MAX_CELLS_WITH_TITLES` cells.
    pub title: Option<String>,
}

/// The most cells on one page, which keeps a page with all cells filled below 500 kB.
const MAX_CELLS: usize = 3000;
/// The most cells on a full page of a table whose cells are described in words; on larger pages the
/// headers and the key explain the figures.
const MAX_CELLS_WITH_TITLES: usize = 1500;
/// The fewest rows for which links to regions stand above the table.
const MIN_ROWS_FOR_REGION_LINKS: usize = 40;

/// Lists the pages of all four coverage tables.
pub fn plan(context: &Context) -> Vec<Page> {
    let pages = |table: CoverageTable| {
        let count = Grid::new(context, table).count_pages();
        pagination::page_addresses(table.address(), count * pagination::ROWS_PER_PAGE).map(
            move |(address, page_index)| Page::new(address, PageSpec::Coverage(table, page_index)),
        )
    };
    CoverageTable::ALL.into_iter().flat_map(pages).collect()
}

/// Composes one page of a coverage table; `page_index` is zero-based.
pub fn compose(
    context: &Context,
    table: CoverageTable,
    page_index: usize,
) -> ComposedPage<CoveragePage> {
    let grid = Grid::new(context, table);
    let (pages, rows) = (grid.count_pages(), grid.rows_per_page());
    let shown = grid.rows.iter().enumerate().skip(page_index * rows).take(rows);
    let description = context.describe_part(
        context.language.text(table.label_key()),
        context.language.text("coverage.description"),
    );
    let view = CoveragePage {
        tabs: tabs::compose(context, PageKind::Coverage),
        title: context.text("coverage.title"),
        description: grid.describe(context),
        tables: table_tabs(context, table),
        caption: context
            .language
            .text_with("coverage.caption", &[("table", context.language.text(table.label_key()))]),
        empty: grid.rows.is_empty().then(|| empty_state(context)),
        regions: if grid.rows.len() < MIN_ROWS_FOR_REGION_LINKS {
            Vec::new()
        } else {
            grid.region_links(context, table)
        },
        families: column_groups(context, &grid.columns),
        columns: compose_columns(context, &grid.columns),
        bands: compose_row_groups(context, &grid, shown),
        totals: grid
            .columns
            .iter()
            .map(|column| compose_cell(context, &grid, None, *column, column.tally(context)))
            .collect(),
        total: study_total(context, &context.evidence.all),
        width: grid.columns.len() + 2,
        pages: pagination::links(table.address(), pages * pagination::ROWS_PER_PAGE, page_index),
    };
    ComposedPage::from_title_key(context, "coverage.title", view)
        .with_description(Some(&description))
}

/// Links to the four coverage tables, with the current one marked.
fn table_tabs(context: &Context, current: CoverageTable) -> Vec<TabLink> {
    CoverageTable::ALL
        .iter()
        .map(|table| TabLink {
            url: table.address(),
            label: context.text(table.label_key()),
            current: *table == current,
        })
        .collect()
}

/// What a coverage page shows in a hub without case studies.
fn empty_state(context: &Context) -> EmptyState {
    EmptyState {
        title: context.text("empty.cases"),
        text: context.text("empty.cases_text"),
        url: Some(PageKind::CaseStudies.address().into()),
        action: context.text("nav.case_studies"),
    }
}

/// The terms, tallies and proposals of a coverage table on all of its pages: markets by region and
/// name, tactics by family.
struct Grid<'h> {
    /// Rows of all pages, in display order.
    rows: Vec<TermRef>,
    /// Columns in display order.
    columns: Vec<TermRef>,
    /// Tally of each row and column that have a study together.
    cells: BTreeMap<(TermRef, TermRef), &'h Tally>,
    /// Address of the best strong proposal for each gap that has one.
    proposal_addresses: BTreeMap<(TermRef, TermRef), String>,
}

impl<'h> Grid<'h> {
    /// Collects the tallies of a table, sorts its rows and columns, and finds the proposals for its
    /// gaps.
    fn new(context: &Context<'h>, table: CoverageTable) -> Self {
        let evidence = context.evidence;
        let mut grid = match (table.row_kind, table.column_kind) {
            (RowKind::Markets, ColumnKind::Tactics) => Grid::from_matrix(
                CoverageMatrix::from_tallies(&evidence.market_tactic),
                TermRef::Market,
                TermRef::Tactic,
            ),
            (RowKind::Markets, ColumnKind::Channels) => Grid::from_matrix(
                CoverageMatrix::from_tallies(&evidence.market_channel),
                TermRef::Market,
                TermRef::Channel,
            ),
            (RowKind::Groups, ColumnKind::Tactics) => Grid::from_matrix(
                CoverageMatrix::from_tallies(&evidence.group_tactic),
                TermRef::Group,
                TermRef::Tactic,
            ),
            (RowKind::Groups, ColumnKind::Channels) => Grid::from_matrix(
                CoverageMatrix::from_tallies(&evidence.group_channel),
                TermRef::Group,
                TermRef::Channel,
            ),
        };
        let sort_keys: BTreeMap<TermRef, (bool, String, String)> =
            grid.rows.iter().map(|row| (*row, row_sort_key(context, *row))).collect();
        grid.rows.sort_by(|a, b| sort_keys[a].cmp(&sort_keys[b]));
        grid.columns.sort_by_key(|column| {
            (
                family_of(context, *column)
                    .map_or((usize::MAX, ""), |family| (family_position(family), family)),
                column.label(context).to_lowercase(),
            )
        });
        grid.proposal_addresses = proposals::addresses_for_gaps(context, table, &grid.rows);
        grid
    }

    /// Turns a table of ids into one of terms, in the order of the ids and without proposals.
    fn from_matrix<R: TermId, C: TermId>(
        matrix: CoverageMatrix<'h, R, C>,
        row: impl Fn(R) -> TermRef,
        column: impl Fn(C) -> TermRef,
    ) -> Self {
        let (rows, columns): (Vec<TermRef>, Vec<TermRef>) = (
            matrix.rows.iter().copied().map(row).collect(),
            matrix.columns.iter().copied().map(column).collect(),
        );
        let terms_at = |index: usize| (rows[index / columns.len()], columns[index % columns.len()]);
        let cells = matrix
            .cells
            .iter()
            .enumerate()
            .filter_map(|(index, tally)| Some((terms_at(index), (*tally)?)))
            .collect();
        Grid { cells, rows, columns, proposal_addresses: BTreeMap::new() }
    }

    /// Number of rows of a full page, 1 to `ROWS_PER_PAGE`, so that a page has at most `MAX_CELLS`
    /// cells.
    fn rows_per_page(&self) -> usize {
        (MAX_CELLS / self.columns.len().max(1)).clamp(1, pagination::ROWS_PER_PAGE)
    }

    /// Number of pages of the table, at least 1.
    fn count_pages(&self) -> usize {
        self.rows.len().div_ceil(self.rows_per_page()).max(1)
    }

    /// Number of cells of a full page, from which it follows for all pages alike whether cells are
    /// described in words.
    fn cells_per_page(&self) -> usize {
        self.rows.len().min(self.rows_per_page()) * self.columns.len()
    }

    /// A sentence about the whole table: how many combinations were tested, how many there are, and
    /// for how many gaps there is a strong proposal.
    fn describe(&self, context: &Context) -> String {
        let whole = |n: usize| context.language.format_integer(n);
        let all = self.rows.len() * self.columns.len();
        let (tried, of, proposed) = (
            whole(self.cells.len()),
            whole(all),
            context.language.plural_text("coverage.proposed", self.proposal_addresses.len(), &[]),
        );
        context
            .language
            .text_with("coverage.says", &[("tried", &tried), ("all", &of), ("proposed", &proposed)])
    }

    /// Links to the first row of each region, on the pages of this table.
    fn region_links(&self, context: &Context, table: CoverageTable) -> Vec<Link> {
        let per_page = self.rows_per_page();
        let mut links: Vec<Link> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let Some(region) = smallest_group_of(context, *row) else { continue };
            if links.last().is_none_or(|link| link.label != region.label(context)) {
                let page = if index < per_page {
                    String::new()
                } else {
                    format!("{}/", index / per_page + 1)
                };
                links.push(Link::new(
                    format!("{}{page}#{}", table.address(), row_group_id(context, Some(region))),
                    region.label(context),
                ));
            }
        }
        links
    }
}

/// Sort key of a row: market groups before unions of groups and `global`; markets by region, those
/// without one last; then by label.
fn row_sort_key(context: &Context, row: TermRef) -> (bool, String, String) {
    let vocabulary = &context.catalog.vocabulary;
    let label = row.label(context).to_lowercase();
    match row {
        TermRef::Group(id) => (
            !vocabulary.groups[id].unions.is_empty() || &*vocabulary.groups[id].id == "global",
            String::new(),
            label,
        ),
        _ => match smallest_group_of(context, row) {
            Some(region) => (false, region.label(context).to_lowercase(), label),
            None => (true, String::new(), label),
        },
    }
}

/// The smallest group of a market, which is its region here; none for a row that is a group, and
/// for a market in no group.
fn smallest_group_of(context: &Context, row: TermRef) -> Option<TermRef> {
    match row {
        TermRef::Market(id) => context.catalog.vocabulary.markets[id]
            .groups
            .first()
            .map(|group| TermRef::Group(*group)),
        _ => None,
    }
}

/// The anchor of the rows of a region; `others` for rows without one.
fn row_group_id(context: &Context, region: Option<TermRef>) -> String {
    region.map_or_else(
        || "others".to_owned(),
        |region| format!("in-{}", region.term(&context.catalog.vocabulary).slug()),
    )
}

/// The family of tactics that a column is in; none for a channel.
fn family_of<'a>(context: &'a Context, column: TermRef) -> Option<&'a str> {
    column.term(&context.catalog.vocabulary).family.as_deref()
}

/// Position of a family in the order of a campaign: offer, message, audience, journey. The hub's
/// own families come last.
fn family_position(family: &str) -> usize {
    /// Families of the built-in tactics, in the order of a campaign, in which the columns stand.
    const ORDER: [&str; 7] = [
        "offer-price",
        "message-creative",
        "audience-targeting",
        "journey-ux",
        "lifecycle",
        "media-bidding",
        "cultural-local",
    ];
    ORDER.iter().position(|known| *known == family).unwrap_or(ORDER.len())
}

/// The headers above columns of one family; empty where no column has a family.
fn column_groups(context: &Context, columns: &[TermRef]) -> Vec<ColumnGroup> {
    if columns.iter().all(|column| family_of(context, *column).is_none()) {
        return Vec::new();
    }
    let runs = columns.chunk_by(|a, b| family_of(context, *a) == family_of(context, *b));
    runs.map(|run| ColumnGroup {
        label: display::family_label(context.language, family_of(context, run[0])),
        width: run.len(),
    })
    .collect()
}

/// The view of each column, which says where a new family begins.
fn compose_columns(context: &Context, columns: &[TermRef]) -> Vec<CoverageColumn> {
    let is_first_of_group = |index: usize| {
        index > 0 && family_of(context, columns[index]) != family_of(context, columns[index - 1])
    };
    let column = |(index, column): (usize, &TermRef)| CoverageColumn {
        url: column.address(&context.catalog.vocabulary),
        label: column.label(context).to_owned(),
        first: is_first_of_group(index),
    };
    columns.iter().enumerate().map(column).collect()
}

/// The rows of one page in groups by region; the positions that come with the rows are not used.
fn compose_row_groups<'r>(
    context: &Context,
    grid: &Grid,
    rows: impl Iterator<Item = (usize, &'r TermRef)>,
) -> Vec<RowGroup> {
    let mut bands: Vec<RowGroup> = Vec::new();
    for (_, row) in rows {
        let region = smallest_group_of(context, *row);
        let id = row_group_id(context, region);
        if bands.last().is_none_or(|band| band.id != id) {
            bands.push(open_row_group(context, *row, region, id));
        }
        bands
            .last_mut()
            .expect("a band was just opened")
            .rows
            .push(compose_row(context, grid, *row));
    }
    bands
}

/// The group of a region before its rows are added; `row` is the first of them.
fn open_row_group(
    context: &Context,
    row: TermRef,
    region: Option<TermRef>,
    id: String,
) -> RowGroup {
    let has_page = region.filter(|region| region.tally(context).is_some());
    let label = match (row, region) {
        (TermRef::Market(_), Some(region)) => Some(region.label(context).to_owned()),
        (TermRef::Market(_), None) => Some(context.text("terms.others")),
        _ => None,
    };
    RowGroup {
        id,
        label,
        url: has_page.map(|region| region.address(&context.catalog.vocabulary)),
        rows: Vec::new(),
    }
}

/// A market or market group with its total and one cell for each column.
fn compose_row(context: &Context, grid: &Grid, row: TermRef) -> CoverageRow {
    let nothing = Tally::default();
    CoverageRow {
        url: row.address(&context.catalog.vocabulary),
        label: row.label(context).to_owned(),
        total: study_total(context, row.tally(context).unwrap_or(&nothing)),
        cells: grid
            .columns
            .iter()
            .map(|column| {
                compose_cell(
                    context,
                    grid,
                    Some(row),
                    *column,
                    grid.cells.get(&(row, *column)).copied(),
                )
            })
            .collect(),
    }
}

/// The number of studies in a tally with their win rate.
fn study_total(context: &Context, tally: &Tally) -> StudyTotal {
    StudyTotal {
        count: context.language.format_integer(tally.studies()),
        win: format_wins(context, tally),
    }
}

/// The win rate from three counted studies on, else `won/counted`; none where no study counts.
fn format_wins(context: &Context, tally: &Tally) -> Option<String> {
    match tally.win_rate() {
        Some(rate) => {
            Some(context.language.format_percent(&context.language.format_number(rate * 100.0, 0)))
        }
        None if tally.counted() > 0 => Some(format!("{}/{}", tally.won, tally.counted())),
        None => None,
    }
}

/// The cell of a row and a column; without a row the total of the column. A missing or empty tally
/// makes a gap.
fn compose_cell(
    context: &Context,
    grid: &Grid,
    row: Option<TermRef>,
    column: TermRef,
    tally: Option<&Tally>,
) -> CoverageCell {
    let Some(tally) = tally.filter(|tally| tally.studies() > 0) else {
        let url = row.and_then(|row| grid.proposal_addresses.get(&(row, column)).cloned());
        return CoverageCell {
            tone: "gap",
            count: None,
            win: None,
            grade: None,
            running: None,
            write: row
                .filter(|_| url.is_none() && grid.cells_per_page() <= MAX_CELLS_WITH_TITLES)
                .map(|row| {
                    format!("{}?{}", PageKind::Write.address(), cell_query(context, row, column))
                }),
            url,
            title: None,
        };
    };
    CoverageCell {
        tone: cell_tone(tally),
        count: Some(context.language.format_integer(tally.studies())),
        win: format_wins(context, tally),
        grade: tally.best_grade.map(display::grade_letters),
        running: (tally.running > 0)
            .then(|| context.language.format_integer(tally.running as usize)),
        url: Some(cell_url(context, row, column)),
        write: None,
        title: (grid.cells_per_page() <= MAX_CELLS_WITH_TITLES)
            .then(|| describe_cell(context, tally)),
    }
}

/// The style id of a cell: whether most counted studies won or lost, and a size for 1, 2 to 3, or
/// more studies.
fn cell_tone(tally: &Tally) -> &'static str {
    let size = match tally.studies() {
        1 => 0,
        2..=3 => 1,
        _ => 2,
    };
    let (won, lost, counted) = (tally.won, tally.lost, tally.counted());
    if counted == 0 {
        return if tally.open > 0 { "live" } else { "plain" };
    }
    match (won * 2 > counted, lost * 2 > counted) {
        (true, _) => ["good-1", "good-2", "good-3"][size],
        (_, true) => ["bad-1", "bad-2", "bad-3"][size],
        _ => ["mixed-1", "mixed-2", "mixed-3"][size],
    }
}

/// Site path of the list of case studies, filtered to the cell; for the total of a column that of
/// its term.
fn cell_url(context: &Context, row: Option<TermRef>, column: TermRef) -> String {
    match row {
        Some(row) => format!("case-studies/?{}", cell_query(context, row, column)),
        None => column.address(&context.catalog.vocabulary),
    }
}

/// The row and the column of a cell as the query of an address: `market=br&tactic=quiz`.
fn cell_query(context: &Context, row: TermRef, column: TermRef) -> String {
    let part = |term: TermRef| {
        let field = match term {
            TermRef::Market(_) => "market",
            TermRef::Group(_) => "group",
            TermRef::Channel(_) => "channel",
            TermRef::Tactic(_) => "tactic",
        };
        format!("{field}={}", term.term(&context.catalog.vocabulary).slug())
    };
    format!("{}&{}", part(row), part(column))
}

/// A cell in words: number of studies, wins, best grade and running studies.
fn describe_cell(context: &Context, tally: &Tally) -> String {
    let language = context.language;
    let mut parts = vec![language.plural_text("count.case_studies", tally.studies(), &[])];
    if tally.counted() > 0 {
        let (won, counted) = (
            language.format_integer(tally.won as usize),
            language.format_integer(tally.counted() as usize),
        );
        parts.push(language.text_with("tally.short", &[("won", &won), ("counted", &counted)]));
    }
    parts.extend(tally.best_grade.map(|grade| {
        language.text_with("coverage.best", &[("grade", display::grade_letters(grade).1)])
    }));
    if tally.running > 0 {
        parts.push(language.plural_text("tally.running", tally.running as usize, &[]));
    }
    language.join_with_commas(&parts)
}
