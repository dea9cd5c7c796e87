//! Markers: one small path stamped at many whole-pixel positions.

use geometry::{
    Affine, Flatten, OutlineSink, PathView, Pipeline, PipelineOptions, Rect, StrokeStyle, VertexSource, command, fill,
    floor,
};
use scene::Markers;

use crate::blend::{GROUP, Rgba8, color_group};
use crate::frame::Frame;
use crate::ink::Ink;
use crate::mask::Mask;
use crate::paint::{SolidPaint, Surface};
use crate::pixmap::Band;
use crate::shape::Scratch;
use crate::spans::{Container, SpanSink};
use crate::stamp::{Bounds, Stamp};
use crate::vector::vectorized;
use crate::window::Window;

/// Markers that reach farther than this (px) are not kept as runs but rasterised at each position, as far as they show.
/// Runs of a nearer one fit into the rasteriser's dense storage.
const LARGEST_STAMP_PX: f64 = 2048.0;

/// Pixels of a marker up to which its colours are worked out beforehand.
const INK_MAX_PIXELS: usize = 1 << 14;

/// Calls `rest` for what has to be stamped, after laying what fits as a whole into the window and the band.
fn lay_all<const LAYERS: usize>(
    layers: [&(Rgba8, Stamp); LAYERS],
    positions: &Positions<'_>,
    bounds: Bounds,
    window: &Window,
    band: &mut Band<'_>,
    mut rest: impl FnMut(i32, i32, &mut Band<'_>),
) {
    let ink = Ink::new(layers.map(|(color, stamp)| (color.a, stamp)));
    let colors = layers.map(|(color, _)| color_group(*color));
    let offsets = ink.offsets(band.window().width());
    let limit = band.len() as isize - GROUP as isize - offsets.iter().copied().max().unwrap_or(0);
    vectorized(
        #[inline(always)]
        || {
            positions.each(
                bounds,
                #[inline(always)]
                |x, y| {
                    let at = band.index(y, x);
                    if at > limit || !bounds.fits(x, y, window) {
                        return rest(x, y, band);
                    }
                    ink.lay(band.pixels_to_change(&bounds.at(x, y)), at, &offsets, &colors);
                },
            );
        },
    );
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
    let positions = Positions { path: op.path.view(), affine, frame };

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
        positions.each_within(&Rect { x1: -1e7, y1: -1e7, x2: 1e7, y2: 1e7 }, |x, y| {
            for (color, part) in [(face, Part::Face), (Some(line_color), Part::Line)] {
                let Some(color) = color else { continue };
                let surface = Surface { band, window, mask };
                big.paint(part, x, y, SolidPaint { surface, color, antialiased: true });
            }
        });
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
    let line = (line_color, line);
    let rest = |x: i32, y: i32, band: &mut Band<'_>| {
        if y + bounds.y_max >= window.y0 && y + bounds.y_min < window.y1 {
            for (color, stamp) in face.iter().chain([&line]) {
                let surface = Surface { band, window, mask };
                stamp.paint(x, y, &mut SolidPaint { surface, color: *color, antialiased: true });
            }
        }
    };
    let mut pixels = face.iter().chain([&line]).flat_map(|(_, stamp)| stamp.pixels());
    let is_large = pixels.nth(INK_MAX_PIXELS).is_some();
    match &face {
        _ if mask.is_some() || is_large => positions.each(bounds, |x, y| rest(x, y, band)),
        Some(face) => lay_all([face, &line], &positions, bounds, &window, band, rest),
        None => lay_all([&line], &positions, bounds, &window, band, rest),
    }
}

const EVERYWHERE: Rect = Rect { x1: f64::NEG_INFINITY, y1: f64::NEG_INFINITY, x2: f64::INFINITY, y2: f64::INFINITY };

/// The positions of markers: every vertex of the flattened path, rounded down to whole pixels.
struct Positions<'a> {
    path: PathView<'a>,
    affine: Affine,
    frame: Frame,
}

impl Positions<'_> {
    /// Calls `stamp` with each position at which something of the given bounds may show.
    #[inline(always)]
    fn each(&self, bounds: Bounds, stamp: impl FnMut(i32, i32)) {
        let limits = Rect {
            x1: -1.0 - f64::from(bounds.x_max),
            y1: -1.0 - f64::from(bounds.y_max),
            x2: 1.0 + f64::from(self.frame.width) - f64::from(bounds.x_min),
            y2: 1.0 + f64::from(self.frame.height) - f64::from(bounds.y_min),
        };
        self.each_within(&limits, stamp);
    }

    /// Calls `stamp` with each position within `limits`, which fit integers.
    #[inline(always)]
    fn each_within(&self, limits: &Rect, mut stamp: impl FnMut(i32, i32)) {
        if self.path.codes.is_none() {
            for &[x, y] in self.path.vertices {
                let (x, y) = self.affine.apply(x, y);
                if let Some((x, y)) = whole(limits, x, y) {
                    stamp(x, y);
                }
            }
            return;
        }
        let mut path = Flatten::new(self.path.source(self.affine));
        path.rewind();
        loop {
            let vertex = path.next();
            if vertex.command == command::STOP {
                return;
            }
            if let Some((x, y)) = whole(limits, vertex.x, vertex.y) {
                stamp(x, y);
            }
        }
    }
}

/// A position rounded down, if it is within `limits`.
#[inline(always)]
fn whole(limits: &Rect, x: f64, y: f64) -> Option<(i32, i32)> {
    let (x, y) = (floor(x), floor(y));
    limits.contains(x, y).then_some((x as i32, y as i32))
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
