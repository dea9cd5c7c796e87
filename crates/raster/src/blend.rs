//! Blending of straight-alpha RGBA8, in the fixed-point formulas of Matplotlib's `fixed_blender_rgba_plain`.

use scene::Color;

/// A straight RGBA colour, 8 bits a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rgba8 {
    pub(crate) r: u8,
    pub(crate) g: u8,
    pub(crate) b: u8,
    pub(crate) a: u8,
}

/// A nominal 0..1 value as 8 bits: rounded, not clamped but wrapped modulo 256, as Agg does.
fn channel(v: f64) -> u8 {
    let scaled = v * 255.0 + 0.5;
    // A conversion to unsigned on x86-64 goes through a signed 64-bit integer, and what does not fit becomes 2⁶³.
    if scaled.abs() < 9.2e18 { scaled as i64 as u8 } else { 0 }
}

impl From<Color> for Rgba8 {
    fn from(color: Color) -> Self {
        Self { r: channel(color.r), g: channel(color.g), b: channel(color.b), a: channel(color.a) }
    }
}

impl From<[u8; 4]> for Rgba8 {
    fn from([r, g, b, a]: [u8; 4]) -> Self {
        Self { r, g, b, a }
    }
}

/// `a * b / 255`, rounded.
#[inline]
pub(crate) fn mul(a: u8, b: u8) -> u8 {
    let t = u32::from(a) * u32::from(b) + 128;
    (((t >> 8) + t) >> 8) as u8
}

/// Lays a colour of the given alpha over a pixel. The division truncates, which is part of the result.
#[inline]
pub(crate) fn over(pixel: &mut [u8; 4], color: Rgba8, alpha: u8) {
    if alpha == 0 {
        return;
    }
    *pixel = if pixel[3] == 255 { over_opaque(*pixel, color, alpha) } else { over_translucent(*pixel, color, alpha) };
}

/// [`over`] for any pixel.
#[inline(never)]
fn over_translucent(pixel: [u8; 4], color: Rgba8, alpha: u8) -> [u8; 4] {
    let alpha = u32::from(alpha);
    let below = u32::from(pixel[3]);
    let sum = ((alpha + below) << 8) - alpha * below;
    let mix = |new: u8, old: u8| {
        let old = u32::from(old) * below;
        // (new·256 − old)·alpha + old·256, arranged so that nothing goes negative.
        (((u32::from(new) * alpha) << 8) + old * (256 - alpha)) / sum
    };
    [mix(color.r, pixel[0]) as u8, mix(color.g, pixel[1]) as u8, mix(color.b, pixel[2]) as u8, (sum >> 8) as u8]
}

/// [`over`] for a pixel that is opaque already, and stays so: without a division, and the same for all four channels.
///
/// The divisor is 2¹⁶ − e with e = 256 − alpha ≤ 255, the dividend n < 2²⁴. So n / 2¹⁶ falls short of the quotient by less
/// than 1, and with q = ⌊n / 2¹⁶⌋ the floor wanted is q + 1 just when n ≥ (q + 1)(2¹⁶ − e): when adding (q + 1)·e to n
/// carries into the upper bits. Two channels go through each 64-bit integer, in halves that never overflow.
#[inline(always)]
fn over_opaque(pixel: [u8; 4], color: Rgba8, alpha: u8) -> [u8; 4] {
    const LANES: u64 = 0x0000_00ff_0000_00ff;
    const ONES: u64 = 0x0000_0001_0000_0001;
    // Red and blue, green and alpha.
    let pairs = |pixel: [u8; 4]| {
        let bits = u64::from(u32::from_le_bytes(pixel));
        let spread = bits | bits << 16;
        (spread & LANES, spread >> 8 & LANES)
    };
    let alpha = u64::from(alpha);
    let e = 256 - alpha;
    let mix = |new: u64, old: u64| {
        let n = new * (alpha << 8) + old * (255 * e);
        (n + ((n >> 16 & LANES) + ONES) * e) >> 16 & LANES
    };
    let (new, old) = (pairs([color.r, color.g, color.b, 255]), pairs(pixel));
    let mixed = mix(new.0, old.0) | mix(new.1, old.1) << 8;
    ((mixed | mixed >> 16) as u32).to_le_bytes()
}

/// Pixels that are blended at once.
pub(crate) const GROUP: usize = 8;

/// A colour for each pixel of a group.
pub(crate) type ColorGroup = [[u8; 4]; GROUP];

/// The colour for all pixels of a group; the alpha is that of opaque pixels.
pub(crate) fn color_group(color: Rgba8) -> ColorGroup {
    [[color.r, color.g, color.b, 255]; GROUP]
}

