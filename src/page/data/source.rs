//! Writes the file of each published case study and idea as JSON, with its values in the form in
//! which the controls of the form that edits it take them, so that the browser parses no YAML.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::catalog::field::{Field, FieldKind, Requirement, fields_of};
use crate::catalog::{Catalog, LinkTarget, Meta, parse_date, withheld_names};
use crate::page::context::Context;
use crate::record::RecordType;
use crate::record::front_matter::editable_fields;
use crate::record::yaml::{Node, Value};
use crate::site::Site;
use crate::site::pages::SOURCE_FOLDER;

/// The file of a record for the form.
#[derive(Serialize)]
struct SourceFile<'a> {
    /// Path of the file below the hub's root.
    path: &'a str,
    /// The whole text of the file, without a byte-order mark.
    text: &'a str,
    /// What each field has, by name, as its control takes it; fields without a value are missing.
    values: Map<String, Json>,
    /// Names of fields whose value no control can show, which therefore stay as they are.
    kept: Vec<&'static str>,
}

/// The site paths and bytes of the files of all records that may be published; none where the hub's
/// settings do not ask for them.
pub fn files(context: &Context) -> BTreeMap<String, Vec<u8>> {
    let catalog = context.catalog;
    let cases = catalog.cases.par_iter().map(|case| (RecordType::CaseStudy, &case.meta));
    let ideas = catalog.ideas.par_iter().map(|idea| (RecordType::Idea, &idea.meta));
    let files = cases.chain(ideas).filter_map(|(record_type, meta)| {
        let front_matter = publishable_front_matter(context.site, catalog, meta)?;
        let bytes = write(record_type, meta, &front_matter);
        Some((source_path(record_type, &meta.id), bytes))
    });
    files.collect()
}

/// Site path of the file of a record: `data/source/case-studies/br/unboxing-drop.json`.
pub(super) fn source_path(record_type: RecordType, id: &str) -> String {
    let folder = if record_type == RecordType::Idea { "ideas" } else { "case-studies" };
    format!("{SOURCE_FOLDER}{folder}/{id}.json")
}

/// The front matter of a record whose file may be published for the form: the settings ask for it,
/// it names no withheld record, and its fields can be edited by their lines.
fn publishable_front_matter(site: &Site, catalog: &Catalog, meta: &Meta) -> Option<Node> {
    let text = &*meta.body.text;
    if !site.write.sources {
        return None;
    }
    let front_matter = editable_fields(text)?;
    (!names_withheld_record(catalog, meta, &front_matter)).then_some(front_matter)
}

/// Whether the file of a record names a withheld record or attachment: in its front matter, comments
/// included, in its body, or by a link.
fn names_withheld_record(catalog: &Catalog, meta: &Meta, front_matter: &Node) -> bool {
    let body = &meta.body;
    let mut texts: Vec<&str> = vec![&body.text];
    withheld_names::collect_texts(front_matter, &mut texts);
    texts.extend(body.sections.iter().map(|section| &*section.text));
    texts.extend(body.headings.iter().map(|heading| &*heading.text));
    texts.extend(body.links.iter().map(|link| &*link.destination));
    body.links.iter().any(|link| link.target == LinkTarget::Withheld)
        || texts.iter().any(|text| catalog.withheld_names.are_in(text))
}

/// The bytes of the file of a record.
fn write(record_type: RecordType, meta: &Meta, front_matter: &Node) -> Vec<u8> {
    let entries = match &front_matter.value {
        Value::Map(entries) => &entries[..],
        _ => &[],
    };
    let (mut values, mut kept) = (Map::new(), Vec::new());
    for field in fields_of(record_type) {
        let Some((_, node)) = entries.iter().find(|(key, _)| field.has_key(&key.name)) else {
            continue;
        };
        match control_value(field, node) {
            Ok(Json::Null) => {}
            Ok(value) => {
                values.insert(field.name.to_owned(), value);
            }
            Err(NotShown) => kept.push(field.name),
        }
    }
    let file = SourceFile { path: &meta.path, text: &meta.body.text, values, kept };
    serde_json::to_vec(&file).expect("texts become JSON")
}

/// A value is written in a way that its control cannot show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NotShown;

