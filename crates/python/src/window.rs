//! What windows keep of a canvas, as Python objects.
#![expect(unsafe_code, reason = "the buffer protocol is a C interface, see buffer.rs")]

use std::ffi::c_int;

use pyo3::exceptions::PyValueError;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::buffer;
use crate::calls::out_of_memory;
use crate::renderer::Renderer;

/// Which parts of a canvas a window shows as they are.
#[pyclass(module = "drypoint._core")]
#[derive(Default)]
pub struct Shown(raster::Shown);

#[pymethods]
impl Shown {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// The boxes that have to be shown so that the part of the canvas in `part` is, which is then held to be shown; all
    /// (left, top, right, bottom), px, y down, half-open. To show another box takes as long as to show `box_px` pixels more
    /// in one. A `mirror` is updated as well.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the mirror has another size than the canvas.
    #[pyo3(signature = (renderer, part, box_px, mirror=None))]
    fn update(
        &mut self,
        renderer: &Bound<'_, Renderer>,
        part: [i32; 4],
        box_px: u32,
        mut mirror: Option<PyRefMut<'_, Mirror>>,
    ) -> PyResult<Vec<(i32, i32, i32, i32)>> {
        let shown = &mut self.0;
        let mirror = mirror.as_mut().map(|mirror| mirror.of_size(renderer.get())).transpose()?;
        let boxes = renderer.get().with_pixmap(renderer.py(), |pixmap| {
            let boxes = shown.update(pixmap, part, box_px);
            if let Some(mirror) = mirror {
                mirror.update(pixmap);
            }
            boxes
        })?;
        Ok(boxes.into_iter().map(|[left, top, right, bottom]| (left, top, right, bottom)).collect())
    }
}

/// A copy of an opaque canvas in the format that windows take: numbers of 32 bits, 0xffRRGGBB.
///
/// Supports the buffer protocol: (height, width, 4) uint8, row 0 on top.
///
/// Raises
/// ------
/// MemoryError
///     If the pixels do not fit in memory.
#[pyclass(module = "drypoint._core")]
pub struct Mirror {
    mirror: raster::Mirror,
    width: usize,
    height: usize,
}

impl Mirror {
    /// What shows a canvas, if that has the same size.
    fn of_size(&mut self, renderer: &Renderer) -> PyResult<&mut raster::Mirror> {
        let (width, height) = (renderer.width(), renderer.height());
        if (width, height) != (self.width, self.height) {
            return Err(PyValueError::new_err(format!(
                "a mirror of {}x{} pixels cannot show a canvas of {width}x{height}: make one of that size",
                self.width, self.height
            )));
        }
        Ok(&mut self.mirror)
    }
}

#[pymethods]
impl Mirror {
    #[new]
    fn new(width: usize, height: usize) -> PyResult<Self> {
        let mirror = raster::Mirror::new(width, height).map_err(out_of_memory)?;
        Ok(Self { mirror, width, height })
    }

    /// Shows what a canvas of the same size does; only what has changed since the last time is copied.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the canvas has another size.
    fn update(&mut self, renderer: &Bound<'_, Renderer>) -> PyResult<()> {
        let mirror = self.of_size(renderer.get())?;
        renderer.get().with_pixmap(renderer.py(), |pixmap| mirror.update(pixmap))
    }

    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let pixels = |own: &mut Self| (own.mirror.pixels_mut().as_mut_ptr().cast::<u8>(), own.width, own.height);
        // SAFETY: Python gives a view to fill; a mirror's pixels are never reallocated.
        unsafe { buffer::export_own(&slf, view, flags, pixels) }
    }

    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        // SAFETY: Python hands back what `__getbuffer__` filled.
        unsafe { buffer::release(view) }
    }
}
