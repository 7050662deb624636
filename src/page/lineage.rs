//! Lineage: what was adapted from what, how often it held elsewhere, what was kept and what was changed on the way.

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::evidence::lineage::{Branch, Via};
use crate::evidence::{Tally, Tree};
use crate::page::Context;
use crate::page::cited::{self, Cited};
use crate::page::parts::{Empty, Figure, Link, Step, TallyBar};
use crate::page::tabs::{self, TabLink};
use crate::page::{Composed, Page, PageKind, View, What, say, steps};

/// The view of all trees.
#[derive(Debug, Clone, Serialize)]
pub struct LineagePage {
    /// The pages that follow from the evidence.
    pub tabs: Vec<TabLink>,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// What stands out.
    pub figures: Vec<Figure>,
    /// What to do where there is none.
    pub empty: Option<Empty>,
    /// Trees, the most repeated first.
    pub trees: Vec<TreeView>,
    /// Further pages.
    pub pages: Vec<Step>,
}

/// A tree, or the part of one around a study.
#[derive(Debug, Clone, Serialize)]
pub struct TreeView {
    /// Its anchor.
    pub id: String,
    /// The origin's title.
    pub title: String,
    /// The origin's page.
    pub url: String,
    /// The origin's language where that is not the interface's.
    pub language: Option<String>,
    /// The replication score in words: tried in so many markets, and what came of it.
    pub says: String,
    /// The same as a bar.
    pub tally: Option<TallyBar>,
    /// The tree drawn.
    pub drawing: Drawing,
    /// The tree as a list, parents before children.
    pub branches: Vec<BranchView>,
    /// How many branches are left out, and where they are.
    pub more: Option<Link>,
}

/// The tree drawn: origin at the left, each adaptation a step to the right.
#[derive(Debug, Clone, Serialize)]
pub struct Drawing {
    /// Its width.
    pub width: usize,
    /// Its height.
    pub height: usize,
    /// What it shows, in words.
    pub description: String,
    /// Lines from parents to children.
    pub edges: Vec<Edge>,
    /// Studies.
    pub nodes: Vec<Node>,
}

/// A line from a parent to a child.
#[derive(Debug, Clone, Serialize)]
pub struct Edge {
    /// Its path.
    pub path: String,
    /// Whether the child repeats its parent unchanged.
    pub repeats: bool,
}

/// A study in the drawing.
#[derive(Debug, Clone, Serialize)]
pub struct Node {
    /// Its left side.
    pub x: usize,
    /// Its upper side.
    pub y: usize,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its markets.
    pub place: String,
    /// What became of it, and its grade.
    pub outcome: String,
    /// The outcome's shape and colour.
    pub signal: &'static str,
    /// The shape, 12 by 12.
    pub shape: &'static str,
    /// Whether it is the study in hand.
    pub here: bool,
}

/// A study in the list.
#[derive(Debug, Clone, Serialize)]
pub struct BranchView {
    /// The study.
    pub study: Cited,
    /// How it came of its parent.
    pub via: Option<String>,
    /// Its further parents.
    pub also_from: Vec<Link>,
    /// What stayed.
    pub fixed: Vec<String>,
    /// What was adapted.
    pub flexible: Vec<String>,
    /// Whether it is the study in hand.
    pub here: bool,
    /// Whether branches grow from it.
    pub opens: bool,
    /// One for every list that ends with it.
    pub closes: Vec<()>,
}

/// At most this many branches on a page, and of one tree.
const MOST_BRANCHES: usize = 60;
/// At most this many branches around a study.
const MOST_AROUND: usize = 12;
/// The most ancestors shown above a study.
const MOST_ABOVE: usize = 5;
const NODE: (usize, usize) = (176, 44);
const STEP: (usize, usize) = (224, 60);

/// The pages of all trees.
pub fn plan(context: &Context) -> Vec<Page> {
    let count = sheets(context).len().max(1);
    steps::pages(PageKind::Lineage.address(), count * steps::ROWS).map(|(address, step)| Page::at(address, What::Lineage(step))).collect()
}

/// Composes one page of trees.
pub fn compose(context: &Context, step: usize) -> Composed {
    let sheets = sheets(context);
    let trees = sheets.get(step).map_or(&[][..], Vec::as_slice);
    let view = LineagePage {
        tabs: tabs::compose(context, PageKind::Lineage),
        title: context.text("trees.title"),
        description: context.text("trees.description"),
        figures: if step == 0 && !trees.is_empty() { figures(context) } else { Vec::new() },
        empty: trees.is_empty().then(|| Empty {
            title: context.text("trees.none"),
            text: context.text("trees.none_text"),
            url: Some(PageKind::CaseStudies.address().into()),
            action: context.text("nav.case_studies"),
        }),
        trees: trees.iter().map(|tree| whole(context, tree)).collect(),
        pages: steps::steps(PageKind::Lineage.address(), sheets.len().max(1) * steps::ROWS, step),
    };
    Composed::new(context, "trees.title", View::Lineage(view)).described(Some(context.language.text("trees.description")))
}

