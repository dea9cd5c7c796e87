//! Paths: their segments, within what TeX can count, as macros.

use encode::number::{push_rounded, steps};
use geometry::{PathSink, Rect, cubic_controls};
use page::{meet, moved, union};

/// Coordinates beyond this are not given to TeX, which ends at 16383 of its points.
pub const FARTHEST: f64 = 10_000.0;

/// How many lines stand for a curve that has to be cut.
const LINES_OF_CURVE: u32 = 32;

type Point = (f64, f64);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Segment {
    Move(Point),
    Line(Point),
    Cubic(Point, Point, Point),
    Close,
}

/// A path in the making, on a grid of so many decimals.
#[derive(Clone, Debug)]
pub struct PathData {
    segments: Vec<Segment>,
    decimals: u32,
    current: Point,
    start: Point,
    pending_move: bool,
    dot: bool,
    bounds: Option<Rect>,
}

impl PathData {
    /// No segments yet.
    pub fn new(decimals: u32) -> Self {
        Self {
            segments: Vec::new(),
            decimals,
            current: (0.0, 0.0),
            start: (0.0, 0.0),
            pending_move: false,
            dot: false,
            bounds: None,
        }
    }

    /// Ends the last subpath; what lies farther out than TeX can count is cut off at `limits`.
    pub fn finish(&mut self, limits: Rect) {
        self.finish_dot();
        self.pending_move = false;
        let far = |v: f64| v.abs() > FARTHEST;
        if self.bounds.is_some_and(|b| far(b.x1) || far(b.y1) || far(b.x2) || far(b.y2)) {
            *self = self.cut(limits);
        }
    }

    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// What the path covers, control points included.
    pub fn bounds(&self) -> Rect {
        self.bounds.unwrap_or(Rect { x1: 0.0, y1: 0.0, x2: 0.0, y2: 0.0 })
    }

    /// Appends macros, moved by (`dx`, `dy`), each to `word`.
    pub fn write(&self, (dx, dy): Point, mut word: impl FnMut(&[u8])) {
        let mut macro_ = Vec::with_capacity(64);
        for segment in &self.segments {
            macro_.clear();
            let mut push = |name: &[u8], points: &[Point]| {
                macro_.extend_from_slice(name);
                for (x, y) in points {
                    for v in [x + dx, y + dy] {
                        macro_.push(b'{');
                        push_rounded(&mut macro_, v, self.decimals);
                        macro_.push(b'}');
                    }
                }
            };
            match *segment {
                Segment::Move(to) => push(br"\dpm", &[to]),
                Segment::Line(to) => push(br"\dpl", &[to]),
                Segment::Cubic(a, b, to) => push(br"\dpc", &[a, b, to]),
                Segment::Close => push(br"\dph", &[]),
            }
            word(&macro_);
        }
    }

    /// The subpaths, each by itself.
    pub fn subpaths(&self) -> Vec<PathData> {
        let mut parts: Vec<PathData> = Vec::new();
        for &segment in &self.segments {
            if matches!(segment, Segment::Move(_)) || parts.is_empty() {
                parts.push(Self::new(self.decimals));
            }
            if let Some(part) = parts.last_mut() {
                part.add(segment);
            }
        }
        parts
    }

    /// Whether any of it, moved, can be within an area.
    pub fn touches(&self, area: &Rect, (dx, dy): Point) -> bool {
        meet(&moved(self.bounds(), dx, dy), area)
    }

    fn add(&mut self, segment: Segment) {
        let mut reach = |(x, y): Point| {
            let point = Rect { x1: x, y1: y, x2: x, y2: y };
            self.bounds = Some(self.bounds.map_or(point, |bounds| union(bounds, point)));
        };
        match segment {
            Segment::Move(to) | Segment::Line(to) => reach(to),
            Segment::Cubic(a, b, to) => [a, b, to].into_iter().for_each(&mut reach),
            Segment::Close => {}
        }
        self.segments.push(segment);
    }

    fn same(&self, a: Point, b: Point) -> bool {
        steps(a.0, self.decimals) == steps(b.0, self.decimals) && steps(a.1, self.decimals) == steps(b.1, self.decimals)
    }

    fn begin(&mut self) {
        if self.pending_move {
            self.pending_move = false;
            self.add(Segment::Move(self.start));
            self.current = self.start;
        }
    }

    fn finish_dot(&mut self) {
        if self.dot {
            self.begin();
            self.add(Segment::Line(self.current));
            self.dot = false;
        }
    }

    /// The part within a rectangle, curves as lines. Closed subpaths go along its edges, open ones end there.
    fn cut(&self, limits: Rect) -> Self {
        let mut whole = Self::new(self.decimals);
        for part in self.subpaths() {
            let (points, closed) = part.flattened();
            if closed {
                let inside = polygon_within(points, &limits);
                if let Some((&first, rest)) = inside.split_first() {
                    whole.add(Segment::Move(first));
                    rest.iter().for_each(|&point| whole.add(Segment::Line(point)));
                    whole.add(Segment::Close);
                }
            } else {
                whole.add_line_within(&points, &limits);
            }
        }
        whole
    }

    fn flattened(&self) -> (Vec<Point>, bool) {
        let mut points: Vec<Point> = Vec::new();
        let mut closed = false;
        for segment in &self.segments {
            match *segment {
                Segment::Move(to) | Segment::Line(to) => points.push(to),
                Segment::Cubic(a, b, to) => {
                    let from = points.last().copied().unwrap_or(a);
                    points.extend((1..=LINES_OF_CURVE).map(|k| {
                        let t = f64::from(k) / f64::from(LINES_OF_CURVE);
                        let at = |p: f64, q: f64, r: f64, s: f64| {
                            let u = 1.0 - t;
                            u * u * u * p + 3.0 * u * u * t * q + 3.0 * u * t * t * r + t * t * t * s
                        };
                        (at(from.0, a.0, b.0, to.0), at(from.1, a.1, b.1, to.1))
                    }));
                }
                Segment::Close => closed = true,
            }
        }
        // A fill closes what comes back to where it began.
        let returns = points.len() > 2 && points.first() == points.last();
        (points, closed || returns)
    }

