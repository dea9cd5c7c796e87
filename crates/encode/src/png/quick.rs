//! Strips by a deflate made for figures: quick, and smaller than zlib's default.
//!
//! A figure is flat: most rows equal the row above, most pixels their left neighbour, and glyphs come again. So
//! repetitions are looked for pixel by pixel, not byte by byte ([`Matcher`]); rows equal to the one above become zeros by
//! the *Up* filter, of which the tokens are known; all other rows of a strip have one filter, which a sample
//! chooses. Codes are made for each block, as deflate allows.

use std::ops::Range;

use super::bits::BitWriter;
use super::filter::Filter;
use super::matcher::Row;
use super::strip::{Scratch, Strip};
use super::sum::Sum;
use super::token::{MAX_DISTANCE, Tokens};
use super::window::{FIRST_PLACE, Window};
use super::{BYTES_PER_PIXEL, Picture, Trial, by_level};
use crate::Error;

/// One in so many of the rows that differ from the one above is in the sample, in groups of neighbours.
const SAMPLE_PART: usize = 12;
const SAMPLE_GROUPS: usize = 3;
/// The least number of rows in a group.
const SAMPLE_ROWS: usize = 4;

/// How many of a hundred pixels may differ from their left neighbour for *Paeth* not to be worth a trial.
const FLAT_PERCENT: usize = 15;
/// Fewer than these differ among lines and text: no image fills the picture.
const DRAWING_PERCENT: usize = 5;

/// No filter wins if another one makes more than this percentage of the sample's bits: a sample does not show
/// how glyphs come again.
const FILTER_PERCENT: usize = 95;

/// A level of zlib that makes smooth colour-mapped images half as large, in twice the time.
const THOROUGH: u8 = 6;
/// It is tried where what is quick shrinks a sample to between these parts: in flatter strips it makes more of them, and in
/// noisier ones it takes four times as long for little.
const THOROUGH_RATIOS: Range<usize> = 8..20;
/// It is taken if it makes less than this percentage of the sample.
const THOROUGH_PERCENT: usize = 80;

/// Bytes of a picture from which it is also tried where nearly all rows differ, and the parts and percentage for that.
const LARGE: usize = 1 << 22;
const LARGE_RATIOS: Range<usize> = 8..60;
const LARGE_PERCENT: usize = 95;

/// Filters and deflates `rows` of `picture`; `last` ends the deflate stream.
pub(super) fn compress(
    picture: &Picture<'_>,
    rows: Range<usize>,
    last: bool,
    scratch: &mut Scratch,
    trial: &Trial,
) -> Result<Strip, Error> {
    let changed = changed_rows(picture, &rows)?;
    let (filter, sample) = smallest_filter(picture, &rows, &changed, scratch)?;
    if pays_thorough(picture, &rows, sample, scratch, trial)? {
        return by_level::compress_with(Filter::None, picture, rows, THOROUGH, last, scratch);
    }
    scratch.start();
    if filter == Filter::None {
        // What is written can be where the window was, which is not needed any more.
        scratch.window = Window::default();
    } else {
        scratch.matcher.clear();
    }
    let mut next_changed = changed.iter().copied().peekable();
    let all = rows.clone().map(|y| (y, next_changed.next_if_eq(&y).is_none()));
    let mut bits = BitWriter::into_list(std::mem::take(&mut scratch.out));
    scratch.find(picture, &rows, all, filter, Some(&mut bits))?;
    scratch.tokens.write_block(last, &mut bits)?;
    if !last {
        // An empty stored block ends at a whole byte.
        bits.put(0, 3);
        bits.align();
        bits.put_bytes(&[0, 0, 0xff, 0xff]);
    }
    bits.align();
    let sum = if filter == Filter::None { scratch.sum } else { scratch.window.sum() };
    let mut deflated = bits.into_bytes();
    deflated.shrink_to_fit();
    Ok(Strip { deflated, adler32: sum.adler32, filtered_bytes: sum.bytes })
}

/// What is learnt from a sample of a strip.
#[derive(Clone, Copy)]
struct Sample {
    /// Bytes before and after deflating.
    bytes: usize,
    deflated: usize,
    /// How many rows of the strip differ from the one above.
    changed_rows: usize,
}

/// Whether zlib's thorough level makes much less of the strip than what is quick made of its `sample`.
fn pays_thorough(
    picture: &Picture<'_>,
    rows: &Range<usize>,
    sample: Sample,
    scratch: &mut Scratch,
    trial: &Trial,
) -> Result<bool, Error> {
    let ratio = sample.bytes / sample.deflated.max(1);
    // The wider ones, before anything is counted.
    if !LARGE_RATIOS.contains(&ratio) {
        return Ok(false);
    }
    let changes_percent = changes_percent(picture, rows);
    // An image of many pixels that fills the picture looks flat.
    let is_filled = picture.pixels.len() >= LARGE && sample.changed_rows * 50 > rows.len() * 49;
    let percent = if is_filled && changes_percent >= DRAWING_PERCENT {
        LARGE_PERCENT
    } else if changes_percent >= FLAT_PERCENT && THOROUGH_RATIOS.contains(&ratio) {
        THOROUGH_PERCENT
    } else {
        return Ok(false);
    };
    let _turn = trial.turn();
    scratch.forget_stream();
    let (deflated, bytes) = by_level::trial(picture, rows, Filter::None, THOROUGH, scratch)?;
    let pays = deflated * sample.bytes * 100 < sample.deflated * bytes * percent;
    if !pays {
        scratch.forget_trial();
    }
    Ok(pays)
}