/// Trees in the order shown, as many on a page as their branches allow: those tried in most markets first.
fn sheets<'h>(context: &Context<'h>) -> Vec<Vec<&'h Tree>> {
    let mut trees: Vec<&Tree> = context.evidence.lineage.iter().collect();
    trees.sort_by_key(|tree| (std::cmp::Reverse(tree.tried_in.len()), std::cmp::Reverse(tree.branches.len()), tree.origin()));
    let mut sheets: Vec<Vec<&Tree>> = Vec::new();
    let mut room = 0;
    for tree in trees {
        let size = tree.branches.len().min(MOST_BRANCHES);
        if size > room {
            sheets.push(Vec::new());
            room = MOST_BRANCHES;
        }
        room -= size;
        sheets.last_mut().expect("a sheet was just added").push(tree);
    }
    sheets
}

fn figures(context: &Context) -> Vec<Figure> {
    let language = context.language;
    let trees = &context.evidence.lineage;
    let held = trees.iter().filter(|tree| tree.tally.won >= 2).count();
    let broke = trees.iter().filter(|tree| tree.tally.won > 0 && tree.tally.counted() > tree.tally.won).count();
    let studies: usize = trees.iter().map(|tree| tree.branches.len()).sum();
    let figure = |value: usize, label: &str| Figure { value: language.whole(value), label: language.count(label, value, &[]), url: None, note: None };
    let mut first = figure(trees.len(), "trees.trees");
    first.note = Some(language.count("count.case_studies", studies, &[]));
    vec![first, figure(held, "trees.held"), figure(broke, "trees.broke")]
}

/// A whole tree, or its first branches.
fn whole(context: &Context, tree: &Tree) -> TreeView {
    let shown: Vec<usize> = (0..tree.branches.len().min(MOST_BRANCHES)).collect();
    view(context, tree, &shown, None)
}

/// The part of a tree around a study: what it came of, and what came of it.
pub fn around(context: &Context, case: CaseIndex) -> Option<TreeView> {
    let place = context.evidence.place.get(&case)?;
    let tree = &context.evidence.lineage[place.tree];
    if tree.branches.len() <= MOST_AROUND {
        let shown: Vec<usize> = (0..tree.branches.len()).collect();
        return Some(view(context, tree, &shown, Some(place.branch)));
    }
    let mut shown: Vec<usize> = std::iter::successors(Some(place.branch), |at| tree.branches[*at].parent).take(MOST_ABOVE + 1).collect();
    shown.reverse();
    let depth = tree.branches[place.branch].depth;
    let below = tree.branches.iter().enumerate().skip(place.branch + 1).take_while(|(_, branch)| branch.depth > depth);
    shown.extend(below.map(|(at, _)| at).take(MOST_AROUND.saturating_sub(shown.len())));
    Some(view(context, tree, &shown, Some(place.branch)))
}

fn view(context: &Context, tree: &Tree, shown: &[usize], here: Option<usize>) -> TreeView {
    let origin = cited::plain(context, tree.origin());
    let more = tree.branches.len() - shown.len();
    TreeView {
        id: anchor(context, tree),
        title: origin.title,
        url: origin.url,
        language: origin.language,
        says: says(context, tree),
        tally: say::tally(context.language, &tree.tally),
        drawing: draw(context, tree, shown, here),
        branches: branches(context, tree, shown, here),
        more: (more > 0).then(|| {
            Link::new(
                if here.is_some() { format!("lineage/#{}", anchor(context, tree)) } else { "data/case-studies.csv".into() },
                context.language.count("trees.more", more, &[]),
            )
        }),
    }
}

fn anchor(context: &Context, tree: &Tree) -> String {
    format!("tree-{}", context.catalog.case(tree.origin()).meta.id.replace('/', "-"))
}

/// `Tried in 4 markets: 3 won, 1 lost.`
fn says(context: &Context, tree: &Tree) -> String {
    let tried = context.language.count("trees.tried_in", tree.tried_in.len(), &[]);
    match outcomes(context, &tree.tally) {
        words if words.is_empty() => tried,
        words => context.language.fill("trees.score", &[("tried", &tried), ("outcomes", &context.language.commas(&words))]),
    }
}

fn outcomes(context: &Context, tally: &Tally) -> Vec<String> {
    let counts = [
        ("tally.won", tally.won),
        ("tally.lost", tally.lost),
        ("tally.inconclusive", tally.inconclusive),
        ("tally.no_effect", tally.no_effect),
        ("trees.open", tally.open),
    ];
    counts.iter().filter(|(_, count)| *count > 0).map(|(key, count)| context.language.count(key, *count as usize, &[])).collect()
}

fn branches(context: &Context, tree: &Tree, shown: &[usize], here: Option<usize>) -> Vec<BranchView> {
    let depth = |place: usize| shown.get(place).map(|at| tree.branches[*at].depth);
    let top = depth(0).unwrap_or(0);
    let branch = |(place, at): (usize, &usize)| {
        let (own, next) = (tree.branches[*at].depth, depth(place + 1).unwrap_or(top));
        branch(context, &tree.branches[*at], here == Some(*at), next > own, own.saturating_sub(next))
    };
    shown.iter().enumerate().map(branch).collect()
}

