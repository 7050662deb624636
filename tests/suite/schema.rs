//! What other editors get: JSON Schemas that accept what the reader accepts and refuse what it
//! refuses, settings of VS Code, and a configuration of Sveltia CMS that has every field.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use casebook::catalog::field::{FIELDS, fields_of};
use casebook::command::schema::described_hub::{DescribedHub, RECORD_FOLDERS};
use casebook::command::schema::json::{Draft, record_schema_name, schema_files};
use casebook::command::schema::lost_values::find_lost_values;
use casebook::command::schema::sveltia::{EditorBackend, sveltia_config};
use casebook::command::schema::vscode::vscode_files;
use casebook::record::front_matter::{SplitFile, split_file};
use casebook::record::parse::identify_record;
use casebook::source::SourceFile;
use jsonschema::Validator;
use serde_json::Value;

use crate::support::{HubFolder, TestHub, repository};

/// Mistakes that a schema sees, each with the file that has it.
const SEEN_MISTAKES: &[(&str, &str)] = &[
    ("duplicate-key", "content/case-studies/es/reward.md"),
    ("impossible-figure", "content/case-studies/es/reward.md"),
    ("invalid-date", "content/case-studies/es/around.md"),
    ("invalid-date", "content/case-studies/es/readings.md"),
    ("invalid-date", "content/case-studies/es/reward.md"),
    ("invalid-link", "content/case-studies/es/reward.md"),
    ("invalid-term-id", "content/vocabulary/channels.yaml"),
    ("invalid-vocabulary", "content/vocabulary/channels.yaml"),
    ("missing-field", "content/case-studies/es/reward.md"),
    ("missing-field", "content/ideas/reward.md"),
    ("missing-field", "content/playbooks/reward.md"),
    ("out-of-range", "content/ideas/reward.md"),
    ("unclear-gate", "content/ideas/hyphen.md"),
    ("unclear-gate", "content/ideas/other-tool.md"),
    ("unclear-gate", "content/ideas/time.md"),
    ("unknown-key", "content/case-studies/es/reward.md"),
    ("unknown-language", "content/case-studies/es/reward.md"),
    ("unknown-language", "content/case-studies/es/several.md"),
    ("unknown-language", "content/case-studies/es/spelling.md"),
    ("unknown-term", "content/case-studies/es/lookalike.md"),
    ("unknown-term", "content/case-studies/es/reward.md"),
    ("unknown-value", "content/case-studies/es/reward.md"),
    ("wrong-type", "content/case-studies/es/figures.md"),
    ("wrong-type", "content/case-studies/es/reward.md"),
];

/// A hub as editors see it.
fn described(hub: TestHub) -> DescribedHub {
    let checked = hub.with_drafts().read();
    let read = checked.read.expect("the settings are valid");
    let language = casebook::theme::load_language(&read.site, &checked.sources.theme).unwrap();
    DescribedHub {
        site: read.site,
        catalog: read.catalog,
        language,
        sources: checked.sources,
        problems: Vec::new(),
    }
}

/// The schemas of a hub by the name of their file, each compiled when it is first asked for.
struct Schemas(BTreeMap<String, (String, OnceCell<Validator>)>);

impl Schemas {
    fn of(hub: &DescribedHub, draft: Draft) -> Self {
        let files = schema_files(hub, draft).into_iter();
        Schemas(files.map(|file| (file.path, (file.text, OnceCell::new()))).collect())
    }

    fn get(&self, name: &str) -> Option<&Validator> {
        let (text, validator) = self.0.get(name)?;
        Some(validator.get_or_init(|| {
            let schema: Value = serde_json::from_str(text).unwrap();
            jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
        }))
    }
}

/// Parses YAML as editors read it, by version 1.2: `NO` is a text.
fn from_yaml(yaml: &str) -> Result<Value, serde_yaml::Error> {
    serde_yaml::from_str_with_options(yaml, serde_yaml::options! { strict_booleans: true })
}

