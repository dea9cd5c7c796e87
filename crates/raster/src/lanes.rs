//! Whole rows of an edge, eight at once.
//!
//! Where an edge crosses rows from border to border, what it adds to the cells of a row is known from where it enters and
//! leaves the row. Lanes are rows: each knows its x and the remainder of the division that Agg carries from row to row, and
//! moves on by eight rows with one more such division. What the lanes have worked out is then added row by row, two cells
//! at a time.

use std::hint::black_box;

use fearless_simd::prelude::*;
use fearless_simd::{Simd, f32x8, i32x4, i32x8, mask32x8};

use crate::walk::{SHIFT, SUBPIXELS, WholeRows};

/// Rows at once.
pub(crate) const LANES: usize = 8;
/// Widest advance in x from row to row for which the floors of quotients come out exactly in single precision, 1/256 px.
pub(crate) const WIDEST: i32 = 16 * SUBPIXELS;
/// Cells before and behind an array of rows that an edge inside of them may add zeros to; the first two also take what is in no
/// row.
pub(crate) const MARGIN: usize = 2 * (WIDEST / SUBPIXELS) as usize;
/// Rows of an edge from which taking eight at once pays.
const SEVERAL_ROWS: i32 = 3;
/// Largest height for which remainders can be added, 1/256 px.
const HIGHEST: i32 = 1 << 28;

/// A division with remainder: what is added in x, and left in parts of the height.
#[derive(Clone, Copy)]
struct Step {
    lift: i32,
    rem: i32,
}

impl Step {
    #[inline(always)]
    fn twice(self, dy: i32) -> Self {
        let rem = 2 * self.rem - dy;
        let carried = rem >= 0;
        Self {
            lift: self.lift.wrapping_mul(2).wrapping_add(i32::from(carried)),
            rem: if carried { rem } else { rem + dy },
        }
    }
}

/// Takes what is added to cells in several rows.
pub(crate) trait PairSink<S: Simd> {
    /// Cover and area of two cells side by side in each of the first `lanes` rows, of which one may be zeros; `indices`
    /// are the numbers of the left ones.
    fn add_pairs(&mut self, lanes: usize, indices: i32x8<S>, sums: [i32x4<S>; LANES]);
}

/// Cells in an array with a [`MARGIN`].
impl<S: Simd> PairSink<S> for [[i32; 2]] {
    #[inline(always)]
    fn add_pairs(&mut self, lanes: usize, indices: i32x8<S>, sums: [i32x4<S>; LANES]) {
        let simd = indices.simd;
        let nowhere = i32x8::splat(simd, 0);
        let indices = row_numbers(simd).simd_lt(lanes as i32).select(indices, nowhere);
        // Through memory: taken out of a register, they would wait for the unit that `rows_of` needs as well.
        let indices = black_box(indices.to_array());
        for (at, sums) in indices.into_iter().zip(sums) {
            let at = at as u32 as usize;
            let cells = self[at..at + 2].as_flattened_mut();
            (i32x4::from_slice(simd, cells) + sums).store_slice(cells);
        }
    }
}

/// Rows of numbered cells, of which the first has number `origin` at x = 0.
pub(crate) struct Grid<'a, C: ?Sized> {
    pub(crate) cells: &'a mut C,
    /// Number of the cell at x = 0 in the first row that is crossed.
    pub(crate) origin: i32,
    /// From a row to the one that is crossed next.
    pub(crate) stride: i32,
}

/// Whether [`add_rows`] can be used and pays.
#[inline(always)]
pub(crate) fn fits(rows: &WholeRows) -> bool {
    rows.count >= SEVERAL_ROWS && rows.lift >= -WIDEST && rows.lift < WIDEST && rows.dy <= HIGHEST
}

/// Where the edge comes into each of eight rows, and the remainder there, from 0 to `dy`.
#[derive(Clone, Copy)]
struct Place<S: Simd> {
    x: i32x8<S>,
    carry: i32x8<S>,
}

