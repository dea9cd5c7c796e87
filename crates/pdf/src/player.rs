//! One page: ops in, a content stream and annotations out.

use std::collections::HashMap;

use encode::number::{push_decimal, steps};
use geometry::{Affine, Cap, DocumentPath, Join, Rect, circle, send_circle};
use page::{
    COARSE, FINE, Links, MITER_LIMIT, PathData, ROUND, Triangles, UNSEEN, common, grown, is_small, link_on_page, meet,
    mesh_picture, moved, number, quadrilateral, reach, seen_places, union, visible, visible_line,
};
use scene::{
    Collection, Color, Gouraud, Group, Hatch, Item, LinkArea, Markers, Op, QuadMesh, Scene, Stroke, StyledPath,
};

use crate::document::File;
use crate::object::{byte_string, text_string};
use crate::paint::State;
use crate::tags::{Tagged, Tags};

/// Side of cells of a mesh that become pixels of an image, points. Some readers smooth images, which larger ones would
/// show.
const SMALL_CELL: f64 = 0.75;

/// Items of a collection from which on round ones are the ends of short lines: a sixth of the bytes of four arcs.
const MANY_DOTS: usize = 1000;

/// Diameter of dots below which they stay shapes, points: some readers draw no line narrower than a pixel.
const SMALL_DOT: f64 = 1.0;

/// Radius of circles below which they stay paths, points: scaling would round them too much.
const LEAST_CIRCLE: f64 = 0.1;

/// Radius below which hundredths of a point would show.
const SMALL_CIRCLE: f64 = 1.5;

/// Width of the line of the widest ring that is a scaled form, in radii.
const MOST_RING: f64 = 4.0;

/// The page in the making.
pub(crate) struct Player<'a> {
    pub(crate) file: &'a mut File,
    scene: &'a Scene,
    pub(crate) out: Vec<u8>,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) state: State,
    /// The state outside the clip in force.
    pub(crate) outer: Option<State>,
    /// The operators of the clip in force.
    pub(crate) clip: Vec<u8>,
    links: Links,
    annotations: Vec<String>,
    tags: Option<Tags>,
}

/// What a page consists of.
pub(crate) struct Played {
    /// The content stream.
    pub content: Vec<u8>,
    /// Entries of the annotations.
    pub annotations: Vec<String>,
    /// What it shows, for those who cannot see it.
    pub tags: Option<Tagged>,
}

impl<'a> Player<'a> {
    /// A player of a page which shows `alt`, if that is told.
    pub(crate) fn new(file: &'a mut File, scene: &'a Scene, alt: Option<&str>) -> Self {
        let mut out = Vec::new();
        let page = Rect { x1: 0.0, y1: 0.0, x2: scene.width, y2: scene.height };
        let tags = alt.map(|alt| Tags::new(alt, page, &mut out));
        Self {
            file,
            scene,
            out,
            width: scene.width,
            height: scene.height,
            state: State::default(),
            outer: None,
            clip: Vec::new(),
            links: Links::default(),
            annotations: Vec::new(),
            tags,
        }
    }

    pub(crate) fn push(&mut self, operators: &[u8]) {
        self.out.extend_from_slice(operators);
    }

    pub(crate) fn play(mut self) -> Played {
        let scene = self.scene;
        for op in &scene.ops {
            match op {
                Op::Path(op) => self.draw_path(op),
                Op::Markers(op) => self.draw_markers(op),
                Op::Collection(op) => self.draw_collection(op),
                Op::QuadMesh(op) => self.draw_quad_mesh(op),
                Op::Gouraud(op) => self.draw_gouraud(op),
                Op::Picture(op) => self.draw_picture(op),
                Op::Text(op) => self.draw_text(op),
                Op::LinkArea(op) => self.link(op),
                Op::Begin(group) => self.begin(group),
                Op::End => self.end(),
                // What only pixels hold.
                Op::Clear | Op::Image(_) | Op::Glyphs(_) | Op::TextImage(_) => {}
            }
        }
        while self.links.is_open() {
            self.end();
        }
        if self.outer.is_some() {
            self.push(b"Q\n");
        }
        let tags = self.tags.map(|tags| tags.finish(&mut self.out));
        Played { content: self.out, annotations: self.annotations, tags }
    }

