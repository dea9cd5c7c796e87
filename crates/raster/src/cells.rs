//! Exact area coverage: edges in, cells out.
//!
//! For every pixel an edge touches, two integers are summed: `cover`, the height it crosses, and `area`, twice the area
//! between it and the pixel's left border, both in 1/256 px. Integer sums do not depend on order, so they may be kept
//! sparsely (a list, sorted when swept), in tiles (where there is anything) or densely (an array) without a trace in the
//! result. Edges are kept back until there are many: then the box around them is known, and a small shape is summed in an
//! array of just its size.

use geometry::memory;

use crate::blend::QUAD;
use crate::dense::Dense;
use crate::row_sweep::RowSweep;
use crate::spans::{Container, RowSpans, SpanSink};
use crate::tiles::{self, Tiles};
use crate::vector::vectorized;
use crate::walk::{Accumulator, Edge, Row, SHIFT, Walk};
use crate::window::Window;

/// Edges that are kept back.
const KEPT_EDGES: usize = 1024;
/// Sparse cells from which other storage is considered.
const SPARSE_CELLS: usize = 4096;
/// Pixels for each that edges have run along, in x and y together, up to which dense storage pays.
const PIXELS_PER_WALKED_FOR_DENSE: usize = 2;
/// Pixels that the array of a shape may have for each cell that its edges may touch, and for the shape itself: looking
/// through so many is quicker than sorting.
const PIXELS_PER_TOUCHED_CELL: u64 = 8;
const PIXELS_PER_SHAPE: u64 = 128;
const SHAPE_MAX_PIXELS: u64 = 1 << 20;
/// Pixels of it from which tiles take less memory.
const SHAPE_TILES_PIXELS: u64 = 1 << 15;
/// Largest dense array, in pixels (8 bytes each), and what tiles are made for.
const DENSE_MAX_PIXELS: usize = 1 << 25;
const TILES_MAX_PIXELS: usize = 1 << 30;

/// Columns of a shape up to which the cells of a row are summed in an array instead of sorted.
const MOST_COLUMNS: i32 = 1 << 14;

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

/// Where the sums are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Storage {
    Sparse,
    Tiles,
    Dense,
}

/// Collects the cells of a set of closed contours.
#[derive(Debug)]
pub(crate) struct Cells {
    window: Window,
    kept: Kept,
    sparse: Sparse,
    sparse_limit: usize,
    tiles: Tiles,
    dense: Dense,
    storage: Storage,
    /// How far edges have run, in x and y together.
    walked_px: u64,
    row_starts: Vec<u32>,
    /// Column and index of each sparse cell.
    sorted: Vec<(i32, u32)>,
    row_sums: RowSums,
    covers: Vec<u8>,
}

