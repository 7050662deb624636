//! Addresses of records and attachments, and resolution of the links of bodies.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::{CaseIndex, IdeaIndex, Link, LinkTarget, RecordIndex, unlinkable};
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::record::markdown::WrittenLink;
use crate::record::{Manuscript, RecordType};
use crate::site::address::{percent_decode, to_slug};
use crate::site::pages::{self, PageKind};
use crate::source::{Asset, to_nfc};

/// Indices, addresses and anchors of all records and attachments; complete before any record is
/// read.
#[derive(Debug, Default)]
pub struct Addresses {
    /// Case studies by id; none for those that are withheld.
    pub cases: BTreeMap<Arc<str>, Option<CaseIndex>>,
    /// Ideas by id; none for those that are withheld.
    pub ideas: BTreeMap<Arc<str>, Option<IdeaIndex>>,
    /// Records of all kinds by source path; none for those that are withheld.
    pub by_path: FxHashMap<Arc<str>, Option<RecordIndex>>,
    /// Source paths of records by site address.
    pub by_address: FxHashMap<String, Arc<str>>,
    /// Addresses of records, by source path, whose usual address was taken.
    pub renamed: FxHashMap<Arc<str>, String>,
    /// Anchors of records by source path.
    pub anchors: FxHashMap<Arc<str>, FxHashSet<String>>,
    /// Site paths of published attachments by source path.
    pub assets: FxHashMap<Arc<str>, String>,
}

impl Addresses {
    /// Site address of a record's page, with a trailing slash.
    pub fn page_address(&self, manuscript: &Manuscript) -> String {
        self.renamed
            .get(&manuscript.path)
            .cloned()
            .unwrap_or_else(|| record_address(manuscript.record_type, &manuscript.id))
    }
}

/// The usual site address of a record, derived from its kind and id.
pub fn record_address(kind: RecordType, id: &str) -> String {
    let page = match kind {
        RecordType::CaseStudy => PageKind::CaseStudy,
        RecordType::Idea => PageKind::Idea,
        RecordType::Playbook => PageKind::Playbook,
        RecordType::Page => PageKind::Prose,
    };
    let path: Vec<String> = id
        .split('/')
        .map(|part| {
            Some(to_slug(part)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "page".to_owned())
        })
        .collect();
    format!("{}{}/", page.address(), path.join("/"))
}

/// Site path of an attachment: its path below `content/`, without the folder `pages/`.
pub fn asset_path(asset: &Asset) -> String {
    let below = asset.path.strip_prefix("content/").unwrap_or(&asset.path);
    below.strip_prefix("pages/").unwrap_or(below).to_owned()
}

/// Resolves the links and images of a body. The diagnostics include those on Markdown and HTML that
/// the page cannot show as written.
pub fn resolve_links(
    manuscript: &Manuscript,
    addresses: &Addresses,
) -> (Vec<Link>, Vec<Diagnostic>) {
    let warnings = manuscript.outline.warnings.iter().map(|warning| {
        let place = Place::new(&manuscript.path, warning.span.clone());
        Diagnostic::warning(warning.code, place, warning.message.clone()).hint(warning.hint.clone())
    });
    let mut diagnostics: Vec<Diagnostic> = warnings.collect();
    let links = manuscript
        .outline
        .links
        .iter()
        .map(|written| {
            let (target, problem) = resolve_link(written, manuscript, addresses);
            diagnostics.extend(problem);
            // `?` and `#` can be part of a file name.
            let is_file_name = find_asset(&written.destination, manuscript, addresses).is_some();
            let suffix = if is_file_name {
                String::new()
            } else {
                query_and_fragment(&written.destination).to_owned()
            };
            let WrittenLink { destination, span, is_image, alt, is_in_html } = written.clone();
            Link { destination, span, is_image, alt, is_in_html, target, suffix }
        })
        .collect();
    (links, diagnostics)
}

/// The site path of a published attachment that is named relative to a record, as a plain path or
/// percent-encoded.
pub fn resolve_asset(
    written: &str,
    manuscript: &Manuscript,
    addresses: &Addresses,
) -> Option<String> {
    let find_decoded = || {
        addresses
            .assets
            .get(join_path(&manuscript.path, &to_nfc(&percent_decode(written)))?.as_str())
    };
    find_asset(written, manuscript, addresses).or_else(find_decoded).cloned()
}

/// The site path of the attachment with exactly this name, without percent-decoding and with `?`
/// and `#` as plain characters.
fn find_asset<'a>(
    written: &str,
    manuscript: &Manuscript,
    addresses: &'a Addresses,
) -> Option<&'a String> {
    addresses.assets.get(join_path(&manuscript.path, &to_nfc(written.trim()))?.as_str())
}