    fn begin(&mut self, group: &Group) {
        self.links.begin(group);
        if let Some(tags) = &mut self.tags {
            let alt = if let Group::Id { alt, .. } = group { alt.as_ref() } else { None };
            tags.begin(alt, &mut self.out);
        }
    }

    fn end(&mut self) {
        if let Some(tags) = &mut self.tags {
            tags.end(&mut self.out);
        }
        if let Some((url, bounds)) = self.links.end() {
            self.annotate(&url, bounds);
        }
    }

    fn link(&mut self, op: &LinkArea) {
        if let Some((url, seen)) = link_on_page(op, self.page()) {
            self.annotate(url, seen);
        }
    }

    fn annotate(&mut self, url: &str, bounds: Rect) {
        let rect = [bounds.x1, bounds.y1, bounds.x2, bounds.y2].map(|v| number(v, COARSE)).join(" ");
        self.annotations.push(format!(
            "/Type/Annot/Subtype/Link/F 4/Rect[{rect}]/Border[0 0 0]/Contents{}/A<</S/URI/URI{}>>",
            text_string(url),
            byte_string(url)
        ));
    }

    /// Notes that something was drawn within `bounds`.
    pub(crate) fn covered(&mut self, bounds: Rect) {
        let seen = common(bounds, self.page());
        self.links.covered(seen);
        if let Some(tags) = &mut self.tags {
            tags.covered(seen);
        }
    }

    /// Paints path operators: face, hatch, line.
    fn paint(
        &mut self,
        data: &[u8],
        face: Option<Color>,
        hatch: Option<&Hatch>,
        line: Option<(Color, f64)>,
        stroke: (&Stroke, Option<&scene::Dashes>),
    ) {
        if let Some(hatch) = hatch {
            if face.is_some() {
                self.style(face, None, None);
                self.push(data);
                self.push(b"f\n");
            }
            let name = self.hatch(hatch, face.filter(|color| color.a >= 1.0));
            self.fill(format!("/Pattern cs /{name} scn\n").as_bytes());
            // Where programs begin a tile with the page's alphas instead of with none.
            self.alpha(Some(1.0), Some(1.0));
            self.push(data);
            self.push(b"f\n");
            // In poppler it is now that of the lines in the pattern.
            self.state.width.clear();
            if line.is_some() {
                self.style(None, line, Some(stroke));
                push_painted(&mut self.out, data, false, line);
            }
        } else {
            self.style(face, line, Some(stroke));
            push_painted(&mut self.out, data, face.is_some(), line);
        }
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
        data.finish();
        if data.is_empty() {
            return;
        }
        let bounds = grown(data.bounds(), reach(line, stroke, MITER_LIMIT));
        if self.clip(&op.style.clip, Some(bounds)) {
            self.paint(&data.out, op.face, hatch, line, (stroke, stroke.dashes.as_deref()));
            self.covered(bounds);
        }
    }

    fn draw_markers(&mut self, op: &Markers<'_>) {
        let stroke = &op.style.stroke;
        let line = visible_line(stroke);
        if op.face.is_none() && line.is_none() {
            return;
        }
        let mut data = PathData::new(FINE);
        DocumentPath::default().send(op.marker.view(), op.marker_affine, &mut data);
        data.finish();
        if data.is_empty() {
            return;
        }
        let bounds = grown(data.bounds(), reach(line, stroke, MITER_LIMIT));
        let places = seen_places(op, bounds, &visible(self.page(), &op.style.clip));
        let Some(all) = places.iter().map(|&(x, y)| moved(bounds, x, y)).reduce(union) else { return };
        if !self.clip(&op.style.clip, Some(all)) {
            return;
        }
        self.covered(all);
        self.style(op.face, line, Some((stroke, None)));
        if places.len() * data.out.len() <= data.out.len() + 100 + places.len() * 25 {
            for (x, y) in places {
                let mut stamp = PathData::new(FINE);
                let affine = op.marker_affine.then(&Affine::translation(x, y));
                DocumentPath::default().send(op.marker.view(), affine, &mut stamp);
                stamp.finish();
                push_painted(&mut self.out, &stamp.out, op.face.is_some(), line);
            }
            return;
        }
        let form = self.form(&data, bounds, op.face.is_some(), line);
        let mut stamps = Stamps::default();
        self.push(b"q\n");
        for (x, y) in places {
            stamps.push(&mut self.out, x, y, &form, &[]);
        }
        self.push(b"Q\n");
    }

