//! Numbers as short as their precision allows.

/// Writes a number at the end of digits; where it begins.
fn write_decimal(digits: &mut [u8; 24], magnitude: u64, mut decimals: u32) -> usize {
    let (mut rest, mut start) = (magnitude, digits.len());
    while decimals > 0 && rest % 10 == 0 {
        rest /= 10;
        decimals -= 1;
    }
    for place in (0..decimals).rev() {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if place == 0 {
            start -= 1;
            digits[start] = b'.';
        }
    }
    while rest != 0 || start == digits.len() {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    start
}

/// Appends `steps / 10^decimals` without zeros that say nothing: 150 steps of a hundredth are `1.5`, 50 are `.5`.
pub fn push_decimal(out: &mut Vec<u8>, steps: i64, decimals: u32) {
    let magnitude = steps.unsigned_abs();
    // Numbers on a page: a third of the time of any others.
    if decimals == 2 && magnitude < 100 * MOST_WHOLE {
        return push_short(out, steps < 0, magnitude as usize / 100, magnitude as usize % 100 * 10);
    }
    if decimals == 3 && magnitude < 1000 * MOST_WHOLE {
        return push_short(out, steps < 0, magnitude as usize / 1000, magnitude as usize % 1000);
    }
    let mut digits = [0; 24];
    let start = write_decimal(&mut digits, magnitude, decimals);
    if steps < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[start..]);
}

/// Whole parts below this are written from tables.
const MOST_WHOLE: u64 = 10_000;

/// The two digits of numbers below a hundred.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

/// Thousandths as point and digits without zeros at the end, and how many bytes of it count.
const FRACTIONS: [([u8; 4], u8); 1000] = {
    let mut fractions = [([0; 4], 0); 1000];
    let mut i = 1;
    while i < 1000 {
        let digits = [b'.', b'0' + (i / 100) as u8, b'0' + (i / 10 % 10) as u8, b'0' + (i % 10) as u8];
        fractions[i] = (digits, if i % 100 == 0 { 2 } else { 4 - (i % 10 == 0) as u8 });
        i += 1;
    }
    fractions
};

fn push_short(out: &mut Vec<u8>, negative: bool, whole: usize, thousandths: usize) {
    let ([a, b], [c, d]) = (PAIRS[whole / 100], PAIRS[whole % 100]);
    let (fraction, length) = FRACTIONS[thousandths];
    // Zero is no digit before a point.
    let zeros = usize::from(whole < 1000)
        + usize::from(whole < 100)
        + usize::from(whole < 10)
        + usize::from(whole == 0 && thousandths != 0);
    let mut head = u64::from(u32::from_le_bytes([a, b, c, d])) >> (8 * zeros);
    if negative {
        head = head << 8 | u64::from(b'-');
    }
    let point = usize::from(negative) + 4 - zeros;
    // Copies of constant length, of which the end is cut off, take no calls.
    let mut text = [0; 16];
    text[..8].copy_from_slice(&head.to_le_bytes());
    text[point..point + 4].copy_from_slice(&fraction);
    let start = out.len();
    out.extend_from_slice(&text);
    out.truncate(start + point + usize::from(length));
}

/// Appends a whole number.
pub fn push_whole(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// A number in steps of `10^-decimals`, halves away from zero; far beyond any page it is clamped, and NaN is 0.
pub fn steps(value: f64, decimals: u32) -> i64 {
    const LIMIT: f64 = (1u64 << 40) as f64;
    // The last number below a half, so that what is just below a half does not become one.
    const HALF: f64 = 0.499_999_999_999_999_94;
    let unit = match decimals {
        2 => 100.0,
        3 => 1000.0,
        _ => 10f64.powi(decimals as i32),
    };
    let scaled = (value * unit).clamp(-LIMIT, LIMIT);
    (scaled + HALF.copysign(scaled)) as i64
}

/// Appends a number rounded to a number of decimals.
pub fn push_rounded(out: &mut Vec<u8>, value: f64, decimals: u32) {
    push_decimal(out, steps(value, decimals), decimals);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64, decimals: u32) -> String {
        let mut out = Vec::new();
        push_rounded(&mut out, value, decimals);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_short() {
        let all = [0.0, 1.5, -0.5, 0.05, 10.0, -123.456, 0.004, f64::NAN];
        assert_eq!(all.map(|v| text(v, 2)), ["0", "1.5", "-.5", ".05", "10", "-123.46", "0", "0"]);
        assert_eq!(text(2.5, 0), "3");
        assert_eq!([0.499_999_999_999_999_94, -0.5, 1.005e9].map(|v| text(v, 0)), ["0", "-1", "1005000000"]);
        assert_eq!([0.05, 43e6 + 0.07, 5e9].map(|v| text(v, 2)), [".05", "43000000.07", "5000000000"]);
        assert_eq!(text(f64::INFINITY, 0), (1u64 << 40).to_string());
    }
    #[test]
    fn tables_say_what_digits_say() {
        for decimals in [2, 3] {
            for steps in (-12_000_000..12_000_000).step_by(61).chain(-20_000..20_000) {
                let (mut out, mut digits) = (Vec::new(), [0; 24]);
                push_decimal(&mut out, steps, decimals);
                let start = write_decimal(&mut digits, steps.unsigned_abs(), decimals);
                let sign: &[u8] = if steps < 0 { b"-" } else { b"" };
                assert_eq!(out, [sign, &digits[start..]].concat());
            }
        }
    }
}
