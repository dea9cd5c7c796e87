//! Whole rows of an edge, eight at once.
//!
//! Where an edge crosses rows from border to border, what it adds to the cells of a row is known from where it enters and
//! leaves the row. Lanes are rows: each knows its x and the remainder of the division that Agg carries from row to row, and
//! moves on by eight rows with one more such division. What the lanes have worked out is then added row by row, two cells
//! at a time.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, f32x8, i32x4, i32x8};

use crate::walk::{SHIFT, SUBPIXELS, WholeRows};

/// Rows at once.
const LANES: usize = 8;
/// Widest advance in x from row to row for which the floors of quotients come out exactly in single precision, 1/256 px.
pub(crate) const WIDEST: i32 = 16 * SUBPIXELS;
/// Cells before and behind an array of rows that an edge inside of them may add zeros to.
pub(crate) const MARGIN: usize = 2 * (WIDEST / SUBPIXELS) as usize;
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

/// Rows of cells (cover and area), of which the first has index `origin` at x = 0.
pub(crate) struct Grid<'a> {
    pub(crate) cells: &'a mut [[i32; 2]],
    /// Index of the cell at x = 0 in the first row that is crossed.
    pub(crate) origin: i32,
    /// From a row to the one that is crossed next.
    pub(crate) stride: i32,
}

/// Whether [`add_rows`] can be used.
#[inline(always)]
pub(crate) fn fits(rows: &WholeRows) -> bool {
    rows.lift >= -WIDEST && rows.lift < WIDEST && rows.dy <= HIGHEST
}

/// Adds rows which are all inside the grid; returns x behind the last.
#[inline(always)]
pub(crate) fn add_rows<S: Simd, const DOWN: bool, const RIGHT: bool>(simd: S, rows: &WholeRows, grid: Grid<'_>) -> i32 {
    let &WholeRows { x, count, lift, rem, dy, carry, .. } = rows;
    let splat = |v: i32| i32x8::splat(simd, v);
    let zero = splat(0);
    let all_dy = splat(dy);
    // One step for all lanes: x and the remainder after it, with what is added to them. Remainders are from 0 to `dy`.
    let advance = |x: i32x8<S>, carry: i32x8<S>, lift: i32x8<S>, lowered_rem: i32x8<S>| {
        let lowered = carry + lowered_rem;
        let stays = lowered.simd_lt(zero);
        let mask = stays.to_vector();
        (x + lift + mask, lowered + (mask & all_dy), stays)
    };
    let one = Step { lift, rem };
    let two = one.twice(dy);
    let four = two.twice(dy);
    let eight = four.twice(dy);
    let (mut starts, mut carries) = (splat(x), splat(carry + dy));
    for (step, lanes) in
        [(four, [0, 0, 0, 0, -1, -1, -1, -1]), (two, [0, 0, -1, -1, 0, 0, -1, -1]), (one, [0, -1, 0, -1, 0, -1, 0, -1])]
    {
        let lanes = i32x8::simd_from(simd, lanes);
        // Lanes to which nothing is added stay where they are.
        let lifts = splat(step.lift + 1) & lanes;
        let rems = splat(step.rem - dy) & lanes;
        let (moved, left, _) = advance(starts, carries, lifts, rems);
        starts = moved;
        carries = left;
    }
    let (lift_one, rem_one) = (splat(lift + 1), splat(rem - dy));
    let (lift_eight, rem_eight) = (splat(eight.lift.wrapping_add(1)), splat(eight.rem - dy));
    // Rows advance by `lift` or one more. Height per subpixel of x:
    let slope = |width: i32| f32x8::splat(simd, SUBPIXELS as f32 / width.abs() as f32);
    let (slope_staying, slope_carried) = (slope(lift), slope(lift + 1));
    let widest = lift.abs().max((lift + 1).abs());
    let pairs = ((widest + SUBPIXELS - 1) >> (SHIFT + 1)) + 1;
    let row_offsets = i32x8::simd_from(simd, [0, 1, 2, 3, 4, 5, 6, 7]) * splat(grid.stride);
    let mut row_origins = splat(grid.origin) + row_offsets;
    let rows_stride = splat(grid.stride * LANES as i32);
    let whole = splat(SUBPIXELS);
    let limit = f32x8::splat(simd, SUBPIXELS as f32);
    let forward = RIGHT == DOWN;
    let mut rest = count;
    loop {
        let (ends, _, stays) = advance(starts, carries, lift_one, rem_one);
        let slopes = stays.select(slope_staying, slope_carried);
        // Rows are taken downwards: upwards they are the same with the other sign.
        let (from, to) = if DOWN { (starts, ends) } else { (ends, starts) };
        let columns = from >> SHIFT;
        let enter = from & (SUBPIXELS - 1);
        // Relative to the cell in which it enters.
        let leave = to - from + enter;
        let first_width = if forward { whole - enter } else { enter };
        // A part of a subpixel keeps what is whole from being rounded below.
        let along: f32x8<S> = first_width.to_float::<f32x8<S>>() + 1.0 / 512.0;
        let reached = |border: i32| -> i32x8<S> {
            let height = (along + (border * SUBPIXELS) as f32) * slopes;
            height.min(limit).to_int()
        };
        let indices = row_origins + columns;
        let mut before = zero;
        let lanes = rest.min(LANES as i32) as usize;
        for pair in 0..pairs {
            let (first, second) = (reached(2 * pair), reached(2 * pair + 1));
            let (mut cover1, mut cover2) = (first - before, second - first);
            before = second;
            if !DOWN {
                (cover1, cover2) = (zero - cover1, zero - cover2);
            }
            let gone = 2 * pair * SUBPIXELS;
            let (mut sides1, sides2);
            if forward {
                sides1 = (leave - gone).min(whole);
                sides2 = (leave - (gone + SUBPIXELS)).min(whole);
                if pair == 0 {
                    sides1 += enter;
                }
            } else {
                sides1 = (leave + gone).max(zero) + if pair == 0 { enter } else { whole };
                sides2 = (leave + (gone + SUBPIXELS)).max(zero) + whole;
            }
            let (area1, area2) = (sides1 * cover1, sides2 * cover2);
            let indices = if forward { indices + 2 * pair } else { indices - (2 * pair + 1) };
            let [left, right] =
                if forward { [(cover1, area1), (cover2, area2)] } else { [(cover2, area2), (cover1, area1)] };
            scatter(simd, left, right, indices, lanes, grid.cells);
        }
        rest -= LANES as i32;
        if rest <= 0 {
            return ends.to_array()[lanes - 1];
        }
        (starts, carries, _) = advance(starts, carries, lift_eight, rem_eight);
        row_origins += rows_stride;
    }
}

