//! Which parts of a canvas have changed, and when.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::window::Window;

/// Bits of a pixel's place within a tile: 16 pixels of a row are what processors fetch at once.
const TILE_BITS: u32 = 4;
/// Side of a tile, px.
pub(crate) const TILE: i32 = 1 << TILE_BITS;

/// How many canvases have been followed so far.
static CANVASES: AtomicU32 = AtomicU32::new(0);

/// The tiles of a canvas, each with the time of its last change.
///
/// Time is counted in looks: what changes between two of them changes at the same time. So anybody may look who has
/// remembered when that was last, a window, a region that was saved, and nobody has to be known here.
#[derive(Debug)]
pub(crate) struct Changes {
    canvas: u32,
    window: Window,
    columns: usize,
    now: u32,
    /// Atomic, since bands that are drawn at once may share a row of tiles.
    tiles: Vec<AtomicU32>,
}

/// When somebody looked at which canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    canvas: u32,
    time: u32,
}

impl Changes {
    /// Those of a canvas of which all is new.
    pub(crate) fn new(window: Window) -> Self {
        let tiles = |size: usize| size.div_ceil(TILE as usize);
        let (columns, rows) = (tiles(window.width()), tiles(window.height()));
        let canvas = CANVASES.fetch_add(1, Ordering::Relaxed);
        Self { canvas, window, columns, now: 1, tiles: (0..columns * rows).map(|_| AtomicU32::new(1)).collect() }
    }

    /// Notes a change of `length` pixels of row `y` from column `x`.
    #[inline]
    pub(crate) fn touch_row(&self, y: i32, x: i32, length: usize) {
        let first = (y >> TILE_BITS) as usize * self.columns;
        let columns = x as usize >> TILE_BITS..(x as usize + length).div_ceil(TILE as usize);
        for tile in &self.tiles[first + columns.start..first + columns.end.max(columns.start)] {
            tile.store(self.now, Ordering::Relaxed);
        }
    }

    /// [`Changes::touch_row`] of a tile's width at most, of one pixel at least.
    #[inline]
    pub(crate) fn touch_few(&self, y: i32, x: i32, length: usize) {
        let first = (y >> TILE_BITS) as usize * self.columns;
        for x in [x as usize, x as usize + length - 1] {
            self.tiles[first + (x >> TILE_BITS)].store(self.now, Ordering::Relaxed);
        }
    }

    /// Notes a change of all pixels of a window.
    pub(crate) fn touch(&self, window: &Window) {
        let window = window.intersect(&self.window);
        if window.is_empty() {
            return;
        }
        for row in window.y0 >> TILE_BITS..=(window.y1 - 1) >> TILE_BITS {
            self.touch_row(row << TILE_BITS, window.x0, window.width());
        }
    }

    /// Notes a change of everything.
    pub(crate) fn touch_all(&self) {
        self.touch(&self.window);
    }

    /// When it is. What changes from here on has changed since.
    pub(crate) fn look(&mut self) -> Moment {
        let moment = Moment { canvas: self.canvas, time: self.now };
        match self.now.checked_add(1) {
            Some(next) => self.now = next,
            // Long animations get here: from now on it is another canvas.
            None => *self = Self::new(self.window),
        }
        moment
    }

    /// The parts of a window that have changed since a moment, which do not overlap; all of it if that was never, or the
    /// moment is of another canvas.
    pub(crate) fn since(&self, moment: Option<Moment>, window: &Window) -> Vec<Window> {
        let window = window.intersect(&self.window);
        let mut parts = Vec::new();
        if window.is_empty() {
            return parts;
        }
        let Some(moment) = moment.filter(|moment| moment.canvas == self.canvas) else { return vec![window] };
        for row in window.y0 >> TILE_BITS..=(window.y1 - 1) >> TILE_BITS {
            let mut run: Option<(i32, i32)> = None;
            for column in window.x0 >> TILE_BITS..=(window.x1 - 1) >> TILE_BITS {
                let tile = &self.tiles[row as usize * self.columns + column as usize];
                if tile.load(Ordering::Relaxed) > moment.time {
                    run = Some((run.map_or(column, |(first, _)| first), column + 1));
                } else if let Some(run) = run.take() {
                    parts.push(part(run, row, &window));
                }
            }
            parts.extend(run.map(|run| part(run, row, &window)));
        }
        parts
    }
}

/// The tiles of some columns of a row, as far as they are in the window.
fn part((first, end): (i32, i32), row: i32, window: &Window) -> Window {
    let top = row << TILE_BITS;
    Window { x0: first << TILE_BITS, x1: end << TILE_BITS, y0: top, y1: top + TILE }.intersect(window)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Window = Window { x0: 0, x1: 50, y0: 0, y1: 40 };

    #[test]
    fn everybody_is_told_what_has_changed_since_they_looked() {
        let mut changes = Changes::new(CANVAS);
        assert_eq!(changes.since(None, &CANVAS), [CANVAS]);
        let first = changes.look();
        assert_eq!(changes.since(Some(first), &CANVAS), []);
        changes.touch_row(17, 15, 2);
        let second = changes.look();
        changes.touch_row(39, 49, 1);
        let early = Window { x0: 0, x1: 32, y0: 16, y1: 32 };
        let late = Window { x0: 48, x1: 50, y0: 32, y1: 40 };
        assert_eq!(changes.since(Some(second), &CANVAS), [late]);
        assert_eq!(changes.since(Some(first), &CANVAS), [early, late]);
        assert_eq!(
            changes.since(Some(first), &Window { x0: 10, x1: 40, y0: 0, y1: 20 }),
            [Window { x0: 10, x1: 32, y0: 16, y1: 20 }]
        );
        let other = Changes::new(CANVAS).look();
        assert_eq!(changes.since(Some(other), &CANVAS), [CANVAS]);
    }

    #[test]
    fn time_does_not_run_out() {
        let mut changes = Changes::new(CANVAS);
        changes.now = u32::MAX - 1;
        let early = changes.look();
        let late = changes.look();
        changes.touch_row(17, 15, 2);
        for moment in [early, late] {
            assert_eq!(changes.since(Some(moment), &CANVAS), [CANVAS]);
        }
        let again = changes.look();
        assert_eq!(changes.since(Some(again), &CANVAS), []);
    }

    #[test]
    fn a_window_touches_what_it_meets() {
        let mut changes = Changes::new(CANVAS);
        let moment = Some(changes.look());
        changes.touch(&Window { x0: 20, x1: 20, y0: 5, y1: 9 });
        assert_eq!(changes.since(moment, &CANVAS), []);
        changes.touch(&Window { x0: -5, x1: 3, y0: 15, y1: 17 });
        let rows = [(0, 16), (16, 32)].map(|(y0, y1)| Window { x0: 0, x1: 16, y0, y1 });
        assert_eq!(changes.since(moment, &CANVAS), rows);
    }
}
