//! Ops in, macros out.

use std::collections::HashMap;
use std::sync::Arc;

use geometry::{Affine, DocumentPath, PathView, Rect, SketchParams, circle, send_circle};
use page::{
    COARSE, FINE, Links, MITER_LIMIT, ROUND, UNSEEN, common, grown, is_small, meet, moved, quadrilateral, reach,
    seen_places, union, visible_line,
};
use scene::{
    Clip, Collection, Color, Dashes, Group, Hatch, Markers, Op, QuadMesh, Rasterize, Scene, Stroke, StyledPath,
};

use crate::document::Options;
use crate::paint::{State, number};
use crate::path::PathData;
use crate::weight::{dense_ops, stamps};

/// Lines are broken where the next macro would go beyond this column.
const LINE_LENGTH: usize = 90;

/// The picture in the making.
pub(crate) struct Player<'a> {
    scene: &'a Scene,
    pub(crate) options: &'a Options,
    pub(crate) rasterize: &'a dyn Rasterize,
    pub(crate) out: Vec<u8>,
    /// Where the present line of the text begins.
    line_start: usize,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) state: State,
    /// The state outside the clip in force.
    pub(crate) outer: Option<State>,
    /// The macros of the clip in force.
    pub(crate) clip: Vec<Vec<u8>>,
    /// The macro that paints the path that is being built: what follows may join it.
    pending: Option<&'static [u8]>,
    /// Objects by their content.
    objects: HashMap<Vec<u8>, usize>,
    pub(crate) links: Links,
    pub(crate) has_links: bool,
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) dense: usize,
    pub(crate) missing: usize,
}

impl<'a> Player<'a> {
    pub(crate) fn new(scene: &'a Scene, options: &'a Options, rasterize: &'a dyn Rasterize) -> Self {
        Self {
            scene,
            options,
            rasterize,
            out: Vec::new(),
            line_start: 0,
            width: scene.width,
            height: scene.height,
            state: State::default(),
            outer: None,
            clip: Vec::new(),
            pending: None,
            objects: HashMap::new(),
            links: Links::default(),
            has_links: false,
            files: Vec::new(),
            dense: 0,
            missing: 0,
        }
    }

    // --- text

    /// Appends a macro that belongs to what is being said.
    pub(crate) fn word(&mut self, word: &[u8]) {
        let column = self.out.len() - self.line_start;
        if column > 0 && column + word.len() > LINE_LENGTH {
            self.end_line();
        }
        self.out.extend_from_slice(word);
    }

    /// Ends the line, if there is one, so that TeX sees no space.
    pub(crate) fn end_line(&mut self) {
        if self.out.len() > self.line_start {
            self.out.extend_from_slice(b"%\n");
            self.line_start = self.out.len();
        }
    }

    /// Appends a line.
    pub(crate) fn line(&mut self, text: &str) {
        self.end_line();
        self.out.extend_from_slice(text.as_bytes());
        self.end_line();
    }

    /// Paints the path that is being built.
    pub(crate) fn flush(&mut self) {
        if let Some(paint) = self.pending.take() {
            self.word(paint);
            self.end_line();
        }
    }

    // --- ops

    pub(crate) fn play(&mut self) {
        let scene = self.scene;
        // Without a place for files there are no pixels.
        let most = if self.options.image_files.is_some() { self.options.most_points } else { usize::MAX };
        let dense = dense_ops(scene, most);
        let mut together: Vec<&Op<'_>> = Vec::new();
        for (op, is_dense) in scene.ops.iter().zip(dense) {
            let as_pixels = is_dense || matches!(op, Op::Gouraud(_));
            self.dense += usize::from(is_dense);
            if as_pixels {
                together.push(op);
                continue;
            }
            let is_of_link = match op {
                Op::Begin(group) => matches!(group, Group::Link(_)),
                Op::End => self.links.is_in_link(),
                _ => true,
            };
            // A link leads from what is drawn in it.
            if is_of_link && !together.is_empty() {
                self.draw_pixels(&std::mem::take(&mut together));
            }
            match op {
                Op::Path(op) => self.draw_path(op),
                Op::Markers(op) => self.draw_markers(op),
                Op::Collection(op) => self.draw_collection(op),
                Op::QuadMesh(op) => self.draw_quad_mesh(op),
                Op::Picture(op) => self.draw_picture(op),
                Op::Text(op) => self.draw_text(op),
                Op::LinkArea(op) => self.link(&op.url, op.area),
                Op::Begin(group) => self.begin(group),
                Op::End => self.end(),
                // What only pixels hold.
                Op::Clear | Op::Image(_) | Op::Glyphs(_) | Op::TextImage(_) | Op::Gouraud(_) => {}
            }
        }
        self.draw_pixels(&together);
        while self.links.is_open() {
            self.end();
        }
        self.end_clip();
    }

