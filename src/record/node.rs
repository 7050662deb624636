//! YAML as a tree in which every key and value knows its place and every scalar is still text.
//!
//! A scalar is text until its field gives it a type: under YAML 1.1 rules `markets: [NO, SE]` would read as
//! `[false, "SE"]`; here it is Norway and Sweden, and `title: 1.10` stays "1.10".

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span};

/// The most nodes a document may have once its aliases are expanded; a bomb of aliases passes this in a moment.
const MOST_NODES: usize = 50_000;

/// The deepest nesting read; no field of the content model needs more than four.
const DEEPEST: usize = 64;

/// A YAML value with its place.
///
/// A hub of 10,000 records holds a million of these until its catalog is made, so none takes more room than it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it holds.
    pub value: Value,
    span: Bytes,
}

/// What a YAML node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: an empty value, `~` or `null`, unquoted.
    Null,
    /// A scalar, as text.
    Text(Box<str>),
    /// A sequence.
    List(Box<[Node]>),
    /// A mapping in its own order; duplicate keys are still there.
    Map(Box<[(Key, Node)]>),
}

/// The key of a mapping's entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its text.
    pub name: Box<str>,
    span: Bytes,
}

/// Bytes in a file, from one to before another; no file that is read has 4 GB.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bytes(u32, u32);

impl From<Range<usize>> for Bytes {
    fn from(range: Range<usize>) -> Self {
        Bytes(range.start as u32, range.end as u32)
    }
}

impl From<Bytes> for Range<usize> {
    fn from(Bytes(start, end): Bytes) -> Self {
        start as usize..end as usize
    }
}

/// Why a document cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What the parser says, in lower case.
    pub message: String,
    /// Where it noticed.
    pub span: Range<usize>,
    /// What to do.
    pub hint: Option<&'static str>,
}

/// An open list or map while the tree is built.
struct Frame {
    open: Open,
    key: Option<Key>,
    start: usize,
    anchor: usize,
}

/// What is open, and from where on its items or entries lie on the common pile.
enum Open {
    List(usize),
    Map(usize),
}

struct Builder {
    stack: Vec<Frame>,
    /// Items of all open lists, those of the innermost last: a list is made when it closes, as long as it is then.
    items: Vec<Node>,
    /// Entries of all open maps likewise.
    entries: Vec<(Key, Node)>,
    anchors: Vec<(usize, Node)>,
    nodes: usize,
    offset: usize,
    root: Option<Node>,
}

/// Reads one YAML document that starts `offset` bytes into its file.
///
/// # Errors
/// The first place where the text is no YAML, nests too deeply, or grows beyond all bounds through aliases.
pub fn read(yaml: &str, offset: usize) -> Result<Node, Unreadable> {
    let mut builder = Builder { stack: Vec::new(), items: Vec::new(), entries: Vec::new(), anchors: Vec::new(), nodes: 0, offset, root: None };
    for event in Parser::new_from_str(yaml) {
        let (event, span) = event.map_err(|error| {
            let at = byte_of(yaml, error.marker().line(), error.marker().col());
            Unreadable { message: error.info().to_string().to_lowercase(), span: offset + at..offset + at, hint: None }
        })?;
        builder.take(event, span)?;
    }
    let end = offset + yaml.len();
    Ok(builder.root.unwrap_or(Node::new(Value::Null, offset..end)))
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Unreadable> {
        let range = self.range(&span);
        match event {
            Event::Scalar(text, style, anchor, _) => self.place(Node::new(scalar(&text, style), range), anchor),
            Event::SequenceStart(_, anchor, _) => self.open(Open::List(self.items.len()), range, anchor),
            Event::MappingStart(_, anchor, _) => self.open(Open::Map(self.entries.len()), range, anchor),
            Event::SequenceEnd | Event::MappingEnd => self.close(range),
            Event::Alias(anchor) => self.expand(anchor, range),
            Event::DocumentStart(..) if self.root.is_some() => Err(self.trouble("more than one YAML document", range)),
            _ => Ok(()),
        }
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let bytes = span.byte_range().unwrap_or(0..0);
        self.offset + bytes.start..self.offset + bytes.end
    }

    fn trouble(&self, message: &str, span: Range<usize>) -> Unreadable {
        Unreadable { message: message.to_owned(), span, hint: None }
    }

    fn open(&mut self, open: Open, range: Range<usize>, anchor: usize) -> Result<(), Unreadable> {
        if self.stack.len() >= DEEPEST {
            return Err(self.trouble("lists or maps nested too deeply", range));
        }
        self.stack.push(Frame { open, key: None, start: range.start, anchor });
        Ok(())
    }

    fn close(&mut self, range: Range<usize>) -> Result<(), Unreadable> {
        let frame = self.stack.pop().expect("the parser closes only what it opened");
        let value = match frame.open {
            Open::List(start) => Value::List(self.items.drain(start..).collect()),
            Open::Map(start) => Value::Map(merged(self.entries.drain(start..).collect())),
        };
        self.place(Node::new(value, frame.start..range.end.max(frame.start)), frame.anchor)
    }

    fn expand(&mut self, anchor: usize, range: Range<usize>) -> Result<(), Unreadable> {
        let Some(target) = self.anchors.iter().rev().find(|(id, _)| *id == anchor).map(|(_, node)| node.clone()) else {
            return Err(self.trouble("an alias to a value that is not finished", range));
        };
        self.nodes += count(&target);
        self.place(Node::new(target.value, range), 0)
    }

    fn place(&mut self, node: Node, anchor: usize) -> Result<(), Unreadable> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            let hint = Some("write values out instead of repeating them through `*aliases`");
            return Err(Unreadable { hint, ..self.trouble("the front matter grows beyond all bounds through its aliases", node.span()) });
        }
        if anchor != 0 {
            self.anchors.push((anchor, node.clone()));
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Frame { open: Open::List(_), .. }) => self.items.push(node),
            Some(Frame { key, .. }) => match key.take() {
                Some(key) => self.entries.push((key, node)),
                None => *key = Some(key_of(node)?),
            },
        }
        Ok(())
    }
}

