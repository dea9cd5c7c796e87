//! Parts of documents as pixels: ops moved from the page to a canvas, text as outlines, pictures under their affine.

use std::borrow::Cow;
use std::sync::Arc;

use geometry::{Affine, Rect, SketchParams, SnapMode, canvas_bounds};
use scene::{
    Clip, ClipPath, Collection, Color, Dashes, Gouraud, Hatch, Image, Markers, Op, Path, PathSet, Picture, Pixels,
    Player, QuadMesh, Stroke, Style, StyledPath, Text,
};

use crate::player::RasterPlayer;

/// Units of a page in an inch.
const UNITS_PER_INCH: f64 = 72.0;

/// Hatches repeat at this distance from the page's upper left corner, units.
const HATCH_TILE: f64 = 72.0;

/// Samples that a pixel takes of a picture at most, a side.
const MOST_SAMPLES: usize = 3;

/// Draws what of `ops` falls into `area` of a page of this width and height, on transparent ground, with `resolution` px to a
/// unit. Nothing snaps to pixels. Big ops are drawn in as many `bands`, on the threads at hand.
///
/// `None` if memory is lacking.
pub fn rasterize_ops<'a>(
    ops: impl Iterator<Item = &'a Op<'a>> + Clone,
    page: (f64, f64),
    area: Rect,
    resolution: f64,
    bands: usize,
) -> Option<Pixels> {
    const LONGEST: f64 = 32768.0;
    let side = |length: f64| (length * resolution).round().clamp(1.0, LONGEST) as usize;
    let (width, height) = (side(area.x2 - area.x1), side(area.y2 - area.y1));
    // Tiles of hatches start at the upper left corner of the canvas.
    let (mut left, mut above) = (0, 0);
    if ops.clone().any(has_hatch) {
        let phase = |length: f64| (length.rem_euclid(HATCH_TILE) * resolution).round() as usize;
        (left, above) = (phase(area.x1), phase(page.1 - area.y2));
    }
    let to_canvas = Affine::translation(-area.x1, -area.y1)
        .then(&Affine::scaling(resolution, resolution))
        .then(&Affine::translation(left as f64, 0.0));
    let (bounds, to_rows) = (canvas_bounds(page), to_canvas.then_flip((height + above) as f64));
    let ((x1, y2), (x2, y1)) = (to_rows.apply(bounds.x1, bounds.y1), to_rows.apply(bounds.x2, bounds.y2));
    let mut player = RasterPlayer::new(width + left, height + above, UNITS_PER_INCH * resolution).ok()?.of_part(Rect {
        x1,
        y1,
        x2,
        y2,
    });
    let canvas = Canvas { to: to_canvas, unit: resolution };
    for op in ops {
        match op {
            Op::Text(text) => {
                for op in canvas.text(text, (width + left) as f64, (height + above) as f64) {
                    player.play(&op).ok()?;
                }
            }
            Op::Picture(picture) => {
                if let Some(op) = canvas.picture(picture, width + left, height + above) {
                    player.play(&op).ok()?;
                }
            }
            _ => {
                if let Some(op) = canvas.place(op) {
                    let bands = if player.is_worth_bands(&op) { bands } else { 1 };
                    if let Op::Collection(collection) = &op
                        && player.play_stamped(collection, bands).ok()?
                    {
                        continue;
                    }
                    player.play_in_bands(&op, bands).ok()?;
                }
            }
        }
    }
    let mut data = Vec::new();
    data.try_reserve_exact(width * height).ok()?;
    for row in player.pixmap().pixels().chunks(width + left).skip(above).rev() {
        data.extend_from_slice(&row[left..]);
    }
    Some(Pixels { width, height, data })
}

fn has_hatch(op: &Op<'_>) -> bool {
    let style = match op {
        Op::Path(op) => &op.style,
        Op::Collection(op) => &op.style,
        _ => return false,
    };
    style.hatch.is_some()
}

/// From the page to pixels.
struct Canvas {
    to: Affine,
    unit: f64,
}

impl Canvas {
    fn turn(&self) -> Affine {
        Affine::scaling(self.unit, self.unit)
    }

    fn clip(&self, clip: &Clip) -> Clip {
        Clip {
            rect: clip.rect.map(|r| {
                if [r.x1, r.y1, r.x2, r.y2] == [0.0; 4] {
                    return r;
                }
                let ((x1, y1), (x2, y2)) = (self.to.apply(r.x1, r.y1), self.to.apply(r.x2, r.y2));
                Rect { x1, y1, x2, y2 }
            }),
            path: clip.path.as_ref().map(|path| ClipPath { affine: path.affine.then(&self.to), ..path.clone() }),
        }
    }

