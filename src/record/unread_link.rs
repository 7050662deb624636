//! Text that looks like a link or a picture and is none: Markdown shows it as it is typed, and says nothing.

use std::ops::Range;

/// A stretch of text that was meant as a link or picture, with what is wrong and what to write.
#[derive(Debug, PartialEq, Eq)]
pub struct UnreadLink {
    /// Where it stands in the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub hint: String,
}

/// Looks through text that Markdown took for plain text: source without code, links and escaped marks.
pub fn find(text: &str) -> Vec<UnreadLink> {
    let mut found = Vec::new();
    if !text.contains(']') {
        return found;
    }
    let mut from = 0;
    while let Some(unread_link) = next(text, from) {
        from = unread_link.span.end;
        found.push(unread_link);
    }
    found
}

/// How far from its first bracket a link is looked for, in bytes.
const LONGEST: usize = 1_000;

fn next(text: &str, from: usize) -> Option<UnreadLink> {
    text[from..].match_indices('[').map(|(at, _)| from + at).find_map(|at| {
        let text = &text[..text.floor_char_boundary((at + LONGEST).min(text.len()))];
        if text[at..].starts_with("[[") {
            return wiki_link(text, at);
        }
        footnote(text, at).or_else(|| swapped(text, at)).or_else(|| spaced(text, at)).or_else(|| undefined(text, at))
    })
}

/// The start of a picture's or link's text, its mark counted in.
fn begins(text: &str, bracket: usize) -> (usize, bool) {
    let is_image = text[..bracket].ends_with('!');
    (bracket - usize::from(is_image), is_image)
}

/// `[[page]]` and `![[picture.png]]`, as wikis write them.
fn wiki_link(text: &str, at: usize) -> Option<UnreadLink> {
    let (start, is_image) = begins(text, at);
    let end = at + text[at..].find("]]")?;
    let target = text[at + 2..end].split('|').next().unwrap_or("").trim();
    // `[[FIRST_NAME]]` is filled in by the program that sends the mail, `[[1]]` is a reference of science.
    let is_placeholder = |target: &str| !target.chars().any(char::is_lowercase) && target.is_ascii();
    if target.contains(['\n', '[']) || is_placeholder(target) && !target.contains(['.', '/']) {
        return None;
    }
    let (message, hint) = if is_image {
        ("pictures of wikis are shown as text", format!("write `![what it shows]({})`", destination(target)))
    } else {
        ("links of wikis are shown as text", "write `[text](page.md)` with the path from this file".to_owned())
    };
    Some(UnreadLink { span: start..end + 2, message: message.to_owned(), hint })
}

/// `[^1]` without a line `[^1]: ...`.
fn footnote(text: &str, at: usize) -> Option<UnreadLink> {
    let label = text[at..].strip_prefix("[^")?.split(']').next()?;
    if label.is_empty() || label.contains(|letter: char| letter.is_whitespace() || matches!(letter, '[' | '^' | '\\')) {
        return None;
    }
    let end = at + 2 + label.len() + 1;
    let hint = format!("add a line `[^{label}]: the note`");
    (end <= text.len()).then(|| UnreadLink { span: at..end, message: format!("the footnote `[^{label}]` is nowhere defined"), hint })
}

/// `(text)[https://example.org]`, the wrong way round.
fn swapped(text: &str, at: usize) -> Option<UnreadLink> {
    let address = text[at + 1..].split([']', '\n']).next()?;
    let is_address = ["http://", "https://", "www."].iter().any(|start| address.starts_with(start));
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST));
    let start = from + text[from..at].strip_suffix(')')?.rfind('(').filter(|_| is_address)?;
    let label = &text[start + 1..at - 1];
    let address = with_scheme(address);
    Some(UnreadLink {
        span: start..at + 1 + address.len().min(text.len() - at - 1),
        message: "the brackets of the link are the wrong way round".to_owned(),
        hint: format!("write `[{label}]({address})`"),
    })
}

