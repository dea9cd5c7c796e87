//! PNG files as Python bytes.

use std::sync::{Mutex, PoisonError};

use encode::png::{Compression, File, Options, Picture, Plan, Scratch, Strip, Text};
use numpy::{PyArray3, PyArrayMethods, PyUntypedArrayMethods, get_array_module};
use pyo3::exceptions::{PyMemoryError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::pool;

/// Put the functions of this file into the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(encode_png, module)?)
}

/// A keyword or a text of the metadata: bytes are latin-1 already.
pub enum TextOrBytes {
    /// A `str`.
    Text(String),
    /// A `bytes` object.
    Bytes(Vec<u8>),
}

impl<'py> FromPyObject<'_, 'py> for TextOrBytes {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = object.cast::<PyString>() {
            // Fails for lone surrogates, which have no UTF-8.
            Ok(Self::Text(text.to_str()?.to_owned()))
        } else if let Ok(bytes) = object.cast::<PyBytes>() {
            Ok(Self::Bytes(bytes.as_bytes().to_vec()))
        } else {
            Err(PyTypeError::new_err(format!(
                "metadata keys and values must be str or bytes, not {}",
                object.get_type().name()?
            )))
        }
    }
}

/// What Python calls `dpi`, `text` and `compression`, checked.
///
/// `dpi` is the resolution, `None` for none; `text` are keywords and texts in order; `compression` is a level of zlib from
/// 0 to 9, `None` to let the encoder choose.
pub fn options(
    dpi: Option<f64>,
    text: Vec<(TextOrBytes, TextOrBytes)>,
    compression: Option<i64>,
) -> PyResult<Options<'static>> {
    let compression = match compression {
        None => Compression::Auto,
        Some(level @ 0..=9) => Compression::Level(level as u8),
        Some(level) => {
            return Err(PyValueError::new_err(format!("compression must be from 0 to 9 or None, not {level}")));
        }
    };
    let text = text
        .into_iter()
        .map(|(keyword, text)| {
            let keyword = match keyword {
                TextOrBytes::Text(keyword) => Text::keyword_bytes(&keyword)?,
                TextOrBytes::Bytes(keyword) => keyword,
            };
            Ok(match text {
                TextOrBytes::Text(text) => Text::with_keyword_bytes(keyword, text),
                TextOrBytes::Bytes(text) => Text::from_bytes(keyword, text),
            })
        })
        .collect::<Result<_, _>>()
        .map_err(exception)?;
    Ok(Options { dpi, text, compression })
}

/// A picture of `height` rows of `width` pixels (RGBA, straight alpha, top row first).
pub fn picture(width: usize, height: usize, pixels: &[u8]) -> Result<Picture<'_>, encode::Error> {
    // What does not fit 32 bits does not fit a PNG either and gets the same answer.
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    Picture::new(side(width), side(height), pixels)
}

/// The PNG file of a picture. Needs no interpreter lock.
///
/// The pool helps with pictures of more than one strip.
pub fn encode(picture: Picture<'_>, options: &Options<'_>) -> Result<File, encode::Error> {
    let plan = Plan::new(picture, options)?;
    let mut strips = Vec::new();
    strips.try_reserve_exact(plan.strips())?;
    strips.resize_with(plan.strips(), || None);
    let pool = if strips.len() > 1 { pool::running() } else { None };
    let threads = if pool.is_some() { pool::threads().min(strips.len()) } else { 1 };
    // Not kept for the next picture: that takes less time than memory.
    let scratches: Vec<Scratch> = (0..threads).map(|_| plan.scratch()).collect::<Result<_, _>>()?;
    let scratches = Mutex::new(scratches);
    // Whoever is free takes the next strip; the caller too, so that it never waits for a busy pool to begin.
    let queue = Mutex::new(strips.iter_mut().enumerate());
    let work = || {
        let scratch = scratches.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(mut scratch) = scratch else { return };
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((index, slot)) = next else { return };
            *slot = Some(plan.compress(index, &mut scratch));
        }
    };
    match pool {
        Some(pool) => pool.help(threads - 1, work),
        None => work(),
    }
    let strips: Vec<Strip> = strips.into_iter().flatten().collect::<Result<_, _>>()?;
    plan.assemble(strips)
}

/// An encoded file as Python bytes, or the exception for why there is none.
pub fn bytes(py: Python<'_>, file: Result<File, encode::Error>) -> PyResult<Bound<'_, PyBytes>> {
    let file = file.map_err(exception)?;
    PyBytes::new_with(py, file.size_bytes(), |mut bytes| {
        for piece in file.pieces() {
            let (place, rest) = bytes.split_at_mut(piece.len());
            place.copy_from_slice(piece);
            bytes = rest;
        }
        Ok(())
    })
}

/// The PNG file of a picture, as bytes.
///
/// Parameters
/// ----------
/// pixels : (h, w, 4) array or buffer of uint8
///     Red, green, blue and straight alpha, top row first, contiguous in C order.
/// dpi : float, optional
///     Resolution to store in the file, in dots per inch.
/// text : sequence of (key, value)
///     Metadata, in this order. A `str` value in latin-1 becomes a tEXt chunk, another one an iTXt chunk; `bytes` are
///     stored as they are in a tEXt chunk.
/// compression : int, optional
///     Level of zlib from 0 (none) to 9; by default chosen from the picture.
///
/// Raises
/// ------
/// TypeError
///     If the pixels are no uint8, or a key or value is neither str nor bytes.
/// ValueError
///     If the shape is wrong, there are no pixels, the pixels are not contiguous, a key is not latin-1, or the resolution or
///     level is out of range.
/// MemoryError
///     If the file does not fit in memory.
#[pyfunction]
#[pyo3(signature = (pixels, *, dpi=None, text=Vec::new(), compression=None))]
fn encode_png<'py>(
    pixels: &Bound<'py, PyAny>,
    dpi: Option<f64>,
    text: Vec<(TextOrBytes, TextOrBytes)>,
    compression: Option<i64>,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = pixels.py();
    let options = options(dpi, text, compression)?;
    let array = get_array_module(py)?.call_method1("asarray", (pixels,))?;
    let Ok(array) = array.cast::<PyArray3<u8>>() else {
        let shape = array.getattr("shape")?;
        let dtype = array.getattr("dtype")?;
        let message = format!("pixels must be an (h, w, 4) array of uint8, not {shape} of {dtype}");
        return Err(if dtype.eq("uint8")? { PyValueError::new_err(message) } else { PyTypeError::new_err(message) });
    };
    let (height, width, channels) = (array.shape()[0], array.shape()[1], array.shape()[2]);
    if channels != 4 {
        return Err(PyValueError::new_err(format!(
            "pixels must be an (h, w, 4) array of uint8, not ({height}, {width}, {channels})"
        )));
    }
    let array = array.try_readonly()?;
    let pixels = array.as_slice().map_err(|_| PyValueError::new_err("pixels must be contiguous in C order"))?;
    let file = py.detach(|| encode(picture(width, height, pixels)?, &options));
    bytes(py, file)
}

/// The exception that an error of the encoder becomes.
fn exception(error: encode::Error) -> PyErr {
    match error {
        encode::Error::OutOfMemory => PyMemoryError::new_err(error.to_string()),
        _ => PyValueError::new_err(error.to_string()),
    }
}
