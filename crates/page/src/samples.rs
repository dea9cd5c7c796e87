//! Samples of images, in the smallest of the forms that lose nothing.

use std::collections::HashMap;

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

/// Samples less what PNG's filters expect of them, a row of `stride` bytes at a time with the number of its filter in front.
pub fn predict(samples: &[u8], stride: usize, channels: usize) -> Vec<u8> {
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
    out
}

/// The parameters of the Flate filter that say so.
pub fn prediction(stride: usize, channels: usize) -> String {
    format!("<</Predictor 15/Colors {channels}/BitsPerComponent 8/Columns {}>>", stride / channels)
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
