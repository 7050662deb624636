//! How values become text: bodies as HTML, figures and dates in the language of the interface.

pub mod body;
pub mod characters;
pub mod display;
pub mod language;
pub mod open_graph_locale;
pub mod raw_html;
