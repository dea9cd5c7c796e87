//! Removal of non-finite vertices.
//!
//! A gap splits a line and drops a whole curve segment; agrees with Matplotlib's `PathNanRemover`.

use crate::vertex::{Pending, Vertex, VertexSource, command};

/// Drops non-finite vertices and starts a new subpath behind each gap.
///
/// Whether a subpath had been broken, and where it began, outlives [`VertexSource::rewind`].
#[derive(Clone, Debug)]
pub struct RemoveNonFinite<S> {
    /// The stream that is cleaned.
    pub source: S,
    by_segment: bool,
    pending: Pending<4>,
    seen_valid: bool,
    last_valid: bool,
    broken: bool,
    start: (f64, f64),
}

impl<S: VertexSource> RemoveNonFinite<S> {
    /// `by_segment`: whether the path may have curves or closes, so that whole segments have to be judged.
    pub fn new(source: S, by_segment: bool) -> Self {
        Self {
            source,
            by_segment,
            pending: Pending::new(),
            seen_valid: false,
            last_valid: false,
            broken: false,
            start: (f64::NAN, f64::NAN),
        }
    }

    fn ends_pass(&self, vertex: &Vertex) -> bool {
        vertex.command == command::STOP || (vertex.command == command::CLOSE && self.seen_valid)
    }

    #[inline]
    fn next_line(&mut self) -> Vertex {
        let vertex = self.source.next();
        if vertex.is_finite() && vertex.command != command::STOP {
            self.seen_valid = true;
            return vertex;
        }
        if self.ends_pass(&vertex) {
            return vertex;
        }
        loop {
            let vertex = self.source.next();
            if self.ends_pass(&vertex) {
                return vertex;
            }
            if vertex.is_finite() {
                return Vertex { command: command::MOVE, ..vertex };
            }
        }
    }

    fn next_segment(&mut self) -> Vertex {
        if let Some(vertex) = self.pending.pop() {
            return vertex;
        }
        let mut needs_move = false;
        loop {
            let first = self.source.next();
            match first.command {
                command::STOP => return first,
                command::CLOSE if self.seen_valid => {
                    if !self.broken {
                        return first;
                    }
                    // A broken loop cannot be closed; it is joined to its start when both ends are known.
                    let (x, y) = self.start;
                    if self.last_valid && x.is_finite() && y.is_finite() {
                        self.pending.push(command::LINE, x, y);
                        break;
                    }
                    continue;
                }
                command::MOVE => {
                    self.start = (first.x, first.y);
                    self.broken = false;
                }
                _ => {}
            }
            if needs_move {
                self.pending.push(command::MOVE, first.x, first.y);
            }
            self.pending.push(first.command, first.x, first.y);
            let mut last = first;
            let mut valid = first.is_finite();
            // The whole curve has to be read, valid or not.
            for _ in 0..command::extra_vertices(first.command) {
                last = self.source.next();
                valid &= last.is_finite();
                self.pending.push(first.command, last.x, last.y);
            }
            self.last_valid = valid;
            if valid {
                self.seen_valid = true;
                break;
            }
            self.broken = true;
            self.pending.clear();
            if last.is_finite() {
                self.pending.push(command::MOVE, last.x, last.y);
                needs_move = false;
            } else {
                needs_move = true;
            }
        }
        self.pending.pop().unwrap_or(Vertex::STOP)
    }
}

impl<S: VertexSource> VertexSource for RemoveNonFinite<S> {
    fn rewind(&mut self) {
        self.pending.clear();
        self.source.rewind();
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        if self.by_segment { self.next_segment() } else { self.next_line() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::affine::Affine;
    use crate::path::PathView;

    fn clean(vertices: &[[f64; 2]], codes: Option<&[u8]>) -> Vec<(u8, f64, f64)> {
        let source = PathView { vertices, codes }.source(Affine::IDENTITY);
        let mut stage = RemoveNonFinite::new(source, codes.is_some());
        stage.rewind();
        std::iter::from_fn(|| Some(stage.next()))
            .take_while(|v| v.command != command::STOP)
            .map(|v| (v.command, v.x, v.y))
            .collect()
    }

    const NAN: f64 = f64::NAN;

    #[test]
    fn a_gap_in_a_line_starts_a_subpath() {
        let got = clean(&[[NAN, 0.0], [1.0, 1.0], [2.0, NAN], [3.0, 3.0], [4.0, 4.0]], None);
        assert_eq!(got, [(1, 1.0, 1.0), (1, 3.0, 3.0), (2, 4.0, 4.0)]);
    }

    #[test]
    fn a_bad_control_point_drops_its_curve() {
        let got = clean(&[[0.0, 0.0], [NAN, 1.0], [2.0, 2.0], [3.0, 3.0]], Some(&[1, 3, 3, 2]));
        assert_eq!(got, [(1, 0.0, 0.0), (1, 2.0, 2.0), (2, 3.0, 3.0)]);
    }

    #[test]
    fn a_broken_loop_is_joined_not_closed() {
        let square = [[0.0, 0.0], [1.0, 0.0], [NAN, NAN], [0.0, 1.0], [0.0, 0.0]];
        let got = clean(&square, Some(&[1, 2, 2, 2, 79]));
        assert_eq!(got, [(1, 0.0, 0.0), (2, 1.0, 0.0), (1, 0.0, 1.0), (2, 0.0, 1.0), (2, 0.0, 0.0)]);
    }
}
