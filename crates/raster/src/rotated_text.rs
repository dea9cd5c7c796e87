//! Pictures of text at an angle: sampled with a spline through 6 × 6 pixels.
//!
//! Only text that LaTeX and dvipng have set comes this way. Agrees with Agg's `span_image_filter_gray` over
//! `image_filter_spline36` and its linear interpolator, with the corrections that Matplotlib builds it with.

use std::f64::consts::PI;
use std::sync::OnceLock;

use geometry::{Affine, OutlineSink, round_half_away};
use scene::TextImage;

use crate::blend::Rgba8;
use crate::paint::{ColorPaint, ColorSource, Surface};
use crate::pixmap::Band;
use crate::shape::{OutlineClip, Scratch};
use crate::spans::Container;
use crate::window::Window;

/// Source pixels that count along each axis.
const TAPS: usize = 6;
/// Positions of a sample within a source pixel.
const PHASES: usize = 256;
const PHASE_SHIFT: u32 = 8;
const PHASE_MASK: i32 = PHASES as i32 - 1;
/// Fixed-point one of weights.
const WEIGHT_SHIFT: u32 = 14;
const WEIGHT_ONE: i32 = 1 << WEIGHT_SHIFT;

/// Draws a picture of text turned about its lower left corner.
pub(crate) fn draw_rotated_text(op: &TextImage<'_>, clip: OutlineClip<'_>, band: &mut Band<'_>, scratch: &mut Scratch) {
    let window = clip.window.intersect(&band.window());
    if window.is_empty() || op.width == 0 || op.height == 0 {
        return;
    }
    let (width, height) = (op.width as f64, op.height as f64);
    let to_canvas = Affine::IDENTITY
        .then(&Affine::translation(0.0, -height))
        .then(&Affine::rotation(-op.angle_deg * (PI / 180.0)))
        .then(&Affine::translation(f64::from(op.x), f64::from(op.y)));
    let rasterizer = &mut scratch.rasterizer;
    // Where runs begin and end matters, and a clip rectangle that is turned around reaches beyond the canvas.
    let runs = Window { x0: clip.rect.x1 as i32, x1: clip.rect.x2 as i32, ..window };
    rasterizer.reset(Some(clip.rect), runs);
    let corner = |x: f64, y: f64| to_canvas.apply(x, y);
    let (x, y) = corner(0.0, 0.0);
    rasterizer.move_to(x, y);
    for (x, y) in [corner(width, 0.0), corner(width, height), corner(0.0, height), corner(0.0, 0.0)] {
        rasterizer.line_to(x, y);
    }
    let source = Sampled { op, color: Rgba8::from(op.color), to_picture: to_canvas.inverted() };
    let surface = Surface { band, window, mask: None };
    let mut paint = ColorPaint { surface, source, colors: std::mem::take(&mut scratch.colors) };
    rasterizer.sweep(Container::Packed, &mut paint);
    scratch.colors = paint.colors;
}

/// The spline's height at distance `x` (source pixels) from its middle.
fn spline36(x: f64) -> f64 {
    if x < 1.0 {
        ((13.0 / 11.0 * x - 453.0 / 209.0) * x - 3.0 / 209.0) * x + 1.0
    } else if x < 2.0 {
        ((-6.0 / 11.0 * (x - 1.0) + 270.0 / 209.0) * (x - 1.0) - 156.0 / 209.0) * (x - 1.0)
    } else {
        ((1.0 / 11.0 * (x - 2.0) - 45.0 / 209.0) * (x - 2.0) + 26.0 / 209.0) * (x - 2.0)
    }
}

/// Weights by distance from the window's far end, 256 to a source pixel; those of each phase add up to one.
fn weights() -> &'static [i32; TAPS * PHASES] {
    static WEIGHTS: OnceLock<[i32; TAPS * PHASES]> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        let mut weights = [0; TAPS * PHASES];
        let middle = TAPS * PHASES / 2 - 1;
        for i in 0..=middle {
            let weight = round_half_away(spline36(i as f64 / PHASES as f64) * f64::from(WEIGHT_ONE));
            weights[middle + i] = weight;
            weights[middle - i] = weight;
        }
        weights[TAPS * PHASES - 1] = round_half_away(spline36(TAPS as f64 / 2.0) * f64::from(WEIGHT_ONE));
        normalize(&mut weights);
        weights
    })
}