/// The key that a node is.
fn key_of(node: Node) -> Result<Key, Unreadable> {
    let span = node.span;
    match node.value {
        Value::Text(name) => Ok(Key { name, span }),
        Value::Null => Ok(Key { name: "".into(), span }),
        _ => Err(Unreadable {
            message: "a list or map stands where a key belongs".into(),
            span: span.into(),
            hint: Some("put quotes around values that start with `[` or `{`"),
        }),
    }
}

/// A map with the entries of the maps under its merge keys `<<`, wherever they stand.
fn merged(entries: Box<[(Key, Node)]>) -> Box<[(Key, Node)]> {
    // Nearly every map is as it was written: its entries need not move.
    if !entries.iter().any(|(key, _)| key.is("<<")) {
        return entries;
    }
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(key, _)| key.is("<<"));
    merges.into_iter().for_each(|(_, node)| merge(&mut own, node));
    own.into()
}

/// The entries of another map, where this one does not say otherwise.
fn merge(entries: &mut Vec<(Key, Node)>, node: Node) {
    match node.value {
        Value::Map(others) => {
            for (key, value) in others {
                if !entries.iter().any(|(known, _)| known.name == key.name) {
                    entries.push((key, value));
                }
            }
        }
        Value::List(maps) => maps.into_iter().for_each(|map| merge(entries, map)),
        _ => {}
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    match (style, text) {
        (ScalarStyle::Plain, "" | "~" | "null" | "Null" | "NULL") => Value::Null,
        _ => Value::Text(text.into()),
    }
}

fn count(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(count).sum(),
        Value::Map(entries) => entries.iter().map(|(_, value)| count(value)).sum(),
        _ => 0,
    }
}

/// The byte offset of a line (from 1) and a column in characters (from 0).
fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}

impl Key {
    /// Whether that is its text.
    pub fn is(&self, name: &str) -> bool {
        *self.name == *name
    }

    /// Where it stands: bytes in the file.
    pub fn span(&self) -> Range<usize> {
        self.span.into()
    }
}

impl Node {
    /// A value that stands there: bytes in the file.
    pub fn new(value: Value, span: Range<usize>) -> Self {
        Node { value, span: span.into() }
    }

    /// Where it stands: bytes in the file.
    pub fn span(&self) -> Range<usize> {
        self.span.into()
    }

    /// The node as YAML flow text, for free fields that are shown as they are.
    pub fn to_flow(&self) -> String {
        match &self.value {
            Value::Null => String::new(),
            Value::Text(text) => text.to_string(),
            Value::List(items) => items.iter().map(Node::to_flow).collect::<Vec<_>>().join(", "),
            Value::Map(entries) => entries.iter().map(|(key, value)| format!("{}: {}", key.name, value.to_flow())).collect::<Vec<_>>().join(", "),
        }
    }

    /// Whether the tree holds this text.
    pub fn holds(&self, text: &str) -> bool {
        match &self.value {
            Value::Null => false,
            Value::Text(own) => **own == *text,
            Value::List(items) => items.iter().any(|item| item.holds(text)),
            Value::Map(entries) => entries.iter().any(|(_, value)| value.holds(text)),
        }
    }

    /// What kind of value it is, in words for messages.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(yaml: &str) -> String {
        read(yaml, 0).expect("valid").to_flow()
    }

    #[test]
    fn scalars_stay_text() {
        assert_eq!(flow("markets: [NO, SE]\ntitle: 1.10\nflag: yes"), "markets: NO, SE, title: 1.10, flag: yes");
    }

    #[test]
    fn every_value_knows_its_place() {
        let yaml = "title: \"Ümlaut\"\nmarkets: [br, ID]\n";
        let Value::Map(entries) = read(yaml, 4).expect("valid").value else { panic!("a map") };
        assert_eq!(&yaml[entries[0].1.span().start - 4..entries[0].1.span().end - 4], "\"Ümlaut\"");
        let Value::List(items) = &entries[1].1.value else { panic!("a list") };
        assert_eq!(&yaml[items[1].span().start - 4..items[1].span().end - 4], "ID");
    }

    #[test]
    fn a_merge_key_yields_to_the_entries_of_its_own_map() {
        assert_eq!(flow("base: &base {a: 1, b: 2}\nown: {<<: *base, a: 3}"), "base: a: 1, b: 2, own: a: 3, b: 2");
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut yaml = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let previous = vec![format!("*a{}", level - 1); 10].join(", ");
            yaml += &format!("a{level}: &a{level} [{previous}]\n");
        }
        assert!(read(&yaml, 0).expect_err("a bomb").message.contains("aliases"));
    }

    #[test]
    fn ten_thousand_brackets_are_refused() {
        assert!(read(&"[".repeat(10_000), 0).is_err());
        assert!(read(&("a: ".to_owned() + &"[".repeat(10_000) + &"]".repeat(10_000)), 0).is_err());
    }
}
