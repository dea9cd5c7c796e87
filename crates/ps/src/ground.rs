//! What lies beneath partly transparent shapes: one colour, with which they are blended, or more than one, where pixels
//! will take the place of what was drawn.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;

use geometry::Rect;
use page::{grown, meet, union};
use scene::{Color, Op, Pixels, Rasterize, Scene};

use crate::drawn::Drawn;
use crate::tiles::TILE;

/// White paper.
pub const PAPER: Color = Color { r: 1.0, g: 1.0, b: 1.0, a: 1.0 };

/// Pixels per unit that tell what lies beneath, at most; and how many of them there may be.
const RESOLUTION: f64 = 2.0;
const MOST_PX: f64 = 8e6;

/// Looks at parts of the page before the whole of it is drawn.
const LOOKS: usize = 16;

/// Pixels to look at before everything that is not plain becomes pixels unseen; and items of one op, if most of them did
/// after a look.
const ENOUGH_PX: usize = 40_000_000;
const ENOUGH_ITEMS: usize = 8;

/// Tiles of a page, a side, up to which it is quicker to hold a place for each.
const MOST_TILES: i32 = 1 << 11;

/// How different colours may be that count as one, of 255.
const NEAR: u8 = 2;

/// How much of a shape's coverage a pixel needs to count, so that neighbours that share an edge do not: for fills, for
/// lines.
pub const FILL: f64 = 0.9;
pub const LINE: f64 = 0.4;

/// Something that was drawn.
struct Mark {
    bounds: Rect,
    /// Where it is of one colour.
    plain: Option<(Rect, Color)>,
    /// How it can be drawn again.
    drawn: Option<Rc<Drawn>>,
}

/// What has been drawn.
pub struct Ground<'a> {
    rasterize: &'a dyn Rasterize,
    scene: &'a Scene,
    resolution: f64,
    /// Whether anything in the scene is partly transparent.
    pub is_needed: bool,
    marks: Vec<Mark>,
    /// The op that is being drawn, and its items so far.
    op: usize,
    items: Vec<Op<'a>>,
    has_items: bool,
    /// Items of ops that are on the pixels, which are not, and where they are.
    late: Vec<Op<'a>>,
    late_bounds: Option<Rect>,
    /// Pixels of the page from the bottom, and how many ops are on them; whether the items of this op are too.
    pixels: Vec<[u8; 3]>,
    width: usize,
    height: usize,
    drawn: usize,
    live: bool,
    /// What has been marked and is not on them.
    fresh: Option<Rect>,
    looks: usize,
    /// Pixels that have been looked at.
    seen_px: usize,
    /// Items of this op that have been looked at, and how many of them became pixels.
    looked: usize,
    replaced: usize,
    /// Tiles that become pixels, with the last op on them.
    pub tiles: BTreeMap<(i32, i32), usize>,
    pub is_dirty: bool,
}

/// A rectangle of pixels of the page.
#[derive(Clone, Copy)]
struct Area {
    x1: usize,
    y1: usize,
    x2: usize,
    y2: usize,
}

impl<'a> Ground<'a> {
    pub fn new(scene: &'a Scene, rasterize: &'a dyn Rasterize) -> Self {
        let area = (scene.width * scene.height).max(1.0);
        let resolution = RESOLUTION.min((MOST_PX / area).sqrt());
        let side = |length: f64| ((length * resolution).ceil().clamp(1.0, 32768.0)) as usize;
        Self {
            rasterize,
            scene,
            resolution,
            is_needed: scene.ops.iter().any(crate::player::has_partial),
            marks: Vec::new(),
            op: 0,
            items: Vec::new(),
            has_items: false,
            late: Vec::new(),
            late_bounds: None,
            pixels: Vec::new(),
            width: side(scene.width),
            height: side(scene.height),
            drawn: 0,
            live: false,
            fresh: None,
            looks: 0,
            seen_px: 0,
            looked: 0,
            replaced: 0,
            tiles: BTreeMap::new(),
            is_dirty: false,
        }
    }

