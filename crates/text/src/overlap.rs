//! Which glyphs of a font say that their contours overlap.
//!
//! FreeType draws such TrueType glyphs with oversampling, so their bitmaps are not those of the plain outline.

use read_fonts::tables::glyf::{CompositeGlyphFlags, Glyf, Glyph};
use read_fonts::tables::loca::{Loca, LocaGlyph};
use read_fonts::types::{GlyphId, Tag};
use read_fonts::{FontRef, TableProvider};

/// Composites within composites beyond this depth (FreeType's own limit is the font's word for it) count as flagged.
const MAX_NESTING: u32 = 16;

/// The glyphs of a face that are flagged as overlapping, in ascending order.
///
/// `data` is the whole font file, `face_index` the face in a collection. `None` means that one cannot tell: the file is in
/// a format not read here (compressed web fonts, resource forks) or broken. Type 1 and CFF outlines have no such flag.
/// Errs on the side of too many: a glyph counts when any part of it is flagged or unreadable.
pub fn overlapping_glyphs(data: &[u8], face_index: u32) -> Option<Vec<u32>> {
    if data.starts_with(b"%!") || data.starts_with(&[0x80, 0x01]) {
        return Some(Vec::new());
    }
    let font = FontRef::from_index(data, face_index).ok()?;
    if font.table_data(Tag::new(b"hvgl")).is_some() {
        // Apple's stroke-based outlines overlap nearly always, and FreeType treats them so where it can read them.
        return None;
    }
    if font.table_data(Tag::new(b"glyf")).is_none() {
        return Some(Vec::new());
    }
    let glyph_count = u32::from(font.maxp().ok()?.num_glyphs());
    let mut face = Face {
        glyf: font.glyf().ok()?,
        loca: font.loca(None).ok()?,
        verdicts: vec![Verdict::Unknown; glyph_count as usize],
    };
    Some((0..glyph_count).filter(|&glyph| face.is_flagged(glyph, 0)).collect())
}

#[derive(Clone, Copy)]
enum Verdict {
    Unknown,
    Flagged(bool),
}

struct Face<'a> {
    glyf: Glyf<'a>,
    loca: Loca<'a>,
    /// What is known of each glyph, so that parts used many times are read once.
    verdicts: Vec<Verdict>,
}

impl Face<'_> {
    fn is_flagged(&mut self, glyph: u32, nesting: u32) -> bool {
        match self.verdicts.get(glyph as usize) {
            Some(Verdict::Flagged(flagged)) => return *flagged,
            Some(Verdict::Unknown) if nesting < MAX_NESTING => {}
            _ => return true,
        }
        // The verdict should a glyph contain itself.
        self.verdicts[glyph as usize] = Verdict::Flagged(true);
        let flagged = match self.loca.get(GlyphId::new(glyph), &self.glyf) {
            Some(LocaGlyph::Empty) => false,
            Some(LocaGlyph::Glyph(Glyph::Simple(simple))) => simple.has_overlapping_contours(),
            Some(LocaGlyph::Glyph(Glyph::Composite(composite))) => {
                composite.component_glyphs_and_flags().any(|(part, flags)| {
                    flags.contains(CompositeGlyphFlags::OVERLAP_COMPOUND) || self.is_flagged(part.to_u32(), nesting + 1)
                })
            }
            None => true,
        };
        self.verdicts[glyph as usize] = Verdict::Flagged(flagged);
        flagged
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
