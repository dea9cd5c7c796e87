//! Where a font's tables are in its file.

use std::ops::Range;

use read_fonts::FontRef;
use read_fonts::types::Tag;

use crate::font_file::Source;

/// Has the directory of a face read: what says where its tables are. `None` if there is none.
pub fn read_directory(source: &mut impl Source, face_index: u32) -> Option<()> {
    let data = source.with(0..12)?;
    let mut start = 0;
    if data.starts_with(b"ttcf") {
        // A collection begins with places of its faces, four bytes each.
        let place = 12 + 4 * face_index as usize;
        start = number(source.with(0..place + 4)?, place, 4)?;
    }
    let tables = number(source.with(start..start.checked_add(12)?)?, start + 4, 2)?;
    source.with(start..start + 12 + 16 * tables)?;
    Some(())
}

/// Where a table is, by a directory that has been read. It may end behind the file.
pub fn table_range(data: &[u8], face_index: u32, tag: Tag) -> Option<Range<usize>> {
    let font = FontRef::from_index(data, face_index).ok()?;
    let record = font.table_directory.table_records().iter().find(|record| record.tag() == tag)?;
    let start = record.offset() as usize;
    Some(start..start + record.length() as usize)
}

/// A number of so many bytes, the first the highest.
fn number(data: &[u8], start: usize, bytes: usize) -> Option<usize> {
    Some(data.get(start..start + bytes)?.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
