//! Images and triangles with shades.

use std::borrow::Cow;

use geometry::{Affine, Rect};
use page::{Samples, Triangles, bounds_of, number, predict, prediction};
use scene::{Gouraud, Op, Picture};

use crate::body::Data;
use crate::ground::FILL;
use crate::paint::blend;
use crate::player::{Player, has_partial};

/// A part of the page as pixels: lines among them get thinner where there are fewer pixels than these, but do not vanish.
pub fn page_data(pixels: &[[u8; 4]], width: usize, height: usize, affine: &Affine) -> Data {
    opaque_data(pixels, width, height, affine, "/Interpolate true")
}

/// An image without transparency, top row first, from the unit square by `affine`.
fn picture_data(pixels: &[[u8; 4]], width: usize, height: usize, affine: &Affine) -> Data {
    opaque_data(pixels, width, height, affine, "")
}

fn opaque_data(pixels: &[[u8; 4]], width: usize, height: usize, affine: &Affine, entries: &str) -> Data {
    let samples = Samples::new(pixels.iter());
    let channels = samples.channels();
    let space = samples.color_space();
    let decode = match &samples.space {
        page::Space::Gray => "0 1",
        page::Space::Rgb => "0 1 0 1 0 1",
        page::Space::Indexed(_) => "0 255",
    };
    let before = format!(
        "q [{}]K {space} setcolorspace<<{}/Decode[{decode}]{entries}/DataSource",
        matrix(affine),
        size_entries(width, height)
    );
    let after = String::from(">>i");
    if matches!(samples.space, page::Space::Indexed(_)) {
        return Data { before, after, parameters: String::from("<<>>"), bytes: samples.data, plain: None, level: None };
    }
    let bytes = predict(&samples.data, width * channels, channels);
    Data {
        before,
        after,
        parameters: prediction(width * channels, channels),
        bytes,
        plain: Some(samples.data),
        level: None,
    }
}

/// The same with a mask: pixels with alpha 0 are not painted.
fn masked_data(pixels: &[[u8; 4]], width: usize, height: usize, affine: &Affine) -> Data {
    let gray = pixels.iter().all(|&[r, g, b, a]| a == 0 || (r == g && g == b));
    let channels = if gray { 2 } else { 4 };
    let samples: Vec<u8> = pixels
        .iter()
        .flat_map(|&[r, g, b, a]| {
            let [r, g, b] = if a == 0 { [0; 3] } else { [r, g, b] };
            [if a == 0 { 255 } else { 0 }, r, g, b].into_iter().take(channels)
        })
        .collect();
    let size = size_entries(width, height);
    let (space, decode) = if gray { ("/DeviceGray", "0 1") } else { ("/DeviceRGB", "0 1 0 1 0 1") };
    let before = format!(
        "q [{}]K {space} setcolorspace<</ImageType 3/InterleaveType 1/MaskDict<<{size}/Decode[0 1]>>\
         /DataDict<<{size}/Decode[{decode}]/DataSource",
        matrix(affine),
    );
    let bytes = predict(&samples, width * channels, channels);
    Data {
        before,
        after: String::from(">>>>i"),
        parameters: prediction(width * channels, channels),
        bytes,
        plain: Some(samples),
        level: None,
    }
}

fn matrix(m: &Affine) -> String {
    [m.sx, m.shy, m.shx, m.sy, m.tx, m.ty].map(|v| number(v, 4)).join(" ")
}

fn size_entries(width: usize, height: usize) -> String {
    format!(
        "/ImageType 1/Width {width}/Height {height}/BitsPerComponent 8/ImageMatrix[{width} 0 0 -{height} 0 {height}]"
    )
}

impl<'a> Player<'a> {
    pub(crate) fn draw_picture(&mut self, whole: &'a Op<'_>, op: &'a Picture<'_>) {
        if op.width == 0 || op.height == 0 || op.alpha <= 0.0 {
            return;
        }
        let bounds = bounds_of(&op.affine);
        if !bounds.x1.is_finite() || !bounds.x2.is_finite() || !self.clip(&op.clip, Some(bounds)) {
            return;
        }
        // Row 0 goes on top.
        let mut pixels: Vec<[u8; 4]> = op.pixels.chunks(op.width).rev().flatten().copied().collect();
        if has_partial(whole) {
            let seen = self.shown(bounds, &op.clip);
            // Where the image is faint its ground counts as much.
            let solid = op.pixels.iter().map(|&[r, g, b, a]| [r, g, b, if a == 0 { 0 } else { 255 }]).collect();
            let solid = Picture {
                clip: op.clip.clone(),
                affine: op.affine,
                width: op.width,
                height: op.height,
                pixels: Cow::Owned(solid),
                alpha: 1.0,
                unsampled: op.unsampled,
                id: None,
            };
            let below = self.ground.beneath(&Op::Picture(solid), seen, FILL);
            for pixel in pixels.iter_mut().filter(|pixel| pixel[3] != 0) {
                let [r, g, b, a] = pixel.map(|v| f64::from(v) / 255.0);
                let color = blend([r, g, b, a * op.alpha].into(), below);
                *pixel = [color.r, color.g, color.b, 1.0].map(|v| (v * 255.0).round() as u8);
            }
        }
        let holes = pixels.iter().any(|pixel| pixel[3] == 0);
        if holes && pixels.iter().all(|pixel| pixel[3] == 0) {
            return;
        }
        let make = if holes { masked_data } else { picture_data };
        self.push_data(make(&pixels, op.width, op.height, &op.affine));
        self.covered(bounds, &op.clip, None);
    }

    pub(crate) fn draw_gouraud(&mut self, whole: &'a Op<'_>, op: &'a Gouraud<'_>) {
        let Some(triangles) = Triangles::new(op) else { return };
        let area = triangles.area;
        if !self.clip(&op.style.clip, Some(area)) {
            return;
        }
        let seen = self.shown(area, &op.style.clip);
        self.draw_triangles(whole, op, &triangles, seen);
        self.covered(area, &op.style.clip, None);
    }

    fn draw_triangles(&mut self, whole: &'a Op<'_>, op: &Gouraud<'_>, triangles: &Triangles, seen: Rect) {
        let mut mix: Box<dyn Fn(&[u8; 4]) -> Vec<u8>> = Box::new(|c| vec![c[0], c[1], c[2]]);
        match triangles.uniform_alpha() {
            Some(255) => {}
            Some(0) => return,
            Some(alpha) => {
                // Triangles share edges, where two that are partly transparent cover more than one does.
                let colors = op.colors.iter().map(|corners| corners.map(|[r, g, b, _]| [r, g, b, 1.0])).collect();
                let points = Cow::Borrowed(&*op.points);
                let opaque = Gouraud { points, colors: Cow::Owned(colors), ..op.clone() };
                let below = self.ground.beneath(&Op::Gouraud(opaque), seen, FILL);
                let below = [below.r, below.g, below.b];
                let alpha = f64::from(alpha) / 255.0;
                mix = Box::new(move |c| {
                    let part = |i: usize| f64::from(c[i]) * alpha + below[i] * 255.0 * (1.0 - alpha);
                    (0..3).map(|i| part(i).round() as u8).collect()
                });
            }
            None => return self.ground.replace(whole, seen),
        }
        self.push_data(Data {
            before: format!("<<{}/ColorSpace/DeviceRGB/DataSource", triangles.entries(false)),
            after: String::from(">>y"),
            parameters: String::from("<<>>"),
            bytes: triangles.stream(mix),
            plain: None,
            level: None,
        });
    }
}
