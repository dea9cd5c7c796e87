//! Paths for documents: the stages that a page format does not do by itself. Curves stay curves.

use crate::affine::Affine;
use crate::clip::{CanvasClip, canvas_bounds};
use crate::curve::Flatten;
use crate::flat::is_whole;
use crate::line::trace_line;
use crate::nan::RemoveNonFinite;
use crate::path::PathView;
use crate::simplify::Simplify;
use crate::sketch::{Sketch, SketchParams};
use crate::snap::{Snap, SnapMode};
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

/// The control points of the cubic curve that a quadratic one is.
pub fn cubic_controls(from: (f64, f64), control: (f64, f64), end: (f64, f64)) -> ((f64, f64), (f64, f64)) {
    let third = |a: f64, b: f64| a + 2.0 / 3.0 * (b - a);
    let towards = |point: (f64, f64)| (third(point.0, control.0), third(point.1, control.1));
    (towards(from), towards(end))
}

/// What happens to a path on its way into a document.
#[derive(Clone, Copy, Debug)]
pub struct DocumentPath {
    /// Width and height of the page, to which unfilled lines are cut.
    pub clip_to_page: Option<(f64, f64)>,
    /// Snapping, where units of the page are pixels.
    pub snap: SnapMode,
    /// Stroke width that decides the snapping grid.
    pub snap_width: f64,
    /// Simplification threshold in units of the page; only for unfilled lines.
    pub simplify: Option<f64>,
    /// Sketch parameters in units of the page; a zero scale is off.
    pub sketch: SketchParams,
}

impl Default for DocumentPath {
    /// The path as it is, but for gaps.
    fn default() -> Self {
        Self {
            clip_to_page: None,
            snap: SnapMode::Never,
            snap_width: 0.0,
            simplify: None,
            sketch: SketchParams::default(),
        }
    }
}

impl DocumentPath {
    /// What a page of a width and height asks of a path: if it is not filled it is cut there, and simplified where there
    /// is a threshold.
    pub fn on_page(page: (f64, f64), unfilled: bool, simplify: Option<f64>, sketch: SketchParams) -> Self {
        Self {
            clip_to_page: unfilled.then_some(page),
            simplify: simplify.filter(|_| unfilled),
            sketch,
            ..Self::default()
        }
    }

    /// Sends `path` under `affine` to `sink`; vertices that are not finite make gaps.
    pub fn send(&self, path: PathView<'_>, affine: Affine, sink: &mut impl PathSink) {
        // Without snapping and sketch, most paths need less than all stages to become the same.
        let unmoved = self.snap == SnapMode::Never && self.sketch.scale == 0.0;
        match (path.codes, self.clip_to_page) {
            (None, Some(page)) if unmoved => {
                let mut pen = Pen { sink, is_open: false };
                trace_line(path.vertices, &affine, canvas_bounds(page), self.simplify, |vertex| pen.segment(vertex));
            }
            (codes, None)
                if unmoved
                    && self.simplify.is_none()
                    && codes.is_none_or(is_whole)
                    && stays_finite(path.vertices, &affine) =>
            {
                send(&mut path.source(affine), sink);
            }
            _ => self.send_through_stages(path, affine, sink),
        }
    }

    fn send_through_stages(&self, path: PathView<'_>, affine: Affine, sink: &mut impl PathSink) {
        let has_curves = path.codes.is_some_and(|codes| codes.iter().any(|&code| code > command::LINE));
        let finite = RemoveNonFinite::new(path.source(affine), has_curves);
        let clipped = CanvasClip::new(finite, self.clip_to_page.map(canvas_bounds));
        let snapped = Snap::new(clipped, self.snap, path.vertices.len(), self.snap_width);
        let mut simple = Simplify::new(snapped, self.simplify.filter(|_| !has_curves));
        if self.sketch.scale == 0.0 {
            send(&mut simple, sink);
        } else {
            send(&mut Sketch::new(Flatten::new(simple), self.sketch), sink);
        }
    }

    /// Whether `path` under `affine` is snapped.
    pub fn snaps(&self, path: PathView<'_>, affine: Affine) -> bool {
        let has_curves = path.codes.is_some_and(|codes| codes.iter().any(|&code| code > command::LINE));
        let finite = RemoveNonFinite::new(path.source(affine), has_curves);
        Snap::new(finite, self.snap, path.vertices.len(), self.snap_width).is_snapping()
    }
}

