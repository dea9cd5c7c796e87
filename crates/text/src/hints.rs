//! TrueType fonts without their hints, which documents have no use for: readers smooth glyphs without them.

use std::collections::BTreeMap;

/// Tables that hold programs and their numbers.
const PROGRAMS: [&[u8; 4]; 3] = [b"cvt ", b"fpgm", b"prep"];

/// A TrueType font without its programs and those of its glyphs; `None` if it is not one or is broken.
pub fn without_hints(font: &[u8]) -> Option<Vec<u8>> {
    let mut tables = tables(font)?;
    let head = *tables.get(b"head")?;
    let long = u16_at(head, 50)? != 0;
    let (loca, glyf) = (*tables.get(b"loca")?, *tables.get(b"glyf")?);
    let count = loca.len() / if long { 4 } else { 2 };
    let place = |i: usize| -> Option<usize> {
        if long { Some(u32_at(loca, 4 * i)? as usize) } else { Some(2 * usize::from(u16_at(loca, 2 * i)?)) }
    };
    let (mut new_glyf, mut new_loca) = (Vec::new(), Vec::new());
    for i in 0..count {
        new_loca.extend_from_slice(&u32::try_from(new_glyf.len()).ok()?.to_be_bytes());
        if i + 1 < count {
            let glyph = glyf.get(place(i)?..place(i + 1)?)?;
            push_without_program(&mut new_glyf, glyph)?;
            // Places in short tables of places are even; in long ones it does no harm.
            new_glyf.resize(new_glyf.len().next_multiple_of(2), 0);
        }
    }
    let short = new_glyf.len() < 1 << 17;
    if short {
        new_loca = new_loca
            .as_chunks::<4>()
            .0
            .iter()
            .flat_map(|place| ((u32::from_be_bytes(*place) / 2) as u16).to_be_bytes())
            .collect();
    }
    let mut new_head = head.to_vec();
    new_head.get_mut(50..52)?.copy_from_slice(&u16::from(!short).to_be_bytes());
    new_head.get_mut(8..12)?.fill(0); // the check sum of all
    let mut maxp = tables.get(b"maxp")?.to_vec();
    if maxp.len() >= 32 {
        maxp[14..28].fill(0); // what programs need
        maxp[14..16].copy_from_slice(&1u16.to_be_bytes());
    }
    for tag in PROGRAMS {
        tables.remove(tag);
    }
    let replaced: [(&[u8; 4], &[u8]); 4] =
        [(b"head", &new_head), (b"loca", &new_loca), (b"glyf", &new_glyf), (b"maxp", &maxp)];
    for (tag, data) in replaced {
        tables.insert(*tag, data);
    }
    Some(assemble(font.get(..4)?, &tables))
}

/// Where a TrueType file may be cut: the beginnings of its tables and glyphs, in no order.
pub fn breaks(font: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    let count = usize::from(u16_at(font, 4).unwrap_or(0));
    let entries = (0..count).filter_map(|i| font.get(12 + 16 * i..28 + 16 * i));
    let mut glyf = None;
    for entry in entries {
        let start = u32_at(entry, 8).unwrap_or(0) as usize;
        places.push(start);
        if entry.starts_with(b"glyf") {
            glyf = Some(start);
        }
    }
    let Some((glyf, tables)) = glyf.zip(tables(font)) else { return places };
    let long = tables.get(b"head").and_then(|head| u16_at(head, 50)) == Some(1);
    if let Some(loca) = tables.get(b"loca") {
        let step = if long { 4 } else { 2 };
        let place = |i: usize| if long { u32_at(loca, i) } else { u16_at(loca, i).map(|place| 2 * u32::from(place)) };
        places.extend((0..loca.len()).step_by(step).filter_map(place).map(|place| glyf + place as usize));
    }
    places
}

/// Appends a glyph's description without its instructions.
fn push_without_program(out: &mut Vec<u8>, glyph: &[u8]) -> Option<()> {
    const WORDS: u16 = 0x0001;
    const SCALE: u16 = 0x0008;
    const MORE: u16 = 0x0020;
    const TWO_SCALES: u16 = 0x0040;
    const MATRIX: u16 = 0x0080;
    const INSTRUCTIONS: u16 = 0x0100;
    if glyph.is_empty() {
        return Some(());
    }
    let contours = u16_at(glyph, 0)? as i16;
    if contours >= 0 {
        let at = 10 + 2 * contours as usize;
        let length = usize::from(u16_at(glyph, at)?);
        out.extend_from_slice(glyph.get(..at)?);
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(glyph.get(at + 2 + length..)?);
        return Some(());
    }
    out.extend_from_slice(glyph.get(..10)?);
    let mut at = 10;
    loop {
        let flags = u16_at(glyph, at)?;
        let size = 4
            + if flags & WORDS != 0 { 4 } else { 2 }
            + match flags {
                f if f & SCALE != 0 => 2,
                f if f & TWO_SCALES != 0 => 4,
                f if f & MATRIX != 0 => 8,
                _ => 0,
            };
        out.extend_from_slice(&(flags & !INSTRUCTIONS).to_be_bytes());
        out.extend_from_slice(glyph.get(at + 2..at + size)?);
        at += size;
        if flags & MORE == 0 {
            return Some(());
        }
    }
}

