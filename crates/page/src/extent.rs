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
///
/// Glyphs of a script that is written from right to left come from left to right, and readers turn them around. Some of
/// them, poppler among them, do so with a text that stands beside glyphs, too, which makes it wrong.
pub fn actual_text(op: &Text, tells: bool) -> Option<String> {
    let layout = &op.layout;
    let glyphs = || layout.runs.iter().flat_map(|run| run.glyphs.iter());
    let told = || glyphs().flat_map(|glyph| glyph.text.chars());
    let is_turned = || glyphs().all(|glyph| !glyph.text.is_empty()) && sorted(told()) == sorted(layout.string.chars());
    if layout.is_formula || (tells && (told().eq(layout.string.chars()) || is_turned())) {
        return None;
    }
    let mut digits = String::from("FEFF");
    for unit in layout.string.encode_utf16() {
        digits.push_str(&format!("{unit:04X}"));
    }
    Some(digits)
}

fn sorted(characters: impl Iterator<Item = char>) -> Vec<char> {
    let mut characters: Vec<char> = characters.collect();
    characters.sort_unstable();
    characters
}
