//! Everything that turns Python's arrays and sequences into slices.
//!
//! What is float64 (or uint8), contiguous and aligned already is borrowed; what is so but not contiguous is copied if
//! it is small; anything else is converted by NumPy first.

use geometry::{Affine, PathView};
use numpy::{Element, PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArrayMethods, dtype, get_array_module};
use pyo3::exceptions::{PyMemoryError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// Elements up to which an array that is not contiguous is copied here; NumPy copies many in less time.
const FEW_ELEMENTS: usize = 256;

/// The elements of an array, contiguous.
pub struct Array<'py, T: Element> {
    array: PyReadonlyArrayDyn<'py, T>,
    /// In C order, of an array that is not contiguous.
    copied: Option<Vec<T>>,
}

impl<'py, T: Element + Copy> Array<'py, T> {
    /// The array itself, or a converted copy.
    pub fn new(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = object.cast::<PyArrayDyn<T>>() {
            if is_plain(array) {
                return Ok(Self { array: array.try_readonly()?, copied: None });
            }
            if array.len() <= FEW_ELEMENTS && is_strided(array) {
                // NumPy takes longer for this than there is to copy: the paths of 3D figures are many and small.
                let array = array.try_readonly()?;
                let mut copied = Vec::new();
                copied
                    .try_reserve_exact(array.len())
                    .map_err(|_| PyMemoryError::new_err("not enough memory for a copy of an array"))?;
                copied.extend(array.as_array().iter().copied());
                return Ok(Self { array, copied: Some(copied) });
            }
        }
        let py = object.py();
        let options = PyDict::new(py);
        options.set_item("dtype", dtype::<T>(py))?;
        options.set_item("order", "C")?;
        let array = get_array_module(py)?.call_method("asarray", (object,), Some(&options))?;
        let array = array.cast_into::<PyArrayDyn<T>>().map_err(PyErr::from)?;
        // NumPy calls an array that already fits its own, aligned or not.
        let array = if is_plain(&array) {
            array
        } else {
            array.call_method0("copy")?.cast_into::<PyArrayDyn<T>>().map_err(PyErr::from)?
        };
        Ok(Self { array: array.try_readonly()?, copied: None })
    }

    /// Length along each axis.
    pub fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    /// All elements in C order.
    pub fn as_slice(&self) -> PyResult<&[T]> {
        match &self.copied {
            Some(copied) => Ok(copied),
            None => self.array.as_slice().map_err(PyErr::from),
        }
    }

    /// The elements in groups of `N`; the array is known to divide.
    pub fn groups<const N: usize>(&self) -> PyResult<&[[T; N]]> {
        Ok(self.as_slice()?.as_chunks::<N>().0)
    }
}

/// Whether an array can be read as a slice.
fn is_plain<T: Element>(array: &Bound<'_, PyArrayDyn<T>>) -> bool {
    array.is_c_contiguous() && (array.data() as usize).is_multiple_of(align_of::<T>())
}

/// Whether the elements of an array are where Rust may read them, whatever their order.
fn is_strided<T: Element>(array: &Bound<'_, PyArrayDyn<T>>) -> bool {
    let whole = |stride: &isize| stride.unsigned_abs().is_multiple_of(size_of::<T>());
    (array.data() as usize).is_multiple_of(align_of::<T>()) && array.strides().iter().all(whole)
}

/// An (N, 2) array of points.
pub fn points<'py>(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Array<'py, f64>> {
    rows(object, name, &[2])
}

/// An (N, 4) array of RGBA colours.
pub fn colors<'py>(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Array<'py, f64>> {
    rows(object, name, &[4])
}

