//! Streams of zlib, as they stand in documents.

use zlib_rs::{Deflate, DeflateError, DeflateFlush, Status};

use crate::Error;

/// Base-two logarithm of the window: 32 KiB, the largest there is.
const WINDOW_BITS: u8 = 15;

/// `input` as a zlib stream of a level from 0 to 9.
pub fn zlib(input: &[u8], level: u8) -> Result<Vec<u8>, Error> {
    let mut stream = Deflate::new(i32::from(level.min(9)), true, WINDOW_BITS);
    let mut out = Vec::new();
    let mut room = input.len() / 4 + 256;
    loop {
        let written = out.len();
        out.try_reserve(room)?;
        out.resize(written + room, 0);
        let consumed = stream.total_in() as usize;
        let status = stream.compress(&input[consumed..], &mut out[written..], DeflateFlush::Finish);
        out.truncate(stream.total_out() as usize);
        match status {
            Ok(Status::StreamEnd) => return Ok(out),
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
}
