//! Collections of many small items in documents, where a fraction of a pixel does not count: items of about the same shape
//! are rasterised once and stamped, and those that others hide are left out.

use std::collections::HashMap;

use geometry::{Affine, PathView};
use rayon::prelude::*;
use scene::Collection;

use crate::blend::{GROUP, Rgba8, color_group};
use crate::collection::{Attributes, affine_of, count_of};
use crate::frame::Frame;
use crate::ink::Ink;
use crate::pixmap::Band;
use crate::shape::{OutlineClip, Scratch, shape_layers};
use crate::stamp::{Bounds, Stamp};
use crate::vector::vectorized;
use crate::window::Window;

/// Items from which on it pays.
const FEWEST: usize = 256;

/// Items that share a shape on average, at least.
const SHARING: usize = 4;

/// Paths there may be, and how far one may reach from the place of its item, px.
const MOST_PATHS: usize = 256;
const LONGEST_PX: f64 = 256.0;

/// Pixels of all shapes together.
const MOST_PX: f64 = 4e6;

/// Steps to a pixel in which places, sizes and widths of lines are rounded.
const PLACES: f64 = 4.0;
const SIZES: f64 = 4.0;
const WIDTHS: f64 = 8.0;

/// Side of the cells, px, for which it is known how much shows through the items above.
const CELL: i32 = 4;

/// Rows that are drawn at once.
const STRIP_PX: usize = 256;

/// The layers of an item.
const FACE: usize = 0;
const LINE: usize = 1;

/// What is left of a colour beneath others, at least, if it counts.
const UNSEEN: f64 = 1.0 / 512.0;

/// What items that are drawn with the same stamps have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    path: u32,
    linear: [i32; 4],
    phase: [u8; 2],
    width: i32,
    /// Alphas of face and line; 0 where there is none.
    alphas: [u8; 2],
    is_of_one_color: bool,
}

/// An item.
#[derive(Clone, Copy, Debug)]
struct Placed {
    kind: u32,
    x: i32,
    y: i32,
    /// The item's number.
    index: u32,
}

/// What a kind of items is drawn with.
#[derive(Debug)]
struct Kind {
    ink: Inks,
    /// Where its groups are among the pixels of the canvas.
    offsets: Vec<isize>,
    bounds: Bounds,
    covered: Covered,
}

#[derive(Debug)]
enum Inks {
    /// One layer in the colour of this number: the face's or the line's.
    One(Ink<1>, usize),
    /// The face and the line.
    Two(Ink<2>),
}

/// What an item hides of others.
#[derive(Debug, Default)]
struct Covered {
    /// How much; what is below is unseen when it sums up to 255.
    weight: u8,
    /// For each place that the first row may have within a cell: rows of cells and which columns of pixels are covered in
    /// all their rows.
    rows: [Vec<(i32, i32, i32)>; CELL as usize],
}

/// A collection whose items are stamped.
pub(crate) struct Stamped<'a> {
    attributes: Attributes<'a>,
    window: Window,
    kinds: Vec<Kind>,
    items: Vec<Placed>,
}

