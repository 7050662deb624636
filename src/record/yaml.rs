//! A YAML parser that gives every key and value a span and keeps every scalar as text.
//!
//! The field decides the type of a scalar: under the rules of YAML 1.1, `markets: [NO, SE]` would
//! be `[false, "SE"]`; here it is Norway and Sweden, and `title: 1.10` stays "1.10".

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span};

/// The most nodes of a document with expanded aliases, so that an alias bomb ("billion laughs") is
/// rejected.
const MAX_NODES: usize = 50_000;

/// The deepest nesting of lists and maps; no field of the content model needs more than 4.
const MAX_DEPTH: usize = 64;

/// A YAML value with its span.
///
/// A hub of 10,000 records has a million nodes until its catalog is assembled, so the type is kept
/// small.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    span: ByteSpan,
}

/// The value of a YAML node.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An empty value, `~` or `null`, unquoted.
    Null,
    /// A scalar, as text.
    Text(Box<str>),
    /// A sequence.
    List(Box<[Node]>),
    /// A mapping in the order of the file, with duplicate keys.
    Map(Box<[(Key, Node)]>),
}

/// The key of an entry of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Text of the key; empty if the key is null.
    pub name: Box<str>,
    span: ByteSpan,
}

/// Start and end of a byte range; files of 4 GB are never read.
#[derive(Debug, Clone, Copy, PartialEq)]
struct ByteSpan(u32, u32);

impl From<Range<usize>> for ByteSpan {
    fn from(range: Range<usize>) -> Self {
        ByteSpan(range.start as u32, range.end as u32)
    }
}

impl From<ByteSpan> for Range<usize> {
    fn from(ByteSpan(start, end): ByteSpan) -> Self {
        start as usize..end as usize
    }
}

/// Why a document cannot be parsed, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// Message of the parser in lower case.
    pub message: String,
    /// Byte range in the file at which the parser failed, which may be behind the mistake.
    pub span: Range<usize>,
    /// What to do about it, where that is known.
    pub hint: Option<&'static str>,
}

/// A list or map whose end the parser has not reached yet.
struct OpenCollection {
    kind: CollectionKind,
    /// The key whose value comes next, in a map.
    key: Option<Key>,
    /// Byte offset in the file at which the list or map begins.
    start: usize,
    /// Id of the anchor; 0 if there is none.
    anchor: usize,
}

/// Whether an open collection is a list or a map, with the index of its first item in `items`, or
/// of its first entry in `entries`, of the builder.
enum CollectionKind {
    List(usize),
    Map(usize),
}

/// Builds the tree from the events of the parser.
struct TreeBuilder {
    stack: Vec<OpenCollection>,
    /// Items of all open lists, those of the innermost last; a closed list is allocated in its
    /// final length.
    items: Vec<Node>,
    /// Entries of all open maps likewise.
    entries: Vec<(Key, Node)>,
    /// Nodes with an anchor, by its id.
    anchors: Vec<(usize, Node)>,
    /// Number of nodes so far, keys and those inserted by aliases included.
    node_count: usize,
    /// Byte offset of the document in its file.
    offset: usize,
    /// The node of the whole document, once it is finished.
    root: Option<Node>,
}

/// Parses one YAML document that starts `offset` bytes into its file.
///
/// # Errors
/// When the text is not valid YAML, is nested too deeply, or has too many nodes because of aliases.
pub fn parse(yaml: &str, offset: usize) -> Result<Node, YamlError> {
    let mut builder = TreeBuilder {
        stack: Vec::new(),
        items: Vec::new(),
        entries: Vec::new(),
        anchors: Vec::new(),
        node_count: 0,
        offset,
        root: None,
    };
    for event in Parser::new_from_str(yaml) {
        let (event, span) = event.map_err(|error| {
            let position = byte_offset(yaml, error.marker().line(), error.marker().col());
            YamlError {
                message: error.info().to_string().to_lowercase(),
                span: offset + position..offset + position,
                hint: None,
            }
        })?;
        builder.handle_event(event, span)?;
    }
    let end = offset + yaml.len();
    Ok(builder.root.unwrap_or(Node::new(Value::Null, offset..end)))
}

