//! PDF files as Python objects.

use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::document::{Document, is_large};
use crate::pool;

/// A PDF file in the making.
///
/// Parameters
/// ----------
/// compression : int
///     From 0 (readable) to 9.
/// inherit_color : bool
///     Leave out everything that sets colours.
#[pyclass(frozen, module = "drypoint._core")]
pub struct PdfFile(Mutex<Option<pdf::File>>);

impl PdfFile {
    fn with<R>(&self, work: impl FnOnce(&mut pdf::File) -> R) -> PyResult<R> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.as_mut().map(work).ok_or_else(|| PyValueError::new_err("the PDF file is finished"))
    }
}

#[pymethods]
impl PdfFile {
    #[new]
    #[pyo3(signature = (compression, inherit_color, *, archival=false, unicode=false, accessible=false, type3=false))]
    fn new(compression: u8, inherit_color: bool, archival: bool, unicode: bool, accessible: bool, type3: bool) -> Self {
        let kind = pdf::Kind { archival, unicode, accessible, type3 };
        Self(Mutex::new(Some(pdf::File::new(compression, inherit_color, kind))))
    }

    /// Number of pages.
    fn page_count(&self) -> PyResult<usize> {
        self.with(|file| file.page_count())
    }

    /// Puts a note on the next page, in a rectangle (left, bottom, right, top).
    fn add_note(&self, text: String, rect: [f64; 4]) -> PyResult<()> {
        self.with(|file| file.add_note(text, rect))
    }

    /// Adds a page; `alt` says what it shows to those who cannot see it.
    #[pyo3(signature = (document, alt=None))]
    fn add_page(&self, py: Python<'_>, document: &Bound<'_, Document>, alt: Option<String>) -> PyResult<()> {
        let document = document.get();
        py.detach(|| {
            let scene = document.scene();
            pool::at_once(is_large(&scene), || self.with(|file| file.add_page(&scene, alt.as_deref())))
        })
    }

    /// What is written so far and was not taken before; it is not held any longer.
    fn take<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.with(pdf::File::take)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The rest of the file with these entries of metadata, and files (name, media type, content); nothing can be added afterwards.
    #[pyo3(signature = (info, *, language=None, xmp=None, shows_title=false, attachments=Vec::new()))]
    fn finish<'py>(
        &self,
        py: Python<'py>,
        info: Vec<(String, String)>,
        language: Option<String>,
        xmp: Option<String>,
        shows_title: bool,
        attachments: Vec<(String, String, Bound<'py, PyBytes>)>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let attachments = attachments
            .into_iter()
            .map(|(name, media_type, data)| pdf::Attachment { name, media_type, data: data.as_bytes().to_vec() })
            .collect();
        let extras = pdf::Extras { language, xmp: xmp.map(String::into_bytes), shows_title, attachments };
        let file = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let file = file.ok_or_else(|| PyValueError::new_err("the PDF file is finished"))?;
        let bytes = py.detach(|| file.finish(&info, extras));
        Ok(PyBytes::new(py, &bytes))
    }
}
