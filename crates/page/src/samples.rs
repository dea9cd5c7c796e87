//! Samples of images, in the smallest of the forms that lose nothing.

use std::collections::HashMap;

use crate::threads::in_order;

/// What samples are.
#[derive(Clone, Debug, PartialEq)]
pub enum Space {
    /// One grey for each pixel.
    Gray,
    /// Red, green and blue.
    Rgb,
    /// Places in a list of colours.
    Indexed(Vec<[u8; 3]>),
}

/// The samples of an image without its alpha, 8 bits each, in the order of the pixels.
#[derive(Clone, Debug)]
pub struct Samples {
    /// What they are.
    pub space: Space,
    /// The samples.
    pub data: Vec<u8>,
}

impl Samples {
    /// Those of pixels.
    pub fn new<'a>(pixels: impl Iterator<Item = &'a [u8; 4]> + Clone) -> Self {
        if pixels.clone().all(|&[r, g, b, _]| r == g && g == b) {
            return Self { space: Space::Gray, data: pixels.map(|pixel| pixel[0]).collect() };
        }
        if let Some((palette, data)) = indexed(pixels.clone()) {
            return Self { space: Space::Indexed(palette), data };
        }
        Self { space: Space::Rgb, data: pixels.flat_map(|&[r, g, b, _]| [r, g, b]).collect() }
    }

    /// Samples of a pixel.
    pub fn channels(&self) -> usize {
        if self.space == Space::Rgb { 3 } else { 1 }
    }

    /// The colour space in the words of both formats.
    pub fn color_space(&self) -> String {
        match &self.space {
            Space::Gray => String::from("/DeviceGray"),
            Space::Rgb => String::from("/DeviceRGB"),
            Space::Indexed(palette) => {
                let colors: String = palette.iter().flatten().map(|byte| format!("{byte:02X}")).collect();
                format!("[/Indexed/DeviceRGB {} <{colors}>]", palette.len() - 1)
            }
        }
    }
}

/// Colours and indices, if there are no more than 256 colours.
fn indexed<'a>(pixels: impl Iterator<Item = &'a [u8; 4]>) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    let mut places: HashMap<[u8; 3], u8> = HashMap::new();
    let mut palette = Vec::new();
    let mut samples = Vec::new();
    // Neighbours are often equal.
    let mut last = None;
    for &[r, g, b, _] in pixels {
        let color = [r, g, b];
        if let Some((known, place)) = last
            && known == color
        {
            samples.push(place);
            continue;
        }
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
        last = Some((color, place));
    }
    Some((palette, samples))
}

/// Rows that a thread works on at a time, bytes.
const SHARE_BYTES: usize = 1 << 18;

/// Samples less what PNG's filters expect of them, a row of `stride` bytes at a time with the number of its filter in
/// front. On a thread of a pool, the others help.
pub fn predict(samples: &[u8], stride: usize, channels: usize) -> Vec<u8> {
    let rows = (SHARE_BYTES / stride).max(1);
    let shares: Vec<usize> = (0..samples.len().div_ceil(stride)).step_by(rows).collect();
    let shares = in_order(&shares, |&first| {
        let above = if first == 0 { &[] } else { &samples[(first - 1) * stride..first * stride] };
        let end = samples.len().min((first + rows) * stride);
        predict_rows(above, &samples[first * stride..end], stride, channels)
    });
    shares.concat()
}

/// The same for rows beneath another, which is empty for the first.
fn predict_rows(above: &[u8], samples: &[u8], stride: usize, channels: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(samples.len() + samples.len() / stride + 1);
    let nothing = vec![0; stride];
    let mut above = if above.is_empty() { &nothing } else { above };
    let mut residues = [0u8, 1, 2, 4].map(|filter| (filter, vec![0; stride]));
    for row in samples.chunks(stride) {
        let costs = residues.each_mut().map(|(filter, residue)| {
            let residue = &mut residue[..row.len()];
            subtract(*filter, row, above, channels, residue);
            // In steps of 16 bits, of which vector instructions do many at once.
            let cost = |bytes: &[u8]| bytes.iter().map(|&byte| u16::from((byte as i8).unsigned_abs())).sum::<u16>();
            residue.chunks(256).map(|bytes| u64::from(cost(bytes))).sum::<u64>()
        });
        let least = (0..costs.len()).min_by_key(|&i| costs[i]).unwrap_or(0);
        out.push(residues[least].0);
        out.extend_from_slice(&residues[least].1[..row.len()]);
        above = row;
    }
    out
}

