//! The document as a whole and the ops that draw paths.

use std::collections::HashMap;
use std::sync::Arc;

use encode::number::push_rounded;
use geometry::{DocumentPath, Rect, circle};
use page::{
    COARSE, FINE, Links, UNSEEN, grown, is_small, link_on_page, meet, moved, number, quadrilateral, reach, seen_places,
    union, visible, visible_line,
};
use scene::{Clip, Collection, Color, Group, LinkArea, Markers, Op, QuadMesh, Rasterize, Scene, StyledPath};

use crate::definitions::Definitions;
use crate::metadata::{Metadata, push_metadata};
use crate::paint::{MITER_LIMIT, Shown, push_dashes, push_fill, push_line, push_shape};
use crate::path::PathData;
use crate::text::push_fonts;
use crate::xml::{push_attribute, push_element};

/// Role of a group that says what it shows, by the Graphics Module of WAI-ARIA and for programs that do not know it.
const LEAF: &[u8] = b"graphics-symbol img";

/// The same if groups in it say so, too.
const CONTAINER: &[u8] = b"graphics-object group";

/// How text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FontType {
    /// As outlines.
    #[default]
    Path,
    /// As text in fonts that the reader has.
    None,
}

/// A font that goes into the document, for text in its face.
#[derive(Clone, Debug)]
pub struct Font {
    /// Key of the face.
    pub key: String,
    /// Its family in the document.
    pub family: String,
    /// The font as a WOFF2 file.
    pub woff2: Vec<u8>,
    /// Characters that stand for glyphs of formulas which their own text does not lead to.
    pub substitutes: HashMap<u32, String>,
}

/// How a document is written.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Id of the root.
    pub id: Option<String>,
    /// Goes into all ids.
    pub salt: String,
    /// Stands before all ids of definitions.
    pub prefix: String,
    /// How text is written.
    pub font_type: FontType,
    /// Fonts of text that is written as such; without any, the reader's are used.
    pub fonts: Vec<Font>,
    /// The title.
    pub title: Option<String>,
    /// What the picture shows, for those who cannot see it.
    pub alt: Option<String>,
    /// Further entries.
    pub metadata: Metadata,
    /// Names of image files begin so; without it, images stand in the document.
    pub image_files: Option<String>,
    /// Pixels per unit for what has to be drawn as pixels.
    pub resolution: f64,
}

/// A finished document.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// UTF-8.
    pub text: Vec<u8>,
    /// Image files beside it: name, content.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Writes a scene.
pub fn write(scene: &Scene, options: &Options, rasterize: &dyn Rasterize) -> Document {
    let mut writer = Writer {
        body: Vec::new(),
        definitions: Definitions::new(&options.salt, &options.prefix),
        files: Vec::new(),
        glyphs: HashMap::new(),
        images: HashMap::new(),
        counts: HashMap::new(),
        open: Vec::new(),
        described: Vec::new(),
        has_described: false,
        links: Links::default(),
        options,
        rasterize,
        width: scene.width,
        height: scene.height,
    };
    for op in &scene.ops {
        writer.play(op);
    }
    writer.finish()
}

