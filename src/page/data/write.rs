//! Writes the description of every field as compact JSON, from which the form that writes records
//! is built: fields, closed words, terms, records that may be named, and the git host's forms.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::Meta;
use crate::catalog::field::{self, Field, FieldKind, Requirement, TermList, fields_of};
use crate::catalog::keywords::{Keyword, Method};
use crate::page::context::Context;
use crate::page::data::source::source_path;
use crate::page::parts::repository;
use crate::page::text::display::word_label;
use crate::page::text::language::Message;
use crate::record::RecordType;
use crate::site::new_file::{MAX_URL_LENGTH, new_file_pattern};
use crate::site::pages::{SOURCE_FOLDER, WRITE_RECORDS_FILE};
use crate::vocabulary::{BetterDirection, MetricUnit, Term, TermId, Terms, template};

/// Everything that the form knows of the hub.
#[derive(Serialize)]
struct WriteFile<'a> {
    /// Texts of the form, in the interface's language, by key.
    texts: BTreeMap<&'a str, &'a Message>,
    /// The language of records that name none (BCP 47).
    language: &'a str,
    /// The fields of each kind of record that the form writes.
    kinds: BTreeMap<&'static str, FormKind>,
    /// Terms by vocabulary.
    terms: BTreeMap<&'static str, Vec<FormTerm<'a>>>,
    /// Site path of the file with the records that may be named.
    records: &'static str,
    /// Site path of the folder with the files of records; none where the settings ask for none.
    sources: Option<&'static str>,
    /// Day of the build (ISO 8601).
    built: String,
    /// Day of the build in the format of the interface's language.
    built_day: String,
    /// The git host's forms.
    host: FormHost,
    /// Words of `method` with which units were assigned to arms at random.
    randomised: Vec<&'static str>,
    /// Headings of a case study by language (BCP 47).
    headings: BTreeMap<&'static str, &'static [&'static str]>,
}

/// The records that the form may name, adapt or edit.
#[derive(Serialize)]
struct RecordsFile<'a> {
    /// Case studies in id order.
    cases: Vec<FormCase<'a>>,
    /// Ideas in id order.
    ideas: Vec<FormIdea<'a>>,
}

/// The form for one kind of record.
#[derive(Serialize)]
struct FormKind {
    /// Folder of the files, below the hub's root.
    folder: &'static str,
    /// All keys of its fields, aliases included, in the order of canonical front matter.
    order: Vec<Vec<&'static str>>,
    /// Groups of fields; the first is asked first.
    groups: Vec<FormGroup>,
    /// Names of the fields that are asked first about an existing record.
    report: Vec<&'static str>,
    /// Suggested text of the body; empty where there are headings instead.
    body: &'static str,
}

/// Fields that stand together.
#[derive(Serialize)]
struct FormGroup {
    /// Id of the group, the end of the key of its label: `write.group_results`.
    id: &'static str,
    /// Its fields in the order in which they are asked.
    fields: Vec<FormField>,
}

/// One field, or an entry of a field that is a map.
#[derive(Serialize)]
struct FormField {
    /// Key of front matter.
    name: &'static str,
    /// Label in the interface's language.
    label: String,
    /// What it means, in English.
    help: &'static str,
    /// Type of the value, such as `terms`.
    kind: &'static str,
    /// `always`, `completed`, or nothing.
    #[serde(skip_serializing_if = "str::is_empty")]
    required: &'static str,
    /// Vocabulary or kind of record of its values.
    #[serde(skip_serializing_if = "str::is_empty")]
    list: &'static str,
    /// Words of a closed list, each with its label.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<(&'static str, String)>,
    /// Entries of a map.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entries: Vec<FormField>,
}

/// A term of the vocabulary.
#[derive(Serialize)]
struct FormTerm<'a> {
    /// Id as front matter names it.
    id: &'a str,
    /// Label in the interface's language.
    label: &'a str,
    /// Its other names in all languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    names: Vec<&'a str>,
    /// Metrics: the unit of the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<MetricUnit>,
    /// Metrics: the direction of improvement.
    #[serde(skip_serializing_if = "Option::is_none")]
    better: Option<BetterDirection>,
}

