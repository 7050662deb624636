//! Writes every row of the desk as compact JSON, from which the desk's script shows those of one
//! owner or market; the page itself has only the first rows of each section.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::backlog::desk::DutyKind;
use crate::page::context::Context;
use crate::page::kinds::desk::{DutyRowView, row_view};
use crate::page::parts::OptionalLink;
use crate::page::parts::compared_study::AnswerSnippet;

/// All rows of the desk, with the texts that the script writes into each.
#[derive(Serialize)]
struct DutyFile<'a> {
    /// Texts of the interface by what they stand on.
    texts: BTreeMap<&'static str, &'a str>,
    /// Rows of each kind of duty by its id, most urgent first.
    rows: BTreeMap<&'static str, Vec<ListedDuty>>,
}

/// A row of the desk. The keys are one letter long because a large hub has thousands of rows.
#[derive(Serialize)]
struct ListedDuty {
    /// What it is about: address, none for a text, and label.
    a: Vec<(Option<String>, String)>,
    /// Outcome or status: id and label.
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<(&'static str, String)>,
    /// Why it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    w: Option<String>,
    /// Teams responsible for it, each with address, none for a text, and label; empty for the hub.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    o: Vec<(Option<String>, String)>,
    /// Ids of its markets, separated by spaces.
    #[serde(skip_serializing_if = "String::is_empty")]
    m: String,
    /// Since when: date (ISO 8601), the same in the interface's language, and the time since then
    /// in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<(String, String, Option<String>)>,
    /// Where to act: address, label, and whether that is on another host.
    l: (Option<String>, String, bool),
    /// Ways to settle it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    r: Vec<ListedAnswer>,
}

/// A way to settle a task: label, lines to paste, address of the edit form, command.
type ListedAnswer = (String, Option<String>, Option<String>, Option<String>);

/// The bytes of the file.
pub fn write(context: &Context) -> Vec<u8> {
    let text = |key: &'static str| context.language.text(key);
    let rows = |kind: DutyKind| {
        let rows = context.backlog.desk.of_kind(kind).iter();
        rows.map(|row| ListedDuty::new(row_view(context, row))).collect()
    };
    let file = DutyFile {
        texts: BTreeMap::from([
            ("command", text("resolve.command")),
            ("copy", text("frame.copy")),
            ("edit", text("resolve.edit")),
            ("hub", text("desk.the_hub")),
            ("ready", text("resolve.title")),
            ("unknown", text("desk.unknown")),
        ]),
        rows: DutyKind::ALL.into_iter().map(|kind| (kind.as_str(), rows(kind))).collect(),
    };
    serde_json::to_vec(&file).expect("texts become JSON")
}

impl ListedDuty {
    /// The row for the file from the one for the page.
    fn new(row: DutyRowView) -> Self {
        let link = |link: OptionalLink| (link.url, link.label);
        let (url, label) = link(row.act);
        let ready =
            |answer: AnswerSnippet| (answer.label, answer.text, answer.edit, answer.command);
        ListedDuty {
            a: row.about.into_iter().map(link).collect(),
            s: row.signal.map(|signal| (signal.id, signal.label)),
            w: row.why,
            o: row.owners.into_iter().map(link).collect(),
            m: row.markets,
            d: row.date.zip(row.day).map(|(date, day)| (date, day, row.waits)),
            l: (url, label, row.outside),
            r: row.ready.into_iter().map(ready).collect(),
        }
    }
}
