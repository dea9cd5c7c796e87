//! Streams of zlib, as they stand in documents.

use zlib_rs::adler32::{adler32, adler32_combine};

use crate::Error;
use crate::deflate::{Deflater, Then};

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
    /// `input` at the level of `deflater`; the last piece of a stream ends it.
    pub fn new(deflater: &mut Deflater, input: &[u8], is_last: bool) -> Result<Self, Error> {
        let mut deflated = Vec::new();
        deflater.start();
        deflater.push(input, if is_last { Then::End } else { Then::Piece }, &mut deflated)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is in a stream, which must be one and whole.
    fn inflated(stream: &[u8], bytes: usize) -> Vec<u8> {
        let mut read = vec![0; bytes + 1];
        let mut inflate = zlib_rs::Inflate::new(true, 15);
        let status = inflate.decompress(stream, &mut read, zlib_rs::InflateFlush::Finish).unwrap();
        assert_eq!((status, inflate.total_in()), (zlib_rs::Status::StreamEnd, stream.len() as u64));
        read.truncate(inflate.total_out() as usize);
        read
    }

    #[test]
    fn a_compressor_forgets_what_it_has_compressed() {
        let mut used = Deflater::new(6);
        for input in [&[7; 10_000][..], b"", &[7; 300], &[9; 70_000]] {
            let stream = Piece::join(&[Piece::new(&mut used, input, true).unwrap()]);
            assert_eq!(stream, Piece::join(&[Piece::new(&mut Deflater::new(6), input, true).unwrap()]));
            assert!(stream.len() < 100);
            assert_eq!(inflated(&stream, input.len()), input);
        }
    }

    #[test]
    fn pieces_are_one_stream() {
        // What neither repeats nor is noise, so that a piece outgrows the first room for it.
        let input: Vec<u8> = (0..200_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let chunks: Vec<_> = input.chunks(70_000).collect();
        let mut deflater = Deflater::new(6);
        let pieces: Vec<_> = chunks
            .iter()
            .enumerate()
            .map(|(i, chunk)| Piece::new(&mut deflater, chunk, i + 1 == chunks.len()).unwrap())
            .collect();
        assert_eq!(inflated(&Piece::join(&pieces), input.len()), input);
    }
}
