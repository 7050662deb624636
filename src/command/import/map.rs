//! What the columns and words of a sheet mean: the built-in map of usual headers, and the file of
//! `--map`, which precedes it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::catalog::field::{self, Field, FieldKind, find_field};
use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::record::RecordType;
use crate::vocabulary::normalise_name;

/// The built-in map, in the form of a file for `--map`.
const PRESETS: &str = include_str!("presets.toml");
/// The target of a column whose cells make the name of the file.
const ID_TARGET: &str = "id";

/// What becomes of the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// They name the files.
    Id,
    /// They stand under `extra`, with the header as key.
    Extra,
    /// They are values of a field of case studies.
    Field(&'static Field),
    /// They are values of an entry of the primary result.
    Result(&'static Field),
}

/// A file for `--map`, as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MapFile {
    /// Target of each column, by header.
    columns: BTreeMap<String, Spanned<String>>,
    /// Value of each target for rows without one.
    constants: BTreeMap<String, Spanned<String>>,
    /// By target: the value that stands for each text.
    values: BTreeMap<String, BTreeMap<String, String>>,
}

/// The meaning of columns, constants and words; all keys are in the form of [`normalise_header`].
#[derive(Debug, Default)]
pub struct ImportMap {
    /// Target of each column, by header.
    columns: BTreeMap<String, Target>,
    /// Values for rows without one, in the order of their names.
    pub constants: Vec<(Target, String)>,
    /// By name of the target and text: the value that stands for it.
    values: BTreeMap<(String, String), String>,
}

/// The form in which headers and words are compared: lower case, without signs, and with one hyphen
/// for each run of other characters: `Uplift (%)` is `uplift`.
pub fn normalise_header(text: &str) -> String {
    let words: String =
        text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    normalise_name(&words)
}

impl Target {
    /// The target of a name as it stands in a map: a field, an entry of `results` behind a full
    /// stop, `id` or `extra`; none for any other name, and for fields that no cell can hold.
    fn parse(name: &str) -> Option<Target> {
        if name == ID_TARGET {
            return Some(Target::Id);
        }
        if name == field::EXTRA.name {
            return Some(Target::Extra);
        }
        if let Some(entry) =
            name.strip_prefix(field::RESULTS.name).and_then(|rest| rest.strip_prefix('.'))
        {
            let entry = field::RESULTS.entries().iter().find(|field| field.has_key(entry))?;
            return Some(Target::Result(entry));
        }
        let field = find_field(RecordType::CaseStudy, name)?;
        let is_cell = matches!(
            field.kind,
            FieldKind::Text
                | FieldKind::Texts
                | FieldKind::Keyword { .. }
                | FieldKind::Date
                | FieldKind::Number(_)
                | FieldKind::Count
                | FieldKind::Language
                | FieldKind::Terms(_)
        );
        is_cell.then_some(Target::Field(field))
    }

    /// The name as it stands in a map.
    pub fn name(self) -> String {
        match self {
            Target::Id => ID_TARGET.to_owned(),
            Target::Extra => field::EXTRA.name.to_owned(),
            Target::Field(field) => field.name.to_owned(),
            Target::Result(entry) => format!("{}.{}", field::RESULTS.name, entry.name),
        }
    }
}

impl ImportMap {
    /// The built-in map.
    pub fn presets() -> ImportMap {
        let mut map = ImportMap::default();
        map.add(PRESETS, "presets").expect("the built-in map is valid");
        map
    }

    /// Adds a file for `--map`, whose meanings precede those that are there.
    ///
    /// # Errors
    /// The file is no TOML, or names what there is not; the message has the line.
    pub fn add_file(&mut self, path: &Path, text: &str) -> Result<()> {
        self.add(text, &path.display().to_string())
    }

    /// Adds the text of a map, which `name` names in messages.
    fn add(&mut self, text: &str, name: &str) -> Result<()> {
        let file: MapFile = toml::from_str(text)
            .map_err(|cause| Error::because(format!("the map `{name}` cannot be read"), cause))?;
        let parse = |target: &str, at: usize| {
            Target::parse(target).ok_or_else(|| {
                let line = text[..at].matches('\n').count() + 1;
                unknown_target_error(&format!("{name}:{line}"), target)
            })
        };
        for (header, target) in file.columns {
            let parsed = parse(target.get_ref(), target.span().start)?;
            self.columns.insert(normalise_header(&header), parsed);
        }
        for (target, value) in file.constants {
            let parsed = parse(&target, value.span().start)?;
            self.set_constant(parsed, value.into_inner());
        }
        for (target, words) in file.values {
            let at = text.find(&format!("[values.{target}]")).unwrap_or(0);
            let target_name = parse(&target, at)?.name();
            for (word, value) in words {
                self.values.insert((target_name.clone(), normalise_header(&word)), value);
            }
        }
        Ok(())
    }

