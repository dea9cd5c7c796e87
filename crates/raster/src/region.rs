//! Saved rectangles of the canvas, for blitting.

use std::collections::TryReserveError;
use std::sync::{Mutex, PoisonError};

use crate::changes::Moment;
use crate::pixmap::{Pixmap, UNTOUCHED};
use crate::window::Window;

/// Pixels copied from a canvas, and the rectangle they came from (px, y down, half-open).
#[derive(Debug)]
pub struct Region {
    /// Left edge; may be moved.
    pub x1: i32,
    /// Upper edge; may be moved.
    pub y1: i32,
    /// Right edge.
    pub x2: i32,
    /// Lower edge.
    pub y2: i32,
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
    origin: (i32, i32),
    /// Whether nobody but we can change the pixels.
    is_own: bool,
    seen: Mutex<Option<Moment>>,
}

impl Region {
    /// Copies a rectangle; what lies outside the canvas comes out transparent.
    pub fn copy(from: &mut Pixmap, x1: i32, y1: i32, x2: i32, y2: i32) -> Result<Self, TryReserveError> {
        let side = |a: i32, b: i32| (i64::from(b) - i64::from(a)).max(0) as usize;
        let (width, height) = (side(x1, x2), side(y1, y2));
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(width.saturating_mul(height))?;
        pixels.resize(width * height, UNTOUCHED);
        let seen = Mutex::new(Some(from.changes().look()));
        let mut region = Self { x1, y1, x2, y2, width, height, pixels, origin: (x1, y1), is_own: true, seen };
        let canvas = (from.width(), from.height());
        if let Some(block) = Block::new((width, height), canvas, (i64::from(x1), i64::from(y1)), None) {
            let pixels = from.pixels_of_rows(block.target.1, block.target.1 + block.rows);
            for row in 0..block.rows {
                let source = block.target_row(row, canvas.0);
                let target = block.source_row(row, width);
                region.pixels[target].copy_from_slice(&pixels[source]);
            }
        }
        Ok(region)
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The pixels, row 0 on top.
    pub fn pixels(&self) -> &[[u8; 4]] {
        &self.pixels
    }

    /// The pixels; the memory stays where it is for the region's life.
    pub fn pixels_mut(&mut self) -> &mut [[u8; 4]] {
        self.is_own = false;
        &mut self.pixels
    }

    /// Copies the whole region back to where it says it is.
    ///
    /// Where it came from, only what has changed since the last time is copied.
    pub fn restore(&self, to: &mut Pixmap) {
        if !self.is_own || self.origin != (self.x1, self.y1) {
            self.paste(to, (i64::from(self.x1), i64::from(self.y1)), None);
            return;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let window = Window { x0: self.x1, x1: self.x2, y0: self.y1, y1: self.y2 };
        let parts = to.changes().since(*seen, &window);
        let stride = to.width();
        let mut band = to.as_band();
        for part in parts {
            let source = (part.y0 - self.y1) as usize * self.width + (part.x0 - self.x1) as usize;
            let sources = self.pixels[source..].chunks(self.width);
            let target = band.index(part.y0, part.x0) as usize;
            let targets = band.pixels_to_change(&part)[target..].chunks_mut(stride);
            for (target, source) in targets.zip(sources).take(part.height()) {
                target[..part.width()].copy_from_slice(&source[..part.width()]);
            }
        }
        *seen = Some(to.changes().look());
    }

    /// Copies the part between the corners (px, y down, **inclusive**, in canvas coordinates), moved such that the
    /// region's own origin comes to (`x`, `y`).
    pub fn restore_part(&self, to: &mut Pixmap, [x1, y1, x2, y2]: [i32; 4], x: i32, y: i32) {
        let relative = |v: i32, origin: i32| i64::from(v) - i64::from(origin);
        let part = [relative(x1, self.x1), relative(y1, self.y1), relative(x2, self.x1) + 1, relative(y2, self.y1) + 1];
        self.paste(to, (i64::from(x), i64::from(y)), Some(part));
    }

    fn paste(&self, to: &mut Pixmap, origin: (i64, i64), part: Option<[i64; 4]>) {
        let canvas = (to.width(), to.height());
        let mut band = to.as_band();
        if let Some(block) = Block::new((self.width, self.height), canvas, origin, part) {
            for row in 0..block.rows {
                let source = block.source_row(row, self.width);
                let (x, y) = (block.target.0 as i32, (block.target.1 + row) as i32);
                band.row(y, x, block.columns).copy_from_slice(&self.pixels[source]);
            }
        }
    }
}

/// What two grids of pixels share when one is laid over the other.
struct Block {
    source: (usize, usize),
    target: (usize, usize),
    columns: usize,
    rows: usize,
}

impl Block {
    /// A grid of `source` (columns, rows) with its origin at `at` in a grid of `target`; `part` limits the source (x1, y1,
    /// x2, y2, half-open). `None` if nothing is shared.
    fn new(source: (usize, usize), target: (usize, usize), at: (i64, i64), part: Option<[i64; 4]>) -> Option<Self> {
        let axis = |size: usize, limit: usize, at: i64, low: i64, high: i64| {
            let first = low.max(0).max(-at);
            let last = high.min(size as i64).min(limit as i64 - at);
            (first < last).then(|| (first as usize, (first + at) as usize, (last - first) as usize))
        };
        let [x1, y1, x2, y2] = part.unwrap_or([0, 0, source.0 as i64, source.1 as i64]);
        let (source_x, target_x, columns) = axis(source.0, target.0, at.0, x1, x2)?;
        let (source_y, target_y, rows) = axis(source.1, target.1, at.1, y1, y2)?;
        Some(Self { source: (source_x, source_y), target: (target_x, target_y), columns, rows })
    }

    fn source_row(&self, row: usize, stride: usize) -> std::ops::Range<usize> {
        let start = (self.source.1 + row) * stride + self.source.0;
        start..start + self.columns
    }

    fn target_row(&self, row: usize, stride: usize) -> std::ops::Range<usize> {
        let start = (self.target.1 + row) * stride + self.target.0;
        start..start + self.columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(width: usize, height: usize) -> Pixmap {
        let mut pixmap = Pixmap::new(width, height).unwrap();
        for (index, pixel) in pixmap.pixels_mut().iter_mut().enumerate() {
            *pixel = [index as u8, 0, 0, 255];
        }
        pixmap
    }

    #[test]
    fn what_was_copied_comes_back() {
        let mut original = numbered(6, 5);
        let region = Region::copy(&mut original, 1, 1, 4, 3).unwrap();
        assert_eq!(region.pixels()[0], [7, 0, 0, 255]);
        let mut canvas = numbered(6, 5);
        canvas.fill(UNTOUCHED);
        region.restore(&mut canvas);
        assert_eq!(canvas.pixels()[7], original.pixels()[7]);
        assert_eq!(canvas.pixels()[0], UNTOUCHED);
    }

    #[test]
    fn whatever_has_changed_comes_back() {
        let mut canvas = numbered(60, 50);
        let original = canvas.pixels().to_vec();
        let mut region = Region::copy(&mut canvas, 3, 4, 59, 50).unwrap();
        let other = Region::copy(&mut Pixmap::new(60, 50).unwrap(), 0, 0, 60, 50).unwrap();
        for step in 0..5 {
            canvas.as_band().row(20 + step, 30, 9).fill([9, 9, 9, 9]);
            match step {
                0 => other.restore_part(&mut canvas, [3, 30, 50, 40], 0, 5),
                1 => other.restore(&mut canvas),
                2 => canvas.fill(UNTOUCHED),
                3 => {
                    canvas.pixels_mut()[10 * 60 + 10] = [9, 9, 9, 9];
                    canvas.touch_all();
                }
                _ => {}
            }
            region.restore(&mut canvas);
            for (index, (pixel, before)) in canvas.pixels().iter().zip(&original).enumerate() {
                assert!(pixel == before || index % 60 < 3 || index % 60 == 59 || index < 240, "{step}, {index}");
            }
        }
        // What somebody writes into the region comes back too, at every time.
        for value in [1, 2] {
            region.pixels_mut()[0] = [value; 4];
            region.restore(&mut canvas);
            assert_eq!(canvas.pixels()[4 * 60 + 3], [value; 4]);
        }
    }

    #[test]
    fn only_what_has_changed_is_copied_back() {
        let mut canvas = Pixmap::new(60, 50).unwrap();
        let region = Region::copy(&mut canvas, 0, 0, 60, 50).unwrap();
        canvas.as_band().row(20, 20, 1).fill([9, 9, 9, 9]);
        // Nobody says so.
        canvas.pixels_mut()[0] = [1, 1, 1, 1];
        region.restore(&mut canvas);
        assert_eq!((canvas.pixels()[20 * 60 + 20], canvas.pixels()[0]), (UNTOUCHED, [1, 1, 1, 1]));
    }

    #[test]
    fn the_part_includes_its_last_row_and_column() {
        let region = Region::copy(&mut numbered(6, 5), 0, 0, 6, 5).unwrap();
        let mut canvas = Pixmap::new(6, 5).unwrap();
        region.restore_part(&mut canvas, [1, 1, 2, 2], 0, 0);
        let touched = canvas.pixels().iter().filter(|&&p| p != UNTOUCHED).count();
        assert_eq!(touched, 4);
    }

    #[test]
    fn regions_may_hang_over_the_edges() {
        let region = Region::copy(&mut numbered(3, 3), -2, -2, 2, 2).unwrap();
        assert_eq!((region.width(), region.height()), (4, 4));
        assert_eq!(region.pixels()[10], [0, 0, 0, 255]);
        assert_eq!(region.pixels()[0], UNTOUCHED);
        let mut canvas = Pixmap::new(3, 3).unwrap();
        region.restore(&mut canvas);
        assert_eq!(canvas.pixels()[0], [0, 0, 0, 255]);
    }
}
