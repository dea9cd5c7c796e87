//! One strip: which filter, which level, and the deflated rows.
//!
//! The usual rule, to take for each row the filter with the smallest sum of absolute values, picks
//! badly for figures (few colours, long repeats) and costs as much as the compression itself. A
//! trial answers the question that is really asked: a twelfth of the strip is compressed with each
//! candidate, and the smallest wins.

use std::ops::Range;

use zlib_rs::adler32::adler32;

use super::deflate::Deflater;
use super::filter::Filter;
use super::{BYTES_PER_PIXEL, Compression, Picture};
use crate::Error;

/// The quick level of [`Compression::Auto`]: within a few percent of zlib's default on figures, at
/// several GB/s on flat areas. Level 1 of zlib-rs has fixed Huffman codes: two thirds of the time, but
/// files larger by a quarter to three quarters.
const QUICK: u8 = 2;

/// The thorough level of [`Compression::Auto`]: smooth colour-mapped images shrink to less than half
/// of what the quick level makes of them, in less than twice the time.
const THOROUGH: u8 = 6;

/// The thorough level is tried where the quick one shrinks a sample to between these parts: flatter
/// strips are small already, and in noisier ones it takes four times as long for little.
const THOROUGH_MIN_RATIO: usize = 8;
const THOROUGH_MAX_RATIO: usize = 60;

/// The thorough level is taken if it makes at most this many bytes of 10 in the sample. A sample is too
/// short to show the whole gain: what is 20 % there is more than 50 % in the strip.
const THOROUGH_GAIN: usize = 8;

/// The part of a strip that is compressed with each candidate, spread over groups of rows.
const SAMPLE_PART: usize = 12;
const SAMPLE_GROUPS: usize = 3;

/// The most bytes of a row that a sample takes, for pictures with very long rows.
const SAMPLE_ROW_BYTES: usize = 1 << 15;

/// A strip of a picture, filtered and deflated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// A piece of a deflate stream that ends at a whole byte.
    pub(super) deflated: Vec<u8>,
    /// Check sum of the filtered rows.
    pub(super) adler32: u32,
    /// Length of the filtered rows.
    pub(super) filtered_bytes: u64,
}

/// Buffers and compressors that a thread reuses from strip to strip.
#[derive(Default)]
pub struct Scratch {
    filtered: Vec<u8>,
    deflated: Vec<u8>,
    deflaters: Vec<Deflater>,
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}

impl Scratch {
    /// Deflates the filtered rows into `deflated`.
    fn deflate(&mut self, level: u8, last: bool) -> Result<(), Error> {
        let known = self.deflaters.iter().position(|deflater| deflater.level() == level);
        let index = known.unwrap_or_else(|| {
            self.deflaters.push(Deflater::new(level));
            self.deflaters.len() - 1
        });
        self.deflaters[index].deflate(&self.filtered, last, &mut self.deflated)
    }
}

/// Filters and deflates `rows` of `picture`; `last` ends the deflate stream.
pub(super) fn compress(
    picture: &Picture<'_>,
    rows: Range<usize>,
    compression: Compression,
    last: bool,
    scratch: &mut Scratch,
) -> Result<Strip, Error> {
    let (filter, level) = match compression {
        Compression::Level(0) => (Filter::None, 0),
        Compression::Level(level) => {
            let level = level.min(9);
            (quickest_filter(picture, &rows, level, scratch)?.0, level)
        }
        Compression::Auto => {
            let (filter, size) = quickest_filter(picture, &rows, QUICK, scratch)?;
            let sample_bytes = scratch.filtered.len();
            let ratio = sample_bytes / size.max(1);
            if (THOROUGH_MIN_RATIO..THOROUGH_MAX_RATIO).contains(&ratio)
                && trial(picture, &rows, Filter::None, THOROUGH, scratch)? * 10 < size * THOROUGH_GAIN
            {
                (Filter::None, THOROUGH)
            } else {
                (filter, QUICK)
            }
        }
    };
    scratch.filtered.clear();
    scratch.filtered.try_reserve(rows.len() * (picture.stride() + 1))?;
    for y in rows {
        push_filtered(filter, picture.row(y), picture.row_above(y), &mut scratch.filtered);
    }
    scratch.deflate(level, last)?;
    let mut deflated = Vec::new();
    deflated.try_reserve_exact(scratch.deflated.len())?;
    deflated.extend_from_slice(&scratch.deflated);
    Ok(Strip { deflated, adler32: adler32(1, &scratch.filtered), filtered_bytes: scratch.filtered.len() as u64 })
}

/// The filter with the smallest sample at this level, and that size in bytes.
fn quickest_filter(
    picture: &Picture<'_>,
    rows: &Range<usize>,
    level: u8,
    scratch: &mut Scratch,
) -> Result<(Filter, usize), Error> {
    let mut best = (Filter::None, trial(picture, rows, Filter::None, level, scratch)?);
    for filter in [Filter::Up, Filter::Paeth] {
        let size = trial(picture, rows, filter, level, scratch)?;
        if size < best.1 {
            best = (filter, size);
        }
    }
    Ok(best)
}

/// The deflated size of a sample of the strip, which is left in `scratch`.
fn trial(
    picture: &Picture<'_>,
    rows: &Range<usize>,
    filter: Filter,
    level: u8,
    scratch: &mut Scratch,
) -> Result<usize, Error> {
    let group_rows = (rows.len() / (SAMPLE_PART * SAMPLE_GROUPS)).max(1);
    let groups = SAMPLE_GROUPS.min(rows.len());
    let row_bytes = picture.stride().min(SAMPLE_ROW_BYTES);
    let first_byte = (picture.stride() - row_bytes) / 2 / BYTES_PER_PIXEL * BYTES_PER_PIXEL;
    let bytes = first_byte..first_byte + row_bytes;
    scratch.filtered.clear();
    scratch.filtered.try_reserve(groups * group_rows * (row_bytes + 1))?;
    for group in 0..groups {
        // The groups sit in the middles of equal parts of the strip.
        let start = rows.start + (rows.len() - group_rows) * (2 * group + 1) / (2 * groups);
        for y in start..start + group_rows {
            let row = &picture.row(y)[bytes.clone()];
            let above = picture.row_above(y).map(|above| &above[bytes.clone()]);
            push_filtered(filter, row, above, &mut scratch.filtered);
        }
    }
    scratch.deflate(level, true)?;
    Ok(scratch.deflated.len())
}

/// Appends a filtered row with its filter's code; the room is there.
fn push_filtered(filter: Filter, row: &[u8], above: Option<&[u8]>, out: &mut Vec<u8>) {
    out.push(filter.code());
    let start = out.len();
    out.resize(start + row.len(), 0);
    filter.apply(row, above, &mut out[start..]);
}
