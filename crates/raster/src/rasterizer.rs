//! From outlines in px to cells: clipping to a box and the step to fixed point.
//!
//! Agrees with Agg's `rasterizer_scanline_aa` over `rasterizer_sl_clip` in double precision: what is above or below the
//! box is dropped, what is beside it is projected onto its edge, so that winding is kept.

use geometry::{OutlineSink, Rect};

use crate::cells::Cells;
use crate::dense::Dense;
use crate::spans::{Container, SpanSink};
use crate::walk::SUBPIXELS;
use crate::window::Window;

/// A coordinate in px as 1/256 px, halves away from zero. What does not fit (2²³ px) saturates; only what is not clipped
/// gets there, markers and hatches.
#[inline]
fn fixed(v: f64) -> i32 {
    let scaled = v * f64::from(SUBPIXELS);
    (scaled + 0.5f64.copysign(scaled)) as i32
}

/// Collects contours; [`Rasterizer::sweep`] gives their coverage.
#[derive(Debug)]
pub(crate) struct Rasterizer {
    cells: Cells,
    clip: Rect,
    start: (f64, f64),
    last: (f64, f64),
    /// The last point in fixed point, if it is within the clip.
    last_fixed: (i32, i32),
    last_outcode: u8,
    open: bool,
    /// There has been a move.
    is_started: bool,
}

/// What cuts nothing.
const EVERYWHERE: Rect = Rect { x1: f64::NEG_INFINITY, y1: f64::NEG_INFINITY, x2: f64::INFINITY, y2: f64::INFINITY };

impl Default for Rasterizer {
    fn default() -> Self {
        Self {
            cells: Cells::default(),
            clip: EVERYWHERE,
            start: (0.0, 0.0),
            last: (0.0, 0.0),
            last_fixed: (0, 0),
            last_outcode: 0,
            open: false,
            is_started: false,
        }
    }
}

impl Rasterizer {
    /// Begins anew. `clip` (px, y down) cuts the geometry, `window` says which pixels are wanted.
    pub(crate) fn reset(&mut self, clip: Option<Rect>, window: Window) {
        self.clip = clip.unwrap_or(EVERYWHERE);
        self.open = false;
        self.is_started = false;
        self.cells.reset(window);
    }

    /// Sums the cells of what follows in an array, of which the caller knows that it pays.
    pub(crate) fn sum_densely(&mut self) {
        self.cells.sum_densely();
    }

    /// The array that was asked for, with all edges so far.
    pub(crate) fn take_dense(&mut self) -> Option<Dense> {
        self.cells.take_dense()
    }

    /// Whether anything has left a cell, even if it cancels out.
    pub(crate) fn any_cell(&mut self) -> bool {
        self.close();
        self.cells.any_stored()
    }

    /// Closes the last contour, gives out the coverage and forgets it; clip and window stay.
    pub(crate) fn sweep(&mut self, container: Container, sink: &mut impl SpanSink) {
        self.close();
        self.cells.sweep(container, sink);
    }

    /// An edge that needs no clipping.
    #[inline]
    fn inner_edge(&mut self, to: (f64, f64)) {
        let (x1, y1) = self.last_fixed;
        let (x2, y2) = (fixed(to.0), fixed(to.1));
        self.last = to;
        self.last_fixed = (x2, y2);
        self.cells.line(x1, y1, x2, y2);
    }

    fn edge(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.cells.line(fixed(from.0), fixed(from.1), fixed(to.0), fixed(to.1));
    }

    #[inline(never)]
    fn clipped_edge(&mut self, to: (f64, f64), code2: u8) {
        let clip = &{ self.clip };
        let (from, code1) = (self.last, self.last_outcode);
        self.last = to;
        self.last_fixed = (fixed(to.0), fixed(to.1));
        self.last_outcode = code2;
        if code1 & Rect::BEYOND == code2 & Rect::BEYOND && code1 & Rect::BEYOND != 0 {
            return;
        }
        let ((x1, y1), (x2, y2)) = (from, to);
        // The y at which the edge crosses a vertical border; product before quotient, as in Agg.
        let crossing = |border: f64| y1 + (border - x1) * (y2 - y1) / (x2 - x1);
        let border = |code: u8| if code & Rect::LEFT != 0 { clip.x1 } else { clip.x2 };
        let (beside1, beside2) = (code1 & Rect::BESIDE, code2 & Rect::BESIDE);
        let y_code = |y: f64| clip.outcode_y(y);
        match (beside1, beside2) {
            (0, 0) => self.edge_within_y(clip, from, to, code1, code2),
            (0, _) => {
                let x = border(beside2);
                let y = crossing(x);
                self.edge_within_y(clip, from, (x, y), code1, y_code(y));
                self.edge_within_y(clip, (x, y), (x, y2), y_code(y), code2);
            }
            (_, 0) => {
                let x = border(beside1);
                let y = crossing(x);
                self.edge_within_y(clip, (x, y1), (x, y), code1, y_code(y));
                self.edge_within_y(clip, (x, y), to, y_code(y), code2);
            }
            _ if beside1 == beside2 => {
                let x = border(beside1);
                self.edge_within_y(clip, (x, y1), (x, y2), code1, code2);
            }
            _ => {
                let (xa, xb) = (border(beside1), border(beside2));
                let (ya, yb) = (crossing(xa), crossing(xb));
                self.edge_within_y(clip, (xa, y1), (xa, ya), code1, y_code(ya));
                self.edge_within_y(clip, (xa, ya), (xb, yb), y_code(ya), y_code(yb));
                self.edge_within_y(clip, (xb, yb), (xb, y2), y_code(yb), code2);
            }
        }
    }

    /// An edge that is within the box in x: cut at its upper and lower border.
    fn edge_within_y(&mut self, clip: &Rect, from: (f64, f64), to: (f64, f64), code1: u8, code2: u8) {
        let (code1, code2) = (code1 & Rect::BEYOND, code2 & Rect::BEYOND);
        if code1 | code2 == 0 {
            self.edge(from, to);
            return;
        }
        if code1 == code2 {
            return;
        }
        let cut = |end: (f64, f64), code: u8| {
            let border = match code {
                Rect::BEFORE => clip.y1,
                Rect::AFTER => clip.y2,
                _ => return end,
            };
            (from.0 + (border - from.1) * (to.0 - from.0) / (to.1 - from.1), border)
        };
        self.edge(cut(from, code1), cut(to, code2));
    }
}

impl OutlineSink for Rasterizer {
    fn move_to(&mut self, x: f64, y: f64) {
        self.close();
        self.is_started = true;
        self.start = (x, y);
        self.last = (x, y);
        self.last_fixed = (fixed(x), fixed(y));
        self.last_outcode = self.clip.outcode(x, y);
    }

    #[inline]
    fn line_to(&mut self, x: f64, y: f64) {
        if !self.is_started {
            // Agg draws a line that no move has begun from wherever the drawing before has ended.
            return self.move_to(x, y);
        }
        self.open = true;
        let outcode = self.clip.outcode(x, y);
        if self.last_outcode | outcode == 0 {
            self.inner_edge((x, y));
        } else {
            self.clipped_edge((x, y), outcode);
        }
    }

    fn leave(&mut self) {
        self.open = false;
    }

    fn close(&mut self) {
        if self.open {
            let (x, y) = self.start;
            self.line_to(x, y);
            self.open = false;
        }
    }
}
