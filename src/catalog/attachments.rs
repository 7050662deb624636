//! Decides which attachments are published: neither those that only withheld records refer to nor
//! those in folders of withheld records.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashSet;

use crate::catalog::links::candidate_paths;
use crate::record::Manuscript;
use crate::record::outline::RawHtml;
use crate::record::yaml::{Node, Value};
use crate::site::address::encode_path;
use crate::source::file_type::without_extension;
use crate::source::{Asset, to_nfc};

/// The attachments that may be published; `shown` says for each manuscript whether the audience may
/// see it. When in doubt an attachment is withheld: its bare file name in the text of a withheld
/// record is enough.
pub fn published_attachments(
    assets: &[Asset],
    manuscripts: &[Arc<Manuscript>],
    shown: &[bool],
) -> Vec<Asset> {
    if shown.iter().all(|shown| *shown) || assets.is_empty() {
        return assets.to_vec();
    }
    let references = FileReferences::collect(manuscripts, shown);
    let mentioned = find_mentions(assets, &references.withheld_records);
    let is_publishable =
        |asset: &&Asset| references.may_publish(&asset.path, mentioned.contains(&*asset.path));
    // A file that has several names through symbolic links is withheld under all of them if it is
    // under one.
    let withheld: FxHashSet<&Path> = assets
        .iter()
        .filter(|asset| !is_publishable(asset))
        .map(|asset| &*asset.disk_path)
        .collect();
    assets.iter().filter(|asset| !withheld.contains(&*asset.disk_path)).cloned().collect()
}

/// Source paths of the attachments that are not among the published ones.
pub fn withheld_paths<'a>(
    assets: &'a [Asset],
    published: &[Asset],
) -> impl Iterator<Item = Arc<str>> + use<'a> {
    let published: FxHashSet<Arc<str>> =
        published.iter().map(|asset| Arc::clone(&asset.path)).collect();
    assets.iter().map(|asset| &asset.path).filter(move |path| !published.contains(*path)).cloned()
}

/// References of shown and of withheld records to files.
struct FileReferences<'a> {
    referenced_by_shown: FxHashSet<String>,
    referenced_by_withheld: FxHashSet<String>,
    withheld_records: Vec<&'a Manuscript>,
    /// Number of shown and of withheld records by folder.
    record_counts: BTreeMap<&'a str, [usize; 2]>,
    /// Paths of withheld records without extension: a folder of that path belongs to the record.
    withheld_folders: FxHashSet<&'a str>,
}

