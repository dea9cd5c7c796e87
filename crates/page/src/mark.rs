//! Small marks: their places and shapes.

use geometry::{Affine, DocumentPath, PathSink, PathView, Rect};
use scene::Markers;

use crate::area::{meet, moved};

/// Draws a quadrilateral.
pub fn quadrilateral(data: &mut impl PathSink, [a, b, c, d]: [(f64, f64); 4]) {
    data.move_to(a.0, a.1);
    data.line_to(b.0, b.1);
    data.line_to(c.0, c.1);
    data.line_to(d.0, d.1);
    data.close();
}

/// Whether a path is so small that hundredths of a point would show.
pub fn is_small(path: PathView<'_>, affine: &Affine) -> bool {
    let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for &[x, y] in path.vertices.iter().take(64) {
        let (x, y) = affine.apply(x, y);
        low = (low.0.min(x), low.1.min(y));
        high = (high.0.max(x), high.1.max(y));
    }
    (high.0 - low.0).max(high.1 - low.1) < 3.0
}

/// The places of markers (points, y up) at which a marker that covers `bounds` around its own can be seen.
pub fn seen_places(op: &Markers<'_>, bounds: Rect, page: &Rect) -> Vec<(f64, f64)> {
    let mut places = Places { bounds, page: *page, seen: Vec::new() };
    DocumentPath::default().send(op.path.view(), op.affine, &mut places);
    places.seen
}

/// Collects the ends of segments.
struct Places {
    bounds: Rect,
    page: Rect,
    seen: Vec<(f64, f64)>,
}

impl PathSink for Places {
    fn move_to(&mut self, x: f64, y: f64) {
        if meet(&moved(self.bounds, x, y), &self.page) {
            self.seen.push((x, y));
        }
    }
    fn line_to(&mut self, x: f64, y: f64) {
        self.move_to(x, y);
    }
    fn quad_to(&mut self, _: (f64, f64), (x, y): (f64, f64)) {
        self.move_to(x, y);
    }
    fn cubic_to(&mut self, _: (f64, f64), _: (f64, f64), (x, y): (f64, f64)) {
        self.move_to(x, y);
    }
    fn close(&mut self) {}
}