    fn add_line_within(&mut self, points: &[Point], limits: &Rect) {
        let mut at: Option<Point> = None;
        for pair in points.windows(2) {
            match line_within(pair[0], pair[1], limits) {
                Some((a, b)) => {
                    if at != Some(a) {
                        self.add(Segment::Move(a));
                    }
                    self.add(Segment::Line(b));
                    at = Some(b);
                }
                None => at = None,
            }
        }
    }
}

/// The part of a line within a rectangle.
fn line_within(a: Point, b: Point, limits: &Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut from, mut to) = (0.0f64, 1.0f64);
    for (slope, room) in [(-dx, a.0 - limits.x1), (dx, limits.x2 - a.0), (-dy, a.1 - limits.y1), (dy, limits.y2 - a.1)]
    {
        if slope == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if slope < 0.0 {
            from = from.max(room / slope);
        } else {
            to = to.min(room / slope);
        }
    }
    let at = |t: f64| {
        if t == 0.0 {
            a
        } else if t == 1.0 {
            b
        } else {
            (a.0 + t * dx, a.1 + t * dy)
        }
    };
    (from <= to).then(|| (at(from), at(to)))
}

/// The part of a polygon within a rectangle, cut at one edge after the other.
fn polygon_within(mut points: Vec<Point>, limits: &Rect) -> Vec<Point> {
    let edges: [(bool, f64, f64); 4] =
        [(true, limits.x1, 1.0), (true, limits.x2, -1.0), (false, limits.y1, 1.0), (false, limits.y2, -1.0)];
    for (across, edge, sign) in edges {
        let depth = |p: Point| ((if across { p.0 } else { p.1 }) - edge) * sign;
        let mut kept = Vec::with_capacity(points.len() + 2);
        let Some(&last) = points.last() else { break };
        let mut from = last;
        for &to in &points {
            let (before, after) = (depth(from), depth(to));
            if (before < 0.0) != (after < 0.0) {
                let t = before / (before - after);
                let crossing = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
                kept.push(if across { (edge, crossing.1) } else { (crossing.0, edge) });
            }
            if after >= 0.0 {
                kept.push(to);
            }
            from = to;
        }
        points = kept;
    }
    points
}

impl PathSink for PathData {
    fn move_to(&mut self, x: f64, y: f64) {
        self.finish_dot();
        self.start = (x, y);
        self.pending_move = true;
    }

    fn line_to(&mut self, x: f64, y: f64) {
        let from = if self.pending_move { self.start } else { self.current };
        if self.same((x, y), from) {
            self.dot |= self.pending_move;
            return;
        }
        self.dot = false;
        self.begin();
        self.add(Segment::Line((x, y)));
        self.current = (x, y);
    }

    fn quad_to(&mut self, control: Point, end: Point) {
        let from = if self.pending_move { self.start } else { self.current };
        let (first, second) = cubic_controls(from, control, end);
        self.cubic_to(first, second, end);
    }

    fn cubic_to(&mut self, first: Point, second: Point, end: Point) {
        self.dot = false;
        self.begin();
        self.add(Segment::Cubic(first, second, end));
        self.current = end;
    }

    fn close(&mut self) {
        self.finish_dot();
        if self.pending_move {
            return; // nothing but a point
        }
        self.add(Segment::Close);
        self.current = self.start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Rect = Rect { x1: -100.0, y1: -100.0, x2: 200.0, y2: 200.0 };

    fn text(data: &PathData) -> String {
        let mut out = Vec::new();
        data.write((0.0, 0.0), |word| out.extend_from_slice(word));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn macros() {
        let mut data = PathData::new(2);
        data.move_to(0.0, 0.0);
        data.quad_to((1.5, 1.5), (3.0, 0.0));
        data.line_to(3.001, 0.0);
        data.line_to(-0.5, 2.0);
        data.close();
        data.finish(LIMITS);
        assert_eq!(text(&data), r"\dpm{0}{0}\dpc{1}{1}{2}{1}{3}{0}\dpl{-.5}{2}\dph");
    }

    #[test]
    fn what_tex_cannot_count_is_cut_off() {
        let mut line = PathData::new(1);
        line.move_to(50.0, 50.0);
        line.line_to(50.0, 1e9);
        line.line_to(80.0, 1e9);
        line.line_to(80.0, 60.0);
        line.finish(LIMITS);
        assert_eq!(text(&line), r"\dpm{50}{50}\dpl{50}{200}\dpm{80}{200}\dpl{80}{60}");
        let mut area = PathData::new(1);
        area.move_to(0.0, 0.0);
        area.line_to(1e9, 0.0);
        area.line_to(1e9, 50.0);
        area.line_to(0.0, 50.0);
        area.close();
        area.finish(LIMITS);
        assert_eq!(text(&area), r"\dpm{0}{0}\dpl{200}{0}\dpl{200}{50}\dpl{0}{50}\dph");
    }

    #[test]
    fn what_lies_wholly_outside_is_nothing() {
        let mut data = PathData::new(1);
        data.move_to(1e6, 0.0);
        data.line_to(1e6, 9.0);
        data.finish(LIMITS);
        assert!(data.is_empty());
    }
}
