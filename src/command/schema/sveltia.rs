//! The configuration of the editor Sveltia CMS: one collection for each type of record, with a form
//! field for each field of front matter.

use std::fmt::Write as _;

use url::Url;

use crate::catalog::field::{self, Field, FieldKind, Requirement, TITLE, fields_of};
use crate::catalog::number::NumberKind;
use crate::command::schema::described_hub::{Choice, DescribedHub, RECORD_FOLDERS, is_multiple};
use crate::command::schema::document::Document;
use crate::error::{Error, Result};
use crate::record::RecordType;
use crate::site::{GitHost, RepositorySettings};

/// The longest file name that the editor makes of a title, in characters; that of `casebook new`.
const MAX_NAME_CHARACTERS: i64 = 80;

/// Fields whose texts may have several lines, and are written in a larger box.
const LONG_TEXTS: [&Field; 7] = [
    &field::SUMMARY,
    &field::CLAIM,
    &field::HYPOTHESIS,
    &field::TARGET,
    &field::DECLINED_REASON,
    &field::variant::DESCRIPTION,
    &field::not_duplicate::REASON,
];

/// Where the editor reads and saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditorBackend {
    /// The repository of `site.toml`.
    Repository,
    /// A repository in the browser's memory, which is lost with the page: to try the editor out.
    Trial,
}

/// The configuration of Sveltia CMS for a hub, as YAML.
///
/// # Errors
/// The settings name no repository, or one at a host that the editor cannot save to.
pub fn sveltia_config(hub: &DescribedHub, backend: EditorBackend) -> Result<String> {
    let folder = hub.site.repository.folder.trim_matches('/');
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let backend = match backend {
        EditorBackend::Repository => repository_backend(&hub.site.repository)?,
        EditorBackend::Trial => Document::map([("name", "test-repo".into())]),
    };
    let has_workflow = matches!(hub.site.repository.kind, GitHost::Github | GitHost::Gitlab);
    let collections = RECORD_FOLDERS
        .map(|(record_type, name)| collection(hub, record_type, name, &prefix))
        .to_vec();
    let site_url = Some(hub.site.base_url.as_str()).filter(|url| !url.is_empty());
    let config = Document::map([("backend", backend)])
        .with_some("publish_mode", has_workflow.then_some("editorial_workflow"))
        .with_some("site_url", site_url)
        .with("app_title", hub.site.title.as_str())
        .with("media_folder", format!("{prefix}content"))
        .with("public_folder", "/")
        // Collections of pictures on other hosts, which would be asked.
        .with(
            "media_libraries",
            Document::map([(
                "stock_assets",
                Document::map([("providers", Document::List(Vec::new()))]),
            )]),
        )
        .with(
            "slug",
            Document::map([
                ("encoding", "unicode".into()),
                ("clean_accents", false.into()),
                ("sanitize_replacement", "-".into()),
                ("maxlength", MAX_NAME_CHARACTERS.into()),
            ]),
        )
        .with(
            "output",
            Document::map([
                ("omit_empty_optional_fields", true.into()),
                ("yaml", Document::map([("indent_size", 2.into()), ("quote", "none".into())])),
            ]),
        )
        .with("collections", collections);
    let yaml = serde_yaml::to_string(&config)
        .map_err(|cause| Error::because("the configuration cannot be written as YAML", cause))?;
    Ok(format!("{}{yaml}", render_header(hub)))
}

/// The comment above the configuration: what it is, and which fields have no form.
fn render_header(hub: &DescribedHub) -> String {
    let mut header = "\
# Configuration of Sveltia CMS, an editor in the browser. Written by `casebook schema --for sveltia` from the
# fields and terms of this hub: write it anew after a change of site.toml or of a vocabulary.
#
# People sign in with an access token of the git host, so that no other host is asked. To sign in with a
# button instead, set `base_url` (GitHub) or `app_id` (GitLab, Gitea) under `backend` and remove `auth_methods`.
#
# Fields that have no form:
# - `extra`, the hub's own fields: any values, which the editor keeps as they are.
"
    .to_owned();
    if keeps_aliases(hub) {
        header.push_str(
            "# - `aliases`, old addresses: the editor adds one when a record is moved, and keeps the others.\n",
        );
    }
    header.push_str(
        "# Gists in languages that no record is written in (`translations`) are kept as well.\n",
    );
    let aliased = field::FIELDS.iter().filter(|field| !field.aliases.is_empty());
    let aliases: Vec<String> =
        aliased.map(|field| format!("`{}` ({})", field.aliases.join("`, `"), field.name)).collect();
    writeln!(
        header,
        "# Other names of fields stay as they are and are not in the forms: {}.",
        aliases.join(", ")
    )
    .expect("a text grows");
    header.push('\n');
    header
}

