//! What documents say about a font that they hold.

use read_fonts::types::{GlyphId, Tag};
use read_fonts::{FontRef, TableProvider};

/// Measures of a face in font units.
#[derive(Clone, Debug, PartialEq)]
pub struct FaceMetrics {
    /// Font units in an em.
    pub units_per_em: f64,
    /// How far glyphs reach above the baseline.
    pub ascent: f64,
    /// How far glyphs reach below the baseline, negative.
    pub descent: f64,
    /// What all glyphs cover: left, bottom, right, top.
    pub bbox: [f64; 4],
    /// Slope of upright strokes, degrees counter-clockwise.
    pub italic_angle: f64,
    /// Whether outlines are in a `CFF ` table rather than a `glyf` table.
    pub is_cff: bool,
    advances: Vec<u16>,
}

impl FaceMetrics {
    /// Measures of an OpenType face; `None` for other formats, for broken files and for fonts without outlines.
    pub fn read(data: &[u8], index: u32) -> Option<Self> {
        let font = FontRef::from_index(data, index).ok()?;
        let is_cff = font.table_data(Tag::new(b"CFF ")).is_some();
        if !is_cff && font.table_data(Tag::new(b"glyf")).is_none() {
            return None;
        }
        let head = font.head().ok()?;
        let hhea = font.hhea().ok()?;
        let hmtx = font.hmtx().ok()?;
        let count = u32::from(font.maxp().ok()?.num_glyphs());
        let advances = (0..count).map(|glyph| hmtx.advance(GlyphId::new(glyph)).unwrap_or(0)).collect();
        Some(Self {
            units_per_em: f64::from(head.units_per_em()).max(1.0),
            ascent: f64::from(hhea.ascender().to_i16()),
            descent: f64::from(hhea.descender().to_i16()),
            bbox: [head.x_min(), head.y_min(), head.x_max(), head.y_max()].map(f64::from),
            italic_angle: font.post().map_or(0.0, |post| post.italic_angle().to_f64()),
            is_cff,
            advances,
        })
    }

    /// Font units in thousandths of an em.
    pub fn thousandths(&self, units: f64) -> f64 {
        units * 1000.0 / self.units_per_em
    }

    /// Advance of a glyph, 0 if there is no such glyph.
    pub fn advance(&self, glyph: u32) -> f64 {
        self.advances.get(glyph as usize).copied().map_or(0.0, f64::from)
    }
}

/// A table of an OpenType file.
pub fn table<'a>(data: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    FontRef::from_index(data, 0).ok()?.table_data(Tag::new(tag)).map(|table| table.as_bytes())
}
