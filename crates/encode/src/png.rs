//! PNG files from 8-bit RGBA pixels.
//!
//! A picture is cut into [strips](Plan::strips) of whole rows. Each strip is filtered and deflated on
//! its own, into bytes that can be joined with those of its neighbours, so strips may be
//! compressed on any thread and in any order; the file depends only on the picture and the options.
//!
//! 1. [`Plan::new`] checks the picture and cuts it.
//! 2. [`Plan::compress`] filters and deflates one strip, with a [`Scratch`] per thread ([`Plan::scratch`]).
//! 3. [`Plan::assemble`] writes the signature, header, texts, resolution, strips and end.
//!
//! [`encode`] does all three on the calling thread.
//!
//! The file is always of colour type 6 (RGBA, 8 bits), never a palette, as Matplotlib's are, and its
//! chunks are in the order Pillow writes them: `IHDR`, texts, `pHYs`, `IDAT`, `IEND`.

mod bits;
mod by_level;
mod chunk;
mod filter;
mod huffman;
mod matcher;
mod quick;
mod strip;
mod sum;
mod text;
mod token;
mod window;

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Error;
pub use chunk::File;
pub use strip::{Scratch, Strip};
pub use text::Text;

/// Bytes of a pixel: red, green, blue and alpha.
pub const BYTES_PER_PIXEL: usize = 4;

/// Filtered bytes that a strip should hold.
///
/// Deflate sees 32 KiB at a time and each strip starts afresh, so a strip of a MiB costs less than 1 %
/// of size; it takes about 2 ms, enough to be worth a thread.
const STRIP_BYTES: usize = 1 << 20;

/// The largest side of a picture, from the specification of `IHDR`.
const MAX_SIDE: u32 = i32::MAX as u32;

/// A picture to encode: rows from top to bottom without padding, each pixel red, green, blue, alpha
/// with 8 bits and straight (not premultiplied) alpha.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    width: u32,
    height: u32,
    pixels: &'a [u8],
    /// By row, where its pixels are; each row's own place if empty.
    sources: &'a [usize],
}

impl<'a> Picture<'a> {
    /// A picture of `width` x `height` pixels, neither of them 0 nor above 2³¹ − 1, over
    /// `width * height * 4` bytes.
    pub fn new(width: u32, height: u32, pixels: &'a [u8]) -> Result<Self, Error> {
        if width == 0 || height == 0 {
            return Err(Error::NoPixels { width, height });
        }
        let expected = (width as usize)
            .checked_mul(height as usize)
            .and_then(|pixels| pixels.checked_mul(BYTES_PER_PIXEL))
            .filter(|_| width <= MAX_SIDE && height <= MAX_SIDE)
            .ok_or(Error::TooLarge { width, height })?;
        if pixels.len() != expected {
            return Err(Error::WrongLength { expected, actual: pixels.len() });
        }
        Ok(Self { width, height, pixels, sources: &[] })
    }

    /// The same where not all rows are there: for each row, which one to read for it.
    ///
    /// That is the row itself, or one above that shows the same and is not the first of those that do: a run of equal rows
    /// begins with two.
    ///
    /// # Panics
    /// If there is not one for each row.
    #[must_use]
    pub fn with_sources(self, sources: &'a [usize]) -> Self {
        assert_eq!(sources.len(), self.height as usize, "each row of a picture has a source");
        Self { sources, ..self }
    }

    /// Bytes of one row.
    fn stride(&self) -> usize {
        self.width as usize * BYTES_PER_PIXEL
    }

    /// Row `y`, counted from the top.
    fn row(&self, y: usize) -> &'a [u8] {
        let (stride, source) = (self.stride(), self.source(y));
        &self.pixels[source * stride..][..stride]
    }

    fn source(&self, y: usize) -> usize {
        self.sources.get(y).copied().unwrap_or(y)
    }

    /// Whether a row equals the one above.
    fn repeats_above(&self, y: usize) -> bool {
        y > 0 && (self.source(y) == self.source(y - 1) || self.row(y) == self.row(y - 1))
    }

    /// The bytes of these rows, where they are there.
    fn rows(&self, rows: Range<usize>) -> &'a [u8] {
        let stride = self.stride();
        &self.pixels[rows.start * stride..rows.end * stride]
    }

    /// The row above `y`, which the top row does not have.
    fn row_above(&self, y: usize) -> Option<&'a [u8]> {
        y.checked_sub(1).map(|above| self.row(above))
    }
}

/// How much work goes into making the file small. The pixels are the same with each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Quick everywhere and thorough where a sample shows that it pays; smaller files than zlib's
    /// default for most figures.
    #[default]
    Auto,
    /// A level of zlib: 0 stores, 1 is the quickest, 9 the most thorough. Larger values mean 9.
    Level(u8),
}

