//! Exact area coverage: edges in, cells out.
//!
//! For every pixel an edge touches, two integers are summed: `cover`, the height it crosses, and `area`, twice the area
//! between it and the pixel's left border, both in 1/256 px. Integer sums do not depend on order, so they may be kept
//! sparsely (a list, sorted when swept) or densely (an array) without a trace in the result. Edges are kept back until
//! there are many: then the box around them is known, and a small shape is summed in an array of just its size.

use geometry::memory;

use crate::dense::Dense;
use crate::row_sweep::RowSweep;
use crate::spans::{Container, RowSpans, SpanSink};
use crate::walk::{Accumulator, Edge, Row, SHIFT, Walk};
use crate::window::Window;

/// Edges that are kept back.
const KEPT_EDGES: usize = 1024;
/// Sparse cells from which other storage is considered.
const SPARSE_CELLS: usize = 4096;
/// Pixels per sparse cell below which dense storage pays: in time on canvases of up to so many pixels, in memory on larger.
const DENSE_FROM_PIXELS_PER_CELL: usize = 16;
const QUICK_PIXELS: usize = 1 << 22;
const DENSE_FROM_PIXELS_PER_CELL_IF_LARGE: usize = 3;
/// Pixels that the array of a shape may have for each cell that its edges may touch, and for the shape itself: looking
/// through so many is quicker than sorting.
const PIXELS_PER_TOUCHED_CELL: u64 = 8;
const PIXELS_PER_SHAPE: u64 = 128;
const SHAPE_MAX_PIXELS: u64 = 1 << 20;
/// Largest dense array, in pixels (8 bytes each).
const DENSE_MAX_PIXELS: usize = 1 << 25;

/// Sums of one pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    y: i32,
    x: i32,
    cover: i32,
    area: i32,
}

/// Sums by cell, in the order in which the walk has left them.
#[derive(Debug, Default)]
struct Sparse {
    /// The cell being walked in; stored when the walk leaves it, if anything is in it.
    current: Cell,
    cells: Vec<Cell>,
    /// A cell has been stored since the last sweep, even if others cancel it.
    any: bool,
}

impl Sparse {
    fn clear(&mut self) {
        self.cells.clear();
        self.current = Cell { x: i32::MAX, y: i32::MAX, cover: 0, area: 0 };
        self.any = false;
    }

    #[inline]
    fn store_current(&mut self) {
        if self.current.cover | self.current.area != 0 {
            memory::push(&mut self.cells, self.current);
            self.any = true;
        }
        self.current.cover = 0;
        self.current.area = 0;
    }

    /// Merges what is stored of the same cell.
    fn merge(&mut self) {
        self.cells.sort_unstable_by_key(|cell| (cell.y, cell.x));
        self.cells.dedup_by(|next, kept| {
            let same = (next.x, next.y) == (kept.x, kept.y);
            if same {
                kept.cover = kept.cover.wrapping_add(next.cover);
                kept.area = kept.area.wrapping_add(next.area);
            }
            same
        });
    }
}

impl Accumulator for Sparse {
    #[inline]
    fn enter(&mut self, x: i32, y: i32) {
        if (self.current.x, self.current.y) != (x, y) {
            self.store_current();
            (self.current.x, self.current.y) = (x, y);
        }
    }

    #[inline]
    fn add(&mut self, x: i32, y: i32, cover: i32, area: i32) {
        self.enter(x, y);
        self.current.cover = self.current.cover.wrapping_add(cover);
        self.current.area = self.current.area.wrapping_add(area);
    }

    #[inline]
    fn row(&mut self, y: i32) -> impl Row {
        SparseRow { sparse: self, y }
    }
}

struct SparseRow<'a> {
    sparse: &'a mut Sparse,
    y: i32,
}

impl Row for SparseRow<'_> {
    #[inline]
    fn add(&mut self, x: i32, cover: i32, area: i32) {
        self.sparse.add(x, self.y, cover, area);
    }
}

