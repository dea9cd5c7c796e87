//! The recorder: drawing calls in, ops for the raster player out.
#![expect(unsafe_code, reason = "the buffer protocol is a C interface, see buffer.rs")]

use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use pyo3::exceptions::PyValueError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use raster::{Pixmap, RasterPlayer, Region};
use scene::{Image, Op, TextImage};

use crate::arrays;
use crate::buffer;
use crate::calls::{Recorder, out_of_memory, pixels};
use crate::errors::exception;
use crate::glyphs::GlyphRun;
use crate::png::{self, TextOrBytes};
use crate::region::BufferRegion;
use crate::style::{DashesPt, Style, rect};
use crate::surface::{Queued, Surface};

/// Sides of a canvas end before this (px), as Agg's do.
const SIDE_LIMIT: usize = 1 << 23;

type RectArgs = Option<(f64, f64, f64, f64)>;

/// Records drawing on a canvas of fixed size; a worker plays it.
///
/// Supports the buffer protocol: (height, width, 4) uint8, straight RGBA, row 0 on top, writable. While a buffer is out,
/// drawing is synchronous.
///
/// Parameters
/// ----------
/// width, height : int
///     px, less than 2**23.
/// dpi : float
///     Pixels per inch, positive.
///
/// Raises
/// ------
/// ValueError
///     If a side is too large or dpi is not positive.
/// MemoryError
///     If the pixels do not fit in memory.
#[pyclass(frozen, module = "drypoint._core")]
pub struct Renderer {
    surface: Arc<Surface>,
    width: usize,
    height: usize,
    dpi: f64,
}

impl Renderer {
    /// Waits until everything is drawn, then calls `work` without the interpreter lock.
    fn with_player<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut RasterPlayer) -> R + Send) -> PyResult<R> {
        let mut interruption = None;
        py.detach(|| self.surface.with_turn(|| signalled(&mut interruption), work))
            .map_err(|failure| exception(failure, interruption))
    }

    /// The same with the pixels, whose changes are known.
    pub fn with_pixmap<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut Pixmap) -> R + Send) -> PyResult<R> {
        self.with_player(py, |player| work(self.surface.pixmap(player)))
    }

    /// The same for work that changes pixels: while somebody has a view of them, the lock is kept.
    fn change_pixels(&self, py: Python<'_>, work: impl FnOnce(&mut Pixmap) + Send) -> PyResult<()> {
        if self.surface.views.load(Ordering::Acquire) == 0 {
            return self.with_pixmap(py, work);
        }
        let mut interruption = None;
        self.surface
            .with_turn(|| signalled(&mut interruption), |player| work(self.surface.pixmap(player)))
            .map_err(|failure| exception(failure, interruption))
    }
}

impl Recorder for Renderer {
    fn dpi(&self) -> f64 {
        self.dpi
    }

    fn record(&self, py: Python<'_>, op: Op<'_>) -> PyResult<()> {
        if self.surface.can_queue(&op) {
            // To give up the interpreter lock and take it again costs as much as this.
            return match self.surface.queue(op) {
                Queued::Room => Ok(()),
                Queued::Full => self.with_player(py, |_| ()),
            };
        }
        let mut interruption = None;
        let played = if self.surface.views.load(Ordering::Acquire) > 0 {
            // The lock is kept, so that nobody looks at pixels while they change.
            self.surface.play_now(&op, || signalled(&mut interruption))
        } else {
            py.detach(|| self.surface.play_now(&op, || signalled(&mut interruption)))
        };
        played.map_err(|failure| exception(failure, interruption))
    }
}

/// Whether a signal handler has raised; keeps what it raised.
fn signalled(interruption: &mut Option<PyErr>) -> bool {
    let signalled = Python::try_attach(|py| match py.check_signals() {
        Ok(()) => false,
        Err(error) => {
            *interruption = Some(error);
            true
        }
    });
    // Where there is no interpreter any more, nobody can interrupt.
    signalled.unwrap_or(false)
}

