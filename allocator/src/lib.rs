//! The global allocator of the program, mimalloc. A separate crate, because it needs unsafe code,
//! which the main package forbids.

use std::alloc::{GlobalAlloc, Layout};
use std::ffi::{c_long, c_void};
use std::time::Duration;

use libmimalloc_sys::{
    mi_free, mi_malloc, mi_malloc_aligned, mi_option_t, mi_realloc, mi_realloc_aligned, mi_zalloc,
    mi_zalloc_aligned,
};

/// mimalloc as a global allocator. Requests with an alignment of at most one word, nearly all of
/// twenty million in a build, call its functions without alignment; the crate `mimalloc` checks
/// every request for larger alignments.
#[derive(Debug, Clone, Copy)]
pub struct Allocator;

/// Alignment in bytes that every block has, whatever its size.
const MIN_ALIGNMENT: usize = size_of::<usize>();

// SAFETY: every block is allocated and freed by mimalloc; blocks are aligned to a word, and the
// aligned functions are called for layouts with a larger alignment; null is returned on failure.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = if layout.align() <= MIN_ALIGNMENT {
            // SAFETY: `mi_malloc` accepts any size.
            unsafe { mi_malloc(layout.size()) }
        } else {
            // SAFETY: a layout's alignment is a power of two.
            unsafe { mi_malloc_aligned(layout.size(), layout.align()) }
        };
        block.cast()
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let block = if layout.align() <= MIN_ALIGNMENT {
            // SAFETY: `mi_zalloc` accepts any size.
            unsafe { mi_zalloc(layout.size()) }
        } else {
            // SAFETY: a layout's alignment is a power of two.
            unsafe { mi_zalloc_aligned(layout.size(), layout.align()) }
        };
        block.cast()
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: the caller passes a block that this allocator returned.
        unsafe { mi_free(block.cast::<c_void>()) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let block = block.cast::<c_void>();
        let moved = if layout.align() <= MIN_ALIGNMENT {
            // SAFETY: the caller passes a block that this allocator returned.
            unsafe { mi_realloc(block, size) }
        } else {
            // SAFETY: the caller passes a block that this allocator returned, with its alignment.
            unsafe { mi_realloc_aligned(block, size, layout.align()) }
        };
        moved.cast()
    }
}

/// Number of the option `mi_option_purge_delay` in mimalloc v2; its unit is milliseconds.
const PURGE_DELAY_OPTION: mi_option_t = 15;

/// Sets how long freed memory is kept before it is returned to the operating system.
///
/// A delay longer than mimalloc's default of ten milliseconds lets later stages of a build reuse
/// memory; pages that were returned have to be zeroed by the operating system when they are
/// allocated again.
pub fn set_purge_delay(delay: Duration) {
    let milliseconds = c_long::try_from(delay.as_millis()).unwrap_or(c_long::MAX);
    // SAFETY: sets one option in a table of the allocator; the option exists in the pinned version.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY_OPTION, milliseconds) }
}

/// How long freed memory is kept before it is returned to the operating system; see
/// [`set_purge_delay`].
pub fn purge_delay() -> Duration {
    // SAFETY: reads one option from a table of the allocator.
    let milliseconds = unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY_OPTION) };
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::alloc::{GlobalAlloc, Layout};
    use std::time::Duration;

    use super::{Allocator, purge_delay, set_purge_delay};

    #[global_allocator]
    static ALLOCATOR: Allocator = Allocator;

    #[test]
    fn blocks_are_aligned_keep_their_bytes_and_can_be_zeroed() {
        for align in (0..=12).map(|power| 1_usize << power) {
            for size in [1, 2, 7, 8, 9, 24, 63, 64, 1000, 5000, 200_000] {
                let layout = Layout::from_size_align(size, align).unwrap();
                // SAFETY: sizes are not zero, each block is used within its size, and freed once
                // with its current layout.
                unsafe {
                    let zeroed = ALLOCATOR.alloc_zeroed(layout);
                    assert_eq!(zeroed.addr() % align, 0);
                    assert!((0..size).all(|at| zeroed.add(at).read() == 0), "{layout:?}");
                    let block = ALLOCATOR.alloc(layout);
                    assert_eq!(block.addr() % align, 0);
                    block.write_bytes(7, size);
                    let longer = ALLOCATOR.realloc(block, layout, 3 * size);
                    assert_eq!(longer.addr() % align, 0);
                    assert!((0..size).all(|at| longer.add(at).read() == 7), "{layout:?}");
                    ALLOCATOR.dealloc(longer, Layout::from_size_align(3 * size, align).unwrap());
                    ALLOCATOR.dealloc(zeroed, layout);
                }
            }
        }
    }

    #[test]
    fn the_option_is_the_purge_delay() {
        if std::env::var_os("MIMALLOC_PURGE_DELAY").is_none() {
            assert_eq!(
                purge_delay(),
                Duration::from_millis(10),
                "the library's own value, by which the option is known"
            );
        }
        set_purge_delay(Duration::from_millis(300));
        assert_eq!(purge_delay(), Duration::from_millis(300));
    }
}
