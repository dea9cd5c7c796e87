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
/// Glyphs come from left to right, and readers turn around what is to be read from right to left. They (poppler, PDFium,
/// MuPDF) do so with a text that stands beside glyphs, too, which makes it wrong: lines with such letters have none.
pub fn actual_text(op: &Text, tells: bool) -> Option<String> {
    let layout = &op.layout;
    let told = layout.runs.iter().flat_map(|run| &run.glyphs).flat_map(|glyph| glyph.text.chars());
    let says_it = || tells && told.eq(layout.string.chars()) && !layout.string.chars().any(is_rearranged);
    if layout.is_formula || layout.string.chars().any(is_read_from_the_right) || says_it() {
        return None;
    }
    let mut digits = String::from("FEFF");
    for unit in layout.string.encode_utf16() {
        digits.push_str(&format!("{unit:04X}"));
    }
    Some(digits)
}

/// Whether a character belongs to a script that is read from right to left: Hebrew, Arabic and their kin.
pub fn is_read_from_the_right(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Whether a character belongs to a script that is written in another order than it is read: those of India and their kin.
///
/// Readers sort glyphs by their places.
fn is_rearranged(character: char) -> bool {
    matches!(character, '\u{900}'..='\u{DFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1900}'..='\u{194F}'
        | '\u{1A00}'..='\u{1AAF}' | '\u{1B00}'..='\u{1C4F}' | '\u{A800}'..='\u{AADF}' | '\u{ABC0}'..='\u{ABFF}'
        | '\u{11000}'..='\u{11FFF}')
}

/// Whether a character is put over or under the one before it, in a script that is read from right to left.
pub fn is_point(character: char) -> bool {
    matches!(character, '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
        | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E4}'
        | '\u{6E7}' | '\u{6E8}' | '\u{6EA}'..='\u{6ED}' | '\u{711}' | '\u{730}'..='\u{74A}' | '\u{7A6}'..='\u{7B0}'
        | '\u{7EB}'..='\u{7F3}' | '\u{7FD}' | '\u{816}'..='\u{819}' | '\u{81B}'..='\u{823}' | '\u{825}'..='\u{827}'
        | '\u{829}'..='\u{82D}' | '\u{859}'..='\u{85B}' | '\u{898}'..='\u{89F}' | '\u{8CA}'..='\u{8E1}'
        | '\u{8E3}'..='\u{8FF}' | '\u{FB1E}')
}