#[pymethods]
impl Renderer {
    #[new]
    fn new(width: i64, height: i64, dpi: f64) -> PyResult<Self> {
        if dpi.is_nan() || dpi <= 0.0 {
            return Err(PyValueError::new_err("dpi must be positive"));
        }
        let side = |length: i64| usize::try_from(length).ok().filter(|&length| length < SIDE_LIMIT);
        let (Some(w), Some(h)) = (side(width), side(height)) else {
            return Err(PyValueError::new_err(format!(
                "Image size of {width}x{height} pixels is too large. It must be less than 2^23 in each direction."
            )));
        };
        let player = RasterPlayer::new(w, h, dpi).map_err(out_of_memory)?;
        Ok(Self { surface: Surface::new(player), width: w, height: h, dpi })
    }

    /// Columns.
    #[getter]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[getter]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Makes everything transparent and forgets what failed before.
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        self.surface.forget_queue();
        self.record(py, Op::Clear)
    }

    /// Whether big ops are to be copied and drawn by whoever waits, as small ones are, rather than in the call.
    ///
    /// For windows, where another thread waits and the caller goes on answering the user.
    fn set_defers(&self, defers: bool) {
        self.surface.defers.store(defers, Ordering::Release);
    }

    /// Has everything drawn by another thread, without waiting for it.
    fn start(&self, py: Python<'_>) -> PyResult<()> {
        // Without a thread it is drawn now.
        self.surface.start().or_else(|_| self.with_player(py, |_| ()))
    }

    /// Whether everything is drawn.
    #[getter]
    fn is_finished(&self) -> bool {
        self.surface.is_finished()
    }

    /// Whether anybody has a view of the pixels.
    #[getter]
    fn has_views(&self) -> bool {
        self.surface.views.load(Ordering::Acquire) > 0
    }

    /// Waits until everything is drawn.
    ///
    /// Raises
    /// ------
    /// MemoryError, RuntimeError
    ///     If anything drawn since the last wait failed.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        self.with_player(py, |_| ())
    }

    /// Draws a path: filled with `face` (RGBA or None), hatched, stroked.
    fn draw_path(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        vertices: &Bound<'_, PyAny>,
        codes: &Bound<'_, PyAny>,
        simplify: Option<f64>,
        affine: &Bound<'_, PyAny>,
        face: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        Recorder::path(self, py, style, vertices, codes, simplify, affine, face)
    }

    /// Stamps the path `marker` at the vertices of the path `vertices`.
    fn draw_markers(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        marker_vertices: &Bound<'_, PyAny>,
        marker_codes: &Bound<'_, PyAny>,
        marker_affine: &Bound<'_, PyAny>,
        vertices: &Bound<'_, PyAny>,
        codes: &Bound<'_, PyAny>,
        affine: &Bound<'_, PyAny>,
        face: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        Recorder::markers(self, py, style, marker_vertices, marker_codes, marker_affine, vertices, codes, affine, face)
    }

    /// Draws paths whose attributes cycle.
    ///
    /// `paths` have `vertices` and `codes`, `transforms` an (N, 3, 3) array, `offsets` (N, 2), colours (N, 4) (N may be 0),
    /// `line_widths` (N,) in points, `dashes` a list of (offset, lengths or None) in points, `antialiased` (N,).
    #[allow(clippy::too_many_arguments)]
    fn draw_path_collection(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        affine: &Bound<'_, PyAny>,
        paths: &Bound<'_, PyAny>,
        transforms: &Bound<'_, PyAny>,
        offsets: &Bound<'_, PyAny>,
        offset_affine: &Bound<'_, PyAny>,
        face_colors: &Bound<'_, PyAny>,
        edge_colors: &Bound<'_, PyAny>,
        line_widths: &Bound<'_, PyAny>,
        dashes: Vec<DashesPt>,
        antialiased: &Bound<'_, PyAny>,
        hatch_colors: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        Recorder::collection(
            self,
            py,
            style,
            affine,
            paths,
            transforms,
            offsets,
            offset_affine,
            face_colors,
            edge_colors,
            line_widths,
            dashes,
            antialiased,
            hatch_colors,
        )
    }

    /// Draws the cells of a grid of (rows + 1, columns + 1, 2) `coordinates`.
    #[allow(clippy::too_many_arguments)]
    fn draw_quad_mesh(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        affine: &Bound<'_, PyAny>,
        columns: usize,
        rows: usize,
        coordinates: &Bound<'_, PyAny>,
        offsets: &Bound<'_, PyAny>,
        offset_affine: &Bound<'_, PyAny>,
        face_colors: &Bound<'_, PyAny>,
        antialiased: bool,
        edge_colors: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        Recorder::quad_mesh(
            self,
            py,
            style,
            affine,
            columns,
            rows,
            coordinates,
            offsets,
            offset_affine,
            face_colors,
            antialiased,
            edge_colors,
        )
    }

    /// Draws triangles: `points` (N, 3, 2), `colors` (N, 3, 4).
    fn draw_gouraud_triangles(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        points: &Bound<'_, PyAny>,
        colors: &Bound<'_, PyAny>,
        affine: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        Recorder::gouraud(self, py, style, points, colors, affine)
    }

    /// Lays an (H, W, 4) uint8 image, straight RGBA, row 0 at the bottom, with its lower left corner at (x, y), px, y up.
    fn draw_image(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        x: f64,
        y: f64,
        image: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let image = pixels(image, "an image", Some(4))?;
        let op = Image {
            style: style.get().to_scene(self.dpi),
            x: whole_px(x),
            y: whole_px(y),
            width: image.shape()[1],
            height: image.shape()[0],
            pixels: image.groups::<4>()?.into(),
        };
        self.record(py, Op::Image(op))
    }

    /// Draws a laid out string with its origin at (x, y), px, y **down** from the top of a canvas `height` px high.
    fn draw_glyphs(
        &self,
        py: Python<'_>,
        run: &Bound<'_, GlyphRun>,
        x: f64,
        y: f64,
        height: f64,
        rgba: &Bound<'_, PyAny>,
        clip_rect: RectArgs,
    ) -> PyResult<()> {
        if !(x.is_finite() && y.is_finite() && height.is_finite()) {
            return Err(PyValueError::new_err(format!(
                "text cannot be drawn at ({x}, {y}): the position must be finite"
            )));
        }
        let op = scene::Glyphs {
            clip_rect: clip_rect.map(rect),
            color: arrays::rgba(rgba)?.into(),
            run: Arc::clone(run.get().inner()),
            x,
            y,
            height_px: height,
        };
        self.record(py, Op::Glyphs(op))
    }

    /// Blends a colour through an (H, W) uint8 picture of coverage, row 0 on top, whose lower left corner is at column `x`
    /// and `y` rows below the top of the canvas, turned by `angle` degrees about that corner.
    fn draw_text_image(
        &self,
        py: Python<'_>,
        image: &Bound<'_, PyAny>,
        x: i32,
        y: i32,
        angle: f64,
        rgba: &Bound<'_, PyAny>,
        clip_rect: RectArgs,
    ) -> PyResult<()> {
        let image = pixels(image, "a picture of text", None)?;
        let op = TextImage {
            clip_rect: clip_rect.map(rect),
            color: arrays::rgba(rgba)?.into(),
            width: image.shape()[1],
            height: image.shape()[0],
            coverage: image.as_slice()?.into(),
            x,
            y,
            angle_deg: angle,
        };
        self.record(py, Op::TextImage(op))
    }

    /// Saves the rectangle (x1, y1, x2, y2), px, y up, truncated to whole pixels.
    fn copy_from_bbox(&self, py: Python<'_>, bbox: (f64, f64, f64, f64)) -> PyResult<BufferRegion> {
        let (x1, y1, x2, y2) = bbox;
        let height = self.height as i32;
        let whole = |v: f64| {
            if v.is_finite() && v.abs() < 2f64.powi(30) {
                Ok(v as i32)
            } else {
                Err(PyValueError::new_err(format!("a region must have finite corners of reasonable size, not {v}")))
            }
        };
        let (left, top, right, bottom) = (whole(x1)?, height - whole(y2)?, whole(x2)?, height - whole(y1)?);
        self.with_pixmap(py, |pixmap| Region::copy(pixmap, left, top, right, bottom))?
            .map(BufferRegion)
            .map_err(out_of_memory)
    }

    /// Puts a saved rectangle back; with `part` (x1, y1, x2, y2, inclusive, px, y down) only that, and with its origin at
    /// `at`.
    #[pyo3(signature = (region, part=None, at=None))]
    fn restore_region(
        &self,
        py: Python<'_>,
        region: &Bound<'_, BufferRegion>,
        part: Option<[i32; 4]>,
        at: Option<(i32, i32)>,
    ) -> PyResult<()> {
        let region = region.borrow();
        let region = &region.0;
        let (x, y) = at.unwrap_or((region.x1, region.y1));
        self.change_pixels(py, |pixmap| match part {
            Some(part) => region.restore_part(pixmap, part, x, y),
            None => region.restore(pixmap),
        })
    }

    /// The picture as a PNG file; see `encode_png`.
    #[pyo3(signature = (*, dpi=None, text=Vec::new(), compression=None))]
    fn encode_png<'py>(
        &self,
        py: Python<'py>,
        dpi: Option<f64>,
        text: Vec<(TextOrBytes, TextOrBytes)>,
        compression: Option<i64>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let options = png::options(dpi, text, compression)?;
        let (width, height) = (self.width, self.height);
        let file = self.with_player(py, |player| {
            self.surface.rest(player);
            let (pixels, sources) = player.pixmap().rows()?;
            png::encode(png::picture(width, height, pixels.as_flattened())?.with_sources(&sources), &options)
        })?;
        png::bytes(py, file)
    }

    /// The pixels for whoever only reads them: while such a view is out, drawing is synchronous too, but afterwards it is
    /// still known what has changed and what has not.
    fn reader(slf: Py<Self>) -> PixelReader {
        PixelReader(slf)
    }

    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let surface = &slf.get().surface;
        surface.writers.fetch_add(1, Ordering::AcqRel);
        // SAFETY: Python gives a view to fill; the pixels live as long as `slf`.
        let exported = unsafe { export(slf.get(), slf.as_any(), view, flags) };
        if exported.is_err() {
            surface.writers.fetch_sub(1, Ordering::AcqRel);
        }
        exported
    }

    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        self.surface.was_written.store(true, Ordering::Release);
        self.surface.writers.fetch_sub(1, Ordering::AcqRel);
        self.surface.views.fetch_sub(1, Ordering::AcqRel);
        // SAFETY: Python hands back what `__getbuffer__` filled.
        unsafe { buffer::release(view) }
    }
}

