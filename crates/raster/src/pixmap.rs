//! The canvas's pixels, and the rows of them that one pass may touch.

use std::collections::TryReserveError;

use crate::blend::{QUAD, Rgba8};
use crate::changes::Changes;
use crate::window::Window;

/// What untouched pixels hold: white, fully transparent.
pub(crate) const UNTOUCHED: [u8; 4] = [255, 255, 255, 0];

/// Straight RGBA pixels, row 0 on top.
///
/// A row that shows nothing but the background is bare: its pixels are written by whoever is the first to draw on it. Most
/// figures have margins, which so take neither memory nor time.
#[derive(Debug)]
pub struct Pixmap {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
    /// What bare rows show.
    background: [u8; 4],
    /// By row, whether its pixels are there; else it is bare.
    is_written: Vec<bool>,
    /// Somebody may hold on to the pixels and write them when we do not look. No row is bare then.
    is_shared: bool,
    /// Kept as soon as somebody wants to know.
    changes: Option<Changes>,
}

impl Pixmap {
    /// A transparent pixmap.
    pub fn new(width: usize, height: usize) -> Result<Self, TryReserveError> {
        let mut is_written = Vec::new();
        is_written.try_reserve_exact(height)?;
        is_written.resize(height, false);
        Ok(Self {
            width,
            height,
            pixels: zeros(width.saturating_mul(height))?,
            background: UNTOUCHED,
            is_written,
            is_shared: false,
            changes: None,
        })
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All pixels, row by row.
    pub fn pixels(&mut self) -> &[[u8; 4]] {
        self.pixels_of_rows(0, self.height)
    }

    /// All pixels, of which those of the rows from `start` to before `end` are surely there.
    pub(crate) fn pixels_of_rows(&mut self, start: usize, end: usize) -> &[[u8; 4]] {
        self.as_band().write_rows(start, end);
        &self.pixels
    }

    /// All pixels, row by row. The memory stays where it is for the pixmap's life.
    pub fn pixels_mut(&mut self) -> &mut [[u8; 4]] {
        self.is_shared = true;
        self.pixels();
        &mut self.pixels
    }

    /// All pixels but for rows that are bare below two others, and for each row which one to read for it: one that shows
    /// the same.
    pub fn rows(&mut self) -> Result<(&[[u8; 4]], Vec<usize>), TryReserveError> {
        let mut sources = Vec::new();
        sources.try_reserve_exact(self.height)?;
        let mut bare_rows = 0;
        for y in 0..self.height {
            bare_rows = if self.is_written[y] { 0 } else { bare_rows + 1 };
            if bare_rows <= 2 {
                sources.push(y);
            } else {
                sources.push(sources[y - 1]);
            }
        }
        let height = self.height;
        let mut band = self.as_band();
        for y in (0..height).filter(|&y| sources[y] == y) {
            band.write_rows(y, y + 1);
        }
        Ok((&self.pixels, sources))
    }

    /// All of the canvas.
    pub(crate) fn window(&self) -> Window {
        Window { x0: 0, x1: self.width as i32, y0: 0, y1: self.height as i32 }
    }

    /// What changes, from now on at the latest.
    pub(crate) fn changes(&mut self) -> &mut Changes {
        let window = self.window();
        self.changes.get_or_insert_with(|| Changes::new(window))
    }

    /// Notes that any of the pixels may have been written through [`Pixmap::pixels_mut`].
    pub fn touch_all(&mut self) {
        if let Some(changes) = &self.changes {
            changes.touch_all();
        }
    }

    /// Whether the pixels may change when nothing is drawn.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Makes every pixel a color.
    pub(crate) fn fill(&mut self, color: [u8; 4]) {
        if self.is_shared {
            self.pixels.fill(color);
        } else {
            self.background = color;
            self.is_written.fill(false);
        }
        self.touch_all();
    }

    /// The whole pixmap as one band.
    pub(crate) fn as_band(&mut self) -> Band<'_> {
        Band {
            width: self.width,
            top: 0,
            pixels: &mut self.pixels,
            background: self.background,
            is_written: &mut self.is_written,
            changes: self.changes.as_ref(),
        }
    }

    /// At most `count` bands of about the same height, from the top.
    pub(crate) fn bands(&mut self, count: usize) -> Vec<Band<'_>> {
        let rows = self.height.div_ceil(count.max(1)).max(1);
        let (width, background, changes) = (self.width, self.background, self.changes.as_ref());
        self.pixels
            .chunks_mut((rows * width).max(1))
            .zip(self.is_written.chunks_mut(rows))
            .enumerate()
            .map(|(index, (pixels, is_written))| Band {
                width,
                top: index * rows,
                pixels,
                background,
                is_written,
                changes,
            })
            .collect()
    }
}

/// Memory for pixels that the system may give when it is touched.
fn zeros(length: usize) -> Result<Vec<[u8; 4]>, TryReserveError> {
    bytemuck::allocation::try_zeroed_vec(length).or_else(|()| {
        // Most likely there is none now either, and this says so.
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(length)?;
        pixels.resize(length, [0; 4]);
        Ok(pixels)
    })
}

/// Whole rows of a pixmap.
#[derive(Debug)]
pub(crate) struct Band<'a> {
    width: usize,
    top: usize,
    pixels: &'a mut [[u8; 4]],
    background: [u8; 4],
    is_written: &'a mut [bool],
    changes: Option<&'a Changes>,
}

