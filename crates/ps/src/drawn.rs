//! What was drawn, so that it can be drawn again through something that lies over it.
//!
//! A partly transparent shape is painted in the colour it has over plain ground. What else lies beneath it is painted once
//! more, within the shape and in the colours that it has there.

use std::rc::Rc;

use geometry::Rect;
use page::{FINE, common, meet, moved, push_number};
use scene::Color;

use crate::paint::{Shades, blend, paint_operators, push_color};

/// Most bytes that drawing again may take.
const MOST_BYTES: usize = 48_000;

/// Something that was drawn.
#[derive(Debug)]
pub struct Drawn {
    /// Operators of its clip.
    pub clip: Vec<u8>,
    /// What it is.
    pub kind: Kind,
}

/// What can be drawn again.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A path with operators of its line.
    Shape { data: Vec<u8>, shades: Shades, line: Vec<u8> },
    /// The same around places; `around` is what it covers around each.
    Stamps { data: Rc<[u8]>, shades: Shades, line: Vec<u8>, around: Rect, places: Vec<(f64, f64)> },
    /// A text in a colour.
    Text { code: Vec<u8>, color: Color },
    /// The fill of a path, or its line where there are operators for it, over a plain colour and, within its bounds, other
    /// things.
    Over { data: Vec<u8>, line: Option<Vec<u8>>, color: Color, ground: Color, bounds: Rect, beneath: Vec<Rc<Drawn>> },
}

impl Drawn {
    /// The operators that draw it within an area; `None` if there are too many.
    pub fn code(&self, area: &Rect) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        self.push(&mut out, area, &|color| color).then_some(out)
    }

    /// Appends the operators with other colours; whether there are not too many.
    fn push(&self, out: &mut Vec<u8>, area: &Rect, change: &dyn Fn(Color) -> Color) -> bool {
        out.extend_from_slice(b"q\n");
        out.extend_from_slice(&self.clip);
        match &self.kind {
            Kind::Shape { data, shades, line } => {
                let shades = shades.changed(change);
                push_line(out, line, &shades);
                out.extend_from_slice(data);
                out.extend_from_slice(&paint_operators(data, &shades, None));
            }
            Kind::Stamps { data, shades, line, around, places } => {
                let shades = shades.changed(change);
                push_line(out, line, &shades);
                let paint = paint_operators(data, &shades, None);
                for &(x, y) in places.iter().filter(|(x, y)| meet(&moved(*around, *x, *y), area)) {
                    push_number(out, x, FINE);
                    push_number(out, y, FINE);
                    out.extend_from_slice(b"s\n");
                    out.extend_from_slice(data);
                    out.extend_from_slice(&paint);
                    out.extend_from_slice(b"e\n");
                    if out.len() > MOST_BYTES {
                        return false;
                    }
                }
            }
            Kind::Text { code, color } => {
                push_color(out, change(*color), b'\n');
                out.extend_from_slice(code);
            }
            Kind::Over { data, line, color, ground, bounds, beneath } => {
                let area = &common(*area, *bounds);
                out.extend_from_slice(line.as_deref().unwrap_or_default());
                push_color(out, change(blend(*color, *ground)), b'\n');
                out.extend_from_slice(data);
                out.extend_from_slice(if line.is_some() { b"S\n" } else { b"f\n" });
                if !beneath.is_empty() {
                    out.extend_from_slice(data);
                    out.extend_from_slice(if line.is_some() { b"X\n" } else { b"W\n" });
                }
                for drawn in beneath {
                    if out.len() > MOST_BYTES || !drawn.push(out, area, &|below| change(blend(*color, below))) {
                        return false;
                    }
                }
            }
        }
        out.extend_from_slice(b"Q\n");
        out.len() <= MOST_BYTES
    }
}

/// Appends the operators of a line and of the colour that is painted first.
fn push_line(out: &mut Vec<u8>, line: &[u8], shades: &Shades) {
    out.extend_from_slice(line);
    if let Some(color) = shades.line.map(|(color, _)| color).or(shades.face) {
        push_color(out, color, b'\n');
    }
}
