//! Recognises link destinations that no reader can open: paths of a local disk, embedded data,
//! schemes of programs, misspelt schemes.

use crate::record::markdown::WrittenLink;

/// Why a destination cannot work, and what to write instead.
pub struct UnlinkableReason {
    /// Message of the diagnostic.
    pub message: String,
    /// Hint of the diagnostic.
    pub hint: String,
}

/// URL schemes whose addresses are valid only in the program that made them.
const PROGRAM_SCHEMES: &[&str] =
    &["blob", "cid", "mid", "content", "about", "chrome", "edge", "view-source", "res"];

/// The noun for a link in messages: "link", "image" in Markdown, or "file" for media in raw HTML.
pub fn link_noun(written: &WrittenLink) -> &'static str {
    match (written.is_image, written.is_in_html) {
        (false, _) => "link",
        (true, false) => "image",
        (true, true) => "file",
    }
}

/// The reason why a destination cannot work, as far as its form alone shows; none if it may work.
pub fn find_unlinkable_reason(written: &WrittenLink) -> Option<UnlinkableReason> {
    let address = written.destination.trim();
    let noun = link_noun(written);
    if address.is_empty() {
        return Some(empty_address(written, noun));
    }
    if is_local_path(address) {
        return Some(UnlinkableReason {
            message: format!(
                "the {noun} `{address}` lies on somebody's disk, where no reader can open it"
            ),
            hint: place_beside_record_hint(written),
        });
    }
    let (scheme, rest) = split_scheme(address)?;
    match scheme.as_str() {
        "data" => Some(UnlinkableReason {
            message: format!(
                "the {noun} holds its data in the text (`{}…`), which pages do not show",
                shorten(address)
            ),
            hint: place_beside_record_hint(written),
        }),
        "http" | "https" if !rest.starts_with("//") || rest.trim_matches('/').is_empty() => {
            let rest = rest.trim_start_matches('/');
            let hint = if rest.is_empty() {
                "write the whole address".to_owned()
            } else {
                format!("write `{scheme}://{rest}`")
            };
            Some(UnlinkableReason {
                message: format!("the {noun} `{address}` lacks its slashes"),
                hint,
            })
        }
        "http" | "https" => None,
        "mailto" | "tel" if !written.is_image => None,
        known if PROGRAM_SCHEMES.contains(&known) => Some(UnlinkableReason {
            message: format!(
                "the {noun} `{}` leads nowhere outside the program it was copied from",
                shorten(address)
            ),
            hint: place_beside_record_hint(written),
        }),
        slip if rest.starts_with("//") && strsim::damerau_levenshtein(slip, "https") <= 2 => {
            Some(UnlinkableReason {
                message: format!("the {noun} `{address}` begins with `{slip}:`"),
                hint: format!("did you mean `https:{rest}`?"),
            })
        }
        other => Some(UnlinkableReason {
            message: format!("pages do not link to `{other}:` addresses"),
            hint: "link to an address that begins with `https:`, `mailto:` or `tel:`".to_owned(),
        }),
    }
}

/// The hint, as a sentence, for a destination that leads to neither a record nor an attachment;
/// none where its form says nothing of what is meant. `exists` tells whether a path relative to the
/// linking file leads to a record or an attachment.
pub fn suggest_address(written: &WrittenLink, exists: impl Fn(&str) -> bool) -> Option<String> {
    let address = written.destination.trim();
    if address.contains('\\') {
        let slashes = address.replace('\\', "/");
        return Some(if exists(&slashes) {
            format!("write `{slashes}`")
        } else {
            "part folders with `/`, not with `\\`".to_owned()
        });
    }
    for scheme in ["http", "https"] {
        if let Some(rest) = address.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("//")) {
            return Some(format!("write `{scheme}://{rest}`"));
        }
    }
    looks_like_host(address)
        .then(|| format!("for a page of another site write `https://{address}`"))
}

