//! Turns the rows of a sheet into records.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::catalog::field::{self, Field, FieldKind, TermList};
use crate::catalog::keywords::{Keyword, Status};
use crate::catalog::language::parse_language;
use crate::command::import::figures::{self, DateOrder, DecimalMark};
use crate::command::import::imported_record::ImportedRecord;
use crate::command::import::map::{ImportMap, Target, normalise_header};
use crate::command::import::report::{Remark, Report};
use crate::command::import::sheet::{Row, Sheet, column_name};
use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::record::front_matter::FieldValue;
use crate::site::address::to_slug;
use crate::vocabulary::{TermId, Terms, Vocabulary};

/// What the records of a sheet say they were imported from.
const ORIGIN: &str = "a sheet";
/// Confidence levels that are in use, in percent; any other figure in such a column is no level.
const USUAL_LEVELS: [&str; 6] = ["80", "85", "90", "95", "99", "99.9"];
/// Longest title, in characters, that is made of another text.
const MAX_TITLE: usize = 80;

/// How the cells of a sheet are read.
pub struct CellReader<'a> {
    /// What columns and words mean.
    pub map: &'a ImportMap,
    /// The lists of terms.
    pub vocabulary: &'a Vocabulary,
    /// The mark before decimals.
    pub decimal_mark: Option<DecimalMark>,
    /// The order of day, month and year.
    pub date_order: Option<DateOrder>,
    /// The ends of sentences that offer a near name, by noun and unknown name.
    nearest: RefCell<BTreeMap<(&'static str, String), String>>,
}

/// Why a cell has no value in its field, or what else is to be said about it.
type Reason = String;

/// A value, or the reason why there is none.
type ReadValue = std::result::Result<FieldValue, Reason>;

/// Number of unknown names for which a near one is looked for; a sheet with more needs a map first.
const MAX_NEAREST: usize = 500;

impl<'a> CellReader<'a> {
    /// Reads values that are given by hand, with decimal points.
    pub fn new(map: &'a ImportMap, vocabulary: &'a Vocabulary) -> Self {
        CellReader {
            map,
            vocabulary,
            decimal_mark: Some(DecimalMark::Point),
            date_order: None,
            nearest: RefCell::default(),
        }
    }

    /// Guesses from all rows what is not given.
    ///
    /// # Errors
    /// The days of the sheet can be read in several orders, or not all in one.
    pub fn guess(
        sheet: &Sheet,
        map: &'a ImportMap,
        vocabulary: &'a Vocabulary,
        decimal_mark: Option<DecimalMark>,
        date_order: Option<DateOrder>,
    ) -> Result<Self> {
        let targets: Vec<Target> =
            sheet.headers.iter().map(|header| map.find_target(header)).collect();
        let is_number = |field: &Field| matches!(field.kind, FieldKind::Number(_));
        let is_date = |field: &Field| matches!(field.kind, FieldKind::Date);
        let cells = |is_right: fn(&Field) -> bool| {
            let columns: Vec<usize> = targets
                .iter()
                .enumerate()
                .filter(|(_, target)| match target {
                    Target::Field(field) | Target::Result(field) => is_right(field),
                    _ => false,
                })
                .map(|(at, _)| at)
                .collect();
            sheet
                .rows
                .iter()
                .flat_map(move |row| columns.clone().into_iter().map(|at| &*row.cells[at]))
        };
        let decimal_mark = decimal_mark.or_else(|| figures::guess_decimal_mark(cells(is_number)));
        let date_order = match date_order {
            Some(order) => Some(order),
            None => choose_order(|| cells(is_date))?,
        };
        Ok(CellReader { map, vocabulary, decimal_mark, date_order, nearest: RefCell::default() })
    }

