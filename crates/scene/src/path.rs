//! Paths and sets of paths.

use std::borrow::Cow;
use std::collections::TryReserveError;
use std::mem::size_of_val;

use geometry::PathView;

/// A path in its own coordinates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path<'a> {
    /// Vertices `[x, y]`, any value.
    pub vertices: Cow<'a, [[f64; 2]]>,
    /// One command per vertex (see [`geometry::command`]), or `None` for a plain polyline.
    pub codes: Option<Cow<'a, [u8]>>,
    /// Threshold in px below which segments may be merged; `None` if the path asks for every vertex.
    pub simplify_px: Option<f64>,
}

impl Path<'_> {
    /// The arrays, borrowed.
    pub fn view(&self) -> PathView<'_> {
        PathView { vertices: &self.vertices, codes: self.codes.as_deref() }
    }

    /// The path with its own arrays.
    pub fn into_owned(self) -> Path<'static> {
        Path {
            vertices: Cow::Owned(self.vertices.into_owned()),
            codes: self.codes.map(|codes| Cow::Owned(codes.into_owned())),
            simplify_px: self.simplify_px,
        }
    }

    /// Bytes of array data.
    pub fn size_bytes(&self) -> usize {
        size_of_val(&*self.vertices) + self.codes.as_ref().map_or(0, |codes| codes.len())
    }
}

/// Many paths in one pair of arrays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathSet {
    vertices: Vec<[f64; 2]>,
    codes: Vec<u8>,
    /// Where each path ends in the arrays.
    ends: Vec<usize>,
}

impl PathSet {
    /// Appends a path. Without codes it is a polyline: a move, then lines.
    ///
    /// `vertices` and `codes` must have the same length.
    ///
    /// # Errors
    /// When memory is lacking.
    pub fn push(&mut self, vertices: &[[f64; 2]], codes: Option<&[u8]>) -> Result<(), TryReserveError> {
        self.vertices.try_reserve(vertices.len())?;
        self.codes.try_reserve(vertices.len())?;
        self.vertices.extend_from_slice(vertices);
        match codes {
            Some(codes) => {
                assert_eq!(codes.len(), vertices.len(), "one code per vertex");
                self.codes.extend_from_slice(codes);
            }
            None => {
                use geometry::command::{LINE, MOVE};
                self.codes.extend((0..vertices.len()).map(|i| if i == 0 { MOVE } else { LINE }));
            }
        }
        self.ends.push(self.vertices.len());
        Ok(())
    }

    /// Number of paths.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no path.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The path at `index`; panics when there is none.
    pub fn get(&self, index: usize) -> PathView<'_> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        let range = start..self.ends[index];
        PathView { vertices: &self.vertices[range.clone()], codes: Some(&self.codes[range]) }
    }

    /// Bytes of array data.
    pub fn size_bytes(&self) -> usize {
        size_of_val(&*self.vertices) + self.codes.len() + size_of_val(&*self.ends)
    }
}
