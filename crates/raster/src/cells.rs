//! Exact area coverage: edges in, cells out.
//!
//! For every pixel an edge touches, two integers are summed: `cover`, the height it crosses, and `area`, twice the area
//! between it and the pixel's left border, both in 1/256 px. Integer sums do not depend on order, so they may be kept
//! sparsely (a list, sorted when swept) or densely (an array) without a trace in the result. The walk along an edge
//! repeats the integer arithmetic of Agg's `rasterizer_cells_aa` (idea: LibArt, FreeType, Maxim Shemanarev); what it adds
//! is a window: the parts of an edge outside it are jumped over in closed form, with the state that walking would have
//! left.

use geometry::{Rect, memory};

use crate::spans::{Container, RowSpans, SpanSink};

/// Steps of the fixed-point grid in a pixel.
pub(crate) const SUBPIXELS: i32 = 256;
const SHIFT: u32 = 8;
const MASK: i32 = SUBPIXELS - 1;
/// Longest edge in x that is walked in one go; longer ones are halved, as in Agg.
const LONGEST_DX: i64 = 16384 << SHIFT;
/// Sparse cells from which other storage is considered.
const SPARSE_CELLS: usize = 4096;
/// Pixels per sparse cell below which dense storage pays.
const DENSE_FROM_PIXELS_PER_CELL: usize = 16;
/// Largest dense array, in pixels (8 bytes each).
const DENSE_MAX_PIXELS: usize = 1 << 25;

/// The pixels that matter: columns `x0..x1`, rows `y0..y1`, rows downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) x0: i32,
    pub(crate) x1: i32,
    pub(crate) y0: i32,
    pub(crate) y1: i32,
}

impl Window {
    /// Wider than any coordinate that [`Cells::line`] accepts.
    pub(crate) const UNLIMITED: Self = Self { x0: -(1 << 24), x1: 1 << 24, y0: -(1 << 24), y1: 1 << 24 };

    pub(crate) fn intersect(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.max(other.x0),
            x1: self.x1.min(other.x1),
            y0: self.y0.max(other.y0),
            y1: self.y1.min(other.y1),
        }
    }

    /// Its edges in px.
    pub(crate) fn rect(&self) -> Rect {
        Rect { x1: f64::from(self.x0), y1: f64::from(self.y0), x2: f64::from(self.x1), y2: f64::from(self.y1) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.x0 >= self.x1 || self.y0 >= self.y1
    }

    fn width(&self) -> usize {
        (self.x1 - self.x0).max(0) as usize
    }

    fn height(&self) -> usize {
        (self.y1 - self.y0).max(0) as usize
    }
}

/// Sums of one pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) y: i32,
    pub(crate) x: i32,
    pub(crate) cover: i32,
    pub(crate) area: i32,
}

/// Dense sums: one column more than the window on each side, for what lies beside it.
#[derive(Debug, Default)]
struct Dense {
    sums: Vec<(i32, i32)>,
    stride: usize,
    /// The cell being walked in.
    at: usize,
}

/// Collects the cells of a set of closed contours.
#[derive(Debug)]
pub(crate) struct Cells {
    window: Window,
    /// The cell being walked in; stored when the walk leaves it, if anything is in it.
    current: Cell,
    sparse: Vec<Cell>,
    sparse_limit: usize,
    dense: Dense,
    is_dense: bool,
    any: bool,
    row_starts: Vec<u32>,
    sorted: Vec<Cell>,
}

impl Default for Cells {
    fn default() -> Self {
        Self {
            window: Window::UNLIMITED,
            current: Cell::default(),
            sparse: Vec::new(),
            sparse_limit: SPARSE_CELLS,
            dense: Dense::default(),
            is_dense: false,
            any: false,
            row_starts: Vec::new(),
            sorted: Vec::new(),
        }
    }
}

