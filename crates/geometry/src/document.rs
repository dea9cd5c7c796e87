//! Paths for documents: the stages that a page format does not do by itself. Curves stay curves.

use crate::affine::Affine;
use crate::clip::CanvasClip;
use crate::curve::Flatten;
use crate::nan::RemoveNonFinite;
use crate::path::PathView;
use crate::simplify::Simplify;
use crate::sketch::{Sketch, SketchParams};
use crate::vertex::{Vertex, VertexSource, command};

/// Takes a path segment by segment.
pub trait PathSink {
    /// Starts a subpath.
    fn move_to(&mut self, x: f64, y: f64);
    /// A straight segment.
    fn line_to(&mut self, x: f64, y: f64);
    /// A quadratic curve: control point, end.
    fn quad_to(&mut self, control: (f64, f64), end: (f64, f64));
    /// A cubic curve: control points, end.
    fn cubic_to(&mut self, first: (f64, f64), second: (f64, f64), end: (f64, f64));
    /// Back to the start of the subpath.
    fn close(&mut self);
}

/// What happens to a path on its way into a document.
#[derive(Clone, Copy, Debug, Default)]
pub struct DocumentPath {
    /// Width and height of the page, to which unfilled lines are cut.
    pub clip_to_page: Option<(f64, f64)>,
    /// Simplification threshold in units of the page; only for unfilled lines.
    pub simplify: Option<f64>,
    /// Sketch parameters in units of the page; a zero scale is off.
    pub sketch: SketchParams,
}

impl DocumentPath {
    /// Sends `path` under `affine` to `sink`; vertices that are not finite make gaps.
    pub fn send(&self, path: PathView<'_>, affine: Affine, sink: &mut impl PathSink) {
        let has_curves = path.codes.is_some_and(|codes| codes.iter().any(|&code| code > command::LINE));
        let finite = RemoveNonFinite::new(path.source(affine), has_curves);
        let clipped = CanvasClip::new(finite, self.clip_to_page);
        let mut simple = Simplify::new(clipped, self.simplify.filter(|_| !has_curves));
        if self.sketch.scale == 0.0 {
            send(&mut simple, sink);
        } else {
            send(&mut Sketch::new(Flatten::new(simple), self.sketch), sink);
        }
    }
}

fn send(source: &mut impl VertexSource, sink: &mut impl PathSink) {
    source.rewind();
    let point = |vertex: Vertex| (vertex.x, vertex.y);
    let mut open = false;
    loop {
        let vertex = source.next();
        let (x, y) = point(vertex);
        match vertex.command {
            command::STOP => break,
            command::MOVE => {
                sink.move_to(x, y);
                open = true;
            }
            other if command::is_end(other) => {
                if command::has_close_flag(other) && open {
                    sink.close();
                }
            }
            // A segment without a start starts where it ends.
            _ if !open => {
                sink.move_to(x, y);
                open = true;
            }
            command::CURVE3 => sink.quad_to((x, y), point(source.next())),
            command::CURVE4 => {
                let second = point(source.next());
                sink.cubic_to((x, y), second, point(source.next()));
            }
            _ => sink.line_to(x, y),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Text(String);

    impl PathSink for Text {
        fn move_to(&mut self, x: f64, y: f64) {
            self.0 += &format!("M{x},{y} ");
        }
        fn line_to(&mut self, x: f64, y: f64) {
            self.0 += &format!("L{x},{y} ");
        }
        fn quad_to(&mut self, (a, b): (f64, f64), (x, y): (f64, f64)) {
            self.0 += &format!("Q{a},{b},{x},{y} ");
        }
        fn cubic_to(&mut self, (a, b): (f64, f64), (c, d): (f64, f64), (x, y): (f64, f64)) {
            self.0 += &format!("C{a},{b},{c},{d},{x},{y} ");
        }
        fn close(&mut self) {
            self.0 += "Z ";
        }
    }

    fn text(options: DocumentPath, vertices: &[[f64; 2]], codes: Option<&[u8]>) -> String {
        let mut sink = Text::default();
        options.send(PathView { vertices, codes }, Affine::scaling(2.0, 2.0), &mut sink);
        sink.0.trim_end().to_owned()
    }

    #[test]
    fn curves_stay_curves() {
        let vertices = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 2.0], [3.0, 3.0], [0.0, 0.0]];
        let codes = [1, 3, 3, 4, 4, 4, 79];
        let all = text(DocumentPath::default(), &vertices, Some(&codes));
        assert_eq!(all, "M0,0 Q2,0,2,2 C4,4,6,4,6,6 Z");
    }

    #[test]
    fn what_is_not_finite_makes_gaps() {
        let vertices = [[0.0, 0.0], [1.0, 0.0], [f64::NAN, 1.0], [2.0, 2.0], [3.0, 2.0]];
        assert_eq!(text(DocumentPath::default(), &vertices, None), "M0,0 L2,0 M4,4 L6,4");
    }

    #[test]
    fn lines_end_at_the_page() {
        let options = DocumentPath { clip_to_page: Some((10.0, 10.0)), ..Default::default() };
        assert_eq!(text(options, &[[1.0, 1.0], [1000.0, 1.0]], None), "M2,2 L11,2");
    }
}
