//! Rectangles on the page.

use geometry::{Affine, Rect};

/// Whether two rectangles have a point in common.
pub fn meet(a: &Rect, b: &Rect) -> bool {
    a.x1 <= b.x2 && b.x1 <= a.x2 && a.y1 <= b.y2 && b.y1 <= a.y2
}

/// A rectangle with a margin.
pub fn grown(rect: Rect, by: f64) -> Rect {
    Rect { x1: rect.x1 - by, y1: rect.y1 - by, x2: rect.x2 + by, y2: rect.y2 + by }
}

/// A rectangle elsewhere.
pub fn moved(rect: Rect, x: f64, y: f64) -> Rect {
    Rect { x1: rect.x1 + x, y1: rect.y1 + y, x2: rect.x2 + x, y2: rect.y2 + y }
}

/// The least rectangle around two.
pub fn union(a: Rect, b: Rect) -> Rect {
    Rect { x1: a.x1.min(b.x1), y1: a.y1.min(b.y1), x2: a.x2.max(b.x2), y2: a.y2.max(b.y2) }
}

/// What two rectangles have in common; with its corners the wrong way round if that is nothing.
pub fn common(a: Rect, b: Rect) -> Rect {
    Rect { x1: a.x1.max(b.x1), y1: a.y1.max(b.y1), x2: a.x2.min(b.x2), y2: a.y2.min(b.y2) }
}

/// The least upright rectangle around the unit square under an affine.
pub fn bounds_of(affine: &Affine) -> Rect {
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| affine.apply(x, y));
    let mut bounds = Rect { x1: f64::MAX, y1: f64::MAX, x2: f64::MIN, y2: f64::MIN };
    for (x, y) in corners {
        bounds = union(bounds, Rect { x1: x, y1: y, x2: x, y2: y });
    }
    bounds
}
