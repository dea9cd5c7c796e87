//! Attributes of drawing.

use std::sync::Arc;

use geometry::{Affine, Cap, Join, Rect, SketchParams, SnapMode};

use crate::path::Path;

/// A straight RGBA colour, nominally 0 to 1. Values outside are kept: what becomes of them is the player's affair.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Color {
    /// Red.
    pub r: f64,
    /// Green.
    pub g: f64,
    /// Blue.
    pub b: f64,
    /// Alpha.
    pub a: f64,
}

impl From<[f64; 4]> for Color {
    fn from([r, g, b, a]: [f64; 4]) -> Self {
        Self { r, g, b, a }
    }
}

/// A dash pattern before any rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashes {
    /// (dash, gap) lengths in px.
    pub pairs_px: Vec<(f64, f64)>,
    /// Distance into the pattern at which a subpath starts, px.
    pub offset_px: f64,
}

/// The line along a path; by default there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub color: Color,
    /// Its width; 0 means no line.
    pub width_px: f64,
    /// Ends.
    pub cap: Cap,
    /// Corners.
    pub join: Join,
    /// Dashes, or a solid line.
    pub dashes: Option<Arc<Dashes>>,
}

/// A pattern over a filled path.
#[derive(Clone, Debug, PartialEq)]
pub struct Hatch {
    /// One tile, in the unit square.
    pub path: Arc<Path<'static>>,
    /// Colour of its fill and stroke.
    pub color: Color,
    /// Width of its stroke.
    pub width_px: f64,
}

/// A path that limits where drawing shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipPath {
    /// The path.
    pub path: Arc<Path<'static>>,
    /// From the path's coordinates to px, y up.
    pub affine: Affine,
    /// Names the path's array *object*: a raster player reuses its mask while this and the affine stay the same, since
    /// Agg does.
    pub identity: u64,
}

/// Where drawing shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clip {
    /// A rectangle in px, y up, as given (corners in any order); all zeros means none.
    pub rect: Option<Rect>,
    /// A path.
    pub path: Option<ClipPath>,
}

/// Everything that applies to a path besides its fill; by default it is smoothed, and there is nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// Where drawing shows.
    pub clip: Clip,
    /// Snapping to pixels.
    pub snap: SnapMode,
    /// Whether edges are smoothed.
    pub antialiased: bool,
    /// The line along the path.
    pub stroke: Stroke,
    /// The pattern over the fill.
    pub hatch: Option<Hatch>,
    /// The hand-drawn look.
    pub sketch: SketchParams,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            clip: Clip::default(),
            snap: SnapMode::default(),
            antialiased: true,
            stroke: Stroke::default(),
            hatch: None,
            sketch: SketchParams::default(),
        }
    }
}