impl<'a> Stamped<'a> {
    /// `None` if the collection is not for this. With `together` the threads of the current rayon pool help.
    pub(crate) fn new(op: &'a Collection<'_>, frame: Frame, window: Window, together: bool) -> Option<Self> {
        let count = count_of(op);
        let is_plain = op.style.hatch.is_none()
            && op.style.sketch.scale == 0.0
            && op.dashes.iter().all(Option::is_none)
            && (op.style.stroke.dashes.is_none() || !op.dashes.is_empty())
            && op.antialiased.iter().all(|&smooth| smooth);
        if !is_plain || count < FEWEST || op.paths.len() > MOST_PATHS || u32::try_from(count).is_err() {
            return None;
        }
        let attributes = Attributes::of(op);
        let extents: Vec<f64> = (0..op.paths.len()).map(|path| extent(op.paths.get(path))).collect();
        let mut numbers: HashMap<Key, u32> = HashMap::new();
        let mut keys = Vec::new();
        let mut items = Vec::with_capacity(count);
        let mut total_px = 0.0;
        for index in 0..count {
            let path = index % op.paths.len();
            let Affine { sx, shy, shx, sy, tx, ty } = affine_of(op, index, frame);
            let extent = extents[path];
            let width_px = attributes.width_px(index);
            let reach_px = [sx, shy, shx, sy].iter().fold(0.0, |most: f64, v| most.max(v.abs())) * extent + width_px;
            if !(tx + ty + reach_px).is_finite() || tx.abs().max(ty.abs()) > 1e8 {
                continue;
            }
            if reach_px > LONGEST_PX {
                return None;
            }
            let [face, line] = attributes.colors(index);
            let line = line.filter(|_| width_px > 0.0);
            let alphas = [face, line].map(|color| color.map_or(0, |color| color.a));
            if alphas == [0; 2] {
                continue;
            }
            let [x, y] = [tx, ty].map(|v| (v * PLACES).round() as i64);
            let key = Key {
                path: path as u32,
                linear: rounded([sx, shy, shx, sy].map(|v| v * extent * SIZES)),
                phase: [x, y].map(|v| v.rem_euclid(PLACES as i64) as u8),
                width: if alphas[LINE] == 0 { 0 } else { (width_px * WIDTHS).round().max(1.0) as i32 },
                alphas,
                is_of_one_color: face.zip(line).is_some_and(|(face, line)| Rgba8 { a: line.a, ..face } == line),
            };
            let kind = *numbers.entry(key).or_insert_with(|| {
                total_px += (2.0 * reach_px + 2.0).powi(2);
                keys.push((key, index));
                keys.len() as u32 - 1
            });
            if total_px > MOST_PX || keys.len() > count / SHARING {
                return None;
            }
            let [x, y] = [x, y].map(|v| v.div_euclid(PLACES as i64) as i32);
            items.push(Placed { kind, x, y, index: index as u32 });
        }
        let make = |scratch: &mut Scratch, (key, index): &(Key, usize)| {
            let shape = key.shape(op.paths.get(key.path as usize), extents[key.path as usize]);
            Kind::new(shape, key, &attributes, *index, frame.width as usize, scratch)
        };
        let kinds = if together {
            keys.par_iter().map_init(Scratch::default, make).collect()
        } else {
            let mut scratch = Scratch::default();
            keys.iter().map(|key| make(&mut scratch, key)).collect()
        };
        Some(Self { attributes, window, kinds, items })
    }

    /// How many bands to draw it in. What is left out depends on them, so they do not depend on the number of threads.
    pub(crate) fn strips(&self, frame: Frame) -> usize {
        (frame.height as usize).div_ceil(STRIP_PX)
    }

    /// Draws what of it is on the rows of `band`.
    pub(crate) fn draw(&self, band: &mut Band<'_>) {
        let window = self.window.intersect(&band.window());
        if window.is_empty() {
            return;
        }
        let seen = self.seen(&window);
        let length = band.len() as isize;
        vectorized(
            #[inline(always)]
            || {
                for item in seen.iter().rev() {
                    let Kind { ink, offsets, bounds, .. } = &self.kinds[item.kind as usize];
                    let colors = self.attributes.colors(item.index as usize).map(Option::unwrap_or_default);
                    let place = (item.x, item.y);
                    let at = band.index(item.y, item.x);
                    // The last group's pixels may be beyond the end of the row.
                    let is_inside = at + offsets.last().copied().unwrap_or(0) + (GROUP as isize) <= length;
                    if is_inside && bounds.fits(item.x, item.y, &window) {
                        let pixels = band.pixels_to_change(&bounds.at(item.x, item.y));
                        match ink {
                            Inks::One(ink, layer) => ink.lay(pixels, at, offsets, &[color_group(colors[*layer])]),
                            Inks::Two(ink) => ink.lay(pixels, at, offsets, &colors.map(color_group)),
                        }
                    } else {
                        match ink {
                            Inks::One(ink, layer) => ink.lay_within(place, &window, band, &[colors[*layer]]),
                            Inks::Two(ink) => ink.lay_within(place, &window, band, &colors),
                        }
                    }
                }
            },
        );
    }

