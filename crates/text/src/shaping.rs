//! Strings put together from what is known of their characters.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{GlyphRun, Outline, PlacedGlyph, SUBPIXELS_PER_PX};

/// How far up and down (26.6) `FT2Font` starts to look for ink: farther ink counts as here.
const INK_LIMIT: i32 = 32000;

/// Whether a string of Latin-1 and common punctuation is in Latin script (or in none); `None` if in several.
///
/// Letters tell, and so do brackets and quotation marks: libraqm sets the second of a pair in the script of the first, which
/// is none before the first letter; what stands between two scripts is not kerned.
pub fn is_latin(s: &str) -> Option<bool> {
    let mut telling = s.chars().filter_map(|character| match character {
        'A'..='Z' | 'a'..='z' | 'ª' | 'º' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' => Some(true),
        '(' | ')' | '<' | '>' | '[' | ']' | '{' | '}' | '«' | '»' | '‘' | '’' | '“' | '”' => Some(false),
        _ => None,
    });
    match telling.next() {
        None => Some(false),
        Some(true) => Some(true),
        Some(false) => (!telling.any(|is_letter| is_letter)).then_some(false),
    }
}

/// What is known of the characters of a face at one size, in which a string is the sum of its characters: each is one
/// glyph on the baseline, and how far it is to the next depends on the two only.
#[derive(Clone, Debug, Default)]
pub struct ShapingTable {
    advances_px: HashMap<char, f64>,
    inks: HashMap<char, (i32, i32)>,
    distances_px: HashMap<(char, char), f64>,
}

/// The size of a string, px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extents {
    /// From the origin to where a next string would begin.
    pub width: f64,
    /// From the lowest to the highest ink.
    pub height: f64,
    /// How far the ink reaches below the baseline.
    pub descent: f64,
}

impl ShapingTable {
    /// How far (px) it is from the first of two neighbours to the second.
    pub fn distance_px(&self, first: char, second: char) -> Option<f64> {
        self.distances_px.get(&(first, second)).copied()
    }

    /// Notes a distance unless one is known; whether it is the one that is known then.
    pub fn note_distance_px(&mut self, first: char, second: char, px: f64) -> bool {
        *self.distances_px.entry((first, second)).or_insert(px) == px
    }

    /// How far (px) it is from a character that is the last one to the end of the string.
    pub fn advance_px(&self, last: char) -> Option<f64> {
        self.advances_px.get(&last).copied()
    }

    /// Notes an advance unless one is known.
    pub fn note_advance_px(&mut self, last: char, px: f64) {
        self.advances_px.entry(last).or_insert(px);
    }

    /// Whether it is known where the ink of a character is.
    pub fn knows_ink(&self, character: char) -> bool {
        self.inks.contains_key(&character)
    }

    /// Notes the lowest and the highest ink of a character (26.6, y up).
    pub fn note_ink(&mut self, character: char, low: i32, high: i32) {
        self.inks.insert(character, (low, high));
    }

    /// The size of a string that is not empty, as `FT2Font` measures it; `None` if not all is known.
    pub fn extents(&self, s: &str) -> Option<Extents> {
        let (mut low, mut high) = (INK_LIMIT, -INK_LIMIT);
        let mut end = None;
        self.visit(s, |character, x| {
            let ink = self.inks.get(&character)?;
            (low, high) = (low.min(ink.0), high.max(ink.1));
            end = Some((character, x));
            Some(())
        })?;
        let (last, x) = end?;
        let px = |steps: i32| f64::from(steps) / f64::from(SUBPIXELS_PER_PX);
        Some(Extents { width: x + self.advance_px(last)?, height: px(high - low), descent: px(-low) })
    }

    /// The glyphs of a string that is not empty; `None` if not all is known.
    pub fn run(&self, s: &str, glyphs: &GlyphTable) -> Option<GlyphRun> {
        let mut placed = Vec::with_capacity(s.len());
        self.visit(s, |character, dx_px| {
            let outline = Arc::clone(glyphs.outlines.get(&character)?);
            placed.push(PlacedGlyph { outline, dx_px, dy_px: 0.0 });
            Some(())
        })?;
        (!placed.is_empty()).then(|| GlyphRun::new(placed, glyphs.cos, glyphs.sin))
    }

