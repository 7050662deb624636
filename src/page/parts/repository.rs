//! Builds addresses of source files on the git host.

use crate::site::address::encode_path;
use crate::site::{GitHost, Site};

/// Address of a source file on the git host. `hub_path` is the file's path relative to the hub's
/// folder, not percent-encoded; none where `[repository] url` of site.toml is empty.
pub fn source_url(site: &Site, hub_path: &str) -> Option<String> {
    let repository = &site.repository;
    let route = match repository.kind {
        GitHost::Github => "blob",
        GitHost::Gitlab => "-/blob",
        GitHost::Bitbucket => "src",
        GitHost::Gitea => "src/branch",
    };
    host_url(site, route, hub_path)
}

/// Address of the form that edits a source file on the git host. `hub_path` is the file's path
/// relative to the hub's folder, not percent-encoded; none where `[repository] url` of site.toml is
/// empty.
pub fn edit_url(site: &Site, hub_path: &str) -> Option<String> {
    let route = match site.repository.kind {
        GitHost::Github => "edit",
        GitHost::Gitlab => "-/edit",
        GitHost::Bitbucket => "src",
        GitHost::Gitea => "_edit",
    };
    let mut edit = host_url(site, route, hub_path)?;
    if site.repository.kind == GitHost::Bitbucket {
        edit.push_str("?mode=edit");
    }
    Some(edit)
}

/// Address of a source file on the git host, with branch and path percent-encoded. `route` is the
/// part of the address that says what to do with the file, such as `blob`; `hub_path` is its path
/// relative to the hub's folder. None where `[repository] url` of site.toml is empty.
fn host_url(site: &Site, route: &str, hub_path: &str) -> Option<String> {
    let repository = &site.repository;
    let folder = repository.folder.trim_matches('/');
    let path = if folder.is_empty() { hub_path.to_owned() } else { format!("{folder}/{hub_path}") };
    let url = repository.url.trim_end_matches('/');
    (!url.is_empty()).then(|| {
        format!("{url}/{route}/{}/{}", encode_path(&repository.branch), encode_path(&path))
    })
}