fn tables(font: &[u8]) -> Option<BTreeMap<[u8; 4], &[u8]>> {
    let count = usize::from(u16_at(font, 4)?);
    let mut tables = BTreeMap::new();
    for i in 0..count {
        let entry = font.get(12 + 16 * i..28 + 16 * i)?;
        let (start, length) = (u32_at(entry, 8)? as usize, u32_at(entry, 12)? as usize);
        tables.insert(entry.first_chunk::<4>().copied()?, font.get(start..start.checked_add(length)?)?);
    }
    Some(tables)
}

fn assemble(version: &[u8], tables: &BTreeMap<[u8; 4], &[u8]>) -> Vec<u8> {
    let count = tables.len() as u16;
    let power = count.max(1).ilog2() as u16;
    let range = 16 << power;
    let mut out = version.to_vec();
    for v in [count, range, power, count * 16 - range] {
        out.extend_from_slice(&v.to_be_bytes());
    }
    let mut start = 12 + 16 * tables.len();
    for (tag, data) in tables {
        out.extend_from_slice(tag);
        out.extend_from_slice(&check_sum(data).to_be_bytes());
        out.extend_from_slice(&(start as u32).to_be_bytes());
        out.extend_from_slice(&(data.len() as u32).to_be_bytes());
        start += data.len().next_multiple_of(4);
    }
    for data in tables.values() {
        out.extend_from_slice(data);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

fn check_sum(data: &[u8]) -> u32 {
    data.chunks(4).fold(0, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2).and_then(|bytes| Some(u16::from_be_bytes(*bytes.first_chunk()?)))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 4).and_then(|bytes| Some(u32::from_be_bytes(*bytes.first_chunk()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A font of one glyph, a triangle with a program of three bytes.
    fn font() -> Vec<u8> {
        let mut glyph = vec![0, 1, 0, 0, 0, 0, 0, 9, 0, 9, 0, 2, 0, 3, 1, 2, 3];
        glyph.extend_from_slice(&[0x37, 0x37, 0x37, 1, 2, 3, 1, 2, 3]);
        let mut head = vec![0; 54];
        head[51] = 1;
        let loca: Vec<u8> = [0u32, glyph.len() as u32].iter().flat_map(|place| place.to_be_bytes()).collect();
        let maxp = vec![1; 32];
        let all: [(&[u8; 4], &[u8]); 6] = [
            (b"head", &head),
            (b"loca", &loca),
            (b"glyf", &glyph),
            (b"maxp", &maxp),
            (b"fpgm", &[1, 2, 3]),
            (b"cvt ", &[1]),
        ];
        assemble(&[0, 1, 0, 0], &all.into_iter().map(|(tag, data)| (*tag, data)).collect())
    }

    #[test]
    fn programs_go_and_outlines_stay() {
        let stripped = without_hints(&font()).unwrap();
        let found = tables(&stripped).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), [b"glyf", b"head", b"loca", b"maxp"]);
        let glyph = [0, 1, 0, 0, 0, 0, 0, 9, 0, 9, 0, 2, 0, 0, 0x37, 0x37, 0x37, 1, 2, 3, 1, 2, 3, 0];
        assert_eq!(found[b"glyf"], glyph);
        assert_eq!(found[b"loca"], [0, 0, 0, 12]);
        assert_eq!(found[b"head"][50..52], [0, 0]);
    }

    #[test]
    fn fonts_may_be_cut_between_glyphs() {
        let font = font();
        let glyf = tables(&font).unwrap()[b"glyf"].len();
        let found = breaks(&font);
        let start = font.windows(4).position(|window| window == [0, 1, 0, 0]).map(|_| found.len()).unwrap();
        assert_eq!(start, 8); // six tables, the places before and behind the glyph
        assert_eq!(found[7] - found[6], glyf);
    }

    #[test]
    fn broken_fonts_are_left_alone() {
        let font = font();
        for end in 0..font.len() {
            let _ = without_hints(&font[..end]);
            let _ = breaks(&font[..end]);
        }
        assert!(without_hints(b"OTTO").is_none());
    }
}