/// Whether all vertices are finite under `affine`, which is said of moderate numbers only.
fn stays_finite(vertices: &[[f64; 2]], affine: &Affine) -> bool {
    const MODERATE: f64 = 1e150;
    let Affine { sx, shy, shx, sy, tx, ty } = *affine;
    let moderate = |values: &[f64]| values.iter().fold(true, |all, v| all & (v.abs() < MODERATE));
    moderate(&[sx, shy, shx, sy, tx, ty]) && moderate(vertices.as_flattened())
}

/// Sends what has no further vertices: a move, a line, a close.
struct Pen<'a, S> {
    sink: &'a mut S,
    is_open: bool,
}

impl<S: PathSink> Pen<'_, S> {
    #[inline]
    fn segment(&mut self, Vertex { command, x, y }: Vertex) {
        match command {
            other if command::is_end(other) => {
                if command::has_close_flag(other) && self.is_open {
                    self.sink.close();
                }
            }
            // A segment without a start starts where it ends.
            _ if command == command::MOVE || !self.is_open => {
                self.sink.move_to(x, y);
                self.is_open = true;
            }
            _ => self.sink.line_to(x, y),
        }
    }
}

fn send(source: &mut impl VertexSource, sink: &mut impl PathSink) {
    source.rewind();
    let point = |vertex: Vertex| (vertex.x, vertex.y);
    let mut pen = Pen { sink, is_open: false };
    loop {
        let vertex = source.next();
        match vertex.command {
            command::STOP => break,
            command::CURVE3 if pen.is_open => pen.sink.quad_to(point(vertex), point(source.next())),
            command::CURVE4 if pen.is_open => {
                let second = point(source.next());
                pen.sink.cubic_to(point(vertex), second, point(source.next()));
            }
            _ => pen.segment(vertex),
        }
    }
}

/// Centre and radius of the circle that `path` draws under `affine`, if it is the eight arcs that Matplotlib's circles are.
pub fn circle(path: PathView<'_>, affine: &Affine) -> Option<(f64, f64, f64)> {
    const ARCS: usize = 8;
    let codes = path.codes?;
    let arcs = 1..=3 * ARCS;
    if codes.len() != 3 * ARCS + 2
        || codes[0] != command::MOVE
        || codes[arcs.clone()].iter().any(|&code| code != command::CURVE4)
        || codes[3 * ARCS + 1] != command::CLOSE
    {
        return None;
    }
    let place = |i: usize| affine.apply(path.vertices[i][0], path.vertices[i][1]);
    let ends: [(f64, f64); ARCS] = std::array::from_fn(|i| place(3 * i));
    let share = 1.0 / ARCS as f64;
    let (x, y) = ends.iter().fold((0.0, 0.0), |(x, y), end| (x + end.0 * share, y + end.1 * share));
    let radius = (ends[0].0 - x).hypot(ends[0].1 - y);
    let near = |(px, py): (f64, f64), wanted: f64| ((px - x).hypot(py - y) - wanted).abs() <= 1e-6 * radius;
    // Control points of an eighth lie this much farther out.
    let control = (place(1).0 - x).hypot(place(1).1 - y);
    let round = (0..=ARCS).all(|i| near(place(3 * i), radius))
        && (0..ARCS).all(|i| near(place(3 * i + 1), control) && near(place(3 * i + 2), control))
        && (1.0..1.04).contains(&(control / radius));
    // Even steps all the way round.
    let step = (ends[1].0 - ends[0].0).hypot(ends[1].1 - ends[0].1);
    let even = (0..ARCS).all(|i| {
        let (a, b) = (ends[i], ends[(i + 1) % ARCS]);
        ((b.0 - a.0).hypot(b.1 - a.1) - step).abs() <= 1e-6 * radius
    });
    (round && even && radius > 0.0 && radius.is_finite()).then_some((x, y, radius))
}

