//! Addresses that can lead nowhere, whoever opens the page: files of somebody's disk, embedded data, addresses with a slip.

use crate::record::outline::WrittenLink;

/// Why an address leads nowhere, and what to do.
pub struct Reason {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Programs that keep an address to themselves: it means nothing to any other reader.
const OWN_OF_A_PROGRAM: &[&str] = &["blob", "cid", "mid", "content", "about", "chrome", "edge", "view-source", "res"];

/// What an address belongs to: a link, an image, or a picture, sound or film of raw HTML.
pub fn what(written: &WrittenLink) -> &'static str {
    match (written.image, written.in_html) {
        (false, _) => "link",
        (true, false) => "image",
        (true, true) => "file",
    }
}

/// Why the address of a link or image leads nowhere, if its form alone says so.
pub fn reason(written: &WrittenLink) -> Option<Reason> {
    let address = written.destination.trim();
    let what = what(written);
    if address.is_empty() {
        return Some(empty(written, what));
    }
    if is_on_a_disk(address) {
        return Some(Reason {
            message: format!("the {what} `{address}` lies on somebody's disk, where no reader can open it"),
            hint: beside(written),
        });
    }
    let (scheme, rest) = scheme(address)?;
    match scheme.as_str() {
        "data" => Some(Reason {
            message: format!("the {what} holds its data in the text (`{}…`), which pages do not show", start(address)),
            hint: beside(written),
        }),
        "http" | "https" if !rest.starts_with("//") || rest.trim_matches('/').is_empty() => {
            let rest = rest.trim_start_matches('/');
            let hint = if rest.is_empty() { "write the whole address".to_owned() } else { format!("write `{scheme}://{rest}`") };
            Some(Reason { message: format!("the {what} `{address}` lacks its slashes"), hint })
        }
        "http" | "https" => None,
        "mailto" | "tel" if !written.image => None,
        known if OWN_OF_A_PROGRAM.contains(&known) => Some(Reason {
            message: format!("the {what} `{}` leads nowhere outside the program it was copied from", start(address)),
            hint: beside(written),
        }),
        slip if rest.starts_with("//") && strsim::damerau_levenshtein(slip, "https") <= 2 => {
            Some(Reason { message: format!("the {what} `{address}` begins with `{slip}:`"), hint: format!("did you mean `https:{rest}`?") })
        }
        other => Some(Reason {
            message: format!("pages do not link to `{other}:` addresses"),
            hint: "link to an address that begins with `https:`, `mailto:` or `tel:`".to_owned(),
        }),
    }
}

/// What may be meant where no file and no record of this path is found; `exists` tells whether a path leads somewhere.
pub fn meant(written: &WrittenLink, exists: impl Fn(&str) -> bool) -> Option<String> {
    let address = written.destination.trim();
    if address.contains('\\') {
        let slashes = address.replace('\\', "/");
        return Some(if exists(&slashes) { format!("write `{slashes}`") } else { "part folders with `/`, not with `\\`".to_owned() });
    }
    for scheme in ["http", "https"] {
        if let Some(rest) = address.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("//")) {
            return Some(format!("write `{scheme}://{rest}`"));
        }
    }
    is_like_a_host(address).then(|| format!("for a page of another site write `https://{address}`"))
}

/// Whether an address begins like `www.example.org` or `example.org/page`.
fn is_like_a_host(address: &str) -> bool {
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let host = host.split([':', '?', '#']).next().unwrap_or(host);
    let end = host.rsplit_once('.').map_or("", |(_, end)| end);
    let is_name = !host.starts_with('.') && !host.contains("..") && end.len() > 1 && end.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_name && (host.to_ascii_lowercase().starts_with("www.") || !path.is_empty())
}

fn empty(written: &WrittenLink, what: &str) -> Reason {
    let hint = match (written.in_html, written.image) {
        (false, true) => "write the file between the brackets: `![what it shows](chart.png)`",
        (false, false) => "write the address between the brackets: `[text](https://example.org/)`",
        (true, _) => "write the address between the quotes, or remove the attribute",
    };
    Reason { message: format!("the {what} has no address"), hint: hint.to_owned() }
}

/// What to do with a file that lies elsewhere than in the hub.
fn beside(written: &WrittenLink) -> String {
    let what = if written.image { "picture" } else { "file" };
    format!("put the {what} beside the record and name it relative to the record's file")
}

/// A drive of Windows, a share of a network, a home folder, an address of a file.
fn is_on_a_disk(address: &str) -> bool {
    let bytes = address.as_bytes();
    let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && (bytes[1] == b':' || bytes[1] == b'|') && matches!(bytes[2], b'\\' | b'/');
    let lower = address.to_ascii_lowercase();
    let homes = ["file:", "~/", "/users/", "/home/", "/volumes/", "/mnt/", "/c:/", "/documents/", "%userprofile%", "%appdata%"];
    drive
        || address.starts_with('\\') && address[1..].starts_with(|letter: char| !letter.is_whitespace()) && address.matches('\\').count() > 2
        || homes.iter().any(|home| lower.starts_with(home))
}

/// The scheme of an address in lower case, and what follows it. A name with a full stop before a colon is a host with its port.
fn scheme(address: &str) -> Option<(String, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-'));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// As much of an address as is shown.
fn start(address: &str) -> &str {
    &address[..address.floor_char_boundary(address.len().min(24))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(destination: &str) -> WrittenLink {
        WrittenLink { destination: destination.to_owned(), span: 0..0, image: false, alt: None, in_html: false }
    }

    #[test]
    fn what_leads_nowhere_is_known_by_its_form() {
        for address in [
            "",
            "  ",
            "file:///C:/Users/me/a.png",
            "FILE://server/a.png",
            "C:\\Users\\me\\a.png",
            "d:/charts/a.png",
            "\\\\server\\share\\a.png",
            "/Users/me/a.png",
            "/home/me/a.png",
            "~/a.png",
            "data:image/png;base64,aaaa",
            "blob:https://example.org/1",
            "cid:image001.png@01D",
            "javascript:alert(1)",
            "http:/example.org",
            "https:example.org",
            "https://",
            "htps://example.org",
            "msteams:/l/channel",
        ] {
            assert!(reason(&written(address)).is_some(), "{address}");
        }
        for address in
            ["a.png", "../a:b.md", "https://example.org", "HTTP://example.org", "mailto:a@b.example", "tel:+47", "#a", "/ideas/", "//example.org/"]
        {
            assert!(reason(&written(address)).is_none(), "{address}");
        }
    }

    #[test]
    fn hints_say_what_works() {
        let hint = |address: &str| meant(&written(address), |path| path == "images/a.png");
        assert_eq!(hint("images\\a.png").as_deref(), Some("write `images/a.png`"));
        assert_eq!(hint("other\\a.png").as_deref(), Some("part folders with `/`, not with `\\`"));
        assert_eq!(hint("www.example.org").as_deref(), Some("for a page of another site write `https://www.example.org`"));
        assert_eq!(hint("example.org/page").as_deref(), Some("for a page of another site write `https://example.org/page`"));
        assert_eq!(hint("http//example.org").as_deref(), Some("write `http://example.org`"));
        for address in ["a.md", "charts/a.png", "../a.md", "de/a.md"] {
            assert_eq!(hint(address), None, "{address}");
        }
        assert_eq!(reason(&written("htps://example.org")).unwrap().hint, "did you mean `https://example.org`?");
    }
}