/// The problems of a file under the schema of its type; none where it has none. Front matter that
/// is no YAML is a problem.
fn problems(schemas: &Schemas, file: &SourceFile) -> Option<Vec<String>> {
    let (schema, yaml) = match identify_record(&file.path) {
        Some((record_type, _)) => {
            let SplitFile::Parts { yaml, .. } = split_file(&file.text) else { return None };
            (record_schema_name(record_type).to_owned(), &file.text[yaml])
        }
        None => {
            let name = file.path.strip_prefix("content/vocabulary/")?.split('.').next()?;
            (format!("{name}.schema.json"), &*file.text)
        }
    };
    let value: Value = match from_yaml(yaml) {
        Ok(value) => value,
        Err(error) => return Some(vec![error.to_string()]),
    };
    let validator = schemas.get(&schema)?;
    Some(
        validator
            .iter_errors(&value)
            .map(|error| format!("{}: {}: {error}", file.path, error.instance_path()))
            .collect(),
    )
}

#[test]
fn every_file_of_the_sample_hub_fits_its_schema() {
    let hub = described(TestHub::sample());
    for draft in [Draft::Seven, Draft::Newest] {
        let schemas = Schemas::of(&hub, draft);
        let checked: Vec<Vec<String>> =
            hub.sources.files.iter().filter_map(|file| problems(&schemas, file)).collect();
        assert!(checked.len() > 90, "{} files", checked.len());
        assert_eq!(checked.concat(), Vec::<String>::new());
    }
}

