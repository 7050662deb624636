//! Addresses and links: where everything is published, and where each link of a body leads.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::{CaseIndex, IdeaIndex, Link, RecordIndex, Target, unlinkable};
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::record::outline::WrittenLink;
use crate::record::{Kind, Manuscript};
use crate::site::address::slug;
use crate::site::pages::{self, PageKind};
use crate::source::{Asset, composed};

/// Where everything is published, known before any record is read.
#[derive(Debug, Default)]
pub struct Addresses {
    /// Case studies by id; none where the audience may not see one.
    pub cases: BTreeMap<Arc<str>, Option<CaseIndex>>,
    /// Ideas by id; none where the audience may not see one.
    pub ideas: BTreeMap<Arc<str>, Option<IdeaIndex>>,
    /// Every record by source path; none where the audience may not see it.
    pub by_path: FxHashMap<Arc<str>, Option<RecordIndex>>,
    /// Source paths by site address.
    pub by_address: FxHashMap<String, Arc<str>>,
    /// Addresses that gave way to another record with the same one, by source path.
    pub renamed: FxHashMap<Arc<str>, String>,
    /// Anchors by source path.
    pub anchors: FxHashMap<Arc<str>, FxHashSet<String>>,
    /// Published files: source path to site path.
    pub assets: FxHashMap<Arc<str>, String>,
}

impl Addresses {
    /// Site path of a record's page, with a trailing slash.
    pub fn of(&self, manuscript: &Manuscript) -> String {
        self.renamed.get(&manuscript.path).cloned().unwrap_or_else(|| address(manuscript.kind, &manuscript.id))
    }
}

/// The address that a record's id gives it.
pub fn address(kind: Kind, id: &str) -> String {
    let page = match kind {
        Kind::CaseStudy => PageKind::CaseStudy,
        Kind::Idea => PageKind::Idea,
        Kind::Playbook => PageKind::Playbook,
        Kind::Page => PageKind::Prose,
    };
    let path: Vec<String> = id.split('/').map(|part| Some(slug(part)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "page".to_owned())).collect();
    format!("{}{}/", page.address(), path.join("/"))
}

/// Site path of a published file: its path below `content/`, without the folder `pages/`.
pub fn asset_path(asset: &Asset) -> String {
    let below = asset.path.strip_prefix("content/").unwrap_or(&asset.path);
    below.strip_prefix("pages/").unwrap_or(below).to_owned()
}

/// Resolves a body's links and images, and tells what else of it is not shown as it was meant.
pub fn resolve_body(manuscript: &Manuscript, addresses: &Addresses) -> (Vec<Link>, Vec<Diagnostic>) {
    let told = manuscript.outline.remarks.iter().map(|remark| {
        let place = Place::new(&manuscript.path, remark.span.clone());
        Diagnostic::warning(remark.code, place, remark.message.clone()).hint(remark.hint.clone())
    });
    let mut diagnostics: Vec<Diagnostic> = told.collect();
    let links = manuscript
        .outline
        .links
        .iter()
        .map(|written| {
            let (target, problem) = resolve(written, manuscript, addresses);
            diagnostics.extend(problem);
            // Marks of a file's name are no query and no fragment.
            let is_name = named_asset(&written.destination, manuscript, addresses).is_some();
            let suffix = if is_name { String::new() } else { suffix(&written.destination).to_owned() };
            let WrittenLink { destination, span, image, alt, in_html } = written.clone();
            Link { written: destination, span, image, alt, in_html, target, suffix }
        })
        .collect();
    (links, diagnostics)
}

/// The site path of a file named relative to a record.
pub fn resolve_asset(written: &str, manuscript: &Manuscript, addresses: &Addresses) -> Option<String> {
    let read = || addresses.assets.get(join(&manuscript.path, &composed(&decode(written)))?.as_str());
    named_asset(written, manuscript, addresses).or_else(read).cloned()
}

/// The file of exactly this name: marks that mean something in addresses mean nothing in it.
fn named_asset<'a>(written: &str, manuscript: &Manuscript, addresses: &'a Addresses) -> Option<&'a String> {
    addresses.assets.get(join(&manuscript.path, &composed(written.trim()))?.as_str())
}

