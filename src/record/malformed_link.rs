//! Detection of text that resembles a Markdown link or image and is shown as plain text because of
//! its syntax.

use std::ops::Range;

/// Text that was probably meant as a link or image.
#[derive(Debug, PartialEq, Eq)]
pub struct MalformedLink {
    /// Byte range in the searched text.
    pub span: Range<usize>,
    /// The message of the diagnostic.
    pub message: String,
    /// The hint of the diagnostic, with the correct syntax.
    pub hint: String,
}

/// Finds malformed links in the source of text that Markdown treats as plain text.
pub fn find_malformed_links(text: &str) -> Vec<MalformedLink> {
    let mut found = Vec::new();
    if !text.contains(']') {
        return found;
    }
    let mut from = 0;
    while let Some(link) = find_next(text, from) {
        from = link.span.end;
        found.push(link);
    }
    found
}

/// The longest distance in bytes between the first bracket of a link and its end.
const MAX_LINK_BYTES: usize = 1_000;

/// The first malformed link that begins at or behind a position.
fn find_next(text: &str, from: usize) -> Option<MalformedLink> {
    text[from..].match_indices('[').map(|(at, _)| from + at).find_map(|at| {
        let text = &text[..text.floor_char_boundary((at + MAX_LINK_BYTES).min(text.len()))];
        if text[at..].starts_with("[[") {
            return check_wiki_link(text, at);
        }
        check_footnote(text, at)
            .or_else(|| check_swapped_brackets(text, at))
            .or_else(|| check_spacing(text, at))
            .or_else(|| check_reference(text, at))
    })
}

/// Start of the link or image whose opening bracket is at `bracket`, an `!` before it included, and
/// whether it is an image.
fn link_start(text: &str, bracket: usize) -> (usize, bool) {
    let is_image = text[..bracket].ends_with('!');
    (bracket - usize::from(is_image), is_image)
}

/// The malformed link if the bracket at `at` begins one in wiki syntax: `[[page]]` or
/// `![[picture.png]]`.
fn check_wiki_link(text: &str, at: usize) -> Option<MalformedLink> {
    let (start, is_image) = link_start(text, at);
    let end = at + text[at..].find("]]")?;
    let target = text[at + 2..end].split('|').next().unwrap_or("").trim();
    // `[[FIRST_NAME]]` is a placeholder of mail software, `[[1]]` a citation.
    let is_placeholder =
        |target: &str| !target.chars().any(char::is_lowercase) && target.is_ascii();
    if target.contains(['\n', '[']) || is_placeholder(target) && !target.contains(['.', '/']) {
        return None;
    }
    let (message, hint) = if is_image {
        (
            "pictures of wikis are shown as text",
            format!("write `![what it shows]({})`", format_destination(target)),
        )
    } else {
        (
            "links of wikis are shown as text",
            "write `[text](page.md)` with the path from this file".to_owned(),
        )
    };
    Some(MalformedLink { span: start..end + 2, message: message.to_owned(), hint })
}

/// The malformed link if the bracket at `at` begins a footnote reference `[^1]`, which is plain
/// text only without a definition `[^1]: ...`.
fn check_footnote(text: &str, at: usize) -> Option<MalformedLink> {
    let label = text[at..].strip_prefix("[^")?.split(']').next()?;
    if label.is_empty()
        || label
            .contains(|letter: char| letter.is_whitespace() || matches!(letter, '[' | '^' | '\\'))
    {
        return None;
    }
    let end = at + 2 + label.len() + 1;
    let hint = format!("add a line `[^{label}]: the note`");
    (end <= text.len()).then(|| MalformedLink {
        span: at..end,
        message: format!("the footnote `[^{label}]` is nowhere defined"),
        hint,
    })
}

/// The malformed link if the bracket at `at` is in one with swapped brackets:
/// `(text)[https://example.org]`.
fn check_swapped_brackets(text: &str, at: usize) -> Option<MalformedLink> {
    let address = text[at + 1..].split([']', '\n']).next()?;
    let is_address = ["http://", "https://", "www."].iter().any(|start| address.starts_with(start));
    let from = text.floor_char_boundary(at.saturating_sub(MAX_LINK_BYTES));
    let start = from + text[from..at].strip_suffix(')')?.rfind('(').filter(|_| is_address)?;
    let label = &text[start + 1..at - 1];
    let address = with_scheme(address);
    Some(MalformedLink {
        span: start..at + 1 + address.len().min(text.len() - at - 1),
        message: "the brackets of the link are the wrong way round".to_owned(),
        hint: format!("write `[{label}]({address})`"),
    })
}

/// The malformed link if the bracket at `at` begins one with white space in or before its address:
/// `[text](my plan.pdf)`, `[text] (plan.pdf)`.
fn check_spacing(text: &str, at: usize) -> Option<MalformedLink> {
    let (start, is_image) = link_start(text, at);
    let close = at + find_closing_bracket(&text[at..], '[', ']')?;
    let label = &text[at + 1..close];
    let gap = text[close + 1..].len() - text[close + 1..].trim_start().len();
    let open = close + 1 + gap;
    if !text[open..].starts_with('(') {
        return None;
    }
    let end = open + find_closing_bracket(&text[open..], '(', ')')?;
    let written = text[open + 1..end].trim();
    let (address, title) = written
        .split_once(" \"")
        .map_or((written, None), |(address, title)| (address.trim(), title.strip_suffix('"')));
    let is_link = is_image && gap == 0 || looks_like_address(address);
    if !is_link {
        return None;
    }
    let mark = if is_image { "!" } else { "" };
    let one_line = address.split(['\n', '\r']).map(str::trim).collect::<String>();
    let title = title.map_or(String::new(), |title| format!(" \"{title}\""));
    let what = if is_image { "picture" } else { "link" };
    let message = match (gap, address.contains(['\n', '\r'])) {
        (0, false) if address.contains(char::is_whitespace) => {
            format!("the {what} is shown as text, because of the spaces in `{address}`")
        }
        (0, true) => {
            format!("the {what} is shown as text, because its address is broken over lines")
        }
        (0, false) => {
            format!("the {what} is shown as text, because `{address}` cannot be read as an address")
        }
        _ => format!("the {what} is shown as text, because `]` and `(` are apart"),
    };
    let hint = format!("write `{mark}[{label}]({}{title})`", format_destination(&one_line));
    Some(MalformedLink { span: start..end + 1, message, hint })
}

