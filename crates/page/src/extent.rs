//! Where text is.

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
