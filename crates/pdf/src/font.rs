//! Fonts as objects.

use std::ops::Range;
use std::sync::Arc;

use page::{Subset, name_of, number, tag};
use text::Face;

use crate::object::{Id, Objects, text_string};

/// A font of the file.
#[derive(Debug)]
pub struct Font {
    /// Its name in the resources.
    pub name: String,
    /// Number of its object.
    pub id: Id,
    /// Its glyphs.
    pub subset: Subset,
}

impl Font {
    /// A font without glyphs yet; `has_many_codes` as for subsets.
    pub fn new(name: String, face: &Arc<Face>, has_many_codes: bool, objects: &mut Objects) -> Self {
        Self { name, id: objects.reserve(), subset: Subset::new(face, has_many_codes) }
    }

    /// Writes the font's objects; `tells_all` lets also codes stand for something that other ones speak for.
    pub fn write(&self, objects: &mut Objects, tells_all: bool) {
        let Some(file) = self.subset.file() else {
            objects.set(self.id, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
            return;
        };
        let name = format!("{}+{}", tag(&file), name_of(&self.subset.face));
        let is_cff = self.subset.is_cff();
        let (kind, key, stream) = if is_cff {
            ("CIDFontType0", "FontFile3", objects.add_stream("/Subtype/CIDFontType0C", file))
        } else {
            ("CIDFontType2", "FontFile2", {
                let entries = format!("/Length1 {}", file.len());
                objects.add_stream(&entries, file)
            })
        };
        // Of faces that say nothing, what letters have mostly.
        let (bbox, ascent, descent, slope) =
            self.subset.metrics.as_ref().map_or(([-200.0, -300.0, 1200.0, 1000.0], 750.0, -250.0, 0.0), |m| {
                (m.bbox.map(|v| m.thousandths(v)), m.thousandths(m.ascent), m.thousandths(m.descent), m.italic_angle)
            });
        let whole = |v: f64| number(v, 0);
        let bbox = bbox.map(whole).join(" ");
        let descriptor = objects.add(format!(
            "<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{bbox}]/ItalicAngle {}/Ascent {}/Descent {}\
             /CapHeight {}/StemV 80/{key} {stream} 0 R>>",
            number(slope, 2),
            whole(ascent),
            whole(descent),
            whole(ascent),
        ));
        let widths: Vec<String> = self.subset.widths().iter().map(|&width| number(width, 1)).collect();
        let places = self.subset.places();
        let map = match places.iter().zip(0..).all(|(&place, code)| place == code) {
            _ if is_cff => String::new(),
            true => "/CIDToGIDMap/Identity".to_owned(),
            false => {
                let places = places.iter().flat_map(|place| place.to_be_bytes()).collect();
                format!("/CIDToGIDMap {} 0 R", objects.add_stream("", places))
            }
        };
        let descendant = objects.add(format!(
            "<</Type/Font/Subtype/{kind}/BaseFont/{name}/CIDSystemInfo<</Registry{}/Ordering{}/Supplement 0>>\
             /FontDescriptor {descriptor} 0 R/DW 0/W[0[{}]]{map}>>",
            text_string("Adobe"),
            text_string("Identity"),
            widths.join(" "),
        ));
        let unicode = objects.add_stream("", self.unicode_map(1..self.subset.widths().len(), 4, tells_all));
        objects.set(
            self.id,
            format!(
                "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]\
                 /ToUnicode {unicode} 0 R>>"
            ),
        );
    }

    /// What some codes stand for, of which as many digits are written.
    pub fn unicode_map(&self, codes: Range<usize>, digits: usize, tells_all: bool) -> Vec<u8> {
        let mut out = String::from(
            "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n\
             /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n\
             /CMapName/Adobe-Identity-UCS def/CMapType 2 def\n",
        );
        out.push_str(&format!("1 begincodespacerange<{:0digits$}><{:F>digits$}>endcodespacerange\n", 0, "F"));
        // A space of no width.
        const NOTHING: &str = "\u{200b}";
        let known = self.subset.unicode();
        let entries: Vec<(u16, &str)> = codes
            .map(|code| code as u16)
            .filter_map(|code| Some((code, known.get(&code).map(String::as_str).or(tells_all.then_some(NOTHING))?)))
            .collect();
        for part in entries.chunks(100) {
            out.push_str(&format!("{} beginbfchar\n", part.len()));
            for (code, text) in part {
                // Fonts of few digits have a part of the codes each.
                let written = if digits == 2 { code & 0xff } else { *code };
                out.push_str(&format!("<{written:0digits$X}><"));
                for unit in text.encode_utf16() {
                    out.push_str(&format!("{unit:04X}"));
                }
                out.push_str(">\n");
            }
            out.push_str("endbfchar\n");
        }
        out.push_str("endcmap CMapName currentdict/CMap defineresource pop end end\n");
        out.into_bytes()
    }
}
