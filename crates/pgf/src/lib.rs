//! The player of PGF: a scene in, a picture that TeX draws out.
//!
//! Paths go to pgf's system layer, which all drivers share, by way of macros with short names: half the text and half the
//! time of pgf's basic layer. Text is TeX's own affair: the strings of the scene are its source. Coordinates are big
//! points (TeX's `bp`, 1/72 inch), y up, and never more than TeX can count.
#![forbid(unsafe_code)]

mod document;
mod hatch;
mod image;
mod paint;
mod path;
mod player;
mod text;
mod weight;

pub use document::{Document, Options, write};
