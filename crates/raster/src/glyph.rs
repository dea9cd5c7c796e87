//! Coverage of a glyph outline at a place on the canvas.
//!
//! The bitmaps equal those of FreeType's smooth rasteriser (`FT_Render_Glyph` with `FT_RENDER_MODE_NORMAL`, 2.11.1 to
//! 2.14.3 at least) to the bit, for outlines that FreeType itself would draw. The idea is the common one of exact area
//! coverage: every piece of the outline adds to each pixel cell it crosses how far it goes up (`cover`) and the area
//! between it and the left border of the cell (`area`); a sum along the row gives the coverage. What makes the result
//! FreeType's are its roundings, kept here in [`Pen`]: where a line enters the next cell, how curves are cut into lines.
//!
//! Ours is a dense array with one running difference per cell instead of a list of sorted cells. All sums are integers, so
//! their order does not matter, and neither does cutting a glyph into windows.
//!
//! Coordinates: *sub-units* are 1/256 px, four to each step of 26.6 fixed point, counted from the lower left corner of the
//! scanned window, y up. Cells have one bit more than the product of two fractions, hence the 512 and `>> 9` below.

use text::{Delta, Outline, SUBPIXELS_PER_PX, Segment};

/// Sub-units in a pixel, and by how many bits to shift.
const ONE_PX: i32 = 256;
const PX_BITS: u32 = 8;

/// Most cells that a band of [`bands`] may have; 4 MiB of scratch memory.
const MAX_BAND_CELLS: i64 = 1 << 20;

/// A rectangle of pixels; y up from the bottom of the canvas, `right` and `top` excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelWindow {
    /// First column.
    pub left: i32,
    /// Lowest row.
    pub bottom: i32,
    /// Column after the last.
    pub right: i32,
    /// Row above the highest.
    pub top: i32,
}

impl PixelWindow {
    /// Every pixel that an outline shifted by a [`Delta`] can reach.
    pub const EVERYWHERE: Self = Self { left: -(1 << 24), bottom: -(1 << 24), right: 1 << 24, top: 1 << 24 };

    /// The pixels of both; may be empty, with `right < left` or `top < bottom`.
    pub fn intersect(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        }
    }

    /// Whether there is no pixel in it.
    pub fn is_empty(self) -> bool {
        self.right <= self.left || self.top <= self.bottom
    }

    /// The pixels an outline touches when moved by `delta`; `None` if it has no points.
    pub fn of_outline(outline: &Outline, delta: Delta) -> Option<Self> {
        let bounds = outline.bounds()?;
        Some(Self {
            left: (bounds.x_min + delta.x).div_euclid(SUBPIXELS_PER_PX),
            bottom: (bounds.y_min + delta.y).div_euclid(SUBPIXELS_PER_PX),
            right: (bounds.x_max + delta.x + SUBPIXELS_PER_PX - 1).div_euclid(SUBPIXELS_PER_PX),
            top: (bounds.y_max + delta.y + SUBPIXELS_PER_PX - 1).div_euclid(SUBPIXELS_PER_PX),
        })
    }
}

/// A scanned glyph, or the part of it that lies in the window; borrowed from a [`GlyphScanner`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlyphCoverage<'a> {
    /// Column of the leftmost pixel.
    pub left: i32,
    /// Upper edge of the topmost row, y up from the bottom of the canvas.
    pub top: i32,
    /// Number of columns.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// `width * height` coverages, 0 to 255, without padding; row 0 is the topmost.
    pub coverage: &'a [u8],
}

/// Cut what `outline`, moved by `delta`, touches of `window` into windows of limited size, from the top down.
///
/// Nearly always there is one (or none, when the glyph is not in the window); huge glyphs come in several, so that scratch
/// memory stays small.
pub fn bands(outline: &Outline, delta: Delta, window: PixelWindow) -> impl Iterator<Item = PixelWindow> + use<> {
    let whole = PixelWindow::of_outline(outline, delta)
        .map(|touched| touched.intersect(window))
        .filter(|touched| !touched.is_empty());
    let rows = whole.map_or(1, |w| (MAX_BAND_CELLS / (i64::from(w.right) - i64::from(w.left) + 2)).max(1) as i32);
    let mut rest = whole;
    std::iter::from_fn(move || {
        let whole = rest?;
        let bottom = whole.bottom.max(whole.top.saturating_sub(rows));
        rest = (bottom > whole.bottom).then_some(PixelWindow { top: bottom, ..whole });
        Some(PixelWindow { bottom, ..whole })
    })
}