    /// The value of a text in a field.
    ///
    /// # Errors
    /// The reason why it has none.
    fn read_value(&self, target: Target, field: &Field, text: &str) -> ReadValue {
        let text = self.map.find_value(target, text).unwrap_or(text);
        match field.kind {
            FieldKind::Text => Ok(join_lines(field, text)),
            FieldKind::Texts => Ok(split_texts(text).collect()),
            FieldKind::Keyword { words, aliases, .. } => {
                let wanted = normalise_header(text);
                words
                    .iter()
                    .find(|word| normalise_header(word) == wanted)
                    .or_else(|| {
                        aliases
                            .iter()
                            .find(|(alias, _)| normalise_header(alias) == wanted)
                            .map(|(_, word)| word)
                    })
                    .map(|word| FieldValue::from(*word))
                    .ok_or_else(|| {
                        format!("`{text}` is no word of `{}`: {}", field.name, words.join(", "))
                    })
            }
            FieldKind::Date => figures::read_day(text, self.date_order)
                .map(FieldValue::from)
                .ok_or_else(|| format!("`{text}` is not read as a day")),
            FieldKind::Number(_) => self.read_number(field, text),
            FieldKind::Count => figures::read_count(text)
                .map(|count| FieldValue::Literal(count.to_string()))
                .ok_or_else(|| format!("`{text}` is no whole number")),
            FieldKind::Language => parse_language(text, &self.vocabulary.markets, |_| false)
                .map(FieldValue::from)
                .map_err(|cause| format!("`{text}` {}; {}", cause.problem, cause.hint)),
            FieldKind::Terms(list) => self.read_terms(list, text),
            FieldKind::Metric => {
                let metrics = &self.vocabulary.metrics;
                let name = metrics.find(text).map(|id| &*metrics[id].id);
                Ok(name.unwrap_or(text).into())
            }
            _ => Err("nothing that a cell can hold".to_owned()),
        }
    }

    /// The number of a text in a field.
    fn read_number(&self, field: &Field, text: &str) -> ReadValue {
        let number = figures::read_number(text, self.decimal_mark).ok_or_else(|| {
            format!("`{text}` is not read as a number; `--decimal comma` or `point` says how")
        })?;
        if *field == field::CONFIDENCE_LEVEL && !USUAL_LEVELS.contains(&number.as_str()) {
            return Err("no usual confidence level; if it is the chance that the variant is \
                        better, map it to `results.chance_to_win`"
                .to_owned());
        }
        if *field == field::result::P_VALUE
            && (text.contains('%')
                || !number.parse::<f64>().is_ok_and(|number| (0.0..=1.0).contains(&number)))
        {
            return Err("no probability between 0 and 1".to_owned());
        }
        Ok(FieldValue::Literal(number))
    }

