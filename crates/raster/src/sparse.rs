//! Sums of cells in a list, which is sorted when it is swept.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i32x4, i32x8};
use geometry::memory;

use crate::blend::QUAD;
use crate::lanes::{self, Grid, LANES, MARGIN, PairSink};
use crate::row_sweep::RowSweep;
use crate::spans::{Container, RowSpans, SpanSink};
use crate::vector::vectorized;
#[cfg(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64"))]
use crate::vector::with_eight_lanes;
use crate::walk::{Accumulator, Edge, Row, Walk, WholeRows};
use crate::window::Window;

/// Columns of a shape up to which the cells of a row are summed in an array instead of sorted.
pub(crate) const MOST_COLUMNS: i32 = 1 << 14;

/// Cells for which there is room at first and then; after that it doubles.
const FIRST_ROOM: usize = 1 << 10;
const ROOM: usize = 1 << 12;

/// Sums of one pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) y: i32,
    pub(crate) x: i32,
    pub(crate) cover: i32,
    pub(crate) area: i32,
}

/// Sums by cell, in the order in which the walk has left them.
#[derive(Debug, Default)]
pub(crate) struct Sparse {
    /// The cell being walked in; stored when the walk leaves it, if anything is in it.
    pub(crate) current: Cell,
    pub(crate) cells: Vec<Cell>,
    /// A cell has been stored since the last sweep, even if others cancel it.
    pub(crate) any: bool,
    /// The pixels that the edges so far touch, in the window or not.
    touched: Option<Window>,
    row_starts: Vec<u32>,
    /// Column and index of each cell, row by row.
    sorted: Vec<(i32, u32)>,
    row_sums: RowSums,
}

