//! A recorded document as plain numbers, for players outside of the engine.
//!
//! What the stages of a path do (gaps, clipping to the page, snapping, simplification, sketch) has been done, attributes
//! do not cycle any more, and y counts down from the top.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use geometry::{Affine, Cap, DocumentPath, Join, PathSink, PathView, Rect, SnapMode, cubic_controls, floor};
use numpy::{IntoPyArray, PyArray2, PyArray3, PyArrayMethods};
use page::{clip_rect, grown, meet, moved, reach, seen_places, visible_line};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use scene::{
    ClipPath, Collection, Color, Dashes, Gouraud, Group, Hatch, Markers, Op, Picture, QuadMesh, Stroke, Style,
};
use scene::{StyledPath, Text};

use crate::document::Document;

/// Coordinates beyond this are brought back to it: many libraries keep them in 24 bits before the point.
const FARTHEST: f64 = (1u64 << 22) as f64;

/// Half widths of a line to which its corners may reach.
const MITER_LIMIT: f64 = 10.0;

/// The ops of a document, one at a time.
#[pyclass(module = "drypoint._core")]
pub struct Ops {
    document: Py<Document>,
    next: usize,
    snap: bool,
    outlines: bool,
    /// The clip path that was given out last: the same object stands for the same path.
    clip: Option<(ClipPath, Py<PyTuple>)>,
}

impl Ops {
    /// Those of `document`; `snap` if its units are pixels, `outlines` if text is to become paths.
    pub fn new(document: Py<Document>, snap: bool, outlines: bool) -> Self {
        Self { document, next: 0, snap, outlines, clip: None }
    }
}

#[pymethods]
impl Ops {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let document = self.document.clone_ref(py);
        loop {
            let scene = document.get().scene();
            let Some(op) = scene.ops.get(self.next) else { return Ok(None) };
            self.next += 1;
            let page = Rect { x1: 0.0, y1: 0.0, x2: scene.width, y2: scene.height };
            let mut walk = Walk { py, page, snap: self.snap, clip: &mut self.clip };
            let told = match op {
                Op::Path(op) => walk.path(op)?,
                Op::Markers(op) => walk.markers(op)?,
                Op::Collection(op) => walk.collection(op)?,
                Op::QuadMesh(op) => walk.quad_mesh(op)?,
                Op::Gouraud(op) => walk.gouraud(op)?,
                Op::Picture(op) => walk.picture(op)?,
                Op::Text(op) if self.outlines => walk.outlines(op)?,
                Op::Text(op) => walk.text(op)?,
                Op::LinkArea(op) => {
                    let Rect { x1, y1, x2, y2 } = op.area;
                    Some(("link_area", &*op.url, (x1, page.y2 - y2, x2 - x1, y2 - y1)).into_pyobject(py)?)
                }
                Op::Begin(group) => walk.begin(group)?,
                Op::End => Some(("end",).into_pyobject(py)?),
                Op::Clear | Op::Image(_) | Op::Glyphs(_) | Op::TextImage(_) => None,
            };
            if told.is_some() {
                return Ok(told);
            }
        }
    }
}

type Told<'py> = PyResult<Option<Bound<'py, PyTuple>>>;
type Rgba = [f64; 4];

fn rgba(color: Color) -> Rgba {
    [color.r, color.g, color.b, color.a].map(share)
}

/// From 0 to 1; 0 for what is no number.
fn share(v: f64) -> f64 {
    if v.is_nan() { 0.0 } else { v.clamp(0.0, 1.0) }
}

/// Near enough for libraries with 24 bits before the point.
fn near(v: f64) -> f64 {
    if v.is_nan() { 0.0 } else { v.clamp(-FARTHEST, FARTHEST) }
}

fn are_near(numbers: &[f64]) -> bool {
    numbers.iter().all(|v| v.abs() <= FARTHEST)
}

fn rgba_or_nothing(color: Option<Color>) -> Rgba {
    color.map_or([0.0; 4], rgba)
}

fn rows<'py, const N: usize>(py: Python<'py>, rows: Vec<[f64; N]>) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let count = rows.len();
    rows.into_flattened().into_pyarray(py).reshape([count, N])
}