/// The malformed link if the bracket at `at` begins a reference link `[text][name]`, which is plain
/// text only without a definition `[name]: address`.
fn check_reference(text: &str, at: usize) -> Option<MalformedLink> {
    let (start, _) = link_start(text, at);
    let close = at + find_closing_bracket(&text[at..], '[', ']')?;
    let label = &text[at + 1..close];
    let rest = text[close + 1..].strip_prefix('[')?;
    let name = &rest[..rest.find(']')?];
    let is_name = !name.contains(['[', '\n'])
        && !name.starts_with('^')
        && !rest[name.len() + 1..].starts_with('[');
    // `[DE][Email] Spring` is the name of a campaign, `list[a][b]` is code.
    let is_label = label.chars().any(char::is_lowercase)
        && !text[..start].ends_with(|letter: char| letter.is_alphanumeric() || letter == ']');
    if !is_name || !is_label {
        return None;
    }
    let name = if name.is_empty() { label } else { name };
    let end = close + 2 + rest.find(']')? + 1;
    Some(MalformedLink {
        span: start..end,
        message: format!("`[{name}]` is nowhere defined, so the link is shown as text"),
        hint: format!("add a line `[{name}]: address`, or write `[{label}](address)`"),
    })
}

/// Position of the bracket that closes the one at the start of a text; none if it is not closed.
fn find_closing_bracket(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        if letter == open {
            depth += 1;
        } else if letter == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Whether the text in round brackets is an address rather than a remark.
fn looks_like_address(address: &str) -> bool {
    let prefixes =
        ["http:", "https:", "www.", "./", "../", "/", "#", "mailto:", "file:", "http//", "https//"];
    let path = address.split(['#', '?']).next().unwrap_or(address);
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let has_extension = (2..=5).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    prefixes.iter().any(|prefix| address.starts_with(prefix)) && !address.starts_with("/ ")
        || has_extension && !path.ends_with(' ')
}

/// An address as it must be written between the round brackets of a link.
fn format_destination(address: &str) -> String {
    let needs_brackets = |letter: char| letter.is_whitespace() || matches!(letter, '(' | ')');
    match address {
        _ if address.contains(['<', '>']) => {
            address.replace(' ', "%20").replace('<', "%3C").replace('>', "%3E")
        }
        _ if address.contains(needs_brackets) => format!("<{address}>"),
        _ => with_scheme(address),
    }
}

/// Adds `https://` to an address that begins with `www.`.
fn with_scheme(address: &str) -> String {
    if address.starts_with("www.") { format!("https://{address}") } else { address.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_links_have_a_hint() {
        let rows = [
            ("![Plan](my chart.png)", "write `![Plan](<my chart.png>)`"),
            ("![Plan](my chart.png \"A title\")", "write `![Plan](<my chart.png> \"A title\")`"),
            ("See [the deck](Q3 deck.pdf).", "write `[the deck](<Q3 deck.pdf>)`"),
            ("[the deck] (https://example.org/a)", "write `[the deck](https://example.org/a)`"),
            ("[the deck]\n(deck.pdf)", "write `[the deck](deck.pdf)`"),
            ("![Plan](charts/\nplan.png)", "write `![Plan](charts/plan.png)`"),
            ("(our shop)[https://example.org]", "write `[our shop](https://example.org)`"),
            ("![[plan.png]]", "write `![what it shows](plan.png)`"),
            ("![[my plan.png|300]]", "write `![what it shows](<my plan.png>)`"),
            ("[[de/plan]]", "write `[text](page.md)` with the path from this file"),
            ("[[Our plan|plan]]", "write `[text](page.md)` with the path from this file"),
            ("[the deck][deck]", "add a line `[deck]: address`, or write `[the deck](address)`"),
            ("[the deck][]", "add a line `[the deck]: address`, or write `[the deck](address)`"),
            ("A claim[^2].", "add a line `[^2]: the note`"),
        ];
        for (text, hint) in rows {
            let found = find_malformed_links(text);
            assert_eq!(
                found.iter().map(|found| found.hint.as_str()).collect::<Vec<_>>(),
                [hint],
                "{text}"
            );
            assert!(!text[found[0].span.clone()].is_empty());
        }
        assert_eq!(find_malformed_links("![a](b c.png) and [[d]]\n[e](f g.md)").len(), 3);
    }

    #[test]
    fn brackets_of_prose_are_no_links() {
        for text in [
            "They said [sic] so [1], [2][3] and [a, b].",
            "[DE][Email] Spring sale",
            "Hi [[FIRST_NAME]], see [[1]].",
            "[ ] to do [x] done",
            "list[0][1] and rows[a][b]",
            "[a remark](see above)",
            "[brackets] (and a remark)",
            "f(x)[0]",
            "[unclosed (a.png",
            "[a](",
            "[[",
            "[^",
            "[^]",
        ] {
            assert_eq!(find_malformed_links(text), [], "{text}");
        }
    }
}