/// Adds cover and area of two cells side by side to each of the first `lanes` rows.
#[inline(always)]
fn scatter<S: Simd>(
    simd: S,
    left: (i32x8<S>, i32x8<S>),
    right: (i32x8<S>, i32x8<S>),
    indices: i32x8<S>,
    lanes: usize,
    cells: &mut [[i32; 2]],
) {
    let halves = [left.0.split(), left.1.split(), right.0.split(), right.1.split()];
    let low = transpose(halves.map(|half| half.0));
    let high = transpose(halves.map(|half| half.1));
    let rows = [low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]];
    let indices = indices.to_array();
    let mut add = |lane: usize| {
        let at = indices[lane] as u32 as usize;
        let [left, right] = &mut cells[at..at + 2] else { return };
        let sums = [*left, *right];
        let sums = i32x4::from_slice(simd, sums.as_flattened()) + rows[lane];
        let sums = sums.to_array();
        (*left, *right) = ([sums[0], sums[1]], [sums[2], sums[3]]);
    };
    if lanes == LANES {
        for lane in 0..LANES {
            add(lane);
        }
    } else {
        for lane in 0..lanes {
            add(lane);
        }
    }
}

#[inline(always)]
fn transpose<S: Simd>([a, b, c, d]: [i32x4<S>; 4]) -> [i32x4<S>; 4] {
    // Of each row two numbers, then four.
    let (ac01, ac23) = a.interleave(c);
    let (bd01, bd23) = b.interleave(d);
    let (row0, row1) = ac01.interleave(bd01);
    let (row2, row3) = ac23.interleave(bd23);
    [row0, row1, row2, row3]
}
