//! The canvas's pixels, and the rows of them that one pass may touch.

use std::collections::TryReserveError;

use rayon::prelude::*;

use crate::blend::QUAD;
use crate::changes::Changes;
use crate::window::Window;

/// What untouched pixels hold: white, fully transparent.
pub(crate) const UNTOUCHED: [u8; 4] = [255, 255, 255, 0];

/// Straight RGBA pixels, row 0 on top.
#[derive(Debug)]
pub struct Pixmap {
    width: usize,
    height: usize,
    /// None at all before somebody wants them; there is memory for them from the beginning.
    pixels: Vec<[u8; 4]>,
    is_untouched: bool,
    /// Somebody may hold on to the pixels and write them when we do not look.
    is_shared: bool,
    /// Kept as soon as somebody wants to know.
    changes: Option<Changes>,
}

impl Pixmap {
    /// A transparent pixmap.
    pub fn new(width: usize, height: usize) -> Result<Self, TryReserveError> {
        let mut pixmap = Self::unwritten(width, height)?;
        pixmap.write();
        Ok(pixmap)
    }

    /// The same, to be cleared or drawn on before anybody looks at its pixels.
    ///
    /// Memory that is written for the first time takes long: whoever draws first does that, beside Python.
    pub(crate) fn unwritten(width: usize, height: usize) -> Result<Self, TryReserveError> {
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(width.saturating_mul(height))?;
        Ok(Self { width, height, pixels, is_untouched: true, is_shared: false, changes: None })
    }

    /// Makes sure that the pixels are there.
    fn write(&mut self) {
        self.pixels.resize(self.width * self.height, UNTOUCHED);
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
    pub fn pixels(&self) -> &[[u8; 4]] {
        &self.pixels
    }

    /// All pixels, row by row. The memory stays where it is for the pixmap's life.
    pub fn pixels_mut(&mut self) -> &mut [[u8; 4]] {
        self.is_shared = true;
        self.write();
        &mut self.pixels
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

    /// Makes everything transparent, in `bands` bands on the threads of the current rayon pool.
    pub(crate) fn clear(&mut self, bands: usize) {
        self.write();
        if self.is_untouched && !self.is_shared {
            return;
        }
        if bands > 1 {
            self.bands(bands).par_iter_mut().for_each(|band| band.pixels.fill(UNTOUCHED));
        } else {
            self.pixels.fill(UNTOUCHED);
        }
        self.is_untouched = true;
        self.touch_all();
    }

    /// The whole pixmap as one band.
    pub(crate) fn as_band(&mut self) -> Band<'_> {
        self.write();
        self.is_untouched = false;
        Band { width: self.width, top: 0, pixels: &mut self.pixels, changes: self.changes.as_ref() }
    }

    /// At most `count` bands of about the same height, from the top.
    pub(crate) fn bands(&mut self, count: usize) -> Vec<Band<'_>> {
        self.write();
        self.is_untouched = false;
        let rows = self.height.div_ceil(count.max(1)).max(1);
        let (width, changes) = (self.width, self.changes.as_ref());
        self.pixels
            .chunks_mut((rows * width).max(1))
            .enumerate()
            .map(|(index, pixels)| Band { width, top: index * rows, pixels, changes })
            .collect()
    }
}

/// Whole rows of a pixmap.
#[derive(Debug)]
pub(crate) struct Band<'a> {
    width: usize,
    top: usize,
    pixels: &'a mut [[u8; 4]],
    changes: Option<&'a Changes>,
}

impl Band<'_> {
    /// The pixels of the band, in canvas coordinates.
    pub(crate) fn window(&self) -> Window {
        let rows = self.pixels.len().checked_div(self.width).unwrap_or(0);
        Window { x0: 0, x1: self.width as i32, y0: self.top as i32, y1: (self.top + rows) as i32 }
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

    /// The pixels of the band, row by row, of which those in a window are to be changed.
    #[inline]
    pub(crate) fn pixels_to_change(&mut self, window: &Window) -> &mut [[u8; 4]] {
        if let Some(changes) = self.changes {
            changes.touch(window);
        }
        self.pixels
    }

    /// Pixels of row `y` from column `x` on, of which the first `changed` are to be changed; all must be in the band.
    #[inline]
    pub(crate) fn quad(&mut self, y: i32, x: i32, changed: usize) -> &mut [[u8; 4]; QUAD] {
        if let Some(changes) = self.changes {
            changes.touch_few(y, x, changed);
        }
        let start = (y as usize - self.top) * self.width + x as usize;
        let (quads, _) = self.pixels[start..].as_chunks_mut();
        &mut quads[0]
    }

    /// `length` pixels of row `y` from column `x`, which are to be changed; all must be in the band.
    #[inline]
    pub(crate) fn row(&mut self, y: i32, x: i32, length: usize) -> &mut [[u8; 4]] {
        if let Some(changes) = self.changes {
            changes.touch_row(y, x, length);
        }
        let start = (y as usize - self.top) * self.width + x as usize;
        &mut self.pixels[start..start + length]
    }
}
