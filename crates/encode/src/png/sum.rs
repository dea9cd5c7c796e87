//! The length and the check sum of a stream.

use zlib_rs::adler32::adler32;

/// What the check sum is computed modulo.
const MODULUS: u64 = 65_521;

/// How many bytes a stream has so far, and their check sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) bytes: u64,
    pub(super) adler32: u32,
}

impl Default for Sum {
    fn default() -> Self {
        Self { bytes: 0, adler32: 1 }
    }
}

impl Sum {
    /// Adds these bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.adler32 = adler32(self.adler32, bytes);
    }

    /// Adds so many zeros: the sum of bytes stays as it is, and is added to the sum of sums for each.
    pub(super) fn add_zeros(&mut self, count: usize) {
        let (low, high) = (u64::from(self.adler32 & 0xffff), u64::from(self.adler32 >> 16));
        let high = (high + low * (count as u64 % MODULUS)) % MODULUS;
        self.bytes += count as u64;
        self.adler32 = (high as u32) << 16 | low as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_summed_as_they_would_be_one_by_one() {
        for (before, zeros) in [(0, 1), (1, 4), (3, 2560), (200, 65_521), (70_000, 1_000_003)] {
            let start: Vec<u8> = (0..before).map(|i| (i * 7 + 1) as u8).collect();
            let mut sum = Sum::default();
            sum.add(&start);
            sum.add_zeros(zeros);
            let all: Vec<u8> = start.into_iter().chain(std::iter::repeat_n(0, zeros)).collect();
            assert_eq!(sum, Sum { bytes: all.len() as u64, adler32: adler32(1, &all) }, "{before} {zeros}");
        }
    }
}
