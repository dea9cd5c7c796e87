//! The frame of a PNG file: signature and chunks with their lengths and check sums.

use zlib_rs::adler32::adler32_combine;
use zlib_rs::crc32::crc32;

use super::{Strip, Text};
use crate::Error;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Bytes of a chunk beside its data: length, type and check sum.
const FRAME_BYTES: usize = 12;

/// The most data one chunk can hold.
const MAX_CHUNK_BYTES: usize = i32::MAX as usize;

/// The two bytes that open a zlib stream: deflate with a window of 32 KiB, compressed quickly.
const ZLIB_HEADER: [u8; 2] = [0x78, 0x01];

/// A file in the making.
pub(super) struct Writer {
    file: Vec<u8>,
}

impl Writer {
    /// A file that has its signature.
    pub(super) fn new() -> Result<Self, Error> {
        let mut file = Vec::new();
        file.try_reserve(1 << 10)?;
        file.extend_from_slice(&SIGNATURE);
        Ok(Self { file })
    }

    /// `IHDR`: the size in pixels, 8-bit RGBA, not interlaced.
    pub(super) fn header(&mut self, width: u32, height: u32) -> Result<(), Error> {
        self.chunk(b"IHDR", &[&width.to_be_bytes(), &height.to_be_bytes(), &[8, 6, 0, 0, 0]])
    }

    /// `tEXt` or `iTXt`.
    pub(super) fn text(&mut self, text: &Text<'_>) -> Result<(), Error> {
        let (kind, data) = text.chunk();
        self.chunk(kind, &data)
    }

    /// `pHYs`: the same number of pixels per metre in both directions.
    pub(super) fn resolution(&mut self, pixels_per_metre: u32) -> Result<(), Error> {
        let bytes = pixels_per_metre.to_be_bytes();
        self.chunk(b"pHYs", &[&bytes, &bytes, &[1]])
    }

    /// `IDAT`: one zlib stream, one chunk per strip.
    pub(super) fn strips(&mut self, strips: &[Strip]) -> Result<(), Error> {
        let data_bytes: usize = strips.iter().map(|strip| strip.deflated.len() + FRAME_BYTES).sum();
        self.file.try_reserve_exact(data_bytes + 64)?;
        // Adler-32 of the empty string.
        let mut adler = 1;
        for strip in strips {
            adler = adler32_combine(adler, strip.adler32, strip.filtered_bytes);
        }
        let adler = adler.to_be_bytes();
        for (index, strip) in strips.iter().enumerate() {
            let head: &[u8] = if index == 0 { &ZLIB_HEADER } else { &[] };
            let tail: &[u8] = if index + 1 == strips.len() { &adler } else { &[] };
            // A row longer than 2 GiB makes a strip longer than a chunk.
            let room = MAX_CHUNK_BYTES - ZLIB_HEADER.len() - adler.len();
            let pieces = strip.deflated.len().div_ceil(room);
            for (piece, data) in strip.deflated.chunks(room).enumerate() {
                let head = if piece == 0 { head } else { &[] };
                let tail = if piece + 1 == pieces { tail } else { &[] };
                self.chunk(b"IDAT", &[head, data, tail])?;
            }
        }
        Ok(())
    }

    /// `IEND`, then the file.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        self.chunk(b"IEND", &[])?;
        Ok(self.file)
    }

    fn chunk(&mut self, kind: &[u8; 4], data: &[&[u8]]) -> Result<(), Error> {
        let length: usize = data.iter().map(|piece| piece.len()).sum();
        if length > MAX_CHUNK_BYTES {
            return Err(Error::LongText { length });
        }
        self.file.try_reserve(length + FRAME_BYTES)?;
        self.file.extend_from_slice(&(length as u32).to_be_bytes());
        let checked = self.file.len();
        self.file.extend_from_slice(kind);
        for piece in data {
            self.file.extend_from_slice(piece);
        }
        let check = crc32(0, &self.file[checked..]);
        self.file.extend_from_slice(&check.to_be_bytes());
        Ok(())
    }
}
