//! The allocator of the program. A crate of its own, because its settings can only be reached through foreign functions, and the
//! package itself forbids unsafe code.

use std::ffi::c_long;
use std::time::Duration;

pub use mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc's second line: milliseconds.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// From now on memory that was let go is kept for so long before the system gets it back; most of it is wanted again by then.
///
/// Given back at once, as mimalloc would from ten milliseconds on, the same memory is handed out again with every byte cleared.
pub fn keep_free_memory_for(delay: Duration) {
    let milliseconds = c_long::try_from(delay.as_millis()).unwrap_or(c_long::MAX);
    // SAFETY: sets one number in a table of the allocator; the option exists in the pinned version.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, milliseconds) }
}

/// How long that is.
pub fn keeps_free_memory_for() -> Duration {
    // SAFETY: reads the same number.
    let milliseconds = unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{MiMalloc, keep_free_memory_for, keeps_free_memory_for};

    #[global_allocator]
    static ALLOCATOR: MiMalloc = MiMalloc;

    #[test]
    fn the_setting_is_the_one_that_is_meant() {
        if std::env::var_os("MIMALLOC_PURGE_DELAY").is_none() {
            assert_eq!(keeps_free_memory_for(), Duration::from_millis(10), "the library's own value, by which the option is known");
        }
        keep_free_memory_for(Duration::from_millis(300));
        assert_eq!(keeps_free_memory_for(), Duration::from_millis(300));
    }
}
