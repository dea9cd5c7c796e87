//! Font faces as documents need them: names, unhinted outlines, the file.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The unhinted outline of a glyph in font units, y up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GlyphPath {
    /// Points.
    pub vertices: Vec<[f64; 2]>,
    /// One per point: 1 move, 2 line, 3 conic (twice), 4 cubic (three times), 79 close.
    pub codes: Vec<u8>,
    /// How far the next glyph is.
    pub advance: f64,
}

/// One face of a font file.
#[derive(Debug)]
pub struct Face {
    /// Tells faces apart: the file and the place in it.
    pub key: String,
    /// The PostScript name.
    pub postscript_name: String,
    /// The place in a collection, 0 for other files.
    pub index: u32,
    /// Font units in an em.
    pub units_per_em: f64,
    /// The file.
    pub data: Arc<[u8]>,
    paths: Mutex<HashMap<u32, Arc<GlyphPath>>>,
}

impl Face {
    /// A face of which no outline is known yet.
    pub fn new(key: String, postscript_name: String, index: u32, units_per_em: f64, data: Arc<[u8]>) -> Self {
        Self { key, postscript_name, index, units_per_em, data, paths: Mutex::default() }
    }

    /// Keeps the outline of a glyph.
    pub fn insert_path(&self, glyph: u32, path: GlyphPath) {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner).insert(glyph, Arc::new(path));
    }

    /// Advance of a glyph in thousandths of an em, 0 if it is not known.
    pub fn advance(&self, glyph: u32) -> f64 {
        self.path(glyph).map_or(0.0, |path| path.advance) * 1000.0 / self.units_per_em.max(1.0)
    }

    /// The outline of a glyph, if it is known.
    pub fn path(&self, glyph: u32) -> Option<Arc<GlyphPath>> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner).get(&glyph).cloned()
    }
}