    /// The items that can be seen in the window, the last first.
    fn seen(&self, window: &Window) -> Vec<Placed> {
        let cells = |length: usize| (length as i32 + CELL - 1) / CELL;
        let (columns, rows) = (cells(window.width()), cells(window.height()));
        let mut sums = vec![0u8; (columns * rows) as usize];
        let mut seen = Vec::new();
        for item in self.items.iter().rev() {
            let Kind { bounds, covered, .. } = &self.kinds[item.kind as usize];
            let (x, y) = (item.x - window.x0, item.y - window.y0);
            let column = |x: i32| x.div_euclid(CELL);
            let (left, right) = (column(x + bounds.x_min).max(0), column(x + bounds.x_max).min(columns - 1));
            let (top, bottom) = (column(y + bounds.y_min).max(0), column(y + bounds.y_max).min(rows - 1));
            if left > right || top > bottom {
                continue;
            }
            let place = |row: i32, column: i32| (row * columns + column) as usize;
            if (top..=bottom).all(|row| sums[place(row, left)..=place(row, right)].iter().all(|&sum| sum == u8::MAX)) {
                continue;
            }
            seen.push(*item);
            if covered.weight == 0 {
                continue;
            }
            let first = y.div_euclid(CELL);
            for &(row, start, end) in &covered.rows[y.rem_euclid(CELL) as usize] {
                let (row, start, end) =
                    (first + row, column(x + start + CELL - 1).max(0), column(x + end).min(columns));
                if (0..rows).contains(&row) && start < end {
                    for sum in &mut sums[place(row, start)..place(row, end)] {
                        *sum = sum.saturating_add(covered.weight);
                    }
                }
            }
        }
        seen
    }
}

impl Key {
    /// The path of the items of a kind, around their place.
    fn shape<'a>(&self, path: PathView<'a>, extent: f64) -> (PathView<'a>, Affine) {
        let [sx, shy, shx, sy] = self.linear.map(|v| f64::from(v) / SIZES / extent.max(f64::MIN_POSITIVE));
        let [tx, ty] = self.phase.map(|v| f64::from(v) / PLACES);
        (path, Affine { sx, shy, shx, sy, tx, ty })
    }
}

