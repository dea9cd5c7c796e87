//! Sinks that bring coverage and colour together on the pixels.

use crate::blend::{QUAD, Rgba8, blend, blend_covered, blend_quad};
use crate::mask::{Mask, clip_run, combine};
use crate::pixmap::Band;
use crate::spans::SpanSink;
use crate::window::Window;

/// Where a sink may paint and through what.
pub(crate) struct Surface<'b, 'p> {
    pub(crate) band: &'b mut Band<'p>,
    /// Pixels that may be touched; inside the band.
    pub(crate) window: Window,
    pub(crate) mask: Option<&'b Mask>,
}

/// Paints one colour.
pub(crate) struct SolidPaint<'b, 'p> {
    pub(crate) surface: Surface<'b, 'p>,
    pub(crate) color: Rgba8,
    /// Without antialiasing every touched pixel counts as fully covered.
    pub(crate) antialiased: bool,
}

impl SpanSink for SolidPaint<'_, '_> {
    #[inline]
    fn covers(&mut self, y: i32, x: i32, covers: &[u8]) {
        let Some((x, range)) = clip_run(&self.surface.window, y, x, covers.len() as i32) else { return };
        let color = self.color;
        if self.surface.band.shows_only(y, color) {
            return;
        }
        let row = self.surface.band.row(y, x, range.len());
        let covers = &covers[range];
        match (self.surface.mask, self.antialiased) {
            (None, true) => {
                for (pixel, &cover) in row.iter_mut().zip(covers) {
                    blend_covered(pixel, color, cover);
                }
            }
            (None, false) => {
                for pixel in row {
                    blend(pixel, color);
                }
            }
            (Some(mask), true) => {
                for ((pixel, &cover), &mask) in row.iter_mut().zip(covers).zip(mask.row(y, x)) {
                    blend_covered(pixel, color, combine(cover, mask));
                }
            }
            (Some(mask), false) => {
                for (pixel, &mask) in row.iter_mut().zip(mask.row(y, x)) {
                    blend_covered(pixel, color, mask);
                }
            }
        }
    }

    #[inline]
    fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8) {
        let Some((x, range)) = clip_run(&self.surface.window, y, x, length) else { return };
        let color = self.color;
        if self.surface.band.shows_only(y, color) {
            return;
        }
        let row = self.surface.band.row(y, x, range.len());
        match self.surface.mask {
            // A stored run of one coverage loses it under a mask: Agg's adaptor keeps only the mask.
            Some(mask) => {
                for (pixel, &mask) in row.iter_mut().zip(mask.row(y, x)) {
                    blend_covered(pixel, color, mask);
                }
            }
            None if color.a == 255 && (cover == 255 || !self.antialiased) => {
                row.fill([color.r, color.g, color.b, 255]);
            }
            None => {
                let cover = if self.antialiased { cover } else { 255 };
                for pixel in row {
                    blend_covered(pixel, color, cover);
                }
            }
        }
    }

    #[inline]
    fn takes_quads(&self) -> bool {
        self.antialiased && self.surface.mask.is_none()
    }

    #[inline(always)]
    fn quad(&mut self, y: i32, x: i32, covers: &[u8; QUAD]) {
        let bits = u32::from_le_bytes(*covers);
        if bits == 0 {
            return;
        }
        // Up to the last that is covered.
        let length = QUAD - bits.leading_zeros() as usize / 8;
        let window = &self.surface.window;
        if y >= window.y0 && y < window.y1 && x >= window.x0 && x + QUAD as i32 <= window.x1 {
            if !self.surface.band.shows_only(y, self.color) {
                blend_quad(self.surface.band.quad(y, x, length), self.color, covers);
            }
        } else {
            self.covers(y, x, &covers[..length]);
        }
    }
}

/// Gives the colours of runs of pixels.
pub(crate) trait ColorSource {
    /// Fills `colors` for row `y` from column `x` on. A run begins where its coverage begins, even outside the canvas.
    fn generate(&mut self, y: i32, x: i32, colors: &mut [Rgba8]);
}

/// Paints a colour per pixel.
pub(crate) struct ColorPaint<'b, 'p, S> {
    pub(crate) surface: Surface<'b, 'p>,
    pub(crate) source: S,
    pub(crate) colors: Vec<Rgba8>,
}

impl<S: ColorSource> ColorPaint<'_, '_, S> {
    /// The colours of a run, cut to the window: the column they start at.
    fn generate(&mut self, y: i32, x: i32, length: i32) -> Option<(i32, std::ops::Range<usize>)> {
        let clipped = clip_run(&self.surface.window, y, x, length)?;
        self.colors.resize(length as usize, Rgba8::default());
        self.source.generate(y, x, &mut self.colors);
        Some(clipped)
    }
}

impl<S: ColorSource> SpanSink for ColorPaint<'_, '_, S> {
    fn covers(&mut self, y: i32, x: i32, covers: &[u8]) {
        let Some((x, range)) = self.generate(y, x, covers.len() as i32) else { return };
        let row = self.surface.band.row(y, x, range.len());
        let run = row.iter_mut().zip(&self.colors[range.clone()]).zip(&covers[range]);
        match self.surface.mask {
            None => {
                for ((pixel, &color), &cover) in run {
                    blend_covered(pixel, color, cover);
                }
            }
            Some(mask) => {
                for (((pixel, &color), &cover), &mask) in run.zip(mask.row(y, x)) {
                    blend_covered(pixel, color, combine(cover, mask));
                }
            }
        }
    }

    fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8) {
        let Some((x, range)) = self.generate(y, x, length) else { return };
        let row = self.surface.band.row(y, x, range.len());
        let run = row.iter_mut().zip(&self.colors[range]);
        match self.surface.mask {
            None => {
                for (pixel, &color) in run {
                    blend_covered(pixel, color, cover);
                }
            }
            Some(mask) => {
                for ((pixel, &color), &mask) in run.zip(mask.row(y, x)) {
                    blend_covered(pixel, color, mask);
                }
            }
        }
    }
}