impl Band<'_> {
    /// The pixels of the band, in canvas coordinates.
    pub(crate) fn window(&self) -> Window {
        Window { x0: 0, x1: self.width as i32, y0: self.top as i32, y1: (self.top + self.is_written.len()) as i32 }
    }

    /// Where in [`Band::pixels_to_change`] the pixel at row `y`, column `x` is.
    #[inline]
    pub(crate) fn index(&self, y: i32, x: i32) -> isize {
        (y as isize - self.top as isize) * self.width as isize + x as isize
    }

    /// How many pixels the band has.
    pub(crate) fn len(&self) -> usize {
        self.pixels.len()
    }

    /// Whether row `y` is bare and what it shows is opaque and of this color, which then changes nothing there, however much
    /// it covers.
    #[inline]
    pub(crate) fn shows_only(&self, y: i32, color: Rgba8) -> bool {
        self.background == [color.r, color.g, color.b, 255]
            && !self.is_written[(y as isize - self.top as isize) as usize]
    }

    /// Has the pixels of these rows of the band there.
    #[inline]
    fn write_rows(&mut self, start: usize, end: usize) {
        if self.is_written[start..end].contains(&false) {
            self.write_bare_rows(start, end);
        }
    }

    #[cold]
    fn write_bare_rows(&mut self, start: usize, end: usize) {
        for row in (start..end).filter(|&row| !self.is_written[row]) {
            self.pixels[row * self.width..][..self.width].fill(self.background);
        }
        self.is_written[start..end].fill(true);
    }

    /// The pixels of the band, row by row, of which those in a window are to be changed. Only of its rows they are surely there.
    #[inline]
    pub(crate) fn pixels_to_change(&mut self, window: &Window) -> &mut [[u8; 4]] {
        let own = self.window().intersect(window);
        if !own.is_empty() {
            self.write_rows(own.y0 as usize - self.top, own.y1 as usize - self.top);
        }
        if let Some(changes) = self.changes {
            changes.touch(window);
        }
        self.pixels
    }

    /// Pixels of row `y` from column `x` on, of which the first `changed` are to be changed; all must be in the band, and what
    /// is in the next row must stay as it is.
    #[inline]
    pub(crate) fn quad(&mut self, y: i32, x: i32, changed: usize) -> &mut [[u8; 4]; QUAD] {
        if let Some(changes) = self.changes {
            changes.touch_few(y, x, changed);
        }
        let row = y as usize - self.top;
        self.write_rows(row, row + 1);
        let start = row * self.width + x as usize;
        let (quads, _) = self.pixels[start..].as_chunks_mut();
        &mut quads[0]
    }

    /// `length` pixels of row `y` from column `x`, which are to be changed; all must be in the band.
    #[inline]
    pub(crate) fn row(&mut self, y: i32, x: i32, length: usize) -> &mut [[u8; 4]] {
        if let Some(changes) = self.changes {
            changes.touch_row(y, x, length);
        }
        let row = y as usize - self.top;
        self.write_rows(row, row + 1);
        let start = row * self.width + x as usize;
        &mut self.pixels[start..start + length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREY: [u8; 4] = [200, 200, 200, 255];
    const RED: [u8; 4] = [255, 0, 0, 255];

    /// Eight rows of five pixels, grey but for two red ones in row 4.
    fn drawn(shared: bool) -> Pixmap {
        let mut pixmap = Pixmap::new(5, 8).unwrap();
        if shared {
            pixmap.pixels_mut().fill([1; 4]);
        }
        pixmap.fill(GREY);
        pixmap.as_band().row(4, 1, 2).fill(RED);
        pixmap
    }

    #[test]
    fn nobody_sees_which_rows_are_bare() {
        let mut expected = vec![GREY; 40];
        expected[21..23].fill(RED);
        for shared in [false, true] {
            assert_eq!(drawn(shared).pixels(), expected);
            let mut pixmap = drawn(shared);
            let (pixels, sources) = pixmap.rows().unwrap();
            let rows: Vec<_> = sources.iter().flat_map(|y| &pixels[y * 5..][..5]).copied().collect();
            assert_eq!(rows, expected);
            let bare: &[usize] = if shared { &[0, 1, 2, 3, 4, 5, 6, 7] } else { &[0, 1, 1, 1, 4, 5, 6, 6] };
            assert_eq!(sources, bare);
        }
        assert_eq!(Pixmap::new(5, 8).unwrap().pixels(), [UNTOUCHED; 40]);
    }

    #[test]
    fn bands_write_the_rows_they_draw_on() {
        for (count, written) in [(1, 1), (3, 3), (20, 8)] {
            let mut pixmap = drawn(false);
            let mut bands = pixmap.bands(count);
            assert_eq!(bands.len(), written.min(8));
            for band in &mut bands {
                let window = band.window();
                let end = Window { y0: window.y1 - 1, y1: window.y1 + 5, ..window };
                let index = band.index(window.y1 - 1, 4) as usize;
                band.pixels_to_change(&end)[index] = RED;
                assert_eq!(band.pixels_to_change(&end)[index - 4], GREY);
            }
            let reds = pixmap.pixels().iter().filter(|&&pixel| pixel == RED).count();
            assert_eq!(reds, 2 + written);
            assert_eq!(pixmap.pixels().iter().filter(|&&pixel| pixel == GREY).count(), 38 - written);
        }
    }
}