/// The value of a field or entry as its control takes it; null where it is empty.
fn control_value(field: &Field, node: &Node) -> Result<Json, NotShown> {
    if node.is_empty() {
        return Ok(Json::Null);
    }
    match field.kind {
        FieldKind::Texts | FieldKind::Terms(_) | FieldKind::CaseStudies | FieldKind::Evidence => {
            list_value(node)
        }
        FieldKind::Map(entries) => map_value(entries, node).map(Json::Object),
        FieldKind::Maps(entries) => {
            let items = match &node.value {
                Value::List(items) => &items[..],
                _ => std::slice::from_ref(node),
            };
            let items = items.iter().map(|item| map_value(entries, item).map(Json::Object));
            items.collect::<Result<Vec<_>, _>>().map(Json::Array)
        }
        FieldKind::MapsByLanguage(entries) => {
            let Value::Map(languages) = &node.value else { return Err(NotShown) };
            let items = languages.iter().map(|(tag, item)| {
                let mut value = map_value(entries, item)?;
                value.insert("tag".to_owned(), (*tag.name).into());
                Ok(Json::Object(value))
            });
            items.collect::<Result<Vec<_>, _>>().map(Json::Array)
        }
        FieldKind::AnyMap => any_map_value(node),
        FieldKind::Keyword { aliases, .. } => {
            let text = scalar(node)?;
            let word = aliases.iter().find(|(alias, _)| *alias == text).map(|(_, word)| *word);
            Ok(word.unwrap_or(text).into())
        }
        FieldKind::Date => {
            let text = scalar(node)?;
            Ok(parse_date(text).map_or_else(|_| text.into(), |day| day.to_string().into()))
        }
        _ => scalar(node).map(Json::from),
    }
}

/// The text of a scalar.
fn scalar(node: &Node) -> Result<&str, NotShown> {
    match &node.value {
        Value::Text(text) => Ok(text),
        _ => Err(NotShown),
    }
}

/// One text or a list of texts as a list; a text of several lines is not shown, because the control
/// has one text on each line.
fn list_value(node: &Node) -> Result<Json, NotShown> {
    let items = match &node.value {
        Value::List(items) => &items[..],
        _ => std::slice::from_ref(node),
    };
    let texts = items.iter().map(|item| match scalar(item)? {
        text if text.trim().contains('\n') || text.trim().is_empty() => Err(NotShown),
        text => Ok(text.trim().into()),
    });
    texts.collect::<Result<Vec<Json>, _>>().map(Json::Array)
}

/// A map by entries, or a text that stands for a map with one entry: the required one, the word of a
/// closed list, or the first.
fn map_value(
    entries: &'static [&'static Field],
    node: &Node,
) -> Result<Map<String, Json>, NotShown> {
    let mut value = Map::new();
    match &node.value {
        Value::Text(text) => {
            let is_required = |field: &&&Field| matches!(field.required, Requirement::InMap);
            let has_word = |field: &&&Field| field.words().contains(&&**text);
            let stands_for = entries
                .iter()
                .find(is_required)
                .or_else(|| entries.iter().find(has_word))
                .or(entries.first().filter(|field| field.words().is_empty()))
                .ok_or(NotShown)?;
            value.insert(stands_for.name.to_owned(), (**text).into());
        }
        Value::Map(written) => {
            for (key, node) in written {
                let field =
                    entries.iter().find(|field| field.has_key(&key.name)).ok_or(NotShown)?;
                let former = match control_value(field, node)? {
                    Json::Null => None,
                    shown => value.insert(field.name.to_owned(), shown),
                };
                if former.is_some() {
                    return Err(NotShown);
                }
            }
        }
        _ => return Err(NotShown),
    }
    Ok(value)
}

/// A map of any names as lines of the form `name: value`; not shown where a value is a list, a map
/// or a text of several lines.
fn any_map_value(node: &Node) -> Result<Json, NotShown> {
    let Value::Map(entries) = &node.value else { return Err(NotShown) };
    let lines = entries.iter().map(|(key, value)| {
        let text = scalar(value)?;
        let is_plain = |text: &str| text.trim() == text && !text.is_empty() && !text.contains('\n');
        if is_plain(text) && is_plain(&key.name) && !key.name.contains(':') {
            Ok(format!("{}: {text}", key.name).into())
        } else {
            Err(NotShown)
        }
    });
    lines.collect::<Result<Vec<Json>, _>>().map(Json::Array)
}

#[cfg(test)]
mod tests {
    use crate::support::{TestHub, study_fields};

    /// Settings that publish the files of records.
    const SOURCES: &str = "[write]\nsources = true";

    /// A study with these further lines of front matter and this body.
    fn study(lines: &str, body: &str) -> String {
        let fields = study_fields("NL", "email", "discount", "won", "");
        format!("---\ntitle: Shown\n{}\n{lines}---\n\n{body}\n", fields.trim_end())
    }

