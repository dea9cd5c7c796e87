//! Affine transforms with Agg's order of operations.

/// An affine transform: `x' = x·sx + y·shx + tx`, `y' = x·shy + y·sy + ty`.
///
/// Composition and application evaluate their sums in the order of Agg's `trans_affine`, so results agree to the bit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    /// Scale in x.
    pub sx: f64,
    /// Contribution of x to y'.
    pub shy: f64,
    /// Contribution of y to x'.
    pub shx: f64,
    /// Scale in y.
    pub sy: f64,
    /// Translation in x, px.
    pub tx: f64,
    /// Translation in y, px.
    pub ty: f64,
}

impl Affine {
    /// Leaves every point where it is.
    pub const IDENTITY: Self = Self { sx: 1.0, shy: 0.0, shx: 0.0, sy: 1.0, tx: 0.0, ty: 0.0 };

    /// From the top two rows of a 3×3 matrix in row-major order.
    pub const fn from_rows(rows: [[f64; 3]; 2]) -> Self {
        let [[sx, shx, tx], [shy, sy, ty]] = rows;
        Self { sx, shy, shx, sy, tx, ty }
    }

    /// From a 3×3 matrix, row by row, whose last row is not looked at.
    pub const fn from_matrix(m: [f64; 9]) -> Self {
        Self::from_rows([[m[0], m[1], m[2]], [m[3], m[4], m[5]]])
    }

    /// Pure scaling.
    pub const fn scaling(sx: f64, sy: f64) -> Self {
        Self { sx, shy: 0.0, shx: 0.0, sy, tx: 0.0, ty: 0.0 }
    }

    /// Pure translation, px.
    pub const fn translation(tx: f64, ty: f64) -> Self {
        Self { sx: 1.0, shy: 0.0, shx: 0.0, sy: 1.0, tx, ty }
    }

    /// Rotation by `angle_rad`, from the x towards the y axis.
    pub fn rotation(angle_rad: f64) -> Self {
        let (sin, cos) = (angle_rad.sin(), angle_rad.cos());
        Self { sx: cos, shy: sin, shx: -sin, sy: cos, tx: 0.0, ty: 0.0 }
    }

    /// `self` first, then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        Self {
            sx: self.sx * next.sx + self.shy * next.shx,
            shx: self.shx * next.sx + self.sy * next.shx,
            tx: self.tx * next.sx + self.ty * next.shx + next.tx,
            shy: self.sx * next.shy + self.shy * next.sy,
            sy: self.shx * next.shy + self.sy * next.sy,
            ty: self.tx * next.shy + self.ty * next.sy + next.ty,
        }
    }

    /// `self`, then the turn from y up to y down on a canvas `height_px` high.
    #[must_use]
    pub fn then_flip(&self, height_px: f64) -> Self {
        self.then(&Self::scaling(1.0, -1.0)).then(&Self::translation(0.0, height_px))
    }

    /// The image of a point.
    #[inline]
    pub fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        (x * self.sx + y * self.shx + self.tx, x * self.shy + y * self.sy + self.ty)
    }

    /// The inverse, evaluated as Agg does (no check for singularity: entries become infinite or NaN).
    #[must_use]
    pub fn inverted(&self) -> Self {
        let d = 1.0 / (self.sx * self.sy - self.shy * self.shx);
        let sx = self.sy * d;
        let sy = self.sx * d;
        let shy = -self.shy * d;
        let shx = -self.shx * d;
        Self { sx, shy, shx, sy, tx: -self.tx * sx - self.ty * shx, ty: -self.tx * shy - self.ty * sy }
    }

    /// Whether every entry is within 1e-14 of the other's, Agg's notion of the same transform.
    pub fn nearly_equals(&self, other: &Self) -> bool {
        const EPSILON: f64 = 1e-14;
        let near = |a: f64, b: f64| (a - b).abs() <= EPSILON;
        near(self.sx, other.sx)
            && near(self.shy, other.shy)
            && near(self.shx, other.shx)
            && near(self.sy, other.sy)
            && near(self.tx, other.tx)
            && near(self.ty, other.ty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composition_applies_left_to_right() {
        let m = Affine::scaling(2.0, 3.0).then(&Affine::translation(1.0, -1.0));
        assert_eq!(m.apply(1.0, 1.0), (3.0, 2.0));
        assert_eq!(Affine::IDENTITY.then_flip(10.0).apply(2.0, 3.0), (2.0, 7.0));
    }

    #[test]
    fn inverse_undoes() {
        let m = Affine::from_rows([[2.0, 0.5, 3.0], [0.25, 4.0, -1.0]]);
        let (x, y) = m.apply(1.5, 2.5);
        let (u, v) = m.inverted().apply(x, y);
        assert!((u - 1.5).abs() < 1e-12 && (v - 2.5).abs() < 1e-12);
    }
}
