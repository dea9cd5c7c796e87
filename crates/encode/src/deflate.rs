//! Deflate, into buffers that are reserved fallibly.

use std::fmt;

use zlib_rs::{Deflate, DeflateError, DeflateFlush, Status};

use crate::Error;

/// Base-two logarithm of the window: 32 KiB, the largest there is.
const WINDOW_BITS: u8 = 15;

/// What follows the bytes that are deflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// More of them.
    More,
    /// Another piece, deflated by itself: the stream stops at a whole byte.
    Piece,
    /// Nothing: the stream ends.
    End,
}

impl Then {
    fn flush(self) -> DeflateFlush {
        match self {
            Then::More => DeflateFlush::NoFlush,
            Then::Piece => DeflateFlush::SyncFlush,
            Then::End => DeflateFlush::Finish,
        }
    }
}

/// A compressor of one level, to be reused from stream to stream, since it takes some time to have its memory.
pub struct Deflater {
    level: u8,
    stream: Deflate,
}

impl fmt::Debug for Deflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deflater").field("level", &self.level).finish_non_exhaustive()
    }
}

impl Deflater {
    /// A compressor of a zlib level from 0 to 9; larger ones mean 9. Takes about 380 kB.
    pub fn new(level: u8) -> Self {
        let level = level.min(9);
        Self { level, stream: Deflate::new(i32::from(level), false, WINDOW_BITS) }
    }

    /// The compressor of a level, made if there is none yet.
    pub fn of_level(slot: &mut Option<Self>, level: u8) -> &mut Self {
        if slot.as_ref().is_some_and(|deflater| deflater.level != level.min(9)) {
            *slot = None;
        }
        slot.get_or_insert_with(|| Self::new(level))
    }

    /// Begins a stream.
    pub(crate) fn start(&mut self) {
        self.stream.reset();
    }

    /// Appends what `input` adds to the stream, without a zlib header, to `out`, which holds all of the stream so far. Some
    /// of it may come with what is appended next, unless the stream stops here.
    pub(crate) fn push(&mut self, input: &[u8], then: Then, out: &mut Vec<u8>) -> Result<(), Error> {
        let read_before = self.stream.total_in();
        // Figures shrink to less than a tenth; noise needs one or two more rounds.
        let mut room = input.len() / 8 + 256;
        loop {
            let written = out.len();
            out.try_reserve(room)?;
            out.resize(written + room, 0);
            let consumed = (self.stream.total_in() - read_before) as usize;
            let status = self.stream.compress(&input[consumed..], &mut out[written..], then.flush());
            out.truncate(self.stream.total_out() as usize);
            let all_read = (self.stream.total_in() - read_before) as usize == input.len();
            match status {
                Ok(Status::StreamEnd) => return Ok(()),
                // All is given out that is to be once there is room left over.
                Ok(_) if then != Then::End && all_read && out.len() < written + room => return Ok(()),
                Ok(_) => room = input.len() + 256,
                Err(error) => return Err(failure(error)),
            }
        }
    }

    /// How many bytes the stream has after `input`, which are written nowhere.
    pub(crate) fn count(&mut self, input: &[u8], then: Then) -> Result<usize, Error> {
        let read_before = self.stream.total_in();
        let mut room = [0; 1 << 12];
        loop {
            let (consumed, written) = ((self.stream.total_in() - read_before) as usize, self.stream.total_out());
            let status = self.stream.compress(&input[consumed..], &mut room, then.flush());
            let is_room_left = self.stream.total_out() - written < room.len() as u64;
            match status {
                Ok(Status::StreamEnd) => break,
                Ok(_) if then != Then::End && is_room_left => break,
                Ok(_) => {}
                Err(error) => return Err(failure(error)),
            }
        }
        Ok(self.stream.total_out() as usize)
    }
}

/// What may go wrong.
fn failure(error: DeflateError) -> Error {
    match error {
        DeflateError::MemError => Error::OutOfMemory,
        error => unreachable!("deflating bytes cannot fail: {}", error.as_str()),
    }
}