fn blocks<'py, const N: usize>(py: Python<'py>, blocks: &[[[f64; N]; 3]]) -> PyResult<Bound<'py, PyArray3<f64>>> {
    blocks.as_flattened().as_flattened().to_vec().into_pyarray(py).reshape([blocks.len(), 3, N])
}

/// Segments as vertices with a code each; quadratic curves become cubic.
#[derive(Debug, Default)]
struct Segments {
    vertices: Vec<[f64; 2]>,
    codes: Vec<u8>,
}

const MOVE: u8 = 1;
const LINE: u8 = 2;
const CURVE: u8 = 4;
const CLOSE: u8 = 79;

impl Segments {
    fn push(&mut self, code: u8, x: f64, y: f64) {
        self.vertices.push([near(x), near(y)]);
        self.codes.push(code);
    }

    fn shift(&mut self, by: f64) {
        for vertex in &mut self.vertices {
            *vertex = vertex.map(|v| v + by);
        }
    }

    fn bounds(&self, from: usize) -> Rect {
        let nothing = Rect { x1: f64::MAX, y1: f64::MAX, x2: f64::MIN, y2: f64::MIN };
        self.vertices[from..].iter().fold(nothing, |r, &[x, y]| Rect {
            x1: r.x1.min(x),
            y1: r.y1.min(y),
            x2: r.x2.max(x),
            y2: r.y2.max(y),
        })
    }

    fn into_py(self, py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        (rows(py, self.vertices)?, self.codes.into_pyarray(py)).into_pyobject(py)
    }
}

impl PathSink for Segments {
    fn move_to(&mut self, x: f64, y: f64) {
        self.push(MOVE, x, y);
    }

    fn line_to(&mut self, x: f64, y: f64) {
        self.push(LINE, x, y);
    }

    fn quad_to(&mut self, control: (f64, f64), end: (f64, f64)) {
        let from = self.vertices.last().map_or(control, |&[x, y]| (x, y));
        let (first, second) = cubic_controls(from, control, end);
        self.cubic_to(first, second, end);
    }

    fn cubic_to(&mut self, first: (f64, f64), second: (f64, f64), end: (f64, f64)) {
        for (x, y) in [first, second, end] {
            self.push(CURVE, x, y);
        }
    }

    fn close(&mut self) {
        // A move to where it began would be drawn as a subpath of its own.
        let [x, y] = *self.vertices.last().unwrap_or(&[0.0; 2]);
        self.push(CLOSE, x, y);
    }
}

/// The items of a collection, or the cells of a mesh.
#[derive(Default)]
struct Items {
    shapes: Segments,
    /// Where each shape ends.
    ends: Vec<i64>,
    shape: Vec<i64>,
    offsets: Vec<[f64; 2]>,
    faces: Vec<Rgba>,
    lines: Vec<Rgba>,
    widths: Vec<f64>,
    /// Which of the patterns; -1 for a solid line.
    dashes: Vec<i64>,
    patterns: Vec<Arc<Dashes>>,
    antialiased: Vec<bool>,
    hatches: Vec<Rgba>,
    index: Vec<i64>,
}

impl Items {
    fn end_shape(&mut self) -> usize {
        self.ends.push(self.shapes.vertices.len() as i64);
        self.ends.len() - 1
    }

    fn pattern(&mut self, dashes: Option<&Arc<Dashes>>) -> i64 {
        let Some(dashes) = dashes else { return -1 };
        let known = self.patterns.iter().rposition(|pattern| Arc::ptr_eq(pattern, dashes));
        known.unwrap_or_else(|| {
            self.patterns.push(Arc::clone(dashes));
            self.patterns.len() - 1
        }) as i64
    }

    fn into_py<'py>(self, py: Python<'py>, style: Bound<'py, PyTuple>) -> Told<'py> {
        let patterns = self.patterns.iter().map(|pattern| dashes_to_py(py, Some(pattern)));
        let patterns = PyList::new(py, patterns.collect::<PyResult<Vec<_>>>()?)?;
        let shapes = (rows(py, self.shapes.vertices)?, self.shapes.codes.into_pyarray(py), self.ends.into_pyarray(py));
        let items = (
            self.shape.into_pyarray(py),
            rows(py, self.offsets)?,
            rows(py, self.faces)?,
            rows(py, self.lines)?,
            self.widths.into_pyarray(py),
            self.dashes.into_pyarray(py),
            patterns,
            self.antialiased.into_pyarray(py),
            rows(py, self.hatches)?,
            self.index.into_pyarray(py),
        );
        Ok(Some(("items", style, shapes, items).into_pyobject(py)?))
    }
}

