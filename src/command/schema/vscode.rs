//! Settings of VS Code for a hub: schemas for its vocabulary files, and `casebook lsp` for records.
//!
//! The extension that helps with YAML does not look into the front matter of Markdown files, so that
//! records get their help from the language server, through an extension that starts any such server.

use crate::command::schema::described_hub::DescribedHub;
use crate::command::schema::document::Document;
use crate::command::schema::editor_file::EditorFile;
use crate::command::schema::json::{Draft, vocabulary_schema_name, vocabulary_schemas};
use crate::vocabulary::entry_field::VOCABULARY_NAMES;

/// The folder of the schemas below that of the hub.
const SCHEMA_FOLDER: &str = ".vscode/casebook";

/// Help for YAML: schemas of whole files.
const YAML_EXTENSION: &str = "redhat.vscode-yaml";

/// Starts any language server, here `casebook lsp` for Markdown.
const SERVER_EXTENSION: &str = "zsol.vscode-glspc";

/// The files for VS Code, by path below the hub's folder: settings, recommended extensions, and the
/// schemas of vocabulary files, of the version that its help for YAML is made for.
pub fn vscode_files(hub: &DescribedHub) -> Vec<EditorFile> {
    let schemas = VOCABULARY_NAMES.iter().map(|name| {
        let file = format!("./{SCHEMA_FOLDER}/{}", vocabulary_schema_name(name));
        let endings = ["yaml", "yml"].map(|ending| format!("content/vocabulary/{name}.{ending}"));
        (file, Document::list(endings))
    });
    let suggestions = Document::map([
        ("other", true.into()),
        ("comments", false.into()),
        ("strings", true.into()),
    ]);
    let settings = Document::map([
        ("yaml.schemas", Document::Map(schemas.collect())),
        ("glspc.server.command", "casebook".into()),
        ("glspc.server.commandArguments", Document::list(["lsp"])),
        ("glspc.server.languageId", Document::list(["markdown"])),
        // VS Code offers nothing in Markdown while one types, unless it is told to.
        ("[markdown]", Document::map([("editor.quickSuggestions", suggestions)])),
    ]);
    let extensions =
        Document::map([("recommendations", Document::list([YAML_EXTENSION, SERVER_EXTENSION]))]);
    let schemas = vocabulary_schemas(hub, Draft::Seven)
        .into_iter()
        .map(|file| EditorFile { path: format!("{SCHEMA_FOLDER}/{}", file.path), text: file.text });
    let own = [
        EditorFile { path: ".vscode/settings.json".to_owned(), text: settings.to_json() },
        EditorFile { path: ".vscode/extensions.json".to_owned(), text: extensions.to_json() },
    ];
    own.into_iter().chain(schemas).collect()
}
