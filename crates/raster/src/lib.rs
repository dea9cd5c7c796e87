//! The raster player: ops in, pixels out, the same as Agg's to the bit.
//!
//! ```text
//! op → outlines (geometry) → cells → spans → paint (mask, blend) → pixmap
//! ```
//!
//! The canvas is straight RGBA8 with row 0 on top; untouched pixels are white with alpha 0. Coverage is exact area in
//! 24.8 fixed point, summed as integers, so neither the order of edges nor the cutting of the canvas into bands shows.
//!
//! This crate strokes nothing (see `geometry`), reads no fonts and knows no file formats.
#![forbid(unsafe_code)]

mod blend;
mod cells;
mod changes;
mod collection;
mod dense;
mod document;
mod frame;
pub mod glyph;
mod gouraud;
mod hatch;
mod image;
mod ink;
mod lanes;
mod marker;
mod mask;
mod mirror;
mod paint;
mod parts;
mod path;
mod pixmap;
mod player;
mod quad_mesh;
mod rasterizer;
mod region;
mod rotated_text;
mod row_sweep;
mod shape;
mod shown;
mod spans;
mod sparse;
mod stamp;
mod stamped;
mod text;
mod tiles;
mod vector;
mod walk;
mod window;

pub use changes::Moment;
pub use document::rasterize_ops;
pub use mirror::Mirror;
pub use pixmap::Pixmap;
pub use player::RasterPlayer;
pub use region::Region;
pub use shown::Shown;
