//! From the summed cells of a row to its coverage.

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
