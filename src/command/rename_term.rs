//! Replaces terms of a vocabulary by another id in all files of a hub, for `rename` and
//! `merge-terms`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use crate::catalog::field;
use crate::catalog::moved_links::Moves;
use crate::catalog::references::{WrittenText, family_references, term_lists};
use crate::command::file_edits::{FileEdit, HubEdits};
use crate::command::record_texts::{edit_error, edit_front_matter, move_links, parse_records};
use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::record::Manuscript;
use crate::record::front_matter::{self, Edit};
use crate::record::parse::parse_file;
use crate::record::vocabulary_file;
use crate::site::address::to_slug;
use crate::site::settings_terms::metric_lists;
use crate::source::{ContentHash, SourceFile, Sources};
use crate::vocabulary::read::read_vocabulary;
use crate::vocabulary::{TermKind, Vocabulary, VocabularyKind, normalise_name};

/// The longest id of a term, in bytes; `vocabulary` refuses longer ones.
const MAX_ID_BYTES: usize = 200;

/// The id of the term that is called `name`, which must be its id rather than a label or alias.
///
/// # Errors
/// There is no such term, with near ids as a hint, or the name is only a label or alias.
pub fn find_term(sources: &Sources, kind: VocabularyKind, name: &str) -> Result<String> {
    let (vocabulary, _) = read_vocabulary(&sources.files);
    let noun = kind.noun();
    match kind.find(&vocabulary, name) {
        Some(found) if found.is_id && found.term.deprecated_by.is_some() => {
            let instead = found.term.deprecated_by.as_deref().unwrap_or_default();
            Err(Error::new(format!("the {noun} `{}` is deprecated", found.term.id))
                .with_hint(format!("use `{instead}`")))
        }
        Some(found) if found.is_id => Ok(found.term.id.to_string()),
        Some(found) => {
            let id = &found.term.id;
            Err(Error::new(format!("`{name}` is another name of the {noun} `{id}`"))
                .with_hint(format!("write `{id}`")))
        }
        None => {
            let known: Vec<&str> =
                kind.terms(&vocabulary).into_iter().map(|term| &*term.id).collect();
            Err(Error::new(format!("there is no {noun} `{name}`"))
                .with_hint(nearest::hint(name, known)))
        }
    }
}

/// The id of a term that is to go: like [`find_term`], but deprecated ones count, and so do words
/// that records use and no list has.
///
/// # Errors
/// No list has the term and no record uses it, or the name is only a label or alias.
pub fn find_renamed_term(sources: &Sources, kind: VocabularyKind, name: &str) -> Result<String> {
    let (vocabulary, _) = read_vocabulary(&sources.files);
    match kind.find(&vocabulary, name) {
        Some(found) if found.is_id => Ok(found.term.id.to_string()),
        Some(_) => find_term(sources, kind, name),
        None => {
            let wanted = normalise_name(name);
            let is_used = parse_records(sources)?.iter().any(|(_, manuscript)| {
                let mut words = term_lists(manuscript, kind).into_iter().flatten();
                words.any(|(text, _)| normalise_name(text) == wanted)
            });
            if is_used { Ok(name.to_owned()) } else { find_term(sources, kind, name) }
        }
    }
}

/// The new id of a term in the letter case of its vocabulary.
///
/// # Errors
/// It is none, or names another term.
pub fn check_new_id(
    sources: &Sources,
    kind: VocabularyKind,
    old: &str,
    new: &str,
) -> Result<String> {
    let noun = kind.noun();
    let id = kind.id_case(new);
    if id.is_empty() || id.len() > MAX_ID_BYTES || to_slug(&id) != id.to_lowercase() {
        let hint = match kind {
            VocabularyKind::Markets => "use the country's ISO 3166-1 alpha-2 code",
            _ => "use lower-case words with hyphens, such as `paid-social`",
        };
        return Err(Error::new(format!("`{new}` cannot be the id of a {noun}")).with_hint(hint));
    }
    if normalise_name(&id) == normalise_name(old) {
        return Err(Error::new(format!("the {noun} is called `{old}` already")));
    }
    let (vocabulary, _) = read_vocabulary(&sources.files);
    if let Some(found) = kind.find(&vocabulary, &id)
        && normalise_name(&found.term.id) != normalise_name(old)
    {
        let taken = &found.term.id;
        let name = if found.is_id { "the id" } else { "another name" };
        return Err(Error::new(format!("`{id}` is {name} of the {noun} `{taken}`"))
            .with_hint(format!("`casebook merge-terms {noun} {old} {taken}` makes the two one")));
    }
    if kind == VocabularyKind::Markets && vocabulary.groups.find(&id).is_some() {
        return Err(Error::new(format!("`{id}` is a market group")).with_hint("choose another id"));
    }
    Ok(id)
}

