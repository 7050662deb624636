//! The page that opens the editor, with the policy that it states for itself.

use url::Url;

use crate::page::Language;
use crate::site::{GitHost, Site};

/// The page `admin/index.html` of a hub, with texts in the language of its interface.
pub fn render_editor_page(site: &Site, language: &Language) -> String {
    let title = escape_html(&language.text_with("editor_page.title", &[("hub", &site.title)]));
    let needs_script = escape_html(language.text("editor_page.needs_script"));
    let language = escape_html(&site.language);
    let policy = content_security_policy(site);
    format!(
        r#"<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="cms-config-url" type="text/yaml" href="config.yml">
</head>
<body>
<noscript><p>{needs_script}</p></noscript>
<script src="sveltia-cms.js"></script>
</body>
</html>
"#
    )
}

/// What the page may load and ask: scripts and fonts of this folder alone, styles that the editor
/// makes, pictures and previews that it holds, and the git host.
fn content_security_policy(site: &Site) -> String {
    let [hosts, pictures] = git_host_sources(site);
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; \
         connect-src 'self' data: blob: {hosts}; img-src 'self' data: blob: {pictures}; \
         media-src 'self' blob:; frame-src blob:; worker-src 'self' blob:; manifest-src 'self' blob:; \
         base-uri 'none'; form-action 'none'"
    )
}

/// The origins at which the git host of the hub answers programs, and from which it shows pictures
/// of accounts.
fn git_host_sources(site: &Site) -> [String; 2] {
    let url = Url::parse(site.repository.url.trim()).ok();
    let url = url.filter(|url| matches!(url.scheme(), "https" | "http"));
    let origin = url.map(|url| url.origin().ascii_serialization());
    let is_github =
        |origin: &str| matches!(origin, "https://github.com" | "https://www.github.com");
    match (site.repository.kind, origin) {
        (GitHost::Github, None) => github_sources(),
        (GitHost::Github, Some(origin)) if is_github(&origin) => github_sources(),
        (_, Some(origin)) => [origin.clone(), origin],
        (_, None) => [String::new(), String::new()],
    }
}

/// The origins of github.com.
fn github_sources() -> [String; 2] {
    ["https://api.github.com".to_owned(), "https://avatars.githubusercontent.com".to_owned()]
}

/// A text for an element or a quoted attribute of HTML.
fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(settings: &str) -> Site {
        toml::from_str(settings).unwrap()
    }

    #[test]
    fn only_the_git_host_may_be_asked() {
        let rows = [
            ("kind = \"github\"\nurl = \"https://github.com/team/hub\"", "https://api.github.com"),
            ("kind = \"github\"\nurl = \"https://git.example/team/hub\"", "https://git.example"),
            (
                "kind = \"gitlab\"\nurl = \"https://git.example:8443/a/b/hub.git\"",
                "https://git.example:8443",
            ),
            ("kind = \"gitea\"\nurl = \"\"", ""),
            ("kind = \"gitea\"\nurl = \"javascript:alert(1)\"", ""),
        ];
        for (repository, wanted) in rows {
            let policy = content_security_policy(&site(&format!(
                "title = \"Hub\"\n[repository]\n{repository}"
            )));
            assert!(
                policy.contains(&format!("connect-src 'self' data: blob: {wanted};")),
                "{repository}: {policy}"
            );
            assert!(policy.contains("script-src 'self';"), "{policy}");
        }
    }

    #[test]
    fn the_title_is_escaped() {
        let language = crate::theme::built_in_language("en").unwrap();
        let page = render_editor_page(&site("title = \"<b>\\\"Hub\\\" & co\""), &language);
        assert!(page.contains("&lt;b&gt;&quot;Hub&quot; &amp; co"), "{page}");
        assert!(!page.contains("<b>") && page.contains("noindex"), "{page}");
    }
}
