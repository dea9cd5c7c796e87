//! Tokens of deflate: literal bytes and matches, counted while they are found, then written as blocks.

use std::collections::TryReserveError;

use super::bits::BitWriter;
use super::huffman::Code;

/// Symbols of literals, the end of the block, and lengths.
const LITERALS: usize = 286;
const END_OF_BLOCK: usize = 256;
/// Symbols of distances.
const DISTANCES: usize = 30;

/// The largest distance of a match, in bytes.
pub(super) const MAX_DISTANCE: usize = 1 << 15;
/// The greatest length of a match, in bytes.
pub(super) const MAX_LENGTH: usize = 258;

/// Tokens after which a block ends, so that the codes follow the picture.
const BLOCK_TOKENS: usize = 3 << 11;

/// The order in which the lengths of the code of code lengths are sent.
const LENGTHS_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// A symbol with the bits that follow it.
#[derive(Clone, Copy)]
struct Symbol {
    symbol: u16,
    extra_bits: u8,
    base: u16,
}

/// Symbols of the lengths 3 to 258.
const fn length_symbols() -> [Symbol; MAX_LENGTH + 1] {
    let mut table = [Symbol { symbol: 0, extra_bits: 0, base: 0 }; MAX_LENGTH + 1];
    let (mut symbol, mut length) = (257, 3);
    while symbol < 285 {
        let extra_bits = if symbol < 265 { 0 } else { (symbol - 261) / 4 };
        let mut i = 0;
        while i < 1 << extra_bits {
            table[length + i] = Symbol { symbol, extra_bits: extra_bits as u8, base: length as u16 };
            i += 1;
        }
        length += 1 << extra_bits;
        symbol += 1;
    }
    table[MAX_LENGTH] = Symbol { symbol: 285, extra_bits: 0, base: MAX_LENGTH as u16 };
    table
}

static LENGTH_SYMBOLS: [Symbol; MAX_LENGTH + 1] = length_symbols();

/// The symbol of a distance from 1 to 2¹⁵.
#[inline]
fn distance_symbol(distance: u32) -> Symbol {
    let from_zero = distance - 1;
    if from_zero < 4 {
        return Symbol { symbol: from_zero as u16, extra_bits: 0, base: distance as u16 };
    }
    let extra_bits = 30 - from_zero.leading_zeros();
    let high = from_zero >> extra_bits; // 2 or 3
    Symbol {
        symbol: (2 * extra_bits + high) as u16,
        extra_bits: extra_bits as u8,
        base: ((high << extra_bits) + 1) as u16,
    }
}

/// A match (length and distance), or a literal byte with no distance.
#[derive(Clone, Copy)]
struct Token {
    length: u16,
    distance: u16,
}

/// The tokens of one block, and how often each symbol occurs among them.
pub(super) struct Tokens {
    tokens: Vec<Token>,
    literals: [u32; LITERALS],
    distances: [u32; DISTANCES],
}

impl Default for Tokens {
    fn default() -> Self {
        Self { tokens: Vec::new(), literals: [0; LITERALS], distances: [0; DISTANCES] }
    }
}

impl Tokens {
    /// Forgets all tokens.
    pub(super) fn clear(&mut self) {
        self.tokens.clear();
        self.literals = [0; LITERALS];
        self.distances = [0; DISTANCES];
    }

