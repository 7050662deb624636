//! JSON Schemas: one for the front matter of each type of record, one for each vocabulary file.
//!
//! A schema accepts what the reader reads without an error: other names of fields, one value where a
//! list belongs, numbers in quotes, words in capitals, and labels and aliases of terms in their usual
//! capitals. What depends on several records, such as whether an id is that of a study, it cannot
//! see.

use std::collections::BTreeSet;

use crate::catalog::field::{self, Field, FieldKind, Requirement, TermList, fields_of};
use crate::catalog::number::NumberKind;
use crate::command::schema::described_hub::{DescribedHub, RECORD_FOLDERS, is_multiple};
use crate::command::schema::document::Document;
use crate::command::schema::editor_file::EditorFile;
use crate::record::RecordType;
use crate::site::VocabularyMode;
use crate::vocabulary::entry_field::{EntryField, EntryKind, VOCABULARY_NAMES, entry_fields};
use crate::vocabulary::{TermId, Terms};

/// The most records whose ids a schema lists with their titles; beyond it would be slow to load.
const MAX_LISTED_RECORDS: usize = 1_000;

/// A text that is read as a number.
const NUMBER_TEXT: &str = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$";

/// A text that is read as a whole number.
const COUNT_TEXT: &str = "^_*[0-9][0-9_]*$";

/// A version of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// Draft 7, which help for YAML in editors is made for.
    Seven,
    /// Draft 2020-12, the newest.
    Newest,
}

impl Draft {
    /// The address by which a schema says that it is of this version.
    const fn address(self) -> &'static str {
        match self {
            Draft::Seven => "http://json-schema.org/draft-07/schema#",
            Draft::Newest => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// The key below which schemas stand that others name.
    const fn definitions(self) -> &'static str {
        match self {
            Draft::Seven => "definitions",
            Draft::Newest => "$defs",
        }
    }
}

/// Writes schemas for a hub.
struct SchemaWriter<'h> {
    hub: &'h DescribedHub,
    draft: Draft,
}

/// The schemas of a hub: `case-study.schema.json` and its like for front matter, then those for
/// vocabulary files, `markets.schema.json` and its like.
pub fn schema_files(hub: &DescribedHub, draft: Draft) -> Vec<EditorFile> {
    let writer = SchemaWriter { hub, draft };
    let records = RECORD_FOLDERS.iter().map(|(record_type, _)| EditorFile {
        path: record_schema_name(*record_type).to_owned(),
        text: writer.record_schema(*record_type).to_json(),
    });
    records.chain(vocabulary_schemas(hub, draft)).collect()
}

/// The schemas for the vocabulary files of a hub.
pub fn vocabulary_schemas(hub: &DescribedHub, draft: Draft) -> Vec<EditorFile> {
    let writer = SchemaWriter { hub, draft };
    let to_file = |name: &&str| EditorFile {
        path: vocabulary_schema_name(name),
        text: writer.vocabulary_schema(name).to_json(),
    };
    VOCABULARY_NAMES.iter().map(to_file).collect()
}

/// Name of the file with the schema for the front matter of a type of record.
pub fn record_schema_name(record_type: RecordType) -> &'static str {
    match record_type {
        RecordType::CaseStudy => "case-study.schema.json",
        RecordType::Idea => "idea.schema.json",
        RecordType::Playbook => "playbook.schema.json",
        RecordType::Page => "page.schema.json",
    }
}

/// Name of the file with the schema for a vocabulary file.
pub fn vocabulary_schema_name(vocabulary: &str) -> String {
    format!("{vocabulary}.schema.json")
}

/// A schema for texts that match one of several schemas.
fn any_of(schemas: Vec<Document>) -> Document {
    Document::map([("anyOf", schemas.into())])
}

/// A schema for texts of a form.
fn pattern(regular_expression: impl Into<Document>) -> Document {
    Document::map([("type", "string".into()), ("pattern", regular_expression.into())])
}

/// A schema for any text, as the reader takes it: it keeps `2024` and `true` as they are written.
fn text() -> Document {
    Document::map([("type", Document::list(["string", "number", "boolean"]))])
}

