//! What the players of documents share: what covers which part of the page, markers and links; and what PDF and
//! PostScript have in common, which have the same operators for paths, colours and lines, the same filters and the same
//! triangles, and hold the same subsets of fonts.
//!
//! Coordinates are points, y up. The procedures that make the names of operators good in PostScript belong to its player.
#![forbid(unsafe_code)]

mod area;
mod cff;
mod clip;
mod compressor;
mod extent;
mod links;
mod mark;
mod mesh;
mod number;
mod paint;
mod path;
mod samples;
mod subset;
mod threads;
mod triangles;

pub use area::{bounds_of, common, grown, meet, moved, union};
pub use clip::{clip_operators, clip_rect, visible};
pub use compressor::{Compressor, USUAL_LEVEL};
pub use extent::{actual_text, extent, is_point, is_read_from_the_right};
pub use links::{ItemLinks, Links, link_on_page};
pub use mark::{is_small, quadrilateral, seen_places};
pub use mesh::mesh_picture;
pub use number::{number, push_number};
pub use paint::{color_numbers, line_operators, line_style_operators, reach, visible_line, width_operator};
pub use path::PathData;
pub use samples::{Samples, Space, predict, prediction};
pub use subset::{Subset, name_of, tag};
pub use threads::{in_order, in_order_with};
pub use triangles::Triangles;

/// Where miters end in PDF and PostScript, line widths from tip to tip.
pub const MITER_LIMIT: f64 = 10.0;

/// Decimals of coordinates, points.
pub const COARSE: u32 = 2;

/// A distance that nobody sees, points: points of lines that are less far from the line without them are left out.
pub const UNSEEN: f64 = 0.03;

/// Decimals of widths, dashes, clips and what is small.
pub const FINE: u32 = 3;

/// Radius below which a circle of four arcs is as good as one of eight, points.
pub const ROUND: f64 = 15.0;