/// The part of the configuration that says where records are kept.
///
/// # Errors
/// The settings name no repository, or one at a host that the editor cannot save to.
fn repository_backend(repository: &RepositorySettings) -> Result<Document> {
    let name = match repository.kind {
        GitHost::Github => "github",
        GitHost::Gitlab => "gitlab",
        GitHost::Gitea => "gitea",
        GitHost::Bitbucket => {
            return Err(Error::new("the editor Sveltia CMS cannot save to Bitbucket").with_hint(
                "it saves to GitHub, GitLab and Gitea; the form of the site works with any host",
            ));
        }
    };
    let address = repository.url.trim().trim_end_matches('/').trim_end_matches(".git");
    if address.is_empty() {
        return Err(Error::new("site.toml names no repository that the editor could save to")
            .with_hint(
                "write its address as `url` under `[repository]`, or try the editor with `--trial`",
            ));
    }
    let unusable = || {
        Error::new(format!("the editor cannot save to `{}`", repository.url)).with_hint(
            "write the address of the repository in a browser as `url` under `[repository]` in \
             site.toml, such as `https://github.com/owner/hub`",
        )
    };
    let url = Url::parse(address).map_err(|_| unusable())?;
    let path = url.path().trim_matches('/');
    let is_web = matches!(url.scheme(), "https" | "http");
    if !is_web || path.split('/').filter(|part| !part.is_empty()).count() < 2 {
        return Err(unusable());
    }
    let origin = url.origin().ascii_serialization();
    let host = url.host_str().unwrap_or_default();
    let own_host = |usual: &str| host != usual && host != format!("www.{usual}");
    let backend = Document::map([
        ("name", name.into()),
        ("repo", path.into()),
        ("branch", repository.branch.as_str().into()),
    ]);
    let backend = match repository.kind {
        GitHost::Github if own_host("github.com") => {
            backend.with("api_root", format!("{origin}/api/v3"))
        }
        GitHost::Gitlab if own_host("gitlab.com") => {
            backend.with("api_root", format!("{origin}/api/v4")).with("base_url", origin.as_str())
        }
        GitHost::Gitea if own_host("gitea.com") => {
            backend.with("api_root", format!("{origin}/api/v1")).with("base_url", origin.as_str())
        }
        _ => backend,
    };
    let backend = match repository.kind {
        // Colleagues without the right to write propose changes from a copy of their own.
        GitHost::Github => backend.with("open_authoring", true).with("auth_scope", "repo"),
        _ => backend,
    };
    Ok(backend.with("auth_methods", Document::list(["token"])))
}

/// Whether the editor itself adds old addresses to a record that is moved: it has to know the
/// address of the site for that.
fn keeps_aliases(hub: &DescribedHub) -> bool {
    // Below a path of the host an address of the editor would be another one than that of the hub.
    Url::parse(&hub.site.base_url).is_ok_and(|url| url.path() == "/")
}

