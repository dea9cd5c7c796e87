//! The objects of a file and how they are written.
//!
//! What is known of an object leaves memory as soon as its bytes are taken: streams are written where they come, other
//! objects too or, with compression, many together as an object stream. Without compression everything can be read in an
//! editor; with it the table of all objects is a stream as well.

use encode::number::push_whole;
use page::Compressor;

/// The number of an object.
pub type Id = u32;

/// Objects that go into one object stream.
const PER_STREAM: usize = 200;

/// Where an object is.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// Not written yet.
    Missing,
    /// At this offset of the file.
    At(u64),
    /// In an object stream, at this index.
    Within(Id, u16),
}

/// All objects of a file.
#[derive(Debug)]
pub struct Objects {
    places: Vec<Place>,
    /// What waits for the next object stream.
    waiting: Vec<(Id, Vec<u8>)>,
    /// What is written and not taken.
    out: Vec<u8>,
    /// Bytes taken so far.
    taken: u64,
    digest: Digest,
    level: u8,
    compressor: Compressor,
}

impl Objects {
    /// None yet; `level` is how hard streams are compressed, 0 for not at all, `version` that of PDF.
    pub fn new(level: u8, version: &str) -> Self {
        // After the version, bytes from which programs tell that the file is not text.
        let out = [b"%PDF-", version.as_bytes(), b"\n%\xe2\xe3\xcf\xd3\n"].concat();
        Self {
            places: Vec::new(),
            waiting: Vec::new(),
            out,
            taken: 0,
            digest: Digest::default(),
            level,
            compressor: Compressor::default(),
        }
    }

    /// Whether streams are compressed.
    pub fn compresses(&self) -> bool {
        self.level > 0
    }

    /// A number for an object that is yet to come.
    pub fn reserve(&mut self) -> Id {
        self.places.push(Place::Missing);
        self.places.len() as Id
    }

    /// Sets a reserved object.
    pub fn set(&mut self, id: Id, content: impl Into<Vec<u8>>) {
        let content = content.into();
        if self.compresses() {
            self.waiting.push((id, content));
            if self.waiting.len() >= PER_STREAM {
                self.write_waiting();
            }
        } else {
            self.write(id, |out| out.extend_from_slice(&content));
        }
    }

    /// A new object.
    pub fn add(&mut self, content: impl Into<Vec<u8>>) -> Id {
        let id = self.reserve();
        self.set(id, content);
        id
    }

    /// A new stream with entries of its dictionary; it is compressed here.
    pub fn add_stream(&mut self, entries: &str, data: Vec<u8>) -> Id {
        let (filter, data) = self.packed(data);
        self.write_stream(&[filter, entries], &data)
    }

    /// A new stream that is never compressed.
    pub fn add_plain_stream(&mut self, entries: &str, data: &[u8]) -> Id {
        self.write_stream(&[entries], data)
    }

    /// A new stream of predicted samples, or of plain ones where those are smaller.
    pub fn add_predicted(&mut self, entries: &str, plain_entries: &str, predicted: Vec<u8>, plain: Vec<u8>) -> Id {
        let (filter, data) = self.packed(predicted);
        let (plain_filter, plain_data) = self.packed(plain);
        // Prediction only counts for data that is compressed.
        if filter.is_empty() || plain_data.len() <= data.len() {
            self.write_stream(&[plain_filter, plain_entries], &plain_data)
        } else {
            self.write_stream(&[filter, entries], &data)
        }
    }

    /// Data as it is stored, and the entries that say how.
    fn packed(&mut self, data: Vec<u8>) -> (&'static str, Vec<u8>) {
        match self.compressor.compress(&data, self.level) {
            Some(packed) => ("/Filter/FlateDecode", packed),
            None => ("", data),
        }
    }

    fn write_stream(&mut self, entries: &[&str], data: &[u8]) -> Id {
        let id = self.reserve();
        self.write(id, |out| {
            out.extend_from_slice(b"<<");
            entries.iter().for_each(|entries| out.extend_from_slice(entries.as_bytes()));
            out.extend_from_slice(format!("/Length {}>>\nstream\n", data.len()).as_bytes());
            out.extend_from_slice(data);
            out.extend_from_slice(b"\nendstream");
        });
        id
    }

    fn write(&mut self, id: Id, content: impl FnOnce(&mut Vec<u8>)) {
        let start = self.out.len();
        self.places[id as usize - 1] = Place::At(self.taken + start as u64);
        push_whole(&mut self.out, u64::from(id));
        self.out.extend_from_slice(b" 0 obj\n");
        content(&mut self.out);
        self.out.extend_from_slice(b"\nendobj\n");
        self.digest.add(&self.out[start..]);
    }

    /// Writes what waits as an object stream.
    fn write_waiting(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_unstable_by_key(|&(id, _)| id);
        let stream = self.places.len() as Id + 1;
        let (mut head, mut body) = (Vec::new(), Vec::new());
        for (index, (id, content)) in waiting.iter().enumerate() {
            head.extend_from_slice(format!("{id} {} ", body.len()).as_bytes());
            body.extend_from_slice(content);
            body.push(b'\n');
            self.places[*id as usize - 1] = Place::Within(stream, index as u16);
        }
        let entries = format!("/Type/ObjStm/N {}/First {}", waiting.len(), head.len());
        head.extend_from_slice(&body);
        self.add_stream(&entries, head);
    }