/// (lengths, offset), or None for a solid line.
fn dashes_to_py<'py>(py: Python<'py>, dashes: Option<&Dashes>) -> PyResult<Option<Bound<'py, PyTuple>>> {
    // What cannot be a pattern, or is so fine that it looks like a thinner line anyway, is none.
    const FINEST: f64 = 1e-2;
    let is_pattern = |dashes: &&Dashes| {
        let lengths = || dashes.pairs_px.iter().flat_map(|&(dash, gap)| [dash, gap]);
        dashes.offset_px.is_finite() && lengths().all(|v| v >= 0.0) && lengths().sum::<f64>() >= FINEST
    };
    dashes
        .filter(is_pattern)
        .map(|dashes| {
            let lengths: Vec<f64> = dashes.pairs_px.iter().flat_map(|&(dash, gap)| [near(dash), near(gap)]).collect();
            (lengths, near(dashes.offset_px)).into_pyobject(py)
        })
        .transpose()
}

/// One op on its way out.
struct Walk<'a, 'py> {
    py: Python<'py>,
    page: Rect,
    snap: bool,
    clip: &'a mut Option<(ClipPath, Py<PyTuple>)>,
}

impl<'py> Walk<'_, 'py> {
    fn flip(&self, affine: &Affine) -> Affine {
        affine.then_flip(self.page.y2)
    }

    fn snap_mode(&self, style: &Style) -> SnapMode {
        if self.snap { style.snap } else { SnapMode::Never }
    }

    fn clip_path(&mut self, clip: &ClipPath, snap: SnapMode) -> PyResult<Bound<'py, PyTuple>> {
        let py = self.py;
        if let Some((known, told)) = &*self.clip
            && known.identity == clip.identity
            && known.affine == clip.affine
        {
            return Ok(told.bind(py).clone());
        }
        let mut segments = Segments::default();
        let stages = DocumentPath { snap, ..DocumentPath::default() };
        stages.send(clip.path.view(), self.flip(&clip.affine), &mut segments);
        let told = segments.into_py(py)?;
        *self.clip = Some((clip.clone(), told.clone().unbind()));
        Ok(told)
    }

    /// Rectangle (left, top, right, bottom) and path, or None each.
    fn clip(&mut self, clip: &scene::Clip, snap: SnapMode) -> PyResult<Bound<'py, PyTuple>> {
        let height = self.page.y2;
        let rect = clip_rect(clip).map(|r| (near(r.x1), near(height - r.y2), near(r.x2), near(height - r.y1)));
        let path = match clip.path.as_ref().filter(|clip| !clip.path.vertices.is_empty()) {
            Some(path) => Some(self.clip_path(path, snap)?),
            None => None,
        };
        (rect, path).into_pyobject(self.py)
    }

    fn line(&self, stroke: &Stroke) -> PyResult<Bound<'py, PyTuple>> {
        let color = visible_line(stroke).map(|(color, _)| rgba(color));
        let cap = match stroke.cap {
            Cap::Butt => "butt",
            Cap::Round => "round",
            Cap::Square => "square",
        };
        let join = match stroke.join {
            Join::Miter | Join::MiterClipped => "miter",
            Join::Round => "round",
            Join::Bevel => "bevel",
        };
        let dashes = dashes_to_py(self.py, stroke.dashes.as_deref())?;
        (color, near(stroke.width_px), cap, join, dashes).into_pyobject(self.py)
    }

    fn hatch(&self, hatch: Option<&Hatch>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let Some(hatch) = hatch else { return Ok(None) };
        let mut segments = Segments::default();
        DocumentPath::default().send(hatch.path.view(), Affine::IDENTITY.then_flip(1.0), &mut segments);
        Ok(Some((segments.into_py(self.py)?, rgba(hatch.color), near(hatch.width_px)).into_pyobject(self.py)?))
    }

    fn style(&mut self, style: &Style) -> PyResult<Bound<'py, PyTuple>> {
        let clip = self.clip(&style.clip, self.snap_mode(style))?;
        (clip, style.antialiased, self.line(&style.stroke)?, self.hatch(style.hatch.as_ref())?).into_pyobject(self.py)
    }

    fn path(&mut self, op: &StyledPath<'_>) -> Told<'py> {
        let unfilled = op.face.is_none() && op.style.hatch.is_none();
        let line = visible_line(&op.style.stroke);
        if unfilled && line.is_none() {
            return Ok(None);
        }
        let stages = DocumentPath {
            clip_to_page: unfilled.then_some((self.page.x2, self.page.y2)),
            snap: self.snap_mode(&op.style),
            snap_width: line.map_or(0.0, |(_, width)| width),
            simplify: op.path.simplify_px.filter(|_| unfilled),
            sketch: op.style.sketch,
        };
        let mut segments = Segments::default();
        stages.send(op.path.view(), self.flip(&op.affine), &mut segments);
        let face = op.face.map(rgba);
        Ok(Some(("path", self.style(&op.style)?, segments.into_py(self.py)?, face).into_pyobject(self.py)?))
    }

    fn markers(&mut self, op: &Markers<'_>) -> Told<'py> {
        let line = visible_line(&op.style.stroke);
        let mut marker = Segments::default();
        let stages = DocumentPath {
            snap: self.snap_mode(&op.style),
            snap_width: op.style.stroke.width_px,
            ..DocumentPath::default()
        };
        let affine = op.marker_affine.then_flip(0.0);
        stages.send(op.marker.view(), affine, &mut marker);
        if self.snap && !stages.snaps(op.marker.view(), affine) {
            // The middle of a pixel.
            marker.shift(0.5);
        }
        let bounds = grown(marker.bounds(0), reach(line, &op.style.stroke, MITER_LIMIT) + 1.0);
        let upwards = Rect { y1: -bounds.y2, y2: -bounds.y1, ..bounds };
        let height = self.page.y2;
        let whole = |v: f64| if self.snap { floor(v + 0.5) } else { v };
        let places = seen_places(op, upwards, &self.page);
        let places = places.into_iter().map(|(x, y)| [whole(x), whole(height - y)]).collect();
        let (style, face) = (self.style(&op.style)?, op.face.map(rgba));
        let told = ("markers", style, marker.into_py(self.py)?, rows(self.py, places)?, face);
        Ok(Some(told.into_pyobject(self.py)?))
    }

    fn collection(&mut self, op: &Collection<'_>) -> Told<'py> {
        let stroke = &op.style.stroke;
        let count = op.len();
        let snap = self.snap_mode(&op.style);
        let sketched = op.style.sketch.scale != 0.0;
        // Shapes that stay where they are may be cut.
        let stay = op.offsets.len() <= 1 || sketched;
        let shared = !stay && count > op.shapes();
        let unfilled = op.face_colors.is_empty() && op.style.hatch.is_none();
        let mut items = Items::default();
        let mut shapes: HashMap<(usize, usize), (usize, Rect)> = HashMap::new();
        let mut snapped: HashMap<(usize, usize), bool> = HashMap::new();
        for (index, item) in op.items() {
            if item.face.is_none() && item.line.is_none() && item.hatch.is_none() {
                continue;
            }
            let [x, y] = item.offset;
            let path = op.paths.get(item.path);
            let width = item.line.map_or(0.0, |(_, width)| width);
            let key = (item.path, item.transform);
            let snaps = snap != SnapMode::Never
                && *snapped.entry(key).or_insert_with(|| {
                    let stages = DocumentPath { snap, ..DocumentPath::default() };
                    stages.snaps(path, item.affine)
                });
            let (shape, bounds, offset) = if stay || snaps {
                let stages = DocumentPath {
                    clip_to_page: unfilled.then_some((self.page.x2, self.page.y2)),
                    snap,
                    snap_width: width,
                    simplify: None,
                    sketch: op.style.sketch,
                };
                let affine = self.flip(&item.affine.then(&Affine::translation(x, y)));
                let from = items.shapes.vertices.len();
                stages.send(path, affine, &mut items.shapes);
                (items.end_shape(), items.shapes.bounds(from), [0.0, 0.0])
            } else {
                let mut shape = || {
                    let from = items.shapes.vertices.len();
                    DocumentPath::default().send(path, item.affine.then_flip(0.0), &mut items.shapes);
                    (items.end_shape(), items.shapes.bounds(from))
                };
                let (shape, bounds) = match shapes.entry(key) {
                    Entry::Occupied(entry) if shared => *entry.get(),
                    Entry::Occupied(_) => shape(),
                    Entry::Vacant(entry) => *entry.insert(shape()),
                };
                (shape, bounds, [x, self.page.y2 - y])
            };
            let covered = moved(grown(bounds, reach(item.line, stroke, MITER_LIMIT) + 1.0), offset[0], offset[1]);
            if !meet(&covered, &self.page) {
                continue;
            }
            let dashes = items.pattern(item.dashes.as_ref());
            items.shape.push(shape as i64);
            items.offsets.push(offset);
            items.faces.push(rgba_or_nothing(item.face));
            items.lines.push(rgba_or_nothing(item.line.map(|(color, _)| color)));
            items.widths.push(near(width));
            items.dashes.push(dashes);
            items.antialiased.push(item.antialiased);
            items.hatches.push(rgba_or_nothing(item.hatch.map(|hatch| hatch.color)));
            items.index.push(index as i64);
        }
        let style = self.style(&op.style)?;
        items.into_py(self.py, style)
    }

    fn quad_mesh(&mut self, op: &QuadMesh<'_>) -> Told<'py> {
        const CODES: [u8; 5] = [MOVE, LINE, LINE, LINE, CLOSE];
        let stroke = &op.style.stroke;
        let mut items = Items::default();
        let upright = Affine::IDENTITY.then_flip(self.page.y2);
        for (index, cell) in op.cells().enumerate() {
            let line = cell.edge.filter(|_| stroke.width_px > 0.0);
            if cell.face.is_none() && line.is_none() {
                continue;
            }
            let stages = DocumentPath {
                snap: self.snap_mode(&op.style),
                snap_width: if line.is_some() { stroke.width_px } else { 0.0 },
                ..DocumentPath::default()
            };
            let [a, b, c, d] = cell.corners.map(|(x, y)| [x, y]);
            let from = items.shapes.vertices.len();
            let view = PathView { vertices: &[a, b, c, d, a], codes: Some(&CODES) };
            stages.send(view, upright, &mut items.shapes);
            let margin = reach(line.map(|color| (color, stroke.width_px)), stroke, MITER_LIMIT) + 1.0;
            if !meet(&grown(items.shapes.bounds(from), margin), &self.page) {
                items.shapes.vertices.truncate(from);
                items.shapes.codes.truncate(from);
                continue;
            }
            let shape = items.end_shape() as i64;
            items.shape.push(shape);
            items.offsets.push([0.0, 0.0]);
            items.faces.push(rgba_or_nothing(cell.face));
            items.lines.push(rgba_or_nothing(line));
            items.widths.push(near(stroke.width_px));
            items.dashes.push(-1);
            items.antialiased.push(op.style.antialiased);
            items.hatches.push([0.0; 4]);
            items.index.push(index as i64);
        }
        let style = self.style(&op.style)?;
        items.into_py(self.py, style)
    }

    fn gouraud(&mut self, op: &Gouraud<'_>) -> Told<'py> {
        let affine = self.flip(&op.affine);
        let placed = |corner: &[f64; 2]| {
            let (x, y) = affine.apply(corner[0], corner[1]);
            [x, y]
        };
        let (points, colors): (Vec<_>, Vec<_>) = op
            .points
            .iter()
            .map(|triangle| [placed(&triangle[0]), placed(&triangle[1]), placed(&triangle[2])])
            .zip(op.colors.iter().map(|corners| corners.map(|color| color.map(share))))
            .filter(|(triangle, _)| are_near(triangle.as_flattened()))
            .unzip();
        let told = ("gouraud", self.style(&op.style)?, blocks(self.py, &points)?, blocks(self.py, &colors)?);
        Ok(Some(told.into_pyobject(self.py)?))
    }

    fn picture(&mut self, op: &Picture<'_>) -> Told<'py> {
        let snap = if self.snap { SnapMode::Auto } else { SnapMode::Never };
        let clip = self.clip(&op.clip, snap)?;
        let pixels = op.pixels.as_flattened().to_vec().into_pyarray(self.py).reshape([op.height, op.width, 4])?;
        let a = self.flip(&op.affine);
        let area = (a.sx * a.sy - a.shx * a.shy).abs();
        if !are_near(&[a.sx, a.shy, a.shx, a.sy, a.tx, a.ty]) || area < f64::MIN_POSITIVE {
            return Ok(None);
        }
        let affine = (a.sx, a.shy, a.shx, a.sy, a.tx, a.ty);
        let told = ("picture", clip, affine, pixels, share(op.alpha), op.unsampled, op.id.as_deref());
        Ok(Some(told.into_pyobject(self.py)?))
    }

    fn text(&mut self, op: &Text) -> Told<'py> {
        let py = self.py;
        let is_placed = are_near(&[op.x, op.y, op.scale]) && op.angle_deg.is_finite();
        if !is_placed || op.scale <= 0.0 {
            return Ok(None);
        }
        let clip = self.clip(&op.clip, SnapMode::Never)?;
        let has_size =
            |run: &&scene::TextRun| run.size > 0.0 && are_near(&[run.size * op.scale, run.extend, run.slant]);
        let runs = op.layout.runs.iter().filter(has_size).map(|run| {
            let ids: Vec<u32> = run.glyphs.iter().map(|glyph| glyph.id).collect();
            let places: Vec<[f64; 2]> =
                run.glyphs.iter().map(|glyph| [near(glyph.x * op.scale), near(-glyph.y * op.scale)]).collect();
            let texts: Vec<&str> = run.glyphs.iter().map(|glyph| &*glyph.text).collect();
            let (face, size) = (run.face.key.as_str(), run.size * op.scale);
            (face, size, run.slant, run.extend, ids.into_pyarray(py), rows(py, places)?, texts).into_pyobject(py)
        });
        let runs = PyList::new(py, runs.collect::<PyResult<Vec<_>>>()?)?;
        let boxes = op.layout.boxes.iter();
        let boxes = boxes.map(|b| [b.x, -b.y - b.height, b.width, b.height].map(|v| near(v * op.scale))).collect();
        let place = (op.x, self.page.y2 - op.y, op.angle_deg % 360.0);
        let told = ("text", clip, rgba(op.color), place, runs, rows(py, boxes)?, &*op.layout.string);
        Ok(Some(told.into_pyobject(py)?))
    }

    /// A text as a path that is filled.
    fn outlines(&mut self, op: &Text) -> Told<'py> {
        let mut segments = Segments::default();
        let turn = self.flip(&op.turn());
        let stages = DocumentPath::default();
        for run in &op.layout.runs {
            for glyph in &run.glyphs {
                let Some(path) = run.face.path(glyph.id) else { continue };
                let view = PathView { vertices: &path.vertices, codes: Some(&path.codes) };
                stages.send(view, run.glyph_affine(glyph, op.scale).then(&turn), &mut segments);
            }
        }
        for b in &op.layout.boxes {
            let [x1, y1, x2, y2] = [b.x, b.y, b.x + b.width, b.y + b.height].map(|v| v * op.scale);
            let corners = [[x1, y1], [x2, y1], [x2, y2], [x1, y2], [x1, y1]];
            let view = PathView { vertices: &corners, codes: Some(&[MOVE, LINE, LINE, LINE, CLOSE]) };
            let snap = if self.snap { SnapMode::Auto } else { SnapMode::Never };
            let stages = DocumentPath { snap, ..DocumentPath::default() };
            stages.send(view, turn, &mut segments);
        }
        let style = Style {
            clip: op.clip.clone(),
            snap: SnapMode::Never,
            stroke: Stroke { color: op.color, ..Stroke::default() },
            ..Style::default()
        };
        let told = ("path", self.style(&style)?, segments.into_py(self.py)?, Some(rgba(op.color)));
        Ok(Some(told.into_pyobject(self.py)?))
    }

    fn begin(&mut self, group: &Group) -> Told<'py> {
        let py = self.py;
        let told = match group {
            Group::Named(name) => ("begin", "named", &**name).into_pyobject(py)?,
            Group::Id { id, .. } => ("begin", "id", &**id).into_pyobject(py)?,
            Group::Link(url) => ("begin", "link", &**url).into_pyobject(py)?,
            Group::ItemLinks(urls) => {
                let urls: Vec<Option<&str>> = urls.iter().map(Option::as_deref).collect();
                ("begin", "item_links", urls).into_pyobject(py)?
            }
        };
        Ok(Some(told))
    }
}
