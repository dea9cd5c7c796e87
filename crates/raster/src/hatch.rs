//! Hatches: a tile, drawn once, repeated over the canvas.

use std::cell::OnceCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Weak};

use geometry::{Affine, Cap, Flatten, Join, Rect, Stroke as Stroker, StrokeStyle, fill, memory};
use scene::{Color, Hatch, Path};

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

/// Tiles that are kept at most, and their pixels in bytes.
const MAX_TILES: usize = 64;
const MAX_BYTES: usize = 4 << 20;

/// Tiles drawn lately, the last one used at the end.
#[derive(Debug, Default)]
pub(crate) struct HatchTiles(Vec<HatchTile>);

impl HatchTiles {
    /// The tile of `hatch`, drawn anew only if it is not at hand. `None` if a tile has no pixels.
    pub(crate) fn get(
        &mut self,
        hatch: &Hatch,
        size: TileSize,
        rasterizer: &mut Rasterizer,
        stroker: &mut Stroker,
    ) -> Option<&HatchTile> {
        let Self(tiles) = self;
        let own = OnceCell::new();
        let is_own = |look: &Look| look.is_of(hatch, || *own.get_or_init(|| digest(&hatch.path)));
        if let Some(index) = tiles.iter().rposition(|tile| tile.size == size && is_own(&tile.look)) {
            tiles[index..].rotate_left(1);
        } else {
            let tile = HatchTile::draw(hatch, size, rasterizer, stroker)?;
            let room = (MAX_BYTES / tile.pixels.size_bytes()).clamp(1, MAX_TILES);
            if tiles.len() >= room {
                tiles.drain(..=tiles.len() - room);
            }
            tiles.push(tile);
        }
        tiles.last()
    }
}

/// What a hatch looks like, without its path, which may be larger than the tile.
#[derive(Debug)]
struct Look {
    color: Color,
    width_px: f64,
    path: Weak<Path<'static>>,
    digest: [u64; 2],
}

impl Look {
    fn new(hatch: &Hatch) -> Self {
        let Hatch { color, width_px, .. } = *hatch;
        Self { color, width_px, path: Arc::downgrade(&hatch.path), digest: digest(&hatch.path) }
    }

    /// Whether a hatch, whose path has this digest, looks the same. Matplotlib makes the paths of a figure with many patterns
    /// anew at each draw.
    fn is_of(&self, hatch: &Hatch, digest: impl FnOnce() -> [u64; 2]) -> bool {
        self.color == hatch.color
            && self.width_px == hatch.width_px
            // What the pointer points to stays a place of its own for as long as there is one.
            && (std::ptr::eq(self.path.as_ptr(), Arc::as_ptr(&hatch.path)) || self.digest == digest())
    }
}

/// 128 bits by which paths are told apart.
fn digest(path: &Path<'_>) -> [u64; 2] {
    [0u8, 1].map(|salt| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(salt);
        path.codes.as_deref().hash(&mut hasher);
        path.simplify_px.map(f64::to_bits).hash(&mut hasher);
        for vertex in &*path.vertices {
            vertex.map(f64::to_bits).hash(&mut hasher);
        }
        hasher.finish()
    })
}

/// The picture of a hatch, its top left at the canvas's.
#[derive(Debug)]
pub(crate) struct HatchTile {
    look: Look,
    size: TileSize,
    pixels: Pixels,
}

/// The pixels of a tile, row by row.
#[derive(Debug)]
enum Pixels {
    /// Their opacities, and the color of each: nearly always there is no more than one.
    ByOpacity { opacities: Vec<u8>, colors: Box<[Rgba8; 256]> },
    /// What they are.
    Any(Vec<Rgba8>),
}

impl Pixels {
    fn new(pixels: impl ExactSizeIterator<Item = Rgba8> + Clone) -> Self {
        let mut colors = Box::new([Rgba8::default(); 256]);
        let mut is_known = [false; 256];
        let mut opacities = Vec::with_capacity(pixels.len());
        for pixel in pixels.clone() {
            let color = &mut colors[usize::from(pixel.a)];
            if !std::mem::replace(&mut is_known[usize::from(pixel.a)], true) {
                *color = pixel;
            } else if *color != pixel {
                return Self::Any(pixels.collect());
            }
            opacities.push(pixel.a);
        }
        Self::ByOpacity { opacities, colors }
    }

