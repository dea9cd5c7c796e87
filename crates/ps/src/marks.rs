//! Marks: many shapes in one op.

use std::borrow::Cow;
use std::collections::HashMap;

use encode::number::{push_decimal, steps};
use geometry::{Affine, DocumentPath, PathView, Rect, circle, send_circle};
use page::{
    COARSE, FINE, MITER_LIMIT, PathData, ROUND, UNSEEN, color_numbers, grown, is_small, line_operators, meet, moved,
    push_number, quadrilateral, reach, seen_places, union, visible, visible_line,
};
use scene::{Collection, Dashes, Markers, Op, QuadMesh, Stroke, Style};

use crate::drawn::Kind;
use crate::ground::{FILL, PAPER};
use crate::paint::{Shades, blend, is_partial, paint_operators};
use crate::player::{Player, Shape, finite_dashes, has_partial, upright};
use crate::tiles::TILE;

/// Places of one op that may be drawn again.
const PLACES: usize = 10_000;

/// Items of one op that are looked at one by one for what is beneath them.
const ITEMS: usize = 1000;

/// Up to this size (units) what an item covers is taken for its box.
const SMALL: f64 = 3.0 * TILE;

/// The boxes of all items of a collection, unless one is not small.
fn small_items(op: &Collection<'_>) -> Option<Vec<Rect>> {
    let stroke = &op.style.stroke;
    let boxes: Vec<Option<Rect>> = (0..op.paths.len()).map(|path| around(op.paths.get(path))).collect();
    let mut all = Vec::new();
    for (_, item) in op.items() {
        let Some(own) = boxes[item.path] else { continue };
        let affine = item.affine.then(&Affine::translation(item.offset[0], item.offset[1]));
        let corners = [(own.x1, own.y1), (own.x2, own.y1), (own.x1, own.y2), (own.x2, own.y2)];
        let corner = |(x, y): (f64, f64)| {
            let (x, y) = affine.apply(x, y);
            Rect { x1: x, y1: y, x2: x, y2: y }
        };
        let bounds = corners.map(corner).into_iter().reduce(union)?;
        let bounds = grown(bounds, reach(item.line, stroke, MITER_LIMIT));
        if bounds.x2 - bounds.x1 > SMALL || bounds.y2 - bounds.y1 > SMALL {
            return None;
        }
        all.push(bounds);
    }
    Some(all)
}

/// The box around the points of a path; `None` if it has none.
fn around(path: PathView<'_>) -> Option<Rect> {
    let closes = |i: usize| path.codes.is_some_and(|codes| codes[i] == geometry::command::CLOSE);
    let points = path.vertices.iter().enumerate().filter(|(i, _)| !closes(*i)).map(|(_, &[x, y])| (x, y));
    points.filter(|(x, y)| (x + y).is_finite()).map(|(x, y)| Rect { x1: x, y1: y, x2: x, y2: y }).reduce(union)
}

impl<'a> Player<'a> {
    pub(crate) fn draw_markers(&mut self, whole: &'a Op<'_>, op: &'a Markers<'_>) {
        let stroke = &op.style.stroke;
        let line = visible_line(stroke);
        let face = op.face.filter(|face| face.a > 0.0);
        if face.is_none() && line.is_none() {
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
        let style = Style {
            hatch: None,
            stroke: Stroke { dashes: None, ..stroke.clone() },
            sketch: geometry::SketchParams::default(),
            ..op.style.clone()
        };
        if has_partial(whole) {
            if places.len() > ITEMS {
                self.ground.replace(whole, self.shown(all, &op.style.clip));
                self.covered(all, &op.style.clip, None);
                return;
            }
            for (x, y) in places {
                let shape = Shape {
                    path: op.marker.view(),
                    affine: op.marker_affine.then(&Affine::translation(x, y)),
                    style: &style,
                    face,
                    line,
                    dashes: None,
                    hatch: None,
                    bounds: moved(bounds, x, y),
                };
                if !self.is_replaced(&shape, true) {
                    let shades = self.shades(&shape);
                    self.stamp(&data.out, &shades, (stroke, None), (x, y));
                }
                self.ground.add_item(shape.op(true, true), self.shown(shape.bounds, &style.clip));
                self.covered(shape.bounds, &style.clip, None);
            }
            return;
        }
        let shades = Shades { face, line, inner: None, hatch: None };
        for &place in &places {
            self.stamp(&data.out, &shades, (stroke, None), place);
        }
        let again = (self.ground.is_needed && places.len() <= PLACES).then(|| Kind::Stamps {
            data: data.out.into(),
            shades,
            line: line.map_or(Vec::new(), |(_, width)| line_operators(width, stroke, None)),
            around: bounds,
            places,
        });
        self.drawn(all, &op.style.clip, None, again);
    }

    /// Paints a path around a place.
    fn stamp(&mut self, data: &[u8], shades: &Shades, stroke: (&Stroke, Option<&Dashes>), (x, y): (f64, f64)) {
        self.style(shades, stroke);
        let paint = paint_operators(data, shades, None);
        let name = self.definition('s', &[data, b"\0", &paint].concat(), |_| {
            [b"{s\n".as_slice(), data, &paint, b"e}bind"].concat()
        });
        push_number(&mut self.out, x, FINE);
        push_number(&mut self.out, y, FINE);
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b'\n');
    }

