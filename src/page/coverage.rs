//! Coverage: what was tried where, what came of it, and where the gaps are.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::evidence::Tally;
use crate::evidence::coverage::Matrix;
use crate::page::Context;
use crate::page::parts::{Empty, Link, Step};
use crate::page::proposals;
use crate::page::tabs::{self, TabLink};
use crate::page::{Composed, Page, PageKind, View, What, say, steps};
use crate::vocabulary::{TermId, TermRef};

/// What stands at the side of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Markets.
    Markets,
    /// Market groups.
    Groups,
}

/// What stands above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Top {
    /// Tactics.
    Tactics,
    /// Channels.
    Channels,
}

/// One of the four tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its rows.
    pub side: Side,
    /// Its columns.
    pub top: Top,
}

/// The view of one page of a table.
#[derive(Debug, Clone, Serialize)]
pub struct CoveragePage {
    /// The pages that follow from the evidence.
    pub tabs: Vec<TabLink>,
    /// Its title.
    pub title: String,
    /// How much was tried, in words.
    pub description: String,
    /// The four tables.
    pub tables: Vec<TabLink>,
    /// What the table is, for those who hear it.
    pub caption: String,
    /// What to do where nothing was tried.
    pub empty: Option<Empty>,
    /// Where regions begin, where the table is long.
    pub regions: Vec<Link>,
    /// Families of columns.
    pub families: Vec<Family>,
    /// Tactics or channels.
    pub columns: Vec<Column>,
    /// Rows by region.
    pub bands: Vec<Band>,
    /// All rows together, those of other pages too.
    pub totals: Vec<Cell>,
    /// Everything.
    pub total: Total,
    /// How many columns there are, with the header and the totals.
    pub width: usize,
    /// Further pages.
    pub pages: Vec<Step>,
}

/// Columns of one family.
#[derive(Debug, Clone, Serialize)]
pub struct Family {
    /// Its name.
    pub label: String,
    /// How many columns.
    pub width: usize,
}

/// A tactic or channel.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    /// Its page.
    pub url: String,
    /// Its label.
    pub label: String,
    /// Whether a family begins with it.
    pub first: bool,
}

/// Rows of one region.
#[derive(Debug, Clone, Serialize)]
pub struct Band {
    /// Its anchor.
    pub id: String,
    /// Its name, and its page where it has one; none where rows are not grouped.
    pub label: Option<String>,
    /// Its page.
    pub url: Option<String>,
    /// Its rows.
    pub rows: Vec<Line>,
}

/// A market or group.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Its page.
    pub url: String,
    /// Its label.
    pub label: String,
    /// All of it.
    pub total: Total,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// What was won altogether.
#[derive(Debug, Clone, Serialize)]
pub struct Total {
    /// How many studies.
    pub count: String,
    /// A rate, or won of counted.
    pub win: Option<String>,
}

/// One cell.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// `good`, `bad`, `mixed`, `live`, `plain`, or `gap`; and how many studies there are, 1 to 3.
    pub tone: &'static str,
    /// How many studies; none in a gap.
    pub count: Option<String>,
    /// A rate, or won of counted.
    pub win: Option<String>,
    /// The best grade.
    pub grade: Option<(&'static str, &'static str)>,
    /// How many are running.
    pub running: Option<String>,
    /// The studies, or what the evidence proposes for the gap.
    pub url: Option<String>,
    /// The cell in words, where the table is small enough to hold them.
    pub title: Option<String>,
}

/// At most this many cells on a page, so that it stays below 500 kB when every cell is full.
const MOST_CELLS: usize = 3000;
/// Above this many cells their words are left out; the headers and the key say what the figures are.
const MOST_WORDS: usize = 1500;
/// From this many rows on, regions are listed above the table.
const MANY_ROWS: usize = 40;

impl Table {
    /// Every table, the first one at the address of the page itself.
    pub const ALL: [Table; 4] = [
        Table { side: Side::Markets, top: Top::Tactics },
        Table { side: Side::Markets, top: Top::Channels },
        Table { side: Side::Groups, top: Top::Tactics },
        Table { side: Side::Groups, top: Top::Channels },
    ];

