//! What is known of characters, and the strings that it makes, as Python objects.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::glyphs::{GlyphRun, Outline};

// Strings may hold halves of surrogate pairs, which are no characters: of those nothing is known.

/// Put the classes of this file into the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<ShapingTable>()?;
    module.add_class::<GlyphTable>()?;
    module.add_function(wrap_pyfunction!(is_latin, module)?)
}

/// Whether a string of ISO 8859-1 and common punctuation is in Latin script (or in none); None if in several.
#[pyfunction]
fn is_latin(s: &Bound<'_, PyString>) -> Option<bool> {
    text::is_latin(&s.to_string_lossy())
}

/// What is known of the characters of a face at one size, in which a string is the sum of its characters.
#[pyclass(module = "drypoint._core", name = "ShapingTable")]
#[derive(Default)]
pub struct ShapingTable(text::ShapingTable);

#[pymethods]
impl ShapingTable {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Pixels from the first of two neighbours to the second; None if that is not known.
    fn distance(&self, first: char, second: char) -> Option<f64> {
        self.0.distance_px(first, second)
    }

    /// Note a distance (px) unless one is known; whether it is the one that is known then.
    fn note_distance(&mut self, first: char, second: char, px: f64) -> bool {
        self.0.note_distance_px(first, second, px)
    }

    /// Pixels from a character that is the last one to the end of the string; None if that is not known.
    fn advance(&self, last: char) -> Option<f64> {
        self.0.advance_px(last)
    }

    /// Note an advance (px) unless one is known.
    fn note_advance(&mut self, last: char, px: f64) {
        self.0.note_advance_px(last, px);
    }

    /// Whether it is known where the ink of a character is.
    fn knows_ink(&self, character: char) -> bool {
        self.0.knows_ink(character)
    }

    /// Note the lowest and the highest ink of a character, 1/64 px, y up.
    fn note_ink(&mut self, character: char, low: i32, high: i32) {
        self.0.note_ink(character, low, high);
    }

    /// Width, height of the ink and descent of a string that is not empty, px, as `FT2Font` measures; None if not all is known.
    fn extents(&self, s: &Bound<'_, PyString>) -> Option<(f64, f64, f64)> {
        self.0.extents(s.to_str().ok()?).map(|extents| (extents.width, extents.height, extents.descent))
    }

    /// The glyphs of a string that is not empty; None if not all is known.
    fn run(&self, s: &Bound<'_, PyString>, glyphs: &GlyphTable) -> Option<GlyphRun> {
        self.0.run(s.to_str().ok()?, &glyphs.0).map(GlyphRun::from)
    }
}

/// The outlines of characters at an angle, of which `cos` and `sin` are given.
#[pyclass(module = "drypoint._core", name = "GlyphTable")]
pub struct GlyphTable(text::GlyphTable);

#[pymethods]
impl GlyphTable {
    #[new]
    fn new(cos: f64, sin: f64) -> Self {
        Self(text::GlyphTable::new(cos, sin))
    }

    /// Add the outline of a character, which must have been turned by the same angle.
    fn add(&mut self, character: char, outline: &Outline) {
        self.0.add(character, Arc::clone(outline.inner()));
    }

    /// The characters of a string that are not there.
    fn missing(&self, s: &Bound<'_, PyString>) -> String {
        self.0.missing(&s.to_string_lossy())
    }
}
