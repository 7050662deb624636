//! No e-mail address stands in a record.
//!
//! A published address is collected by machines within days, and it names a person who may leave next month. Addresses
//! under `example.org` and other names kept for examples are let through.
//!
//! Name the team or role, and let the reader find the address in the company's own directory. Where a shared mailbox
//! must stand on the page, switch the check off in `site.toml`.
//!
//! ```yaml
//! owner: "CRM Iberia"
//! ```

use std::ops::Range;

use crate::catalog::Meta;
use crate::check::{CheckContext, Reporter};

/// Reports each e-mail address in a file, front matter included, at its first occurrence.
pub fn check(meta: &Meta, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for span in find_addresses(&meta.body.text) {
        if seen.contains(&&meta.body.text[span.clone()]) {
            continue;
        }
        seen.push(&meta.body.text[span.clone()]);
        let message = format!("an e-mail address, `{}`", &meta.body.text[span.clone()]);
        reporter.report_span(span, message, "name the team or role instead");
    }
}

/// Byte spans of e-mail addresses in a text.
fn find_addresses(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices('@').filter_map(|(at, _)| address_at(text, at))
}

/// Byte span of the address around the `@` at a byte offset, unless it is a placeholder, a part of
/// a link, or a file such as `logo@2x.png`.
fn address_at(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let start = at - bytes[..at].iter().rev().take_while(|byte| is_local_part_byte(**byte)).count();
    let mut end = at + 1 + bytes[at + 1..].iter().take_while(|byte| is_host_byte(**byte)).count();
    while end > at + 1 && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    let (local, host) = (&text[start..at], &text[at + 1..end]);
    let before = start.checked_sub(1).map(|at| bytes[at]);
    let is_link = matches!(before, Some(b'/' | b'@')) || bytes.get(end) == Some(&b'@');
    let is_complete = !matches!(local, "" | "git") && !local.starts_with('.') && is_domain(host);
    (is_complete && !is_link && !is_placeholder(host)).then_some(start..end)
}

/// Whether a byte can be part of the name before the `@` of an address.
fn is_local_part_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

/// Whether a byte can be part of the host behind the `@` of an address.
fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}

/// Whether a host is a sequence of labels separated by full stops, of which the last is a top-level
/// domain and no file extension.
fn is_domain(host: &str) -> bool {
    /// File extensions that could be a top-level domain by their form.
    const FILE_EXTENSIONS: &[&str] = &["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "pdf", "js", "css", "md", "html", "json"];
    let Some((rest, last)) = host.rsplit_once('.') else { return false };
    let is_top_level =
        last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic()) && !FILE_EXTENSIONS.contains(&last.to_ascii_lowercase().as_str());
    is_top_level && rest.split('.').all(|label| !label.is_empty())
}

/// Whether a host is reserved for examples and tests (RFC 2606).
fn is_placeholder(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let reserved = ["example.com", "example.org", "example.net"];
    reserved.iter().any(|domain| host == *domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
        || [".example", ".test", ".invalid", ".localhost"].iter().any(|end| host.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find_all(text: &str) -> Vec<&str> {
        find_addresses(text).map(|span| &text[span]).collect()
    }

    #[test]
    fn addresses_are_found() {
        assert_eq!(
            find_all("Ask maria.silva@firma.com.br. Or <team+br@firma.co>, `x_y@sub.firma.de`"),
            ["maria.silva@firma.com.br", "team+br@firma.co", "x_y@sub.firma.de"]
        );
        assert_eq!(find_all("連絡先：tanaka@kaisha.jpまで"), ["tanaka@kaisha.jp"]);
        assert_eq!(find_all("[mail](mailto:ana@firma.es)"), ["ana@firma.es"]);
    }

    #[test]
    fn other_signs_are_left_alone() {
        for text in [
            "a handle @brand and @brand.co",
            "https://medium.com/@somebody",
            "logo@2x.png",
            "pkg@1.2.3",
            "me@example.org",
            "me@mail.example.com",
            "me@hub.example",
            "3 @ 4.50",
            "a@b",
            "@@x.de",
            "user@@host.com",
            "git@github.com:hub/hub.git",
        ] {
            assert_eq!(find_all(text), [""; 0], "{text}");
        }
    }
}