    fn begin(&mut self, group: &Group) {
        if let Group::Id { id, .. } = group {
            self.flush();
            // For whoever looks for it in the text.
            let id: String = id.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.end_line();
            self.out.extend_from_slice(format!("% {id}\n").as_bytes());
            self.line_start = self.out.len();
        }
        self.links.begin(group);
    }

    fn end(&mut self) {
        if let Some((url, bounds)) = self.links.end() {
            self.link(&url, bounds);
        }
    }

    /// Lets a rectangle lead to an address.
    fn link(&mut self, url: &Arc<str>, bounds: Rect) {
        let area = common(bounds, self.page());
        if area.x1 > area.x2 || area.y1 > area.y2 {
            return;
        }
        self.end_clip();
        self.has_links = true;
        let [x, y, w, h] = [area.x1, area.y1, area.x2 - area.x1, area.y2 - area.y1].map(number);
        self.line(&format!("\\dpa{{{x}}}{{{y}}}{{{w}}}{{{h}}}{{{}}}", address(url)));
    }

    /// Notes that something was drawn within `bounds`.
    pub(crate) fn covered(&mut self, bounds: Rect, clip: &Clip) {
        let seen = common(bounds, self.shown(clip));
        self.links.covered(seen);
    }

    /// Paints a path: face, hatch, line.
    fn paint(
        &mut self,
        data: &PathData,
        face: Option<Color>,
        hatch: Option<(&Hatch, Rect)>,
        line: Option<(Color, f64)>,
        stroke: (&Stroke, Option<&Dashes>),
    ) {
        if let Some((hatch, shown)) = hatch {
            if face.is_some() {
                self.paint(data, face, None, None, stroke);
            }
            self.hatch(data, hatch, shown);
            if line.is_some() {
                self.paint(data, None, None, line, stroke);
            }
            return;
        }
        if face.is_some() && line.is_some_and(|line| !is_opaque(line)) {
            self.paint(data, face, None, None, stroke);
            self.paint(data, None, None, line, stroke);
            return;
        }
        self.style(face, line, Some(stroke));
        // Lines that are opaque look the same alone and together.
        let joins = face.is_none() && line.is_some_and(|(color, _)| color.a >= 1.0);
        if !joins {
            self.flush();
        }
        self.build(data, paint_macro(face.is_some(), line.is_some()));
        if !joins {
            self.flush();
        }
    }

    /// Appends a path to the one that is being built if both are painted in the same way.
    fn build(&mut self, data: &PathData, paint: &'static [u8]) {
        if self.pending.is_some_and(|pending| pending != paint) {
            self.flush();
        }
        data.write((0.0, 0.0), |word| self.word(word));
        self.pending = Some(paint);
    }

    fn draw_path(&mut self, op: &StyledPath<'_>) {
        let stroke = &op.style.stroke;
        let line = visible_line(stroke);
        let hatch = op.style.hatch.as_ref();
        if op.face.is_none() && line.is_none() && hatch.is_none() {
            return;
        }
        let unfilled = op.face.is_none() && hatch.is_none();
        let mut data = PathData::new(COARSE);
        let stages = DocumentPath::on_page((self.width, self.height), unfilled, op.path.simplify_px, op.style.sketch);
        stages.send(op.path.view(), op.affine, &mut data);
        data.finish(self.limits());
        if data.is_empty() {
            return;
        }
        let bounds = grown(data.bounds(), reach(line, stroke, MITER_LIMIT));
        if self.clip(&op.style.clip, Some(bounds)) {
            let shown = self.shown(&op.style.clip);
            self.paint(&data, op.face, hatch.map(|hatch| (hatch, shown)), line, (stroke, stroke.dashes.as_deref()));
            self.covered(bounds, &op.style.clip);
        }
    }