/// The document in the making.
pub(crate) struct Writer<'a> {
    pub(crate) body: Vec<u8>,
    pub(crate) definitions: Definitions<'a>,
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) glyphs: HashMap<crate::text::GlyphKey, Option<String>>,
    pub(crate) images: HashMap<u64, crate::image::Placed>,
    /// How many groups of a name there were.
    counts: HashMap<Arc<str>, u32>,
    /// Ends of open elements.
    open: Vec<&'static str>,
    /// Open groups that say what they show: how many elements were open, and where the role stands in the body.
    described: Vec<(usize, usize)>,
    has_described: bool,
    links: Links,
    pub(crate) options: &'a Options,
    pub(crate) rasterize: &'a dyn Rasterize,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Writer<'_> {
    pub(crate) fn page(&self) -> Rect {
        Rect { x1: 0.0, y1: 0.0, x2: self.width, y2: self.height }
    }

    /// What of the page is inside the rectangle of a clip, y down.
    fn visible(&self, clip: &Clip) -> Rect {
        let visible = visible(self.page(), clip);
        Rect { y1: self.height - visible.y2, y2: self.height - visible.y1, ..visible }
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.body.extend_from_slice(text.as_bytes());
    }

    fn play(&mut self, op: &Op<'_>) {
        match op {
            Op::Path(op) => self.draw_path(op),
            Op::Markers(op) => self.draw_markers(op),
            Op::Collection(op) => self.draw_collection(op),
            Op::QuadMesh(op) => self.draw_quad_mesh(op),
            Op::Gouraud(gouraud) => self.draw_gouraud(op, gouraud),
            Op::Picture(op) => self.draw_picture(op),
            Op::Text(op) => self.draw_text(op),
            Op::LinkArea(op) => self.draw_link_area(op),
            Op::Begin(group) => self.begin(group),
            Op::End => self.end(),
            // What only pixels hold.
            Op::Clear | Op::Image(_) | Op::Glyphs(_) | Op::TextImage(_) => {}
        }
    }

    fn begin(&mut self, group: &Group) {
        self.links.begin(group);
        match group {
            Group::Named(name) => {
                let count = self.counts.entry(Arc::clone(name)).or_default();
                *count += 1;
                let id = format!("{name}_{count}");
                self.push("<g");
                push_attribute(&mut self.body, "id", &id);
                self.push(">\n");
                self.open.push("</g>\n");
            }
            Group::Id { id, alt } => {
                self.push("<g");
                push_attribute(&mut self.body, "id", id);
                if let Some(alt) = alt {
                    self.describe(alt);
                }
                self.push(">\n");
                self.open.push("</g>\n");
            }
            Group::Link(url) => {
                self.begin_link(url);
                self.open.push("</a>\n");
            }
            Group::ItemLinks(_) => self.open.push(""),
        }
    }

    /// Writes the attributes that say what a group shows. Not a `<title>`, which browsers show to all, under the mouse.
    fn describe(&mut self, alt: &str) {
        // What is said of an image as a whole hides what is said of its parts.
        if let Some((_, role)) = self.described.last_mut().filter(|(_, role)| self.body[*role..].starts_with(LEAF)) {
            self.body.splice(*role..*role + LEAF.len(), CONTAINER.iter().copied());
        }
        self.push(" role=\"");
        self.described.push((self.open.len(), self.body.len()));
        self.has_described = true;
        self.body.extend_from_slice(LEAF);
        self.push("\"");
        push_attribute(&mut self.body, "aria-label", alt);
    }

    fn begin_link(&mut self, url: &str) {
        self.push("<a");
        push_attribute(&mut self.body, "xlink:href", url);
        self.push(" target=\"_blank\">");
    }

    /// Draws a rectangle that nobody sees, but the mouse.
    fn draw_link_area(&mut self, op: &LinkArea) {
        let Some((url, seen)) = link_on_page(op, self.page()) else { return };
        self.begin_link(url);
        let sides = [seen.x1, self.height - seen.y2, seen.x2 - seen.x1, seen.y2 - seen.y1];
        let [x, y, width, height] = sides.map(|v| number(v, COARSE));
        self.push(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"none\" pointer-events=\"all\"/></a>\n"
        ));
    }

    fn end(&mut self) {
        self.links.end();
        if let Some(tag) = self.open.pop() {
            self.push(tag);
            self.described.pop_if(|(depth, _)| *depth == self.open.len());
        }
    }

    fn draw_path(&mut self, op: &StyledPath<'_>) {
        let line = visible_line(&op.style.stroke);
        if op.face.is_none() && line.is_none() && op.style.hatch.is_none() {
            return;
        }
        let unfilled = op.face.is_none() && op.style.hatch.is_none();
        let mut data = PathData::new(COARSE);
        let stages = DocumentPath::on_page((self.width, self.height), unfilled, op.path.simplify_px, op.style.sketch);
        stages.send(op.path.view(), op.affine.then_flip(self.height), &mut data);
        data.finish();
        if data.is_empty() {
            return;
        }
        let bounds = grown(data.bounds(), reach(line, &op.style.stroke, MITER_LIMIT));
        let Shown::With(clip) = self.clip(&op.style.clip, Some(bounds)) else { return };
        let pattern = op.style.hatch.as_ref().map(|hatch| self.hatch(hatch, op.face));
        let out = &mut self.body;
        out.extend_from_slice(b"<path d=\"");
        data.write(out, 0.0, 0.0);
        out.push(b'"');
        out.extend_from_slice(&clip);
        match pattern {
            Some(id) => out.extend_from_slice(format!(" fill=\"url(#{id})\"").as_bytes()),
            None => push_fill(out, op.face),
        }
        if line.is_some() {
            push_line(out, line);
            push_dashes(out, op.style.stroke.dashes.as_deref());
            push_shape(out, &op.style.stroke);
        }
        // Crisp fills leave no seams; crisp lines would have gaps.
        if !op.style.antialiased && line.is_none() {
            out.extend_from_slice(b" shape-rendering=\"crispEdges\"");
        }
        out.extend_from_slice(b"/>\n");
    }

    fn draw_markers(&mut self, op: &Markers<'_>) {
        let line = visible_line(&op.style.stroke);
        if op.face.is_none() && line.is_none() {
            return;
        }
        let mut data = PathData::new(FINE);
        DocumentPath::default().send(op.marker.view(), op.marker_affine.then_flip(0.0), &mut data);
        data.finish();
        if data.is_empty() {
            return;
        }
        let bounds = grown(data.bounds(), reach(line, &op.style.stroke, MITER_LIMIT));
        // Places are found with y up.
        let Rect { x1, y1, x2, y2 } = bounds;
        let places = seen_places(op, Rect { x1, y1: -y2, x2, y2: -y1 }, &visible(self.page(), &op.style.clip));
        let places: Vec<_> = places.into_iter().map(|(x, y)| (x, self.height - y)).collect();
        let Some(all) = places.iter().map(|&(x, y)| moved(bounds, x, y)).reduce(union) else { return };
        let Shown::With(mut common) = self.clip(&op.style.clip, Some(all)) else { return };
        push_fill(&mut common, op.face);
        if line.is_some() {
            push_line(&mut common, line);
            push_shape(&mut common, &op.style.stroke);
        }
        if let [(x, y)] = places[..] {
            self.stamp(&data, x, y, &common);
            return;
        }
        self.push("<g");
        self.body.extend_from_slice(&common);
        self.push(">\n");
        let id = self.stamp_id(&data, places.len());
        for (x, y) in places {
            match &id {
                Some(id) => self.push_use(id, x, y, b""),
                None => self.stamp(&data, x, y, b""),
            }
        }
        self.push("</g>\n");
    }

    /// The id of a path that is worth being defined for so many uses.
    fn stamp_id(&mut self, data: &PathData, uses: usize) -> Option<String> {
        // `<path d="…"/>` against `<use xlink:href="#…" x="" y=""/>`.
        if uses * (data.len() + 12) <= data.len() + 32 + uses * 39 {
            return None;
        }
        let mut content = b" d=\"".to_vec();
        data.write(&mut content, 0.0, 0.0);
        content.extend_from_slice(b"\"/>");
        Some(self.definitions.define("path", 'm', &content))
    }

    fn stamp(&mut self, data: &PathData, x: f64, y: f64, attributes: &[u8]) {
        self.push("<path d=\"");
        data.write(&mut self.body, x, y);
        self.push("\"");
        self.body.extend_from_slice(attributes);
        self.push("/>\n");
    }

    fn push_use(&mut self, id: &str, x: f64, y: f64, attributes: &[u8]) {
        self.push("<use xlink:href=\"#");
        self.push(id);
        self.push("\" x=\"");
        push_rounded(&mut self.body, x, FINE);
        self.push("\" y=\"");
        push_rounded(&mut self.body, y, FINE);
        self.push("\"");
        self.body.extend_from_slice(attributes);
        self.push("/>\n");
    }

    fn draw_collection(&mut self, op: &Collection<'_>) {
        let count = op.len();
        if count == 0 {
            return;
        }
        let stroke = &op.style.stroke;
        // Clipped as a whole; culled one by one.
        let Shown::With(mut common) = self.clip(&op.style.clip, None) else { return };
        let one_face = op.face_colors.len() <= 1 && op.style.hatch.is_none();
        let one_line = op.edge_colors.len() <= 1 && op.line_widths_px.len() <= 1;
        let one_dash = op.dashes.len() <= 1;
        let one_edge = op.antialiased.len() <= 1;
        let Some((_, first)) = op.items().next() else { return };
        if one_face {
            push_fill(&mut common, first.face);
        }
        if one_line {
            push_line(&mut common, first.line);
        }
        if one_dash {
            push_dashes(&mut common, first.dashes.as_deref());
        }
        if one_edge && !first.antialiased && op.edge_colors.is_empty() {
            common.extend_from_slice(b" shape-rendering=\"crispEdges\"");
        }
        push_shape(&mut common, stroke);
        let grouped = count > 1;
        let links = self.links.of_items();
        if grouped {
            self.push("<g");
            self.body.extend_from_slice(&common);
            self.push(">\n");
        }
        let start = self.body.len();
        let shapes = op.shapes();
        let uses = count / shapes;
        let sketched = op.style.sketch.scale != 0.0;
        let keeps = uses > 1 && shapes <= 1 << 12 && !sketched;
        let mut kept: HashMap<(usize, usize), (PathData, Option<String>)> = HashMap::new();
        let visible = self.visible(&op.style.clip);
        let clips = op.face_colors.is_empty() && op.style.hatch.is_none();
        for (index, item) in op.items() {
            if item.face.is_none() && item.line.is_none() && item.hatch.is_none() {
                continue;
            }
            let mut attributes = Vec::new();
            match &item.hatch {
                Some(hatch) => {
                    let id = self.hatch(hatch, item.face);
                    attributes.extend_from_slice(format!(" fill=\"url(#{id})\"").as_bytes());
                }
                None if !one_face => push_fill(&mut attributes, item.face),
                None => {}
            }
            if !one_line {
                push_line(&mut attributes, item.line);
            }
            if !one_dash {
                push_dashes(&mut attributes, item.dashes.as_deref());
            }
            if !one_edge && !item.antialiased && item.line.is_none() {
                attributes.extend_from_slice(b" shape-rendering=\"crispEdges\"");
            }
            if !grouped {
                attributes.extend_from_slice(&common);
            }
            let margin = reach(item.line, stroke, MITER_LIMIT);
            let [x, y] = item.offset;
            let link = links.get(index);
            let fresh;
            let key = (item.path, item.transform);
            let (data, id, x, y) = if keeps {
                let (data, id) = match kept.entry(key) {
                    std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
                    std::collections::hash_map::Entry::Vacant(entry) => {
                        let mut data = PathData::new(FINE);
                        DocumentPath::default().send(op.paths.get(item.path), item.affine.then_flip(0.0), &mut data);
                        data.finish();
                        let id = self.stamp_id(&data, uses);
                        entry.insert((data, id))
                    }
                };
                (&*data, id.clone(), x, self.height - y)
            } else {
                let affine = item.affine.then(&geometry::Affine::translation(x, y)).then_flip(self.height);
                let stages = DocumentPath::on_page((self.width, self.height), clips, Some(UNSEEN), op.style.sketch);
                let mut data = PathData::new(if uses > 1 || is_small(op.paths.get(item.path), &item.affine) {
                    FINE
                } else {
                    COARSE
                });
                if !sketched && let Some(round) = circle(op.paths.get(item.path), &affine) {
                    let (x, y, radius) = round;
                    let bounds = Rect { x1: x - radius, y1: y - radius, x2: x + radius, y2: y + radius };
                    if meet(&grown(bounds, margin), &visible) {
                        self.push_circle(round, &attributes, link.as_deref());
                    }
                    continue;
                }
                stages.send(op.paths.get(item.path), affine, &mut data);
                data.finish();
                fresh = data;
                (&fresh, None, 0.0, 0.0)
            };
            if data.is_empty() || !meet(&moved(grown(data.bounds(), margin), x, y), &visible) {
                continue;
            }
            if let Some(url) = &link {
                self.begin_link(url);
            }
            match id {
                Some(id) => self.push_use(&id, x, y, &attributes),
                None => self.stamp(data, x, y, &attributes),
            }
            if link.is_some() {
                self.push("</a>\n");
            }
        }
        if grouped {
            if self.body.len() == start {
                // Nothing was seen.
                let opening = b"<g".len() + common.len() + b">\n".len();
                self.body.truncate(start - opening);
            } else {
                self.push("</g>\n");
            }
        }
    }

    fn push_circle(&mut self, (x, y, radius): (f64, f64, f64), attributes: &[u8], link: Option<&str>) {
        if let Some(url) = link {
            self.begin_link(url);
        }
        self.push("<circle");
        for (name, value, decimals) in [(" cx=\"", x, COARSE), (" cy=\"", y, COARSE), (" r=\"", radius, FINE)] {
            self.push(name);
            push_rounded(&mut self.body, value, decimals);
            self.push("\"");
        }
        self.body.extend_from_slice(attributes);
        self.push(if link.is_some() { "/></a>\n" } else { "/>\n" });
    }

    fn draw_quad_mesh(&mut self, op: &QuadMesh<'_>) {
        let Shown::With(mut common) = self.clip(&op.style.clip, None) else { return };
        let is_crisp = !op.style.antialiased && op.edge_colors.is_empty();
        if is_crisp {
            common.extend_from_slice(b" shape-rendering=\"crispEdges\"");
        }
        let width = op.style.stroke.width_px;
        push_shape(&mut common, &op.style.stroke);
        self.push("<g");
        self.body.extend_from_slice(&common);
        self.push(">\n");
        let visible = self.visible(&op.style.clip);
        let mut last: Vec<u8> = Vec::new();
        let mut attributes: Vec<u8> = Vec::new();
        for cell in op.cells() {
            let line = cell.edge.filter(|_| width > 0.0).map(|color| (color, width));
            if cell.face.is_none() && line.is_none() {
                continue;
            }
            let mut data = PathData::new(COARSE);
            let corners = cell.corners.map(|(x, y)| (x, self.height - y));
            let covers = is_crisp && cell.face.is_some_and(|face| face.a >= 1.0);
            quadrilateral(&mut data, if covers { overlapped(corners) } else { corners });
            data.finish();
            if data.is_empty() || !meet(&grown(data.bounds(), reach(line, &op.style.stroke, MITER_LIMIT)), &visible) {
                continue;
            }
            attributes.clear();
            push_fill(&mut attributes, cell.face);
            push_line(&mut attributes, line);
            // Neighbours of one opaque colour are one path.
            let joins = attributes == last && line.is_none() && cell.face.is_some_and(|face: Color| face.a >= 1.0);
            if !joins {
                if !last.is_empty() {
                    self.push("\"/>\n");
                }
                self.push("<path");
                self.body.extend_from_slice(&attributes);
                self.push(" d=\"");
                std::mem::swap(&mut last, &mut attributes);
            }
            data.write(&mut self.body, 0.0, 0.0);
            // What is only filled is closed by that.
            if line.is_none() {
                self.body.pop_if(|last| *last == b'z');
            }
        }
        if !last.is_empty() {
            self.push("\"/>\n");
        }
        self.push("</g>\n");
    }

    fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            self.end();
        }
        let mut out = Vec::with_capacity(self.body.len() + self.definitions.bytes().len() + 2048);
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"");
        out.extend_from_slice(b" xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
        if let Some(id) = &self.options.id {
            push_attribute(&mut out, "id", id);
        }
        let mut size = Vec::new();
        push_rounded(&mut size, self.width, 6);
        let width = size.clone();
        size.clear();
        push_rounded(&mut size, self.height, 6);
        for (name, value, unit) in [("width", &width, "pt"), ("height", &size, "pt")] {
            out.extend_from_slice(format!(" {name}=\"").as_bytes());
            out.extend_from_slice(value);
            out.extend_from_slice(unit.as_bytes());
            out.push(b'"');
        }
        out.extend_from_slice(b" viewBox=\"0 0 ");
        out.extend_from_slice(&width);
        out.push(b' ');
        out.extend_from_slice(&size);
        out.extend_from_slice(b"\" version=\"1.1\" fill=\"none\" stroke-linejoin=\"round\"");
        if self.options.alt.is_some() {
            let role = if self.has_described { " role=\"graphics-document document\"" } else { " role=\"img\"" };
            out.extend_from_slice(role.as_bytes());
        }
        if !self.options.fonts.is_empty() {
            // Faces are what they are: nothing is to be emboldened or slanted.
            out.extend_from_slice(b" style=\"font-synthesis:none\"");
        }
        out.extend_from_slice(b">\n");
        if let Some(title) = &self.options.title {
            push_element(&mut out, "title", title);
        }
        if let Some(alt) = &self.options.alt {
            push_element(&mut out, "desc", alt);
        }
        push_metadata(&mut out, &self.options.metadata);
        push_fonts(&mut out, &self.options.fonts);
        if !self.definitions.bytes().is_empty() {
            out.extend_from_slice(b"<defs>");
            out.extend_from_slice(self.definitions.bytes());
            out.extend_from_slice(b"</defs>\n");
        }
        out.extend_from_slice(&self.body);
        out.extend_from_slice(b"</svg>\n");
        Document { text: out, files: self.files }
    }
}

/// A cell that reaches a step of its coordinates below its neighbours to the right and above, which are drawn later.
///
/// Without smoothing a pixel is of the cell its centre is in. Where a border goes through centres, the sums that readers
/// make of relative coordinates, in 32 bits, put it on another side for each of both cells, and a white line appears.
fn overlapped([a, b, c, d]: [(f64, f64); 4]) -> [(f64, f64); 4] {
    let step = 0.1f64.powi(COARSE as i32);
    let toward = |from: f64, to: f64| if (to - from).abs() < step { 0.0 } else { step.copysign(to - from) };
    let right = (toward(a.0, b.0), toward(a.1, b.1));
    let up = (toward(a.0, d.0), toward(a.1, d.1));
    [a, (b.0 + right.0, b.1 + right.1), (c.0 + right.0 + up.0, c.1 + right.1 + up.1), (d.0 + up.0, d.1 + up.1)]
}
