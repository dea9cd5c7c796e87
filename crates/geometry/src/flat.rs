//! The stages of [`crate::Pipeline`] in one step, for paths that need nothing special of them.
//!
//! Most paths are whole: they begin with a move, all of their vertices are finite and nothing is clipped. What the stages
//! make of such a path depends on nothing that happened before, so it can be worked out once, in one pass over the arrays,
//! for the fill and the line alike.

use crate::affine::Affine;
use crate::curve::Subdivision;
use crate::memory;
use crate::path::PathView;
use crate::rect::Rect;
use crate::snap::{SnapMode, floor, is_slanted, snap_offset};
use crate::vertex::{Vertex, VertexSource, command};

/// Whether commands begin with a move, no curve lacks vertices, nothing stops early and each close is followed by a move.
pub fn is_whole(codes: &[u8]) -> bool {
    let mut rest = codes;
    let mut needs_move = true;
    while let [code, ..] = *rest {
        let count = match code {
            command::MOVE => 1,
            command::LINE | command::CLOSE if !needs_move => 1,
            command::CURVE3 if !needs_move => 2,
            command::CURVE4 if !needs_move => 3,
            _ => return false,
        };
        if rest.len() < count {
            return false;
        }
        needs_move = code == command::CLOSE;
        rest = &rest[count..];
    }
    true
}

/// How a path is made flat.
#[derive(Clone, Copy, Debug, Default)]
pub struct FlatOptions {
    /// Snapping.
    pub snap: SnapMode,
    /// Stroke width that decides the snapping grid, px.
    pub snap_width_px: f64,
    /// Lines would be clipped here, px: nothing may reach out of it.
    pub bounds: Option<Rect>,
}

/// Vertices that are not kept where nobody needs them any more.
const LARGE_VERTICES: usize = 1 << 12;

/// The lowest and the highest y, px (infinite if there is nothing), of a large path whose source streams what
/// [`FlatPath::trace`] would keep: one without curves that is not snapped. Its commands must be whole ([`is_whole`]).
pub fn straight_rows(path: PathView<'_>, affine: &Affine, options: &FlatOptions) -> Option<(f64, f64)> {
    let count = path.vertices.len();
    let is_straight = |code: &u8| matches!(*code, command::MOVE | command::LINE | command::CLOSE);
    // Not even asked whether its lines are upright.
    let is_unsnapped = snap_offset(options.snap, count, || true, options.snap_width_px).is_none();
    if count <= LARGE_VERTICES || !is_unsnapped || !path.codes.is_none_or(|codes| codes.iter().all(is_straight)) {
        return None;
    }
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (index, &[x, y]) in path.vertices.iter().enumerate() {
        if path.codes.is_some_and(|codes| codes[index] == command::CLOSE) {
            continue;
        }
        let (x, y) = affine.apply(x, y);
        let is_finite = x.is_finite() && y.is_finite();
        if !is_finite || options.bounds.is_some_and(|bounds| bounds.outcode(x, y) != 0) {
            return None;
        }
        (low, high) = (low.min(y), high.max(y));
    }
    Some((low, high))
}

/// A path of straight lines, px; keeps its buffers from one path to the next.
#[derive(Clone, Debug, Default)]
pub struct FlatPath {
    /// Vertices as they come, before curves are replaced.
    vertices: Vec<(f64, f64)>,
    points: Vec<(f64, f64)>,
    subpaths: Vec<Subpath>,
}

/// The vertices of a [`FlatPath`].
#[derive(Clone, Copy, Debug)]
pub struct FlatVertices<'a> {
    path: &'a FlatPath,
    subpath: usize,
    point: usize,
}

#[derive(Clone, Copy, Debug)]
struct Subpath {
    /// Index of the point behind its last.
    end: usize,
    closed: bool,
}

