//! Compressed streams.

use encode::{Deflater, Piece};

use crate::threads::in_order_with;

/// The level that is meant when nobody has asked for one. Long streams then take a lower one: half the time for a few
/// percent.
pub const USUAL_LEVEL: u8 = 6;
const LONG_LEVEL: u8 = 3;
const LONG_BYTES: usize = 1 << 20;

/// Long streams are compressed in pieces of so many bytes, whether or not there are threads for them, so that the bytes do
/// not depend on that.
const PIECE_BYTES: usize = 1 << 20;

/// Compresses the streams of a document, one after the other.
#[derive(Debug, Default)]
pub struct Compressor {
    deflater: Option<Deflater>,
}

impl Compressor {
    /// Data for the Flate filter at a level from 0 to 9; `None` if that is 0 or nothing is won. On a thread of a pool, the
    /// others help with long data.
    pub fn compress(&mut self, data: &[u8], level: u8) -> Option<Vec<u8>> {
        let level = if level == USUAL_LEVEL && data.len() > LONG_BYTES { LONG_LEVEL } else { level };
        if level == 0 {
            return None;
        }
        let pieces = if data.len() <= PIECE_BYTES {
            vec![Piece::new(Deflater::of_level(&mut self.deflater, level), data, true)]
        } else {
            let parts: Vec<(usize, &[u8])> = data.chunks(PIECE_BYTES).enumerate().collect();
            in_order_with(
                &parts,
                || Deflater::new(level),
                |deflater, &(i, part)| Piece::new(deflater, part, i + 1 == parts.len()),
            )
        };
        let pieces: Vec<Piece> = pieces.into_iter().collect::<Result<_, _>>().ok()?;
        Some(Piece::join(&pieces)).filter(|packed| packed.len() < data.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_do_not_change_bytes() {
        let data: Vec<u8> = (0..3 << 20u32).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 27) as u8).collect();
        let alone = Compressor::default().compress(&data, 6).unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        assert!(pool.install(|| Compressor::default().compress(&data, 6)).unwrap() == alone);
    }
}