/// The edges kept back.
#[derive(Debug, Default)]
struct Kept {
    edges: Vec<Edge>,
    x_min: i32,
    x_max: i32,
    y_min: i32,
    y_max: i32,
    /// Their lengths in x and y together, 1/256 px.
    length: u64,
}

impl Kept {
    fn clear(&mut self) {
        self.edges.clear();
        (self.x_min, self.x_max, self.y_min, self.y_max) = (i32::MAX, i32::MIN, i32::MAX, i32::MIN);
        self.length = 0;
    }

    #[inline]
    fn push(&mut self, edge: Edge) {
        let Edge { x1, y1, x2, y2 } = edge;
        self.x_min = self.x_min.min(x1.min(x2));
        self.x_max = self.x_max.max(x1.max(x2));
        self.y_min = self.y_min.min(y1.min(y2));
        self.y_max = self.y_max.max(y1.max(y2));
        self.length += u64::from(x1.abs_diff(x2)) + u64::from(y1.abs_diff(y2));
        self.edges.push(edge);
    }

    /// The pixels that they touch.
    fn window(&self) -> Window {
        Window {
            x0: self.x_min >> SHIFT,
            x1: (self.x_max >> SHIFT) + 1,
            y0: self.y_min >> SHIFT,
            y1: (self.y_max >> SHIFT) + 1,
        }
    }
}

/// Collects the cells of a set of closed contours.
#[derive(Debug)]
pub(crate) struct Cells {
    window: Window,
    kept: Kept,
    sparse: Sparse,
    sparse_limit: usize,
    dense: Dense,
    is_dense: bool,
    row_starts: Vec<u32>,
    sorted: Vec<Cell>,
    covers: Vec<u8>,
}

impl Default for Cells {
    fn default() -> Self {
        Self {
            window: Window::UNLIMITED,
            kept: Kept::default(),
            sparse: Sparse::default(),
            sparse_limit: SPARSE_CELLS,
            dense: Dense::default(),
            is_dense: false,
            row_starts: Vec::new(),
            sorted: Vec::new(),
            covers: Vec::new(),
        }
    }
}

impl Cells {
    /// Forgets everything and keeps to `window` from now on.
    pub(crate) fn reset(&mut self, window: Window) {
        self.window = window;
        self.kept.clear();
        self.sparse.clear();
        if self.is_dense {
            self.dense.forget();
            self.is_dense = false;
        }
        let pixels = window.width().saturating_mul(window.height());
        let pixels_per_cell =
            if pixels <= QUICK_PIXELS { DENSE_FROM_PIXELS_PER_CELL } else { DENSE_FROM_PIXELS_PER_CELL_IF_LARGE };
        self.sparse_limit = SPARSE_CELLS.max(pixels / pixels_per_cell);
    }

    /// Sums what follows in an array from the first edge on; the caller knows that it pays.
    pub(crate) fn sum_densely(&mut self) {
        self.dense.prepare(&self.window);
        self.is_dense = true;
    }

    /// The array of sums, if they are in one.
    pub(crate) fn take_dense(&mut self) -> Option<Dense> {
        self.walk_kept();
        std::mem::take(&mut self.is_dense).then(|| std::mem::take(&mut self.dense))
    }

    /// Whether any cell inside the window has been stored, even if its sums cancel out later.
    pub(crate) fn any_stored(&mut self) -> bool {
        self.walk_kept();
        self.sparse.store_current();
        self.sparse.any
    }

    /// Adds the edge between two points in 1/256 px, y down.
    #[inline]
    pub(crate) fn line(&mut self, x1: i32, y1: i32, x2: i32, y2: i32) {
        if y1.max(y2) >> SHIFT < self.window.y0 || y1.min(y2) >> SHIFT >= self.window.y1 {
            return;
        }
        self.kept.push(Edge { x1, y1, x2, y2 });
        if self.kept.edges.len() >= KEPT_EDGES {
            self.walk_kept();
        }
    }

