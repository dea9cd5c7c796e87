//! Triangles with colours interpolated between their corners.
//!
//! Agrees with Agg's `span_gouraud_rgba`: the triangle is grown by half a pixel, colours run along its edges in doubles
//! and along rows in fixed point with 14 fraction bits.

use geometry::{EXACT_LIMIT_PX, OutlineSink, round_half_away};
use scene::{Color, Gouraud};

use crate::blend::Rgba8;
use crate::frame::Frame;
use crate::paint::{ColorPaint, ColorSource, Surface};
use crate::pixmap::Band;
use crate::shape::{OutlineClip, Scratch};
use crate::spans::Container;

type Point = (f64, f64);

/// By how much a triangle is grown, px.
const DILATION_PX: f64 = 0.5;
/// Areas and denominators below this are degenerate.
const DEGENERATE: f64 = 1e-30;
/// Subpixel bits of x on a row.
const X_SHIFT: u32 = 4;
/// Fraction bits of colours on a row.
const COLOR_SHIFT: u32 = 14;

/// Draws all triangles onto the rows of `band`.
pub(crate) fn draw_gouraud(
    op: &Gouraud<'_>,
    frame: Frame,
    clip: OutlineClip<'_>,
    band: &mut Band<'_>,
    scratch: &mut Scratch,
) {
    let window = clip.window.intersect(&band.window());
    if window.is_empty() {
        return;
    }
    let affine = op.affine.then_flip(frame.height_px());
    let container = if clip.mask.is_some() { Container::Unpacked } else { Container::Packed };
    for (points, colors) in op.points.iter().zip(op.colors.iter()) {
        let corners = points.map(|[x, y]| affine.apply(x, y));
        if corners.iter().any(|(x, y)| x.is_nan() || y.is_nan()) {
            continue;
        }
        let (low, high) = corners.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), c| (l.min(c.1), h.max(c.1)));
        // A corner is beveled, so growing reaches no further than the dilation, as long as numbers are fine enough.
        let is_exact = corners.iter().all(|c| c.0.abs() <= EXACT_LIMIT_PX && c.1.abs() <= EXACT_LIMIT_PX);
        if is_exact && (low - 2.0 > f64::from(window.y1) || high + 2.0 < f64::from(window.y0)) {
            continue;
        }
        let triangle = Triangle::new(corners, colors.map(|c| Rgba8::from(Color::from(c))));
        scratch.rasterizer.reset(Some(clip.rect), window);
        let [first, rest @ ..] = triangle.outline;
        scratch.rasterizer.move_to(first.0, first.1);
        for (x, y) in rest {
            scratch.rasterizer.line_to(x, y);
        }
        let surface = Surface { band, window, mask: clip.mask };
        let mut paint = ColorPaint { surface, source: triangle.shading(), colors: std::mem::take(&mut scratch.colors) };
        scratch.rasterizer.sweep(container, &mut paint);
        scratch.colors = paint.colors;
    }
}

fn cross_product((x1, y1): Point, (x2, y2): Point, (x, y): Point) -> f64 {
    (x - x2) * (y2 - y1) - (y - y2) * (x2 - x1)
}

fn meet((ax, ay): Point, (bx, by): Point, (cx, cy): Point, (dx, dy): Point) -> Option<Point> {
    let numerator = (ay - cy) * (dx - cx) - (ax - cx) * (dy - cy);
    let denominator = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
    if denominator.abs() < DEGENERATE {
        return None;
    }
    let u = numerator / denominator;
    Some((ax + u * (bx - ax), ay + u * (by - ay)))
}

/// A corner with its colour.
#[derive(Clone, Copy, Debug)]
struct Corner {
    at: Point,
    color: Rgba8,
}

/// A grown triangle.
struct Triangle {
    /// Its outline, each corner beveled.
    outline: [Point; 6],
    /// Its corners, mitered: where the colours are.
    corners: [Corner; 3],
}

impl Triangle {
    fn new(at: [Point; 3], colors: [Rgba8; 3]) -> Self {
        let [p1, p2, p3] = at;
        let area = cross_product(p1, p2, p3);
        let mut normals = [(0.0, 0.0); 3];
        if area.abs() > DEGENERATE {
            let d = if area > 0.0 { -DILATION_PX } else { DILATION_PX };
            let normal = |(x1, y1): Point, (x2, y2): Point| {
                let (dx, dy) = (x2 - x1, y2 - y1);
                let length = (dx * dx + dy * dy).sqrt();
                (d * dy / length, -d * dx / length)
            };
            normals = [normal(p1, p2), normal(p2, p3), normal(p3, p1)];
        }
        let moved = |p: Point, n: Point| (p.0 + n.0, p.1 + n.1);
        let [n1, n2, n3] = normals;
        let outline = [moved(p1, n1), moved(p2, n1), moved(p2, n2), moved(p3, n2), moved(p3, n3), moved(p1, n3)];
        let [a, b, c, d, e, f] = outline;
        let mitered = [meet(e, f, a, b), meet(a, b, c, d), meet(c, d, e, f)];
        let corner = |i: usize| Corner { at: mitered[i].unwrap_or(at[i]), color: colors[i] };
        Self { outline, corners: [corner(0), corner(1), corner(2)] }
    }