/// A case study that another record may name or adapt.
#[derive(Serialize)]
struct FormCase<'a> {
    /// Id.
    id: &'a str,
    /// Title in its own language.
    title: &'a str,
    /// Path of its file below the hub's root; none where it follows from the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    /// Ids of its channels.
    channels: Vec<&'a str>,
    /// Ids of its tactics.
    tactics: Vec<&'a str>,
    /// Its objective.
    #[serde(skip_serializing_if = "Option::is_none")]
    objective: Option<&'static str>,
    /// Whether its file is published for the form.
    #[serde(skip_serializing_if = "is_false")]
    source: bool,
}

/// An idea that a case study may come from.
#[derive(Serialize)]
struct FormIdea<'a> {
    /// Id.
    id: &'a str,
    /// Title in its own language.
    title: &'a str,
    /// Path of its file below the hub's root; none where it follows from the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    /// Ids of its groups and markets.
    markets: Vec<&'a str>,
    /// Ids of its channels.
    channels: Vec<&'a str>,
    /// Ids of its tactics.
    tactics: Vec<&'a str>,
    /// Its objective.
    #[serde(skip_serializing_if = "Option::is_none")]
    objective: Option<&'static str>,
    /// Its hypothesis.
    #[serde(skip_serializing_if = "Option::is_none")]
    hypothesis: Option<&'a str>,
    /// Whether its file is published for the form.
    #[serde(skip_serializing_if = "is_false")]
    source: bool,
}

/// Whether a flag is not set, so that it is left out.
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The git host's forms; patterns with `{path}` and `{folder}` for a percent-encoded path below the
/// hub's root.
#[derive(Serialize)]
struct FormHost {
    /// Address of the form for a new file; none where the settings name no host.
    new: Option<String>,
    /// Name of the query parameter that fills in the text; none where the host has none.
    text_key: Option<&'static str>,
    /// Address of the form that changes a file; none where the settings name no host.
    edit: Option<String>,
    /// The longest address that is opened, in bytes.
    limit: usize,
}

/// Groups of the fields of a case study by id; fields that no group names are in the last.
const CASE_STUDY_GROUPS: &[(&str, &[&Field])] = &[
    (
        "first",
        &[
            &field::TITLE,
            &field::MARKETS,
            &field::CHANNELS,
            &field::TACTICS,
            &field::STATUS,
            &field::START,
            &field::HYPOTHESIS,
        ],
    ),
    (
        "results",
        &[&field::OUTCOME, &field::DECISION, &field::END, &field::RESULTS, &field::SUMMARY],
    ),
    (
        "evidence",
        &[
            &field::OBJECTIVE,
            &field::METHOD,
            &field::SAMPLE_SIZE,
            &field::SAMPLE_UNIT,
            &field::MDE,
            &field::CONFIDENCE_LEVEL,
            &field::VARIANTS,
            &field::BUDGET,
        ],
    ),
    (
        "transfer",
        &[
            &field::FIXED,
            &field::FLEXIBLE,
            &field::CONSTRAINTS,
            &field::SUITED_MARKETS,
            &field::REUSE,
        ],
    ),
    (
        "people",
        &[
            &field::OWNER,
            &field::AUTHORS,
            &field::RACI,
            &field::VERIFIED_BY,
            &field::VERIFIED_ON,
            &field::REVIEW_EVERY,
        ],
    ),
    (
        "relations",
        &[
            &field::IDEA_ID,
            &field::ADAPTED_FROM,
            &field::REPLICATES,
            &field::SUPERSEDES,
            &field::CONTRADICTS,
            &field::DUPLICATE_OF,
            &field::NOT_DUPLICATE_OF,
            &field::RELATED,
            &field::TRANSLATION_OF,
            &field::LINKS,
        ],
    ),
];

/// Groups of the fields of an idea by id; fields that no group names are in the last.
const IDEA_GROUPS: &[(&str, &[&Field])] = &[
    (
        "first",
        &[
            &field::TITLE,
            &field::MARKETS,
            &field::CHANNELS,
            &field::TACTICS,
            &field::IDEA_STATUS,
            &field::HYPOTHESIS,
        ],
    ),
    ("people", &[&field::OWNER, &field::PROPOSED_BY, &field::WANTED_BY]),
    ("relations", &[&field::EVIDENCE, &field::BECOMES, &field::NOT_DUPLICATE_OF]),
];

/// What is asked first about an existing case study: how it ended.
const REPORT: &[&Field] = &[
    &field::STATUS,
    &field::END,
    &field::OUTCOME,
    &field::DECISION,
    &field::RESULTS,
    &field::SUMMARY,
];

/// What is asked first about an existing idea: how far it is, and who wants it.
const IDEA_REPORT: &[&Field] =
    &[&field::IDEA_STATUS, &field::WANTED_BY, &field::BECOMES, &field::DECLINED_REASON];