    pub(crate) fn draw_collection(&mut self, whole: &'a Op<'_>, op: &'a Collection<'_>) {
        if op.is_empty() || !self.clip(&op.style.clip, None) {
            return;
        }
        let stroke = &op.style.stroke;
        let visible = visible(self.page(), &op.style.clip);
        let partial = has_partial(whole);
        let links = self.links.of_items();
        let shapes = op.shapes();
        let uses = op.len() / shapes;
        let plain = op.style.sketch.scale == 0.0;
        let stamps = uses > 4 && shapes <= 1 << 12 && plain && op.style.hatch.is_none();
        let clips = op.face_colors.is_empty() && op.style.hatch.is_none();
        if partial && op.len() > ITEMS {
            let all = visible;
            match small_items(op) {
                Some(bounds) => {
                    let seen: Vec<Rect> = bounds.into_iter().map(|bounds| self.shown(bounds, &op.style.clip)).collect();
                    self.ground.replace_within(seen.into_iter());
                }
                None => self.ground.replace(whole, all),
            }
            self.covered(all, &op.style.clip, None);
            if links.is_empty() {
                return;
            }
        }
        let replaced = partial && op.len() > ITEMS;
        // Whether each item can be drawn again.
        let one_by_one = self.ground.is_needed && op.len() <= ITEMS;
        let mut known: HashMap<(usize, usize), Option<PathData>> = HashMap::new();
        let mut all: Option<Rect> = None;
        for (index, item) in op.items() {
            if item.face.is_none() && item.line.is_none() && item.hatch.is_none() {
                continue;
            }
            let [x, y] = item.offset;
            let margin = reach(item.line, stroke, MITER_LIMIT);
            let path = op.paths.get(item.path);
            let affine = item.affine.then(&Affine::translation(x, y));
            let shape = |bounds: Rect| Shape {
                path,
                affine,
                style: &op.style,
                face: item.face,
                line: item.line,
                dashes: item.dashes.clone(),
                hatch: item.hatch.as_ref(),
                bounds,
            };
            let dashes = item.dashes.as_deref();
            let bounds;
            let shape = if stamps {
                let data = known.entry((item.path, item.transform)).or_insert_with(|| {
                    let mut data = PathData::new(FINE);
                    DocumentPath::default().send(path, item.affine, &mut data);
                    data.finish();
                    (!data.is_empty()).then_some(data)
                });
                let Some(data) = data else { continue };
                bounds = moved(grown(data.bounds(), margin), x, y);
                if !meet(&bounds, &visible) {
                    continue;
                }
                let shape = shape(bounds);
                if !replaced && !self.is_replaced(&shape, true) {
                    let shades = self.shades(&shape);
                    let outline = std::mem::take(&mut data.out);
                    let dashes = finite_dashes(dashes, bounds);
                    self.stamp_item(&outline, &shades, (stroke, dashes), (x, y));
                    if one_by_one {
                        let line = shades.line.map_or(Vec::new(), |(_, width)| line_operators(width, stroke, dashes));
                        let around = grown(data.bounds(), margin);
                        let data = outline.as_slice().into();
                        let again = Kind::Stamps { data, shades, line, around, places: vec![(x, y)] };
                        self.drawn(bounds, &op.style.clip, None, Some(again));
                    }
                    data.out = outline;
                } else if one_by_one {
                    self.covered(bounds, &op.style.clip, None);
                }
                shape
            } else {
                let round = circle(path, &affine).filter(|_| plain);
                let decimals = if is_small(path, &item.affine) { FINE } else { COARSE };
                let mut data = PathData::new(decimals);
                let stages = DocumentPath::on_page((self.width, self.height), clips, Some(UNSEEN), op.style.sketch);
                match round {
                    Some(round) => send_circle(round, &mut data),
                    None => stages.send(path, affine, &mut data),
                }
                data.finish();
                if data.is_empty() {
                    continue;
                }
                bounds = grown(data.bounds(), margin);
                if !meet(&bounds, &visible) {
                    continue;
                }
                if let Some((x, y, radius)) = round {
                    data.out.clear();
                    for v in [x, y, radius] {
                        push_number(&mut data.out, v, if radius < ROUND { FINE } else { COARSE });
                    }
                    data.out.extend_from_slice(b"o\n");
                }
                let shape = shape(bounds);
                if one_by_one {
                    self.draw_shape(&shape, &data.out);
                } else if !replaced {
                    let shades = self.shades(&shape);
                    let hatch = item.hatch.as_ref().map(|hatch| (hatch, self.shown(bounds, &op.style.clip)));
                    self.paint(&data.out, &shades, hatch, (stroke, finite_dashes(dashes, bounds)));
                }
                shape
            };
            if partial && !replaced {
                self.ground.add_item(shape.op(true, true), self.shown(bounds, &op.style.clip));
            }
            all = Some(all.map_or(bounds, |all| union(all, bounds)));
            if let Some(url) = links.get(index) {
                self.annotate(&url, bounds);
            }
        }
        if let Some(all) = all.filter(|_| !replaced && !one_by_one) {
            self.covered(all, &op.style.clip, None);
        }
    }