    /// Sums what was kept back.
    fn walk_kept(&mut self) {
        let window = self.window;
        for (index, edge) in self.kept.edges.iter().enumerate() {
            if self.is_dense {
                self.dense.walk(&self.kept.edges[index..], window);
                break;
            }
            Walk { window, cells: &mut self.sparse }.edge(edge);
            if self.sparse.cells.len() < self.sparse_limit {
                continue;
            }
            let pixels = (window.width() + 2).saturating_mul(window.height());
            if pixels <= DENSE_MAX_PIXELS {
                self.sparse.store_current();
                self.dense.prepare(&window);
                for &Cell { x, y, cover, area } in &self.sparse.cells {
                    self.dense.add(x, y, cover, area);
                }
                self.sparse.cells.clear();
                self.is_dense = true;
            } else {
                self.sparse.merge();
                self.sparse_limit = self.sparse_limit.max(self.sparse.cells.len() * 2);
            }
        }
        self.kept.clear();
    }

    /// Gives `sink` the coverage as runs, row by row from the top, and forgets the cells.
    pub(crate) fn sweep(&mut self, container: Container, sink: &mut impl SpanSink) {
        let mut covers = std::mem::take(&mut self.covers);
        if !self.sweep_small(container, &mut covers, sink) {
            self.walk_kept();
            self.sparse.store_current();
            if self.is_dense {
                self.dense.rows_of([self.window]).for_each(|rows| rows.sweep(container, &mut covers, sink));
                self.is_dense = false;
            } else {
                self.sweep_sparse(container, &mut covers, sink);
            }
        }
        self.sparse.clear();
        self.covers = covers;
    }

    /// Sums and gives out what was kept back in an array of the size of the shape, if that is all there is; else `false`.
    fn sweep_small(&mut self, container: Container, covers: &mut Vec<u8>, sink: &mut impl SpanSink) -> bool {
        if self.is_dense || self.sparse.any || self.sparse.current.cover | self.sparse.current.area != 0 {
            return false;
        }
        if self.kept.edges.is_empty() {
            return true;
        }
        let window = self.kept.window().intersect(&self.window);
        let pixels = (window.width() as u64 + 2) * window.height() as u64;
        let touched = (self.kept.length >> SHIFT) + self.kept.edges.len() as u64;
        if pixels > (PIXELS_PER_SHAPE + PIXELS_PER_TOUCHED_CELL * touched).min(SHAPE_MAX_PIXELS) {
            return false;
        }
        if window.is_empty() {
            self.kept.clear();
            return true; // All of it is beside the window.
        }
        self.dense.prepare(&window);
        self.dense.walk(&self.kept.edges, window);
        self.dense.rows_of([window]).for_each(|rows| rows.sweep(container, covers, sink));
        self.kept.clear();
        true
    }

    fn sweep_sparse(&mut self, container: Container, covers: &mut Vec<u8>, sink: &mut impl SpanSink) {
        let cells = &self.sparse.cells;
        let Some(first) = cells.first() else { return };
        let (mut top, mut bottom) = (first.y, first.y);
        for cell in cells {
            top = top.min(cell.y);
            bottom = bottom.max(cell.y);
        }
        // Counting sort by row, then each row by column.
        let rows = (bottom - top) as usize + 1;
        memory::fill(&mut self.row_starts, rows + 1, 0);
        for cell in cells {
            self.row_starts[(cell.y - top) as usize + 1] += 1;
        }
        for row in 0..rows {
            self.row_starts[row + 1] += self.row_starts[row];
        }
        memory::fill(&mut self.sorted, cells.len(), Cell::default());
        for cell in cells {
            let at = &mut self.row_starts[(cell.y - top) as usize];
            self.sorted[*at as usize] = *cell;
            *at += 1;
        }
        let mut spans = RowSpans::new(container, covers);
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
    }
}
