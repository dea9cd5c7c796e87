//! The filtered rows that a deflate stream may still refer to.

use super::filter::Filter;
use super::matcher::Row;
use super::strip::push_filtered;
use super::sum::Sum;
use super::token::MAX_DISTANCE;
use crate::Error;

/// Bytes that are kept, and bytes beyond them after which the window moves on. What is repeated is near: the whole distance that
/// deflate allows makes files half a percent smaller and takes more than the rest of the scratch.
const KEPT: usize = 1 << 14;
const ROOM: usize = 1 << 14;

/// The place of the first byte of a stream: what has never been seen, place 0, is out of reach.
pub(super) const FIRST_PLACE: u32 = MAX_DISTANCE as u32 + 1;

/// The end of a stream of filtered rows, and what is known of all of it.
#[derive(Default)]
pub(super) struct Window {
    bytes: Vec<u8>,
    /// How many bytes of the stream were before those.
    gone: u64,
    /// The sum of the stream up to `summed` in `bytes`.
    sum: Sum,
    summed: usize,
}

impl Window {
    /// Starts a new stream.
    pub(super) fn start(&mut self) {
        *self = Self { bytes: std::mem::take(&mut self.bytes), ..Self::default() };
        self.bytes.clear();
    }

    /// Appends a row with its filter's code. What was there before may move.
    pub(super) fn push(&mut self, filter: Filter, row: &[u8], above: Option<&[u8]>) -> Result<Row<'_>, Error> {
        let stride = row.len() + 1;
        self.make_room(stride)?;
        let code = self.bytes.len();
        push_filtered(filter, row, above, &mut self.bytes);
        Ok(Row {
            bytes: &self.bytes,
            start: code + 1,
            first_place: FIRST_PLACE.wrapping_add(self.gone as u32),
            above: (code >= stride && stride <= MAX_DISTANCE).then_some(stride),
        })
    }

    /// Appends a row of so many zeros with the code of *Up*, of which nothing is to be found.
    pub(super) fn push_zeros(&mut self, row_bytes: usize) -> Result<(), Error> {
        self.make_room(row_bytes + 1)?;
        self.bytes.push(Filter::Up.code());
        self.bytes.resize(self.bytes.len() + row_bytes, 0);
        Ok(())
    }

    /// Lets go of what is too far away if `stride` bytes do not fit otherwise.
    pub(super) fn make_room(&mut self, stride: usize) -> Result<(), Error> {
        let kept = KEPT.max(stride).min(self.bytes.len());
        let most = KEPT.max(stride) + ROOM.max(stride);
        if self.bytes.len() + stride > most {
            self.add_to_sum();
            let start = self.bytes.len() - kept;
            self.bytes.copy_within(start.., 0);
            self.bytes.truncate(kept);
            self.summed = kept;
            self.gone += start as u64;
        }
        // All at once: what grows by and by leaves memory behind that has been used, and is used no more.
        self.bytes.try_reserve_exact(most - self.bytes.len())?;
        Ok(())
    }

    /// Length and check sum of the stream.
    pub(super) fn sum(&mut self) -> Sum {
        self.add_to_sum();
        self.sum
    }

    fn add_to_sum(&mut self) {
        self.sum.add(&self.bytes[self.summed..]);
        self.summed = self.bytes.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_is_summed_once_and_keeps_its_places() {
        for stride in [5, 2561, 40_001] {
            let mut window = Window::default();
            let mut stream = Vec::new();
            for round in 0..2 {
                stream.clear();
                window.start();
                for y in 0..400_000 / stride {
                    let row: Vec<u8> = (1..stride).map(|x| (x * y + round) as u8).collect();
                    let pushed = window.push(Filter::None, &row, None).unwrap();
                    stream.push(Filter::None.code());
                    stream.extend(&row);
                    assert!(pushed.bytes.len() >= stream.len().min(KEPT.max(2 * stride)));
                    assert!(stream.ends_with(pushed.bytes));
                    assert_eq!(pushed.place(pushed.start), FIRST_PLACE + (stream.len() - row.len()) as u32);
                    assert_eq!(pushed.above.is_some(), y > 0 && stride <= MAX_DISTANCE);
                }
                let mut sum = Sum::default();
                sum.add(&stream);
                assert_eq!(window.sum(), sum);
            }
        }
    }
}
