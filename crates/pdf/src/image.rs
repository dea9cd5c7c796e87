//! Images: indexed, grey or RGB, with a mask where they are not opaque; equal ones are stored once.

use page::{Samples, Space, bounds_of, number, predict, prediction};
use scene::Picture;

use crate::document::File;
use crate::object::Id;
use crate::player::Player;

impl Player<'_> {
    pub(crate) fn draw_picture(&mut self, op: &Picture<'_>) {
        if op.width == 0 || op.height == 0 {
            return;
        }
        let bounds = bounds_of(&op.affine);
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
    let samples = Samples::new(rows());
    let entries = format!("{size}/ColorSpace{}{extra}", samples.color_space());
    if matches!(samples.space, Space::Indexed(_)) {
        return file.objects.add_stream(&entries, samples.data);
    }
    let channels = samples.channels();
    add_samples(file, &entries, samples.data, op.width * channels, channels)
}

/// Samples, predicted from their neighbours where that makes them smaller.
fn add_samples(file: &mut File, entries: &str, samples: Vec<u8>, stride: usize, channels: usize) -> Id {
    if !file.objects.compresses() || stride == 0 {
        return file.objects.add_stream(entries, samples);
    }
    let predicted = predict(&samples, stride, channels);
    let parameters = format!("/DecodeParms{}", prediction(stride, channels));
    file.objects.add_predicted(&format!("{entries}{parameters}"), entries, predicted, samples)
}
