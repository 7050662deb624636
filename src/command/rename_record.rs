//! Gives a case study or an idea another id: its file and its attachments move, references and links
//! follow, and the old address leads to the new one.

use std::ops::Range;
use std::sync::Arc;

use crate::catalog::links::record_address;
use crate::catalog::moved_links::{Moves, moved_destination};
use crate::catalog::references::{
    alias_references, case_references, family_references, idea_references, image_references,
};
use crate::catalog::{Catalog, field};
use crate::command::file_edits::{FileEdit, HubEdits};
use crate::command::record_texts::{edit_error, edit_front_matter, move_links, parse_records};
use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::record::front_matter::{self, Edit};
use crate::record::{Manuscript, RecordType};
use crate::site::address::to_slug;
use crate::source::{SourceFile, Sources, to_nfc};

/// Changes all files so that the record `old` of a type is called `new`.
///
/// # Errors
/// There is no such record, the new id is none or taken, or a file cannot be read or edited.
pub fn rename_record<'s>(
    sources: &'s Sources,
    catalog: &Catalog,
    record_type: RecordType,
    old: &str,
    new: &str,
) -> Result<HubEdits<'s>> {
    let records = parse_records(sources)?;
    let former = find_record(&records, record_type, old)?;
    check_new_id(sources, catalog, &records, former, new)?;
    let mut edits = HubEdits::default();
    let moves = plan_moves(sources, former, new, &mut edits);
    for (file, manuscript) in &records {
        let is_renamed = manuscript.path == former.path;
        let path = moves.files.get(&*file.path).map_or(&*file.path, String::as_str);
        let text = move_links(file, manuscript, path, &moves)?;
        let replaced = moved_references(manuscript, former, new, path, &moves);
        let text = edit_front_matter(&file.path, &text, replaced)?;
        if is_renamed {
            let text = if has_alias(manuscript, &address_of(record_type, new)) {
                text
            } else {
                add_alias(file, &text, &address_of(record_type, old))?
            };
            edits.files.push(FileEdit { former: Some(file), path: path.to_owned(), text });
        } else {
            edits.add_text(file, text);
        }
    }
    Ok(edits)
}

/// The record of a type with an id.
///
/// # Errors
/// There is none; the hint has the nearest id.
fn find_record<'m>(
    records: &'m [(&SourceFile, Manuscript)],
    record_type: RecordType,
    id: &str,
) -> Result<&'m Manuscript> {
    let of_type: Vec<&Manuscript> = records
        .iter()
        .map(|(_, manuscript)| manuscript)
        .filter(|manuscript| manuscript.record_type == record_type)
        .collect();
    of_type.iter().copied().find(|manuscript| *manuscript.id == *id).ok_or_else(|| {
        let known: Vec<&str> = of_type.iter().map(|manuscript| &*manuscript.id).collect();
        Error::new(format!("there is no {} `{id}`", noun(record_type)))
            .with_hint(nearest::hint(id, known))
    })
}

/// What a record of a type is called in messages.
fn noun(record_type: RecordType) -> &'static str {
    if record_type == RecordType::Idea { "idea" } else { "case study" }
}

/// The address of a record from the root of the site, with slashes at both ends.
fn address_of(record_type: RecordType, id: &str) -> String {
    format!("/{}", record_address(record_type, id))
}

/// Makes sure that a record can have a new id.
///
/// # Errors
/// It is no path of slugs, or a record, a file or an old address has it.
fn check_new_id(
    sources: &Sources,
    catalog: &Catalog,
    records: &[(&SourceFile, Manuscript)],
    former: &Manuscript,
    new: &str,
) -> Result<()> {
    let noun = noun(former.record_type);
    if new.split('/').any(|part| part.is_empty() || part.len() > 200 || to_slug(part) != part) {
        return Err(Error::new(format!("`{new}` cannot be the id of a {noun}"))
            .with_hint("use lower-case words with hyphens, in folders: `br/unboxing-drop`"));
    }
    if *former.id == *new {
        return Err(Error::new(format!("the {noun} is called `{new}` already")));
    }
    let taken = |what: String| {
        Err(Error::new(format!("`{new}` is taken by {what}")).with_hint("choose another id"))
    };
    let address = record_address(former.record_type, new);
    let other = records.iter().map(|(_, manuscript)| manuscript).find(|manuscript| {
        manuscript.path != former.path
            && record_address(manuscript.record_type, &manuscript.id) == address
    });
    if let Some(other) = other {
        return taken(format!("`{}`", other.path));
    }
    let path = new_path(former, new);
    let folder = format!("{}/", path.strip_suffix(".md").unwrap_or(&path));
    let is_taken = |asset: &Arc<str>| **asset == *path || asset.starts_with(&folder);
    if let Some(asset) = sources.assets.iter().find(|asset| is_taken(&asset.path)) {
        return taken(format!("`{}`", asset.path));
    }
    if let Some(current) = catalog.redirects.get(&address)
        && *current != record_address(former.record_type, &former.id)
    {
        return taken(format!("an old address of `/{current}`"));
    }
    Ok(())
}

