//! The page in the making: operators, and the data between them.

use encode::push_ascii85;
use page::{Compressor, USUAL_LEVEL};

/// Operators of fewer bytes than this are not worth compressing.
const SHORT: usize = 200;

/// A part of the page.
#[derive(Debug)]
pub enum Part {
    /// Operators.
    Code(Vec<u8>),
    /// Samples and what reads them.
    Data(Data),
    /// Here pixels may take the place of what was drawn up to the op of this number.
    Place(usize),
}

/// Data that operators read from the file.
#[derive(Clone, Debug)]
pub struct Data {
    /// What stands before the data's source.
    pub before: String,
    /// What stands behind it.
    pub after: String,
    /// Parameters of the Flate filter, with `<<` and `>>`.
    pub parameters: String,
    /// The data as the filter of these parameters takes them once they are compressed.
    pub bytes: Vec<u8>,
    /// The data as they are without a filter.
    pub plain: Option<Vec<u8>>,
    /// How hard they are compressed unless a level was asked for; `None` for as hard as anything.
    pub level: Option<u8>,
}

/// Appends operators, compressed where that is worth it; `level` as for [`Compressor::compress`].
pub fn push_code(out: &mut Vec<u8>, code: &[u8], level: u8, compressor: &mut Compressor) {
    if code.len() >= SHORT
        && let Some(packed) = compressor.compress(code, level)
    {
        out.extend_from_slice(b"Z\n");
        push_ascii85(out, &packed);
        out.push(b'\n');
        return;
    }
    out.extend_from_slice(code);
}

/// Appends data with what reads them.
pub fn push_data(out: &mut Vec<u8>, data: &Data, level: u8, compressor: &mut Compressor) {
    out.extend_from_slice(data.before.as_bytes());
    let plain = data.plain.as_deref().unwrap_or(&data.bytes);
    let level = data.level.filter(|_| level == USUAL_LEVEL).unwrap_or(level);
    let packed = compressor.compress(&data.bytes, level);
    match &packed {
        Some(_) => {
            out.extend_from_slice(data.parameters.as_bytes());
            out.extend_from_slice(b" Y");
        }
        None => out.extend_from_slice(b" A"),
    }
    out.extend_from_slice(data.after.as_bytes());
    out.push(b'\n');
    push_ascii85(out, packed.as_deref().unwrap_or(plain));
    out.push(b'\n');
}
