//! Builds addresses of source files on the git host.

use crate::site::address::encode_path;
use crate::site::{GitHost, Site};

/// Address of a source file on the git host; none where the settings name no host.
pub fn source_url(site: &Site, path: &str) -> Option<String> {
    let repository = &site.repository;
    let route = match repository.kind {
        GitHost::Github => "blob",
        GitHost::Gitlab => "-/blob",
        GitHost::Bitbucket => "src",
        GitHost::Gitea => "src/branch",
    };
    host_url(site, route, path)
}

/// Address of the form that edits a source file on the git host; none where the settings name no
/// host.
pub fn edit_url(site: &Site, path: &str) -> Option<String> {
    let route = match site.repository.kind {
        GitHost::Github => "edit",
        GitHost::Gitlab => "-/edit",
        GitHost::Bitbucket => "src",
        GitHost::Gitea => "_edit",
    };
    let mut edit = host_url(site, route, path)?;
    if site.repository.kind == GitHost::Bitbucket {
        edit.push_str("?mode=edit");
    }
    Some(edit)
}

/// Address of a source file, given by path below the hub, on the git host; `route` is the part of
/// the address that says what to do with it, such as `blob`. None where the settings name no host.
fn host_url(site: &Site, route: &str, path: &str) -> Option<String> {
    let repository = &site.repository;
    let folder = repository.folder.trim_matches('/');
    let path = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let url = repository.url.trim_end_matches('/');
    (!url.is_empty()).then(|| {
        format!("{url}/{route}/{}/{}", encode_path(&repository.branch), encode_path(&path))
    })
}
