//! Quad meshes: a path of five vertices for every cell of a grid, as Agg draws them.
//!
//! Cells without a line are drawn without making paths of them: the grid's points are transformed once, and a cell whose
//! corners snap to a rectangle of whole pixels is just that.

use geometry::{Affine, EXACT_LIMIT_PX, OutlineSink, PathView, QuadSource, SnapMode, floor, is_slanted};
use scene::QuadMesh;

use crate::blend::{Rgba8, blend};
use crate::collection::{Attributes, cycle, is_near, item_affine, margin_px, reaches};
use crate::frame::Frame;
use crate::hatch::TileSize;
use crate::paint::{SolidPaint, Surface};
use crate::pixmap::Band;
use crate::shape::{OutlineClip, Scratch, draw_shape};
use crate::spans::Container;
use crate::window::Window;

/// How far beyond its rows a band looks for points, px: rounding moves them by half of one.
const MARGIN_PX: f64 = 2.0;

/// Draws a quad mesh onto the rows of `band`.
pub(crate) fn draw_quad_mesh(
    op: &QuadMesh<'_>,
    frame: Frame,
    clip: OutlineClip<'_>,
    tile_size: TileSize,
    band: &mut Band<'_>,
    scratch: &mut Scratch,
) {
    if op.columns * op.rows == 0 || (op.face_colors.is_empty() && op.edge_colors.is_empty()) {
        return;
    }
    let is_plain = op.style.hatch.is_none() && op.style.sketch.scale == 0.0;
    if is_plain && op.edge_colors.is_empty() && op.offsets.len() <= 1 {
        Faces { op, frame, clip, tile_size, affine: mesh_affine(op, 0, frame) }.draw(band, scratch);
        return;
    }
    let is_part = band.window() != frame.window();
    for index in 0..(op.columns * op.rows).max(op.offsets.len()) {
        draw_cell(op, index, frame, clip, tile_size, is_part, band, scratch);
    }
}

fn mesh_affine(op: &QuadMesh<'_>, index: usize, frame: Frame) -> Affine {
    item_affine(op.affine, cycle(&op.offsets, index), &op.offset_affine, frame)
}

/// Draws one cell through all stages.
fn draw_cell(
    op: &QuadMesh<'_>,
    index: usize,
    frame: Frame,
    clip: OutlineClip<'_>,
    tile_size: TileSize,
    is_part: bool,
    band: &mut Band<'_>,
    scratch: &mut Scratch,
) {
    let attributes = Attributes {
        style: &op.style,
        face_colors: &op.face_colors,
        edge_colors: &op.edge_colors,
        hatch_colors: &[],
        line_widths_px: &[],
        dashes: &[],
        antialiased: &[],
    };
    let stride = op.columns + 1;
    let (row, column) = ((index / op.columns) % op.rows, index % op.columns);
    let corner = |row: usize, column: usize| op.coordinates[row * stride + column];
    let corners = [corner(row, column), corner(row + 1, column), corner(row + 1, column + 1), corner(row, column + 1)];
    let affine = mesh_affine(op, index, frame);
    let width_px = attributes.width_px(index);
    let path = PathView { vertices: &corners, codes: None };
    if is_part && !reaches(path, &affine, margin_px(width_px, &op.style), &band.window()) {
        return;
    }
    let mut pipeline = attributes.pipeline(QuadSource::new(corners, affine), false, 5, width_px, frame);
    let hatch = attributes.hatch(index);
    let shape = attributes.shape(index, hatch.as_ref());
    draw_shape(&mut pipeline, &shape, clip, tile_size, band, scratch);
}

/// A point of the grid, px.
#[derive(Clone, Copy, Debug)]
struct GridPoint {
    x: f64,
    y: f64,
    /// Rounded, as snapping does it for what has no line.
    whole: (i32, i32),
}

/// A mesh without lines and hatches.
struct Faces<'a, 'o> {
    op: &'a QuadMesh<'o>,
    frame: Frame,
    clip: OutlineClip<'a>,
    tile_size: TileSize,
    affine: Affine,
}

