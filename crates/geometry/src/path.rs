//! Where the stream starts: a path's arrays, transformed.

use crate::affine::Affine;
use crate::vertex::{Vertex, VertexSource, command};

/// A borrowed path as Matplotlib has it, in its own coordinates.
#[derive(Clone, Copy, Debug, Default)]
pub struct PathView<'a> {
    /// Vertices, `[x, y]`; any value, also NaN and infinite.
    pub vertices: &'a [[f64; 2]],
    /// One [`command`] per vertex; without them the first vertex is a move and the others lines.
    pub codes: Option<&'a [u8]>,
}

impl<'a> PathView<'a> {
    /// Streams the path through `affine`.
    pub fn source(self, affine: Affine) -> PathSource<'a> {
        PathSource { path: self, affine, index: 0 }
    }
}

/// A path, transformed vertex by vertex.
///
/// Commands that carry no position (close, stop) keep their raw coordinates, as in Agg. Reading past the end gives
/// [`Vertex::STOP`]; reading on after a stop *inside* the path continues behind it.
#[derive(Clone, Debug)]
pub struct PathSource<'a> {
    path: PathView<'a>,
    /// Applied to every vertex; may be exchanged between passes.
    pub affine: Affine,
    index: usize,
}

impl VertexSource for PathSource<'_> {
    #[inline]
    fn rewind(&mut self) {
        self.index = 0;
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        let Some(&[x, y]) = self.path.vertices.get(self.index) else {
            return Vertex::STOP;
        };
        let command = match self.path.codes {
            Some(codes) => codes[self.index],
            None if self.index == 0 => command::MOVE,
            None => command::LINE,
        };
        self.index += 1;
        if command::is_vertex(command) {
            let (x, y) = self.affine.apply(x, y);
            Vertex::new(command, x, y)
        } else {
            Vertex::new(command, x, y)
        }
    }
}

/// One cell of a quad mesh as an open polyline of five vertices, the last equal to the first.
#[derive(Clone, Debug)]
pub struct QuadSource {
    corners: [[f64; 2]; 4],
    affine: Affine,
    index: usize,
}

impl QuadSource {
    /// The corners in drawing order: (row, column), (row + 1, column), (row + 1, column + 1), (row, column + 1).
    pub fn new(corners: [[f64; 2]; 4], affine: Affine) -> Self {
        Self { corners, affine, index: 0 }
    }
}

impl VertexSource for QuadSource {
    #[inline]
    fn rewind(&mut self) {
        self.index = 0;
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        if self.index >= 5 {
            return Vertex::STOP;
        }
        let [x, y] = self.corners[self.index % 4];
        let command = if self.index == 0 { command::MOVE } else { command::LINE };
        self.index += 1;
        let (x, y) = self.affine.apply(x, y);
        Vertex::new(command, x, y)
    }
}