/// The paths below `content/` that a text in the file `from` may refer to: as a plain path, and as
/// a percent-encoded address.
pub fn candidate_paths(from: &str, written: &str) -> impl Iterator<Item = String> {
    let written = written.trim();
    let is_external = written.is_empty() || written.starts_with("//");
    let decoded =
        to_nfc(&percent_decode(written.split(['#', '?']).next().unwrap_or(written))).into_owned();
    let decoded =
        Some(decoded).filter(|decoded| !is_external && !has_scheme(written) && decoded != written);
    let literal = Some(to_nfc(written).into_owned()).filter(|_| !is_external);
    [literal, decoded]
        .into_iter()
        .flatten()
        .filter_map(|path| join_path(from, &path))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Query and fragment of a destination, `?` and `#` included.
fn query_and_fragment(destination: &str) -> &str {
    let destination = destination.trim();
    destination.find(['?', '#']).map_or("", |at| &destination[at..])
}

/// The target of one link or image, and the problem where it leads nowhere.
fn resolve_link(
    written: &WrittenLink,
    manuscript: &Manuscript,
    addresses: &Addresses,
) -> (LinkTarget, Option<Diagnostic>) {
    let destination = written.destination.trim();
    let place = || Place::new(&manuscript.path, written.span.clone());
    if let Some(path) =
        find_asset(destination, manuscript, addresses).filter(|_| !destination.is_empty())
    {
        return (LinkTarget::Asset(path.clone()), None);
    }
    if let Some(unlinkable::UnlinkableReason { message, hint }) =
        unlinkable::find_unlinkable_reason(written)
    {
        return (
            LinkTarget::Broken,
            Some(Diagnostic::error(broken_link_code(written), place(), message).hint(hint)),
        );
    }
    if destination.starts_with("//") || has_scheme(destination) {
        return (LinkTarget::External, None);
    }
    let (path, anchor) = match destination.split_once('#') {
        Some((path, anchor)) => (
            path,
            Some(to_nfc(&percent_decode(anchor)).into_owned()).filter(|anchor| !anchor.is_empty()),
        ),
        None => (destination, None),
    };
    let path = path.split('?').next().unwrap_or(path);
    if path.is_empty() {
        return resolve_own_anchor(anchor, manuscript, addresses, place());
    }
    let Some(target) = join_path(&manuscript.path, &percent_decode(path)) else {
        let problem = Diagnostic::error(
            "broken-link",
            place(),
            format!("`{destination}` leads out of the content folder"),
        )
        .hint("link to records and files below `content/`, or to a web address");
        return (LinkTarget::Broken, Some(problem));
    };
    resolve_path(&target, anchor, written, addresses, place)
}

/// The target of a link that has no path: an anchor of the record itself, or the top of its page.
fn resolve_own_anchor(
    anchor: Option<String>,
    manuscript: &Manuscript,
    addresses: &Addresses,
    place: Place,
) -> (LinkTarget, Option<Diagnostic>) {
    let Some(anchor) = anchor else { return (LinkTarget::Anchor(String::new()), None) };
    let problem = check_anchor(&anchor, &manuscript.path, addresses, place);
    (LinkTarget::Anchor(anchor), problem)
}

/// The target of a path below `content/`: a record by file or address, an attachment, or a
/// generated page, in this order.
fn resolve_path(
    target: &str,
    anchor: Option<String>,
    written: &WrittenLink,
    addresses: &Addresses,
    place: impl Fn() -> Place,
) -> (LinkTarget, Option<Diagnostic>) {
    let below = target.strip_prefix("content/").unwrap_or(target);
    let by_address = || {
        addresses.by_address.get(&format!("{}/", below.trim_end_matches('/'))).or_else(|| {
            addresses
                .by_address
                .get(&format!("{}/", below.trim_end_matches('/').strip_prefix("pages/")?))
        })
    };
    let candidates = [target.to_owned(), format!("{}.md", target.trim_end_matches('/'))];
    let record = candidates
        .iter()
        .find_map(|path| addresses.by_path.get_key_value(path.as_str()))
        .map(|(path, _)| path)
        .or_else(by_address);
    if let Some(path) = record {
        return match addresses.by_path.get(path).copied().flatten() {
            Some(index) => {
                let problem = anchor
                    .as_ref()
                    .and_then(|anchor| check_anchor(anchor, path, addresses, place()));
                (LinkTarget::Record(index, anchor), problem)
            }
            None => (LinkTarget::Withheld, None),
        };
    }
    if let Some(path) = addresses.assets.get(target) {
        return (LinkTarget::Asset(path.clone()), None);
    }
    match find_generated_page(below) {
        Some(page) if !written.is_image => (LinkTarget::Generated(page), None),
        _ => (LinkTarget::Broken, Some(broken_link(target, written, addresses, place()))),
    }
}

/// The address of the generated page or file that a path may name; whether it exists is checked
/// once all records are known.
fn find_generated_page(below: &str) -> Option<String> {
    let below = below
        .strip_suffix("index.html")
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .unwrap_or(below);
    let folder = format!("{}/", below.trim_end_matches('/'));
    let address = [below, if folder == "/" { "" } else { &folder }]
        .into_iter()
        .find(|address| pages::classify_address(address).is_some())?;
    Some(address.to_owned())
}

/// The diagnostic code for a broken link or image.
fn broken_link_code(written: &WrittenLink) -> &'static str {
    if written.is_image { "missing-image" } else { "broken-link" }
}

