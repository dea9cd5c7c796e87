//! Single paths: which of the ways from vertices to pixels one takes, and what of it all bands share.

use geometry::{
    Affine, FlatOptions, FlatPath, PathSource, Pipeline, PipelineOptions, Polylines, Rect, SnapMode, is_slanted,
    is_whole, trace_line,
};
use scene::{Style, StyledPath};

use crate::blend::Rgba8;
use crate::frame::Frame;
use crate::hatch::TileSize;
use crate::pixmap::Band;
use crate::shape::{Line, OutlineClip, Scratch, Shape, draw_line, draw_shape, line_layer, shape_layers};
use crate::stamp::Layer;

/// Vertices up to which a path to be filled is kept in its flat form.
const FLAT_MAX_VERTICES: usize = 1 << 18;
/// Vertices from which a line is surely not snapped automatically.
const LONG_LINE_VERTICES: usize = 2048;
/// Vertices up to which most of a filled path is area.
const MOSTLY_AREA_VERTICES: usize = 16;

/// What a path becomes before it is drawn: once for all bands, as far as it needs nothing of the canvas.
#[derive(Debug, Default)]
pub(crate) struct PreparedPath {
    polylines: Polylines,
    flat: FlatPath,
    is_flat: bool,
}

impl PreparedPath {
    /// Takes the place of what was there before with what `op` becomes.
    pub(crate) fn prepare(&mut self, op: &StyledPath<'_>, frame: Frame) {
        let view = op.path.view();
        let affine = op.affine.then_flip(frame.height_px());
        let bounds = frame.line_bounds;
        let is_plain = op.style.sketch.scale == 0.0;
        self.is_flat = false;
        if !is_bare_line(op) {
            let options = FlatOptions { snap: op.style.snap, snap_width_px: snap_width_px(&op.style), bounds: None };
            self.is_flat = is_plain
                && view.vertices.len() <= FLAT_MAX_VERTICES
                && view.codes.is_none_or(is_whole)
                && self.flat.trace(view, &affine, &options);
        } else if op.style.stroke.width_px == 0.0 {
            self.polylines.clear();
        } else if is_plain && view.codes.is_none() && is_surely_unsnapped(op, &affine, &bounds) {
            self.polylines.clear();
            trace_line(view.vertices, &affine, bounds, op.path.simplify_px, |vertex| self.polylines.feed(vertex));
            self.polylines.end();
        } else {
            self.polylines.collect(&mut pipeline(op, frame));
        }
    }

    /// The rectangle to be filled, if the path is one.
    pub(crate) fn filled_rectangle(&self) -> Option<Rect> {
        if self.is_flat { self.flat.as_rectangle() } else { None }
    }

    /// The line of a path that has nothing else ([`is_bare_line`]).
    pub(crate) fn polylines(&self) -> &Polylines {
        &self.polylines
    }

    /// Draws what has been prepared of `op`.
    pub(crate) fn draw(
        &self,
        op: &StyledPath<'_>,
        frame: Frame,
        clip: OutlineClip<'_>,
        tile_size: TileSize,
        band: &mut Band<'_>,
        scratch: &mut Scratch,
    ) {
        let style = &op.style;
        let line = Line::new(&style.stroke, style.antialiased);
        if is_bare_line(op) {
            if let Some(line) = &line {
                draw_line(&self.polylines, line, style.antialiased, clip, band, scratch);
            }
            return;
        }
        let shape =
            Shape { face: op.face.map(Rgba8::from), antialiased: style.antialiased, line, hatch: style.hatch.as_ref() };
        if self.is_flat {
            draw_shape(&mut self.flat.vertices(), &shape, clip, tile_size, band, scratch);
        } else {
            draw_shape(&mut pipeline(op, frame), &shape, clip, tile_size, band, scratch);
        }
    }

