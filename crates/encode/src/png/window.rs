//! The filtered rows that a deflate stream may still refer to.

use zlib_rs::adler32::adler32;

use super::filter::Filter;
use super::strip::push_filtered;
use super::token::MAX_DISTANCE;
use crate::Error;

/// Bytes beyond those that must be kept, after which the window moves on. All of it stays in a core's cache, and not much
/// is copied.
const ROOM: usize = 2 * MAX_DISTANCE;

/// Places from which counting begins anew.
const MANY: u32 = 1 << 30;

/// The end of a stream of filtered rows, and what is known of all of it.
///
/// Every byte has a place, counted up from stream to stream with a gap in between, so that places of an earlier stream are
/// too far away to be referred to: what remembers places need not be emptied.
pub(super) struct Window {
    bytes: Vec<u8>,
    /// The place of the first of `bytes`.
    base: u32,
    /// How many bytes of the stream were before those.
    gone: u64,
    /// The check sum of the stream up to `summed` in `bytes`.
    adler32: u32,
    summed: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self { bytes: Vec::new(), base: MAX_DISTANCE as u32 + 1, gone: 0, adler32: 1, summed: 0 }
    }
}

impl Window {
    /// Starts a new stream. Returns whether places begin anew as well.
    pub(super) fn start(&mut self) -> bool {
        let next = self.place(self.bytes.len()).wrapping_add(MAX_DISTANCE as u32 + 1);
        let anew = next >= MANY;
        *self = Self {
            bytes: std::mem::take(&mut self.bytes),
            base: if anew { MAX_DISTANCE as u32 + 1 } else { next },
            ..Self::default()
        };
        self.bytes.clear();
        anew
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
            self.base = self.base.wrapping_add(start as u32);
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
    pub(super) fn place(&self, index: usize) -> u32 {
        self.base.wrapping_add(index as u32)
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
                let anew = window.start();
                assert!(!anew);
                let first = window.place(0);
                for y in 0..400_000 / stride {
                    let row: Vec<u8> = (1..stride).map(|x| (x * y + round) as u8).collect();
                    let code = window.push(Filter::None, &row, None).unwrap();
                    stream.push(Filter::None.code());
                    stream.extend(&row);
                    let kept = window.bytes();
                    assert!(kept.len() >= stream.len().min(MAX_DISTANCE.max(2 * stride)));
                    assert!(stream.ends_with(kept));
                    assert_eq!(window.place(code) - first, (stream.len() - stride) as u32);
                }
                assert_eq!(window.stream_bytes(), stream.len() as u64);
                assert_eq!(window.adler32(), adler32(1, &stream));
            }
        }
    }

    #[test]
    fn streams_are_too_far_apart_to_refer_to_one_another() {
        let mut window = Window::default();
        window.push(Filter::None, &[1; 8], None).unwrap();
        let last = window.place(8);
        assert!(!window.start());
        assert!(window.place(0) - last > MAX_DISTANCE as u32);
        window.base = MANY;
        assert!(window.start());
        assert!(window.place(0) > MAX_DISTANCE as u32);
    }
}
