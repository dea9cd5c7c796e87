//! The display list: what was drawn, as plain numbers.
//!
//! An adapter records [`Op`]s; a [`Player`] draws them. A [`Scene`] keeps those of a document. Coordinates are pixels of the output with the origin at the
//! bottom left and **y up**, as Matplotlib's artists give them; the affine of an op has not been applied yet. Lengths are
//! px, colours straight (not premultiplied) RGBA.
//!
//! Ops borrow their arrays (`Cow`): a big one is played at once from the caller's memory, a small one is made `'static`
//! with [`Op::into_owned`] and queued.
//!
//! This crate holds no algorithms and knows no formats.
#![forbid(unsafe_code)]

mod document;
mod items;
mod op;
mod path;
mod queue;
mod style;
mod units;

pub use document::{
    Anchor, Group, LinkArea, Picture, Pixels, Rasterize, Rise, Scene, Text, TextBox, TextGlyph, TextLayout, TextRun,
};
pub use items::{Cell, Item};
pub use op::{Collection, Glyphs, Gouraud, Image, Markers, Op, QuadMesh, StyledPath, TextImage};
pub use path::{Path, PathSet};
pub use queue::Queue;
pub use style::{Clip, ClipPath, Color, Dashes, Hatch, Stroke, Style};

/// Draws ops in the order they come.
pub trait Player {
    /// Why an op could not be drawn.
    type Error;

    /// Draws one op.
    fn play(&mut self, op: &Op<'_>) -> Result<(), Self::Error>;
}