impl FlatPath {
    /// Takes in `path`, whose commands must be whole ([`is_whole`]). `false` if it needs more care than is taken here; then
    /// nothing can be used.
    pub fn trace(&mut self, path: PathView<'_>, affine: &Affine, options: &FlatOptions) -> bool {
        let Self { vertices, points, subpaths, .. } = self;
        subpaths.clear();
        let count = path.vertices.len();
        for list in [&mut *vertices, points] {
            memory::make_room(list, count);
        }
        vertices.extend(path.vertices.iter().map(|&[x, y]| affine.apply(x, y)));
        let code = |index: usize| match path.codes {
            Some(codes) => codes[index],
            None if index == 0 => command::MOVE,
            None => command::LINE,
        };
        let mut rectilinear = count > 0;
        let (mut start, mut last) = ((0.0, 0.0), (0.0, 0.0));
        for (index, &(x, y)) in vertices.iter().enumerate() {
            match code(index) {
                command::CLOSE => {
                    // It carries no position. Where lines are clipped it comes as a line, which counts.
                    rectilinear &= options.bounds.is_none() || !is_slanted(last, start);
                    continue;
                }
                command::MOVE => start = (x, y),
                command::LINE => rectilinear &= !is_slanted(last, (x, y)),
                _ => rectilinear = false,
            }
            last = (x, y);
            let is_finite = x.is_finite() && y.is_finite();
            if !is_finite || options.bounds.is_some_and(|bounds| bounds.outcode(x, y) != 0) {
                return false;
            }
        }
        if let Some(offset) = snap_offset(options.snap, count, || rectilinear, options.snap_width_px) {
            for (x, y) in &mut *vertices {
                (*x, *y) = (floor(*x + 0.5) + offset, floor(*y + 0.5) + offset);
            }
        }
        let mut index = 0;
        while index < count {
            let lines = match path.codes {
                Some(codes) => codes[index..].iter().take_while(|&&code| code == command::LINE).count(),
                None if index == 0 => 0,
                None => count - index,
            };
            if lines > 0 {
                if points.capacity() - points.len() < lines {
                    memory::reserve(points, lines);
                }
                points.extend_from_slice(&vertices[index..index + lines]);
                index += lines;
                continue;
            }
            let [p1, p2, p3] = [0, 1, 2].map(|ahead| vertices.get(index + ahead).copied().unwrap_or_default());
            let from = points.last().copied().unwrap_or_default();
            match code(index) {
                command::MOVE => {
                    finish(subpaths, points.len(), false);
                    memory::push(points, p1);
                    index += 1;
                }
                command::CURVE3 => {
                    Subdivision::new(points).quadratic(from, p1, p2, 0);
                    memory::push(points, p2);
                    index += 2;
                }
                command::CURVE4 => {
                    Subdivision::new(points).cubic([from, p1, p2, p3], 0);
                    memory::push(points, p3);
                    index += 3;
                }
                _ => {
                    finish(subpaths, points.len(), true);
                    index += 1;
                }
            }
        }
        finish(subpaths, points.len(), false);
        if count > LARGE_VERTICES {
            *vertices = Vec::new();
        }
        true
    }
}

impl FlatPath {
    /// The upright rectangle that was traced last, if it was just one.
    pub fn as_rectangle(&self) -> Option<Rect> {
        let ([a, b, c, d] | [a, b, c, d, _]) = self.points[..] else { return None };
        let is_back = self.points.get(4).is_none_or(|&e| e == a);
        let is_upright = (a.0 == b.0 && b.1 == c.1 && c.0 == d.0 && d.1 == a.1)
            || (a.1 == b.1 && b.0 == c.0 && c.1 == d.1 && d.0 == a.0);
        (self.subpaths.len() == 1 && is_back && is_upright).then(|| Rect::from_corners(a.0, a.1, c.0, c.1))
    }

    /// The lowest and the highest y of what was traced last, px; infinite if there is nothing.
    pub fn rows(&self) -> (f64, f64) {
        self.points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &(_, y)| (low.min(y), high.max(y)))
    }

    /// Streams what was traced last.
    pub fn vertices(&self) -> FlatVertices<'_> {
        FlatVertices { path: self, subpath: 0, point: 0 }
    }
}

/// Ends a subpath unless it has no points.
fn finish(subpaths: &mut Vec<Subpath>, end: usize, closed: bool) {
    if end > subpaths.last().map_or(0, |last| last.end) {
        memory::push(subpaths, Subpath { end, closed });
    }
}

