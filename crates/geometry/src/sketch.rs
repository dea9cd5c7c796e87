//! The hand-drawn look: lines cut into steps of a pixel, each pushed aside by a sine whose phase advances at random.
//!
//! Agrees with Matplotlib's `Sketch` over Agg's `vpgen_segmentator`, including its pseudo-random sequence.

use std::f64::consts::PI;

use crate::vertex::{Vertex, VertexSource, command};

/// The wiggle, in px (not points).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SketchParams {
    /// Amplitude perpendicular to the line; 0 switches the stage off.
    pub scale: f64,
    /// Wavelength along the line.
    pub length: f64,
    /// Factor by which the wavelength shrinks and grows.
    pub randomness: f64,
}

/// The generator behind the wiggle: a 32-bit linear congruence with the constants of Microsoft's C runtime.
#[derive(Clone, Copy, Debug, Default)]
struct Random(u32);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(214_013).wrapping_add(2_531_011);
        f64::from(self.0) / 4_294_967_296.0
    }
}

/// Moves every vertex of a line, cut to steps of about a pixel, off the line.
#[derive(Clone, Debug)]
pub struct Sketch<S> {
    segmented: Segment<S>,
    params: SketchParams,
    phase_scale: f64,
    log_randomness: f64,
    last: Option<(f64, f64)>,
    phase: f64,
    random: Random,
}

impl<S: VertexSource> Sketch<S> {
    /// Sketches `source`; a scale of zero passes everything through.
    pub fn new(source: S, params: SketchParams) -> Self {
        let SketchParams { length, randomness, .. } = params;
        let degenerate = length <= f64::EPSILON || randomness <= f64::EPSILON;
        Self {
            segmented: Segment::new(source),
            params,
            phase_scale: if degenerate { 0.0 } else { (2.0 * PI) / (length * randomness) },
            log_randomness: if randomness <= f64::EPSILON { 0.0 } else { 2.0 * randomness.ln() },
            last: None,
            phase: 0.0,
            random: Random(0),
        }
    }

    /// The stream that is sketched.
    pub fn source(&self) -> &S {
        &self.segmented.source
    }

    /// The stream that is sketched.
    pub fn source_mut(&mut self) -> &mut S {
        &mut self.segmented.source
    }

    fn next_sketched(&mut self) -> Vertex {
        let mut vertex = self.segmented.next();
        if vertex.command == command::MOVE {
            self.last = None;
            self.phase = 0.0;
        }
        // Close commands take part with their dummy position: they draw a random number and become the last point.
        let here = (vertex.x, vertex.y);
        if let Some(last) = self.last {
            self.phase += (self.random.next() * self.log_randomness).exp();
            let (dx, dy) = (last.0 - here.0, last.1 - here.1);
            let squared = dy * dy + dx * dx;
            if squared != 0.0 {
                let aside = (self.phase * self.phase_scale).sin() * self.params.scale / squared.sqrt();
                vertex.x += aside * dy;
                vertex.y -= aside * dx;
            }
        }
        self.last = Some(here);
        vertex
    }
}

impl<S: VertexSource> VertexSource for Sketch<S> {
    fn rewind(&mut self) {
        self.last = None;
        self.phase = 0.0;
        if self.params.scale == 0.0 {
            self.segmented.source.rewind();
        } else {
            self.random = Random(0);
            self.segmented.rewind();
        }
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        if self.params.scale == 0.0 { self.segmented.source.next() } else { self.next_sketched() }
    }
}

/// Length (px) of a pass that is cut into steps of a pixel. What follows, or would not fit, gets [`FEW_STEPS`] a line: that
/// bounds the time that coordinates beyond any screen can take.
const LONGEST_PX: f64 = (1u32 << 21) as f64;
/// Most steps of other lines.
const FEW_STEPS: f64 = 256.0;

/// Cuts lines into steps of about a pixel and adds the closing line of closed subpaths.
#[derive(Clone, Debug)]
struct Segment<S> {
    source: S,
    /// The command that the next emitted vertex carries; stop when the segment is used up.
    command: u8,
    from: (f64, f64),
    delta: (f64, f64),
    /// Position on the segment, 0..1, and its step.
    at: f64,
    step: f64,
    start: (f64, f64),
    vertices: u32,
    end: u8,
    /// What is left of [`LONGEST_PX`].
    length_left: f64,
}

impl<S: VertexSource> Segment<S> {
    fn new(source: S) -> Self {
        Self {
            source,
            command: command::STOP,
            from: (0.0, 0.0),
            delta: (0.0, 0.0),
            at: 0.0,
            step: 0.0,
            start: (0.0, 0.0),
            vertices: 0,
            end: 0,
            length_left: LONGEST_PX,
        }
    }

