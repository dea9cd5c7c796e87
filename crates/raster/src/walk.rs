//! The walk along an edge: which cells it crosses, and what it adds to each.
//!
//! Repeats the integer arithmetic of Agg's `rasterizer_cells_aa` (idea: LibArt, FreeType, Maxim Shemanarev). What it adds
//! is a window: the parts of an edge outside it are jumped over in closed form, with the state that walking would have
//! left. Where Agg carries a remainder from cell to cell, so that heights add up to the floor of a fraction, that floor is
//! computed for each cell from its column: no cell waits for the one before.

use crate::window::Window;

/// Steps of the fixed-point grid in a pixel.
pub(crate) const SUBPIXELS: i32 = 256;
pub(crate) const SHIFT: u32 = 8;
const MASK: i32 = SUBPIXELS - 1;
/// Longest edge in x that is walked in one go; longer ones are halved, as in Agg.
const LONGEST_DX: i64 = 16384 << SHIFT;

/// An edge, in 1/256 px, y down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) x1: i32,
    pub(crate) y1: i32,
    pub(crate) x2: i32,
    pub(crate) y2: i32,
}

impl Edge {
    /// Whether Agg halves it.
    #[inline]
    fn is_too_long(&self) -> bool {
        let dx = i64::from(self.x2) - i64::from(self.x1);
        let dy = i64::from(self.y2) - i64::from(self.y1);
        dx.abs() >= LONGEST_DX || dy.abs() > i64::from(i32::MAX)
    }
}

/// Takes what an edge adds to cells. Cells may lie one column beside the window (for what is farther), never above or below.
pub(crate) trait Accumulator {
    /// The walk comes into a cell, perhaps without adding to it.
    fn enter(&mut self, x: i32, y: i32);
    /// Adds to a cell, which is then the one that the walk is in.
    fn add(&mut self, x: i32, y: i32, cover: i32, area: i32);
    /// The cells of a row.
    fn row(&mut self, y: i32) -> impl Row;
    /// Adds all of `rows`, if there is a quicker way than row by row: x behind them.
    #[inline(always)]
    fn whole_rows(&mut self, _rows: &WholeRows) -> Option<i32> {
        None
    }
}

/// Takes what an edge adds to the cells of one row.
pub(crate) trait Row {
    /// [`Accumulator::add`] in this row.
    fn add(&mut self, x: i32, cover: i32, area: i32);
}

/// Walks along edges within a window.
pub(crate) struct Walk<'a, A> {
    pub(crate) window: Window,
    pub(crate) cells: &'a mut A,
}

/// An edge over several rows: subpixels in 1/256 px.
struct Slanted {
    x1: i32,
    x2: i32,
    ey1: i32,
    fy1: i32,
    ey2: i32,
    fy2: i32,
    dy: i32,
}

/// The rows that an edge crosses from border to border.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WholeRows {
    /// The first one, and where the edge comes into it.
    pub(crate) row: i32,
    pub(crate) x: i32,
    /// How many there are; the edge goes downwards or upwards.
    pub(crate) count: i32,
    pub(crate) down: bool,
    /// What it advances in x from row to row, rounded down.
    pub(crate) lift: i32,
    /// What is left then, in parts of `dy`.
    pub(crate) rem: i32,
    pub(crate) dy: i32,
    /// The running remainder, less `dy`.
    pub(crate) carry: i32,
}

/// `n` where `v` is `n - 0.5 + f`, `0 < f < 1`, and small: the floor of a fraction whose half was taken off before.
#[inline]
fn floor_of_lowered(v: f64) -> i32 {
    /// Added to a double it leaves the rounded integer in the lowest bits.
    const MAGIC: f64 = (1u64 << 52) as f64 + (1u64 << 51) as f64;
    (v + MAGIC).to_bits() as i32
}

/// The floor of `dividend / divisor`; the divisor is positive. A half in the dividend keeps rounding away from the floor.
#[inline]
fn floor_of_quotient(dividend: i32, divisor: i32) -> i32 {
    let (dividend, divisor) = (f64::from(dividend), f64::from(divisor));
    floor_of_lowered((dividend + 0.5 - 0.5 * divisor) / divisor)
}