/// Folder of the files of case studies, below the hub's root.
const CASE_STUDY_FOLDER: &str = "content/case-studies/";
/// Folder of the files of ideas, below the hub's root.
const IDEA_FOLDER: &str = "content/ideas/";

/// Sections of the interface's texts that the form takes, with the full stop behind their names; no
/// two have a key in common.
const SECTIONS: [&str; 2] = ["write.", "write_edit."];

/// The bytes of the file.
pub fn write(context: &Context) -> Vec<u8> {
    let vocabulary = &context.catalog.vocabulary;
    let texts = context.language.messages().filter_map(|(key, text)| {
        Some((SECTIONS.iter().find_map(|section| key.strip_prefix(section))?, text))
    });
    let pattern = new_file_pattern(&context.site.repository);
    let mut places = terms(context, &vocabulary.groups);
    places.extend(terms(context, &vocabulary.markets));
    let metrics = vocabulary.metrics.iter().filter(|(_, term)| term.deprecated_by.is_none());
    let file = WriteFile {
        texts: texts.collect(),
        language: &context.site.language,
        kinds: BTreeMap::from([
            (
                "case-study",
                form_kind(context, RecordType::CaseStudy, CASE_STUDY_FOLDER, CASE_STUDY_GROUPS, ""),
            ),
            (
                "idea",
                form_kind(context, RecordType::Idea, IDEA_FOLDER, IDEA_GROUPS, template::IDEA_BODY),
            ),
        ]),
        terms: BTreeMap::from([
            (list_name(TermList::Markets), places),
            (list_name(TermList::Channels), terms(context, &vocabulary.channels)),
            (list_name(TermList::Tactics), terms(context, &vocabulary.tactics)),
            (
                METRICS,
                metrics
                    .map(|(_, term)| FormTerm {
                        unit: Some(term.unit),
                        better: Some(term.better),
                        ..form_term(context, term)
                    })
                    .collect(),
            ),
        ]),
        records: WRITE_RECORDS_FILE,
        sources: context.site.write.sources.then_some(SOURCE_FOLDER),
        built: context.site.today.to_string(),
        built_day: context.language.format_day(context.site.today),
        host: FormHost {
            text_key: pattern.as_ref().and_then(|pattern| pattern.text_key),
            new: pattern.map(|pattern| pattern.address),
            edit: repository::edit_pattern(context.site),
            limit: MAX_URL_LENGTH,
        },
        randomised: Method::WORDS
            .iter()
            .copied()
            .filter(|word| Method::parse(word).is_some_and(Method::is_randomised))
            .collect(),
        headings: template::heading_languages()
            .map(|language| (language, template::case_study_headings(language)))
            .collect(),
    };
    serde_json::to_vec(&file).expect("texts become JSON")
}

/// The bytes of the file with the records that may be named; `sources` are the published files of
/// records by site path.
pub fn write_records(context: &Context, sources: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let has_source = |record_type, id: &str| sources.contains_key(&source_path(record_type, id));
    let file = RecordsFile {
        cases: cases(context, |id| has_source(RecordType::CaseStudy, id)),
        ideas: ideas(context, |id| has_source(RecordType::Idea, id)),
    };
    serde_json::to_vec(&file).expect("texts become JSON")
}

/// The form for a type of record; `groups` name its fields in the order in which they are asked.
fn form_kind(
    context: &Context,
    record_type: RecordType,
    folder: &'static str,
    groups: &[(&'static str, &[&'static Field])],
    body: &'static str,
) -> FormKind {
    let is_named = |field: &Field| {
        groups.iter().any(|(_, fields)| fields.iter().any(|other| **other == *field))
    };
    let group = |id: &'static str, fields: Vec<&'static Field>| FormGroup {
        id,
        fields: fields.into_iter().map(|field| form_field(context, field, record_type)).collect(),
    };
    let rest = fields_of(record_type).filter(|field| !is_named(field)).collect();
    FormKind {
        folder,
        order: fields_of(record_type).map(|field| field.keys().collect()).collect(),
        groups: groups
            .iter()
            .map(|(id, fields)| group(id, fields.to_vec()))
            .chain([group("more", rest)])
            .collect(),
        report: if record_type == RecordType::Idea { IDEA_REPORT } else { REPORT }
            .iter()
            .map(|field| field.name)
            .collect(),
        body,
    }
}

