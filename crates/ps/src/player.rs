//! The page: ops in, operators out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use geometry::{Affine, DocumentPath, PathView, Rect};
use page::{
    COARSE, Links, MITER_LIMIT, PathData, clip_rect, common, grown, line_operators, link_on_page, reach, visible_line,
};
use scene::{Clip, Color, Dashes, Hatch, LinkArea, Markers, Op, Path, Rasterize, Scene, Stroke, Style, StyledPath};

use crate::body::{Data, Part};
use crate::document::Options;
use crate::drawn::{Drawn, Kind};
use crate::font::{Font, WrittenFont};
use crate::ground::{FILL, Ground, LINE};
use crate::paint::{Shades, State, blend, is_partial};
use crate::patch::pictures;

/// Things beneath a shape that may be drawn again, and bytes of the longest path among them.
pub(crate) const THINGS: usize = 24;
const LONGEST: usize = 24_000;

/// A finished page.
pub struct Page {
    pub parts: Vec<Part>,
    pub fonts: Vec<WrittenFont>,
}

/// The page in the making.
pub struct Player<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) options: &'a Options,
    rasterize: &'a dyn Rasterize,
    pub(crate) out: Vec<u8>,
    parts: Vec<Part>,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) state: State,
    /// The state outside the clip in force.
    pub(crate) outer: Option<State>,
    /// The operators of the clip in force.
    pub(crate) clip: Vec<u8>,
    pub(crate) ground: Ground<'a>,
    pub(crate) fonts: Vec<Font>,
    pub(crate) fonts_of: HashMap<String, Vec<usize>>,
    definitions: HashMap<Vec<u8>, String>,
    pub(crate) links: Links,
}

/// A path with all that paints it.
pub(crate) struct Shape<'s, 'a> {
    pub(crate) path: PathView<'a>,
    pub(crate) affine: Affine,
    pub(crate) style: &'s Style,
    pub(crate) face: Option<Color>,
    pub(crate) line: Option<(Color, f64)>,
    pub(crate) dashes: Option<Arc<Dashes>>,
    pub(crate) hatch: Option<&'s Hatch>,
    pub(crate) bounds: Rect,
}

impl<'a> Shape<'_, 'a> {
    /// The shape as an op, with its fill, its line or both.
    pub(crate) fn op(&self, face: bool, line: bool) -> Op<'a> {
        let (color, width_px) = self.line.filter(|_| line).unwrap_or((Color::from([0.0; 4]), 0.0));
        Op::Path(StyledPath {
            style: Style {
                stroke: Stroke { color, width_px, dashes: self.dashes.clone(), ..self.style.stroke.clone() },
                hatch: self.hatch.filter(|_| face).cloned(),
                ..self.style.clone()
            },
            path: Path {
                vertices: Cow::Borrowed(self.path.vertices),
                codes: self.path.codes.map(Cow::Borrowed),
                simplify_px: None,
            },
            affine: self.affine,
            face: self.face.filter(|_| face),
        })
    }
}

/// Whether anything in an op is partly transparent.
pub fn has_partial(op: &Op<'_>) -> bool {
    let list = |colors: &[[f64; 4]]| colors.iter().any(|color| is_partial((*color).into()));
    let hatch = |style: &Style| style.hatch.as_ref().is_some_and(|hatch| is_partial(hatch.color));
    match op {
        Op::Path(StyledPath { style, face, .. }) | Op::Markers(Markers { style, face, .. }) => {
            face.is_some_and(is_partial)
                || visible_line(&style.stroke).is_some_and(|(c, _)| is_partial(c))
                || hatch(style)
        }
        Op::Collection(op) => {
            list(&op.face_colors) || list(&op.edge_colors) || list(&op.hatch_colors) || hatch(&op.style)
        }
        Op::QuadMesh(op) => list(&op.face_colors) || list(&op.edge_colors),
        Op::Gouraud(op) => op.colors.iter().any(|colors| list(colors)),
        Op::Picture(op) => op.alpha < 1.0 || op.pixels.iter().any(|pixel| pixel[3] != 0 && pixel[3] != 255),
        Op::Text(op) => is_partial(op.color),
        _ => false,
    }
}