impl Kind {
    fn new(
        (path, affine): (PathView<'_>, Affine),
        key: &Key,
        attributes: &Attributes<'_>,
        index: usize,
        width: usize,
        scratch: &mut Scratch,
    ) -> Self {
        let side = LONGEST_PX as i32 * 8;
        let window = Window { x0: -side, x1: side, y0: -side, y1: side };
        let width_px = f64::from(key.width) / WIDTHS;
        let mut shape = attributes.shape(index, None);
        shape.face = shape.face.filter(|_| key.alphas[FACE] > 0);
        shape.line = shape.line.filter(|_| key.alphas[LINE] > 0);
        if let Some(line) = &mut shape.line {
            line.style.width_px = width_px;
        }
        let around = Frame { width: side, height: side, line_bounds: window.rect() };
        let mut pipeline = attributes.pipeline(path.source(affine), true, path.vertices.len(), width_px, around);
        let mut layers = Vec::new();
        let clip = OutlineClip { rect: window.rect(), window, mask: None };
        shape_layers(&mut pipeline, &shape, clip, scratch, &mut layers);
        let alphas = key.alphas;
        let (ink, covered) = match &layers[..] {
            [face, line, ..] => {
                let two = Ink::new([(alphas[0], &face.stamp), (alphas[1], &line.stamp)]);
                let one = two.joined();
                let covered = Covered::new(&one, alphas[0].min(alphas[1]));
                (if key.is_of_one_color { Inks::One(one, FACE) } else { Inks::Two(two) }, covered)
            }
            [only] => {
                let layer = if alphas[FACE] > 0 { FACE } else { LINE };
                let one = Ink::new([(alphas[layer], &only.stamp)]);
                let covered = Covered::new(&one, alphas[layer]);
                (Inks::One(one, layer), covered)
            }
            [] => (Inks::One(Ink::new([(0, &Stamp::default())]), FACE), Covered::default()),
        };
        let offsets = match &ink {
            Inks::One(ink, _) => ink.offsets(width),
            Inks::Two(ink) => ink.offsets(width),
        };
        let none = Bounds { x_min: 0, x_max: -1, y_min: 0, y_max: -1 };
        let bounds = layers.iter().filter_map(|layer| layer.stamp.bounds).reduce(Bounds::join).unwrap_or(none);
        Self { ink, offsets, bounds, covered }
    }
}

impl Covered {
    /// What is covered with an alpha at least.
    fn new(ink: &Ink<1>, alpha: u8) -> Self {
        let left = 1.0 - f64::from(alpha) / 255.0;
        let weight = if alpha == 255 { 255.0 } else { (255.0 * left.ln() / UNSEEN.ln()).min(255.0) };
        // The longest run of each row.
        let mut runs: Vec<(i32, i32, i32)> = Vec::new();
        let mut run = (i32::MIN, 0, 0);
        for (y, x, covered) in ink.pixels() {
            if covered < alpha {
                continue;
            }
            if run.0 != y || run.2 != x {
                run = (y, x, x);
            }
            run.2 = x + 1;
            match runs.last_mut() {
                Some(last) if last.0 == y => {
                    if run.2 - run.1 > last.2 - last.1 {
                        *last = run;
                    }
                }
                _ => runs.push(run),
            }
        }
        let rows = std::array::from_fn(|shift| {
            let row = |y: i32| (y + shift as i32).div_euclid(CELL);
            let whole = |cell: &[(i32, i32, i32)]| {
                let (start, end) =
                    cell.iter().fold((i32::MIN, i32::MAX), |(start, end), run| (start.max(run.1), end.min(run.2)));
                (cell.len() == CELL as usize && start < end).then(|| (row(cell[0].0), start, end))
            };
            runs.chunk_by(|a, b| row(a.0) == row(b.0)).filter_map(whole).collect()
        });
        Self { weight: weight as u8, rows }
    }
}

/// Numbers in whole steps, but not all 0: a line around next to nothing is a dot.
fn rounded(linear: [f64; 4]) -> [i32; 4] {
    let steps = linear.map(|v| v.round() as i32);
    if steps != [0; 4] {
        return steps;
    }
    let most = linear.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
    linear.map(|v| if v.abs() > 0.5 * most { v.signum() as i32 } else { 0 })
}

/// How far a path reaches from its origin.
fn extent(path: PathView<'_>) -> f64 {
    path.vertices.iter().flatten().filter(|v| v.is_finite()).fold(0.0, |most: f64, v| most.max(v.abs()))
}

#[cfg(test)]
mod tests {
    use geometry::{Join, SnapMode};
    use scene::{Dashes, Op, PathSet, Player, Stroke, Style};

    use super::*;
    use crate::player::RasterPlayer;

    const SIDE: usize = 300;

