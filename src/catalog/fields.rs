//! Reading front matter field by field: each field gives its text a type, and every problem is kept.

use std::ops::Range;

use jiff::civil::Date;

use crate::catalog::day::{self, NoDay};
use crate::catalog::figure::{self, Figure, Scale};
use crate::catalog::gate;
use crate::catalog::language::{self, Unclear};
use crate::catalog::words::Word;
use crate::catalog::{FieldSpans, FreeField};
use crate::diagnostic::{Diagnostic, Place, lookalike, nearest};
use crate::record::Manuscript;
use crate::record::lost::quoted;
use crate::record::node::{Key, Node, Value};
use crate::vocabulary::{MarketId, TermId, Terms, fold};

/// A hundred years: whatever is longer is a slip.
const MOST_DAYS: u32 = 36_525;

/// Figures beyond this are slips, and no chart, share or sum could hold them.
pub const LARGEST_FIGURE: f64 = 1e15;

/// About as many names as a record may use for its fields.
const KNOWN: usize = 64;

/// The fields of one record while they are read; what no reader asked for is unknown in the end.
pub struct Fields<'a> {
    manuscript: &'a Manuscript,
    entries: Vec<(&'a Key, &'a Node, bool)>,
    known: Vec<&'static str>,
    /// Fields of figures, days and closed words, in which a comment loses nothing.
    closed: Vec<&'static str>,
    spans: Vec<(&'static str, Range<usize>)>,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    /// The fields of a manuscript; the second of two equal keys is an error and not read.
    pub fn new(manuscript: &'a Manuscript) -> Self {
        let mut fields = Fields {
            manuscript,
            entries: Vec::with_capacity(manuscript.entries().len()),
            known: Vec::with_capacity(KNOWN),
            closed: Vec::new(),
            spans: Vec::with_capacity(manuscript.entries().len()),
            diagnostics: Vec::new(),
        };
        for (key, node) in manuscript.entries() {
            match fields.entries.iter().find(|(other, ..)| other.name == key.name) {
                Some((first, ..)) => {
                    let label = fields.place(first.span());
                    let problem = fields.problem("duplicate-key", key.span(), format!("`{}` is given twice", key.name));
                    fields.diagnostics.push(problem.label(label, "first given here").hint("keep one of the two"));
                }
                None => fields.entries.push((key, node, false)),
            }
        }
        fields
    }

    /// A place in this file.
    pub fn place(&self, span: Range<usize>) -> Place {
        Place::new(&self.manuscript.path, span)
    }

    fn problem(&self, code: &'static str, span: Range<usize>, message: String) -> Diagnostic {
        Diagnostic::error(code, self.place(span), message)
    }

    /// Records a problem with a hint.
    pub fn report(&mut self, code: &'static str, span: Range<usize>, message: String, hint: impl Into<String>) {
        let problem = self.problem(code, span, message).hint(hint);
        self.diagnostics.push(problem);
    }

    /// Says that a field holds no free text: whatever stands behind ` #` in it is a comment, and what is not understood is reported
    /// when it is read.
    pub fn mark_closed(&mut self, name: &'static str, aliases: &[&'static str]) {
        if !self.manuscript.lost.is_empty() {
            self.closed.push(name);
            self.closed.extend(aliases);
        }
    }

    /// Reports text that YAML took for something else.
    fn lost_text(&mut self) {
        for lost in self.manuscript.lost.iter().filter(|lost| !self.closed.contains(&&*lost.key)) {
            let place = self.place(lost.span.clone());
            let problem = if lost.is_likely {
                Diagnostic::warning("lost-text", place, lost.message.clone()).hint(format!("if it is text, put the value in quotes: `{}`", lost.line))
            } else {
                Diagnostic::note("lost-text", place, lost.message.clone()).hint(format!("if it is text, put it in quotes: `{}`", lost.line))
            };
            self.diagnostics.push(problem);
        }
    }

    /// The value of a field under its name or one of its aliases; empty values count as missing.
    pub fn node(&mut self, name: &'static str, aliases: &[&'static str]) -> Option<&'a Node> {
        self.known.push(name);
        self.known.extend(aliases);
        let mut found = self.entries.iter_mut().filter(|(key, ..)| key.is(name) || aliases.contains(&&*key.name)).map(|entry| {
            entry.2 = true;
            (entry.0, entry.1)
        });
        let (first, second) = (found.next(), found.next());
        found.for_each(drop);
        let (first, node) = first?;
        if let Some((second, _)) = second {
            let label = self.place(first.span());
            let problem = self.problem("duplicate-key", second.span(), format!("`{}` and `{}` are the same field", first.name, second.name));
            self.diagnostics.push(problem.label(label, "first given here").hint("keep one of the two"));
        }
        self.spans.push((name, node.span()));
        (!is_empty(node)).then_some(node)
    }

    /// A text.
    pub fn text(&mut self, name: &'static str, aliases: &[&'static str]) -> Option<String> {
        let node = self.node(name, aliases)?;
        self.text_of(name, node).map(str::to_owned)
    }

    /// The text of a node that should be one.
    pub fn text_of(&mut self, name: &str, node: &'a Node) -> Option<&'a str> {
        match &node.value {
            Value::Text(text) => Some(lookalike::trim(text)),
            Value::Null => None,
            _ => {
                let written = self.manuscript.text.get(node.span()).unwrap_or("").trim();
                let hint = if written.is_empty() || written.contains('\n') {
                    format!("write `{name}: some text`, in quotes if it starts with a bracket")
                } else {
                    format!("if it is text, put it in quotes: `{}`", quoted(written))
                };
                self.report("wrong-type", node.span(), format!("`{name}` is {} where a text belongs", node.kind()), hint);
                None
            }
        }
    }

    /// A text that must be there; one of the wrong type is reported as that and not as missing.
    pub fn required_text(&mut self, name: &'static str, hint: &str) -> Option<String> {
        let node = self.node(name, &[]);
        if node.is_none() {
            self.missing(name, hint);
        }
        self.text_of(name, node?).map(str::to_owned)
    }

    /// The id of the record itself, which is never what another id was meant to be.
    pub fn own_id(&self) -> &'a str {
        &self.manuscript.id
    }

    /// One text or a list of them.
    pub fn texts(&mut self, name: &'static str, aliases: &[&'static str]) -> Vec<String> {
        self.items(name, aliases).into_iter().map(|(text, _)| text.to_owned()).collect()
    }

    /// One text or a list of them, each with its place.
    pub fn items(&mut self, name: &'static str, aliases: &[&'static str]) -> Vec<(&'a str, Range<usize>)> {
        let Some(node) = self.node(name, aliases) else { return Vec::new() };
        self.items_of(name, node)
    }

    /// The texts of a node that should be a text or a list of texts.
    pub fn items_of(&mut self, name: &str, node: &'a Node) -> Vec<(&'a str, Range<usize>)> {
        let nodes = match &node.value {
            Value::List(nodes) => nodes,
            _ => std::slice::from_ref(node),
        };
        nodes.iter().filter_map(|node| Some((self.text_of(name, node)?, node.span()))).filter(|(text, _)| !text.is_empty()).collect()
    }

    /// A word of a closed list.
    pub fn word<W: Word>(&mut self, name: &'static str, aliases: &[&'static str]) -> Option<W> {
        self.mark_closed(name, aliases);
        let node = self.node(name, aliases)?;
        self.word_of(name, node)
    }

    /// The word of a node.
    pub fn word_of<W: Word>(&mut self, name: &str, node: &'a Node) -> Option<W> {
        let text = self.text_of(name, node)?;
        if let Some(word) = W::parse(text) {
            return Some(word);
        }
        let spelt = fold(lookalike::unquoted(text));
        let word = W::parse(&spelt).or_else(|| W::parse(text));
        if word.is_none() {
            let known: Vec<&str> = W::ALL.iter().map(|word| word.as_str()).collect();
            self.report("unknown-value", node.span(), format!("`{text}` is not a known {}", name.replace('_', " ")), nearest::hint(text, known));
        }
        word
    }

    /// A day.
    pub fn date(&mut self, name: &'static str, aliases: &[&'static str]) -> Option<Date> {
        self.mark_closed(name, aliases);
        let node = self.node(name, aliases)?;
        let text = self.text_of(name, node)?;
        self.day_of(text, node.span())
    }

    fn day_of(&mut self, text: &str, span: Range<usize>) -> Option<Date> {
        let plain = lookalike::visible(lookalike::unquoted(text));
        match day::read(&plain) {
            Ok(day) if plain == text => Some(day),
            Ok(day) => {
                self.report("invalid-date", span, format!("`{text}` is not a day alone"), rewritten(text, &day.to_string()));
                None
            }
            Err(NoDay { why, hint }) => {
                self.report("invalid-date", span, format!("`{text}` {why}"), hint);
                None
            }
        }
    }

    /// A day until which a record is withheld: a time of day or words after it are reported, for they are not understood.
    pub fn embargo(&mut self, name: &'static str) {
        self.mark_closed(name, &[]);
        let Some(node) = self.node(name, &[]) else { return };
        let Some(text) = self.text_of(name, node) else { return };
        if named_day(text).is_none_or(|day| !day::is_of_our_time(day)) {
            self.day_of(text, node.span());
        } else if text.trim().len() != 10 {
            let message = format!("`{text}` is not a day alone, so the record is withheld until every moment that it can mean has passed");
            self.report("unclear-gate", node.span(), message, "write the day alone, such as `2027-01-31`; the record opens when it has come");
        }
    }

    /// Reports keys that are nearly those of gates, or mean the same elsewhere: they are read as gates.
    pub fn near_gates(&mut self) {
        if let Some(written) = gate::misplaced_gate(self.manuscript) {
            let first_line = self.manuscript.text.lines().next().map_or(0, str::len);
            let message = format!("the front matter is not at the top and says `{written}`, which is read as if it were");
            self.report("unclear-gate", 0..first_line, message, "begin the file with a line of three dashes `---`");
        }
        let mut near = Vec::new();
        for (key, node, used) in self.entries.iter_mut().filter(|(key, ..)| gate::is_nearly_a_gate(&key.name)) {
            *used = true;
            if !gate::is_open(&key.name, node) {
                near.push((key.name.to_string(), key.span()));
            }
        }
        for (name, span) in near {
            let message = format!("`{name}` may be meant to keep this record from being published, so it is read that way");
            self.report("unclear-gate", span, message, "write `draft: true`, `visibility: internal` or `embargo_until: 2027-01-31`, or remove it");
        }
    }

    /// A number.
    pub fn number(&mut self, name: &'static str, scale: Scale) -> Option<f64> {
        self.mark_closed(name, &[]);
        let node = self.node(name, &[])?;
        self.number_of(name, node, scale)
    }

    /// The number of a node.
    pub fn number_of(&mut self, name: &str, node: &'a Node, scale: Scale) -> Option<f64> {
        let text = self.text_of(name, node)?;
        let number = self.figure(text, node.span(), scale)?;
        let drawable = Some(number).filter(|number| number.abs() <= LARGEST_FIGURE);
        if drawable.is_none() {
            let message = format!("`{name}: {text}` is larger than any figure of an experiment");
            self.report("out-of-range", node.span(), message, "look for digits too many, or write it in a larger unit");
        }
        drawable
    }

    fn figure(&mut self, text: &str, span: Range<usize>, scale: Scale) -> Option<f64> {
        let plain = lookalike::visible(lookalike::unquoted(text));
        let readings = match figure::read(&plain, scale) {
            Figure::Number(number) if plain == text => return Some(number),
            Figure::Number(_) => {
                self.report("wrong-type", span, format!("`{text}` is not a number"), rewritten(text, &plain));
                return None;
            }
            Figure::Meant(readings) => readings,
        };
        let what = if scale == Scale::Whole { "a whole number" } else { "a number" };
        let alone = "the figure alone, with a decimal point and without separators";
        let (message, hint) = match &readings[..] {
            [] if scale == Scale::Whole => (format!("`{text}` is not {what}"), "write it in digits alone, without separators".to_owned()),
            [] => (format!("`{text}` is not {what}"), format!("write {alone}")),
            [one] if figure::is_points(&plain) => {
                (format!("`{text}` is not {what}"), format!("write `{one}`; a lift in percentage points has `lift_type: absolute`"))
            }
            [one] => (format!("`{text}` is not {what}"), format!("write {alone}: `{one}`")),
            [one, others @ ..] => {
                let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
                (format!("`{text}` can be read in two ways"), format!("write `{one}` or {}, whichever is meant", others.join(" or ")))
            }
        };
        self.report("wrong-type", span, message, hint);
        None
    }

    /// A whole number that is not negative.
    pub fn whole(&mut self, name: &'static str) -> Option<u64> {
        self.mark_closed(name, &[]);
        let node = self.node(name, &[])?;
        self.whole_of(name, node)
    }

    /// The whole number of a node.
    pub fn whole_of(&mut self, name: &str, node: &'a Node) -> Option<u64> {
        let text = self.text_of(name, node)?;
        text.replace('_', "").parse::<u64>().ok().or_else(|| {
            self.figure(text, node.span(), Scale::Whole);
            None
        })
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &'static str) -> bool {
        self.mark_closed(name, &[]);
        let Some(node) = self.node(name, &[]) else { return false };
        self.flag_of(name, node)
    }

    /// The yes or no of a node.
    pub fn flag_of(&mut self, name: &str, node: &'a Node) -> bool {
        match self.text_of(name, node).map(str::to_lowercase).as_deref() {
            Some("true" | "yes" | "on") => true,
            Some("false" | "no" | "off") | None => false,
            Some(other) => {
                let message = format!("`{other}` is neither `true` nor `false`");
                self.report("wrong-type", node.span(), message, format!("write `{name}: true` or leave it out"));
                false
            }
        }
    }

    /// A language as a tag that may be published; what is none is reported.
    pub fn language(&mut self, name: &'static str, aliases: &[&'static str], markets: &Terms<MarketId>) -> Option<String> {
        self.mark_closed(name, aliases);
        let node = self.node(name, aliases)?;
        let text = self.text_of(name, node)?;
        let is_market = |code: &str| self.names_market(code);
        match language::read(&lookalike::visible(text), markets, is_market) {
            Ok(tag) => Some(tag),
            Err(Unclear { why, hint, tag }) => {
                let problem = Diagnostic::warning("unknown-language", self.place(node.span()), format!("`{text}` {why}"));
                self.diagnostics.push(problem.hint(hint));
                tag
            }
        }
    }

    /// Whether the record names a market by this country code.
    fn names_market(&self, code: &str) -> bool {
        let named = self.entries.iter().filter(|(key, ..)| key.is("markets") || key.is("market"));
        let is_code = |node: &Node| matches!(&node.value, Value::Text(text) if lookalike::trim(text).eq_ignore_ascii_case(code));
        named.into_iter().any(|(_, node, _)| match &node.value {
            Value::List(items) => items.iter().any(is_code),
            _ => is_code(node),
        })
    }

    /// A duration in days: `180d`, `26w`, `6m` (of 30 days), `1y` (of 365), or a number of days.
    pub fn days(&mut self, name: &'static str) -> Option<u32> {
        self.mark_closed(name, &[]);
        let node = self.node(name, &[])?;
        let text = self.text_of(name, node)?;
        let (figure, days) = match text.chars().last() {
            Some('w') => (&text[..text.len() - 1], 7),
            Some('m') => (&text[..text.len() - 1], 30),
            Some('y') => (&text[..text.len() - 1], 365),
            Some('d') => (&text[..text.len() - 1], 1),
            _ => (text, 1),
        };
        let duration = figure.trim().parse::<u32>().ok().and_then(|figure| figure.checked_mul(days)).filter(|days| *days <= MOST_DAYS);
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

    /// Terms of a vocabulary, in the record's order, each once.
    pub fn terms<K: TermId>(&mut self, name: &'static str, aliases: &[&'static str], what: &str, known: &Terms<K>) -> Vec<K> {
        self.mark_closed(name, aliases);
        let items = self.items(name, aliases);
        let mut terms = Vec::with_capacity(items.len());
        for (text, span) in items {
            if let Some(term) = self.term(text, span, what, known).filter(|term| !terms.contains(term)) {
                terms.push(term);
            }
        }
        terms
    }

    /// One term, reported when it is unknown, an alias or deprecated.
    pub fn term<K: TermId>(&mut self, text: &str, span: Range<usize>, what: &str, known: &Terms<K>) -> Option<K> {
        let Some(id) = known.find(text) else {
            let names: Vec<&str> = known.iter().map(|(_, term)| &*term.id).collect();
            self.report("unknown-term", span, format!("`{text}` is not a known {what}"), nearest::hint(text, names));
            return None;
        };
        self.remark(text, span, what, known, id);
        Some(id)
    }

    fn remark<K: TermId>(&mut self, text: &str, span: Range<usize>, what: &str, known: &Terms<K>, id: K) {
        let term = &known[id];
        if let Some(instead) = &term.deprecated_by {
            let note = Diagnostic::warning("deprecated-term", self.place(span), format!("the {what} `{}` is deprecated", term.id))
                .hint(format!("use `{instead}`"));
            self.diagnostics.push(note);
        } else if term.unlisted {
            let note = Diagnostic::note("unlisted-term", self.place(span), format!("`{text}` is taken as a {what} of its own"));
            self.diagnostics.push(note.hint(format!("name it in `content/vocabulary/{what}s.yaml` to give it labels and aliases")));
        } else if !known.is_id(id, text) {
            let note = Diagnostic::note("aliased-term", self.place(span), format!("`{text}` is read as the {what} `{}`", term.id));
            self.diagnostics.push(note.hint(format!("write `{}` to be found the same way everywhere", term.id)));
        }
    }

    /// A required field that is missing; a file without any front matter has been told so already.
    pub fn missing(&mut self, name: &str, hint: impl Into<String>) {
        if !self.manuscript.has_front() {
            return;
        }
        let place = self.place(self.manuscript.title_span());
        self.diagnostics.push(Diagnostic::error("missing-field", place, format!("`{name}` is missing")).hint(hint));
    }

    /// Ends the reading: unknown keys are reported and kept, spans are handed on.
    pub fn finish(mut self) -> (FieldSpans, Vec<FreeField>, Vec<Diagnostic>) {
        let mut extra = self.extra();
        let text: &str = &self.manuscript.text;
        for (key, node, used) in std::mem::take(&mut self.entries) {
            if !used {
                let hint = match (nearest::nearest(&key.name, self.known.iter().copied()), lookalike::unseen(&key.name)) {
                    (Some(name), _) => nearest::did_you_mean(&key.name, name),
                    (None, Some(unseen)) => format!("its name holds {unseen}: write and indent it anew with plain spaces"),
                    (None, None) => "a hub's own fields go under `extra:`".to_owned(),
                };
                self.report("unknown-key", key.span(), format!("`{}` is not a known field", key.name), hint);
                extra.push(FreeField::read(key, node, text));
            }
        }
        self.lost_text();
        (FieldSpans(self.spans), extra, self.diagnostics)
    }

    /// The fields under `extra:`.
    fn extra(&mut self) -> Vec<FreeField> {
        let Some(node) = self.node("extra", &[]) else { return Vec::new() };
        let Value::Map(entries) = &node.value else {
            let message = format!("`extra` holds {} where fields with values belong", node.kind());
            self.report("wrong-type", node.span(), message, "name each: `extra: {campaign_code: Q3-DE}`");
            return Vec::new();
        };
        for (at, (key, _)) in entries.iter().enumerate() {
            if entries[..at].iter().any(|(earlier, _)| earlier.name == key.name) {
                self.report("duplicate-key", key.span(), format!("`{}` is given twice", key.name), "keep one of the two");
            }
        }
        entries.iter().map(|(key, node)| FreeField::read(key, node, &self.manuscript.text)).collect()
    }
}

