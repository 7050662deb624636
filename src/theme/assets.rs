//! Styles, scripts, fonts and icons under names that hold their content's hash, so that they can be cached for good.

use std::collections::BTreeMap;

use crate::page::Language;
use crate::source::ContentHash;
use crate::theme::files::Files;

/// Site paths of the bundled files.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Names {
    /// All styles as one file.
    pub style: String,
    /// The folder of the scripts.
    pub scripts: String,
    /// The script that runs before the page is drawn.
    pub first: String,
    /// The font that every page needs.
    pub font: String,
    /// The icon of the browser tab.
    pub favicon: String,
}

/// The script in the folder of scripts that becomes the service worker.
pub const SERVICE_WORKER: &str = "service-worker.js";

/// Bundles the theme's files; the result holds them by site path.
pub fn bundle(files: &Files, language: &Language) -> (BTreeMap<String, Vec<u8>>, Names) {
    let mut assets = BTreeMap::new();
    let mut names = Names::default();
    let fonts = fonts(files, &mut assets);
    names.font = fonts.get("figtree-latin.woff2").cloned().unwrap_or_default();
    let style = style(files, &fonts);
    names.style = hashed("style.css", style.as_bytes());
    assets.insert(names.style.clone(), style.into_bytes());
    let favicon = files.folder("icons").find(|(path, _)| *path == "favicon.svg").map(|(_, bytes)| bytes.to_vec()).unwrap_or_default();
    names.favicon = hashed("favicon.svg", &favicon);
    assets.insert(names.favicon.clone(), favicon);
    names.scripts = scripts(files, language, &mut assets);
    names.first = format!("{}/first.js", names.scripts);
    if let Some((_, script)) = files.folder("scripts").find(|(path, _)| *path == SERVICE_WORKER) {
        let worker = service_worker(script, assets.keys());
        assets.insert(SERVICE_WORKER.into(), worker);
    }
    (assets, names)
}

/// The service worker with the names of all assets in front: a changed theme makes another worker, which is how browsers
/// notice. Its name has no hash and it lies at the root, because its folder is what it may answer for.
fn service_worker<'a>(script: &[u8], assets: impl Iterator<Item = &'a String>) -> Vec<u8> {
    let assets: Vec<&String> = assets.collect();
    let mut worker = format!("const ASSETS = {};\n", serde_json::to_string(&assets).expect("names become JSON")).into_bytes();
    worker.extend_from_slice(script);
    worker
}

fn fonts(files: &Files, assets: &mut BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (path, bytes) in files.folder("fonts").filter(|(path, _)| path.ends_with(".woff2")) {
        let name = hashed(path, bytes);
        names.insert(path.to_owned(), name.clone());
        assets.insert(name, bytes.to_vec());
    }
    names
}

/// Every style in the order of the file names, with the names of the fonts put in.
fn style(files: &Files, fonts: &BTreeMap<String, String>) -> String {
    let mut style = String::new();
    for (_, text) in files.texts("styles") {
        style.push_str(text);
        style.push('\n');
    }
    for (plain, name) in fonts {
        style = style.replace(&format!("url(\"{plain}\")"), &format!("url(\"{}\")", name.trim_start_matches("assets/")));
    }
    style
}

/// Scripts import one another by their own names, so their folder carries one hash for all of them.
fn scripts(files: &Files, language: &Language, assets: &mut BTreeMap<String, Vec<u8>>) -> String {
    let bundled = files.folder("scripts").filter(|(path, _)| *path != SERVICE_WORKER);
    let mut scripts: BTreeMap<String, Vec<u8>> = bundled.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    scripts.insert("texts.js".into(), module(&language.script_texts()));
    scripts.insert("icons.js".into(), module(&icons(files)));
    let mut all = Vec::new();
    for (path, bytes) in &scripts {
        all.extend_from_slice(path.as_bytes());
        all.extend_from_slice(bytes);
    }
    let folder = format!("assets/scripts.{}", ContentHash::of(&all).short());
    assets.extend(scripts.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)));
    folder
}

/// A value as a module that scripts import.
fn module(value: &impl serde::Serialize) -> Vec<u8> {
    format!("export default {};\n", serde_json::to_string(value).expect("texts become JSON")).into_bytes()
}

/// Icons by name, whole SVG documents, because scripts parse them.
fn icons(files: &Files) -> BTreeMap<&str, String> {
    let icons = files.texts("icons").filter_map(|(path, text)| Some((path.strip_suffix(".svg")?, text.trim())));
    icons
        .map(|(name, svg)| (name, svg.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", usize::from(!svg.contains("xmlns")))))
        .collect()
}

fn hashed(name: &str, bytes: &[u8]) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("assets/{stem}.{}.{extension}", ContentHash::of(bytes).short())
}
