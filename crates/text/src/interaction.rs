//! Which glyphs of a font are laid out one after another, and which act upon each other.
//!
//! Laying a string out is costly, since hinted advances come from loading each glyph. For most fonts and simple strings
//! the result is a sum: every character is its own glyph, and the distance between two neighbours depends on these two
//! only. This module reads a font's layout tables and says where that may fail.
//!
//! The model is HarfBuzz's default shaper, left to right, with the features it applies by itself. Everything that cannot
//! be shown to be harmless counts as harmful.

mod context;

use read_fonts::tables::gdef::Gdef;
use read_fonts::tables::gpos::{
    CursivePos, Gpos, MarkBasePos, MarkLigPos, MarkMarkPos, PairPos, PositionSubtables, SinglePos, ValueFormat,
};
use read_fonts::tables::gsub::{
    AlternateSubst, Gsub, LigatureSubst, ReverseChainSingleSubst, SingleSubst, SubstitutionSubtables,
};
use read_fonts::tables::kern::{Kern, Subtable, SubtableKind};
use read_fonts::tables::layout::{CoverageTable, FeatureList, LookupFlag, ScriptList};
use read_fonts::types::{GlyphId, Tag};
use read_fonts::{FontRef, ReadError, TableProvider};

use crate::directory::{read_directory, table_range};
use crate::font_file::Source;

/// Features that HarfBuzz applies to horizontal left-to-right text in simple scripts without being asked, among them its
/// private ones.
const DEFAULT_FEATURES: [&[u8; 4]; 22] = [
    b"rvrn", b"ltra", b"ltrm", b"rand", b"abvm", b"blwm", b"ccmp", b"locl", b"mark", b"mkmk", b"rlig", b"calt",
    b"clig", b"curs", b"dist", b"kern", b"liga", b"rclt", b"Harf", b"HARF", b"Buzz", b"BUZZ",
];

/// What is read of a font.
const TABLES: [&[u8; 4]; 4] = [b"GDEF", b"GSUB", b"GPOS", b"kern"];

/// Layout systems other than OpenType, which take part or take over.
const OTHER_LAYOUT_TABLES: [&[u8; 4]; 6] = [b"morx", b"mort", b"kerx", b"trak", b"ankr", b"Silf"];

/// What may disturb the sum.
///
/// A string of other glyphs, none of `glyphs` and no two neighbours of `pairs`, is laid out as one glyph for each
/// character, all on the baseline, at distances that depend on the two neighbours only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interactions {
    /// Glyphs that may be replaced or placed in ways of their own.
    pub glyphs: Vec<u32>,
    /// Neighbours that may be joined.
    pub pairs: Vec<(u32, u32)>,
    /// Glyphs whose distance to the next may depend on it; that of the others is their advance.
    pub kerned: Vec<u32>,
}

/// Find what of a face may disturb strings of `glyphs`; `None` if anything may.
///
/// `face_index` is the face in a collection. Combining marks must not be among `glyphs`, nor
/// characters of scripts with rules of their own, nor the fraction slash.
pub fn interactions(source: &mut impl Source, face_index: u32, glyphs: &[u32]) -> Option<Interactions> {
    read_directory(source, face_index)?;
    for tag in TABLES {
        if let Some(range) = table_range(source.with(0..0)?, face_index, Tag::new(tag)) {
            source.with(range)?;
        }
    }
    let font = FontRef::from_index(source.with(0..0)?, face_index).ok()?;
    if OTHER_LAYOUT_TABLES.iter().any(|tag| font.table_data(Tag::new(tag)).is_some()) {
        return None;
    }
    let mut reader = Reader { considered: GlyphSet::new(glyphs), found: Interactions::default() };
    if let Some(gdef) = present(font.gdef()).ok()? {
        reader.read_glyph_classes(&gdef).ok()??;
    }
    if let Some(gsub) = present(font.gsub()).ok()? {
        reader.read_substitutions(&gsub).ok()??;
    }
    if let Some(gpos) = present(font.gpos()).ok()? {
        reader.read_positions(&gpos).ok()??;
    }
    if let Some(kern) = present(font.kern()).ok()? {
        reader.read_kerning(&kern).ok()??;
    }
    let mut found = reader.found;
    found.glyphs.sort_unstable();
    found.glyphs.dedup();
    found.pairs.sort_unstable();
    found.pairs.dedup();
    found.kerned.sort_unstable();
    found.kerned.dedup();
    Some(found)
}