    /// Paints a path around a place; colours of fills stand before the stamp.
    fn stamp_item(&mut self, data: &[u8], shades: &Shades, stroke: (&Stroke, Option<&Dashes>), place: (f64, f64)) {
        if shades.inner.is_some() {
            return self.stamp(data, shades, stroke, place);
        }
        self.style(shades, stroke);
        let mut paint: &[u8] = if shades.line.is_some() { b"S\n" } else { b"f\n" };
        let mut numbers = Vec::new();
        if let (Some(face), Some(_)) = (shades.face, shades.line) {
            let gray;
            (numbers, gray) = color_numbers(face);
            paint = if gray { b"b\n" } else { b"B\n" };
        }
        let name = self
            .definition('s', &[data, b"\0", paint].concat(), |_| [b"{s\n".as_slice(), data, paint, b"e}bind"].concat());
        self.push(&numbers);
        push_number(&mut self.out, place.0, FINE);
        push_number(&mut self.out, place.1, FINE);
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b'\n');
    }

    pub(crate) fn draw_quad_mesh(&mut self, whole: &'a Op<'_>, op: &'a QuadMesh<'_>) {
        if !self.clip(&op.style.clip, None) {
            return;
        }
        let visible = visible(self.page(), &op.style.clip);
        let stroke = &op.style.stroke;
        let corners = op.cells().flat_map(|cell| cell.corners);
        let Some(all) = corners.map(|(x, y)| Rect { x1: x, y1: y, x2: x, y2: y }).reduce(union) else { return };
        let lined = !op.edge_colors.is_empty() && stroke.width_px > 0.0;
        let all = grown(all, if lined { stroke.width_px * 5.0 } else { 0.0 });
        let mut beneath = PAPER;
        if has_partial(whole) {
            let bounds = self.shown(all, &op.style.clip);
            if op.edge_colors.iter().any(|color| lined && is_partial((*color).into())) {
                self.ground.replace(whole, bounds);
                self.covered(all, &op.style.clip, None);
                return;
            }
            // Cells overlap a little, where two that are partly transparent cover more than one does; and a faint one counts
            // as much as any.
            let solid = |&[r, g, b, a]: &[f64; 4]| [r, g, b, if a > 0.0 { 1.0 } else { 0.0 }];
            let opaque = QuadMesh {
                coordinates: Cow::Borrowed(&*op.coordinates),
                face_colors: op.face_colors.iter().map(solid).collect(),
                ..op.clone()
            };
            beneath = self.ground.beneath(&Op::QuadMesh(opaque), bounds, FILL);
        }
        for cell in op.cells() {
            let line = cell.edge.filter(|_| stroke.width_px > 0.0).map(|color| (color, stroke.width_px));
            let face = cell.face.map(|face| if is_partial(face) { blend(face, beneath) } else { face });
            if face.is_none() && line.is_none() {
                continue;
            }
            if let (Some(face), None, Some(rect)) = (face, line, upright(&cell.corners)) {
                let low = [steps(rect.x1, COARSE), steps(rect.y1, COARSE)];
                let high = [steps(rect.x2, COARSE), steps(rect.y2, COARSE)];
                if low[0] == high[0] || low[1] == high[1] || !meet(&rect, &visible) {
                    continue;
                }
                self.color(face);
                for v in [low[0], low[1], high[0] - low[0], high[1] - low[1]] {
                    push_decimal(&mut self.out, v, COARSE);
                    self.out.push(b' ');
                }
                self.out.extend_from_slice(b"x\n");
                continue;
            }
            let mut data = PathData::new(COARSE);
            quadrilateral(&mut data, cell.corners);
            data.finish();
            if data.is_empty() || !meet(&grown(data.bounds(), reach(line, stroke, MITER_LIMIT)), &visible) {
                continue;
            }
            let shades = Shades { face, line, inner: None, hatch: None };
            self.paint(&data.out, &shades, None, (stroke, None));
        }
        self.covered(all, &op.style.clip, None);
    }
}