/// The paths below `content/` that a text may name when it stands in a file: as it is written, and read as an address.
pub fn paths_beside(from: &str, written: &str) -> impl Iterator<Item = String> {
    let written = written.trim();
    let leads_elsewhere = written.is_empty() || written.starts_with("//");
    let read = composed(&decode(written.split(['#', '?']).next().unwrap_or(written))).into_owned();
    let read = Some(read).filter(|read| !leads_elsewhere && !has_scheme(written) && read != written);
    let literal = Some(composed(written).into_owned()).filter(|_| !leads_elsewhere);
    [literal, read].into_iter().flatten().filter_map(|path| join(from, &path)).collect::<Vec<_>>().into_iter()
}

/// The query and fragment of a destination, marks included.
fn suffix(destination: &str) -> &str {
    let destination = destination.trim();
    destination.find(['?', '#']).map_or("", |at| &destination[at..])
}

fn resolve(written: &WrittenLink, manuscript: &Manuscript, addresses: &Addresses) -> (Target, Option<Diagnostic>) {
    let destination = written.destination.trim();
    let place = || Place::new(&manuscript.path, written.span.clone());
    if let Some(path) = named_asset(destination, manuscript, addresses).filter(|_| !destination.is_empty()) {
        return (Target::Asset(path.clone()), None);
    }
    if let Some(unlinkable::Reason { message, hint }) = unlinkable::reason(written) {
        return (Target::Broken, Some(Diagnostic::error(code(written), place(), message).hint(hint)));
    }
    if destination.starts_with("//") || has_scheme(destination) {
        return (Target::Outside, None);
    }
    let (path, anchor) = match destination.split_once('#') {
        Some((path, anchor)) => (path, Some(composed(&decode(anchor)).into_owned()).filter(|anchor| !anchor.is_empty())),
        None => (destination, None),
    };
    let path = path.split('?').next().unwrap_or(path);
    if path.is_empty() {
        return own_anchor(anchor, manuscript, addresses, place());
    }
    let Some(target) = join(&manuscript.path, &decode(path)) else {
        let problem = Diagnostic::error("broken-link", place(), format!("`{destination}` leads out of the content folder"))
            .hint("link to records and files below `content/`, or to a web address");
        return (Target::Broken, Some(problem));
    };
    find(&target, anchor, written, addresses, place)
}

fn own_anchor(anchor: Option<String>, manuscript: &Manuscript, addresses: &Addresses, place: Place) -> (Target, Option<Diagnostic>) {
    let Some(anchor) = anchor else { return (Target::Anchor(String::new()), None) };
    let problem = check_anchor(&anchor, &manuscript.path, addresses, place);
    (Target::Anchor(anchor), problem)
}

fn find(
    target: &str,
    anchor: Option<String>,
    written: &WrittenLink,
    addresses: &Addresses,
    place: impl Fn() -> Place,
) -> (Target, Option<Diagnostic>) {
    let below = target.strip_prefix("content/").unwrap_or(target);
    let by_address = || {
        addresses
            .by_address
            .get(&format!("{}/", below.trim_end_matches('/')))
            .or_else(|| addresses.by_address.get(&format!("{}/", below.trim_end_matches('/').strip_prefix("pages/")?)))
    };
    let candidates = [target.to_owned(), format!("{}.md", target.trim_end_matches('/'))];
    let record = candidates.iter().find_map(|path| addresses.by_path.get_key_value(path.as_str())).map(|(path, _)| path).or_else(by_address);
    if let Some(path) = record {
        return match addresses.by_path.get(path).copied().flatten() {
            Some(index) => {
                let problem = anchor.as_ref().and_then(|anchor| check_anchor(anchor, path, addresses, place()));
                (Target::Record(index, anchor), problem)
            }
            None => (Target::Withheld, None),
        };
    }
    if let Some(path) = addresses.assets.get(target) {
        return (Target::Asset(path.clone()), None);
    }
    match generated_page(below) {
        Some(page) if !written.image => (Target::Generated(page), None),
        _ => (Target::Broken, Some(broken(target, written, addresses, place()))),
    }
}

/// The page or file of Casebook's own that a path names: what it is called is checked when all records are known.
fn generated_page(below: &str) -> Option<String> {
    let below = below.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/')).unwrap_or(below);
    let folder = format!("{}/", below.trim_end_matches('/'));
    let address = [below, if folder == "/" { "" } else { &folder }].into_iter().find(|address| pages::generated(address).is_some())?;
    Some(address.to_owned())
}