/// Turns outlines into coverage; keeps its memory from one glyph to the next.
#[derive(Debug, Default)]
pub struct GlyphScanner {
    cells: Vec<i32>,
    coverage: Vec<u8>,
}

impl GlyphScanner {
    /// A scanner without memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The coverage of `outline`, moved by `delta`, in the pixels of `window` that it touches.
    ///
    /// Time and memory grow with the touched part of the window; take the windows from [`bands`] where outline and
    /// window may both be huge. A glyph outside of the window has zero columns or rows.
    pub fn scan(&mut self, outline: &Outline, delta: Delta, window: PixelWindow) -> GlyphCoverage<'_> {
        let Some(touched) = PixelWindow::of_outline(outline, delta) else {
            return GlyphCoverage { left: 0, top: 0, width: 0, height: 0, coverage: &[] };
        };
        let seen = touched.intersect(window);
        let (width, height) = ((seen.right - seen.left).max(0), (seen.top - seen.bottom).max(0));
        if width == 0 || height == 0 {
            let (width, height) = (width as usize, height as usize);
            return GlyphCoverage { left: seen.left, top: seen.top, width, height, coverage: &[] };
        }
        let mut cells = CellGrid::new(&mut self.cells, width, height);
        // An outline that touches the window spans at most 2¹⁷ px, so all sub-units from here on are below 2²⁶.
        let origin_x = delta.x - seen.left * SUBPIXELS_PER_PX;
        let origin_y = delta.y - seen.bottom * SUBPIXELS_PER_PX;
        let place = |[x, y]: [i32; 2]| [(x + origin_x) * 4, (y + origin_y) * 4];
        if seen == touched {
            draw::<false>(outline, place, &mut cells);
        } else {
            draw::<true>(outline, place, &mut cells);
        }
        cells.sum_into(&mut self.coverage);
        let (width, height) = (width as usize, height as usize);
        GlyphCoverage { left: seen.left, top: seen.top, width, height, coverage: &self.coverage }
    }
}

fn draw<const CLIPPED: bool>(outline: &Outline, place: impl Fn([i32; 2]) -> [i32; 2], cells: &mut CellGrid<'_>) {
    let mut pen = Pen::<CLIPPED> { x: 0, y: 0, cells };
    for segment in outline.segments() {
        match segment {
            Segment::Move(to) => [pen.x, pen.y] = place(to),
            Segment::Line(to) => {
                let [x, y] = place(to);
                pen.line_to(x, y);
            }
            Segment::Conic(control, to) => pen.conic_to(place(control), place(to)),
            Segment::Cubic(control1, control2, to) => pen.cubic_to(place(control1), place(control2), place(to)),
        }
    }
}

/// One number for each cell; the sum of a row up to a column is 512 times the coverage there.
///
/// There is a row above the window and two columns to the right of it, which take what a piece of outline that touches the
/// upper or right border adds outside.
struct CellGrid<'a> {
    cells: &'a mut [i32],
    width: i32,
    height: i32,
    stride: usize,
}

impl<'a> CellGrid<'a> {
    fn new(memory: &'a mut Vec<i32>, width: i32, height: i32) -> Self {
        let stride = width as usize + 2;
        memory.clear();
        memory.resize(stride * (height as usize + 1), 0);
        Self { cells: memory, width, height, stride }
    }

