//! A copy of a canvas in the format that windows take.

use std::collections::TryReserveError;

use crate::changes::Moment;
use crate::pixmap::Pixmap;
use crate::vector::vectorized;

/// An opaque canvas as 32-bit numbers, 0xffRRGGBB, row 0 on top. Only what has changed is converted.
#[derive(Debug)]
pub struct Mirror {
    pixels: Vec<u32>,
    seen: Option<Moment>,
}

impl Mirror {
    /// A black one with the size of a canvas.
    ///
    /// # Errors
    /// When memory is lacking.
    pub fn new(width: usize, height: usize) -> Result<Self, TryReserveError> {
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(width.saturating_mul(height))?;
        pixels.resize(width * height, 0xff00_0000);
        Ok(Self { pixels, seen: None })
    }

    /// The pixels; the memory stays where it is for the mirror's life.
    pub fn pixels_mut(&mut self) -> &mut [u32] {
        &mut self.pixels
    }

    /// Shows what the canvas, which must have the mirror's size, does. Alpha is not looked at.
    pub fn update(&mut self, pixmap: &mut Pixmap) {
        let width = pixmap.width();
        assert_eq!(self.pixels.len(), width * pixmap.height(), "a mirror has the size of its canvas");
        let window = pixmap.window();
        let parts = pixmap.changes().since(self.seen, &window);
        let (source, target) = (pixmap.pixels(), &mut self.pixels[..]);
        vectorized(
            #[inline(always)]
            || {
                for part in &parts {
                    for y in part.y0..part.y1 {
                        let start = y as usize * width + part.x0 as usize;
                        let row = start..start + part.width();
                        for (target, &[r, g, b, _]) in target[row.clone()].iter_mut().zip(&source[row]) {
                            *target = u32::from_be_bytes([255, r, g, b]);
                        }
                    }
                }
            },
        );
        self.seen = Some(pixmap.changes().look());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_its_canvas() {
        let mut pixmap = Pixmap::new(40, 20).unwrap();
        let mut mirror = Mirror::new(40, 20).unwrap();
        mirror.update(&mut pixmap);
        assert!(mirror.pixels.iter().all(|&pixel| pixel == 0xffff_ffff));
        pixmap.as_band().row(18, 39, 1)[0] = [1, 2, 3, 4];
        mirror.update(&mut pixmap);
        assert_eq!(mirror.pixels[18 * 40 + 39], 0xff01_0203);
        // What it has seen it does not convert again.
        mirror.pixels[0] = 7;
        pixmap.as_band().row(18, 39, 1)[0] = [5, 6, 7, 8];
        mirror.update(&mut pixmap);
        assert_eq!((mirror.pixels[0], mirror.pixels[18 * 40 + 39]), (7, 0xff05_0607));
        let mut other = Pixmap::new(40, 20).unwrap();
        mirror.update(&mut other);
        assert_eq!(mirror.pixels[0], 0xffff_ffff);
    }
}
