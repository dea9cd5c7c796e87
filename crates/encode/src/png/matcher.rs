//! Finds repetitions among pixels.
//!
//! Three places are looked at: the pixel on the left (for pixels of four equal bytes, the byte), the row above, and where
//! the same pair of pixels was last seen (twice); if there is nothing, where the same single pixel was last seen. All are
//! found in a few steps, with no chains to follow: what a figure repeats, it repeats near by.

use super::BYTES_PER_PIXEL;
use super::token::{MAX_DISTANCE, MAX_LENGTH, Tokens};

/// Base-two logarithms of the sizes of the tables.
const PAIR_BITS: u32 = 11;
const PIXEL_BITS: u32 = 10;

/// A run (bytes) that nothing longer is looked for.
const LONG_RUN: usize = 16;

/// Bytes that are compared at once, by vector instructions.
const WIDE: usize = 32;

/// A row whose repetitions are to be found, and what of the stream is before it.
pub(super) struct Row<'a> {
    /// Ends with the row.
    pub(super) bytes: &'a [u8],
    /// Where its first pixel begins.
    pub(super) start: usize,
    /// The place in the stream of the first of `bytes`; places are counted with wrapping.
    pub(super) first_place: u32,
    /// How many bytes before each other the same pixels of this row and of the one above are, if that may be referred to.
    pub(super) above: Option<usize>,
}

impl Row<'_> {
    /// The place of what is at `index` in the bytes.
    #[inline(always)]
    pub(super) fn place(&self, index: usize) -> u32 {
        self.first_place.wrapping_add(index as u32)
    }

    /// How many bytes before `index` something was `seen`, if deflate reaches that far.
    #[inline(always)]
    fn reachable(&self, seen: u32, index: usize) -> Option<usize> {
        let before = self.place(index).wrapping_sub(seen) as usize;
        (before.wrapping_sub(1) < MAX_DISTANCE.min(index)).then_some(before)
    }
}

/// Bytes that may be repeated.
struct Source {
    /// How far before they are in the stream.
    distance: usize,
    /// How many there are, and how many before them go on into them.
    length: usize,
    earlier: usize,
}

/// Where pixels were last seen, as places of the stream. What is there has to be looked at, since slots are shared.
pub(super) struct Matcher {
    /// The last two places of pairs of pixels, the later first.
    pairs: Vec<[u32; 2]>,
    /// The last places of single pixels.
    pixels: Vec<u32>,
    is_used: bool,
}

impl Default for Matcher {
    fn default() -> Self {
        Self { pairs: vec![[0; 2]; 1 << PAIR_BITS], pixels: vec![0; 1 << PIXEL_BITS], is_used: false }
    }
}

impl Matcher {
    /// Forgets all places.
    pub(super) fn clear(&mut self) {
        if std::mem::replace(&mut self.is_used, true) {
            self.pairs.fill([0; 2]);
            self.pixels.fill(0);
        }
    }

    /// Finds the tokens of a row, without its filter's code (whose token is there already).
    ///
    /// `IN_PICTURE` says that the bytes are those of the picture: between its rows the stream has the filters' codes.
    pub(super) fn row<const IN_PICTURE: bool>(&mut self, row: &Row<'_>, tokens: &mut Tokens) {
        let &Row { bytes, start, above, .. } = row;
        let end = bytes.len();
        let source = |at: usize, before: usize| -> Source {
            let x = at - start;
            if !IN_PICTURE {
                // Back to the filter's code.
                let earlier = (x + 1).min(at - before);
                return Source { distance: before, length: end - at, earlier };
            }
            if before <= x {
                return Source { distance: before, length: end - at, earlier: x - before };
            }
            let row_bytes = end - start;
            let rows = (before - x - 1) / row_bytes + 1;
            let source_x = x + rows * row_bytes - before;
            Source { distance: before + rows, length: row_bytes - source_x, earlier: x.min(source_x) }
        };
        let mut at = start;
        while at < end {
            // A run takes few bits, however long. One of equal bytes (white, or what the filter made zero) goes on from
            // one byte before, which may be the alpha of another pixel; any other goes on from the pixel before. The
            // first pixel of a row has none before it, but may begin one.
            let even = pixel_at(bytes, at) == u32::from(bytes[at]) * 0x0101_0101;
            let (step, run) = if even && (!IN_PICTURE || at > start) && bytes[at - 1] == bytes[at] {
                (1, common(bytes, at - 1, at))
            } else if at > start {
                (BYTES_PER_PIXEL, common(bytes, at - BYTES_PER_PIXEL, at))
            } else {
                (0, common(bytes, at, at + BYTES_PER_PIXEL))
            };
            let (mut length, mut found_before) = (0, 0);
            if run < LONG_RUN && at + 2 * BYTES_PER_PIXEL <= end {
                let slot = pair_slot(pair_at(bytes, at));
                let [later, earlier] = self.pairs[slot];
                self.pairs[slot] = [row.place(at), later];
                for seen in [later, earlier] {
                    if let Some(before) = row.reachable(seen, at) {
                        let found = common(bytes, at - before, at);
                        if found > length {
                            (length, found_before) = (found, before);
                        }
                    }
                }
                if let Some(above) = above {
                    let found = common(bytes, at - above, at);
                    if found > length {
                        (length, found_before) = (found, above);
                    }
                }
            }
            let mut from = None;
            if length >= 2 * BYTES_PER_PIXEL && length > run + BYTES_PER_PIXEL {
                let source = source(at, found_before);
                // Whole pixels: the rest of a longer one is found again.
                length = length.min(MAX_LENGTH / BYTES_PER_PIXEL * BYTES_PER_PIXEL).min(source.length);
                if length > run && source.distance <= MAX_DISTANCE {
                    from = Some(source);
                }
            }
            if let Some(source) = from {
                repeat(bytes, at, length, found_before, &source, tokens);
                at += length;
                self.remember_before(row, at);
            } else if run > 0 && step > 0 {
                repeat(bytes, at, run, step, &source(at, step), tokens);
                at += run;
                self.remember_before(row, at);
            } else if run > 0 && even {
                tokens.literal(bytes[at]);
                repeat(bytes, at + 1, run + BYTES_PER_PIXEL - 1, 1, &source(at + 1, 1), tokens);
                at += run + BYTES_PER_PIXEL;
                self.remember_before(row, at);
            } else {
                let pixel = pixel_at(bytes, at);
                let seen = std::mem::replace(&mut self.pixels[pixel_slot(pixel)], row.place(at));
                let before = row.reachable(seen, at).filter(|before| pixel_at(bytes, at - before) == pixel);
                match before.map(|before| (before, source(at, before))) {
                    Some((before, source)) if source.distance <= MAX_DISTANCE => {
                        repeat(bytes, at, BYTES_PER_PIXEL, before, &source, tokens);
                    }
                    _ => pixel.to_le_bytes().into_iter().for_each(|byte| tokens.literal(byte)),
                }
                at += BYTES_PER_PIXEL;
            }
        }
    }

