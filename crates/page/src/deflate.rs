//! Compressed streams.

use encode::zlib;

/// The level that is meant when nobody has asked for one. Long streams then take a lower one: half the time for a few
/// percent.
const USUAL_LEVEL: u8 = 6;
const LONG_LEVEL: u8 = 3;
const LONG_BYTES: usize = 1 << 20;

/// Data for the Flate filter at a level from 0 to 9; `None` if that is 0 or nothing is won.
pub fn deflate(data: &[u8], level: u8) -> Option<Vec<u8>> {
    let level = if level == USUAL_LEVEL && data.len() > LONG_BYTES { LONG_LEVEL } else { level };
    if level == 0 {
        return None;
    }
    zlib(data, level).ok().filter(|packed| packed.len() < data.len())
}