    /// Add a piece of outline within one cell: it rises by `cover` sub-units; `two_x` is the sum of the distances of its
    /// ends from the left border.
    #[inline(always)]
    fn add<const CLIPPED: bool>(&mut self, column: i32, row: i32, cover: i32, two_x: i32) {
        if CLIPPED && (row < 0 || row >= self.height || column >= self.width) {
            return;
        }
        let (column, area) = if CLIPPED && column < 0 { (0, 0) } else { (column, cover.wrapping_mul(two_x)) };
        let at = (self.height - row) as usize * self.stride + column as usize;
        // Wrapping: the sums of an outline that winds around a pixel more than 10,000 times mean nothing anyway.
        let cells = &mut self.cells[at..at + 2];
        cells[0] = cells[0].wrapping_add(cover.wrapping_mul(2 * ONE_PX).wrapping_sub(area));
        cells[1] = cells[1].wrapping_add(area);
    }

    fn sum_into(&self, coverage: &mut Vec<u8>) {
        coverage.clear();
        coverage.reserve(self.width as usize * self.height as usize);
        for row in self.cells.chunks_exact(self.stride).skip(1) {
            let mut sum = 0_i32;
            coverage.extend(row[..self.width as usize].iter().map(|cell| {
                sum = sum.wrapping_add(*cell);
                let value = sum >> (PX_BITS + 1);
                // Mirrored, not negated: the two directions of an outline round differently.
                (if value < 0 { !value } else { value }).min(255) as u8
            }));
        }
    }
}

/// Walks along the outline and adds every piece to the cells. Sub-units.
struct Pen<'a, 'b, const CLIPPED: bool> {
    x: i32,
    y: i32,
    cells: &'b mut CellGrid<'a>,
}

impl<const CLIPPED: bool> Pen<'_, '_, CLIPPED> {
    /// Straight to (`to_x`, `to_y`).
    fn line_to(&mut self, to_x: i32, to_y: i32) {
        let (from_x, from_y) = (self.x, self.y);
        (self.x, self.y) = (to_x, to_y);
        let (mut column, mut row) = (from_x >> PX_BITS, from_y >> PX_BITS);
        let (to_column, to_row) = (to_x >> PX_BITS, to_y >> PX_BITS);
        if from_y == to_y {
            return;
        }
        if CLIPPED
            && (row.max(to_row) < 0
                || row.min(to_row) >= self.cells.height
                || column.min(to_column) >= self.cells.width)
        {
            return;
        }
        // The fractions in the current cell, at its near end and, below, at its far end.
        let (mut x, mut y) = (from_x & (ONE_PX - 1), from_y & (ONE_PX - 1));
        let (last_x, last_y) = (to_x & (ONE_PX - 1), to_y & (ONE_PX - 1));
        if column == to_column && row == to_row {
            self.cells.add::<CLIPPED>(column, row, last_y - y, x + last_x);
            return;
        }
        let (dx, dy) = (i64::from(to_x) - i64::from(from_x), i64::from(to_y) - i64::from(from_y));
        if dx == 0 {
            let (step, enter, leave) = if dy > 0 { (1, 0, ONE_PX) } else { (-1, ONE_PX, 0) };
            while row != to_row {
                self.cells.add::<CLIPPED>(column, row, leave - y, 2 * x);
                y = enter;
                row += step;
            }
            self.cells.add::<CLIPPED>(column, row, last_y - y, 2 * x);
            return;
        }

        // `side` tells on which side of the line the lower left corner of the cell lies, and how far; the three other
        // corners follow by adding `across` and `along`. The signs at the corners say through which border the line
        // leaves. Where it does comes from multiplying with a reciprocal of 32 bits, rounded down twice; a true division
        // would give other pixels than FreeType.
        let (along, across) = (dx << PX_BITS, dy << PX_BITS);
        let mut side = dx * i64::from(y) - dy * i64::from(x);
        let reciprocal = |needed: bool, d: i64| {
            if needed { u32::MAX / d.unsigned_abs() as u32 } else { 0 }
        };
        let per_dx = reciprocal(column != to_column, dx);
        let per_dy = reciprocal(row != to_row, dy);
        let crossing =
            |distance: i64, reciprocal: u32| ((distance.unsigned_abs() * u64::from(reciprocal)) >> 32) as i32;
        let steps = column.abs_diff(to_column) + row.abs_diff(to_row);
        for _ in 0..steps {
            let (upper_left, upper_right, lower_right) = (side - along, side - along + across, side + across);
            if side <= 0 && upper_left > 0 {
                let leave = crossing(side, per_dx);
                self.cells.add::<CLIPPED>(column, row, leave - y, x);
                (x, y) = (ONE_PX, leave);
                column -= 1;
                side -= across;
            } else if upper_left <= 0 && upper_right > 0 {
                let leave = crossing(upper_left, per_dy);
                self.cells.add::<CLIPPED>(column, row, ONE_PX - y, x + leave);
                (x, y) = (leave, 0);
                row += 1;
                side -= along;
            } else if upper_right <= 0 && lower_right >= 0 {
                let leave = crossing(lower_right, per_dx);
                self.cells.add::<CLIPPED>(column, row, leave - y, x + ONE_PX);
                (x, y) = (0, leave);
                column += 1;
                side += across;
            } else {
                let leave = crossing(side, per_dy);
                self.cells.add::<CLIPPED>(column, row, -y, x + leave);
                (x, y) = (leave, ONE_PX);
                row -= 1;
                side += along;
            }
        }
        self.cells.add::<CLIPPED>(to_column, to_row, last_y - y, x + last_x);
    }

