//! Path data: relative commands on a grid, so that rounding does not add up.

use encode::number::{push_decimal, steps};
use geometry::{PathSink, Rect};

/// Path data in the making. Everything after the first pair of coordinates is relative, so one path can be stamped
/// anywhere by exchanging that pair.
#[derive(Clone, Debug)]
pub struct PathData {
    /// Everything behind the first point.
    rest: Vec<u8>,
    first: Option<(i64, i64)>,
    decimals: u32,
    current: (i64, i64),
    start: (i64, i64),
    /// The command in force, 0 for none.
    command: u8,
    /// Whether the last number had a point, when there was one.
    after_number: Option<bool>,
    /// A move that nothing has followed yet.
    pending_move: bool,
    /// The subpath so far is one point to which a line leads.
    dot: bool,
    low: (i64, i64),
    high: (i64, i64),
}

impl PathData {
    /// Empty data with coordinates of so many decimals.
    pub fn new(decimals: u32) -> Self {
        Self {
            rest: Vec::new(),
            first: None,
            decimals,
            current: (0, 0),
            start: (0, 0),
            command: 0,
            after_number: None,
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
        self.rest.is_empty()
    }

    /// Bytes behind the first point.
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// What the path covers, control points included.
    pub fn bounds(&self) -> Rect {
        let unit = 10f64.powi(self.decimals as i32);
        let real = |v: i64| v as f64 / unit;
        Rect { x1: real(self.low.0), y1: real(self.low.1), x2: real(self.high.0), y2: real(self.high.1) }
    }

    /// Appends the data, moved by (`dx`, `dy`).
    pub fn write(&self, out: &mut Vec<u8>, dx: f64, dy: f64) {
        let Some((x, y)) = self.first else { return };
        out.push(b'M');
        push_decimal(out, x + steps(dx, self.decimals), self.decimals);
        let y = y + steps(dy, self.decimals);
        if y >= 0 {
            out.push(b' ');
        }
        push_decimal(out, y, self.decimals);
        out.extend_from_slice(&self.rest);
    }

    fn grid(&mut self, x: f64, y: f64) -> (i64, i64) {
        let point = (steps(x, self.decimals), steps(y, self.decimals));
        self.low = (self.low.0.min(point.0), self.low.1.min(point.1));
        self.high = (self.high.0.max(point.0), self.high.1.max(point.1));
        point
    }

    fn command(&mut self, command: u8) {
        if self.command != command {
            self.rest.push(command);
            self.command = command;
            self.after_number = None;
        }
    }

    fn number(&mut self, steps: i64) {
        let unit = 10i64.pow(self.decimals);
        let fraction = steps % unit != 0;
        let starts_with_point = fraction && steps.abs() < unit;
        let joined = match self.after_number {
            None => true,
            Some(had_point) => steps < 0 || (had_point && starts_with_point),
        };
        if !joined {
            self.rest.push(b' ');
        }
        push_decimal(&mut self.rest, steps, self.decimals);
        self.after_number = Some(fraction);
    }

    fn pair(&mut self, point: (i64, i64)) {
        self.number(point.0 - self.current.0);
        self.number(point.1 - self.current.1);
    }

    /// Writes the move that a segment needs.
    fn begin(&mut self) {
        if !self.pending_move {
            return;
        }
        self.pending_move = false;
        if self.first.is_none() {
            // What follows names its command, since the first point is written apart.
            self.first = Some(self.start);
            self.command = 0;
        } else {
            let (start, from) = (self.start, self.current);
            self.command = 0;
            self.command(b'm');
            self.number(start.0 - from.0);
            self.number(start.1 - from.1);
            self.command = b'l';
        }
        self.current = self.start;
    }

    fn finish_dot(&mut self) {
        if self.dot {
            self.begin();
            self.command(b'h');
            self.number(0);
            self.dot = false;
        }
    }
}

impl PathSink for PathData {
    fn move_to(&mut self, x: f64, y: f64) {
        self.finish_dot();
        self.start = self.grid(x, y);
        self.pending_move = true;
    }

    fn line_to(&mut self, x: f64, y: f64) {
        let point = self.grid(x, y);
        let from = if self.pending_move { self.start } else { self.current };
        if point == from {
            self.dot |= self.pending_move;
            return;
        }
        self.dot = false;
        self.begin();
        if point.1 == from.1 {
            self.command(b'h');
            self.number(point.0 - from.0);
        } else if point.0 == from.0 {
            self.command(b'v');
            self.number(point.1 - from.1);
        } else {
            self.command(b'l');
            self.pair(point);
        }
        self.current = point;
    }

    fn quad_to(&mut self, control: (f64, f64), end: (f64, f64)) {
        let (control, end) = (self.grid(control.0, control.1), self.grid(end.0, end.1));
        self.dot = false;
        self.begin();
        self.command(b'q');
        self.pair(control);
        self.pair(end);
        self.current = end;
    }

    fn cubic_to(&mut self, first: (f64, f64), second: (f64, f64), end: (f64, f64)) {
        let points = [first, second, end].map(|(x, y)| self.grid(x, y));
        self.dot = false;
        self.begin();
        self.command(b'c');
        for point in points {
            self.pair(point);
        }
        self.current = points[2];
    }

    fn close(&mut self) {
        self.finish_dot();
        if self.pending_move {
            return; // nothing but a point
        }
        self.rest.push(b'z');
        self.command = 0;
        self.after_number = None;
        self.current = self.start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(data: &mut PathData) -> String {
        data.finish();
        let mut out = Vec::new();
        data.write(&mut out, 0.0, 0.0);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn commands_are_relative_and_short() {
        let mut data = PathData::new(2);
        data.move_to(10.0, 20.0);
        data.line_to(10.5, 19.5);
        data.line_to(11.0, 20.0);
        data.line_to(11.0, 30.0);
        data.line_to(11.001, 30.001);
        data.close();
        data.move_to(0.0, 0.0);
        data.cubic_to((1.0, 1.0), (2.0, 0.5), (3.0, 0.0));
        assert_eq!(text(&mut data), "M10 20l.5-.5.5.5v10zm-10-20c1 1 2 .5 3 0");
        assert_eq!(data.bounds(), Rect { x1: 0.0, y1: 0.0, x2: 11.0, y2: 30.0 });
    }

    #[test]
    fn rounding_does_not_add_up() {
        let mut data = PathData::new(0);
        data.move_to(0.0, 0.0);
        for i in 1..=10 {
            data.line_to(f64::from(i) * 0.4, 0.0);
        }
        assert_eq!(text(&mut data), "M0 0h1 1 1 1");
    }

    #[test]
    fn points_with_a_line_to_them_stay() {
        let mut data = PathData::new(1);
        data.move_to(5.0, 5.0);
        data.line_to(5.0, 5.0);
        data.move_to(7.0, 5.0);
        assert_eq!(text(&mut data), "M5 5h0");
    }
}
