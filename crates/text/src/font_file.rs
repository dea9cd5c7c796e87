//! A font file of which only what somebody has asked for is in memory.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

/// What is read at once: a page of memory.
const BLOCK_BYTES: usize = 4 << 10;

/// What holds a font: [`FontFile`], or all of the file as a slice.
pub trait Source {
    /// The file as long as it is, with its contents in `range` at least, and zeros perhaps elsewhere; `None` if it cannot
    /// be read.
    fn with(&mut self, range: Range<usize>) -> Option<&[u8]>;
}

impl Source for &[u8] {
    fn with(&mut self, _: Range<usize>) -> Option<&[u8]> {
        Some(self)
    }
}

/// A font file, read block by block when something in them is needed, and kept. It is as long as it was when it was opened.
#[derive(Debug)]
pub struct FontFile {
    file: File,
    /// Zeros where nothing has been read; they come from the system and take no memory until then.
    bytes: Vec<u8>,
    is_read: Vec<bool>,
}

impl FontFile {
    /// Opens a file.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        Ok(Self { file, bytes: vec![0; length], is_read: vec![false; length.div_ceil(BLOCK_BYTES)] })
    }

    /// The contents of a range, as far as the file goes.
    pub fn read(&mut self, range: Range<usize>) -> io::Result<&[u8]> {
        let length = self.bytes.len();
        let range = range.start.min(length)..range.end.min(length);
        self.fill(&range)?;
        Ok(&self.bytes[range.start..range.end.max(range.start)])
    }

    fn fill(&mut self, range: &Range<usize>) -> io::Result<()> {
        let mut block = range.start / BLOCK_BYTES;
        let end = range.end.div_ceil(BLOCK_BYTES);
        while block < end {
            if self.is_read[block] {
                block += 1;
                continue;
            }
            let missing = self.is_read[block..end].iter().take_while(|is_read| !**is_read).count();
            let start = block * BLOCK_BYTES;
            let stop = ((block + missing) * BLOCK_BYTES).min(self.bytes.len());
            read_exact_at(&self.file, &mut self.bytes[start..stop], start as u64)?;
            self.is_read[block..block + missing].fill(true);
            block += missing;
        }
        Ok(())
    }
}

impl Source for FontFile {
    fn with(&mut self, range: Range<usize>) -> Option<&[u8]> {
        self.read(range).ok()?;
        Some(&self.bytes)
    }
}

/// Reads without the file's own position, which a fork shares.
#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// Elsewhere there are no forks.
#[cfg(not(unix))]
fn read_exact_at(mut file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    use std::io::{Read, Seek};
    file.seek(io::SeekFrom::Start(offset))?;
    file.read_exact(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_what_the_file_holds() {
        let content: Vec<u8> = (0..30_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let path = std::env::temp_dir().join(format!("drypoint-font-file-{}", std::process::id()));
        std::fs::write(&path, &content).unwrap();
        let mut file = FontFile::open(&path).unwrap();
        // What was opened stays, whatever becomes of the name.
        std::fs::remove_file(&path).unwrap();
        for (start, end) in [(100, 200), (8000, 8400), (0, 4), (4095, 12_289), (29_990, 40_000), (50_000, 60_000)] {
            let expected = &content[start.min(content.len())..end.min(content.len())];
            assert_eq!(file.read(start..end).unwrap(), expected);
            assert!(file.with(start..end).unwrap().len() == content.len());
        }
        // Blocks in which nothing was asked for have not been read.
        assert_eq!(file.is_read, [true, true, true, true, false, false, false, true]);
        assert!(FontFile::open(Path::new("/no/such/font")).is_err());
    }
}
