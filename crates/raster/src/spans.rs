//! Rows of coverage as runs, grouped as Agg's scanline containers group them.
//!
//! The grouping is part of the result: a mask treats a stored run of one coverage differently from the same pixels one
//! by one, and interpolated colours depend on where a run begins.

use crate::blend::QUAD;

/// Takes coverage, row by row from the top, each row from the left. Coverage is never zero, except in quads.
pub(crate) trait SpanSink {
    /// Pixels from `x` on with a coverage each.
    fn covers(&mut self, y: i32, x: i32, covers: &[u8]);
    /// `length` pixels of one coverage.
    fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8);
    /// Whether it is all the same to it how pixels are grouped, so that quads will do, which are quicker.
    #[inline]
    fn takes_quads(&self) -> bool {
        false
    }
    /// Pixels from `x` on, of which some may not be covered. Only called if it takes quads.
    #[inline]
    fn quad(&mut self, y: i32, x: i32, covers: &[u8; QUAD]) {
        for (x, cover) in (x..).zip(covers).filter(|(_, cover)| **cover != 0) {
            self.covers(y, x, &[*cover]);
        }
    }
}

/// How neighbouring pixels are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// Single pixels side by side form runs of covers, gaps between cells form solid runs (Agg's `scanline_p8`).
    Packed,
    /// Everything side by side forms one run of covers (Agg's `scanline_u8`).
    Unpacked,
}

/// Groups the pixels of the row being swept.
pub(crate) struct RowSpans<'a> {
    container: Container,
    /// Start of the pending run of covers.
    x: i32,
    covers: &'a mut Vec<u8>,
    /// Pending solid run: start, length, coverage.
    solid: (i32, i32, u8),
}

impl<'a> RowSpans<'a> {
    /// Keeps pending coverage in `covers`.
    pub(crate) fn new(container: Container, covers: &'a mut Vec<u8>) -> Self {
        covers.clear();
        Self { container, x: 0, covers, solid: (0, 0, 0) }
    }

    #[inline]
    pub(crate) fn pixel(&mut self, x: i32, cover: u8, y: i32, sink: &mut impl SpanSink) {
        self.flush_solid(y, sink);
        if self.covers.is_empty() || self.x + self.covers.len() as i32 != x {
            self.flush_covers(y, sink);
            self.x = x;
        }
        self.covers.push(cover);
    }

    #[inline]
    pub(crate) fn run(&mut self, x: i32, length: i32, cover: u8, y: i32, sink: &mut impl SpanSink) {
        match self.container {
            Container::Unpacked => {
                if self.covers.is_empty() || self.x + self.covers.len() as i32 != x {
                    self.flush_covers(y, sink);
                    self.x = x;
                }
                self.covers.resize(self.covers.len() + length as usize, cover);
            }
            Container::Packed => {
                self.flush_covers(y, sink);
                let (start, len, last) = self.solid;
                if len > 0 && start + len == x && last == cover {
                    self.solid.1 += length;
                } else {
                    self.flush_solid(y, sink);
                    self.solid = (x, length, cover);
                }
            }
        }
    }

    pub(crate) fn flush(&mut self, y: i32, sink: &mut impl SpanSink) {
        self.flush_covers(y, sink);
        self.flush_solid(y, sink);
    }

    #[inline]
    fn flush_covers(&mut self, y: i32, sink: &mut impl SpanSink) {
        if !self.covers.is_empty() {
            sink.covers(y, self.x, self.covers);
            self.covers.clear();
        }
    }

    #[inline]
    fn flush_solid(&mut self, y: i32, sink: &mut impl SpanSink) {
        let (x, length, cover) = self.solid;
        if length > 0 {
            sink.solid(y, x, length, cover);
            self.solid.1 = 0;
        }
    }
}
