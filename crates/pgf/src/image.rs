//! Pixels: images, and what is drawn as such.

use encode::png::{Options as PngOptions, Picture as PngPicture};
use geometry::{Affine, Rect};
use page::{bounds_of, common, grown, union};
use scene::{Clip, Op, Picture};

use crate::paint::number;
use crate::path::FARTHEST;
use crate::player::Player;

/// Pixels of an image, above which it is made coarser.
const MOST_PIXELS: f64 = 1e8;

impl Player<'_> {
    /// Draws ops as pixels.
    pub(crate) fn draw_pixels(&mut self, ops: &[&Op<'_>]) {
        let area = ops.iter().filter_map(|op| clip_of(op)).map(|clip| self.shown(clip)).reduce(union);
        let Some(area) = area else { return };
        self.draw_area(ops, grown(common(area, self.page()), 1.0));
    }

    fn draw_area(&mut self, ops: &[&Op<'_>], area: Rect) {
        let is_something = area.x1 < area.x2 && area.y1 < area.y2; // neither is NaN
        if !is_something {
            return;
        }
        let pixels = (area.x2 - area.x1) * (area.y2 - area.y1) * self.options.resolution.powi(2);
        let resolution = self.options.resolution * (MOST_PIXELS / pixels).sqrt().min(1.0);
        let snap = |v: f64, up: f64| ((v * resolution).floor() + up) / resolution;
        let area =
            Rect { x1: snap(area.x1, 0.0), y1: snap(area.y1, 0.0), x2: snap(area.x2, 1.0), y2: snap(area.y2, 1.0) };
        let Some(pixels) = self.rasterize.rasterize_ops(ops, (self.width, self.height), area, resolution) else {
            return;
        };
        // Only what is not transparent.
        let inked = |index: usize| pixels.data[index][3] != 0;
        let (width, height) = (pixels.width, pixels.height);
        let rows: Vec<usize> = (0..height).filter(|row| (0..width).any(|column| inked(row * width + column))).collect();
        let (Some(&bottom), Some(&top)) = (rows.first(), rows.last()) else { return };
        let of_column = |column: usize| (bottom..=top).any(|row| inked(row * width + column));
        let (Some(left), Some(right)) = ((0..width).find(|&c| of_column(c)), (0..width).rfind(|&c| of_column(c)))
        else {
            return;
        };
        let data: Vec<[u8; 4]> = pixels
            .data
            .chunks(width)
            .take(top + 1)
            .skip(bottom)
            .flat_map(|row| row[left..=right].iter().copied())
            .collect();
        let (width, height) = (right + 1 - left, top + 1 - bottom);
        let at = |pixels: usize| pixels as f64 / resolution;
        self.place(&Picture {
            clip: Clip::default(),
            affine: Affine::scaling(at(width), at(height))
                .then(&Affine::translation(area.x1 + at(left), area.y1 + at(bottom))),
            width,
            height,
            pixels: data.into(),
            alpha: 1.0,
            unsampled: false,
            id: None,
        });
    }

    pub(crate) fn draw_picture(&mut self, op: &Picture<'_>) {
        let affine = op.affine;
        let numbers = [affine.sx, affine.shy, affine.shx, affine.sy, affine.tx, affine.ty];
        if op.width == 0 || op.height == 0 || op.alpha <= 0.0 || numbers.iter().any(|v| !v.is_finite()) {
            return;
        }
        let bounds = bounds_of(&affine);
        let far = |v: f64| v.abs() > FARTHEST;
        if numbers.iter().any(|&v| far(v)) {
            // Larger than TeX can count: only what is seen of it.
            let area = common(grown(self.shown(&op.clip), 1.0), bounds);
            self.draw_area(&[&Op::Picture(op.clone())], area);
            return;
        }
        self.place(op);
    }

    /// Draws an image that TeX can place.
    fn place(&mut self, op: &Picture<'_>) {
        let affine = op.affine;
        let bounds = bounds_of(&affine);
        if !self.clip(&op.clip, Some(bounds)) {
            return;
        }
        let Some(name) = self.image_file(op) else {
            self.missing += 1;
            return;
        };
        self.flush();
        self.covered(bounds, &op.clip);
        self.fill_opacity(1.0);
        self.line("\\begin{pgfscope}");
        let upright = affine.shx == 0.0 && affine.shy == 0.0 && affine.sx > 0.0 && affine.sy > 0.0;
        let (width, height) = if upright {
            self.line(&format!("\\pgfsys@transformshift{{{}bp}}{{{}bp}}", number(affine.tx), number(affine.ty)));
            (affine.sx, affine.sy)
        } else {
            // The image is an inch wide and high, the matrix does the rest.
            let [a, b, c, d] = [affine.sx, affine.shy, affine.shx, affine.sy].map(|v| format!("{:.6}", v / 72.0));
            let (e, f) = (number(affine.tx), number(affine.ty));
            self.line(&format!("\\pgfsys@transformcm{{{a}}}{{{b}}}{{{c}}}{{{d}}}{{{e}bp}}{{{f}bp}}"));
            (72.0, 72.0)
        };
        let macro_ = &self.options.image_macro;
        let line = format!(
            "\\pgftext[left,bottom]{{{macro_}[interpolate={},width={}bp,height={}bp]{{{name}}}}}",
            !op.unsampled,
            number(width),
            number(height)
        );
        self.line(&line);
        self.line("\\end{pgfscope}");
    }

    /// The name of the file of an image; equal ones share a file.
    fn image_file(&mut self, op: &Picture<'_>) -> Option<String> {
        let stem = self.options.image_files.as_deref()?;
        let alpha = op.alpha.min(1.0);
        let faded = |v: u8| if alpha < 1.0 { (f64::from(v) * alpha).round() as u8 } else { v };
        let rows: Vec<u8> =
            op.pixels.chunks(op.width).rev().flatten().flat_map(|&[r, g, b, a]| [r, g, b, faded(a)]).collect();
        let picture = PngPicture::new(u32::try_from(op.width).ok()?, u32::try_from(op.height).ok()?, &rows).ok()?;
        let png = encode::png::encode(&picture, &PngOptions::default()).ok()?;
        if let Some((name, _)) = self.files.iter().find(|(_, known)| *known == png) {
            return Some(name.clone());
        }
        let name = format!("{stem}-img{}.png", self.files.len());
        self.files.push((name.clone(), png));
        Some(name)
    }
}

/// The clip of an op that draws.
pub(crate) fn clip_of<'a>(op: &'a Op<'_>) -> Option<&'a Clip> {
    match op {
        Op::Path(op) => Some(&op.style.clip),
        Op::Markers(op) => Some(&op.style.clip),
        Op::Collection(op) => Some(&op.style.clip),
        Op::QuadMesh(op) => Some(&op.style.clip),
        Op::Gouraud(op) => Some(&op.style.clip),
        Op::Picture(op) => Some(&op.clip),
        _ => None,
    }
}