impl TreeBuilder {
    /// Adds to the tree what one event of the parser stands for.
    fn handle_event(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let range = self.range(&span);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.insert(Node::new(to_scalar(&text, style), range), anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open(CollectionKind::List(self.items.len()), range, anchor)
            }
            Event::MappingStart(_, anchor, _) => {
                self.open(CollectionKind::Map(self.entries.len()), range, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range),
            Event::Alias(anchor) => self.expand_alias(anchor, range),
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(self.error_at("more than one YAML document", range))
            }
            _ => Ok(()),
        }
    }

    /// The byte range in the file of a span of the parser.
    fn range(&self, span: &Span) -> Range<usize> {
        let bytes = span.byte_range().unwrap_or(0..0);
        self.offset + bytes.start..self.offset + bytes.end
    }

    /// An error at a byte range of the file, without a hint.
    fn error_at(&self, message: &str, span: Range<usize>) -> YamlError {
        YamlError { message: message.to_owned(), span, hint: None }
    }

    /// Begins a list or map; an error if it is nested too deeply.
    fn open(
        &mut self,
        kind: CollectionKind,
        range: Range<usize>,
        anchor: usize,
    ) -> Result<(), YamlError> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(self.error_at("lists or maps nested too deeply", range));
        }
        self.stack.push(OpenCollection { kind, key: None, start: range.start, anchor });
        Ok(())
    }

    /// Ends the innermost list or map and inserts it as a node.
    fn close(&mut self, range: Range<usize>) -> Result<(), YamlError> {
        let open = self.stack.pop().expect("the parser closes only what it opened");
        let value = match open.kind {
            CollectionKind::List(start) => Value::List(self.items.drain(start..).collect()),
            CollectionKind::Map(start) => {
                Value::Map(resolve_merge_keys(self.entries.drain(start..).collect()))
            }
        };
        self.insert(Node::new(value, open.start..range.end.max(open.start)), open.anchor)
    }

    /// Inserts a copy of the node with an anchor, whose own nodes count too.
    fn expand_alias(&mut self, anchor: usize, range: Range<usize>) -> Result<(), YamlError> {
        let Some(target) =
            self.anchors.iter().rev().find(|(id, _)| *id == anchor).map(|(_, node)| node.clone())
        else {
            return Err(self.error_at("an alias to a value that is not finished", range));
        };
        self.node_count += count_nodes(&target);
        self.insert(Node::new(target.value, range), 0)
    }

    /// Adds a finished node to the innermost open collection, as an item, key or value, or makes it
    /// the root.
    fn insert(&mut self, node: Node, anchor: usize) -> Result<(), YamlError> {
        self.node_count += 1;
        if self.node_count > MAX_NODES {
            let hint = Some("write values out instead of repeating them through `*aliases`");
            return Err(YamlError {
                hint,
                ..self.error_at(
                    "the front matter grows beyond all bounds through its aliases",
                    node.span(),
                )
            });
        }
        if anchor != 0 {
            self.anchors.push((anchor, node.clone()));
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(OpenCollection { kind: CollectionKind::List(_), .. }) => self.items.push(node),
            Some(OpenCollection { key, .. }) => match key.take() {
                Some(key) => self.entries.push((key, node)),
                None => *key = Some(to_key(node)?),
            },
        }
        Ok(())
    }
}

/// Turns a scalar into a key.
///
/// # Errors
/// When the node is a list or map.
fn to_key(node: Node) -> Result<Key, YamlError> {
    let span = node.span;
    match node.value {
        Value::Text(name) => Ok(Key { name, span }),
        Value::Null => Ok(Key { name: "".into(), span }),
        _ => Err(YamlError {
            message: "a list or map stands where a key belongs".into(),
            span: span.into(),
            hint: Some("put quotes around values that start with `[` or `{`"),
        }),
    }
}

/// The entries of a map with the merge keys `<<` replaced by the entries of the maps that they
/// refer to.
fn resolve_merge_keys(entries: Box<[(Key, Node)]>) -> Box<[(Key, Node)]> {
    // Without a merge key, which is the usual case, the entries are not moved.
    if !entries.iter().any(|(key, _)| key.is("<<")) {
        return entries;
    }
    let (merges, mut own): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(key, _)| key.is("<<"));
    merges.into_iter().for_each(|(_, node)| merge_missing(&mut own, node));
    own.into()
}

/// Adds those entries of another map, or of each map of a list, whose keys are missing from
/// `entries`.
fn merge_missing(entries: &mut Vec<(Key, Node)>, node: Node) {
    match node.value {
        Value::Map(others) => {
            for (key, value) in others {
                if !entries.iter().any(|(known, _)| known.name == key.name) {
                    entries.push((key, value));
                }
            }
        }
        Value::List(maps) => maps.into_iter().for_each(|map| merge_missing(entries, map)),
        _ => {}
    }
}

/// The value of a parsed scalar: null for an empty one, `~` and `null` without quotes, else its
/// text.
fn to_scalar(text: &str, style: ScalarStyle) -> Value {
    match (style, text) {
        (ScalarStyle::Plain, "" | "~" | "null" | "Null" | "NULL") => Value::Null,
        _ => Value::Text(text.into()),
    }
}

/// The number of nodes of a tree, keys not counted.
fn count_nodes(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(count_nodes).sum(),
        Value::Map(entries) => entries.iter().map(|(_, value)| count_nodes(value)).sum(),
        _ => 0,
    }
}

