//! Merging of nearly parallel line segments, so that a dense line costs what is visible of it.
//!
//! Segments are merged into a vector as long as they stay within a perpendicular distance of it; the farthest points
//! forwards and backwards are kept, so extrema survive. Agrees with Matplotlib's `PathSimplifier` (idea: Allan Haldane,
//! Michael Droettboom, Kevin Rose). The last point comes out twice for simple lines, as there.

use crate::vertex::{Pending, Vertex, VertexSource, command};

/// Merges consecutive, nearly parallel segments.
///
/// Everything but the pending vertices survives [`VertexSource::rewind`], as in Matplotlib.
#[derive(Clone, Debug)]
pub struct Simplify<S> {
    /// The stream that is simplified.
    pub source: S,
    threshold_squared: Option<f64>,
    pending: Pending<9>,
    /// No move has been read in this pass.
    fresh: bool,
    /// The last command read was a move.
    after_move: bool,
    /// The next vector does not continue the line drawn so far.
    disjoint: bool,
    start: Option<(f64, f64)>,
    last: (f64, f64),
    vector: Vector,
}

/// The segment that is being grown.
#[derive(Clone, Copy, Debug, Default)]
struct Vector {
    /// Where it begins.
    origin: (f64, f64),
    /// Its reference direction: the first segment merged into it.
    direction: (f64, f64),
    /// Squared length of `direction`; zero when there is no vector.
    direction_squared: f64,
    forward: Extreme,
    backward: Extreme,
}

/// The farthest point along one sense of the reference direction.
#[derive(Clone, Copy, Debug, Default)]
struct Extreme {
    point: (f64, f64),
    distance_squared: f64,
    /// Whether the most recent segment set it.
    is_latest: bool,
}

impl Vector {
    fn begin(&mut self, origin: (f64, f64), from: (f64, f64), to: (f64, f64)) {
        let direction = (to.0 - from.0, to.1 - from.1);
        self.origin = origin;
        self.direction = direction;
        self.direction_squared = direction.0 * direction.0 + direction.1 * direction.1;
        self.forward = Extreme { point: to, distance_squared: self.direction_squared, is_latest: true };
        self.backward.distance_squared = 0.0;
        self.backward.is_latest = false;
    }

    /// Takes `to` in if it is near enough; whether it was.
    #[inline]
    fn merge(&mut self, to: (f64, f64), threshold_squared: f64) -> bool {
        let (dx, dy) = self.direction;
        let total = (to.0 - self.origin.0, to.1 - self.origin.1);
        let dot = dx * total.0 + dy * total.1;
        let parallel = (dot * dx / self.direction_squared, dot * dy / self.direction_squared);
        let perpendicular = (total.0 - parallel.0, total.1 - parallel.1);
        let off_squared = perpendicular.0 * perpendicular.0 + perpendicular.1 * perpendicular.1;
        if off_squared >= threshold_squared || off_squared.is_nan() {
            return false;
        }
        let along_squared = parallel.0 * parallel.0 + parallel.1 * parallel.1;
        self.forward.is_latest = false;
        self.backward.is_latest = false;
        let extreme = if dot > 0.0 { &mut self.forward } else { &mut self.backward };
        if along_squared > extreme.distance_squared {
            *extreme = Extreme { point: to, distance_squared: along_squared, is_latest: true };
        }
        true
    }
}

impl<S: VertexSource> Simplify<S> {
    /// Merges what stays within `threshold_px` of its vector; `None` passes everything through.
    pub fn new(source: S, threshold_px: Option<f64>) -> Self {
        Self {
            source,
            threshold_squared: threshold_px.map(|t| t * t),
            pending: Pending::new(),
            fresh: true,
            after_move: false,
            disjoint: false,
            start: None,
            last: (0.0, 0.0),
            vector: Vector::default(),
        }
    }