    fn dashes(&self, dashes: &Dashes) -> Arc<Dashes> {
        let pairs_px = dashes.pairs_px.iter().map(|(a, b)| (a * self.unit, b * self.unit)).collect();
        Arc::new(Dashes { pairs_px, offset_px: dashes.offset_px * self.unit })
    }

    fn style(&self, style: &Style) -> Style {
        let stroke = &style.stroke;
        let sketch = style.sketch;
        Style {
            clip: self.clip(&style.clip),
            snap: SnapMode::Never,
            antialiased: true,
            stroke: Stroke {
                width_px: stroke.width_px * self.unit,
                dashes: stroke.dashes.as_ref().map(|dashes| self.dashes(dashes)),
                ..stroke.clone()
            },
            hatch: style.hatch.clone().map(|hatch| Hatch { width_px: hatch.width_px * self.unit, ..hatch }),
            sketch: SketchParams { scale: sketch.scale * self.unit, length: sketch.length * self.unit, ..sketch },
        }
    }

    /// The style of what has no line.
    fn unstroked(&self, clip: &Clip, color: Color) -> Style {
        Style {
            clip: self.clip(clip),
            snap: SnapMode::Never,
            stroke: Stroke { color, ..Stroke::default() },
            ..Style::default()
        }
    }

    /// The same op on the canvas; `None` for those that draw nothing there.
    fn place<'a>(&self, op: &'a Op<'_>) -> Option<Op<'a>> {
        fn borrowed<'a>(path: &'a Path<'_>) -> Path<'a> {
            Path {
                vertices: Cow::Borrowed(&path.vertices),
                codes: path.codes.as_deref().map(Cow::Borrowed),
                simplify_px: path.simplify_px,
            }
        }
        Some(match op {
            Op::Path(op) => Op::Path(StyledPath {
                style: self.style(&op.style),
                path: borrowed(&op.path),
                affine: op.affine.then(&self.to),
                face: op.face,
            }),
            Op::Markers(op) => Op::Markers(Markers {
                style: self.style(&op.style),
                marker: borrowed(&op.marker),
                marker_affine: op.marker_affine.then(&self.turn()),
                path: borrowed(&op.path),
                affine: op.affine.then(&self.to),
                face: op.face,
            }),
            Op::Collection(op) => Op::Collection(Collection {
                style: self.style(&op.style),
                affine: op.affine.then(&self.to),
                paths: PathSet::borrowed((0..op.paths.len()).map(|path| op.paths.get(path)).collect()),
                transforms: Cow::Borrowed(&op.transforms),
                offsets: Cow::Borrowed(&op.offsets),
                // Offsets are added to what is on the canvas already.
                offset_affine: op.offset_affine.then(&self.turn()),
                face_colors: Cow::Borrowed(&op.face_colors),
                edge_colors: Cow::Borrowed(&op.edge_colors),
                line_widths_px: op.line_widths_px.iter().map(|width| width * self.unit).collect(),
                dashes: op.dashes.iter().map(|dashes| dashes.as_ref().map(|dashes| self.dashes(dashes))).collect(),
                antialiased: vec![true],
                hatch_colors: Cow::Borrowed(&op.hatch_colors),
            }),
            Op::QuadMesh(op) => Op::QuadMesh(QuadMesh {
                style: Style { antialiased: op.style.antialiased, ..self.style(&op.style) },
                affine: op.affine.then(&self.to),
                columns: op.columns,
                rows: op.rows,
                coordinates: Cow::Borrowed(&op.coordinates),
                offsets: Cow::Borrowed(&op.offsets),
                offset_affine: op.offset_affine.then(&self.turn()),
                face_colors: Cow::Borrowed(&op.face_colors),
                edge_colors: Cow::Borrowed(&op.edge_colors),
            }),
            Op::Gouraud(op) => Op::Gouraud(Gouraud {
                style: self.style(&op.style),
                affine: op.affine.then(&self.to),
                points: Cow::Borrowed(&op.points),
                colors: Cow::Borrowed(&op.colors),
            }),
            _ => return None,
        })
    }

