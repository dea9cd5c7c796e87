//! Fonts: which glyphs are used under which codes, and what defines them.
//!
//! TrueType faces become Type 42 fonts without hints, other faces Type 1 fonts of their outlines; or all become Type 3.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use geometry::{Affine, DocumentPath, PathView};
use page::{PathData, Subset, name_of, number, tag};
use text::{Face, FaceMetrics};

use crate::document::Options;
use crate::type1::Type1;

/// Codes of a font that glyphs may have; 0 is for what is missing.
const CODES: usize = 255;

/// Bytes of a font file in one string, at most.
const STRING: usize = 65_000;

/// A font of the file.
#[derive(Debug)]
pub struct Font {
    /// Its short name.
    pub name: String,
    face: Arc<Face>,
    metrics: Option<FaceMetrics>,
    /// The glyphs of a TrueType face.
    subset: Option<Subset>,
    glyphs: Vec<Glyph>,
    by_id: HashMap<u32, Vec<usize>>,
    codes: HashSet<u8>,
    names: HashSet<String>,
}

#[derive(Debug)]
struct Glyph {
    id: u32,
    code: u8,
    name: String,
    /// What it stands for.
    text: String,
    /// Place in the subset.
    place: u16,
    /// Thousandths of an em.
    width: f64,
}

/// What defines a font.
#[derive(Debug)]
pub struct WrittenFont {
    /// Its name.
    pub name: String,
    /// The operators.
    pub code: Vec<u8>,
}

impl Font {
    /// A font without glyphs yet.
    pub fn new(name: String, face: &Arc<Face>, options: &Options) -> Self {
        let metrics = FaceMetrics::read(&face.data, face.index);
        let true_type = !options.type3 && metrics.as_ref().is_some_and(|metrics| !metrics.is_cff);
        Self {
            name,
            face: Arc::clone(face),
            subset: true_type.then(|| Subset::new(face, false)),
            metrics,
            glyphs: Vec::new(),
            by_id: HashMap::new(),
            codes: HashSet::new(),
            names: HashSet::new(),
        }
    }

    /// Whether a glyph is there or there is a code left for it.
    pub fn takes(&self, glyph: u32) -> bool {
        self.by_id.contains_key(&glyph) || self.glyphs.len() < CODES
    }

    /// The code of a glyph that stands for a text, its advance in thousandths of an em, and whether the code tells the text.
    pub fn code(&mut self, id: u32, text: &str) -> (u8, f64, bool) {
        let known = self.by_id.entry(id).or_default();
        let told = known.iter().find(|&&index| self.glyphs[index].text == text);
        // The first one has to do when there are no codes left.
        let first = known.first().filter(|_| self.glyphs.len() >= CODES);
        if let Some(&index) = told.or(first) {
            let glyph = &self.glyphs[index];
            return (glyph.code, glyph.width, glyph.text == text);
        }
        known.push(self.glyphs.len());
        // The character's own code, if it can be had.
        let own = text.bytes().next().filter(|byte| text.len() == 1 && (0x20..0x7f).contains(byte));
        let free = (0x80..=0xff).chain(0x20..0x80).chain(1..0x20);
        let code = own.into_iter().chain(free).find(|code| !self.codes.contains(code)).unwrap_or(0);
        self.codes.insert(code);
        let place = self.subset.as_mut().map_or(0, |subset| subset.code(id, "").0);
        let width = match (&self.subset, &self.metrics) {
            (Some(subset), _) => subset.width(place),
            (None, Some(metrics)) => metrics.thousandths(metrics.advance(id)),
            (None, None) => self.face.advance(id).round(),
        };
        let mut name = glyph_name(id, text);
        while !self.names.insert(name.clone()) {
            name.push_str(".a");
        }
        self.glyphs.push(Glyph { id, code, name, text: text.to_owned(), place, width });
        (code, width, true)
    }

    /// What defines the font.
    pub fn write(&self, options: &Options) -> WrittenFont {
        let file = self.subset.as_ref().and_then(Subset::file);
        let mut out = Vec::new();
        let name = match &file {
            Some(file) => {
                let name = format!("{}+{}", tag(file), name_of(&self.face));
                self.write_type42(&mut out, &name, file, options.level > 0);
                name
            }
            None => {
                let mut body = Vec::new();
                if options.type3 {
                    self.write_type3(&mut body);
                } else {
                    self.write_type1(&mut body, options.level > 0);
                }
                let name = format!("{}+{}", tag(&body), name_of(&self.face));
                self.write_head(&mut out, &name, if options.type3 { 3 } else { 1 });
                out.extend_from_slice(&body);
                name
            }
        };
        out.extend_from_slice(
            format!("FontName currentdict end definefont pop\n/{}/{name} def\n", self.name).as_bytes(),
        );
        WrittenFont { name, code: out }
    }

    /// Name, kind, encoding, and what codes stand for.
    fn write_head(&self, out: &mut Vec<u8>, name: &str, kind: u8) {
        let mut text = format!("14 dict begin/FontName/{name} def/FontType {kind} def/PaintType 0 def\n/Encoding E\n");
        for glyph in &self.glyphs {
            text.push_str(&format!("dup {}/{} put\n", glyph.code, glyph.name));
        }
        text.push_str("def\n/FontInfo<</GlyphNames2Unicode<<\n");
        for glyph in self.glyphs.iter().filter(|glyph| !glyph.text.is_empty()) {
            let units: String = glyph.text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            text.push_str(&format!("/{}<{units}>\n", glyph.name));
        }
        text.push_str(">>>>def\n");
        out.extend_from_slice(text.as_bytes());
    }