    /// The name of a path as a form to be stamped.
    fn form(&mut self, data: &PathData, bounds: Rect, filled: bool, line: Option<(Color, f64)>) -> String {
        let bbox = [bounds.x1, bounds.y1, bounds.x2, bounds.y2].map(|v| number(v, FINE)).join(" ");
        let mut content = Vec::new();
        push_painted(&mut content, &data.out, filled, line);
        let entries = format!("/Type/XObject/Subtype/Form/BBox[{bbox}]");
        let key = [entries.as_bytes(), &content].concat();
        self.file.resource("XObject", 'X', &key, |file| file.objects.add_stream(&entries, content))
    }

    /// The name of a circle of radius 1 as a form.
    fn unit_circle(&mut self, filled: bool, line: Option<(Color, f64)>) -> String {
        let mut data = PathData::new(4);
        send_circle((0.0, 0.0, 1.0), &mut data);
        data.finish();
        let side = 1.0 + MOST_RING / 2.0;
        self.form(&data, Rect { x1: -side, y1: -side, x2: side, y2: side }, filled, line)
    }

    fn draw_collection(&mut self, op: &Collection<'_>) {
        if op.is_empty() || !self.clip(&op.style.clip, None) {
            return;
        }
        let stroke = &op.style.stroke;
        let visible = visible(self.page(), &op.style.clip);
        let links = self.links.of_items();
        let shapes = op.shapes();
        let uses = op.len() / shapes;
        let stamps = uses > 4 && shapes <= 1 << 12 && op.style.sketch.scale == 0.0 && op.style.hatch.is_none();
        let clips = op.face_colors.is_empty() && op.style.hatch.is_none();
        let plain = op.style.sketch.scale == 0.0;
        let dots = plain && op.style.hatch.is_none() && op.len() >= MANY_DOTS;
        let round_stroke = Stroke { cap: Cap::Round, join: Join::Round, dashes: None, ..stroke.clone() };
        let mut forms: HashMap<(usize, usize, bool, Option<bool>, u64), Option<(String, Rect)>> = HashMap::new();
        let mut circles: HashMap<(bool, Option<bool>), String> = HashMap::new();
        for (index, item) in op.items() {
            if item.face.is_none() && item.line.is_none() && item.hatch.is_none() {
                continue;
            }
            let [x, y] = item.offset;
            let margin = reach(item.line, stroke, MITER_LIMIT);
            let bounds = if stamps {
                let (filled, lined) = (item.face.is_some(), item.line.map(is_opaque));
                let key = (item.path, item.transform, filled, lined, margin.to_bits());
                let known = if let Some(known) = forms.get(&key) {
                    known.clone()
                } else {
                    let mut data = PathData::new(FINE);
                    DocumentPath::default().send(op.paths.get(item.path), item.affine, &mut data);
                    data.finish();
                    let made = (!data.is_empty()).then(|| {
                        let bounds = grown(data.bounds(), margin);
                        (self.form(&data, bounds, filled, item.line), bounds)
                    });
                    forms.insert(key, made.clone());
                    made
                };
                let Some((form, bounds)) = known else { continue };
                let bounds = moved(bounds, x, y);
                if !meet(&bounds, &visible) {
                    continue;
                }
                self.style(item.face, item.line, Some((stroke, item.dashes.as_deref())));
                self.push(b"q ");
                Stamps::default().push(&mut self.out, x, y, &form, &[]);
                self.push(b"Q\n");
                bounds
            } else {
                let affine = item.affine.then(&Affine::translation(x, y));
                let mut data =
                    PathData::new(if is_small(op.paths.get(item.path), &item.affine) { FINE } else { COARSE });
                let stages = DocumentPath::on_page((self.width, self.height), clips, Some(UNSEEN), op.style.sketch);
                let round = circle(op.paths.get(item.path), &affine).filter(|(.., radius)| *radius < ROUND && plain);
                let many = round.filter(|_| dots && item.dashes.is_none());
                if let Some(((x, y, radius), (color, width))) = many.and_then(|r| Some((r, dot(&item, r.2)?))) {
                    let bounds = grown(Rect { x1: x, y1: y, x2: x, y2: y }, radius.max(width / 2.0));
                    if !meet(&bounds, &visible) {
                        continue;
                    }
                    self.style(None, Some((color, width)), Some((&round_stroke, None)));
                    push_dot(&mut self.out, x, y);
                    self.covered(bounds);
                    if let Some(url) = links.get(index) {
                        self.annotate(&url, bounds);
                    }
                    continue;
                }
                if let Some(((x, y, radius), width)) = many.and_then(|r| Some((r, ring(&item, r.2)?))) {
                    let bounds = grown(Rect { x1: x, y1: y, x2: x, y2: y }, radius + margin);
                    if !meet(&bounds, &visible) {
                        continue;
                    }
                    let (filled, lined) = (item.face.is_some(), item.line.map(is_opaque));
                    let form = circles.entry((filled, lined)).or_insert_with(|| self.unit_circle(filled, item.line));
                    let form = form.clone();
                    self.style(item.face, item.line, Some((stroke, None)));
                    push_circle(&mut self.out, (x, y, radius), width, &form);
                    self.covered(bounds);
                    if let Some(url) = links.get(index) {
                        self.annotate(&url, bounds);
                    }
                    continue;
                }
                match round {
                    Some(round) => send_circle(round, &mut data),
                    None => stages.send(op.paths.get(item.path), affine, &mut data),
                }
                data.finish();
                if data.is_empty() {
                    continue;
                }
                let bounds = grown(data.bounds(), margin);
                if !meet(&bounds, &visible) {
                    continue;
                }
                self.paint(&data.out, item.face, item.hatch.as_ref(), item.line, (stroke, item.dashes.as_deref()));
                bounds
            };
            self.covered(bounds);
            if let Some(url) = links.get(index) {
                self.annotate(&url, bounds);
            }
        }
    }

