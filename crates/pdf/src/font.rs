//! Fonts: which glyphs are used, what they stand for, and the subset that holds them.

use std::collections::BTreeMap;
use std::sync::Arc;

use subsetter::{GlyphRemapper, subset};
use text::{Face, FaceMetrics};

use crate::object::{Id, Objects, number, text_string};

/// A font of the file.
#[derive(Debug)]
pub struct Font {
    /// Its name in the resources.
    pub name: String,
    /// Number of its object.
    pub id: Id,
    /// Measures of the face.
    pub metrics: FaceMetrics,
    face: Arc<Face>,
    remapper: GlyphRemapper,
    /// What codes stand for.
    unicode: BTreeMap<u16, String>,
    /// Advances by code, thousandths of an em.
    widths: Vec<f64>,
}

impl Font {
    /// A font without glyphs yet; `None` if the face cannot be embedded.
    pub fn new(name: String, face: &Arc<Face>, objects: &mut Objects) -> Option<Self> {
        let metrics = FaceMetrics::read(&face.data, face.index)?;
        // The first glyph is always there.
        let widths = vec![thousandths(&metrics, metrics.advance(0))];
        let id = objects.reserve();
        let remapper = GlyphRemapper::new();
        Some(Self { name, id, metrics, face: Arc::clone(face), remapper, unicode: BTreeMap::new(), widths })
    }

    /// The code of a glyph.
    pub fn code(&mut self, glyph: u32) -> u16 {
        let code = self.remapper.remap(u16::try_from(glyph).unwrap_or(0));
        while self.widths.len() <= usize::from(code) {
            self.widths.push(thousandths(&self.metrics, self.metrics.advance(glyph)));
        }
        code
    }

    /// Notes what a code stands for; whether that can be told from the code alone.
    pub fn stands_for(&mut self, code: u16, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        self.unicode.entry(code).or_insert_with(|| text.to_owned()) == text
    }

    /// Advance of a code, thousandths of an em.
    pub fn width(&self, code: u16) -> f64 {
        self.widths[usize::from(code)]
    }

    /// Writes the font's objects.
    pub fn write(&self, objects: &mut Objects) {
        let Ok(file) = subset(&self.face.data, self.face.index, &self.remapper) else {
            objects.set(self.id, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
            return;
        };
        let file = if self.metrics.is_cff { file } else { text::without_hints(&file).unwrap_or(file) };
        let name = format!("{}+{}", tag(&file), name_of(&self.face));
        let m = &self.metrics;
        let (kind, key, stream) = if m.is_cff {
            let table = text::table(&file, b"CFF ").unwrap_or(&file).to_vec();
            ("CIDFontType0", "FontFile3", objects.add_stream("/Subtype/CIDFontType0C", table))
        } else {
            ("CIDFontType2", "FontFile2", {
                let entries = format!("/Length1 {}", file.len());
                objects.add_stream(&entries, file)
            })
        };
        let bbox = m.bbox.map(|v| number(thousandths(m, v), 0)).join(" ");
        let whole = |v: f64| number(thousandths(m, v), 0);
        let descriptor = objects.add(format!(
            "<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{bbox}]/ItalicAngle {}/Ascent {}/Descent {}\
             /CapHeight {}/StemV 80/{key} {stream} 0 R>>",
            number(m.italic_angle, 2),
            whole(m.ascent),
            whole(m.descent),
            whole(m.ascent),
        ));
        let widths: Vec<String> = self.widths.iter().map(|&width| number(width, 1)).collect();
        let map = if m.is_cff { "" } else { "/CIDToGIDMap/Identity" };
        let descendant = objects.add(format!(
            "<</Type/Font/Subtype/{kind}/BaseFont/{name}/CIDSystemInfo<</Registry{}/Ordering{}/Supplement 0>>\
             /FontDescriptor {descriptor} 0 R/DW 0/W[0[{}]]{map}>>",
            text_string("Adobe"),
            text_string("Identity"),
            widths.join(" "),
        ));
        let unicode = objects.add_stream("", self.unicode_map());
        objects.set(
            self.id,
            format!(
                "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]\
                 /ToUnicode {unicode} 0 R>>"
            ),
        );
    }

    fn unicode_map(&self) -> Vec<u8> {
        let mut out = String::from(
            "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n\
             /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n\
             /CMapName/Adobe-Identity-UCS def/CMapType 2 def\n\
             1 begincodespacerange<0000><FFFF>endcodespacerange\n",
        );
        let entries: Vec<_> = self.unicode.iter().collect();
        for part in entries.chunks(100) {
            out.push_str(&format!("{} beginbfchar\n", part.len()));
            for (code, text) in part {
                out.push_str(&format!("<{code:04X}><"));
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

fn thousandths(metrics: &FaceMetrics, units: f64) -> f64 {
    units * 1000.0 / metrics.units_per_em
}

/// Six letters that tell subsets apart, from the subset itself.
fn tag(file: &[u8]) -> String {
    let mut hash = file
        .iter()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (0..6)
        .map(|_| {
            let letter = char::from(b'A' + (hash % 26) as u8);
            hash /= 26;
            letter
        })
        .collect()
}

/// The face's name with nothing in it that a name may not hold.
fn name_of(face: &Face) -> String {
    face.postscript_name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}
