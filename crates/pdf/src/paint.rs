//! Colours, lines, transparency, clips and hatches as operators.

use geometry::{Affine, DocumentPath, Rect};
use page::{FINE, PathData, clip_operators, color_numbers, line_style_operators, number, push_number, width_operator};
use scene::{Clip, Color, Dashes, Hatch, Stroke};

use crate::player::Player;

/// What operators have set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    fill: Vec<u8>,
    stroke: Vec<u8>,
    pub(crate) width: Vec<u8>,
    line: Vec<u8>,
    alpha: Option<(u16, u16)>,
}

/// The operator that sets a colour: for fills in small letters, for lines in capitals.
pub fn color_operator(color: Color, line: bool) -> Vec<u8> {
    let (mut out, gray) = color_numbers(color);
    out.extend_from_slice(match (gray, line) {
        (true, true) => b"G\n",
        (true, false) => b"g\n",
        (false, true) => b"RG\n",
        (false, false) => b"rg\n",
    });
    out
}

impl Player<'_> {
    /// The page.
    pub(crate) fn page(&self) -> Rect {
        Rect { x1: 0.0, y1: 0.0, x2: self.width, y2: self.height }
    }

    /// Sets the clip; whether anything within `bounds` can be seen at all.
    pub(crate) fn clip(&mut self, clip: &Clip, bounds: Option<Rect>) -> bool {
        let Some(operators) = clip_operators(clip, bounds, &self.page(), b"re W n\n", b"W n\n") else { return false };
        if operators != self.clip {
            if let Some(outer) = self.outer.take() {
                self.push(b"Q\n");
                self.state = outer;
            }
            if !operators.is_empty() {
                self.push(b"q\n");
                self.push(&operators);
                self.outer = Some(self.state.clone());
            }
            self.clip = operators;
        }
        true
    }

    /// Sets the colour and alpha of fills and the whole of lines.
    pub(crate) fn style(
        &mut self,
        face: Option<Color>,
        line: Option<(Color, f64)>,
        stroke: Option<(&Stroke, Option<&Dashes>)>,
    ) {
        self.alpha(face.map(|color| color.a), line.map(|(color, _)| color.a));
        if let Some(color) = face {
            self.fill(&color_operator(color, false));
        }
        if let (Some((color, width)), Some((stroke, dashes))) = (line, stroke) {
            let operator = color_operator(color, true);
            if operator != self.state.stroke && !self.file.inherits_color {
                self.push(&operator);
                self.state.stroke = operator;
            }
            let operator = width_operator(width);
            if operator != self.state.width {
                self.push(&operator);
                self.state.width = operator;
            }
            let operators = line_style_operators(stroke, dashes);
            if operators != self.state.line {
                self.push(&operators);
                self.state.line = operators;
            }
        }
    }

    /// Sets what fills are painted with.
    pub(crate) fn fill(&mut self, operator: &[u8]) {
        if operator != self.state.fill && !self.file.inherits_color {
            self.push(operator);
            self.state.fill = operator.to_vec();
        }
    }

    /// Sets the alphas of fills and lines; those not given stay.
    pub(crate) fn alpha(&mut self, fill: Option<f64>, line: Option<f64>) {
        let old = self.state.alpha.unwrap_or((1000, 1000));
        let parts = |alpha: f64| (alpha.clamp(0.0, 1.0) * 1000.0).round() as u16;
        let new = (fill.map_or(old.0, parts), line.map_or(old.1, parts));
        if new != old {
            let name = self.alpha_state(new);
            self.push(format!("/{name} gs\n").as_bytes());
            self.state.alpha = Some(new);
        }
    }

    fn alpha_state(&mut self, (fill, line): (u16, u16)) -> String {
        let part = |v: u16| number(f64::from(v) / 1000.0, FINE);
        let content = format!("<</ca {}/CA {}>>", part(fill), part(line));
        self.file.resource("ExtGState", 'A', content.as_bytes(), |file| file.objects.add(content.as_str()))
    }

    /// The name of a hatch's pattern on a page of this height.
    ///
    /// What it covers has the opaque colour `ground`, if any. The tile has it, too: Ghostscript smooths the lines of a
    /// tile with white, as if it lay on paper.
    pub(crate) fn hatch(&mut self, hatch: &Hatch, ground: Option<Color>) -> String {
        // A tile of an inch from the upper left corner, as on pixels.
        const TILE: f64 = 72.0;
        let mut content = Vec::new();
        if let Some(color) = ground {
            content.extend_from_slice(&color_operator(color, false));
            content.extend_from_slice(b"0 0 72 72 re f\n");
        }
        if hatch.color.a < 1.0 {
            let parts = (hatch.color.a.clamp(0.0, 1.0) * 1000.0).round() as u16;
            let name = self.alpha_state((parts, parts));
            content.extend_from_slice(format!("/{name} gs\n").as_bytes());
        }
        content.extend_from_slice(&color_operator(hatch.color, false));
        content.extend_from_slice(&color_operator(hatch.color, true));
        push_number(&mut content, hatch.width_px, FINE);
        // All of a line's style: some programs begin a tile with the page's.
        content.extend_from_slice(b"w 2 J 0 j[]0 d\n");
        let mut data = PathData::new(FINE);
        DocumentPath::default().send(hatch.path.view(), Affine::scaling(TILE, TILE), &mut data);
        data.finish();
        content.extend_from_slice(&data.out);
        content.extend_from_slice(if hatch.width_px > 0.0 { b"B\n" } else { b"f\n" });
        let entries = format!(
            "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 72 72]/XStep 72/YStep 72/Matrix[1 0 0 1 0 {}]\
             /Resources {} 0 R",
            number(self.height.rem_euclid(TILE), FINE),
            self.file.resources(),
        );
        let key = [entries.as_bytes(), &content].concat();
        self.file.resource("Pattern", 'P', &key, |file| file.objects.add_stream(&entries, content))
    }
}
