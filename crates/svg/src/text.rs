//! Text: outlines defined once and used, or text elements.

use std::sync::Arc;

use encode::number::push_rounded;
use encode::push_base64;
use geometry::{Affine, DocumentPath, PathView, Rect};
use page::FINE;
use scene::{Text, TextRun};

use crate::document::{Font, FontType, Writer};
use crate::paint::{Shown, push_fill, rectangle};
use crate::path::PathData;
use crate::xml::{push_attribute, push_escaped};

/// A glyph as it is drawn: face, number, slant, extension.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GlyphKey(usize, u32, u64, u64);

impl Writer<'_> {
    pub(crate) fn draw_text(&mut self, op: &Text) {
        if op.layout.string.is_empty() || op.color.a <= 0.0 || !(op.x.is_finite() && op.y.is_finite()) {
            return;
        }
        // An em or two around the line are enough to know whether it needs clipping.
        let bounds = extent(op, self.height);
        let Shown::With(clip) = self.clip(&op.clip, Some(bounds)) else { return };
        if !clip.is_empty() {
            // Not on the text itself, whose transform would hold for the clip.
            self.push("<g");
            self.body.extend_from_slice(&clip);
            self.push(">");
        }
        // What has no font in a document with fonts is drawn.
        let fonts = &self.options.fonts;
        let is_without = |run: &TextRun| font_of(fonts, run).is_none();
        match self.options.font_type {
            FontType::Path => self.draw_outlines(op),
            FontType::None if !fonts.is_empty() && op.layout.runs.iter().any(is_without) => self.draw_outlines(op),
            FontType::None if op.layout.is_formula => self.draw_spans(op),
            FontType::None => self.draw_element(op),
        }
        self.push(if clip.is_empty() { "\n" } else { "</g>\n" });
    }

    fn push_place(&mut self, op: &Text) {
        self.push("translate(");
        push_rounded(&mut self.body, op.x, FINE);
        self.push(" ");
        push_rounded(&mut self.body, self.height - op.y, FINE);
        self.push(")");
        if op.angle_deg % 360.0 != 0.0 {
            self.push("rotate(");
            push_rounded(&mut self.body, -op.angle_deg, FINE);
            self.push(")");
        }
    }

    fn push_scale(&mut self, scale: f64) {
        self.push("scale(");
        push_rounded(&mut self.body, scale, 7);
        self.push(")");
    }

    fn draw_outlines(&mut self, op: &Text) {
        let layout = &op.layout;
        let unit = |run: &TextRun| op.scale * run.size / run.face.units_per_em;
        let one_scale = match layout.runs.split_first() {
            Some((first, rest)) if layout.boxes.is_empty() && rest.iter().all(|run| unit(run) == unit(first)) => {
                Some(unit(first))
            }
            _ => None,
        };
        self.push("<g");
        push_fill(&mut self.body, Some(op.color));
        push_attribute(&mut self.body, "aria-label", &layout.string);
        self.push(" transform=\"");
        self.push_place(op);
        if let Some(scale) = one_scale {
            self.push_scale(scale);
        }
        self.push("\">");
        for run in &layout.runs {
            let nested = one_scale.is_none();
            if nested {
                self.push("<g transform=\"");
                self.push_scale(unit(run));
                self.push("\">");
            }
            let to_units = run.face.units_per_em / run.size;
            for glyph in &run.glyphs {
                if let Some(id) = self.glyph(run, glyph.id) {
                    self.push("<use xlink:href=\"#");
                    self.push(&id);
                    self.push("\"");
                    for (name, value) in [(" x=\"", glyph.x), (" y=\"", -glyph.y)] {
                        if (value * to_units).round() != 0.0 {
                            self.push(name);
                            push_rounded(&mut self.body, value * to_units, 0);
                            self.push("\"");
                        }
                    }
                    self.push("/>");
                }
            }
            if nested {
                self.push("</g>");
            }
        }
        self.push_boxes(op);
        self.push("</g>");
    }

    fn push_boxes(&mut self, op: &Text) {
        for b in &op.layout.boxes {
            let mut data = PathData::new(FINE);
            let s = op.scale;
            let top = -(b.y + b.height) * s;
            rectangle(&mut data, Rect { x1: b.x * s, y1: top, x2: (b.x + b.width) * s, y2: -b.y * s });
            self.push("<path d=\"");
            data.write(&mut self.body, 0.0, 0.0);
            self.push("\"/>");
        }
    }

    /// The id of a glyph's outline in font units, y down; `None` if there is nothing to see.
    fn glyph(&mut self, run: &TextRun, glyph: u32) -> Option<String> {
        let address = Arc::as_ptr(&run.face) as usize;
        let key = GlyphKey(address, glyph, run.slant.to_bits(), run.extend.to_bits());
        if let Some(id) = self.glyphs.get(&key) {
            return id.clone();
        }
        let path = run.face.path(glyph).unwrap_or_default();
        let mut data = PathData::new(0);
        let affine = Affine::from_rows([[run.extend, run.extend * run.slant, 0.0], [0.0, -1.0, 0.0]]);
        DocumentPath::default().send(
            PathView { vertices: &path.vertices, codes: Some(&path.codes) },
            affine,
            &mut data,
        );
        data.finish();
        let id = (!data.is_empty()).then(|| {
            let mut content = b" d=\"".to_vec();
            data.write(&mut content, 0.0, 0.0);
            content.extend_from_slice(b"\"/>");
            self.definitions.define("path", 'g', &content)
        });
        self.glyphs.insert(key, id.clone());
        id
    }

    /// A line as one element in a font that the reader chooses by name.
    fn draw_element(&mut self, op: &Text) {
        let anchored = op.anchor.point;
        let (x, y) = anchored.unwrap_or((op.x, op.y));
        let y = self.height - y;
        self.push("<text x=\"");
        push_rounded(&mut self.body, x, FINE);
        self.push("\" y=\"");
        push_rounded(&mut self.body, y, FINE);
        self.push("\"");
        push_fill(&mut self.body, Some(op.color));
        let mut families: Vec<&str> = op
            .layout
            .runs
            .iter()
            .filter_map(|run| font_of(&self.options.fonts, run))
            .map(|font| &*font.family)
            .collect();
        families.dedup();
        push_attribute(&mut self.body, "style", &with_families(&op.anchor.css, &families));
        if anchored.is_some() && op.anchor.share > 0.0 {
            self.push(if op.anchor.share < 1.0 { " text-anchor=\"middle\"" } else { " text-anchor=\"end\"" });
        }
        if op.angle_deg % 360.0 != 0.0 {
            self.push(" transform=\"rotate(");
            push_rounded(&mut self.body, -op.angle_deg, FINE);
            self.push(" ");
            push_rounded(&mut self.body, x, FINE);
            self.push(" ");
            push_rounded(&mut self.body, y, FINE);
            self.push(")\"");
        }
        let string = &op.layout.string;
        if string.starts_with(' ') || string.ends_with(' ') || string.contains("  ") {
            self.push(" xml:space=\"preserve\"");
        }
        self.push(">");
        push_escaped(&mut self.body, string);
        self.push("</text>");
    }

    /// A formula: every character at its place.
    fn draw_spans(&mut self, op: &Text) {
        self.push("<g");
        push_fill(&mut self.body, Some(op.color));
        push_attribute(&mut self.body, "aria-label", &op.layout.string);
        self.push(" transform=\"");
        self.push_place(op);
        self.push("\"><text>");
        for run in &op.layout.runs {
            let font = font_of(&self.options.fonts, run);
            let families: Vec<&str> = font.iter().map(|font| &*font.family).collect();
            let mut style = Vec::new();
            style.extend_from_slice(b"font-size: ");
            push_rounded(&mut style, run.size * op.scale, FINE);
            style.extend_from_slice(b"px; ");
            style.extend_from_slice(with_families(&run.css, &families).as_bytes());
            let style = String::from_utf8(style).unwrap_or_default();
            // A span for each height: of a list of several, librsvg takes the first only.
            for glyphs in run.glyphs.chunk_by(|a, b| a.y == b.y) {
                self.push("<tspan");
                push_attribute(&mut self.body, "style", &style);
                self.push(" x=\"");
                for (i, glyph) in glyphs.iter().enumerate() {
                    if i > 0 {
                        self.push(" ");
                    }
                    push_rounded(&mut self.body, glyph.x * op.scale, FINE);
                }
                self.push("\" y=\"");
                push_rounded(&mut self.body, -glyphs[0].y * op.scale, FINE);
                self.push("\">");
                for glyph in glyphs {
                    // A space would be dropped, and all after it would shift.
                    let text = if &*glyph.text == " " || glyph.text.is_empty() { "\u{a0}" } else { &glyph.text };
                    let text = font.and_then(|font| font.substitutes.get(&glyph.id)).map_or(text, String::as_str);
                    push_escaped(&mut self.body, text);
                }
                self.push("</tspan>");
            }
        }
        self.push("</text>");
        self.push_boxes(op);
        self.push("</g>");
    }
}

