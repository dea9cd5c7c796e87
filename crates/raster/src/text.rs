//! Text: glyphs scanned from outlines, and ready-made pictures of text.

use scene::{Glyphs, TextImage};

use crate::blend::{Rgba8, blend_covered};
use crate::frame::Frame;
use crate::glyph::{GlyphScanner, PixelWindow, bands};
use crate::mask::clip_run;
use crate::pixmap::Band;
use crate::window::Window;

/// Draws a string glyph by glyph; glyphs at places that are not finite are left out.
///
/// Text sees the clip rectangle but no clip path, as with Agg.
pub(crate) fn draw_glyphs(op: &Glyphs, frame: Frame, band: &mut Band<'_>, scanner: &mut GlyphScanner) {
    let window = frame.text_clip(op.clip_rect).intersect(&band.window());
    if window.is_empty() {
        return;
    }
    let color = Rgba8::from(op.color);
    let pixels = PixelWindow {
        left: window.x0,
        right: window.x1,
        bottom: frame.height - window.y1,
        top: frame.height - window.y0,
    };
    for glyph in op.run.glyphs() {
        let Ok(delta) = op.run.delta(glyph, op.x, op.y, op.height_px) else { continue };
        for part in bands(&glyph.outline, delta, pixels) {
            let bitmap = scanner.scan(&glyph.outline, delta, part);
            if bitmap.width == 0 {
                continue;
            }
            let top = frame.height - bitmap.top;
            for (row, covers) in bitmap.coverage.chunks_exact(bitmap.width).enumerate() {
                blend_row(band, &window, top + row as i32, bitmap.left, covers, color);
            }
        }
    }
}

/// Draws an unrotated picture of text.
pub(crate) fn draw_text_image(op: &TextImage<'_>, frame: Frame, band: &mut Band<'_>) {
    let window = frame.text_clip(op.clip_rect).intersect(&band.window());
    if op.width == 0 {
        return;
    }
    let color = Rgba8::from(op.color);
    let top = op.y.saturating_sub(op.height as i32);
    for (row, covers) in op.coverage.chunks_exact(op.width).enumerate() {
        blend_row(band, &window, top.saturating_add(row as i32), op.x, covers, color);
    }
}

fn blend_row(band: &mut Band<'_>, window: &Window, y: i32, x: i32, covers: &[u8], color: Rgba8) {
    if x > window.x1 {
        return;
    }
    if let Some((x, range)) = clip_run(window, y, x, covers.len() as i32) {
        for (pixel, &cover) in band.row(y, x, range.len()).iter_mut().zip(&covers[range]) {
            blend_covered(pixel, color, cover);
        }
    }
}