impl Faces<'_, '_> {
    fn draw(&self, band: &mut Band<'_>, scratch: &mut Scratch) {
        let window = self.clip.window.intersect(&band.window());
        if window.is_empty() {
            return;
        }
        let (mut upper, mut lower) = (Vec::new(), Vec::new());
        let mut own = self.grid_row(0, &mut lower);
        for row in 0..self.op.rows {
            std::mem::swap(&mut upper, &mut lower);
            let above = std::mem::replace(&mut own, self.grid_row(row + 1, &mut lower));
            if !is_near((above.0.min(own.0), above.1.max(own.1)), MARGIN_PX, &window) {
                continue;
            }
            for column in 0..self.op.columns {
                let corners = [upper[column], lower[column], lower[column + 1], upper[column + 1]];
                self.cell(row * self.op.columns + column, corners, window, band, scratch);
            }
        }
    }

    /// Takes in a row of the grid: the pixel rows that its points reach, which are none if no point is finite.
    fn grid_row(&self, row: usize, points: &mut Vec<GridPoint>) -> (f64, f64) {
        let stride = self.op.columns + 1;
        let (mut low, mut high, mut farthest) = (f64::INFINITY, f64::NEG_INFINITY, 0.0_f64);
        points.clear();
        points.extend(self.op.coordinates[row * stride..][..stride].iter().map(|&[x, y]| {
            let (x, y) = self.affine.apply(x, y);
            (low, high) = (low.min(y), high.max(y)); // NaN is ignored by min and max.
            farthest = farthest.max(x.abs());
            GridPoint { x, y, whole: (floor(x + 0.5) as i32, floor(y + 0.5) as i32) }
        }));
        // Rounding may lead anywhere from far away.
        if farthest > EXACT_LIMIT_PX { (f64::NEG_INFINITY, f64::INFINITY) } else { (low, high) }
    }

    #[inline]
    fn cell(&self, index: usize, corners: [GridPoint; 4], window: Window, band: &mut Band<'_>, scratch: &mut Scratch) {
        let [a, b, c, d] = corners;
        let is_upright = a.x == b.x && b.y == c.y && c.x == d.x && d.y == a.y;
        // Equal coordinates may still be infinite.
        let snaps = match self.op.style.snap {
            SnapMode::Never => false,
            SnapMode::Always => true,
            SnapMode::Auto => {
                is_upright || ![(a, b), (b, c), (c, d), (d, a)].iter().any(|(p, q)| is_slanted((p.x, p.y), (q.x, q.y)))
            }
        };
        if !corners.iter().all(|p| p.x.is_finite() && p.y.is_finite()) {
            let is_part = band.window() != self.frame.window();
            draw_cell(self.op, index, self.frame, self.clip, self.tile_size, is_part, band, scratch);
            return;
        }
        if snaps && self.clip.mask.is_none() {
            let [a, b, c, d] = corners.map(|p| p.whole);
            let is_rectangle = (a.0 == b.0 && b.1 == c.1 && c.0 == d.0 && d.1 == a.1)
                || (a.1 == b.1 && b.0 == c.0 && c.1 == d.1 && d.0 == a.0);
            if is_rectangle {
                let pixels = Window { x0: a.0.min(c.0), x1: a.0.max(c.0), y0: a.1.min(c.1), y1: a.1.max(c.1) };
                let pixels = pixels.intersect(&window);
                if !pixels.is_empty() {
                    fill_rectangle(&pixels, self.color(index), band);
                }
                return;
            }
        }
        let rasterizer = &mut scratch.rasterizer;
        rasterizer.reset(Some(self.clip.rect), window);
        let at = |p: GridPoint| if snaps { (floor(p.x + 0.5), floor(p.y + 0.5)) } else { (p.x, p.y) };
        let (x, y) = at(a);
        rasterizer.move_to(x, y);
        for corner in [b, c, d, a] {
            let (x, y) = at(corner);
            rasterizer.line_to(x, y);
        }
        let container = if self.clip.mask.is_some() { Container::Unpacked } else { Container::Packed };
        let surface = Surface { band, window, mask: self.clip.mask };
        let antialiased = self.op.style.antialiased;
        rasterizer.sweep(container, &mut SolidPaint { surface, color: self.color(index), antialiased });
    }

    fn color(&self, index: usize) -> Rgba8 {
        cycle(&self.op.face_colors, index).map_or(Rgba8::default(), |face| Rgba8::from(scene::Color::from(face)))
    }
}

/// Blends a colour over whole pixels, all of them in the band.
fn fill_rectangle(pixels: &Window, color: Rgba8, band: &mut Band<'_>) {
    for y in pixels.y0..pixels.y1 {
        for pixel in band.row(y, pixels.x0, pixels.width()) {
            blend(pixel, color);
        }
    }
}
