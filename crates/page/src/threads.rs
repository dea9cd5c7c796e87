//! Work that threads share.

use rayon::prelude::*;

/// What `work` makes of each item. On a thread of a pool, the others help.
pub fn in_order<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    in_order_with(items, || (), |(), item| work(item))
}

/// The same with a `scratch`, which is used for many items.
pub fn in_order_with<T: Sync, R: Send, S>(
    items: &[T],
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, &T) -> R + Sync + Send,
) -> Vec<R> {
    if rayon::current_thread_index().is_some() {
        items.par_iter().map_init(scratch, work).collect()
    } else {
        let mut scratch = scratch();
        items.iter().map(|item| work(&mut scratch, item)).collect()
    }
}
