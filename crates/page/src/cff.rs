//! CFF fonts of outlines, for faces whose files no page format takes as they are (Type 1 above all).
//!
//! The font is keyed by CID, and a glyph's CID is its place. Coordinates are rounded to thousandths of an em.

use geometry::{Affine, DocumentPath, PathSink, PathView, cubic_controls};
use text::Face;

/// Operands that a charstring may hold before an operator.
const STACK: usize = 48;

/// A font with these glyphs of a face, the one that stands for missing ones in front.
pub fn cff(face: &Face, name: &str, glyphs: impl Iterator<Item = u32>, widths: &[f64]) -> Vec<u8> {
    let unit = 1000.0 / face.units_per_em.max(1.0);
    let mut bbox = [0; 4];
    let charstrings: Vec<Vec<u8>> = glyphs
        .zip(widths)
        .map(|(glyph, &width)| {
            let mut out = Charstring::new(width);
            if let Some(path) = face.path(glyph) {
                let view = PathView { vertices: &path.vertices, codes: Some(&path.codes) };
                DocumentPath::default().send(view, Affine::scaling(unit, unit), &mut out);
            }
            let [left, bottom, right, top] = out.bbox;
            bbox = [bbox[0].min(left), bbox[1].min(bottom), bbox[2].max(right), bbox[3].max(top)];
            out.finish()
        })
        .collect();
    let count = charstrings.len() as u16;

    let mut front = vec![1, 0, 4, 4];
    push_index(&mut front, &[name.as_bytes().to_vec()]);
    let strings = [b"Adobe".to_vec(), b"Identity".to_vec()];
    // Registry, ordering, supplement: the first own strings, which are numbers 391 and 392, and 0.
    const ROS: [u8; 7] = [248, 27, 248, 28, 139, 12, 30];
    let dictionary = |charset: usize, select: usize, glyphs: usize, fonts: usize| {
        let mut out = ROS.to_vec();
        let mut entry = |operands: &[i32], operator: &[u8]| {
            for &operand in operands {
                out.push(29);
                out.extend_from_slice(&operand.to_be_bytes());
            }
            out.extend_from_slice(operator);
        };
        entry(&bbox, &[5]);
        entry(&[i32::from(count)], &[12, 34]);
        entry(&[charset as i32], &[15]);
        entry(&[select as i32], &[12, 37]);
        entry(&[glyphs as i32], &[17]);
        entry(&[fonts as i32], &[12, 36]);
        out
    };
    let head = |places: [usize; 4]| {
        let mut out = front.clone();
        push_index(&mut out, &[dictionary(places[0], places[1], places[2], places[3])]);
        push_index(&mut out, &strings);
        push_index(&mut out, &[]);
        out
    };
    let charset_at = head([0; 4]).len();
    let mut charset = Vec::new();
    if count > 1 {
        charset.push(2);
        charset.extend_from_slice(&1u16.to_be_bytes());
        charset.extend_from_slice(&(count - 2).to_be_bytes());
    } else {
        charset.push(0);
    }
    let mut select = vec![3, 0, 1, 0, 0, 0];
    select.extend_from_slice(&count.to_be_bytes());
    let mut glyphs = Vec::new();
    push_index(&mut glyphs, &charstrings);
    // All glyphs have the width that they say.
    const PRIVATE: [u8; 2] = [139, 20];
    let select_at = charset_at + charset.len();
    let glyphs_at = select_at + select.len();
    let private_at = glyphs_at + glyphs.len();
    let fonts_at = private_at + PRIVATE.len();
    let mut font = vec![139 + PRIVATE.len() as u8, 29];
    font.extend_from_slice(&(private_at as u32).to_be_bytes());
    font.push(18);
    let mut out = head([charset_at, select_at, glyphs_at, fonts_at]);
    for part in [&charset, &select, &glyphs, &PRIVATE.to_vec()] {
        out.extend_from_slice(part);
    }
    push_index(&mut out, &[font]);
    out
}