impl<'a> FileReferences<'a> {
    /// Collects the references of all records; `shown` says for each manuscript whether the
    /// audience may see it.
    fn collect(manuscripts: &'a [Arc<Manuscript>], shown: &[bool]) -> FileReferences<'a> {
        let mut references = FileReferences {
            referenced_by_shown: FxHashSet::default(),
            referenced_by_withheld: FxHashSet::default(),
            withheld_records: Vec::new(),
            record_counts: BTreeMap::new(),
            withheld_folders: FxHashSet::default(),
        };
        for (manuscript, shown) in manuscripts.iter().zip(shown) {
            let manuscript: &'a Manuscript = manuscript;
            references.record_counts.entry(parent_folder(&manuscript.path)).or_default()
                [usize::from(!shown)] += 1;
            let paths = referenced_paths(manuscript);
            if *shown {
                references.referenced_by_shown.extend(paths);
            } else {
                references.referenced_by_withheld.extend(paths);
                references.withheld_records.push(manuscript);
                references.withheld_folders.extend(without_extension(&manuscript.path));
            }
        }
        references
    }

    /// Whether an attachment may be published: yes if a shown record refers to it; else no if a
    /// withheld record refers to it or mentions it (`is_mentioned`), or if its folder belongs to
    /// withheld records.
    fn may_publish(&self, path: &str, is_mentioned: bool) -> bool {
        if self.referenced_by_shown.contains(path) {
            return true;
        }
        !self.referenced_by_withheld.contains(path)
            && !is_mentioned
            && !self.is_in_withheld_folder(path)
    }

    /// Whether the nearest folder above a file that holds records holds only withheld ones, or
    /// belongs to a withheld record.
    fn is_in_withheld_folder(&self, path: &str) -> bool {
        let mut ancestor = parent_folder(path);
        while !ancestor.is_empty() {
            if self.withheld_folders.contains(ancestor) {
                return true;
            }
            if let Some([shown, withheld]) = self.record_counts.get(ancestor) {
                return *shown == 0 && *withheld > 0;
            }
            ancestor = parent_folder(ancestor);
        }
        false
    }
}

/// Number of bytes before a file name in which its folders are searched.
const MAX_PATH_BYTES: usize = 300;

/// Source paths of attachments whose file names occur in the texts of withheld records, found in
/// one pass over each text. A mention means the file of the path before the name or in the record's
/// folder, else all files of that name.
fn find_mentions<'a>(assets: &'a [Asset], withheld: &[&Manuscript]) -> BTreeSet<&'a str> {
    let paths: BTreeSet<&str> = assets.iter().map(|asset| &*asset.path).collect();
    let mut by_name: BTreeMap<String, Vec<&'a str>> = BTreeMap::new();
    for asset in assets {
        let name = to_nfc(file_name(&asset.path));
        let encoded = encode_path(&name);
        if *encoded != *name {
            by_name.entry(encoded).or_default().push(&asset.path);
        }
        by_name.entry(name.into_owned()).or_default().push(&asset.path);
    }
    let files: Vec<&Vec<&str>> = by_name.values().collect();
    let Ok(matcher) = AhoCorasick::builder().ascii_case_insensitive(true).build(by_name.keys())
    else {
        return paths;
    };
    let mut mentioned = BTreeSet::new();
    for manuscript in withheld {
        let text = to_nfc(&manuscript.text);
        for found in matcher.find_overlapping_iter(&*text) {
            let files = files[found.pattern().as_usize()];
            let from = text.floor_char_boundary(found.start().saturating_sub(MAX_PATH_BYTES));
            let before = &text[from..found.start()];
            let path_start = before
                .rfind(|letter: char| letter.is_whitespace() || "()[]<>\"'`,;:|=".contains(letter))
                .map_or(0, |at| at + 1);
            let written = format!(
                "{}{}",
                before[path_start..].trim_start_matches(char::is_whitespace),
                &text[found.range()]
            );
            let in_own_folder =
                format!("{}/{}", parent_folder(&manuscript.path), file_name(files[0]));
            let by_path = candidate_paths(&manuscript.path, &written)
                .chain([in_own_folder])
                .find_map(|path| paths.get(path.as_str()).copied());
            match by_path {
                Some(path) => drop(mentioned.insert(path)),
                None => mentioned.extend(files),
            }
        }
    }
    mentioned
}

/// The part of a path behind its last slash.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The part of a path before its last slash; empty for a path without one.
fn parent_folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Paths below `content/` that a record may refer to in links and images, front-matter values and
/// attributes of raw HTML.
fn referenced_paths(manuscript: &Manuscript) -> Vec<String> {
    let mut written: Vec<&str> =
        manuscript.outline.links.iter().map(|link| link.destination.as_str()).collect();
    manuscript.fields().iter().for_each(|(_, node)| collect_texts(node, &mut written));
    if manuscript.outline.raw_html != RawHtml::None {
        collect_attribute_values(&manuscript.text[manuscript.body_start..], &mut written);
    }
    written.into_iter().flat_map(|text| candidate_paths(&manuscript.path, text)).collect()
}

/// Adds all texts in a node to a list.
fn collect_texts<'n>(node: &'n Node, into: &mut Vec<&'n str>) {
    match &node.value {
        Value::Text(text) => into.push(text.trim()),
        Value::List(nodes) => nodes.iter().for_each(|node| collect_texts(node, into)),
        Value::Map(entries) => entries.iter().for_each(|(_, node)| collect_texts(node, into)),
        Value::Null => {}
    }
}

/// Adds the values of HTML attributes to a list, and the parts of those that are lists such as
/// `srcset`.
fn collect_attribute_values<'t>(html: &'t str, into: &mut Vec<&'t str>) {
    for (at, _) in html.match_indices('=') {
        let value = html[at + 1..].trim_start();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or(""),
            _ => value
                .split(|letter: char| letter.is_whitespace() || letter == '>')
                .next()
                .unwrap_or(""),
        };
        into.push(value);
        into.extend(value.split([',', ' ']).filter(|part| !part.is_empty()));
    }
}