/// The parameters of the Flate filter that say so.
pub fn prediction(stride: usize, channels: usize) -> String {
    format!("<</Predictor 15/Colors {channels}/BitsPerComponent 8/Columns {}>>", stride / channels)
}

/// A row less what PNG's filter expects of it. Loops over slices, for which compilers find vector instructions.
fn subtract(filter: u8, row: &[u8], above: &[u8], channels: usize, out: &mut [u8]) {
    let first = channels.min(row.len());
    let left = row.iter().zip(&row[first..]);
    match filter {
        1 => {
            out[..first].copy_from_slice(&row[..first]);
            for (out, (left, value)) in out[first..].iter_mut().zip(left) {
                *out = value.wrapping_sub(*left);
            }
        }
        2 => {
            for (out, (value, above)) in out.iter_mut().zip(row.iter().zip(above)) {
                *out = value.wrapping_sub(*above);
            }
        }
        4 => {
            for (out, (value, above)) in out.iter_mut().zip(row[..first].iter().zip(above)) {
                *out = value.wrapping_sub(*above);
            }
            let around = above.iter().zip(&above[first.min(above.len())..]);
            for (out, ((left, value), (corner, above))) in out[first..].iter_mut().zip(left.zip(around)) {
                *out = value.wrapping_sub(nearest(*left, *above, *corner));
            }
        }
        _ => out.copy_from_slice(row),
    }
}

/// Which of a sample's neighbours is nearest to what they make expect.
#[inline]
fn nearest(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i16::from);
    let (pa, pb, pc) = ((b - c).abs(), (a - c).abs(), (a + b - c - c).abs());
    let other = if pb <= pc { above } else { corner };
    if pa <= pb && pa <= pc { left } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader of PNG's filters makes of them.
    fn restored(data: &[u8], stride: usize, channels: usize) -> Vec<u8> {
        let mut out: Vec<u8> = Vec::new();
        for row in data.chunks(stride + 1) {
            let start = out.len();
            for (i, byte) in row[1..].iter().enumerate() {
                let left = if i < channels { 0 } else { out[start + i - channels] };
                let above = if start == 0 { 0 } else { out[start + i - stride] };
                let corner = if start == 0 || i < channels { 0 } else { out[start + i - stride - channels] };
                let expected = match row[0] {
                    1 => left,
                    2 => above,
                    4 => nearest(left, above, corner),
                    _ => 0,
                };
                out.push(byte.wrapping_add(expected));
            }
        }
        out
    }

    #[test]
    fn predictions_can_be_undone() {
        // Rows of every kind, and so many that they are shared out.
        let smooth = |i: u32| (i / 3 % 41 * 5 + i / 90 % 7) as u8;
        let noise = |i: u32| (i.wrapping_mul(2_654_435_761) >> 24) as u8;
        let samples: Vec<u8> = (0..900_000).map(|i| if i / 9000 % 3 == 0 { noise(i) } else { smooth(i) }).collect();
        for (stride, channels) in [(90, 3), (90, 1), (2, 4), (1, 1), (900_000, 3)] {
            let data = predict(&samples[..samples.len() / stride * stride], stride, channels);
            assert!(restored(&data, stride, channels) == samples, "{stride} {channels}");
            assert!(stride > 4 || data.len() > samples.len());
        }
        let filters: std::collections::HashSet<u8> = predict(&samples, 90, 3).chunks(91).map(|row| row[0]).collect();
        assert!(filters.len() > 1);
    }
}
