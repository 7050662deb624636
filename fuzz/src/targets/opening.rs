//! An index opening file with a valid header and any content is opened or rejected within five
//! seconds.

use std::sync::Once;
use std::time::{Duration, Instant};

use casebook_search::frame::{FileKind, encode, inflate};
use casebook_search::{Engine, SearchRequest, Step};

/// Uses the input as the content of an opening file.
pub fn run(content: &[u8]) {
    let file = inflate(&encode(content, FileKind::Opening), FileKind::Opening)
        .expect("what is sealed comes out again");
    let start = Instant::now();
    with_caught_panics(|| run_queries(file));
    assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
}

/// Opens the index and runs some queries.
fn run_queries(file: Vec<u8>) {
    let Ok(engine) = Engine::open(file) else { return };
    for text in ["word \"a phrase\" market:no", "wor", "lift>1", ""] {
        let request = SearchRequest {
            text: text.to_owned(),
            facets: vec!["*".to_owned()],
            ..SearchRequest::default()
        };
        if let Ok(Step::Done(response)) = engine.search(&request) {
            assert!(response.hits.len() <= response.total);
        }
    }
}

/// Replaces the panic hook of the fuzzer, which ends the process at any panic: the engine catches
/// panics of tantivy and returns errors.
fn with_caught_panics(work: impl FnOnce()) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    work();
}
