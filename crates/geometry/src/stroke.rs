//! Stroking: the outline of a line of a given width, with caps and joins.
//!
//! Agrees with Agg's `vcgen_stroke` and `math_stroke` (inner joins mitered, approximation scale 1) with Matplotlib's
//! threshold for collinearity. An open subpath gives one polygon (there and back), a closed one two.

use std::f64::consts::PI;

use crate::dash::{Dash, DashPattern};
use crate::polyline::{Collector, Node, Polylines};
use crate::rect::Rect;
use crate::vertex::{OutlineSink, VertexSource};

/// How open ends look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cap {
    /// Cut off at the end point.
    #[default]
    Butt,
    /// A half disc.
    Round,
    /// Extended by half the width.
    Square,
}

/// How corners look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    /// Pointed; beyond the miter limit a plain bevel.
    Miter,
    /// Pointed; beyond the miter limit cut off at the limit (Agg's default join, which hatches use).
    MiterClipped,
    /// Rounded.
    #[default]
    Round,
    /// Cut off.
    Bevel,
}

/// The attributes of a solid stroke.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrokeStyle {
    /// Line width, px.
    pub width_px: f64,
    /// Ends of open subpaths.
    pub cap: Cap,
    /// Corners.
    pub join: Join,
    /// Longest miter, in half widths.
    pub miter_limit: f64,
}

/// Corners turned by less than this (cross product, px²) are straight.
const STRAIGHT: f64 = 1e-14;
/// Denominators below this mean parallel lines.
const PARALLEL: f64 = 1e-30;
/// Shortest inner miter, in half widths.
const INNER_MITER_LIMIT: f64 = 1.01;
/// Largest distance of an arc from its chord, px.
const ARC_TOLERANCE_PX: f64 = 0.125;
/// How far from the rows that are wanted corners are left out, besides what the line's width adds, px.
const ROWS_MARGIN_PX: f64 = 2.0;
/// Points on one arc; reached at half widths of 4·10⁸ px, far beyond [`crate::EXACT_LIMIT_PX`].
const MAX_ARC_POINTS: f64 = (1u32 << 16) as f64;
/// Points on one arc that are always given: enough for half widths of 1600 px.
const ARC_POINTS: f64 = 128.0;
/// Further points that the arcs of a pass may have together. When they are used up, larger arcs have none: that only
/// bounds the time that lines wider than any screen can take.
const EXTRA_ARC_POINTS: f64 = (1u32 << 25) as f64;

/// Strokes whole streams; keeps its buffers from one to the next.
#[derive(Debug, Default)]
pub struct Stroke {
    collector: Collector,
    dash_collector: Collector,
}

impl Stroke {
    /// Sends the outline of a pass over `source` to `sink`.
    ///
    /// `visible` (px) is where the outline can matter; dashes far outside it may be left out.
    pub fn stroke<S: VertexSource, K: OutlineSink>(
        &mut self,
        source: &mut S,
        style: &StrokeStyle,
        dashes: Option<&DashPattern>,
        visible: Rect,
        sink: &mut K,
    ) {
        let mut outline = Outline::new(style, None, sink);
        let Some(pattern) = dashes else {
            self.collector.collect(source, |polyline| outline.polyline(&polyline.nodes, polyline.closed));
            return;
        };
        let mut dash = Dash::new(pattern, visible, style);
        let dashed = &mut self.dash_collector;
        self.collector.collect(source, |polyline| {
            dash.walk(&polyline.nodes, polyline.closed, |vertex| {
                dashed.feed(vertex, |piece| outline.polyline(&piece.nodes, piece.closed));
            });
        });
        dashed.end(|piece| outline.polyline(&piece.nodes, piece.closed));
    }

    /// Sends the outline along `polylines` to `sink`, as [`Stroke::stroke`] does it of their source.
    ///
    /// Only what is between `rows` (px) is wanted: elsewhere the outline may be another.
    pub fn stroke_polylines<K: OutlineSink>(
        &mut self,
        polylines: &Polylines,
        style: &StrokeStyle,
        dashes: Option<&DashPattern>,
        visible: Rect,
        rows: (f64, f64),
        sink: &mut K,
    ) {
        let mut outline = Outline::new(style, Some(rows), sink);
        let Some(pattern) = dashes else {
            for (nodes, closed) in polylines.iter() {
                outline.polyline(nodes, closed);
            }
            return;
        };
        let mut dash = Dash::new(pattern, visible, style);
        let dashed = &mut self.dash_collector;
        for (nodes, closed) in polylines.iter() {
            dash.walk(nodes, closed, |vertex| {
                dashed.feed(vertex, |piece| outline.polyline(&piece.nodes, piece.closed));
            });
        }
        dashed.end(|piece| outline.polyline(&piece.nodes, piece.closed));
    }
}

