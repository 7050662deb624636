//! Lists the pages of the site (`plan`) and composes one typed view for each of them (`compose`):
//! `kinds` are pages, `parts` are what several of them show, `text` is how values are written.

pub mod composed;
pub mod context;
pub mod data;
pub mod kinds;
pub mod parts;
pub mod registry;
pub mod spec;
pub mod text;

pub use composed::ComposedPage;
pub use context::Context;
pub use registry::{View, compose, plan};
pub use spec::{Page, PageSpec};
pub use text::language::{Language, Message, plural_forms};
