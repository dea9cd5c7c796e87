//! Parts of the page as pixels.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geometry::{Affine, Rect};
use page::in_order;
use scene::{Op, Pixels, Rasterize, Scene};

use crate::body::Data;
use crate::document::Options;
use crate::image::page_data;
use crate::tiles::{Patch, TILE, joined, patches};

/// Most pixels a patch of the page may have at the full resolution, and at half of it.
const FINE_PX: f64 = 5e5;
const COARSE_PX: f64 = 16e6;

/// Most pixels a side.
const LONGEST_PX: f64 = 32_000.0;

/// Pixels from which on threads help, each with so many at a time.
const STRIP_PX: usize = 1 << 17;

/// How hard they are compressed: a third of the usual time, and a tenth more bytes.
const LEVEL: u8 = 2;

/// Bytes of ops from which on it is better to draw them once, which threads share.
const LARGE_BYTES: usize = 1 << 20;

/// Times that smaller ones are drawn, so that what comes later need not become pixels.
const MOST_TIMES: usize = 8;

/// The pixels of what could not be said otherwise, by the op after which they are placed.
pub fn pictures(
    scene: &Scene,
    tiles: &BTreeMap<(i32, i32), usize>,
    options: &Options,
    rasterize: &dyn Rasterize,
) -> HashMap<usize, Vec<Data>> {
    let mut all: HashMap<usize, Vec<Data>> = HashMap::new();
    let last_ops: BTreeSet<usize> = tiles.values().copied().collect();
    let by_op = last_ops.len() <= MOST_TIMES
        && last_ops.last().is_some_and(|&last| size_bytes(&scene.ops[..=last]) < LARGE_BYTES);
    for patch in joined(patches(tiles, by_op)) {
        let tile_px = tile_px(&patch, options.resolution);
        let [left, bottom, right, top] = patch.bounds();
        let px = (right - left) as usize * (top - bottom) as usize * tile_px * tile_px;
        let draw = || {
            let ops: Vec<_> = scene.ops[..=patch.op].iter().collect();
            let pixels = drawn(&ops, (scene.width, scene.height), patch.bounds(), tile_px, rasterize);
            pixels.map_or(Vec::new(), |pixels| cut_out(&patch, &pixels, tile_px))
        };
        let mut data = Vec::new();
        if px >= 2 * STRIP_PX {
            rasterize.with_threads(&mut || data = draw());
        } else {
            data = draw();
        }
        all.entry(patch.op).or_default().extend(data);
    }
    all
}

/// Pixels of a tile, a side, at a resolution if the patch is small: tiles are a whole number of pixels wide.
fn tile_px(patch: &Patch, resolution: f64) -> usize {
    let [left, bottom, right, top] = patch.bounds().map(f64::from);
    let px = (right - left) * (top - bottom) * (TILE * resolution).powi(2);
    let side = (resolution * TILE).round().max(1.0);
    let side = if px <= FINE_PX {
        side
    } else if px / 4.0 <= COARSE_PX {
        (side / 2.0).ceil()
    } else {
        (side * (COARSE_PX / px).sqrt()).floor().max(1.0)
    };
    side.min((LONGEST_PX / (right - left).max(top - bottom)).floor()).max(1.0) as usize
}

fn size_bytes<'a>(ops: impl IntoIterator<Item = &'a Op<'a>>) -> usize {
    ops.into_iter().map(Op::size_bytes).sum()
}

/// Tiles of the page as pixels, in strips one over the other; `None` if they are beyond measure.
fn drawn(
    ops: &[&Op<'_>],
    page: (f64, f64),
    [left, bottom, right, top]: [i32; 4],
    tile_px: usize,
    rasterize: &dyn Rasterize,
) -> Option<Pixels> {
    let width = (right - left) as usize * tile_px;
    let tile_rows = if size_bytes(ops.iter().copied()) >= LARGE_BYTES {
        top - bottom
    } else {
        STRIP_PX.div_ceil(width * tile_px) as i32
    };
    let strips: Vec<(i32, i32)> =
        (bottom..top).step_by(tile_rows as usize).map(|row| (row, top.min(row + tile_rows))).collect();
    let strips = in_order(&strips, |&(bottom, top)| {
        let [x1, y1, x2, y2] = [left, bottom, right, top].map(|place| f64::from(place) * TILE);
        let pixels = rasterize.rasterize_ops(ops, page, Rect { x1, y1, x2, y2 }, tile_px as f64 / TILE)?;
        ((pixels.width, pixels.height) == (width, (top - bottom) as usize * tile_px)).then_some(pixels.data)
    });
    let data = strips.into_iter().collect::<Option<Vec<_>>>()?.concat();
    Some(Pixels { width, height: (top - bottom) as usize * tile_px, data })
}

/// The rectangles of a patch as images.
fn cut_out(patch: &Patch, pixels: &Pixels, tile_px: usize) -> Vec<Data> {
    let [left, bottom, ..] = patch.bounds();
    in_order(&patch.rects, |rect| {
        let place = |tile: i32, origin: i32| (tile - origin) as usize * tile_px;
        let columns = place(rect[0], left)..place(rect[2], left);
        let rows = place(rect[1], bottom)..place(rect[3], bottom);
        let mut shown: Vec<[u8; 4]> = Vec::with_capacity(columns.len() * rows.len());
        for row in rows.clone().rev() {
            let row = &pixels.data[row * pixels.width..][columns.clone()];
            shown.extend(row.iter().map(|&pixel| {
                let [r, g, b] = crate::ground::over([255; 3], pixel);
                [r, g, b, 255]
            }));
        }
        let [x1, y1, x2, y2] = rect.map(|place| f64::from(place) * TILE);
        let affine = Affine { sx: x2 - x1, shy: 0.0, shx: 0.0, sy: y2 - y1, tx: x1, ty: y1 };
        Data { level: Some(LEVEL), ..page_data(&shown, columns.len(), rows.len(), &affine) }
    })
}