/// Builds polygons around polylines.
pub(crate) struct Outline<'a, K> {
    half_width: f64,
    join_tolerance: f64,
    cap: Cap,
    join: Join,
    miter_limit: f64,
    sink: &'a mut K,
    /// Corners above the first and below the second (px) do not show.
    rows: (f64, f64),
    /// The next point starts a polygon.
    first: bool,
    /// Angle between the points of an arc.
    arc_step: f64,
    /// Squared half width times the cosine of an angle for which an arc surely has no points between its ends.
    bare_arc: f64,
    extra_arc_points: f64,
}

impl<'a, K: OutlineSink> Outline<'a, K> {
    pub(crate) fn new(style: &StrokeStyle, rows: Option<(f64, f64)>, sink: &'a mut K) -> Self {
        let half_width = style.width_px * 0.5;
        let radius = half_width.abs();
        let arc_step = (radius / (radius + ARC_TOLERANCE_PX)).acos() * 2.0;
        Self {
            half_width,
            join_tolerance: half_width / 1024.0,
            cap: style.cap,
            join: style.join,
            miter_limit: style.miter_limit,
            sink,
            rows: rows.map_or((f64::NEG_INFINITY, f64::INFINITY), |(top, bottom)| {
                let margin = radius * style.miter_limit.abs().max(2.0) + ROWS_MARGIN_PX;
                (top - margin, bottom + margin)
            }),
            first: true,
            arc_step,
            // Not beyond a right angle, and a little less than the step, so that no rounding matters.
            bare_arc: half_width * half_width * (arc_step.min(PI / 2.0).cos() + 1e-6),
            extra_arc_points: EXTRA_ARC_POINTS,
        }
    }

    /// What the points go to.
    pub(crate) fn sink_mut(&mut self) -> &mut K {
        self.sink
    }

    #[inline]
    fn add(&mut self, x: f64, y: f64) {
        if self.first {
            self.sink.move_to(x, y);
            self.first = false;
        } else {
            self.sink.line_to(x, y);
        }
    }

    fn close(&mut self) {
        self.sink.close();
        self.first = true;
    }

    fn polyline(&mut self, nodes: &[Node], closed: bool) {
        let count = nodes.len();
        if closed && count >= 3 {
            let last = count - 1;
            let mut normal = self.normal(&nodes[last], &nodes[0], nodes[last].length);
            let mut before = last;
            for i in 0..count {
                let after = if i == last { 0 } else { i + 1 };
                let lengths = (nodes[before].length, nodes[i].length);
                normal = self.corner(&nodes[before], &nodes[i], &nodes[after], lengths, normal);
                before = i;
            }
            self.close();
            let mut normal = self.normal(&nodes[0], &nodes[last], nodes[last].length);
            let mut before = 0;
            for i in (0..count).rev() {
                let after = if i == 0 { last } else { i - 1 };
                let lengths = (nodes[i].length, nodes[after].length);
                normal = self.corner(&nodes[before], &nodes[i], &nodes[after], lengths, normal);
                before = i;
            }
            self.close();
        } else if count >= 2 {
            self.end(&nodes[0], &nodes[1], nodes[0].length);
            let mut normal = self.normal(&nodes[0], &nodes[1], nodes[0].length);
            for i in 1..count - 1 {
                let lengths = (nodes[i - 1].length, nodes[i].length);
                normal = self.corner(&nodes[i - 1], &nodes[i], &nodes[i + 1], lengths, normal);
            }
            self.end(&nodes[count - 1], &nodes[count - 2], nodes[count - 2].length);
            let mut normal = self.normal(&nodes[count - 1], &nodes[count - 2], nodes[count - 2].length);
            for i in (1..count - 1).rev() {
                let lengths = (nodes[i].length, nodes[i - 1].length);
                normal = self.corner(&nodes[i + 1], &nodes[i], &nodes[i - 1], lengths, normal);
            }
            self.close();
        }
    }

