//! The Python module `drypoint._core`.

mod glyphs;

use pyo3::prelude::*;

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    glyphs::register(module)?;
    Ok(())
}
