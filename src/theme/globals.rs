//! The values that every template can use besides its view: texts, icons, asset paths, the site.

use serde::Serialize;
use tera::value::Key;
use tera::{Context, Map, Value};

use crate::page::Language;
use crate::site::Site;
use crate::theme::assets::AssetPaths;
use crate::theme::files::ThemeFiles;

/// The site as templates see it (`site.title`).
#[derive(Serialize)]
struct SiteGlobals<'a> {
    title: &'a str,
    description: &'a str,
    language: &'a str,
    direction: &'a str,
    /// What stands between the items of a list, with its space.
    list_separator: &'a str,
}

/// The values that all templates share: `t`, `icon`, `asset` and `site`.
pub fn template_globals(
    site: &Site,
    language: &Language,
    files: &ThemeFiles,
    asset_paths: &AssetPaths,
) -> Context {
    let mut globals = Context::new();
    globals.insert_value("t", text_values(language));
    globals.insert_value("icon", icon_values(files));
    globals.insert("asset", asset_paths);
    let format = &language.format;
    globals.insert(
        "site",
        &SiteGlobals {
            title: &site.title,
            description: &site.description,
            language: &format.id,
            direction: &format.direction,
            list_separator: &format.list,
        },
    );
    globals
}

/// Interface texts without plural forms by section and name, so that templates write
/// `t.case.results`.
fn text_values(language: &Language) -> Value {
    let mut sections: std::collections::BTreeMap<&str, Map> = std::collections::BTreeMap::new();
    for (key, text) in language.texts() {
        if let Some((section, name)) = key.split_once('.') {
            sections
                .entry(section)
                .or_default()
                .insert(Key::from(name.to_owned()), Value::normal_string(text));
        }
    }
    Value::from(
        sections
            .into_iter()
            .map(|(section, texts)| (Key::from(section.to_owned()), Value::from(texts)))
            .collect::<Map>(),
    )
}

/// Icons as inline SVG by file name without extension; templates do not escape them.
fn icon_values(files: &ThemeFiles) -> Value {
    let icons = files
        .texts_in("icons")
        .filter_map(|(path, text)| Some((path.strip_suffix(".svg")?, text.trim())));
    Value::from(
        icons
            .map(|(name, svg)| (Key::from(name.to_owned()), Value::safe_string(svg)))
            .collect::<Map>(),
    )
}
