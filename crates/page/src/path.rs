//! Operators of paths, the same in PDF and PostScript.

use encode::number::{push_decimal, steps};
use geometry::{Affine, DocumentPath, PathSink, PathView, Rect, cubic_controls};
use text::Face;

/// Operators of a path in the making, on a grid of so many decimals.
#[derive(Clone, Debug)]
pub struct PathData {
    /// The operators.
    pub out: Vec<u8>,
    decimals: u32,
    current: (i64, i64),
    exact: (f64, f64),
    start: (i64, i64),
    exact_start: (f64, f64),
    pending_move: bool,
    dot: bool,
    low: (i64, i64),
    high: (i64, i64),
}

impl PathData {
    /// The outline of a glyph, in units of its font; empty if it has none.
    pub fn of_glyph(face: &Face, glyph: u32) -> Self {
        let mut data = Self::new(0);
        if let Some(path) = face.path(glyph) {
            let view = PathView { vertices: &path.vertices, codes: Some(&path.codes) };
            DocumentPath::default().send(view, Affine::IDENTITY, &mut data);
        }
        data.finish();
        data
    }

    /// No operators yet.
    pub fn new(decimals: u32) -> Self {
        Self {
            out: Vec::new(),
            decimals,
            current: (0, 0),
            exact: (0.0, 0.0),
            start: (0, 0),
            exact_start: (0.0, 0.0),
            pending_move: false,
            dot: false,
            low: (i64::MAX, i64::MAX),
            high: (i64::MIN, i64::MIN),
        }
    }

    /// Ends the last subpath.
    pub fn finish(&mut self) {
        self.finish_dot();
        self.pending_move = false;
    }

    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// An upright rectangle between two opposite corners.
    pub fn rectangle(&mut self, a: (f64, f64), c: (f64, f64)) {
        self.finish_dot();
        self.pending_move = false;
        let ((x1, y1), (x2, y2)) = (self.grid(a.0, a.1), self.grid(c.0, c.1));
        if x1 == x2 && y1 == y2 {
            return;
        }
        for v in [x1, y1, x2 - x1, y2 - y1] {
            push_decimal(&mut self.out, v, self.decimals);
            self.out.push(b' ');
        }
        self.out.extend_from_slice(b"re\n");
    }

    /// What the path covers, control points included.
    pub fn bounds(&self) -> Rect {
        let unit = 10f64.powi(self.decimals as i32);
        let real = |v: i64| v as f64 / unit;
        Rect { x1: real(self.low.0), y1: real(self.low.1), x2: real(self.high.0), y2: real(self.high.1) }
    }

    fn grid(&mut self, x: f64, y: f64) -> (i64, i64) {
        let point = (steps(x, self.decimals), steps(y, self.decimals));
        self.low = (self.low.0.min(point.0), self.low.1.min(point.1));
        self.high = (self.high.0.max(point.0), self.high.1.max(point.1));
        point
    }

    fn push(&mut self, points: &[(i64, i64)], operator: u8) {
        for &(x, y) in points {
            push_decimal(&mut self.out, x, self.decimals);
            self.out.push(b' ');
            push_decimal(&mut self.out, y, self.decimals);
            self.out.push(b' ');
        }
        self.out.push(operator);
        self.out.push(b'\n');
    }

    fn begin(&mut self) {
        if self.pending_move {
            self.pending_move = false;
            self.push(&[self.start], b'm');
            self.current = self.start;
            self.exact = self.exact_start;
        }
    }

    fn finish_dot(&mut self) {
        if self.dot {
            self.begin();
            self.push(&[self.current], b'l');
            self.dot = false;
        }
    }
}

impl PathSink for PathData {
    fn move_to(&mut self, x: f64, y: f64) {
        self.finish_dot();
        self.start = self.grid(x, y);
        self.exact_start = (x, y);
        self.pending_move = true;
    }

    fn line_to(&mut self, x: f64, y: f64) {
        let point = self.grid(x, y);
        if point == if self.pending_move { self.start } else { self.current } {
            self.dot |= self.pending_move;
            return;
        }
        self.dot = false;
        self.begin();
        self.push(&[point], b'l');
        self.current = point;
        self.exact = (x, y);
    }

    fn quad_to(&mut self, control: (f64, f64), end: (f64, f64)) {
        let from = if self.pending_move { self.exact_start } else { self.exact };
        let (first, second) = cubic_controls(from, control, end);
        self.cubic_to(first, second, end);
    }

    fn cubic_to(&mut self, first: (f64, f64), second: (f64, f64), end: (f64, f64)) {
        let points = [first, second, end].map(|(x, y)| self.grid(x, y));
        self.dot = false;
        self.begin();
        self.push(&points, b'c');
        self.current = points[2];
        self.exact = end;
    }

    fn close(&mut self) {
        self.finish_dot();
        if self.pending_move {
            return; // nothing but a point
        }
        self.out.extend_from_slice(b"h\n");
        self.current = self.start;
        self.exact = self.exact_start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators() {
        let mut data = PathData::new(2);
        data.move_to(0.0, 0.0);
        data.quad_to((1.5, 1.5), (3.0, 0.0));
        data.line_to(3.001, 0.0);
        data.line_to(-0.5, 2.0);
        data.close();
        data.finish();
        assert_eq!(String::from_utf8(data.out).unwrap(), "0 0 m\n1 1 2 1 3 0 c\n-.5 2 l\nh\n");
    }
}