/// The path of a record's file under a new id; its extension stays.
fn new_path(former: &Manuscript, new: &str) -> String {
    let id_start = former.path.rfind(&*former.id).unwrap_or(0);
    let (folder, rest) = former.path.split_at(id_start);
    format!("{folder}{new}{}", &rest[former.id.len().min(rest.len())..])
}

/// What moves with a record: its file, its page, and the folder of its name with attachments, unless
/// other records are in that folder.
fn plan_moves<'s>(
    sources: &'s Sources,
    former: &Manuscript,
    new: &str,
    edits: &mut HubEdits<'s>,
) -> Moves {
    let path = new_path(former, new);
    let without_extension =
        |path: &str| path.rsplit_once('.').map_or(path.to_owned(), |(stem, _)| stem.to_owned());
    let folder = format!("{}/", without_extension(&former.path));
    let new_folder = format!("{}/", without_extension(&path));
    let mut moves = Moves::default();
    moves.files.insert(former.path.to_string(), path);
    let address =
        |id: &str| record_address(former.record_type, id).trim_end_matches('/').to_owned();
    moves.addresses.insert(address(&former.id), address(new));
    if !sources.files.iter().any(|file| file.path.starts_with(&folder)) {
        for asset in &sources.assets {
            if let Some(below) = asset.path.strip_prefix(&folder) {
                let path = format!("{new_folder}{below}");
                moves.files.insert(asset.path.to_string(), path.clone());
                edits.assets.push((asset, path));
            }
        }
    }
    moves
}

/// New texts for what the front matter of a record says about a renamed record, and for the paths
/// of images that move or that the moved record names. `path` is where the file is from now on.
fn moved_references(
    manuscript: &Manuscript,
    former: &Manuscript,
    new: &str,
    path: &str,
    moves: &Moves,
) -> Vec<(Range<usize>, String)> {
    let is_former = |text: &str| *to_nfc(text.trim()) == *former.id;
    let references = match former.record_type {
        RecordType::Idea => idea_references(manuscript),
        _ => case_references(manuscript),
    };
    let mut replaced: Vec<(Range<usize>, String)> = references
        .into_iter()
        .filter(|(text, _)| is_former(text))
        .map(|(_, span)| (span, new.to_owned()))
        .collect();
    if former.record_type == RecordType::CaseStudy {
        for (family, span) in family_references(manuscript) {
            let (id, tactic) = family.split_at(family.find('~').unwrap_or(family.len()));
            if is_former(id) {
                replaced.push((span, format!("{new}{tactic}")));
            }
        }
    }
    for (image, span) in image_references(manuscript) {
        replaced.extend(
            moved_destination(image, &manuscript.path, path, moves).map(|image| (span, image)),
        );
    }
    if manuscript.path == former.path {
        // The new address is no old one any more; the former one takes its place.
        let address = address_of(former.record_type, new);
        for (alias, span) in alias_references(manuscript) {
            if is_alias_of(alias, &address) {
                replaced.push((span, address_of(former.record_type, &former.id)));
            }
        }
    }
    replaced
}

/// Whether an alias, however its slashes are, is this address.
fn is_alias_of(alias: &str, address: &str) -> bool {
    let bare = |text: &str| {
        text.trim().trim_matches('/').trim_end_matches("index.html").trim_matches('/').to_owned()
    };
    bare(alias) == bare(address)
}

/// Whether a record has an address among its old ones.
fn has_alias(manuscript: &Manuscript, address: &str) -> bool {
    alias_references(manuscript).iter().any(|(alias, _)| is_alias_of(alias, address))
}

/// The text of a record with one more old address.
///
/// # Errors
/// The front matter cannot be edited.
fn add_alias(file: &SourceFile, text: &str, address: &str) -> Result<String> {
    let edit = Edit::AddItem { key: field::ALIASES.name.to_owned(), item: address.into() };
    front_matter::apply(text, &edit, field::known_keys())
        .map_err(|error| edit_error(&file.path, &error.to_string()))
}
