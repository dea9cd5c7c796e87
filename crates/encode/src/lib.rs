//! Finished pictures and numbers in, bytes of a file format out.
//!
//! - [`png`]: 8-bit RGBA pixels to a PNG file.
//! - [`number`], [`push_base64`], [`push_ascii85`], [`Piece`]: what documents are made of.
//!
//! This crate does not know about drawing, files, Matplotlib or Python. Buffers that grow with the
//! picture are reserved fallibly and a shortage is [`Error::OutOfMemory`], never an abort.
//!
//! ```
//! use drypoint_encode::png::{self, Options, Picture, Text};
//!
//! let red = [255, 0, 0, 255].repeat(6);
//! let picture = Picture::new(3, 2, &red)?;
//! let mut options = Options::default();
//! options.dpi = Some(100.0);
//! options.text.push(Text::new("Title", "six red pixels")?);
//! let file = png::encode(&picture, &options)?;
//! assert!(file.starts_with(b"\x89PNG"));
//! # Ok::<(), drypoint_encode::Error>(())
//! ```
#![forbid(unsafe_code)]

mod ascii85;
mod base64;
mod deflate;
mod error;
pub mod number;
pub mod png;
mod zlib;

pub use ascii85::push_ascii85;
pub use base64::push_base64;
pub use deflate::Deflater;
pub use error::Error;
pub use zlib::Piece;
