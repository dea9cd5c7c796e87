//! Bits into bytes, the way deflate packs them: the first bit is the lowest of the first byte.

use std::collections::TryReserveError;

/// Packs bits. Room is reserved in advance, so that writing is short and cannot fail.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits that do not fill a byte yet; the first one is the lowest.
    pending: u64,
    pending_bits: u32,
}

impl BitWriter {
    /// Writes into a list that is empty, and may have room.
    pub(super) fn into_list(bytes: Vec<u8>) -> Self {
        debug_assert!(bytes.is_empty());
        Self { bytes, ..Self::default() }
    }

    /// Makes room for at least this many more bits.
    pub(super) fn reserve(&mut self, bits: usize) -> Result<(), TryReserveError> {
        // Not more than that: a strip keeps the memory.
        self.bytes.try_reserve_exact(bits / 8 + 16)
    }

    /// Appends the lowest `count` bits of `bits`, the lowest first; at most 48, and nothing above them is set.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u64, count: u32) {
        debug_assert!(count <= 48 && bits >> count == 0);
        self.pending |= bits << self.pending_bits;
        self.pending_bits += count;
        // All eight, and those that are not full again the next time: one store for any number of bytes.
        let full = (self.pending_bits / 8) as usize;
        let end = self.bytes.len();
        self.bytes.extend_from_slice(&self.pending.to_le_bytes());
        self.bytes.truncate(end + full);
        self.pending >>= 8 * full;
        self.pending_bits %= 8;
    }

    /// Fills the last byte with zero bits.
    pub(super) fn align(&mut self) {
        if self.pending_bits > 0 {
            self.bytes.push(self.pending as u8);
        }
        self.pending = 0;
        self.pending_bits = 0;
    }

    /// Appends whole bytes, after [`BitWriter::align`].
    pub(super) fn put_bytes(&mut self, bytes: &[u8]) {
        debug_assert_eq!(self.pending_bits, 0);
        self.bytes.extend_from_slice(bytes);
    }

    /// What was written, after [`BitWriter::align`].
    pub(super) fn into_bytes(self) -> Vec<u8> {
        debug_assert_eq!(self.pending_bits, 0);
        self.bytes
    }
}