    /// Squares of many sizes all over, in random colours.
    fn squares(count: usize, alpha: f64, edges: bool) -> Collection<'static> {
        let mut seed = 1u32;
        let mut random = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(seed >> 8) / f64::from(1 << 24)
        };
        let mut paths = PathSet::default();
        let corners = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [0.0, 0.0]];
        paths.push(&corners, Some(&[1, 2, 2, 2, 79])).unwrap();
        let mut color = || [random(), random(), random(), alpha];
        let face_colors: Vec<_> = (0..count).map(|_| color()).collect();
        let edge_colors: Vec<_> = (0..if edges { count } else { 0 }).map(|_| color()).collect();
        let sizes: Vec<f64> = (0..count).map(|_| 5.0 + 20.0 * random()).collect();
        let black = scene::Color { r: 0.0, g: 0.0, b: 0.0, a: 1.0 };
        Collection {
            style: Style {
                snap: SnapMode::Never,
                stroke: Stroke { color: black, width_px: 1.5, join: Join::Miter, ..Stroke::default() },
                ..Style::default()
            },
            affine: Affine::IDENTITY,
            paths,
            transforms: sizes.iter().map(|&s| [s, 0.0, 0.0, 0.0, s, 0.0, 0.0, 0.0, 1.0]).collect(),
            offsets: (0..count).map(|_| [random(), random()].map(|v| v * (SIDE as f64 + 20.0) - 10.0)).collect(),
            offset_affine: Affine::IDENTITY,
            face_colors: face_colors.into(),
            edge_colors: edge_colors.into(),
            line_widths_px: vec![1.5],
            dashes: Vec::new(),
            antialiased: vec![true],
            hatch_colors: Vec::new().into(),
        }
    }

    fn frame() -> Frame {
        let line_bounds = geometry::canvas_bounds((SIDE as f64, SIDE as f64));
        Frame { width: SIDE as i32, height: SIDE as i32, line_bounds }
    }

    fn stamped(op: &Collection<'_>, bands: usize) -> Vec<[u8; 4]> {
        let mut player = RasterPlayer::new(SIDE, SIDE, 72.0).unwrap();
        assert!(player.play_stamped(op, bands).unwrap());
        player.pixmap().pixels().to_vec()
    }

    /// Mean and greatest difference of channels.
    fn differences(a: &[[u8; 4]], b: &[[u8; 4]]) -> (f64, u8) {
        let all: Vec<u8> = a.as_flattened().iter().zip(b.as_flattened()).map(|(a, b)| a.abs_diff(*b)).collect();
        (all.iter().map(|&v| f64::from(v)).sum::<f64>() / all.len() as f64, all.into_iter().max().unwrap())
    }

    #[test]
    fn stamps_look_like_the_items() {
        for (alpha, edges) in [(0.3, false), (0.4, true), (1.0, true)] {
            let op = squares(4000, alpha, edges);
            let mut player = RasterPlayer::new(SIDE, SIDE, 72.0).unwrap();
            player.play(&Op::Collection(op.clone())).unwrap();
            let (mean, _) = differences(&stamped(&op, 1), player.pixmap().pixels());
            assert!(mean < 6.0, "{alpha} {edges}: {mean}");
        }
    }

    #[test]
    fn dots_are_not_lost() {
        assert_eq!(rounded([0.1, 1e-17, -1e-17, -0.1]), [1, 0, 0, -1]);
        assert_eq!((rounded([0.0; 4]), rounded([2.4, 0.0, 0.0, 0.1])), ([0; 4], [2, 0, 0, 0]));
    }

    #[test]
    fn threads_change_nothing() {
        let op = squares(4000, 0.4, true);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        assert!(pool.install(|| stamped(&op, 3)) == stamped(&op, 1));
    }

    #[test]
    fn what_others_hide_is_left_out_and_not_missed() {
        let frame = frame();
        for (alpha, count) in [(0.5, 40_000), (1.0, 4000)] {
            let op = squares(count, alpha, false);
            let mut stamps = Stamped::new(&op, frame, frame.window(), false).unwrap();
            let draw = |stamps: &Stamped<'_>| {
                let mut pixmap = crate::pixmap::Pixmap::new(SIDE, SIDE).unwrap();
                stamps.draw(&mut pixmap.as_band());
                pixmap.pixels().to_vec()
            };
            let some = draw(&stamps);
            assert!(stamps.seen(&frame.window()).len() < count / 2);
            for kind in &mut stamps.kinds {
                kind.covered = Covered::default();
            }
            assert!(stamps.seen(&frame.window()).len() > count * 9 / 10);
            assert!(differences(&some, &draw(&stamps)).1 <= 2);
        }
    }

    #[test]
    fn others_are_not_stamped() {
        let frame = frame();
        let is_stamped = |op: &Collection<'_>| Stamped::new(op, frame, frame.window(), false).is_some();
        let op = squares(4000, 0.4, true);
        assert!(is_stamped(&op));
        assert!(!is_stamped(&squares(100, 0.4, true)));
        let dashes = std::sync::Arc::new(Dashes { pairs_px: vec![(1.0, 1.0)], offset_px: 0.0 });
        assert!(!is_stamped(&Collection { dashes: vec![Some(dashes)], ..op.clone() }));
        assert!(!is_stamped(&Collection { antialiased: vec![false], ..op.clone() }));
        let large = op.transforms.iter().map(|m| m.map(|v| v * 40.0)).collect();
        assert!(!is_stamped(&Collection { transforms: large, ..op.clone() }));
    }
}