    /// Whether the file of a study with these further lines and this body is published beside
    /// withheld records.
    fn is_published(lines: &str, body: &str) -> bool {
        let hidden = |lines: &str| {
            let fields = study_fields("NL", "email", "discount", "won", "");
            format!("{}\n{lines}", fields.trim_end())
        };
        let built = TestHub::new()
            .site(SOURCES)
            .file("content/case-studies/nl/shown.md", &study(lines, body))
            .case("nl/open", &hidden(""))
            .case(
                "pt/draft",
                &hidden("title: Silent launch\ndraft: true\naliases: [pt/formerly-so]"),
            )
            .case("pt/later", &hidden("title: Embargo story\nembargo_until: 2027-05-01"))
            .case("pt/secret", &hidden("title: 秘密の実験\nvisibility: restricted"))
            .case(
                "pt/inner",
                &hidden("visibility: internal\ntranslations:\n  de: {title: Leise Aktion}"),
            )
            .case("pt/apart", &hidden("title: Apart\nunlisted: true"))
            .idea("loud-idea", "status: new\ndraft: true")
            .read()
            .publish();
        let has_file = |path: &str| built.0.files.contains_key(path);
        let is_hidden = |path: &String| path.starts_with("data/source/case-studies/pt/");
        assert!(!built.0.files.keys().any(is_hidden));
        assert!(!has_file("data/source/ideas/loud-idea.json"));
        assert!(has_file("data/source/case-studies/nl/open.json"));
        let records: serde_json::Value =
            serde_json::from_str(built.text("data/write-records.json")).unwrap();
        let listed = records["cases"].as_array().unwrap();
        let shown = listed.iter().find(|case| case["id"] == "nl/shown").unwrap();
        let is_published = has_file("data/source/case-studies/nl/shown.json");
        assert_eq!(shown["source"] == true, is_published);
        is_published
    }

    #[test]
    fn files_that_name_withheld_records_are_not_published() {
        for lines in ["", "# a comment\n", "related: [nl/open]\n", "owner: Team apart from us\n"] {
            let is_harmless = !lines.contains("apart");
            assert_eq!(is_published(lines, "Text."), is_harmless, "{lines}");
        }
        for lines in [
            "# as in pt/draft\n",
            "related: [pt/draft]\n",
            "related: [\"pt\\u002fdraft\"]\n",
            "adapted_from: pt/later\n",
            "not_duplicate_of: [{id: pt/secret, reason: other}]\n",
            "not_duplicate_of: [{family: pt/secret~ugc, reason: other}]\n",
            "idea: loud-idea\n",
            "extra: {see: Silent launch}\n",
            "summary: >-\n  Like the silent\n  launch of May.\n",
            "owner: \"s\\u0069lent launch team\"\n",
            "# Leise Aktion\n",
            "# formerly so\n",
        ] {
            assert!(!is_published(lines, "Text."), "{lines}");
        }
        for body in [
            "See [that](../pt/draft.md).",
            "See [that](../pt/%64raft.md).",
            "<!-- pt/inner -->",
            "`content/case-studies/pt/apart.md`",
            "この秘密の実験では",
            "The *embargo* story.",
            "<a href=\"/case-studies/pt/later/\">x</a>",
            "Sil&#101;nt launch.",
        ] {
            assert!(!is_published("", body), "{body}");
        }
    }

    #[test]
    fn colleagues_get_the_files_of_what_they_may_see() {
        let hub = || TestHub::golden("hidden-records");
        let built = hub().site(SOURCES).with_internal_audience().read().publish();
        built.assert_has_file("data/source/case-studies/pt/inside.json");
        for id in ["restricted", "draft"] {
            built.assert_lacks_file(&format!("data/source/case-studies/pt/{id}.json"));
        }
        let built = hub().build();
        let is_source = |path: &String| path.starts_with("data/source/");
        assert!(!built.0.files.keys().any(is_source), "off by itself");
    }

    #[test]
    fn values_have_the_form_of_their_controls() {
        let text = "---\ntitle: A\nstatus: completed\nmarket: NL\nchannels: [email]\ntactics:\n  - \
                    discount\nstart: 2026-03-02T00:00:00Z\nresults:\n  - {metric: cvr, role: primary, \
                    lift: 3.40}\nbudget: s\nvariants: [Old, {name: New}]\ntranslations:\n  de: {title: \
                    B, fixed: [x]}\nlinks: https://hub.example/\nextra: {code: 7}\nfixed: [a, b]\n---\n\nText\n";
        let built = TestHub::new()
            .site(SOURCES)
            .file("content/case-studies/nl/one.md", text)
            .case("nl/two", "status: planned\nextra: {list: [1]}")
            .case("nl/three", "status: &a planned\nowner: *a")
            .read()
            .publish();
        let read = |id: &str| -> serde_json::Value {
            let path = format!("data/source/case-studies/nl/{id}.json");
            serde_json::from_str(built.text(&path)).unwrap()
        };
        let one = read("one");
        assert_eq!(one["text"], text);
        assert_eq!(one["path"], "content/case-studies/nl/one.md");
        let values = serde_json::json!({
            "title": "A", "status": "completed", "markets": ["NL"], "channels": ["email"],
            "tactics": ["discount"], "start": "2026-03-02", "budget": {"band": "s"},
            "results": [{"metric": "cvr", "role": "primary", "lift": "3.40"}],
            "variants": [{"name": "Old"}, {"name": "New"}],
            "translations": [{"tag": "de", "title": "B", "fixed": ["x"]}],
            "links": [{"url": "https://hub.example/"}], "extra": ["code: 7"], "fixed": ["a", "b"],
        });
        assert_eq!(one["values"], values);
        assert_eq!(read("two")["kept"], serde_json::json!(["extra"]));
        built.assert_lacks_file("data/source/case-studies/nl/three.json");
    }
}