impl<A: Accumulator> Walk<'_, A> {
    /// Walks along edges.
    #[inline(always)]
    pub(crate) fn edges(&mut self, edges: &[Edge]) {
        for edge in edges {
            self.edge(edge);
        }
    }

    /// Walks along an edge.
    #[inline(always)]
    pub(crate) fn edge(&mut self, edge: &Edge) {
        if edge.is_too_long() { self.halves(edge) } else { self.whole::<true>(edge) }
    }

    /// An edge that is not too long; `QUICK`: several rows at once, if the cells can do that.
    #[inline(always)]
    fn whole<const QUICK: bool>(&mut self, &Edge { x1, y1, x2, y2 }: &Edge) {
        let dx = x2 - x1;
        let (ey1, ey2) = (y1 >> SHIFT, y2 >> SHIFT);
        if ey1.max(ey2) < self.window.y0 || ey1.min(ey2) >= self.window.y1 {
            return;
        }
        let (fy1, fy2) = (y1 & MASK, y2 & MASK);
        let inside = x1.min(x2) >> SHIFT >= self.window.x0 && x1.max(x2) >> SHIFT < self.window.x1;
        if ey1 == ey2 {
            self.enter(x1 >> SHIFT, ey1);
            if !inside {
                self.run_clipped(ey1, x1, fy1, x2, fy2);
            } else if fy1 == fy2 {
                self.cells.enter(x2 >> SHIFT, ey1);
            } else {
                self.run_inside(ey1, x1, x2, fy2 - fy1);
            }
        } else if dx == 0 {
            self.vertical(x1, ey1, fy1, ey2, fy2);
        } else {
            let edge = Slanted { x1, x2, ey1, fy1, ey2, fy2, dy: (y2 - y1).abs() };
            if inside { self.slanted::<QUICK, true>(&edge) } else { self.slanted::<QUICK, false>(&edge) }
        }
    }

    #[cold]
    fn halves(&mut self, edge: &Edge) {
        if !edge.is_too_long() {
            return self.whole::<false>(edge);
        }
        let &Edge { x1, y1, x2, y2 } = edge;
        let cx = (x1 >> 1) + (x2 >> 1) + (x1 & x2 & 1);
        let cy = (y1 >> 1) + (y2 >> 1) + (y1 & y2 & 1);
        self.halves(&Edge { x1, y1, x2: cx, y2: cy });
        self.halves(&Edge { x1: cx, y1: cy, x2, y2 });
    }

    /// Left of the window only heights count, for the whole row; right of it nothing does.
    #[inline]
    fn enter(&mut self, x: i32, y: i32) {
        self.cells.enter(x.clamp(self.window.x0 - 1, self.window.x1), y);
    }

    #[inline]
    fn add(&mut self, x: i32, y: i32, cover: i32, area: i32) {
        self.cells.add(x.clamp(self.window.x0 - 1, self.window.x1), y, cover, area);
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
            self.add(ex, row, height, two_fx * height);
        }
    }

    /// An edge over several rows that is not vertical; `INSIDE`: no column of it is outside the window.
    #[inline(always)]
    fn slanted<const QUICK: bool, const INSIDE: bool>(&mut self, edge: &Slanted) {
        let &Slanted { x1, x2, ey1, fy1, ey2, fy2, dy } = edge;
        let dx = x2 - x1;
        let down = ey2 > ey1;
        let (leave, enter, step) = if down { (SUBPIXELS, 0, 1) } else { (0, SUBPIXELS, -1) };
        // Advance in x over the first, partial row.
        let first_height = if down { SUBPIXELS - fy1 } else { fy1 };
        let product = first_height * dx;
        let advance = floor_of_quotient(product, dy);
        let mut x = x1 + advance;
        let window = self.window;
        let visible = |row: i32| row >= window.y0 && row < window.y1;
        if visible(ey1) {
            self.row::<INSIDE>(ey1, x1, fy1, x, leave);
        }
        let mut row = ey1 + step;
        if row != ey2 {
            // The running remainder.
            let mut carry = product - advance * dy - dy;
            let product = SUBPIXELS * dx;
            let lift = floor_of_quotient(product, dy);
            let rem = product - lift * dy;
            // Rows before the window, in closed form.
            let skip = if down { window.y0 - row } else { row - (window.y1 - 1) };
            let skip = skip.clamp(0, (ey2 - row).abs());
            if skip > 0 {
                let total = i64::from(carry) + i64::from(skip) * i64::from(rem);
                let carries = (total + i64::from(dy)).div_euclid(i64::from(dy));
                carry = (total - carries * i64::from(dy)) as i32;
                x += (i64::from(skip) * i64::from(lift) + carries) as i32;
                row += skip * step;
            }
            let end = if down { ey2.min(window.y1) } else { ey2.max(window.y0 - 1) };
            let count = ((end - row) * step).max(0);
            let rows = WholeRows { row, x, count, down, lift, rem, dy, carry };
            x = self.whole_rows::<QUICK, INSIDE>(&rows, dx > 0);
            if end != ey2 {
                return; // Behind the window, where nothing follows.
            }
        }
        if visible(ey2) {
            self.row::<INSIDE>(ey2, x, enter, x2, fy2);
        }
    }

    /// Adds whole rows; x behind them.
    #[inline(always)]
    fn whole_rows<const QUICK: bool, const INSIDE: bool>(&mut self, rows: &WholeRows, right: bool) -> i32 {
        if !INSIDE {
            return self.whole_rows_clipped(rows);
        }
        if QUICK && let Some(x) = self.cells.whole_rows(rows) {
            return x;
        }
        match (rows.down, right) {
            (true, true) => self.whole_rows_inside::<true, true>(rows),
            (true, false) => self.whole_rows_inside::<true, false>(rows),
            (false, true) => self.whole_rows_inside::<false, true>(rows),
            (false, false) => self.whole_rows_inside::<false, false>(rows),
        }
    }

    #[inline]
    fn whole_rows_inside<const DOWN: bool, const RIGHT: bool>(&mut self, rows: &WholeRows) -> i32 {
        let &WholeRows { mut row, mut x, count, lift, rem, dy, mut carry, .. } = rows;
        let (leave, step) = if RIGHT { (SUBPIXELS, 1) } else { (0, -1) };
        let sign = if DOWN { 1 } else { -1 };
        // Rows advance by `lift` or one more, so two slopes serve them all: height per subpixel of x, and what is added so
        // that the rounded sum is the floor (see `run_inside`).
        let slopes = [lift, lift + 1].map(|advance| {
            let width = f64::from(advance.abs());
            let lowered = if DOWN { 0.5 - 0.5 * width } else { 0.5 * width - 0.5 };
            (f64::from(SUBPIXELS) / width, lowered / width)
        });
        for _ in 0..count {
            carry += rem;
            let carried = carry >= 0;
            carry -= if carried { dy } else { 0 };
            // In this order: the sum may be the least number there is.
            let next = x + (lift + i32::from(carried));
            let (slope, lowered) = slopes[usize::from(carried)];
            let (ex1, ex2) = (x >> SHIFT, next >> SHIFT);
            let (fx1, fx2) = (x & MASK, next & MASK);
            let first_width = if RIGHT { SUBPIXELS - fx1 } else { fx1 };
            let mut height = f64::from(first_width) * slope + lowered;
            let mut cells = self.cells.row(row);
            // An edge that stays within a cell is taken as leaving it at its end: whether it does is hard to foresee, and
            // branches that are foreseen wrongly cost more than adding zeros.
            let stays = ex1 == ex2;
            let mut reached = if stays { SUBPIXELS } else { floor_of_lowered(height) };
            let side = if stays { fx2 } else { leave };
            cells.add(ex1, sign * reached, (fx1 + side) * (sign * reached));
            if (ex2 - ex1) * step > 1 {
                let mut ex = ex1 + step;
                while ex != ex2 {
                    height += f64::from(SUBPIXELS) * slope;
                    let next = floor_of_lowered(height);
                    let cover = sign * (next - reached);
                    cells.add(ex, cover, SUBPIXELS * cover);
                    reached = next;
                    ex += step;
                }
            }
            let rest = sign * (SUBPIXELS - reached);
            cells.add(ex2, rest, (fx2 + SUBPIXELS - leave) * rest);
            x = next;
            row += sign;
        }
        x
    }

    /// [`Walk::whole_rows`] of an edge that is partly beside the window.
    fn whole_rows_clipped(&mut self, rows: &WholeRows) -> i32 {
        let &WholeRows { mut row, mut x, count, down, lift, rem, dy, mut carry } = rows;
        let (enter, leave, step) = if down { (0, SUBPIXELS, 1) } else { (SUBPIXELS, 0, -1) };
        for _ in 0..count {
            carry += rem;
            let carried = carry >= 0;
            carry -= if carried { dy } else { 0 };
            let next = x + (lift + i32::from(carried));
            self.enter(x >> SHIFT, row);
            self.run_clipped(row, x, enter, next, leave);
            x = next;
            row += step;
        }
        x
    }

    /// The part of an edge within one row, which may be empty.
    #[inline]
    fn row<const INSIDE: bool>(&mut self, row: i32, x1: i32, fy1: i32, x2: i32, fy2: i32) {
        self.enter(x1 >> SHIFT, row);
        if !INSIDE {
            self.run_clipped(row, x1, fy1, x2, fy2);
        } else if fy1 == fy2 {
            self.cells.enter(x2 >> SHIFT, row);
        } else {
            self.run_inside(row, x1, x2, fy2 - fy1);
        }
    }

    /// The part of an edge within one row, in columns of the window.
    #[inline]
    fn run_inside(&mut self, row: i32, x1: i32, x2: i32, height: i32) {
        let (ex1, ex2) = (x1 >> SHIFT, x2 >> SHIFT);
        let (fx1, fx2) = (x1 & MASK, x2 & MASK);
        if ex1 == ex2 {
            self.cells.add(ex1, row, height, (fx1 + fx2) * height);
            return;
        }
        let right = x2 > x1;
        let (leave, step) = if right { (SUBPIXELS, 1) } else { (0, -1) };
        let width = f64::from((x2 - x1).abs());
        let inverse = 1.0 / width;
        let first_width = if right { SUBPIXELS - fx1 } else { fx1 };
        // The height at a column's border is the floor of `along * height / width`, downwards also for negative heights.
        // A half is added to the dividend, so that the rounded quotient cannot fall short, and half a divisor taken off.
        let (sign, steep) = if height > 0 { (1, f64::from(height)) } else { (-1, f64::from(-height)) };
        let lowered = if height > 0 { 0.5 - 0.5 * width } else { 0.5 * width - 0.5 };
        let mut dividend = f64::from(first_width) * steep + lowered;
        let mut reached = sign * floor_of_lowered(dividend * inverse);
        self.cells.add(ex1, row, reached, (fx1 + leave) * reached);
        let mut ex = ex1 + step;
        while ex != ex2 {
            dividend += f64::from(SUBPIXELS) * steep;
            let next = sign * floor_of_lowered(dividend * inverse);
            self.cells.add(ex, row, next - reached, SUBPIXELS * (next - reached));
            reached = next;
            ex += step;
        }
        self.cells.add(ex2, row, height - reached, (fx2 + SUBPIXELS - leave) * (height - reached));
    }

    /// The part of an edge within one row, partly beside the window; the cell at `x1` has been entered.
    fn run_clipped(&mut self, row: i32, x1: i32, fy1: i32, x2: i32, fy2: i32) {
        let (ex1, ex2) = (x1 >> SHIFT, x2 >> SHIFT);
        if fy1 == fy2 {
            self.enter(ex2, row);
            return;
        }
        let (fx1, fx2) = (x1 & MASK, x2 & MASK);
        let height = fy2 - fy1;
        let Window { x0, x1: x_end, .. } = self.window;
        if ex1 == ex2 {
            if ex1 < x_end {
                self.add(ex1, row, height, (fx1 + fx2) * height);
            }
            return;
        }
        if ex1.max(ex2) < x0 {
            self.add(x0 - 1, row, height, 0);
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
            self.add(ex1, row, advance, (fx1 + leave) * advance);
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
                self.add(x0 - 1, row, height, 0);
            } else if !right && ex >= x_end {
                skip((ex - x_end + 1).min(ex - ex2), &mut fy, &mut ex);
            }
            while ex != ex2 {
                if right && ex >= x_end {
                    return;
                }
                if !right && ex < x0 {
                    self.add(ex, row, fy2 - fy, 0);
                    return;
                }
                let mut advance = lift;
                carry += rem;
                if carry >= 0 {
                    carry -= width;
                    advance += 1;
                }
                self.add(ex, row, advance, SUBPIXELS * advance);
                fy += advance;
                ex += step;
            }
        }
        self.enter(ex2, row);
        if ex2 < x_end {
            let rest = fy2 - fy;
            self.add(ex2, row, rest, (fx2 + SUBPIXELS - leave) * rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_down() {
        let numbers = [1, 2, 3, 7, 255, 256, 257, 65_535, 65_536, 4_194_303, 1 << 30, i32::MAX];
        for divisor in numbers {
            for factor in [0, 1, 2, 100, 255] {
                for offset in [-1, 0, 1] {
                    let Some(dividend) = divisor.checked_mul(factor).and_then(|product| product.checked_add(offset))
                    else {
                        continue;
                    };
                    for dividend in [dividend, -dividend] {
                        assert_eq!(floor_of_quotient(dividend, divisor), dividend.div_euclid(divisor));
                    }
                }
            }
        }
    }

    /// Adds up what lines give to cells, which must not depend on the window's side borders.
    #[derive(Default)]
    struct Sums(std::collections::BTreeMap<(i32, i32), (i32, i32)>);

    impl Accumulator for Sums {
        fn enter(&mut self, _: i32, _: i32) {}

        fn add(&mut self, x: i32, y: i32, cover: i32, area: i32) {
            let sums = self.0.entry((y, x)).or_default();
            *sums = (sums.0 + cover, sums.1 + area);
        }

        fn row(&mut self, y: i32) -> impl Row {
            SumsRow(self, y)
        }
    }

    struct SumsRow<'a>(&'a mut Sums, i32);

    impl Row for SumsRow<'_> {
        fn add(&mut self, x: i32, cover: i32, area: i32) {
            self.0.add(x, self.1, cover, area);
        }
    }

    #[test]
    fn walking_inside_equals_carrying_remainders() {
        let mut state = 7u64;
        let mut random = |range: i32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as i32).rem_euclid(range)
        };
        for index in 0..20_000 {
            let range = [300, 2_000, 50_000][index % 3];
            let [x1, y1, x2, y2] = [(); 4].map(|()| random(range));
            let edge = Edge { x1, y1, x2, y2 };
            let inside = Window { x0: 0, x1: 300, y0: 0, y1: 300 };
            let (mut quick, mut careful) = (Sums::default(), Sums::default());
            Walk { window: inside, cells: &mut quick }.edge(&edge);
            // A border through the rightmost cell makes the edge one that is clipped.
            let last = x1.max(x2) >> SHIFT;
            Walk { window: Window { x1: last, ..inside }, cells: &mut careful }.edge(&edge);
            quick.0.retain(|&(_, x), sums| x < last && *sums != (0, 0));
            careful.0.retain(|&(_, x), sums| x < last && *sums != (0, 0));
            assert_eq!(quick.0, careful.0, "({x1}, {y1}) to ({x2}, {y2})");
        }
    }

    #[test]
    fn edges_may_end_at_the_least_number() {
        let window = Window { x0: 0, x1: 40, y0: 0, y1: 41 };
        for (dx, dy) in [(2_098_276, 1125), (1, 512), (257, 700), (4_000_000, 9_000)] {
            for (y1, y2) in [(10_240 - dy, 10_240), (10_240, 10_240 - dy)] {
                let mut sums = Sums::default();
                Walk { window, cells: &mut sums }.edge(&Edge { x1: i32::MIN + dx, y1, x2: i32::MIN, y2 });
                let height: i32 = sums.0.values().map(|sums| sums.0).sum();
                assert_eq!(height, y2 - y1, "{dx} {dy}");
            }
        }
    }
}