    /// What is written so far and was not taken before; it is not held any longer.
    pub fn take(&mut self) -> Vec<u8> {
        let out = std::mem::take(&mut self.out);
        self.taken += out.len() as u64;
        out
    }

    /// Ends the file and takes the rest of it. `root` and `info` are the numbers of the catalogue and the metadata.
    pub fn finish(mut self, root: Id, info: Id) -> Vec<u8> {
        let waits = |id: &Id| self.waiting.iter().any(|(waiting, _)| waiting == id);
        let missing = |id: &Id| matches!(self.places[*id as usize - 1], Place::Missing) && !waits(id);
        let never_set: Vec<Id> = (1..=self.places.len() as Id).filter(missing).collect();
        for id in never_set {
            self.set(id, "null");
        }
        if !self.waiting.is_empty() {
            self.write_waiting();
        }
        let table = self.taken + self.out.len() as u64;
        let references = format!("/Root {root} 0 R/Info {info} 0 R{}", self.digest.entry());
        if self.compresses() {
            self.write_table_stream(table, &references)
        } else {
            self.write_table(&references)
        }
        self.out.extend_from_slice(format!("startxref\n{table}\n%%EOF\n").as_bytes());
        self.out
    }

    fn write_table(&mut self, references: &str) {
        let size = self.places.len() + 1;
        self.out.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
        for place in &self.places {
            let Place::At(place) = place else { continue };
            self.out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
        }
        self.out.extend_from_slice(format!("trailer\n<</Size {size}{references}>>\n").as_bytes());
    }

    fn write_table_stream(&mut self, start: u64, references: &str) {
        let bytes = if start < 1 << 24 { 3 } else { 5 };
        let size = self.places.len() + 2;
        let mut rows = Vec::with_capacity(size * (3 + bytes));
        // Kind; offset or number of the stream; index in the stream.
        let mut push = |kind: u8, place: u64, index: u16| {
            rows.push(kind);
            rows.extend_from_slice(&place.to_be_bytes()[8 - bytes..]);
            rows.extend_from_slice(&index.to_be_bytes());
        };
        push(0, 0, u16::MAX);
        for place in &self.places {
            match *place {
                Place::Missing => push(0, 0, 0),
                Place::At(place) => push(1, place, 0),
                Place::Within(stream, index) => push(2, u64::from(stream), index),
            }
        }
        push(1, start, 0);
        self.add_stream(&format!("/Type/XRef/Size {size}/W[1 {bytes} 2]{references}"), rows);
    }
}

/// What an identifier is made of that follows from the content.
#[derive(Debug)]
struct Digest([u64; 2]);

impl Default for Digest {
    fn default() -> Self {
        Self([0xcbf2_9ce4_8422_2325, 0x8422_2325_cbf2_9ce4])
    }
}

impl Digest {
    fn add(&mut self, content: &[u8]) {
        for chunk in content.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            for (i, half) in self.0.iter_mut().enumerate() {
                *half =
                    (*half ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3 + 2 * i as u64).rotate_left(23);
            }
        }
    }

    /// The identifier as an entry of the trailer.
    fn entry(&self) -> String {
        let text = format!("{:016x}{:016x}", self.0[0], self.0[1]);
        format!("/ID[<{text}><{text}>]")
    }
}

/// A text string: ASCII in parentheses, anything else as UTF-16.
pub fn text_string(text: &str) -> String {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        let escaped = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        return format!("({escaped})");
    }
    let mut out = String::from("<FEFF");
    for unit in text.encode_utf16() {
        out.push_str(&format!("{unit:04X}"));
    }
    out.push('>');
    out
}

/// A string of bytes as they are.
pub fn byte_string(text: &str) -> String {
    let hex: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
    format!("<{hex}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        assert_eq!(text_string(r"a(b)\"), r"(a\(b\)\\)");
        assert_eq!(text_string("é"), "<FEFF00E9>");
        assert_eq!(byte_string("AZ"), "<415A>");
    }

    #[test]
    fn a_plain_file_points_at_its_objects() {
        let mut objects = Objects::new(0, "1.5");
        let root = objects.add("<</Type/Catalog>>");
        let info = objects.add("<<>>");
        let file = objects.finish(root, info);
        let find = |what: &[u8]| file.windows(what.len()).position(|window| window == what).unwrap();
        let tail = format!("startxref\n{}\n%%EOF\n", find(b"xref\n0 3"));
        assert!(file.ends_with(tail.as_bytes()));
        let first = format!("{:010} 00000 n", find(b"1 0 obj"));
        find(first.as_bytes());
    }
    #[test]
    fn taking_bytes_early_changes_nothing() {
        let file = |level: u8, takes: bool| {
            let mut objects = Objects::new(level, "1.5");
            let root = objects.reserve();
            let mut file = Vec::new();
            for i in 0..3 * PER_STREAM {
                objects.add(format!("<</Number {i}>>"));
                objects.add_stream("", format!("{i} 0 m\n").repeat(100).into_bytes());
                if takes {
                    file.extend(objects.take());
                    assert!(objects.out.is_empty() && objects.waiting.len() < PER_STREAM);
                }
            }
            objects.set(root, "<</Type/Catalog>>");
            let info = objects.add("<<>>");
            file.extend(objects.finish(root, info));
            file
        };
        for level in [0, 6] {
            assert!(file(level, true) == file(level, false));
        }
    }
}