    /// Begins an op.
    pub fn begin(&mut self, op: usize) {
        self.op = op;
        self.items.clear();
        self.has_items = false;
        self.live = false;
        self.is_dirty = false;
        self.looked = 0;
        self.replaced = 0;
    }

    /// Ends an op.
    pub fn end(&mut self) {
        if self.live {
            // An op without items is yet to be put on the pixels.
            self.drawn = self.op + usize::from(self.has_items);
        }
    }

    /// Notes that something was drawn.
    pub fn mark(&mut self, bounds: Rect, plain: Option<(Rect, Color)>, drawn: Option<Drawn>) {
        if self.is_needed {
            self.fresh = Some(self.fresh.map_or(bounds, |fresh| union(fresh, bounds)));
            self.marks.push(Mark { bounds, plain, drawn: drawn.map(Rc::new) });
        }
    }

    /// Notes that an item of the op was drawn.
    pub fn add_item(&mut self, item: Op<'a>, bounds: Rect) {
        self.has_items = true;
        if self.live {
            self.late.push(item);
            self.late_bounds = Some(self.late_bounds.map_or(bounds, |late| union(late, bounds)));
        } else {
            self.items.push(item);
        }
    }

    /// The colour beneath a shape, if what was drawn says so at a glance.
    pub fn at_a_glance(&self, bounds: Rect) -> Option<Color> {
        self.things(bounds, 0).map(|(color, _)| color)
    }

    /// The plain colour beneath a shape and what else is there, if it can be drawn again and is not more than `most` things.
    pub fn things(&self, bounds: Rect, most: usize) -> Option<(Color, Vec<Rc<Drawn>>)> {
        // Neighbours may share an edge.
        let inner = grown(bounds, -0.01);
        let mut things = Vec::new();
        let mut ground = PAPER;
        for mark in self.marks.iter().rev() {
            if let Some((area, color)) = mark.plain
                && area.x1 <= inner.x1
                && area.y1 <= inner.y1
                && area.x2 >= inner.x2
                && area.y2 >= inner.y2
            {
                ground = color;
                break;
            }
            if meet(&mark.bounds, &inner) {
                if things.len() == most {
                    return None;
                }
                things.push(Rc::clone(mark.drawn.as_ref()?));
            }
        }
        things.reverse();
        Some((ground, things))
    }

    /// The colour beneath most of a shape; where there are others, tiles become pixels. `share` is [`FILL`] or [`LINE`].
    pub fn beneath(&mut self, shape: &Op<'_>, bounds: Rect, share: f64) -> Color {
        if let Some(color) = self.at_a_glance(bounds) {
            return color;
        }
        let Some(area) = self.area(bounds) else { return PAPER };
        let Some(shown) = self.rasterized(&[shape], area) else { return PAPER };
        self.seen_px += shown.data.len();
        let most = shown.data.iter().map(|pixel| pixel[3]).max().unwrap_or(0);
        let least = ((f64::from(most) * share) as u8).max(1);
        let below = self.look(area);
        let mut counts: HashMap<[u8; 3], usize> = HashMap::new();
        // Neighbours are mostly of one colour.
        let mut run = ([0; 3], 0);
        for (shown, below) in shown.data.iter().zip(&below) {
            if shown[3] >= least {
                if *below != run.0 {
                    *counts.entry(run.0).or_default() += run.1;
                    run = (*below, 0);
                }
                run.1 += 1;
            }
        }
        *counts.entry(run.0).or_default() += run.1;
        let Some((&color, 1..)) = counts.iter().max_by_key(|(color, count)| (**count, **color)) else { return PAPER };
        let width = area.x2 - area.x1;
        let mut is_replaced = false;
        for (i, (shown, below)) in shown.data.iter().zip(&below).enumerate() {
            if shown[3] >= least && below.iter().zip(color).any(|(a, b)| a.abs_diff(b) > NEAR) {
                is_replaced = true;
                self.make_pixels(area.x1 + i % width, area.y1 + i / width);
            }
        }
        self.looked += 1;
        self.replaced += usize::from(is_replaced);
        let [r, g, b] = color.map(|v| f64::from(v) / 255.0);
        Color { r, g, b, a: 1.0 }
    }

