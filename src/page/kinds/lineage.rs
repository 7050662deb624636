//! Adaptation trees: which study was adapted from which, how often a result was replicated, and
//! what was kept or changed.

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::evidence::lineage::{DescentKind, LineageBranch};
use crate::evidence::{LineageTree, Tally};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::citation::{self, Citation};
use crate::page::parts::shown_text::{shown_label, shown_list, titled_link};
use crate::page::parts::tabs::{self, TabLink};
use crate::page::parts::{
    EmptyState, KeyFigure, LanguageMark, Link, OriginalTitle, PaginationLink, TallyBar, pagination,
};
use crate::page::spec::{Page, PageSpec};
use crate::page::text::display;
use crate::site::pages::PageKind;

/// The view of one page of adaptation trees.
#[derive(Debug, Clone, Serialize)]
pub struct LineagePage {
    /// Tabs to the pages derived from the evidence.
    pub tabs: Vec<TabLink>,
    /// Title of the page.
    pub title: String,
    /// A sentence about the trees.
    pub description: String,
    /// Key figures; on the first page only.
    pub figures: Vec<KeyFigure>,
    /// Shown where no study was adapted.
    pub empty: Option<EmptyState>,
    /// Trees on this page, those tried in most markets first.
    pub trees: Vec<LineageTreeView>,
    /// Pagination links; empty for a single page.
    pub pages: Vec<PaginationLink>,
}

/// An adaptation tree, or the part of one around a study, as a drawing and as a nested list.
#[derive(Debug, Clone, Serialize)]
pub struct LineageTreeView {
    /// Anchor of the tree.
    pub id: String,
    /// Title of the origin.
    pub title: String,
    /// Site path of the origin.
    pub url: String,
    /// Language tag of the origin where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// Number of markets and outcomes, in words.
    pub says: String,
    /// Outcomes as a bar.
    pub tally: Option<TallyBar>,
    /// The tree as a drawing.
    pub drawing: TreeDrawing,
    /// The tree as a nested list, parents before children.
    pub branches: Vec<BranchView>,
    /// Number of branches left out, with a link to the whole tree or to the data.
    pub more: Option<Link>,
}

/// A drawing of a tree: the origin at the left, each generation one step to the right.
#[derive(Debug, Clone, Serialize)]
pub struct TreeDrawing {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Description for screen readers.
    pub description: String,
    /// Lines from parents to children.
    pub edges: Vec<TreeEdge>,
    /// Case studies.
    pub nodes: Vec<TreeNode>,
}

/// A line from a study to one adapted from it in the drawing of a tree.
#[derive(Debug, Clone, Serialize)]
pub struct TreeEdge {
    /// SVG path.
    pub path: String,
    /// Whether the child replicates its parent unchanged.
    pub repeats: bool,
}

/// A case study in the drawing of a tree.
#[derive(Debug, Clone, Serialize)]
pub struct TreeNode {
    /// Left edge in pixels.
    pub x: usize,
    /// Top edge in pixels.
    pub y: usize,
    /// Site path of the case study.
    pub url: String,
    /// Title of the case study.
    pub title: String,
    /// Labels of its markets, shortened to fit.
    pub place: String,
    /// Outcome or status, and grade.
    pub outcome: String,
    /// Id of the outcome or status, for the style.
    pub signal: &'static str,
    /// SVG path of the built-in icon of its outcome or status, 12 by 12 pixels.
    pub shape: &'static str,
    /// Whether it is the case study of the current page.
    pub here: bool,
}

/// A case study in the nested list of a tree.
#[derive(Debug, Clone, Serialize)]
pub struct BranchView {
    /// The case study.
    pub study: Citation,
    /// How it derives from its parent: adapted or replicated; none for the origin.
    pub via: Option<String>,
    /// Further parents.
    pub also_from: Vec<Link>,
    /// What was kept.
    pub fixed: Vec<String>,
    /// Language of these texts where it differs from the interface's.
    pub fixed_language: Option<LanguageMark>,
    /// What was adapted.
    pub flexible: Vec<String>,
    /// Language of these texts where it differs from the interface's.
    pub flexible_language: Option<LanguageMark>,
    /// Whether it is the case study of the current page.
    pub here: bool,
    /// Whether a nested list of children follows.
    pub opens: bool,
    /// One item for each nested list that ends after it.
    pub closes: Vec<()>,
}