    fn write_type42(&self, out: &mut Vec<u8>, name: &str, file: &[u8], binary: bool) {
        self.write_head(out, name, 42);
        let metrics = self.metrics.as_ref();
        let bbox = metrics.map_or([0.0; 4], |m| m.bbox.map(|v| v / m.units_per_em));
        let mut text = format!(
            "/FontMatrix[1 0 0 1 0 0]def/FontBBox[{}]def/CharStrings<</.notdef 0\n",
            bbox.map(|v| number(v, 4)).join(" ")
        );
        for glyph in &self.glyphs {
            text.push_str(&format!("/{} {}\n", glyph.name, glyph.place));
        }
        text.push_str(">>def/sfnts[\n");
        out.extend_from_slice(text.as_bytes());
        let breaks = text::breaks(file);
        let mut start = 0;
        while start < file.len() {
            let limit = start + STRING;
            let end = breaks.iter().copied().filter(|&place| place > start && place <= limit).max();
            let end = if file.len() <= limit { file.len() } else { end.unwrap_or(limit & !1) };
            // Every string ends in a byte that does not count.
            push_string(out, &[&file[start..end], &[0]].concat(), binary);
            out.push(b'\n');
            start = end;
        }
        out.extend_from_slice(b"]def\n");
    }

    fn write_type3(&self, out: &mut Vec<u8>) {
        let unit = 1.0 / self.face.units_per_em.max(1.0);
        let mut text = format!("/FontMatrix[{unit:.8} 0 0 {unit:.8} 0 0]def/FontBBox[0 0 0 0]def\n");
        text.push_str(
            "/BuildGlyph{exch begin CharProcs exch 2 copy known not{pop/.notdef}if get exec end}bind def\n\
             /BuildChar{1 index/Encoding get exch get 1 index/BuildGlyph get exec}bind def\n\
             /CharProcs<</.notdef{0 0 setcharwidth}\n",
        );
        out.extend_from_slice(text.as_bytes());
        for glyph in &self.glyphs {
            let data = PathData::of_glyph(&self.face, glyph.id);
            let width = number(glyph.width / 1000.0 / unit, 2);
            out.extend_from_slice(format!("/{}{{{width} 0", glyph.name).as_bytes());
            if data.is_empty() {
                out.extend_from_slice(b" setcharwidth}bind\n");
                continue;
            }
            let bounds = page::grown(data.bounds(), 1.0);
            for v in [bounds.x1, bounds.y1, bounds.x2, bounds.y2] {
                out.push(b' ');
                out.extend_from_slice(number(v, 0).as_bytes());
            }
            out.extend_from_slice(b" setcachedevice\n");
            out.extend_from_slice(&data.out);
            out.extend_from_slice(b"f}bind\n");
        }
        out.extend_from_slice(b">>def\n");
    }

    fn write_type1(&self, out: &mut Vec<u8>, binary: bool) {
        let unit = 1000.0 / self.face.units_per_em.max(1.0);
        out.extend_from_slice(
            b"/FontMatrix[.001 0 0 .001 0 0]def/FontBBox[0 0 0 0]def\n\
              /Private<</lenIV 0/BlueValues[]/password 5839/MinFeature{16 16}/Subrs[]>>def\n/CharStrings<<\n",
        );
        let missing = Type1::new(0.0).finish();
        out.extend_from_slice(b"/.notdef ");
        push_string(out, &missing, binary);
        for glyph in &self.glyphs {
            let mut outline = Type1::new(glyph.width);
            if let Some(path) = self.face.path(glyph.id) {
                let view = PathView { vertices: &path.vertices, codes: Some(&path.codes) };
                DocumentPath::default().send(view, Affine::scaling(unit, unit), &mut outline);
            }
            out.extend_from_slice(format!("\n/{} ", glyph.name).as_bytes());
            push_string(out, &outline.finish(), binary);
        }
        out.extend_from_slice(b">>def\n");
    }
}

/// A name from which programs can tell what the glyph stands for.
fn glyph_name(id: u32, text: &str) -> String {
    let mut units = text.encode_utf16();
    match (units.next(), units.next(), text.chars().next()) {
        (Some(unit), None, _) => format!("uni{unit:04X}"),
        (Some(_), Some(_), Some(c)) if text.chars().count() == 1 => format!("u{:05X}", u32::from(c)),
        (Some(_), ..) if text.encode_utf16().count() <= 8 => {
            let all: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            format!("uni{all}")
        }
        _ => format!("g{id}"),
    }
}

/// Appends a string: as it is where bytes are free to be anything, in hexadecimal otherwise.
pub fn push_string(out: &mut Vec<u8>, data: &[u8], binary: bool) {
    if !binary {
        out.push(b'<');
        for line in data.chunks(60) {
            out.extend(line.iter().flat_map(|byte| format!("{byte:02X}").into_bytes()));
            out.push(b'\n');
        }
        out.push(b'>');
        return;
    }
    out.push(b'(');
    for &byte in data {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.push(byte),
        }
    }
    out.push(b')');
}
