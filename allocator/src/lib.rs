//! The allocator of the program. A crate of its own, because it is reached through foreign functions, and the package itself forbids
//! unsafe code.

use std::alloc::{GlobalAlloc, Layout};
use std::ffi::{c_long, c_void};
use std::time::Duration;

use libmimalloc_sys::{mi_free, mi_malloc, mi_malloc_aligned, mi_option_t, mi_realloc, mi_realloc_aligned, mi_zalloc, mi_zalloc_aligned};

/// mimalloc, asked the short way for what needs no more than a word's alignment, as nearly everything does: a build asks twenty
/// million times, and the crate `mimalloc` has every request checked for larger alignments.
#[derive(Debug, Clone, Copy)]
pub struct Allocator;

/// Every block begins at a multiple of this, whatever its size.
const WORD: usize = size_of::<usize>();

// SAFETY: every block comes from mimalloc and goes back to it; blocks begin at multiples of a word, and where a layout asks for more
// the aligned functions are called; null is returned where there is no memory.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = if layout.align() <= WORD {
            // SAFETY: any size may be asked for.
            unsafe { mi_malloc(layout.size()) }
        } else {
            // SAFETY: a layout's alignment is a power of two.
            unsafe { mi_malloc_aligned(layout.size(), layout.align()) }
        };
        block.cast()
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let block = if layout.align() <= WORD {
            // SAFETY: as above.
            unsafe { mi_zalloc(layout.size()) }
        } else {
            // SAFETY: as above.
            unsafe { mi_zalloc_aligned(layout.size(), layout.align()) }
        };
        block.cast()
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: the caller gives back what was given here.
        unsafe { mi_free(block.cast::<c_void>()) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let block = block.cast::<c_void>();
        let moved = if layout.align() <= WORD {
            // SAFETY: the caller gives what was given here.
            unsafe { mi_realloc(block, size) }
        } else {
            // SAFETY: as above, with the alignment it was made with.
            unsafe { mi_realloc_aligned(block, size, layout.align()) }
        };
        moved.cast()
    }
}

/// `mi_option_purge_delay` of mimalloc's second line: milliseconds.
const PURGE_DELAY: mi_option_t = 15;

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
    use std::alloc::{GlobalAlloc, Layout};
    use std::time::Duration;

    use super::{Allocator, keep_free_memory_for, keeps_free_memory_for};

    #[global_allocator]
    static ALLOCATOR: Allocator = Allocator;

    #[test]
    fn blocks_are_aligned_keep_their_bytes_and_can_begin_empty() {
        for align in (0..=12).map(|power| 1_usize << power) {
            for size in [1, 2, 7, 8, 9, 24, 63, 64, 1000, 5000, 200_000] {
                let layout = Layout::from_size_align(size, align).unwrap();
                // SAFETY: sizes are not zero, each block is used within its size, and given back once with the layout it has then.
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
    fn the_setting_is_the_one_that_is_meant() {
        if std::env::var_os("MIMALLOC_PURGE_DELAY").is_none() {
            assert_eq!(keeps_free_memory_for(), Duration::from_millis(10), "the library's own value, by which the option is known");
        }
        keep_free_memory_for(Duration::from_millis(300));
        assert_eq!(keeps_free_memory_for(), Duration::from_millis(300));
    }
}
