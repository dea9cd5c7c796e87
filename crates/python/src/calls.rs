//! Drawing calls of Python as ops, for whatever records them.

use std::borrow::Cow;

use numpy::get_array_module;
use pyo3::exceptions::{PyMemoryError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use scene::{Collection, Gouraud, Markers, Op, PathSet, QuadMesh, StyledPath};

use crate::arrays::{self, Array, PathArrays, shape_text};
use crate::style::{DashesPt, Style, points_to_px};

/// How many paths of a collection are borrowed at most. Few may be large; many are small, and views of one array, and to
/// keep them from being written to while they are borrowed takes longer with each.
const FEW_PATHS: usize = 64;

/// The `MemoryError` for what does not fit.
pub fn out_of_memory<E>(_: E) -> PyErr {
    PyMemoryError::new_err("not enough memory for a canvas of this size")
}

/// What takes ops; the calls that all recorders share are made from it.
pub trait Recorder {
    /// Pixels (or whatever the unit is) per inch.
    fn dpi(&self) -> f64;

    /// Takes an op.
    fn record(&self, py: Python<'_>, op: Op<'_>) -> PyResult<()>;

    /// Draws a path: filled with `face` (RGBA or None), hatched, stroked.
    fn path(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        vertices: &Bound<'_, PyAny>,
        codes: &Bound<'_, PyAny>,
        simplify: Option<f64>,
        affine: &Bound<'_, PyAny>,
        face: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let arrays = PathArrays::new(vertices, codes)?;
        let op = StyledPath {
            style: style.get().to_scene(self.dpi()),
            path: arrays.path(simplify)?,
            affine: arrays::affine(affine)?,
            face: face_color(face)?,
        };
        self.record(py, Op::Path(op))
    }

    /// Stamps the path `marker` at the vertices of the path `vertices`.
    fn markers(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        marker_vertices: &Bound<'_, PyAny>,
        marker_codes: &Bound<'_, PyAny>,
        marker_affine: &Bound<'_, PyAny>,
        vertices: &Bound<'_, PyAny>,
        codes: &Bound<'_, PyAny>,
        affine: &Bound<'_, PyAny>,
        face: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let marker = PathArrays::new(marker_vertices, marker_codes)?;
        let positions = PathArrays::new(vertices, codes)?;
        let op = Markers {
            style: style.get().to_scene(self.dpi()),
            marker: marker.path(None)?,
            marker_affine: arrays::affine(marker_affine)?,
            path: positions.path(None)?,
            affine: arrays::affine(affine)?,
            face: face_color(face)?,
        };
        self.record(py, Op::Markers(op))
    }

    /// Draws paths whose attributes cycle.
    ///
    /// `paths` have `vertices` and `codes`, `transforms` an (N, 3, 3) array, `offsets` (N, 2), colours (N, 4) (N may be 0),
    /// `line_widths` (N,) in points, `dashes` a list of (offset, lengths or None) in points, `antialiased` (N,).
    fn collection(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        affine: &Bound<'_, PyAny>,
        paths: &Bound<'_, PyAny>,
        transforms: &Bound<'_, PyAny>,
        offsets: &Bound<'_, PyAny>,
        offset_affine: &Bound<'_, PyAny>,
        face_colors: &Bound<'_, PyAny>,
        edge_colors: &Bound<'_, PyAny>,
        line_widths: &Bound<'_, PyAny>,
        dashes: Vec<DashesPt>,
        antialiased: &Bound<'_, PyAny>,
        hatch_colors: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let mut few_paths = Vec::new();
        let mut set = PathSet::default();
        for path in paths.try_iter()? {
            // Asked here: thousands of pairs made in Python would keep its garbage collector busy.
            let path = path?;
            let (vertices, codes) = (path.getattr(intern!(py, "vertices"))?, path.getattr(intern!(py, "codes"))?);
            let arrays = PathArrays::new(&vertices, &codes)?;
            if set.is_empty() && few_paths.len() < FEW_PATHS {
                few_paths.push(arrays);
                continue;
            }
            for arrays in few_paths.drain(..).chain([arrays]) {
                set.push(arrays.vertices()?, arrays.codes()?).map_err(out_of_memory)?;
            }
        }
        if set.is_empty() {
            set = PathSet::borrowed(few_paths.iter().map(PathArrays::view).collect::<PyResult<_>>()?);
        }
        let transforms = arrays::rows(transforms, "transforms", &[3, 3])?;
        let offsets = arrays::points(offsets, "offsets")?;
        let face_colors = arrays::colors(face_colors, "facecolors")?;
        let edge_colors = arrays::colors(edge_colors, "edgecolors")?;
        let hatch_colors = arrays::colors(hatch_colors, "hatchcolors")?;
        let line_widths = Array::<f64>::new(line_widths)?;
        let mut line_widths_px: Vec<f64> =
            line_widths.as_slice()?.iter().map(|&width| points_to_px(width, self.dpi())).collect();
        if line_widths_px.is_empty() {
            line_widths_px.push(points_to_px(1.0, self.dpi()));
        }
        let antialiased = Array::<bool>::new(antialiased)?;
        let count = set.len().max(offsets.groups::<2>()?.len());
        let op = Collection {
            style: style.get().to_scene(self.dpi()),
            affine: arrays::affine(affine)?,
            transforms: transforms.groups::<9>()?.into(),
            offsets: offsets.groups::<2>()?.into(),
            offset_affine: arrays::affine(offset_affine)?,
            face_colors: face_colors.groups::<4>()?.into(),
            edge_colors: edge_colors.groups::<4>()?.into(),
            hatch_colors: hatch_colors.groups::<4>()?.into(),
            line_widths_px,
            // No more line styles count than there are items.
            dashes: dashes.iter().take(count).map(|dashes| dashes.to_px(self.dpi())).collect(),
            antialiased: antialiased.as_slice()?.to_vec(),
            paths: set,
        };
        self.record(py, Op::Collection(op))
    }

    /// Draws the cells of a grid of (rows + 1, columns + 1, 2) `coordinates`.
    fn quad_mesh(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        affine: &Bound<'_, PyAny>,
        columns: usize,
        rows: usize,
        coordinates: &Bound<'_, PyAny>,
        offsets: &Bound<'_, PyAny>,
        offset_affine: &Bound<'_, PyAny>,
        face_colors: &Bound<'_, PyAny>,
        antialiased: bool,
        edge_colors: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let coordinates = Array::<f64>::new(coordinates)?;
        let fits = matches!(*coordinates.shape(), [r, c, 2] if r.checked_sub(1) == Some(rows) && c.checked_sub(1) == Some(columns));
        if !fits && columns != 0 && rows != 0 {
            return Err(PyValueError::new_err(format!(
                "the coordinates of a mesh of {rows} by {columns} cells must have the shape ({}, {}, 2), not {}",
                rows.saturating_add(1),
                columns.saturating_add(1),
                shape_text(coordinates.shape())
            )));
        }
        let offsets = arrays::points(offsets, "offsets")?;
        let face_colors = arrays::colors(face_colors, "facecolors")?;
        let edge_colors = arrays::colors(edge_colors, "edgecolors")?;
        let mut style = style.get().to_scene(self.dpi());
        style.antialiased = antialiased;
        let op = QuadMesh {
            style,
            affine: arrays::affine(affine)?,
            columns: if fits { columns } else { 0 },
            rows,
            coordinates: coordinates.groups::<2>()?.into(),
            offsets: offsets.groups::<2>()?.into(),
            offset_affine: arrays::affine(offset_affine)?,
            face_colors: face_colors.groups::<4>()?.into(),
            edge_colors: edge_colors.groups::<4>()?.into(),
        };
        self.record(py, Op::QuadMesh(op))
    }

    /// Draws triangles: `points` (N, 3, 2), `colors` (N, 3, 4).
    fn gouraud(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        points: &Bound<'_, PyAny>,
        colors: &Bound<'_, PyAny>,
        affine: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let points = arrays::rows(points, "points", &[3, 2])?;
        let colors = arrays::rows(colors, "colors", &[3, 4])?;
        let count = |array: &Array<'_, f64>| array.shape().first().copied().unwrap_or(0);
        if count(&points) != count(&colors) {
            return Err(PyValueError::new_err(format!(
                "points and colors arrays must be the same length, got {} points and {} colors",
                count(&points),
                count(&colors)
            )));
        }
        let op = Gouraud {
            style: style.get().to_scene(self.dpi()),
            affine: arrays::affine(affine)?,
            points: points.groups::<2>()?.as_chunks::<3>().0.into(),
            colors: colors.groups::<4>()?.as_chunks::<3>().0.into(),
        };
        self.record(py, Op::Gouraud(op))
    }
}

/// The fill, if it is one: none at all and none that shows are the same.
fn face_color(face: Option<&Bound<'_, PyAny>>) -> PyResult<Option<scene::Color>> {
    let Some(face) = face else { return Ok(None) };
    let color = arrays::rgba(face)?;
    Ok((color[3] != 0.0).then(|| color.into()))
}

/// An array of bytes: (H, W, `channels`), or (H, W) without channels.
pub fn pixels<'py>(object: &Bound<'py, PyAny>, what: &str, channels: Option<usize>) -> PyResult<Array<'py, u8>> {
    let object = get_array_module(object.py())?.call_method1("asarray", (object,))?;
    let array = Array::<u8>::new(&object)?;
    let fits = match (array.shape(), channels) {
        (&[_, _, last], Some(channels)) => last == channels,
        (&[_, _], None) => true,
        _ => false,
    };
    if fits {
        return Ok(array);
    }
    let expected: Cow<'_, str> = channels.map_or("(H, W)".into(), |channels| format!("(H, W, {channels})").into());
    Err(PyValueError::new_err(format!("{what} must have the shape {expected}, not {}", shape_text(array.shape()))))
}
