//! What every template may name besides its view: texts, icons, asset names, the site.

use serde::Serialize;
use tera::value::Key;
use tera::{Context, Map, Value};

use crate::page::Language;
use crate::site::Site;
use crate::theme::assets::Names;
use crate::theme::files::Files;

/// What templates know of the site.
#[derive(Serialize)]
struct Shown<'a> {
    title: &'a str,
    description: &'a str,
    language: &'a str,
    direction: &'a str,
}

/// The values that all templates share: `t`, `icon`, `asset` and `site`.
pub fn of(site: &Site, language: &Language, files: &Files, names: &Names) -> Context {
    let mut globals = Context::new();
    globals.insert_value("t", texts(language));
    globals.insert_value("icon", icons(files));
    globals.insert("asset", names);
    let format = &language.format;
    globals.insert("site", &Shown { title: &site.title, description: &site.description, language: &format.id, direction: &format.direction });
    globals
}

/// Texts by section and name: `t.case.results`.
fn texts(language: &Language) -> Value {
    let mut sections: std::collections::BTreeMap<&str, Map> = std::collections::BTreeMap::new();
    for (key, text) in language.texts() {
        if let Some((section, name)) = key.split_once('.') {
            sections.entry(section).or_default().insert(Key::from(name.to_owned()), Value::normal_string(text));
        }
    }
    Value::from(sections.into_iter().map(|(section, texts)| (Key::from(section.to_owned()), Value::from(texts))).collect::<Map>())
}

/// Icons as inline SVG, by name.
fn icons(files: &Files) -> Value {
    let icons = files.texts("icons").filter_map(|(path, text)| Some((path.strip_suffix(".svg")?, text.trim())));
    Value::from(icons.map(|(name, svg)| (Key::from(name.to_owned()), Value::safe_string(svg))).collect::<Map>())
}
