//! Where large scratch comes from on Linux.
//!
//! The C library keeps what a thread has given back for that thread, the more of it the larger it was: what lines were
//! summed in would lie beside the tables of the encoder, once for each thread. So scratch comes from the system, page by page as it
//! is used, and goes back to it at once. A list that grows is moved by the system, which leaves nothing behind.
//!
//! Bytes, such as pixels and files, stay with the C library: there they take the place of what others have given back. Of those
//! that are to be zero only the pages come from the system, which has none for what nobody writes: a canvas has margins.
#![expect(unsafe_code, reason = "an allocator hands out memory that nothing checks")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;

/// Bytes from which scratch is mapped.
const MAPPED_BYTES: usize = 64 << 10;
/// The greatest alignment of what is mapped: that of zlib's state, for vectors. Pages are aligned further.
const MAX_ALIGN: usize = 64;

/// The allocator of this module: of its own where scratch is large, else the C library's.
struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

/// Whether memory of this layout is mapped by itself: the same when it is taken and when it is given back.
fn is_mapped(size: usize, align: usize) -> bool {
    size >= MAPPED_BYTES && align > 1 && align <= MAX_ALIGN
}

/// Pages of zeros; null if there are none.
fn map(size: usize) -> *mut u8 {
    let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a new mapping where the system likes touches nothing that is there.
    let memory = unsafe { libc::mmap(ptr::null_mut(), size, protection, flags, -1, 0) };
    if memory == libc::MAP_FAILED { ptr::null_mut() } else { memory.cast() }
}

/// Makes a block zero. The pages that it has to itself are given back to the system, which has others, of zeros, when they
/// are used.
///
/// # Safety
/// Nobody else uses the `size` bytes at `block`, which are memory of the C library's: private, and of no file.
unsafe fn clear(block: *mut u8, size: usize) {
    // SAFETY: a question that does not fail.
    let page_bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize;
    let start = block.align_offset(page_bytes).min(size);
    let end = start + (size - start) / page_bytes * page_bytes;
    // SAFETY: what is forgotten and written is within the block.
    unsafe {
        if libc::madvise(block.add(start).cast(), end - start, libc::MADV_DONTNEED) == 0 {
            block.write_bytes(0, start);
            block.add(end).write_bytes(0, size - end);
        } else {
            block.write_bytes(0, size);
        }
    }
}

// SAFETY: the layout says how a block was taken, so it is given back in the same way. What is mapped is zero, aligned to pages
// and as large as was asked for; for all else the C library's allocator keeps the promises.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_mapped(layout.size(), layout.align()) {
            return map(layout.size());
        }
        // SAFETY: the caller's promises are those that the C library's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_mapped(layout.size(), layout.align()) {
            return map(layout.size());
        }
        // SAFETY: as above; the block is new and as large as was asked for.
        unsafe {
            if layout.size() < MAPPED_BYTES {
                return System.alloc_zeroed(layout);
            }
            let block = System.alloc(layout);
            if !block.is_null() {
                clear(block, layout.size());
            }
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_mapped(layout.size(), layout.align()) {
            // SAFETY: the block is a mapping of this size, and the caller needs it no more.
            unsafe { libc::munmap(block.cast(), layout.size()) };
            return;
        }
        // SAFETY: the block was taken from there.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match [layout.size(), size].map(|size| is_mapped(size, layout.align())) {
            // SAFETY: the block was taken from there.
            [false, false] => unsafe { System.realloc(block, layout, size) },
            [true, true] => {
                // SAFETY: the block is a mapping of this size; it may move, since the caller uses what is returned.
                let moved = unsafe { libc::mremap(block.cast(), layout.size(), size, libc::MREMAP_MAYMOVE) };
                if moved == libc::MAP_FAILED { ptr::null_mut() } else { moved.cast() }
            }
            _ => {
                // SAFETY: the caller promises that the new size fits the alignment; both blocks are as large as is copied, and
                // different; the old one is given back as it was taken.
                unsafe {
                    let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
                    if !moved.is_null() {
                        ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                        self.dealloc(block, layout);
                    }
                    moved
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_what_is_in_them_wherever_they_move() {
        // From the C library to a mapping, to larger ones, and back.
        let mut list: Vec<u64> = Vec::new();
        for step in 0..20 {
            list.extend((list.len() as u64..).take(1 << step));
            list.shrink_to_fit();
            assert!(list.iter().copied().eq(0..list.len() as u64));
        }
        assert!(is_mapped(list.capacity() * 8, 8));
        for length in [100_000, 10_000, 8192, 8191, 10] {
            list.truncate(length);
            list.shrink_to_fit();
            assert!(list.iter().copied().eq(0..length as u64));
        }
        assert_eq!(vec![0u32; 1 << 20].iter().max(), Some(&0));
    }

    #[test]
    fn what_is_to_be_zero_is_zero_in_used_memory() {
        for size in [MAPPED_BYTES - 1, MAPPED_BYTES, MAPPED_BYTES + 4095, 300_001, 1 << 20] {
            // Held, so that the next one lies after it, at any place within a page.
            let mut held = Vec::new();
            for round in 0..10u8 {
                drop(std::hint::black_box(vec![round + 1; size]));
                assert!(vec![0u8; size].iter().all(|&byte| byte == 0), "{size} bytes");
                held.push(vec![7u8; 1000 * usize::from(round) + 1]);
            }
            assert!(held.iter().flatten().all(|&byte| byte == 7));
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(Vec::<u64>::new().try_reserve_exact(1 << 55).is_err());
        let mut list = vec![7u64; 1 << 16];
        assert!(list.try_reserve_exact(1 << 55).is_err());
        assert_eq!(list.last(), Some(&7));
    }

    #[test]
    fn bytes_stay_with_the_c_library() {
        assert!(!is_mapped(1 << 20, 1));
        assert!(is_mapped(1 << 20, 4) && !is_mapped(MAPPED_BYTES - 1, 4) && !is_mapped(1 << 20, 128));
    }
}
