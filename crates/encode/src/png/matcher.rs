//! Finds repetitions among pixels.
//!
//! Three places are looked at: the pixel on the left (for pixels of four equal bytes, the byte), the row above, and where
//! the same pair of pixels was last seen (twice); if there is nothing, where the same single pixel was last seen. All are
//! found in a few steps, with no chains to follow: what a figure repeats, it repeats near by.

use super::BYTES_PER_PIXEL;
use super::token::{MAX_DISTANCE, MAX_LENGTH, Tokens};
use super::window::Window;

/// Base-two logarithms of the sizes of the tables.
const PAIR_BITS: u32 = 13;
const PIXEL_BITS: u32 = 12;

/// A run (bytes) that nothing longer is looked for.
const LONG_RUN: usize = 64;

/// Bytes that are compared at once, by vector instructions.
const WIDE: usize = 32;

/// Where pixels were last seen, as places of the [`Window`]. Some have not been seen there: not at all, or so long ago that
/// the place is another one's by now. What is there has to be looked at anyway, since slots are shared.
pub(super) struct Matcher {
    /// The last two places of pairs of pixels, the later first.
    pairs: Vec<[u16; 2]>,
    /// The last places of single pixels.
    pixels: Vec<u16>,
}

impl Default for Matcher {
    fn default() -> Self {
        Self { pairs: vec![[0; 2]; 1 << PAIR_BITS], pixels: vec![0; 1 << PIXEL_BITS] }
    }
}

impl Matcher {
    /// Forgets all places.
    pub(super) fn clear(&mut self) {
        self.pairs.fill([0; 2]);
        self.pixels.fill(0);
    }

    /// Finds the tokens of the last row in the window, which begins with its filter's code at `code` (whose token is there
    /// already).
    pub(super) fn row(&mut self, window: &Window, code: usize, tokens: &mut Tokens) {
        let bytes = window.bytes();
        let (start, end) = (code + 1, bytes.len());
        let stride = end - code;
        let with_above = code >= stride && stride <= MAX_DISTANCE;
        let mut at = start;
        while at < end {
            // A run takes few bits, however long. One of equal bytes (white, or what the filter made zero) goes on from
            // one byte before, which may be the alpha of another pixel; any other goes on from the pixel before. The
            // first pixel of a row has none before it, but may begin one.
            let even = pixel_at(bytes, at) == u32::from(bytes[at]) * 0x0101_0101;
            let (step, run) = if even && bytes[at - 1] == bytes[at] {
                (1, common(bytes, at - 1, at))
            } else if at > start {
                (BYTES_PER_PIXEL, common(bytes, at - BYTES_PER_PIXEL, at))
            } else {
                (0, common(bytes, at, at + BYTES_PER_PIXEL))
            };
            let (mut length, mut distance) = (0, 0);
            if run < LONG_RUN && at + 2 * BYTES_PER_PIXEL <= end {
                let slot = pair_slot(pair_at(bytes, at));
                let [later, earlier] = self.pairs[slot];
                let place = window.place(at);
                self.pairs[slot] = [place, later];
                for seen in [later, earlier] {
                    if let Some(before) = reachable(seen, place, at) {
                        let found = common(bytes, at - before, at);
                        if found > length {
                            (length, distance) = (found, before);
                        }
                    }
                }
                if with_above {
                    let found = common(bytes, at - stride, at);
                    if found > length {
                        (length, distance) = (found, stride);
                    }
                }
            }
            if length >= 2 * BYTES_PER_PIXEL && length > run + BYTES_PER_PIXEL {
                // Whole pixels: the rest of a longer one is found again.
                let length = length.min(MAX_LENGTH / BYTES_PER_PIXEL * BYTES_PER_PIXEL);
                repeat(bytes, at, length, distance, code, tokens);
                at += length;
                self.remember_before(window, at);
            } else if run > 0 && step > 0 {
                repeat(bytes, at, run, step, code, tokens);
                at += run;
                self.remember_before(window, at);
            } else if run > 0 && even {
                tokens.literal(bytes[at]);
                repeat(bytes, at + 1, run + BYTES_PER_PIXEL - 1, 1, code, tokens);
                at += run + BYTES_PER_PIXEL;
                self.remember_before(window, at);
            } else {
                let pixel = pixel_at(bytes, at);
                let slot = pixel_slot(pixel);
                let place = window.place(at);
                let seen = std::mem::replace(&mut self.pixels[slot], place);
                match reachable(seen, place, at).filter(|before| pixel_at(bytes, at - before) == pixel) {
                    Some(before) => repeat(bytes, at, BYTES_PER_PIXEL, before, code, tokens),
                    None => pixel.to_le_bytes().into_iter().for_each(|byte| tokens.literal(byte)),
                }
                at += BYTES_PER_PIXEL;
            }
        }
    }

    /// Remembers the pixel before `at`, where a repetition ended.
    #[inline]
    fn remember_before(&mut self, window: &Window, at: usize) {
        let (bytes, last) = (window.bytes(), at - BYTES_PER_PIXEL);
        let place = window.place(last);
        self.pixels[pixel_slot(pixel_at(bytes, last))] = place;
        if at + BYTES_PER_PIXEL <= bytes.len() {
            let slot = pair_slot(pair_at(bytes, last));
            self.pairs[slot] = [place, self.pairs[slot][0]];
        }
    }
}

/// How many bytes before `place`, which is at `index` of the window, something was `seen`, if deflate reaches that far.
#[inline(always)]
fn reachable(seen: u16, place: u16, index: usize) -> Option<usize> {
    let before = usize::from(place.wrapping_sub(seen));
    (before.wrapping_sub(1) < MAX_DISTANCE.min(index)).then_some(before)
}

/// Tokens for the `length` bytes from `at` on, which repeat those `distance` before.
///
/// Literals before them that repeat as well become part of it (often that is the alpha), back to the filter's code.
#[inline]
fn repeat(bytes: &[u8], mut at: usize, mut length: usize, distance: usize, code: usize, tokens: &mut Tokens) {
    while at > code.max(distance) && bytes[at - 1] == bytes[at - 1 - distance] && tokens.take_literal() {
        at -= 1;
        length += 1;
    }
    while length > MAX_LENGTH {
        // The greatest length has a symbol of its own; what is left must not be too short for a match.
        let piece = if length - MAX_LENGTH < 3 { MAX_LENGTH - 3 } else { MAX_LENGTH };
        tokens.repeat(piece, distance);
        length -= piece;
    }
    tokens.repeat(length, distance);
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

    #[test]
    fn white_goes_on_from_the_alpha_before_it() {
        let (white, grey) = ([255; 4], [90, 90, 90, 255]);
        let row: Vec<u8> = [white, white, grey, white, white, white, grey, white].concat();
        let mut window = Window::default();
        let mut tokens = Tokens::default();
        let code = window.push(Filter::None, &row, None).unwrap();
        Matcher::default().row(&window, code, &mut tokens);
        // A byte and its run; four bytes of grey; a run; both together, which were there before.
        assert_eq!(tokens.len(), 2 + 4 + 1 + 1);
    }
}