/// An (N, …) array of float64 whose further axes have the given lengths. An empty array of another shape counts as one
/// without rows, as it does for Agg.
pub fn rows<'py>(object: &Bound<'py, PyAny>, name: &str, row: &[usize]) -> PyResult<Array<'py, f64>> {
    let array = Array::new(object)?;
    let shape = array.shape();
    let empty = shape.first() == Some(&0) || shape.contains(&0);
    if empty || (shape.len() == row.len() + 1 && shape[1..] == *row) {
        return Ok(array);
    }
    let expected: Vec<String> = row.iter().map(usize::to_string).collect();
    Err(PyValueError::new_err(format!(
        "{name} must have the shape (N, {}), not {}",
        expected.join(", "),
        shape_text(shape)
    )))
}

/// A shape as Python writes it.
pub fn shape_text(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        _ => format!("({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// A 3×3 matrix; `None` is the identity.
pub fn affine(object: &Bound<'_, PyAny>) -> PyResult<Affine> {
    if object.is_none() {
        return Ok(Affine::IDENTITY);
    }
    let array = Array::<f64>::new(object)?;
    if array.shape() != [3, 3] {
        return Err(PyValueError::new_err("Invalid affine transformation matrix: it must have the shape (3, 3)"));
    }
    Ok(affine_of(array.as_slice()?))
}

fn affine_of(m: &[f64]) -> Affine {
    Affine::from_rows([[m[0], m[1], m[2]], [m[3], m[4], m[5]]])
}

/// A colour of three or four components, from any sequence; three are opaque.
pub fn rgba(object: &Bound<'_, PyAny>) -> PyResult<[f64; 4]> {
    let mut color = [0.0, 0.0, 0.0, 1.0];
    let mut count = 0;
    let mut add = |value: Bound<'_, PyAny>| -> PyResult<()> {
        if count < 4 {
            color[count] = value.extract()?;
        }
        count += 1;
        Ok(())
    };
    if let Ok(tuple) = object.cast::<PyTuple>() {
        for value in tuple.iter() {
            add(value)?;
        }
    } else {
        for value in object.try_iter()? {
            add(value?)?;
        }
    }
    if count == 3 || count == 4 {
        Ok(color)
    } else {
        Err(PyValueError::new_err(format!("an RGBA value must have 3 or 4 components, not {count}")))
    }
}

/// Vertices and codes of a path, borrowed.
pub struct PathArrays<'py> {
    vertices: Array<'py, f64>,
    codes: Option<Array<'py, u8>>,
}

impl<'py> PathArrays<'py> {
    /// Checks that vertices are (N, 2) and codes, if any, (N,).
    pub fn new(vertices: &Bound<'py, PyAny>, codes: &Bound<'py, PyAny>) -> PyResult<Self> {
        let vertices = Array::<f64>::new(vertices)?;
        let &[count, 2] = vertices.shape() else {
            return Err(PyValueError::new_err(format!(
                "Invalid vertices array: the shape must be (N, 2), not {}",
                shape_text(vertices.shape())
            )));
        };
        let codes = if codes.is_none() { None } else { Some(Array::<u8>::new(codes)?) };
        if let Some(codes) = &codes
            && *codes.shape() != [count]
        {
            return Err(PyValueError::new_err(format!(
                "Invalid codes array: the shape must be ({count},), not {}",
                shape_text(codes.shape())
            )));
        }
        Ok(Self { vertices, codes })
    }

    /// The path, borrowing the arrays.
    pub fn view(&self) -> PyResult<PathView<'_>> {
        Ok(PathView { vertices: self.vertices()?, codes: self.codes()? })
    }

    /// The vertices.
    pub fn vertices(&self) -> PyResult<&[[f64; 2]]> {
        self.vertices.groups::<2>()
    }

    /// The codes.
    pub fn codes(&self) -> PyResult<Option<&[u8]>> {
        self.codes.as_ref().map(Array::as_slice).transpose()
    }

    /// The path, borrowing the arrays.
    pub fn path(&self, simplify_px: Option<f64>) -> PyResult<scene::Path<'_>> {
        Ok(scene::Path { vertices: self.vertices()?.into(), codes: self.codes()?.map(Into::into), simplify_px })
    }
}
