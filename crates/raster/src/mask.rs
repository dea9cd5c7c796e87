//! The coverage of a clip path.

use crate::spans::SpanSink;
use crate::window::Window;

/// Eight bits of coverage for every pixel of the canvas.
#[derive(Debug)]
pub(crate) struct Mask {
    width: usize,
    coverage: Vec<u8>,
}

impl Mask {
    /// A mask that lets nothing through.
    pub(crate) fn new(width: usize, height: usize) -> Result<Self, std::collections::TryReserveError> {
        let mut coverage = Vec::new();
        coverage.try_reserve_exact(width.saturating_mul(height))?;
        coverage.resize(width * height, 0);
        Ok(Self { width, coverage })
    }

    pub(crate) fn clear(&mut self) {
        self.coverage.fill(0);
    }

    /// Row `y` from column `x` on.
    #[inline]
    pub(crate) fn row(&self, y: i32, x: i32) -> &[u8] {
        let start = y as usize * self.width;
        &self.coverage[start + x as usize..start + self.width]
    }

    /// A sink that writes coverage into the mask, within `window`.
    pub(crate) fn writer(&mut self, window: Window) -> MaskWriter<'_> {
        MaskWriter { mask: self, window }
    }
}

/// What masking makes of a coverage.
#[inline]
pub(crate) fn combine(cover: u8, mask: u8) -> u8 {
    ((255 + u32::from(cover) * u32::from(mask)) >> 8) as u8
}

/// Writes runs into a [`Mask`].
pub(crate) struct MaskWriter<'a> {
    mask: &'a mut Mask,
    window: Window,
}

impl SpanSink for MaskWriter<'_> {
    fn covers(&mut self, y: i32, x: i32, covers: &[u8]) {
        if let Some((x, range)) = clip_run(&self.window, y, x, covers.len() as i32) {
            let start = y as usize * self.mask.width + x as usize;
            let covers = &covers[range];
            self.mask.coverage[start..start + covers.len()].copy_from_slice(covers);
        }
    }

    fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8) {
        if let Some((x, range)) = clip_run(&self.window, y, x, length) {
            let start = y as usize * self.mask.width + x as usize;
            self.mask.coverage[start..start + range.len()].fill(cover);
        }
    }
}

/// The part of a run inside a window: where it starts, and which of the run's pixels it is.
#[inline]
pub(crate) fn clip_run(window: &Window, y: i32, x: i32, length: i32) -> Option<(i32, std::ops::Range<usize>)> {
    if y < window.y0 || y >= window.y1 {
        return None;
    }
    let (start, end) = (x.max(window.x0), (x + length).min(window.x1));
    (start < end).then(|| (start, (start - x) as usize..(end - x) as usize))
}
