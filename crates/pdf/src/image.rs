//! Images: indexed, grey or RGB, with a mask where they are not opaque; equal ones are stored once.

use std::collections::HashMap;

use geometry::Rect;
use scene::Picture;

use crate::document::File;
use crate::object::{Id, number};
use crate::player::Player;

impl Player<'_> {
    pub(crate) fn draw_picture(&mut self, op: &Picture<'_>) {
        if op.width == 0 || op.height == 0 {
            return;
        }
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| op.affine.apply(x, y));
        let mut bounds = Rect { x1: f64::MAX, y1: f64::MAX, x2: f64::MIN, y2: f64::MIN };
        for (x, y) in corners {
            bounds = Rect { x1: bounds.x1.min(x), y1: bounds.y1.min(y), x2: bounds.x2.max(x), y2: bounds.y2.max(y) };
        }
        if !self.clip(&op.clip, Some(bounds)) {
            return;
        }
        self.covered(bounds);
        let mut key = Vec::with_capacity(op.pixels.len() * 4 + 16);
        key.extend_from_slice(&op.width.to_le_bytes());
        key.extend_from_slice(op.pixels.as_flattened());
        let name = self.file.resource("XObject", 'X', &key, |file| add_image(file, op));
        self.alpha(Some(op.alpha), None);
        let m = &op.affine;
        let matrix = [m.sx, m.shy, m.shx, m.sy, m.tx, m.ty].map(|v| number(v, 4)).join(" ");
        self.push(format!("q {matrix} cm /{name} Do Q\n").as_bytes());
    }
}

fn add_image(file: &mut File, op: &Picture<'_>) -> Id {
    // Row 0 goes on top.
    let rows = || op.pixels.chunks(op.width).rev().flatten();
    let size = format!("/Type/XObject/Subtype/Image/Width {}/Height {}/BitsPerComponent 8", op.width, op.height);
    let mut extra = String::new();
    if rows().any(|pixel| pixel[3] != 255) {
        let alpha: Vec<u8> = rows().map(|pixel| pixel[3]).collect();
        let mask = add_samples(file, &format!("{size}/ColorSpace/DeviceGray"), alpha, op.width, 1);
        extra = format!("/SMask {mask} 0 R");
    }
    if rows().all(|&[r, g, b, _]| r == g && g == b) {
        let samples: Vec<u8> = rows().map(|pixel| pixel[0]).collect();
        return add_samples(file, &format!("{size}/ColorSpace/DeviceGray{extra}"), samples, op.width, 1);
    }
    if let Some((palette, samples)) = indexed(rows()) {
        let colors: String = palette.iter().flatten().map(|byte| format!("{byte:02X}")).collect();
        let space = format!("/ColorSpace[/Indexed/DeviceRGB {} <{colors}>]", palette.len() - 1);
        return file.objects.add_stream(&format!("{size}{space}{extra}"), samples);
    }
    let samples: Vec<u8> = rows().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    add_samples(file, &format!("{size}/ColorSpace/DeviceRGB{extra}"), samples, op.width * 3, 3)
}

/// Colours and indices, if there are no more than 256 colours.
fn indexed<'a>(pixels: impl Iterator<Item = &'a [u8; 4]>) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    let mut places: HashMap<[u8; 3], u8> = HashMap::new();
    let mut palette = Vec::new();
    let mut samples = Vec::new();
    for &[r, g, b, _] in pixels {
        let color = [r, g, b];
        let place = match places.get(&color) {
            Some(&place) => place,
            None => {
                let place = u8::try_from(palette.len()).ok()?;
                palette.push(color);
                places.insert(color, place);
                place
            }
        };
        samples.push(place);
    }
    Some((palette, samples))
}

/// Samples, predicted from their neighbours where that makes them smaller.
fn add_samples(file: &mut File, entries: &str, samples: Vec<u8>, stride: usize, channels: usize) -> Id {
    if !file.objects.compresses() || stride == 0 {
        return file.objects.add_stream(entries, samples);
    }
    let mut out = Vec::with_capacity(samples.len() + samples.len() / stride + 1);
    let mut above = vec![0; stride];
    let mut best = vec![0; stride];
    for row in samples.chunks(stride) {
        let (mut filter, mut least) = (0u8, u64::MAX);
        for candidate in [0u8, 1, 2, 4] {
            let residue = |i: usize| predicted(candidate, row, &above, i, channels);
            let cost = (0..row.len()).map(|i| u64::from((residue(i) as i8).unsigned_abs())).sum();
            if cost < least {
                (filter, least) = (candidate, cost);
                for (i, byte) in best.iter_mut().enumerate().take(row.len()) {
                    *byte = residue(i);
                }
            }
        }
        out.push(filter);
        out.extend_from_slice(&best[..row.len()]);
        above[..row.len()].copy_from_slice(row);
    }
    let parameters =
        format!("/DecodeParms<</Predictor 15/Colors {channels}/BitsPerComponent 8/Columns {}>>", stride / channels);
    file.objects.add_predicted(&format!("{entries}{parameters}"), entries, out, samples)
}

/// A sample less what PNG's filter expects of it.
fn predicted(filter: u8, row: &[u8], above: &[u8], i: usize, channels: usize) -> u8 {
    let left = if i >= channels { row[i - channels] } else { 0 };
    let expected = match filter {
        1 => left,
        2 => above[i],
        4 => {
            let corner = if i >= channels { above[i - channels] } else { 0 };
            let (a, b, c) = (i32::from(left), i32::from(above[i]), i32::from(corner));
            let estimate = a + b - c;
            let (pa, pb, pc) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
            if pa <= pb && pa <= pc {
                left
            } else if pb <= pc {
                above[i]
            } else {
                corner
            }
        }
        _ => 0,
    };
    row[i].wrapping_sub(expected)
}
