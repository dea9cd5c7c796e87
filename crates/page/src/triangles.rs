//! Triangles with shades as the streams of free-form meshes (shading type 4), the same in PDF and PostScript.

use geometry::Rect;
use scene::Gouraud;

use crate::area::{grown, union};
use crate::number::number;

/// Where a corner is and its RGBA.
type Corner = ((f64, f64), [u8; 4]);

/// Triangles that are finite, in points.
#[derive(Clone, Debug)]
pub struct Triangles {
    corners: Vec<([(f64, f64); 3], [[u8; 4]; 3])>,
    /// What they cover.
    pub area: Rect,
}

impl Triangles {
    /// Those of an op; `None` if there are none.
    pub fn new(op: &Gouraud<'_>) -> Option<Self> {
        let byte = |v: f64| (v.clamp(0.0, 1.0) * 255.0).round_ties_even() as u8;
        let corners: Vec<_> = op
            .points
            .iter()
            .zip(op.colors.iter())
            .filter_map(|(points, colors)| {
                let corners = points.map(|[x, y]| op.affine.apply(x, y));
                let finite = corners.iter().all(|(x, y)| x.is_finite() && y.is_finite());
                finite.then(|| (corners, colors.map(|color| color.map(byte))))
            })
            .collect();
        let points = corners.iter().flat_map(|(corners, _)| corners.iter());
        let area = points.map(|&(x, y)| Rect { x1: x, y1: y, x2: x, y2: y }).reduce(union)?;
        Some(Self { corners, area: grown(area, 1e-3) })
    }

    /// The alpha, if it is the same everywhere.
    pub fn uniform_alpha(&self) -> Option<u8> {
        let mut alphas = self.corners.iter().flat_map(|(_, colors)| colors.iter().map(|color| color[3]));
        let first = alphas.next()?;
        alphas.all(|alpha| alpha == first).then_some(first)
    }

    /// The entries of the shading's dictionary but for the colour space: for one component or for three.
    pub fn entries(&self, gray: bool) -> String {
        let a = self.area;
        let decode = [a.x1, a.x2, a.y1, a.y2].map(|v| number(v, 6)).join(" ");
        let range = if gray { "0 1" } else { "0 1 0 1 0 1" };
        format!(
            "/ShadingType 4/BitsPerCoordinate {}/BitsPerComponent 8/BitsPerFlag 8/AntiAlias true/Decode[{decode} {range}]",
            8 * self.coordinate_bytes()
        )
    }

    /// Bytes of a coordinate: three are finer than a thousandth of a point on a page.
    fn coordinate_bytes(&self) -> usize {
        const LARGE: f64 = 8192.0;
        let a = self.area;
        if (a.x2 - a.x1).max(a.y2 - a.y1) < LARGE { 3 } else { 4 }
    }

    /// The shading's data, with what `components` makes of the RGBA of a corner. A triangle that has two corners of the
    /// one before is its third corner only.
    pub fn stream<B: AsRef<[u8]>>(&self, components: impl Fn(&[u8; 4]) -> B) -> Vec<u8> {
        let area = self.area;
        let bytes = self.coordinate_bytes();
        let most = if bytes == 3 { f64::from(0x00FF_FFFF) } else { f64::from(u32::MAX) };
        let place = |v: f64, low: f64, high: f64| ((v - low) / (high - low) * most) as u32;
        let mut out = Vec::with_capacity(self.corners.len() * (4 + 2 * bytes) * 3 / 2);
        let mut push = |flag: u8, ((x, y), color): Corner| {
            out.push(flag);
            out.extend_from_slice(&place(x, area.x1, area.x2).to_be_bytes()[4 - bytes..]);
            out.extend_from_slice(&place(y, area.y1, area.y2).to_be_bytes()[4 - bytes..]);
            out.extend_from_slice(components(&color).as_ref());
        };
        let mut before: Option<[Corner; 3]> = None;
        for (points, colors) in &self.corners {
            let corners: [Corner; 3] = std::array::from_fn(|i| (points[i], colors[i]));
            // The corner that neither of two is, if they are of this triangle.
            let third = |a: &Corner, b: &Corner| {
                let (i, j) = (corners.iter().position(|c| c == a)?, corners.iter().position(|c| c == b)?);
                (i != j).then(|| corners[3 - i - j])
            };
            let follows = before.and_then(|[a, b, c]| {
                third(&b, &c).map(|new| (1, [b, c, new])).or_else(|| third(&a, &c).map(|new| (2, [a, c, new])))
            });
            match follows {
                Some((flag, triangle)) => {
                    push(flag, triangle[2]);
                    before = Some(triangle);
                }
                None => {
                    for corner in corners {
                        push(0, corner);
                    }
                    before = Some(corners);
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_corners() {
        let corners = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)];
        let triangle =
            |i: usize| ([corners[i], corners[(i + 1) % 4], (2.0, 2.0)], [[i as u8; 4], [(i as u8 + 1) % 4; 4], [9; 4]]);
        let mut triangles =
            Triangles { corners: (0..4).map(triangle).collect(), area: Rect { x1: 0.0, y1: 0.0, x2: 4.0, y2: 4.0 } };
        let flags =
            |triangles: &Triangles| -> Vec<u8> { triangles.stream(|c| [c[0]]).chunks(8).map(|v| v[0]).collect() };
        assert_eq!(flags(&triangles), [0, 0, 0, 1, 1, 2]);
        // Another colour at the same place is another corner.
        triangles.corners[1].1[0] = [7; 4];
        assert_eq!(flags(&triangles), [0, 0, 0, 0, 0, 0, 1, 1]);
    }
}
