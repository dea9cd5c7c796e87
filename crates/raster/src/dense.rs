//! Sums of cells in an array, one for each pixel of a window.

use fearless_simd::Simd;
use geometry::memory;

use crate::lanes::{self, Grid, MARGIN};
use crate::row_sweep::RowSweep;
use crate::spans::{Container, RowSpans, SpanSink};
#[cfg(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64"))]
use crate::vector::with_eight_lanes;
use crate::walk::{Accumulator, Edge, Row, Walk, WholeRows};
use crate::window::Window;

/// Cells of a row that a sweep looks at together.
const SWEEP_GROUP: usize = 8;
/// Cells of a row from which that pays.
const WIDE_ROW: usize = 64;
/// Rows of a window from which it pays to look for edges of several.
const HIGH_WINDOW: usize = 8;

/// Sums by pixel of a window, which has a column more on each side, for what lies beside it. All rows are zero between uses.
#[derive(Debug, Default)]
pub(crate) struct Dense {
    /// Cover and area; a margin before the first row and behind the last, where there may be anything.
    sums: Vec<[i32; 2]>,
    stride: usize,
    /// The first row, and the column before the window's first.
    top: i32,
    left: i32,
}

impl Dense {
    pub(crate) fn prepare(&mut self, window: &Window) {
        self.stride = window.width() + 2;
        (self.top, self.left) = (window.y0, window.x0 - 1);
        let cells = self.stride * window.height() + 2 * MARGIN;
        if cells > self.sums.len() {
            memory::fill(&mut self.sums, cells, [0, 0]);
        }
    }

    pub(crate) fn forget(&mut self) {
        self.sums.fill([0, 0]);
    }

    /// Sums what `edges` add within the window for which it was prepared.
    pub(crate) fn walk(&mut self, edges: &[Edge], window: Window) {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64"))]
        if window.height() >= HIGH_WINDOW {
            let walked =
                with_eight_lanes!(simd => Walk { window, cells: &mut SeveralRows { dense: self, simd } }.edges(edges));
            if walked.is_some() {
                return;
            }
        }
        Walk { window, cells: self }.edges(edges);
    }

    /// The rows of `windows`, which follow each other from the top; all must be rows of the window for which it was
    /// prepared, and as wide.
    pub(crate) fn rows_of(&mut self, windows: impl IntoIterator<Item = Window>) -> impl Iterator<Item = DenseRows<'_>> {
        let Self { sums, stride, top, .. } = self;
        let (mut row, mut rest) = (*top, &mut sums[MARGIN..]);
        let rows_of = move |window: Window| {
            let (_, behind) = std::mem::take(&mut rest).split_at_mut((window.y0 - row) as usize * *stride);
            let (sums, behind) = behind.split_at_mut(window.height() * *stride);
            (row, rest) = (window.y0 + window.height() as i32, behind);
            DenseRows { sums, stride: *stride, window }
        };
        windows.into_iter().map(rows_of)
    }

    /// Index of the first cell of a row.
    #[inline]
    fn row_start(&self, y: i32) -> usize {
        MARGIN + (y - self.top) as usize * self.stride
    }
}

/// Rows of a dense array.
#[derive(Debug)]
pub(crate) struct DenseRows<'a> {
    sums: &'a mut [[i32; 2]],
    stride: usize,
    window: Window,
}

impl DenseRows<'_> {
    /// Adds the same rows of another array, which was prepared for the same window.
    pub(crate) fn add(&mut self, other: &Dense) {
        let start = other.row_start(self.window.y0);
        for (sums, more) in self.sums.iter_mut().zip(&other.sums[start..]) {
            *sums = [sums[0].wrapping_add(more[0]), sums[1].wrapping_add(more[1])];
        }
    }

    /// Gives out the rows and forgets them.
    pub(crate) fn sweep(self, container: Container, covers: &mut Vec<u8>, sink: &mut impl SpanSink) {
        let Self { sums, stride, window } = self;
        let mut spans = RowSpans::new(container, covers);
        // Most cells of wide rows are zero: groups of them are passed over.
        let is_wide = stride >= WIDE_ROW;
        let step = if is_wide { SWEEP_GROUP } else { stride };
        for (row, y) in sums.chunks_exact_mut(stride).zip(window.y0..window.y1) {
            let mut sweep = RowSweep::new(window.x0, window.x1);
            row[stride - 1] = [0, 0];
            for (group, x) in row.chunks_mut(step).zip((window.x0 - 1..).step_by(step)) {
                if is_wide && group.iter().fold(0, |any, [cover, area]| any | cover | area) == 0 {
                    continue;
                }
                for (sums, x) in group.iter_mut().zip(x..) {
                    let [cover, area] = *sums;
                    if cover | area != 0 {
                        *sums = [0, 0];
                        sweep.cell(x, cover, area, y, &mut spans, sink);
                    }
                }
            }
            sweep.finish(y, &mut spans, sink);
        }
    }
}

impl Accumulator for Dense {
    #[inline]
    fn enter(&mut self, _: i32, _: i32) {}

    #[inline]
    fn add(&mut self, x: i32, y: i32, cover: i32, area: i32) {
        let at = self.row_start(y) + (x - self.left) as usize;
        let sums = &mut self.sums[at];
        *sums = [sums[0].wrapping_add(cover), sums[1].wrapping_add(area)];
    }

