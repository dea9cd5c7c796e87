//! Subsets of fonts: which glyphs are used, what they stand for, and the file that holds them.

use std::collections::BTreeMap;
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
}

impl Subset {
    /// No glyphs yet.
    pub fn new(face: &Arc<Face>) -> Self {
        let metrics = FaceMetrics::read(&face.data, face.index);
        // The first glyph is always there.
        let widths = vec![metrics.as_ref().map_or(0.0, |metrics| metrics.thousandths(metrics.advance(0)))];
        Self { face: Arc::clone(face), metrics, remapper: GlyphRemapper::new(), unicode: BTreeMap::new(), widths }
    }

    /// Whether the outlines are cubic, in a CFF font.
    pub fn is_cff(&self) -> bool {
        self.metrics.as_ref().is_none_or(|metrics| metrics.is_cff)
    }

    /// The code of a glyph, which is its place in the subset.
    pub fn code(&mut self, glyph: u32) -> u16 {
        let code = self.remapper.remap(u16::try_from(glyph).unwrap_or(0));
        while self.widths.len() <= usize::from(code) {
            self.widths.push(match &self.metrics {
                Some(metrics) => metrics.thousandths(metrics.advance(glyph)),
                None => self.face.advance(glyph).round(),
            });
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