/// What goes into the file beside the pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options<'a> {
    /// Dots per inch in both directions; `None` writes no `pHYs` chunk. A `pHYs` chunk holds whole
    /// pixels per metre, rounded half up.
    pub dpi: Option<f64>,
    /// Text chunks, in this order.
    pub text: Vec<Text<'a>>,
    /// How hard to compress.
    pub compression: Compression,
}

/// The PNG file of `picture`.
pub fn encode(picture: &Picture<'_>, options: &Options<'_>) -> Result<Vec<u8>, Error> {
    let plan = Plan::new(*picture, options)?;
    let mut scratch = plan.scratch()?;
    let mut strips = Vec::new();
    strips.try_reserve_exact(plan.strips())?;
    for index in 0..plan.strips() {
        strips.push(plan.compress(index, &mut scratch)?);
    }
    plan.assemble(strips)?.to_vec()
}

/// A picture cut into strips of whole rows, with the options it is to be written with.
#[derive(Debug)]
pub struct Plan<'a> {
    picture: Picture<'a>,
    options: &'a Options<'a>,
    pixels_per_metre: Option<u32>,
    rows_per_strip: usize,
    trial: Trial,
}

/// Held while zlib is tried on a strip, which takes more memory than all else: by one thread after the other.
#[derive(Debug, Default)]
struct Trial(Mutex<()>);

impl Trial {
    fn turn(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Plan<'a> {
    /// Checks that the options can be written and cuts the picture.
    pub fn new(picture: Picture<'a>, options: &'a Options<'a>) -> Result<Self, Error> {
        let rows = picture.height as usize;
        // Rows are longer than 4 bytes, so the sum fits where the picture did.
        let filtered_bytes = picture.pixels.len() + rows;
        let strips = filtered_bytes.div_ceil(STRIP_BYTES).min(rows);
        Ok(Self {
            picture,
            options,
            pixels_per_metre: options.dpi.map(pixels_per_metre).transpose()?,
            rows_per_strip: rows.div_ceil(strips),
            trial: Trial::default(),
        })
    }

    /// How many strips there are; at least one.
    pub fn strips(&self) -> usize {
        (self.picture.height as usize).div_ceil(self.rows_per_strip)
    }

    /// What a thread needs to compress strips.
    ///
    /// Lists stay in the part of the heap where they began, which is a thread's own: what one thread makes for all is taken
    /// from what that thread has given back.
    pub fn scratch(&self) -> Result<Scratch, Error> {
        match self.options.compression {
            Compression::Level(_) => Ok(Scratch::default()),
            Compression::Auto => {
                let stride = self.picture.stride();
                Scratch::with_room(stride, stride * self.rows_per_strip)
            }
        }
    }

    /// Filters and deflates the strip `index`, counted from the top.
    ///
    /// # Panics
    /// If there is no such strip.
    pub fn compress(&self, index: usize, scratch: &mut Scratch) -> Result<Strip, Error> {
        let last = index + 1 == self.strips();
        let (picture, rows) = (&self.picture, self.rows(index));
        match self.options.compression {
            Compression::Level(level) => by_level::compress(picture, rows, level, last, scratch),
            Compression::Auto => quick::compress(picture, rows, last, scratch, &self.trial),
        }
    }

    /// Joins the strips, which must be all there are, in order, into a file.
    ///
    /// # Panics
    /// If the number of strips is wrong.
    pub fn assemble(&self, strips: Vec<Strip>) -> Result<File, Error> {
        assert_eq!(strips.len(), self.strips(), "a PNG is assembled from all of its strips");
        let mut file = chunk::Writer::new()?;
        file.header(self.picture.width, self.picture.height)?;
        for text in &self.options.text {
            file.text(text)?;
        }
        if let Some(pixels_per_metre) = self.pixels_per_metre {
            file.resolution(pixels_per_metre)?;
        }
        file.strips(strips)?;
        file.finish()
    }

    fn rows(&self, index: usize) -> Range<usize> {
        let start = index * self.rows_per_strip;
        let end = (start + self.rows_per_strip).min(self.picture.height as usize);
        assert!(start < end, "strip {index} is outside the picture");
        start..end
    }
}

/// The whole pixels per metre that a `pHYs` chunk holds, rounded as Pillow rounds them.
fn pixels_per_metre(dpi: f64) -> Result<u32, Error> {
    const METRES_PER_INCH: f64 = 0.0254;
    let rounded = (dpi / METRES_PER_INCH + 0.5).trunc();
    // Written so that NaN fails.
    if (0.0..=f64::from(u32::MAX)).contains(&rounded) { Ok(rounded as u32) } else { Err(Error::Resolution { dpi }) }
}

#[cfg(test)]
mod tests;