impl Default for Cells {
    fn default() -> Self {
        Self {
            window: Window::UNLIMITED,
            kept: Kept::default(),
            sparse: Sparse::default(),
            sparse_limit: SPARSE_CELLS,
            tiles: Tiles::default(),
            dense: Dense::default(),
            storage: Storage::Sparse,
            walked_px: 0,
            row_starts: Vec::new(),
            sorted: Vec::new(),
            row_sums: RowSums::default(),
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
        if std::mem::replace(&mut self.storage, Storage::Sparse) == Storage::Dense {
            self.dense.forget();
        }
        self.walked_px = 0;
        let pixels = window.width().saturating_mul(window.height());
        // Tiles should not begin with more memory than there is in use.
        self.sparse_limit = SPARSE_CELLS.max(tiles::empty_bytes(pixels) / size_of::<Cell>());
    }

    /// Sums what follows in an array from the first edge on; the caller knows that it pays.
    pub(crate) fn sum_densely(&mut self) {
        self.dense.prepare(&self.window);
        self.storage = Storage::Dense;
    }

    /// The array of sums, if they are in one.
    pub(crate) fn take_dense(&mut self) -> Option<Dense> {
        self.walk_kept();
        let was = std::mem::replace(&mut self.storage, Storage::Sparse);
        (was == Storage::Dense).then(|| std::mem::take(&mut self.dense))
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
        let pixels = (window.width() + 2).saturating_mul(window.height());
        self.walked_px += self.kept.length >> SHIFT;
        let is_much = pixels <= DENSE_MAX_PIXELS && self.walked_px > (pixels / PIXELS_PER_WALKED_FOR_DENSE) as u64;
        for index in 0..self.kept.edges.len() {
            // Whether any cell is stored at all is known of sparse ones only.
            if is_much && self.sparse.any {
                self.make_dense();
            }
            let edge = &self.kept.edges[index];
            match self.storage {
                Storage::Sparse => {
                    Walk { window, cells: &mut self.sparse }.edge(edge);
                    if self.sparse.cells.len() < self.sparse_limit {
                        continue;
                    }
                    if pixels <= TILES_MAX_PIXELS {
                        self.sparse.store_current();
                        self.tiles.prepare(&window);
                        for Cell { x, y, cover, area } in self.sparse.cells.drain(..) {
                            self.tiles.add(x, y, cover, area);
                        }
                        self.storage = Storage::Tiles;
                    } else {
                        self.sparse.merge();
                        self.sparse_limit = self.sparse_limit.max(self.sparse.cells.len() * 2);
                    }
                }
                Storage::Tiles => Walk { window, cells: &mut self.tiles }.edge(edge),
                Storage::Dense => {
                    self.dense.walk(&self.kept.edges[index..], window);
                    break;
                }
            }
        }
        self.kept.clear();
    }

    /// From now on sums are in an array of the whole window.
    fn make_dense(&mut self) {
        if self.storage == Storage::Dense {
            return;
        }
        self.sparse.store_current();
        self.dense.prepare(&self.window);
        for Cell { x, y, cover, area } in self.sparse.cells.drain(..) {
            self.dense.add(x, y, cover, area);
        }
        if self.storage == Storage::Tiles {
            for (x, y, [cover, area]) in self.tiles.take() {
                self.dense.add(x, y, cover, area);
            }
        }
        self.storage = Storage::Dense;
    }

    /// Gives `sink` the coverage as runs, row by row from the top, and forgets the cells.
    pub(crate) fn sweep(&mut self, container: Container, sink: &mut impl SpanSink) {
        let mut covers = std::mem::take(&mut self.covers);
        if !self.sweep_small(container, &mut covers, sink) {
            self.walk_kept();
            self.sparse.store_current();
            match std::mem::replace(&mut self.storage, Storage::Sparse) {
                Storage::Sparse => self.sweep_sparse(container, &mut covers, sink),
                Storage::Tiles => self.tiles.sweep(&self.window, container, &mut covers, sink),
                Storage::Dense => {
                    self.dense.rows_of([self.window]).for_each(|rows| rows.sweep(container, &mut covers, sink));
                }
            }
        }
        self.sparse.clear();
        self.covers = covers;
    }

    /// Sums and gives out what was kept back in an array of the size of the shape, if that is all there is; else `false`.
    fn sweep_small(&mut self, container: Container, covers: &mut Vec<u8>, sink: &mut impl SpanSink) -> bool {
        if self.storage != Storage::Sparse
            || self.sparse.any
            || self.sparse.current.cover | self.sparse.current.area != 0
        {
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
        if pixels < SHAPE_TILES_PIXELS {
            self.dense.prepare(&window);
            self.dense.walk(&self.kept.edges, window);
            self.dense.rows_of([window]).for_each(|rows| rows.sweep(container, covers, sink));
        } else {
            self.tiles.prepare(&window);
            let mut walk = Walk { window, cells: &mut self.tiles };
            self.kept.edges.iter().for_each(|edge| walk.edge(edge));
            self.tiles.sweep(&window, container, covers, sink);
        }
        self.kept.clear();
        true
    }

    fn sweep_sparse(&mut self, container: Container, covers: &mut Vec<u8>, sink: &mut impl SpanSink) {
        let cells = &self.sparse.cells;
        let Some(first) = cells.first() else { return };
        let (mut top, mut bottom, mut right) = (first.y, first.y, first.x);
        for cell in cells {
            top = top.min(cell.y);
            bottom = bottom.max(cell.y);
            right = right.max(cell.x);
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
        memory::fill(&mut self.sorted, cells.len(), (0, 0));
        for (index, cell) in cells.iter().enumerate() {
            let at = &mut self.row_starts[(cell.y - top) as usize];
            self.sorted[*at as usize] = (cell.x, index as u32);
            *at += 1;
        }
        let columns = right - self.window.x0 + 1;
        if sink.takes_quads() && columns <= MOST_COLUMNS {
            let window = &self.window;
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
            let mut sweep = RowSweep::new(self.window.x0, self.window.x1);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Coverage by row, column and length.
    #[derive(Debug, Default, PartialEq)]
    struct Runs(Vec<(i32, i32, Vec<u8>)>);

    impl SpanSink for Runs {
        fn covers(&mut self, y: i32, x: i32, covers: &[u8]) {
            self.0.push((y, x, covers.to_vec()));
        }

        fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8) {
            self.0.push((y, x, vec![cover; length as usize]));
        }
    }

    /// Coverage by pixel.
    struct Pixels {
        takes_quads: bool,
        window: Window,
        covers: std::collections::BTreeMap<(i32, i32), u8>,
    }

    impl SpanSink for Pixels {
        fn covers(&mut self, y: i32, x: i32, covers: &[u8]) {
            for (x, &cover) in (x..).zip(covers) {
                if x < self.window.x1 {
                    assert_eq!(self.covers.insert((y, x), cover), None, "a pixel is given out once");
                }
            }
        }

        fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8) {
            self.covers(y, x, &vec![cover; length as usize]);
        }

        fn takes_quads(&self) -> bool {
            self.takes_quads
        }
    }

    #[test]
    fn quads_are_the_same_pixels() {
        let mut state = 9u64;
        let mut random = |range: i32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as i32).rem_euclid(range)
        };
        for index in 0..300 {
            // The second window has a column that is the first of a word of bits, the third more than are summed in an array.
            let width = [50, 129, MOST_COLUMNS + 2][index % 3];
            let window = Window { x0: -3, x1: width - 3, y0: -2, y1: 40 };
            let (range, count) = ([12_000, 40_000, (width + 9) << SHIFT][index % 3], [3, 5, 40][index / 3 % 3]);
            let points: Vec<(i32, i32)> = (0..count).map(|_| (random(range) - 2_000, random(12_000) - 1_500)).collect();
            let swept = |takes_quads| {
                let mut cells = Cells::default();
                cells.reset(window);
                for (&(x1, y1), &(x2, y2)) in points.iter().zip(points[1..].iter().chain(&points[..1])) {
                    cells.line(x1, y1, x2, y2);
                }
                cells.walk_kept(); // Not a small shape any more.
                cells.sparse.any = true;
                let mut pixels = Pixels { takes_quads, window, covers: Default::default() };
                cells.sweep(Container::Packed, &mut pixels);
                cells.sweep(Container::Packed, &mut pixels); // Nothing is left.
                pixels.covers
            };
            assert!(swept(true) == swept(false), "{points:?}");
        }
    }

    #[test]
    fn it_does_not_show_where_sums_are() {
        let mut state = 3u64;
        let mut random = |range: i32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as i32).rem_euclid(range)
        };
        let window = Window { x0: -9, x1: 210, y0: 3, y1: 130 };
        for (count, reach) in [(3, 50_000), (900, 300), (40_000, 2), (5_000, 700), (4_000, 40_000)] {
            // Closed shapes of small or large steps, partly beside the window.
            let mut points = vec![(random(60_000) - 5_000, random(35_000))];
            for _ in 1..count {
                let &(x, y) = points.last().unwrap();
                let step = |v: i32, move_by: i32, limit: i32| (v + move_by - reach / 2).clamp(-6_000, limit);
                points.push((step(x, random(reach), 60_000), step(y, random(reach), 36_000)));
            }
            let swept = |storage: Option<Storage>| {
                let mut cells = Cells::default();
                cells.reset(window);
                match storage {
                    None => {}
                    Some(Storage::Sparse) => cells.sparse_limit = usize::MAX,
                    Some(Storage::Tiles) => {
                        cells.tiles.prepare(&window);
                        cells.storage = Storage::Tiles;
                    }
                    Some(Storage::Dense) => cells.sum_densely(),
                }
                for (&(x1, y1), &(x2, y2)) in points.iter().zip(points[1..].iter().chain(&points[..1])) {
                    cells.line(x1, y1, x2, y2);
                    if storage == Some(Storage::Sparse) || storage == Some(Storage::Tiles) {
                        cells.walked_px = 0;
                    }
                }
                let mut runs = Runs::default();
                assert!(storage.is_some() || cells.any_stored());
                cells.sweep(Container::Packed, &mut runs);
                cells.sweep(Container::Packed, &mut runs); // Nothing is left.
                runs
            };
            let chosen = swept(None);
            assert!(!chosen.0.is_empty());
            for storage in [Storage::Sparse, Storage::Tiles, Storage::Dense] {
                assert_eq!(swept(Some(storage)), chosen, "{storage:?}");
            }
        }
    }
}