/// [`blend_alpha`] of pixels side by side: of one layer after the other, each with its colour and, once for each channel, the
/// alphas.
#[inline(always)]
pub(crate) fn blend_group<const LAYERS: usize>(
    pixels: &mut [[u8; 4]; GROUP],
    colors: &[ColorGroup; LAYERS],
    alphas: &[[[u8; 4]; GROUP]; LAYERS],
) {
    if are_opaque(pixels) {
        let mut mixed = *pixels;
        for (colors, alphas) in colors.iter().zip(alphas) {
            over_opaque_group(&mut mixed, colors, alphas);
        }
        *pixels = mixed;
    } else {
        for (colors, alphas) in colors.iter().zip(alphas) {
            blend_singly(pixels, colors, alphas);
        }
    }
}

#[inline(never)]
fn blend_singly(pixels: &mut [[u8; 4]; GROUP], colors: &ColorGroup, alphas: &[[u8; 4]; GROUP]) {
    for ((pixel, &color), alpha) in pixels.iter_mut().zip(colors).zip(alphas) {
        blend_alpha(pixel, Rgba8::from(color), alpha[0]);
    }
}

#[inline(always)]
fn are_opaque<const N: usize>(pixels: &[[u8; 4]; N]) -> bool {
    pixels.iter().fold(!0, |all, &pixel| all & u32::from_le_bytes(pixel)) >= 0xff00_0000
}

/// [`over_opaque`] of some pixels, and what [`blend_alpha`] makes of alphas 0 and 255; in steps of at most 16 bits and
/// without branches, so that compilers find vector instructions for them.
#[inline(always)]
fn over_opaque_group<const N: usize>(pixels: &mut [[u8; 4]; N], colors: &[[u8; 4]; N], alphas: &[[u8; 4]; N]) {
    let channels = pixels.as_flattened_mut().iter_mut().zip(colors.as_flattened());
    for ((channel, &new), &alpha) in channels.zip(alphas.as_flattened()) {
        *channel = channel_over_opaque(u16::from(*channel), u16::from(new), u16::from(alpha)) as u8;
    }
}

/// One channel of [`over_opaque`], also for alphas 0 and 255; all are numbers of 8 bits.
///
/// The formula is old + ⌊256·t / (65280 + alpha)⌋ with t = alpha·(new − old). For t > 0 the fraction is more than t / 256
/// and at most t / 255. So with t = 256·q + r its floor is q, or q + 1 if (q + 1)·(65280 + alpha) ≤ 256·t, that is if
/// q + r − 255 ≥ (q + 1)·alpha / 256. Downwards, where the ceiling counts, it is q + 1, or q + 2 if q + r − 255 is more than
/// that. Alpha 255 stands for a copy, which is the ceiling.
#[inline(always)]
fn channel_over_opaque(old: u16, new: u16, alpha: u16) -> u16 {
    /// All bits or none.
    #[inline(always)]
    fn mask(flag: bool) -> u16 {
        u16::from(flag).wrapping_neg()
    }
    let difference = new.wrapping_sub(old) as i16;
    let t = alpha.wrapping_mul(difference.unsigned_abs());
    let down = (difference >> 15) as u16;
    let ceiling = (down | mask(alpha == 255)) & mask(t != 0);
    let (q, r) = (t >> 8, t & 255);
    let beyond = (q + r) as i16 - 255;
    let product = (q + 1).wrapping_mul(alpha);
    let limit = product.wrapping_sub(1).wrapping_sub(ceiling) >> 8;
    let step = q.wrapping_sub(ceiling).wrapping_sub(mask(beyond > limit as i16));
    old.wrapping_add((step ^ down).wrapping_sub(down))
}

/// Pixels side by side that are blended at once where shapes are thin.
pub(crate) const QUAD: usize = 4;

/// [`blend_covered`] of pixels side by side.
#[inline(always)]
pub(crate) fn blend_quad(pixels: &mut [[u8; 4]; QUAD], color: Rgba8, covers: &[u8; QUAD]) {
    if !are_opaque(pixels) {
        return blend_quad_singly(pixels, color, covers);
    }
    // Numbers of 32 bits, which compilers put into lanes at once.
    let bits = u32::from_le_bytes([color.r, color.g, color.b, 255]);
    let colors = [bits.to_le_bytes(); QUAD];
    let mut alphas = [[0; 4]; QUAD];
    for (channels, &cover) in alphas.iter_mut().zip(covers) {
        *channels = (u32::from(mul(color.a, cover)) * 0x0101_0101).to_le_bytes();
    }
    let mut mixed = *pixels;
    over_opaque_group(&mut mixed, &colors, &alphas);
    *pixels = mixed;
}

#[inline(never)]
fn blend_quad_singly(pixels: &mut [[u8; 4]; QUAD], color: Rgba8, covers: &[u8; QUAD]) {
    for (pixel, &cover) in pixels.iter_mut().zip(covers) {
        blend_covered(pixel, color, cover);
    }
}

/// Blends a colour with full coverage.
#[inline]
pub(crate) fn blend(pixel: &mut [u8; 4], color: Rgba8) {
    blend_alpha(pixel, color, color.a);
}

/// Blends a colour with the given coverage.
#[inline]
pub(crate) fn blend_covered(pixel: &mut [u8; 4], color: Rgba8, cover: u8) {
    blend_alpha(pixel, color, mul(color.a, cover));
}