/// A schema for an empty value, which is read as none.
fn empty() -> Document {
    Document::map([("enum", Document::List(vec![Document::Null, "".into()]))])
}

/// A schema for a list of values, of which some may be empty.
fn list_of(item: Document) -> Document {
    Document::map([("type", "array".into()), ("items", any_of(vec![item, empty()]))])
}

/// A regular expression for a word in any case, with any separators between its parts.
fn word_pattern(word: &str) -> String {
    let mut expression = String::new();
    for letter in word.chars() {
        match letter {
            '-' => expression.push_str(r"[\s_-]+"),
            letter if letter.is_ascii_alphabetic() => {
                expression.extend(['[', letter.to_ascii_uppercase(), letter, ']']);
            }
            letter => expression.push(letter),
        }
    }
    expression
}

/// A name with a capital as its first letter.
fn capitalise(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

impl SchemaWriter<'_> {
    /// The head of a schema file: version and title.
    fn head(&self, title: &str, description: &str) -> Document {
        Document::map([
            ("$schema", self.draft.address().into()),
            ("title", title.into()),
            ("description", description.into()),
        ])
    }

    /// The schema for the front matter of a type of record.
    fn record_schema(&self, record_type: RecordType) -> Document {
        let name = match record_type {
            RecordType::CaseStudy => "editor.case_study",
            RecordType::Idea => "editor.idea",
            RecordType::Playbook => "editor.playbook",
            RecordType::Page => "editor.page",
        };
        let fields: Vec<&'static Field> = fields_of(record_type).collect();
        let mut properties = Vec::new();
        let mut rules = Vec::new();
        for field in &fields {
            let is_required = field.is_always_required(record_type);
            let schema = self.field_schema(field, None, record_type, is_required);
            for key in field.keys() {
                let schema = match key == field.name {
                    true => schema.clone(),
                    false => schema.clone().with("$comment", format!("read as `{}`", field.name)),
                };
                properties.push((key.to_owned(), schema));
            }
            rules.extend(key_rules(field, is_required));
        }
        let schema = self
            .head(self.hub.language.text(name), "Front matter of a record of this hub.")
            .with("type", "object")
            .with("properties", Document::Map(properties))
            .with("additionalProperties", false)
            .with("allOf", rules);
        schema.with(self.draft.definitions(), Document::Map(self.definitions(&fields)))
    }

    /// The schemas that those of the fields name: terms of the vocabularies and ids of records.
    fn definitions(&self, fields: &[&'static Field]) -> Vec<(String, Document)> {
        let mut named = BTreeSet::new();
        let entries = fields.iter().flat_map(|field| field.entries()).copied();
        for field in fields.iter().copied().chain(entries) {
            named.extend(definition_name(field.kind));
        }
        named.into_iter().map(|name| (name.to_owned(), self.definition(name))).collect()
    }

    /// The schema of a name in the definitions.
    fn definition(&self, name: &str) -> Document {
        let catalog = &self.hub.catalog;
        let vocabulary = &catalog.vocabulary;
        match name {
            "market" => {
                let mut schemas = self.terms(&vocabulary.groups);
                schemas.extend(self.terms(&vocabulary.markets));
                self.term_schema("A market or market group", schemas)
            }
            "channel" => self.term_schema("A channel", self.terms(&vocabulary.channels)),
            "tactic" => self.term_schema("A tactic", self.terms(&vocabulary.tactics)),
            // Metrics are closed in every hub; a region's own carries `local`.
            "metric" => any_of(self.terms(&vocabulary.metrics)).with("title", "A metric"),
            "case-study" => {
                let cases = catalog.cases.iter().map(|case| (&*case.meta.id, &*case.meta.title));
                record_id("Id of a case study", cases.collect())
            }
            _ => {
                let ideas = catalog.ideas.iter().map(|idea| (&*idea.meta.id, &*idea.meta.title));
                record_id("Id of an idea", ideas.collect())
            }
        }
    }

    /// A schema for a term of a vocabulary; in an open hub also for any other word.
    fn term_schema(&self, title: &str, mut schemas: Vec<Document>) -> Document {
        if self.hub.site.vocabulary.mode == VocabularyMode::Open {
            schemas.push(text());
        }
        any_of(schemas).with("title", title)
    }

    /// Schemas for the terms of a vocabulary: their ids with label and description, then the other
    /// names that are read as one of them.
    fn terms<K: TermId>(&self, terms: &Terms<K>) -> Vec<Document> {
        let language = &self.hub.language.format.id;
        let mut ids = Vec::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        for (_, term) in terms.iter() {
            let schema = Document::map([
                ("const", (*term.id).into()),
                ("title", term.label_in(language).into()),
            ]);
            let schema = match (&term.deprecated_by, term.description.as_str()) {
                (Some(instead), _) => {
                    schema.with("description", format!("use `{instead}`")).with("deprecated", true)
                }
                (None, "") => schema,
                (None, description) => schema.with("description", description),
            };
            ids.push(schema);
            let others = std::iter::once(&term.label).chain(term.labels.values());
            for name in others.chain(&term.aliases).map(String::as_str).chain([&*term.id]) {
                names.extend([name.to_owned(), name.to_lowercase(), capitalise(name)]);
            }
        }
        names.retain(|name| !terms.iter().any(|(_, term)| *term.id == **name));
        let others = Document::map([
            ("enum", Document::list(names)),
            ("$comment", "other names, read as the term".into()),
        ]);
        vec![Document::map([("oneOf", ids.into())]), others]
    }

    /// A reference to a schema in the definitions. It stands alone in its map, because draft 7
    /// ignores whatever is beside it.
    fn reference(&self, name: &str) -> Document {
        Document::map([("$ref", format!("#/{}/{name}", self.draft.definitions()).into())])
    }

    /// The schema for the values of a field, with title and description. `parent` is the field that
    /// the entry belongs to, in a map.
    fn field_schema(
        &self,
        field: &'static Field,
        parent: Option<&Field>,
        record_type: RecordType,
        is_required: bool,
    ) -> Document {
        let value = self.value_schema(field, parent, record_type);
        let mut schemas = vec![value.clone()];
        if is_multiple(field) {
            let list = list_of(value);
            schemas.push(if is_required { list.with("minItems", 1) } else { list });
        }
        if !is_required {
            schemas.push(empty());
        }
        let help = match field.required {
            Requirement::OnceCompleted if record_type == RecordType::CaseStudy => {
                format!("{} Needed once the experiment is completed.", field.help)
            }
            _ => field.help.to_owned(),
        };
        Document::map([
            ("title", self.hub.label(field).into()),
            ("description", help.into()),
            ("anyOf", schemas.into()),
        ])
    }

    /// The schema for one value of a field, other than an empty one.
    fn value_schema(
        &self,
        field: &'static Field,
        parent: Option<&Field>,
        record_type: RecordType,
    ) -> Document {
        match field.kind {
            FieldKind::Text | FieldKind::Texts | FieldKind::Image => text(),
            FieldKind::Keyword { words, aliases, .. } => {
                let choices = self.hub.words(field).into_iter().map(|choice| {
                    Document::map([("const", choice.id.into()), ("title", choice.label.into())])
                });
                let spellings: Vec<String> = words
                    .iter()
                    .chain(aliases.iter().map(|(alias, _)| alias))
                    .map(|word| word_pattern(word))
                    .collect();
                let others = pattern(format!(r"^[\s_-]*({})[\s_-]*$", spellings.join("|")));
                let listed = Document::map([("oneOf", Document::list(choices))]);
                // The editor's help lists the words; any other spelling of them is read as well.
                any_of(vec![listed, others])
            }
            FieldKind::Date => pattern("^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$").with("format", "date"),
            FieldKind::Number(kind) => {
                let number = Document::map([("type", "number".into())]);
                let is_score = parent.is_some_and(|parent| *parent == field::SCORE);
                let number = match kind {
                    NumberKind::Probability => number.with("minimum", 0).with("maximum", 1),
                    _ if is_score => {
                        let (lowest, highest) = field::SCORE_RANGE;
                        number.with("minimum", lowest).with("maximum", highest)
                    }
                    _ => number,
                };
                any_of(vec![number, pattern(NUMBER_TEXT)])
            }
            FieldKind::Count => any_of(vec![
                Document::map([("type", "integer".into()), ("minimum", 0.into())]),
                pattern(COUNT_TEXT),
            ]),
            FieldKind::Flag => {
                let words = ["true", "yes", "on", "false", "no", "off"].map(word_pattern);
                any_of(vec![
                    Document::map([("type", "boolean".into())]),
                    pattern(format!("^({})$", words.join("|"))),
                ])
            }
            FieldKind::Duration => any_of(vec![
                pattern(r"^[0-9]+\s*[dwmy]?$"),
                Document::map([("type", "integer".into()), ("minimum", 0.into())]),
            ]),
            FieldKind::Language => pattern("^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"),
            FieldKind::Evidence => {
                any_of(vec![self.reference("case-study"), pattern("^https?://")])
            }
            FieldKind::WebAddress => pattern("^https?://"),
            FieldKind::Metric if *field == field::result::METRIC => text(),
            FieldKind::Terms(_)
            | FieldKind::Metric
            | FieldKind::CaseStudies
            | FieldKind::CaseStudy
            | FieldKind::Idea => {
                self.reference(definition_name(field.kind).expect("the type has a definition"))
            }
            FieldKind::Map(entries) => self.with_short_form(
                field,
                vec![self.map_schema(field, entries, record_type)],
                record_type,
            ),
            FieldKind::Maps(entries) => {
                let map = self.map_schema(field, entries, record_type);
                let one = self.with_short_form(field, vec![map], record_type);
                let list = Document::map([("type", "array".into()), ("items", one.clone())]);
                // The arms of an experiment are a list, because one alone compares nothing.
                if *field == field::VARIANTS { list } else { any_of(vec![list, one]) }
            }
            FieldKind::MapsByLanguage(entries) => Document::map([
                ("type", "object".into()),
                ("additionalProperties", self.map_schema(field, entries, record_type)),
            ]),
            FieldKind::AnyMap => Document::map([("type", "object".into())]),
        }
    }

    /// A schema for the maps of a field, or the value that may stand in the place of one.
    fn with_short_form(
        &self,
        field: &'static Field,
        mut schemas: Vec<Document>,
        record_type: RecordType,
    ) -> Document {
        schemas.extend(
            field.short_form.map(|entry| self.value_schema(entry, Some(field), record_type)),
        );
        any_of(schemas)
    }

    /// The schema for a map with these entries, of a field.
    fn map_schema(
        &self,
        field: &'static Field,
        entries: &'static [&'static Field],
        record_type: RecordType,
    ) -> Document {
        let required = |entry: &Field| matches!(entry.required, Requirement::InMap);
        let properties = entries.iter().map(|entry| {
            let schema = self.field_schema(entry, Some(field), record_type, required(entry));
            (entry.name.to_owned(), schema)
        });
        let needed: Vec<Document> =
            entries.iter().filter(|entry| required(entry)).map(|entry| entry.name.into()).collect();
        let map = Document::map([
            ("type", "object".into()),
            ("properties", Document::Map(properties.collect())),
            ("additionalProperties", false.into()),
        ]);
        let map = if needed.is_empty() { map } else { map.with("required", needed) };
        if *field != field::RESULTS {
            return map;
        }
        // A metric that no list names is the region's own, and says so.
        let local = Document::map([
            (
                "properties",
                Document::map([(
                    field::result::LOCAL.name,
                    any_of(vec![
                        Document::map([("const", true.into())]),
                        pattern(format!(
                            "^({})$",
                            ["true", "yes", "on"].map(word_pattern).join("|")
                        )),
                    ]),
                )]),
            ),
            ("required", Document::list([field::result::LOCAL.name])),
        ]);
        let known = Document::map([(
            "properties",
            Document::map([(field::result::METRIC.name, self.reference("metric"))]),
        )]);
        map.with("if", local).with("else", known)
    }

    /// The schema for a vocabulary file: a list of entries.
    fn vocabulary_schema(&self, name: &str) -> Document {
        let fields: Vec<&EntryField> = entry_fields(name).collect();
        let properties =
            fields.iter().map(|field| (field.name.to_owned(), entry_schema(field))).collect();
        let entry = Document::map([
            ("type", "object".into()),
            ("properties", Document::Map(properties)),
            ("required", Document::list(["id"])),
        ]);
        // An entry of the glossary has its languages as keys.
        let others: Document = if fields.len() == 1 { texts() } else { false.into() };
        let description = format!("The file `content/vocabulary/{name}.yaml` of this hub.");
        self.head(name, &description).with(
            "anyOf",
            vec![
                Document::map([
                    ("type", "array".into()),
                    ("items", entry.with("additionalProperties", others)),
                ]),
                // A file of comments alone.
                Document::map([("type", "null".into())]),
            ],
        )
    }
}

