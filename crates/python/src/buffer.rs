//! Pixels as Python buffers.
//!
//! What makes the `unsafe` code sound: the memory belongs to a pixmap (a region, a mirror) that the exporting object keeps
//! alive and never reallocates, the buffer holds a reference to that object, and while buffers are out, nothing is drawn
//! but in calls that return when it is done, under the interpreter lock. (Threads that draw with one renderer, or update a
//! mirror, and look at its pixels at the same time may see a picture half drawn, but never other memory.)
#![expect(unsafe_code, reason = "the buffer protocol is a C interface")]

use std::ffi::{c_int, c_void};
use std::ptr;

use pyo3::PyClass;
use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::False;

/// Shape and strides of an export; lives as long as the buffer.
struct Layout {
    shape: [ffi::Py_ssize_t; 3],
    strides: [ffi::Py_ssize_t; 3],
}

/// Says in `view` that nothing was exported, as an export that fails must.
///
/// # Safety
/// `view` must be null or valid for writing.
pub unsafe fn refuse(view: *mut ffi::Py_buffer) {
    if !view.is_null() {
        // SAFETY: see above.
        unsafe { (*view).obj = ptr::null_mut() };
    }
}

/// Fills `view` with `height` rows of `width` RGBA pixels at `pixels`, writable, owned by `owner`.
///
/// # Safety
/// `view` must be valid for writing; `pixels` must stay valid for `width * height * 4` bytes as long as `owner` lives.
pub unsafe fn export(
    owner: &Bound<'_, PyAny>,
    view: *mut ffi::Py_buffer,
    flags: c_int,
    pixels: *mut u8,
    width: usize,
    height: usize,
) -> PyResult<()> {
    if view.is_null() {
        return Err(PyBufferError::new_err("there is no view to fill"));
    }
    let wants = |flag: c_int| flags & flag == flag;
    if wants(ffi::PyBUF_F_CONTIGUOUS) && !wants(ffi::PyBUF_C_CONTIGUOUS) {
        return Err(PyBufferError::new_err("pixels are stored row by row, not column by column"));
    }
    let size = |n: usize| n as ffi::Py_ssize_t;
    let layout = Box::new(Layout { shape: [size(height), size(width), 4], strides: [size(width) * 4, 4, 1] });
    // SAFETY: the caller vouches for `view`; `layout` is freed in `release`, which Python calls once per export.
    unsafe {
        (*view).obj = owner.clone().into_ptr();
        (*view).buf = pixels.cast::<c_void>();
        (*view).len = size(width * height * 4);
        (*view).readonly = 0;
        (*view).itemsize = 1;
        (*view).format = if wants(ffi::PyBUF_FORMAT) { c"B".as_ptr().cast_mut() } else { ptr::null_mut() };
        (*view).suboffsets = ptr::null_mut();
        let layout = Box::into_raw(layout);
        (*view).internal = layout.cast::<c_void>();
        if wants(ffi::PyBUF_ND) {
            (*view).ndim = 3;
            (*view).shape = (*layout).shape.as_mut_ptr();
        } else {
            (*view).ndim = 1;
            (*view).shape = ptr::null_mut();
        }
        (*view).strides = if wants(ffi::PyBUF_STRIDES) { (*layout).strides.as_mut_ptr() } else { ptr::null_mut() };
    }
    Ok(())
}

/// The same with the pixels (where they are, columns, rows) of an object that nobody has borrowed, which owns them.
///
/// # Safety
/// `view` must be null or valid for writing; the pixels must stay where they are as long as the object lives.
pub unsafe fn export_own<T: PyClass<Frozen = False>>(
    slf: &Bound<'_, T>,
    view: *mut ffi::Py_buffer,
    flags: c_int,
    pixels: impl FnOnce(&mut T) -> (*mut u8, usize, usize),
) -> PyResult<()> {
    let exported = slf.try_borrow_mut().map_err(PyErr::from).and_then(|mut own| {
        let (pixels, width, height) = pixels(&mut own);
        // SAFETY: see above; an export refuses a view that is null.
        unsafe { export(slf.as_any(), view, flags, pixels, width, height) }
    });
    if exported.is_err() {
        // SAFETY: see above.
        unsafe { refuse(view) };
    }
    exported
}

/// Frees what [`export`] allocated for `view`.
///
/// # Safety
/// `view` must have been filled by [`export`] and not been released before.
pub unsafe fn release(view: *mut ffi::Py_buffer) {
    // SAFETY: `internal` is the box that `export` made.
    unsafe {
        drop(Box::from_raw((*view).internal.cast::<Layout>()));
    }
}
