//! Numbers as short as their precision allows.

/// Appends `steps / 10^decimals` without zeros that say nothing: 150 steps of a hundredth are `1.5`, 50 are `.5`.
pub fn push_decimal(out: &mut Vec<u8>, steps: i64, decimals: u32) {
    let unit = 10u64.pow(decimals);
    let magnitude = steps.unsigned_abs();
    if steps < 0 {
        out.push(b'-');
    }
    let (whole, mut rest) = (magnitude / unit, magnitude % unit);
    if whole != 0 || rest == 0 {
        push_whole(out, whole);
    }
    if rest == 0 {
        return;
    }
    out.push(b'.');
    let mut place = unit / 10;
    while rest != 0 {
        out.push(b'0' + (rest / place) as u8);
        rest %= place;
        place /= 10;
    }
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
    let scaled = value * 10f64.powi(decimals as i32);
    scaled.clamp(-LIMIT, LIMIT).round() as i64
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
        assert_eq!(text(f64::INFINITY, 0), (1u64 << 40).to_string());
    }
}
