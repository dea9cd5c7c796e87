//! Where text is, and what it says.

use geometry::{Affine, Rect};
use scene::Text;

/// What the line covers: its glyphs' origins with an em around.
pub fn extent(op: &Text, turn: &Affine) -> Rect {
    let mut bounds = Rect { x1: op.x, y1: op.y, x2: op.x, y2: op.y };
    let mut add = |x: f64, y: f64| {
        let (x, y) = turn.apply(x * op.scale, y * op.scale);
        bounds = Rect { x1: bounds.x1.min(x), y1: bounds.y1.min(y), x2: bounds.x2.max(x), y2: bounds.y2.max(y) };
    };
    for run in &op.layout.runs {
        for glyph in &run.glyphs {
            for (x, y) in [(0.0, -0.3), (0.9, -0.3), (0.9, 0.9), (0.0, 0.9)] {
                add(glyph.x + x * run.size, glyph.y + y * run.size);
            }
        }
    }
    for b in &op.layout.boxes {
        for (x, y) in [(0.0, 0.0), (b.width, 0.0), (b.width, b.height), (0.0, b.height)] {
            add(b.x + x, b.y + y);
        }
    }
    bounds
}

/// The text that has to stand beside a line's glyphs for those who read it, UTF-16 in hexadecimal digits; `None` if the
/// glyphs say it themselves, which they do not if not all codes of a font could (`tells`).
pub fn actual_text(op: &Text, tells: bool) -> Option<String> {
    let layout = &op.layout;
    let glyphs = || layout.runs.iter().flat_map(|run| run.glyphs.iter().flat_map(|glyph| glyph.text.bytes()));
    if layout.is_formula || (tells && glyphs().eq(layout.string.bytes())) {
        return None;
    }
    let mut digits = String::from("FEFF");
    for unit in layout.string.encode_utf16() {
        digits.push_str(&format!("{unit:04X}"));
    }
    Some(digits)
}
