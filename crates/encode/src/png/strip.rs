//! One strip: filtered, deflated rows, by the way that the options ask for.

use std::ops::Range;

use super::deflate::Deflater;
use super::filter::Filter;
use super::matcher::Matcher;
use super::sum::Sum;
use super::token::Tokens;
use super::window::Window;
use super::{Compression, Picture, by_level, quick};
use crate::Error;

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
    pub(super) filtered: Vec<u8>,
    pub(super) deflater: Option<Deflater>,
    pub(super) window: Window,
    pub(super) matcher: Matcher,
    pub(super) tokens: Tokens,
    pub(super) sum: Sum,
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
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
    match compression {
        Compression::Level(level) => by_level::compress(picture, rows, level, last, scratch),
        Compression::Auto => quick::compress(picture, rows, last, scratch),
    }
}

/// Appends a filtered row with its filter's code; the room is there.
pub(super) fn push_filtered(filter: Filter, row: &[u8], above: Option<&[u8]>, out: &mut Vec<u8>) {
    out.push(filter.code());
    if filter == Filter::None {
        out.extend_from_slice(row);
        return;
    }
    let start = out.len();
    out.resize(start + row.len(), 0);
    filter.apply(row, above, &mut out[start..]);
}
