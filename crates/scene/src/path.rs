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

/// Many paths: borrowed from wherever they are, or copied into one pair of arrays.
#[derive(Clone, Debug, Default)]
pub struct PathSet<'a> {
    /// Then nothing is in the arrays.
    borrowed: Vec<PathView<'a>>,
    vertices: Vec<[f64; 2]>,
    codes: Vec<u8>,
    /// Where each path ends in the arrays.
    ends: Vec<usize>,
}

impl<'a> PathSet<'a> {
    /// Paths that stay where they are. Those without codes are polylines: a move, then lines.
    pub fn borrowed(paths: Vec<PathView<'a>>) -> Self {
        Self { borrowed: paths, ..Self::default() }
    }

    /// The paths with arrays of their own.
    pub fn into_owned(self) -> PathSet<'static> {
        let Self { borrowed, vertices, codes, ends } = self;
        let mut owned = PathSet { borrowed: Vec::new(), vertices, codes, ends };
        owned.vertices.reserve_exact(borrowed.iter().map(|path| path.vertices.len()).sum());
        owned.codes.reserve_exact(owned.vertices.capacity() - owned.vertices.len());
        for path in borrowed {
            owned.append(path.vertices, path.codes);
        }
        owned
    }

    /// Appends a copy of a path to others that were copied. Without codes it is a polyline: a move, then lines.
    ///
    /// `vertices` and `codes` must have the same length.
    ///
    /// # Errors
    /// When memory is lacking.
    pub fn push(&mut self, vertices: &[[f64; 2]], codes: Option<&[u8]>) -> Result<(), TryReserveError> {
        self.vertices.try_reserve(vertices.len())?;
        self.codes.try_reserve(vertices.len())?;
        assert!(self.borrowed.is_empty(), "a set is borrowed or it is not");
        self.append(vertices, codes);
        Ok(())
    }

    fn append(&mut self, vertices: &[[f64; 2]], codes: Option<&[u8]>) {
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
    }

    /// Number of paths.
    pub fn len(&self) -> usize {
        self.borrowed.len() + self.ends.len()
    }

    /// Whether there is no path.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The path at `index`; panics when there is none.
    pub fn get(&self, index: usize) -> PathView<'_> {
        if let Some(path) = self.borrowed.get(index) {
            return *path;
        }
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        let range = start..self.ends[index];
        PathView { vertices: &self.vertices[range.clone()], codes: Some(&self.codes[range]) }
    }

    /// Bytes of array data.
    pub fn size_bytes(&self) -> usize {
        let borrowed = self
            .borrowed
            .iter()
            .map(|path| size_of_val(path.vertices) + path.codes.map_or(0, <[u8]>::len) + size_of::<PathView<'_>>());
        borrowed.sum::<usize>() + size_of_val(&*self.vertices) + self.codes.len() + size_of_val(&*self.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::command::{LINE, MOVE};

    #[test]
    fn borrowed_paths_are_copied_when_they_have_to_stay() {
        let (line, dot) = ([[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0]]);
        let set = PathSet::borrowed(vec![
            PathView { vertices: &line, codes: None },
            PathView { vertices: &dot, codes: Some(&[MOVE]) },
        ]);
        assert_eq!((set.len(), set.get(0).codes, set.get(1).vertices), (2, None, &dot[..]));
        let size = set.size_bytes();
        let owned = set.into_owned();
        assert_eq!((owned.len(), owned.get(0).vertices, owned.get(0).codes), (2, &line[..], Some(&[MOVE, LINE][..])));
        assert_eq!((owned.get(1).vertices, owned.get(1).codes), (&dot[..], Some(&[MOVE][..])));
        assert!(size >= 3 * 16 && owned.size_bytes() >= 3 * 16);
    }
}