impl<S: Simd> Place<S> {
    /// Moves on in the lanes where `lanes` has all bits set. Also returned is where the step is the shorter one.
    #[inline(always)]
    fn moved(self, step: Step, dy: i32, lanes: i32x8<S>) -> (Self, mask32x8<S>) {
        // Where nothing is added, all stays as it is.
        let lowered = self.carry + (lanes & (step.rem - dy));
        let is_short = lowered.simd_lt(0);
        let mask = is_short.to_vector();
        let x = self.x + (lanes & step.lift.wrapping_add(1)) + mask;
        (Self { x, carry: lowered + (mask & dy) }, is_short)
    }
}

/// Adds rows which are all inside the grid; returns x behind the last.
#[inline(always)]
pub(crate) fn add_rows<S: Simd, C: PairSink<S> + ?Sized>(simd: S, rows: &WholeRows, grid: Grid<'_, C>) -> i32 {
    match (rows.down, rows.lift >= 0) {
        (true, true) => add_rows_towards::<S, C, true, true>(simd, rows, grid),
        (true, false) => add_rows_towards::<S, C, true, false>(simd, rows, grid),
        (false, true) => add_rows_towards::<S, C, false, true>(simd, rows, grid),
        (false, false) => add_rows_towards::<S, C, false, false>(simd, rows, grid),
    }
}

#[inline(always)]
fn add_rows_towards<S: Simd, C: PairSink<S> + ?Sized, const DOWN: bool, const RIGHT: bool>(
    simd: S,
    rows: &WholeRows,
    grid: Grid<'_, C>,
) -> i32 {
    let &WholeRows { x, count, lift, rem, dy, carry, .. } = rows;
    let one = Step { lift, rem };
    let two = one.twice(dy);
    let four = two.twice(dy);
    let eight = four.twice(dy);
    let all = i32x8::splat(simd, -1);
    let mut place = Place { x: i32x8::splat(simd, x), carry: i32x8::splat(simd, carry + dy) };
    (place, _) = place.moved(four, dy, i32x8::simd_from(simd, [0, 0, 0, 0, -1, -1, -1, -1]));
    (place, _) = place.moved(two, dy, i32x8::simd_from(simd, [0, 0, -1, -1, 0, 0, -1, -1]));
    (place, _) = place.moved(one, dy, i32x8::simd_from(simd, [0, -1, 0, -1, 0, -1, 0, -1]));
    // Rows advance by `lift` or one more.
    let short_slope = f32x8::splat(simd, SUBPIXELS as f32 / lift.abs() as f32);
    let long_slope = f32x8::splat(simd, SUBPIXELS as f32 / (lift + 1).abs() as f32);
    let widest = lift.abs().max((lift + 1).abs());
    let pairs = ((widest + SUBPIXELS - 1) >> (SHIFT + 1)) + 1;
    let mut row_origins = row_numbers(simd) * grid.stride + grid.origin;
    let mut rest = count;
    loop {
        let (end, is_short) = place.moved(one, dy, all);
        let slope = is_short.select(short_slope, long_slope);
        let (from, to) = if DOWN { (place.x, end.x) } else { (end.x, place.x) };
        let indices = row_origins + (from >> SHIFT);
        let lanes = rest.min(LANES as i32) as usize;
        if RIGHT == DOWN {
            add_cells::<S, C, DOWN, true>(&Crossing::new::<true>(from, to, slope), pairs, lanes, indices, grid.cells);
        } else {
            add_cells::<S, C, DOWN, false>(&Crossing::new::<false>(from, to, slope), pairs, lanes, indices, grid.cells);
        }
        rest -= LANES as i32;
        if rest <= 0 {
            return end.x.to_array()[lanes - 1];
        }
        (place, _) = place.moved(eight, dy, all);
        row_origins += grid.stride * LANES as i32;
    }
}

/// How an edge lies in each of eight rows, all from border to border. Rows are taken downwards: upwards they are the same
/// with the other sign.
struct Crossing<S: Simd> {
    /// The width up to the first border between cells that is crossed, if any is. A part of a subpixel more keeps what is
    /// whole from being rounded below.
    along: f32x8<S>,
    /// Height per subpixel of x.
    slope: f32x8<S>,
    /// Where it enters and leaves, relative to the cell in which it enters.
    enter: i32x8<S>,
    leave: i32x8<S>,
}

