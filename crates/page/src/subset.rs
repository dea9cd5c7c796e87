//! Subsets of fonts: which glyphs are used, what they stand for, and the file that holds them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use subsetter::{GlyphRemapper, subset};
use text::{Face, FaceMetrics};

use crate::cff::cff;

/// The glyphs of a face that are used.
#[derive(Debug)]
pub struct Subset {
    /// The face.
    pub face: Arc<Face>,
    /// Its measures; `None` if its file is none that documents take, so that only outlines are known.
    pub metrics: Option<FaceMetrics>,
    remapper: GlyphRemapper,
    /// What codes stand for.
    unicode: BTreeMap<u16, String>,
    /// Advances by code, thousandths of an em.
    widths: Vec<f64>,
    /// Whether a glyph has a code for each text that it stands for.
    has_many_codes: bool,
    /// Places of the codes' glyphs in the subset.
    places: Vec<u16>,
    /// Codes by their glyph's place.
    codes: HashMap<u16, Vec<u16>>,
}

impl Subset {
    /// No glyphs yet; with `has_many_codes`, a glyph of a TrueType face has a code for each text that it stands for.
    pub fn new(face: &Arc<Face>, has_many_codes: bool) -> Self {
        let metrics = FaceMetrics::read(&face.data, face.index);
        // The first glyph is always there.
        let widths = vec![metrics.as_ref().map_or(0.0, |metrics| metrics.thousandths(metrics.advance(0)))];
        let has_many_codes = has_many_codes && metrics.as_ref().is_some_and(|metrics| !metrics.is_cff);
        Self {
            face: Arc::clone(face),
            metrics,
            remapper: GlyphRemapper::new(),
            unicode: BTreeMap::new(),
            widths,
            has_many_codes,
            places: vec![0],
            codes: HashMap::from([(0, vec![0])]),
        }
    }

    /// Whether the outlines are cubic, in a CFF font.
    pub fn is_cff(&self) -> bool {
        self.metrics.as_ref().is_none_or(|metrics| metrics.is_cff)
    }

    /// The code of a glyph that stands for a text, maybe an empty one, and whether it is that which the code tells.
    pub fn code(&mut self, glyph: u32, text: &str) -> (u16, bool) {
        let place = self.remapper.remap(u16::try_from(glyph).unwrap_or(0));
        let codes = self.codes.entry(place).or_default();
        let told = |code: &u16| self.unicode.get(code).map_or("", String::as_str);
        if let Some(&code) = codes.iter().find(|code| told(code) == text) {
            return (code, true);
        }
        if let Some(&first) = codes.first()
            && !(self.has_many_codes && self.places.len() < usize::from(u16::MAX))
        {
            return (first, false);
        }
        let code = self.places.len() as u16;
        codes.push(code);
        self.places.push(place);
        self.widths.push(match &self.metrics {
            Some(metrics) => metrics.thousandths(metrics.advance(glyph)),
            None => self.face.advance(glyph).round(),
        });
        if !text.is_empty() {
            self.unicode.insert(code, text.to_owned());
        }
        (code, true)
    }

    /// Places of the codes' glyphs in the subset.
    pub fn places(&self) -> &[u16] {
        &self.places
    }

    /// Advance of a code, thousandths of an em.
    pub fn width(&self, code: u16) -> f64 {
        self.widths[usize::from(code)]
    }

    /// Advances by code, thousandths of an em.
    pub fn widths(&self) -> &[f64] {
        &self.widths
    }

    /// The glyphs by code.
    pub fn glyphs(&self) -> impl Iterator<Item = u32> + '_ {
        self.remapper.remapped_gids().map(u32::from)
    }

    /// What codes stand for.
    pub fn unicode(&self) -> &BTreeMap<u16, String> {
        &self.unicode
    }

    /// The font file: TrueType without hints, or a bare CFF font; `None` if the face is broken.
    pub fn file(&self) -> Option<Vec<u8>> {
        if self.metrics.is_none() {
            return Some(cff(&self.face, &name_of(&self.face), self.glyphs(), &self.widths));
        }
        let file = subset(&self.face.data, self.face.index, &self.remapper).ok()?;
        Some(if self.is_cff() {
            text::table(&file, b"CFF ").map(<[u8]>::to_vec).unwrap_or(file)
        } else {
            text::without_hints(&file).unwrap_or(file)
        })
    }
}

/// Six letters that tell subsets apart, from the subset itself.
pub fn tag(file: &[u8]) -> String {
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
pub fn name_of(face: &Face) -> String {
    face.postscript_name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}