    /// Makes pixels of all that a shape covers.
    pub fn replace(&mut self, shape: &Op<'_>, bounds: Rect) {
        let Some(area) = self.area(bounds) else { return };
        let Some(shown) = self.rasterized(&[shape], area) else { return };
        let width = area.x2 - area.x1;
        for (i, shown) in shown.data.iter().enumerate() {
            if shown[3] > 0 {
                self.make_pixels(area.x1 + i % width, area.y1 + i / width);
            }
        }
    }

    /// Makes pixels of all tiles that rectangles of the page touch.
    pub fn replace_within(&mut self, rects: impl Iterator<Item = Rect>) {
        let tile = |v: f64| (v / TILE).floor() as i32;
        let side = |length: f64| tile(length).clamp(0, MOST_TILES - 1) + 1;
        let (columns, rows) = (side(self.scene.width), side(self.scene.height));
        // There may be very many rectangles that touch the same.
        let mut touched = vec![false; columns as usize * rows as usize];
        for rect in rects.filter(|rect| rect.x1 <= rect.x2 && rect.y1 <= rect.y2) {
            for y in tile(rect.y1)..tile(rect.y2) + 1 {
                for x in tile(rect.x1)..tile(rect.x2) + 1 {
                    if (0..columns).contains(&x) && (0..rows).contains(&y) {
                        touched[y as usize * columns as usize + x as usize] = true;
                    } else {
                        self.tiles.insert((x, y), self.op);
                        self.is_dirty = true;
                    }
                }
            }
        }
        for (i, _) in touched.iter().enumerate().filter(|(_, touched)| **touched) {
            self.tiles.insert((i as i32 % columns, i as i32 / columns), self.op);
            self.is_dirty = true;
        }
    }

    /// Whether enough has been looked at.
    pub fn has_seen_enough(&self) -> bool {
        self.seen_px > ENOUGH_PX || (self.looked >= ENOUGH_ITEMS && self.replaced * 4 >= self.looked * 3)
    }

    /// Whether all tiles that a shape touches have become pixels, or do so now because they `must`; what is drawn there now
    /// will be among them.
    pub fn is_replaced(&mut self, shape: &Op<'_>, bounds: Rect, must: bool) -> bool {
        if (self.tiles.is_empty() && !must) || bounds.x1 > bounds.x2 || bounds.y1 > bounds.y2 {
            return false;
        }
        let tile = |v: f64| (v / TILE).floor() as i32;
        let (columns, rows) = (tile(bounds.x1)..tile(bounds.x2) + 1, tile(bounds.y1)..tile(bounds.y2) + 1);
        let all = || rows.clone().flat_map(|y| columns.clone().map(move |x| (x, y)));
        let touched: Vec<(i32, i32)> = if columns.len().min(rows.len()) < 2 {
            all().collect()
        } else {
            if !must && !all().any(|place| self.tiles.contains_key(&place)) {
                return false;
            }
            let side = |tiles: &Range<i32>| (f64::from(tiles.start) * TILE, f64::from(tiles.end) * TILE);
            let ((x1, x2), (y1, y2)) = (side(&columns), side(&rows));
            let area = Rect { x1, y1, x2, y2 };
            // A pixel for each tile.
            let shown = self.rasterize.rasterize_ops(&[shape], (self.scene.width, self.scene.height), area, 1.0 / TILE);
            match shown.filter(|shown| (shown.width, shown.height) == (columns.len(), rows.len())) {
                Some(shown) => {
                    all().zip(shown.data).filter(|(_, pixel)| pixel[3] > 0).map(|(place, _)| place).collect()
                }
                None => all().collect(),
            }
        };
        if !must && !touched.iter().all(|place| self.tiles.contains_key(place)) {
            return false;
        }
        for place in touched {
            self.tiles.insert(place, self.op);
        }
        self.is_dirty = true;
        true
    }

