//! The attributes of drawing as Python objects.

use std::sync::Arc;

use geometry::{Cap, Join, Rect, SketchParams, SnapMode};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::{self, PathArrays};

/// A path with arrays of its own.
///
/// Parameters
/// ----------
/// vertices : (N, 2) array of float
/// codes : (N,) array of uint8 or None
/// simplify : float or None
///     Threshold in px below which segments may be merged.
#[pyclass(frozen, module = "drypoint._core")]
pub struct Path(Arc<scene::Path<'static>>);

#[pymethods]
impl Path {
    #[new]
    #[pyo3(signature = (vertices, codes=None, simplify=None))]
    fn new(vertices: &Bound<'_, PyAny>, codes: Option<&Bound<'_, PyAny>>, simplify: Option<f64>) -> PyResult<Self> {
        let none = vertices.py().None().into_bound(vertices.py());
        let arrays = PathArrays::new(vertices, codes.unwrap_or(&none))?;
        Ok(Self(Arc::new(arrays.path(simplify)?.into_owned())))
    }
}

/// A path that limits where drawing shows.
///
/// Parameters
/// ----------
/// path : Path
/// affine : (3, 3) array of float
///     From the path's coordinates to px, y up.
/// identity : int
///     Names the path's array; the mask is kept while it and the affine stay the same.
#[pyclass(frozen, module = "drypoint._core")]
pub struct ClipPath(scene::ClipPath);

#[pymethods]
impl ClipPath {
    #[new]
    fn new(path: &Bound<'_, Path>, affine: &Bound<'_, PyAny>, identity: u64) -> PyResult<Self> {
        let path = Arc::clone(&path.get().0);
        Ok(Self(scene::ClipPath { path, affine: arrays::affine(affine)?, identity }))
    }
}

/// Everything that applies to a path besides its fill.
///
/// Parameters
/// ----------
/// line_width : float
///     Points; 0 for no line.
/// color : RGB or RGBA
///     Of the line.
/// antialiased : bool
/// cap : {"butt", "round", "projecting"}
/// join : {"miter", "round", "bevel"}
/// dashes : (offset, sequence or None)
///     Points.
/// clip_rect : (x1, y1, x2, y2) or None
///     px, y up; all zeros means none.
/// clip_path : ClipPath or None
/// snap : bool or None
///     Round to pixels; None decides by the path.
/// hatch : (Path, RGBA, float) or None
///     Tile in the unit square, colour, line width in points.
/// sketch : (scale, length, randomness) or None
///     px.
#[pyclass(frozen, module = "drypoint._core")]
pub struct Style {
    line_width_pt: f64,
    color: [f64; 4],
    antialiased: bool,
    cap: Cap,
    join: Join,
    dashes: Option<DashesPt>,
    clip: scene::Clip,
    snap: SnapMode,
    hatch: Option<(Arc<scene::Path<'static>>, [f64; 4], f64)>,
    sketch: SketchParams,
}

/// A dash pattern in points.
pub struct DashesPt {
    offset: f64,
    lengths: Vec<f64>,
}

impl<'py> FromPyObject<'_, 'py> for DashesPt {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let (offset, lengths): (f64, Option<Bound<'py, PyAny>>) = object.extract()?;
        let lengths = match lengths {
            Some(lengths) => lengths.try_iter()?.map(|length| length?.extract()).collect::<PyResult<Vec<f64>>>()?,
            None => Vec::new(),
        };
        Ok(Self { offset, lengths })
    }
}

impl DashesPt {
    /// In px; `None` for a solid line. An odd number of lengths is walked twice.
    pub fn to_px(&self, dpi: f64) -> Option<Arc<scene::Dashes>> {
        let count = self.lengths.len();
        if count == 0 {
            return None;
        }
        let scale = dpi / 72.0;
        let total = if count % 2 == 1 { 2 * count } else { count };
        let at = |i: usize| self.lengths[i % count] * scale;
        let pairs_px = (0..total).step_by(2).map(|i| (at(i), at(i + 1))).collect();
        Some(Arc::new(scene::Dashes { pairs_px, offset_px: self.offset * scale }))
    }
}