    fn draw_markers(&mut self, op: &Markers<'_>) {
        let stroke = &op.style.stroke;
        let line = visible_line(stroke);
        if op.face.is_none() && line.is_none() {
            return;
        }
        let data = self.mark(op.marker.view(), op.marker_affine, SketchParams::default());
        if data.is_empty() {
            return;
        }
        let bounds = grown(data.bounds(), reach(line, stroke, MITER_LIMIT));
        let places = seen_places(op, bounds, &self.shown(&op.style.clip));
        let Some(all) = places.iter().map(|&(x, y)| moved(bounds, x, y)).reduce(union) else { return };
        if !self.clip(&op.style.clip, Some(all)) {
            return;
        }
        self.covered(all, &op.style.clip);
        self.style(op.face, line, Some((stroke, None)));
        let object = self.object(&data, bounds, paints(op.face.is_some(), line));
        for place in places {
            self.stamp(object, place);
        }
        self.end_line();
    }

    /// The path of a mark.
    fn mark(&self, path: PathView<'_>, affine: Affine, sketch: SketchParams) -> PathData {
        let mut data = PathData::new(FINE);
        match circle(path, &affine).filter(|(.., radius)| *radius < ROUND && sketch.scale == 0.0) {
            Some(round) => send_circle(round, &mut data),
            None => DocumentPath { sketch, ..DocumentPath::default() }.send(path, affine, &mut data),
        }
        data.finish(self.limits());
        data
    }

