//! Coverage that is kept: to be painted more than once, or later.

use geometry::memory;

use crate::blend::Rgba8;
use crate::paint::{SolidPaint, Surface};
use crate::pixmap::Band;
use crate::rasterizer::Rasterizer;
use crate::spans::{Container, SpanSink};
use crate::window::Window;

/// The coverage of a shape as runs, in rows from the top.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stamp {
    rows: Vec<Row>,
    runs: Vec<Run>,
    /// The coverage of each pixel of a run; of a solid one just once.
    covers: Vec<u8>,
    pub(crate) bounds: Option<Bounds>,
}

/// Pixels that a stamp covers, inclusive, relative to its position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) x_min: i32,
    pub(crate) x_max: i32,
    pub(crate) y_min: i32,
    pub(crate) y_max: i32,
}

impl Bounds {
    pub(crate) fn join(self, other: Self) -> Self {
        Self {
            x_min: self.x_min.min(other.x_min),
            x_max: self.x_max.max(other.x_max),
            y_min: self.y_min.min(other.y_min),
            y_max: self.y_max.max(other.y_max),
        }
    }

    /// What a stamp at the position covers.
    pub(crate) fn at(&self, x: i32, y: i32) -> Window {
        Window { x0: x + self.x_min, x1: x + self.x_max + 1, y0: y + self.y_min, y1: y + self.y_max + 1 }
    }

    /// Whether a stamp at the position lies in the window as a whole.
    pub(crate) fn fits(&self, x: i32, y: i32, window: &Window) -> bool {
        x + self.x_min >= window.x0
            && x + self.x_max < window.x1
            && y + self.y_min >= window.y0
            && y + self.y_max < window.y1
    }
}

/// A row of a stamp: where its runs and their coverage begin.
#[derive(Clone, Copy, Debug)]
struct Row {
    y: i32,
    runs: usize,
    covers: usize,
}

/// Pixels side by side. There may be very many: what a run would share with the one before it is left to the row.
#[derive(Clone, Copy, Debug)]
struct Run {
    x: i32,
    /// Negative if the coverage is the same all over, which is forgotten under a mask.
    signed_length: i32,
}

impl Run {
    fn is_solid(self) -> bool {
        self.signed_length < 0
    }

    fn length(self) -> usize {
        self.signed_length.unsigned_abs() as usize
    }

    /// How many numbers its coverage is.
    fn covers(self) -> usize {
        if self.is_solid() { 1 } else { self.length() }
    }
}

impl Stamp {
    pub(crate) fn take(rasterizer: &mut Rasterizer) -> Self {
        let mut stamp = Self::default();
        rasterizer.sweep(Container::Packed, &mut stamp);
        stamp
    }

    fn add(&mut self, y: i32, run: Run, covers: &[u8]) {
        let bounds = Bounds { x_min: run.x, x_max: run.x + run.length() as i32 - 1, y_min: y, y_max: y };
        self.bounds = Some(self.bounds.map_or(bounds, |b| b.join(bounds)));
        if self.rows.last().is_none_or(|row| row.y != y) {
            memory::push(&mut self.rows, Row { y, runs: self.runs.len(), covers: self.covers.len() });
        }
        memory::push(&mut self.runs, run);
        if self.covers.capacity() - self.covers.len() < covers.len() {
            memory::reserve(&mut self.covers, covers.len());
        }
        self.covers.extend_from_slice(covers);
    }

    /// Row, run and its coverage of all rows in `range`.
    fn runs_of(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = (i32, Run, &[u8])> {
        range.flat_map(move |index| {
            let row = self.rows[index];
            let end = self.rows.get(index + 1).map_or(self.runs.len(), |next| next.runs);
            let mut covers = &self.covers[row.covers..];
            self.runs[row.runs..end].iter().map(move |&run| {
                let (own, rest) = covers.split_at(run.covers());
                covers = rest;
                (row.y, run, own)
            })
        })
    }

    /// Row, column and coverage of each of its pixels.
    pub(crate) fn pixels(&self) -> impl Iterator<Item = (i32, i32, u8)> {
        self.runs_of(0..self.rows.len()).flat_map(|(y, run, covers)| {
            (0..run.length()).map(move |index| (y, run.x + index as i32, covers[index.min(covers.len() - 1)]))
        })
    }

    /// Paints it at a position.
    pub(crate) fn paint(&self, x: i32, y: i32, paint: &mut SolidPaint<'_, '_>) {
        self.paint_rows(0..self.rows.len(), x, y, paint);
    }

    fn paint_rows(&self, rows: std::ops::Range<usize>, x: i32, y: i32, paint: &mut SolidPaint<'_, '_>) {
        for (row, run, covers) in self.runs_of(rows) {
            if run.is_solid() {
                paint.solid(row + y, run.x + x, run.length() as i32, covers[0]);
            } else {
                paint.covers(row + y, run.x + x, covers);
            }
        }
    }
}

impl SpanSink for Stamp {
    fn covers(&mut self, y: i32, x: i32, covers: &[u8]) {
        self.add(y, Run { x, signed_length: covers.len() as i32 }, covers);
    }

    fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8) {
        self.add(y, Run { x, signed_length: -length }, &[cover]);
    }
}

/// A shape that waits to be painted, in one colour.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) stamp: Stamp,
    pub(crate) color: Rgba8,
    pub(crate) antialiased: bool,
}

impl Layer {
    /// Paints what of it is on the rows of `band`.
    pub(crate) fn paint(&self, band: &mut Band<'_>) {
        let window = band.window();
        let [start, end] = [window.y0, window.y1].map(|y| self.stamp.rows.partition_point(|row| row.y < y));
        let surface = Surface { band, window, mask: None };
        let mut paint = SolidPaint { surface, color: self.color, antialiased: self.antialiased };
        self.stamp.paint_rows(start..end, 0, 0, &mut paint);
    }
}
