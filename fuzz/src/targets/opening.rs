//! Whatever arrives in a good envelope opens or is refused, quickly.

use std::sync::Once;
use std::time::{Duration, Instant};

use casebook_search::frame::{Sort, inflate, seal};
use casebook_search::{Engine, Request, Step};

/// Takes any bytes for the content of an opening file.
pub fn run(content: &[u8]) {
    let file = inflate(&seal(content, Sort::Opening), Sort::Opening).expect("what is sealed comes out again");
    let start = Instant::now();
    panics_are_caught(|| ask(file));
    assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
}

fn ask(file: Vec<u8>) {
    let Ok(engine) = Engine::open(file) else { return };
    for text in ["word \"a phrase\" market:no", "wor", "lift>1", ""] {
        let request = Request { text: text.to_owned(), facets: vec!["*".to_owned()], prefix_last: true, ..Request::default() };
        if let Ok(Step::Done(response)) = engine.search(&request) {
            assert!(response.hits.len() <= response.total);
        }
    }
}

/// The engine turns what tantivy makes of nonsense into errors; the fuzzer would end at the first panic, caught or not.
fn panics_are_caught(work: impl FnOnce()) {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    work();
}