impl<'a> Player<'a> {
    pub(crate) fn new(scene: &'a Scene, options: &'a Options, rasterize: &'a dyn Rasterize) -> Self {
        Self {
            scene,
            options,
            rasterize,
            out: Vec::new(),
            parts: Vec::new(),
            width: scene.width,
            height: scene.height,
            state: State::default(),
            outer: None,
            clip: Vec::new(),
            ground: Ground::new(scene, rasterize),
            fonts: Vec::new(),
            fonts_of: HashMap::new(),
            definitions: HashMap::new(),
            links: Links::default(),
        }
    }

    pub(crate) fn push(&mut self, operators: &[u8]) {
        self.out.extend_from_slice(operators);
    }

    /// Ends the operators so far with data that they read.
    pub(crate) fn push_data(&mut self, data: Data) {
        self.end_code();
        self.parts.push(Part::Data(data));
    }

    fn end_code(&mut self) {
        if !self.out.is_empty() {
            self.parts.push(Part::Code(std::mem::take(&mut self.out)));
        }
    }

    /// The name of a value, defined when it is new.
    pub(crate) fn definition(&mut self, letter: char, key: &[u8], value: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        let whole = [&[letter as u8], key].concat();
        if let Some(name) = self.definitions.get(&whole) {
            return name.clone();
        }
        let name = format!("{letter}{}", self.definitions.len() + 1);
        let value = value(key);
        self.push(format!("/{name} ").as_bytes());
        self.push(&value);
        self.push(b" def\n");
        self.definitions.insert(whole, name.clone());
        name
    }

    /// The whole page.
    pub(crate) fn play(mut self) -> Page {
        let scene = self.scene;
        for (index, op) in scene.ops.iter().enumerate() {
            self.ground.begin(index);
            match op {
                Op::Path(op) => self.draw_path(op),
                Op::Markers(markers) => self.draw_markers(op, markers),
                Op::Collection(collection) => self.draw_collection(op, collection),
                Op::QuadMesh(mesh) => self.draw_quad_mesh(op, mesh),
                Op::Gouraud(gouraud) => self.draw_gouraud(op, gouraud),
                Op::Picture(picture) => self.draw_picture(op, picture),
                Op::Text(text) => self.draw_text(op, text),
                Op::LinkArea(op) => self.link(op),
                Op::Begin(group) => self.links.begin(group),
                Op::End => self.end(),
                // What only pixels hold.
                Op::Clear | Op::Image(_) | Op::Glyphs(_) | Op::TextImage(_) => {}
            }
            self.ground.end();
            if self.ground.is_dirty {
                self.set_clip(Vec::new());
                self.end_code();
                self.parts.push(Part::Place(index));
            }
        }
        while self.links.is_open() {
            self.end();
        }
        self.set_clip(Vec::new());
        self.end_code();
        let mut patches = pictures(self.scene, &self.ground.tiles, self.options, self.rasterize);
        let mut parts: Vec<Part> = Vec::new();
        for part in std::mem::take(&mut self.parts) {
            match part {
                Part::Place(op) => parts.extend(patches.remove(&op).unwrap_or_default().into_iter().map(Part::Data)),
                Part::Code(code) => match parts.last_mut() {
                    Some(Part::Code(last)) => last.extend_from_slice(&code),
                    _ => parts.push(Part::Code(code)),
                },
                part @ Part::Data(_) => parts.push(part),
            }
        }
        let fonts = self.fonts.iter().map(|font| font.write(self.options)).collect();
        Page { parts, fonts }
    }

    // --- groups and links

    fn end(&mut self) {
        if let Some((url, bounds)) = self.links.end() {
            self.annotate(&url, bounds);
        }
    }