/// Changes all files so that the terms `old` are called `new`. With `is_merge` the terms become
/// part of the existing term `new`, and uses by a label or alias are replaced too.
///
/// # Errors
/// A file cannot be read or edited, or would not be read as it is meant.
pub fn replace_terms<'s>(
    sources: &'s Sources,
    kind: VocabularyKind,
    old: &[String],
    new: &str,
    is_merge: bool,
) -> Result<HubEdits<'s>> {
    let (vocabulary, _) = read_vocabulary(&sources.files);
    let replacement = Replacement { vocabulary: &vocabulary, kind, old, new, is_merge };
    let mut edits = HubEdits::default();
    for (file, manuscript) in parse_records(sources)? {
        edits.add_text(file, replacement.edit_record(file, &manuscript)?);
    }
    replacement.edit_vocabulary(sources, &mut edits)?;
    if let Some(settings) = sources.settings.as_ref().filter(|_| kind == VocabularyKind::Metrics) {
        edits.add_text(settings, replacement.edit_settings(settings));
    }
    replacement.check(sources, &edits)?;
    Ok(edits)
}

/// Which terms are replaced by which id.
struct Replacement<'r> {
    vocabulary: &'r Vocabulary,
    kind: VocabularyKind,
    old: &'r [String],
    new: &'r str,
    is_merge: bool,
}

