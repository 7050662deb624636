//! Which attachments are published: not those that only withheld records name, and not those that lie in a folder of withheld records.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashSet;

use crate::catalog::links::paths_beside;
use crate::record::Manuscript;
use crate::record::node::{Node, Value};
use crate::record::outline::RawHtml;
use crate::site::address::encode_path;
use crate::source::file_type::without_extension;
use crate::source::{Asset, composed};

/// The attachments that may be published. A slip withholds: what a withheld record mentions by its plain name counts as named.
pub fn published(assets: &[Asset], manuscripts: &[Arc<Manuscript>], shown: &[bool]) -> Vec<Asset> {
    if shown.iter().all(|shown| *shown) || assets.is_empty() {
        return assets.to_vec();
    }
    let records = Records::of(manuscripts, shown);
    let mentioned = mentioned(assets, &records.withheld);
    let is_open = |asset: &&Asset| records.publish(&asset.path, mentioned.contains(&*asset.path));
    // A file that a symbolic link leads to is withheld under every name, where it is under one.
    let withheld: FxHashSet<&Path> = assets.iter().filter(|asset| !is_open(asset)).map(|asset| &*asset.disk).collect();
    assets.iter().filter(|asset| !withheld.contains(&*asset.disk)).cloned().collect()
}

/// Paths of the attachments that are not published.
pub fn without<'a>(assets: &'a [Asset], published: &[Asset]) -> impl Iterator<Item = Arc<str>> + use<'a> {
    let published: FxHashSet<Arc<str>> = published.iter().map(|asset| Arc::clone(&asset.path)).collect();
    assets.iter().map(|asset| &asset.path).filter(move |path| !published.contains(*path)).cloned()
}

/// What shown and withheld records say of files.
struct Records<'a> {
    named_by_shown: FxHashSet<String>,
    named_by_withheld: FxHashSet<String>,
    withheld: Vec<&'a Manuscript>,
    /// How many records each folder holds that are shown, and how many that are withheld.
    folders: BTreeMap<&'a str, [usize; 2]>,
    /// Paths of withheld records without the end of their names: a folder of that name belongs to the record.
    own_folders: FxHashSet<&'a str>,
}

impl<'a> Records<'a> {
    fn of(manuscripts: &'a [Arc<Manuscript>], shown: &[bool]) -> Records<'a> {
        let mut records = Records {
            named_by_shown: FxHashSet::default(),
            named_by_withheld: FxHashSet::default(),
            withheld: Vec::new(),
            folders: BTreeMap::new(),
            own_folders: FxHashSet::default(),
        };
        for (manuscript, shown) in manuscripts.iter().zip(shown) {
            let manuscript: &'a Manuscript = manuscript;
            records.folders.entry(folder(&manuscript.path)).or_default()[usize::from(!shown)] += 1;
            let named = named(manuscript);
            if *shown {
                records.named_by_shown.extend(named);
            } else {
                records.named_by_withheld.extend(named);
                records.withheld.push(manuscript);
                records.own_folders.extend(without_extension(&manuscript.path));
            }
        }
        records
    }

    fn publish(&self, path: &str, is_mentioned: bool) -> bool {
        if self.named_by_shown.contains(path) {
            return true;
        }
        !self.named_by_withheld.contains(path) && !is_mentioned && !self.is_in_withheld_folder(path)
    }

    /// Whether the nearest folder above a file that holds records holds withheld ones only, or belongs to one.
    fn is_in_withheld_folder(&self, path: &str) -> bool {
        let mut above = folder(path);
        while !above.is_empty() {
            if self.own_folders.contains(above) {
                return true;
            }
            if let Some([shown, withheld]) = self.folders.get(above) {
                return *shown == 0 && *withheld > 0;
            }
            above = folder(above);
        }
        false
    }
}

/// How far back the folders of a name are looked for.
const LONGEST_PATH: usize = 300;

/// Files whose plain name stands anywhere in withheld records, each text read once: the file of that path or of the record's own folder,
/// else every file of the name.
fn mentioned<'a>(assets: &'a [Asset], withheld: &[&Manuscript]) -> BTreeSet<&'a str> {
    let paths: BTreeSet<&str> = assets.iter().map(|asset| &*asset.path).collect();
    let mut by_name: BTreeMap<String, Vec<&'a str>> = BTreeMap::new();
    for asset in assets {
        let name = composed(name(&asset.path));
        let encoded = encode_path(&name);
        if *encoded != *name {
            by_name.entry(encoded).or_default().push(&asset.path);
        }
        by_name.entry(name.into_owned()).or_default().push(&asset.path);
    }
    let files: Vec<&Vec<&str>> = by_name.values().collect();
    let Ok(names) = AhoCorasick::builder().ascii_case_insensitive(true).build(by_name.keys()) else { return paths };
    let mut mentioned = BTreeSet::new();
    for manuscript in withheld {
        let text = composed(&manuscript.text);
        for found in names.find_overlapping_iter(&*text) {
            let files = files[found.pattern().as_usize()];
            let from = text.floor_char_boundary(found.start().saturating_sub(LONGEST_PATH));
            let before = &text[from..found.start()];
            let begun = before.rfind(|letter: char| letter.is_whitespace() || "()[]<>\"'`,;:|=".contains(letter)).map_or(0, |at| at + 1);
            let written = format!("{}{}", before[begun..].trim_start_matches(char::is_whitespace), &text[found.range()]);
            let own = format!("{}/{}", folder(&manuscript.path), name(files[0]));
            let of_path = paths_beside(&manuscript.path, &written).chain([own]).find_map(|path| paths.get(path.as_str()).copied());
            match of_path {
                Some(path) => drop(mentioned.insert(path)),
                None => mentioned.extend(files),
            }
        }
    }
    mentioned
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Paths below `content/` that a record names: in links and images, in any field, in attributes of raw HTML.
fn named(manuscript: &Manuscript) -> Vec<String> {
    let mut written: Vec<&str> = manuscript.outline.links.iter().map(|link| link.destination.as_str()).collect();
    manuscript.entries().iter().for_each(|(_, node)| texts(node, &mut written));
    if manuscript.outline.raw_html != RawHtml::None {
        attributes(&manuscript.text[manuscript.body..], &mut written);
    }
    written.into_iter().flat_map(|text| paths_beside(&manuscript.path, text)).collect()
}

fn texts<'n>(node: &'n Node, into: &mut Vec<&'n str>) {
    match &node.value {
        Value::Text(text) => into.push(text.trim()),
        Value::List(nodes) => nodes.iter().for_each(|node| texts(node, into)),
        Value::Map(entries) => entries.iter().for_each(|(_, node)| texts(node, into)),
        Value::Null => {}
    }
}

/// The values of attributes, each candidate of a list by itself.
fn attributes<'t>(html: &'t str, into: &mut Vec<&'t str>) {
    for (at, _) in html.match_indices('=') {
        let value = html[at + 1..].trim_start();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or(""),
            _ => value.split(|letter: char| letter.is_whitespace() || letter == '>').next().unwrap_or(""),
        };
        into.push(value);
        into.extend(value.split([',', ' ']).filter(|part| !part.is_empty()));
    }
}
