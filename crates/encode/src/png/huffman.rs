//! Prefix codes of deflate (RFC 1951, 3.2.2 and 3.2.7).

/// The most symbols a code can have: deflate's literals and lengths.
const MAX_SYMBOLS: usize = 288;

/// A code for a few symbols: for each its bits, the first one lowest, and how many they are.
///
/// Codes are made for each block: in arrays, since lists of the same size, taken and given back between what grows, would
/// have that move from place to place.
#[derive(Debug, Clone)]
pub(super) struct Code {
    /// Bits and length side by side, for they are asked for together.
    codes: [(u16, u8); MAX_SYMBOLS],
    lengths: [u8; MAX_SYMBOLS],
    count: usize,
}

impl Code {
    /// The shortest code for symbols with these frequencies, none longer than `limit` bits. Symbols that never
    /// occur have none. There are at least two codes, since some readers refuse fewer.
    pub(super) fn new(frequencies: &[u32], limit: u8) -> Self {
        let mut lengths = [0; MAX_SYMBOLS];
        let mut symbols = [(0, 0); MAX_SYMBOLS];
        let mut count = 0;
        for (frequency, symbol) in frequencies.iter().zip(0..).filter(|(frequency, _)| **frequency > 0) {
            symbols[count] = (*frequency, symbol);
            count += 1;
        }
        for spare in 0..2 {
            if count < 2 && !symbols[..count].iter().any(|(_, symbol)| *symbol == spare) {
                symbols[count] = (1, spare);
                count += 1;
            }
        }
        let symbols = &mut symbols[..count];
        symbols.sort_unstable();
        let counts = counts_by_length(symbols, limit);
        // The rarest symbols come first and get the longest codes.
        let mut rest = symbols.iter();
        for length in (1..=limit).rev() {
            for (_, symbol) in rest.by_ref().take(counts[usize::from(length)] as usize) {
                lengths[usize::from(*symbol)] = length;
            }
        }
        let mut codes = [(0, 0); MAX_SYMBOLS];
        canonical(&lengths[..frequencies.len()], &counts, &mut codes);
        Self { codes, lengths, count: frequencies.len() }
    }

    /// The lengths of the codes in bits, by symbol; 0 where there is none.
    pub(super) fn lengths(&self) -> &[u8] {
        &self.lengths[..self.count]
    }

    /// The bits of a symbol's code, the first one lowest, and how many they are.
    #[inline]
    pub(super) fn code(&self, symbol: usize) -> (u64, u32) {
        let (bits, length) = self.codes[symbol];
        (u64::from(bits), u32::from(length))
    }
}

/// How many codes there are of each length, for symbols sorted from rare to frequent (two at least).
///
/// Huffman's algorithm with two queues: the leaves, sorted, and the inner nodes, which come into being sorted. Codes that
/// come out too long are cut to the limit, and shorter ones made longer until all fit (Kraft's sum is one again).
fn counts_by_length(symbols: &[(u32, u16)], limit: u8) -> [u32; 17] {
    let leaves = symbols.len();
    let mut parents = [0u16; 2 * MAX_SYMBOLS];
    let mut weights = [0u64; MAX_SYMBOLS];
    let (mut leaf, mut inner) = (0, 0);
    for node in 0..leaves - 1 {
        for _ in 0..2 {
            let leaf_weight = symbols.get(leaf).map(|(weight, _)| u64::from(*weight));
            let inner_weight = (inner < node).then(|| weights[inner]);
            let (child, weight) = match (leaf_weight, inner_weight) {
                (Some(weight), Some(other)) if weight <= other => (leaf, weight),
                (Some(weight), None) => (leaf, weight),
                (_, Some(weight)) => (leaves + inner, weight),
                (None, None) => unreachable!("n leaves make n - 1 inner nodes"),
            };
            if child < leaves {
                leaf += 1
            } else {
                inner += 1
            }
            weights[node] += weight;
            parents[child] = (leaves + node) as u16;
        }
    }
    let mut depths = [0u16; 2 * MAX_SYMBOLS];
    let mut counts = [0u32; 17];
    for node in (0..2 * leaves - 2).rev() {
        depths[node] = depths[usize::from(parents[node])] + 1;
        if node < leaves {
            counts[usize::from(depths[node].min(u16::from(limit)))] += 1;
        }
    }
    let limit = usize::from(limit);
    let mut sum: u32 = (1..=limit).map(|length| counts[length] << (limit - length)).sum();
    while sum > 1 << limit {
        // A code of the greatest length moves beside a shorter one, which becomes longer by a bit.
        let shorter = (1..limit).rev().find(|length| counts[*length] > 0).unwrap_or(1);
        counts[shorter] -= 1;
        counts[shorter + 1] += 2;
        counts[limit] -= 1;
        sum -= 1;
    }
    counts
}

/// Puts the codes that deflate derives from the lengths beside these. They are reversed: it sends their highest bit first.
fn canonical(lengths: &[u8], counts: &[u32; 17], codes: &mut [(u16, u8)]) {
    let mut next = [0u32; 17];
    for length in 1..16 {
        next[length + 1] = (next[length] + counts[length]) << 1;
    }
    for (&length, code) in lengths.iter().zip(codes).filter(|(length, _)| **length > 0) {
        let bits = &mut next[usize::from(length)];
        *code = ((*bits as u16).reverse_bits() >> (16 - length), length);
        *bits += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kraft(code: &Code) -> f64 {
        code.lengths().iter().filter(|length| **length > 0).map(|length| 0.5f64.powi(i32::from(*length))).sum()
    }

    #[test]
    fn frequent_symbols_are_short() {
        let code = Code::new(&[5, 0, 1, 1, 20], 15);
        assert_eq!(code.lengths(), [2, 0, 3, 3, 1]);
        assert_eq!(code.code(4), (0, 1));
        assert_eq!(code.code(0), (0b01, 2));
        assert_eq!(code.code(2), (0b011, 3));
        assert_eq!(code.code(3), (0b111, 3));
    }

    #[test]
    fn there_are_two_codes_at_least() {
        for frequencies in [[0, 0, 0], [0, 0, 9], [7, 0, 0]] {
            let code = Code::new(&frequencies, 15);
            assert_eq!(code.lengths().iter().filter(|length| **length == 1).count(), 2, "{frequencies:?}");
        }
    }

    #[test]
    fn no_code_is_too_long() {
        // Fibonacci numbers make the longest codes.
        let mut frequencies = vec![1u32, 1];
        while frequencies.len() < 40 {
            frequencies.push(frequencies[frequencies.len() - 1] + frequencies[frequencies.len() - 2]);
        }
        for (count, limit) in [(40, 15), (19, 7), (40, 7), (16, 15), (17, 15)] {
            let code = Code::new(&frequencies[..count], limit);
            assert!(code.lengths().iter().all(|length| (1..=limit).contains(length)), "{:?}", code.lengths());
            assert!((kraft(&code) - 1.0).abs() < 1e-9, "{}", kraft(&code));
        }
    }
}
