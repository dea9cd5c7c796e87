//! How much work ops are for TeX, and which of them are too much.

use geometry::{Affine, DocumentPath, PathSink, Rect, circle};
use page::{clip_rect, common, seen_places, union};
use scene::{Collection, Op, Scene};

use crate::hatch;

/// Small circles are four curves.
const POINTS_OF_CIRCLE: usize = 12;

/// Counts the points of segments, which are what TeX has to remember.
#[derive(Default)]
struct Count {
    points: usize,
    bounds: Option<Rect>,
}

impl Count {
    fn add(&mut self, points: usize, (x, y): (f64, f64)) {
        self.points += points;
        let end = Rect { x1: x, y1: y, x2: x, y2: y };
        self.bounds = Some(self.bounds.map_or(end, |bounds| union(bounds, end)));
    }
}

impl PathSink for Count {
    fn move_to(&mut self, x: f64, y: f64) {
        self.add(0, (x, y));
    }
    fn line_to(&mut self, x: f64, y: f64) {
        self.add(1, (x, y));
    }
    fn quad_to(&mut self, _: (f64, f64), end: (f64, f64)) {
        self.add(3, end);
    }
    fn cubic_to(&mut self, _: (f64, f64), _: (f64, f64), end: (f64, f64)) {
        self.add(3, end);
    }
    fn close(&mut self) {}
}

/// Whether the items of a collection are marks that repeat.
pub fn stamps(op: &Collection<'_>) -> bool {
    const MOST_SHAPES: usize = 1 << 12;
    let shapes = op.shapes();
    op.len() / shapes > 4 && shapes <= MOST_SHAPES && op.style.sketch.scale == 0.0 && op.style.hatch.is_none()
}

/// About how many points and marks an op is.
fn weight(op: &Op<'_>, page: Rect) -> usize {
    match op {
        Op::Path(op) => {
            let unfilled = op.face.is_none() && op.style.hatch.is_none();
            let stages = DocumentPath::on_page((page.x2, page.y2), unfilled, op.path.simplify_px, op.style.sketch);
            let mut count = Count::default();
            stages.send(op.path.view(), op.affine, &mut count);
            let shown = clip_rect(&op.style.clip).map_or(page, |rect| common(rect, page));
            let covered = count.bounds.map_or(shown, |bounds| common(bounds, shown));
            count.points + op.style.hatch.as_ref().map_or(0, |hatch| hatch::weight(hatch, covered))
        }
        Op::Markers(op) => seen_places(op, Rect { x1: 0.0, y1: 0.0, x2: 0.0, y2: 0.0 }, &page).len(),
        Op::Collection(op) => {
            if stamps(op) {
                return op.len();
            }
            let lengths = (0..op.paths.len()).map(|index| {
                let path = op.paths.get(index);
                if circle(path, &Affine::IDENTITY).is_some() { POINTS_OF_CIRCLE } else { path.vertices.len() }
            });
            lengths.sum::<usize>() * op.len().div_ceil(op.paths.len().max(1))
        }
        Op::QuadMesh(op) => op.columns * op.rows * 4,
        _ => 0,
    }
}

/// Which ops are drawn as pixels so that no more than `most` points and marks are left: the largest ones.
pub fn dense_ops(scene: &Scene, most: usize) -> Vec<bool> {
    let page = Rect { x1: 0.0, y1: 0.0, x2: scene.width, y2: scene.height };
    let weights: Vec<usize> = scene.ops.iter().map(|op| weight(op, page)).collect();
    let mut left: usize = weights.iter().sum();
    let mut dense = vec![false; weights.len()];
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(weights[index]));
    for index in order {
        if left <= most || weights[index] == 0 {
            break;
        }
        dense[index] = true;
        left -= weights[index];
    }
    dense
}
