//! Flattening of Bézier curves by recursive subdivision.
//!
//! Agrees with Agg's `curve3_div`/`curve4_div` at approximation scale 1 without angle tolerance: a piece is flat when its
//! control points lie within half a pixel of the chord. Idea: Maxim Shemanarev, "Adaptive subdivision of Bézier curves".

use crate::vertex::{Vertex, VertexSource, command};

/// Cross products up to this count as collinear.
const COLLINEARITY_EPSILON: f64 = 1e-30;
/// Squared distance tolerance, px².
const TOLERANCE_SQUARED: f64 = 0.25;
/// Deepest subdivision.
const MAX_LEVEL: u32 = 32;
/// Subdivisions of a curve with coordinates beyond [`crate::EXACT_LIMIT_PX`], px; one within needs fewer.
const MAX_SUBDIVISIONS: usize = 1 << 14;

type Point = (f64, f64);

#[inline]
fn midpoint(a: Point, b: Point) -> Point {
    ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0)
}

#[inline]
fn distance_squared(a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    dx * dx + dy * dy
}

/// Replaces curve segments by lines; all other vertices pass.
#[derive(Clone, Debug)]
pub struct Flatten<S> {
    /// The stream that is flattened.
    pub source: S,
    last: Point,
    points: Vec<Point>,
    next_point: usize,
}

/// The points found between the ends of one curve.
pub(crate) struct Subdivision<'a> {
    points: &'a mut Vec<Point>,
    left: usize,
}

impl<S: VertexSource> Flatten<S> {
    /// Flattens `source`.
    pub fn new(source: S) -> Self {
        Self { source, last: (0.0, 0.0), points: Vec::new(), next_point: 0 }
    }

    #[inline]
    fn buffered(&mut self) -> Option<Vertex> {
        let &(x, y) = self.points.get(self.next_point)?;
        self.next_point += 1;
        Some(Vertex::new(command::LINE, x, y))
    }
}

impl<S: VertexSource> VertexSource for Flatten<S> {
    fn rewind(&mut self) {
        self.source.rewind();
        self.last = (0.0, 0.0);
        self.points.clear();
        self.next_point = 0;
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        let vertex = match self.buffered() {
            Some(vertex) => vertex,
            None => {
                let first = self.source.next();
                let extra = match first.command {
                    command::CURVE3 => 1,
                    command::CURVE4 => 2,
                    _ => 0,
                };
                if extra == 0 {
                    first
                } else {
                    self.points.clear();
                    self.next_point = 0;
                    let control = (first.x, first.y);
                    let second = self.source.next();
                    let second = (second.x, second.y);
                    let mut between = Subdivision::new(&mut self.points);
                    let end = if extra == 1 {
                        between.quadratic(self.last, control, second, 0);
                        second
                    } else {
                        let end = self.source.next();
                        let end = (end.x, end.y);
                        between.cubic([self.last, control, second, end], 0);
                        end
                    };
                    self.points.push(end);
                    self.buffered().unwrap_or(Vertex::STOP)
                }
            }
        };
        self.last = (vertex.x, vertex.y);
        vertex
    }
}

impl<'a> Subdivision<'a> {
    /// Appends to `points` what it finds.
    pub(crate) fn new(points: &'a mut Vec<Point>) -> Self {
        Self { points, left: MAX_SUBDIVISIONS }
    }

    fn is_over_budget(&mut self) -> bool {
        if self.left == 0 {
            return true;
        }
        self.left -= 1;
        false
    }

    /// Points between the ends of a quadratic curve.
    pub(crate) fn quadratic(&mut self, p1: Point, p2: Point, p3: Point, level: u32) {
        if level > MAX_LEVEL || self.is_over_budget() {
            return;
        }
        let p12 = midpoint(p1, p2);
        let p23 = midpoint(p2, p3);
        let p123 = midpoint(p12, p23);
        let (dx, dy) = (p3.0 - p1.0, p3.1 - p1.1);
        let cross = ((p2.0 - p3.0) * dy - (p2.1 - p3.1) * dx).abs();
        if cross.is_nan() {
            return; // Overflow: no subdivision would ever get flat.
        }
        if cross > COLLINEARITY_EPSILON {
            if cross * cross <= TOLERANCE_SQUARED * (dx * dx + dy * dy) {
                self.points.push(p123);
                return;
            }
        } else {
            match off_chord_squared(p1, p2, p3) {
                OffChord::Between => return,
                OffChord::Squared(d) if d < TOLERANCE_SQUARED => {
                    self.points.push(p2);
                    return;
                }
                OffChord::Squared(_) => {}
            }
        }
        self.quadratic(p1, p12, p123, level + 1);
        self.quadratic(p123, p23, p3, level + 1);
    }