/// Appends data with a table of where each begins.
fn push_index(out: &mut Vec<u8>, items: &[Vec<u8>]) {
    out.extend_from_slice(&(items.len() as u16).to_be_bytes());
    if items.is_empty() {
        return;
    }
    out.push(4);
    let mut place = 1u32;
    out.extend_from_slice(&place.to_be_bytes());
    for item in items {
        place += item.len() as u32;
        out.extend_from_slice(&place.to_be_bytes());
    }
    for item in items {
        out.extend_from_slice(item);
    }
}

/// A Type 2 charstring in the making.
struct Charstring {
    out: Vec<u8>,
    current: (i32, i32),
    exact: (f64, f64),
    /// Operands of the operator at the end, if more of them may be added.
    run: Option<(u8, usize)>,
    /// Left, bottom, right, top.
    bbox: [i32; 4],
}

impl Charstring {
    fn new(width: f64) -> Self {
        let mut glyph = Self { out: Vec::new(), current: (0, 0), exact: (0.0, 0.0), run: None, bbox: [0; 4] };
        glyph.push(&[round(width)]);
        glyph
    }

    fn finish(mut self) -> Vec<u8> {
        self.out.push(14);
        self.out
    }

    fn push(&mut self, numbers: &[i32]) {
        for &v in numbers {
            match v {
                -107..=107 => self.out.push((v + 139) as u8),
                108..=1131 => self.out.extend_from_slice(&[((v - 108) / 256 + 247) as u8, ((v - 108) % 256) as u8]),
                -1131..=-108 => self.out.extend_from_slice(&[((-v - 108) / 256 + 251) as u8, ((-v - 108) % 256) as u8]),
                _ => {
                    self.out.push(28);
                    self.out.extend_from_slice(&(v as i16).to_be_bytes());
                }
            }
        }
    }

    /// Appends an operator, or more operands to the same one.
    fn draw(&mut self, numbers: &[i32], operator: u8) {
        let before = match self.run {
            Some((last, count)) if last == operator && count + numbers.len() <= STACK => {
                self.out.pop();
                count
            }
            _ => 0,
        };
        self.push(numbers);
        self.out.push(operator);
        self.run = Some((operator, before + numbers.len()));
    }

    fn step(&mut self, (x, y): (f64, f64)) -> [i32; 2] {
        let point = (round(x), round(y));
        let step = [point.0 - self.current.0, point.1 - self.current.1];
        self.current = point;
        let [left, bottom, right, top] = self.bbox;
        self.bbox = [left.min(point.0), bottom.min(point.1), right.max(point.0), top.max(point.1)];
        step
    }
}

fn round(v: f64) -> i32 {
    v.clamp(-16000.0, 16000.0).round() as i32
}

impl PathSink for Charstring {
    fn move_to(&mut self, x: f64, y: f64) {
        let step = self.step((x, y));
        self.push(&step);
        self.out.push(21);
        self.run = None;
        self.exact = (x, y);
    }

    fn line_to(&mut self, x: f64, y: f64) {
        let step = self.step((x, y));
        self.draw(&step, 5);
        self.exact = (x, y);
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
        self.draw(&[a, b, c, d, e, f], 8);
        self.exact = end;
    }

    /// Contours are closed by themselves.
    fn close(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_are_steps() {
        let mut glyph = Charstring::new(500.0);
        glyph.move_to(10.0, 0.0);
        glyph.line_to(-190.0, 0.0);
        glyph.line_to(-190.0, 1500.0);
        glyph.close();
        let wanted = [248, 28 + 108, 149, 139, 21, 251, 92, 139, 139, 28, 5, 220, 5, 14];
        assert_eq!(glyph.finish(), wanted);
    }

    #[test]
    fn fonts_can_be_read() {
        use read_fonts::tables::cff::Cff;
        use read_fonts::{FontData, FontRead};
        let face = Face::new("a".into(), "Name".into(), 0, 1000.0, Vec::new().into());
        let font = cff(&face, "Name", [0, 7].into_iter(), &[0.0, 500.0]);
        let read = Cff::read(FontData::new(&font)).unwrap();
        assert_eq!(read.name(0).unwrap(), b"Name");
    }
}
