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
    simplifier: Option<Simplifier>,
}

/// What merging knows of the vertices so far.
#[derive(Clone, Debug)]
pub(crate) struct Simplifier {
    threshold_squared: f64,
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
    /// Which of them the most recent segment has set.
    latest: Option<Sense>,
    /// Crosswise products whose squares are in between need a closer look: those below are near enough, those above not.
    /// Both are NaN where only a closer look will do.
    near: f64,
    far: f64,
    /// Where products with the direction are told apart at a glance.
    limits: Limits,
}

/// Products (px²) between `lower` and `upper` are surely no extremes, those below `least` and above `most` surely are.
#[derive(Clone, Copy, Debug, Default)]
struct Limits {
    least: f64,
    lower: f64,
    upper: f64,
    most: f64,
}

/// The farthest point along one sense of the reference direction.
#[derive(Clone, Copy, Debug, Default)]
struct Extreme {
    point: (f64, f64),
    /// Its product with the reference direction.
    dot: f64,
    /// Its squared distance along the direction. NaN: as it follows from `dot`.
    distance_squared: f64,
}

/// Along the reference direction or against it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sense {
    Forward,
    Backward,
}

/// Relative error that quick tests allow for. That of their arithmetic is far smaller within [`QUICK_PX`] of the origin and
/// for thresholds (px²) from [`QUICK_THRESHOLD`] on.
const CLOSE_CALL: f64 = 1e-6;
const QUICK_PX: f64 = (1u32 << 16) as f64;
const QUICK_THRESHOLD: f64 = 1e-6;
/// Reference directions (px²) shorter than this are not tested quickly, nor are products with them: squares might underflow.
const SHORT: f64 = 1e-12;

impl Sense {
    #[inline]
    fn of(dot: f64) -> Self {
        if dot > 0.0 { Self::Forward } else { Self::Backward }
    }
}

impl Limits {
    /// `dot` is the farthest along a sense.
    #[inline]
    fn set(&mut self, sense: Sense, dot: f64) {
        match sense {
            Sense::Forward => (self.upper, self.most) = (dot * (1.0 - CLOSE_CALL), dot * (1.0 + CLOSE_CALL)),
            Sense::Backward => {
                (self.least, self.lower) = ((dot * (1.0 + CLOSE_CALL)).min(-SHORT), dot * (1.0 - CLOSE_CALL));
            }
        }
    }
}

impl Vector {
    #[inline]
    fn begin(&mut self, origin: (f64, f64), from: (f64, f64), to: (f64, f64), threshold_squared: f64) {
        let direction = (to.0 - from.0, to.1 - from.1);
        self.origin = origin;
        self.direction = direction;
        self.direction_squared = direction.0 * direction.0 + direction.1 * direction.1;
        let squared = self.direction_squared;
        self.forward = Extreme { point: to, dot: squared, distance_squared: squared };
        self.backward.distance_squared = 0.0;
        self.backward.dot = 0.0;
        self.latest = Some(Sense::Forward);
        let is_quick = self.direction_squared > SHORT && threshold_squared >= QUICK_THRESHOLD;
        let limit = if is_quick { threshold_squared * self.direction_squared } else { f64::NAN };
        self.near = limit * (1.0 - CLOSE_CALL);
        self.far = limit * (1.0 + CLOSE_CALL);
        self.limits.set(Sense::Forward, squared);
        self.limits.set(Sense::Backward, 0.0);
    }

    /// What a product with the direction means as a vector along it.
    #[inline]
    fn parallel(&self, dot: f64) -> (f64, f64) {
        let (dx, dy) = self.direction;
        (dot * dx / self.direction_squared, dot * dy / self.direction_squared)
    }

    fn distance_squared(&self, extreme: &Extreme) -> f64 {
        if !extreme.distance_squared.is_nan() {
            return extreme.distance_squared;
        }
        let parallel = self.parallel(extreme.dot);
        parallel.0 * parallel.0 + parallel.1 * parallel.1
    }

    fn has_backward(&self) -> bool {
        self.distance_squared(&self.backward) > 0.0
    }

    /// Takes `to` in if it is near enough; whether it was.
    #[inline]
    fn merge(&mut self, to: (f64, f64), threshold_squared: f64) -> bool {
        let (dx, dy) = self.direction;
        let total = (to.0 - self.origin.0, to.1 - self.origin.1);
        let dot = dx * total.0 + dy * total.1;
        let crosswise = dx * total.1 - dy * total.0;
        if total.0.abs() + total.1.abs() < QUICK_PX && crosswise * crosswise < self.near {
            let Limits { least, lower, upper, most } = self.limits;
            if dot < upper && dot > lower {
                self.latest = None;
                return true;
            }
            // The distance grows with the product, so quotients are needed only where products hardly differ.
            if dot > most {
                self.extend(Sense::Forward, to, dot);
                return true;
            }
            if dot < least {
                self.extend(Sense::Backward, to, dot);
                return true;
            }
        }
        self.merge_carefully(to, total, dot, crosswise * crosswise, threshold_squared)
    }

    #[cold]
    fn merge_carefully(
        &mut self,
        to: (f64, f64),
        total: (f64, f64),
        dot: f64,
        crosswise_squared: f64,
        threshold_squared: f64,
    ) -> bool {
        let is_quick = total.0.abs() + total.1.abs() < QUICK_PX && self.near > 0.0;
        let is_surely_far = is_quick && crosswise_squared > self.far;
        if is_surely_far || !self.is_near(total, dot, threshold_squared) {
            return false;
        }
        self.latest = None;
        let sense = Sense::of(dot);
        let candidate = Extreme { point: to, dot, distance_squared: f64::NAN };
        if self.distance_squared(&candidate) > self.distance_squared(self.extreme(sense)) {
            self.extend(sense, to, dot);
        }
        true
    }