#[test]
fn the_built_in_vocabularies_fit_their_schemas() {
    let schemas = Schemas::of(&described(TestHub::new()), Draft::Newest);
    for name in ["markets", "groups", "channels", "tactics", "metrics", "glossary"] {
        let path = repository().join(format!("src/vocabulary/default/{name}.yaml"));
        let text = fs::read_to_string(path).unwrap();
        let value = from_yaml(&text).unwrap();
        let validator = schemas.get(&format!("{name}.schema.json")).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).take(3).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn schemas_see_mistakes_and_accept_what_is_read() {
    let (mut seen, mut refused) = (Vec::new(), Vec::new());
    let mut folders: Vec<PathBuf> = fs::read_dir(repository().join("tests/mistakes"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("content").is_dir())
        .collect();
    folders.sort();
    for folder in folders {
        let code = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if code == "invalid-settings" || code == "missing-content" {
            continue;
        }
        let report = TestHub::in_folder(&folder).with_drafts().read();
        if report.read.is_none() {
            continue;
        }
        let has_errors = report.report().contains("error[");
        let hub = described(TestHub::in_folder(&folder));
        let schemas = Schemas::of(&hub, Draft::Newest);
        for file in &hub.sources.files {
            let Some(problems) = problems(&schemas, file) else { continue };
            if SEEN_MISTAKES.contains(&(code.as_str(), &*file.path)) {
                assert!(!problems.is_empty(), "{code}: {} fits its schema", file.path);
                seen.push((code.clone(), file.path.to_string()));
            } else if !has_errors {
                refused.extend(problems.into_iter().map(|problem| format!("{code}: {problem}")));
            }
        }
    }
    assert_eq!(refused, Vec::<String>::new());
    assert_eq!(seen.len(), SEEN_MISTAKES.len(), "{seen:?}");
}

#[test]
fn other_forms_that_are_read_fit() {
    let hub = TestHub::new()
        .case(
            "br/forms",
            "title: 2026\nstatus: Completed\nmarket: Brazil\nchannel: E-mail\n\
             tactic: referral-reward\ndraft: yes\nsample_size: 48_000\nmde: \"2.5\"\n\
             content_layer: help\nbudget: XL\nreview_every: 180\nvariants: [Box, Bag]\n\
             links: https://example.org/report\nnot_duplicate_of: br/other\n\
             results: {metric: our-own, local: true, lift: 3}\nowner:\nextra: {code: [1, {a: b}]}",
        )
        .case(
            "br/other",
            "status: planned\nmarkets: [NO, global]\nchannels: [email]\ntactics: [referral-reward]",
        );
    let hub = described(hub);
    let schemas = Schemas::of(&hub, Draft::Newest);
    let found: Vec<String> =
        hub.sources.files.iter().filter_map(|file| problems(&schemas, file)).flatten().collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_editor_says_what_it_would_lose() {
    let hub = TestHub::new().case(
        "br/forms",
        "title: Forms\nstatus: planned\nmarket: BR\nchannels: [email]\ntactics: [referral-reward]\n\
         budget: xl\nsample_size: 48_000\nvariants: [Box, {name: Bag}]\n\
         results: {metric: cvr, role: primary}",
    );
    let losses = find_lost_values(&described(hub));
    let path = "content/case-studies/br/forms.md";
    assert_eq!(
        losses,
        [
            format!("{path}:4:1: the editor does not show `market`: write `markets`"),
            format!("{path}:7:9: the editor would lose `xl` in `budget`: write `{{band: xl}}`"),
            format!("{path}:8:14: the editor would lose `48_000`: write `48000`"),
            format!(
                "{path}:9:12: the editor would lose `Box` in `variants`: write `{{name: Box}}`"
            ),
            format!(
                "{path}:10:10: the editor would lose `results`: write its map as an item of a list"
            ),
        ]
    );
    assert_eq!(find_lost_values(&described(TestHub::sample())), Vec::<String>::new());
}

/// The configuration as JSON, and its comment.
fn config_of(hub: &DescribedHub, backend: EditorBackend) -> (Value, String) {
    let text = sveltia_config(hub, backend).unwrap();
    let comment = text.lines().take_while(|line| line.starts_with('#')).collect::<String>();
    (from_yaml(&text).unwrap(), comment)
}

#[test]
fn the_editor_has_every_field_in_canonical_order() {
    let hub = described(TestHub::sample());
    let (config, comment) = config_of(&hub, EditorBackend::Trial);
    assert_eq!(config["backend"]["name"], "test-repo");
    for (at, (record_type, folder)) in RECORD_FOLDERS.iter().enumerate() {
        let collection = &config["collections"][at];
        assert_eq!(collection["folder"], format!("content/{folder}"));
        let shown: Vec<&str> = collection["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        let fields = fields_of(*record_type).filter(|field| {
            let is_shown = shown.contains(&field.name);
            assert!(is_shown || comment.contains(&format!("`{}`", field.name)), "{}", field.name);
            is_shown
        });
        let wanted: Vec<&str> = fields.map(|field| field.name).chain(["body"]).collect();
        assert_eq!(shown, wanted);
    }
    let text = config.to_string();
    for field in FIELDS.iter().flat_map(|field| field.entries()) {
        assert!(text.contains(&format!("\"name\":\"{}\"", field.name)), "{}", field.name);
    }
    let field = |name: &str| {
        let fields = config["collections"][0]["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap().clone()
    };
    assert_eq!(field("adapted_from")["value_field"], "{{slug}}");
    assert_eq!(field("adapted_from")["multiple"], true);
    assert_eq!(field("start")["format"], "YYYY-MM-DD");
    assert_eq!(field("markets")["required"], true);
    assert!(
        field("markets")["options"]
            .as_array()
            .unwrap()
            .iter()
            .any(|option| { option["value"] == "NO" && option["label"] == "Norway" })
    );
    assert_eq!(config["collections"][0]["nested"]["subfolders"], false);
    assert_eq!(config["output"]["omit_empty_optional_fields"], true);
}

#[test]
fn the_editor_saves_to_the_repository_of_the_hub() {
    let backend = |kind: &str, url: &str| {
        let settings =
            format!("[repository]\nkind = \"{kind}\"\nurl = \"{url}\"\nfolder = \"hub\"");
        let hub = described(TestHub::new().site(&settings));
        sveltia_config(&hub, EditorBackend::Repository).map(|text| from_yaml(&text).unwrap())
    };
    let github = backend("github", "https://github.com/example/hub.git").unwrap();
    assert_eq!(github["backend"]["repo"], "example/hub");
    assert_eq!(github["backend"]["open_authoring"], true);
    assert_eq!(github["backend"]["api_root"], Value::Null);
    assert_eq!(github["publish_mode"], "editorial_workflow");
    assert_eq!(github["collections"][1]["folder"], "hub/content/ideas");
    let gitlab = backend("gitlab", "https://git.example.org/a/b/hub/").unwrap();
    assert_eq!(gitlab["backend"]["repo"], "a/b/hub");
    assert_eq!(gitlab["backend"]["api_root"], "https://git.example.org/api/v4");
    let gitea = backend("gitea", "https://code.example.org:3000/team/hub").unwrap();
    assert_eq!(gitea["backend"]["api_root"], "https://code.example.org:3000/api/v1");
    assert_eq!(gitea["publish_mode"], Value::Null);
    for (kind, url, part) in [
        ("bitbucket", "https://bitbucket.org/team/hub", "Bitbucket"),
        ("github", "", "names no repository"),
        ("github", "https://github.com/example", "cannot save to"),
        ("github", "git@github.com:example/hub", "cannot save to"),
    ] {
        let error = backend(kind, url).unwrap_err();
        assert!(error.to_string().contains(part) && error.hint().is_some(), "{url}: {error}");
    }
}

#[test]
fn the_settings_of_vs_code_name_schemas_that_are_there() {
    let files = vscode_files(&described(TestHub::sample()));
    let settings: Value = serde_json::from_str(&files[0].text).unwrap();
    let schemas = settings["yaml.schemas"].as_object().unwrap();
    assert_eq!(schemas.len(), 7);
    for (schema, paths) in schemas {
        let path = schema.trim_start_matches("./");
        let file = files.iter().find(|file| file.path == path).expect("the schema is written");
        let schema: Value = serde_json::from_str(&file.text).unwrap();
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        assert!(!file.text.contains("$defs"));
        assert!(paths[0].as_str().unwrap().starts_with("content/vocabulary/"));
    }
    assert_eq!(settings["glspc.server.commandArguments"][0], "lsp");
}

fn casebook(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .arg("schema")
        .args(arguments)
        .args(["--today", "2026-11-22", "--root"])
        .arg(root)
        .output()
        .unwrap()
}

#[test]
fn files_that_differ_are_not_replaced_unasked() {
    let hub = HubFolder::new(&[("site.toml", "title = \"Hub\"\n")]);
    assert!(casebook(hub.path(), &["--for", "vscode"]).status.success());
    assert!(casebook(hub.path(), &["--for", "vscode"]).status.success(), "the same again");
    hub.write(".vscode/settings.json", "{\"own\": true}\n");
    fs::remove_file(hub.path().join(".vscode/extensions.json")).unwrap();
    let refused = casebook(hub.path(), &["--for", "vscode"]);
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2));
    assert!(message.contains("settings.json") && message.contains("--force"), "{message}");
    let settings = || fs::read_to_string(hub.path().join(".vscode/settings.json")).unwrap();
    assert_eq!(settings(), "{\"own\": true}\n");
    assert!(!hub.path().join(".vscode/extensions.json").exists(), "all or none");
    assert!(casebook(hub.path(), &["--for", "vscode", "--force"]).status.success());
    assert!(settings().contains("yaml.schemas"));
    let printed = casebook(hub.path(), &["--for", "sveltia"]);
    assert_eq!(printed.status.code(), Some(2), "no repository is named");
    let trial = casebook(hub.path(), &["--for", "sveltia", "--trial"]);
    assert!(String::from_utf8_lossy(&trial.stdout).contains("name: test-repo"));
}

#[test]
fn a_large_hub_lists_no_ids() {
    let mut hub = TestHub::new();
    let fields = "status: planned\nmarkets: [BR]\nchannels: [email]\ntactics: [referral-reward]";
    for number in 0..1_001 {
        hub = hub.case(&format!("br/study-{number}"), fields);
    }
    let files = schema_files(&described(hub), Draft::Newest);
    assert!(!files[0].text.contains("br/study-7"));
    assert!(files[0].text.contains("Id of a case study"));
}