    fn size_bytes(&self) -> usize {
        match self {
            Self::ByOpacity { opacities, colors } => opacities.len() + size_of_val(&**colors),
            Self::Any(pixels) => size_of_val(&**pixels),
        }
    }

    /// The pixel at `index`.
    #[inline]
    fn at(&self, index: usize) -> Rgba8 {
        match self {
            Self::ByOpacity { opacities, colors } => colors[usize::from(opacities[index])],
            Self::Any(pixels) => pixels[index],
        }
    }
}

impl HatchTile {
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

        let pixels = Pixels::new(pixmap.pixels().iter().map(|&pixel| Rgba8::from(pixel)));
        Some(Self { look: Look::new(hatch), size, pixels })
    }
}

impl ColorSource for &HatchTile {
    fn generate(&mut self, y: i32, x: i32, colors: &mut [Rgba8]) {
        let TileSize { side, columns, .. } = self.size;
        let row = y as usize % side * columns;
        let mut column = x as usize % side;
        for color in colors {
            *color = self.pixels.at(row + column);
            column += 1;
            if column == columns {
                column = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use scene::Path;

    use super::*;

    fn hatch(y: f64) -> Hatch {
        let path = Path { vertices: vec![[0.0, y], [1.0, y]].into(), codes: None, simplify_px: None };
        Hatch { path: Arc::new(path), color: [0.0, 0.0, 0.0, 1.0].into(), width_px: 1.0 }
    }

    /// The rows that have ink.
    fn rows(tiles: &mut HatchTiles, hatch: &Hatch) -> Vec<usize> {
        let mut rasterizer = Rasterizer::default();
        let mut stroker = Stroker::default();
        let size = TileSize::new(20.0, 100, 100);
        let tile = tiles.get(hatch, size, &mut rasterizer, &mut stroker).unwrap();
        (0..20).filter(|row| tile.pixels.at(row * 20 + 10).a > 0).collect()
    }

    #[test]
    fn every_hatch_has_its_own_tile() {
        let mut tiles = HatchTiles::default();
        for _ in 0..2 {
            for k in 0..MAX_TILES + 5 {
                let row = k % 19;
                assert_eq!(rows(&mut tiles, &hatch(1.0 - (row as f64 + 0.5) / 20.0)), [row]);
            }
        }
        assert!(tiles.0.len() == 19, "{}", tiles.0.len());
    }

    #[test]
    fn pixels_are_kept_by_opacity_if_that_is_all_of_them() {
        let pixels = [[9, 8, 7, 0], [1, 2, 3, 40], [9, 8, 7, 0], [1, 2, 3, 255], [1, 2, 3, 40], [0, 2, 3, 255]];
        let pixels = pixels.map(Rgba8::from);
        for (count, by_opacity) in [(5, true), (6, false)] {
            let kept = Pixels::new(pixels[..count].iter().copied());
            assert_eq!(matches!(kept, Pixels::ByOpacity { .. }), by_opacity);
            assert!((0..count).all(|index| kept.at(index) == pixels[index]));
        }
    }

    #[test]
    fn hatches_are_told_apart() {
        let look = Look::new(&hatch(0.25));
        let is_of = |hatch: Hatch| look.is_of(&hatch, || digest(&hatch.path));
        assert!(is_of(hatch(0.25)));
        assert!(!is_of(hatch(0.5)));
        assert!(!is_of(Hatch { width_px: 2.0, ..hatch(0.25) }));
        assert!(!is_of(Hatch { color: [1.0, 0.0, 0.0, 1.0].into(), ..hatch(0.25) }));
        let path = Path { codes: Some(vec![1, 2].into()), ..(*hatch(0.25).path).clone() };
        assert!(!is_of(Hatch { path: Arc::new(path), ..hatch(0.25) }));
    }

    #[test]
    fn old_tiles_go() {
        let mut tiles = HatchTiles::default();
        for k in 0..2 * MAX_TILES {
            rows(&mut tiles, &hatch(0.5 + k as f64 * 1e-6));
        }
        assert_eq!(tiles.0.len(), MAX_TILES);
    }
}
