//! Axis-aligned rectangles.

/// A rectangle in px; `x1 <= x2` and `y1 <= y2` unless a caller says otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x1: f64,
    /// First edge in y.
    pub y1: f64,
    /// Right edge.
    pub x2: f64,
    /// Second edge in y.
    pub y2: f64,
}

impl Rect {
    /// Left of the rectangle; see [`Rect::outcode`].
    pub const LEFT: u8 = 4;
    /// Right of the rectangle.
    pub const RIGHT: u8 = 1;
    /// Before `y1`.
    pub const BEFORE: u8 = 8;
    /// After `y2`.
    pub const AFTER: u8 = 2;
    /// Either side in x.
    pub const BESIDE: u8 = Self::LEFT | Self::RIGHT;
    /// Either side in y.
    pub const BEYOND: u8 = Self::BEFORE | Self::AFTER;

    /// From two corners, put in order.
    pub fn from_corners(x1: f64, y1: f64, x2: f64, y2: f64) -> Self {
        let (x1, x2) = if x1 > x2 { (x2, x1) } else { (x1, x2) };
        let (y1, y2) = if y1 > y2 { (y2, y1) } else { (y1, y2) };
        Self { x1, y1, x2, y2 }
    }

    /// Which sides a point lies strictly outside of; 0 on the edges and inside (and for NaN).
    #[inline]
    pub fn outcode(&self, x: f64, y: f64) -> u8 {
        u8::from(x > self.x2) | (u8::from(x < self.x1) << 2) | self.outcode_y(y)
    }

    /// The y part of [`Rect::outcode`].
    #[inline]
    pub fn outcode_y(&self, y: f64) -> u8 {
        (u8::from(y > self.y2) << 1) | (u8::from(y < self.y1) << 3)
    }

    /// Whether the point is inside or on an edge.
    #[inline]
    pub fn contains(&self, x: f64, y: f64) -> bool {
        x >= self.x1 && x <= self.x2 && y >= self.y1 && y <= self.y2
    }
}
