//! What can be drawn.

use std::borrow::Cow;
use std::mem::size_of_val;
use std::sync::Arc;

use geometry::{Affine, Rect};

use crate::document::{Group, LinkArea, Picture, Text};
use crate::path::{Path, PathSet};
use crate::style::{Color, Dashes, Style};

/// One drawing operation.
#[derive(Clone, Debug)]
pub enum Op<'a> {
    /// Makes everything transparent.
    Clear,
    /// One path.
    Path(StyledPath<'a>),
    /// One path stamped at the vertices of another.
    Markers(Markers<'a>),
    /// Many paths with cycling attributes.
    Collection(Collection<'a>),
    /// A grid of quadrilaterals.
    QuadMesh(QuadMesh<'a>),
    /// Triangles with a colour at each corner.
    Gouraud(Gouraud<'a>),
    /// Pixels, unscaled.
    Image(Image<'a>),
    /// A string.
    Glyphs(Glyphs),
    /// A picture of text, to be tinted.
    TextImage(TextImage<'a>),
    /// For documents: a string that stays text.
    Text(Text),
    /// For documents: pixels at any place and size.
    Picture(Picture<'a>),
    /// For documents: a rectangle that leads to an address, over what is drawn already.
    LinkArea(LinkArea),
    /// For documents: the ops up to the matching end belong together.
    Begin(Group),
    /// Ends the group that began last.
    End,
}

/// One path: filled, hatched, then stroked.
#[derive(Clone, Debug)]
pub struct StyledPath<'a> {
    /// Everything but the fill.
    pub style: Style,
    /// The path.
    pub path: Path<'a>,
    /// From the path's coordinates to px.
    pub affine: Affine,
    /// The fill, if any.
    pub face: Option<Color>,
}

/// A marker stamped at whole pixels.
#[derive(Clone, Debug)]
pub struct Markers<'a> {
    /// Everything but the fill; sketch, hatch, dashes and antialiasing do not apply.
    pub style: Style,
    /// The marker.
    pub marker: Path<'a>,
    /// From the marker's coordinates to px around its position.
    pub marker_affine: Affine,
    /// The positions.
    pub path: Path<'a>,
    /// From the positions' coordinates to px.
    pub affine: Affine,
    /// The marker's fill, if any.
    pub face: Option<Color>,
}

/// Paths whose attributes each cycle through a list of its own.
///
/// There are as many items as the longer of `paths` and `offsets`. Empty lists mean: no fill (`face_colors`), no line
/// (`edge_colors`), the style's dashes (`dashes`), the style's hatch colour (`hatch_colors`), no transform, no offset.
#[derive(Clone, Debug)]
pub struct Collection<'a> {
    /// Attributes that do not cycle.
    pub style: Style,
    /// Applied after an item's own transform.
    pub affine: Affine,
    /// The paths.
    pub paths: PathSet<'a>,
    /// One transform per item: 3×3 matrices, row by row.
    pub transforms: Cow<'a, [[f64; 9]]>,
    /// Positions, before `offset_affine`.
    pub offsets: Cow<'a, [[f64; 2]]>,
    /// From the offsets' coordinates to px.
    pub offset_affine: Affine,
    /// Fills, RGBA.
    pub face_colors: Cow<'a, [[f64; 4]]>,
    /// Line colours, RGBA.
    pub edge_colors: Cow<'a, [[f64; 4]]>,
    /// Line widths; not empty when there are edge colours.
    pub line_widths_px: Vec<f64>,
    /// Dashes; `None` is a solid line.
    pub dashes: Vec<Option<Arc<Dashes>>>,
    /// Smoothing; not empty.
    pub antialiased: Vec<bool>,
    /// Hatch colours, RGBA.
    pub hatch_colors: Cow<'a, [[f64; 4]]>,
}

/// Quadrilaterals between the points of a grid.
#[derive(Clone, Debug)]
pub struct QuadMesh<'a> {
    /// Attributes of all cells.
    pub style: Style,
    /// From grid coordinates to px.
    pub affine: Affine,
    /// Cells per row.
    pub columns: usize,
    /// Rows of cells.
    pub rows: usize,
    /// `(rows + 1) * (columns + 1)` corners, row by row.
    pub coordinates: Cow<'a, [[f64; 2]]>,
    /// Positions, cycling; may be empty.
    pub offsets: Cow<'a, [[f64; 2]]>,
    /// From the offsets' coordinates to px.
    pub offset_affine: Affine,
    /// Fills, RGBA, cycling; empty for none.
    pub face_colors: Cow<'a, [[f64; 4]]>,
    /// Line colours, RGBA, cycling; empty for none.
    pub edge_colors: Cow<'a, [[f64; 4]]>,
}

/// Triangles with colours interpolated between their corners.
#[derive(Clone, Debug)]
pub struct Gouraud<'a> {
    /// Clip, and the snapping that a clip path follows.
    pub style: Style,
    /// From the points' coordinates to px.
    pub affine: Affine,
    /// Corners.
    pub points: Cow<'a, [[[f64; 2]; 3]]>,
    /// Straight RGBA at the corners, as many as `points`.
    pub colors: Cow<'a, [[[f64; 4]; 3]]>,
}

/// A picture at whole pixels.
#[derive(Clone, Debug)]
pub struct Image<'a> {
    /// Clip, and the snapping that a clip path follows.
    pub style: Style,
    /// Left edge, px, already rounded.
    pub x: f64,
    /// Lower edge, px up, already rounded.
    pub y: f64,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Straight RGBA, row 0 at the **bottom**, `width * height` pixels.
    pub pixels: Cow<'a, [[u8; 4]]>,
}

/// A laid out string.
#[derive(Clone, Debug)]
pub struct Glyphs {
    /// Clip rectangle, px, y up.
    pub clip_rect: Option<Rect>,
    /// Colour of the glyphs.
    pub color: Color,
    /// The glyphs.
    pub run: Arc<text::GlyphRun>,
    /// Where the run starts, px from the left.
    pub x: f64,
    /// Where the run starts, px from the **top** of a canvas `height_px` high.
    pub y: f64,
    /// Height from which `y` counts, px; may be fractional.
    pub height_px: f64,
}

/// Coverage that a colour is blended through.
#[derive(Clone, Debug)]
pub struct TextImage<'a> {
    /// Clip rectangle, px, y up.
    pub clip_rect: Option<Rect>,
    /// Colour of the text.
    pub color: Color,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` coverages, row 0 on **top**.
    pub coverage: Cow<'a, [u8]>,
    /// Left edge, px.
    pub x: i32,
    /// Lower edge, px from the **top** of the canvas.
    pub y: i32,
    /// Rotation about (`x`, `y`), degrees counter-clockwise.
    pub angle_deg: f64,
}

fn owned<T: Clone>(slice: Cow<'_, [T]>) -> Cow<'static, [T]> {
    Cow::Owned(slice.into_owned())
}

impl Op<'_> {
    /// The op with arrays of its own.
    pub fn into_owned(self) -> Op<'static> {
        match self {
            Self::Clear => Op::Clear,
            Self::Path(op) => Op::Path(StyledPath { path: op.path.into_owned(), ..op }),
            Self::Markers(op) => {
                Op::Markers(Markers { marker: op.marker.into_owned(), path: op.path.into_owned(), ..op })
            }
            Self::Collection(op) => Op::Collection(Collection {
                paths: op.paths.into_owned(),
                transforms: owned(op.transforms),
                offsets: owned(op.offsets),
                face_colors: owned(op.face_colors),
                edge_colors: owned(op.edge_colors),
                hatch_colors: owned(op.hatch_colors),
                ..op
            }),
            Self::QuadMesh(op) => Op::QuadMesh(QuadMesh {
                coordinates: owned(op.coordinates),
                offsets: owned(op.offsets),
                face_colors: owned(op.face_colors),
                edge_colors: owned(op.edge_colors),
                ..op
            }),
            Self::Gouraud(op) => Op::Gouraud(Gouraud { points: owned(op.points), colors: owned(op.colors), ..op }),
            Self::Image(op) => Op::Image(Image { pixels: owned(op.pixels), ..op }),
            Self::Glyphs(op) => Op::Glyphs(op),
            Self::TextImage(op) => Op::TextImage(TextImage { coverage: owned(op.coverage), ..op }),
            Self::Text(op) => Op::Text(op),
            Self::Picture(op) => Op::Picture(Picture { pixels: owned(op.pixels), ..op }),
            Self::LinkArea(op) => Op::LinkArea(op),
            Self::Begin(group) => Op::Begin(group),
            Self::End => Op::End,
        }
    }

    /// Bytes of array data that the op carries: what keeping it costs, and a measure of the work it is.
    pub fn size_bytes(&self) -> usize {
        match self {
            Self::Clear | Self::LinkArea(_) | Self::Begin(_) | Self::End => 0,
            Self::Path(op) => op.path.size_bytes(),
            Self::Markers(op) => op.marker.size_bytes() + op.path.size_bytes(),
            Self::Collection(op) => {
                op.paths.size_bytes()
                    + size_of_val(&*op.transforms)
                    + size_of_val(&*op.offsets)
                    + size_of_val(&*op.face_colors)
                    + size_of_val(&*op.edge_colors)
                    + size_of_val(&*op.hatch_colors)
            }
            Self::QuadMesh(op) => {
                size_of_val(&*op.coordinates) + size_of_val(&*op.face_colors) + size_of_val(&*op.edge_colors)
            }
            Self::Gouraud(op) => size_of_val(&*op.points) + size_of_val(&*op.colors),
            Self::Image(op) => size_of_val(&*op.pixels),
            Self::Glyphs(op) => op.run.glyphs().len() * 16,
            Self::TextImage(op) => op.coverage.len(),
            Self::Text(op) => op.layout.runs.iter().map(|run| run.glyphs.len() * 32).sum(),
            Self::Picture(op) => size_of_val(&*op.pixels),
        }
    }
}