/// The most branches shown of one tree, and of all trees on one page.
const MAX_BRANCHES: usize = 60;
/// The most branches of a tree that the page of a case study shows.
const MAX_BRANCHES_AROUND: usize = 12;
/// The most ancestors shown above a case study on its page.
const MAX_ANCESTORS: usize = 5;
/// Width and height of a node of the drawing, in pixels.
const NODE_SIZE: (usize, usize) = (176, 44);
/// Distance of the left edges of two generations and of the top edges of two rows, in pixels.
const NODE_SPACING: (usize, usize) = (224, 60);

/// Lists the pages of adaptation trees, of which there is at least one.
pub fn plan(context: &Context) -> Vec<Page> {
    let count = paginate_trees(context).len().max(1);
    pagination::page_addresses(PageKind::Lineage.address(), count * pagination::ROWS_PER_PAGE)
        .map(|(address, page_index)| Page::new(address, PageSpec::Lineage(page_index)))
        .collect()
}

/// Composes one page of adaptation trees; `page_index` is zero-based.
pub fn compose(context: &Context, page_index: usize) -> ComposedPage<LineagePage> {
    let tree_pages = paginate_trees(context);
    let trees = tree_pages.get(page_index).map_or(&[][..], Vec::as_slice);
    let view = LineagePage {
        tabs: tabs::compose(context, PageKind::Lineage),
        title: context.text("trees.title"),
        description: context.text("trees.description"),
        figures: if page_index == 0 && !trees.is_empty() {
            key_figures(context)
        } else {
            Vec::new()
        },
        empty: trees.is_empty().then(|| EmptyState {
            title: context.text("trees.none"),
            text: context.text("trees.none_text"),
            url: Some(PageKind::CaseStudies.address().into()),
            action: context.text("nav.case_studies"),
        }),
        trees: trees.iter().map(|tree| whole_tree(context, tree)).collect(),
        pages: pagination::links(
            PageKind::Lineage.address(),
            tree_pages.len().max(1) * pagination::ROWS_PER_PAGE,
            page_index,
        ),
    };
    ComposedPage::from_title_key(context, "trees.title", view)
        .with_description(Some(context.language.text("trees.description")))
}

/// Trees in display order, divided into pages of at most `MAX_BRANCHES` branches: those tried in
/// most markets first.
fn paginate_trees<'h>(context: &Context<'h>) -> Vec<Vec<&'h LineageTree>> {
    let mut trees: Vec<&LineageTree> = context.evidence.lineage.iter().collect();
    trees.sort_by_key(|tree| {
        (
            std::cmp::Reverse(tree.tried_in.len()),
            std::cmp::Reverse(tree.branches.len()),
            tree.origin(),
        )
    });
    let mut tree_pages: Vec<Vec<&LineageTree>> = Vec::new();
    let mut remaining = 0;
    for tree in trees {
        let size = tree.branches.len().min(MAX_BRANCHES);
        if size > remaining {
            tree_pages.push(Vec::new());
            remaining = MAX_BRANCHES;
        }
        remaining -= size;
        tree_pages.last_mut().expect("a sheet was just added").push(tree);
    }
    tree_pages
}

/// Number of trees, of trees with at least two wins, and of trees in which one study won and
/// another counted study did not.
fn key_figures(context: &Context) -> Vec<KeyFigure> {
    let language = context.language;
    let trees = &context.evidence.lineage;
    let held = trees.iter().filter(|tree| tree.tally.won >= 2).count();
    let broke = trees
        .iter()
        .filter(|tree| tree.tally.won > 0 && tree.tally.counted() > tree.tally.won)
        .count();
    let studies: usize = trees.iter().map(|tree| tree.branches.len()).sum();
    let figure = |value: usize, label: &str| KeyFigure {
        value: language.format_integer(value),
        label: language.plural_text(label, value, &[]),
        url: None,
        note: None,
    };
    let mut first = figure(trees.len(), "trees.trees");
    first.note = Some(language.plural_text("count.case_studies", studies, &[]));
    vec![first, figure(held, "trees.held"), figure(broke, "trees.broke")]
}

/// The view of a tree on the page of trees: all of its branches, or the first `MAX_BRANCHES`.
fn whole_tree(context: &Context, tree: &LineageTree) -> LineageTreeView {
    let shown: Vec<usize> = (0..tree.branches.len().min(MAX_BRANCHES)).collect();
    tree_view(context, tree, &shown, None)
}

