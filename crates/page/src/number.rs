//! Numbers as operands.

use encode::number::push_rounded;

/// Appends a number and a space.
pub fn push_number(out: &mut Vec<u8>, value: f64, decimals: u32) {
    push_rounded(out, value, decimals);
    out.push(b' ');
}

/// A number as text.
pub fn number(value: f64, decimals: u32) -> String {
    let mut out = Vec::new();
    push_rounded(&mut out, value, decimals);
    String::from_utf8(out).unwrap_or_default()
}
