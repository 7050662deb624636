//! Typed access to front matter: one method for each type of field, with every problem collected as
//! a diagnostic.

use std::ops::Range;

use jiff::civil::Date;

use crate::catalog::date::{self, InvalidDate};
use crate::catalog::field::{self, Field, FieldKind, PlainValue, fields_of};
use crate::catalog::gate;
use crate::catalog::keywords::Keyword;
use crate::catalog::language::{self, InvalidLanguage};
use crate::catalog::number::{self, NumberKind, ParsedNumber};
use crate::catalog::{ExtraField, FieldSpans};
use crate::diagnostic::{Diagnostic, Fix, Place, confusable, nearest};
use crate::record::front_matter::ScalarForm;
use crate::record::yaml::{Key, Node, Value};
use crate::record::{Manuscript, RecordType, front_matter};
use crate::vocabulary::{MarketId, TermId, Terms, normalise_name};

/// The longest accepted duration, a hundred years in days; a longer one is taken for a typing
/// error.
const MAX_DURATION_DAYS: u32 = 36_525;

/// The largest accepted absolute value of a number, so that charts, shares and sums stay finite.
pub const MAX_NUMBER: f64 = 1e15;

/// Reads the front matter of one record. Keys that no field of its type has are reported as unknown
/// by [`FieldReader::finish`].
pub struct FieldReader<'a> {
    manuscript: &'a Manuscript,
    /// Key, value and whether the value was asked for.
    entries: Vec<(&'a Key, &'a Node, bool)>,
    spans: Vec<(&'static str, Range<usize>)>,
    /// Problems found so far.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> FieldReader<'a> {
    /// A reader of a manuscript's front matter; the second of two equal keys is reported and
    /// ignored.
    pub fn new(manuscript: &'a Manuscript) -> Self {
        let mut fields = FieldReader {
            manuscript,
            entries: Vec::with_capacity(manuscript.fields().len()),
            spans: Vec::with_capacity(manuscript.fields().len()),
            diagnostics: Vec::new(),
        };
        for (key, node) in manuscript.fields() {
            match fields.entries.iter().find(|(other, ..)| other.name == key.name) {
                Some((first, ..)) => {
                    let label = fields.place(first.span());
                    let problem = fields.problem(
                        "duplicate-key",
                        key.span(),
                        format!("`{}` is given twice", key.name),
                    );
                    fields
                        .diagnostics
                        .push(problem.label(label, "first given here").hint("keep one of the two"));
                }
                None => fields.entries.push((key, node, false)),
            }
        }
        fields
    }

    /// A span of the record's file as a place.
    pub fn place(&self, span: Range<usize>) -> Place {
        Place::new(&self.manuscript.path, span)
    }

    /// An error at a span of the record's file, which is not added to the diagnostics.
    fn problem(&self, code: &'static str, span: Range<usize>, message: String) -> Diagnostic {
        Diagnostic::error(code, self.place(span), message)
    }

    /// Adds an error with a hint.
    pub fn report(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: String,
        hint: impl Into<String>,
    ) {
        self.report_with_fix(code, span, message, hint, None);
    }

    /// Adds an error with a hint and, where it is certain, its repair.
    pub fn report_with_fix(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: String,
        hint: impl Into<String>,
        fix: Option<Fix>,
    ) {
        let problem = self.problem(code, span, message).hint(hint).fix(fix);
        self.diagnostics.push(problem);
    }

    /// The repair that writes the name `new` for the key or value `read` at a span; none where the
    /// front matter is not written as it was read.
    pub fn name_fix(&self, span: Range<usize>, read: &str, new: &str) -> Option<Fix> {
        front_matter::replace_scalar(&self.manuscript.text, span, read, new, ScalarForm::Name)
    }

    /// The repair that writes the number or date `new` for the value `read` at a span; none where
    /// the front matter is not written as it was read.
    fn literal_fix(&self, span: Range<usize>, read: &str, new: &str) -> Option<Fix> {
        front_matter::replace_scalar(&self.manuscript.text, span, read, new, ScalarForm::Literal)
    }

    /// Reports text that YAML reads as a comment, tag, anchor or null, unless the type of its field
    /// rules text out.
    fn report_lost_text(&mut self) {
        for lost in self
            .manuscript
            .lost_texts
            .iter()
            .filter(|lost| key_may_lose_text(self.manuscript.record_type, &lost.key))
        {
            let place = self.place(lost.span.clone());
            let problem = if lost.is_likely_text {
                Diagnostic::warning("lost-text", place, lost.message.clone()).hint(format!(
                    "if it is text, put the value in quotes: `{}`",
                    lost.corrected_line
                ))
            } else {
                Diagnostic::note("lost-text", place, lost.message.clone())
                    .hint(format!("if it is text, put it in quotes: `{}`", lost.corrected_line))
            };
            self.diagnostics.push(problem);
        }
    }

    /// The value of a field by its name or one of its aliases; none where it is missing or blank.
    pub fn node(&mut self, field: &'static Field) -> Option<&'a Node> {
        let mut found =
            self.entries.iter_mut().filter(|(key, ..)| field.has_key(&key.name)).map(|entry| {
                entry.2 = true;
                (entry.0, entry.1)
            });
        let (first, second) = (found.next(), found.next());
        found.for_each(drop);
        let (first, node) = first?;
        if let Some((second, _)) = second {
            let label = self.place(first.span());
            let problem = self.problem(
                "duplicate-key",
                second.span(),
                format!("`{}` and `{}` are the same field", first.name, second.name),
            );
            self.diagnostics
                .push(problem.label(label, "first given here").hint("keep one of the two"));
        }
        self.spans.push((field.name, node.span()));
        let is_missing = if gate::is_gate_field(field) { node.is_empty() } else { node.is_blank() };
        (!is_missing).then_some(node)
    }

    /// The text of a field; none where it is missing, empty or, which is reported, of another type.
    pub fn text(&mut self, field: &'static Field) -> Option<String> {
        let node = self.node(field)?;
        self.text_of(field, node).map(str::to_owned)
    }

    /// The text of a node without invisible characters at both ends; any other type but null is
    /// reported, in the name of `field`.
    pub fn text_of(&mut self, field: &Field, node: &'a Node) -> Option<&'a str> {
        match &node.value {
            Value::Text(text) => Some(confusable::trim_invisible(text)),
            Value::Null => None,
            _ => {
                let written = self.manuscript.text.get(node.span()).unwrap_or("").trim();
                let hint = if written.is_empty() || written.contains('\n') {
                    format!(
                        "write `{}: some text`, in quotes if it starts with a bracket",
                        field.name
                    )
                } else {
                    format!("if it is text, put it in quotes: `{}`", front_matter::quote(written))
                };
                self.report(
                    "wrong-type",
                    node.span(),
                    format!("`{}` is {} where a text belongs", field.name, node.kind_name()),
                    hint,
                );
                None
            }
        }
    }

    /// The text of a required field; a missing or empty one is reported.
    pub fn required_text(&mut self, field: &'static Field) -> Option<String> {
        let node = self.node(field);
        if node.is_none() {
            self.report_missing(field);
        }
        self.text_of(field, node?).map(str::to_owned)
    }

    /// Id of the record that is read, for hints that must not offer it to itself.
    pub fn record_id(&self) -> &'a str {
        &self.manuscript.id
    }

    /// The texts of a field that holds one text or a list; empty texts are left out.
    pub fn texts(&mut self, field: &'static Field) -> Vec<String> {
        self.texts_with_spans(field).into_iter().map(|(text, _)| text.to_owned()).collect()
    }

    /// The texts of a field that holds one text or a list, each with its byte span; empty texts are
    /// left out.
    pub fn texts_with_spans(&mut self, field: &'static Field) -> Vec<(&'a str, Range<usize>)> {
        let Some(node) = self.node(field) else { return Vec::new() };
        self.texts_of(field, node)
    }

    /// The texts of a node that is a text or a list of texts, each with its byte span; empty texts
    /// are left out.
    pub fn texts_of(&mut self, field: &Field, node: &'a Node) -> Vec<(&'a str, Range<usize>)> {
        let nodes = match &node.value {
            Value::List(nodes) => nodes,
            _ => std::slice::from_ref(node),
        };
        nodes
            .iter()
            .filter_map(|node| Some((self.text_of(field, node)?, node.span())))
            .filter(|(text, _)| !text.is_empty())
            .collect()
    }

    /// The value of a plain field; none where it is missing, empty or, which is reported, of
    /// another type.
    ///
    /// # Panics
    /// When the field is of a type that plain fields do not have.
    pub fn plain(&mut self, field: &'static Field) -> Option<PlainValue> {
        match field.kind {
            FieldKind::Text => self.text(field).map(PlainValue::Text),
            FieldKind::Texts => {
                Some(self.texts(field)).filter(|texts| !texts.is_empty()).map(PlainValue::Texts)
            }
            FieldKind::Keyword { words, aliases, .. } => {
                let node = self.node(field)?;
                let parse = |text: &str| {
                    let alias = aliases.iter().find(|(alias, _)| *alias == text);
                    let text = alias.map_or(text, |(_, word)| word);
                    words.iter().find(|word| **word == text).copied()
                };
                self.word_of(field, node, words, parse).map(PlainValue::Keyword)
            }
            FieldKind::Date => self.date(field).map(PlainValue::Date),
            FieldKind::Number(kind) => self.number(field, kind).map(PlainValue::Number),
            _ => unreachable!("a test allows plain fields of these types only"),
        }
    }

    /// The keyword of a field; none where it is missing or, which is reported, unknown.
    pub fn keyword<K: Keyword>(&mut self, field: &'static Field) -> Option<K> {
        let node = self.node(field)?;
        self.keyword_of(field, node)
    }

    /// The keyword of a node, also where it is written in upper case, with spaces or in curly
    /// quotes; none where it is null or, which is reported, anything else.
    pub fn keyword_of<K: Keyword>(&mut self, field: &Field, node: &'a Node) -> Option<K> {
        self.word_of(field, node, K::WORDS, K::parse)
    }

    /// The value that `parse` makes of the text of a node or of its normalised form; for a text of
    /// which it makes none the nearest of the `known` words is offered.
    fn word_of<W>(
        &mut self,
        field: &Field,
        node: &'a Node,
        known: &[&'static str],
        parse: impl Fn(&str) -> Option<W>,
    ) -> Option<W> {
        let text = self.text_of(field, node)?;
        if let Some(word) = parse(text) {
            return Some(word);
        }
        let word = parse(&normalise_name(confusable::strip_quotes(text)));
        if word.is_none() {
            let words = known.iter().map(|word| (*word, *word));
            let fix = nearest::find_certain(&normalise_name(text), words)
                .and_then(|word| self.name_fix(node.span(), text, word));
            self.report_with_fix(
                "unknown-value",
                node.span(),
                format!("`{text}` is not a known {}", field.name.replace('_', " ")),
                nearest::hint(text, known.iter().copied()),
                fix,
            );
        }
        word
    }

    /// The date of a field; none where it is missing or, which is reported, not a plausible day
    /// alone.
    pub fn date(&mut self, field: &'static Field) -> Option<Date> {
        let node = self.node(field)?;
        let text = self.text_of(field, node)?;
        self.parse_date(text, node.span())
    }

    /// Parses a date and reports any other text; one that needs its quotes or invisible characters
    /// removed is reported too.
    fn parse_date(&mut self, text: &str, span: Range<usize>) -> Option<Date> {
        let plain = confusable::remove_invisible(confusable::strip_quotes(text));
        match date::parse_date(&plain) {
            Ok(day) if plain == text => {
                self.report_midnight(text, span, day);
                Some(day)
            }
            Ok(day) => {
                let fix = self.literal_fix(span.clone(), text, &day.to_string());
                self.report_with_fix(
                    "invalid-date",
                    span,
                    format!("`{text}` is not a day alone"),
                    rewrite_hint(text, &day.to_string()),
                    fix,
                );
                None
            }
            Err(InvalidDate { problem, hint, certain }) => {
                let fix =
                    certain.and_then(|day| self.literal_fix(span.clone(), text, &day.to_string()));
                let message = format!("`{text}` {problem}");
                self.report_with_fix("invalid-date", span, message, hint, fix);
                None
            }
        }
    }

    /// Says that a day with a time of midnight, as other programs save it, is read as that day.
    fn report_midnight(&mut self, text: &str, span: Range<usize>, day: Date) {
        let written = day.to_string();
        if text == written {
            return;
        }
        let fix = self.literal_fix(span.clone(), text, &written);
        let message = format!("`{text}` is read as the day `{written}`");
        let note = Diagnostic::note("invalid-date", self.place(span), message);
        self.diagnostics.push(note.hint(format!("write the day alone: `{written}`")).fix(fix));
    }

    /// Reports the date of an embargo unless it is a day alone: the gate module withholds the
    /// record longer for a time of day, and without end for other words.
    pub fn check_embargo(&mut self, field: &'static Field) {
        let Some(node) = self.node(field) else { return };
        let Some(text) = self.text_of(field, node) else { return };
        if embargo_date(text).is_none_or(|day| !date::is_plausible(day)) {
            if self.parse_date(text, node.span()).is_none()
                && let Some(problem) = self.diagnostics.last_mut()
            {
                // Who may see a record is for its author to say.
                problem.fix = None;
            }
        } else if text.trim().len() != 10 {
            let message = format!(
                "`{text}` is not a day alone, so the record is withheld until every moment that it can mean has passed"
            );
            self.report(
                "unclear-gate",
                node.span(),
                message,
                "write the day alone, such as `2027-01-31`; the record opens when it has come",
            );
        }
    }

    /// Reports keys that resemble a publication gate, or mean the same in other tools, and front
    /// matter that is not at the top of the file: the gate module reads them as gates.
    pub fn report_near_gates(&mut self) {
        if let Some(written) = gate::find_misplaced_gate(self.manuscript) {
            let first_line = self.manuscript.text.lines().next().map_or(0, str::len);
            let message = format!(
                "the front matter is not at the top and says `{written}`, which is read as if it were"
            );
            self.report(
                "unclear-gate",
                0..first_line,
                message,
                "begin the file with a line of three dashes `---`",
            );
        }
        let mut closed_gates = Vec::new();
        for (key, node, is_used) in
            self.entries.iter_mut().filter(|(key, ..)| gate::resembles_gate(&key.name))
        {
            *is_used = true;
            if !gate::is_gate_open(&key.name, node) {
                closed_gates.push((key.name.to_string(), key.span()));
            }
        }
        for (name, span) in closed_gates {
            let message = format!(
                "`{name}` may be meant to keep this record from being published, so it is read that way"
            );
            self.report("unclear-gate", span, message, "write `draft: true`, `visibility: internal` or `embargo_until: 2027-01-31`, or remove it");
        }
    }

    /// The number of a field, as by [`FieldReader::number_of`]; none also where it is missing.
    pub fn number(&mut self, field: &'static Field, kind: NumberKind) -> Option<f64> {
        let node = self.node(field)?;
        self.number_of(field, node, kind)
    }

    /// The number of a node; none where it is null or, which is reported, of another type, no plain
    /// decimal, ambiguous, or beyond [`MAX_NUMBER`]. `kind` says which decimals are ambiguous and
    /// what is suggested; it restricts no range, so a probability above 1 is returned. It is never
    /// `Integer`, for which [`FieldReader::unsigned_integer_of`] is there.
    pub fn number_of(&mut self, field: &Field, node: &'a Node, kind: NumberKind) -> Option<f64> {
        let text = self.text_of(field, node)?;
        let number = self.parse_number(text, node.span(), kind)?;
        let in_range = Some(number).filter(|number| number.abs() <= MAX_NUMBER);
        if in_range.is_none() {
            let message =
                format!("`{}: {text}` is larger than any figure of an experiment", field.name);
            self.report(
                "out-of-range",
                node.span(),
                message,
                "look for digits too many, or write it in a larger unit",
            );
        }
        in_range
    }

    /// Parses a number and reports any other text with what it can mean in a field of this kind;
    /// one that needs its quotes or invisible characters removed is reported too. Of the kind
    /// `Integer` every text is reported.
    fn parse_number(&mut self, text: &str, span: Range<usize>, kind: NumberKind) -> Option<f64> {
        let plain = confusable::remove_invisible(confusable::strip_quotes(text));
        let suggestions = match number::parse_number(&plain, kind) {
            ParsedNumber::Number(number) if plain == text => return Some(number),
            ParsedNumber::Number(_) => {
                let fix = self.literal_fix(span.clone(), text, &plain);
                self.report_with_fix(
                    "wrong-type",
                    span,
                    format!("`{text}` is not a number"),
                    rewrite_hint(text, &plain),
                    fix,
                );
                return None;
            }
            ParsedNumber::Suggestions(suggestions) => suggestions,
        };
        let expected = if kind == NumberKind::Integer { "a whole number" } else { "a number" };
        let form = "the figure alone, with a decimal point and without separators";
        let (message, hint) = match &suggestions[..] {
            [] if kind == NumberKind::Integer => (
                format!("`{text}` is not {expected}"),
                "write it in digits alone, without separators".to_owned(),
            ),
            [] => (format!("`{text}` is not {expected}"), format!("write {form}")),
            [one] if number::is_percentage_points(&plain) => (
                format!("`{text}` is not {expected}"),
                format!("write `{one}`; a lift in percentage points has `lift_type: absolute`"),
            ),
            [one] => (format!("`{text}` is not {expected}"), format!("write {form}: `{one}`")),
            [one, others @ ..] => {
                let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
                (
                    format!("`{text}` can be read in two ways"),
                    format!("write `{one}` or {}, whichever is meant", others.join(" or ")),
                )
            }
        };
        let fix = match &suggestions[..] {
            [one] if is_decimal_comma(&plain, one) => self.literal_fix(span.clone(), text, one),
            _ => None,
        };
        self.report_with_fix("wrong-type", span, message, hint, fix);
        None
    }

    /// The integer of a field, as by [`FieldReader::unsigned_integer_of`]; none also where it is
    /// missing.
    pub fn unsigned_integer(&mut self, field: &'static Field) -> Option<u64> {
        let node = self.node(field)?;
        self.unsigned_integer_of(field, node)
    }

    /// The integer of a node, underscores left out; none where it is null or, which is reported, of
    /// another type, negative, no integer, or beyond the range of `u64`.
    pub fn unsigned_integer_of(&mut self, field: &Field, node: &'a Node) -> Option<u64> {
        let text = self.text_of(field, node)?;
        text.replace('_', "").parse::<u64>().ok().or_else(|| {
            self.parse_number(text, node.span(), NumberKind::Integer);
            None
        })
    }

    /// The boolean of a field; false where it is missing or, which is reported, none.
    pub fn flag(&mut self, field: &'static Field) -> bool {
        let Some(node) = self.node(field) else { return false };
        self.flag_of(field, node)
    }

    /// The boolean of a node, in any case: `true`, `yes`, `on`, `false`, `no` or `off`. False where
    /// it is null or, which is reported, none of these.
    pub fn flag_of(&mut self, field: &Field, node: &'a Node) -> bool {
        match self.text_of(field, node).map(str::to_lowercase).as_deref() {
            Some("true" | "yes" | "on") => true,
            Some("false" | "no" | "off") | None => false,
            Some(other) => {
                let message = format!("`{other}` is neither `true` nor `false`");
                self.report(
                    "wrong-type",
                    node.span(),
                    message,
                    format!("write `{}: true` or leave it out", field.name),
                );
                false
            }
        }
    }

    /// The language of a field as a BCP 47 tag; anything else is reported, and has a tag all the
    /// same where it is certain which is meant.
    pub fn language(&mut self, field: &'static Field, markets: &Terms<MarketId>) -> Option<String> {
        let node = self.node(field)?;
        let text = self.text_of(field, node)?;
        let is_market = |code: &str| self.names_market(code);
        let parsed =
            language::parse_language(&confusable::remove_invisible(text), markets, is_market);
        self.known_language(text, node.span(), parsed)
    }

    /// The language of a text at a span as a BCP 47 tag, of whatever market the record is; anything
    /// else is reported, and has a tag all the same where it is certain which is meant.
    pub fn language_of(
        &mut self,
        text: &str,
        span: Range<usize>,
        markets: &Terms<MarketId>,
    ) -> Option<String> {
        let parsed =
            language::parse_language(&confusable::remove_invisible(text), markets, |_| false);
        self.known_language(text, span, parsed)
    }

    /// The tag that a parsed language has, if any; a language that is not accepted is reported.
    fn known_language(
        &mut self,
        text: &str,
        span: Range<usize>,
        parsed: Result<String, InvalidLanguage>,
    ) -> Option<String> {
        match parsed {
            Ok(tag) => Some(tag),
            Err(InvalidLanguage { problem, hint, tag }) => {
                let diagnostic = Diagnostic::warning(
                    "unknown-language",
                    self.place(span),
                    format!("`{text}` {problem}"),
                );
                self.diagnostics.push(diagnostic.hint(hint));
                tag
            }
        }
    }

    /// Whether the field `markets` names a market by a country code, in any case.
    fn names_market(&self, code: &str) -> bool {
        let named = self.entries.iter().filter(|(key, ..)| field::MARKETS.has_key(&key.name));
        let is_code = |node: &Node| matches!(&node.value, Value::Text(text) if confusable::trim_invisible(text).eq_ignore_ascii_case(code));
        named.into_iter().any(|(_, node, _)| match &node.value {
            Value::List(items) => items.iter().any(is_code),
            _ => is_code(node),
        })
    }

    /// The duration of a field in days: a number of days, or `180d`, `26w`, `6m` (months of 30
    /// days) or `1y` (years of 365 days). None where it is missing or, which is reported, of
    /// another form or longer than `MAX_DURATION_DAYS`.
    pub fn duration_days(&mut self, field: &'static Field) -> Option<u32> {
        let node = self.node(field)?;
        let text = self.text_of(field, node)?;
        let (count, unit_days) = match text.chars().last() {
            Some('w') => (&text[..text.len() - 1], 7),
            Some('m') => (&text[..text.len() - 1], 30),
            Some('y') => (&text[..text.len() - 1], 365),
            Some('d') => (&text[..text.len() - 1], 1),
            _ => (text, 1),
        };
        let duration = count
            .trim()
            .parse::<u32>()
            .ok()
            .and_then(|count| count.checked_mul(unit_days))
            .filter(|days| *days <= MAX_DURATION_DAYS);
        if duration.is_none() {
            self.report(
                "wrong-type",
                node.span(),
                format!("`{text}` is not a duration"),
                "write days, weeks, months or years: `180d`, `26w`, `6m`, `1y`",
            );
        }
        duration
    }

    /// The vocabulary terms of a field, in the record's order, without repetition.
    pub fn terms<K: TermId>(&mut self, field: &'static Field, known: &Terms<K>) -> Vec<K> {
        let texts = self.texts_with_spans(field);
        let mut terms = Vec::with_capacity(texts.len());
        for (text, span) in texts {
            if let Some(term) =
                self.term(text, span, field.noun(), known).filter(|term| !terms.contains(term))
            {
                terms.push(term);
            }
        }
        terms
    }

    /// The vocabulary term of a text; unknown, deprecated and aliased terms are reported. `noun`
    /// names one term in messages.
    pub fn term<K: TermId>(
        &mut self,
        text: &str,
        span: Range<usize>,
        noun: &str,
        known: &Terms<K>,
    ) -> Option<K> {
        let Some(id) = known.find(text) else {
            let names: Vec<&str> = known.iter().map(|(_, term)| &*term.id).collect();
            let misread = find_misread(text, known);
            let hint = match misread {
                Some(id) => misread_hint(text, &known[id].id),
                None => {
                    hint_of_list(text, |name| known.find(name).map(|id| known[id].id.to_string()))
                        .unwrap_or_else(|| nearest::hint(text, names))
                }
            };
            let fix = misread
                .or_else(|| find_plain(text, known))
                .and_then(|id| self.name_fix(span.clone(), text, &known[id].id));
            let message = format!("`{text}` is not a known {noun}");
            self.report_with_fix("unknown-term", span, message, hint, fix);
            return None;
        };
        self.report_term_remarks(text, span, noun, known, id);
        Some(id)
    }

    /// Reports a term that was found and is deprecated, unlisted, or written by a label or alias.
    fn report_term_remarks<K: TermId>(
        &mut self,
        text: &str,
        span: Range<usize>,
        noun: &str,
        known: &Terms<K>,
        id: K,
    ) {
        let term = &known[id];
        if let Some(instead) = &term.deprecated_by {
            let fix = known
                .find(instead)
                .filter(|id| known.is_id(*id, instead))
                .and_then(|_| self.name_fix(span.clone(), text, instead));
            let note = Diagnostic::warning(
                "deprecated-term",
                self.place(span),
                format!("the {noun} `{}` is deprecated", term.id),
            )
            .hint(format!("use `{instead}`"))
            .fix(fix);
            self.diagnostics.push(note);
        } else if term.is_unlisted {
            let note = Diagnostic::note(
                "unlisted-term",
                self.place(span),
                format!("`{text}` is taken as a {noun} of its own"),
            );
            self.diagnostics.push(note.hint(format!(
                "name it in `content/vocabulary/{noun}s.yaml` to give it labels and aliases"
            )));
        } else if !known.is_id(id, text) {
            let fix = self.name_fix(span.clone(), text, &term.id);
            let note = Diagnostic::note(
                "aliased-term",
                self.place(span),
                format!("`{text}` is read as the {noun} `{}`", term.id),
            );
            self.diagnostics.push(
                note.hint(format!("write `{}` to be found the same way everywhere", term.id))
                    .fix(fix),
            );
        }
    }

    /// Reports a missing required field, except in a file without front matter, which has its own
    /// diagnostic.
    pub fn report_missing(&mut self, field: &Field) {
        if !self.manuscript.has_front_matter() {
            return;
        }
        let place = self.place(self.manuscript.title_span());
        self.diagnostics.push(
            Diagnostic::error("missing-field", place, format!("`{}` is missing", field.name))
                .hint(field.missing_hint()),
        );
    }

    /// Reports unknown keys, and returns the spans of all fields, the extra fields (unknown keys
    /// included) and the diagnostics.
    pub fn finish(mut self) -> (FieldSpans, Vec<ExtraField>, Vec<Diagnostic>) {
        let mut extra = self.read_extra();
        let text: &str = &self.manuscript.text;
        let entries = std::mem::take(&mut self.entries);
        let given: Vec<&str> = entries.iter().map(|(key, ..)| &*key.name).collect();
        for (key, node, is_used) in &entries {
            if !is_used {
                let hint = match (
                    nearest::find_nearest(&key.name, known_keys(self.manuscript.record_type)),
                    confusable::describe_invisible(&key.name),
                ) {
                    (Some(name), _) => nearest::did_you_mean(&key.name, name),
                    (None, Some(unseen)) => format!(
                        "its name holds {unseen}: write and indent it anew with plain spaces"
                    ),
                    (None, None) => "a hub's own fields go under `extra:`".to_owned(),
                };
                let fix = self.key_fix(key, fields_of(self.manuscript.record_type), &given);
                self.report_with_fix(
                    "unknown-key",
                    key.span(),
                    format!("`{}` is not a known field", key.name),
                    hint,
                    fix,
                );
                extra.push(ExtraField::from_node(key, node, text));
            }
        }
        self.report_lost_text();
        (FieldSpans(self.spans), extra, self.diagnostics)
    }

    /// The repair that writes a key as the name of the only field that it can mean; none where that
    /// field is `given` already, or decides who may see the record.
    fn key_fix(
        &self,
        key: &Key,
        fields: impl Iterator<Item = &'static Field>,
        given: &[&str],
    ) -> Option<Fix> {
        let fields: Vec<&'static Field> = fields.collect();
        let keys: Vec<(&str, &str)> =
            fields.iter().flat_map(|field| field.keys().map(|key| (key, field.name))).collect();
        let name = nearest::find_certain(&key.name, keys)?;
        let field = fields.iter().find(|field| field.name == name)?;
        let is_gate = [&field::DRAFT, &field::VISIBILITY, &field::EMBARGO_UNTIL]
            .iter()
            .any(|gate| gate.name == name);
        if is_gate || given.iter().any(|key| field.has_key(key)) {
            return None;
        }
        self.name_fix(key.span(), &key.name, name)
    }

    /// The fields below `extra:`.
    fn read_extra(&mut self) -> Vec<ExtraField> {
        let Some(node) = self.node(&field::EXTRA) else { return Vec::new() };
        let Value::Map(entries) = &node.value else {
            let message =
                format!("`extra` holds {} where fields with values belong", node.kind_name());
            self.report(
                "wrong-type",
                node.span(),
                message,
                "name each: `extra: {campaign_code: Q3-DE}`",
            );
            return Vec::new();
        };
        for (at, (key, _)) in entries.iter().enumerate() {
            if entries[..at].iter().any(|(earlier, _)| earlier.name == key.name) {
                self.report(
                    "duplicate-key",
                    key.span(),
                    format!("`{}` is given twice", key.name),
                    "keep one of the two",
                );
            }
        }
        entries
            .iter()
            .map(|(key, node)| ExtraField::from_node(key, node, &self.manuscript.text))
            .collect()
    }
}

/// Reads a map inside a field, such as a result or a budget. Entries that nobody asks for are
/// reported by [`MapReader::finish`].
pub struct MapReader<'a> {
    field: &'static Field,
    /// Key, value and whether the value was asked for.
    entries: Vec<(&'a Key, &'a Node, bool)>,
}

impl<'a> MapReader<'a> {
    /// A reader of a map in a field; none for any other type of node, which is reported. The second
    /// of two equal keys is reported and ignored.
    pub fn new(
        fields: &mut FieldReader<'a>,
        field: &'static Field,
        node: &'a Node,
    ) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            fields.report(
                "wrong-type",
                node.span(),
                format!("`{}` holds {} where a map belongs", field.name, node.kind_name()),
                format!("write `{}` as fields with values: `{{name: value}}`", field.name),
            );
            return None;
        };
        let mut map = MapReader { field, entries: Vec::with_capacity(entries.len()) };
        for (key, node) in entries {
            if map.entries.iter().any(|(other, ..)| other.name == key.name) {
                fields.report(
                    "duplicate-key",
                    key.span(),
                    format!("`{}` is given twice", key.name),
                    "keep one of the two",
                );
            } else {
                map.entries.push((key, node, false));
            }
        }
        Some(map)
    }

    /// The value of an entry; none where it is missing or blank.
    pub fn node(&mut self, entry: &'static Field) -> Option<&'a Node> {
        let entry = self.entries.iter_mut().find(|(key, ..)| entry.has_key(&key.name))?;
        entry.2 = true;
        (!entry.1.is_blank()).then_some(entry.1)
    }

    /// The text of an entry; none where it is missing, empty or, which is reported, of another
    /// type.
    pub fn text(&mut self, fields: &mut FieldReader<'a>, entry: &'static Field) -> Option<String> {
        let node = self.node(entry)?;
        fields.text_of(entry, node).map(str::to_owned)
    }

    /// The number of an entry, as by [`FieldReader::number_of`]; none also where it is missing.
    pub fn number(
        &mut self,
        fields: &mut FieldReader<'a>,
        entry: &'static Field,
        kind: NumberKind,
    ) -> Option<f64> {
        let node = self.node(entry)?;
        fields.number_of(entry, node, kind)
    }

    /// The boolean of an entry; false where it is missing or, which is reported, none.
    pub fn flag(&mut self, fields: &mut FieldReader<'a>, entry: &'static Field) -> bool {
        self.node(entry).is_some_and(|node| fields.flag_of(entry, node))
    }

    /// The keyword of an entry; none where it is missing or, which is reported, unknown.
    pub fn keyword<K: Keyword>(
        &mut self,
        fields: &mut FieldReader<'a>,
        entry: &'static Field,
    ) -> Option<K> {
        let node = self.node(entry)?;
        fields.keyword_of(entry, node)
    }

    /// The texts of an entry that holds one text or a list; empty texts are left out.
    pub fn texts(&mut self, fields: &mut FieldReader<'a>, entry: &'static Field) -> Vec<String> {
        let Some(node) = self.node(entry) else { return Vec::new() };
        fields.texts_of(entry, node).into_iter().map(|(text, _)| text.to_owned()).collect()
    }

    /// The repair of a decimal comma between braces, which ends a value there, so that the decimals
    /// became the key of the entry with this index. None for three decimals, which may be
    /// thousands.
    fn decimals_fix(&self, fields: &FieldReader<'a>, at: usize) -> Option<Fix> {
        let (decimals_key, _, _) = self.entries.get(at)?;
        let (whole_key, whole, _) = self.entries.get(at.checked_sub(1)?)?;
        let field = self.field.entries().iter().find(|field| field.has_key(&whole_key.name))?;
        let has_decimals =
            matches!(field.kind, FieldKind::Number(kind) if kind != NumberKind::Integer);
        let span = whole.span().start..decimals_key.span().end;
        let written = fields.manuscript.text.get(span.clone())?;
        let (digits, decimals) = written.split_once(',')?;
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_certain =
            is_number(digits.trim_start_matches('-')) && is_number(decimals) && decimals.len() != 3;
        let number = format!("{digits}.{decimals}");
        let fix = Fix::replace(format!("write `{number}`"), span, written, &number);
        fix.filter(|_| has_decimals && is_certain)
    }

    /// Reports entries that nobody asked for.
    pub fn finish(self, fields: &mut FieldReader<'a>) {
        let known: Vec<&str> = self.field.entries().iter().flat_map(|entry| entry.keys()).collect();
        let given: Vec<&str> = self.entries.iter().map(|(key, ..)| &*key.name).collect();
        for (at, (key, node, is_used)) in self.entries.iter().enumerate() {
            if !is_used {
                let message =
                    format!("`{}` is not a known field of `{}`", key.name, self.field.name);
                // In a YAML flow map a comma ends the value, so that the rest of a text becomes a
                // key without a value.
                let hint = if node.value == Value::Null
                    && nearest::find_nearest(&key.name, known.iter().copied()).is_none()
                {
                    "a comma ends a value between `{` and `}`: a text that holds one goes in quotes, and decimals have a point".to_owned()
                } else {
                    nearest::hint(&key.name, known.iter().copied())
                };
                let fix = self
                    .decimals_fix(fields, at)
                    .or_else(|| fields.key_fix(key, self.field.entries().iter().copied(), &given));
                fields.report_with_fix("unknown-key", key.span(), message, hint, fix);
            }
        }
    }
}

