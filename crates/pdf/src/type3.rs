//! Fonts whose glyphs are procedures that draw (Type 3).
//!
//! Such a font has codes of one byte: a face takes as many fonts as its glyphs need.

use page::{PathData, grown, number};

use crate::font::Font;
use crate::object::Objects;

/// Codes of a font.
const CODES: usize = 256;

/// The name of the font in the resources that has a code.
pub fn name(font: &Font, code: u16) -> String {
    match usize::from(code) / CODES {
        0 => font.name.clone(),
        part => format!("{}_{part}", font.name),
    }
}

/// Writes the fonts of a face; their names with their objects, as resources have them.
pub fn write(font: &Font, objects: &mut Objects, tells_all: bool) -> String {
    let face = &font.subset.face;
    let unit = 1.0 / face.units_per_em.max(1.0);
    let widths: Vec<String> = font.subset.widths().iter().map(|width| number(width / 1000.0 / unit, 2)).collect();
    let bbox = font.subset.metrics.as_ref().map_or([0.0; 4], |metrics| metrics.bbox).map(|v| number(v, 0)).join(" ");
    let glyphs: Vec<u32> = font.subset.glyphs().collect();
    let mut resources = String::new();
    for (part, glyphs) in glyphs.chunks(CODES).enumerate() {
        let first = part * CODES;
        let widths = &widths[first..first + glyphs.len()];
        let (mut procedures, mut names) = (String::new(), String::new());
        for (code, (glyph, width)) in glyphs.iter().zip(widths).enumerate() {
            let data = PathData::of_glyph(face, *glyph);
            let mut content = format!("{width} 0 ").into_bytes();
            if data.is_empty() {
                content.extend_from_slice(b"0 0 0 0 d1\n");
            } else {
                let bounds = grown(data.bounds(), 1.0);
                let corners = [bounds.x1, bounds.y1, bounds.x2, bounds.y2].map(|v| number(v, 0)).join(" ");
                content.extend_from_slice(format!("{corners} d1\n").as_bytes());
                content.extend_from_slice(&data.out);
                content.extend_from_slice(b"f\n");
            }
            procedures.push_str(&format!("/g{code} {} 0 R", objects.add_stream("", content)));
            names.push_str(&format!("/g{code}"));
        }
        let unicode = font.unicode_map(first.max(1)..first + glyphs.len(), 2, tells_all);
        let unicode = objects.add_stream("", unicode);
        let id = if part == 0 { font.id } else { objects.reserve() };
        objects.set(
            id,
            format!(
                "<</Type/Font/Subtype/Type3/FontBBox[{bbox}]/FontMatrix[{unit:.8} 0 0 {unit:.8} 0 0]\
                 /CharProcs<<{procedures}>>/Encoding<</Type/Encoding/Differences[0{names}]>>\
                 /FirstChar 0/LastChar {}/Widths[{}]/Resources<<>>/ToUnicode {unicode} 0 R>>",
                glyphs.len() - 1,
                widths.join(" "),
            ),
        );
        resources.push_str(&format!("/{} {id} 0 R", name(font, first as u16)));
    }
    resources
}