/// Whether an address without a scheme starts with a host name, such as `www.example.org` or
/// `example.org/page`.
fn looks_like_host(address: &str) -> bool {
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let host = host.split([':', '?', '#']).next().unwrap_or(host);
    let end = host.rsplit_once('.').map_or("", |(_, end)| end);
    let is_name = !host.starts_with('.')
        && !host.contains("..")
        && end.len() > 1
        && end.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_name && (host.to_ascii_lowercase().starts_with("www.") || !path.is_empty())
}

/// The reason for a link without any address; `noun` is what messages call it.
fn empty_address(written: &WrittenLink, noun: &str) -> UnlinkableReason {
    let hint = match (written.is_in_html, written.is_image) {
        (false, true) => "write the file between the brackets: `![what it shows](chart.png)`",
        (false, false) => "write the address between the brackets: `[text](https://example.org/)`",
        (true, _) => "write the address between the quotes, or remove the attribute",
    };
    UnlinkableReason { message: format!("the {noun} has no address"), hint: hint.to_owned() }
}

/// Hint for a file that lies outside the hub.
fn place_beside_record_hint(written: &WrittenLink) -> String {
    let noun = if written.is_image { "picture" } else { "file" };
    format!("put the {noun} beside the record and name it relative to the record's file")
}

/// Whether an address is a Windows drive path, a network share, a home folder or a `file:` URL.
fn is_local_path(address: &str) -> bool {
    let bytes = address.as_bytes();
    let drive = bytes.len() > 2
        && bytes[0].is_ascii_alphabetic()
        && (bytes[1] == b':' || bytes[1] == b'|')
        && matches!(bytes[2], b'\\' | b'/');
    let lower = address.to_ascii_lowercase();
    let homes = [
        "file:",
        "~/",
        "/users/",
        "/home/",
        "/volumes/",
        "/mnt/",
        "/c:/",
        "/documents/",
        "%userprofile%",
        "%appdata%",
    ];
    drive
        || address.starts_with('\\')
            && address[1..].starts_with(|letter: char| !letter.is_whitespace())
            && address.matches('\\').count() > 2
        || homes.iter().any(|home| lower.starts_with(home))
}

/// The scheme of an address in lower case, and the text after its colon. A name with a full stop
/// before the colon is a host with a port.
fn split_scheme(address: &str) -> Option<(String, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-'));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// The first 24 bytes of an address, fewer where that would cut a character, for messages.
fn shorten(address: &str) -> &str {
    &address[..address.floor_char_boundary(address.len().min(24))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(destination: &str) -> WrittenLink {
        WrittenLink {
            destination: destination.to_owned(),
            span: 0..0,
            is_image: false,
            alt: None,
            is_in_html: false,
        }
    }

    #[test]
    fn unlinkable_destinations_are_recognised_by_their_form() {
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
            assert!(find_unlinkable_reason(&written(address)).is_some(), "{address}");
        }
        for address in [
            "a.png",
            "../a:b.md",
            "https://example.org",
            "HTTP://example.org",
            "mailto:a@b.example",
            "tel:+47",
            "#a",
            "/ideas/",
            "//example.org/",
        ] {
            assert!(find_unlinkable_reason(&written(address)).is_none(), "{address}");
        }
    }

    #[test]
    fn hints_suggest_a_working_address() {
        let hint =
            |address: &str| suggest_address(&written(address), |path| path == "images/a.png");
        assert_eq!(hint("images\\a.png").as_deref(), Some("write `images/a.png`"));
        assert_eq!(hint("other\\a.png").as_deref(), Some("part folders with `/`, not with `\\`"));
        assert_eq!(
            hint("www.example.org").as_deref(),
            Some("for a page of another site write `https://www.example.org`")
        );
        assert_eq!(
            hint("example.org/page").as_deref(),
            Some("for a page of another site write `https://example.org/page`")
        );
        assert_eq!(hint("http//example.org").as_deref(), Some("write `http://example.org`"));
        for address in ["a.md", "charts/a.png", "../a.md", "de/a.md"] {
            assert_eq!(hint(address), None, "{address}");
        }
        assert_eq!(
            find_unlinkable_reason(&written("htps://example.org")).unwrap().hint,
            "did you mean `https://example.org`?"
        );
    }
}