impl Replacement<'_> {
    /// Whether a text names one of the terms that go: by its id, in a merge by any name.
    fn is_use(&self, text: &str) -> bool {
        let wanted = normalise_name(text);
        let is_id = self.old.iter().any(|old| normalise_name(old) == wanted);
        let is_name = || {
            let found = self.kind.find(self.vocabulary, text);
            found.is_some_and(|found| self.old.iter().any(|old| **old == *found.term.id))
        };
        is_id || (self.is_merge && is_name())
    }

    /// Whether a text names the term that stays.
    fn is_new(&self, text: &str) -> bool {
        normalise_name(text) == normalise_name(self.new)
            || self
                .kind
                .find(self.vocabulary, text)
                .is_some_and(|found| *found.term.id == *self.new)
    }

    /// Byte ranges of the items of a list that would repeat an earlier item.
    fn repetitions(&self, list: &[WrittenText<'_>]) -> Vec<Range<usize>> {
        if !list.iter().any(|(text, _)| self.is_use(text)) {
            return Vec::new();
        }
        let same = list.iter().filter(|(text, _)| self.is_use(text) || self.is_new(text));
        same.skip(1).map(|(_, span)| span.clone()).collect()
    }

    /// The text of a record with the terms replaced, in front matter and links.
    fn edit_record(&self, file: &SourceFile, manuscript: &Manuscript) -> Result<String> {
        let lists = term_lists(manuscript, self.kind);
        let repeated: Vec<Range<usize>> =
            lists.iter().flat_map(|list| self.repetitions(list)).collect();
        if !repeated.is_empty() {
            let edit = Edit::RemoveItems(repeated);
            let text = front_matter::apply(&file.text, &edit, field::known_keys());
            let text = text.map_err(|error| edit_error(&file.path, &error.to_string()))?;
            let shorter = SourceFile {
                path: file.path.clone(),
                hash: ContentHash::of(text.as_bytes()),
                text: text.into(),
            };
            return match parse_file(&shorter).0 {
                Some(manuscript) => self.edit_record(&shorter, &manuscript),
                None => Err(Error::new(format!("`{}` cannot be edited", file.path))),
            };
        }
        let uses = lists.into_iter().flatten().filter(|(text, _)| self.is_use(text));
        let mut replaced: Vec<(Range<usize>, String)> =
            uses.map(|(_, span)| (span, self.new.to_owned())).collect();
        if self.kind == VocabularyKind::Tactics {
            for (family, span) in family_references(manuscript) {
                if let Some((id, tactic)) = family.rsplit_once('~')
                    && self.is_use(tactic)
                {
                    replaced.push((span, format!("{id}~{}", self.new)));
                }
            }
        }
        let text = move_links(file, manuscript, &file.path, &self.moved_pages())?;
        edit_front_matter(&file.path, &text, replaced)
    }

    /// The pages of the terms, which get other addresses; metrics have none.
    fn moved_pages(&self) -> Moves {
        let kind = match self.kind {
            VocabularyKind::Markets => TermKind::Markets,
            VocabularyKind::Channels => TermKind::Channels,
            VocabularyKind::Tactics => TermKind::Tactics,
            VocabularyKind::Metrics => return Moves::default(),
        };
        let address = |id: &str| format!("{}{}", kind.address(), id.to_lowercase());
        let addresses = self.old.iter().map(|old| (address(old), address(self.new)));
        Moves { files: BTreeMap::new(), addresses: addresses.collect() }
    }

    /// Changes the vocabulary files of the hub, and those of groups and teams where a market goes.
    fn edit_vocabulary<'s>(&self, sources: &'s Sources, edits: &mut HubEdits<'s>) -> Result<()> {
        let mut is_listed = false;
        for file in sources.files.iter().filter(|file| file.path.starts_with(VOCABULARY_FOLDER)) {
            let stem = Path::new(&*file.path).file_stem().unwrap_or_default();
            let text = if stem == self.kind.name() {
                is_listed = true;
                self.edit_list(&file.text)
            } else if self.kind == VocabularyKind::Markets && !file.text.trim().is_empty() {
                self.old.iter().try_fold(file.text.to_string(), |text, old| {
                    vocabulary_file::rename_market(&text, old, self.new)
                })
            } else {
                continue;
            };
            match text {
                Some(text) => edits.add_text(file, text),
                None if stem == self.kind.name() => {
                    return Err(Error::new(format!("`{}` cannot be edited", file.path)).with_hint(
                        "write it as a list of entries, as `casebook check` says; nothing was changed",
                    ));
                }
                // The glossary is no list of markets.
                None => {}
            }
        }
        if !is_listed {
            let path = format!("{VOCABULARY_FOLDER}{}.yaml", self.kind.name());
            let text = self.edit_list("").unwrap_or_default();
            edits.files.push(FileEdit { former: None, path, text });
        }
        Ok(())
    }

    /// The text of the vocabulary's file with the terms replaced; none where it is no list.
    fn edit_list(&self, text: &str) -> Option<String> {
        if self.is_merge {
            vocabulary_file::merge_terms(text, self.old, self.new)
        } else {
            self.old.iter().try_fold(text.to_owned(), |text, old| {
                vocabulary_file::rename_term(&text, old, self.new)
            })
        }
    }

    /// The text of `site.toml` with the metrics replaced, none named twice.
    fn edit_settings(&self, settings: &SourceFile) -> String {
        let mut replaced: Vec<(Range<usize>, String)> = Vec::new();
        for list in metric_lists(&settings.text) {
            let list: Vec<WrittenText<'_>> =
                list.iter().map(|(text, span)| (text.as_str(), span.clone())).collect();
            let repeated = self.repetitions(&list);
            for (at, (text, span)) in list.iter().enumerate() {
                if repeated.contains(span) && at > 0 {
                    replaced.push((list[at - 1].1.end..span.end, String::new()));
                } else if self.is_use(text) {
                    replaced.push((span.clone(), front_matter::quote(self.new)));
                }
            }
        }
        replaced.sort_by_key(|(span, _)| span.start);
        let mut text = settings.text.to_string();
        for (span, new) in replaced.into_iter().rev() {
            text.replace_range(span, &new);
        }
        text
    }

    /// Reads the vocabulary as it will be, and makes sure that all names lead to the new id.
    ///
    /// # Errors
    /// A name does not.
    fn check(&self, sources: &Sources, edits: &HubEdits<'_>) -> Result<()> {
        let (vocabulary, _) = read_vocabulary(&edits.applied_to(sources).files);
        for name in self.old.iter().map(String::as_str).chain([self.new]) {
            let found = self.kind.find(&vocabulary, name);
            if found.is_none_or(|found| *found.term.id != *self.new) {
                let message = format!("`{name}` would not be read as `{}`", self.new);
                return Err(Error::new(message).with_hint(format!(
                    "look at `{name}` in `{VOCABULARY_FOLDER}{}.yaml`; nothing was changed",
                    self.kind.name()
                )));
            }
        }
        Ok(())
    }
}

/// Folder of the hub's vocabulary files.
const VOCABULARY_FOLDER: &str = "content/vocabulary/";