    fn draw_quad_mesh(&mut self, op: &QuadMesh<'_>) {
        if let Some(picture) = mesh_picture(op, SMALL_CELL) {
            self.draw_picture(&picture);
            return;
        }
        if !self.clip(&op.style.clip, None) {
            return;
        }
        let visible = visible(self.page(), &op.style.clip);
        let stroke = &op.style.stroke;
        // Neighbours of one opaque colour are one path.
        let mut pending: Option<Color> = None;
        for cell in op.cells() {
            let line = cell.edge.filter(|_| stroke.width_px > 0.0).map(|color| (color, stroke.width_px));
            if cell.face.is_none() && line.is_none() {
                continue;
            }
            let mut data = PathData::new(COARSE);
            if let Some((low, high)) = upright(cell.corners) {
                data.rectangle(low, high);
            } else {
                quadrilateral(&mut data, cell.corners);
            }
            data.finish();
            if data.is_empty() || !meet(&grown(data.bounds(), reach(line, stroke, MITER_LIMIT)), &visible) {
                continue;
            }
            let joins = line.is_none() && cell.face.is_some_and(|face| face.a >= 1.0);
            if pending.is_some() && (pending != cell.face || !joins) {
                self.push(b"f\n");
                pending = None;
            }
            if !joins {
                self.paint(&data.out, cell.face, None, line, (stroke, None));
            } else {
                if pending.is_none() {
                    self.style(cell.face, None, None);
                    pending = cell.face;
                }
                self.push(&data.out);
            }
            self.covered(data.bounds());
        }
        if pending.is_some() {
            self.push(b"f\n");
        }
    }