    /// Whether a curve with these y (sub-units) cannot touch a row of the window.
    fn misses_rows(&self, ys: &[i32]) -> bool {
        let top = self.cells.height << PX_BITS;
        CLIPPED && (ys.iter().all(|&y| y < 0) || ys.iter().all(|&y| y >= top))
    }

    /// Along a quadratic curve, in 2ⁿ equal steps of the parameter, where n is such that its second difference, a quarter
    /// of that with each halving of the steps, comes down to a quarter of a pixel.
    fn conic_to(&mut self, control: [i32; 2], to: [i32; 2]) {
        let from = [self.x, self.y];
        if self.misses_rows(&[from[1], control[1], to[1]]) {
            [self.x, self.y] = to;
            return;
        }
        let axis = |i: usize| {
            let (from, control, to) = (i64::from(from[i]), i64::from(control[i]), i64::from(to[i]));
            (control - from, from - 2 * control + to)
        };
        let ((slope_x, bend_x), (slope_y, bend_y)) = (axis(0), axis(1));
        let mut bend = bend_x.abs().max(bend_y.abs());
        let mut halvings = 0_u32;
        while bend > i64::from(ONE_PX / 4) {
            bend >>= 2;
            halvings += 1;
        }
        // from + 2 t slope + t² bend at t = i / 2ⁿ, rounded down. Products stay below 2⁵⁰, since n is at most 11.
        let point = |i: i64, from: i32, slope: i64, bend: i64| {
            from + ((((slope * i) << (halvings + 1)) + bend * i * i) >> (2 * halvings)) as i32
        };
        for i in 1..1_i64 << halvings {
            self.line_to(point(i, from[0], slope_x, bend_x), point(i, from[1], slope_y, bend_y));
        }
        self.line_to(to[0], to[1]);
    }