impl Cells {
    /// Forgets everything and keeps to `window` from now on.
    pub(crate) fn reset(&mut self, window: Window) {
        self.window = window;
        self.current = Cell { x: i32::MAX, y: i32::MAX, cover: 0, area: 0 };
        self.sparse.clear();
        if self.is_dense {
            self.dense.sums.fill((0, 0));
            self.is_dense = false;
        }
        self.any = false;
        self.sparse_limit =
            SPARSE_CELLS.max(window.width().saturating_mul(window.height()) / DENSE_FROM_PIXELS_PER_CELL);
    }

    /// Whether any cell inside the window has been stored, even if its sums cancel out later.
    pub(crate) fn any_stored(&mut self) -> bool {
        self.store_current();
        self.any
    }

    #[inline]
    fn sum(&mut self, cover: i32, area: i32) {
        if self.is_dense {
            self.dense.sum(cover, area);
        } else {
            self.current.cover = self.current.cover.wrapping_add(cover);
            self.current.area = self.current.area.wrapping_add(area);
        }
    }

    fn store_current(&mut self) {
        let cell = self.current;
        if cell.cover | cell.area == 0 {
            return;
        }
        self.current.cover = 0;
        self.current.area = 0;
        self.any = true;
        memory::push(&mut self.sparse, cell);
        if self.sparse.len() >= self.sparse_limit {
            self.make_room();
        }
    }

    /// Turns to dense storage, or merges sparse cells where that would be too large.
    #[cold]
    fn make_room(&mut self) {
        let pixels = (self.window.width() + 2).saturating_mul(self.window.height());
        if pixels <= DENSE_MAX_PIXELS {
            self.dense.prepare(&self.window);
            for cell in &self.sparse {
                self.dense.enter(&self.window, cell.x, cell.y);
                self.dense.sum(cell.cover, cell.area);
            }
            self.sparse.clear();
            self.is_dense = true;
        } else {
            self.sparse.sort_unstable_by_key(|cell| (cell.y, cell.x));
            self.sparse.dedup_by(|next, kept| {
                let same = (next.x, next.y) == (kept.x, kept.y);
                if same {
                    kept.cover = kept.cover.wrapping_add(next.cover);
                    kept.area = kept.area.wrapping_add(next.area);
                }
                same
            });
            self.sparse_limit = self.sparse_limit.max(self.sparse.len() * 2);
        }
    }

    /// Adds the edge between two points in 1/256 px, y down.
    pub(crate) fn line(&mut self, x1: i32, y1: i32, x2: i32, y2: i32) {
        let dx = i64::from(x2) - i64::from(x1);
        let dy = i64::from(y2) - i64::from(y1);
        if dx.abs() >= LONGEST_DX || dy.abs() > i64::from(i32::MAX) {
            let cx = (x1 >> 1) + (x2 >> 1) + (x1 & x2 & 1);
            let cy = (y1 >> 1) + (y2 >> 1) + (y1 & y2 & 1);
            self.line(x1, y1, cx, cy);
            self.line(cx, cy, x2, y2);
            return;
        }
        let dx = dx as i32;
        let (ey1, ey2) = (y1 >> SHIFT, y2 >> SHIFT);
        let (top, bottom) = (ey1.min(ey2), ey1.max(ey2));
        if bottom < self.window.y0 || top >= self.window.y1 {
            return;
        }
        let (fy1, fy2) = (y1 & MASK, y2 & MASK);
        if ey1 == ey2 {
            self.enter(x1 >> SHIFT, ey1);
            self.run(ey1, x1, fy1, x2, fy2);
        } else if dx == 0 {
            self.vertical(x1, ey1, fy1, ey2, fy2);
        } else {
            self.slanted(x1, dx, x2, (ey1, fy1), (ey2, fy2), (y2 - y1).abs());
        }
    }

    /// Enters a cell, storing the one before. The cell may lie beside the window; its row is inside.
    #[inline]
    fn enter(&mut self, x: i32, y: i32) {
        // Left of the window only heights count, for the whole row; right of it nothing does, and nothing is summed.
        let x = x.clamp(self.window.x0 - 1, self.window.x1);
        if !self.is_dense && (self.current.x != x || self.current.y != y) {
            self.store_current();
            self.current.x = x;
            self.current.y = y;
        }
        if self.is_dense {
            self.dense.enter(&self.window, x, y);
        }
    }