/// Points as px, in Agg's order of operations.
///
/// Zero stays the only width of zero: Agg asks for it in points, we in px.
pub fn points_to_px(points: f64, dpi: f64) -> f64 {
    let px = points * dpi / 72.0;
    if px == 0.0 && points != 0.0 { f64::from_bits(1) } else { px }
}

fn snap_mode(snap: Option<bool>) -> SnapMode {
    match snap {
        None => SnapMode::Auto,
        Some(false) => SnapMode::Never,
        Some(true) => SnapMode::Always,
    }
}

/// A rectangle from its corners, kept as they are.
pub fn rect((x1, y1, x2, y2): (f64, f64, f64, f64)) -> Rect {
    Rect { x1, y1, x2, y2 }
}

#[pymethods]
impl Style {
    #[new]
    fn new(
        line_width: f64,
        color: &Bound<'_, PyAny>,
        antialiased: bool,
        cap: &str,
        join: &str,
        dashes: DashesPt,
        clip_rect: Option<(f64, f64, f64, f64)>,
        clip_path: Option<&Bound<'_, ClipPath>>,
        snap: Option<bool>,
        hatch: Option<(Bound<'_, Path>, Bound<'_, PyAny>, f64)>,
        sketch: Option<(f64, f64, f64)>,
    ) -> PyResult<Self> {
        let cap = match cap {
            "butt" => Cap::Butt,
            "round" => Cap::Round,
            "projecting" => Cap::Square,
            _ => return Err(PyValueError::new_err(format!("cap must be butt, round or projecting, not {cap:?}"))),
        };
        let join = match join {
            "miter" => Join::Miter,
            "round" => Join::Round,
            "bevel" => Join::Bevel,
            _ => return Err(PyValueError::new_err(format!("join must be miter, round or bevel, not {join:?}"))),
        };
        let hatch = match hatch {
            Some((path, color, width)) => Some((Arc::clone(&path.get().0), arrays::rgba(&color)?, width)),
            None => None,
        };
        let sketch = sketch.map_or_else(SketchParams::default, |(scale, length, randomness)| SketchParams {
            scale,
            length,
            randomness,
        });
        Ok(Self {
            line_width_pt: line_width,
            color: arrays::rgba(color)?,
            antialiased,
            cap,
            join,
            dashes: (!dashes.lengths.is_empty()).then_some(dashes),
            clip: scene::Clip { rect: clip_rect.map(rect), path: clip_path.map(|path| path.get().0.clone()) },
            snap: snap_mode(snap),
            hatch,
            sketch,
        })
    }
}

impl Style {
    /// At a resolution.
    pub fn to_scene(&self, dpi: f64) -> scene::Style {
        scene::Style {
            clip: self.clip.clone(),
            snap: self.snap,
            antialiased: self.antialiased,
            stroke: scene::Stroke {
                color: self.color.into(),
                width_px: points_to_px(self.line_width_pt, dpi),
                cap: self.cap,
                join: self.join,
                dashes: self.dashes.as_ref().and_then(|dashes| dashes.to_px(dpi)),
            },
            hatch: self.hatch.as_ref().filter(|(path, ..)| !path.vertices.is_empty()).map(|(path, color, width)| {
                scene::Hatch { path: Arc::clone(path), color: (*color).into(), width_px: points_to_px(*width, dpi) }
            }),
            sketch: self.sketch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_patterns_are_walked_twice() {
        let dashes = DashesPt { offset: 1.0, lengths: vec![1.0, 2.0, 3.0] };
        let px = dashes.to_px(144.0).unwrap();
        assert_eq!(px.pairs_px, [(2.0, 4.0), (6.0, 2.0), (4.0, 6.0)]);
        assert_eq!(px.offset_px, 2.0);
    }

    #[test]
    fn snapping_has_three_states() {
        assert_eq!([None, Some(false), Some(true)].map(snap_mode), [SnapMode::Auto, SnapMode::Never, SnapMode::Always]);
    }
}
