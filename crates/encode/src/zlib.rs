//! Streams of zlib, as they stand in documents.

use zlib_rs::adler32::{adler32, adler32_combine};
use zlib_rs::{Deflate, DeflateError, DeflateFlush, Status};

use crate::Error;

/// Base-two logarithm of the window: 32 KiB, the largest there is.
const WINDOW_BITS: u8 = 15;

/// What stands before deflated data in a stream.
const HEADER: [u8; 2] = [0x78, 0x9c];

/// A part of a stream, deflated by itself.
#[derive(Clone, Debug)]
pub struct Piece {
    deflated: Vec<u8>,
    adler32: u32,
    bytes: u64,
}

impl Piece {
    /// `input` at a level from 0 to 9; the last piece of a stream ends it.
    pub fn new(input: &[u8], level: u8, is_last: bool) -> Result<Self, Error> {
        let flush = if is_last { DeflateFlush::Finish } else { DeflateFlush::FullFlush };
        let deflated = deflated(Deflate::new(i32::from(level.min(9)), false, WINDOW_BITS), input, flush)?;
        Ok(Self { deflated, adler32: adler32(1, input), bytes: input.len() as u64 })
    }

    /// A zlib stream of all its pieces.
    pub fn join(pieces: &[Self]) -> Vec<u8> {
        let mut out = HEADER.to_vec();
        let mut sum = 1;
        for piece in pieces {
            out.extend_from_slice(&piece.deflated);
            sum = adler32_combine(sum, piece.adler32, piece.bytes);
        }
        out.extend_from_slice(&sum.to_be_bytes());
        out
    }
}

/// `input` as a zlib stream of a level from 0 to 9.
pub fn zlib(input: &[u8], level: u8) -> Result<Vec<u8>, Error> {
    deflated(Deflate::new(i32::from(level.min(9)), true, WINDOW_BITS), input, DeflateFlush::Finish)
}

fn deflated(mut stream: Deflate, input: &[u8], flush: DeflateFlush) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let mut room = input.len() / 4 + 256;
    loop {
        let written = out.len();
        out.try_reserve(room)?;
        out.resize(written + room, 0);
        let consumed = stream.total_in() as usize;
        let status = stream.compress(&input[consumed..], &mut out[written..], flush);
        out.truncate(stream.total_out() as usize);
        match status {
            Ok(Status::StreamEnd) => return Ok(out),
            // A flush is complete when it leaves room.
            Ok(_) if flush != DeflateFlush::Finish && out.len() < written + room => return Ok(out),
            Ok(_) => room = input.len() / 2 + 256,
            Err(DeflateError::MemError) => return Err(Error::OutOfMemory),
            Err(error) => unreachable!("deflating bytes cannot fail: {}", error.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn streams_have_a_header_and_shrink() {
        let stream = super::zlib(&[7; 10_000], 6).unwrap();
        assert_eq!(stream[0], 0x78);
        assert!(stream.len() < 100);
    }

    #[test]
    fn pieces_are_one_stream() {
        // What neither repeats nor is noise, so that a piece outgrows the first room for it.
        let input: Vec<u8> = (0..200_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let chunks: Vec<_> = input.chunks(70_000).collect();
        let pieces: Vec<_> = chunks
            .iter()
            .enumerate()
            .map(|(i, chunk)| super::Piece::new(chunk, 6, i + 1 == chunks.len()).unwrap())
            .collect();
        let stream = super::Piece::join(&pieces);
        let mut read = vec![0; input.len() + 1];
        let mut inflate = zlib_rs::Inflate::new(true, super::WINDOW_BITS);
        let status = inflate.decompress(&stream, &mut read, zlib_rs::InflateFlush::Finish).unwrap();
        assert_eq!(status, super::Status::StreamEnd);
        assert_eq!(&read[..inflate.total_out() as usize], &input[..]);
    }
}
