//! One path on the pixels: its face, its hatch, its line.

use geometry::{DashPattern, FlatPath, Polylines, Rect, Stroke as Stroker, StrokeStyle, VertexSource, fill};
use scene::{Dashes, Hatch, Stroke};

use crate::blend::Rgba8;
use crate::hatch::{HatchTiles, TileSize};
use crate::mask::Mask;
use crate::paint::{ColorPaint, SolidPaint, Surface};
use crate::pixmap::Band;
use crate::rasterizer::Rasterizer;
use crate::spans::Container;
use crate::stamp::{Layer, Stamp};
use crate::window::Window;

/// What one thread needs to draw, kept from op to op.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) rasterizer: Rasterizer,
    pub(crate) stroker: Stroker,
    pub(crate) hatch_tiles: HatchTiles,
    pub(crate) colors: Vec<Rgba8>,
    pub(crate) flat: FlatPath,
}

/// How a path is drawn.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    pub(crate) face: Option<Rgba8>,
    pub(crate) antialiased: bool,
    pub(crate) line: Option<Line>,
    pub(crate) hatch: Option<&'a Hatch>,
}

/// The line along a path, ready for the stroker.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) color: Rgba8,
    pub(crate) style: StrokeStyle,
    pub(crate) dashes: Option<DashPattern>,
}

impl Line {
    /// The line that `stroke` asks for, `None` at width 0.
    ///
    /// Without antialiasing, dashes and the width of dashed lines are rounded; solid ones keep theirs. The miter limit is
    /// the width in px: Agg's caller passes it so.
    pub(crate) fn new(stroke: &Stroke, antialiased: bool) -> Option<Self> {
        Self::with(stroke, Rgba8::from(stroke.color), stroke.width_px, stroke.dashes.as_deref(), antialiased)
    }

    pub(crate) fn with(
        stroke: &Stroke,
        color: Rgba8,
        width_px: f64,
        dashes: Option<&Dashes>,
        antialiased: bool,
    ) -> Option<Self> {
        if width_px == 0.0 {
            return None;
        }
        let mut style = StrokeStyle { width_px, cap: stroke.cap, join: stroke.join, miter_limit: width_px };
        let dashes = dashes.filter(|dashes| !dashes.pairs_px.is_empty()).and_then(|dashes| {
            if !antialiased {
                style.width_px = if width_px < 0.5 { 0.5 } else { (width_px + 0.5).floor() };
            }
            let snapped = |length: f64| if antialiased { length } else { f64::from(length as i32) + 0.5 };
            let pairs = dashes.pairs_px.iter().map(|&(dash, gap)| (snapped(dash), snapped(gap)));
            DashPattern::new(pairs, dashes.offset_px)
        });
        Some(Self { color, style, dashes })
    }
}

/// Where outlines may show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutlineClip<'a> {
    pub(crate) rect: Rect,
    pub(crate) window: Window,
    pub(crate) mask: Option<&'a Mask>,
}

/// Draws `path` as `shape` says; `tile_size` is that of hatches.
pub(crate) fn draw_shape<S: VertexSource>(
    path: &mut S,
    shape: &Shape<'_>,
    clip: OutlineClip<'_>,
    tile_size: TileSize,
    band: &mut Band<'_>,
    scratch: &mut Scratch,
) {
    let window = clip.window.intersect(&band.window());
    let Scratch { rasterizer, stroker, hatch_tiles, colors, .. } = scratch;
    let container = if clip.mask.is_some() { Container::Unpacked } else { Container::Packed };
    if let Some(color) = shape.face {
        rasterizer.reset(Some(clip.rect), window);
        fill(path, rasterizer);
        let surface = Surface { band, window, mask: clip.mask };
        rasterizer.sweep(container, &mut SolidPaint { surface, color, antialiased: shape.antialiased });
    }
    if let Some(hatch) = shape.hatch
        && let Some(source) = hatch_tiles.get(hatch, tile_size, rasterizer, stroker)
    {
        rasterizer.reset(Some(clip.rect), window);
        fill(path, rasterizer);
        let surface = Surface { band, window, mask: clip.mask };
        let mut paint = ColorPaint { surface, source, colors: std::mem::take(colors) };
        // Packed even under a mask, where stored runs lose their coverage: that is Agg's way.
        rasterizer.sweep(Container::Packed, &mut paint);
        *colors = paint.colors;
    }
    if let Some(line) = &shape.line {
        rasterizer.reset(Some(clip.rect), window);
        // Not the band: dashes out of sight are counted in another way, and bands must not show.
        stroker.stroke(path, &line.style, line.dashes.as_ref(), clip.window.rect(), rasterizer);
        let surface = Surface { band, window, mask: clip.mask };
        let mut paint = SolidPaint { surface, color: line.color, antialiased: shape.antialiased };
        rasterizer.sweep(container, &mut paint);
    }
}

/// What drawing `path` would paint where nothing else is looked at: no mask, no hatch.
pub(crate) fn shape_layers<S: VertexSource>(
    path: &mut S,
    shape: &Shape<'_>,
    clip: OutlineClip<'_>,
    scratch: &mut Scratch,
    layers: &mut Vec<Layer>,
) {
    let Scratch { rasterizer, stroker, .. } = scratch;
    let antialiased = shape.antialiased;
    if let Some(color) = shape.face {
        rasterizer.reset(Some(clip.rect), clip.window);
        fill(path, rasterizer);
        layers.push(Layer { stamp: Stamp::take(rasterizer), color, antialiased });
    }
    if let Some(line) = &shape.line {
        rasterizer.reset(Some(clip.rect), clip.window);
        stroker.stroke(path, &line.style, line.dashes.as_ref(), clip.window.rect(), rasterizer);
        layers.push(Layer { stamp: Stamp::take(rasterizer), color: line.color, antialiased });
    }
}

/// What [`draw_line`] would paint without a mask.
pub(crate) fn line_layer(
    polylines: &Polylines,
    line: &Line,
    antialiased: bool,
    clip: OutlineClip<'_>,
    scratch: &mut Scratch,
) -> Layer {
    let Scratch { rasterizer, stroker, .. } = scratch;
    let OutlineClip { rect, window, .. } = clip;
    let rows = (f64::from(window.y0), f64::from(window.y1));
    rasterizer.reset(Some(rect), window);
    stroker.stroke_polylines(polylines, &line.style, line.dashes.as_ref(), window.rect(), rows, rasterizer);
    Layer { stamp: Stamp::take(rasterizer), color: line.color, antialiased }
}

/// Draws a line along `polylines`.
pub(crate) fn draw_line(
    polylines: &Polylines,
    line: &Line,
    antialiased: bool,
    clip: OutlineClip<'_>,
    band: &mut Band<'_>,
    scratch: &mut Scratch,
) {
    let window = clip.window.intersect(&band.window());
    let Scratch { rasterizer, stroker, .. } = scratch;
    let container = if clip.mask.is_some() { Container::Unpacked } else { Container::Packed };
    let rows = (f64::from(window.y0), f64::from(window.y1));
    rasterizer.reset(Some(clip.rect), window);
    stroker.stroke_polylines(polylines, &line.style, line.dashes.as_ref(), clip.window.rect(), rows, rasterizer);
    let surface = Surface { band, window, mask: clip.mask };
    rasterizer.sweep(container, &mut SolidPaint { surface, color: line.color, antialiased });
}
