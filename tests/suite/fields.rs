//! Front-matter fields are described once, in `src/catalog/field/table.rs`: the guides say the
//! same, and no other source file names a key.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use casebook::catalog::field::facet::FACETS;
use casebook::catalog::field::{FIELDS, Field, Requirement, fields_of, guide};
use casebook::check::CHECKS;
use casebook::record::RecordType;

use crate::support::{TestHub, assert_golden, repository};

/// Words that are keys of front matter and also name something else in a module, where they stand
/// as texts: sections of the interface's texts, ids of facets, columns of other tables, settings,
/// options, kinds of terms, files of the vocabulary, attributes of HTML, keys of JSON Schemas and of
/// configurations.
const HOMONYMS: &[(&str, &str)] = &[
    ("backlog", "effort"),
    ("catalog", "channel market method tactic"),
    ("check", "results"),
    (
        "command",
        "audience channel date description idea language market outcome related score start status \
         summary tactic title",
    ),
    ("diagnostic", "results"),
    ("index", "hypothesis idea method results summary variants"),
    ("lib", "evidence"),
    (
        "page",
        "audience channel channels date decision description effort end evidence idea language \
         market markets method objective outcome owner related results reuse score start status \
         tactic tactics target title wanted_by",
    ),
    ("record", "aliases description markets target title"),
    ("similar", "channel tactic"),
    ("site", "audience description idea language owner related results reuse score title"),
    ("theme", "language"),
    ("vocabulary", "aliases channel channels description market markets tactic tactics"),
];

/// Source files by module, without comments and unit tests.
fn sources(folder: &Path, module: Option<&str>, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let module = module.unwrap_or(stem);
        if path.is_dir() {
            sources(&path, Some(module), found);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !stem.ends_with("test")
            && stem != "tests"
            && !path.ends_with("catalog/field/table.rs")
        {
            let text = fs::read_to_string(&path).unwrap();
            let code = text
                .lines()
                .take_while(|line| *line != "mod tests {")
                .filter(|line| !line.trim_start().starts_with("//"));
            found.push((module.to_owned(), code.collect::<Vec<_>>().join("\n")));
        }
    }
}

#[test]
fn each_key_of_front_matter_is_a_literal_in_one_source_file() {
    let mut files = Vec::new();
    sources(&repository().join("src"), None, &mut files);
    let keys: BTreeSet<&str> = FIELDS.iter().flat_map(|field| field.keys()).collect();
    let mut found: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (module, text) in &files {
        let named = keys.iter().filter(|key| text.contains(&format!("\"{key}\"")));
        found.extend(named.map(|key| (module.as_str(), *key)));
    }
    let homonyms: BTreeSet<(&str, &str)> = HOMONYMS
        .iter()
        .flat_map(|(module, words)| words.split_whitespace().map(move |word| (*module, word)))
        .collect();
    let named: Vec<_> = found.difference(&homonyms).collect();
    assert!(named.is_empty(), "use the constants of `catalog::field` for {named:?}");
    let gone: Vec<_> = homonyms.difference(&found).collect();
    assert!(gone.is_empty(), "no longer there: {gone:?}");
}

#[test]
fn every_field_is_read_under_each_of_its_keys() {
    for record_type in
        [RecordType::CaseStudy, RecordType::Idea, RecordType::Playbook, RecordType::Page]
    {
        let folder = match record_type {
            RecordType::CaseStudy => "case-studies",
            RecordType::Idea => "ideas",
            RecordType::Playbook => "playbooks",
            RecordType::Page => "pages",
        };
        let path = format!("content/{folder}/a.md");
        for key in fields_of(record_type).flat_map(Field::keys) {
            let text = format!("---\n{key}: x\n---\n\nText.\n");
            let hub = TestHub::from_files(&[(&path, &text)]).read();
            assert!(!hub.codes().contains(&"unknown-key"), "`{key}` of {record_type:?}");
        }
    }
}

#[test]
fn a_field_that_is_needed_once_completed_has_its_check() {
    for field in FIELDS.iter().filter(|field| matches!(field.required, Requirement::OnceCompleted))
    {
        // `missing-result` is about the field `results`.
        let singular = field.name.strip_suffix('s').unwrap_or(field.name);
        let codes = [field.name, singular].map(|name| format!("missing-{name}"));
        assert!(
            CHECKS.iter().any(|check| codes.iter().any(|code| code == check.code)),
            "{codes:?}"
        );
    }
}

#[test]
fn the_guide_to_every_field_is_up_to_date() {
    assert_golden(&repository().join("docs/fields.md"), &guide::render());
}

#[test]
fn the_protocol_of_search_names_every_facet() {
    let protocol = fs::read_to_string(repository().join("search/PROTOCOL.md")).unwrap();
    let (_, names) = protocol.split_once("Facet names: ").expect("the list of facets");
    let (names, _) = names.split_once(". ").expect("its end");
    let named: Vec<&str> =
        names.split([',', '`', ' ', '\n']).filter(|name| !name.is_empty()).collect();
    assert_eq!(named, FACETS.iter().map(|facet| facet.name).collect::<Vec<_>>());
}

#[test]
fn the_sample_hubs_guide_names_the_fields_of_case_studies() {
    let page = fs::read_to_string(repository().join("content/pages/how-to-write.md")).unwrap();
    let named: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
        .flat_map(|cell| cell.split(['`', ',', ' ']))
        .filter(|word| !word.is_empty())
        .collect();
    let known: BTreeSet<&str> = fields_of(RecordType::CaseStudy).map(|field| field.name).collect();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "no fields: {unknown:?}");
    for field in fields_of(RecordType::CaseStudy) {
        let is_needed = !matches!(field.required, Requirement::Optional);
        assert!(!is_needed || named.contains(field.name), "`{}` is not there", field.name);
    }
}