    /// The outlines of a line of text that may reach a canvas of this size.
    fn text(&self, op: &Text, width: f64, height: f64) -> Vec<Op<'static>> {
        if op.color.a <= 0.0 || !(op.x.is_finite() && op.y.is_finite()) {
            return Vec::new();
        }
        let style = self.unstroked(&op.clip, op.color);
        let on_canvas = op.turn().then(&self.to);
        let fill = |vertices: Vec<[f64; 2]>, codes: Option<Vec<u8>>, affine: Affine| {
            Op::Path(StyledPath {
                style: style.clone(),
                path: Path { vertices: vertices.into(), codes: codes.map(Cow::Owned), simplify_px: None },
                affine,
                face: Some(op.color),
            })
        };
        let mut ops = Vec::new();
        for run in &op.layout.runs {
            for glyph in &run.glyphs {
                if let Some(path) = run.face.path(glyph.id) {
                    let affine = run.glyph_affine(glyph, op.scale).then(&on_canvas);
                    let points = || path.vertices.iter().map(|&[x, y]| affine.apply(x, y));
                    if points().all(|(x, _)| x < 0.0)
                        || points().all(|(x, _)| x > width)
                        || points().all(|(_, y)| y < 0.0)
                        || points().all(|(_, y)| y > height)
                    {
                        continue;
                    }
                    ops.push(fill(path.vertices.clone(), Some(path.codes.clone()), affine));
                }
            }
        }
        for b in &op.layout.boxes {
            let corners = [(b.x, b.y), (b.x + b.width, b.y), (b.x + b.width, b.y + b.height), (b.x, b.y + b.height)];
            let vertices = corners.map(|(x, y)| [x * op.scale, y * op.scale]).to_vec();
            ops.push(fill(vertices, None, on_canvas));
        }
        ops
    }

    /// A picture as pixels of the canvas: the mean of a few samples for each.
    fn picture(&self, op: &Picture<'_>, width: usize, height: usize) -> Option<Op<'static>> {
        let to_px = op.affine.then(&self.to);
        if op.width == 0 || op.height == 0 || to_px.sx * to_px.sy == to_px.shx * to_px.shy {
            return None;
        }
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| to_px.apply(x, y));
        let range = |values: [f64; 4], limit: usize| {
            let low = values.iter().copied().fold(f64::MAX, f64::min).floor().clamp(0.0, limit as f64);
            let high = values.iter().copied().fold(f64::MIN, f64::max).ceil().clamp(0.0, limit as f64);
            (low as usize, high as usize)
        };
        let (x1, x2) = range(corners.map(|c| c.0), width);
        let (y1, y2) = range(corners.map(|c| c.1), height);
        if x1 >= x2 || y1 >= y2 {
            return None;
        }
        let back = to_px.inverted();
        // As many samples as the picture has pixels there.
        let columns = op.width as f64 * back.sx.hypot(back.shx);
        let rows = op.height as f64 * back.sy.hypot(back.shy);
        let side = (columns.max(rows).ceil() as usize).clamp(1, MOST_SAMPLES);
        let mut pixels = Vec::new();
        pixels.try_reserve((x2 - x1) * (y2 - y1)).ok()?;
        let place = |v: f64, count: usize| {
            let place = (v * count as f64).floor();
            (place >= 0.0 && place < count as f64).then_some(place as usize)
        };
        for y in y1..y2 {
            for x in x1..x2 {
                let mut sum = [0u32; 4];
                for i in 0..side * side {
                    let inside = |i: usize| (i as f64 + 0.5) / side as f64;
                    let (u, v) = back.apply(x as f64 + inside(i % side), y as f64 + inside(i / side));
                    let (Some(column), Some(row)) = (place(u, op.width), place(v, op.height)) else { continue };
                    let [r, g, b, a] = op.pixels[row * op.width + column].map(u32::from);
                    for (sum, value) in sum.iter_mut().zip([r * a, g * a, b * a, a]) {
                        *sum += value;
                    }
                }
                let a = sum[3].max(1);
                let alpha = f64::from(sum[3]) * op.alpha.clamp(0.0, 1.0) / (side * side) as f64;
                let color = |v: u32| ((v + a / 2) / a) as u8;
                pixels.push([color(sum[0]), color(sum[1]), color(sum[2]), alpha.round() as u8]);
            }
        }
        Some(Op::Image(Image {
            style: self.unstroked(&op.clip, [0.0; 4].into()),
            x: x1 as f64,
            y: y1 as f64,
            width: x2 - x1,
            height: y2 - y1,
            pixels: pixels.into(),
        }))
    }
}
