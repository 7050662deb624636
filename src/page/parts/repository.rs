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
    host_pattern(site, route).map(|pattern| pattern.replace(PATH_GAP, &encode_path(hub_path)))
}

/// Address of the form that edits a source file on the git host. `hub_path` is the file's path
/// relative to the hub's folder, not percent-encoded; none where `[repository] url` of site.toml is
/// empty.
pub fn edit_url(site: &Site, hub_path: &str) -> Option<String> {
    edit_pattern(site).map(|pattern| pattern.replace(PATH_GAP, &encode_path(hub_path)))
}

/// Address of the form that edits a source file on the git host, in which `{path}` stands for the
/// file's percent-encoded path relative to the hub's folder; none where `[repository] url` of
/// site.toml is empty.
pub fn edit_pattern(site: &Site) -> Option<String> {
    let route = match site.repository.kind {
        GitHost::Github => "edit",
        GitHost::Gitlab => "-/edit",
        GitHost::Bitbucket => "src",
        GitHost::Gitea => "_edit",
    };
    let mut edit = host_pattern(site, route)?;
    if site.repository.kind == GitHost::Bitbucket {
        edit.push_str("?mode=edit");
    }
    Some(edit)
}

/// What stands for the path of a file in the pattern of an address.
const PATH_GAP: &str = "{path}";

/// Pattern of the address of a source file on the git host, with the branch percent-encoded and
/// `{path}` for the file's path relative to the hub's folder. `route` is the part of the address
/// that says what to do with the file, such as `blob`. None where `[repository] url` of site.toml
/// is empty.
fn host_pattern(site: &Site, route: &str) -> Option<String> {
    let repository = &site.repository;
    let folder = encode_path(repository.folder.trim_matches('/'));
    let hub = if folder.is_empty() { folder } else { format!("{folder}/") };
    let url = repository.url.trim_end_matches('/');
    (!url.is_empty())
        .then(|| format!("{url}/{route}/{}/{hub}{PATH_GAP}", encode_path(&repository.branch)))
}