    fn draw_gouraud(&mut self, op: &Gouraud<'_>) {
        if !self.clip(&op.style.clip, None) {
            return;
        }
        let Some(triangles) = Triangles::new(op) else { return };
        let area = triangles.area;
        let entries =
            |gray: bool| format!("{}/ColorSpace/Device{}", triangles.entries(gray), if gray { "Gray" } else { "RGB" });
        let colors = triangles.stream(|c| [c[0], c[1], c[2]]);
        let entries_of_colors = entries(false);
        let key = [entries_of_colors.as_bytes(), &colors].concat();
        let shading =
            self.file.resource("Shading", 'S', &key, |file| file.objects.add_stream(&entries_of_colors, colors));
        self.covered(area);
        self.push(b"q\n");
        let state = self.state.clone();
        let mut drawn = format!("/{shading} sh\nQ\n");
        match triangles.uniform_alpha() {
            Some(255) => self.alpha(Some(1.0), None),
            Some(alpha) => {
                // As a group: by itself, poppler draws a shading with any alpha opaquely.
                self.alpha(Some(f64::from(alpha) / 255.0), None);
                let (entries, content) = self.group(area, "RGB", &shading);
                let key = [entries.as_bytes(), content.as_bytes()].concat();
                let name = self
                    .file
                    .resource("XObject", 'X', &key, |file| file.objects.add_stream(&entries, content.into_bytes()));
                drawn = format!("/{name} Do\nQ\n");
            }
            None => {
                self.alpha(Some(1.0), None);
                let mask = triangles.stream(|c| [c[3]]);
                let entries = entries(true);
                let key = [entries.as_bytes(), &mask].concat();
                let gray = self.file.resource("Shading", 'S', &key, |file| file.objects.add_stream(&entries, mask));
                let (entries, content) = self.group(area, "Gray", &gray);
                let key = [entries.as_bytes(), content.as_bytes()].concat();
                let name = self.file.resource("ExtGState", 'A', &key, |file| {
                    let form = file.objects.add_stream(&entries, content.into_bytes());
                    file.objects.add(format!("<</SMask<</S/Luminosity/G {form} 0 R>>>>"))
                });
                self.push(format!("/{name} gs\n").as_bytes());
            }
        }
        self.push(drawn.as_bytes());
        self.state = state;
    }

    /// Entries and content of a transparency group that is a shading and nothing else.
    fn group(&mut self, area: Rect, space: &str, shading: &str) -> (String, String) {
        let bbox = [area.x1, area.y1, area.x2, area.y2].map(|v| number(v, FINE)).join(" ");
        let entries = format!(
            "/Type/XObject/Subtype/Form/BBox[{bbox}]/Group<</Type/Group/S/Transparency/CS/Device{space}>>/Resources {} 0 R",
            self.file.resources()
        );
        (entries, format!("/{shading} sh\n"))
    }
}

/// Two opposite corners of a cell whose sides are upright, to what coordinates hold.
fn upright([a, b, c, d]: [(f64, f64); 4]) -> Option<((f64, f64), (f64, f64))> {
    let same = |u: f64, v: f64| steps(u, COARSE) == steps(v, COARSE);
    let across = same(a.1, b.1) && same(b.0, c.0) && same(c.1, d.1) && same(d.0, a.0);
    let up = same(a.0, b.0) && same(b.1, c.1) && same(c.0, d.0) && same(d.1, a.1);
    (across || up).then_some((a, c))
}