/// The pixels of a [`Renderer`] for whoever only reads them, by the buffer protocol.
#[pyclass(frozen, module = "drypoint._core")]
pub struct PixelReader(Py<Renderer>);

#[pymethods]
impl PixelReader {
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        // SAFETY: Python gives a view to fill; `slf` keeps the renderer alive, and that its pixels.
        unsafe { export(slf.get().0.get(), slf.as_any(), view, flags) }
    }

    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        self.0.get().surface.views.fetch_sub(1, Ordering::AcqRel);
        // SAFETY: Python hands back what `__getbuffer__` filled.
        unsafe { buffer::release(view) }
    }
}

/// Fills a view with the pixels of a renderer and counts it.
///
/// # Safety
/// `view` must be valid for writing, and `owner` keep the renderer alive.
unsafe fn export(
    renderer: &Renderer,
    owner: &Bound<'_, PyAny>,
    view: *mut ffi::Py_buffer,
    flags: c_int,
) -> PyResult<()> {
    // Counted before waiting: nothing is queued any more that would be drawn beside the view.
    renderer.surface.views.fetch_add(1, Ordering::AcqRel);
    let exported = renderer
        .with_player(owner.py(), |player| player.pixmap().pixels_mut().as_mut_ptr() as usize)
        // SAFETY: a pixmap is never reallocated, and the view keeps `owner` and with it the pixmap alive.
        .and_then(|pixels| unsafe {
            buffer::export(owner, view, flags, pixels as *mut u8, renderer.width, renderer.height)
        });
    if exported.is_err() {
        renderer.surface.views.fetch_sub(1, Ordering::AcqRel);
        // SAFETY: Python gives a view to fill.
        unsafe { buffer::refuse(view) };
    }
    exported
}

/// A coordinate rounded to whole px, halves away from zero.
fn whole_px(v: f64) -> f64 {
    f64::from(geometry::round_half_away(v))
}
