//! Any path through all stages: they end, and what they emit is bounded by what came in.
#![no_main]

use arbitrary::Arbitrary;
use geometry::{
    Affine, Cap, DashPattern, Join, OutlineSink, PathView, Pipeline, PipelineOptions, Rect, SketchParams, SnapMode,
    Stroke, StrokeStyle, fill,
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    vertices: Vec<[f64; 2]>,
    codes: Option<Vec<u8>>,
    affine: [[f64; 3]; 2],
    clip: bool,
    snap: Option<bool>,
    snap_width_px: f64,
    simplify_px: Option<f64>,
    sketch: Option<[f64; 3]>,
    width_px: f64,
    cap: u8,
    join: u8,
    dashes: Vec<(f64, f64)>,
    dash_offset: f64,
}

/// Vertices per input vertex that no stage may exceed: curves and round joins have limits, sketched lines are kept short
/// below.
const MOST_PER_VERTEX: usize = 1 << 21;

#[derive(Default)]
struct Count(usize);

impl OutlineSink for Count {
    fn move_to(&mut self, _: f64, _: f64) {
        self.0 += 1;
    }
    fn line_to(&mut self, _: f64, _: f64) {
        self.0 += 1;
    }
    fn close(&mut self) {
        self.0 += 1;
    }
}

fuzz_target!(|input: Input| {
    let mut vertices = input.vertices;
    vertices.truncate(12);
    let codes = input.codes.map(|mut codes| {
        codes.resize(vertices.len(), 2);
        codes
    });
    let sketch = input.sketch.map_or_else(SketchParams::default, |[scale, length, randomness]| {
        // A line across the whole exact range is eight million steps: right, but not what is looked for here.
        for vertex in vertices.as_flattened_mut() {
            *vertex = vertex.clamp(-1e3, 1e3);
        }
        SketchParams { scale, length, randomness }
    });
    let affine = if sketch.scale == 0.0 { Affine::from_rows(input.affine) } else { Affine::IDENTITY };
    let path = PathView { vertices: &vertices, codes: codes.as_deref() };
    let mut pipeline = Pipeline::new(
        path.source(affine),
        &PipelineOptions {
            by_segment: codes.is_some(),
            line_bounds: input.clip.then_some(geometry::canvas_bounds((300.0, 200.0))),
            snap: match input.snap {
                None => SnapMode::Auto,
                Some(false) => SnapMode::Never,
                Some(true) => SnapMode::Always,
            },
            total_vertices: vertices.len(),
            snap_width_px: input.snap_width_px,
            simplify_px: input.simplify_px,
            sketch,
        },
    );
    let mut count = Count::default();
    fill(&mut pipeline, &mut count);
    let style = StrokeStyle {
        width_px: input.width_px,
        cap: [Cap::Butt, Cap::Round, Cap::Square][usize::from(input.cap % 3)],
        join: [Join::Miter, Join::MiterClipped, Join::Round, Join::Bevel][usize::from(input.join % 4)],
        miter_limit: input.width_px,
    };
    let visible = Rect { x1: 0.0, y1: 0.0, x2: 300.0, y2: 200.0 };
    let dashes = DashPattern::new(input.dashes, input.dash_offset);
    // Round caps of huge dashes are many points each; the dashed walk is looked at with plain ones.
    let dashed = StrokeStyle { cap: Cap::Butt, join: Join::Miter, ..style };
    let mut stroker = Stroke::default();
    stroker.stroke(&mut pipeline, &style, None, visible, &mut count);
    // Each of a thousand wiggles that reach far has as many dashes as a line that does: one line is enough.
    if let Some(dashes) = &dashes
        && sketch.scale == 0.0
    {
        stroker.stroke(&mut pipeline, &dashed, Some(dashes), visible, &mut count);
    }
    assert!(count.0 <= (vertices.len() + 1) * MOST_PER_VERTEX, "{} vertices", count.0);
});
