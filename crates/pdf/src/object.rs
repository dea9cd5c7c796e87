//! The objects of a file and how they are written.
//!
//! With compression, what is not a stream goes into object streams and the table of all objects is a stream too; without
//! it, everything can be read in an editor.

use encode::number::push_whole;
use page::deflate;

/// The number of an object.
pub type Id = u32;

/// Objects that go into one object stream.
const PER_STREAM: usize = 200;

#[derive(Debug)]
enum Object {
    Missing,
    Plain(Vec<u8>),
    Stream { entries: Vec<u8>, data: Vec<u8> },
}

/// All objects of a file.
#[derive(Debug)]
pub struct Objects {
    objects: Vec<Object>,
    level: u8,
    version: &'static str,
}

impl Objects {
    /// None yet; `level` is how hard streams are compressed, 0 for not at all, `version` that of PDF.
    pub fn new(level: u8, version: &'static str) -> Self {
        Self { objects: Vec::new(), level, version }
    }

    /// Whether streams are compressed.
    pub fn compresses(&self) -> bool {
        self.level > 0
    }

    /// A number for an object that is yet to come.
    pub fn reserve(&mut self) -> Id {
        self.objects.push(Object::Missing);
        self.objects.len() as Id
    }

    /// Sets a reserved object.
    pub fn set(&mut self, id: Id, content: impl Into<Vec<u8>>) {
        self.objects[id as usize - 1] = Object::Plain(content.into());
    }

    /// A new object.
    pub fn add(&mut self, content: impl Into<Vec<u8>>) -> Id {
        let id = self.reserve();
        self.set(id, content);
        id
    }

    /// A new stream with entries of its dictionary; it is compressed here.
    pub fn add_stream(&mut self, entries: &str, data: Vec<u8>) -> Id {
        let id = self.reserve();
        self.set_stream(id, entries, data);
        id
    }

    /// A new stream that is never compressed.
    pub fn add_plain_stream(&mut self, entries: &str, data: Vec<u8>) -> Id {
        let id = self.reserve();
        self.objects[id as usize - 1] = Object::Stream { entries: entries.into(), data };
        id
    }

    /// Sets a reserved stream.
    pub fn set_stream(&mut self, id: Id, entries: &str, data: Vec<u8>) {
        let (mut all, data) = self.packed(data);
        all.extend_from_slice(entries.as_bytes());
        self.objects[id as usize - 1] = Object::Stream { entries: all, data };
    }

    /// A new stream of predicted samples, or of plain ones where those are smaller.
    pub fn add_predicted(&mut self, entries: &str, plain_entries: &str, predicted: Vec<u8>, plain: Vec<u8>) -> Id {
        let id = self.reserve();
        let (mut all, data) = self.packed(predicted);
        let (mut all_plain, data_plain) = self.packed(plain);
        // Prediction only counts for data that is compressed.
        let (all, data) = if all.is_empty() || data_plain.len() <= data.len() {
            all_plain.extend_from_slice(plain_entries.as_bytes());
            (all_plain, data_plain)
        } else {
            all.extend_from_slice(entries.as_bytes());
            (all, data)
        };
        self.objects[id as usize - 1] = Object::Stream { entries: all, data };
        id
    }

    /// Data as it is stored, and the entries that say how.
    fn packed(&self, data: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
        match deflate(&data, self.level) {
            Some(packed) => (b"/Filter/FlateDecode".to_vec(), packed),
            None => (Vec::new(), data),
        }
    }

    /// The file. `root` and `info` are the numbers of the catalogue and the metadata.
    pub fn write(mut self, root: Id, info: Id) -> Vec<u8> {
        if self.level > 0 { self.write_compressed(root, info) } else { self.write_plain(root, info) }
    }

    /// The version, and bytes from which programs tell that the file is not text.
    fn head(&self) -> Vec<u8> {
        [b"%PDF-", self.version.as_bytes(), b"\n%\xe2\xe3\xcf\xd3\n"].concat()
    }

