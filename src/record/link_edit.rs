//! Gives links of a Markdown body other destinations and changes nothing else.

use std::collections::BTreeMap;

use crate::record::markdown::WrittenLink;
use crate::record::outline::parse_outline;

/// The text of a file whose links have new destinations; `links` are those of its outline, and
/// `wanted` has the new destination of each, none where it stays. None where a link is written in a
/// way in which its destination cannot be replaced alone.
pub fn replace_destinations(
    text: &str,
    body_start: usize,
    links: &[WrittenLink],
    wanted: &[Option<String>],
) -> Option<String> {
    // New texts by the byte range that they replace.
    let mut replacements: BTreeMap<(usize, usize), &str> = BTreeMap::new();
    for (link, new) in links.iter().zip(wanted) {
        let Some(new) = new else { continue };
        let length = link.destination.len();
        let starts = match find_inline(text, link) {
            Some(start) => vec![start],
            None => find_definitions(text, body_start, &link.destination),
        };
        replacements.extend(starts.into_iter().map(|start| ((start, start + length), &**new)));
    }
    let mut edited = text.to_owned();
    for ((start, end), new) in replacements.into_iter().rev() {
        edited.replace_range(start..end, new);
    }
    let found = parse_outline(&edited[body_start..], body_start).links;
    let is_as_wanted = found.len() == links.len()
        && found.iter().zip(links.iter().zip(wanted)).all(|(found, (former, new))| {
            found.destination == *new.as_ref().unwrap_or(&former.destination)
        });
    is_as_wanted.then_some(edited)
}

/// Byte offset of the destination within the source of a link; none for one that stands in a
/// definition elsewhere.
fn find_inline(text: &str, link: &WrittenLink) -> Option<usize> {
    let source = text.get(link.span.clone())?;
    let from = if link.is_in_html { 0 } else { source.rfind("](")? };
    Some(link.span.start + from + source[from..].find(&link.destination)?)
}

/// Byte offsets of a destination in the link definitions of a body: `[name]: ../br/box.md`.
fn find_definitions(text: &str, body_start: usize, destination: &str) -> Vec<usize> {
    let (mut found, mut line_start) = (Vec::new(), body_start);
    for line in text[body_start..].split_inclusive('\n') {
        let name_end = line.find("]:").filter(|_| line.trim_start().starts_with('['));
        if let Some(behind) = name_end.map(|at| at + 2) {
            let rest = line[behind..].trim_start().trim_start_matches('<');
            let follows = rest.strip_prefix(destination);
            if follows.is_some_and(|rest| {
                rest.is_empty()
                    || rest.starts_with(|next: char| next.is_whitespace() || next == '>')
            }) {
                found.push(line_start + line.len() - rest.len());
            }
        }
        line_start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_destinations_change() {
        let text = "---\n---\n[old.md](old.md \"old.md\") ![p](<old.md>) [a][r] `[x](old.md)` [b](other.md)\n\n<a href=\"old.md\">old.md</a>\n\n[r]: old.md 'old.md'\n";
        let links = parse_outline(&text[8..], 8).links;
        let wanted: Vec<Option<String>> = links
            .iter()
            .map(|link| (link.destination == "old.md").then(|| "new.md".to_owned()))
            .collect();
        assert_eq!(wanted.iter().flatten().count(), 4);
        assert_eq!(
            replace_destinations(text, 8, &links, &wanted).as_deref(),
            Some(
                "---\n---\n[old.md](new.md \"old.md\") ![p](<new.md>) [a][r] `[x](old.md)` [b](other.md)\n\n<a href=\"new.md\">old.md</a>\n\n[r]: new.md 'old.md'\n"
            )
        );
    }
}
