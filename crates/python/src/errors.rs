//! How failures of the engine look in Python.

use pyo3::exceptions::{PyMemoryError, PyRuntimeError};
use pyo3::prelude::*;

use crate::surface::Failure;

/// The exception for a failure; `interruption` is what interrupted a wait.
pub fn exception(failure: Failure, interruption: Option<PyErr>) -> PyErr {
    match failure {
        Failure::Memory => PyMemoryError::new_err("not enough memory to draw on a canvas of this size"),
        Failure::Panic(text) => PyRuntimeError::new_err(format!(
            "drypoint failed to draw ({text}); this is a defect of drypoint, please report it"
        )),
        Failure::Interrupted => {
            interruption.unwrap_or_else(|| PyRuntimeError::new_err("waiting for drawing was interrupted"))
        }
    }
}
