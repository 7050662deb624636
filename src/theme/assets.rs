//! Bundles styles, scripts, fonts and icons under names that contain a hash of the content, so that
//! browsers may cache them without expiry.

use std::collections::BTreeMap;

use crate::page::Language;
use crate::source::ContentHash;
use crate::theme::files::ThemeFiles;

/// Site paths of the bundled files, as templates read them (`asset.style`).
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct AssetPaths {
    /// All styles as one file.
    pub style: String,
    /// The folder of the scripts, without a slash at the end.
    pub scripts: String,
    /// The script that runs before the first paint.
    pub first: String,
    /// The font that every page preloads.
    pub font: String,
    /// The icon of the browser tab.
    pub favicon: String,
    /// The icon on the home screen of a phone, a PNG of 180 by 180 pixels.
    pub touch_icon: String,
}

/// File name of the service worker, both in the theme's folder of scripts and at the root of the
/// site.
pub const SERVICE_WORKER: &str = "service-worker.js";

/// Bundles the theme's files: their bytes by site path, and the paths that templates refer to.
pub fn bundle_assets(
    files: &ThemeFiles,
    language: &Language,
) -> (BTreeMap<String, Vec<u8>>, AssetPaths) {
    let mut assets = BTreeMap::new();
    let mut paths = AssetPaths::default();
    let fonts = add_fonts(files, &mut assets);
    paths.font = fonts.get("figtree-latin.woff2").cloned().unwrap_or_default();
    let style = join_styles(files, &fonts);
    paths.style = hashed_path("style.css", style.as_bytes());
    assets.insert(paths.style.clone(), style.into_bytes());
    paths.favicon = add_icon(files, "favicon.svg", &mut assets);
    paths.touch_icon = add_icon(files, "touch-icon.png", &mut assets);
    paths.scripts = add_scripts(files, language, &mut assets);
    paths.first = format!("{}/first.js", paths.scripts);
    if let Some((_, script)) = files.files_in("scripts").find(|(path, _)| *path == SERVICE_WORKER) {
        let worker = build_service_worker(script, assets.keys());
        assets.insert(SERVICE_WORKER.into(), worker);
    }
    (assets, paths)
}

/// Prepends the paths of all assets to the service worker, so that its bytes change with the theme
/// and browsers install it anew. It is published at the root without a hash in its name, because a
/// service worker controls only its own folder.
fn build_service_worker<'a>(script: &[u8], assets: impl Iterator<Item = &'a String>) -> Vec<u8> {
    let assets: Vec<&String> = assets.collect();
    let mut worker =
        format!("const ASSETS = {};\n", serde_json::to_string(&assets).expect("names become JSON"))
            .into_bytes();
    worker.extend_from_slice(script);
    worker
}

/// Adds an icon that browsers show beside the page to the assets and returns its hashed path.
fn add_icon(files: &ThemeFiles, name: &str, assets: &mut BTreeMap<String, Vec<u8>>) -> String {
    let bytes = files.get(&format!("icons/{name}")).map(|icon| icon.to_vec()).unwrap_or_default();
    let path = hashed_path(name, &bytes);
    assets.insert(path.clone(), bytes);
    path
}

/// Adds the fonts to the assets under hashed paths and returns these by file name.
fn add_fonts(
    files: &ThemeFiles,
    assets: &mut BTreeMap<String, Vec<u8>>,
) -> BTreeMap<String, String> {
    let mut paths = BTreeMap::new();
    for (path, bytes) in files.files_in("fonts").filter(|(path, _)| path.ends_with(".woff2")) {
        let name = hashed_path(path, bytes);
        paths.insert(path.to_owned(), name.clone());
        assets.insert(name, bytes.to_vec());
    }
    paths
}

/// Joins all style sheets in the order of their file names, and replaces the names of fonts with
/// their hashed paths.
fn join_styles(files: &ThemeFiles, fonts: &BTreeMap<String, String>) -> String {
    let mut style = String::new();
    for (_, text) in files.texts_in("styles") {
        style.push_str(text);
        style.push('\n');
    }
    for (plain, name) in fonts {
        style = style.replace(
            &format!("url(\"{plain}\")"),
            &format!("url(\"{}\")", name.trim_start_matches("assets/")),
        );
    }
    style
}

/// Adds the scripts to the assets and returns their folder. Scripts import one another by plain
/// names, so the folder's name carries one hash of all of them.
fn add_scripts(
    files: &ThemeFiles,
    language: &Language,
    assets: &mut BTreeMap<String, Vec<u8>>,
) -> String {
    let bundled = files.files_in("scripts").filter(|(path, _)| *path != SERVICE_WORKER);
    let mut scripts: BTreeMap<String, Vec<u8>> =
        bundled.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    // Figures that scripts write look like those of the pages, whatever the browser knows of the
    // language.
    let format = serde_json::to_string(&language.format).expect("formats become JSON");
    let mut texts = to_module(&language.script_texts());
    texts.extend_from_slice(format!("export const format = {format};\n").as_bytes());
    scripts.insert("texts.js".into(), texts);
    scripts.insert("icons.js".into(), to_module(&icon_documents(files)));
    let mut all = Vec::new();
    for (path, bytes) in &scripts {
        all.extend_from_slice(path.as_bytes());
        all.extend_from_slice(bytes);
    }
    let folder = format!("assets/scripts.{}", ContentHash::of(&all).short_hex());
    assets.extend(scripts.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)));
    folder
}

/// A JavaScript module whose default export is the value, for scripts to import.
fn to_module(value: &impl serde::Serialize) -> Vec<u8> {
    format!("export default {};\n", serde_json::to_string(value).expect("texts become JSON"))
        .into_bytes()
}

/// Icons by name as complete SVG documents, with the namespace that `DOMParser` needs, for scripts
/// to insert.
fn icon_documents(files: &ThemeFiles) -> BTreeMap<&str, String> {
    let icons = files
        .texts_in("icons")
        .filter_map(|(path, text)| Some((path.strip_suffix(".svg")?, text.trim())));
    icons
        .map(|(name, svg)| {
            (
                name,
                svg.replacen(
                    "<svg ",
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" ",
                    usize::from(!svg.contains("xmlns")),
                ),
            )
        })
        .collect()
}

/// The site path of an asset with a hash of its content before the extension:
/// `assets/style.0123abcd.css`.
fn hashed_path(name: &str, bytes: &[u8]) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("assets/{stem}.{}.{extension}", ContentHash::of(bytes).short_hex())
}
