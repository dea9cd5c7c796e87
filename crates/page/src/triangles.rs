//! Triangles with shades as the streams of free-form meshes (shading type 4), the same in PDF and PostScript.

use geometry::Rect;
use scene::Gouraud;

use crate::area::{grown, union};
use crate::number::number;

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
            "/ShadingType 4/BitsPerCoordinate 32/BitsPerComponent 8/BitsPerFlag 8/AntiAlias true/Decode[{decode} {range}]"
        )
    }

    /// The shading's data, with what `components` makes of the RGBA of a corner.
    pub fn stream(&self, components: impl Fn(&[u8; 4]) -> Vec<u8>) -> Vec<u8> {
        const FLAG: u8 = 0;
        let area = self.area;
        let place = |v: f64, low: f64, high: f64| ((v - low) / (high - low) * f64::from(u32::MAX)) as u32;
        let mut out = Vec::new();
        for (corners, colors) in &self.corners {
            for (&(x, y), color) in corners.iter().zip(colors) {
                out.push(FLAG);
                out.extend_from_slice(&place(x, area.x1, area.x2).to_be_bytes());
                out.extend_from_slice(&place(y, area.y1, area.y2).to_be_bytes());
                out.extend_from_slice(&components(color));
            }
        }
        out
    }
}
