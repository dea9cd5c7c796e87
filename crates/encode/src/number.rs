//! Numbers as short as their precision allows.

/// Writes a number at the end of digits; where it begins.
macro_rules! write_decimal {
    ($digits:ident, $magnitude:ident, $decimals:ident) => {{
        let (mut rest, mut start, mut decimals) = ($magnitude, $digits.len(), $decimals);
        while decimals > 0 && rest % 10 == 0 {
            rest /= 10;
            decimals -= 1;
        }
        for place in (0..decimals).rev() {
            start -= 1;
            $digits[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if place == 0 {
                start -= 1;
                $digits[start] = b'.';
            }
        }
        while rest != 0 || start == $digits.len() {
            start -= 1;
            $digits[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        start
    }};
}

/// Appends `steps / 10^decimals` without zeros that say nothing: 150 steps of a hundredth are `1.5`, 50 are `.5`.
pub fn push_decimal(out: &mut Vec<u8>, steps: i64, decimals: u32) {
    let magnitude = steps.unsigned_abs();
    let mut digits = [0; 24];
    let start = match u32::try_from(magnitude) {
        // Numbers on a page: half the time of longer ones.
        Ok(short) => write_decimal!(digits, short, decimals),
        Err(_) => write_decimal!(digits, magnitude, decimals),
    };
    if steps < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[start..]);
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
}