/// Sends a circle of four arcs, which is off by less than a thirtieth of a percent of the radius.
pub fn send_circle((x, y, radius): (f64, f64, f64), sink: &mut impl PathSink) {
    let k = radius * 0.552_284_749_8;
    sink.move_to(x + radius, y);
    sink.cubic_to((x + radius, y + k), (x + k, y + radius), (x, y + radius));
    sink.cubic_to((x - k, y + radius), (x - radius, y + k), (x - radius, y));
    sink.cubic_to((x - radius, y - k), (x - k, y - radius), (x, y - radius));
    sink.cubic_to((x + k, y - radius), (x + radius, y - k), (x + radius, y));
    sink.close();
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
    fn circles_are_known() {
        // Arcs of an eighth: ends on the circle, control points a little outside.
        let control = (1.0f64 + 0.265_216_49 * 0.265_216_49).sqrt();
        let turn = 0.265_216_49f64.atan();
        let at = |radius: f64, angle: f64| [radius * angle.cos(), radius * angle.sin()];
        let eighth = std::f64::consts::FRAC_PI_4;
        let mut vertices = vec![at(1.0, 0.0)];
        for i in 0..8 {
            let (from, to) = (eighth * f64::from(i), eighth * f64::from(i + 1));
            vertices.extend([at(control, from + turn), at(control, to - turn), at(1.0, to)]);
        }
        vertices.push([0.0, 0.0]);
        let mut codes = vec![4; 26];
        (codes[0], codes[25]) = (1, 79);
        let affine = Affine { tx: 5.0, ty: 6.0, ..Affine::scaling(2.0, 2.0) };
        let path = PathView { vertices: &vertices, codes: Some(&codes) };
        let (x, y, radius) = circle(path, &affine).unwrap();
        assert!((x - 5.0).abs() < 1e-9 && (y - 6.0).abs() < 1e-9 && (radius - 2.0).abs() < 1e-9);
        assert!(circle(path, &Affine::scaling(2.0, 2.1)).is_none());
        vertices[6][0] += 0.01;
        assert!(circle(PathView { vertices: &vertices, codes: Some(&codes) }, &affine).is_none());
    }

    #[test]
    fn fewer_stages_make_the_same() {
        let mut state = 1u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for round in 0..4000 {
            let gaps = if round % 3 == 0 { 20 } else { u64::MAX };
            let vertices: Vec<[f64; 2]> = (0..random(30))
                .map(|_| match random(gaps) {
                    0 => [1.0, f64::NAN],
                    1 => [1e200, 1.0],
                    _ => [0, 1].map(|_| random(400) as f64 / [7.0, 2.0][round % 2] - 20.0),
                })
                .collect();
            let mut needs_move = true;
            let codes: Vec<u8> = vertices
                .iter()
                .map(|_| {
                    let code = [1, 2, 2, 2, 2, 79][if needs_move && round % 4 != 0 { 0 } else { random(6) as usize }];
                    needs_move = code == 79;
                    code
                })
                .collect();
            let path = PathView { vertices: &vertices, codes: (round % 5 < 3).then_some(&codes) };
            for clip_to_page in [None, Some((30.0, 40.0))] {
                for simplify in [None, Some(0.5)] {
                    let options = DocumentPath { clip_to_page, simplify, ..DocumentPath::default() };
                    let affine = Affine { sx: 1.5, shy: 0.25, shx: -0.5, sy: 2.0, tx: 3.25, ty: 1.0 };
                    let (mut quick, mut slow) = (Text::default(), Text::default());
                    options.send(path, affine, &mut quick);
                    options.send_through_stages(path, affine, &mut slow);
                    assert_eq!(quick.0, slow.0, "{path:?} {options:?}");
                }
            }
        }
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
    #[test]
    fn pixels_are_snapped_to_when_asked() {
        let line = [[1.1, 2.2], [4.1, 2.2]];
        let path = PathView { vertices: &line, codes: None };
        let stages = DocumentPath { snap: SnapMode::Auto, snap_width: 1.0, ..DocumentPath::default() };
        assert_eq!(text(stages, &line, None), "M2.5,4.5 L8.5,4.5");
        assert!(stages.snaps(path, Affine::IDENTITY));
        assert!(!DocumentPath::default().snaps(path, Affine::IDENTITY));
        assert!(!stages.snaps(path, Affine::rotation(0.1)));
    }
}