    fn rewind(&mut self) {
        self.source.rewind();
        self.command = command::STOP;
        self.start = (0.0, 0.0);
        self.end = 0;
        self.vertices = 0;
        self.length_left = LONGEST_PX;
    }

    fn move_to(&mut self, to: (f64, f64)) {
        self.from = to;
        self.delta = (0.0, 0.0);
        self.at = 2.0;
        self.step = 2.0;
        self.command = command::MOVE;
    }

    fn line_to(&mut self, to: (f64, f64)) {
        self.from = (self.from.0 + self.delta.0, self.from.1 + self.delta.1);
        self.delta = (to.0 - self.from.0, to.1 - self.from.1);
        let (dx, dy) = self.delta;
        let length = (dx * dx + dy * dy).sqrt();
        let mut steps = length.max(1e-30);
        if length <= self.length_left {
            self.length_left -= length;
        } else {
            steps = steps.min(FEW_STEPS);
        }
        self.step = 1.0 / steps;
        self.at = if self.command == command::MOVE { 0.0 } else { self.step };
        if self.command == command::STOP {
            self.command = command::LINE;
        }
    }

    /// The next point of the current segment.
    fn step(&mut self) -> Option<Vertex> {
        if self.command == command::STOP {
            return None;
        }
        let emitted = self.command;
        self.command = command::LINE;
        let at = if self.at >= 1.0 - self.step || self.at.is_nan() {
            self.at = 1.0;
            self.command = command::STOP;
            // Not `from + delta * 1`: the end is added without a product, which keeps infinities out.
            return Some(Vertex::new(emitted, self.from.0 + self.delta.0, self.from.1 + self.delta.1));
        } else {
            self.at
        };
        self.at += self.step;
        Some(Vertex::new(emitted, self.from.0 + self.delta.0 * at, self.from.1 + self.delta.1 * at))
    }

    fn next(&mut self) -> Vertex {
        loop {
            if let Some(vertex) = self.step() {
                return vertex;
            }
            if self.end != 0 {
                let end = std::mem::take(&mut self.end);
                return Vertex::new(end, 0.0, 0.0);
            }
            let vertex = self.source.next();
            let to = (vertex.x, vertex.y);
            if vertex.command == command::MOVE {
                self.move_to(to);
                self.start = to;
                self.vertices = 1;
            } else if command::is_vertex(vertex.command) {
                self.line_to(to);
                self.vertices += 1;
            } else if command::is_end(vertex.command) {
                self.end = vertex.command;
                if command::has_close_flag(vertex.command) {
                    if self.vertices > 2 {
                        self.line_to(self.start);
                    }
                    self.vertices = 0;
                }
            } else {
                return vertex;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::affine::Affine;
    use crate::path::PathView;

    #[test]
    fn steps_are_a_pixel_and_wiggle_within_the_scale() {
        let vertices = [[0.0, 0.0], [100.0, 0.0]];
        let source = PathView { vertices: &vertices, codes: None }.source(Affine::IDENTITY);
        let mut stage = Sketch::new(source, SketchParams { scale: 2.0, length: 30.0, randomness: 2.0 });
        stage.rewind();
        let got: Vec<Vertex> =
            std::iter::from_fn(|| Some(stage.next())).take_while(|v| v.command != command::STOP).collect();
        assert!((99..=102).contains(&got.len()), "{}", got.len());
        assert!(got.iter().all(|v| v.y.abs() <= 2.0));
        assert!(got.iter().any(|v| v.y.abs() > 0.5));
    }

    #[test]
    fn every_pass_wiggles_alike() {
        let vertices = [[0.0, 0.0], [40.0, 30.0], [80.0, 0.0]];
        let source = PathView { vertices: &vertices, codes: None }.source(Affine::IDENTITY);
        let mut stage = Sketch::new(source, SketchParams { scale: 1.0, length: 10.0, randomness: 4.0 });
        let mut pass = || {
            stage.rewind();
            std::iter::from_fn(|| Some(stage.next())).take_while(|v| v.command != command::STOP).collect::<Vec<_>>()
        };
        assert_eq!(pass(), pass());
    }

    #[test]
    fn far_lines_end() {
        let vertices: Vec<[f64; 2]> = (0..100).map(|i| [f64::from(i % 2) * 1e300, 0.0]).collect();
        let source = PathView { vertices: &vertices, codes: None }.source(Affine::IDENTITY);
        let mut stage = Segment::new(source);
        stage.rewind();
        let count = std::iter::from_fn(|| Some(stage.next())).take_while(|v| v.command != command::STOP).count();
        assert!(count <= 100 * (FEW_STEPS as usize + 1), "{count}");
    }
}