    fn vertical(&mut self, x: i32, ey1: i32, fy1: i32, ey2: i32, fy2: i32) {
        let ex = x >> SHIFT;
        if ex >= self.window.x1 {
            return;
        }
        let two_fx = (x & MASK) << 1;
        let down = ey2 > ey1;
        let (leave, enter, step) = if down { (SUBPIXELS, 0, 1) } else { (0, SUBPIXELS, -1) };
        self.vertical_cell(ex, ey1, two_fx, leave - fy1);
        let Window { y0, y1, .. } = self.window;
        let (mut row, end) =
            if down { ((ey1 + 1).max(y0), ey2.min(y1)) } else { ((ey1 - 1).min(y1 - 1), ey2.max(y0 - 1)) };
        while (end - row) * step > 0 {
            self.vertical_cell(ex, row, two_fx, leave - enter);
            row += step;
        }
        self.vertical_cell(ex, ey2, two_fx, fy2 - enter);
    }

    #[inline]
    fn vertical_cell(&mut self, ex: i32, row: i32, two_fx: i32, height: i32) {
        if row >= self.window.y0 && row < self.window.y1 {
            self.enter(ex, row);
            self.sum(height, two_fx * height);
        }
    }

    /// An edge over several rows that is not vertical.
    fn slanted(&mut self, x1: i32, dx: i32, x2: i32, (ey1, fy1): (i32, i32), (ey2, fy2): (i32, i32), dy: i32) {
        let down = ey2 > ey1;
        let (leave, enter, step) = if down { (SUBPIXELS, 0, 1) } else { (0, SUBPIXELS, -1) };
        // Advance in x over the first, partial row; `carry` is the running remainder.
        let first_height = if down { SUBPIXELS - fy1 } else { fy1 };
        let product = first_height * dx;
        let (advance, mut carry) = (product.div_euclid(dy), product.rem_euclid(dy));
        let mut x = x1 + advance;
        let inside = |row: i32, window: &Window| row >= window.y0 && row < window.y1;
        if inside(ey1, &self.window) {
            self.enter(x1 >> SHIFT, ey1);
            self.run(ey1, x1, fy1, x, leave);
        }
        let mut row = ey1 + step;
        if row != ey2 {
            let product = SUBPIXELS * dx;
            let (lift, rem) = (product.div_euclid(dy), product.rem_euclid(dy));
            carry -= dy;
            // Rows before the window, in closed form.
            let skip = if down { self.window.y0 - row } else { row - (self.window.y1 - 1) };
            let skip = skip.clamp(0, (ey2 - row).abs());
            if skip > 0 {
                let total = i64::from(carry) + i64::from(skip) * i64::from(rem);
                let carries = (total + i64::from(dy)).div_euclid(i64::from(dy));
                carry = (total - carries * i64::from(dy)) as i32;
                x += (i64::from(skip) * i64::from(lift) + carries) as i32;
                row += skip * step;
            }
            while row != ey2 {
                if !inside(row, &self.window) {
                    return; // Behind the window, where nothing follows.
                }
                let mut advance = lift;
                carry += rem;
                if carry >= 0 {
                    carry -= dy;
                    advance += 1;
                }
                self.enter(x >> SHIFT, row);
                self.run(row, x, enter, x + advance, leave);
                x += advance;
                row += step;
            }
        }
        if inside(ey2, &self.window) {
            self.enter(x >> SHIFT, ey2);
            self.run(ey2, x, enter, x2, fy2);
        }
    }

