//! Rectangles of whole pixels.

use geometry::Rect;

/// The pixels that matter: columns `x0..x1`, rows `y0..y1`, rows downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) x0: i32,
    pub(crate) x1: i32,
    pub(crate) y0: i32,
    pub(crate) y1: i32,
}

impl Window {
    /// Wider than any coordinate that an edge may have.
    pub(crate) const UNLIMITED: Self = Self { x0: -(1 << 24), x1: 1 << 24, y0: -(1 << 24), y1: 1 << 24 };

    pub(crate) fn intersect(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.max(other.x0),
            x1: self.x1.min(other.x1),
            y0: self.y0.max(other.y0),
            y1: self.y1.min(other.y1),
        }
    }

    /// The least one with all pixels of both.
    pub(crate) fn union(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            x1: self.x1.max(other.x1),
            y0: self.y0.min(other.y0),
            y1: self.y1.max(other.y1),
        }
    }

    /// Its edges in px.
    pub(crate) fn rect(&self) -> Rect {
        Rect { x1: f64::from(self.x0), y1: f64::from(self.y0), x2: f64::from(self.x1), y2: f64::from(self.y1) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.x0 >= self.x1 || self.y0 >= self.y1
    }

    pub(crate) fn width(&self) -> usize {
        (self.x1 - self.x0).max(0) as usize
    }

    pub(crate) fn height(&self) -> usize {
        (self.y1 - self.y0).max(0) as usize
    }
}
