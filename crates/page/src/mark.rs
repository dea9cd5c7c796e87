//! Small marks: their places and shapes.

use geometry::{Affine, PathSink, PathView};

use crate::path::PathData;

/// Draws a quadrilateral.
pub fn quadrilateral(data: &mut PathData, [a, b, c, d]: [(f64, f64); 4]) {
    data.move_to(a.0, a.1);
    data.line_to(b.0, b.1);
    data.line_to(c.0, c.1);
    data.line_to(d.0, d.1);
    data.close();
    data.finish();
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

/// The places of markers: the ends of segments.
#[derive(Clone, Debug, Default)]
pub struct Places(pub Vec<(f64, f64)>);

impl PathSink for Places {
    fn move_to(&mut self, x: f64, y: f64) {
        self.0.push((x, y));
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
