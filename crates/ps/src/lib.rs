//! The player of PostScript: a scene in, a file of one page out, as a document for printers or to be set into others.
//!
//! PostScript paints opaquely. What is partly transparent is given the colour that it has on the page; only where it lies
//! over more than one colour, pixels take its place. Fonts are embedded as subsets; the page is a compressed stream.
//! Coordinates are points, y up.
#![forbid(unsafe_code)]

mod body;
mod document;
mod drawn;
mod font;
mod ground;
mod image;
mod marks;
mod paint;
mod patch;
mod player;
mod procedures;
mod text;
mod tiles;
mod type1;

pub use document::{Options, Paper, write};