    /// Points between the ends of a cubic curve.
    pub(crate) fn cubic(&mut self, [p1, p2, p3, p4]: [Point; 4], level: u32) {
        if level > MAX_LEVEL || self.is_over_budget() {
            return;
        }
        let p12 = midpoint(p1, p2);
        let p23 = midpoint(p2, p3);
        let p34 = midpoint(p3, p4);
        let p123 = midpoint(p12, p23);
        let p234 = midpoint(p23, p34);
        let p1234 = midpoint(p123, p234);
        let (dx, dy) = (p4.0 - p1.0, p4.1 - p1.1);
        let cross2 = ((p2.0 - p4.0) * dy - (p2.1 - p4.1) * dx).abs();
        let cross3 = ((p3.0 - p4.0) * dy - (p3.1 - p4.1) * dx).abs();
        if cross2.is_nan() || cross3.is_nan() {
            return; // Overflow: no subdivision would ever get flat.
        }
        let significant = (cross2 > COLLINEARITY_EPSILON, cross3 > COLLINEARITY_EPSILON);
        if significant == (false, false) {
            if let Some(point) = collinear_cubic(p1, p2, p3, p4) {
                self.points.extend(point);
                return;
            }
        } else {
            // A control point on the chord does not count.
            let off = match significant {
                (true, true) => cross2 + cross3,
                (true, false) => cross2,
                _ => cross3,
            };
            if off * off <= TOLERANCE_SQUARED * (dx * dx + dy * dy) {
                self.points.push(p23);
                return;
            }
        }
        self.cubic([p1, p12, p123, p1234], level + 1);
        self.cubic([p1234, p234, p34, p4], level + 1);
    }
}

/// Where a control point on the line through the chord lies.
enum OffChord {
    /// Strictly between the ends.
    Between,
    /// Outside: its squared distance from the nearer end.
    Squared(f64),
}

fn off_chord_squared(p1: Point, control: Point, end: Point) -> OffChord {
    let (dx, dy) = (end.0 - p1.0, end.1 - p1.1);
    let length_squared = dx * dx + dy * dy;
    if length_squared == 0.0 {
        return OffChord::Squared(distance_squared(p1, control));
    }
    let along = ((control.0 - p1.0) * dx + (control.1 - p1.1) * dy) / length_squared;
    if along > 0.0 && along < 1.0 {
        OffChord::Between
    } else if along <= 0.0 {
        OffChord::Squared(distance_squared(control, p1))
    } else {
        OffChord::Squared(distance_squared(control, end))
    }
}

/// What a cubic with all points on one line needs between its ends: `Some(None)` nothing, `Some(Some(p))` the point `p`,
/// `None` further subdivision.
#[expect(clippy::option_option, reason = "three outcomes, used in one place")]
fn collinear_cubic(p1: Point, p2: Point, p3: Point, p4: Point) -> Option<Option<Point>> {
    let (dx, dy) = (p4.0 - p1.0, p4.1 - p1.1);
    let length_squared = dx * dx + dy * dy;
    let (d2, d3);
    if length_squared == 0.0 {
        d2 = distance_squared(p1, p2);
        d3 = distance_squared(p4, p3);
    } else {
        let k = 1.0 / length_squared;
        let along = |p: Point| k * ((p.0 - p1.0) * dx + (p.1 - p1.1) * dy);
        let (along2, along3) = (along(p2), along(p3));
        let between = |a: f64| a > 0.0 && a < 1.0;
        if between(along2) && between(along3) {
            return Some(None);
        }
        let off = |p: Point, a: f64| {
            if a <= 0.0 {
                distance_squared(p, p1)
            } else if a >= 1.0 {
                distance_squared(p, p4)
            } else {
                distance_squared(p, (p1.0 + a * dx, p1.1 + a * dy))
            }
        };
        d2 = off(p2, along2);
        d3 = off(p3, along3);
    }
    let (point, d) = if d2 > d3 { (p2, d2) } else { (p3, d3) };
    (d < TOLERANCE_SQUARED).then_some(Some(point))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::affine::Affine;
    use crate::path::PathView;

    fn flatten(vertices: &[[f64; 2]], codes: &[u8]) -> Vec<(u8, f64, f64)> {
        let source = PathView { vertices, codes: Some(codes) }.source(Affine::IDENTITY);
        let mut stage = Flatten::new(source);
        stage.rewind();
        std::iter::from_fn(|| Some(stage.next()))
            .take_while(|v| v.command != command::STOP)
            .map(|v| (v.command, v.x, v.y))
            .collect()
    }

    #[test]
    fn a_flat_quadratic_keeps_its_middle() {
        let got = flatten(&[[0.0, 0.0], [5.0, 0.5], [10.0, 0.0]], &[1, 3, 3]);
        assert_eq!(got, [(1, 0.0, 0.0), (2, 5.0, 0.25), (2, 10.0, 0.0)]);
    }

    #[test]
    fn flattened_points_lie_on_the_circle_within_half_a_pixel() {
        let k = 0.5522847498 * 100.0;
        let got = flatten(&[[100.0, 0.0], [100.0, k], [k, 100.0], [0.0, 100.0]], &[1, 4, 4, 4]);
        assert!(got.len() > 4);
        assert!(got.iter().all(|&(_, x, y)| (x.hypot(y) - 100.0).abs() < 0.5));
    }

    #[test]
    fn overflowing_curves_end() {
        let big = 1e308;
        assert!(
            flatten(&[[0.0, 0.0], [big, -big], [-big, big], [big, big]], &[1, 4, 4, 4]).len() <= MAX_SUBDIVISIONS + 3
        );
        let big = 1e60;
        assert!(flatten(&[[0.0, 0.0], [big, -big], [big, big]], &[1, 3, 3]).len() <= MAX_SUBDIVISIONS + 3);
    }

    #[test]
    fn the_largest_curves_are_not_cut_short() {
        let k = 0.5522847498;
        let r = crate::EXACT_LIMIT_PX;
        let got = flatten(&[[r, 0.0], [r, k * r], [k * r, r], [0.0, r]], &[1, 4, 4, 4]);
        assert!(got.len() < MAX_SUBDIVISIONS / 2);
        assert!(got.windows(2).all(|pair| (pair[1].1 - pair[0].1).hypot(pair[1].2 - pair[0].2) < r / 100.0));
    }
}
