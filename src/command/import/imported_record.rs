//! A case study that was read elsewhere, until it is written.

use crate::catalog::field::{self, Field, fields_of};
use crate::record::RecordType;
use crate::record::front_matter::{FieldValue, FrontMatter};
use crate::site::address::to_slug;

/// Key under `extra` that says where a record comes from.
pub const ORIGIN_KEY: &str = "imported_from";
/// Longest file name without extension, in characters and in bytes.
const MAX_NAME: (usize, usize) = (80, 180);

/// A case study that was read elsewhere.
#[derive(Debug, Clone, Default)]
pub struct ImportedRecord {
    /// Where it stands there: `line 12`, or the id of the experiment.
    pub place: String,
    /// What it was imported from, as its record says.
    pub origin: String,
    /// The text that makes the file name, which stays the same from run to run.
    pub name: String,
    /// Values of fields, without the results.
    pub fields: Vec<(&'static Field, FieldValue)>,
    /// The results, each with the values of its entries.
    pub results: Vec<Vec<(&'static Field, FieldValue)>>,
    /// What has no field, by its name there.
    pub extra: Vec<(String, FieldValue)>,
    /// Whether it must stay a draft, because something is missing or wrong.
    pub is_draft: bool,
}

impl ImportedRecord {
    /// Whether a field has a value.
    pub fn has(&self, field: &Field) -> bool {
        self.value(field).is_some()
    }

    /// The value of a field.
    pub fn value(&self, field: &Field) -> Option<&FieldValue> {
        self.fields.iter().find(|(known, _)| *known == field).map(|(_, value)| value)
    }

    /// Sets a field that has no value yet.
    pub fn set(&mut self, field: &'static Field, value: FieldValue) {
        if !value.is_empty() && !self.has(field) {
            self.fields.push((field, value));
        }
    }

    /// Puts a text under `extra`; a key that is there already gets a number.
    pub fn keep(&mut self, key: &str, value: FieldValue) {
        let mut name = key.to_owned();
        let mut number = 2;
        while name == ORIGIN_KEY || self.extra.iter().any(|(known, _)| *known == name) {
            name = format!("{key} {number}");
            number += 1;
        }
        self.extra.push((name, value));
    }

    /// The fields that every case study must have and this one lacks.
    pub fn missing_fields(&self) -> Vec<&'static Field> {
        fields_of(RecordType::CaseStudy)
            .filter(|field| field.is_always_required(RecordType::CaseStudy) && !self.has(field))
            .collect()
    }

    /// The path below the hub's root; the folder is that of the first market. None where no file
    /// name can be made.
    pub fn path(&self) -> Option<String> {
        let market = match self.value(&field::MARKETS) {
            Some(FieldValue::List(markets)) => match markets.first() {
                Some(FieldValue::Text(market)) => to_slug(market),
                _ => String::new(),
            },
            _ => String::new(),
        };
        let folder = if market.is_empty() { "global" } else { &market };
        let mut name = String::new();
        for letter in to_slug(&self.name).chars().take(MAX_NAME.0) {
            if name.len() + letter.len_utf8() > MAX_NAME.1 {
                break;
            }
            name.push(letter);
        }
        let name = name.trim_end_matches('-');
        (!name.is_empty()).then(|| format!("content/case-studies/{folder}/{name}.md"))
    }

    /// The text of the file.
    pub fn render(&self) -> String {
        let mut front_matter = FrontMatter::default();
        for (field, value) in &self.fields {
            front_matter = front_matter.with(field.name, value.clone());
        }
        let results = self.results.iter().map(|entries| {
            FieldValue::Map(
                entries.iter().map(|(entry, value)| (entry.name.into(), value.clone())).collect(),
            )
        });
        let extra = std::iter::once((ORIGIN_KEY.into(), self.origin.as_str().into()))
            .chain(self.extra.iter().map(|(key, value)| (key.as_str().into(), value.clone())));
        let draft = self.is_draft.then(|| FieldValue::Literal("true".to_owned()));
        front_matter
            .with(field::DRAFT.name, draft)
            .with(field::RESULTS.name, FieldValue::List(results.collect()))
            .with(field::EXTRA.name, FieldValue::Map(extra.collect()))
            .render_file("", field::known_keys())
    }
}