/// The byte offset of a one-based line and a zero-based column in characters.
fn byte_offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}

impl Key {
    /// A key with its byte range in the file.
    pub fn new(name: &str, span: Range<usize>) -> Self {
        Key { name: name.into(), span: span.into() }
    }

    /// Whether the text of the key is `name`.
    pub fn is(&self, name: &str) -> bool {
        *self.name == *name
    }

    /// Byte range in the file.
    pub fn span(&self) -> Range<usize> {
        self.span.into()
    }
}

impl Node {
    /// A node with its byte range in the file.
    pub fn new(value: Value, span: Range<usize>) -> Self {
        Node { value, span: span.into() }
    }

    /// Byte range in the file.
    pub fn span(&self) -> Range<usize> {
        self.span.into()
    }

    /// Whether the node is null, a blank text, or an empty list or map, so that its field counts as
    /// missing.
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::Text(text) => text.trim().is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
        }
    }

    /// Whether there is no text in the node at any depth: what a form saves whose author has filled
    /// nothing in, such as `['']` or `{url: ''}`.
    pub fn is_blank(&self) -> bool {
        match &self.value {
            Value::List(items) => items.iter().all(Node::is_blank),
            Value::Map(entries) => entries.iter().all(|(_, value)| value.is_blank()),
            _ => self.is_empty(),
        }
    }

    /// The node as text in the style of YAML flow, without quotes and brackets, for fields that are
    /// displayed unchanged.
    pub fn to_flow(&self) -> String {
        match &self.value {
            Value::Null => String::new(),
            Value::Text(text) => text.to_string(),
            Value::List(items) => items.iter().map(Node::to_flow).collect::<Vec<_>>().join(", "),
            Value::Map(entries) => entries
                .iter()
                .map(|(key, value)| format!("{}: {}", key.name, value.to_flow()))
                .collect::<Vec<_>>()
                .join(", "),
        }
    }

    /// Whether two nodes have the same value, wherever they stand.
    pub fn is_same_value(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (Value::List(items), Value::List(others)) => {
                items.len() == others.len()
                    && items.iter().zip(others).all(|(item, other)| item.is_same_value(other))
            }
            (Value::Map(entries), Value::Map(others)) => {
                entries.len() == others.len()
                    && entries.iter().zip(others).all(|((key, value), (other_key, other))| {
                        key.name == other_key.name && value.is_same_value(other)
                    })
            }
            (value, other) => value == other,
        }
    }

    /// Whether the node, or a value at any depth below it, is exactly this text.
    pub fn contains_text(&self, text: &str) -> bool {
        match &self.value {
            Value::Null => false,
            Value::Text(value) => **value == *text,
            Value::List(items) => items.iter().any(|item| item.contains_text(text)),
            Value::Map(entries) => entries.iter().any(|(_, value)| value.contains_text(text)),
        }
    }

    /// The type of the value in words, for messages: `a list`.
    pub fn kind_name(&self) -> &'static str {
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
        parse(yaml, 0).expect("valid").to_flow()
    }

    #[test]
    fn scalars_stay_text() {
        assert_eq!(
            flow("markets: [NO, SE]\ntitle: 1.10\nflag: yes"),
            "markets: NO, SE, title: 1.10, flag: yes"
        );
    }

    #[test]
    fn every_value_has_its_span() {
        let yaml = "title: \"Ümlaut\"\nmarkets: [br, ID]\n";
        let Value::Map(entries) = parse(yaml, 4).expect("valid").value else { panic!("a map") };
        assert_eq!(&yaml[entries[0].1.span().start - 4..entries[0].1.span().end - 4], "\"Ümlaut\"");
        let Value::List(items) = &entries[1].1.value else { panic!("a list") };
        assert_eq!(&yaml[items[1].span().start - 4..items[1].span().end - 4], "ID");
    }

    #[test]
    fn a_merge_key_yields_to_the_entries_of_its_own_map() {
        assert_eq!(
            flow("base: &base {a: 1, b: 2}\nown: {<<: *base, a: 3}"),
            "base: a: 1, b: 2, own: a: 3, b: 2"
        );
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut yaml = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let previous = vec![format!("*a{}", level - 1); 10].join(", ");
            yaml += &format!("a{level}: &a{level} [{previous}]\n");
        }
        assert!(parse(&yaml, 0).expect_err("a bomb").message.contains("aliases"));
    }

    #[test]
    fn ten_thousand_brackets_are_refused() {
        assert!(parse(&"[".repeat(10_000), 0).is_err());
        assert!(parse(&("a: ".to_owned() + &"[".repeat(10_000) + &"]".repeat(10_000)), 0).is_err());
    }
}