    /// Half a width across the line from `v0` to `v1`: what is added to x, and taken from y, to be beside it.
    #[inline]
    pub(crate) fn normal(&self, v0: &Node, v1: &Node, length: f64) -> (f64, f64) {
        let w = self.half_width;
        (w * (v1.y - v0.y) / length, w * (v1.x - v0.x) / length)
    }

    /// The cap at `v0` of the line towards `v1`.
    pub(crate) fn end(&mut self, v0: &Node, v1: &Node, length: f64) {
        let dx1 = (v1.y - v0.y) / length * self.half_width;
        let dy1 = (v1.x - v0.x) / length * self.half_width;
        match self.cap {
            Cap::Butt | Cap::Square => {
                let sign = if self.half_width < 0.0 { -1.0 } else { 1.0 };
                let (dx2, dy2) = if self.cap == Cap::Square { (dy1 * sign, dx1 * sign) } else { (0.0, 0.0) };
                self.add(v0.x - dx1 - dx2, v0.y + dy1 - dy2);
                self.add(v0.x + dx1 - dx2, v0.y - dy1 - dy2);
            }
            Cap::Round => {
                let count = self.arc_points(PI);
                let step = PI / (count + 1.0);
                self.add(v0.x - dx1, v0.y + dy1);
                if self.half_width >= 0.0 {
                    self.arc(v0, dy1.atan2(-dx1), step, count);
                } else {
                    self.arc(v0, (-dy1).atan2(dx1), -step, count);
                }
                self.add(v0.x + dx1, v0.y - dy1);
            }
        }
    }

    /// How many points an arc of this angle has between its ends.
    fn arc_points(&mut self, angle: f64) -> f64 {
        let count = whole_part(angle / self.arc_step);
        if !(count > 0.0 && count <= MAX_ARC_POINTS) {
            return 0.0; // Also when the step vanishes.
        }
        if count > ARC_POINTS {
            let further = count - ARC_POINTS;
            if further > self.extra_arc_points {
                return 0.0;
            }
            self.extra_arc_points -= further;
        }
        count
    }

    /// `count` points around `centre`, the first one `step` after `angle`.
    fn arc(&mut self, centre: &Node, angle: f64, step: f64, count: f64) {
        // The angle is accumulated, not multiplied: its rounding is part of the result.
        let mut angle = angle + step;
        for _ in 0..count as u32 {
            self.add(centre.x + angle.cos() * self.half_width, centre.y + angle.sin() * self.half_width);
            angle += step;
        }
    }

    /// The corner at `v1` coming from `v0` and going to `v2`, with the normal of the line from `v0`; that of the line to `v2`.
    #[inline]
    pub(crate) fn corner(
        &mut self,
        v0: &Node,
        v1: &Node,
        v2: &Node,
        lengths: (f64, f64),
        d1: (f64, f64),
    ) -> (f64, f64) {
        let d2 = self.normal(v1, v2, lengths.1);
        if !self.is_out_of_rows(v0, v1, v2, lengths) {
            self.turn(v0, v1, v2, lengths, d1, d2);
        }
        d2
    }

    /// Whether lines to the corner, from it and all around it are above the rows that are wanted, or below.
    ///
    /// Corners may be left out there, since what joins the others instead is on the same side.
    #[inline]
    fn is_out_of_rows(&self, v0: &Node, v1: &Node, v2: &Node, (length1, length2): (f64, f64)) -> bool {
        let (top, bottom) = self.rows;
        // An inner corner may be as far from its node as the shorter line is long, also at the other ends of the lines.
        (v0.y + length1 < top && v1.y + length1.min(length2) < top && v2.y + length2 < top)
            || (v0.y - length1 > bottom && v1.y - length1.min(length2) > bottom && v2.y - length2 > bottom)
    }