/// A table that may be missing but not be broken.
fn present<T>(table: Result<T, ReadError>) -> Result<Option<T>, ReadError> {
    match table {
        Ok(table) => Ok(Some(table)),
        Err(ReadError::TableIsMissing(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `Ok(Some(()))`: read; `Ok(None)`: read, and anything may be disturbed; `Err`: broken.
type Verdict = Result<Option<()>, ReadError>;

struct GlyphSet(Vec<u32>);

impl GlyphSet {
    fn new(glyphs: &[u32]) -> Self {
        let mut sorted = glyphs.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        Self(sorted)
    }

    fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().copied()
    }

    fn contains(&self, glyph: GlyphId) -> bool {
        self.0.binary_search(&glyph.to_u32()).is_ok()
    }

    fn covered(&self, coverage: &CoverageTable<'_>) -> Vec<u32> {
        self.iter().filter(|&glyph| coverage.get(GlyphId::new(glyph)).is_some()).collect()
    }

    fn covered_with_index(&self, coverage: &CoverageTable<'_>) -> Vec<(u32, usize)> {
        let index = |glyph| coverage.get(GlyphId::new(glyph)).map(|index| (glyph, index as usize));
        self.iter().filter_map(index).collect()
    }
}

struct Reader {
    considered: GlyphSet,
    found: Interactions,
}

impl Reader {
    fn disturbed(&mut self, coverage: Result<CoverageTable<'_>, ReadError>) -> Result<(), ReadError> {
        self.found.glyphs.extend(self.considered.covered(&coverage?));
        Ok(())
    }

    /// Glyphs that are no base glyphs are skipped by lookups, or have their advance taken away.
    fn read_glyph_classes(&mut self, gdef: &Gdef<'_>) -> Verdict {
        if let Some(classes) = gdef.glyph_class_def() {
            let classes = classes?;
            let special = |glyph: &u32| classes.get(GlyphId::new(*glyph)) > 1;
            self.found.glyphs.extend(self.considered.iter().filter(special));
        }
        Ok(Some(()))
    }

    fn read_substitutions(&mut self, gsub: &Gsub<'_>) -> Verdict {
        if gsub.feature_variations().is_some() {
            return Ok(None);
        }
        let lookups = gsub.lookup_list()?;
        for index in default_lookups(&gsub.script_list()?, &gsub.feature_list()?)? {
            let lookup = lookups.lookups().get(usize::from(index))?;
            if skips_bases(lookup.lookup_flag()) {
                return Ok(None);
            }
            match lookup.subtables()? {
                SubstitutionSubtables::Single(subtables) => {
                    for subtable in subtables.iter() {
                        match subtable? {
                            SingleSubst::Format1(table) => self.disturbed(table.coverage())?,
                            SingleSubst::Format2(table) => self.disturbed(table.coverage())?,
                            _ => return Ok(None),
                        }
                    }
                }
                SubstitutionSubtables::Multiple(subtables) => {
                    for subtable in subtables.iter() {
                        self.disturbed(subtable?.coverage())?;
                    }
                }
                SubstitutionSubtables::Alternate(subtables) => {
                    for subtable in subtables.iter() {
                        match subtable? {
                            AlternateSubst::Format1(table) => self.disturbed(table.coverage())?,
                            AlternateSubst::Format2(_) => return Ok(None),
                        }
                    }
                }
                SubstitutionSubtables::Ligature(subtables) => {
                    for subtable in subtables.iter() {
                        if self.read_ligatures(&subtable?)?.is_none() {
                            return Ok(None);
                        }
                    }
                }
                SubstitutionSubtables::Contextual(subtables) => {
                    for subtable in subtables.iter() {
                        if self.read_context(&subtable?)?.is_none() {
                            return Ok(None);
                        }
                    }
                }
                SubstitutionSubtables::ChainContextual(subtables) => {
                    for subtable in subtables.iter() {
                        if self.read_chained_context(&subtable?)?.is_none() {
                            return Ok(None);
                        }
                    }
                }
                SubstitutionSubtables::Reverse(subtables) => {
                    for subtable in subtables.iter() {
                        match subtable? {
                            ReverseChainSingleSubst::Format1(table) => self.disturbed(table.coverage())?,
                            ReverseChainSingleSubst::Format2(_) => return Ok(None),
                        }
                    }
                }
                SubstitutionSubtables::EmptyExtension => {}
            }
        }
        Ok(Some(()))
    }

    /// Ligatures whose parts are all among the glyphs: the first two must not meet.
    fn read_ligatures(&mut self, subtable: &LigatureSubst<'_>) -> Verdict {
        let LigatureSubst::Format1(table) = subtable else { return Ok(None) };
        for (first, index) in self.considered.covered_with_index(&table.coverage()?) {
            for ligature in table.ligature_sets().get(index)?.ligatures().iter() {
                let ligature = ligature?;
                let rest = ligature.component_glyph_ids();
                if !rest.iter().all(|glyph| self.considered.contains(GlyphId::from(glyph.get()))) {
                    continue;
                }
                match rest.first() {
                    Some(second) => self.found.pairs.push((first, GlyphId::from(second.get()).to_u32())),
                    None => self.found.glyphs.push(first),
                }
            }
        }
        Ok(Some(()))
    }

    fn read_positions(&mut self, gpos: &Gpos<'_>) -> Verdict {
        if gpos.feature_variations().is_some() {
            return Ok(None);
        }
        let lookups = gpos.lookup_list()?;
        for index in default_lookups(&gpos.script_list()?, &gpos.feature_list()?)? {
            let lookup = lookups.lookups().get(usize::from(index))?;
            if skips_bases(lookup.lookup_flag()) {
                return Ok(None);
            }
            match lookup.subtables()? {
                PositionSubtables::Single(subtables) => {
                    for subtable in subtables.iter() {
                        match subtable? {
                            SinglePos::Format1(table) => self.disturbed(table.coverage())?,
                            SinglePos::Format2(table) => self.disturbed(table.coverage())?,
                            _ => return Ok(None),
                        }
                    }
                }
                PositionSubtables::Pair(subtables) => {
                    for subtable in subtables.iter() {
                        if self.read_pairs(&subtable?)?.is_none() {
                            return Ok(None);
                        }
                    }
                }
                PositionSubtables::Cursive(subtables) => {
                    for subtable in subtables.iter() {
                        match subtable? {
                            CursivePos::Format1(table) => self.disturbed(table.coverage())?,
                            CursivePos::Format2(_) => return Ok(None),
                        }
                    }
                }
                PositionSubtables::MarkToBase(subtables) => {
                    for subtable in subtables.iter() {
                        match subtable? {
                            MarkBasePos::Format1(table) => self.disturbed(table.mark_coverage())?,
                            MarkBasePos::Format2(_) => return Ok(None),
                        }
                    }
                }
                PositionSubtables::MarkToLig(subtables) => {
                    for subtable in subtables.iter() {
                        match subtable? {
                            MarkLigPos::Format1(table) => self.disturbed(table.mark_coverage())?,
                            MarkLigPos::Format2(_) => return Ok(None),
                        }
                    }
                }
                PositionSubtables::MarkToMark(subtables) => {
                    for subtable in subtables.iter() {
                        match subtable? {
                            MarkMarkPos::Format1(table) => self.disturbed(table.mark1_coverage())?,
                            MarkMarkPos::Format2(_) => return Ok(None),
                        }
                    }
                }
                PositionSubtables::Contextual(subtables) => {
                    for subtable in subtables.iter() {
                        if self.read_context(&subtable?)?.is_none() {
                            return Ok(None);
                        }
                    }
                }
                PositionSubtables::ChainContextual(subtables) => {
                    for subtable in subtables.iter() {
                        if self.read_chained_context(&subtable?)?.is_none() {
                            return Ok(None);
                        }
                    }
                }
                PositionSubtables::EmptyExtension => {}
            }
        }
        Ok(Some(()))
    }

    /// Kerning that changes the first advance only is what the sum allows for.
    fn read_pairs(&mut self, subtable: &PairPos<'_>) -> Verdict {
        let advance = ValueFormat::X_ADVANCE | ValueFormat::X_ADVANCE_DEVICE;
        let sum = advance.contains(subtable.value_format1()) && subtable.value_format2().is_empty();
        match subtable {
            PairPos::Format1(table) if sum => self.kerned(table.coverage())?,
            PairPos::Format2(table) if sum => self.kerned(table.coverage())?,
            PairPos::Format1(table) => self.disturbed(table.coverage())?,
            PairPos::Format2(table) => self.disturbed(table.coverage())?,
            _ => return Ok(None),
        }
        Ok(Some(()))
    }

    fn kerned(&mut self, coverage: Result<CoverageTable<'_>, ReadError>) -> Result<(), ReadError> {
        self.found.kerned.extend(self.considered.covered(&coverage?));
        Ok(())
    }

    /// The old kerning table is a sum too, unless it holds a state machine or moves glyphs up and down.
    fn read_kerning(&mut self, kern: &Kern<'_>) -> Verdict {
        for subtable in kern.subtables() {
            let subtable = subtable?;
            if matches!(subtable, Subtable::Aat(_)) || subtable.is_vertical() || subtable.is_cross_stream() {
                return Ok(None);
            }
            match subtable.kind()? {
                SubtableKind::Format0(table) => {
                    let lefts = table.pairs().iter().map(|pair| GlyphId::from(pair.left()));
                    let considered = &self.considered;
                    self.found.kerned.extend(lefts.filter(|&left| considered.contains(left)).map(GlyphId::to_u32));
                }
                SubtableKind::Format2(_) => self.found.kerned.extend(self.considered.iter()),
                _ => return Ok(None),
            }
        }
        Ok(Some(()))
    }
}

/// Lookups that leave out base glyphs see neighbours where there are none.
fn skips_bases(flag: LookupFlag) -> bool {
    flag.to_bits() & LookupFlag::IGNORE_BASE_GLYPHS.to_bits() != 0
}

/// The lookups applied by default in any script and language.
fn default_lookups(scripts: &ScriptList<'_>, features: &FeatureList<'_>) -> Result<Vec<u16>, ReadError> {
    let mut required = Vec::new();
    for record in scripts.script_records() {
        let script = record.script(scripts.offset_data())?;
        if let Some(language) = script.default_lang_sys() {
            required.push(language?.required_feature_index());
        }
        for record in script.lang_sys_records() {
            required.push(record.lang_sys(script.offset_data())?.required_feature_index());
        }
    }
    let mut lookups = Vec::new();
    for (index, record) in features.feature_records().iter().enumerate() {
        let tag = record.feature_tag();
        let by_default = DEFAULT_FEATURES.iter().any(|known| tag == Tag::new(known));
        if by_default || required.iter().any(|&r| usize::from(r) == index) {
            let feature = record.feature(features.offset_data())?;
            lookups.extend(feature.lookup_list_indices().iter().map(|lookup| lookup.get()));
        }
    }
    lookups.sort_unstable();
    lookups.dedup();
    Ok(lookups)
}