    /// The part of an edge within one row, which is inside the window; the cell at `x1` has been entered.
    fn run(&mut self, row: i32, x1: i32, fy1: i32, x2: i32, fy2: i32) {
        let (ex1, ex2) = (x1 >> SHIFT, x2 >> SHIFT);
        if fy1 == fy2 {
            self.enter(ex2, row);
            return;
        }
        let (fx1, fx2) = (x1 & MASK, x2 & MASK);
        let height = fy2 - fy1;
        if ex1 == ex2 {
            if ex1 < self.window.x1 {
                self.sum(height, (fx1 + fx2) * height);
            }
            return;
        }
        let Window { x0, x1: x_end, .. } = self.window;
        if ex1.max(ex2) < x0 {
            self.sum(height, 0);
            return;
        }
        if ex1.min(ex2) >= x_end {
            return;
        }
        let right = x2 > x1;
        let (leave, step) = if right { (SUBPIXELS, 1) } else { (0, -1) };
        let width = (x2 - x1).abs();
        let first_width = if right { SUBPIXELS - fx1 } else { fx1 };
        let product = first_width * height;
        let (advance, mut carry) = (product.div_euclid(width), product.rem_euclid(width));
        if ex1 < x_end {
            self.sum(advance, (fx1 + leave) * advance);
        }
        let mut fy = fy1 + advance;
        let mut ex = ex1 + step;
        if ex != ex2 {
            let product = SUBPIXELS * (fy2 - fy + advance);
            let (lift, rem) = (product.div_euclid(width), product.rem_euclid(width));
            carry -= width;
            let mut skip = |cells: i32, fy: &mut i32, ex: &mut i32| {
                let total = i64::from(carry) + i64::from(cells) * i64::from(rem);
                let carries = (total + i64::from(width)).div_euclid(i64::from(width));
                carry = (total - carries * i64::from(width)) as i32;
                let height = (i64::from(cells) * i64::from(lift) + carries) as i32;
                *fy += height;
                *ex += cells * step;
                height
            };
            if right && ex < x0 {
                // Left of the window only the height counts.
                let height = skip((x0 - ex).min(ex2 - ex), &mut fy, &mut ex);
                self.enter(x0 - 1, row);
                self.sum(height, 0);
            } else if !right && ex >= x_end {
                skip((ex - x_end + 1).min(ex - ex2), &mut fy, &mut ex);
            }
            while ex != ex2 {
                if right && ex >= x_end {
                    return;
                }
                if !right && ex < x0 {
                    self.enter(ex, row);
                    self.sum(fy2 - fy, 0);
                    return;
                }
                let mut advance = lift;
                carry += rem;
                if carry >= 0 {
                    carry -= width;
                    advance += 1;
                }
                self.enter(ex, row);
                self.sum(advance, SUBPIXELS * advance);
                fy += advance;
                ex += step;
            }
        }
        self.enter(ex2, row);
        if ex2 < x_end {
            let rest = fy2 - fy;
            self.sum(rest, (fx2 + SUBPIXELS - leave) * rest);
        }
    }
}

impl Dense {
    fn prepare(&mut self, window: &Window) {
        let (stride, rows) = (window.width() + 2, window.height());
        self.stride = stride;
        self.at = 0;
        memory::fill(&mut self.sums, stride * rows, (0, 0));
    }

    #[inline]
    fn enter(&mut self, window: &Window, x: i32, y: i32) {
        self.at = (y - window.y0) as usize * self.stride + (x - (window.x0 - 1)) as usize;
    }

    /// Adds to the cell being walked in, in place: going through a copy of it would cost more than the sums.
    #[inline]
    fn sum(&mut self, cover: i32, area: i32) {
        let sums = &mut self.sums[self.at];
        *sums = (sums.0.wrapping_add(cover), sums.1.wrapping_add(area));
    }
}

/// The coverage (0 to 255) that summed areas stand for, non-zero winding. `area` is 512 times the covered subpixels of a
/// row. The shift comes before the sign is dropped, so direction matters for rounding, as in Agg.
#[inline]
fn coverage(area: i32) -> u8 {
    (area >> 9).unsigned_abs().min(255) as u8
}

impl Cells {
    /// Gives `row` each row's coverage as runs, top to bottom, and forgets the cells.
    pub(crate) fn sweep(&mut self, container: Container, sink: &mut impl SpanSink) {
        self.store_current();
        self.current = Cell { x: i32::MAX, y: i32::MAX, cover: 0, area: 0 };
        self.any = false;
        if self.is_dense { self.sweep_dense(container, sink) } else { self.sweep_sparse(container, sink) }
    }

