//! Deflate, into buffers that are reserved fallibly.

use zlib_rs::{Deflate, DeflateError, DeflateFlush, Status};

use crate::Error;

/// Base-two logarithm of the window: 32 KiB, the largest there is.
const WINDOW_BITS: u8 = 15;

/// A compressor of one level, reused from strip to strip.
pub(super) struct Deflater {
    level: u8,
    stream: Deflate,
}

impl Deflater {
    /// A compressor of a zlib level from 0 to 9. Takes about 300 KB.
    pub(super) fn new(level: u8) -> Self {
        Self { level, stream: Deflate::new(i32::from(level), false, WINDOW_BITS) }
    }

    /// The level it was made with.
    pub(super) fn level(&self) -> u8 {
        self.level
    }

    /// Replaces `out` by `input` deflated without a zlib header. The stream ends there if `last`;
    /// otherwise it stops at a whole byte, so that another one may follow.
    pub(super) fn deflate(&mut self, input: &[u8], last: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let flush = if last { DeflateFlush::Finish } else { DeflateFlush::SyncFlush };
        self.stream.reset();
        out.clear();
        // Figures shrink to less than a tenth; noise needs one or two more rounds.
        let mut room = input.len() / 8 + 256;
        loop {
            let written = out.len();
            out.try_reserve(room)?;
            out.resize(written + room, 0);
            let consumed = self.stream.total_in() as usize;
            let status = self.stream.compress(&input[consumed..], &mut out[written..], flush);
            out.truncate(self.stream.total_out() as usize);
            let all_read = self.stream.total_in() as usize == input.len();
            match status {
                Ok(Status::StreamEnd) => return Ok(()),
                // A flush is complete once there is room left over.
                Ok(_) if !last && all_read && out.len() < written + room => return Ok(()),
                Ok(_) => room = input.len() + 256,
                Err(DeflateError::MemError) => return Err(Error::OutOfMemory),
                Err(error) => unreachable!("deflating bytes cannot fail: {}", error.as_str()),
            }
        }
    }
}