    /// The number of a path as an object to be stamped.
    fn object(&mut self, data: &PathData, bounds: Rect, paints: &[&'static [u8]]) -> usize {
        let mut content = Vec::new();
        for paint in paints {
            data.write((0.0, 0.0), |word| content.extend_from_slice(word));
            content.extend_from_slice(paint);
        }
        let next = self.objects.len();
        if let Some(&known) = self.objects.get(&content) {
            return known;
        }
        self.flush();
        let [x1, y1, x2, y2] = [bounds.x1, bounds.y1, bounds.x2, bounds.y2].map(number);
        self.line(&format!(
            "\\pgfsys@defobject{{drypoint@{next}}}{{\\pgfqpoint{{{x1}bp}}{{{y1}bp}}}}{{\\pgfqpoint{{{x2}bp}}{{{y2}bp}}}}{{"
        ));
        for paint in paints {
            data.write((0.0, 0.0), |word| self.word(word));
            self.word(paint);
        }
        self.end_line();
        self.line("}");
        self.objects.insert(content, next);
        next
    }

    fn stamp(&mut self, object: usize, (x, y): (f64, f64)) {
        self.flush();
        self.word(format!("\\dpu{{{object}}}{{{}}}{{{}}}", number(x), number(y)).as_bytes());
    }

    fn draw_collection(&mut self, op: &Collection<'_>) {
        if op.is_empty() || !self.clip(&op.style.clip, None) {
            return;
        }
        let stroke = &op.style.stroke;
        let shown = self.shown(&op.style.clip);
        let links = self.links.of_items();
        let stamps = stamps(op);
        let clips = op.face_colors.is_empty() && op.style.hatch.is_none();
        let plain = op.style.sketch.scale == 0.0;
        let mut marks: HashMap<(usize, usize, bool, Option<bool>, u64), Option<(usize, Rect)>> = HashMap::new();
        let mut item_links = Vec::new();
        for (index, item) in op.items() {
            if item.face.is_none() && item.line.is_none() && item.hatch.is_none() {
                continue;
            }
            let [x, y] = item.offset;
            let margin = reach(item.line, stroke, MITER_LIMIT);
            let path = op.paths.get(item.path);
            let bounds = if stamps {
                let (filled, lined) = (item.face.is_some(), item.line.map(is_opaque));
                let key = (item.path, item.transform, filled, lined, margin.to_bits());
                let known = match marks.get(&key) {
                    Some(known) => *known,
                    None => {
                        let data = self.mark(path, item.affine, SketchParams::default());
                        let bounds = grown(data.bounds(), margin);
                        let made =
                            (!data.is_empty()).then(|| (self.object(&data, bounds, paints(filled, item.line)), bounds));
                        marks.insert(key, made);
                        made
                    }
                };
                let Some((object, bounds)) = known else { continue };
                let bounds = moved(bounds, x, y);
                if !meet(&bounds, &shown) {
                    continue;
                }
                self.style(item.face, item.line, Some((stroke, item.dashes.as_deref())));
                self.stamp(object, (x, y));
                bounds
            } else {
                let affine = item.affine.then(&Affine::translation(x, y));
                let mut data = PathData::new(if is_small(path, &item.affine) { FINE } else { COARSE });
                let stages = DocumentPath::on_page((self.width, self.height), clips, Some(UNSEEN), op.style.sketch);
                match circle(path, &affine).filter(|(.., radius)| *radius < ROUND && plain) {
                    Some(round) => send_circle(round, &mut data),
                    None => stages.send(path, affine, &mut data),
                }
                data.finish(self.limits());
                let bounds = grown(data.bounds(), margin);
                if data.is_empty() || !meet(&bounds, &shown) {
                    continue;
                }
                let hatch = item.hatch.as_ref().map(|hatch| (hatch, shown));
                self.paint(&data, item.face, hatch, item.line, (stroke, item.dashes.as_deref()));
                bounds
            };
            self.covered(bounds, &op.style.clip);
            if let Some(url) = links.get(index) {
                item_links.push((url, common(bounds, shown)));
            }
        }
        if self.pending.is_none() {
            self.end_line();
        }
        for (url, bounds) in item_links {
            self.link(&url, bounds);
        }
    }

    fn draw_quad_mesh(&mut self, op: &QuadMesh<'_>) {
        if !self.clip(&op.style.clip, None) {
            return;
        }
        let shown = self.shown(&op.style.clip);
        let stroke = &op.style.stroke;
        for cell in op.cells() {
            let line = cell.edge.filter(|_| stroke.width_px > 0.0).map(|color| (color, stroke.width_px));
            if cell.face.is_none() && line.is_none() {
                continue;
            }
            let mut data = PathData::new(COARSE);
            quadrilateral(&mut data, cell.corners);
            data.finish(self.limits());
            let bounds = grown(data.bounds(), reach(line, stroke, MITER_LIMIT));
            if data.is_empty() || !meet(&bounds, &shown) {
                continue;
            }
            self.covered(bounds, &op.style.clip);
            // Neighbours of one opaque colour are one path.
            if line.is_none() && cell.face.is_some_and(|face| face.a >= 1.0) {
                self.style(cell.face, None, None);
                self.build(&data, paint_macro(true, false));
            } else {
                self.paint(&data, cell.face, None, line, (stroke, None));
            }
        }
        self.flush();
    }
}

/// Whether nothing is seen through a line.
fn is_opaque((color, _): (Color, f64)) -> bool {
    color.a >= 1.0
}

/// The macros that paint a path, each its own copy of it. Painted at once, a line takes away the face beneath it, which is
/// seen through it if it is partly transparent.
fn paints(filled: bool, line: Option<(Color, f64)>) -> &'static [&'static [u8]] {
    match line.map(is_opaque) {
        Some(false) if filled => &[b"\\pgfsys@fill", b"\\pgfsys@stroke"],
        Some(_) if filled => &[b"\\pgfsys@fillstroke"],
        Some(_) => &[b"\\pgfsys@stroke"],
        None if filled => &[b"\\pgfsys@fill"],
        None => &[b"\\pgfsys@discardpath"],
    }
}

/// The macro that paints a path.
fn paint_macro(filled: bool, lined: bool) -> &'static [u8] {
    match (filled, lined) {
        (true, true) => b"\\pgfsys@fillstroke",
        (true, false) => b"\\pgfsys@fill",
        (false, true) => b"\\pgfsys@stroke",
        (false, false) => b"\\pgfsys@discardpath",
    }
}

/// An address as an argument in TeX: what has a meaning there is escaped.
fn address(url: &str) -> String {
    let mut out = String::new();
    for byte in url.bytes() {
        match byte {
            b'%' => out.push_str("\\%"),
            b'#' => out.push_str("\\#"),
            b'&' => out.push_str("\\&"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'/' | b':' | b'?' | b'=' | b'+' | b',' | b';' | b'@' | b'!' | b'*' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("\\%{byte:02X}")),
        }
    }
    out
}
