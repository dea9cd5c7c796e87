//! The stages of [`crate::Pipeline`] in one loop, for lines: affine, NaN removal, clipping, simplification.
//!
//! A line without codes has neither curves nor closes, and one pass is made over it. If it is not snapped, nothing has
//! to be kept for later, and as long as vertices are finite and inside, each costs a few multiplications.

use crate::affine::Affine;
use crate::clip::{Moved, clip_segment};
use crate::rect::Rect;
use crate::simplify::Simplifier;
use crate::vertex::{Vertex, command};

/// Streams the line through `vertices`, clipped to `bounds` (px) and simplified, to `emit`.
pub fn trace_line(
    vertices: &[[f64; 2]],
    affine: &Affine,
    bounds: Rect,
    simplify_px: Option<f64>,
    mut emit: impl FnMut(Vertex),
) {
    let Some(threshold_px) = simplify_px else {
        return clip_line(vertices, affine, bounds, &mut Plain(emit));
    };
    let mut simplified = Simplified { simplifier: Simplifier::new(threshold_px), emit: &mut emit };
    clip_line(vertices, affine, bounds, &mut simplified);
    simplified.vertex(Vertex::STOP);
}

/// Takes what is visible.
trait Visible {
    fn vertex(&mut self, vertex: Vertex);
    /// A line to a vertex that is inside, from one that is.
    fn line_to(&mut self, x: f64, y: f64);
}

struct Plain<E>(E);

impl<E: FnMut(Vertex)> Visible for Plain<E> {
    #[inline]
    fn vertex(&mut self, vertex: Vertex) {
        self.0(vertex);
    }

    #[inline]
    fn line_to(&mut self, x: f64, y: f64) {
        self.0(Vertex::new(command::LINE, x, y));
    }
}

struct Simplified<'a, E> {
    simplifier: Simplifier,
    emit: &'a mut E,
}

impl<E: FnMut(Vertex)> Simplified<'_, E> {
    #[inline]
    fn drain(&mut self) {
        while let Some(vertex) = self.simplifier.pop() {
            if vertex.command == command::STOP {
                return;
            }
            (self.emit)(vertex);
        }
    }
}

impl<E: FnMut(Vertex)> Visible for Simplified<'_, E> {
    fn vertex(&mut self, vertex: Vertex) {
        self.simplifier.feed(vertex);
        self.drain();
    }

    #[inline]
    fn line_to(&mut self, x: f64, y: f64) {
        self.simplifier.line_to((x, y));
        if self.simplifier.has_pending() {
            self.drain();
        }
    }
}

/// What [`crate::RemoveNonFinite`] and [`crate::CanvasClip`] make of the line.
fn clip_line(vertices: &[[f64; 2]], affine: &Affine, bounds: Rect, visible: &mut impl Visible) {
    let mut last = None; // The vertex before, if it was finite.
    let mut move_pending = true;
    let mut last_is_inside = false;
    for &[x, y] in vertices {
        let to = affine.apply(x, y);
        // False for NaN; infinite numbers are outside.
        let is_inside = bounds.contains(to.0, to.1);
        if is_inside && last_is_inside && !move_pending {
            visible.line_to(to.0, to.1);
            last = Some(to);
            continue;
        }
        if !(to.0.is_finite() && to.1.is_finite()) {
            if last.is_some() {
                lone_move(last.take(), move_pending, &bounds, visible);
            }
            last_is_inside = false;
            continue;
        }
        match last {
            None => move_pending = true,
            Some(from) => {
                if let Some((a, b, moved)) = clip_segment(&bounds, from, to) {
                    let Moved { first, .. } = moved;
                    if first || move_pending {
                        visible.vertex(Vertex::new(command::MOVE, a.0, a.1));
                    }
                    visible.vertex(Vertex::new(command::LINE, b.0, b.1));
                    move_pending = false;
                }
            }
        }
        last = Some(to);
        last_is_inside = is_inside;
    }
    lone_move(last, move_pending, &bounds, visible);
}