    /// Along a cubic curve, halved until the control points are within half a pixel of the chord's thirds.
    fn cubic_to(&mut self, control1: [i32; 2], control2: [i32; 2], to: [i32; 2]) {
        /// Deep enough for any outline: a halving quarters what is left, and there are at most 2²⁸ sub-units.
        const MAX_DEPTH: usize = 16;

        type Curve = [[i64; 2]; 4];
        let wide = |p: [i32; 2]| p.map(i64::from);
        let mut curve: Curve = [[self.x, self.y], control1, control2, to].map(wide);
        if self.misses_rows(&[self.y, control1[1], control2[1], to[1]]) {
            [self.x, self.y] = to;
            return;
        }
        let mut later = [Curve::default(); MAX_DEPTH];
        let mut depth = 0;
        loop {
            let [p0, p1, p2, p3] = curve;
            let flat = (0..2).all(|i| {
                (2 * p3[i] - 3 * p2[i] + p0[i]).abs() <= i64::from(ONE_PX / 2)
                    && (p3[i] - 3 * p1[i] + 2 * p0[i]).abs() <= i64::from(ONE_PX / 2)
            });
            if flat || depth == MAX_DEPTH {
                self.line_to(p3[0] as i32, p3[1] as i32);
                let Some(next) = depth.checked_sub(1) else {
                    return;
                };
                depth = next;
                curve = later[depth];
                continue;
            }
            let mix = |weights: [i64; 4], bits: u32| {
                [0, 1].map(|i| {
                    (weights[0] * p0[i] + weights[1] * p1[i] + weights[2] * p2[i] + weights[3] * p3[i]) >> bits
                })
            };
            let middle = mix([1, 3, 3, 1], 3);
            later[depth] = [middle, mix([0, 1, 2, 1], 2), mix([0, 0, 1, 1], 1), p3];
            curve = [p0, mix([1, 1, 0, 0], 1), mix([1, 2, 1, 0], 2), middle];
            depth += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ORIGIN: Delta = Delta { x: 0, y: 0 };

    fn polygon(points: &[[f64; 2]]) -> Outline {
        let mut vertices = points.to_vec();
        vertices.push(points[0]);
        let mut codes = vec![2; vertices.len()];
        codes[0] = 1;
        Outline::from_path(&vertices, &codes, 0).unwrap()
    }

    fn scan(outline: &Outline, delta: Delta) -> (i32, i32, usize, usize, Vec<u8>) {
        let mut scanner = GlyphScanner::new();
        let glyph = scanner.scan(outline, delta, PixelWindow::EVERYWHERE);
        (glyph.left, glyph.top, glyph.width, glyph.height, glyph.coverage.to_vec())
    }

    /// Small pseudo-random numbers, the same in each run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: u32) -> i32 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) % u64::from(sides)) as i32
        }

        fn outline(&mut self, contours: usize, size_px: u32) -> Outline {
            let (mut vertices, mut codes) = (vec![], vec![]);
            let mut point = || [0, 1].map(|_| f64::from(self.roll(size_px * 64) - (size_px * 32) as i32) / 64.0);
            for _ in 0..contours {
                let start = point();
                vertices.push(start);
                codes.push(1);
                for code in [2, 3, 3, 4, 4, 4] {
                    vertices.push(point());
                    codes.push(code);
                }
                vertices.extend([start, [0.0, 0.0]]);
                codes.extend([2, 79]);
            }
            Outline::from_path(&vertices, &codes, 0).unwrap()
        }
    }

    #[test]
    fn a_rectangle_covers_what_its_area_says() {
        let rectangle = polygon(&[[0.5, 0.0], [2.0, 0.0], [2.0, 1.25], [0.5, 1.25]]);
        // Counter-clockwise, so rounded down; clockwise gives 32, 64, 128.
        let expected = vec![31, 63, 127, 255];
        assert_eq!(scan(&rectangle, AT_ORIGIN), (0, 2, 2, 2, expected.clone()));
        assert_eq!(scan(&rectangle, Delta { x: -640, y: 128 }), (-10, 4, 2, 2, expected));
        let half_a_pixel_right = Delta { x: 32, y: 0 };
        assert_eq!(scan(&rectangle, half_a_pixel_right), (1, 2, 2, 2, vec![63, 31, 255, 127]));
    }

    #[test]
    fn the_two_directions_round_differently() {
        let mut points = vec![[0.0, 0.0], [3.0, 0.25], [0.25, 2.0]];
        let there = scan(&polygon(&points), AT_ORIGIN).4;
        points.reverse();
        let back = scan(&polygon(&points), AT_ORIGIN).4;
        assert_ne!(there, back);
        assert!(there.iter().zip(&back).all(|(a, b)| a.abs_diff(*b) <= 1));
    }

