//! The stages in their order.

use crate::clip::CanvasClip;
use crate::curve::Flatten;
use crate::nan::RemoveNonFinite;
use crate::rect::Rect;
use crate::simplify::Simplify;
use crate::sketch::{Sketch, SketchParams};
use crate::snap::{Snap, SnapMode};
use crate::vertex::{OutlineSink, Vertex, VertexSource, command};

/// What the stages do.
#[derive(Clone, Copy, Debug, Default)]
pub struct PipelineOptions {
    /// The path may have curves or closes, so non-finite vertices are removed segment by segment.
    pub by_segment: bool,
    /// Where unfilled lines are cut (px), as [`crate::canvas_bounds`] of a canvas.
    pub line_bounds: Option<Rect>,
    /// Snapping.
    pub snap: SnapMode,
    /// Vertices of the path before any stage.
    pub total_vertices: usize,
    /// Stroke width that decides the snapping grid, px.
    pub snap_width_px: f64,
    /// Simplification threshold, px.
    pub simplify_px: Option<f64>,
    /// Sketch parameters; a zero scale is off.
    pub sketch: SketchParams,
}

/// A path with all its stages, ready for several passes.
#[derive(Clone, Debug)]
pub struct Pipeline<S>(Sketch<Flatten<Simplify<Snap<Visible<S>>>>>);

/// What is finite and near the canvas.
type Visible<S> = CanvasClip<RemoveNonFinite<S>>;

impl<S: VertexSource> Pipeline<S> {
    /// Puts the stages behind `source`. Snapping may read from it.
    pub fn new(source: S, options: &PipelineOptions) -> Self {
        let finite = RemoveNonFinite::new(source, options.by_segment);
        let clipped = CanvasClip::new(finite, options.line_bounds);
        let snapped = Snap::new(clipped, options.snap, options.total_vertices, options.snap_width_px);
        let simplified = Simplify::new(snapped, options.simplify_px);
        let flat = Flatten::new(simplified);
        Self(Sketch::new(flat, options.sketch))
    }

    /// Whether vertices are rounded to the pixel grid.
    pub fn is_snapping(&self) -> bool {
        self.0.source().source.source.is_snapping()
    }

    /// The path behind all stages.
    pub fn source_mut(&mut self) -> &mut S {
        &mut self.0.source_mut().source.source.source.source.source
    }
}

impl<S: VertexSource> VertexSource for Pipeline<S> {
    #[inline]
    fn rewind(&mut self) {
        self.0.rewind();
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        self.0.next()
    }
}

/// Sends one pass over `source` to `sink` as it is, to be filled.
pub fn fill<S: VertexSource, K: OutlineSink>(source: &mut S, sink: &mut K) {
    source.rewind();
    loop {
        let vertex = source.next();
        match vertex.command {
            command::STOP => break,
            command::MOVE => sink.move_to(vertex.x, vertex.y),
            other if command::is_vertex(other) => sink.line_to(vertex.x, vertex.y),
            other if command::is_close(other) => sink.close(),
            _ => {}
        }
    }
}