    /// The ids of all terms of a text, which names one or several.
    fn read_terms(&self, list: TermList, text: &str) -> ReadValue {
        let vocabulary = self.vocabulary;
        let find = |name: &str| match list {
            TermList::Markets => {
                find_group(name, vocabulary).or_else(|| find_term(name, &vocabulary.markets))
            }
            TermList::Channels => find_term(name, &vocabulary.channels),
            TermList::Tactics => find_term(name, &vocabulary.tactics),
        };
        if let Some(id) = find(text) {
            return Ok(FieldValue::List(vec![id.into()]));
        }
        let mut ids: Vec<String> = Vec::new();
        for name in text.split([',', ';', '|', '/', '+', '&', '\n']).map(str::trim) {
            if name.is_empty() {
                continue;
            }
            let id = find(name).ok_or_else(|| {
                format!("`{name}` is not a known {}{}", list.noun(), self.nearest_hint(list, name))
            })?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if ids.is_empty() {
            Err("no name of a term".to_owned())
        } else {
            Ok(ids.into_iter().collect())
        }
    }

    /// The end of a sentence that offers the term nearest to an unknown name; empty where none is
    /// near.
    fn nearest_hint(&self, list: TermList, name: &str) -> String {
        let mut known = self.nearest.borrow_mut();
        let key = (list.noun(), name.to_owned());
        if let Some(hint) = known.get(&key) {
            return hint.clone();
        }
        if known.len() >= MAX_NEAREST {
            return String::new();
        }
        let hint = match list {
            TermList::Markets => nearest_term(name, &self.vocabulary.markets),
            TermList::Channels => nearest_term(name, &self.vocabulary.channels),
            TermList::Tactics => nearest_term(name, &self.vocabulary.tactics),
        };
        known.insert(key, hint.clone());
        hint
    }

    /// The record of a row; what is not in it as it was is said in the report.
    pub fn read_row(&self, sheet: &Sheet, row: &Row, report: &mut Report) -> ImportedRecord {
        let place = format!("line {}", row.line);
        let mut record = ImportedRecord {
            place: place.clone(),
            origin: ORIGIN.to_owned(),
            ..ImportedRecord::default()
        };
        if row.length != sheet.headers.len() {
            let note =
                format!("the row has {} cells, the header {}", row.length, sheet.headers.len());
            report.add(Remark::Problem, &place, "", "", note);
        }
        let mut id = None;
        // Entries of the primary result, each with its column and text.
        let mut result: Vec<(&'static Field, FieldValue, String, &str)> = Vec::new();
        for (at, text) in row.cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let column = column_name(&sheet.headers, at);
            if let Some(note) = describe_formula(text) {
                report.add(Remark::Problem, &place, &column, text, note.to_owned());
            }
            let target = if at < sheet.headers.len() {
                self.map.find_target(&column)
            } else {
                Target::Extra
            };
            if let Target::Field(field) | Target::Result(field) = target
                && says_nothing(field, text)
                && self.map.find_value(target, text).is_none()
            {
                continue;
            }
            let reason = match target {
                Target::Id => {
                    id.get_or_insert(text.as_str());
                    None
                }
                Target::Extra => None,
                Target::Field(field) if record.has(field) => {
                    Some(format!("`{}` has a value from a column before it", field.name))
                }
                Target::Field(field) => match self.read_value(target, field, text) {
                    Ok(value) => {
                        say_how_read(report, &place, &column, text, &value);
                        record.set(field, value);
                        continue;
                    }
                    Err(reason) => Some(reason),
                },
                Target::Result(entry) if result.iter().any(|(known, ..)| *known == entry) => {
                    Some(format!("`{}` has a value from a column before it", entry.name))
                }
                Target::Result(entry) => match self.read_value(target, entry, text) {
                    Ok(value) => {
                        result.push((entry, value, column, text));
                        continue;
                    }
                    Err(reason) => Some(reason),
                },
            };
            if let Some(reason) = reason {
                report.add(Remark::Kept, &place, &column, text, reason);
            }
            record.keep(&column, text.as_str().into());
        }
        self.add_constants(&mut record, &mut result, report);
        self.add_result(&mut record, result, report);
        complete_record(&mut record, id);
        record
    }

    /// Adds the values of the map for fields that a record from elsewhere does not have.
    pub fn add_defaults(&self, record: &mut ImportedRecord, report: &mut Report) {
        self.add_constants(record, &mut Vec::new(), report);
        complete_record(record, None);
    }

    /// Adds the values of the map for what the row does not say.
    fn add_constants(
        &self,
        record: &mut ImportedRecord,
        result: &mut Vec<(&'static Field, FieldValue, String, &str)>,
        report: &mut Report,
    ) {
        for (target, text) in &self.map.constants {
            let (Target::Field(field) | Target::Result(field)) = target else { continue };
            match self.read_value(*target, field, text) {
                Ok(value) if matches!(target, Target::Field(_)) => record.set(field, value),
                // A metric alone is no result.
                Ok(value)
                    if !result.is_empty() && !result.iter().any(|(known, ..)| known == field) =>
                {
                    result.push((field, value, String::new(), ""));
                }
                Ok(_) => {}
                Err(reason) => {
                    report.add(Remark::Problem, &record.place, "", text, reason);
                }
            }
        }
    }

    /// Adds the primary result; figures without a metric are kept under `extra`.
    fn add_result(
        &self,
        record: &mut ImportedRecord,
        result: Vec<(&'static Field, FieldValue, String, &str)>,
        report: &mut Report,
    ) {
        let metric = result.iter().find(|(entry, ..)| **entry == field::result::METRIC);
        let Some(metric_value) = metric.map(|(_, value, ..)| value) else {
            for (entry, _, column, text) in result {
                if !column.is_empty() {
                    let note = format!(
                        "`{}` needs a metric: add `--metric cvr`, or a column for it",
                        entry.name
                    );
                    report.add(Remark::Kept, &record.place, &column, text, note);
                    record.keep(&column, text.into());
                }
            }
            return;
        };
        let is_known = match metric_value {
            FieldValue::Text(name) => self.vocabulary.metrics.find(name).is_some(),
            _ => false,
        };
        let mut entries = vec![(&field::result::METRIC, metric_value.clone())];
        if !is_known {
            entries.push((&field::result::LOCAL, FieldValue::Literal("true".to_owned())));
        }
        entries.push((&field::result::ROLE, "primary".into()));
        for (entry, value, column, text) in result {
            say_how_read(report, &record.place, &column, text, &value);
            if *entry != field::result::METRIC {
                entries.push((entry, value));
            }
        }
        let order =
            |entry: &Field| field::RESULTS.entries().iter().position(|known| **known == *entry);
        entries.sort_by_key(|(entry, _)| order(entry));
        record.results.push(
            entries.into_iter().map(|(entry, value)| (entry as &'static Field, value)).collect(),
        );
    }
}

/// The order in which all days can be read; none where nothing depends on it.
fn choose_order<'a, I: Iterator<Item = &'a str>>(
    cells: impl Fn() -> I,
) -> Result<Option<DateOrder>> {
    let hint = "say it with `--date-order dmy`, `mdy` or `ymd`";
    let orders = figures::guess_date_orders(cells()).map_err(|cell| {
        Error::new(format!("the days of the sheet do not all have one order: see `{cell}`"))
            .with_hint(hint)
    })?;
    if orders.len() == 1 {
        return Ok(orders.first().copied());
    }
    match cells().find(|cell| figures::is_ambiguous_day(cell, &orders)) {
        None => Ok(orders.first().copied().filter(|_| orders.len() < DateOrder::ALL.len())),
        Some(cell) => {
            let words: Vec<&str> = orders.iter().map(|order| order.describe()).collect();
            Err(Error::new(format!("`{cell}` can be read as {}", words.join(" or as ")))
                .with_hint(hint))
        }
    }
}

/// Sets title, status and name of a record, and whether it must stay a draft.
fn complete_record(record: &mut ImportedRecord, id: Option<&str>) {
    // An id of signs alone, such as `..`, makes no name.
    let id = id.filter(|id| !to_slug(id).is_empty());
    if !record.has(&field::TITLE) {
        let hypothesis = match record.value(&field::HYPOTHESIS) {
            Some(FieldValue::Text(text)) => Some(text.chars().take(MAX_TITLE).collect()),
            _ => None,
        };
        if let Some(title) = id.map(str::to_owned).or(hypothesis) {
            record.set(&field::TITLE, title.into());
        }
    }
    if !record.has(&field::STATUS) {
        let status = if record.has(&field::OUTCOME) || !record.results.is_empty() {
            Status::Completed
        } else if record.has(&field::START) {
            Status::Running
        } else {
            Status::Planned
        };
        record.set(&field::STATUS, status.as_str().into());
    }
    if record.name.is_empty() {
        record.name = match (id, record.value(&field::TITLE), record.value(&field::START)) {
            (Some(id), ..) => id.to_owned(),
            (None, Some(FieldValue::Text(title)), Some(FieldValue::Literal(start))) => {
                // The day is part of it however long the title is.
                let title: String = title.chars().take(60).collect();
                format!("{title} {start}")
            }
            (None, Some(FieldValue::Text(title)), _) => title.clone(),
            _ => String::new(),
        };
    }
    record.is_draft |= !record.missing_fields().is_empty();
}

/// What spreadsheets write in place of a value that they cannot compute.
const SPREADSHEET_ERRORS: [&str; 8] =
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#ERROR!"];

/// What is to be said about a cell that holds a formula, or the failure of one, in place of a value;
/// none for any other cell.
fn describe_formula(text: &str) -> Option<&'static str> {
    if text.starts_with('=') && text.len() > 1 {
        Some("a formula stands here as text; if its value is meant, save the sheet with values")
    } else if SPREADSHEET_ERRORS.contains(&text) {
        Some("the spreadsheet could not compute this cell; mend it there")
    } else {
        None
    }
}

/// Texts of cells, in lower case without spaces, that say that there is no value.
const NO_VALUE: [&str; 12] =
    ["-", "–", "—", "--", "n/a", "#n/a", "n.a.", "n.v.t.", "nvt", "k.a.", "n/d", "s/d"];

/// Whether a cell says that a field has no value. A text or a name may be written so and mean
/// something: `NA` is Namibia.
fn says_nothing(field: &Field, text: &str) -> bool {
    let is_figure = matches!(
        field.kind,
        FieldKind::Number(_) | FieldKind::Count | FieldKind::Date | FieldKind::Keyword { .. }
    );
    let text: String = text.to_lowercase().split_whitespace().collect();
    is_figure && NO_VALUE.contains(&&*text)
}

/// Says in the report how a text was read that is written in another form.
fn say_how_read(report: &mut Report, place: &str, column: &str, text: &str, value: &FieldValue) {
    let written = match value {
        FieldValue::Text(text) | FieldValue::Literal(text) => text.clone(),
        FieldValue::List(items) => {
            let texts: Vec<&str> = items
                .iter()
                .map(|item| match item {
                    FieldValue::Text(text) | FieldValue::Literal(text) => text.as_str(),
                    _ => "",
                })
                .collect();
            texts.join(", ")
        }
        _ => return,
    };
    if written != text && !text.is_empty() {
        report.add(Remark::Read, place, column, text, format!("read as `{written}`"));
    }
}

/// A text on one line; only a hypothesis and a summary may have several.
fn join_lines(field: &Field, text: &str) -> FieldValue {
    if *field == field::HYPOTHESIS || *field == field::SUMMARY {
        return text.replace("\r\n", "\n").into();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

/// The texts of a list in one cell.
fn split_texts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '|', '\n']).map(str::trim).filter(|text| !text.is_empty())
}

/// The id of a term of any name.
fn find_term<K: TermId>(name: &str, known: &Terms<K>) -> Option<String> {
    known.find(name).map(|id| known[id].id.to_string())
}

/// The id of a market group, given by any name that is none of a market.
fn find_group(name: &str, vocabulary: &Vocabulary) -> Option<String> {
    let group = vocabulary.groups.find(name)?;
    let is_group = vocabulary.groups.is_id(group, name) || vocabulary.markets.find(name).is_none();
    is_group.then(|| vocabulary.groups[group].id.to_string())
}

/// The id of the term whose name is nearest to a misspelt one, as the end of a sentence; empty where
/// none is near.
fn nearest_term<K: TermId>(name: &str, known: &Terms<K>) -> String {
    let names: Vec<&str> = known
        .iter()
        .flat_map(|(_, term)| {
            [&*term.id, term.label.as_str()]
                .into_iter()
                .chain(term.labels.values().map(String::as_str))
                .chain(term.aliases.iter().map(String::as_str))
        })
        .collect();
    match nearest::find_nearest(name, names).and_then(|near| find_term(near, known)) {
        Some(id) => format!("; did you mean `{id}`?"),
        None => String::new(),
    }
}
