//! What documents hold beside paths: text, placed pictures, groups.

use std::borrow::Cow;
use std::sync::Arc;

use geometry::{Affine, Rect};

use crate::op::Op;
use crate::style::{Clip, Color};

/// The ops of one document or page, in drawing order. Its unit is the px of the ops: 1/72 inch for most formats.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Width of the page.
    pub width: f64,
    /// Height of the page.
    pub height: f64,
    /// What is drawn.
    pub ops: Vec<Op<'static>>,
}

/// Ops that belong together.
#[derive(Clone, Debug, PartialEq)]
pub enum Group {
    /// A kind of artist, by Matplotlib's name for it.
    Named(Arc<str>),
    /// What the user has given an id.
    Id {
        /// The id.
        id: Arc<str>,
        /// What it shows, for those who cannot see it.
        alt: Option<Arc<str>>,
    },
    /// Everything in it leads to an address.
    Link(Arc<str>),
    /// The items of the collection in it lead to an address each, or to none; cycles.
    ItemLinks(Arc<[Option<Arc<str>>]>),
}

/// A rectangle that leads to an address.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkArea {
    /// The address.
    pub url: Arc<str>,
    /// The rectangle.
    pub area: Rect,
}

/// Pixels under an affine.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    /// Where it shows.
    pub clip: Clip,
    /// From the unit square to the page, y up.
    pub affine: Affine,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Straight RGBA, row 0 at the **bottom**, `width * height` pixels.
    pub pixels: Cow<'a, [[u8; 4]]>,
    /// Multiplies the alpha of the pixels.
    pub alpha: f64,
    /// The pixels are data, one to a square: they must not be smoothed when the page is enlarged.
    pub unsampled: bool,
    /// An id that the user has given.
    pub id: Option<Arc<str>>,
}

/// One line of text.
#[derive(Clone, Debug)]
pub struct Text {
    /// Where it shows.
    pub clip: Clip,
    /// Its colour.
    pub color: Color,
    /// Where the baseline begins, from the left.
    pub x: f64,
    /// Where the baseline begins, **up** from the bottom.
    pub y: f64,
    /// Counter-clockwise, degrees.
    pub angle_deg: f64,
    /// From the units of the layout to those of the page.
    pub scale: f64,
    /// What is drawn there.
    pub layout: Arc<TextLayout>,
    /// How a program that lays the text out again should do so.
    pub anchor: Anchor,
}

/// Where a line that is laid out anew, maybe in another font, is held fast.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Anchor {
    /// The point, y up; `None` for the beginning of the baseline.
    pub point: Option<(f64, f64)>,
    /// 0 at the beginning of the line, 0.5 in the middle, 1 at the end.
    pub share: f64,
    /// Which height of the line the point is at.
    pub rise: Rise,
    /// CSS declarations of the font; empty for mathtext.
    pub css: Arc<str>,
}

/// A height of a line of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rise {
    /// Where letters stand.
    #[default]
    Baseline,
    /// The lowest point.
    Bottom,
    /// Half way between the lowest and the highest point.
    Middle,
    /// The highest point.
    Top,
}

/// A laid out line, in units of its own, y up.
#[derive(Clone, Debug, Default)]
pub struct TextLayout {
    /// The string as the user wrote it.
    pub string: String,
    /// Whether glyphs stand where a formula puts them rather than side by side.
    pub is_formula: bool,
    /// Glyphs in drawing order, by face and size.
    pub runs: Vec<TextRun>,
    /// Filled rectangles.
    pub boxes: Vec<TextBox>,
}

impl Text {
    /// From the layout, already scaled, to the page.
    pub fn turn(&self) -> Affine {
        let (sin, cos) = self.angle_deg.to_radians().sin_cos();
        Affine { sx: cos, shy: sin, shx: -sin, sy: cos, tx: self.x, ty: self.y }
    }
}

impl TextRun {
    /// From the font units of a glyph's outline to the layout scaled by `scale`.
    pub fn glyph_affine(&self, glyph: &TextGlyph, scale: f64) -> Affine {
        let unit = self.size * scale / self.face.units_per_em;
        Affine {
            sx: unit * self.extend,
            shy: 0.0,
            shx: unit * self.extend * self.slant,
            sy: unit,
            tx: glyph.x * scale,
            ty: glyph.y * scale,
        }
    }
}

/// Neighbouring glyphs of one face and size.
#[derive(Clone, Debug)]
pub struct TextRun {
    /// Their face.
    pub face: Arc<text::Face>,
    /// Size of the em.
    pub size: f64,
    /// Slant: how far x moves per unit of y.
    pub slant: f64,
    /// Factor on the width.
    pub extend: f64,
    /// CSS declarations of the face for programs that lay out anew.
    pub css: Arc<str>,
    /// The glyphs.
    pub glyphs: Vec<TextGlyph>,
}

/// A glyph in its line.
#[derive(Clone, Debug, PartialEq)]
pub struct TextGlyph {
    /// Number in the face.
    pub id: u32,
    /// Origin.
    pub x: f64,
    /// Origin, up.
    pub y: f64,
    /// What it stands for; empty for all but one glyph of a cluster.
    pub text: Arc<str>,
}

/// A filled rectangle in a line: lower left corner, width, height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextBox {
    /// Left edge.
    pub x: f64,
    /// Lower edge.
    pub y: f64,
    /// To the right.
    pub width: f64,
    /// Up.
    pub height: f64,
}

/// Finished pixels.
#[derive(Clone, Debug, Default)]
pub struct Pixels {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Straight RGBA, row 0 at the **bottom**.
    pub data: Vec<[u8; 4]>,
}

/// Makes pixels of what a format cannot say.
pub trait Rasterize: Sync {
    /// Runs `work` once, with threads to help if there are any.
    fn with_threads(&self, work: &mut (dyn FnMut() + Send)) {
        work();
    }

    /// Draws `op`, unclipped, on transparent ground: what falls into `area` of the page (y up), `resolution` px to a unit.
    ///
    /// `None` if that cannot be done (memory).
    fn rasterize(&self, op: &Op<'_>, area: Rect, resolution: f64) -> Option<Pixels>;

    /// Draws ops of a page of this width and height with their clips, on transparent ground: what falls into `area`.
    ///
    /// `None` if that cannot be done (memory).
    fn rasterize_ops(&self, ops: &[&Op<'_>], page: (f64, f64), area: Rect, resolution: f64) -> Option<Pixels>;
}