/// The collection of a type of record, whose files are in the folder `name` below `content/`.
/// `prefix` is the path from the root of the repository to the hub, empty or with a slash at its
/// end.
fn collection(hub: &DescribedHub, record_type: RecordType, name: &str, prefix: &str) -> Document {
    let text = |key: &str| hub.language.text(&format!("editor.{key}")).to_owned();
    let (plural, singular) = match record_type {
        RecordType::CaseStudy => ("case_studies", "case_study"),
        RecordType::Idea => ("ideas", "idea"),
        RecordType::Playbook => ("playbooks", "playbook"),
        RecordType::Page => ("pages", "page"),
    };
    // Case studies lie in folders by market, also in a hub that has none yet.
    let is_nested = record_type == RecordType::CaseStudy || hub.has_subfolders(record_type);
    let fields = fields_of(record_type)
        // The editor keeps keys that it does not know, with all that is below them.
        .filter(|field| !matches!(field.kind, FieldKind::AnyMap))
        .filter(|field| **field != field::ALIASES || !keeps_aliases(hub))
        .map(|field| form_field(hub, field, record_type))
        .chain([body_field(hub)])
        .collect::<Vec<Document>>();
    let sortable = fields_of(record_type).filter(|field| {
        matches!(field.kind, FieldKind::Date)
            || field.is_always_required(record_type)
                && matches!(field.kind, FieldKind::Text | FieldKind::Keyword { .. })
    });
    let groups = fields_of(record_type).filter(|field| {
        field.is_always_required(record_type) && matches!(field.kind, FieldKind::Keyword { .. })
    });
    let groups: Vec<Document> = groups
        .map(|field| {
            Document::map([("label", hub.label(field).into()), ("field", field.name.into())])
        })
        .collect();
    Document::map([
        ("name", name.into()),
        ("label", text(plural).into()),
        ("label_singular", text(singular).into()),
        ("folder", format!("{prefix}content/{name}").into()),
        ("format", "yaml-frontmatter".into()),
        ("identifier_field", TITLE.name.into()),
        ("create", true.into()),
    ])
    .with_some("nested", is_nested.then(|| Document::map([("subfolders", false.into())])))
    .with_some(
        "meta",
        is_nested.then(|| Document::map([("path", Document::map([("widget", "string".into())]))])),
    )
    .with_some("preview_path", keeps_aliases(hub).then(|| preview_path(record_type, name)))
    // Pictures lie beside the record that shows them.
    .with("media_folder", "")
    .with("public_folder", "")
    .with("sortable_fields", Document::list(sortable.map(|field| field.name)))
    .with_some("view_groups", (!groups.is_empty()).then_some(groups))
    .with("fields", fields)
}

/// The address of a record's page below that of the site, as the editor writes it.
fn preview_path(record_type: RecordType, name: &str) -> String {
    match record_type {
        RecordType::Page => "{{slug}}/".to_owned(),
        _ => format!("{name}/{{{{slug}}}}/"),
    }
}

/// The field for the text below the front matter. It is shown as Markdown first, which stays as it
/// is; shown as formatted text, tables, notes and raw HTML are written anew.
fn body_field(hub: &DescribedHub) -> Document {
    Document::map([
        ("name", "body".into()),
        ("label", hub.language.text("write.body_text").into()),
        ("widget", "markdown".into()),
        ("required", false.into()),
        ("modes", Document::list(["raw", "rich_text"])),
    ])
}

/// The form field of a field of front matter, in records of a type.
fn form_field(hub: &DescribedHub, field: &'static Field, record_type: RecordType) -> Document {
    let is_required =
        field.is_always_required(record_type) || matches!(field.required, Requirement::InMap);
    let is_needed_once_completed = record_type == RecordType::CaseStudy
        && matches!(field.required, Requirement::OnceCompleted);
    let hint = if is_needed_once_completed {
        format!("{} ({})", field.help, hub.language.text("write.required_completed"))
    } else {
        field.help.to_owned()
    };
    let head = Document::map([
        ("name", field.name.into()),
        ("label", hub.label(field).into()),
        ("widget", widget(field).into()),
        ("required", is_required.into()),
        ("hint", hint.into()),
    ]);
    let head = if is_multiple(field) && !matches!(widget(field), "list") {
        head.with("multiple", true)
    } else {
        head
    };
    add_options(hub, head, field, record_type)
}

/// Name of the form control for the values of a field.
fn widget(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::Text if LONG_TEXTS.contains(&field) => "text",
        FieldKind::Text | FieldKind::Duration | FieldKind::Language | FieldKind::WebAddress => {
            "string"
        }
        // A switch would write `false` into every record that does not say.
        FieldKind::Flag | FieldKind::Keyword { .. } | FieldKind::Terms(_) | FieldKind::Metric => {
            "select"
        }
        FieldKind::Date => "datetime",
        FieldKind::Number(_) | FieldKind::Count => "number",
        FieldKind::CaseStudies | FieldKind::CaseStudy | FieldKind::Idea => "relation",
        FieldKind::Texts | FieldKind::Evidence | FieldKind::Maps(_) => "list",
        FieldKind::Image => "image",
        FieldKind::Map(_) | FieldKind::MapsByLanguage(_) => "object",
        // Has no form, see `collection`.
        FieldKind::AnyMap => "hidden",
    }
}

