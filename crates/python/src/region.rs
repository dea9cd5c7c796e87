//! Saved rectangles of a canvas as Python objects.
#![expect(unsafe_code, reason = "the buffer protocol is a C interface, see buffer.rs")]

use std::ffi::c_int;

use pyo3::ffi;
use pyo3::prelude::*;

use crate::buffer;

/// A saved rectangle of a canvas, for blitting. Made by `Renderer.copy_from_bbox`.
///
/// Supports the buffer protocol: (height, width, 4) uint8, straight RGBA, row 0 on top, writable.
#[pyclass(module = "drypoint._core")]
pub struct BufferRegion(pub raster::Region);

#[pymethods]
impl BufferRegion {
    /// The rectangle (x1, y1, x2, y2) in px, y **down** from the top of the canvas.
    fn get_extents(&self) -> (i32, i32, i32, i32) {
        (self.0.x1, self.0.y1, self.0.x2, self.0.y2)
    }

    /// Moves the left edge to column `x`.
    fn set_x(&mut self, x: i32) {
        self.0.x1 = x;
    }

    /// Moves the upper edge to row `y`, counted from the top.
    fn set_y(&mut self, y: i32) {
        self.0.y1 = y;
    }

    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let pixels = |Self(own): &mut Self| (own.pixels_mut().as_mut_ptr().cast::<u8>(), own.width(), own.height());
        // SAFETY: Python gives a view to fill; a region's pixels are never reallocated.
        unsafe { buffer::export_own(&slf, view, flags, pixels) }
    }

    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        // SAFETY: Python hands back what `__getbuffer__` filled.
        unsafe { buffer::release(view) }
    }
}
