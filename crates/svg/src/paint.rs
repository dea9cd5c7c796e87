//! Colours, lines, hatches and clips as attributes and definitions.

use encode::number::push_rounded;
use geometry::{Affine, Cap, DocumentPath, Join, Rect};
use page::{FINE, clip_rect, meet, quadrilateral};
use scene::{Clip, Color, Dashes, Hatch, Stroke};

use crate::document::Writer;
use crate::path::PathData;

/// Where miters end in SVG, line widths from tip to tip.
pub const MITER_LIMIT: f64 = 4.0;

/// Appends a colour without its alpha.
pub fn push_color(out: &mut Vec<u8>, color: Color) {
    let byte = |v: f64| (v.clamp(0.0, 1.0) * 255.0).round_ties_even() as u8;
    let [r, g, b] = [color.r, color.g, color.b].map(byte);
    let short = [r, g, b].iter().all(|v| v >> 4 == v & 15);
    out.push(b'#');
    for v in [r, g, b] {
        let digits = format!("{v:02x}");
        out.extend_from_slice(if short { &digits.as_bytes()[..1] } else { digits.as_bytes() });
    }
}

fn push_number_attribute(out: &mut Vec<u8>, name: &str, value: f64) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    push_rounded(out, value, FINE);
    out.push(b'"');
}

fn push_opacity(out: &mut Vec<u8>, name: &str, alpha: f64) {
    if alpha < 1.0 {
        push_number_attribute(out, name, alpha.max(0.0));
    }
}

/// Appends the attributes of a fill; none is what paths have anyway.
pub fn push_fill(out: &mut Vec<u8>, face: Option<Color>) {
    if let Some(color) = face {
        out.extend_from_slice(b" fill=\"");
        push_color(out, color);
        out.push(b'"');
        push_opacity(out, "fill-opacity", color.a);
    }
}

/// Appends the attributes of a line's colour and width.
pub fn push_line(out: &mut Vec<u8>, line: Option<(Color, f64)>) {
    let Some((color, width)) = line else { return };
    out.extend_from_slice(b" stroke=\"");
    push_color(out, color);
    out.push(b'"');
    push_opacity(out, "stroke-opacity", color.a);
    if width != 1.0 {
        push_number_attribute(out, "stroke-width", width);
    }
}

/// Appends the attributes of dashes.
pub fn push_dashes(out: &mut Vec<u8>, dashes: Option<&Dashes>) {
    let Some(dashes) = dashes.filter(|dashes| !dashes.pairs_px.is_empty()) else { return };
    out.extend_from_slice(b" stroke-dasharray=\"");
    let mut lengths: Vec<f64> = dashes.pairs_px.iter().flat_map(|&(dash, gap)| [dash, gap]).collect();
    if let [a, b] = lengths[..]
        && a == b
    {
        lengths.pop();
    }
    for (i, length) in lengths.into_iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        push_rounded(out, length, FINE);
    }
    out.push(b'"');
    if dashes.offset_px != 0.0 {
        push_number_attribute(out, "stroke-dashoffset", dashes.offset_px);
    }
}

/// Appends the attributes of corners and ends; round corners and butt ends are what the document has.
pub fn push_shape(out: &mut Vec<u8>, stroke: &Stroke) {
    match stroke.join {
        Join::Round => {}
        Join::Miter | Join::MiterClipped => out.extend_from_slice(b" stroke-linejoin=\"miter\""),
        Join::Bevel => out.extend_from_slice(b" stroke-linejoin=\"bevel\""),
    }
    match stroke.cap {
        Cap::Butt => {}
        Cap::Round => out.extend_from_slice(b" stroke-linecap=\"round\""),
        Cap::Square => out.extend_from_slice(b" stroke-linecap=\"square\""),
    }
}

/// What a clip does to something.
pub enum Shown {
    /// It is not seen at all.
    Nothing,
    /// It is drawn with these attributes.
    With(Vec<u8>),
}

fn holds(outer: &Rect, inner: &Rect) -> bool {
    outer.x1 <= inner.x1 && inner.x2 <= outer.x2 && outer.y1 <= inner.y1 && inner.y2 <= outer.y2
}

impl Writer<'_> {
    /// The attribute that clips; `bounds` (y down) is what is drawn, if that is known.
    pub fn clip(&mut self, clip: &Clip, bounds: Option<Rect>) -> Shown {
        if bounds.is_some_and(|bounds| !meet(&bounds, &self.page())) {
            return Shown::Nothing;
        }
        let rect = clip_rect(clip).map(|r| Rect { y1: self.height - r.y2, y2: self.height - r.y1, ..r });
        let mut inner = None;
        if let Some(rect) = rect {
            if bounds.is_some_and(|bounds| !meet(&bounds, &rect)) {
                return Shown::Nothing;
            }
            if !bounds.is_some_and(|bounds| holds(&rect, &bounds)) {
                let mut data = PathData::new(FINE);
                rectangle(&mut data, rect);
                inner = Some(self.define_clip(&data, None));
            }
        }
        if let Some(path) = &clip.path {
            let mut data = PathData::new(FINE);
            let affine = path.affine.then_flip(self.height);
            DocumentPath::default().send(path.path.view(), affine, &mut data);
            data.finish();
            if data.is_empty() {
                return Shown::Nothing;
            }
            inner = Some(self.define_clip(&data, inner));
        }
        let mut out = Vec::new();
        if let Some(id) = inner {
            out.extend_from_slice(format!(" clip-path=\"url(#{id})\"").as_bytes());
        }
        Shown::With(out)
    }

    fn define_clip(&mut self, data: &PathData, within: Option<String>) -> String {
        let mut content = Vec::new();
        if let Some(id) = within {
            content.extend_from_slice(format!(" clip-path=\"url(#{id})\"").as_bytes());
        }
        content.extend_from_slice(b"><path d=\"");
        data.write(&mut content, 0.0, 0.0);
        content.extend_from_slice(b"\"/></clipPath>");
        self.definitions.define("clipPath", 'p', &content)
    }

    /// The pattern of a hatch over a face: an id.
    pub fn hatch(&mut self, hatch: &Hatch, face: Option<Color>) -> String {
        // A tile of an inch from the upper left corner, as on pixels.
        const TILE: f64 = 72.0;
        let mut content = Vec::new();
        content.extend_from_slice(b" width=\"72\" height=\"72\" patternUnits=\"userSpaceOnUse\">");
        if face.is_some() {
            // A little more than the tile, lest seams show.
            content.extend_from_slice(b"<path d=\"m0 0h73v73h-73z\"");
            push_fill(&mut content, face);
            content.extend_from_slice(b"/>");
        }
        let mut data = PathData::new(FINE);
        let affine = Affine::scaling(TILE, TILE).then_flip(TILE);
        DocumentPath::default().send(hatch.path.view(), affine, &mut data);
        data.finish();
        content.extend_from_slice(b"<path d=\"");
        data.write(&mut content, 0.0, 0.0);
        content.push(b'"');
        push_fill(&mut content, Some(hatch.color));
        if hatch.width_px > 0.0 {
            push_line(&mut content, Some((hatch.color, hatch.width_px)));
            content.extend_from_slice(b" stroke-linecap=\"square\" stroke-linejoin=\"miter\"");
        }
        content.extend_from_slice(b"/></pattern>");
        self.definitions.define("pattern", 'h', &content)
    }
}

/// A closed rectangle.
pub fn rectangle(data: &mut PathData, rect: Rect) {
    let Rect { x1, y1, x2, y2 } = rect;
    quadrilateral(data, [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]);
    data.finish();
}
