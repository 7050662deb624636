//! The theme's files: those built into the binary, each of which a hub may override.

use std::collections::BTreeMap;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use tera::{Context, Kwargs, State, Tera};

use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::page::Language;
use crate::page::text::display;
use crate::theme::card::fonts::CardFonts;

/// The files of the built-in theme by folder, which are part of the binary.
static BUILT_IN: [(&str, Dir); 6] = [
    ("templates", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/templates")),
    ("styles", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/styles")),
    ("scripts", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/scripts")),
    ("languages", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/languages")),
    ("icons", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/icons")),
    ("fonts", include_dir!("$CARGO_MANIFEST_DIR/themes/atlas/fonts")),
];

/// The prefix by which templates of a hub name the built-in ones that they extend:
/// `{% extends "built-in/case-study.html" %}`.
pub const BUILT_IN_PREFIX: &str = "built-in/";

/// The bytes of every file of the theme, by path below the theme's folder: `styles/10-tokens.css`.
pub struct ThemeFiles(BTreeMap<String, Arc<[u8]>>);

impl ThemeFiles {
    /// The built-in files with those of the hub's own theme folder, `overlay`, in place of files
    /// with the same path and besides the others.
    pub fn new(overlay: &BTreeMap<String, Arc<[u8]>>) -> Self {
        let mut files = BTreeMap::new();
        for (folder, dir) in &BUILT_IN {
            add_built_in(folder, dir, &mut files);
        }
        files.extend(overlay.iter().map(|(path, bytes)| (path.clone(), Arc::clone(bytes))));
        ThemeFiles(files)
    }

    /// Every file by path, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.0.iter().map(|(path, bytes)| (path.as_str(), bytes))
    }

    /// The bytes of a file by its path below the theme's folder; none where the theme has no such
    /// file.
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.0.get(path)
    }

    /// The files in a folder as path below it and bytes, in the order of their paths.
    pub fn files_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.0.iter().filter_map(move |(path, bytes)| {
            Some((path.strip_prefix(folder)?.strip_prefix('/')?, &**bytes))
        })
    }

    /// The text of a file in a folder; none where there is no such file or it is not UTF-8.
    fn text(&self, folder: &str, path: &str) -> Option<&str> {
        std::str::from_utf8(self.get(&format!("{folder}/{path}"))?).ok()
    }

    /// The UTF-8 files in a folder as path below it and text, in the order of their paths; other
    /// files are skipped.
    pub fn texts_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files_in(folder)
            .filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?)))
    }

    /// The interface texts in a language, else in its base language (`nl` for `nl-BE`); missing
    /// texts are taken from English.
    ///
    /// # Errors
    /// The theme has neither language, or the language file is invalid.
    pub fn load_language(&self, id: &str) -> Result<Language> {
        let known: Vec<&str> =
            self.texts_in("languages").filter_map(|(path, _)| path.strip_suffix(".toml")).collect();
        let (_, text) = self.language_file(id).ok_or_else(|| {
            let hint = nearest::hint(id, known.iter().copied());
            Error::UnknownLanguage { id: id.to_owned(), hint }
        })?;
        let fallback = self.language_file("en").map_or(text, |(_, english)| english);
        Language::parse(text, fallback)
            .map_err(|problem| Error::InvalidLanguage { id: id.to_owned(), problem })
    }

    /// Name below `languages/` and text of the file of a language, else of its base language (`nl`
    /// for `nl-BE`); none where the theme has neither.
    pub fn language_file(&self, id: &str) -> Option<(&str, &str)> {
        let find = |id: &str| {
            self.texts_in("languages").find(|(path, _)| path.strip_suffix(".toml") == Some(id))
        };
        find(id).or_else(|| find(id.split('-').next().unwrap_or(id)))
    }

    /// The text of the template and the fonts that pictures of shared links are drawn with.
    ///
    /// # Errors
    /// A file that should be a font is none.
    pub fn load_card_parts(&self) -> Result<(String, CardFonts)> {
        let is_font = |path: &str| path.starts_with("fonts/card-") && path.ends_with(".ttf");
        let fonts = CardFonts::load(self.iter().filter(|(path, _)| is_font(path)))
            .map_err(|path| Error::new(format!("`{path}` of the theme is not a TrueType font")))?;
        Ok((self.text("templates", "card.svg").unwrap_or_default().to_owned(), fonts))
    }

    /// Compiles the templates, with `globals` available to all of them.
    ///
    /// # Errors
    /// A template has a syntax error; the message has its file, line and column.
    pub fn compile_templates(&self, globals: Context) -> Result<Tera> {
        let mut tera = Tera::default();
        tera.autoescape_on([".html", ".xml", ".svg"]);
        // `{{ study.language | writing_direction }}`: `ltr` or `rtl`.
        tera.register_filter("writing_direction", |tag: &str, _: Kwargs, _: &State| {
            display::writing_direction(tag)
        });
        let built_in = ThemeFiles::new(&BTreeMap::new());
        let own: Vec<(&str, &str)> = self
            .texts_in("templates")
            .filter(|(path, text)| built_in.text("templates", path) != Some(*text))
            .collect();
        // Where a hub has templates of its own, the built-in ones stand behind a prefix, so that
        // its templates can extend those that they override.
        let prefix = if own.is_empty() { "" } else { BUILT_IN_PREFIX };
        let to_error = |error: tera::Error| {
            Error::new(format!("a template of the theme cannot be read: {error}"))
        };
        if !own.is_empty() {
            tera.set_fallback_prefixes([BUILT_IN_PREFIX]).map_err(to_error)?;
        }
        let templates = built_in
            .texts_in("templates")
            .map(|(path, text)| (format!("{prefix}{path}"), text))
            .chain(own.into_iter().map(|(path, text)| (path.to_owned(), text)));
        tera.add_raw_templates(templates).map_err(to_error)?;
        *tera.global_context() = globals;
        Ok(tera)
    }
}

/// Adds the files of a folder of the built-in theme and of its subfolders to `files`, by path below
/// the theme's folder.
fn add_built_in(folder: &str, dir: &Dir<'static>, files: &mut BTreeMap<String, Arc<[u8]>>) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.insert(format!("{folder}/{path}"), Arc::from(file.contents()));
    }
    for subfolder in dir.dirs() {
        add_built_in(folder, subfolder, files);
    }
}
