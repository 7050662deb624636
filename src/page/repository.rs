//! Addresses on the git host.

use crate::site::{Host, Site};

/// The page of a source file on the git host, where the hub names one.
pub fn source(site: &Site, path: &str) -> Option<String> {
    let repository = &site.repository;
    let middle = match repository.kind {
        Host::Github => "blob",
        Host::Gitlab => "-/blob",
        Host::Bitbucket => "src",
        Host::Gitea => "src/branch",
    };
    address(site, middle, path)
}

/// The form that edits a source file on the git host.
pub fn edit(site: &Site, path: &str) -> Option<String> {
    let middle = match site.repository.kind {
        Host::Github => "edit",
        Host::Gitlab => "-/edit",
        Host::Bitbucket => "src",
        Host::Gitea => "_edit",
    };
    let mut edit = address(site, middle, path)?;
    if site.repository.kind == Host::Bitbucket {
        edit.push_str("?mode=edit");
    }
    Some(edit)
}

fn address(site: &Site, middle: &str, path: &str) -> Option<String> {
    let repository = &site.repository;
    let folder = repository.folder.trim_matches('/');
    let path = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let url = repository.url.trim_end_matches('/');
    (!url.is_empty()).then(|| format!("{url}/{middle}/{}/{}", encode(&repository.branch), encode(&path)))
}

/// A path as it stands in an address: everything but letters, digits and a few marks in percent form.
pub fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded() {
        assert_eq!(encode("content/a b/é#.md"), "content/a%20b/%C3%A9%23.md");
    }
}
