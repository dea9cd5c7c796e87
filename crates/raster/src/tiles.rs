//! Sums of cells in tiles of a few pixels, of which only those are there that something is in.
//!
//! What is long and thin touches few pixels of the window that it runs through: an array of all of them would be mostly
//! zeros, and a list of cells would hold many cells again and again.

use geometry::memory;

use crate::row_sweep::RowSweep;
use crate::spans::{Container, RowSpans, SpanSink};
use crate::walk::{Accumulator, Row};
use crate::window::Window;

/// Columns and rows of a tile, and their base-two logarithms. A line is mostly two or three pixels wide.
const COLUMNS: usize = 1 << COLUMNS_SHIFT;
const COLUMNS_SHIFT: u32 = 3;
const ROWS: usize = 1 << ROWS_SHIFT;
const ROWS_SHIFT: u32 = 2;
const TILE: usize = COLUMNS * ROWS;

/// Tiles for which there is room from the first one on: 4 MiB.
const RESERVED_TILES: usize = (4 << 20) / (TILE * size_of::<[i32; 2]>());

/// Sums by pixel of a window, which has a column more on each side, for what lies beside it. Empty between uses.
#[derive(Debug, Default)]
pub(crate) struct Tiles {
    /// The tiles row by row: the number of each, from 1; 0 where there is none.
    index: Vec<u32>,
    /// Cover and area; the pixels of tile 1 come first.
    sums: Vec<[i32; 2]>,
    /// Tiles in a row, and tiles that there may be.
    columns: usize,
    most: usize,
    /// The first row, and the column before the window's first.
    top: i32,
    left: i32,
}

/// Bytes that tiles for so many pixels take before anything is in them.
pub(crate) fn empty_bytes(pixels: usize) -> usize {
    pixels / TILE * size_of::<u32>()
}

impl Tiles {
    pub(crate) fn prepare(&mut self, window: &Window) {
        self.columns = (window.width() + 2).div_ceil(COLUMNS);
        (self.top, self.left) = (window.y0, window.x0 - 1);
        self.sums.clear();
        self.most = self.columns * window.height().div_ceil(ROWS);
        memory::fill(&mut self.index, self.most, 0);
    }

    /// Takes away all sums, by pixel, that are not zero, and the memory.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = (i32, i32, [i32; 2])> {
        let Self { index, sums, columns, top, left, .. } = std::mem::take(self);
        index.into_iter().enumerate().filter(|(_, tile)| *tile != 0).flat_map(move |(at, tile)| {
            let (top, left) = (top + (at / columns * ROWS) as i32, left + (at % columns * COLUMNS) as i32);
            let start = start_of(tile);
            let tile: [[i32; 2]; TILE] = std::array::from_fn(|pixel| sums[start + pixel]);
            let place = move |pixel| (left + (pixel % COLUMNS) as i32, top + (pixel / COLUMNS) as i32);
            tile.into_iter().enumerate().filter(|(_, sums)| *sums != [0, 0]).map(move |(pixel, sums)| {
                let (x, y) = place(pixel);
                (x, y, sums)
            })
        })
    }

    /// Gives out the coverage of `window`, for which they were prepared, and forgets it.
    pub(crate) fn sweep(
        &mut self,
        window: &Window,
        container: Container,
        covers: &mut Vec<u8>,
        sink: &mut impl SpanSink,
    ) {
        let mut spans = RowSpans::new(container, covers);
        for y in window.y0..window.y1 {
            let row = (y - self.top) as usize;
            let tiles = &self.index[(row >> ROWS_SHIFT) * self.columns..][..self.columns];
            let mut sweep = RowSweep::new(window.x0, window.x1);
            for (&tile, x) in tiles.iter().zip((self.left..).step_by(COLUMNS)) {
                if tile == 0 {
                    continue;
                }
                let start = start_of(tile) + row % ROWS * COLUMNS;
                let sums = &self.sums[start..start + COLUMNS];
                if sums.iter().fold(0, |any, [cover, area]| any | cover | area) == 0 {
                    continue;
                }
                for (&[cover, area], x) in sums.iter().zip(x..window.x1) {
                    if cover | area != 0 {
                        sweep.cell(x, cover, area, y, &mut spans, sink);
                    }
                }
            }
            sweep.finish(y, &mut spans, sink);
        }
        self.sums.clear();
    }

    /// The sums of a pixel in the row that has its tiles at `tiles` of the index and its part of each at `part`; `column`
    /// columns from the first.
    #[inline]
    fn at(&mut self, tiles: usize, part: usize, column: usize) -> &mut [i32; 2] {
        let tile = &mut self.index[tiles + (column >> COLUMNS_SHIFT)];
        if *tile == 0 {
            *tile = new_tile(&mut self.sums, self.most);
        }
        &mut self.sums[start_of(*tile) + part + column % COLUMNS]
    }

    /// Where a row has its tiles, and its part of each.
    #[inline]
    fn row_at(&self, y: i32) -> (usize, usize) {
        let row = (y - self.top) as usize;
        ((row >> ROWS_SHIFT) * self.columns, row % ROWS * COLUMNS)
    }
}

/// Where a tile begins.
#[inline]
fn start_of(tile: u32) -> usize {
    (tile as usize - 1) * TILE
}

/// Appends a tile, of which there will be so many at `most`, and returns its number.
#[cold]
fn new_tile(sums: &mut Vec<[i32; 2]>, most: usize) -> u32 {
    if sums.capacity() == 0 {
        // Memory that nothing is written to yet is none, but a list that grows leaves behind what it has used.
        memory::make_room(sums, most.min(RESERVED_TILES) * TILE);
    } else if sums.capacity() - sums.len() < TILE {
        memory::reserve(sums, TILE);
    }
    sums.resize(sums.len() + TILE, [0, 0]);
    (sums.len() / TILE) as u32
}

impl Accumulator for Tiles {
    #[inline]
    fn enter(&mut self, _: i32, _: i32) {}

    #[inline]
    fn add(&mut self, x: i32, y: i32, cover: i32, area: i32) {
        self.row(y).add(x, cover, area);
    }

    #[inline]
    fn row(&mut self, y: i32) -> impl Row {
        let (tiles, part) = self.row_at(y);
        TilesRow { sums: self, tiles, part }
    }
}

struct TilesRow<'a> {
    sums: &'a mut Tiles,
    tiles: usize,
    part: usize,
}

impl Row for TilesRow<'_> {
    #[inline]
    fn add(&mut self, x: i32, cover: i32, area: i32) {
        let column = (x - self.sums.left) as usize;
        let sums = self.sums.at(self.tiles, self.part, column);
        *sums = [sums[0].wrapping_add(cover), sums[1].wrapping_add(area)];
    }
}
