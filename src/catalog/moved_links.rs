//! What links are called when files move: destinations that lead to a moved file, and those of a
//! file that is itself moved.

use std::collections::BTreeMap;

use crate::catalog::links::{has_scheme, join_path};
use crate::site::address::{encode_path, percent_decode};

/// Files and pages that get another place.
#[derive(Debug, Default)]
pub struct Moves {
    /// New source path by the former one, of records and attachments.
    pub files: BTreeMap<String, String>,
    /// New site address by the former one, both without slashes at their ends.
    pub addresses: BTreeMap<String, String>,
}

/// The new destination of a link or image that was written in the file `from`, which is `to` now;
/// none where it stays as it is.
pub fn moved_destination(written: &str, from: &str, to: &str, moves: &Moves) -> Option<String> {
    if written.starts_with("//") || has_scheme(written) {
        return None;
    }
    let path_end = written.find(['#', '?']).unwrap_or(written.len());
    let (path, suffix) = written.split_at(path_end);
    if path.is_empty() {
        return None;
    }
    let target = join_path(from, &percent_decode(path))?;
    let moved = moved_target(&target, moves);
    let is_absolute = path.starts_with('/');
    if moved.is_none() && (is_absolute || parent(from) == parent(to)) {
        return None;
    }
    let new_target = moved.unwrap_or(target);
    let new_path = if is_absolute {
        format!("/{}", new_target.strip_prefix("content/").unwrap_or(&new_target))
    } else {
        relative_path(parent(to), &new_target)
    };
    let dot = if path.starts_with("./") && !new_path.starts_with('.') { "./" } else { "" };
    let slash = if path.ends_with('/') && !new_path.ends_with('/') { "/" } else { "" };
    let new_path = if path.contains('%') { encode_path(&new_path) } else { new_path };
    Some(format!("{dot}{new_path}{slash}{suffix}")).filter(|new| new != written)
}

/// The new path below the root of what a path leads to: a file, a record without its extension, or
/// the address of a page. None where it is not moved.
fn moved_target(target: &str, moves: &Moves) -> Option<String> {
    if let Some(new) = moves.files.get(target) {
        return Some(new.clone());
    }
    let without_slash = target.trim_end_matches('/');
    if let Some(new) = moves.files.get(&format!("{without_slash}.md")) {
        return new.strip_suffix(".md").map(str::to_owned);
    }
    let below = without_slash.strip_prefix("content/")?;
    let (page, index) = match below.strip_suffix("/index.html") {
        Some(page) => (page, "/index.html"),
        None => (below, ""),
    };
    moves.addresses.get(page).map(|new| format!("content/{new}{index}"))
}

/// The folder of a file.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path as it is written in a file of `folder`.
fn relative_path(folder: &str, target: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = target.split('/').collect();
    let shared =
        from.iter().zip(&to[..to.len() - 1]).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_follow_what_moved() {
        let (old, new) = ("content/case-studies/br/old.md", "content/case-studies/nl/deep/new.md");
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        let picture =
            pair("content/case-studies/br/old/a b.svg", "content/case-studies/nl/deep/new/a b.svg");
        let moves = Moves {
            files: [pair(old, new), picture].into(),
            addresses: [pair("case-studies/br/old", "case-studies/nl/deep/new")].into(),
        };
        let other = "content/ideas/x.md";
        let rows = [
            (
                other,
                other,
                "../case-studies/br/old.md#top",
                Some("../case-studies/nl/deep/new.md#top"),
            ),
            (other, other, "/case-studies/br/old/", Some("/case-studies/nl/deep/new/")),
            (other, other, "../case-studies/br/old", Some("../case-studies/nl/deep/new")),
            (other, other, "../case-studies/br/older.md", None),
            (other, other, "https://old.example/", None),
            (old, new, "old/a%20b.svg", Some("new/a%20b.svg")),
            (old, new, "./pic.svg", Some("../../br/pic.svg")),
            (old, new, "../../ideas/x.md", Some("../../../ideas/x.md")),
            (old, new, "#part", None),
            (old, new, "/ideas/x.md", None),
        ];
        for (from, to, written, wanted) in rows {
            assert_eq!(
                moved_destination(written, from, to, &moves).as_deref(),
                wanted,
                "{written}"
            );
        }
    }
}
