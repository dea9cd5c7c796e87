//! Glyph outlines and laid out strings as Python objects.

use std::sync::Arc;

use numpy::{PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods, ToPyArray};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use raster::glyph::{GlyphScanner, PixelWindow, bands};

/// Put the classes of this file into the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Outline>()?;
    module.add_class::<GlyphRun>()
}

/// A glyph outline that no longer needs its font.
///
/// Parameters
/// ----------
/// vertices : (N, 2) array of float64
///     Points in pixels, y up, multiples of 1/64, as `FT2Font.get_path` gives them.
/// codes : (N,) array of uint8
///     1 move, 2 line, 3 conic, 4 cubic, 79 close.
/// shift_px : int, default: 0
///     How far right and up the font has moved the outline; it is taken off again.
#[pyclass(frozen, module = "drypoint._core", name = "Outline")]
pub struct Outline(Arc<text::Outline>);

impl Outline {
    /// The outline itself, to be placed.
    pub fn inner(&self) -> &Arc<text::Outline> {
        &self.0
    }
}

#[pymethods]
impl Outline {
    #[new]
    #[pyo3(signature = (vertices, codes, shift_px=0))]
    fn new(vertices: PyReadonlyArray2<'_, f64>, codes: PyReadonlyArray1<'_, u8>, shift_px: i32) -> PyResult<Self> {
        if vertices.shape()[1] != 2 {
            return Err(PyValueError::new_err(format!("vertices must be (N, 2), not (N, {})", vertices.shape()[1])));
        }
        let vertices: Vec<[f64; 2]> = vertices.as_array().rows().into_iter().map(|row| [row[0], row[1]]).collect();
        let codes: Vec<u8> = codes.as_array().iter().copied().collect();
        text::Outline::from_path(&vertices, &codes, shift_px)
            .map(|outline| Self(Arc::new(outline)))
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// (x_min, y_min, x_max, y_max) of all points, control points included, in 1/64 px, y up; zeros if there is none.
    #[getter]
    fn bounds(&self) -> (i32, i32, i32, i32) {
        self.0.bounds().map_or((0, 0, 0, 0), |b| (b.x_min, b.y_min, b.x_max, b.y_max))
    }
}

/// The glyphs of a string at an angle, to be drawn any number of times.
///
/// Parameters
/// ----------
/// outlines : list of Outline
///     One for each glyph, loaded with the angle in the matrix of the font.
/// dx, dy : list of float
///     Places of the glyphs in the unrotated string, pixels from its origin, y up.
/// cos, sin : float
///     Of the angle.
#[pyclass(frozen, module = "drypoint._core", name = "GlyphRun")]
pub struct GlyphRun(Arc<text::GlyphRun>);

impl From<text::GlyphRun> for GlyphRun {
    fn from(run: text::GlyphRun) -> Self {
        Self(Arc::new(run))
    }
}

impl GlyphRun {
    /// The run itself, to be recorded.
    pub fn inner(&self) -> &Arc<text::GlyphRun> {
        &self.0
    }
}

/// Left, top and coverage of a glyph.
type Bitmap<'py> = (i32, i32, Bound<'py, PyArray2<u8>>);

#[pymethods]
impl GlyphRun {
    #[new]
    fn new(outlines: Vec<PyRef<'_, Outline>>, dx: Vec<f64>, dy: Vec<f64>, cos: f64, sin: f64) -> PyResult<Self> {
        if outlines.len() != dx.len() || outlines.len() != dy.len() {
            return Err(PyValueError::new_err(format!(
                "a glyph run needs one place for each outline, not {} dx and {} dy for {} outlines",
                dx.len(),
                dy.len(),
                outlines.len()
            )));
        }
        let glyphs = outlines
            .iter()
            .zip(dx.into_iter().zip(dy))
            .map(|(outline, (dx_px, dy_px))| text::PlacedGlyph { outline: Arc::clone(&outline.0), dx_px, dy_px })
            .collect();
        Ok(text::GlyphRun::new(glyphs, cos, sin).into())
    }

    fn __len__(&self) -> usize {
        self.0.glyphs().len()
    }

    /// The pictures of the glyphs for a string at (x, y), y down from the top of a canvas of this height.
    ///
    /// Returns
    /// -------
    /// list of (left, top, coverage)
    ///     `left` and `top` in pixels, y up from the bottom of the canvas; coverage is an (H, W) array of uint8, top row
    ///     first.
    fn bitmaps<'py>(&self, py: Python<'py>, x: f64, y: f64, height: f64) -> PyResult<Vec<Bitmap<'py>>> {
        const MAX_BITMAP_PX: usize = 1 << 28;
        let mut scanner = GlyphScanner::new();
        let mut bitmaps = Vec::with_capacity(self.0.glyphs().len());
        for glyph in self.0.glyphs() {
            let delta = self.0.delta(glyph, x, y, height).map_err(|error| PyValueError::new_err(error.to_string()))?;
            let Some(touched) = PixelWindow::of_outline(&glyph.outline, delta) else {
                bitmaps.push((0, 0, PyArray2::zeros(py, [0, 0], false)));
                continue;
            };
            let size = [(touched.top - touched.bottom) as usize, (touched.right - touched.left) as usize];
            if size[0].saturating_mul(size[1]) > MAX_BITMAP_PX {
                return Err(PyValueError::new_err(format!(
                    "a glyph of {} by {} pixels is too large",
                    size[1], size[0]
                )));
            }
            let mut rows = Vec::with_capacity(size[0] * size[1]);
            for band in bands(&glyph.outline, delta, touched) {
                rows.extend_from_slice(scanner.scan(&glyph.outline, delta, band).coverage);
            }
            bitmaps.push((touched.left, touched.top, rows.to_pyarray(py).reshape(size)?));
        }
        Ok(bitmaps)
    }
}
