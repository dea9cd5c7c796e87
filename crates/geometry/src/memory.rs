//! Memory that grows with the input.
//!
//! A shortage deep inside a stage unwinds with [`TryReserveError`] as its payload, past code that could do nothing about
//! it; whoever plays an op catches it ([`catch_shortage`]) and has an ordinary error. Rust's own collections would abort
//! the process instead.

use std::collections::TryReserveError;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Appends to a list whose length the input decides.
#[inline]
pub fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        reserve(list, 1);
    }
    list.push(item);
}

/// Makes room for further items, with some to spare.
#[cold]
pub fn reserve<T>(list: &mut Vec<T>, further: usize) {
    list.try_reserve(further).unwrap_or_else(|error| short(error));
}

/// Bytes of a list up to which its room is a power of two: what grows by and by leaves behind, each time, what it had.
const DOUBLED_BYTES: usize = 64 << 10;

/// Empties the list and makes room for so many items, unless it has it: for just so many if they are much.
pub fn make_room<T>(list: &mut Vec<T>, count: usize) {
    list.clear();
    if count > list.capacity() {
        let is_much = count.saturating_mul(size_of::<T>()) > DOUBLED_BYTES;
        let room = if is_much { count } else { count.next_power_of_two() };
        list.try_reserve_exact(room).unwrap_or_else(|error| short(error));
    }
}

/// Makes the list this long, filled with `item`.
pub fn fill<T: Clone>(list: &mut Vec<T>, length: usize, item: T) {
    make_room(list, length);
    list.resize(length, item);
}

/// Gives up for lack of memory. The panic hook is not called: this is no defect.
pub fn short(error: TryReserveError) -> ! {
    resume_unwind(Box::new(error))
}

/// Runs `work`; a shortage of memory in it becomes an error, a panic goes on.
///
/// What `work` changes may be half changed after an error.
pub fn catch_shortage<R>(work: impl FnOnce() -> R) -> Result<R, TryReserveError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| match payload.downcast::<TryReserveError>() {
        Ok(error) => *error,
        Err(panic) => resume_unwind(panic),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortage_becomes_an_error() {
        let mut list: Vec<u64> = Vec::new();
        assert!(catch_shortage(|| reserve(&mut list, usize::MAX / 16)).is_err());
        assert!(catch_shortage(|| fill(&mut list, usize::MAX / 16, 0)).is_err());
        assert_eq!(catch_shortage(|| push(&mut list, 7)), Ok(()));
        assert_eq!(list, [7]);
    }

    #[test]
    #[should_panic(expected = "a defect")]
    fn panics_go_on() {
        let _ = catch_shortage(|| panic!("a defect"));
    }
}
