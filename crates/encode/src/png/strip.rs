//! One strip: filtered, deflated rows.

use super::filter::Filter;
use super::matcher::Matcher;
use super::sum::Sum;
use super::token::Tokens;
use super::window::Window;
use crate::Error;
use crate::deflate::Deflater;

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
    /// Room for what is written.
    pub(super) out: Vec<u8>,
}

impl Scratch {
    /// With room for a strip of rows of `stride` bytes.
    pub(super) fn with_room(stride: usize, strip_bytes: usize) -> Result<Self, Error> {
        let mut scratch = Self::default();
        scratch.tokens.reserve(stride + 1)?;
        scratch.window.make_room(stride + 1)?;
        // Figures shrink to less than that.
        scratch.out.try_reserve_exact(strip_bytes / 8)?;
        Ok(scratch)
    }
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
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
