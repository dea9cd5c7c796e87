use std::collections::TryReserveError;
use std::fmt;

/// Why a picture could not be encoded.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// The picture has no pixels, which PNG cannot say.
    NoPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A side is longer than 2³¹ − 1 pixels, the largest a PNG header can hold.
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The number of bytes handed over is not `width * height * 4`.
    WrongLength {
        /// Bytes that the size asks for.
        expected: usize,
        /// Bytes handed over.
        actual: usize,
    },
    /// The resolution is not a number of pixels per metre between 0 and 2³² − 1.
    Resolution {
        /// The dots per inch asked for.
        dpi: f64,
    },
    /// A text keyword has a character outside latin-1, the only encoding PNG has for keywords.
    Keyword {
        /// The keyword asked for.
        keyword: String,
    },
    /// A text chunk is longer than 2³¹ − 1 bytes.
    LongText {
        /// Bytes of keyword and text together.
        length: usize,
    },
    /// A buffer could not be allocated.
    OutOfMemory,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPixels { width, height } => {
                write!(f, "a PNG needs at least one pixel, not {width} x {height}")
            }
            Self::TooLarge { width, height } => {
                write!(f, "a PNG can be at most 2147483647 pixels wide and high, not {width} x {height}")
            }
            Self::WrongLength { expected, actual } => {
                write!(f, "the picture has {actual} bytes where its size asks for {expected}")
            }
            Self::Resolution { dpi } => {
                write!(f, "a resolution of {dpi} dots per inch cannot be stored in a PNG")
            }
            Self::Keyword { keyword } => {
                write!(f, "the metadata key {keyword:?} has characters outside latin-1")
            }
            Self::LongText { length } => {
                write!(f, "a metadata entry of {length} bytes is too long for a PNG")
            }
            Self::OutOfMemory => write!(f, "not enough memory to encode the picture"),
        }
    }
}

impl std::error::Error for Error {}

impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Self::OutOfMemory
    }
}
