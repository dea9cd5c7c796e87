//! Hatches: a tile, drawn once, repeated over the canvas.

use std::sync::Arc;

use geometry::{Affine, Cap, Flatten, Join, Rect, Stroke as Stroker, StrokeStyle, fill, memory};
use scene::Hatch;

use crate::blend::Rgba8;
use crate::paint::{ColorSource, SolidPaint, Surface};
use crate::pixmap::Pixmap;
use crate::rasterizer::Rasterizer;
use crate::spans::Container;
use crate::window::Window;

/// Agg's default, which hatches keep.
const MITER_LIMIT: f64 = 4.0;

/// How large tiles are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TileSize {
    /// Width and height, px; also the distance at which tiles repeat.
    side: usize,
    /// What a canvas can show of a tile.
    columns: usize,
    rows: usize,
}

impl TileSize {
    /// Tiles of an inch, cut to whole px, on a canvas of the given size.
    pub(crate) fn new(dpi: f64, width: usize, height: usize) -> Self {
        let side = dpi as usize;
        Self { side, columns: side.min(width), rows: side.min(height) }
    }
}

/// The picture of a hatch, its top left at the canvas's.
#[derive(Debug)]
pub(crate) struct HatchTile {
    hatch: Hatch,
    size: TileSize,
    pixels: Vec<Rgba8>,
}

impl HatchTile {
    /// The tile of `hatch`, drawn anew only if `cache` holds another. `None` if a tile has no pixels.
    pub(crate) fn cached<'a>(
        cache: &'a mut Option<Self>,
        hatch: &Hatch,
        size: TileSize,
        rasterizer: &mut Rasterizer,
        stroker: &mut Stroker,
    ) -> Option<&'a Self> {
        let hit = cache.as_ref().is_some_and(|tile| {
            tile.size == size
                && Arc::ptr_eq(&tile.hatch.path, &hatch.path)
                && tile.hatch.color == hatch.color
                && tile.hatch.width_px == hatch.width_px
        });
        if !hit {
            *cache = Self::draw(hatch, size, rasterizer, stroker);
        }
        cache.as_ref()
    }

    fn draw(hatch: &Hatch, size: TileSize, rasterizer: &mut Rasterizer, stroker: &mut Stroker) -> Option<Self> {
        let TileSize { side, columns, rows } = size;
        if columns == 0 || rows == 0 {
            return None;
        }
        let window = Window { x0: 0, x1: columns as i32, y0: 0, y1: rows as i32 };
        let mut pixmap = Pixmap::new(columns, rows).unwrap_or_else(|error| memory::short(error));
        let side_px = side as f64;
        let affine = Affine::IDENTITY
            .then(&Affine::scaling(1.0, -1.0))
            .then(&Affine::translation(0.0, 1.0))
            .then(&Affine::scaling(side_px, side_px));
        let mut path = Flatten::new(hatch.path.view().source(affine));
        let color = Rgba8::from(hatch.color);
        let mut band = pixmap.as_band();

        rasterizer.reset(None, window);
        fill(&mut path, rasterizer);
        let surface = Surface { band: &mut band, window, mask: None };
        rasterizer.sweep(Container::Packed, &mut SolidPaint { surface, color, antialiased: true });

        let style = StrokeStyle {
            width_px: hatch.width_px,
            cap: Cap::Square,
            join: Join::MiterClipped,
            miter_limit: MITER_LIMIT,
        };
        let visible = Rect { x1: 0.0, y1: 0.0, x2: side_px, y2: side_px };
        rasterizer.reset(None, window);
        stroker.stroke(&mut path, &style, None, visible, rasterizer);
        let surface = Surface { band: &mut band, window, mask: None };
        rasterizer.sweep(Container::Packed, &mut SolidPaint { surface, color, antialiased: true });

        let pixels = pixmap.pixels().iter().map(|&pixel| Rgba8::from(pixel)).collect();
        Some(Self { hatch: hatch.clone(), size, pixels })
    }
}

impl ColorSource for &HatchTile {
    fn generate(&mut self, y: i32, x: i32, colors: &mut [Rgba8]) {
        let TileSize { side, columns, .. } = self.size;
        let row = &self.pixels[y as usize % side * columns..][..columns];
        let mut column = x as usize % side;
        for color in colors {
            *color = row[column];
            column += 1;
            if column == columns {
                column = 0;
            }
        }
    }
}
