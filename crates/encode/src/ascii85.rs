//! Bytes as five printable characters for four.

/// Characters in a line.
const LINE: usize = 120;

/// Appends `data` as base 85 in lines, with the mark `~>` at the end. No line begins with `%`, which would look like a
/// comment.
pub fn push_ascii85(out: &mut Vec<u8>, data: &[u8]) {
    out.reserve(data.len() * 5 / 4 + data.len() * 5 / 4 / LINE + 16);
    let mut column = 0;
    let mut push = |out: &mut Vec<u8>, character: u8| {
        if column == LINE {
            out.push(b'\n');
            column = 0;
        }
        if column == 0 && character == b'%' {
            out.push(b' ');
            column = 1;
        }
        out.push(character);
        column += 1;
    };
    for group in data.chunks(4) {
        let mut bytes = [0; 4];
        bytes[..group.len()].copy_from_slice(group);
        let mut value = u32::from_be_bytes(bytes);
        if value == 0 && group.len() == 4 {
            push(out, b'z');
            continue;
        }
        let mut digits = [0; 5];
        for digit in digits.iter_mut().rev() {
            *digit = b'!' + (value % 85) as u8;
            value /= 85;
        }
        for &digit in &digits[..=group.len()] {
            push(out, digit);
        }
    }
    out.extend_from_slice(b"~>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(data: &[u8]) -> String {
        let mut out = Vec::new();
        push_ascii85(&mut out, data);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn groups_and_their_rest() {
        assert_eq!(
            ["", "M", "Ma", "Man", "Man "].map(|data| text(data.as_bytes())),
            ["~>", "9`~>", "9jn~>", "9jqo~>", "9jqo^~>"]
        );
        assert_eq!(text(&[0; 5]), "z!!~>");
    }

    #[test]
    fn lines_are_short_and_no_comments() {
        let noise: Vec<u8> = (0..20_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let text = text(&noise);
        assert!(text.lines().all(|line| line.len() <= LINE + 2 && !line.starts_with('%')));
    }
}