impl<S: Simd> Crossing<S> {
    #[inline(always)]
    fn new<const FORWARD: bool>(from: i32x8<S>, to: i32x8<S>, slope: f32x8<S>) -> Self {
        let enter = from & (SUBPIXELS - 1);
        let first_width = if FORWARD { i32x8::splat(from.simd, SUBPIXELS) - enter } else { enter };
        let along = first_width.to_float::<f32x8<S>>() + 1.0 / 512.0;
        Self { along, slope, enter, leave: to - from + enter }
    }

    /// The height at a border, counted from where it enters, or all of the row's if it leaves before.
    #[inline(always)]
    fn height(&self, border: i32) -> i32x8<S> {
        let height = (self.along + (border * SUBPIXELS) as f32) * self.slope;
        height.min(f32x8::splat(height.simd, SUBPIXELS as f32)).to_int()
    }

    /// Cover and area of two cells side by side, the left one first: those that it crosses after `pair` others.
    /// `reached` is the height at which it comes into them, and then that at which it leaves them.
    #[inline(always)]
    fn pair<const DOWN: bool, const FORWARD: bool>(&self, pair: i32, reached: &mut i32x8<S>) -> [i32x8<S>; 4] {
        let simd = self.along.simd;
        let (zero, whole) = (i32x8::splat(simd, 0), i32x8::splat(simd, SUBPIXELS));
        let (first, second) = (self.height(2 * pair), self.height(2 * pair + 1));
        let (mut cover1, mut cover2) = (first - *reached, second - first);
        *reached = second;
        if !DOWN {
            (cover1, cover2) = (zero - cover1, zero - cover2);
        }
        // Twice the mean distance from the cells' left borders.
        let gone = 2 * pair * SUBPIXELS;
        let (mut sides1, sides2);
        if FORWARD {
            sides1 = (self.leave - gone).min(whole);
            sides2 = (self.leave - (gone + SUBPIXELS)).min(whole);
            if pair == 0 {
                sides1 += self.enter;
            }
        } else {
            sides1 = (self.leave + gone).max(zero) + if pair == 0 { self.enter } else { whole };
            sides2 = (self.leave + (gone + SUBPIXELS)).max(zero) + whole;
        }
        let (area1, area2) = (sides1 * cover1, sides2 * cover2);
        if FORWARD { [cover1, area1, cover2, area2] } else { [cover2, area2, cover1, area1] }
    }
}

/// Adds `pairs` of cells of each of the first `lanes` rows; `indices` are those of the cells in which the edge enters.
#[inline(always)]
fn add_cells<S: Simd, C: PairSink<S> + ?Sized, const DOWN: bool, const FORWARD: bool>(
    crossing: &Crossing<S>,
    pairs: i32,
    lanes: usize,
    indices: i32x8<S>,
    cells: &mut C,
) {
    let mut reached = i32x8::splat(indices.simd, 0);
    for pair in 0..pairs {
        let rows = rows_of(crossing.pair::<DOWN, FORWARD>(pair, &mut reached));
        let indices = if FORWARD { indices + 2 * pair } else { indices - (2 * pair + 1) };
        cells.add_pairs(lanes, indices, rows);
    }
}

/// Rows counted from the first lane.
#[inline(always)]
fn row_numbers<S: Simd>(simd: S) -> i32x8<S> {
    i32x8::simd_from(simd, [0, 1, 2, 3, 4, 5, 6, 7])
}

/// Four numbers of each row.
#[inline(always)]
fn rows_of<S: Simd>([a, b, c, d]: [i32x8<S>; 4]) -> [i32x4<S>; LANES] {
    // In full width: halves would take twice the steps.
    let (ac_low, ac_high) = a.interleave(c);
    let (bd_low, bd_high) = b.interleave(d);
    let ((rows01, rows23), (rows45, rows67)) = (ac_low.interleave(bd_low), ac_high.interleave(bd_high));
    let [(row0, row1), (row2, row3), (row4, row5), (row6, row7)] = [rows01, rows23, rows45, rows67].map(
        #[inline(always)]
        |rows| rows.split(),
    );
    [row0, row1, row2, row3, row4, row5, row6, row7]
}