    fn link(&mut self, op: &LinkArea) {
        if let Some((url, seen)) = link_on_page(op, self.page()) {
            self.annotate(url, seen);
        }
    }

    pub(crate) fn annotate(&mut self, url: &str, bounds: Rect) {
        let rect = [bounds.x1, bounds.y1, bounds.x2, bounds.y2].map(|v| page::number(v, COARSE)).join(" ");
        let url: String = url.bytes().map(|byte| format!("{byte:02X}")).collect();
        let operators = format!("[/Rect[{rect}]/Border[0 0 0]/Subtype/Link/Action<</Subtype/URI/URI<{url}>>>/ANN k\n");
        self.push(operators.as_bytes());
    }

    /// Notes that something was drawn within `bounds`, maybe of one colour in a part of it.
    pub(crate) fn covered(&mut self, bounds: Rect, clip: &Clip, plain: Option<(Rect, Color)>) {
        self.drawn(bounds, clip, plain, None);
    }

    /// The same for what can be drawn again.
    pub(crate) fn drawn(&mut self, bounds: Rect, clip: &Clip, plain: Option<(Rect, Color)>, drawn: Option<Kind>) {
        let seen = self.shown(bounds, clip);
        let plain = plain.filter(|_| clip.path.is_none()).map(|(rect, color)| (common(rect, seen), color));
        // Where pixels take its place it is not what is seen.
        let drawn = drawn.filter(|_| !self.ground.is_dirty).map(|kind| Drawn { clip: self.clip.clone(), kind });
        self.ground.mark(seen, plain, drawn);
        self.links.covered(seen);
    }

    // --- shapes

    /// What a shape's bounds are where it shows.
    pub(crate) fn shown(&self, bounds: Rect, clip: &Clip) -> Rect {
        let seen = common(bounds, self.page());
        clip_rect(clip).map_or(seen, |rect| common(seen, rect))
    }

    /// The colours of a shape on the page.
    pub(crate) fn shades(&mut self, shape: &Shape<'_, 'a>) -> Shades {
        let hatch = shape.hatch.map(|hatch| hatch.color);
        let partial = [shape.face, shape.line.map(|(color, _)| color), hatch].into_iter().flatten().any(is_partial);
        if !partial {
            return Shades { face: shape.face, line: shape.line, inner: None, hatch: hatch.filter(|c| c.a > 0.0) };
        }
        let bounds = self.shown(shape.bounds, &shape.style.clip);
        let mut ground = self.ground.at_a_glance(bounds).map(|color| (color, color));
        if ground.is_none() {
            let filled = shape.face.is_some() || hatch.is_some();
            let mut under = |wanted: bool, face: bool, share: f64| {
                let mut op = shape.op(face, !face);
                if let Op::Path(path) = &mut op
                    && path.face.is_some()
                {
                    // The hatch would cover more than the fill does.
                    path.style.hatch = None;
                }
                wanted.then(|| self.ground.beneath(&op, bounds, share))
            };
            let fill = under(filled, true, if shape.face.is_some() { FILL } else { LINE });
            let line = under(shape.line.is_some_and(|(color, _)| is_partial(color)), false, LINE);
            let any = fill.or(line).unwrap_or(crate::ground::PAPER);
            ground = Some((fill.unwrap_or(any), line.unwrap_or(any)));
        }
        let (fill, line) = ground.unwrap_or((crate::ground::PAPER, crate::ground::PAPER));
        let face = shape.face.map(|face| blend(face, fill));
        let inside = face.unwrap_or(fill);
        let mut shades = Shades {
            face,
            hatch: hatch.filter(|color| color.a > 0.0).map(|color| blend(color, inside)),
            line: shape.line.map(|(color, width)| (blend(color, line), width)),
            inner: None,
        };
        if let (Some((color, _)), Some(_)) = (shape.line.filter(|(color, _)| is_partial(*color)), face) {
            let inner = blend(color, inside);
            shades.inner = shades.line.map(|(outer, _)| outer).filter(|outer| differ(inner, *outer)).map(|_| inner);
        }
        shades
    }

