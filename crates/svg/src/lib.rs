//! The player of SVG: a scene in, a document out.
//!
//! What stamps share (markers, glyphs, paths of collections) is defined once. Ids derive from content, so documents on one
//! page do not get into each other's way; there is no style sheet. Coordinates are points, y down.
#![forbid(unsafe_code)]

mod definitions;
mod document;
mod image;
mod metadata;
mod paint;
mod path;
mod text;
mod xml;

pub use document::{Document, Font, FontType, Options, write};
pub use metadata::Metadata;