impl VertexSource for FlatVertices<'_> {
    fn rewind(&mut self) {
        self.subpath = 0;
        self.point = 0;
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        let Some(&Subpath { end, closed }) = self.path.subpaths.get(self.subpath) else { return Vertex::STOP };
        if self.point == end {
            self.subpath += 1;
            if closed {
                return Vertex::new(command::CLOSE, 0.0, 0.0);
            }
            return self.next();
        }
        let start = if self.subpath == 0 { 0 } else { self.path.subpaths[self.subpath - 1].end };
        let (x, y) = self.path.points[self.point];
        let command = if self.point == start { command::MOVE } else { command::LINE };
        self.point += 1;
        Vertex::new(command, x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Pipeline, PipelineOptions};

    const C: u8 = command::CLOSE;

    fn drain(source: &mut impl VertexSource) -> Vec<(u8, f64, f64)> {
        source.rewind();
        std::iter::from_fn(|| Some(source.next()))
            .take_while(|v| v.command != command::STOP)
            .map(|v| if v.command == C { (C, 0.0, 0.0) } else { (v.command, v.x, v.y) })
            .collect()
    }

    #[test]
    fn whole_paths() {
        for codes in [&[][..], &[1], &[1, 2, 3, 3, 4, 4, 4, C], &[1, 2, C, 1, 1, 2]] {
            assert!(is_whole(codes), "{codes:?}");
        }
        for codes in [&[2][..], &[1, 3], &[1, 4, 4], &[1, 2, 0], &[1, 2, C, 2], &[C], &[1, 7]] {
            assert!(!is_whole(codes), "{codes:?}");
        }
    }

    #[test]
    fn it_is_what_the_stages_make() {
        let affine = Affine { sx: 1.5, shy: 0.25, shx: -0.5, sy: 2.0, tx: 3.25, ty: 40.0 };
        let corners: Vec<[f64; 2]> = (0..9).map(|i| [f64::from(i * i % 7), f64::from(i * 5 % 11)]).collect();
        let square = [[0.2, 0.3], [9.7, 0.3], [9.7, 8.1], [0.2, 8.1], [5.0, 5.0]];
        let paths: [(&[[f64; 2]], &[u8]); 4] = [
            (&corners, &[1, 2, 3, 3, 4, 4, 4, C, 1]),
            (&corners[..7], &[1, 2, 2, C, 1, 2, 2]),
            (&square, &[1, 2, 2, 2, C]),
            (&corners[..5], &[1, 1, 2, 1, 2]),
        ];
        for (vertices, codes) in paths {
            assert!(is_whole(codes));
            let path = PathView { vertices, codes: Some(codes) };
            for (affine, snap) in
                [(affine, SnapMode::Auto), (affine, SnapMode::Always), (Affine::IDENTITY, SnapMode::Auto)]
            {
                let options = FlatOptions { snap, snap_width_px: 1.0, bounds: None };
                let mut flat = FlatPath::default();
                assert!(flat.trace(path, &affine, &options));
                let mut stages = Pipeline::new(
                    path.source(affine),
                    &PipelineOptions {
                        by_segment: true,
                        snap,
                        total_vertices: vertices.len(),
                        snap_width_px: 1.0,
                        ..PipelineOptions::default()
                    },
                );
                assert_eq!(drain(&mut flat.vertices()), drain(&mut stages));
                assert_eq!(drain(&mut flat.vertices()), drain(&mut stages), "the second pass");
            }
        }
    }

    #[test]
    fn large_straight_paths_need_not_be_kept() {
        let affine = Affine { sx: 1.5, shy: 0.25, shx: -0.5, sy: 2.0, tx: 3.25, ty: 40.0 };
        let vertices: Vec<[f64; 2]> = (0..6_000).map(|i| [f64::from(i * i % 701), f64::from(i * 5 % 1103)]).collect();
        let code = |i: usize| if i.is_multiple_of(100) { command::MOVE } else { command::LINE };
        let mut codes: Vec<u8> = (0..vertices.len()).map(code).collect();
        codes[299] = C;
        codes[5_999] = C;
        let options = FlatOptions { snap: SnapMode::Auto, snap_width_px: 1.0, bounds: None };
        for codes in [None, Some(&codes[..])] {
            let path = PathView { vertices: &vertices, codes };
            let mut flat = FlatPath::default();
            assert!(flat.trace(path, &affine, &options));
            assert_eq!(straight_rows(path, &affine, &options), Some(flat.rows()));
            assert_eq!(drain(&mut path.source(affine)), drain(&mut flat.vertices()));
        }
        let path = |codes| PathView { vertices: &vertices, codes };
        assert_eq!(straight_rows(path(None), &affine, &FlatOptions { snap: SnapMode::Always, ..options }), None);
        let bounds = Some(Rect { x1: 0.0, y1: 0.0, x2: 700.0, y2: 700.0 });
        assert_eq!(straight_rows(path(None), &affine, &FlatOptions { bounds, ..options }), None);
        codes[1..3].fill(command::CURVE3);
        assert_eq!(straight_rows(path(Some(&codes)), &affine, &options), None);
    }

    #[test]
    fn rectangles_are_known() {
        let rectangle = |vertices: &[[f64; 2]]| {
            let mut flat = FlatPath::default();
            flat.trace(PathView { vertices, codes: None }, &Affine::IDENTITY, &FlatOptions::default());
            flat.as_rectangle()
        };
        let expected = Some(Rect { x1: 0.0, y1: 1.0, x2: 5.0, y2: 7.0 });
        assert_eq!(rectangle(&[[0.0, 1.0], [5.0, 1.0], [5.0, 7.0], [0.0, 7.0]]), expected);
        assert_eq!(rectangle(&[[5.0, 7.0], [5.0, 1.0], [0.0, 1.0], [0.0, 7.0], [5.0, 7.0]]), expected);
        assert_eq!(rectangle(&[[0.0, 1.0], [5.0, 2.0], [5.0, 7.0], [0.0, 7.0]]), None);
        assert_eq!(rectangle(&[[0.0, 1.0], [5.0, 1.0], [5.0, 7.0], [0.0, 7.0], [3.0, 3.0]]), None);
    }

    #[test]
    fn what_needs_care_is_left_alone() {
        let bounds = Some(Rect { x1: -1.0, y1: -1.0, x2: 10.0, y2: 10.0 });
        let traces = |vertices: &[[f64; 2]], bounds| {
            let path = PathView { vertices, codes: None };
            FlatPath::default().trace(path, &Affine::IDENTITY, &FlatOptions { bounds, ..FlatOptions::default() })
        };
        assert!(traces(&[[0.0, 0.0], [10.0, 5.0]], bounds));
        assert!(!traces(&[[0.0, 0.0], [10.5, 5.0]], bounds));
        assert!(traces(&[[0.0, 0.0], [10.5, 5.0]], None));
        assert!(!traces(&[[0.0, 0.0], [f64::NAN, 5.0]], None));
        assert!(!traces(&[[0.0, f64::INFINITY], [1.0, 5.0]], None));
    }
}
