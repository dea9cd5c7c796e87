//! Text and attributes of XML.

/// Appends `text` with markup escaped; what XML cannot hold becomes U+FFFD.
pub fn push_escaped(out: &mut Vec<u8>, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\t' | '\n' | '\r' => out.extend_from_slice(format!("&#{};", character as u32).as_bytes()),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.extend_from_slice("\u{fffd}".as_bytes()),
            other => out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Appends ` name="value"`.
pub fn push_attribute(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    push_escaped(out, value);
    out.push(b'"');
}

/// Appends `<name>text</name>`.
pub fn push_element(out: &mut Vec<u8>, name: &str, text: &str) {
    out.extend_from_slice(format!("<{name}>").as_bytes());
    push_escaped(out, text);
    out.extend_from_slice(format!("</{name}>").as_bytes());
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_and_control_characters_do_no_harm() {
        let mut out = Vec::new();
        super::push_attribute(&mut out, "id", "a<b>&\"\u{1}\n");
        assert_eq!(String::from_utf8(out).unwrap(), " id=\"a&lt;b&gt;&amp;&quot;\u{fffd}&#10;\"");
    }
}
