//! Renders a new record as the Markdown file that is written: its path, front matter and body.

use std::path::PathBuf;

use crate::catalog::keywords::{Keyword, Status};
use crate::catalog::{date, field};
use crate::command::new::flags::{CaseStudyArguments, IdeaArguments, PlaybookArguments};
use crate::error::{Error, Result};
use crate::record::front_matter::{FieldValue, FrontMatter};
use crate::site::Site;
use crate::site::address::to_slug;
use crate::vocabulary::{TermId, Terms, Vocabulary, template};

/// A case study that is to be written.
#[derive(Debug, Clone, Default)]
pub struct CaseStudyDraft {
    /// What was given or answered.
    pub flags: CaseStudyArguments,
    /// Further fields by name, such as those that come from the idea or study it starts from.
    pub fields: Vec<(&'static str, FieldValue)>,
    /// The Markdown below the front matter; the headings of the template where there is none.
    pub body: Option<String>,
}

/// The path below the hub's root and the text of a new case study, in the folder of its first
/// market. Values that are not known stand in it as they were given.
///
/// # Errors
/// No file name can be made.
pub fn render_case_study(
    site: &Site,
    vocabulary: &Vocabulary,
    draft: &CaseStudyDraft,
) -> Result<(PathBuf, String)> {
    let case = &draft.flags;
    let title = case.title.as_deref().unwrap_or_default();
    let markets = find_markets(&case.markets, vocabulary);
    let folder = markets.first().map(|market| to_slug(market)).filter(|folder| !folder.is_empty());
    let folder = shorten_name(&folder.unwrap_or_else(|| "global".to_owned()));
    let status = case.status.as_deref().unwrap_or(Status::Planned.as_str());
    let status = match Status::parse(status) {
        Some(known) => known.as_str(),
        None => status,
    };
    let language = case.language.as_deref().unwrap_or(&site.language);
    let mut front_matter = FrontMatter::default()
        .with(field::TITLE.name, title)
        .with(field::STATUS.name, status)
        .with(field::LANGUAGE.name, case.language.as_deref())
        .with(field::MARKETS.name, markets.into_iter().collect::<FieldValue>())
        .with(field::CHANNELS.name, find_terms(&case.channels, &vocabulary.channels))
        .with(field::TACTICS.name, find_terms(&case.tactics, &vocabulary.tactics))
        .with(field::HYPOTHESIS.name, case.hypothesis.as_deref())
        .with(field::START.name, case.start.as_deref().map(date_value))
        .with(field::OWNER.name, case.owner.as_deref())
        .with(field::IDEA_ID.name, case.idea.as_deref())
        .with(field::ADAPTED_FROM.name, case.adapted_from.as_deref());
    for (key, value) in &draft.fields {
        front_matter = front_matter.with(key, value.clone());
    }
    let path = PathBuf::from(format!(
        "content/case-studies/{folder}/{}.md",
        file_name(case.slug.as_deref(), title)?
    ));
    let body = draft.body.clone().unwrap_or_else(|| render_case_study_body(language));
    Ok((path, front_matter.render_file(&body, field::known_keys())))
}

/// The path below the hub's root and the text of a new idea. Values that are not known stand in it
/// as they were given.
///
/// # Errors
/// No file name can be made.
pub fn render_idea(vocabulary: &Vocabulary, idea: &IdeaArguments) -> Result<(PathBuf, String)> {
    let title = idea.title.as_deref().unwrap_or_default();
    let front_matter = FrontMatter::default()
        .with(field::TITLE.name, title)
        .with(field::STATUS.name, "new")
        .with(
            field::MARKETS.name,
            find_markets(&idea.markets, vocabulary).into_iter().collect::<FieldValue>(),
        )
        .with(field::CHANNELS.name, find_terms(&idea.channels, &vocabulary.channels))
        .with(field::TACTICS.name, find_terms(&idea.tactics, &vocabulary.tactics))
        .with(
            field::WANTED_BY.name,
            find_markets(&idea.wanted_by, vocabulary).into_iter().collect::<FieldValue>(),
        )
        .with(field::EVIDENCE.name, to_list(&idea.evidence));
    let path =
        PathBuf::from(format!("content/ideas/{}.md", file_name(idea.slug.as_deref(), title)?));
    Ok((path, front_matter.render_file(&format!("{}\n", template::IDEA_BODY), field::known_keys())))
}

/// The path below the hub's root and the text of a new playbook.
///
/// # Errors
/// No file name can be made.
pub fn render_playbook(playbook: &PlaybookArguments) -> Result<(PathBuf, String)> {
    let title = playbook.title.as_deref().unwrap_or_default();
    let front_matter = FrontMatter::default()
        .with(field::TITLE.name, title)
        .with(field::CLAIM.name, playbook.claim.as_deref())
        .with(field::STATUS.name, "emerging")
        .with(field::SUPPORTS.name, to_list(&playbook.supports))
        .with(field::CONTRADICTS.name, to_list(&playbook.contradicts));
    let path = PathBuf::from(format!(
        "content/playbooks/{}.md",
        file_name(playbook.slug.as_deref(), title)?
    ));
    Ok((
        path,
        front_matter.render_file(&format!("{}\n", template::PLAYBOOK_BODY), field::known_keys()),
    ))
}

/// Most characters of the name of a folder or file.
const MAX_NAME_CHARACTERS: usize = 80;
/// Most bytes of the name of a folder or file, extension aside: file systems take 255.
const MAX_NAME_BYTES: usize = 240;

/// The beginning of a slug that can be the name of a folder or file.
fn shorten_name(slug: &str) -> String {
    let mut name: String = slug.chars().take(MAX_NAME_CHARACTERS).collect();
    while name.len() > MAX_NAME_BYTES || name.ends_with('-') {
        name.pop();
    }
    name
}

/// The file name of a record without extension: the requested one, else from the title.
///
/// # Errors
/// Nothing is left of it as a slug.
pub fn file_name(requested: Option<&str>, title: &str) -> Result<String> {
    let name = shorten_name(&to_slug(requested.unwrap_or(title)));
    if name.is_empty() {
        Err(Error::new("no file name can be made of the title")
            .with_hint("name it with `--slug unboxing-drop`"))
    } else {
        Ok(name)
    }
}

/// The body of a new case study: the headings of the template in this language (a BCP 47 tag),
/// separated by blank lines.
fn render_case_study_body(language: &str) -> String {
    template::case_study_headings(language)
        .iter()
        .map(|heading| format!("## {heading}\n\n"))
        .collect::<String>()
        .trim_end()
        .to_owned()
        + "\n"
}

/// A date as front matter holds it; any other text as it was given.
fn date_value(text: &str) -> FieldValue {
    date::parse_date(text).map_or_else(|_| FieldValue::from(text), FieldValue::from)
}

/// A field value with these ids in their order; whether any record has them is not checked.
fn to_list(ids: &[String]) -> FieldValue {
    ids.iter().map(String::as_str).collect()
}

/// A field value with the ids of terms, each given by any of its names; a name that is not known
/// stays as it was given, so that reading the record reports it.
fn find_terms<K: TermId>(names: &[String], known: &Terms<K>) -> FieldValue {
    names.iter().map(|name| find_term(name, known)).collect()
}

/// The id of a term, given by any of its names; the name itself where it is not known.
fn find_term<K: TermId>(name: &str, known: &Terms<K>) -> String {
    known.find(name).map_or_else(|| name.to_owned(), |id| known[id].id.to_string())
}

/// The ids of market groups, given by id, and of markets, given by any of their names, in the given
/// order; a name that is neither stays as it was given.
pub fn find_markets(names: &[String], vocabulary: &Vocabulary) -> Vec<String> {
    let find = |name: &String| {
        let group =
            vocabulary.groups.find(name).filter(|group| vocabulary.groups.is_id(*group, name));
        match group {
            Some(group) => vocabulary.groups[group].id.to_string(),
            None => find_term(name, &vocabulary.markets),
        }
    };
    names.iter().map(find).collect()
}