/// The tree of a study, reduced to its ancestors and descendants where the tree is large; none for
/// a study outside every tree.
pub fn tree_around(context: &Context, case: CaseIndex) -> Option<LineageTreeView> {
    let tree_position = context.evidence.lineage_positions.get(&case)?;
    let tree = &context.evidence.lineage[tree_position.tree];
    if tree.branches.len() <= MAX_BRANCHES_AROUND {
        let shown: Vec<usize> = (0..tree.branches.len()).collect();
        return Some(tree_view(context, tree, &shown, Some(tree_position.branch)));
    }
    let mut shown: Vec<usize> = std::iter::successors(Some(tree_position.branch), |branch_index| {
        tree.branches[*branch_index].parent
    })
    .take(MAX_ANCESTORS + 1)
    .collect();
    shown.reverse();
    let depth = tree.branches[tree_position.branch].depth;
    let below = tree
        .branches
        .iter()
        .enumerate()
        .skip(tree_position.branch + 1)
        .take_while(|(_, branch)| branch.depth > depth);
    shown.extend(
        below
            .map(|(branch_index, _)| branch_index)
            .take(MAX_BRANCHES_AROUND.saturating_sub(shown.len())),
    );
    Some(tree_view(context, tree, &shown, Some(tree_position.branch)))
}

/// The view of some branches of a tree: `shown` has their positions in `LineageTree::branches`,
/// ascending, and `here` that of the case study of the current page; none on the page of trees.
fn tree_view(
    context: &Context,
    tree: &LineageTree,
    shown: &[usize],
    here: Option<usize>,
) -> LineageTreeView {
    let origin = citation::compose_without_result(context, tree.origin());
    let more = tree.branches.len() - shown.len();
    LineageTreeView {
        id: tree_anchor(context, tree),
        title: origin.title,
        url: origin.url,
        language: origin.language,
        original: origin.original,
        says: describe_outcomes(context, tree),
        tally: display::tally_bar(context.language, &tree.tally),
        drawing: draw_tree(context, tree, shown, here),
        branches: branch_views(context, tree, shown, here),
        more: (more > 0).then(|| {
            Link::new(
                if here.is_some() {
                    format!("lineage/#{}", tree_anchor(context, tree))
                } else {
                    "data/case-studies.csv".into()
                },
                context.language.plural_text("trees.more", more, &[]),
            )
        }),
    }
}

/// The anchor of a tree on the page of trees, from the id of its origin.
fn tree_anchor(context: &Context, tree: &LineageTree) -> String {
    format!("tree-{}", context.catalog.case(tree.origin()).meta.id.replace('/', "-"))
}

/// Number of markets where a study of the tree has ended, and outcomes:
/// `Tried in 4 markets: 3 won, 1 lost.`
fn describe_outcomes(context: &Context, tree: &LineageTree) -> String {
    let tried = context.language.plural_text("trees.tried_in", tree.tried_in.len(), &[]);
    match format_outcome_counts(context, &tree.tally) {
        counts if counts.is_empty() => tried,
        counts => context.language.text_with(
            "trees.score",
            &[("tried", &tried), ("outcomes", &context.language.join_with_commas(&counts))],
        ),
    }
}

/// Number of studies by outcome, one text each: `3 won`; outcomes without a study are left out,
/// open studies come last.
fn format_outcome_counts(context: &Context, tally: &Tally) -> Vec<String> {
    let counts = [
        ("tally.won", tally.won),
        ("tally.lost", tally.lost),
        ("tally.inconclusive", tally.inconclusive),
        ("tally.no_effect", tally.no_effect),
        ("trees.open", tally.open),
    ];
    counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| context.language.plural_text(key, *count as usize, &[]))
        .collect()
}

/// The shown branches as items of a nested list, each with the lists that open and end after it;
/// for `shown` and `here` see `tree_view`.
fn branch_views(
    context: &Context,
    tree: &LineageTree,
    shown: &[usize],
    here: Option<usize>,
) -> Vec<BranchView> {
    let depth = |position: usize| {
        shown.get(position).map(|branch_index| tree.branches[*branch_index].depth)
    };
    let top = depth(0).unwrap_or(0);
    let branch = |(position, branch_index): (usize, &usize)| {
        let (own, next) = (tree.branches[*branch_index].depth, depth(position + 1).unwrap_or(top));
        branch_view(
            context,
            &tree.branches[*branch_index],
            here == Some(*branch_index),
            next > own,
            own.saturating_sub(next),
        )
    };
    shown.iter().enumerate().map(branch).collect()
}

