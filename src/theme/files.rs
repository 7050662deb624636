//! The theme's files: those in the binary, replaced one by one by those of the hub.

use std::collections::BTreeMap;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use tera::{Context, Tera};

use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::page::Language;
use crate::theme::constants;

static BUILT_IN: [(&str, Dir); 6] = [
    ("templates", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/templates")),
    ("styles", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/styles")),
    ("scripts", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/scripts")),
    ("languages", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/languages")),
    ("icons", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/icons")),
    ("fonts", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/fonts")),
];

/// Every file of the theme by its path below the theme's folder.
pub struct Files(BTreeMap<String, Arc<[u8]>>);

impl Files {
    /// The built-in files with the hub's own over them.
    pub fn new(overlay: &BTreeMap<String, Arc<[u8]>>) -> Self {
        let mut files = BTreeMap::new();
        for (folder, dir) in &BUILT_IN {
            collect(folder, dir, &mut files);
        }
        files.extend(overlay.iter().map(|(path, bytes)| (path.clone(), Arc::clone(bytes))));
        Files(files)
    }

    /// The files of a folder, by their path below it, in order.
    pub fn folder<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.0.iter().filter_map(move |(path, bytes)| Some((path.strip_prefix(folder)?.strip_prefix('/')?, &**bytes)))
    }

    /// The text files of a folder; a file that is not UTF-8 is left out.
    pub fn texts<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.folder(folder).filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?)))
    }

    /// The interface in a language (or its base language), over English.
    ///
    /// # Errors
    /// No such language, or a file that cannot be read.
    pub fn language(&self, id: &str) -> Result<Language> {
        let of = |id: &str| self.texts("languages").find(|(path, _)| path.strip_suffix(".toml") == Some(id)).map(|(_, text)| text);
        let base = id.split('-').next().unwrap_or(id);
        let known: Vec<&str> = self.texts("languages").filter_map(|(path, _)| path.strip_suffix(".toml")).collect();
        let own = of(id)
            .or_else(|| of(base))
            .ok_or_else(|| Error::new(format!("the theme has no language `{id}`")).hint(nearest::hint(id, known.iter().copied())))?;
        let complete = of("en").unwrap_or(own);
        Language::parse(own, complete).map_err(|problem| Error::new(format!("the language file `languages/{id}.toml` cannot be read: {problem}")))
    }

    /// The compiled templates, knowing the globals.
    ///
    /// # Errors
    /// A template that is not well formed, with its place.
    pub fn templates(&self, globals: Context) -> Result<Tera> {
        let mut tera = Tera::default();
        let templates = self.texts("templates").map(|(path, text)| (path, constants::written_in(path, text, &globals)));
        tera.add_raw_templates(templates).map_err(|error| Error::new(format!("a template of the theme cannot be read: {error}")))?;
        *tera.global_context() = globals;
        Ok(tera)
    }
}

fn collect(folder: &str, dir: &Dir<'static>, files: &mut BTreeMap<String, Arc<[u8]>>) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.insert(format!("{folder}/{path}"), Arc::from(file.contents()));
    }
    for inner in dir.dirs() {
        collect(folder, inner, files);
    }
}