    /// Emits the vector and begins the next one at `to`.
    fn flush(&mut self, to: (f64, f64)) {
        let Vector { forward, backward, .. } = self.vector;
        if backward.distance_squared > 0.0 {
            let (first, second) = if forward.is_latest { (backward, forward) } else { (forward, backward) };
            self.pending.push(command::LINE, first.point.0, first.point.1);
            self.pending.push(command::LINE, second.point.0, second.point.1);
        } else {
            self.pending.push(command::LINE, forward.point.0, forward.point.1);
        }
        if self.disjoint {
            self.pending.push(command::MOVE, self.last.0, self.last.1);
        } else if !forward.is_latest && !backward.is_latest {
            self.pending.push(command::LINE, self.last.0, self.last.1);
        }
        let origin = self.pending.last();
        self.vector.begin((origin.x, origin.y), self.last, to);
        self.last = to;
        self.disjoint = false;
    }

    /// Queues what is left at the end of the path.
    fn finish(&mut self) {
        let command_now = |stage: &Self| if stage.fresh || stage.after_move { command::MOVE } else { command::LINE };
        if self.vector.direction_squared != 0.0 {
            let Vector { forward, backward, .. } = self.vector;
            self.pending.push(command_now(self), forward.point.0, forward.point.1);
            if backward.distance_squared > 0.0 {
                self.pending.push(command_now(self), backward.point.0, backward.point.1);
            }
            self.fresh = false;
        }
        self.pending.push(command_now(self), self.last.0, self.last.1);
        self.fresh = false;
        self.pending.push(command::STOP, 0.0, 0.0);
    }

    fn next_simplified(&mut self, threshold_squared: f64) -> Vertex {
        if let Some(vertex) = self.pending.pop() {
            return vertex;
        }
        loop {
            let vertex = self.source.next();
            if vertex.command == command::STOP {
                self.finish();
                break;
            }
            let mut to = (vertex.x, vertex.y);
            if self.fresh || vertex.command == command::MOVE {
                if self.vector.direction_squared != 0.0 && !self.after_move {
                    self.flush(to);
                }
                self.after_move = true;
                self.start = vertex.is_finite().then_some(to);
                self.last = to;
                self.fresh = false;
                self.vector.direction_squared = 0.0;
                self.vector.backward.distance_squared = 0.0;
                self.disjoint = true;
                if !self.pending.is_empty() {
                    break;
                }
                continue;
            }
            self.after_move = false;
            if command::is_close(vertex.command) {
                match self.start {
                    Some(start) => to = start,
                    None => continue,
                }
            }
            if self.vector.direction_squared == 0.0 {
                if self.disjoint {
                    self.pending.push(command::MOVE, self.last.0, self.last.1);
                    self.disjoint = false;
                }
                self.vector.begin(self.last, self.last, to);
                self.last = to;
            } else if self.vector.merge(to, threshold_squared) {
                self.last = to;
            } else {
                self.flush(to);
                break;
            }
        }
        self.pending.pop().unwrap_or(Vertex::STOP)
    }
}

impl<S: VertexSource> VertexSource for Simplify<S> {
    fn rewind(&mut self) {
        self.pending.clear();
        self.fresh = true;
        self.source.rewind();
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        match self.threshold_squared {
            Some(threshold_squared) => self.next_simplified(threshold_squared),
            None => self.source.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::affine::Affine;
    use crate::path::PathView;

    fn simplify(vertices: &[[f64; 2]]) -> Vec<(u8, f64, f64)> {
        let source = PathView { vertices, codes: None }.source(Affine::IDENTITY);
        let mut stage = Simplify::new(source, Some(1.0 / 9.0));
        stage.rewind();
        std::iter::from_fn(|| Some(stage.next()))
            .take_while(|v| v.command != command::STOP)
            .map(|v| (v.command, v.x, v.y))
            .collect()
    }

    #[test]
    fn a_straight_run_becomes_one_segment_with_its_end_twice() {
        let run: Vec<[f64; 2]> = (0..10).map(|i| [f64::from(i), 0.0]).collect();
        assert_eq!(simplify(&run), [(1, 0.0, 0.0), (2, 9.0, 0.0), (2, 9.0, 0.0)]);
    }

    #[test]
    fn extremes_of_a_zigzag_survive() {
        let zigzag = [[0.0, 0.0], [0.0, 5.0], [0.0, -7.0], [0.0, 2.0], [9.0, 2.0]];
        let got = simplify(&zigzag);
        assert!(got.contains(&(2, 0.0, 5.0)) && got.contains(&(2, 0.0, -7.0)) && got.contains(&(2, 0.0, 2.0)));
    }
}