    #[test]
    fn overlapping_contours_fill_once_and_opposite_ones_cut_a_hole() {
        let square = [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0], [0.0, 0.0]];
        let mut hole = square;
        hole.reverse();
        let contours = |second: &[[f64; 2]; 5]| {
            let codes = [1, 2, 2, 2, 2, 1, 2, 2, 2, 2];
            Outline::from_path(&[square.as_slice(), second.as_slice()].concat(), &codes, 0).unwrap()
        };
        assert_eq!(scan(&contours(&square), AT_ORIGIN).4, [255, 255]);
        assert_eq!(scan(&contours(&hole), AT_ORIGIN).4, [0, 0]);
    }

    #[test]
    fn nothing_gives_no_pixels() {
        let nothing = Outline::from_path(&[], &[], 0).unwrap();
        assert_eq!(scan(&nothing, Delta { x: 640, y: 640 }), (0, 0, 0, 0, vec![]));
        let flat = polygon(&[[0.0, 3.0], [2.0, 3.0]]);
        assert_eq!(scan(&flat, AT_ORIGIN), (0, 3, 2, 0, vec![]));
        assert_eq!(bands(&nothing, AT_ORIGIN, PixelWindow::EVERYWHERE).count(), 0);
        assert_eq!(bands(&flat, AT_ORIGIN, PixelWindow::EVERYWHERE).count(), 0);
    }

    #[test]
    fn a_window_shows_the_same_pixels_as_the_whole() {
        let mut dice = Dice(1);
        let mut scanner = GlyphScanner::new();
        for _ in 0..300 {
            let outline = dice.outline(2, 20);
            let delta = Delta { x: dice.roll(1000), y: dice.roll(1000) };
            let (left, top, width, _, whole) = scan(&outline, delta);
            let touched = PixelWindow::of_outline(&outline, delta).unwrap();
            let x = touched.left + dice.roll(20);
            let y = touched.bottom + dice.roll(20);
            let window = PixelWindow { left: x, bottom: y, right: x + dice.roll(12), top: y + dice.roll(12) };
            let part = scanner.scan(&outline, delta, window);
            let crop: Vec<u8> = (0..part.height)
                .flat_map(|row| (0..part.width).map(move |column| (row, column)))
                .map(|(row, column)| {
                    let (row, column) = (row + (top - part.top) as usize, column + (part.left - left) as usize);
                    whole[row * width + column]
                })
                .collect();
            assert_eq!(part.coverage, crop);
        }
    }

    #[test]
    fn a_glyph_outside_of_the_window_has_no_pixels() {
        let square = polygon(&[[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]]);
        let window = PixelWindow { left: 10, bottom: 10, right: 20, top: 20 };
        assert!(GlyphScanner::new().scan(&square, AT_ORIGIN, window).coverage.is_empty());
        assert_eq!(bands(&square, AT_ORIGIN, window).count(), 0);
    }

    #[test]
    fn bands_partition_the_window_and_stay_small() {
        let outline = polygon(&[[0.0, 0.0], [9000.0, 0.0], [9000.0, 7000.0], [0.0, 7000.0]]);
        let window = PixelWindow { left: -100, bottom: 50, right: 8000, top: 9000 };
        let bands: Vec<_> = bands(&outline, AT_ORIGIN, window).collect();
        assert_eq!(bands.first().unwrap().top, 7000);
        assert_eq!(bands.last().unwrap().bottom, 50);
        assert!(bands.windows(2).all(|pair| pair[0].bottom == pair[1].top));
        assert!(bands.iter().all(|b| (b.left, b.right) == (0, 8000) && (b.top - b.bottom) * 8002 <= 1 << 20));
    }

    #[test]
    fn hostile_outlines_end() {
        let mut dice = Dice(2);
        let mut scanner = GlyphScanner::new();
        let canvas = PixelWindow { left: 0, bottom: 0, right: 300, top: 200 };
        for _ in 0..20 {
            let outline = dice.outline(3, 131_070);
            for delta in [AT_ORIGIN, Delta { x: 1 << 22, y: -(1 << 22) }, Delta { x: 1 << 29, y: -(1 << 29) }] {
                for band in bands(&outline, delta, canvas) {
                    scanner.scan(&outline, delta, band);
                }
            }
        }
        let winding = dice.outline(20_000, 2);
        scanner.scan(&winding, AT_ORIGIN, canvas);
    }
}