    #[inline]
    fn row(&mut self, y: i32) -> impl Row {
        let start = self.row_start(y);
        DenseRow { sums: &mut self.sums[start..start + self.stride], left: self.left }
    }
}

struct DenseRow<'a> {
    sums: &'a mut [[i32; 2]],
    left: i32,
}

impl Row for DenseRow<'_> {
    #[inline]
    fn add(&mut self, x: i32, cover: i32, area: i32) {
        let sums = &mut self.sums[(x - self.left) as usize];
        *sums = [sums[0].wrapping_add(cover), sums[1].wrapping_add(area)];
    }
}

/// A dense array that takes several rows of an edge at once.
struct SeveralRows<'a, S> {
    dense: &'a mut Dense,
    simd: S,
}

impl<S: Simd> Accumulator for SeveralRows<'_, S> {
    #[inline(always)]
    fn enter(&mut self, _: i32, _: i32) {}

    #[inline(always)]
    fn add(&mut self, x: i32, y: i32, cover: i32, area: i32) {
        self.dense.add(x, y, cover, area);
    }

    #[inline(always)]
    fn row(&mut self, y: i32) -> impl Row {
        self.dense.row(y)
    }

    #[inline(always)]
    fn whole_rows(&mut self, rows: &WholeRows) -> Option<i32> {
        if !lanes::fits(rows) {
            return None;
        }
        let origin = (self.dense.row_start(rows.row) as i32).wrapping_sub(self.dense.left);
        let stride = self.dense.stride as i32;
        let cells = &mut self.dense.sums[..];
        let grid = Grid { cells, origin, stride: if rows.down { stride } else { -stride } };
        Some(lanes::add_rows(self.simd, rows, grid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window { x0: -7, x1: 290, y0: 5, y1: 180 };

    /// What edges leave in a window, row by row: one row at a time, and several, by each kind of instructions there is.
    fn both(edges: &[Edge], window: Window) -> [Vec<[i32; 2]>; 2] {
        let [mut single, mut several] = [(); 2].map(|()| prepared(&window));
        Walk { window, cells: &mut single }.edges(edges);
        several.walk(edges, window);
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        if let Some(simd) = fearless_simd::Level::new().as_avx2() {
            let mut narrower = prepared(&window);
            simd.vectorize(
                #[inline(always)]
                || Walk { window, cells: &mut SeveralRows { dense: &mut narrower, simd } }.edges(edges),
            );
            assert!(narrower.sums[MARGIN..] == several.sums[MARGIN..]);
        }
        [single, several].map(|dense| dense.sums[MARGIN..].to_vec())
    }

    fn prepared(window: &Window) -> Dense {
        let mut dense = Dense::default();
        dense.prepare(window);
        dense
    }

    /// Numbers of a linear congruence, from -`range` / 2.
    fn random(seed: u64) -> impl FnMut(i32) -> i32 {
        let mut state = seed;
        move |range| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as i32).rem_euclid(range)
        }
    }

    #[test]
    fn several_rows_at_once_are_the_rows_one_by_one() {
        let mut random = random(11);
        for index in 0..12_000 {
            // Steep ones, flat ones, ones between grid points and from border to border, partly outside of the window.
            let width = [4, 300, 3_000, 70_000][index % 4];
            let height = [2_000, 60_000][index / 4 % 2];
            let grid = [1, 1, 64, 256][index / 8 % 4];
            let (left, top) = (random(75_000 - width) - 1_500, random(20_000));
            let mut at = || (left + random(width) / grid * grid, top + random(height) / grid * grid);
            let ((x1, y1), (x2, y2)) = (at(), at());
            let edge = Edge { x1, y1, x2, y2 };
            let [single, several] = both(&[edge], WINDOW);
            assert!(single == several, "{edge:?}");
        }
    }

    #[test]
    fn sums_of_many_edges_are_the_same() {
        let mut random = random(5);
        let edges: Vec<Edge> = (0..5_000)
            .map(|_| Edge { x1: random(70_000), y1: random(40_000), x2: random(70_000), y2: random(40_000) })
            .collect();
        let [single, several] = both(&edges, WINDOW);
        assert!(single == several);
    }

    #[test]
    fn the_widest_steps_are_exact() {
        let window = Window { x0: 0, x1: 700, y0: 0, y1: 40 };
        for advance in (lanes::WIDEST - 600..lanes::WIDEST + 3).chain([1, 255, 256, 257, 767, 768, 769]) {
            let mut edges = Vec::new();
            for (rows, part) in [(9, 0), (9, 1), (25, 12), (35, 34)] {
                let (y1, y2) = (300, 300 + (rows + 1) * 256);
                let x2 = (37 + (advance * (y2 - y1) + part * 256 / rows) / 256).min(700 * 256 - 1);
                edges.extend([Edge { x1: 37, y1, x2, y2 }, Edge { x1: x2, y1, x2: 37, y2 }]);
                edges.extend([Edge { x1: 37, y1: y2, x2, y2: y1 }, Edge { x1: x2, y1: y2, x2: 37, y2: y1 }]);
            }
            for edge in edges {
                let [single, several] = both(&[edge], window);
                assert!(single == several, "{edge:?}");
            }
        }
    }
}
