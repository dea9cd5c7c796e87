//! Prefix codes of deflate (RFC 1951, 3.2.2 and 3.2.7).

/// A code for up to 2¹⁶ symbols: for each its bits, the first one lowest, and how many they are.
#[derive(Debug, Clone)]
pub(super) struct Code {
    /// Bits and length side by side, for they are asked for together.
    codes: Vec<(u16, u8)>,
    lengths: Vec<u8>,
}

impl Code {
    /// The shortest code for symbols with these frequencies, none longer than `limit` bits. Symbols that never
    /// occur have none. There are at least two codes, since some readers refuse fewer.
    pub(super) fn new(frequencies: &[u32], limit: u8) -> Self {
        let mut lengths = vec![0; frequencies.len()];
        let mut symbols: Vec<(u32, u16)> =
            frequencies.iter().zip(0..).filter(|(f, _)| **f > 0).map(|(f, symbol)| (*f, symbol)).collect();
        for spare in 0..2 {
            if symbols.len() < 2 && !symbols.iter().any(|(_, symbol)| *symbol == spare) {
                symbols.push((1, spare));
            }
        }
        symbols.sort_unstable();
        let counts = counts_by_length(&symbols, limit);
        // The rarest symbols come first and get the longest codes.
        let mut rest = symbols.iter();
        for length in (1..=limit).rev() {
            for (_, symbol) in rest.by_ref().take(counts[usize::from(length)] as usize) {
                lengths[usize::from(*symbol)] = length;
            }
        }
        let codes = canonical(&lengths, &counts).into_iter().zip(lengths.iter().copied()).collect();
        Self { codes, lengths }
    }

    /// The lengths of the codes in bits, by symbol; 0 where there is none.
    pub(super) fn lengths(&self) -> &[u8] {
        &self.lengths
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
    let mut parents = vec![0usize; 2 * leaves - 1];
    let mut weights = vec![0u64; leaves - 1];
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
            parents[child] = leaves + node;
        }
    }
    let mut depths = vec![0u32; 2 * leaves - 1];
    let mut counts = [0u32; 17];
    for node in (0..2 * leaves - 2).rev() {
        depths[node] = depths[parents[node]] + 1;
        if node < leaves {
            counts[depths[node].min(u32::from(limit)) as usize] += 1;
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

/// The codes that deflate derives from the lengths, reversed: it sends their highest bit first.
fn canonical(lengths: &[u8], counts: &[u32; 17]) -> Vec<u16> {
    let mut next = [0u32; 17];
    for length in 1..16 {
        next[length + 1] = (next[length] + counts[length]) << 1;
    }
    lengths
        .iter()
        .map(|&length| {
            if length == 0 {
                return 0;
            }
            let code = next[usize::from(length)];
            next[usize::from(length)] += 1;
            (code as u16).reverse_bits() >> (16 - length)
        })
        .collect()
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
