//! The Python module `drypoint._core`: arrays in, ops out, pixels and files back.

mod arrays;
mod buffer;
mod calls;
mod document;
mod errors;
mod font_file;
mod glyphs;
#[cfg(target_os = "linux")]
mod memory;
mod pdf_file;
mod png;
mod pool;
mod region;
mod renderer;
mod shaping;
mod style;
mod surface;
mod walk;
mod window;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// Sets how many threads draw, the caller's included; 0 means one per core.
#[pyfunction]
fn set_threads(py: Python<'_>, threads: usize) {
    py.detach(|| pool::set_threads(threads));
}

/// How many threads draw, the caller's included.
#[pyfunction]
fn threads() -> usize {
    pool::threads()
}

/// Finishes what is queued on the drawing threads and ends them; drawing starts new ones.
#[pyfunction]
fn stop_threads(py: Python<'_>) {
    py.detach(pool::stop);
}

/// Tells the engine that it is in a forked child, where the threads of the parent are gone.
#[pyfunction]
fn forked() {
    pool::forked();
}

/// Whether a dictionary has these values under these keys, which are as many.
///
/// Past what a subclass makes of looking up; a few times as fast as a loop in Python. Values are compared by identity
/// first.
#[pyfunction]
fn has_items(mapping: &Bound<'_, PyDict>, keys: &Bound<'_, PyTuple>, values: &Bound<'_, PyTuple>) -> PyResult<bool> {
    for (key, value) in keys.iter_borrowed().zip(values.iter_borrowed()) {
        match mapping.get_item(key)? {
            Some(item) if item.is(value) || item.eq(value)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<renderer::Renderer>()?;
    module.add_class::<renderer::PixelReader>()?;
    module.add_class::<region::BufferRegion>()?;
    module.add_class::<window::Shown>()?;
    module.add_class::<window::Mirror>()?;
    module.add_class::<style::Style>()?;
    module.add_class::<style::Path>()?;
    module.add_class::<style::ClipPath>()?;
    module.add_function(wrap_pyfunction!(set_threads, module)?)?;
    module.add_function(wrap_pyfunction!(threads, module)?)?;
    module.add_function(wrap_pyfunction!(stop_threads, module)?)?;
    module.add_function(wrap_pyfunction!(forked, module)?)?;
    module.add_function(wrap_pyfunction!(has_items, module)?)?;
    document::register(module)?;
    module.add_class::<pdf_file::PdfFile>()?;
    module.add_class::<font_file::FontFile>()?;
    glyphs::register(module)?;
    shaping::register(module)?;
    png::register(module)?;
    Ok(())
}