/// Blends a colour with what its alpha and the coverage make together. They make 255 only when both are.
#[inline]
pub(crate) fn blend_alpha(pixel: &mut [u8; 4], color: Rgba8, alpha: u8) {
    if alpha == 255 {
        *pixel = [color.r, color.g, color.b, 255];
    } else {
        over(pixel, color, alpha);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formula as documented, in wide arithmetic.
    fn reference(pixel: [u8; 4], color: Rgba8, alpha: u8) -> [u8; 4] {
        let (alpha, below) = (i64::from(alpha), i64::from(pixel[3]));
        let d = ((alpha + below) << 8) - alpha * below;
        let mix = |new: u8, old: u8| {
            let r = i64::from(old) * below;
            ((((i64::from(new) << 8) - r) * alpha + (r << 8)) / d) as u8
        };
        [mix(color.r, pixel[0]), mix(color.g, pixel[1]), mix(color.b, pixel[2]), (d >> 8) as u8]
    }

    #[test]
    fn over_equals_the_formula_for_all_alphas() {
        for alpha in 1..=255u8 {
            for below in 0..=255u8 {
                for (new, old) in [(0, 255), (255, 0), (17, 200), (128, 127), (255, 255)] {
                    let color = Rgba8 { r: new, g: old, b: 99, a: 0 };
                    let mut pixel = [old, new, 3, below];
                    let expected = reference(pixel, color, alpha);
                    over(&mut pixel, color, alpha);
                    assert_eq!(pixel, expected);
                }
            }
        }
    }

    #[test]
    fn over_equals_the_formula_on_all_opaque_pixels() {
        for alpha in 1..=255u8 {
            for old in 0..=255u8 {
                for new in 0..=255u8 {
                    let color = Rgba8 { r: new, g: 255 - new, b: old, a: 0 };
                    let mut pixel = [old, old, new, 255];
                    let expected = over_translucent(pixel, color, alpha);
                    over(&mut pixel, color, alpha);
                    assert_eq!(pixel, expected);
                }
            }
        }
    }

    #[test]
    fn a_channel_at_a_time_is_all_at_once() {
        for alpha in 0..=255u8 {
            for old in 0..=255u8 {
                for new in 0..=255u8 {
                    let mut pixel = [old, 0, 0, 255];
                    blend_alpha(&mut pixel, Rgba8 { r: new, ..Rgba8::default() }, alpha);
                    let channel = channel_over_opaque(u16::from(old), u16::from(new), u16::from(alpha));
                    assert_eq!(channel, u16::from(pixel[0]), "{old} {new} {alpha}");
                }
            }
        }
    }

    #[test]
    fn groups_are_pixels_side_by_side() {
        for below in [254u8, 255] {
            for (alpha, new) in [(0, 200), (1, 0), (77, 99), (128, 255), (255, 3)] {
                let color = Rgba8 { r: new, g: 255 - new, b: 17, a: 0 };
                let mut pixels = [10u8, 50, 100, 150, 200, 250, 255, 0].map(|old| [old, 255 - old, old / 2, 255]);
                pixels[5][3] = below;
                let alphas = [alpha, 255, 0, 3, alpha / 2, 255 - alpha, 9, alpha].map(|alpha| [alpha; 4]);
                let mut expected = pixels;
                blend_singly(&mut expected, &color_group(color), &alphas);
                crate::vector::vectorized(
                    #[inline(always)]
                    || blend_group(&mut pixels, &[color_group(color)], &[alphas]),
                );
                assert_eq!(pixels, expected);
            }
        }
    }

    #[test]
    fn quads_are_pixels_side_by_side() {
        for below in [254u8, 255] {
            for (alpha, new) in [(0, 200), (1, 0), (77, 99), (128, 255), (255, 3)] {
                let color = Rgba8 { r: new, g: 255 - new, b: 17, a: alpha };
                let mut pixels = [10u8, 50, 200, 250].map(|old| [old, 255 - old, old / 2, 255]);
                pixels[2][3] = below;
                for covers in [[0, 255, 3, 128], [255; 4], [9, 0, 254, 1]] {
                    let mut expected = pixels;
                    blend_quad_singly(&mut expected, color, &covers);
                    crate::vector::vectorized(
                        #[inline(always)]
                        || blend_quad(&mut pixels, color, &covers),
                    );
                    assert_eq!(pixels, expected);
                }
            }
        }
    }

    #[test]
    fn alpha_and_coverage_make_opaque_only_together() {
        for alpha in 0..=255u8 {
            for cover in 0..=255u8 {
                assert_eq!(mul(alpha, cover) == 255, alpha == 255 && cover == 255);
            }
        }
    }

    #[test]
    fn unclamped_channels_wrap() {
        assert_eq!(channel(1.0), 255);
        assert_eq!(channel(0.5), 128);
        assert_eq!(channel(1.2), 50);
    }
}