/// Emits a vertex that no line has led to or from, if it is inside.
fn lone_move(last: Option<(f64, f64)>, move_pending: bool, bounds: &Rect, visible: &mut impl Visible) {
    if let Some((x, y)) = last
        && move_pending
        && bounds.contains(x, y)
    {
        visible.vertex(Vertex::new(command::MOVE, x, y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::PathView;
    use crate::pipeline::{Pipeline, PipelineOptions};
    use crate::snap::SnapMode;
    use crate::vertex::VertexSource;

    /// Numbers of a linear congruence, 0 to 1.
    fn random(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    #[test]
    fn looking_for_a_grid_leaves_nothing_behind_where_the_first_line_is_slanted() {
        for seed in 0..200 {
            let mut random = random(seed);
            let mut vertices = vec![[10.0, 10.0], [12.0, 11.0]];
            let upright = random() < 0.5;
            vertices.extend((0..40).map(|_| match (100.0 * random(), 100.0 * random() - 20.0) {
                (x, _) if x < 5.0 => [x, f64::NAN],
                (x, y) => [x, if upright { 11.0 } else { y }],
            }));
            for simplify_px in [None, Some(1.0 / 9.0)] {
                let options = PipelineOptions {
                    line_bounds: Some(crate::canvas_bounds((50.0, 60.0))),
                    snap: SnapMode::Auto,
                    total_vertices: vertices.len(),
                    simplify_px,
                    ..PipelineOptions::default()
                };
                let path = PathView { vertices: &vertices, codes: None };
                let mut stages = Pipeline::new(path.source(Affine::IDENTITY), &options);
                stages.rewind();
                let expected: Vec<_> = std::iter::from_fn(|| Some(stages.next()))
                    .take_while(|vertex| vertex.command != command::STOP)
                    .collect();
                let mut got = Vec::new();
                let bounds = Rect { x1: -1.0, y1: -1.0, x2: 51.0, y2: 61.0 };
                trace_line(&vertices, &Affine::IDENTITY, bounds, simplify_px, |vertex| got.push(vertex));
                assert_eq!(got, expected, "seed {seed}, {simplify_px:?}");
            }
        }
    }

    #[test]
    fn it_is_what_the_stages_make() {
        let affine = Affine { sx: 1.5, shy: 0.25, shx: -0.5, sy: 2.0, tx: 3.25, ty: 1.0 };
        for seed in 0..400 {
            let mut random = random(seed);
            let (step, gaps) = ([0.01, 0.3, 3.0, 60.0][seed as usize % 4], if seed % 3 == 0 { 0.1 } else { 0.0 });
            let (mut x, mut y) = (20.0, 15.0);
            let vertices: Vec<[f64; 2]> = (0..300)
                .map(|_| {
                    if seed % 5 > 1 || random() < 0.6 {
                        x += (random() - 0.45) * step;
                        y += (random() - 0.5) * step * [0.0, 1.0, 1e-9][seed as usize % 3];
                    }
                    if random() < gaps { [x, f64::NAN] } else { [x, if random() < 0.02 { y + 500.0 } else { y }] }
                })
                .collect();
            for simplify_px in [None, Some(1.0 / 9.0), Some(1e-4), Some(0.0), Some(1.0)] {
                let mut stages = Pipeline::new(
                    PathView { vertices: &vertices, codes: None }.source(affine),
                    &PipelineOptions {
                        line_bounds: Some(crate::canvas_bounds((50.0, 60.0))),
                        snap: SnapMode::Never,
                        simplify_px,
                        ..PipelineOptions::default()
                    },
                );
                stages.rewind();
                let expected: Vec<_> = std::iter::from_fn(|| Some(stages.next()))
                    .take_while(|vertex| vertex.command != command::STOP)
                    .collect();
                let mut got = Vec::new();
                let bounds = Rect { x1: -1.0, y1: -1.0, x2: 51.0, y2: 61.0 };
                trace_line(&vertices, &affine, bounds, simplify_px, |vertex| got.push(vertex));
                assert_eq!(got, expected, "seed {seed}, {simplify_px:?}");
            }
        }
    }
}
