//! The outline of one glyph.

use std::fmt;

use crate::SUBPIXELS_PER_PX;

/// Largest magnitude of an outline coordinate (26.6): 2¹⁶ px. FreeType draws nothing larger, and it bounds the time that a
/// hostile font can cost.
const COORDINATE_LIMIT: f64 = (1 << 22) as f64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Move,
    Line,
    Conic,
    Cubic,
}

impl Verb {
    const fn point_count(self) -> usize {
        match self {
            Self::Move | Self::Line => 1,
            Self::Conic => 2,
            Self::Cubic => 3,
        }
    }
}

/// One step along an outline; points are `[x, y]` in 26.6 fixed point, y up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Start a contour here. The one before ends where it began, its last segment has seen to that.
    Move([i32; 2]),
    /// Straight to the point.
    Line([i32; 2]),
    /// Quadratic Bézier curve: control point, end point.
    Conic([i32; 2], [i32; 2]),
    /// Cubic Bézier curve: two control points, end point.
    Cubic([i32; 2], [i32; 2], [i32; 2]),
}

/// The control box of an outline (26.6, y up, both ends inclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Smallest x of all points, control points included.
    pub x_min: i32,
    /// Smallest y.
    pub y_min: i32,
    /// Largest x.
    pub x_max: i32,
    /// Largest y.
    pub y_max: i32,
}

/// A scaled, hinted and transformed glyph outline, relative to the glyph's origin.
///
/// All contours are closed and filled by the non-zero rule; their direction matters for rounding and is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    verbs: Box<[Verb]>,
    points: Box<[[i32; 2]]>,
    bounds: Option<Bounds>,
}

impl Outline {
    /// Make an outline from path data.
    ///
    /// `vertices` are pixels with y up, exact multiples of 1/64; `codes` has one entry for each vertex: 1 move, 2 line,
    /// 3 conic (twice: control, end), 4 cubic (three times), 79 close (its vertex is ignored, and so is the code: the
    /// last segment of a contour must lead back to its start). `shift_px` is taken off every coordinate.
    ///
    /// The shift serves FreeType: it rounds the implied points of TrueType outlines (middles of two control points)
    /// towards zero. When it sees the glyph far up and to the right, that is always down, and remains so for every later
    /// place of the glyph, since rounding down commutes with whole steps.
    pub fn from_path(vertices: &[[f64; 2]], codes: &[u8], shift_px: i32) -> Result<Self, OutlineError> {
        if vertices.len() != codes.len() {
            return Err(OutlineError::Length { vertices: vertices.len(), codes: codes.len() });
        }
        let shift = f64::from(shift_px) * f64::from(SUBPIXELS_PER_PX);
        let mut verbs = Vec::with_capacity(codes.len());
        let mut points = Vec::with_capacity(codes.len());
        let mut rest = codes;
        while let Some(&code) = rest.first() {
            let verb = match code {
                1 => Verb::Move,
                2 => Verb::Line,
                3 => Verb::Conic,
                4 => Verb::Cubic,
                79 => {
                    rest = &rest[1..];
                    continue;
                }
                _ => return Err(OutlineError::Code(code)),
            };
            if verbs.is_empty() && verb != Verb::Move {
                return Err(OutlineError::NoStart);
            }
            let count = verb.point_count();
            if rest.len() < count || rest[..count].iter().any(|&c| c != code) {
                return Err(OutlineError::Truncated(code));
            }
            let start = codes.len() - rest.len();
            for vertex in &vertices[start..start + count] {
                points.push([fixed_point(vertex[0], shift)?, fixed_point(vertex[1], shift)?]);
            }
            verbs.push(verb);
            rest = &rest[count..];
        }
        let bounds = Bounds::of(&points);
        Ok(Self { verbs: verbs.into(), points: points.into(), bounds })
    }

    /// Whether there is nothing at all, as for a space.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The control box; `None` for an outline without points.
    pub fn bounds(&self) -> Option<Bounds> {
        self.bounds
    }

    /// The segments in order.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        let mut rest = &self.points[..];
        self.verbs.iter().map(move |verb| {
            let (points, after) = rest.split_at(verb.point_count());
            rest = after;
            match verb {
                Verb::Move => Segment::Move(points[0]),
                Verb::Line => Segment::Line(points[0]),
                Verb::Conic => Segment::Conic(points[0], points[1]),
                Verb::Cubic => Segment::Cubic(points[0], points[1], points[2]),
            }
        })
    }
}