    #[inline]
    fn extreme(&self, sense: Sense) -> &Extreme {
        match sense {
            Sense::Forward => &self.forward,
            Sense::Backward => &self.backward,
        }
    }

    /// Takes in a point that is farther than all before.
    #[inline]
    fn extend(&mut self, sense: Sense, to: (f64, f64), dot: f64) {
        let extreme = Extreme { point: to, dot, distance_squared: f64::NAN };
        match sense {
            Sense::Forward => self.forward = extreme,
            Sense::Backward => self.backward = extreme,
        }
        self.limits.set(sense, dot);
        self.latest = Some(sense);
    }

    /// The test itself.
    fn is_near(&self, total: (f64, f64), dot: f64, threshold_squared: f64) -> bool {
        let parallel = self.parallel(dot);
        let perpendicular = (total.0 - parallel.0, total.1 - parallel.1);
        let off_squared = perpendicular.0 * perpendicular.0 + perpendicular.1 * perpendicular.1;
        off_squared < threshold_squared
    }
}

impl Simplifier {
    /// Merges what stays within `threshold_px` of its vector.
    pub(crate) fn new(threshold_px: f64) -> Self {
        Self {
            threshold_squared: threshold_px * threshold_px,
            pending: Pending::new(),
            fresh: true,
            after_move: false,
            disjoint: false,
            start: None,
            last: (0.0, 0.0),
            vector: Vector::default(),
        }
    }

    /// What is finished, in order.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Vertex> {
        self.pending.pop()
    }

    /// Whether anything is finished.
    #[inline]
    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Takes the next vertex; [`Simplifier::pop`] must have given all that was finished.
    #[inline]
    pub(crate) fn feed(&mut self, vertex: Vertex) {
        let mut to = (vertex.x, vertex.y);
        if vertex.command == command::STOP {
            return self.finish();
        }
        if self.fresh || vertex.command == command::MOVE {
            return self.begin_subpath(to, vertex.is_finite());
        }
        if command::is_close(vertex.command) {
            self.after_move = false;
            match self.start {
                Some(start) => to = start,
                None => return,
            }
        }
        self.line_to(to);
    }

    /// [`Simplifier::feed`] of a line.
    #[inline]
    pub(crate) fn line_to(&mut self, to: (f64, f64)) {
        self.after_move = false;
        if self.vector.direction_squared == 0.0 {
            if self.disjoint {
                self.pending.push(command::MOVE, self.last.0, self.last.1);
                self.disjoint = false;
            }
            self.vector.begin(self.last, self.last, to, self.threshold_squared);
        } else if !self.vector.merge(to, self.threshold_squared) {
            return self.flush(to);
        }
        self.last = to;
    }

    fn begin_subpath(&mut self, to: (f64, f64), is_finite: bool) {
        if self.vector.direction_squared != 0.0 && !self.after_move {
            self.flush(to);
        }
        self.after_move = true;
        self.start = is_finite.then_some(to);
        self.last = to;
        self.fresh = false;
        self.vector.direction_squared = 0.0;
        self.vector.backward.distance_squared = 0.0;
        self.disjoint = true;
    }

    /// Queues the vector and begins the next one at `to`.
    #[inline(never)]
    fn flush(&mut self, to: (f64, f64)) {
        let Vector { forward, backward, latest, .. } = self.vector;
        if self.vector.has_backward() {
            let is_forward = latest == Some(Sense::Forward);
            let (first, second) = if is_forward { (backward, forward) } else { (forward, backward) };
            self.pending.push(command::LINE, first.point.0, first.point.1);
            self.pending.push(command::LINE, second.point.0, second.point.1);
        } else {
            self.pending.push(command::LINE, forward.point.0, forward.point.1);
        }
        if self.disjoint {
            self.pending.push(command::MOVE, self.last.0, self.last.1);
        } else if latest.is_none() {
            self.pending.push(command::LINE, self.last.0, self.last.1);
        }
        let origin = self.pending.last();
        self.vector.begin((origin.x, origin.y), self.last, to, self.threshold_squared);
        self.last = to;
        self.disjoint = false;
    }

    /// Queues what is left at the end of the path.
    fn finish(&mut self) {
        let command_now = |stage: &Self| if stage.fresh || stage.after_move { command::MOVE } else { command::LINE };
        if self.vector.direction_squared != 0.0 {
            let Vector { forward, backward, .. } = self.vector;
            self.pending.push(command_now(self), forward.point.0, forward.point.1);
            if self.vector.has_backward() {
                self.pending.push(command_now(self), backward.point.0, backward.point.1);
            }
            self.fresh = false;
        }
        self.pending.push(command_now(self), self.last.0, self.last.1);
        self.fresh = false;
        self.pending.push(command::STOP, 0.0, 0.0);
    }
}

impl<S: VertexSource> Simplify<S> {
    /// Merges what stays within `threshold_px` of its vector; `None` passes everything through.
    pub fn new(source: S, threshold_px: Option<f64>) -> Self {
        Self { source, simplifier: threshold_px.map(Simplifier::new) }
    }
}

impl<S: VertexSource> VertexSource for Simplify<S> {
    fn rewind(&mut self) {
        if let Some(simplifier) = &mut self.simplifier {
            simplifier.pending.clear();
            simplifier.fresh = true;
        }
        self.source.rewind();
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        let Some(simplifier) = &mut self.simplifier else { return self.source.next() };
        loop {
            if let Some(vertex) = simplifier.pop() {
                return vertex;
            }
            simplifier.feed(self.source.next());
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
