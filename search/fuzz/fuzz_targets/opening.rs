//! Whatever arrives in a good envelope opens or is refused.
#![no_main]

use casebook_search::frame::{Sort, inflate, seal};
use casebook_search::{Engine, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &[u8]| {
    let file = inflate(&seal(content, Sort::Opening), Sort::Opening).expect("what is sealed comes out again");
    if let Ok(engine) = Engine::open(file) {
        let _ = engine.search(&Request { text: "word \"a phrase\" market:br".to_owned(), ..Request::default() });
    }
});
