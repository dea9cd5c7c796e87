//! A laid out string, ready to be drawn anywhere.

use std::fmt;
use std::sync::Arc;

use crate::{Outline, SUBPIXELS_PER_PX};

/// A glyph and where it sits in its string.
#[derive(Clone, Debug)]
pub struct PlacedGlyph {
    /// The outline, already rotated and hinted.
    pub outline: Arc<Outline>,
    /// Distance of the glyph's origin from the string's along the unrotated baseline (px).
    pub dx_px: f64,
    /// Distance above the unrotated baseline (px).
    pub dy_px: f64,
}

/// Glyphs of one string at one angle, in drawing order.
///
/// Glyphs are drawn one after another: where two overlap, both are blended.
#[derive(Clone, Debug)]
pub struct GlyphRun {
    glyphs: Vec<PlacedGlyph>,
    cos: f64,
    sin: f64,
}

/// How far to move an outline (26.6, from the lower left corner of the canvas, y up).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delta {
    /// To the right.
    pub x: i32,
    /// Up.
    pub y: i32,
}

impl GlyphRun {
    /// A run whose baseline is turned counter-clockwise by the angle with this cosine and sine.
    ///
    /// The angle only places the glyphs; the outlines must have been turned by the same angle.
    pub fn new(glyphs: Vec<PlacedGlyph>, cos: f64, sin: f64) -> Self {
        Self { glyphs, cos, sin }
    }

    /// The glyphs in drawing order.
    pub fn glyphs(&self) -> &[PlacedGlyph] {
        &self.glyphs
    }

    /// How far to move the outline of `glyph` when the string's origin is at (`x_px`, `y_px`), y **down** from the top of
    /// a canvas of height `canvas_height_px`.
    ///
    /// Agrees with `RendererAgg._draw_text_glyphs_and_boxes` to the bit: same order of operations, halves to even.
    /// Places more than 2²³ px away are clamped there.
    pub fn delta(
        &self,
        glyph: &PlacedGlyph,
        x_px: f64,
        y_px: f64,
        canvas_height_px: f64,
    ) -> Result<Delta, PositionError> {
        let x = x_px + glyph.dx_px * self.cos - glyph.dy_px * self.sin;
        let y = canvas_height_px - y_px + glyph.dx_px * self.sin + glyph.dy_px * self.cos;
        if x.is_finite() && y.is_finite() {
            Ok(Delta { x: fixed_point(x), y: fixed_point(y) })
        } else {
            Err(PositionError)
        }
    }
}

/// Pixels as 26.6 fixed point, halves to even, clamped to ±2²³ px.
fn fixed_point(px: f64) -> i32 {
    const LIMIT: f64 = (1 << 29) as f64;
    (f64::from(SUBPIXELS_PER_PX) * px).round_ties_even().clamp(-LIMIT, LIMIT) as i32
}

/// A glyph would be at a place that is infinite or not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionError;

impl fmt::Display for PositionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "text cannot be drawn at a position that is infinite or not a number")
    }
}

impl std::error::Error for PositionError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(dx_px: f64, dy_px: f64) -> PlacedGlyph {
        PlacedGlyph { outline: Arc::new(Outline::from_path(&[], &[], 0).unwrap()), dx_px, dy_px }
    }

    #[test]
    fn halves_go_to_even() {
        let run = GlyphRun::new(vec![], 1.0, 0.0);
        let x = |steps: f64| run.delta(&placed(0.0, 0.0), steps / 64.0, 0.0, 0.0).unwrap().x;
        assert_eq!((x(0.5), x(1.5), x(2.5), x(-0.5), x(-1.5)), (0, 2, 2, 0, -2));
    }

    #[test]
    fn the_offset_turns_with_the_string() {
        let run = GlyphRun::new(vec![], 0.0, 1.0);
        assert_eq!(run.delta(&placed(2.0, 0.5), 10.0, 30.0, 100.0).unwrap(), Delta { x: 608, y: 4608 });
    }

    #[test]
    fn far_places_are_clamped_and_impossible_ones_refused() {
        let run = GlyphRun::new(vec![], 1.0, 0.0);
        assert_eq!(run.delta(&placed(0.0, 0.0), 1e300, 1e300, 0.0).unwrap(), Delta { x: 1 << 29, y: -(1 << 29) });
        assert_eq!(run.delta(&placed(0.0, 0.0), f64::NAN, 0.0, 0.0), Err(PositionError));
        assert_eq!(run.delta(&placed(0.0, 0.0), 0.0, f64::INFINITY, 0.0), Err(PositionError));
    }
}
