//! Device-space geometry: what happens to a path between Matplotlib and the rasteriser.
//!
//! All stages work in `f64`, in pixels, with y pointing **down** once the path's affine (which includes the flip) is
//! applied, and repeat the order of floating-point operations of the Agg that Matplotlib ships, since the promise is the
//! same pixels to the bit. No stage uses fused multiply-add or single precision.
//!
//! A path flows through the stages of [`Pipeline`] as a stream of [`Vertex`]:
//!
//! ```text
//! affine → NaN removal → clip to the canvas → snap → simplify → flatten curves → sketch → fill
//!                                                                                      └→ [dash →] stroke
//! ```
//!
//! The stages up to `sketch` are pulled ([`VertexSource`]), because Agg's are and a test that stops early leaves state
//! behind that later passes see; dashing and stroking push finished outlines into an [`OutlineSink`].
//!
//! This crate knows nothing of colour, pixels, fonts or files.
#![forbid(unsafe_code)]

mod affine;
mod clip;
mod curve;
mod dash;
mod document;
mod flat;
mod line;
pub mod memory;
mod nan;
mod path;
mod pipeline;
mod polyline;
mod rect;
mod simplify;
mod sketch;
mod snap;
mod stroke;
mod stroke_part;
mod vertex;

pub use affine::Affine;
pub use clip::{CanvasClip, canvas_bounds};
pub use curve::Flatten;
pub use dash::{Dash, DashPattern, MAX_DASH_PAIRS};
pub use document::{DocumentPath, PathSink, circle, cubic_controls, send_circle};
pub use flat::{FlatOptions, FlatPath, FlatVertices, is_whole, straight_rows};
pub use line::trace_line;
pub use nan::RemoveNonFinite;
pub use path::{PathSource, PathView, QuadSource};
pub use pipeline::{Pipeline, PipelineOptions, fill};
pub use polyline::Polylines;
pub use rect::Rect;
pub use simplify::Simplify;
pub use sketch::{Sketch, SketchParams};
pub use snap::{Snap, SnapMode, floor, is_slanted, round_half_away};
pub use stroke::{Cap, Join, Stroke, StrokeStyle};
pub use stroke_part::PARTS_MAX_WIDTH_PX;
pub use vertex::{OutlineSink, Vertex, VertexSource, command};

/// Coordinates (px) up to which every stage agrees with Agg to the bit; beyond it only bounded time is promised.
pub const EXACT_LIMIT_PX: f64 = (1u32 << 23) as f64;