    fn address(self) -> &'static str {
        let at = Table::ALL.iter().position(|table| *table == self).unwrap_or(0);
        PageKind::Coverage.declaration().addresses[at]
    }

    fn label(self) -> &'static str {
        match (self.side, self.top) {
            (Side::Markets, Top::Tactics) => "coverage.markets_tactics",
            (Side::Markets, Top::Channels) => "coverage.markets_channels",
            (Side::Groups, Top::Tactics) => "coverage.groups_tactics",
            (Side::Groups, Top::Channels) => "coverage.groups_channels",
        }
    }
}

/// The pages of all tables.
pub fn plan(context: &Context) -> Vec<Page> {
    let pages = |table: Table| {
        let count = Grid::of(context, table).pages();
        steps::pages(table.address(), count * steps::ROWS).map(move |(address, step)| Page::at(address, What::Coverage(table, step)))
    };
    Table::ALL.into_iter().flat_map(pages).collect()
}

/// Composes one page of a table.
pub fn compose(context: &Context, table: Table, step: usize) -> Composed {
    let grid = Grid::of(context, table);
    let (pages, rows) = (grid.pages(), grid.rows_per_page());
    let shown = grid.rows.iter().enumerate().skip(step * rows).take(rows);
    let view = CoveragePage {
        tabs: tabs::compose(context, PageKind::Coverage),
        title: context.text("coverage.title"),
        description: grid.says(context),
        tables: tables(context, table),
        caption: context.language.fill("coverage.caption", &[("table", context.language.text(table.label()))]),
        empty: grid.rows.is_empty().then(|| empty(context)),
        regions: if grid.rows.len() < MANY_ROWS { Vec::new() } else { grid.regions(context) },
        families: families(context, &grid.columns),
        columns: columns(context, &grid.columns),
        bands: bands(context, &grid, shown),
        totals: grid.columns.iter().map(|column| cell(context, &grid, None, *column, column.tally(context))).collect(),
        total: total(context, &context.evidence.all),
        width: grid.columns.len() + 2,
        pages: steps::steps(table.address(), pages * steps::ROWS, step),
    };
    Composed::new(context, "coverage.title", View::Coverage(view)).described(Some(context.language.text("coverage.description")))
}

fn tables(context: &Context, current: Table) -> Vec<TabLink> {
    Table::ALL.iter().map(|table| TabLink { url: table.address(), label: context.text(table.label()), current: *table == current }).collect()
}

fn empty(context: &Context) -> Empty {
    Empty {
        title: context.text("empty.cases"),
        text: context.text("empty.cases_text"),
        url: Some(PageKind::CaseStudies.address().into()),
        action: context.text("nav.case_studies"),
    }
}

/// A table with its terms in the order they are read: regions by name, families in their own order.
struct Grid<'h> {
    rows: Vec<TermRef>,
    columns: Vec<TermRef>,
    cells: BTreeMap<(TermRef, TermRef), &'h Tally>,
    /// Gaps for which the evidence proposes something, with the place of the proposal.
    proposed: BTreeMap<(TermRef, TermRef), String>,
}

impl<'h> Grid<'h> {
    fn of(context: &Context<'h>, table: Table) -> Self {
        let evidence = context.evidence;
        let mut grid = match (table.side, table.top) {
            (Side::Markets, Top::Tactics) => Grid::from(Matrix::of(&evidence.market_tactic), TermRef::Market, TermRef::Tactic),
            (Side::Markets, Top::Channels) => Grid::from(Matrix::of(&evidence.market_channel), TermRef::Market, TermRef::Channel),
            (Side::Groups, Top::Tactics) => Grid::from(Matrix::of(&evidence.group_tactic), TermRef::Group, TermRef::Tactic),
            (Side::Groups, Top::Channels) => Grid::from(Matrix::of(&evidence.group_channel), TermRef::Group, TermRef::Channel),
        };
        let places: BTreeMap<TermRef, (bool, String, String)> = grid.rows.iter().map(|row| (*row, place(context, *row))).collect();
        grid.rows.sort_by(|a, b| places[a].cmp(&places[b]));
        grid.columns.sort_by_key(|column| {
            (family_of(context, *column).map_or((usize::MAX, ""), |family| (family_place(family), family)), column.label(context).to_lowercase())
        });
        grid.proposed = proposals::for_gaps(context, table, &grid.rows);
        grid
    }