    fn shading(&self) -> Shading {
        let mut c = self.corners;
        if self.corners[0].at.1 > self.corners[2].at.1 {
            c.swap(0, 2);
        }
        if c[0].at.1 > c[1].at.1 {
            c.swap(0, 1);
        }
        if c[1].at.1 > c[2].at.1 {
            c.swap(1, 2);
        }
        Shading {
            middle_row: c[1].at.1 as i32,
            swapped: cross_product(c[0].at, c[2].at, c[1].at) < 0.0,
            long: Edge::new(c[0], c[2]),
            upper: Edge::new(c[0], c[1]),
            lower: Edge::new(c[1], c[2]),
        }
    }
}

/// Position and colour along one edge.
#[derive(Clone, Copy, Debug)]
struct Edge {
    x1: f64,
    y1: f64,
    dx: f64,
    inverse_dy: f64,
    from: [i32; 4],
    delta: [i32; 4],
}

/// Where an edge crosses a row.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    /// In 1/16 px.
    x: i32,
    color: [i32; 4],
}

impl Edge {
    fn new(from: Corner, to: Corner) -> Self {
        let dy = to.at.1 - from.at.1;
        let channels = |c: Rgba8| [c.r, c.g, c.b, c.a].map(i32::from);
        let (a, b) = (channels(from.color), channels(to.color));
        Self {
            x1: from.at.0 - 0.5,
            y1: from.at.1 - 0.5,
            dx: to.at.0 - from.at.0,
            inverse_dy: if dy < 1e-5 { 1e5 } else { 1.0 / dy },
            from: a,
            delta: [b[0] - a[0], b[1] - a[1], b[2] - a[2], b[3] - a[3]],
        }
    }

    fn at(&self, y: f64) -> Crossing {
        let k = ((y - self.y1) * self.inverse_dy).clamp(0.0, 1.0);
        let mut color = [0; 4];
        for (i, channel) in color.iter_mut().enumerate() {
            *channel = self.from[i] + round_half_away(f64::from(self.delta[i]) * k);
        }
        Crossing { x: round_half_away((self.x1 + self.dx * k) * f64::from(1 << X_SHIFT)), color }
    }
}

/// Colours inside a triangle.
struct Shading {
    middle_row: i32,
    swapped: bool,
    long: Edge,
    upper: Edge,
    lower: Edge,
}

/// A channel along a row.
#[derive(Clone, Copy)]
struct Ramp {
    start: i32,
    step: i32,
    moved: i32,
}

impl Ramp {
    fn new(from: i32, to: i32, length: i32, back: i32) -> Self {
        let step = ((to - from) << COLOR_SHIFT) / length;
        Self { start: from, step, moved: step.wrapping_mul(back).wrapping_neg() }
    }

    fn value(&self) -> i32 {
        self.start.wrapping_add(self.moved >> COLOR_SHIFT)
    }
}

impl ColorSource for Shading {
    fn generate(&mut self, y: i32, x: i32, colors: &mut [Rgba8]) {
        let row = f64::from(y);
        let mut left = self.long.at(row);
        // The short edge is looked up a step beyond the row, on the far side.
        let mut right = if y <= self.middle_row {
            self.upper.at(row + self.upper.inverse_dy)
        } else {
            self.lower.at(row - self.lower.inverse_dy)
        };
        if self.swapped {
            std::mem::swap(&mut left, &mut right);
        }
        let length = right.x.wrapping_sub(left.x).wrapping_abs().max(1);
        let mut before = left.x.wrapping_sub(x << X_SHIFT);
        let mut rest = length.wrapping_add(before);
        let mut ramps = [0, 1, 2, 3].map(|i| Ramp::new(left.color[i], right.color[i], length, before));
        for color in colors {
            let values = ramps.map(|ramp| ramp.value());
            // Only within the ends can no channel overflow; there Agg does not clamp, it truncates to a byte.
            let inside = before <= 0 && rest > 0;
            let [r, g, b, a] = values.map(|v| if inside { v as u8 } else { v.clamp(0, 255) as u8 });
            *color = Rgba8 { r, g, b, a };
            for ramp in &mut ramps {
                ramp.moved = ramp.moved.wrapping_add(ramp.step.wrapping_mul(1 << X_SHIFT));
            }
            rest = rest.wrapping_sub(1 << X_SHIFT);
            before = before.wrapping_sub(1 << X_SHIFT);
        }
    }
}