/// One item of the nested list; `opens` says whether a list of children follows, `closes` how many
/// lists end after it.
fn branch_view(
    context: &Context,
    branch: &LineageBranch,
    here: bool,
    opens: bool,
    closes: usize,
) -> BranchView {
    let case = context.catalog.case(branch.case);
    let (fixed, fixed_language) = shown_list(context, &case.meta, &case.fixed, |gist| &gist.fixed);
    let (flexible, flexible_language) =
        shown_list(context, &case.meta, &case.flexible, |gist| &gist.flexible);
    BranchView {
        study: citation::compose(context, branch.case),
        via: match branch.via {
            DescentKind::Origin => None,
            DescentKind::Adapted => Some(context.text("trees.adapted")),
            DescentKind::Replicated => Some(context.text("trees.replicated")),
        },
        also_from: branch
            .also_from
            .iter()
            .map(|parent| context.catalog.case(*parent))
            .map(|case| titled_link(context, &case.meta))
            .collect(),
        fixed,
        fixed_language,
        flexible,
        flexible_language,
        here,
        opens,
        closes: vec![(); closes],
    }
}

/// Draws a tree with its leaves in consecutive rows and each parent centred between its children;
/// for `shown` and `here` see `tree_view`.
fn draw_tree(
    context: &Context,
    tree: &LineageTree,
    shown: &[usize],
    here: Option<usize>,
) -> TreeDrawing {
    let top = shown.first().map_or(0, |branch_index| tree.branches[*branch_index].depth);
    let parent = |branch_index: usize| {
        tree.branches[branch_index].parent.and_then(|parent| shown.binary_search(&parent).ok())
    };
    let rows = layout_rows(shown, parent);
    let x = |position: usize| (tree.branches[shown[position]].depth - top) * NODE_SPACING.0 + 1;
    let y = |position: usize| rows[position] * NODE_SPACING.1 / 2 + 1;
    let edge = |position: usize| {
        let parent = parent(shown[position])?;
        let (from, to) = (
            (x(parent) + NODE_SIZE.0, y(parent) + NODE_SIZE.1 / 2),
            (x(position), y(position) + NODE_SIZE.1 / 2),
        );
        let middle = (from.0 + to.0) / 2;
        let path = format!(
            "M{} {}C{middle} {} {middle} {} {} {}",
            from.0, from.1, from.1, to.1, to.0, to.1
        );
        Some(TreeEdge {
            path,
            repeats: tree.branches[shown[position]].via == DescentKind::Replicated,
        })
    };
    TreeDrawing {
        width: (0..shown.len()).map(x).max().unwrap_or(0) + NODE_SIZE.0 + 1,
        height: (0..shown.len()).map(y).max().unwrap_or(0) + NODE_SIZE.1 + 1,
        description: describe_outcomes(context, tree),
        edges: (0..shown.len()).filter_map(edge).collect(),
        nodes: (0..shown.len())
            .map(|position| {
                draw_node(
                    context,
                    tree.branches[shown[position]].case,
                    (x(position), y(position)),
                    here == Some(shown[position]),
                )
            })
            .collect(),
    }
}

/// The row of each branch in half rows: leaves take the next row, parents the middle between first
/// and last child. `parent` returns the position of a branch's parent in `shown`.
fn layout_rows(shown: &[usize], parent: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
    let mut ends: Vec<Option<(usize, usize)>> = vec![None; shown.len()];
    let parents: Vec<Option<usize>> =
        shown.iter().map(|branch_index| parent(*branch_index)).collect();
    let mut leaf: Vec<bool> = vec![true; shown.len()];
    parents.iter().flatten().for_each(|parent| leaf[*parent] = false);
    let mut next = 0;
    for position in (0..shown.len()).filter(|position| leaf[*position]) {
        ends[position] = Some((next, next));
        next += 2;
    }
    for position in (0..shown.len()).rev() {
        let (Some((low, high)), Some(parent)) = (ends[position], parents[position]) else {
            continue;
        };
        let row = (low + high) / 2;
        ends[parent] =
            Some(ends[parent].map_or((row, row), |(from, to)| (from.min(row), to.max(row))));
    }
    ends.into_iter().map(|ends| ends.map_or(0, |(low, high)| (low + high) / 2)).collect()
}

