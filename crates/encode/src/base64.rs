//! Bytes as text.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Appends `data` in base 64, padded, on one line.
pub fn push_base64(out: &mut Vec<u8>, data: &[u8]) {
    out.reserve(data.len().div_ceil(3) * 4);
    for group in data.chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            out.push(if place <= group.len() { ALPHABET[(bits >> (18 - 6 * place)) as usize & 63] } else { b'=' });
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn padding() {
        let text = |data: &str| {
            let mut out = Vec::new();
            super::push_base64(&mut out, data.as_bytes());
            String::from_utf8(out).unwrap()
        };
        assert_eq!(["", "f", "fo", "foo", "foob"].map(text), ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }
}
