//! Addresses on the git host.

use crate::site::address::encode_path;
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
    (!url.is_empty()).then(|| format!("{url}/{middle}/{}/{}", encode_path(&repository.branch), encode_path(&path)))
}
