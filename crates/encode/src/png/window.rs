//! The filtered rows that a deflate stream may still refer to.

use zlib_rs::adler32::adler32;

use super::filter::Filter;
use super::strip::push_filtered;
use super::token::MAX_DISTANCE;
use crate::Error;

/// Bytes beyond those that must be kept, after which the window moves on. All of it stays in a core's cache, and each byte
/// is copied once.
const ROOM: usize = MAX_DISTANCE;

/// The end of a stream of filtered rows, and what is known of all of it.
///
/// Every byte has a place, the lower half of its index in the stream. That is enough to say how far back a byte is that
/// deflate can refer to, twice as many bytes being told apart.
pub(super) struct Window {
    bytes: Vec<u8>,
    /// How many bytes of the stream were before those.
    gone: u64,
    /// The check sum of the stream up to `summed` in `bytes`.
    adler32: u32,
    summed: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self { bytes: Vec::new(), gone: 0, adler32: 1, summed: 0 }
    }
}

impl Window {
    /// Starts a new stream.
    pub(super) fn start(&mut self) {
        *self = Self { bytes: std::mem::take(&mut self.bytes), ..Self::default() };
        self.bytes.clear();
    }

    /// Appends a row with its filter's code, and returns where that is in [`Window::bytes`]. What was there before may move.
    pub(super) fn push(&mut self, filter: Filter, row: &[u8], above: Option<&[u8]>) -> Result<usize, Error> {
        let stride = row.len() + 1;
        let kept = MAX_DISTANCE.max(stride).min(self.bytes.len());
        let most = MAX_DISTANCE.max(stride) + ROOM.max(stride);
        if self.bytes.len() + stride > most {
            self.sum();
            let start = self.bytes.len() - kept;
            self.bytes.copy_within(start.., 0);
            self.bytes.truncate(kept);
            self.summed = kept;
            self.gone += start as u64;
        }
        // All at once: what grows by and by leaves memory behind that has been used, and is used no more.
        self.bytes.try_reserve_exact(most - self.bytes.len())?;
        let code = self.bytes.len();
        push_filtered(filter, row, above, &mut self.bytes);
        Ok(code)
    }

    /// The end of the stream: the last row, the one before it, and [`MAX_DISTANCE`] bytes or more if there were as many.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The place of what is at `index` in [`Window::bytes`].
    #[inline]
    pub(super) fn place(&self, index: usize) -> u16 {
        (self.gone as u16).wrapping_add(index as u16)
    }

    /// How many bytes the stream has.
    pub(super) fn stream_bytes(&self) -> u64 {
        self.gone + self.bytes.len() as u64
    }

    /// The check sum of the stream.
    pub(super) fn adler32(&mut self) -> u32 {
        self.sum();
        self.adler32
    }

    fn sum(&mut self) {
        self.adler32 = adler32(self.adler32, &self.bytes[self.summed..]);
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
                    let code = window.push(Filter::None, &row, None).unwrap();
                    stream.push(Filter::None.code());
                    stream.extend(&row);
                    let kept = window.bytes();
                    assert!(kept.len() >= stream.len().min(MAX_DISTANCE.max(2 * stride)));
                    assert!(stream.ends_with(kept));
                    assert_eq!(window.place(code), (stream.len() - stride) as u16);
                }
                assert_eq!(window.stream_bytes(), stream.len() as u64);
                assert_eq!(window.adler32(), adler32(1, &stream));
            }
        }
    }
}
