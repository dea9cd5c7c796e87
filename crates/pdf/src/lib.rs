//! The player of PDF: scenes in, the pages of a file out.
//!
//! A [`File`] takes page after page and shares fonts, images, patterns and states between them. Fonts are embedded as
//! subsets with Unicode maps; objects go into compressed object streams. Coordinates are points, y up.
#![forbid(unsafe_code)]

mod document;
mod font;
mod image;
mod object;
mod paint;
mod player;
mod profile;
mod tags;
mod text;
mod type3;

pub use document::{Attachment, Extras, File, Info, Kind};