    /// Whether pixels take the place of a partly transparent shape, since they do so for all that is around it; or, at
    /// `last`, since enough has been looked at.
    pub(crate) fn is_replaced(&mut self, shape: &Shape<'_, 'a>, last: bool) -> bool {
        let hatch = shape.hatch.map(|hatch| hatch.color);
        let colors = [shape.face, shape.line.map(|(color, _)| color), hatch];
        if !colors.into_iter().flatten().any(is_partial) {
            return false;
        }
        let bounds = self.shown(shape.bounds, &shape.style.clip);
        let must = last && self.ground.has_seen_enough() && self.ground.at_a_glance(bounds).is_none();
        // Also what is faint is there.
        let solid = |color: Color| if color.a > 0.0 { Color { a: 1.0, ..color } } else { color };
        let mut op = shape.op(true, true);
        if let Op::Path(path) = &mut op {
            // A clip would be rounded to whole tiles; the bounds have it.
            path.style.clip = Clip::default();
            let hatch = path.style.hatch.take().map(|hatch| hatch.color);
            path.face = path.face.or(hatch).map(solid);
            path.style.stroke.color = solid(path.style.stroke.color);
        }
        self.ground.is_replaced(&op, bounds, must)
    }

    /// Paints a shape, as it is or on what is beneath it.
    pub(crate) fn draw_shape(&mut self, shape: &Shape<'_, 'a>, data: &[u8]) {
        let stroke = &shape.style.stroke;
        let dashes = finite_dashes(shape.dashes.as_deref(), shape.bounds);
        let replaced = self.is_replaced(shape, false);
        if !replaced && self.draw_over(shape, data, dashes) {
            return;
        }
        if replaced || self.is_replaced(shape, true) {
            self.covered(shape.bounds, &shape.style.clip, None);
            return;
        }
        let shades = self.shades(shape);
        let hatch = shape.hatch.map(|hatch| (hatch, self.shown(shape.bounds, &shape.style.clip)));
        self.paint(data, &shades, hatch, (stroke, dashes));
        let plain = rectangle(shape.path, &shape.affine).zip(shades.face.filter(|_| shape.hatch.is_none()));
        let inset = shape.line.map_or(0.0, |(_, width)| width / 2.0);
        let plain = plain.map(|(rect, face)| (grown(rect, -inset), face));
        let again = self.ground.is_needed && shape.hatch.is_none() && data.len() <= LONGEST;
        let kind = again.then(|| Kind::Shape {
            data: data.to_vec(),
            shades,
            line: shades.line.map_or(Vec::new(), |(_, width)| line_operators(width, stroke, dashes)),
        });
        self.drawn(shape.bounds, &shape.style.clip, plain, kind);
    }

    /// Paints a partly transparent shape over a few things, each of which is drawn again within it; whether that could be
    /// done.
    pub(crate) fn draw_over(&mut self, shape: &Shape<'_, 'a>, data: &[u8], dashes: Option<&Dashes>) -> bool {
        let line = shape.line.filter(|(color, _)| is_partial(*color));
        let face = shape.face.filter(|face| is_partial(*face));
        if (line.is_none() && face.is_none()) || shape.hatch.is_some() || data.len() > LONGEST {
            return false;
        }
        let bounds = self.shown(shape.bounds, &shape.style.clip);
        let Some((ground, beneath)) = self.ground.things(bounds, THINGS) else { return false };
        if beneath.is_empty() {
            return false;
        }
        let stroke = &shape.style.stroke;
        let operators = shape.line.map(|(_, width)| line_operators(width, stroke, dashes));
        let mut kinds = Vec::new();
        if let Some(color) = shape.face {
            let beneath = if is_partial(color) { beneath.clone() } else { Vec::new() };
            kinds.push(Kind::Over { data: data.to_vec(), line: None, color, ground, bounds, beneath });
        }
        if let Some((color, _)) = shape.line {
            let mut below = if is_partial(color) { beneath } else { Vec::new() };
            if let (Some(kind), true) = (kinds.first(), is_partial(color)) {
                below.push(Rc::new(Drawn { clip: Vec::new(), kind: kind.clone() }));
            }
            kinds.push(Kind::Over { data: data.to_vec(), line: operators, color, ground, bounds, beneath: below });
        }
        let drawn: Vec<_> = kinds.into_iter().map(|kind| Drawn { clip: Vec::new(), kind }).collect();
        let Some(codes) = drawn.iter().map(|drawn| drawn.code(&bounds)).collect::<Option<Vec<_>>>() else {
            return false;
        };
        for (code, drawn) in codes.iter().zip(drawn) {
            self.push(code);
            self.drawn(shape.bounds, &shape.style.clip, None, Some(drawn.kind));
        }
        true
    }