    /// Sets the value of a target for rows without one, instead of an earlier one.
    pub fn set_constant(&mut self, target: Target, value: String) {
        self.constants.retain(|(known, _)| *known != target);
        self.constants.push((target, value));
    }

    /// What becomes of the cells of a column.
    pub fn find_target(&self, header: &str) -> Target {
        self.columns.get(&normalise_header(header)).copied().unwrap_or(Target::Extra)
    }

    /// The value that stands for a text in cells of a target.
    pub fn find_value(&self, target: Target, text: &str) -> Option<&str> {
        self.values.get(&(target.name(), normalise_header(text))).map(String::as_str)
    }

    /// A file for `--map` with these columns of a sheet as they are understood, for its author to
    /// change.
    pub fn render_starting_file(&self, headers: &[String]) -> String {
        // A JSON text is a TOML text too.
        let quote = |text: &str| serde_json::to_string(text).expect("a text becomes JSON");
        let columns: String = headers
            .iter()
            .map(|header| {
                format!("{} = {}\n", quote(header), quote(&self.find_target(header).name()))
            })
            .collect();
        format!(
            "# What each column of the sheet becomes: a field of case studies, an entry of the\n\
             # primary result (`results.lift`), `id` for the name of the file, or `extra`.\n\
             [columns]\n{columns}\n\
             # Values for rows that have none.\n\
             [constants]\n# channels = \"website\"\n\n\
             # What a text in a cell stands for, where it is not found by itself.\n\
             [values.outcome]\n# \"Variant won\" = \"won\"\n"
        )
    }
}

/// The error that a map names a target that there is not, at a place, with the nearest ones.
fn unknown_target_error(place: &str, target: &str) -> Error {
    let fields = field::fields_of(RecordType::CaseStudy).map(|field| Target::Field(field).name());
    let entries = field::RESULTS.entries().iter().map(|entry| Target::Result(entry).name());
    let names: Vec<String> = fields
        .chain(entries)
        .chain([Target::Id.name(), Target::Extra.name()])
        .filter(|name| Target::parse(name).is_some())
        .collect();
    Error::new(format!("{place}: `{target}` is nothing that a cell can become"))
        .with_hint(nearest::hint(target, names.iter().map(String::as_str).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_five_languages_mean_the_same() {
        let map = ImportMap::presets();
        for header in
            ["Test name", "Naam van de test", "Testname", "Nombre de la prueba", "Nome do teste"]
        {
            assert_eq!(map.find_target(header), Target::Field(&field::TITLE), "{header}");
        }
        for header in ["Uplift (%)", "UPLIFT %", "Steigerung in %", "Aumento %"] {
            let wanted = if header.contains(" in ") { "extra" } else { "results.lift" };
            assert_eq!(map.find_target(header).name(), wanted, "{header}");
        }
    }

    #[test]
    fn a_map_precedes_and_its_errors_have_a_line() {
        let mut map = ImportMap::presets();
        let path = Path::new("map.toml");
        map.add_file(
            path,
            "[columns]\n\"Test name\" = \"summary\"\n[values.outcome]\nSuper = \"won\"\n",
        )
        .unwrap();
        assert_eq!(map.find_target("test NAME"), Target::Field(&field::SUMMARY));
        assert_eq!(map.find_value(Target::Field(&field::OUTCOME), "super"), Some("won"));
        let error = map.add_file(path, "[columns]\nA = \"titel\"\n").unwrap_err();
        assert!(error.to_string().contains("map.toml:2: `titel`"), "{error}");
        assert!(error.hint().unwrap().contains("title"));
        map.add_file(path, "[colums]\n").unwrap_err();
        let mut written = ImportMap::presets();
        let text = written.render_starting_file(&["Test name".into(), "a \"b\"".into()]);
        written.add_file(path, &text).unwrap();
    }

    #[test]
    fn every_word_of_the_built_in_map_is_one_of_its_field() {
        let map = ImportMap::presets();
        for ((target, text), value) in &map.values {
            let field = find_field(RecordType::CaseStudy, target).unwrap();
            assert!(field.words().contains(&&**value), "{target}: {text} = {value}");
        }
    }
}