    /// Calls `note` with each character and where it stands, px, for as long as all is known.
    fn visit(&self, s: &str, mut note: impl FnMut(char, f64) -> Option<()>) -> Option<()> {
        let mut x = 0.0;
        let mut previous = None;
        for character in s.chars() {
            if let Some(previous) = previous {
                x += self.distance_px(previous, character)?;
            }
            note(character, x)?;
            previous = Some(character);
        }
        Some(())
    }
}

/// The outlines of characters at an angle.
#[derive(Clone, Debug)]
pub struct GlyphTable {
    outlines: HashMap<char, Arc<Outline>>,
    cos: f64,
    sin: f64,
}

impl GlyphTable {
    /// An empty table for baselines turned counter-clockwise by the angle with this cosine and sine.
    pub fn new(cos: f64, sin: f64) -> Self {
        Self { outlines: HashMap::new(), cos, sin }
    }

    /// Adds the outline of a character, which must have been turned by the same angle.
    pub fn add(&mut self, character: char, outline: Arc<Outline>) {
        self.outlines.insert(character, outline);
    }

    /// The characters of a string that are not there, each once for each time that it is in the string.
    pub fn missing(&self, s: &str) -> String {
        s.chars().filter(|character| !self.outlines.contains_key(character)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `a` and `b`; `ba` has no known distance.
    fn table() -> ShapingTable {
        let mut table = ShapingTable::default();
        assert!(table.note_distance_px('a', 'b', 6.5) && table.note_distance_px('a', 'a', 7.0));
        table.note_advance_px('a', 7.0);
        table.note_advance_px('b', 8.25);
        table.note_ink('a', -64, 320);
        table.note_ink('b', 0, 640);
        table
    }

    #[test]
    fn letters_and_brackets_tell_the_script() {
        for (s, expected) in
            [("12.5", Some(false)), ("(1)", Some(false)), ("1 a", Some(true)), ("Größe (m)", Some(true))]
        {
            assert_eq!(is_latin(s), expected, "{s}");
        }
        assert_eq!(["(a)", "“1” a"].map(is_latin), [None, None]);
        assert_eq!(is_latin("×÷µ"), Some(false));
    }

    #[test]
    fn strings_are_sums() {
        let table = table();
        let extents = |s| table.extents(s).map(|e| (e.width, e.height, e.descent));
        assert_eq!(extents("aab"), Some((21.75, 11.0, 1.0)));
        assert_eq!(extents("b"), Some((8.25, 10.0, 0.0)));
        for unknown in ["aba", "c", "ac", ""] {
            assert_eq!(extents(unknown), None);
        }
    }

    #[test]
    fn what_contradicts_is_told() {
        let mut table = table();
        assert!(table.note_distance_px('a', 'b', 6.5));
        assert!(!table.note_distance_px('a', 'b', 6.25));
        table.note_advance_px('a', 1.0);
        assert_eq!((table.distance_px('a', 'b'), table.advance_px('a')), (Some(6.5), Some(7.0)));
        assert!(table.knows_ink('a') && !table.knows_ink('c'));
    }

    #[test]
    fn far_ink_counts_as_at_the_limit() {
        let mut table = table();
        table.note_ink('a', 40_000, 50_000);
        assert_eq!(table.extents("a").map(|e| (e.height, e.descent)), Some((281.25, -500.0)));
    }

    #[test]
    fn runs_have_the_outlines_at_their_places() {
        let mut glyphs = GlyphTable::new(0.0, 1.0);
        let outline = Arc::new(Outline::from_path(&[], &[], 0).unwrap());
        glyphs.add('a', Arc::clone(&outline));
        assert_eq!(glyphs.missing("abcb"), "bcb");
        assert!(table().run("aab", &glyphs).is_none() && table().run("", &glyphs).is_none());
        glyphs.add('b', outline);
        let run = table().run("aab", &glyphs).unwrap();
        let places: Vec<_> = run.glyphs().iter().map(|glyph| (glyph.dx_px, glyph.dy_px)).collect();
        assert_eq!(places, [(0.0, 0.0), (7.0, 0.0), (13.5, 0.0)]);
        assert_eq!(run.delta(&run.glyphs()[2], 10.0, 20.0, 100.0).unwrap().y, (80.0 + 13.5) as i32 * 64 + 32);
    }
}