/// Scales the weights of each phase to a sum of one, then hands out what rounding left over from the middle outwards.
fn normalize(weights: &mut [i32; TAPS * PHASES]) {
    let mut flip = true;
    for phase in 0..PHASES {
        loop {
            let sum: i32 = (0..TAPS).map(|tap| weights[tap * PHASES + phase]).sum();
            if sum == WEIGHT_ONE {
                break;
            }
            let scale = f64::from(WEIGHT_ONE) / f64::from(sum);
            let mut excess = -WEIGHT_ONE;
            for tap in 0..TAPS {
                let weight = &mut weights[tap * PHASES + phase];
                *weight = round_half_away(f64::from(*weight) * scale);
                excess += *weight;
            }
            let step = if excess > 0 { -1 } else { 1 };
            for tap in 0..TAPS {
                if excess == 0 {
                    break;
                }
                flip = !flip;
                let tap = if flip { TAPS / 2 + tap / 2 } else { TAPS / 2 - tap / 2 };
                let weight = &mut weights[tap * PHASES + phase];
                if *weight < WEIGHT_ONE {
                    *weight += step;
                    excess += step;
                }
            }
        }
    }
}

/// The text's colour, as opaque as the picture says.
struct Sampled<'a> {
    op: &'a TextImage<'a>,
    color: Rgba8,
    to_picture: Affine,
}

impl Sampled<'_> {
    fn pixel(&self, x: i32, y: i32) -> i32 {
        match (usize::try_from(x), usize::try_from(y)) {
            (Ok(x), Ok(y)) if x < self.op.width && y < self.op.height => {
                i32::from(self.op.coverage[y * self.op.width + x])
            }
            _ => 0,
        }
    }

    /// Coverage at a position of the picture in 1/256 px.
    fn sample(&self, x: i32, y: i32) -> u8 {
        let weights = weights();
        let (x, y) = (x - PHASES as i32 / 2, y - PHASES as i32 / 2);
        let (left, top) = ((x >> PHASE_SHIFT) - 2, (y >> PHASE_SHIFT) - 2);
        let (phase_x, phase_y) = ((PHASE_MASK - (x & PHASE_MASK)) as usize, (PHASE_MASK - (y & PHASE_MASK)) as usize);
        let mut sum = 0;
        for row in 0..TAPS {
            let weight_y = weights[phase_y + row * PHASES];
            for column in 0..TAPS {
                let weight = (weight_y * weights[phase_x + column * PHASES] + WEIGHT_ONE / 2) >> WEIGHT_SHIFT;
                sum += self.pixel(left + column as i32, top + row as i32) * weight;
            }
        }
        (sum >> WEIGHT_SHIFT).clamp(0, 255) as u8
    }
}

/// Whole numbers from one to another in equal steps, the error spread; the first number may be left at once.
struct Steps {
    value: i32,
    step: i32,
    remainder: i32,
    error: i32,
    count: i32,
}

impl Steps {
    fn new(from: i32, to: i32, count: i32) -> Self {
        let divisor = count.max(1);
        let (mut step, mut remainder) = ((to - from) / divisor, (to - from) % divisor);
        let mut error = remainder;
        if error <= 0 {
            error += count;
            remainder += count;
            step -= 1;
        }
        Self { value: from, step, remainder, error: error - count, count: divisor }
    }

    fn advance(&mut self) {
        self.error += self.remainder;
        self.value += self.step;
        if self.error > 0 {
            self.error -= self.count;
            self.value += 1;
        }
    }
}

impl ColorSource for Sampled<'_> {
    fn generate(&mut self, y: i32, x: i32, colors: &mut [Rgba8]) {
        let last = colors.len() as i32 - 1;
        let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        let fixed = |(x, y): (f64, f64)| (round_half_away(x * PHASES as f64), round_half_away(y * PHASES as f64));
        let (x1, y1) = fixed(self.to_picture.apply(x, y));
        let (x2, y2) = fixed(self.to_picture.apply(x + f64::from(last), y));
        let (mut along_x, mut along_y) = (Steps::new(x1, x2, last), Steps::new(y1, y2, last));
        for color in colors {
            let cover = self.sample(along_x.value, along_y.value);
            let alpha = (u32::from(self.color.a) * u32::from(cover)) >> 8;
            *color = Rgba8 { a: alpha as u8, ..self.color };
            along_x.advance();
            along_y.advance();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_every_phase_add_up_to_one() {
        for phase in 0..PHASES {
            let sum: i32 = (0..TAPS).map(|tap| weights()[tap * PHASES + phase]).sum();
            assert_eq!(sum, WEIGHT_ONE);
        }
    }

    #[test]
    fn steps_end_where_they_should() {
        for (from, to, count) in [(0, 256 * 9, 9), (5, -1000, 7), (3, 3, 4)] {
            let mut steps = Steps::new(from, to, count);
            for _ in 0..count {
                steps.advance();
            }
            assert_eq!(steps.value, to);
        }
    }
}