/// A case study in the drawing, with its left and top edge in pixels; `here` marks that of the
/// current page.
fn draw_node(context: &Context, index: CaseIndex, (x, y): (usize, usize), here: bool) -> TreeNode {
    let case = context.catalog.case(index);
    let signal = display::case_outcome_mark(context.language, case);
    let outcome = match case.evidence_grade.grade {
        Some(grade) => format!("{} · {}", signal.label, display::grade_letters(grade).1),
        None => signal.label,
    };
    let markets = context.market_labels(case);
    TreeNode {
        x,
        y,
        url: case.meta.address.clone(),
        title: shown_label(context, &case.meta).to_owned(),
        place: truncate_label(&context.language.join_with_commas(&markets)),
        outcome,
        shape: outcome_shape(signal.id),
        signal: signal.id,
        here,
    }
}

/// Shortens a text to the width of a node, with an ellipsis.
fn truncate_label(text: &str) -> String {
    /// The most characters of a label that fit into a node of the drawing, the ellipsis included.
    const MAX_CHARACTERS: usize = 20;
    if text.chars().count() <= MAX_CHARACTERS {
        return text.to_owned();
    }
    text.chars().take(MAX_CHARACTERS - 1).chain(['…']).collect()
}

/// SVG path of the built-in icon of an outcome or status, 12 by 12 pixels, as shown next to its
/// label elsewhere; that of `not-stated` for any other id.
fn outcome_shape(signal: &str) -> &'static str {
    match signal {
        "won" => "M6 1 11.5 11H.5z",
        "lost" => "M6 11 .5 1h11z",
        "inconclusive" => "M6 .6 11.4 6 6 11.4.6 6zM6 3.2 3.2 6 6 8.8 8.8 6z",
        "no-effect" => "M1 2.5h10V5H1zM1 7h10v2.5H1z",
        "invalid" => {
            "M2.4.6 6 4.2 9.6.6l1.8 1.8L7.8 6l3.6 3.6-1.8 1.8L6 7.8l-3.6 3.6L.6 9.6 4.2 6 .6 2.4z"
        }
        "in-evaluation" => {
            "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zm0 1.7v7.6a3.8 3.8 0 0 0 0-7.6z"
        }
        "planned" => {
            "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zm0 1.7a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6z"
        }
        "running" => {
            "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zm0 1.7a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6zm0 1.8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"
        }
        "completed" => "m4.6 10.6-4-4L2.2 5l2.4 2.4L9.8 1.6l1.7 1.5z",
        "stopped-early" => "M1.5 1.5h9v9h-9z",
        "archived" => "M.5 1h11v3H.5zM1.5 5h9v6h-9zM4 6.5V8h4V6.5z",
        _ => "M1 5.2h2v1.6H1zm4 0h2v1.6H5zm4 0h2v1.6H9z",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::keywords::{Keyword, Outcome, Status};

    /// Pairs of an id and the text of its built-in icon.
    macro_rules! icons {
        ($($id:literal),+ $(,)?) => {
            [$(($id, include_str!(concat!("../../../themes/atlas/icons/", $id, ".svg")))),+]
        };
    }

    #[test]
    fn every_outcome_and_status_has_the_shape_of_its_icon() {
        let icons = icons![
            "won",
            "lost",
            "inconclusive",
            "no-effect",
            "invalid",
            "in-evaluation",
            "planned",
            "running",
            "completed",
            "stopped-early",
            "archived",
            "not-stated",
        ];
        let ids = [Outcome::WORDS, Status::WORDS, &["not-stated"]].concat();
        assert_eq!(icons.map(|(id, _)| id).as_slice(), ids);
        for (id, icon) in icons {
            assert!(icon.contains("viewBox=\"0 0 12 12\""), "{id}");
            let paths = icon.split("<path d=\"").skip(1).filter_map(|rest| rest.split('"').next());
            // An icon that is one path has three tags: of the drawing, of the path, and its end.
            if icon.matches('<').count() == 3 {
                assert_eq!(paths.collect::<Vec<_>>(), [outcome_shape(id)], "{id}");
            }
            for (other, _) in icons.iter().filter(|(_, other)| *other != icon) {
                assert_ne!(outcome_shape(id), outcome_shape(other), "{id} and {other}");
            }
        }
    }

    #[test]
    fn parents_are_centred_between_their_children() {
        let parents = [None, Some(0), Some(1), Some(1), Some(0)];
        assert_eq!(
            layout_rows(&[0, 1, 2, 3, 4], |branch_index| parents[branch_index]),
            [2, 1, 0, 2, 4]
        );
    }
}