/// The font in the document for a run.
fn font_of<'f>(fonts: &'f [Font], run: &TextRun) -> Option<&'f Font> {
    fonts.iter().find(|font| font.key == run.face.key)
}

/// CSS with families before those that it names.
fn with_families(css: &str, families: &[&str]) -> String {
    if families.is_empty() {
        return css.to_owned();
    }
    css.replacen("font-family: ", &format!("font-family: {}, ", families.join(", ")), 1)
}

/// Appends the fonts of the document.
pub fn push_fonts(out: &mut Vec<u8>, fonts: &[Font]) {
    if fonts.is_empty() {
        return;
    }
    out.extend_from_slice(b"<style>");
    for Font { family, woff2, .. } in fonts {
        out.extend_from_slice(format!("@font-face{{font-family:{family};").as_bytes());
        out.extend_from_slice(b"src:url(data:font/woff2;base64,");
        push_base64(out, woff2);
        out.extend_from_slice(b")}\n");
    }
    out.extend_from_slice(b"</style>\n");
}

/// A rectangle (y down) that holds the line for certain.
fn extent(op: &Text, height: f64) -> Rect {
    let mut radius = 0.0f64;
    for run in &op.layout.runs {
        for glyph in &run.glyphs {
            radius = radius.max(glyph.x.hypot(glyph.y) + 2.0 * run.size);
        }
    }
    for b in &op.layout.boxes {
        radius = radius.max((b.x.abs() + b.width).hypot(b.y.abs() + b.height));
    }
    let radius = radius * op.scale;
    let (sin, cos) = op.angle_deg.to_radians().sin_cos();
    let (x, y) = (op.x, height - op.y);
    // The line runs from its beginning to one side; two ems of the largest glyph on the others.
    let em = op.layout.runs.iter().map(|run| run.size).fold(0.0, f64::max) * 2.0 * op.scale;
    let (end_x, end_y) = (x + radius * cos, y - radius * sin);
    Rect { x1: x.min(end_x) - em, y1: y.min(end_y) - em, x2: x.max(end_x) + em, y2: y.max(end_y) + em }
}