/// The diagnostic for a link that leads nowhere, with a hint from its form or from files of a
/// similar name; `target` is its path below the hub.
fn broken_link(
    target: &str,
    written: &WrittenLink,
    addresses: &Addresses,
    place: Place,
) -> Diagnostic {
    let noun = unlinkable::link_noun(written);
    let exists = |path: &str| {
        join_path(&place.path, path).is_some_and(|path| {
            addresses.assets.contains_key(&*path) || addresses.by_path.contains_key(&*path)
        })
    };
    if let Some(hint) = unlinkable::suggest_address(written, exists) {
        return Diagnostic::error(
            broken_link_code(written),
            place,
            format!("the {noun} `{}` leads nowhere", written.destination),
        )
        .hint(hint);
    }
    let name = target.rsplit('/').next().unwrap_or(target);
    let has_same_name = |path: &&Arc<str>| {
        path.rsplit('/').next().is_some_and(|known| {
            known.eq_ignore_ascii_case(name)
                || known.strip_suffix(".md").is_some_and(|known| known.eq_ignore_ascii_case(name))
        })
    };
    let known = || addresses.by_path.keys().chain(addresses.assets.keys());
    let has_similar_name = |path: &&Arc<str>| {
        path.rsplit('/').next().is_some_and(|known| {
            extension(known) == extension(name) && nearest::find_nearest(name, [known]).is_some()
        })
    };
    let hint = match known().filter(has_same_name).min() {
        Some(path) => format!("there is `{path}`; links are relative to the file they stand in"),
        None => match nearest::find_nearest(
            target,
            known().filter(has_similar_name).map(|path| &**path),
        ) {
            Some(path) => nearest::did_you_mean(target, path),
            None if written.is_image => {
                "put the picture beside the record and name it relative to the record's file"
                    .to_owned()
            }
            None => {
                "links are relative to the file they stand in, such as `../br/unboxing-drop.md`"
                    .to_owned()
            }
        },
    };
    Diagnostic::error(
        broken_link_code(written),
        place,
        format!("the {noun} `{}` leads nowhere", written.destination),
    )
    .hint(hint)
}

/// The part of a file name behind its last full stop; none without one.
fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, extension)| extension)
}

/// The diagnostic for a link to an anchor that the record with a source path does not have; none if
/// it has it.
fn check_anchor(
    anchor: &str,
    path: &Arc<str>,
    addresses: &Addresses,
    place: Place,
) -> Option<Diagnostic> {
    let anchors = addresses.anchors.get(path)?;
    if anchors.contains(anchor) {
        return None;
    }
    let mut known: Vec<&str> = anchors.iter().map(String::as_str).collect();
    known.sort_unstable();
    let wanted = to_slug(anchor);
    let hint = match known.iter().find(|known| to_slug(known) == wanted) {
        Some(known) => nearest::did_you_mean(anchor, known),
        None if known.is_empty() => "that page has no headings".to_owned(),
        None => nearest::hint(anchor, known),
    };
    Some(
        Diagnostic::error(
            "broken-anchor",
            place,
            format!("`{path}` has no heading or anchor `#{anchor}`"),
        )
        .hint(hint),
    )
}

/// Joins a path with the folder of the file `from`; a leading slash stands for `content/`. None
/// where the path leaves `content/`.
pub(super) fn join_path(from: &str, written: &str) -> Option<String> {
    let mut parts: Vec<&str> = match written.strip_prefix('/') {
        Some(_) => vec!["content"],
        None => from
            .split('/')
            .collect::<Vec<_>>()
            .split_last()
            .map(|(_, folder)| folder.to_vec())
            .unwrap_or_default(),
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
    (parts.first() == Some(&"content"))
        .then(|| if parts.len() == 1 { "content/".to_owned() } else { parts.join("/") })
}

/// Whether a destination starts with a URL scheme of at least two characters; one letter is the
/// drive of a Windows path.
pub(super) fn has_scheme(destination: &str) -> bool {
    destination.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-'))
    })
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
            assert_eq!(join_path(from, written).as_deref(), wanted, "{written}");
        }
    }
}
