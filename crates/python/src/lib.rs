//! The Python module `drypoint._core`.

mod glyphs;
mod png;

use pyo3::prelude::*;

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    glyphs::register(module)?;
    png::register(module)?;
    Ok(())
}