    fn make_pixels(&mut self, column: usize, row: usize) {
        let tile = |place: usize| ((place as f64 + 0.5) / self.resolution / TILE).floor() as i32;
        self.tiles.insert((tile(column), tile(row)), self.op);
        self.is_dirty = true;
    }

    fn area(&self, bounds: Rect) -> Option<Area> {
        let low = |v: f64| (v * self.resolution - 1.0).floor().max(0.0) as usize;
        let high = |v: f64, limit: usize| ((v * self.resolution + 1.0).ceil().max(0.0) as usize).min(limit);
        let area = Area {
            x1: low(bounds.x1),
            y1: low(bounds.y1),
            x2: high(bounds.x2, self.width),
            y2: high(bounds.y2, self.height),
        };
        (area.x1 < area.x2 && area.y1 < area.y2).then_some(area)
    }

    fn rasterized(&self, ops: &[&Op<'_>], area: Area) -> Option<Pixels> {
        let unit = 1.0 / self.resolution;
        let rect = Rect {
            x1: area.x1 as f64 * unit,
            y1: area.y1 as f64 * unit,
            x2: area.x2 as f64 * unit,
            y2: area.y2 as f64 * unit,
        };
        let pixels = self.rasterize.rasterize_ops(ops, (self.scene.width, self.scene.height), rect, self.resolution)?;
        (pixels.width == area.x2 - area.x1 && pixels.height == area.y2 - area.y1).then_some(pixels)
    }

    /// What has been drawn in an area.
    fn look(&mut self, area: Area) -> Vec<[u8; 3]> {
        let scene = self.scene;
        let count = (area.x2 - area.x1) * (area.y2 - area.y1);
        let known = self.live || self.drawn > 0;
        if !known && self.looks < LOOKS && count * 8 < self.width * self.height {
            self.looks += 1;
            let ops: Vec<_> = scene.ops[..self.op].iter().chain(&self.items).collect();
            let mut ground = vec![[255; 3]; count];
            if let Some(pixels) = self.rasterized(&ops, area) {
                for (below, pixel) in ground.iter_mut().zip(pixels.data) {
                    *below = over(*below, pixel);
                }
            }
            return ground;
        }
        if self.pixels.is_empty() {
            self.pixels = vec![[255; 3]; self.width * self.height];
        }
        let late = std::mem::take(&mut self.late);
        let late_bounds = self.late_bounds.take();
        if !self.live {
            let items = std::mem::take(&mut self.items);
            let ops: Vec<_> = late.iter().chain(&scene.ops[self.drawn..self.op]).chain(&items).collect();
            if let Some(fresh) = self.fresh.take().into_iter().chain(late_bounds).reduce(union) {
                self.put(&ops, fresh);
            }
            self.live = true;
        } else if let Some(bounds) = late_bounds {
            let ops: Vec<_> = late.iter().collect();
            self.put(&ops, bounds);
        }
        let mut seen = Vec::with_capacity(count);
        for y in area.y1..area.y2 {
            seen.extend_from_slice(&self.pixels[y * self.width + area.x1..y * self.width + area.x2]);
        }
        seen
    }

    /// Draws ops onto the pixels of the page.
    fn put(&mut self, ops: &[&Op<'_>], bounds: Rect) {
        let Some(area) = self.area(bounds) else { return };
        let Some(shown) = self.rasterized(ops, area) else { return };
        self.seen_px += shown.data.len();
        let width = area.x2 - area.x1;
        for (y, row) in (area.y1..area.y2).zip(shown.data.chunks(width)) {
            for (below, &pixel) in self.pixels[y * self.width + area.x1..].iter_mut().zip(row) {
                *below = over(*below, pixel);
            }
        }
    }
}

/// A straight pixel over an opaque one.
pub fn over(below: [u8; 3], [r, g, b, a]: [u8; 4]) -> [u8; 3] {
    let mix = |above: u8, below: u8| {
        let sum = u32::from(above) * u32::from(a) + u32::from(below) * (255 - u32::from(a));
        ((sum + 127) / 255) as u8
    };
    [mix(r, below[0]), mix(g, below[1]), mix(b, below[2])]
}
