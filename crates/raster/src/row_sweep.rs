//! From the summed cells of a row to its coverage.

use crate::blend::QUAD;
use crate::spans::{RowSpans, SpanSink};

/// The coverage (0 to 255) that summed areas stand for, non-zero winding. `area` is 512 times the covered subpixels of a
/// row. The shift comes before the sign is dropped, so direction matters for rounding, as in Agg.
#[inline]
fn coverage(area: i32) -> u8 {
    (area >> 9).unsigned_abs().min(255) as u8
}

/// The walk along one row: cells become pixels, what lies between them becomes runs of the running cover.
pub(crate) struct RowSweep {
    x0: i32,
    x1: i32,
    /// Column behind the last pixel dealt with.
    x: i32,
    cover: i32,
}

impl RowSweep {
    pub(crate) fn new(x0: i32, x1: i32) -> Self {
        Self { x0, x1, x: x0, cover: 0 }
    }

    #[inline]
    pub(crate) fn cell(
        &mut self,
        x: i32,
        cover: i32,
        area: i32,
        y: i32,
        spans: &mut RowSpans<'_>,
        sink: &mut impl SpanSink,
    ) {
        self.gap(x, y, spans, sink);
        self.cover = self.cover.wrapping_add(cover);
        self.x = x;
        if x < self.x0 {
            self.x = self.x0; // Left of the window: only its cover counts.
        } else if area != 0 {
            let alpha = coverage((self.cover << 9).wrapping_sub(area));
            if alpha != 0 {
                spans.pixel(x, alpha, y, sink);
            }
            self.x = x + 1;
        }
    }

    /// What lies left of the window.
    #[inline]
    pub(crate) fn add_cover(&mut self, cover: i32) {
        self.cover = self.cover.wrapping_add(cover);
    }

    /// Sums of pixels side by side, from a column of the window on, for a sink that takes quads; there may be zeros.
    #[inline(always)]
    pub(crate) fn quad(&mut self, x: i32, sums: &[[i32; 2]; QUAD], y: i32, sink: &mut impl SpanSink) {
        self.quad_gap(x, y, sink);
        let mut covers = [0; QUAD];
        for (cover, sums) in covers.iter_mut().zip(sums) {
            self.cover = self.cover.wrapping_add(sums[0]);
            *cover = self.cover;
        }
        let mut alphas = [0; QUAD];
        for ((alpha, cover), sums) in alphas.iter_mut().zip(covers).zip(sums) {
            *alpha = coverage((cover << 9).wrapping_sub(sums[1]));
        }
        sink.quad(y, x, &alphas);
        self.x = x + QUAD as i32;
    }

    #[inline(always)]
    fn quad_gap(&mut self, to: i32, y: i32, sink: &mut impl SpanSink) {
        if self.cover != 0 && to > self.x {
            let alpha = coverage(self.cover << 9);
            if alpha != 0 {
                sink.solid(y, self.x, to - self.x, alpha);
            }
        }
    }

    /// [`RowSweep::finish`] of quads.
    #[inline(always)]
    pub(crate) fn finish_quads(&mut self, y: i32, sink: &mut impl SpanSink) {
        self.quad_gap(self.x1, y, sink);
    }

    #[inline]
    fn gap(&mut self, to: i32, y: i32, spans: &mut RowSpans<'_>, sink: &mut impl SpanSink) {
        if self.cover != 0 && to > self.x {
            let alpha = coverage(self.cover << 9);
            if alpha != 0 {
                spans.run(self.x, to - self.x, alpha, y, sink);
            }
        }
    }

    /// Cells right of the window have been dropped; up to there the running cover holds.
    pub(crate) fn finish(&mut self, y: i32, spans: &mut RowSpans<'_>, sink: &mut impl SpanSink) {
        self.gap(self.x1, y, spans, sink);
        spans.flush(y, sink);
    }
}
