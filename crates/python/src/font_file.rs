//! Font files as Python objects.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use text::Interactions;

/// A font file of which only what was read is in memory.
///
/// Stands for an open binary file, as far as FreeType asks for one.
///
/// Parameters
/// ----------
/// path : path-like
///
/// Raises
/// ------
/// OSError
///     If it cannot be opened, or later read.
#[pyclass(frozen, module = "drypoint._core")]
pub struct FontFile {
    file: Arc<Mutex<text::FontFile>>,
    path: PathBuf,
    position: AtomicUsize,
}

impl FontFile {
    fn file(&self) -> MutexGuard<'_, text::FontFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(path: PathBuf, file: Arc<Mutex<text::FontFile>>) -> Self {
        Self { file, path, position: AtomicUsize::new(0) }
    }
}

/// The exception that Python itself would raise: of the kind and with the words of the error, and with the path.
fn exception(py: Python<'_>, error: &io::Error, path: &Path) -> PyErr {
    let Some(number) = error.raw_os_error() else {
        return PyOSError::new_err(format!("{}: {error}", path.display()));
    };
    let words = py.import("os").and_then(|os| os.call_method1("strerror", (number,))).map(Bound::unbind);
    match words {
        Ok(words) => PyOSError::new_err((number, words, path.to_path_buf())),
        Err(error) => error,
    }
}

/// Glyphs that may change, pairs of neighbours that may be joined, glyphs that may be kerned.
type Disturbances = (Vec<u32>, Vec<(u32, u32)>, Vec<u32>);

#[pymethods]
impl FontFile {
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let file = text::FontFile::open(&path).map_err(|error| exception(py, &error, &path))?;
        Ok(Self::of(path, Arc::new(Mutex::new(file))))
    }

    /// The same file, to be read from its beginning.
    fn reader(&self) -> Self {
        Self::of(self.path.clone(), Arc::clone(&self.file))
    }

    /// Goes to a place in the file.
    fn seek(&self, offset: usize) -> usize {
        self.position.store(offset, Ordering::Relaxed);
        offset
    }

    /// So many bytes from there on, fewer at the end of the file.
    fn read<'py>(&self, py: Python<'py>, count: usize) -> PyResult<Bound<'py, PyBytes>> {
        let start = self.position.load(Ordering::Relaxed);
        let mut file = self.file();
        let bytes = file.read(start..start.saturating_add(count)).map_err(|error| exception(py, &error, &self.path))?;
        self.position.store(start.saturating_add(bytes.len()), Ordering::Relaxed);
        Ok(PyBytes::new(py, bytes))
    }

    /// Nothing: others may read on.
    #[expect(clippy::unused_self, reason = "a method of files")]
    fn close(&self) {}

    /// Whether a glyph's contours are flagged as overlapping; None where one cannot tell.
    ///
    /// FreeType oversamples such glyphs, so that their bitmaps have to come from FreeType.
    fn is_overlapping(&self, face_index: u32, glyph: u32) -> Option<bool> {
        text::is_overlapping(&mut *self.file(), face_index, glyph)
    }

    /// What makes the layout of a string more than a sum of distances between neighbours.
    ///
    /// Parameters
    /// ----------
    /// face_index : int
    ///     The face in a collection, 0 for other files.
    /// glyphs : list of int
    ///     The glyphs to be considered, of characters in simple left-to-right scripts.
    ///
    /// Returns
    /// -------
    /// (list of int, list of (int, int), list of int) or None
    ///     Glyphs that may be replaced or moved, neighbours that may be joined, and glyphs that may be kerned with the
    ///     next; None if anything may be replaced.
    fn interactions(&self, face_index: u32, glyphs: Vec<u32>) -> Option<Disturbances> {
        let Interactions { glyphs, pairs, kerned } = text::interactions(&mut *self.file(), face_index, &glyphs)?;
        Some((glyphs, pairs, kerned))
    }
}