impl Bounds {
    fn of(points: &[[i32; 2]]) -> Option<Self> {
        let (&[x, y], rest) = points.split_first()?;
        Some(rest.iter().fold(Self { x_min: x, y_min: y, x_max: x, y_max: y }, |b, &[x, y]| Self {
            x_min: b.x_min.min(x),
            y_min: b.y_min.min(y),
            x_max: b.x_max.max(x),
            y_max: b.y_max.max(y),
        }))
    }
}

/// A coordinate in pixels as 26.6 fixed point, less `shift` (26.6).
fn fixed_point(px: f64, shift: f64) -> Result<i32, OutlineError> {
    let value = px * f64::from(SUBPIXELS_PER_PX) - shift;
    if value.abs() > COORDINATE_LIMIT || value.is_nan() {
        return Err(OutlineError::Coordinate(px));
    }
    if value.fract() != 0.0 {
        return Err(OutlineError::Fraction(px));
    }
    Ok(value as i32)
}

/// Why path data is no glyph outline.
#[derive(Clone, Debug, PartialEq)]
pub enum OutlineError {
    /// There must be as many codes as vertices.
    Length {
        /// Number of vertices given.
        vertices: usize,
        /// Number of codes given.
        codes: usize,
    },
    /// A code that is none of 1, 2, 3, 4, 79.
    Code(u8),
    /// The first segment is not a move.
    NoStart,
    /// A curve of this code lacks points.
    Truncated(u8),
    /// A coordinate (px) that is not a number or farther out than 2¹⁶ px.
    Coordinate(f64),
    /// A coordinate (px) that is no multiple of 1/64.
    Fraction(f64),
}

impl fmt::Display for OutlineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { vertices, codes } => {
                write!(f, "a glyph outline needs one code for each vertex, not {codes} codes for {vertices} vertices")
            }
            Self::Code(code) => write!(f, "{code} is not a path code of a glyph outline (1, 2, 3, 4, 79)"),
            Self::NoStart => write!(f, "a glyph outline must start with a move (code 1)"),
            Self::Truncated(code) => {
                write!(f, "a curve (code {code}) of the glyph outline lacks points")
            }
            Self::Coordinate(px) => write!(f, "glyph outline coordinate {px} px is out of range"),
            Self::Fraction(px) => write!(f, "glyph outline coordinate {px} px is not a multiple of 1/64"),
        }
    }
}

impl std::error::Error for OutlineError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_codes_become_segments_and_the_shift_is_taken_off() {
        let vertices = [[5.0, 5.0], [6.0, 5.5], [7.0, 5.0], [7.0, 7.0], [6.0, 8.0], [4.0, 4.0], [5.0, 5.0], [0.0, 0.0]];
        let outline = Outline::from_path(&vertices, &[1, 3, 3, 4, 4, 4, 2, 79], 5).unwrap();
        let segments: Vec<_> = outline.segments().collect();
        assert_eq!(
            segments,
            [
                Segment::Move([0, 0]),
                Segment::Conic([64, 32], [128, 0]),
                Segment::Cubic([128, 128], [64, 192], [-64, -64]),
                Segment::Line([0, 0]),
            ]
        );
        assert_eq!(outline.bounds(), Some(Bounds { x_min: -64, y_min: -64, x_max: 128, y_max: 192 }));
    }

    #[test]
    fn no_vertices_is_an_empty_outline() {
        let outline = Outline::from_path(&[], &[], 1 << 14).unwrap();
        assert!(outline.is_empty());
        assert_eq!(outline.bounds(), None);
    }

    #[test]
    fn bad_data_is_refused() {
        let refuse = |vertices: &[[f64; 2]], codes: &[u8]| Outline::from_path(vertices, codes, 0).unwrap_err();
        let o = [0.0, 0.0];
        assert_eq!(refuse(&[o], &[1, 2]), OutlineError::Length { vertices: 1, codes: 2 });
        assert_eq!(refuse(&[o, o], &[1, 5]), OutlineError::Code(5));
        assert_eq!(refuse(&[o], &[2]), OutlineError::NoStart);
        assert_eq!(refuse(&[o, o], &[1, 3]), OutlineError::Truncated(3));
        assert_eq!(refuse(&[o, o, o, o], &[1, 4, 4, 2]), OutlineError::Truncated(4));
        assert_eq!(refuse(&[[0.01, 0.0]], &[1]), OutlineError::Fraction(0.01));
        assert_eq!(refuse(&[[0.0, 7e4]], &[1]), OutlineError::Coordinate(7e4));
        assert!(matches!(refuse(&[[f64::NAN, 0.0]], &[1]), OutlineError::Coordinate(_)));
    }
}
