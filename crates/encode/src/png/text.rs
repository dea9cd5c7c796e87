//! Text chunks: `tEXt` for latin-1, `iTXt` for everything else.

use std::borrow::Cow;

use crate::Error;

/// A keyword with a text, as Pillow's `PngInfo.add_text` takes them.
///
/// The specification asks for keywords of 1 to 79 characters without a NUL; this is not checked,
/// since Pillow writes others too and readers skip what they do not understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    keyword: Cow<'a, [u8]>,
    body: Body<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Body<'a> {
    Latin1(Cow<'a, [u8]>),
    Utf8(Cow<'a, str>),
}

impl<'a> Text<'a> {
    /// A `tEXt` chunk if the text is latin-1, else an `iTXt` chunk without language.
    pub fn new(keyword: &'a str, text: &'a str) -> Result<Self, Error> {
        Ok(Self::with_keyword_bytes(Self::keyword_bytes(keyword)?, text))
    }

    /// Like [`Text::new`] with a keyword that is latin-1 already.
    pub fn with_keyword_bytes(keyword: impl Into<Cow<'a, [u8]>>, text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        let body = match latin1(&text) {
            Some(bytes) => Body::Latin1(Cow::Owned(bytes)),
            None => Body::Utf8(text),
        };
        Self { keyword: keyword.into(), body }
    }

    /// A `tEXt` chunk of a keyword and a text that are latin-1 already.
    pub fn from_bytes(keyword: impl Into<Cow<'a, [u8]>>, text: impl Into<Cow<'a, [u8]>>) -> Self {
        Self { keyword: keyword.into(), body: Body::Latin1(text.into()) }
    }

    /// The latin-1 bytes of a keyword.
    pub fn keyword_bytes(keyword: &str) -> Result<Vec<u8>, Error> {
        latin1(keyword).ok_or_else(|| Error::Keyword { keyword: keyword.to_owned() })
    }

    /// The type of the chunk and the pieces of its data.
    pub(super) fn chunk(&self) -> (&'static [u8; 4], [&[u8]; 3]) {
        match &self.body {
            Body::Latin1(text) => (b"tEXt", [&self.keyword, b"\0", text]),
            // NUL ends the keyword; not compressed, method 0; empty language and translated keyword.
            Body::Utf8(text) => (b"iTXt", [&self.keyword, b"\0\0\0\0\0", text.as_bytes()]),
        }
    }
}

/// The latin-1 bytes of `text`, if all its characters have one.
fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}