/// Rules for the keys of a field: one of its names at most, and one at least where it is required.
fn key_rules(field: &Field, is_required: bool) -> Vec<Document> {
    let keys: Vec<&str> = field.keys().collect();
    let requires =
        |keys: &[&str]| Document::map([("required", Document::list(keys.iter().copied()))]);
    let mut rules = Vec::new();
    if is_required {
        rules.push(any_of(keys.iter().map(|key| requires(&[key])).collect()));
    }
    for (at, first) in keys.iter().enumerate() {
        for second in &keys[at + 1..] {
            rules.push(Document::map([("not", requires(&[first, second]))]));
        }
    }
    rules
}

/// Name of the schema in the definitions that values of a kind are checked by; none for other kinds.
fn definition_name(kind: FieldKind) -> Option<&'static str> {
    Some(match kind {
        FieldKind::Terms(TermList::Markets) => "market",
        FieldKind::Terms(TermList::Channels) => "channel",
        FieldKind::Terms(TermList::Tactics) => "tactic",
        FieldKind::Metric => "metric",
        FieldKind::CaseStudies | FieldKind::CaseStudy | FieldKind::Evidence => "case-study",
        FieldKind::Idea => "idea",
        _ => return None,
    })
}

/// A schema for the id of a record: those of `records`, ids with titles, are offered, unless there
/// are too many; any other is accepted, because a record may be newer than the schema.
fn record_id(title: &str, records: Vec<(&str, &str)>) -> Document {
    let id = pattern(r"^[^\s].*$").with("title", title);
    if records.is_empty() || records.len() > MAX_LISTED_RECORDS {
        return id;
    }
    let listed = records
        .into_iter()
        .map(|(id, title)| Document::map([("const", id.into()), ("title", title.into())]));
    any_of(vec![Document::map([("oneOf", Document::list(listed))]), id])
}

/// A schema for a list of texts.
fn texts() -> Document {
    Document::map([("type", "array".into()), ("items", Document::map([("type", "string".into())]))])
}

/// The schema for a key of an entry of a vocabulary file.
fn entry_schema(field: &EntryField) -> Document {
    let value = match field.kind {
        // Letters and digits of any script, which have no common name in regular expressions.
        EntryKind::Id => pattern(r#"^[^\s!-,./:-@\[-`{-~]+(-[^\s!-,./:-@\[-`{-~]+)*$"#),
        EntryKind::Text => Document::map([("type", "string".into())]),
        EntryKind::Texts => texts(),
        EntryKind::TextByLanguage => Document::map([
            ("type", "object".into()),
            ("additionalProperties", Document::map([("type", "string".into())])),
        ]),
        EntryKind::Word(words) => Document::map([("enum", Document::list(words.iter().copied()))]),
        EntryKind::Flag => Document::map([("type", "boolean".into())]),
    };
    value.with("description", field.help)
}