/// The rows that differ from the one above.
fn changed_rows(picture: &Picture<'_>, rows: &Range<usize>) -> Result<Vec<usize>, Error> {
    let mut changed = Vec::new();
    changed.try_reserve_exact(rows.len())?;
    changed.extend(rows.clone().filter(|y| !picture.repeats_above(*y)));
    Ok(changed)
}

/// The filter for the `changed` rows, which differ from the one above, by a sample of them, which was deflated with it.
fn smallest_filter(
    picture: &Picture<'_>,
    rows: &Range<usize>,
    changed: &[usize],
    scratch: &mut Scratch,
) -> Result<(Filter, Sample), Error> {
    let group_rows = (changed.len() / (SAMPLE_PART * SAMPLE_GROUPS)).max(SAMPLE_ROWS).min(changed.len());
    let mut best = (Filter::None, usize::MAX);
    let bytes = SAMPLE_GROUPS * group_rows * (picture.stride() + 1);
    let mut sample = Sample { bytes, deflated: 0, changed_rows: changed.len() };
    // Without a filter last: what was found then is still true when the strip is compressed without one.
    for filter in [Filter::Up, Filter::Paeth, Filter::None] {
        if filter == Filter::Paeth && changes_percent(picture, rows) < FLAT_PERCENT {
            continue;
        }
        scratch.start();
        scratch.matcher.clear();
        for group in 0..SAMPLE_GROUPS {
            let start = (changed.len() - group_rows) * (2 * group + 1) / (2 * SAMPLE_GROUPS);
            let group = changed[start..start + group_rows].iter().map(|y| (*y, false));
            scratch.find(picture, rows, group, filter, None)?;
        }
        let percent = if filter == Filter::None { FILTER_PERCENT } else { 100 };
        let bits = scratch.tokens.block_bits();
        if bits * percent < best.1 {
            best = (filter, bits * percent);
            sample.deflated = bits / 8;
        }
    }
    Ok((best.0, sample))
}

/// How many of a hundred pixels differ from their left neighbour, by one row in eight.
fn changes_percent(picture: &Picture<'_>, rows: &Range<usize>) -> usize {
    let pixels = |bytes| <[u8]>::chunks_exact(bytes, BYTES_PER_PIXEL);
    let (mut changes, mut all) = (0, 0);
    for row in rows.clone().step_by(8).map(|y| picture.row(y)) {
        changes += pixels(row).zip(pixels(&row[BYTES_PER_PIXEL..])).filter(|(left, pixel)| left != pixel).count();
        all += row.len() / BYTES_PER_PIXEL;
    }
    changes * 100 / all.max(1)
}

impl Scratch {
    /// Gives back what is taken again when a stream begins.
    fn forget_stream(&mut self) {
        self.window = Window::default();
        self.tokens = Tokens::default();
    }

    /// Gives back what a trial took, which is much.
    fn forget_trial(&mut self) {
        self.deflater = None;
        self.filtered = Vec::new();
    }

    /// Begins a stream.
    fn start(&mut self) {
        self.window.start();
        self.tokens.clear();
        self.sum = Sum::default();
    }

    /// Filters rows, each with whether it equals the one above, and finds their tokens, with blocks written to `out` whenever
    /// one is full.
    ///
    /// Without a filter the stream holds what the picture does, and that is where repetitions are looked for: nothing is
    /// copied. Rows of zeros are never referred to.
    fn find(
        &mut self,
        picture: &Picture<'_>,
        strip: &Range<usize>,
        rows: impl Iterator<Item = (usize, bool)>,
        filter: Filter,
        mut out: Option<&mut BitWriter>,
    ) -> Result<(), Error> {
        let stride = picture.stride();
        let mut last_changed = None;
        for (y, equal) in rows {
            self.tokens.reserve(stride + 1)?;
            if equal {
                self.tokens.literal(Filter::Up.code());
                self.tokens.literal(0);
                self.tokens.repeat_long(stride - 1, 1);
                if filter == Filter::None {
                    self.sum.add(&[Filter::Up.code()]);
                    self.sum.add_zeros(stride);
                } else {
                    self.window.push_zeros(stride)?;
                }
            } else {
                self.tokens.literal(filter.code());
                if filter == Filter::None {
                    let bytes = picture.rows(strip.start..y + 1);
                    let start = bytes.len() - stride;
                    let is_below = last_changed.is_some_and(|last| last + 1 == y) && stride < MAX_DISTANCE;
                    let above = is_below.then_some(stride);
                    self.matcher.row::<true>(&Row { bytes, start, first_place: FIRST_PLACE, above }, &mut self.tokens);
                    if out.is_some() {
                        self.sum.add(&[filter.code()]);
                        self.sum.add(&bytes[start..]);
                    }
                } else {
                    let row = self.window.push(filter, picture.row(y), picture.row_above(y))?;
                    self.matcher.row::<false>(&row, &mut self.tokens);
                }
                last_changed = Some(y);
            }
            if let Some(out) = &mut out
                && self.tokens.full()
            {
                self.tokens.write_block(false, out)?;
            }
        }
        Ok(())
    }
}
