//! Whatever is typed is read.
#![no_main]

use casebook_search::syntax;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    let read = syntax::parse(line);
    assert!(read.items.len() <= 64);
});