    /// Remembers the pixel before `at`, where a repetition ended.
    #[inline]
    fn remember_before(&mut self, row: &Row<'_>, at: usize) {
        let (bytes, last) = (row.bytes, at - BYTES_PER_PIXEL);
        let place = row.place(last);
        self.pixels[pixel_slot(pixel_at(bytes, last))] = place;
        if at + BYTES_PER_PIXEL <= bytes.len() {
            let slot = pair_slot(pair_at(bytes, last));
            self.pairs[slot] = [place, self.pairs[slot][0]];
        }
    }
}

/// Tokens for the `length` bytes from `at` on, which repeat those of the `source`, which are `before` them in memory.
///
/// Literals before them that repeat as well become part of it (often that is the alpha).
#[inline]
fn repeat(bytes: &[u8], mut at: usize, mut length: usize, before: usize, source: &Source, tokens: &mut Tokens) {
    let first = at - source.earlier;
    while at > first && bytes[at - 1] == bytes[at - 1 - before] && tokens.take_literal() {
        at -= 1;
        length += 1;
    }
    tokens.repeat_long(length, source.distance);
}

/// How many bytes from `from` and from `to` on, which is later, are equal: whole pixels.
#[inline(always)]
fn common(bytes: &[u8], from: usize, to: usize) -> usize {
    // Most that differ do so at once.
    if to + 8 <= bytes.len() {
        let difference = pair_at(bytes, from) ^ pair_at(bytes, to);
        if difference != 0 {
            return (difference.trailing_zeros() / 32) as usize * BYTES_PER_PIXEL;
        }
        return 8 + common_after(&bytes[from + 8..], &bytes[to + 8..]);
    }
    if to < bytes.len() && pixel_at(bytes, from) == pixel_at(bytes, to) { BYTES_PER_PIXEL } else { 0 }
}

/// How many bytes of the two, of which the second is shorter, are equal: whole pixels.
fn common_after(earlier: &[u8], later: &[u8]) -> usize {
    let mut length = 0;
    let mut wide = earlier.chunks_exact(WIDE).zip(later.chunks_exact(WIDE));
    while wide.next().is_some_and(|(a, b)| a == b) {
        length += WIDE;
    }
    let (earlier, later) = (&earlier[length..], &later[length..]);
    let mut pairs = earlier.chunks_exact(8).zip(later.chunks_exact(8));
    let mut rest = 0;
    for (a, b) in &mut pairs {
        let difference = pair_at(a, 0) ^ pair_at(b, 0);
        if difference != 0 {
            return length + rest + (difference.trailing_zeros() / 32) as usize * BYTES_PER_PIXEL;
        }
        rest += 8;
    }
    let last = rest + BYTES_PER_PIXEL <= later.len() && pixel_at(earlier, rest) == pixel_at(later, rest);
    length + rest + if last { BYTES_PER_PIXEL } else { 0 }
}

#[inline]
fn pixel_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

#[inline]
fn pair_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

// Multiplication by the golden ratio's fraction spreads similar keys (Fibonacci hashing).

#[inline]
fn pair_slot(pair: u64) -> usize {
    (pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - PAIR_BITS)) as usize
}

#[inline]
fn pixel_slot(pixel: u32) -> usize {
    (pixel.wrapping_mul(0x9E37_79B1) >> (32 - PIXEL_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::png::filter::Filter;
    use crate::png::window::{FIRST_PLACE, Window};

    #[test]
    fn white_goes_on_from_the_alpha_before_it() {
        let (white, grey) = ([255; 4], [90, 90, 90, 255]);
        let row: Vec<u8> = [white, white, grey, white, white, white, grey, white].concat();
        let mut window = Window::default();
        let in_window = window.push(Filter::None, &row, None).unwrap();
        let in_picture = Row { bytes: &row, start: 0, first_place: FIRST_PLACE, above: None };
        let (mut tokens, mut same) = (Tokens::default(), Tokens::default());
        Matcher::default().row::<false>(&in_window, &mut tokens);
        Matcher::default().row::<true>(&in_picture, &mut same);
        // A byte and its run; four bytes of grey; a run; both together, which were there before.
        assert_eq!(tokens.len(), 2 + 4 + 1 + 1);
        assert_eq!(same.len(), tokens.len());
    }
}