/// A field in the interface's language, with its entries.
fn form_field(context: &Context, field: &'static Field, record_type: RecordType) -> FormField {
    let label = |word: &'static str| {
        let section = field.label_section();
        if section.is_empty() {
            word.to_owned()
        } else {
            word_label(context.language, section, word)
        }
    };
    let required = match field.required {
        _ if field.is_always_required(record_type) => "always",
        Requirement::InMap => "always",
        Requirement::OnceCompleted if record_type == RecordType::CaseStudy => "completed",
        _ => "",
    };
    let (kind, list) = kind_and_list(field.kind);
    FormField {
        name: field.name,
        label: word_label(context.language, "field", field.name),
        help: field.help,
        kind,
        required,
        list,
        words: field.words().iter().map(|word| (*word, label(word))).collect(),
        entries: field
            .entries()
            .iter()
            .map(|entry| form_field(context, entry, record_type))
            .collect(),
    }
}

/// Name of the vocabulary of metrics in the file.
const METRICS: &str = "metrics";
/// Name of the list of case studies in the file.
const CASES: &str = "cases";

/// Name of a vocabulary in the file.
fn list_name(list: TermList) -> &'static str {
    match list {
        TermList::Markets => field::MARKETS.name,
        TermList::Channels => field::CHANNELS.name,
        TermList::Tactics => field::TACTICS.name,
    }
}

/// The type of a field's value in words of the file, and the list that its values come from, if
/// any.
fn kind_and_list(kind: FieldKind) -> (&'static str, &'static str) {
    match kind {
        FieldKind::Text => ("text", ""),
        FieldKind::Texts => ("texts", ""),
        FieldKind::Keyword { .. } => ("keyword", ""),
        FieldKind::Date => ("day", ""),
        FieldKind::Number(_) => ("number", ""),
        FieldKind::Count => ("count", ""),
        FieldKind::Flag => ("flag", ""),
        FieldKind::Duration => ("duration", ""),
        FieldKind::Language => ("tag", ""),
        FieldKind::Terms(list) => ("several", list_name(list)),
        FieldKind::Metric => ("one", METRICS),
        FieldKind::CaseStudies => ("several", CASES),
        FieldKind::CaseStudy => ("one", CASES),
        FieldKind::Evidence => ("several-or-address", CASES),
        FieldKind::Idea => ("one", "ideas"),
        FieldKind::Image => ("image", ""),
        FieldKind::WebAddress => ("address", ""),
        FieldKind::Map(_) => ("map", ""),
        FieldKind::Maps(_) => ("maps", ""),
        FieldKind::MapsByLanguage(_) => ("maps-by-language", ""),
        FieldKind::AnyMap => ("any", ""),
    }
}

/// The terms of a vocabulary that are not replaced by another, by label.
fn terms<'a, K: TermId>(context: &'a Context, terms: &'a Terms<K>) -> Vec<FormTerm<'a>> {
    let mut listed: Vec<FormTerm> = terms
        .iter()
        .filter(|(_, term)| term.deprecated_by.is_none())
        .map(|(_, term)| form_term(context, term))
        .collect();
    listed.sort_by_cached_key(|term| (term.label.to_lowercase(), term.id));
    listed
}

/// A term with its names in all languages.
fn form_term<'a>(context: &'a Context, term: &'a Term) -> FormTerm<'a> {
    let label = term.label_in(context.language_id());
    let others = std::iter::once(&term.label).chain(term.labels.values()).chain(&term.aliases);
    let mut names: Vec<&str> = Vec::new();
    for name in others {
        if name != label && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    FormTerm { id: &term.id, label, names, unit: None, better: None }
}

/// Path of the file of a record; none where it is the id in `folder` with the usual extension.
fn unusual_path<'a>(meta: &'a Meta, folder: &str) -> Option<&'a str> {
    let usual = meta.path.strip_prefix(folder).and_then(|path| path.strip_suffix(".md"));
    (usual != Some(&*meta.id)).then_some(&*meta.path)
}

/// Every case study, with what an adaptation takes over, and whether it `has_source`.
fn cases<'a>(context: &'a Context, has_source: impl Fn(&str) -> bool) -> Vec<FormCase<'a>> {
    let vocabulary = &context.catalog.vocabulary;
    let cases = context.catalog.iter_cases().map(|(_, case)| FormCase {
        id: &case.meta.id,
        title: &case.meta.title,
        path: unusual_path(&case.meta, CASE_STUDY_FOLDER),
        channels: case.channels.iter().map(|id| &*vocabulary.channels[*id].id).collect(),
        tactics: case.tactics.iter().map(|id| &*vocabulary.tactics[*id].id).collect(),
        objective: case.objective.map(Keyword::as_str),
        source: has_source(&case.meta.id),
    });
    cases.collect()
}

