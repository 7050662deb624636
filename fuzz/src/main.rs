//! The fuzzer binary for the target in the environment variable `FUZZ_TARGET`; `fuzz/run` builds
//! and starts it.
#![no_main]

use std::env;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = env::var("FUZZ_TARGET").unwrap_or_default();
    casebook_fuzz::find_target(&name).unwrap_or_else(|| panic!("there is no target `{name}`"))
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