/// `[text](my plan.pdf)`, `[text] (plan.pdf)` and what is broken over lines.
fn spaced(text: &str, at: usize) -> Option<UnreadLink> {
    let (start, is_image) = begins(text, at);
    let close = at + closing(&text[at..], '[', ']')?;
    let label = &text[at + 1..close];
    let gap = text[close + 1..].len() - text[close + 1..].trim_start().len();
    let open = close + 1 + gap;
    if !text[open..].starts_with('(') {
        return None;
    }
    let end = open + closing(&text[open..], '(', ')')?;
    let written = text[open + 1..end].trim();
    let (address, title) = written.split_once(" \"").map_or((written, None), |(address, title)| (address.trim(), title.strip_suffix('"')));
    let is_meant = is_image && gap == 0 || is_like_an_address(address);
    if !is_meant {
        return None;
    }
    let mark = if is_image { "!" } else { "" };
    let one_line = address.split(['\n', '\r']).map(str::trim).collect::<String>();
    let title = title.map_or(String::new(), |title| format!(" \"{title}\""));
    let what = if is_image { "picture" } else { "link" };
    let message = match (gap, address.contains(['\n', '\r'])) {
        (0, false) if address.contains(char::is_whitespace) => format!("the {what} is shown as text, because of the spaces in `{address}`"),
        (0, true) => format!("the {what} is shown as text, because its address is broken over lines"),
        (0, false) => format!("the {what} is shown as text, because `{address}` cannot be read as an address"),
        _ => format!("the {what} is shown as text, because `]` and `(` are apart"),
    };
    let hint = format!("write `{mark}[{label}]({}{title})`", destination(&one_line));
    Some(UnreadLink { span: start..end + 1, message, hint })
}

/// `[text][name]` without a line `[name]: address`.
fn undefined(text: &str, at: usize) -> Option<UnreadLink> {
    let (start, _) = begins(text, at);
    let close = at + closing(&text[at..], '[', ']')?;
    let label = &text[at + 1..close];
    let rest = text[close + 1..].strip_prefix('[')?;
    let name = &rest[..rest.find(']')?];
    let is_name = !name.contains(['[', '\n']) && !name.starts_with('^') && !rest[name.len() + 1..].starts_with('[');
    // `[DE][Email] Spring` is a name of a campaign, `list[a][b]` a formula.
    let is_label = label.chars().any(char::is_lowercase) && !text[..start].ends_with(|letter: char| letter.is_alphanumeric() || letter == ']');
    if !is_name || !is_label {
        return None;
    }
    let name = if name.is_empty() { label } else { name };
    let end = close + 2 + rest.find(']')? + 1;
    Some(UnreadLink {
        span: start..end,
        message: format!("`[{name}]` is nowhere defined, so the link is shown as text"),
        hint: format!("add a line `[{name}]: address`, or write `[{label}](address)`"),
    })
}

/// Where the bracket closes that opens a text; none where it does not, or only behind an empty line.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
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

/// Whether what stands in brackets behind a text is an address, and not a remark.
fn is_like_an_address(address: &str) -> bool {
    let starts = ["http:", "https:", "www.", "./", "../", "/", "#", "mailto:", "file:", "http//", "https//"];
    let path = address.split(['#', '?']).next().unwrap_or(address);
    let end = path.rsplit_once('.').map_or("", |(_, end)| end);
    let ends_like_a_file = (2..=5).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    starts.iter().any(|start| address.starts_with(start)) && !address.starts_with("/ ") || ends_like_a_file && !path.ends_with(' ')
}

/// An address as it stands in the round brackets of a link.
fn destination(address: &str) -> String {
    let plain = |letter: char| letter.is_whitespace() || matches!(letter, '(' | ')');
    match address {
        _ if address.contains(['<', '>']) => address.replace(' ', "%20").replace('<', "%3C").replace('>', "%3E"),
        _ if address.contains(plain) => format!("<{address}>"),
        _ => with_scheme(address),
    }
}

fn with_scheme(address: &str) -> String {
    if address.starts_with("www.") { format!("https://{address}") } else { address.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_link_is_told_with_what_to_write() {
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
            let found = find(text);
            assert_eq!(found.iter().map(|found| found.hint.as_str()).collect::<Vec<_>>(), [hint], "{text}");
            assert!(!text[found[0].span.clone()].is_empty());
        }
        assert_eq!(find("![a](b c.png) and [[d]]\n[e](f g.md)").len(), 3);
    }

    #[test]
    fn brackets_of_prose_are_prose() {
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
            assert_eq!(find(text), [], "{text}");
        }
    }
}
