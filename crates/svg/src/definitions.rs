//! What a document defines once and uses by its id.

use std::collections::{HashMap, HashSet};

/// The definitions of a document; their ids follow from what they are.
pub(crate) struct Definitions<'a> {
    bytes: Vec<u8>,
    ids: HashMap<Vec<u8>, String>,
    taken: HashSet<String>,
    salt: &'a str,
    prefix: &'a str,
}

impl<'a> Definitions<'a> {
    /// None yet. `salt` goes into all ids, `prefix` stands before them.
    pub(crate) fn new(salt: &'a str, prefix: &'a str) -> Self {
        Self { bytes: Vec::new(), ids: HashMap::new(), taken: HashSet::new(), salt, prefix }
    }

    /// The elements, one after the other.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The id of a definition: `<element id="…"` and `content`, which begins with attributes and closes the element.
    pub(crate) fn define(&mut self, element: &str, kind: char, content: &[u8]) -> String {
        let mut key = vec![kind as u8];
        key.extend_from_slice(content);
        if let Some(id) = self.ids.get(&key) {
            return id.clone();
        }
        let id = self.new_id(kind, content);
        self.bytes.extend_from_slice(format!("<{element} id=\"{id}\"").as_bytes());
        self.bytes.extend_from_slice(content);
        self.ids.insert(key, id.clone());
        id
    }

    /// An id that follows from content and salt.
    pub(crate) fn new_id(&mut self, kind: char, content: &[u8]) -> String {
        const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut attempt = 0u8;
        loop {
            let mut bits = hash(&[self.salt.as_bytes(), &[kind as u8, attempt], content]);
            let mut id = format!("{}{kind}", self.prefix);
            for _ in 0..7 {
                id.push(char::from(DIGITS[(bits >> 59) as usize]));
                bits <<= 5;
            }
            if self.taken.insert(id.clone()) {
                return id;
            }
            attempt = attempt.wrapping_add(1);
        }
    }
}

/// FNV-1a, 64 bits: small, and the same everywhere and always.
pub(crate) fn hash(parts: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for part in parts {
        for &byte in *part {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        hash = (hash ^ 0xff).wrapping_mul(0x0100_0000_01b3);
    }
    // The high bits have seen everything, the low ones have not.
    hash ^ (hash >> 29)
}
