//! What is to be translated: the texts of each record that lacks them in a language, and the answers.

use crate::catalog::field::{Field, gist};
use crate::catalog::gist::is_same_language;
use crate::catalog::{Catalog, Gist, Meta};

/// The texts of one record that are to be translated into one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Id of the record.
    pub id: String,
    /// Path of the record's file below the root.
    pub path: String,
    /// Language of the record (BCP 47).
    pub from: String,
    /// Language to translate into (BCP 47).
    pub to: String,
    /// The texts, in the order of the gist's fields.
    pub texts: Vec<SheetText>,
    /// One-based line of the file on which the sheet starts; 0 for one that was not read.
    pub line: usize,
}

/// One text of a record with its translation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetText {
    /// Which text it is, as [`text_name`] says.
    pub name: String,
    /// The text in the language of the record.
    pub source: String,
    /// The translation; empty while there is none.
    pub answer: String,
    /// One-based line of the file on which it starts; 0 for one that was not read.
    pub line: usize,
}

/// A place in a file of answers, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// One-based line.
    pub line: usize,
    /// One-based column, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl Problem {
    /// A problem at the start of a line.
    pub fn new(line: usize, message: impl Into<String>) -> Self {
        Problem { line, column: 1, message: message.into() }
    }
}

/// A record that can have gists, with all texts that a gist translates.
#[derive(Debug)]
pub struct SourceRecord<'a> {
    /// The fields that records of all kinds share.
    pub meta: &'a Meta,
    summary: &'a str,
    fixed: &'a [String],
    flexible: &'a [String],
}

impl SourceRecord<'_> {
    /// The texts of the record by field of the gist; a field without text has none.
    fn fields(&self) -> [(&'static Field, Vec<&str>); 4] {
        /// Texts as slices.
        fn list(texts: &[String]) -> Vec<&str> {
            texts.iter().map(String::as_str).collect()
        }
        [
            (&gist::TITLE, vec![&self.meta.title]),
            (
                &gist::SUMMARY,
                Some(self.summary).into_iter().filter(|text| !text.is_empty()).collect(),
            ),
            (&gist::FIXED, list(self.fixed)),
            (&gist::FLEXIBLE, list(self.flexible)),
        ]
    }

    /// The number of texts that the record has in a field of the gist.
    pub fn count(&self, field: &Field) -> usize {
        self.fields().iter().find(|(other, _)| *other == field).map_or(0, |(_, texts)| texts.len())
    }

    /// The text of a name; none where the record has none of it.
    pub fn text(&self, name: &str) -> Option<String> {
        let fields = self.fields();
        let mut texts = fields.iter().flat_map(|(field, texts)| {
            texts.iter().enumerate().map(|(at, text)| (text_name(field, at), *text))
        });
        texts.find(|(other, _)| other == name).map(|(_, text)| text.to_owned())
    }
}

/// The name of a text in files for translators: the field alone, of a list with the one-based
/// number of the text, which is the zero-based `at` here: `fixed 2`.
pub fn text_name(field: &Field, at: usize) -> String {
    if is_list(field) { format!("{} {}", field.name, at + 1) } else { field.name.to_owned() }
}

/// The field of the gist of a name, and the zero-based number of the text; none for another name.
pub fn parse_text_name(name: &str) -> Option<(&'static Field, usize)> {
    let (field, number) = name.split_once(' ').unwrap_or((name, ""));
    let field = gist::ENTRIES.iter().copied().find(|entry| entry.name == field)?;
    match number.parse::<usize>() {
        Ok(number) if is_list(field) && number > 0 => Some((field, number - 1)),
        Err(_) if !is_list(field) && number.is_empty() => Some((field, 0)),
        _ => None,
    }
}

/// Whether a field of the gist is a list of texts.
pub fn is_list(field: &Field) -> bool {
    matches!(field.kind, crate::catalog::field::FieldKind::Texts)
}

/// Case studies, ideas and playbooks, each in id order.
pub fn source_records(catalog: &Catalog) -> impl Iterator<Item = SourceRecord<'_>> {
    let cases = catalog.cases.iter().map(|case| SourceRecord {
        meta: &case.meta,
        summary: case.summary.as_deref().unwrap_or_default(),
        fixed: &case.fixed,
        flexible: &case.flexible,
    });
    let ideas = catalog.ideas.iter().map(|idea| SourceRecord {
        meta: &idea.meta,
        summary: &idea.summary,
        fixed: &[],
        flexible: &[],
    });
    let playbooks = catalog.playbooks.iter().map(|playbook| SourceRecord {
        meta: &playbook.meta,
        summary: &playbook.claim,
        fixed: &playbook.fixed,
        flexible: &playbook.flexible,
    });
    cases.chain(ideas).chain(playbooks)
}

/// One sheet for each record that is in another language than `to` (BCP 47) and lacks texts in it,
/// with the texts that are missing.
pub fn list_missing(catalog: &Catalog, to: &str) -> Vec<Sheet> {
    let foreign =
        source_records(catalog).filter(|record| !is_same_language(&record.meta.language, to));
    foreign.filter_map(|record| missing_sheet(&record, to)).collect()
}

/// The sheet of a record with the texts that it lacks in a language; none if it lacks none.
fn missing_sheet(record: &SourceRecord<'_>, to: &str) -> Option<Sheet> {
    let gist = record.meta.gists.find(to);
    let lacks = |field: &Field| gist.is_none_or(|gist| is_empty(gist, field));
    let texts: Vec<SheetText> = record
        .fields()
        .into_iter()
        .filter(|(field, _)| lacks(field))
        .flat_map(|(field, texts)| {
            let text = move |(at, source): (usize, &str)| SheetText {
                name: text_name(field, at),
                source: source.to_owned(),
                ..SheetText::default()
            };
            texts.into_iter().enumerate().map(text).collect::<Vec<_>>()
        })
        .collect();
    (!texts.is_empty()).then(|| Sheet {
        id: record.meta.id.to_string(),
        path: record.meta.path.to_string(),
        from: record.meta.language.clone(),
        to: gist.map_or_else(|| to.to_owned(), |gist| gist.language.clone()),
        texts,
        line: 0,
    })
}

/// Whether a gist says nothing in a field.
fn is_empty(gist: &Gist, field: &Field) -> bool {
    if *field == gist::SUMMARY {
        gist.summary.is_none()
    } else if *field == gist::FIXED {
        gist.fixed.is_empty()
    } else if *field == gist::FLEXIBLE {
        gist.flexible.is_empty()
    } else {
        gist.title.is_empty()
    }
}

/// A text with every run of white space as one space, by which texts are compared.
pub fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