/// Diameter of the dot that an item is: round, and of one colour with its line.
fn dot(item: &Item, radius: f64) -> Option<(Color, f64)> {
    let (color, width) = match (item.face, item.line) {
        (Some(face), None) => (face, 2.0 * radius),
        // The line of a transparent item covers half of itself.
        (Some(face), Some((line, width))) if face == line && face.a >= 1.0 => (face, 2.0 * radius + width),
        _ => return None,
    };
    (width >= SMALL_DOT).then_some((color, width))
}

/// Whether nothing is seen through a line.
fn is_opaque((color, _): (Color, f64)) -> bool {
    color.a >= 1.0
}

/// Appends a path and what paints it. The one operator for both face and line takes away the face beneath the line, which
/// is seen through a line that is partly transparent; by itself the face stays.
fn push_painted(out: &mut Vec<u8>, data: &[u8], filled: bool, line: Option<(Color, f64)>) {
    let apart = filled && line.is_some_and(|line| !is_opaque(line));
    if apart {
        out.extend_from_slice(data);
        out.extend_from_slice(operator(true, false));
    }
    out.extend_from_slice(data);
    out.extend_from_slice(operator(filled && !apart, line.is_some()));
}

/// Width of an item's line if it is a circle that can be a scaled form; 0 without a line.
fn ring(item: &Item, radius: f64) -> Option<f64> {
    let width = item.line.map_or(0.0, |(_, width)| width);
    (item.hatch.is_none() && radius >= LEAST_CIRCLE && width <= MOST_RING * radius).then_some(width)
}

/// Draws a circle with a form of radius 1, whose line is as wide as it is to be after scaling.
fn push_circle(out: &mut Vec<u8>, (x, y, radius): (f64, f64, f64), width: f64, form: &str) {
    let decimals = if radius < SMALL_CIRCLE { FINE } else { COARSE };
    let unit = steps(1.0, decimals) as f64;
    let scale = steps(radius, decimals);
    out.extend_from_slice(b"q ");
    for value in [scale, 0, 0, scale, steps(x, decimals), steps(y, decimals)] {
        push_decimal(out, value, decimals);
        out.push(b' ');
    }
    out.extend_from_slice(b"cm ");
    if width > 0.0 {
        push_decimal(out, steps(width * unit / scale as f64, FINE), FINE);
        out.extend_from_slice(b" w ");
    }
    out.push(b'/');
    out.extend_from_slice(form.as_bytes());
    out.extend_from_slice(b" Do Q\n");
}

/// The operator that paints a path.
fn operator(filled: bool, lined: bool) -> &'static [u8] {
    match (filled, lined) {
        (true, true) => b"B\n",
        (true, false) => b"f\n",
        (false, true) => b"S\n",
        (false, false) => b"n\n",
    }
}

/// Draws a dot with round line ends. Lines of no length at all are left out by some readers.
fn push_dot(out: &mut Vec<u8>, x: f64, y: f64) {
    let (x, y) = (steps(x, COARSE), steps(y, COARSE));
    for (x, operator) in [(x, b"m\n"), (x + 1, b"l\n")] {
        push_decimal(out, x, COARSE);
        out.push(b' ');
        push_decimal(out, y, COARSE);
        out.push(b' ');
        out.extend_from_slice(operator);
    }
    out.extend_from_slice(b"S\n");
}

/// Forms placed one after another, each relative to the one before.
#[derive(Default)]
struct Stamps {
    last: (i64, i64),
}

impl Stamps {
    fn push(&mut self, out: &mut Vec<u8>, x: f64, y: f64, form: &str, between: &[u8]) {
        let place = (steps(x, FINE), steps(y, FINE));
        out.extend_from_slice(b"1 0 0 1 ");
        push_decimal(out, place.0 - self.last.0, FINE);
        out.push(b' ');
        push_decimal(out, place.1 - self.last.1, FINE);
        out.extend_from_slice(b" cm ");
        out.extend_from_slice(between);
        out.push(b'/');
        out.extend_from_slice(form.as_bytes());
        out.extend_from_slice(b" Do\n");
        self.last = place;
    }
}