/// The entries of a map inside a field (a result, a budget): each read once, the rest unknown.
pub struct Entries<'a> {
    name: &'static str,
    entries: Vec<(&'a Key, &'a Node, bool)>,
    known: Vec<&'static str>,
}

impl<'a> Entries<'a> {
    /// The entries of a node that should be a map.
    pub fn of(fields: &mut Fields<'a>, name: &'static str, node: &'a Node) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            fields.report(
                "wrong-type",
                node.span(),
                format!("`{name}` holds {} where a map belongs", node.kind()),
                format!("write `{name}` as fields with values: `{{name: value}}`"),
            );
            return None;
        };
        let mut read = Entries { name, entries: Vec::with_capacity(entries.len()), known: Vec::new() };
        for (key, node) in entries {
            if read.entries.iter().any(|(other, ..)| other.name == key.name) {
                fields.report("duplicate-key", key.span(), format!("`{}` is given twice", key.name), "keep one of the two");
            } else {
                read.entries.push((key, node, false));
            }
        }
        Some(read)
    }

    /// The value of an entry; empty ones count as missing.
    pub fn node(&mut self, name: &'static str) -> Option<&'a Node> {
        self.known.push(name);
        let entry = self.entries.iter_mut().find(|(key, ..)| key.is(name))?;
        entry.2 = true;
        (!is_empty(entry.1)).then_some(entry.1)
    }

    /// A text entry.
    pub fn text(&mut self, fields: &mut Fields<'a>, name: &'static str) -> Option<String> {
        let node = self.node(name)?;
        fields.text_of(name, node).map(str::to_owned)
    }

    /// A number entry.
    pub fn number(&mut self, fields: &mut Fields<'a>, name: &'static str, scale: Scale) -> Option<f64> {
        fields.mark_closed(name, &[]);
        let node = self.node(name)?;
        fields.number_of(name, node, scale)
    }

    /// A yes-or-no entry.
    pub fn flag(&mut self, fields: &mut Fields<'a>, name: &'static str) -> bool {
        fields.mark_closed(name, &[]);
        self.node(name).is_some_and(|node| fields.flag_of(name, node))
    }

    /// A word entry.
    pub fn word<W: Word>(&mut self, fields: &mut Fields<'a>, name: &'static str) -> Option<W> {
        fields.mark_closed(name, &[]);
        let node = self.node(name)?;
        fields.word_of(name, node)
    }

    /// One text or a list of them.
    pub fn texts(&mut self, fields: &mut Fields<'a>, name: &'static str) -> Vec<String> {
        let Some(node) = self.node(name) else { return Vec::new() };
        fields.items_of(name, node).into_iter().map(|(text, _)| text.to_owned()).collect()
    }

    /// Reports what no reader asked for.
    pub fn finish(self, fields: &mut Fields<'a>) {
        for (key, node, used) in &self.entries {
            if !used {
                let message = format!("`{}` is not a known field of `{}`", key.name, self.name);
                // In a map on one line a comma ends the value, so that the rest of it stands as a name without a value.
                let hint = if node.value == Value::Null && nearest::nearest(&key.name, self.known.iter().copied()).is_none() {
                    "a comma ends a value between `{` and `}`: a text that holds one goes in quotes, and decimals have a point".to_owned()
                } else {
                    nearest::hint(&key.name, self.known.iter().copied())
                };
                fields.report("unknown-key", key.span(), message, hint);
            }
        }
    }
}

/// The day that an embargo begins with, a time of day after it left out.
fn named_day(text: &str) -> Option<Date> {
    let day = text.split(['T', 't', ' ']).next().unwrap_or(text);
    (day.len() == 10).then(|| day.parse::<Date>().ok()).flatten()
}

/// What to do about a value that holds what cannot be seen, or quotes that are no quotes to a program.
fn rewritten(text: &str, plain: &str) -> String {
    match lookalike::unseen(text) {
        Some(unseen) => format!("write `{plain}` anew: what stands here holds {unseen}"),
        None => format!("write `{plain}` without the curly quotes, which are part of the text to a program"),
    }
}

/// Whether a node holds nothing, so that its field counts as missing.
pub fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Text(text) => text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
    }
}