    fn sweep_dense(&mut self, container: Container, sink: &mut impl SpanSink) {
        let mut spans = RowSpans::new(container);
        let Window { x0, x1, y0, .. } = self.window;
        for (row, y) in self.dense.sums.chunks_exact_mut(self.dense.stride).zip(y0..) {
            let mut sweep = RowSweep::new(x0, x1);
            for (sums, x) in row.iter_mut().zip(x0 - 1..x1) {
                if *sums != (0, 0) {
                    sweep.cell(x, sums.0, sums.1, y, &mut spans, sink);
                }
            }
            row.fill((0, 0));
            sweep.finish(y, &mut spans, sink);
        }
        self.is_dense = false;
    }

    fn sweep_sparse(&mut self, container: Container, sink: &mut impl SpanSink) {
        let Some(first) = self.sparse.first() else { return };
        let (mut top, mut bottom) = (first.y, first.y);
        for cell in &self.sparse {
            top = top.min(cell.y);
            bottom = bottom.max(cell.y);
        }
        // Counting sort by row, then each row by column.
        let rows = (bottom - top) as usize + 1;
        memory::fill(&mut self.row_starts, rows + 1, 0);
        for cell in &self.sparse {
            self.row_starts[(cell.y - top) as usize + 1] += 1;
        }
        for row in 0..rows {
            self.row_starts[row + 1] += self.row_starts[row];
        }
        memory::fill(&mut self.sorted, self.sparse.len(), Cell::default());
        for cell in &self.sparse {
            let at = &mut self.row_starts[(cell.y - top) as usize];
            self.sorted[*at as usize] = *cell;
            *at += 1;
        }
        let mut spans = RowSpans::new(container);
        let mut start = 0;
        for row in 0..rows {
            let end = self.row_starts[row] as usize; // Moved on to the row's end by the sort.
            let cells = &mut self.sorted[start..end];
            start = end;
            if cells.is_empty() {
                continue;
            }
            cells.sort_unstable_by_key(|cell| cell.x);
            let y = top + row as i32;
            let mut sweep = RowSweep::new(self.window.x0, self.window.x1);
            let mut rest = &cells[..];
            while let [cell, ..] = rest {
                let same = rest.iter().take_while(|other| other.x == cell.x);
                let (mut cover, mut area, mut count) = (0i32, 0i32, 0);
                for other in same {
                    cover = cover.wrapping_add(other.cover);
                    area = area.wrapping_add(other.area);
                    count += 1;
                }
                sweep.cell(cell.x, cover, area, y, &mut spans, sink);
                rest = &rest[count..];
            }
            sweep.finish(y, &mut spans, sink);
        }
        self.sparse.clear();
    }
}

/// The walk along one row: cells become pixels, what lies between them becomes runs of the running cover.
struct RowSweep {
    x0: i32,
    x1: i32,
    /// Column behind the last pixel dealt with.
    x: i32,
    cover: i32,
}

impl RowSweep {
    fn new(x0: i32, x1: i32) -> Self {
        Self { x0, x1, x: x0, cover: 0 }
    }

    #[inline]
    fn cell(&mut self, x: i32, cover: i32, area: i32, y: i32, spans: &mut RowSpans, sink: &mut impl SpanSink) {
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
    fn gap(&mut self, to: i32, y: i32, spans: &mut RowSpans, sink: &mut impl SpanSink) {
        if self.cover != 0 && to > self.x {
            let alpha = coverage(self.cover << 9);
            if alpha != 0 {
                spans.run(self.x, to - self.x, alpha, y, sink);
            }
        }
    }

    /// Cells right of the window have been dropped; up to there the running cover holds.
    fn finish(&mut self, y: i32, spans: &mut RowSpans, sink: &mut impl SpanSink) {
        self.gap(self.x1, y, spans, sink);
        spans.flush(y, sink);
    }
}