    fn turn(
        &mut self,
        v0: &Node,
        v1: &Node,
        v2: &Node,
        (length1, length2): (f64, f64),
        d1: (f64, f64),
        d2: (f64, f64),
    ) {
        let w = self.half_width;
        let cross = cross_product((v0.x, v0.y), (v1.x, v1.y), (v2.x, v2.y));
        if (cross > STRAIGHT && w > 0.0) || (cross < -STRAIGHT && w < 0.0) {
            let shorter = if length1 < length2 { length1 } else { length2 };
            let mut limit = shorter / w.abs();
            if limit < INNER_MITER_LIMIT {
                limit = INNER_MITER_LIMIT;
            }
            self.miter(v0, v1, v2, d1, d2, Join::Miter, limit, 0.0);
            return;
        }
        let middle = ((d1.0 + d2.0) / 2.0, (d1.1 + d2.1) / 2.0);
        let bevel_distance = (middle.0 * middle.0 + middle.1 * middle.1).sqrt();
        if matches!(self.join, Join::Round | Join::Bevel) && w.abs() - bevel_distance < self.join_tolerance {
            // A bevel that nobody would see: one point does.
            match offset_lines_meet(v0, v1, v2, d1, d2) {
                Some((x, y)) => self.add(x, y),
                None => self.add(v1.x + d1.0, v1.y - d1.1),
            }
            return;
        }
        match self.join {
            Join::Miter | Join::MiterClipped => {
                self.miter(v0, v1, v2, d1, d2, self.join, self.miter_limit, bevel_distance);
            }
            Join::Round => self.round(v1, d1, d2),
            Join::Bevel => {
                self.add(v1.x + d1.0, v1.y - d1.1);
                self.add(v1.x + d2.0, v1.y - d2.1);
            }
        }
    }

    fn round(&mut self, v1: &Node, d1: (f64, f64), d2: (f64, f64)) {
        // Most arcs are too short to have points between their ends, which can be seen without knowing their angles.
        if self.half_width > 0.0 && d1.1 * d2.0 - d1.0 * d2.1 > 0.0 && d1.0 * d2.0 + d1.1 * d2.1 > self.bare_arc {
            self.add(v1.x + d1.0, v1.y - d1.1);
            self.add(v1.x + d2.0, v1.y - d2.1);
            return;
        }
        let sign = if self.half_width < 0.0 { -1.0 } else { 1.0 };
        let from = (-d1.1 * sign).atan2(d1.0 * sign);
        let mut to = (-d2.1 * sign).atan2(d2.0 * sign);
        self.add(v1.x + d1.0, v1.y - d1.1);
        if sign > 0.0 {
            if from > to {
                to += 2.0 * PI;
            }
            let count = self.arc_points(to - from);
            self.arc(v1, from, (to - from) / (count + 1.0), count);
        } else {
            if from < to {
                to -= 2.0 * PI;
            }
            let count = self.arc_points(from - to);
            self.arc(v1, from, -((from - to) / (count + 1.0)), count);
        }
        self.add(v1.x + d2.0, v1.y - d2.1);
    }

    fn miter(
        &mut self,
        v0: &Node,
        v1: &Node,
        v2: &Node,
        d1: (f64, f64),
        d2: (f64, f64),
        join: Join,
        limit: f64,
        bevel_distance: f64,
    ) {
        let longest = self.half_width.abs() * limit;
        let bevel1 = (v1.x + d1.0, v1.y - d1.1);
        let bevel2 = (v1.x + d2.0, v1.y - d2.1);
        let tip = offset_lines_meet(v0, v1, v2, d1, d2);
        let mut reach = 1.0;
        if let Some((x, y)) = tip {
            let (dx, dy) = (x - v1.x, y - v1.y);
            reach = (dx * dx + dy * dy).sqrt();
            if reach <= longest {
                self.add(x, y);
                return;
            }
        } else {
            // Parallel: does the next segment go on, or back?
            let before = cross_product((v0.x, v0.y), (v1.x, v1.y), bevel1) < 0.0;
            let after = cross_product((v1.x, v1.y), (v2.x, v2.y), bevel1) < 0.0;
            if before == after {
                self.add(bevel1.0, bevel1.1);
                return;
            }
        }
        match (join, tip) {
            (Join::MiterClipped, None) => {
                let limit = if self.half_width < 0.0 { -limit } else { limit };
                self.add(v1.x + d1.0 + d1.1 * limit, v1.y - d1.1 + d1.0 * limit);
                self.add(v1.x + d2.0 - d2.1 * limit, v1.y - d2.1 - d2.0 * limit);
            }
            (Join::MiterClipped, Some((x, y))) => {
                let along = (longest - bevel_distance) / (reach - bevel_distance);
                self.add(bevel1.0 + (x - bevel1.0) * along, bevel1.1 + (y - bevel1.1) * along);
                self.add(bevel2.0 + (x - bevel2.0) * along, bevel2.1 + (y - bevel2.1) * along);
            }
            _ => {
                self.add(bevel1.0, bevel1.1);
                self.add(bevel2.0, bevel2.1);
            }
        }
    }
}

