//! Colours, lines, clips and hatches as operators.

use geometry::{Affine, Cap, DocumentPath, Join, Rect};
use page::{FINE, PathData, clip_operators, color_numbers, line_operators, number, push_number};
use scene::{Clip, Color, Dashes, Hatch, Stroke};

use crate::player::Player;

/// What operators have set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    color: Option<Color>,
    line: Option<(f64, Cap, Join, Option<Dashes>)>,
    font: String,
}

impl State {
    /// Has the next font be set whatever it is.
    pub fn forget_font(&mut self) {
        self.font.clear();
    }
}

/// Opaque colours of a shape.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shades {
    /// Of the fill.
    pub face: Option<Color>,
    /// Colour and width of the line.
    pub line: Option<(Color, f64)>,
    /// Of the inner half of the line, if that is another one.
    pub inner: Option<Color>,
    /// Of the hatch.
    pub hatch: Option<Color>,
}

impl Shades {
    /// The same in other colours, without a hatch.
    pub fn changed(&self, change: &dyn Fn(Color) -> Color) -> Self {
        Self {
            face: self.face.map(change),
            line: self.line.map(|(color, width)| (change(color), width)),
            inner: self.inner.map(change),
            hatch: None,
        }
    }
}

/// Colour over an opaque one.
pub fn blend(color: Color, below: Color) -> Color {
    let a = color.a.clamp(0.0, 1.0);
    let mix = |above: f64, below: f64| above.clamp(0.0, 1.0) * a + below * (1.0 - a);
    Color { r: mix(color.r, below.r), g: mix(color.g, below.g), b: mix(color.b, below.b), a: 1.0 }
}

/// Whether a colour is neither opaque nor invisible.
pub fn is_partial(color: Color) -> bool {
    color.a > 0.0 && color.a < 1.0
}

impl Player<'_> {
    /// The page.
    pub(crate) fn page(&self) -> Rect {
        Rect { x1: 0.0, y1: 0.0, x2: self.width, y2: self.height }
    }

    /// Sets the clip; whether anything within `bounds` can be seen at all.
    pub(crate) fn clip(&mut self, clip: &Clip, bounds: Option<Rect>) -> bool {
        let Some(operators) = clip_operators(clip, bounds, &self.page(), b"r\n", b"W\n") else { return false };
        self.set_clip(operators);
        true
    }

    /// Makes the operators of a clip those in force.
    pub(crate) fn set_clip(&mut self, operators: Vec<u8>) {
        if operators == self.clip {
            return;
        }
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

    /// Sets the colour.
    pub(crate) fn color(&mut self, color: Color) {
        if self.state.color != Some(color) {
            self.state.color = Some(color);
            push_color(&mut self.out, color, b'\n');
        }
    }

    /// Sets width, ends, corners and dashes of lines.
    pub(crate) fn line(&mut self, width: f64, stroke: &Stroke, dashes: Option<&Dashes>) {
        let known = self.state.line.as_ref().is_some_and(|(w, cap, join, known)| {
            *w == width && *cap == stroke.cap && *join == stroke.join && known.as_ref() == dashes
        });
        if !known {
            self.state.line = Some((width, stroke.cap, stroke.join, dashes.cloned()));
            let operators = line_operators(width, stroke, dashes);
            self.push(&operators);
        }
    }

    /// Selects a font by its operators.
    pub(crate) fn font(&mut self, operators: String) {
        if operators != self.state.font {
            self.push(operators.as_bytes());
            self.state.font = operators;
        }
    }

    /// Sets what a shape of these colours needs but for what [`paint_operators`] says itself.
    pub(crate) fn style(&mut self, shades: &Shades, stroke: (&Stroke, Option<&Dashes>)) {
        if let Some((color, width)) = shades.line {
            self.line(width, stroke.0, stroke.1);
            self.color(color);
        } else if let Some(face) = shades.face
            && shades.hatch.is_none()
        {
            self.color(face);
        }
    }

    /// Paints a path: face, hatch (within bounds), line.
    pub(crate) fn paint(
        &mut self,
        data: &[u8],
        shades: &Shades,
        hatch: Option<(&Hatch, Rect)>,
        stroke: (&Stroke, Option<&Dashes>),
    ) {
        let pattern = hatch.zip(shades.hatch).map(|((hatch, bounds), color)| self.hatch(hatch, color, bounds));
        self.style(shades, stroke);
        self.push(data);
        let operators = paint_operators(data, shades, pattern.as_deref());
        self.push(&operators);
    }

    /// The operators that lay the tiles of a hatch within bounds. They are not a pattern, since programs draw the tile of
    /// a pattern on white before they use it, which shows around smooth lines.
    fn hatch(&mut self, hatch: &Hatch, color: Color, bounds: Rect) -> String {
        // A tile of an inch from the upper left corner, as on pixels.
        const TILE: f64 = 72.0;
        let mut content = b"0 0 72 72 r\n".to_vec();
        push_color(&mut content, color, b'\n');
        push_number(&mut content, hatch.width_px, FINE);
        content.extend_from_slice(b"w 2 J 0 j[]0 d\n");
        let mut data = PathData::new(FINE);
        DocumentPath::default().send(hatch.path.view(), Affine::scaling(TILE, TILE), &mut data);
        data.finish();
        content.extend_from_slice(&data.out);
        content.extend_from_slice(match (data.is_empty(), hatch.width_px > 0.0) {
            (true, _) => b"",
            (false, true) => b"q f Q S\n",
            (false, false) => b"f\n",
        });
        let name = self.definition('P', &content, |content| [b"{s ".as_slice(), content, b"e}bind"].concat());
        let first = TILE * (bounds.x1 / TILE).floor();
        let lowest = self.height - TILE * ((self.height - bounds.y1) / TILE).ceil();
        let numbers = [first, bounds.x2, lowest, bounds.y2].map(|v| number(v, FINE)).join(" ");
        format!("{numbers}/{name} p")
    }
}

/// What paints a path in the colour in force and the given ones.
pub fn paint_operators(data: &[u8], shades: &Shades, pattern: Option<&str>) -> Vec<u8> {
    let mut out = Vec::new();
    let lined = shades.line.is_some();
    if let Some(pattern) = pattern {
        if let Some(face) = shades.face {
            out.extend_from_slice(b"q ");
            push_color(&mut out, face, b' ');
            out.extend_from_slice(b"f Q ");
        }
        out.extend_from_slice(format!("q W {pattern} Q {}\n", if lined { "S" } else { "n" }).as_bytes());
    } else {
        match shades.face {
            Some(face) if lined => {
                let (numbers, gray) = color_numbers(face);
                out.extend_from_slice(&numbers);
                out.extend_from_slice(if gray { b"b\n" } else { b"B\n" });
            }
            Some(_) => out.extend_from_slice(b"f\n"),
            None if lined => out.extend_from_slice(b"S\n"),
            None => out.extend_from_slice(b"n\n"),
        }
    }
    if let Some(inner) = shades.inner {
        out.extend_from_slice(b"q ");
        push_color(&mut out, inner, b' ');
        out.extend_from_slice(data);
        out.extend_from_slice(b"W ");
        out.extend_from_slice(data);
        out.extend_from_slice(b"S Q\n");
    }
    out
}

/// Appends the operator that sets a colour.
pub fn push_color(out: &mut Vec<u8>, color: Color, end: u8) {
    let (numbers, gray) = color_numbers(color);
    out.extend_from_slice(&numbers);
    out.extend_from_slice(if gray { b"g" } else { b"rg" });
    out.push(end);
}
