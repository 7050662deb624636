//! Shows how a file would change, as a unified diff.

use std::fmt::Write as _;

/// Number of unchanged lines shown before and behind what changes.
const CONTEXT_LINES: usize = 3;

/// The most lines, of the old text times those of the new one, between the first and the last
/// change, of which the unchanged ones are found; larger changes are shown as one block.
const MAX_COMPARED_LINES: usize = 1_000_000;

/// The unified diff of the two texts of a file at `path`, with one hunk from the first change to
/// the last; empty if the texts are equal.
pub fn render_diff(path: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let shorter = old_lines.len().min(new_lines.len());
    let same_at_start =
        old_lines.iter().zip(&new_lines).take_while(|(one, other)| one == other).count();
    let same_at_end = old_lines
        .iter()
        .rev()
        .zip(new_lines.iter().rev())
        .take(shorter - same_at_start)
        .take_while(|(one, other)| one == other)
        .count();
    let before = same_at_start.saturating_sub(CONTEXT_LINES)..same_at_start;
    let behind = CONTEXT_LINES.min(same_at_end);
    let old_middle = &old_lines[same_at_start..old_lines.len() - same_at_end];
    let new_middle = &new_lines[same_at_start..new_lines.len() - same_at_end];
    let mut diff = format!("--- a/{path}\n+++ b/{path}\n");
    let length = |middle: usize| before.len() + middle + behind;
    let _ = writeln!(
        diff,
        "@@ -{} +{} @@",
        format_range(before.start, length(old_middle.len())),
        format_range(before.start, length(new_middle.len())),
    );
    for line in &old_lines[before] {
        push_line(&mut diff, ' ', line);
    }
    for (sign, line) in compare_lines(old_middle, new_middle) {
        push_line(&mut diff, sign, line);
    }
    for line in &old_lines[old_lines.len() - same_at_end..][..behind] {
        push_line(&mut diff, ' ', line);
    }
    diff
}

/// The range of a hunk: its first line, counted from 1, and its number of lines. An empty range
/// names the line before it.
fn format_range(start: usize, length: usize) -> String {
    format!("{},{length}", if length == 0 { start } else { start + 1 })
}

/// Appends a line of a diff with its sign, and says where the file's last line has no line end.
fn push_line(diff: &mut String, sign: char, line: &str) {
    diff.push(sign);
    diff.push_str(line);
    if !line.ends_with('\n') {
        diff.push_str("\n\\ No newline at end of file\n");
    }
}

/// The lines of both texts in order, each with its sign: a space for one that both have, `-` for one
/// of the old text, `+` for one of the new. As many as possible are shared (longest common
/// subsequence), unless there are too many lines to compare.
fn compare_lines<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(char, &'t str)> {
    if old.len().saturating_mul(new.len()) > MAX_COMPARED_LINES {
        let removed = old.iter().map(|line| ('-', *line));
        return removed.chain(new.iter().map(|line| ('+', *line))).collect();
    }
    // Number of shared lines of the rest of both texts, by the first line of each rest.
    let width = new.len() + 1;
    let mut shared = vec![0_u32; (old.len() + 1) * width];
    for at in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            shared[at * width + other] = if old[at] == new[other] {
                shared[(at + 1) * width + other + 1] + 1
            } else {
                shared[(at + 1) * width + other].max(shared[at * width + other + 1])
            };
        }
    }
    let (mut at, mut other) = (0, 0);
    let mut lines = Vec::with_capacity(old.len() + new.len());
    while at < old.len() || other < new.len() {
        if at < old.len() && other < new.len() && old[at] == new[other] {
            lines.push((' ', old[at]));
            (at, other) = (at + 1, other + 1);
        } else if other == new.len()
            || (at < old.len()
                && shared[(at + 1) * width + other] >= shared[at * width + other + 1])
        {
            lines.push(('-', old[at]));
            at += 1;
        } else {
            lines.push(('+', new[other]));
            other += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_shown_with_three_lines_around_them() {
        let old = "a\nb\nc\nd\ne\nf\ng\n";
        assert_eq!(
            render_diff("x.md", old, "a\nb\nc\nd\nnew\ne\nf\nother\n"),
            "--- a/x.md\n+++ b/x.md\n@@ -2,6 +2,7 @@\n b\n c\n d\n+new\n e\n f\n-g\n+other\n"
        );
        assert_eq!(render_diff("x.md", old, old), "");
    }

    #[test]
    fn a_missing_line_end_is_said() {
        assert_eq!(
            render_diff("x.md", "a\nb", "a\nc\nb"),
            "--- a/x.md\n+++ b/x.md\n@@ -1,2 +1,3 @@\n a\n+c\n b\n\\ No newline at end of file\n"
        );
        assert_eq!(render_diff("x.md", "", "a\n"), "--- a/x.md\n+++ b/x.md\n@@ -0,0 +1,1 @@\n+a\n");
    }
}