impl Sparse {
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
        self.current = Cell { x: i32::MAX, y: i32::MAX, cover: 0, area: 0 };
        self.any = false;
        self.touched = None;
    }

    #[inline]
    pub(crate) fn store_current(&mut self) {
        if self.current.cover | self.current.area != 0 {
            self.make_room();
            self.cells.push(self.current);
            self.any = true;
        }
        self.current.cover = 0;
        self.current.area = 0;
    }

    /// Makes room for two cells.
    #[inline(always)]
    fn make_room(&mut self) {
        if self.cells.capacity() - self.cells.len() < 2 {
            // In two steps: most shapes need no more than the first, and each leaves behind what it had.
            let room = if self.cells.is_empty() { FIRST_ROOM } else { ROOM.saturating_sub(self.cells.len()).max(2) };
            memory::reserve(&mut self.cells, room);
        }
    }

    /// Merges what is stored of the same cell.
    pub(crate) fn merge(&mut self) {
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

    /// Tells which pixels the edges touch that follow.
    pub(crate) fn touch(&mut self, window: Window) {
        self.touched = Some(self.touched.map_or(window, |touched| touched.union(&window)));
    }

    /// A window with all cells, which are in `window` or left of it; none if there are no cells.
    fn bounds(&self, window: &Window) -> Option<Window> {
        let cells = &self.cells;
        let first = cells.first()?;
        // Mostly that is known without looking at them. But edges far away may leave none.
        let touched = self.touched.map(|touched| touched.intersect(window));
        if let Some(touched) = touched.filter(|touched| touched.height() <= cells.len()) {
            return Some(touched);
        }
        let mut bounds = Window { x0: first.x, x1: first.x + 1, y0: first.y, y1: first.y + 1 };
        for &Cell { x, y, .. } in cells {
            bounds = bounds.union(&Window { x0: x, x1: x + 1, y0: y, y1: y + 1 });
        }
        Some(bounds)
    }

    /// Adds what edges add within a window until there are `limit` cells, or a few more; how many edges.
    pub(crate) fn walk(&mut self, edges: &[Edge], window: Window, limit: usize) -> usize {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64"))]
        if window.width() <= WIDEST_NUMBERED && window.height() <= HIGHEST_NUMBERED {
            let (left, top) = (window.x0 - MARGIN as i32, window.y0);
            let walked = with_eight_lanes!(simd => {
                let cells = &mut SeveralRows { sparse: self, simd, left, top };
                let mut count = 0;
                for edge in edges {
                    Walk { window, cells: &mut *cells }.edge(edge);
                    count += 1;
                    if cells.sparse.cells.len() >= limit {
                        break;
                    }
                }
                count
            });
            if let Some(count) = walked {
                return count;
            }
        }
        for (index, edge) in edges.iter().enumerate() {
            Walk { window, cells: &mut *self }.edge(edge);
            if self.cells.len() >= limit {
                return index + 1;
            }
        }
        edges.len()
    }

    /// Gives out the coverage of `window`; the cells stay.
    pub(crate) fn sweep(
        &mut self,
        window: &Window,
        container: Container,
        covers: &mut Vec<u8>,
        sink: &mut impl SpanSink,
    ) {
        let cells = &self.cells;
        let Some(bounds) = self.bounds(window) else { return };
        // Counting sort by row, then each row by column.
        let (top, rows) = (bounds.y0, bounds.height());
        memory::fill(&mut self.row_starts, rows + 1, 0);
        for cell in cells {
            self.row_starts[(cell.y - top) as usize + 1] += 1;
        }
        for row in 0..rows {
            self.row_starts[row + 1] += self.row_starts[row];
        }
        memory::fill(&mut self.sorted, cells.len(), (0, 0));
        for (index, cell) in cells.iter().enumerate() {
            let at = &mut self.row_starts[(cell.y - top) as usize];
            self.sorted[*at as usize] = (cell.x, index as u32);
            *at += 1;
        }
        let columns = bounds.x1 - window.x0;
        if sink.takes_quads() && columns <= MOST_COLUMNS {
            let by_row = ByRow { cells, indices: &self.sorted, ends: &self.row_starts[..rows], top };
            self.row_sums.prepare(columns.max(0) as usize);
            let row_sums = &mut self.row_sums;
            return vectorized(
                #[inline(always)]
                || row_sums.sweep(&by_row, window, sink),
            );
        }
        let mut spans = RowSpans::new(container, covers);
        let mut start = 0;
        for row in 0..rows {
            let end = self.row_starts[row] as usize; // Moved on to the row's end by the sort.
            let row_cells = &mut self.sorted[start..end];
            start = end;
            if row_cells.is_empty() {
                continue;
            }
            row_cells.sort_unstable();
            let y = top + row as i32;
            let mut sweep = RowSweep::new(window.x0, window.x1);
            for same in row_cells.chunk_by(|a, b| a.0 == b.0) {
                let (mut cover, mut area) = (0i32, 0i32);
                for &(_, index) in same {
                    let cell = &cells[index as usize];
                    cover = cover.wrapping_add(cell.cover);
                    area = area.wrapping_add(cell.area);
                }
                sweep.cell(same[0].0, cover, area, y, &mut spans, sink);
            }
            sweep.finish(y, &mut spans, sink);
        }
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

/// Windows up to which the cells of several rows are numbered: 16 bits for the column, with a margin, and 15 for the row.
const WIDEST_NUMBERED: usize = (1 << 16) - 2 * MARGIN;
const HIGHEST_NUMBERED: usize = 1 << 15;

/// A list that takes several rows of an edge at once.
struct SeveralRows<'a, S> {
    sparse: &'a mut Sparse,
    simd: S,
    /// Where column 0 and row 0 of numbered cells are.
    left: i32,
    top: i32,
}

impl<S: Simd> Accumulator for SeveralRows<'_, S> {
    #[inline(always)]
    fn enter(&mut self, x: i32, y: i32) {
        self.sparse.enter(x, y);
    }

    #[inline(always)]
    fn add(&mut self, x: i32, y: i32, cover: i32, area: i32) {
        self.sparse.add(x, y, cover, area);
    }

    #[inline(always)]
    fn row(&mut self, y: i32) -> impl Row {
        self.sparse.row(y)
    }

    #[inline(always)]
    fn whole_rows(&mut self, rows: &WholeRows) -> Option<i32> {
        if !lanes::fits(rows) {
            return None;
        }
        let origin = ((rows.row - self.top) << 16) - self.left;
        let grid = Grid { origin, stride: if rows.down { 1 << 16 } else { -1 << 16 }, cells: &mut *self };
        Some(lanes::add_rows(grid.cells.simd, rows, grid))
    }
}

