//! What the players of PDF and PostScript share: both formats have the same operators for paths, colours and lines, the
//! same filters and the same triangles, and hold the same subsets of fonts.
//!
//! Coordinates are points, y up. The procedures that make the names of operators good in PostScript belong to its player.
#![forbid(unsafe_code)]

mod area;
mod deflate;
mod extent;
mod mark;
mod number;
mod paint;
mod path;
mod samples;
mod subset;
mod triangles;

pub use area::{bounds_of, grown, meet, moved, union};
pub use deflate::deflate;
pub use extent::extent;
pub use mark::{Places, is_small, quadrilateral};
pub use number::{number, push_number};
pub use paint::{color_numbers, line_operators, reach, visible_line};
pub use path::PathData;
pub use samples::{Samples, Space, predict, prediction};
pub use subset::{Subset, name_of, tag};
pub use triangles::Triangles;

/// Decimals of coordinates, points.
pub const COARSE: u32 = 2;

/// Decimals of widths, dashes, clips and what is small.
pub const FINE: u32 = 3;

/// Radius below which a circle of four arcs is as good as one of eight, points.
pub const ROUND: f64 = 15.0;
