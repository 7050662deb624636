//! The search engine shared by the builder, the command line and the browser.
//!
//! | module | what it is for |
//! |---|---|
//! | `record` | the searchable record, which the builder passes to the index writer |
//! | `language`, `fold`, `analysis` | language detection, normalisation, tokenization and stemming |
//! | `tokenized` | tokenized texts with interned spellings |
//! | `schema`, `quality` | the tantivy schema, and the quality signals of a record |
//! | `write` (native) | the index writer: records to a packed index |
//! | `frame`, `layout`, `store` | the packed index: file frames, formats, and the store of received bytes |
//! | `bounds` | validation of sizes and counts in untrusted index files |
//! | `syntax`, `plan` | the query language: parsing and planning |
//! | `terms`, `value_names`, `rank`, `weights` | dictionary lookup, names of facet values, scoring |
//! | `feedback` | pseudo-relevance feedback for long queries |
//! | `edit_distance`, `lexicon` | spelling correction and completion |
//! | `excerpt` | excerpts with matched words marked |
//! | `engine`, `message` | the engine, its requests and responses |
//! | `browser` (wasm) | the exports for the browser's worker |

pub mod analysis;
mod bounds;
#[cfg(target_arch = "wasm32")]
mod browser;
pub mod edit_distance;
pub mod engine;
pub mod excerpt;
pub mod feedback;
pub mod fold;
pub mod frame;
pub mod language;
pub mod layout;
pub mod lexicon;
pub mod message;
pub mod plan;
pub mod quality;
pub mod rank;
pub mod record;
pub mod schema;
pub mod store;
pub mod syntax;
pub mod terms;
pub mod tokenized;
pub mod value_names;
pub mod weights;
#[cfg(feature = "native")]
pub mod write;

pub use analysis::{ANALYZER_VERSION, Analyzer, Token, tokenize};
pub use engine::{Engine, Step};
pub use message::{SearchRequest, SearchResponse};
pub use record::{Facet, Freshness, RecordKind, RecordSection, SearchRecord, ValueNames};
pub use store::OpenError;
#[cfg(feature = "native")]
pub use write::{EncodeFile, PackSettings, PackedIndex, build_index, build_index_with};
