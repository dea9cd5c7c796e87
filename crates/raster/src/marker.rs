//! Markers: one small path stamped at many whole-pixel positions.

use geometry::{
    Affine, Flatten, OutlineSink, Pipeline, PipelineOptions, Rect, StrokeStyle, VertexSource, command, fill, memory,
};
use scene::Markers;

use crate::blend::Rgba8;
use crate::window::Window;
use crate::frame::Frame;
use crate::mask::Mask;
use crate::paint::{SolidPaint, Surface};
use crate::pixmap::Band;
use crate::rasterizer::Rasterizer;
use crate::shape::Scratch;
use crate::spans::{Container, SpanSink};

/// Markers that reach farther than this (px) are not kept as runs but rasterised at each position, as far as they show.
/// Runs of a nearer one fit into the rasteriser's dense storage.
const LARGEST_STAMP_PX: f64 = 2048.0;

/// The coverage of a marker around its position, as runs.
#[derive(Clone, Debug, Default)]
struct Stamp {
    runs: Vec<Run>,
    covers: Vec<u8>,
    bounds: Option<Bounds>,
}

/// Pixels that a stamp covers, inclusive, relative to its position.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    x_min: i32,
    x_max: i32,
    y_min: i32,
    y_max: i32,
}

impl Bounds {
    fn join(self, other: Self) -> Self {
        Self {
            x_min: self.x_min.min(other.x_min),
            x_max: self.x_max.max(other.x_max),
            y_min: self.y_min.min(other.y_min),
            y_max: self.y_max.max(other.y_max),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Run {
    y: i32,
    x: i32,
    length: i32,
    /// One coverage for all pixels, or where in [`Stamp::covers`] theirs begin.
    cover: Result<u8, usize>,
}

impl Stamp {
    fn take(rasterizer: &mut Rasterizer) -> Self {
        let mut stamp = Self::default();
        rasterizer.sweep(Container::Packed, &mut stamp);
        stamp
    }

    fn add(&mut self, run: Run) {
        let bounds = Bounds { x_min: run.x, x_max: run.x + run.length - 1, y_min: run.y, y_max: run.y };
        self.bounds = Some(self.bounds.map_or(bounds, |b| b.join(bounds)));
        memory::push(&mut self.runs, run);
    }

    fn paint(&self, x: i32, y: i32, paint: &mut SolidPaint<'_, '_>) {
        for run in &self.runs {
            match run.cover {
                Ok(cover) => paint.solid(run.y + y, run.x + x, run.length, cover),
                Err(start) => paint.covers(run.y + y, run.x + x, &self.covers[start..start + run.length as usize]),
            }
        }
    }
}

impl SpanSink for Stamp {
    fn covers(&mut self, y: i32, x: i32, covers: &[u8]) {
        let start = self.covers.len();
        memory::reserve(&mut self.covers, covers.len());
        self.covers.extend_from_slice(covers);
        self.add(Run { y, x, length: covers.len() as i32, cover: Err(start) });
    }

    fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8) {
        self.add(Run { y, x, length, cover: Ok(cover) });
    }
}

/// Draws markers. A mask replaces the clip rectangle, as in Agg.
pub(crate) fn draw_markers(
    op: &Markers<'_>,
    frame: Frame,
    mask: Option<&Mask>,
    band: &mut Band<'_>,
    scratch: &mut Scratch,
) {
    let clip = if mask.is_some() { frame.window() } else { frame.pixel_clip(op.style.clip.rect) };
    let window = clip.intersect(&band.window());
    if window.is_empty() {
        return;
    }
    let stroke = &op.style.stroke;
    let source = op.marker.view().source(op.marker_affine.then(&Affine::scaling(1.0, -1.0)));
    let mut marker = Pipeline::new(
        source,
        &PipelineOptions {
            by_segment: op.marker.codes.is_some(),
            snap: op.style.snap,
            total_vertices: op.marker.vertices.len(),
            snap_width_px: stroke.width_px,
            ..PipelineOptions::default()
        },
    );
    if !marker.is_snapping() {
        // Unsnapped markers get their origin to the centre of a pixel.
        let centred = marker.source_mut().affine.then(&Affine::translation(0.5, 0.5));
        marker.source_mut().affine = centred;
    }
    let style =
        StrokeStyle { width_px: stroke.width_px, cap: stroke.cap, join: stroke.join, miter_limit: stroke.width_px };
    let face = op.face.map(Rgba8::from);
    let line_color = Rgba8::from(stroke.color);

    let affine = op.affine.then(&Affine::scaling(1.0, -1.0)).then(&Affine::translation(0.5, frame.height_px() + 0.5));
    let mut positions = Positions { path: Flatten::new(op.path.view().source(affine)), frame };
    positions.path.rewind();

    // Passes leave traces in a pipeline, so those that Agg does not make are made on copies.
    let mut stroked = marker.clone();
    let mut reach = Reach::default();
    fill(&mut stroked, &mut reach);
    if face.is_none() {
        stroked = marker.clone();
    }
    // Thin lines stay within the margin that the window has.
    if reach.0 <= LARGEST_STAMP_PX && style.width_px.abs() > 1.0 {
        scratch.stroker.stroke(&mut stroked.clone(), &style, None, EVERYWHERE, &mut reach);
    }
    if reach.0 > LARGEST_STAMP_PX {
        let mut big = BigMarker { filled: marker, stroked, style, scratch };
        while let Some((x, y)) = positions.next(None) {
            for (color, part) in [(face, Part::Face), (Some(line_color), Part::Line)] {
                let Some(color) = color else { continue };
                let surface = Surface { band, window, mask };
                big.paint(part, x, y, SolidPaint { surface, color, antialiased: true });
            }
        }
        return;
    }

    let rasterizer = &mut scratch.rasterizer;
    let side = reach.0 as i32 + 3;
    let around = Window { x0: -side, x1: side, y0: -side, y1: side };
    let face = face.map(|color| {
        rasterizer.reset(None, around);
        fill(&mut marker, rasterizer);
        (color, Stamp::take(rasterizer))
    });
    rasterizer.reset(None, around);
    scratch.stroker.stroke(&mut marker, &style, None, EVERYWHERE, rasterizer);
    let line = if rasterizer.any_cell() {
        Stamp::take(rasterizer)
    } else {
        // A line that leaves no cell at all makes Agg stamp the face again, in the line's colour.
        face.as_ref().map(|(_, stamp)| stamp.clone()).unwrap_or_default()
    };
    let bounds = match (face.as_ref().and_then(|(_, stamp)| stamp.bounds), line.bounds) {
        (Some(a), Some(b)) => a.join(b),
        (Some(bounds), None) | (None, Some(bounds)) => bounds,
        (None, None) => return,
    };
    while let Some((x, y)) = positions.next(Some(bounds)) {
        if y + bounds.y_max < window.y0 || y + bounds.y_min >= window.y1 {
            continue;
        }
        if let Some((color, stamp)) = &face {
            let surface = Surface { band, window, mask };
            stamp.paint(x, y, &mut SolidPaint { surface, color: *color, antialiased: true });
        }
        let surface = Surface { band, window, mask };
        line.paint(x, y, &mut SolidPaint { surface, color: line_color, antialiased: true });
    }
}

const EVERYWHERE: Rect = Rect { x1: f64::NEG_INFINITY, y1: f64::NEG_INFINITY, x2: f64::INFINITY, y2: f64::INFINITY };

/// The positions of markers: every vertex of the flattened path, rounded down to whole pixels.
struct Positions<S> {
    path: Flatten<S>,
    frame: Frame,
}

impl<S: VertexSource> Positions<S> {
    /// The next position at which a stamp of the given bounds may show (any that fits an integer without bounds).
    fn next(&mut self, bounds: Option<Bounds>) -> Option<(i32, i32)> {
        loop {
            let vertex = self.path.next();
            if vertex.command == command::STOP {
                return None;
            }
            let (x, y) = (vertex.x.floor(), vertex.y.floor());
            let limits = match bounds {
                Some(b) => Rect {
                    x1: -1.0 - f64::from(b.x_max),
                    y1: -1.0 - f64::from(b.y_max),
                    x2: 1.0 + f64::from(self.frame.width) - f64::from(b.x_min),
                    y2: 1.0 + f64::from(self.frame.height) - f64::from(b.y_min),
                },
                None => Rect { x1: -1e7, y1: -1e7, x2: 1e7, y2: 1e7 },
            };
            if limits.contains(x, y) {
                return Some((x as i32, y as i32));
            }
        }
    }
}

/// Which part of a marker.
#[derive(Clone, Copy)]
enum Part {
    Face,
    Line,
}

/// A marker that is rasterised anew at each position.
struct BigMarker<'s, S> {
    /// As it is before the face is filled.
    filled: Pipeline<S>,
    /// As it is before the line is drawn.
    stroked: Pipeline<S>,
    style: StrokeStyle,
    scratch: &'s mut Scratch,
}

impl<S: VertexSource + Clone> BigMarker<'_, S> {
    fn paint(&mut self, part: Part, x: i32, y: i32, mut paint: SolidPaint<'_, '_>) {
        let Scratch { rasterizer, stroker, .. } = &mut *self.scratch;
        // The window moves instead of the marker: integer shifts change no coverage.
        let window = paint.surface.window;
        let around = Window { x0: window.x0 - x, x1: window.x1 - x, y0: window.y0 - y, y1: window.y1 - y };
        rasterizer.reset(None, around);
        match part {
            Part::Face => fill(&mut self.filled.clone(), rasterizer),
            Part::Line => stroker.stroke(&mut self.stroked.clone(), &self.style, None, EVERYWHERE, rasterizer),
        }
        rasterizer.sweep(Container::Packed, &mut Shifted { x, y, inner: &mut paint });
    }
}

/// Passes runs on, moved by whole pixels.
struct Shifted<'a, K> {
    x: i32,
    y: i32,
    inner: &'a mut K,
}

impl<K: SpanSink> SpanSink for Shifted<'_, K> {
    fn covers(&mut self, y: i32, x: i32, covers: &[u8]) {
        self.inner.covers(y + self.y, x + self.x, covers);
    }

    fn solid(&mut self, y: i32, x: i32, length: i32, cover: u8) {
        self.inner.solid(y + self.y, x + self.x, length, cover);
    }
}

/// The largest coordinate that outlines reach, px.
#[derive(Default)]
struct Reach(f64);

impl OutlineSink for Reach {
    fn move_to(&mut self, x: f64, y: f64) {
        self.0 = self.0.max(x.abs()).max(y.abs());
    }

    fn line_to(&mut self, x: f64, y: f64) {
        self.move_to(x, y);
    }

    fn close(&mut self) {}
}