    /// What [`PreparedPath::draw`] would paint of a path with neither a clip path nor a hatch.
    pub(crate) fn layers(&self, op: &StyledPath<'_>, frame: Frame, scratch: &mut Scratch) -> Vec<Layer> {
        let mut layers = Vec::new();
        let rect = frame.outline_clip(op.style.clip.rect);
        let clip = OutlineClip { rect, window: frame.outline_window(&rect), mask: None };
        let style = &op.style;
        let line = Line::new(&style.stroke, style.antialiased);
        if is_bare_line(op) {
            layers.extend(line.map(|line| line_layer(&self.polylines, &line, style.antialiased, clip, scratch)));
        } else {
            let shape = Shape { face: op.face.map(Rgba8::from), antialiased: style.antialiased, line, hatch: None };
            if self.is_flat {
                shape_layers(&mut self.flat.vertices(), &shape, clip, scratch, &mut layers);
            } else {
                shape_layers(&mut pipeline(op, frame), &shape, clip, scratch, &mut layers);
            }
        }
        layers
    }

    /// Gives back the memory of a line so long that it is better taken again.
    pub(crate) fn forget_if_large(&mut self) {
        if self.polylines.is_large() {
            *self = Self::default();
        }
    }
}

/// A path that has nothing but a line.
pub(crate) fn is_bare_line(op: &StyledPath<'_>) -> bool {
    op.face.is_none() && op.style.hatch.is_none()
}

/// Whether a path is better traced once, by one thread, and painted by several: each band would trace all of its sketched
/// outline, and keep that in memory, while its area takes most of the time. One of many corners is mostly outline, whose cells
/// bands share.
pub(crate) fn is_better_whole(op: &StyledPath<'_>) -> bool {
    op.style.sketch.scale != 0.0
        && op.style.hatch.is_none()
        && !is_bare_line(op)
        && op.path.vertices.len() <= MOSTLY_AREA_VERTICES
}

/// About how many pixels a path touches: all within its box if it is filled, those along its line if not.
pub(crate) fn touched_px(op: &StyledPath<'_>) -> f64 {
    let mut points = op.path.vertices.iter().map(|&[x, y]| op.affine.apply(x, y)).filter(|(x, y)| (x + y).is_finite());
    let Some(mut last) = points.next() else { return 0.0 };
    let (mut low, mut high, mut length_px) = (last, last, 0.0);
    for (x, y) in points {
        low = (x.min(low.0), y.min(low.1));
        high = (x.max(high.0), y.max(high.1));
        length_px += (x - last.0).abs() + (y - last.1).abs();
        last = (x, y);
    }
    if is_bare_line(op) {
        length_px * (op.style.stroke.width_px.abs() + 1.0)
    } else {
        (high.0 - low.0) * (high.1 - low.1)
    }
}

/// The stages of the path one by one, where no shorter way is the same.
fn pipeline<'a>(op: &'a StyledPath<'_>, frame: Frame) -> Pipeline<PathSource<'a>> {
    let style = &op.style;
    let view = op.path.view();
    Pipeline::new(
        view.source(op.affine.then_flip(frame.height_px())),
        &PipelineOptions {
            by_segment: view.codes.is_some(),
            line_bounds: is_bare_line(op).then_some(frame.line_bounds),
            snap: style.snap,
            total_vertices: view.vertices.len(),
            snap_width_px: snap_width_px(style),
            simplify_px: op.path.simplify_px.filter(|_| is_bare_line(op)),
            sketch: style.sketch,
        },
    )
}

/// An invisible line does not decide the grid.
fn snap_width_px(style: &Style) -> f64 {
    if style.stroke.color.a == 0.0 { 0.0 } else { style.stroke.width_px }
}

/// Whether snapping can be ruled out without the stages: also when they look at the path for it, they get no further than
/// to its first line then, which leaves nothing behind in them.
fn is_surely_unsnapped(op: &StyledPath<'_>, affine: &Affine, bounds: &Rect) -> bool {
    let vertices = &op.path.vertices;
    match op.style.snap {
        SnapMode::Always => false,
        SnapMode::Never => true,
        SnapMode::Auto if vertices.len() >= LONG_LINE_VERTICES => true,
        SnapMode::Auto => {
            let [first, second, ..] = **vertices else { return false };
            let [a, b] = [first, second].map(|[x, y]| affine.apply(x, y));
            bounds.contains(a.0, a.1) && bounds.contains(b.0, b.1) && is_slanted(a, b)
        }
    }
}