    fn from<R: TermId, C: TermId>(matrix: Matrix<'h, R, C>, row: impl Fn(R) -> TermRef, column: impl Fn(C) -> TermRef) -> Self {
        let (rows, columns): (Vec<TermRef>, Vec<TermRef>) =
            (matrix.rows.iter().copied().map(row).collect(), matrix.columns.iter().copied().map(column).collect());
        let at = |index: usize| (rows[index / columns.len()], columns[index % columns.len()]);
        let cells = matrix.cells.iter().enumerate().filter_map(|(index, tally)| Some((at(index), (*tally)?))).collect();
        Grid { cells, rows, columns, proposed: BTreeMap::new() }
    }

    fn rows_per_page(&self) -> usize {
        (MOST_CELLS / self.columns.len().max(1)).clamp(1, steps::ROWS)
    }

    fn pages(&self) -> usize {
        self.rows.len().div_ceil(self.rows_per_page()).max(1)
    }

    fn shown_cells(&self) -> usize {
        self.rows.len().min(self.rows_per_page()) * self.columns.len()
    }

    fn says(&self, context: &Context) -> String {
        let whole = |n: usize| context.language.whole(n);
        let all = self.rows.len() * self.columns.len();
        let (tried, of, proposed) = (whole(self.cells.len()), whole(all), context.language.count("coverage.proposed", self.proposed.len(), &[]));
        context.language.fill("coverage.says", &[("tried", &tried), ("all", &of), ("proposed", &proposed)])
    }

    fn regions(&self, context: &Context) -> Vec<Link> {
        let per_page = self.rows_per_page();
        let mut links: Vec<Link> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let Some(region) = region(context, *row) else { continue };
            if links.last().is_none_or(|link| link.label != region.label(context)) {
                let page = if index < per_page { String::new() } else { format!("{}/", index / per_page + 1) };
                links.push(Link::new(format!("coverage/{page}#{}", band_id(context, Some(region))), region.label(context)));
            }
        }
        links
    }
}

/// Where a row stands: groups before unions of groups, markets by region; then by name.
fn place(context: &Context, row: TermRef) -> (bool, String, String) {
    let words = &context.catalog.vocabulary;
    let label = row.label(context).to_lowercase();
    match row {
        TermRef::Group(id) => (!words.groups[id].unions.is_empty() || &*words.groups[id].id == "global", String::new(), label),
        _ => match region(context, row) {
            Some(region) => (false, region.label(context).to_lowercase(), label),
            None => (true, String::new(), label),
        },
    }
}

/// The smallest group of a market.
fn region(context: &Context, row: TermRef) -> Option<TermRef> {
    match row {
        TermRef::Market(id) => context.catalog.vocabulary.markets[id].groups.first().map(|group| TermRef::Group(*group)),
        _ => None,
    }
}

fn band_id(context: &Context, region: Option<TermRef>) -> String {
    region.map_or_else(|| "others".to_owned(), |region| format!("in-{}", region.term(&context.catalog.vocabulary).slug()))
}

fn family_of<'a>(context: &'a Context, column: TermRef) -> Option<&'a str> {
    column.term(&context.catalog.vocabulary).family.as_deref()
}

/// Families stand in the order of a campaign: what is offered, said, to whom, where it leads. A hub's own ones come after.
fn family_place(family: &str) -> usize {
    const ORDER: [&str; 7] = ["offer-price", "message-creative", "audience-targeting", "journey-ux", "lifecycle", "media-bidding", "cultural-local"];
    ORDER.iter().position(|known| *known == family).unwrap_or(ORDER.len())
}

fn families(context: &Context, columns: &[TermRef]) -> Vec<Family> {
    if columns.iter().all(|column| family_of(context, *column).is_none()) {
        return Vec::new();
    }
    let runs = columns.chunk_by(|a, b| family_of(context, *a) == family_of(context, *b));
    runs.map(|run| Family { label: family_label(context, family_of(context, run[0])), width: run.len() }).collect()
}

fn family_label(context: &Context, family: Option<&str>) -> String {
    let Some(family) = family else { return context.text("terms.others") };
    let key = format!("family.{}", family.replace('-', "_"));
    let label = context.language.text(&key);
    if label == key { family.replace('-', " ") } else { label.to_owned() }
}

fn columns(context: &Context, columns: &[TermRef]) -> Vec<Column> {
    let first = |at: usize| at > 0 && family_of(context, columns[at]) != family_of(context, columns[at - 1]);
    let column = |(at, column): (usize, &TermRef)| Column {
        url: column.address(&context.catalog.vocabulary),
        label: column.label(context).to_owned(),
        first: first(at),
    };
    columns.iter().enumerate().map(column).collect()
}

