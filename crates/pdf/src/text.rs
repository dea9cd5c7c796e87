//! Text: codes of embedded subsets; outlines where a face cannot be embedded.

use encode::number::push_rounded;
use geometry::{Affine, DocumentPath, PathView};
use page::{FINE, PathData, actual_text, extent, is_point, is_read_from_the_right, number, push_number};
use scene::{Text, TextGlyph, TextRun};

use crate::player::Player;
use crate::type3;

/// Modes of text.
const FILLED: u8 = 0;
const HIDDEN: u8 = 3;

impl Player<'_> {
    pub(crate) fn draw_text(&mut self, op: &Text) {
        if op.color.a <= 0.0 || !(op.x.is_finite() && op.y.is_finite()) {
            return;
        }
        let turn = op.turn();
        let bounds = extent(op, &turn);
        if !self.clip(&op.clip, Some(bounds)) {
            return;
        }
        self.covered(bounds);
        self.style(Some(op.color), None, None);
        let start = self.out.len();
        let mut tells = true;
        for run in &op.layout.runs {
            let font = self.file.font(&run.face);
            tells &= self.draw_run(op, run, font, &turn);
        }
        if self.out.len() > start
            && let Some(digits) = actual_text(op, tells)
        {
            let span = format!("/Span<</ActualText<{digits}>>>BDC\n");
            self.out.splice(start..start, span.into_bytes());
            self.push(b"EMC\n");
        }
        for b in &op.layout.boxes {
            let s = op.scale;
            let corners = [(b.x, b.y), (b.x + b.width, b.y), (b.x + b.width, b.y + b.height), (b.x, b.y + b.height)];
            let mut data = PathData::new(FINE);
            let vertices = corners.map(|(x, y)| [x * s, y * s]);
            DocumentPath::default().send(PathView { vertices: &vertices, codes: None }, turn, &mut data);
            data.finish();
            self.push(&data.out);
            self.push(b"f\n");
        }
    }

    /// Whether a text's points are hidden codes and outlines, as where it is read from the right; Type 3 fonts cannot be
    /// hidden.
    fn hides_points(&self, op: &Text) -> bool {
        let layout = &op.layout;
        !layout.is_formula && !self.file.has_type3() && layout.string.chars().any(is_read_from_the_right)
    }

    /// Fills the outlines of a run's points, and of parts of letters that stand for nothing by themselves.
    ///
    /// Readers take the order of text from the places of its glyphs: they would give points over a letter a line of their
    /// own, and others to its neighbour. So their codes are hidden where the letter is, and what is seen is no text.
    fn fill_points(&mut self, op: &Text, run: &TextRun, turn: &Affine) {
        let is_outline = |glyph: &&TextGlyph| glyph.text.is_empty() || glyph.text.starts_with(is_point);
        for glyph in run.glyphs.iter().filter(is_outline) {
            let Some(path) = run.face.path(glyph.id) else { continue };
            let view = PathView { vertices: &path.vertices, codes: Some(&path.codes) };
            let mut data = PathData::new(FINE);
            DocumentPath::default().send(view, run.glyph_affine(glyph, op.scale).then(turn), &mut data);
            data.finish();
            if !data.is_empty() {
                self.push(&data.out);
                self.push(b"f\n");
            }
        }
    }

    /// Draws a run with an embedded font; whether its codes tell the whole text.
    fn draw_run(&mut self, op: &Text, run: &TextRun, font: usize, turn: &Affine) -> bool {
        let size = run.size * op.scale;
        if run.glyphs.is_empty() || size <= 0.0 {
            return true;
        }
        let mut tells = true;
        let is_type3 = self.file.has_type3();
        let digits = if is_type3 { 2 } else { 4 };
        let mut name = self.file.embedded(font).name.clone();
        let mut out = format!("BT /{name} {} Tf\n", number(size, FINE)).into_bytes();
        let thousandth = size * run.extend / 1000.0;
        // Where the pen is after the last glyph, in units of the page along the line; and its line.
        let mut pen: Option<(f64, f64)> = None;
        let mut codes = Vec::new();
        let hides_points = self.hides_points(op);
        let mut is_hidden = false;
        for (index, glyph) in run.glyphs.iter().enumerate() {
            if hides_points && glyph.text.is_empty() {
                continue;
            }
            let font = self.file.embedded(font);
            let (code, is_told) = font.subset.code(glyph.id, &glyph.text);
            tells &= is_told;
            if is_type3 {
                let name_of_code = type3::name(font, code);
                if name_of_code != name {
                    name = name_of_code;
                    flush(&mut out, &mut codes, digits);
                    let (end, start) = if pen.is_some() { ("]TJ\n", "[") } else { ("", "") };
                    out.extend_from_slice(format!("{end}/{name} {} Tf\n{start}", number(size, FINE)).as_bytes());
                }
            }
            let font = &mut font.subset;
            let marks = |glyph: &TextGlyph| hides_points && glyph.text.starts_with(is_point);
            let is_mark = marks(glyph);
            // PDFium takes a point after a blank for the beginning of a line, unless they are shown at once.
            let hides = is_mark || (&*glyph.text == " " && run.glyphs.get(index + 1).is_some_and(marks));
            if hides != is_hidden {
                is_hidden = hides;
                flush(&mut out, &mut codes, digits);
                let (end, start) = if pen.is_some() { ("]TJ\n", "[") } else { ("", "") };
                let mode = if hides { HIDDEN } else { FILLED };
                out.extend_from_slice(format!("{end}{mode} Tr\n{start}").as_bytes());
            }
            let letter = if is_mark { letter_of(&run.glyphs[index..]) } else { glyph };
            let (x, y) = (letter.x * op.scale, letter.y * op.scale);
            match pen {
                Some((at, line)) if line == y => {
                    let adjustment = ((at - x) / thousandth).round();
                    if adjustment != 0.0 {
                        flush(&mut out, &mut codes, digits);
                        push_rounded(&mut out, adjustment, 0);
                        pen = Some((at - adjustment * thousandth, y));
                    }
                }
                _ => {
                    if pen.is_some() {
                        flush(&mut out, &mut codes, digits);
                        out.extend_from_slice(b"]TJ\n");
                    }
                    let (px, py) = turn.apply(x, y);
                    let (a, b) = (turn.sx * run.extend, turn.shy * run.extend);
                    let (c, d) = (turn.shx + run.slant * a, turn.sy + run.slant * b);
                    for v in [a, b, c, d] {
                        push_number(&mut out, v, 6);
                    }
                    push_number(&mut out, px, FINE);
                    push_number(&mut out, py, FINE);
                    out.extend_from_slice(b"Tm [");
                    pen = Some((x, y));
                }
            }
            codes.push(code);
            let advance = font.width(code) * thousandth;
            pen = pen.map(|(at, line)| (at + advance, line));
        }
        flush(&mut out, &mut codes, digits);
        out.extend_from_slice(if pen.is_some() { b"]TJ ET\n" } else { b"ET\n" });
        if is_hidden {
            out.extend_from_slice(format!("{FILLED} Tr\n").as_bytes());
        }
        self.push(&out);
        if hides_points {
            self.fill_points(op, run, turn);
        }
        tells
    }
}

/// The letter that has a point, the first of these glyphs: the next one that is none, as lines go from left to right.
fn letter_of(glyphs: &[TextGlyph]) -> &TextGlyph {
    glyphs.iter().find(|glyph| !glyph.text.is_empty() && !glyph.text.starts_with(is_point)).unwrap_or(&glyphs[0])
}

/// Appends collected codes, of which as many digits are written, as one string.
fn flush(out: &mut Vec<u8>, codes: &mut Vec<u16>, digits: usize) {
    if codes.is_empty() {
        return;
    }
    out.push(b'<');
    for code in codes.drain(..) {
        let written = if digits == 2 { code & 0xff } else { code };
        out.extend_from_slice(format!("{written:0digits$X}").as_bytes());
    }
    out.push(b'>');
}
