//! The Markdown dialect, and links as they are written in it.

use std::ops::Range;

use pulldown_cmark::Options;

/// The Markdown dialect of Casebook: CommonMark with tables, footnotes, strikethrough, task lists
/// and heading attributes.
pub fn markdown_options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// A link or image as written in the body, not resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLink {
    /// Destination as written.
    pub destination: String,
    /// Byte range in the file.
    pub span: Range<usize>,
    /// Whether it is an image.
    pub is_image: bool,
    /// Alternative text of an image; none for links, and for HTML images with an `alt` attribute.
    pub alt: Option<String>,
    /// Whether it is part of raw HTML.
    pub is_in_html: bool,
}