fn bands<'r>(context: &Context, grid: &Grid, rows: impl Iterator<Item = (usize, &'r TermRef)>) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for (_, row) in rows {
        let region = region(context, *row);
        let id = band_id(context, region);
        if bands.last().is_none_or(|band| band.id != id) {
            bands.push(band(context, *row, region, id));
        }
        bands.last_mut().expect("a band was just opened").rows.push(line(context, grid, *row));
    }
    bands
}

fn band(context: &Context, row: TermRef, region: Option<TermRef>, id: String) -> Band {
    let has_page = region.filter(|region| region.tally(context).is_some());
    let label = match (row, region) {
        (TermRef::Market(_), Some(region)) => Some(region.label(context).to_owned()),
        (TermRef::Market(_), None) => Some(context.text("terms.others")),
        _ => None,
    };
    Band { id, label, url: has_page.map(|region| region.address(&context.catalog.vocabulary)), rows: Vec::new() }
}

fn line(context: &Context, grid: &Grid, row: TermRef) -> Line {
    let nothing = Tally::default();
    Line {
        url: row.address(&context.catalog.vocabulary),
        label: row.label(context).to_owned(),
        total: total(context, row.tally(context).unwrap_or(&nothing)),
        cells: grid.columns.iter().map(|column| cell(context, grid, Some(row), *column, grid.cells.get(&(row, *column)).copied())).collect(),
    }
}

fn total(context: &Context, tally: &Tally) -> Total {
    Total { count: context.language.whole(tally.studies()), win: win(context, tally) }
}

/// A rate from three counted studies on, else won of counted.
fn win(context: &Context, tally: &Tally) -> Option<String> {
    match tally.win_rate() {
        Some(rate) => Some(context.language.percent(&context.language.number(rate * 100.0, 0))),
        None if tally.counted() > 0 => Some(format!("{}/{}", tally.won, tally.counted())),
        None => None,
    }
}

fn cell(context: &Context, grid: &Grid, row: Option<TermRef>, column: TermRef, tally: Option<&Tally>) -> Cell {
    let Some(tally) = tally.filter(|tally| tally.studies() > 0) else {
        let url = row.and_then(|row| grid.proposed.get(&(row, column)).cloned());
        return Cell { tone: "gap", count: None, win: None, grade: None, running: None, url, title: None };
    };
    Cell {
        tone: tone(tally),
        count: Some(context.language.whole(tally.studies())),
        win: win(context, tally),
        grade: tally.best_grade.map(say::letters),
        running: (tally.running > 0).then(|| context.language.whole(tally.running as usize)),
        url: Some(filtered(context, row, column)),
        title: (grid.shown_cells() <= MOST_WORDS).then(|| words(context, tally)),
    }
}

/// Which way most studies point, and how many there are: three steps of one colour.
fn tone(tally: &Tally) -> &'static str {
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

/// The list of case studies, narrowed to the cell.
fn filtered(context: &Context, row: Option<TermRef>, column: TermRef) -> String {
    let part = |term: TermRef| {
        let field = match term {
            TermRef::Market(_) => "market",
            TermRef::Group(_) => "group",
            TermRef::Channel(_) => "channel",
            TermRef::Tactic(_) => "tactic",
        };
        format!("{field}={}", term.term(&context.catalog.vocabulary).slug())
    };
    match row {
        Some(row) => format!("case-studies/?{}&{}", part(row), part(column)),
        None => column.address(&context.catalog.vocabulary),
    }
}

fn words(context: &Context, tally: &Tally) -> String {
    let language = context.language;
    let mut words = vec![language.count("count.case_studies", tally.studies(), &[])];
    if tally.counted() > 0 {
        let (won, counted) = (language.whole(tally.won as usize), language.whole(tally.counted() as usize));
        words.push(language.fill("tally.short", &[("won", &won), ("counted", &counted)]));
    }
    words.extend(tally.best_grade.map(|grade| language.fill("coverage.best", &[("grade", say::letters(grade).1)])));
    if tally.running > 0 {
        words.push(language.count("tally.running", tally.running as usize, &[]));
    }
    language.commas(&words)
}