/// The form field with what its control needs beside label and hint.
fn add_options(
    hub: &DescribedHub,
    head: Document,
    field: &'static Field,
    record_type: RecordType,
) -> Document {
    let entries = |entries: &'static [&'static Field]| -> Vec<Document> {
        entries.iter().map(|entry| form_field(hub, entry, record_type)).collect()
    };
    match field.kind {
        FieldKind::Text | FieldKind::Texts | FieldKind::Evidence | FieldKind::AnyMap => head,
        FieldKind::Keyword { .. } => head.with("options", options(hub.words(field))),
        FieldKind::Terms(list) => head.with("options", options(hub.terms(list))),
        FieldKind::Metric => head.with("options", options(hub.metrics())),
        FieldKind::Flag => {
            let option = |key: &str, value: bool| {
                let label = hub.language.text(key);
                Document::map([("label", label.into()), ("value", value.into())])
            };
            head.with("options", vec![option("write.yes", true), option("write.no", false)])
        }
        FieldKind::Date => head
            .with("type", "date")
            .with("format", "YYYY-MM-DD")
            .with("date_format", "YYYY-MM-DD")
            .with("time_format", false),
        FieldKind::Number(kind) => {
            let head = head.with("value_type", "float");
            match kind {
                NumberKind::Probability => head.with("min", 0).with("max", 1),
                _ => head,
            }
        }
        FieldKind::Count => head.with("value_type", "int").with("min", 0),
        FieldKind::Duration => {
            head.with("pattern", Document::list(["^([0-9]+[dwmy]?)?$", "180d, 26w, 6m, 1y"]))
        }
        FieldKind::Language => head.with(
            "pattern",
            Document::list(["^([A-Za-z]{2,3}(-[A-Za-z0-9]+)*)?$", "en, nl, pt-BR"]),
        ),
        FieldKind::WebAddress => head.with("type", "url"),
        FieldKind::CaseStudies | FieldKind::CaseStudy => relation(head, RecordType::CaseStudy),
        FieldKind::Idea => relation(head, RecordType::Idea),
        FieldKind::Image => head.with("choose_url", false),
        FieldKind::Map(fields) => head.with("collapsed", "auto").with("fields", entries(fields)),
        FieldKind::Maps(fields) => {
            let named = fields
                .iter()
                .find(|entry| matches!(entry.required, Requirement::InMap))
                .or(fields.first());
            head.with_some("summary", named.map(|entry| format!("{{{{fields.{}}}}}", entry.name)))
                .with("collapsed", "auto")
                .with("fields", entries(fields))
        }
        FieldKind::MapsByLanguage(fields) => {
            let by_language = hub.languages().into_iter().map(|tag| {
                Document::map([
                    ("name", tag.into()),
                    ("label", tag.into()),
                    ("widget", "object".into()),
                    ("required", false.into()),
                    ("collapsed", "auto".into()),
                    ("fields", entries(fields).into()),
                ])
            });
            head.with("collapsed", "auto").with("fields", Document::list(by_language))
        }
    }
}

/// What a select offers.
fn options(choices: Vec<Choice<'_>>) -> Vec<Document> {
    choices
        .into_iter()
        .map(|choice| Document::map([("label", choice.label.into()), ("value", choice.id.into())]))
        .collect()
}

/// The form field with records of a type to choose from, by title; a record is named by its id.
fn relation(head: Document, record_type: RecordType) -> Document {
    let folder = RECORD_FOLDERS
        .iter()
        .find(|(kind, _)| *kind == record_type)
        .map_or("", |(_, folder)| folder);
    head.with("collection", folder)
        .with("value_field", "{{slug}}")
        .with("display_fields", Document::list(["{{title}} ({{slug}})"]))
        .with("search_fields", Document::list([TITLE.name, "{{slug}}"]))
}
