//! The git host's form for a new file: its address, and whether the address can carry the text.

use crate::site::address::encode_path;
use crate::site::{GitHost, RepositorySettings};

/// The longest URL in bytes that common servers accept; a longer text is left out and must be
/// pasted.
pub const MAX_URL_LENGTH: usize = 7_500;

/// The address of the git host's form for a new file, with a gap for the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFilePattern {
    /// URL in which `{path}` stands for the percent-encoded path of the file below the hub's root,
    /// and `{folder}` for that of its folder.
    pub address: String,
    /// Name of the query parameter that fills in the text; none where the host has none.
    pub text_key: Option<&'static str>,
}

impl NewFilePattern {
    /// The URL for a path below the hub's root, not percent-encoded.
    pub fn address_of(&self, path: &str) -> String {
        let path = encode_path(path);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.address.replace("{path}", &path).replace("{folder}", folder)
    }
}

/// The pattern for a repository; none where it has no HTTP address. GitHub and GitLab fill in name
/// and text, Gitea only the name, Bitbucket neither.
pub fn new_file_pattern(repository: &RepositorySettings) -> Option<NewFilePattern> {
    let url = repository.url.trim().trim_end_matches('/').trim_end_matches(".git");
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return None;
    }
    let folder = encode_path(repository.folder.trim_matches('/'));
    let hub = if folder.is_empty() { folder } else { format!("{folder}/") };
    let branch = encode_path(&repository.branch);
    let (address, text_key) = match repository.kind {
        GitHost::Github => (format!("{url}/new/{branch}?filename={hub}{{path}}"), Some("value")),
        GitHost::Gitlab => {
            (format!("{url}/-/new/{branch}?file_name={hub}{{path}}"), Some("content"))
        }
        GitHost::Gitea => (format!("{url}/_new/{branch}?filename={hub}{{path}}"), None),
        GitHost::Bitbucket => {
            (format!("{url}/create-file/{branch}/{hub}{{folder}}?at={branch}"), None)
        }
    };
    Some(NewFilePattern { address, text_key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_its_own_form() {
        let rows = [
            (
                GitHost::Github,
                "/new/my%20branch?filename=hub/content/ideas/a%20b.md",
                Some("value"),
            ),
            (
                GitHost::Gitlab,
                "/-/new/my%20branch?file_name=hub/content/ideas/a%20b.md",
                Some("content"),
            ),
            (GitHost::Gitea, "/_new/my%20branch?filename=hub/content/ideas/a%20b.md", None),
            (GitHost::Bitbucket, "/create-file/my%20branch/hub/content/ideas?at=my%20branch", None),
        ];
        for (kind, wanted, text_key) in rows {
            let repository = RepositorySettings {
                kind,
                url: "https://host.example/team/hub.git".into(),
                branch: "my branch".into(),
                folder: "/hub/".into(),
                ..RepositorySettings::default()
            };
            let pattern = new_file_pattern(&repository).expect("an HTTP address");
            assert_eq!(
                pattern.address_of("content/ideas/a b.md"),
                format!("https://host.example/team/hub{wanted}")
            );
            assert_eq!(pattern.text_key, text_key);
        }
        assert_eq!(new_file_pattern(&RepositorySettings::default()), None);
    }
}
