//! The search engine shared by the builder, the command line and the browser.
//!
//! | module | what it is for |
//! |---|---|
//! | `facet` | facets as the builder defines them |
//! | `record` | the searchable record, which the builder passes to the index writer |
//! | `language`, `language_detection` | languages with a stemmer, and the language of a text |
//! | `fold`, `marks`, `segmentation`, `analysis` | normalisation, marks, words of a text, and their stems |
//! | `numbers`, `english_spelling` | one form for figures, and for British and American words |
//! | `tokenized` | tokenized texts with interned spellings |
//! | `schema`, `quality` | the tantivy schema, and the quality signals of a record |
//! | `write` (native) | the index writer: records to a packed index |
//! | `frame`, `layout`, `store` | the packed index: file frames, formats, and the store of received bytes |
//! | `checksum` (wasm) | the checksum of a file |
//! | `bounds` | validation of sizes and counts in untrusted index files |
//! | `syntax`, `plan` | the query language: parsing and planning |
//! | `terms`, `value_names`, `rank`, `scored_record`, `weights` | dictionary lookup, names of facet values, scoring |
//! | `feedback`, `neighbours` | pseudo-relevance feedback for long queries, support by similar records |
//! | `glossary`, `concepts` | records that mention a concept in the words of another language |
//! | `edit_distance`, `lexicon`, `correction` | spelling correction, completion, and words joined or apart |
//! | `excerpt` | excerpts with matched words marked |
//! | `engine`, `search`, `message` | the open index, answers to requests, requests and responses |
//! | `step`, `open_error` | what a call returns: a result, missing files, or an error |
//! | `browser`, `host` (wasm) | the exports for the browser's worker, and what that does for the engine |

pub mod analysis;
mod bounds;
#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(any(target_arch = "wasm32", test))]
mod checksum;
mod concepts;
mod correction;
pub mod edit_distance;
pub mod engine;
pub mod english_spelling;
pub mod excerpt;
pub mod facet;
pub mod feedback;
pub mod fold;
pub mod frame;
pub mod glossary;
#[cfg(target_arch = "wasm32")]
mod host;
pub mod language;
pub mod language_detection;
pub mod layout;
pub mod lexicon;
mod marks;
pub mod message;
mod neighbours;
pub mod numbers;
pub mod open_error;
pub mod plan;
pub mod quality;
pub mod rank;
pub mod record;
pub mod schema;
pub mod scored_record;
mod search;
pub mod segmentation;
pub mod step;
pub mod store;
pub mod syntax;
pub mod terms;
pub mod tokenized;
pub mod value_names;
pub mod weights;
#[cfg(feature = "native")]
pub mod write;

pub use analysis::{ANALYZER_VERSION, Analyzer, Token, tokenize};
pub use engine::Engine;
pub use facet::{FacetDefinition, FacetId, FacetLevels, FacetPanel, FacetSource, ValueMatching};
pub use message::{SearchRequest, SearchResponse};
pub use open_error::OpenError;
pub use record::{
    ConceptNames, Freshness, RecordGist, RecordKind, RecordSection, SearchRecord, ValueNames,
};
pub use step::Step;
#[cfg(feature = "native")]
pub use write::{EncodeFile, PackSettings, PackedIndex, build_index, build_index_with};