/// Every idea, with what its case study takes over, and whether it `has_source`.
fn ideas<'a>(context: &'a Context, has_source: impl Fn(&str) -> bool) -> Vec<FormIdea<'a>> {
    let vocabulary = &context.catalog.vocabulary;
    let ideas = context.catalog.iter_ideas().map(|(_, idea)| {
        let groups = idea.stated_groups.iter().map(|id| &*vocabulary.groups[*id].id);
        let is_in_group = |market| {
            idea.stated_groups.iter().any(|id| vocabulary.groups[*id].members.contains(market))
        };
        let markets = idea.markets.iter().filter(|market| !is_in_group(market));
        FormIdea {
            id: &idea.meta.id,
            title: &idea.meta.title,
            path: unusual_path(&idea.meta, IDEA_FOLDER),
            markets: groups.chain(markets.map(|id| &*vocabulary.markets[*id].id)).collect(),
            channels: idea.channels.iter().map(|id| &*vocabulary.channels[*id].id).collect(),
            tactics: idea.tactics.iter().map(|id| &*vocabulary.tactics[*id].id).collect(),
            objective: idea.objective.map(Keyword::as_str),
            hypothesis: idea.hypothesis.as_deref(),
            source: has_source(&idea.meta.id),
        }
    });
    ideas.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::support::{TestHub, study_fields};

    /// The names of the fields of a kind in the file.
    fn names(file: &Value, kind: &str) -> BTreeSet<String> {
        let groups = file["kinds"][kind]["groups"].as_array().unwrap();
        let fields = groups.iter().flat_map(|group| group["fields"].as_array().unwrap());
        let mut names = BTreeSet::new();
        for field in fields {
            let name = field["name"].as_str().unwrap().to_owned();
            assert!(names.insert(name.clone()), "`{name}` is asked twice");
        }
        names
    }

    #[test]
    fn the_form_asks_every_field_once_with_label_and_help() {
        let hub = TestHub::new()
            .case("nl/one", &study_fields("NL", "email", "discount", "won", ""))
            .build();
        let file: Value = serde_json::from_str(hub.text("data/write.json")).unwrap();
        for (kind, record_type) in
            [("case-study", RecordType::CaseStudy), ("idea", RecordType::Idea)]
        {
            let wanted: BTreeSet<String> =
                fields_of(record_type).map(|field| field.name.to_owned()).collect();
            assert_eq!(names(&file, kind), wanted);
            for group in file["kinds"][kind]["groups"].as_array().unwrap() {
                for field in group["fields"].as_array().unwrap() {
                    let label = field["label"].as_str().unwrap();
                    // The field that exists only in tests has no label.
                    assert!(
                        !label.starts_with("field.") || field["name"] == "placeholder",
                        "{label}"
                    );
                    for entry in field["entries"].as_array().into_iter().flatten() {
                        let label = entry["label"].as_str().unwrap();
                        assert!(!label.starts_with("field."), "{label}");
                    }
                }
            }
        }
        assert_eq!(file["records"], WRITE_RECORDS_FILE);
        let records: Value = serde_json::from_str(hub.text(WRITE_RECORDS_FILE)).unwrap();
        assert_eq!(records["cases"][0]["id"], "nl/one");
        assert_eq!(records["cases"][0]["path"], Value::Null, "it follows from the id");
        assert_eq!(file["sources"], Value::Null);
        assert!(!hub.text(WRITE_RECORDS_FILE).contains("source"), "no file is published");
        let markets = file["terms"]["markets"].as_array().unwrap();
        assert!(markets.iter().any(|term| term["id"] == "NL"));
        assert!(file["randomised"].as_array().unwrap().contains(&Value::from("geo-lift")));
        assert!(!file["randomised"].as_array().unwrap().contains(&Value::from("survey")));
    }

    #[test]
    fn withheld_records_are_not_in_the_file() {
        let hub = TestHub::golden("hidden-records").build();
        let file = hub.text(WRITE_RECORDS_FILE);
        assert!(file.contains("es/shown") && !file.contains("pt/inside"), "{file}");
        assert!(!file.contains("pt/draft"), "{file}");
    }
}
