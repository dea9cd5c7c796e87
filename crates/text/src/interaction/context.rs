//! Rules that apply to glyphs in the neighbourhood of others.
//!
//! A rule names what must stand at each of its places: a glyph, a class of glyphs, or any of a set. It can apply to a
//! string of the considered glyphs only if there is one of them for each place; then the first glyph of its input counts
//! as disturbed.

use read_fonts::ReadError;
use read_fonts::tables::layout::{ChainedSequenceContext, ClassDef, CoverageTable, SequenceContext};
use read_fonts::types::{BigEndian, GlyphId, GlyphId16};

use super::{GlyphSet, Reader, Verdict};

/// Classes that considered glyphs belong to.
struct Classes(Vec<u32>);

impl Classes {
    fn of(glyphs: &GlyphSet, definition: &ClassDef<'_>) -> Self {
        Self(glyphs.iter().map(|glyph| definition.get(GlyphId::new(glyph))).collect())
    }

    fn fill(&self, places: &[BigEndian<u16>]) -> bool {
        places.iter().all(|class| self.0.contains(&u32::from(class.get())))
    }
}

impl GlyphSet {
    fn fill(&self, places: &[BigEndian<GlyphId16>]) -> bool {
        places.iter().all(|glyph| self.contains(glyph.get().into()))
    }
}

impl Reader {
    pub(super) fn read_context(&mut self, subtable: &SequenceContext<'_>) -> Verdict {
        match subtable {
            SequenceContext::Format1(table) => {
                for (first, index) in self.considered.covered_with_index(&table.coverage()?) {
                    let Some(rules) = table.seq_rule_sets().get(index) else { continue };
                    for rule in rules?.seq_rules().iter() {
                        if self.considered.fill(rule?.input_sequence()) {
                            self.found.glyphs.push(first);
                        }
                    }
                }
            }
            SequenceContext::Format2(table) => {
                let definition = table.class_def()?;
                let classes = Classes::of(&self.considered, &definition);
                for (first, _) in self.considered.covered_with_index(&table.coverage()?) {
                    let class = definition.get(GlyphId::new(first));
                    let Some(rules) = table.class_seq_rule_sets().get(class as usize) else { continue };
                    for rule in rules?.class_seq_rules().iter() {
                        if classes.fill(rule?.input_sequence()) {
                            self.found.glyphs.push(first);
                        }
                    }
                }
            }
            SequenceContext::Format3(table) => self.read_coverages(table.coverages().iter(), std::iter::empty())?,
            _ => return Ok(None),
        }
        Ok(Some(()))
    }

    pub(super) fn read_chained_context(&mut self, subtable: &ChainedSequenceContext<'_>) -> Verdict {
        match subtable {
            ChainedSequenceContext::Format1(table) => {
                for (first, index) in self.considered.covered_with_index(&table.coverage()?) {
                    let Some(rules) = table.chained_seq_rule_sets().get(index) else { continue };
                    for rule in rules?.chained_seq_rules().iter() {
                        let rule = rule?;
                        let places = [rule.backtrack_sequence(), rule.input_sequence(), rule.lookahead_sequence()];
                        if places.iter().all(|places| self.considered.fill(places)) {
                            self.found.glyphs.push(first);
                        }
                    }
                }
            }
            ChainedSequenceContext::Format2(table) => {
                let definition = table.input_class_def()?;
                let before = Classes::of(&self.considered, &table.backtrack_class_def()?);
                let classes = Classes::of(&self.considered, &definition);
                let after = Classes::of(&self.considered, &table.lookahead_class_def()?);
                for (first, _) in self.considered.covered_with_index(&table.coverage()?) {
                    let class = definition.get(GlyphId::new(first));
                    let Some(rules) = table.chained_class_seq_rule_sets().get(class as usize) else { continue };
                    for rule in rules?.chained_class_seq_rules().iter() {
                        let rule = rule?;
                        if before.fill(rule.backtrack_sequence())
                            && classes.fill(rule.input_sequence())
                            && after.fill(rule.lookahead_sequence())
                        {
                            self.found.glyphs.push(first);
                        }
                    }
                }
            }
            ChainedSequenceContext::Format3(table) => self.read_coverages(
                table.input_coverages().iter(),
                table.backtrack_coverages().iter().chain(table.lookahead_coverages().iter()),
            )?,
            _ => return Ok(None),
        }
        Ok(Some(()))
    }

    fn read_coverages<'a>(
        &mut self,
        input: impl Iterator<Item = Result<CoverageTable<'a>, ReadError>>,
        around: impl Iterator<Item = Result<CoverageTable<'a>, ReadError>>,
    ) -> Result<(), ReadError> {
        let mut first = None;
        for coverage in input {
            let coverage = coverage?;
            if self.considered.covered(&coverage).is_empty() {
                return Ok(());
            }
            first.get_or_insert(coverage);
        }
        for coverage in around {
            if self.considered.covered(&coverage?).is_empty() {
                return Ok(());
            }
        }
        first.map_or(Ok(()), |coverage| self.disturbed(Ok(coverage)))
    }
}
