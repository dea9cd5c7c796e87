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
    runs: Vec<Run>,
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

    /// Whether a stamp at the position lies in the window as a whole.
    pub(crate) fn fits(&self, x: i32, y: i32, window: &Window) -> bool {
        x + self.x_min >= window.x0
            && x + self.x_max < window.x1
            && y + self.y_min >= window.y0
            && y + self.y_max < window.y1
    }
}

/// Pixels side by side.
#[derive(Clone, Copy, Debug)]
struct Run {
    y: i32,
    x: i32,
    length: i32,
    /// The coverage is the same all over, and is forgotten under a mask.
    is_solid: bool,
    /// Where in [`Stamp::covers`] the run's begin. Those of a solid one are there just once.
    start: usize,
}

impl Run {
    /// Row, column and coverage of each of its pixels.
    fn pixels(self, covers: &[u8]) -> impl Iterator<Item = (i32, i32, u8)> {
        (0..self.length).map(move |index| {
            let offset = if self.is_solid { 0 } else { index as usize };
            (self.y, self.x + index, covers[self.start + offset])
        })
    }
}

impl Stamp {
    pub(crate) fn take(rasterizer: &mut Rasterizer) -> Self {
        let mut stamp = Self::default();
        rasterizer.sweep(Container::Packed, &mut stamp);
        stamp
    }

    fn add(&mut self, run: Run) {
        let bounds = Bounds { x_min: run.x, x_max: run.x + run.length - 1, y_min: run.y, y_max: run.y };
        self.bounds = Some(self.bounds.map_or(bounds, |b| b.join(bounds)));
        memory::push(&mut self.runs, run);
    }

    /// Row, column and coverage of each of its pixels.
    pub(crate) fn pixels(&self) -> impl Iterator<Item = (i32, i32, u8)> {
        self.runs.iter().flat_map(|run| run.pixels(&self.covers))
    }

    /// Paints it at a position.
    pub(crate) fn paint(&self, x: i32, y: i32, paint: &mut SolidPaint<'_, '_>) {
        self.paint_runs(&self.runs, x, y, paint);
    }

    fn paint_runs(&self, runs: &[Run], x: i32, y: i32, paint: &mut SolidPaint<'_, '_>) {
        for run in runs {
            if run.is_solid {
                paint.solid(run.y + y, run.x + x, run.length, self.covers[run.start]);
            } else {
                paint.covers(run.y + y, run.x + x, &self.covers[run.start..run.start + run.length as usize]);
            }
        }
    }
}

impl SpanSink for Stamp {
    fn covers(&mut self, y: i32, x: i32, covers: &[u8]) {
        let start = self.covers.len();
        if self.covers.capacity() - start < covers.len() {
            memory::reserve(&mut self.covers, covers.len());
        }
        self.covers.extend_from_slice(covers);
        self.add(Run { y, x, length: covers.len() as i32, is_solid: false, start });
    }

    fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8) {
        let start = self.covers.len();
        memory::push(&mut self.covers, cover);
        self.add(Run { y, x, length, is_solid: true, start });
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
        let runs = &self.stamp.runs;
        let [start, end] = [window.y0, window.y1].map(|y| runs.partition_point(|run| run.y < y));
        let surface = Surface { band, window, mask: None };
        let mut paint = SolidPaint { surface, color: self.color, antialiased: self.antialiased };
        self.stamp.paint_runs(&runs[start..end], 0, 0, &mut paint);
    }
}