    fn draw_path(&mut self, op: &'a StyledPath<'_>) {
        let stroke = &op.style.stroke;
        let line = visible_line(stroke);
        let hatch = op.style.hatch.as_ref();
        let face = op.face.filter(|face| face.a > 0.0);
        if face.is_none() && line.is_none() && hatch.is_none() {
            return;
        }
        let unfilled = face.is_none() && hatch.is_none();
        let mut data = PathData::new(COARSE);
        let stages = DocumentPath::on_page((self.width, self.height), unfilled, op.path.simplify_px, op.style.sketch);
        stages.send(op.path.view(), op.affine, &mut data);
        data.finish();
        if data.is_empty() {
            return;
        }
        let bounds = grown(data.bounds(), reach(line, stroke, MITER_LIMIT));
        if !self.clip(&op.style.clip, Some(bounds)) {
            return;
        }
        let shape = Shape {
            path: op.path.view(),
            affine: op.affine,
            style: &op.style,
            face,
            line,
            dashes: stroke.dashes.clone(),
            hatch,
            bounds,
        };
        self.draw_shape(&shape, &data.out);
    }
}

/// Dashes, unless they are so many within these bounds that programs would not end drawing them.
pub(crate) fn finite_dashes(dashes: Option<&Dashes>, bounds: Rect) -> Option<&Dashes> {
    const MOST: f64 = 1e5;
    let total: f64 = dashes?.pairs_px.iter().map(|(dash, gap)| dash + gap).sum();
    let longest = (bounds.x2 - bounds.x1).max(bounds.y2 - bounds.y1);
    dashes.filter(|_| longest <= MOST * total)
}

/// Whether two colours can be told apart.
fn differ(a: Color, b: Color) -> bool {
    [a.r - b.r, a.g - b.g, a.b - b.b].iter().any(|v| v.abs() > 0.5 / 255.0)
}

/// The rectangle that four corners make, if its sides are upright and level.
pub(crate) fn upright(&[a, b, c, d]: &[(f64, f64); 4]) -> Option<Rect> {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let level_first = near(a.1, b.1) && near(b.0, c.0) && near(c.1, d.1) && near(d.0, a.0);
    let upright_first = near(a.0, b.0) && near(b.1, c.1) && near(c.0, d.0) && near(d.1, a.1);
    (level_first || upright_first).then(|| Rect::from_corners(a.0, a.1, c.0, c.1))
}

/// The rectangle that a path is, if it is one.
fn rectangle(path: PathView<'_>, affine: &Affine) -> Option<Rect> {
    use geometry::command::{CLOSE, LINE, MOVE};
    if !(4..=5).contains(&path.vertices.len()) {
        return None;
    }
    if let Some(codes) = path.codes {
        let good = codes[0] == MOVE
            && codes[1..4] == [LINE; 3]
            && codes.get(4).is_none_or(|&code| code == CLOSE || code == LINE);
        if !good {
            return None;
        }
    }
    let corner = |i: usize| affine.apply(path.vertices[i][0], path.vertices[i][1]);
    upright(&[corner(0), corner(1), corner(2), corner(3)])
}