/// The code of a link or image that leads nowhere.
fn code(written: &WrittenLink) -> &'static str {
    if written.image { "missing-image" } else { "broken-link" }
}

fn broken(target: &str, written: &WrittenLink, addresses: &Addresses, place: Place) -> Diagnostic {
    let what = unlinkable::what(written);
    let exists =
        |path: &str| join(&place.path, path).is_some_and(|path| addresses.assets.contains_key(&*path) || addresses.by_path.contains_key(&*path));
    if let Some(hint) = unlinkable::meant(written, exists) {
        return Diagnostic::error(code(written), place, format!("the {what} `{}` leads nowhere", written.destination)).hint(hint);
    }
    let name = target.rsplit('/').next().unwrap_or(target);
    let same_name = |path: &&Arc<str>| {
        path.rsplit('/')
            .next()
            .is_some_and(|known| known.eq_ignore_ascii_case(name) || known.strip_suffix(".md").is_some_and(|known| known.eq_ignore_ascii_case(name)))
    };
    let known = || addresses.by_path.keys().chain(addresses.assets.keys());
    let like_name = |path: &&Arc<str>| {
        path.rsplit('/').next().is_some_and(|known| extension(known) == extension(name) && nearest::nearest(name, [known]).is_some())
    };
    let hint = match known().filter(same_name).min() {
        Some(path) => format!("there is `{path}`; links are relative to the file they stand in"),
        None => match nearest::nearest(target, known().filter(like_name).map(|path| &**path)) {
            Some(path) => nearest::did_you_mean(target, path),
            None if written.image => "put the picture beside the record and name it relative to the record's file".to_owned(),
            None => "links are relative to the file they stand in, such as `../br/unboxing-drop.md`".to_owned(),
        },
    };
    Diagnostic::error(code(written), place, format!("the {what} `{}` leads nowhere", written.destination)).hint(hint)
}

fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, extension)| extension)
}

fn check_anchor(anchor: &str, path: &Arc<str>, addresses: &Addresses, place: Place) -> Option<Diagnostic> {
    let anchors = addresses.anchors.get(path)?;
    if anchors.contains(anchor) {
        return None;
    }
    let mut known: Vec<&str> = anchors.iter().map(String::as_str).collect();
    known.sort_unstable();
    let wanted = slug(anchor);
    let hint = match known.iter().find(|known| slug(known) == wanted) {
        Some(known) => nearest::did_you_mean(anchor, known),
        None if known.is_empty() => "that page has no headings".to_owned(),
        None => nearest::hint(anchor, known),
    };
    Some(Diagnostic::error("broken-anchor", place, format!("`{path}` has no heading or anchor `#{anchor}`")).hint(hint))
}

/// A path relative to a file, or absolute below `content/`; none where it leads out of `content/`.
fn join(from: &str, written: &str) -> Option<String> {
    let mut parts: Vec<&str> = match written.strip_prefix('/') {
        Some(_) => vec!["content"],
        None => from.split('/').collect::<Vec<_>>().split_last().map(|(_, folder)| folder.to_vec()).unwrap_or_default(),
    };
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
        if parts.is_empty() {
            return None;
        }
    }
    (parts.first() == Some(&"content")).then(|| if parts.len() == 1 { "content/".to_owned() } else { parts.join("/") })
}

pub(super) fn has_scheme(destination: &str) -> bool {
    destination
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-')))
}

/// Percent-decoding; what is no valid UTF-8 stays as it was written.
pub(super) fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let code = (byte == b'%')
            .then(|| tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        bytes.push(code.unwrap_or(byte));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_below_content() {
        let from = "content/case-studies/br/unboxing.md";
        let rows = [
            ("../id/drop.md", Some("content/case-studies/id/drop.md")),
            ("/ideas/x.md", Some("content/ideas/x.md")),
            ("./pic.png", Some("content/case-studies/br/pic.png")),
            ("../../../site.toml", None),
            ("../../../../../etc/passwd", None),
        ];
        for (written, wanted) in rows {
            assert_eq!(join(from, written).as_deref(), wanted, "{written}");
        }
    }

    #[test]
    fn percent_codes_are_read() {
        assert_eq!(decode("a%20b%C3%A9"), "a bé");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%ff"), "%ff");
    }
}
