//! Row filters: what is deflated is not the pixels but their difference from a neighbour.
//!
//! Of the five filters of PNG only those are here that win on figures. *None* suits pictures of few
//! colours, where whole pixels repeat; *Up* suits what continues downwards (axes, bars, grids);
//! *Paeth* suits gradients and crowds of translucent marks.

use super::BYTES_PER_PIXEL;

/// A row filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// The pixels themselves.
    None,
    /// The difference from the pixel above.
    Up,
    /// The difference from whichever of left, above and above left is nearest to left + above −
    /// above left.
    Paeth,
}

impl Filter {
    /// The number of the filter in the file.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Up => 2,
            Self::Paeth => 4,
        }
    }

    /// Writes the filtered `row` to `out`, which is as long. `above` is the row above, which counts as
    /// zeros if there is none; the pixel before the first counts as zeros too.
    pub(super) fn apply(self, row: &[u8], above: Option<&[u8]>, out: &mut [u8]) {
        match (self, above) {
            (Self::None, _) | (Self::Up, None) => out.copy_from_slice(row),
            (Self::Up, Some(above)) => {
                for ((out, x), up) in out.iter_mut().zip(row).zip(above) {
                    *out = x.wrapping_sub(*up);
                }
            }
            (Self::Paeth, None) => {
                // With zeros above, the nearest is always the pixel on the left.
                let (first, rest) = out.split_at_mut(BYTES_PER_PIXEL);
                first.copy_from_slice(&row[..BYTES_PER_PIXEL]);
                for ((out, x), left) in rest.iter_mut().zip(&row[BYTES_PER_PIXEL..]).zip(row) {
                    *out = x.wrapping_sub(*left);
                }
            }
            (Self::Paeth, Some(above)) => {
                let (first, rest) = out.split_at_mut(BYTES_PER_PIXEL);
                for ((out, x), up) in first.iter_mut().zip(row).zip(above) {
                    *out = x.wrapping_sub(*up);
                }
                let x = &row[BYTES_PER_PIXEL..];
                let up = &above[BYTES_PER_PIXEL..];
                for ((((out, x), left), up), up_left) in rest.iter_mut().zip(x).zip(row).zip(up).zip(above) {
                    *out = x.wrapping_sub(paeth(*left, *up, *up_left));
                }
            }
        }
    }
}

/// Whichever of the three is nearest to `left + up - up_left`, the first one of equals.
///
/// Plain selects on 16-bit integers, which the compiler turns into vector instructions.
#[inline]
fn paeth(left: u8, up: u8, up_left: u8) -> u8 {
    let (left_16, up_16, up_left_16) = (i16::from(left), i16::from(up), i16::from(up_left));
    let from_left = (up_16 - up_left_16).abs();
    let from_up = (left_16 - up_left_16).abs();
    let from_up_left = (left_16 + up_16 - 2 * up_left_16).abs();
    let mut nearest = up_left;
    if from_up <= from_up_left {
        nearest = up;
    }
    if from_left <= from_up && from_left <= from_up_left {
        nearest = left;
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, byte by byte.
    fn slow(filter: Filter, row: &[u8], above: Option<&[u8]>) -> Vec<u8> {
        (0..row.len())
            .map(|i| {
                let left = i.checked_sub(4).map_or(0, |j| row[j]);
                let up = above.map_or(0, |above| above[i]);
                let up_left = i.checked_sub(4).and_then(|j| above.map(|above| above[j])).unwrap_or(0);
                let p = i32::from(left) + i32::from(up) - i32::from(up_left);
                let predicted = match filter {
                    Filter::None => 0,
                    Filter::Up => up,
                    Filter::Paeth => {
                        *[left, up, up_left].iter().min_by_key(|neighbour| (p - i32::from(**neighbour)).abs()).unwrap()
                    }
                };
                row[i].wrapping_sub(predicted)
            })
            .collect()
    }

    #[test]
    fn agrees_with_the_definition_at_every_length() {
        let mut state = 1u32;
        let mut byte = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Few values, so that ties happen.
            [0, 1, 2, 127, 128, 254, 255][(state >> 24) as usize % 7]
        };
        for pixels in 1..70 {
            let row: Vec<u8> = (0..pixels * 4).map(|_| byte()).collect();
            let above: Vec<u8> = (0..pixels * 4).map(|_| byte()).collect();
            for filter in [Filter::None, Filter::Up, Filter::Paeth] {
                for above in [None, Some(&above[..])] {
                    let mut out = vec![0; row.len()];
                    filter.apply(&row, above, &mut out);
                    assert_eq!(out, slow(filter, &row, above), "{filter:?} {pixels}");
                }
            }
        }
    }
}