    /// Makes room for a block that is not full yet and this many tokens more.
    pub(super) fn reserve(&mut self, tokens: usize) -> Result<(), TryReserveError> {
        let most = BLOCK_TOKENS.max(self.tokens.len()) + tokens;
        self.tokens.try_reserve_exact(most - self.tokens.len())
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Takes the last token away if it is a literal; says whether it was.
    #[inline]
    pub(super) fn take_literal(&mut self) -> bool {
        match self.tokens.last() {
            Some(token) if token.distance == 0 => {
                self.literals[usize::from(token.length)] -= 1;
                self.tokens.pop();
                true
            }
            _ => false,
        }
    }

    /// Whether there is enough for a block.
    pub(super) fn full(&self) -> bool {
        self.tokens.len() >= BLOCK_TOKENS
    }

    /// Appends a byte.
    #[inline]
    pub(super) fn literal(&mut self, byte: u8) {
        self.literals[usize::from(byte)] += 1;
        self.tokens.push(Token { length: u16::from(byte), distance: 0 });
    }

    /// Appends a repetition of `length` (3 to 258) bytes from `distance` (1 to 2¹⁵) bytes before.
    #[inline]
    pub(super) fn repeat(&mut self, length: usize, distance: usize) {
        self.literals[usize::from(LENGTH_SYMBOLS[length].symbol)] += 1;
        self.distances[usize::from(distance_symbol(distance as u32).symbol)] += 1;
        self.tokens.push(Token { length: length as u16, distance: distance as u16 });
    }

    /// The same with a length (3 or more) that may be longer than a match can be.
    #[inline]
    pub(super) fn repeat_long(&mut self, mut length: usize, distance: usize) {
        while length > MAX_LENGTH {
            // The greatest length has a symbol of its own; what is left must not be too short for a match.
            let piece = if length - MAX_LENGTH < 3 { MAX_LENGTH - 3 } else { MAX_LENGTH };
            self.repeat(piece, distance);
            length -= piece;
        }
        self.repeat(length, distance);
    }

    /// Writes the block and forgets its tokens. The codes of deflate's dynamic blocks are made for it.
    pub(super) fn write_block(&mut self, last: bool, out: &mut BitWriter) -> Result<(), TryReserveError> {
        self.literals[END_OF_BLOCK] += 1;
        let literals = Code::new(&self.literals, 15);
        let distances = Code::new(&self.distances, 15);
        out.reserve(4096 + self.size_bits(&literals, &distances))?;
        out.put(u64::from(last), 1);
        out.put(0b10, 2);
        write_codes(&literals, &distances, out);
        let lengths = length_codes(&literals);
        for token in &self.tokens {
            if token.distance == 0 {
                let (bits, count) = literals.code(usize::from(token.length));
                out.put(bits, count);
            } else {
                let (length_bits, length_count) = lengths[usize::from(token.length)];
                let distance = distance_symbol(u32::from(token.distance));
                let (bits, count) = distances.code(usize::from(distance.symbol));
                let bits = bits | u64::from(token.distance - distance.base) << count;
                let count = count + u32::from(distance.extra_bits);
                out.put(u64::from(length_bits) | bits << length_count, u32::from(length_count) + count);
            }
        }
        let (bits, count) = literals.code(END_OF_BLOCK);
        out.put(bits, count);
        self.clear();
        Ok(())
    }

    /// How many bits the block would take, its codes not counted.
    pub(super) fn block_bits(&self) -> usize {
        self.size_bits(&Code::new(&self.literals, 15), &Code::new(&self.distances, 15))
    }

    /// How many bits the tokens take with these codes.
    fn size_bits(&self, literals: &Code, distances: &Code) -> usize {
        let coded = |frequencies: &[u32], code: &Code| -> usize {
            frequencies.iter().zip(code.lengths()).map(|(f, length)| *f as usize * usize::from(*length)).sum()
        };
        let extra_length: usize = (265..285).map(|symbol| self.literals[symbol] as usize * ((symbol - 261) / 4)).sum();
        let extra_distance: usize =
            (4..DISTANCES).map(|symbol| self.distances[symbol] as usize * (symbol / 2 - 1)).sum();
        coded(&self.literals, literals) + coded(&self.distances, distances) + extra_length + extra_distance
    }
}

/// The bits for each length of a match, and how many they are: the symbol's code and what follows it.
fn length_codes(literals: &Code) -> [(u32, u8); MAX_LENGTH + 1] {
    let mut codes = [(0, 0); MAX_LENGTH + 1];
    for (length, (code, symbol)) in codes.iter_mut().zip(&LENGTH_SYMBOLS).enumerate().skip(3) {
        let (bits, count) = literals.code(usize::from(symbol.symbol));
        *code = (bits as u32 | (length as u32 - u32::from(symbol.base)) << count, count as u8 + symbol.extra_bits);
    }
    codes
}

/// Writes the lengths of the two codes, themselves coded.
fn write_codes(literals: &Code, distances: &Code, out: &mut BitWriter) {
    let used =
        |code: &Code, least: usize| code.lengths().iter().rposition(|l| *l > 0).map_or(least, |i| i + 1).max(least);
    let (literal_count, distance_count) = (used(literals, 257), used(distances, 1));
    let lengths = || literals.lengths()[..literal_count].iter().chain(&distances.lengths()[..distance_count]).copied();
    let mut frequencies = [0u32; 19];
    run_lengths(lengths(), |symbol, _, _| frequencies[symbol] += 1);
    let code = Code::new(&frequencies, 7);
    let sent = LENGTHS_ORDER.iter().rposition(|symbol| code.lengths()[*symbol] > 0).map_or(4, |i| (i + 1).max(4));
    out.put(literal_count as u64 - 257, 5);
    out.put(distance_count as u64 - 1, 5);
    out.put(sent as u64 - 4, 4);
    for symbol in &LENGTHS_ORDER[..sent] {
        out.put(u64::from(code.lengths()[*symbol]), 3);
    }
    run_lengths(lengths(), |symbol, extra, extra_bits| {
        let (bits, count) = code.code(symbol);
        out.put(bits | extra << count, count + extra_bits);
    });
}

/// Code lengths as symbols with extra bits: 16 repeats the last length 3 to 6 times, 17 and 18 are 3 to 10 and 11 to 138
/// zeros.
fn run_lengths(lengths: impl Iterator<Item = u8>, mut symbol: impl FnMut(usize, u64, u32)) {
    let mut lengths = lengths.peekable();
    while let Some(length) = lengths.next() {
        let longest = if length == 0 { 138 } else { 7 };
        let mut run = 1;
        while run < longest && lengths.next_if_eq(&length).is_some() {
            run += 1;
        }
        if length == 0 {
            match run {
                11.. => symbol(18, run - 11, 7),
                3.. => symbol(17, run - 3, 3),
                _ => (0..run).for_each(|_| symbol(0, 0, 0)),
            }
        } else {
            symbol(usize::from(length), 0, 0);
            match run - 1 {
                more @ 3.. => symbol(16, more - 3, 2),
                more => (0..more).for_each(|_| symbol(usize::from(length), 0, 0)),
            }
        }
    }
}
