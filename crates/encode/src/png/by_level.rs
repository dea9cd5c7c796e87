//! Strips by zlib, at a level that the user chose.
//!
//! The usual rule, to take for each row the filter with the smallest sum of absolute values, picks
//! badly for figures (few colours, long repeats) and costs as much as the compression itself. A
//! trial answers the question that is really asked: a twelfth of the strip is compressed with each
//! candidate, and the smallest wins.

use std::ops::Range;

use zlib_rs::adler32::adler32;

use super::filter::Filter;
use super::strip::{Scratch, Strip, push_filtered};
use super::{BYTES_PER_PIXEL, Picture};
use crate::Error;
use crate::deflate::{Deflater, Then};

/// Filtered bytes that are deflated at a time.
const PART_BYTES: usize = 1 << 14;

/// The part of a strip that is compressed with each candidate, spread over groups of rows.
const SAMPLE_PART: usize = 12;
const SAMPLE_GROUPS: usize = 3;

/// The most bytes of a row that a sample takes, for pictures with very long rows.
const SAMPLE_ROW_BYTES: usize = 1 << 15;

/// Filters and deflates `rows` of `picture` at a level from 0 to 9; `last` ends the deflate stream.
pub(super) fn compress(
    picture: &Picture<'_>,
    rows: Range<usize>,
    level: u8,
    last: bool,
    scratch: &mut Scratch,
) -> Result<Strip, Error> {
    let level = level.min(9);
    let filter = if level == 0 { Filter::None } else { smallest_filter(picture, &rows, level, scratch)? };
    compress_with(filter, picture, rows, level, last, scratch)
}

/// The same with a filter that is known.
pub(super) fn compress_with(
    filter: Filter,
    picture: &Picture<'_>,
    rows: Range<usize>,
    level: u8,
    last: bool,
    scratch: &mut Scratch,
) -> Result<Strip, Error> {
    let (end, filtered_bytes) = (rows.end, rows.len() as u64 * (picture.stride() as u64 + 1));
    let mut strip = Strip { deflated: Vec::new(), adler32: 1, filtered_bytes };
    let Scratch { filtered, deflater, .. } = scratch;
    let deflater = Deflater::of_level(deflater, level);
    deflater.start();
    filtered.clear();
    filtered.try_reserve_exact(PART_BYTES + picture.stride() + 1)?;
    for y in rows {
        push_filtered(filter, picture.row(y), picture.row_above(y), filtered);
        let is_end = y + 1 == end;
        if is_end || filtered.len() >= PART_BYTES {
            let then = match (is_end, last) {
                (false, _) => Then::More,
                (true, false) => Then::Piece,
                (true, true) => Then::End,
            };
            strip.adler32 = adler32(strip.adler32, filtered);
            deflater.push(filtered, then, &mut strip.deflated)?;
            filtered.clear();
        }
    }
    Ok(strip)
}

/// The filter with the smallest sample at this level.
fn smallest_filter(
    picture: &Picture<'_>,
    rows: &Range<usize>,
    level: u8,
    scratch: &mut Scratch,
) -> Result<Filter, Error> {
    let mut best = (Filter::None, trial(picture, rows, Filter::None, level, scratch)?.0);
    for filter in [Filter::Up, Filter::Paeth] {
        let (size, _) = trial(picture, rows, filter, level, scratch)?;
        if size < best.1 {
            best = (filter, size);
        }
    }
    Ok(best.0)
}

/// The deflated size of a sample of the strip, and its size before.
pub(super) fn trial(
    picture: &Picture<'_>,
    rows: &Range<usize>,
    filter: Filter,
    level: u8,
    scratch: &mut Scratch,
) -> Result<(usize, usize), Error> {
    let group_rows = (rows.len() / (SAMPLE_PART * SAMPLE_GROUPS)).max(1);
    let groups = SAMPLE_GROUPS.min(rows.len());
    let row_bytes = picture.stride().min(SAMPLE_ROW_BYTES);
    let first_byte = (picture.stride() - row_bytes) / 2 / BYTES_PER_PIXEL * BYTES_PER_PIXEL;
    let bytes = first_byte..first_byte + row_bytes;
    let Scratch { filtered, deflater, .. } = scratch;
    let deflater = Deflater::of_level(deflater, level);
    deflater.start();
    filtered.clear();
    filtered.try_reserve_exact(PART_BYTES + row_bytes + 1)?;
    let mut sample_bytes = 0;
    for group in 0..groups {
        // The groups sit in the middles of equal parts of the strip.
        let start = rows.start + (rows.len() - group_rows) * (2 * group + 1) / (2 * groups);
        for y in start..start + group_rows {
            let row = &picture.row(y)[bytes.clone()];
            let above = picture.row_above(y).map(|above| &above[bytes.clone()]);
            push_filtered(filter, row, above, filtered);
            if filtered.len() >= PART_BYTES {
                deflater.count(filtered, Then::More)?;
                sample_bytes += filtered.len();
                filtered.clear();
            }
        }
    }
    let deflated_bytes = deflater.count(filtered, Then::End)?;
    Ok((deflated_bytes, sample_bytes + filtered.len()))
}
