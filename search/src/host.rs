//! What the browser's worker does for the engine, and the buffer by which bytes reach the engine.

#![expect(unsafe_code, reason = "what the browser provides is declared as foreign")]

use std::cell::RefCell;

thread_local! {
    /// The buffer that the worker fills; who reads it takes it.
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[link(wasm_import_module = "browser")]
unsafe extern "C" {
    /// Composes the text of `len` bytes at `at` (Unicode NFKC), turns it into lower case, and puts
    /// that into the input buffer. The worker has this function.
    safe fn compose(at: *const u8, len: usize);
}

/// Makes the input buffer `len` bytes long and returns its address.
pub(crate) fn allocate_input(len: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        *input = vec![0; len];
        input.as_mut_ptr()
    })
}

/// The bytes that the worker has put into the input buffer, which is empty then.
pub(crate) fn take_input() -> Vec<u8> {
    INPUT.take()
}

/// `text` composed (Unicode NFKC) and in lower case, by the browser's own tables. Those of an older
/// browser lack the newest letters, which stay as they are.
pub(crate) fn compose_lower(text: &str) -> String {
    compose(text.as_ptr(), text.len());
    String::from_utf8_lossy(&take_input()).into_owned()
}