    fn write_plain(&mut self, root: Id, info: Id) -> Vec<u8> {
        let mut out = self.head();
        let mut places = Vec::new();
        for (index, object) in self.objects.iter().enumerate() {
            places.push(out.len());
            push_object(&mut out, index as Id + 1, object);
        }
        let table = out.len();
        out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).as_bytes());
        for place in &places {
            out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
        }
        let trailer = format!(
            "trailer\n<</Size {}/Root {root} 0 R/Info {info} 0 R{}>>\nstartxref\n{table}\n%%EOF\n",
            places.len() + 1,
            file_id(&out)
        );
        out.extend_from_slice(trailer.as_bytes());
        out
    }

    fn write_compressed(&mut self, root: Id, info: Id) -> Vec<u8> {
        let mut out = self.head();
        // Kind, place or number of the stream, index in the stream.
        let mut table: Vec<(u8, u64, u16)> = vec![(0, 0, 65535)];
        table.resize(self.objects.len() + 1, (0, 0, 0));
        let plain: Vec<usize> = (0..self.objects.len())
            .filter(|&index| matches!(self.objects[index], Object::Plain(_) | Object::Missing))
            .collect();
        for group in plain.chunks(PER_STREAM) {
            let (mut head, mut body) = (Vec::new(), Vec::new());
            let stream_id = self.objects.len() as Id + 1;
            for (place, &index) in group.iter().enumerate() {
                head.extend_from_slice(format!("{} {} ", index + 1, body.len()).as_bytes());
                match &self.objects[index] {
                    Object::Plain(content) => body.extend_from_slice(content),
                    _ => body.extend_from_slice(b"null"),
                }
                body.push(b'\n');
                table[index + 1] = (2, u64::from(stream_id), place as u16);
            }
            let entries = format!("/Type/ObjStm/N {}/First {}", group.len(), head.len());
            head.extend_from_slice(&body);
            self.add_stream(&entries, head);
            table.push((0, 0, 0));
        }
        for (index, object) in self.objects.iter().enumerate() {
            if matches!(object, Object::Stream { .. }) {
                table[index + 1] = (1, out.len() as u64, 0);
                push_object(&mut out, index as Id + 1, object);
            }
        }
        let start = out.len();
        let id = self.objects.len() as Id + 1;
        table.push((1, start as u64, 0));
        let bytes = if start < 1 << 24 { 3 } else { 5 };
        let mut rows = Vec::with_capacity(table.len() * (3 + bytes));
        for (kind, place, index) in table {
            rows.push(kind);
            rows.extend_from_slice(&place.to_be_bytes()[8 - bytes..]);
            rows.extend_from_slice(&index.to_be_bytes());
        }
        let entries =
            format!("/Type/XRef/Size {}/W[1 {bytes} 2]/Root {root} 0 R/Info {info} 0 R{}", id + 1, file_id(&out));
        let (mut all, data) = self.packed(rows);
        all.extend_from_slice(entries.as_bytes());
        push_object(&mut out, id, &Object::Stream { entries: all, data });
        out.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
        out
    }
}

/// An identifier that follows from the content.
fn file_id(content: &[u8]) -> String {
    let mut hash = [0xcbf2_9ce4_8422_2325u64, 0x8422_2325_cbf2_9ce4];
    for chunk in content.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        for (i, half) in hash.iter_mut().enumerate() {
            *half = (*half ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3 + 2 * i as u64).rotate_left(23);
        }
    }
    let text = format!("{:016x}{:016x}", hash[0], hash[1]);
    format!("/ID[<{text}><{text}>]")
}

fn push_object(out: &mut Vec<u8>, id: Id, object: &Object) {
    push_whole(out, u64::from(id));
    out.extend_from_slice(b" 0 obj\n");
    match object {
        Object::Missing => out.extend_from_slice(b"null"),
        Object::Plain(content) => out.extend_from_slice(content),
        Object::Stream { entries, data } => {
            out.extend_from_slice(b"<<");
            out.extend_from_slice(entries);
            out.extend_from_slice(format!("/Length {}>>\nstream\n", data.len()).as_bytes());
            out.extend_from_slice(data);
            out.extend_from_slice(b"\nendstream");
        }
    }
    out.extend_from_slice(b"\nendobj\n");
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
        let file = objects.write(root, info);
        let find = |what: &[u8]| file.windows(what.len()).position(|window| window == what).unwrap();
        let tail = format!("startxref\n{}\n%%EOF\n", find(b"xref\n0 3"));
        assert!(file.ends_with(tail.as_bytes()));
        let first = format!("{:010} 00000 n", find(b"1 0 obj"));
        find(first.as_bytes());
    }
}
