//! What the builder, the command line and the browser share about search.
//!
//! | file | what it is for |
//! |---|---|
//! | `entry` | one searchable record, as the builder hands it over |
//! | `language`, `fold`, `analysis` | from text to words |
//! | `wording` | texts as numbers, so that each is cut once |
//! | `schema`, `standing` | what the tantivy index holds |
//! | `write` (native) | entries to a packed index |
//! | `frame`, `layout`, `store` | the packed index: files, head, reading it as far as it has arrived |
//! | `bounds` | what a file may promise |
//! | `syntax`, `plan` | the query language |
//! | `terms`, `vocabulary`, `rank`, `weights` | looking up and scoring |
//! | `feedback` | telling words of the best records, for long queries |
//! | `near`, `lexicon` | typos and completions |
//! | `excerpt` | passages with words marked |
//! | `engine`, `message` | questions and answers |
//! | `browser` (wasm) | the same as exports for the worker |

pub mod analysis;
mod bounds;
#[cfg(target_arch = "wasm32")]
mod browser;
pub mod engine;
pub mod entry;
pub mod excerpt;
pub mod feedback;
pub mod fold;
pub mod frame;
pub mod language;
pub mod layout;
pub mod lexicon;
pub mod message;
pub mod near;
pub mod plan;
pub mod rank;
pub mod schema;
pub mod standing;
pub mod store;
pub mod syntax;
pub mod terms;
pub mod vocabulary;
pub mod weights;
pub mod wording;
#[cfg(feature = "native")]
pub mod write;

pub use analysis::{ANALYZER_VERSION, Analyzer, Token, tokens};
pub use engine::{Engine, Step};
pub use entry::{Entry, Facet, Freshness, Kind, Section, ValueNames};
pub use message::{Request, Response};
pub use store::OpenError;
#[cfg(feature = "native")]
pub use write::{PackedIndex, Seal, Settings, build, build_again};
