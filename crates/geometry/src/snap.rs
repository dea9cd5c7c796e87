//! Snapping rectilinear paths to pixel centres or edges; agrees with Matplotlib's `PathSnapper`.

use crate::vertex::{Vertex, VertexSource, command};

/// When to snap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SnapMode {
    /// Snap paths of horizontal and vertical lines only.
    #[default]
    Auto,
    /// Never snap.
    Never,
    /// Always snap.
    Always,
}

/// Source vertices beyond which [`SnapMode::Auto`] does not look (Matplotlib's limit).
const MAX_TESTED_VERTICES: usize = 1024;
/// Distance in px from which a line counts as slanted.
const SLANT_PX: f64 = 1e-4;

/// `v` rounded to the nearest integer, halves away from zero (Agg's `iround`); saturates.
#[inline]
pub fn round_half_away(v: f64) -> i32 {
    (if v < 0.0 { v - 0.5 } else { v + 0.5 }) as i32
}

/// `v.floor()`, also where that is a call into a library.
#[inline]
pub fn floor(v: f64) -> f64 {
    /// From here on every number is whole.
    const WHOLE: f64 = (1u64 << 52) as f64;
    if v.abs() < WHOLE {
        let whole = v as i64 as f64;
        if whole > v { whole - 1.0 } else { whole }
    } else {
        v
    }
}

/// Rounds every vertex when the path is to be snapped.
#[derive(Clone, Debug)]
pub struct Snap<S> {
    /// The stream that is snapped.
    pub source: S,
    offset: Option<f64>,
}

impl<S: VertexSource> Snap<S> {
    /// Decides whether to snap, reading as much of `source` as that takes, and rewinds it.
    ///
    /// `total_vertices` counts the path before any stage; `stroke_width_px` decides between pixel centres (odd) and
    /// edges (even).
    pub fn new(mut source: S, mode: SnapMode, total_vertices: usize, stroke_width_px: f64) -> Self {
        let offset = snap_offset(mode, total_vertices, || is_rectilinear(&mut source), stroke_width_px);
        source.rewind();
        Self { source, offset }
    }

    /// Whether vertices are rounded.
    pub fn is_snapping(&self) -> bool {
        self.offset.is_some()
    }
}

/// By how much rounded coordinates are moved, if `mode` has a path rounded.
#[inline]
pub(crate) fn snap_offset(
    mode: SnapMode,
    total_vertices: usize,
    is_rectilinear: impl FnOnce() -> bool,
    stroke_width_px: f64,
) -> Option<f64> {
    let snap = match mode {
        SnapMode::Never => false,
        SnapMode::Always => true,
        SnapMode::Auto => total_vertices <= MAX_TESTED_VERTICES && is_rectilinear(),
    };
    snap.then(|| if round_half_away(stroke_width_px) % 2 != 0 { 0.5 } else { 0.0 })
}

/// Whether a line is neither horizontal nor vertical.
#[inline]
pub fn is_slanted(from: (f64, f64), to: (f64, f64)) -> bool {
    (from.0 - to.0).abs() >= SLANT_PX && (from.1 - to.1).abs() >= SLANT_PX
}

/// Moves and closes are not looked at, so a slanted closing line does not prevent snapping.
fn is_rectilinear<S: VertexSource>(source: &mut S) -> bool {
    let mut last = source.next();
    if last.command == command::STOP {
        return false;
    }
    loop {
        let vertex = source.next();
        match vertex.command {
            command::STOP => return true,
            command::CURVE3 | command::CURVE4 => return false,
            command::LINE if is_slanted((last.x, last.y), (vertex.x, vertex.y)) => return false,
            _ => {}
        }
        last = vertex;
    }
}

impl<S: VertexSource> VertexSource for Snap<S> {
    fn rewind(&mut self) {
        self.source.rewind();
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        let vertex = self.source.next();
        match self.offset {
            Some(offset) if command::is_vertex(vertex.command) => {
                Vertex::new(vertex.command, floor(vertex.x + 0.5) + offset, floor(vertex.y + 0.5) + offset)
            }
            _ => vertex,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors() {
        for v in [0.0, 0.5, -0.5, 1.0, -1.0, 2.999, -2.001, 4503599627370495.5, -4503599627370495.5, 1e300, -1e300] {
            assert_eq!(floor(v), v.floor());
        }
        assert!(floor(f64::NAN).is_nan());
        assert_eq!(floor(f64::INFINITY), f64::INFINITY);
    }
    use crate::affine::Affine;
    use crate::path::PathView;

    fn snap(vertices: &[[f64; 2]], mode: SnapMode, width: f64) -> Vec<(f64, f64)> {
        let source = PathView { vertices, codes: None }.source(Affine::IDENTITY);
        let mut stage = Snap::new(source, mode, vertices.len(), width);
        std::iter::from_fn(|| Some(stage.next()))
            .take_while(|v| v.command != command::STOP)
            .map(|v| (v.x, v.y))
            .collect()
    }

    #[test]
    fn odd_widths_go_to_centres_even_ones_to_edges() {
        let line = [[1.2, 3.4], [7.7, 3.4]];
        assert_eq!(snap(&line, SnapMode::Auto, 1.0), [(1.5, 3.5), (8.5, 3.5)]);
        assert_eq!(snap(&line, SnapMode::Auto, 2.0), [(1.0, 3.0), (8.0, 3.0)]);
        assert_eq!(snap(&line, SnapMode::Never, 1.0), [(1.2, 3.4), (7.7, 3.4)]);
    }

    #[test]
    fn slanted_lines_are_left_alone() {
        let line = [[1.2, 3.4], [7.7, 4.4]];
        assert_eq!(snap(&line, SnapMode::Auto, 1.0), [(1.2, 3.4), (7.7, 4.4)]);
    }
}
