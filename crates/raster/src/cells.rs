//! Exact area coverage: edges in, cells out.
//!
//! For every pixel an edge touches, two integers are summed: `cover`, the height it crosses, and `area`, twice the area
//! between it and the pixel's left border, both in 1/256 px. Integer sums do not depend on order, so they may be kept
//! sparsely (a list, sorted when swept), in tiles (where there is anything) or densely (an array) without a trace in the
//! result. Edges are kept back until there are many: then the box around them is known, and a small shape is summed in an
//! array of just its size.

use geometry::memory;

use crate::dense::Dense;
use crate::spans::{Container, SpanSink};
use crate::sparse::{Cell, Sparse};
use crate::tiles::{self, Tiles};
use crate::walk::{Accumulator, Edge, SHIFT, Walk};
use crate::window::Window;

/// Edges that are kept back.
const KEPT_EDGES: usize = 1024;
/// Sparse cells from which other storage is considered: a few less than there is room for, since edges are not divided.
const SPARSE_CELLS: usize = 4000;
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
        memory::make_room(&mut self.edges, KEPT_EDGES);
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
        if !self.kept.edges.is_empty() {
            self.sparse.touch(self.kept.window());
        }
        let mut index = 0;
        while index < self.kept.edges.len() {
            // Whether any cell is stored at all is known of sparse ones only.
            if is_much && self.sparse.any {
                self.make_dense();
            }
            let edges = &self.kept.edges[index..];
            match self.storage {
                Storage::Sparse => {
                    let limit = if is_much { 1 } else { self.sparse_limit };
                    index += self.sparse.walk(edges, window, limit);
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
                Storage::Tiles => {
                    Walk { window, cells: &mut self.tiles }.edges(edges);
                    break;
                }
                Storage::Dense => {
                    self.dense.walk(edges, window);
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
                Storage::Sparse => self.sparse.sweep(&self.window, container, &mut covers, sink),
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
            Walk { window, cells: &mut self.tiles }.edges(&self.kept.edges);
            self.tiles.sweep(&window, container, covers, sink);
        }
        self.kept.clear();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sparse;

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
            let width = [50, 129, sparse::MOST_COLUMNS + 2][index % 3];
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
