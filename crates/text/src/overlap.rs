//! Which glyphs of a font say that their contours overlap.
//!
//! FreeType draws such TrueType glyphs with oversampling, so their bitmaps are not those of the plain outline.

use std::collections::HashMap;
use std::ops::Range;

use read_fonts::tables::glyf::{CompositeGlyphFlags, Glyph};
use read_fonts::tables::loca::LocaGlyph;
use read_fonts::types::{GlyphId, Tag};
use read_fonts::{FontRef, TableProvider};

use crate::directory::{read_directory, table_range};
use crate::font_file::Source;

/// Composites within composites beyond this depth (FreeType's own limit is the font's word for it) count as flagged.
const MAX_NESTING: u32 = 16;

/// Whether a glyph of a face is flagged as overlapping.
///
/// `face_index` is the face in a collection. `None` means that one cannot tell: the file is in a format not read here
/// (compressed web fonts, resource forks) or broken. Type 1 and CFF outlines have no such flag. Errs on the side of yes: a
/// glyph counts when any part of it is flagged or unreadable.
pub fn is_overlapping(source: &mut impl Source, face_index: u32, glyph: u32) -> Option<bool> {
    let start = source.with(0..4)?;
    if start.starts_with(b"%!") || start.starts_with(&[0x80, 0x01]) {
        return Some(false);
    }
    read_directory(source, face_index)?;
    let data = source.with(0..0)?;
    FontRef::from_index(data, face_index).ok()?;
    if table_range(data, face_index, Tag::new(b"hvgl")).is_some() {
        // Apple's stroke-based outlines overlap nearly always, and FreeType treats them so where it can read them.
        return None;
    }
    let Some(glyf) = table_range(data, face_index, Tag::new(b"glyf")) else {
        return Some(false);
    };
    for tag in [b"head", b"maxp", b"loca"] {
        let range = table_range(source.with(0..0)?, face_index, Tag::new(tag))?;
        source.with(range)?;
    }
    let font = FontRef::from_index(source.with(0..0)?, face_index).ok()?;
    if glyph >= u32::from(font.maxp().ok()?.num_glyphs()) || font.loca(None).is_err() || font.glyf().is_err() {
        return None;
    }
    Some(Face { source, face_index, glyf, verdicts: HashMap::new() }.is_flagged(glyph, 0))
}

/// What a glyph says itself: whether it is flagged, and what it consists of.
struct Own {
    is_flagged: bool,
    parts: Vec<u32>,
}

struct Face<'a, S> {
    source: &'a mut S,
    face_index: u32,
    glyf: Range<usize>,
    /// What is known of each glyph, so that parts used many times are read once.
    verdicts: HashMap<u32, bool>,
}

impl<S: Source> Face<'_, S> {
    fn is_flagged(&mut self, glyph: u32, nesting: u32) -> bool {
        if let Some(verdict) = self.verdicts.get(&glyph) {
            return *verdict;
        }
        // The verdict should a glyph contain itself.
        self.verdicts.insert(glyph, true);
        let verdict = nesting >= MAX_NESTING
            || self
                .own(glyph)
                .is_none_or(|own| own.is_flagged || own.parts.iter().any(|part| self.is_flagged(*part, nesting + 1)));
        self.verdicts.insert(glyph, verdict);
        verdict
    }

    fn own(&mut self, glyph: u32) -> Option<Own> {
        let font = FontRef::from_index(self.source.with(0..0)?, self.face_index).ok()?;
        let loca = font.loca(None).ok()?;
        let [start, end] = [glyph, glyph + 1].map(|place| loca.get_raw(place as usize));
        let place = self.glyf.start.checked_add(start? as usize)?..self.glyf.start.checked_add(end? as usize)?;
        let font = FontRef::from_index(self.source.with(place)?, self.face_index).ok()?;
        match font.loca(None).ok()?.get(GlyphId::new(glyph), &font.glyf().ok()?)? {
            LocaGlyph::Empty => Some(Own { is_flagged: false, parts: Vec::new() }),
            LocaGlyph::Glyph(Glyph::Simple(simple)) => {
                Some(Own { is_flagged: simple.has_overlapping_contours(), parts: Vec::new() })
            }
            LocaGlyph::Glyph(Glyph::Composite(composite)) => {
                let mut own = Own { is_flagged: false, parts: Vec::new() };
                for (part, flags) in composite.component_glyphs_and_flags() {
                    own.is_flagged |= flags.contains(CompositeGlyphFlags::OVERLAP_COMPOUND);
                    own.parts.push(part.to_u32());
                }
                Some(own)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A font of just the tables that are read. Glyphs: 0 empty, 1 simple, 2 simple and flagged, 3 made of 1, 4 made of
    /// 1 and flagged, 5 made of 2, 6 made of itself.
    fn font() -> Vec<u8> {
        let simple = |flags: u8| {
            let mut glyph = vec![0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            glyph.extend([flags | 0x31, 0]);
            glyph
        };
        let composite = |component: u8, flags: u8| vec![255, 255, 0, 0, 0, 0, 0, 0, 0, 0, flags, 2, 0, component, 0, 0];
        let glyphs =
            [vec![], simple(0), simple(0x40), composite(1, 0), composite(1, 4), composite(2, 0), composite(6, 0)];
        let mut loca = vec![0_u8, 0];
        let mut glyf = vec![];
        for glyph in &glyphs {
            glyf.extend_from_slice(glyph);
            loca.extend(u16::try_from(glyf.len() / 2).unwrap().to_be_bytes());
        }
        let mut head = vec![0; 54];
        head[..4].copy_from_slice(&[0, 1, 0, 0]);
        let maxp = vec![0, 0, 0x50, 0, 0, glyphs.len() as u8];
        let tables = [(b"glyf", glyf), (b"head", head), (b"loca", loca), (b"maxp", maxp)];

        let mut file = vec![0, 1, 0, 0, 0, tables.len() as u8, 0, 0, 0, 0, 0, 0];
        let mut offset = file.len() + 16 * tables.len();
        for (tag, data) in &tables {
            file.extend_from_slice(*tag);
            file.extend([0; 4]);
            file.extend((offset as u32).to_be_bytes());
            file.extend((data.len() as u32).to_be_bytes());
            offset += data.len();
        }
        file.extend(tables.into_iter().flat_map(|(_, data)| data));
        file
    }

    /// The flagged ones of a face's glyphs.
    fn overlapping_glyphs(data: &[u8], face_index: u32) -> Option<Vec<u32>> {
        let flags = |glyph| is_overlapping(&mut &*data, face_index, glyph);
        flags(0)?;
        Some((0..7).filter(|glyph| flags(*glyph) == Some(true)).collect())
    }

    #[test]
    fn flags_of_glyphs_and_of_their_parts_count() {
        assert_eq!(overlapping_glyphs(&font(), 0), Some(vec![2, 4, 5, 6]));
    }

    #[test]
    fn type_1_has_no_flags_and_the_unknown_is_unknown() {
        assert_eq!(overlapping_glyphs(b"%!PS-AdobeFont-1.0", 0), Some(vec![]));
        assert_eq!(overlapping_glyphs(b"wOF2", 0), None);
        assert_eq!(overlapping_glyphs(&font(), 1), None);
        assert_eq!(overlapping_glyphs(&[], 0), None);
    }

    #[test]
    fn broken_fonts_do_not_panic() {
        let font = font();
        for length in 0..font.len() {
            overlapping_glyphs(&font[..length], 0);
        }
        for at in 0..font.len() {
            let mut broken = font.clone();
            broken[at] ^= 0xff;
            overlapping_glyphs(&broken, 0);
        }
    }
}