/// The term whose name a text is once its invisible characters, unusual spaces and curly quotes are
/// gone; none if it has none of them.
pub fn find_plain<K: TermId>(text: &str, known: &Terms<K>) -> Option<K> {
    confusable::describe_invisible(text)
        .is_some()
        .then(|| confusable::remove_invisible(confusable::strip_quotes(text)))
        .and_then(|plain| known.find(&plain))
}

/// The term whose id a reader of YAML 1.1 takes for a truth value, where a text is that value as such
/// a program saves it: `NO`, Norway, for `false`. None where no id, or more than one, can be meant.
pub fn find_misread<K: TermId>(text: &str, known: &Terms<K>) -> Option<K> {
    let words: &[&str] = match &*text.to_lowercase() {
        "false" => &["no", "off", "n"],
        "true" => &["yes", "on", "y"],
        _ => return None,
    };
    let mut found =
        words.iter().filter_map(|word| known.find(word).filter(|id| known.is_id(*id, word)));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// The hint for a truth value that another program has made of the id of a term.
pub fn misread_hint(text: &str, id: &str) -> String {
    format!("write `\"{id}\"`: without its quotes other programs read `{id}` as `{text}`")
}

/// Whether a text is the decimal `number` with a comma in place of its point and nothing else.
fn is_decimal_comma(text: &str, number: &str) -> bool {
    text.matches(',').count() == 1
        && !text.contains('.')
        && text.replace(',', ".").trim_start_matches('+') == number
}

/// The hint for a text that holds several names with commas between them, which YAML reads as one
/// text: a list of them, with the ids of those that `find_id` knows. None where it knows none.
pub fn hint_of_list(text: &str, find_id: impl Fn(&str) -> Option<String>) -> Option<String> {
    let names: Vec<&str> = text
        .split([',', ';', '、', '，', '،'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    if names.len() < 2 || names.iter().all(|name| find_id(name).is_none()) {
        return None;
    }
    let ids: Vec<String> =
        names.iter().map(|name| find_id(name).unwrap_or_else(|| (*name).to_owned())).collect();
    Some(format!("these are {} names: write them as a list, `[{}]`", ids.len(), ids.join(", ")))
}

/// The keys of all fields of a type of record.
fn known_keys(record_type: RecordType) -> impl Iterator<Item = &'static str> {
    fields_of(record_type).flat_map(Field::keys)
}

/// Whether text that YAML ignores in the value of a key may be lost text: false where some field of
/// the record type, or some entry of its maps, has this key and a type that rules it out (see
/// [`Field::may_lose_text`]); true for unknown keys too.
fn key_may_lose_text(record_type: RecordType, key: &str) -> bool {
    let entries = fields_of(record_type).flat_map(|field| field.entries()).copied();
    let mut fields = fields_of(record_type).chain(entries).filter(|field| field.has_key(key));
    fields.all(Field::may_lose_text)
}

/// The date at the start of an embargo, whatever follows it behind a space or `T`; none if it
/// starts with no date.
fn embargo_date(text: &str) -> Option<Date> {
    let day = text.split(['T', 't', ' ']).next().unwrap_or(text);
    (day.len() == 10).then(|| day.parse::<Date>().ok()).flatten()
}

/// Hint for a value that is correct except for invisible characters or curly quotes. `plain` is the
/// value without them.
fn rewrite_hint(text: &str, plain: &str) -> String {
    match confusable::describe_invisible(text) {
        Some(unseen) => format!("write `{plain}` anew: what stands here holds {unseen}"),
        None => format!(
            "write `{plain}` without the curly quotes, which are part of the text to a program"
        ),
    }
}