fn branch(context: &Context, branch: &Branch, here: bool, opens: bool, closes: usize) -> BranchView {
    let case = context.catalog.case(branch.case);
    BranchView {
        study: cited::compose(context, branch.case),
        via: match branch.via {
            Via::Origin => None,
            Via::Adapted => Some(context.text("trees.adapted")),
            Via::Replicated => Some(context.text("trees.replicated")),
        },
        also_from: branch
            .also_from
            .iter()
            .map(|parent| context.catalog.case(*parent))
            .map(|case| Link::new(&case.meta.address, &case.meta.title))
            .collect(),
        fixed: case.fixed.clone(),
        flexible: case.flexible.clone(),
        here,
        opens,
        closes: vec![(); closes],
    }
}

/// Places leaves one below the other and parents in the middle of their children.
fn draw(context: &Context, tree: &Tree, shown: &[usize], here: Option<usize>) -> Drawing {
    let top = shown.first().map_or(0, |at| tree.branches[*at].depth);
    let parent = |at: usize| tree.branches[at].parent.and_then(|parent| shown.binary_search(&parent).ok());
    let rows = rows(shown, parent);
    let x = |place: usize| (tree.branches[shown[place]].depth - top) * STEP.0 + 1;
    let y = |place: usize| rows[place] * STEP.1 / 2 + 1;
    let edge = |place: usize| {
        let parent = parent(shown[place])?;
        let (from, to) = ((x(parent) + NODE.0, y(parent) + NODE.1 / 2), (x(place), y(place) + NODE.1 / 2));
        let middle = (from.0 + to.0) / 2;
        let path = format!("M{} {}C{middle} {} {middle} {} {} {}", from.0, from.1, from.1, to.1, to.0, to.1);
        Some(Edge { path, repeats: tree.branches[shown[place]].via == Via::Replicated })
    };
    Drawing {
        width: (0..shown.len()).map(x).max().unwrap_or(0) + NODE.0 + 1,
        height: (0..shown.len()).map(y).max().unwrap_or(0) + NODE.1 + 1,
        description: says(context, tree),
        edges: (0..shown.len()).filter_map(edge).collect(),
        nodes: (0..shown.len())
            .map(|place| node(context, tree.branches[shown[place]].case, (x(place), y(place)), here == Some(shown[place])))
            .collect(),
    }
}

/// The row of every branch in half steps: leaves take the next row, parents the middle of their first and last child.
fn rows(shown: &[usize], parent: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
    let mut ends: Vec<Option<(usize, usize)>> = vec![None; shown.len()];
    let parents: Vec<Option<usize>> = shown.iter().map(|at| parent(*at)).collect();
    let mut leaf: Vec<bool> = vec![true; shown.len()];
    parents.iter().flatten().for_each(|parent| leaf[*parent] = false);
    let mut next = 0;
    for place in (0..shown.len()).filter(|place| leaf[*place]) {
        ends[place] = Some((next, next));
        next += 2;
    }
    for place in (0..shown.len()).rev() {
        let (Some((low, high)), Some(parent)) = (ends[place], parents[place]) else { continue };
        let row = (low + high) / 2;
        ends[parent] = Some(ends[parent].map_or((row, row), |(from, to)| (from.min(row), to.max(row))));
    }
    ends.into_iter().map(|ends| ends.map_or(0, |(low, high)| (low + high) / 2)).collect()
}

fn node(context: &Context, index: CaseIndex, (x, y): (usize, usize), here: bool) -> Node {
    let case = context.catalog.case(index);
    let signal = say::signal(context.language, case);
    let outcome = match case.graded.grade {
        Some(grade) => format!("{} · {}", signal.label, say::letters(grade).1),
        None => signal.label,
    };
    let places = context.places(case);
    Node {
        x,
        y,
        url: case.meta.address.clone(),
        title: case.meta.title.clone(),
        place: short(&context.language.commas(&places)),
        outcome,
        shape: shape(signal.id),
        signal: signal.id,
        here,
    }
}

/// As much of a text as fits into a node.
fn short(text: &str) -> String {
    const MOST: usize = 20;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

/// The shape of an outcome on a square of 12: the same that stands beside its word everywhere.
fn shape(signal: &str) -> &'static str {
    match signal {
        "won" => "M6 1 11.5 11H.5z",
        "lost" => "M6 11 .5 1h11z",
        "inconclusive" => "M6 .6 11.4 6 6 11.4.6 6zM6 3.2 3.2 6 6 8.8 8.8 6z",
        "no-effect" => "M1 2.5h10V5H1zM1 7h10v2.5H1z",
        "running" => "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zm0 1.7a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6zm0 1.8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
        _ => "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zm0 1.7a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6z",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_stand_in_the_middle_of_their_children() {
        let parents = [None, Some(0), Some(1), Some(1), Some(0)];
        assert_eq!(rows(&[0, 1, 2, 3, 4], |at| parents[at]), [2, 1, 0, 2, 4]);
    }
}