impl<S: Simd> PairSink<S> for SeveralRows<'_, S> {
    #[inline(always)]
    fn add_pairs(&mut self, lanes: usize, indices: i32x8<S>, sums: [i32x4<S>; LANES]) {
        for (at, sums) in indices.to_array().into_iter().zip(sums).take(lanes) {
            self.add_pair(at, sums.to_array());
        }
    }
}

impl<S> SeveralRows<'_, S> {
    /// Adds cover and area of two cells side by side; `at` is the number of the left one.
    #[inline(always)]
    fn add_pair(&mut self, at: i32, [cover1, area1, cover2, area2]: [i32; 4]) {
        let (x, y) = (self.left + (at & 0xffff), self.top + (at >> 16));
        self.sparse.make_room();
        let cells = &mut self.sparse.cells;
        // Which of them is empty is hard to foresee.
        let mut length = cells.len();
        for cell in [Cell { y, x, cover: cover1, area: area1 }, Cell { y, x: x + 1, cover: cover2, area: area2 }] {
            cells.push(cell);
            length += usize::from(cell.cover | cell.area != 0);
            cells.truncate(length);
        }
        self.sparse.any = true;
    }
}

/// Cells sorted by row.
struct ByRow<'a> {
    cells: &'a [Cell],
    /// Column and index of each, row by row.
    indices: &'a [(i32, u32)],
    /// Where rows end in that.
    ends: &'a [u32],
    /// The first row.
    top: i32,
}

/// Sums of the pixels of a row, and a bit for each that anything has been added to. All are zero between uses.
#[derive(Debug, Default)]
struct RowSums {
    sums: Vec<[i32; 2]>,
    bits: Vec<u64>,
}

impl RowSums {
    fn prepare(&mut self, columns: usize) {
        if columns + QUAD > self.sums.len() {
            memory::fill(&mut self.sums, columns + QUAD, [0, 0]);
            memory::fill(&mut self.bits, (columns + QUAD).div_ceil(64), 0);
        }
    }

    /// Gives out the coverage of cells of a window.
    #[inline(always)]
    fn sweep(&mut self, by_row: &ByRow<'_>, window: &Window, sink: &mut impl SpanSink) {
        let Self { sums, bits } = self;
        let mut start = 0;
        for (&end, y) in by_row.ends.iter().zip(by_row.top..) {
            let indices = &by_row.indices[start..end as usize];
            start = end as usize;
            let mut sweep = RowSweep::new(window.x0, window.x1);
            for &(x, index) in indices {
                let cell = &by_row.cells[index as usize];
                if x < window.x0 {
                    sweep.add_cover(cell.cover);
                    continue;
                }
                let column = (x - window.x0) as usize;
                let sums = &mut sums[column];
                *sums = [sums[0].wrapping_add(cell.cover), sums[1].wrapping_add(cell.area)];
                bits[column / 64] |= 1 << (column % 64);
            }
            for word in 0..bits.len() {
                while bits[word] != 0 {
                    let bit = bits[word].trailing_zeros();
                    bits[word] &= !(QUAD_BITS << bit);
                    if bit > 64 - QUAD as u32
                        && let Some(next) = bits.get_mut(word + 1)
                    {
                        *next &= !(QUAD_BITS >> (64 - bit));
                    }
                    let column = 64 * word + bit as usize;
                    let (quads, _) = sums[column..].as_chunks_mut();
                    let quad = std::mem::take(&mut quads[0]);
                    sweep.quad(window.x0 + column as i32, &quad, y, sink);
                }
            }
            sweep.finish_quads(y, sink);
        }
    }
}

/// A bit for each pixel of a quad.
const QUAD_BITS: u64 = (1 << QUAD) - 1;
