//! Outlines as the charstrings of Type 1 fonts.

use geometry::{PathSink, cubic_controls};

/// A charstring in the making; coordinates are thousandths of an em.
#[derive(Debug)]
pub struct Type1 {
    out: Vec<u8>,
    current: (i32, i32),
    exact: (f64, f64),
    is_open: bool,
}

impl Type1 {
    /// A glyph without outline.
    pub fn new(width: f64) -> Self {
        let mut glyph = Self { out: Vec::new(), current: (0, 0), exact: (0.0, 0.0), is_open: false };
        glyph.push(&[0, round(width)], &[13]);
        glyph
    }

    /// The encrypted charstring.
    pub fn finish(mut self) -> Vec<u8> {
        self.end_contour();
        self.out.push(14);
        let mut key: u16 = 4330;
        for byte in &mut self.out {
            *byte ^= (key >> 8) as u8;
            key = (u16::from(*byte).wrapping_add(key)).wrapping_mul(52845).wrapping_add(22719);
        }
        self.out
    }

    fn push(&mut self, numbers: &[i32], command: &[u8]) {
        for &v in numbers {
            match v {
                -107..=107 => self.out.push((v + 139) as u8),
                108..=1131 => self.out.extend_from_slice(&[((v - 108) / 256 + 247) as u8, ((v - 108) % 256) as u8]),
                -1131..=-108 => self.out.extend_from_slice(&[((-v - 108) / 256 + 251) as u8, ((-v - 108) % 256) as u8]),
                _ => {
                    self.out.push(255);
                    self.out.extend_from_slice(&v.to_be_bytes());
                }
            }
        }
        self.out.extend_from_slice(command);
    }

    fn step(&mut self, (x, y): (f64, f64)) -> [i32; 2] {
        let point = (round(x), round(y));
        let step = [point.0 - self.current.0, point.1 - self.current.1];
        self.current = point;
        step
    }

    fn end_contour(&mut self) {
        if self.is_open {
            self.out.push(9);
            self.is_open = false;
        }
    }
}

fn round(v: f64) -> i32 {
    v.clamp(-30000.0, 30000.0).round() as i32
}

impl PathSink for Type1 {
    fn move_to(&mut self, x: f64, y: f64) {
        self.end_contour();
        let step = self.step((x, y));
        self.push(&step, &[21]);
        self.exact = (x, y);
    }

    fn line_to(&mut self, x: f64, y: f64) {
        let step = self.step((x, y));
        self.push(&step, &[5]);
        self.exact = (x, y);
        self.is_open = true;
    }

    fn quad_to(&mut self, control: (f64, f64), end: (f64, f64)) {
        let from = self.exact;
        let (first, second) = cubic_controls(from, control, end);
        self.cubic_to(first, second, end);
    }

    fn cubic_to(&mut self, first: (f64, f64), second: (f64, f64), end: (f64, f64)) {
        let [a, b] = self.step(first);
        let [c, d] = self.step(second);
        let [e, f] = self.step(end);
        self.push(&[a, b, c, d, e, f], &[8]);
        self.exact = end;
        self.is_open = true;
    }

    fn close(&mut self) {
        self.end_contour();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The charstring before it was encrypted.
    fn plain(mut data: Vec<u8>) -> Vec<u8> {
        let mut key: u16 = 4330;
        for byte in &mut data {
            let cipher = *byte;
            *byte ^= (key >> 8) as u8;
            key = (u16::from(cipher).wrapping_add(key)).wrapping_mul(52845).wrapping_add(22719);
        }
        data
    }

    #[test]
    fn outlines_are_steps() {
        let mut glyph = Type1::new(500.0);
        glyph.move_to(10.0, 0.0);
        glyph.line_to(-190.0, 0.0);
        glyph.close();
        let wanted = [139, 248, 136, 13, 149, 139, 21, 251, 92, 139, 5, 9, 14];
        assert_eq!(plain(glyph.finish()), wanted);
    }
}