/// `v.trunc()` of anything that can be a count.
fn whole_part(v: f64) -> f64 {
    if v.abs() < 1e9 { f64::from(v as i32) } else { v }
}

#[inline]
fn cross_product((x1, y1): (f64, f64), (x2, y2): (f64, f64), (x, y): (f64, f64)) -> f64 {
    (x - x2) * (y2 - y1) - (y - y2) * (x2 - x1)
}

/// Where the offset lines of the segments before and after `v1` meet.
fn offset_lines_meet(v0: &Node, v1: &Node, v2: &Node, d1: (f64, f64), d2: (f64, f64)) -> Option<(f64, f64)> {
    let (ax, ay) = (v0.x + d1.0, v0.y - d1.1);
    let (bx, by) = (v1.x + d1.0, v1.y - d1.1);
    let (cx, cy) = (v1.x + d2.0, v1.y - d2.1);
    let (dx, dy) = (v2.x + d2.0, v2.y - d2.1);
    let numerator = (ay - cy) * (dx - cx) - (ax - cx) * (dy - cy);
    let denominator = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
    if denominator.abs() < PARALLEL {
        return None;
    }
    let u = numerator / denominator;
    Some((ax + u * (bx - ax), ay + u * (by - ay)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::affine::Affine;
    use crate::path::PathView;

    #[derive(Default)]
    struct Points(Vec<Vec<(f64, f64)>>);

    impl OutlineSink for Points {
        fn move_to(&mut self, x: f64, y: f64) {
            self.0.push(vec![(x, y)]);
        }
        fn line_to(&mut self, x: f64, y: f64) {
            self.0.last_mut().expect("a move first").push((x, y));
        }
        fn close(&mut self) {}
    }

    const EVERYWHERE: Rect = Rect { x1: -1e9, y1: -1e9, x2: 1e9, y2: 1e9 };

    fn stroke(vertices: &[[f64; 2]], codes: Option<&[u8]>, style: StrokeStyle) -> Vec<Vec<(f64, f64)>> {
        let mut source = PathView { vertices, codes }.source(Affine::IDENTITY);
        let mut sink = Points::default();
        Stroke::default().stroke(&mut source, &style, None, EVERYWHERE, &mut sink);
        sink.0
    }

    const PLAIN: StrokeStyle = StrokeStyle { width_px: 2.0, cap: Cap::Butt, join: Join::Miter, miter_limit: 4.0 };

    #[test]
    fn a_butt_line_is_a_rectangle() {
        let got = stroke(&[[0.0, 0.0], [10.0, 0.0]], None, PLAIN);
        assert_eq!(got, [vec![(0.0, 1.0), (0.0, -1.0), (10.0, -1.0), (10.0, 1.0)]]);
    }

    #[test]
    fn a_square_cap_reaches_half_the_width_further() {
        let got = stroke(&[[0.0, 0.0], [10.0, 0.0]], None, StrokeStyle { cap: Cap::Square, ..PLAIN });
        assert_eq!(got, [vec![(-1.0, 1.0), (-1.0, -1.0), (11.0, -1.0), (11.0, 1.0)]]);
    }

    #[test]
    fn a_closed_path_gives_two_polygons() {
        let square = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]];
        let got = stroke(&square, Some(&[1, 2, 2, 2, 79]), PLAIN);
        assert_eq!(got.len(), 2);
        assert!(got.concat().contains(&(-1.0, -1.0)) && got.concat().contains(&(1.0, 1.0)));
    }

    #[test]
    fn points_give_no_stroke() {
        assert!(stroke(&[[3.0, 3.0]], None, PLAIN).is_empty());
        assert!(stroke(&[[3.0, 3.0], [3.0, 3.0]], None, StrokeStyle { cap: Cap::Round, ..PLAIN }).is_empty());
    }

    #[test]
    fn absurd_widths_end() {
        let round = StrokeStyle { width_px: 1e300, cap: Cap::Round, join: Join::Round, miter_limit: 1e300 };
        let got = stroke(&[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]], None, round);
        assert!(got.concat().len() < 100);
    }
}
