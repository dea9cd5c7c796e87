//! Text: codes of fonts of the file, shown with the distances of the layout.

use encode::number::{push_rounded, steps};
use page::{FINE, actual_text, extent, number, push_number};
use scene::{Op, Text, TextRun};

use crate::drawn::Kind;
use crate::font::Font;
use crate::ground::LINE;
use crate::paint::{blend, is_partial};
use crate::player::Player;

/// Distances that do not show, thousandths of a point.
const UNSEEN: i64 = 8;

impl<'a> Player<'a> {
    pub(crate) fn draw_text(&mut self, whole: &'a Op<'_>, op: &'a Text) {
        if op.color.a <= 0.0 || !(op.x.is_finite() && op.y.is_finite()) {
            return;
        }
        let turn = op.turn();
        let bounds = extent(op, &turn);
        if !self.clip(&op.clip, Some(bounds)) {
            return;
        }
        let mut color = op.color;
        if is_partial(color) {
            let below = self.ground.beneath(whole, self.shown(bounds, &op.clip), LINE);
            color = blend(color, below);
        }
        self.color(color);
        if self.ground.is_needed {
            // What is drawn again says its font itself.
            self.state.forget_font();
        }
        let turned = turn.shy != 0.0 || turn.sx < 0.0;
        let start = self.out.len();
        let state = self.state.clone();
        if turned {
            let matrix = [turn.sx, turn.shy, turn.shx, turn.sy].map(|v| number(v, 6)).join(" ");
            let origin = [turn.tx, turn.ty].map(|v| number(v, FINE)).join(" ");
            self.push(format!("q[{matrix} {origin}]K\n").as_bytes());
        }
        let origin = if turned { (0.0, 0.0) } else { (op.x, op.y) };
        let mut tells = true;
        for run in &op.layout.runs {
            tells &= self.draw_run(op, run, origin);
        }
        for b in &op.layout.boxes {
            let s = op.scale;
            for v in [origin.0 + b.x * s, origin.1 + b.y * s, b.width * s, b.height * s] {
                push_number(&mut self.out, v, FINE);
            }
            self.push(b"x\n");
        }
        if turned {
            self.push(b"Q\n");
            self.state = state;
        }
        let code = self.ground.is_needed.then(|| self.out[start..].to_vec());
        self.drawn(bounds, &op.clip, None, code.map(|code| Kind::Text { code, color }));
        if self.out.len() > start
            && let Some(digits) = actual_text(op, tells)
        {
            let span = format!("[/Span<</ActualText<{digits}>>>/BDC k\n");
            self.out.splice(start..start, span.into_bytes());
            self.push(b"[/EMC k\n");
        }
    }

    /// Draws a run; whether its codes tell the whole text.
    fn draw_run(&mut self, op: &Text, run: &TextRun, origin: (f64, f64)) -> bool {
        let size = run.size * op.scale;
        if run.glyphs.is_empty() || size <= 0.0 || !size.is_finite() {
            return true;
        }
        let mut tells = true;
        let mut line = Line::default();
        for glyph in &run.glyphs {
            let index = self.font_of(run, glyph.id);
            let font = &mut self.fonts[index];
            let (code, width, told) = font.code(glyph.id, &glyph.text);
            tells &= told;
            let (x, y) = (origin.0 + glyph.x * op.scale, origin.1 + glyph.y * op.scale);
            let place = (steps(x, FINE), steps(y, FINE));
            if line.font != Some(index) || line.y != place.1 {
                self.end_line(&mut line);
                let name = self.fonts[index].name.clone();
                let matrix = if run.extend == 1.0 && run.slant == 0.0 {
                    number(size, FINE)
                } else {
                    let wide = size * run.extend;
                    let parts = [wide, 0.0, run.slant * wide, size, 0.0, 0.0];
                    format!("[{}]", parts.map(|v| number(v, FINE)).join(" "))
                };
                self.font(format!("{name} {matrix} F\n"));
                line = Line { font: Some(index), y: place.1, x: place.0, pen: x, ..Line::default() };
            }
            let off = steps(x - line.pen, FINE);
            // Layouts are on a grid of 1/64.
            if off.abs() > UNSEEN {
                line.end_string();
                line.parts.push((Vec::new(), off));
                line.pen += off as f64 / 1000.0;
            }
            line.string.push(code);
            line.pen += width * size * run.extend / 1000.0;
        }
        self.end_line(&mut line);
        tells
    }

    /// The font that holds a glyph of a run's face, or will.
    fn font_of(&mut self, run: &TextRun, glyph: u32) -> usize {
        let known = self.fonts_of.entry(run.face.key.clone()).or_default();
        let found = known.iter().copied().find(|&index| self.fonts[index].takes(glyph));
        found.unwrap_or_else(|| {
            let index = self.fonts.len();
            self.fonts.push(Font::new(format!("F{}", index + 1), &run.face, self.options));
            known.push(index);
            index
        })
    }

    fn end_line(&mut self, line: &mut Line) {
        if line.font.is_none() {
            return;
        }
        line.end_string();
        encode::number::push_decimal(&mut self.out, line.x, FINE);
        self.out.push(b' ');
        encode::number::push_decimal(&mut self.out, line.y, FINE);
        self.push(b" m");
        let parts = std::mem::take(&mut line.parts);
        if let [(codes, 0)] = &parts[..] {
            push_codes(&mut self.out, codes);
            self.push(b"t\n");
            return;
        }
        self.push(b"[");
        for (codes, off) in parts {
            if codes.is_empty() {
                push_rounded(&mut self.out, off as f64 / 1000.0, FINE);
            } else {
                push_codes(&mut self.out, &codes);
            }
        }
        self.push(b"]T\n");
    }
}

/// A line of codes in the making; places are thousandths of a point.
#[derive(Default)]
struct Line {
    font: Option<usize>,
    x: i64,
    y: i64,
    /// Where the pen is, points.
    pen: f64,
    string: Vec<u8>,
    /// Strings, and distances between them.
    parts: Vec<(Vec<u8>, i64)>,
}

impl Line {
    fn end_string(&mut self) {
        if !self.string.is_empty() {
            self.parts.push((std::mem::take(&mut self.string), 0));
        }
    }
}

/// Appends a string of codes.
fn push_codes(out: &mut Vec<u8>, codes: &[u8]) {
    out.push(b'(');
    for &code in codes {
        match code {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', code]),
            0x20..0x7f => out.push(code),
            _ => out.extend_from_slice(format!("\\{code:03o}").as_bytes()),
        }
    }
    out.push(b')');
}
