//! The frame of a PNG file: signature and chunks with their lengths and check sums.

use zlib_rs::adler32::adler32_combine;
use zlib_rs::crc32::crc32;

use super::{Strip, Text};
use crate::Error;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// The most data one chunk can hold.
const MAX_CHUNK_BYTES: usize = i32::MAX as usize;

/// The two bytes that open a zlib stream: deflate with a window of 32 KiB, compressed quickly.
const ZLIB_HEADER: [u8; 2] = [0x78, 0x01];

/// A PNG file in pieces: the strips as they were made, what frames them between.
#[derive(Debug)]
pub struct File {
    pieces: Vec<Vec<u8>>,
}

impl File {
    /// The bytes of the file, piece by piece.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().map(Vec::as_slice)
    }

    /// How many bytes the file has.
    pub fn size_bytes(&self) -> usize {
        self.pieces().map(<[u8]>::len).sum()
    }

    /// The file in one piece.
    pub fn to_vec(&self) -> Result<Vec<u8>, Error> {
        let mut file = Vec::new();
        file.try_reserve_exact(self.size_bytes())?;
        self.pieces().for_each(|piece| file.extend_from_slice(piece));
        Ok(file)
    }
}

/// A file in the making.
pub(super) struct Writer {
    file: File,
    /// The last piece is ours, more may be written there.
    is_open: bool,
}

impl Writer {
    /// A file that has its signature.
    pub(super) fn new() -> Result<Self, Error> {
        let mut writer = Self { file: File { pieces: Vec::new() }, is_open: false };
        writer.push(&SIGNATURE)?;
        Ok(writer)
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
    pub(super) fn strips(&mut self, strips: Vec<Strip>) -> Result<(), Error> {
        // Adler-32 of the empty string.
        let mut adler = 1;
        for strip in &strips {
            adler = adler32_combine(adler, strip.adler32, strip.filtered_bytes);
        }
        let adler = adler.to_be_bytes();
        let count = strips.len();
        for (index, strip) in strips.into_iter().enumerate() {
            let mut head: &[u8] = if index == 0 { &ZLIB_HEADER } else { &[] };
            let mut deflated = strip.deflated;
            // A row longer than 2 GiB makes a strip longer than a chunk.
            let room = MAX_CHUNK_BYTES - ZLIB_HEADER.len() - adler.len();
            while deflated.len() > room {
                let mut rest = Vec::new();
                rest.try_reserve_exact(deflated.len() - room)?;
                rest.extend_from_slice(&deflated[room..]);
                deflated.truncate(room);
                self.data(std::mem::take(&mut head), std::mem::replace(&mut deflated, rest), &[])?;
            }
            self.data(head, deflated, if index + 1 == count { &adler } else { &[] })?;
        }
        Ok(())
    }

    /// `IEND`, then the file.
    pub(super) fn finish(mut self) -> Result<File, Error> {
        self.chunk(b"IEND", &[])?;
        Ok(self.file)
    }

    /// A chunk of little data.
    fn chunk(&mut self, kind: &[u8; 4], data: &[&[u8]]) -> Result<(), Error> {
        let length: usize = data.iter().map(|piece| piece.len()).sum();
        if length > MAX_CHUNK_BYTES {
            return Err(Error::LongText { length });
        }
        self.push(&(length as u32).to_be_bytes())?;
        self.push(kind)?;
        let mut check = crc32(0, kind);
        for piece in data {
            check = crc32(check, piece);
            self.push(piece)?;
        }
        self.push(&check.to_be_bytes())
    }

    /// `IDAT` with a body that becomes a piece of the file; the rest is short.
    fn data(&mut self, head: &[u8], body: Vec<u8>, tail: &[u8]) -> Result<(), Error> {
        let length = head.len() + body.len() + tail.len();
        self.push(&(length as u32).to_be_bytes())?;
        self.push(b"IDAT")?;
        self.push(head)?;
        let check = crc32(crc32(crc32(crc32(0, b"IDAT"), head), &body), tail);
        self.file.pieces.try_reserve(1)?;
        self.file.pieces.push(body);
        self.is_open = false;
        self.push(tail)?;
        self.push(&check.to_be_bytes())
    }

    /// Appends a copy of a few bytes.
    fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let pieces = &mut self.file.pieces;
        if !std::mem::replace(&mut self.is_open, true) {
            pieces.try_reserve(1)?;
            pieces.push(Vec::new());
        }
        if let Some(last) = pieces.last_mut() {
            last.try_reserve(bytes.len())?;
            last.extend_from_slice(bytes);
        }
        Ok(())
    }
}
