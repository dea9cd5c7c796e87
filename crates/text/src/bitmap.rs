//! The picture of one glyph at one place.

/// Coverage of one glyph, and where it lies on the canvas.
///
/// The bitmap covers the pixels `left .. left + width` and, with y up from the bottom of the canvas, the rows
/// `top - height .. top`. Width or height may be 0: nothing to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlyphBitmap {
    /// Column of the leftmost pixel (px from the left of the canvas).
    pub left: i32,
    /// Upper edge of the topmost row (px up from the bottom of the canvas).
    pub top: i32,
    /// Number of columns.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// `width * height` coverages, 0 to 255, without padding; row 0 is the topmost.
    pub coverage: Vec<u8>,
}
