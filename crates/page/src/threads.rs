//! Work that threads share.

use rayon::prelude::*;

/// What `work` makes of each item. On a thread of a pool, the others help.
pub fn in_order<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    if rayon::current_thread_index().is_some() {
        items.par_iter().map(work).collect()
    } else {
        items.iter().map(work).collect()
    }
}
