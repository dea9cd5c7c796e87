//! Text as numbers: glyph outlines, laid out strings, and what a font file says of its glyphs.
//!
//! The crate says what a string consists of and where each glyph goes; `drypoint-raster` turns outlines into coverage.
//! [`is_overlapping`] and [`interactions`] read a font's tables to tell where the short ways of drawing and of laying
//! out hold, by way of a [`FontFile`] that reads no more than they ask for; a [`ShapingTable`] puts strings together
//! where they hold. The crate knows nothing of Matplotlib, of
//! drawing, or of page formats, and lays nothing out.
//!
//! Units: outline coordinates are **26.6 fixed point** (1/64 px, [`SUBPIXELS_PER_PX`]) with y pointing **up**; positions
//! of glyphs within a string are `f64` pixels with y up.
//!
//! ```
//! use std::sync::Arc;
//! use drypoint_text::{GlyphRun, Outline, PlacedGlyph};
//!
//! // A square of 2 px, moved out by 100 px as a loader may do; the shift is taken back.
//! let vertices = [[100.0, 100.0], [102.0, 100.0], [102.0, 102.0], [100.0, 102.0], [100.0, 100.0], [0.0, 0.0]];
//! let square = Outline::from_path(&vertices, &[1, 2, 2, 2, 2, 79], 100)?;
//! let run = GlyphRun::new(vec![PlacedGlyph { outline: Arc::new(square), dx_px: 3.0, dy_px: 0.0 }], 1.0, 0.0);
//! let shift = run.delta(&run.glyphs()[0], 10.5, 20.0, 100.0)?;
//! assert_eq!((shift.x, shift.y), (864, 5120)); // (10.5 + 3) px from the left, 100 - 20 px from the bottom
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod directory;
mod face;
mod font_file;
mod hints;
mod interaction;
mod metrics;
mod outline;
mod overlap;
mod run;
mod shaping;

pub use face::{Face, GlyphPath};
pub use font_file::{FontFile, Source};
pub use hints::{breaks, without_hints};
pub use interaction::{Interactions, interactions};
pub use metrics::{FaceMetrics, table};
pub use outline::{Bounds, Outline, OutlineError, Segment};
pub use overlap::is_overlapping;
pub use run::{Delta, GlyphRun, PlacedGlyph, PositionError};
pub use shaping::{Extents, GlyphTable, ShapingTable, is_latin};

/// Steps of 26.6 fixed point in a pixel.
pub const SUBPIXELS_PER_PX: i32 = 64;
