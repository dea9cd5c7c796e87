//! The raster player: plays ops onto a pixmap.

use std::collections::TryReserveError;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use geometry::{Affine, Pipeline, PipelineOptions, Rect, SnapMode, canvas_bounds, fill, memory};
use rayon::prelude::*;
use scene::{ClipPath, Collection, Op, Player};

use crate::blend::Rgba8;
use crate::collection::Items;
use crate::frame::Frame;
use crate::glyph::GlyphScanner;
use crate::gouraud::draw_gouraud;
use crate::hatch::TileSize;
use crate::image::draw_image;
use crate::marker::draw_markers;
use crate::mask::Mask;
use crate::parts::{draw_line_in_parts, threads_for};
use crate::path::{PreparedPath, is_bare_line, is_better_whole, touched_px};
use crate::pixmap::{Band, Pixmap, UNTOUCHED};
use crate::quad_mesh::draw_quad_mesh;
use crate::rotated_text::draw_rotated_text;
use crate::shape::{Line, OutlineClip, Scratch};
use crate::spans::Container;
use crate::stamp::Layer;
use crate::stamped::Stamped;
use crate::text::{draw_glyphs, draw_text_image};

/// Plays ops onto a canvas of fixed size.
///
/// Like Agg's renderer it remembers the mask of the last clip path, which is part of what comes out: the mask is made
/// anew only when the path's identity or its affine changes.
#[derive(Debug)]
pub struct RasterPlayer {
    pixmap: Pixmap,
    /// Where lines are cut, px, y down.
    line_bounds: Rect,
    tile_size: TileSize,
    mask: Option<Mask>,
    mask_key: Option<(u64, Affine)>,
    scratch: Scratch,
    prepared: PreparedPath,
    scanner: GlyphScanner,
    /// What the threads need that draw at once.
    helpers: Vec<Helper>,
}

/// What a thread needs to work out paths by itself.
#[derive(Debug, Default)]
struct Helper {
    scratch: Scratch,
    prepared: PreparedPath,
}

impl RasterPlayer {
    /// A transparent canvas; `dpi` sets the size of hatch tiles.
    pub fn new(width: usize, height: usize, dpi: f64) -> Result<Self, TryReserveError> {
        Ok(Self {
            pixmap: Pixmap::new(width, height)?,
            line_bounds: canvas_bounds((width as f64, height as f64)),
            tile_size: TileSize::new(dpi, width, height),
            mask: None,
            mask_key: None,
            scratch: Scratch::default(),
            prepared: PreparedPath::default(),
            scanner: GlyphScanner::new(),
            helpers: Vec::new(),
        })
    }

    /// The same as a part of a page, at whose bounds (px, y down) lines are cut. Agg cuts them at the sides of the canvas,
    /// where their dashes begin anew and the ends of thick ones would be seen.
    pub fn of_part(self, line_bounds: Rect) -> Self {
        Self { line_bounds, ..self }
    }

    /// The pixels so far.
    pub fn pixmap(&mut self) -> &mut Pixmap {
        &mut self.pixmap
    }

    fn frame(&self) -> Frame {
        Frame { width: self.pixmap.width() as i32, height: self.pixmap.height() as i32, line_bounds: self.line_bounds }
    }

    /// Whether an op is so much work that starting it on several threads pays.
    pub fn is_worth_bands(&self, op: &Op<'_>) -> bool {
        if op.size_bytes() >= LARGE_BYTES {
            return true;
        }
        let canvas_px = (self.pixmap.width() * self.pixmap.height()) as f64;
        if canvas_px < LARGE_PX {
            return false;
        }
        match op {
            Op::Path(op) => touched_px(op).min(canvas_px) >= LARGE_PX,
            _ => false,
        }
    }

    /// Plays an op in `bands` bands of rows at once, on the threads of the current rayon pool. The pixels are the same as
    /// with one.
    ///
    /// # Errors
    /// When memory is lacking; the op may have been drawn in part then.
    pub fn play_in_bands(&mut self, op: &Op<'_>, bands: usize) -> Result<(), TryReserveError> {
        let frame = self.frame();
        let style = match op {
            Op::Clear => {
                self.pixmap.fill(UNTOUCHED);
                return Ok(());
            }
            Op::Path(op) => Some(&op.style),
            Op::Markers(op) => Some(&op.style),
            Op::Collection(op) => Some(&op.style),
            Op::QuadMesh(op) => Some(&op.style),
            Op::Gouraud(op) => Some(&op.style),
            Op::Image(op) => Some(&op.style),
            Op::Glyphs(_) | Op::TextImage(_) => None,
            // What only documents hold.
            Op::Text(_) | Op::Picture(_) | Op::LinkArea(_) | Op::Begin(_) | Op::End => return Ok(()),
        };
        // Collections without anything to draw leave before they look at the clip path.
        if let Op::Collection(op) = op {
            let colorless = op.face_colors.is_empty() && op.edge_colors.is_empty() && op.hatch_colors.is_empty();
            if op.paths.is_empty() || colorless {
                return Ok(());
            }
        }
        if let Op::QuadMesh(op) = op
            && (op.columns * op.rows == 0 || (op.face_colors.is_empty() && op.edge_colors.is_empty()))
        {
            return Ok(());
        }
        let rect = match op {
            Op::TextImage(op) => op.clip_rect,
            _ => style.and_then(|style| style.clip.rect),
        };
        let rect = frame.outline_clip(rect);
        let mut masked = false;
        if let Some((style, path)) = style.and_then(|style| Some((style, style.clip.path.as_ref()?))) {
            let clip = if matches!(op, Op::Markers(_)) { None } else { Some(rect) };
            masked = self.update_mask(path, style.snap, clip, frame)?;
        }
        let clip =
            OutlineClip { rect, window: frame.outline_window(&rect), mask: self.mask.as_ref().filter(|_| masked) };
        let tile_size = self.tile_size;
        let played = memory::catch_shortage(|| {
            if let Op::Path(op) = op {
                self.prepared.prepare(op, frame);
            }
            if bands > 1
                && let Op::Collection(op) = op
                && let items = Items::new(op, frame, clip)
                && items.are_better_whole()
            {
                let work = Work { count: items.count(), threads: bands };
                return work.play(&mut self.pixmap, &mut self.helpers, |index, helper| {
                    items.layers(index, &mut helper.scratch)
                });
            }
            if let Op::Path(op) = op
                && is_bare_line(op)
                && let Some(line) = Line::new(&op.style.stroke, op.style.antialiased)
                && let polylines = self.prepared.polylines()
                && let threads = threads_for(polylines, &line, clip, bands)
                && threads > 1
            {
                return draw_line_in_parts(polylines, &line, op.style.antialiased, clip, &mut self.pixmap, threads);
            }
            if bands > 1
                && !masked
                && let Op::Path(op) = op
                && is_better_whole(op)
            {
                let layers = self.prepared.layers(op, frame, &mut self.scratch);
                return paint(&layers, &mut self.pixmap, bands);
            }
            let stage = Stage { op, prepared: &self.prepared, frame, clip, tile_size };
            if let Some(color) = stage.background()
                && !self.pixmap.is_shared()
            {
                self.pixmap.fill(color);
                return;
            }
            if bands <= 1 {
                stage.play(&mut self.pixmap.as_band(), &mut self.scratch, &mut self.scanner);
            } else {
                self.pixmap.bands(bands).par_iter_mut().for_each(|band| {
                    stage.play(band, &mut Scratch::default(), &mut GlyphScanner::new());
                });
            }
        });
        self.prepared.forget_if_large();
        if played.is_err() {
            self.forget_scratch();
        }
        played
    }

    /// Gives back what drawing needs besides the pixels; the next op takes it again. Only tiles of hatches are kept, which take
    /// long to draw.
    pub fn rest(&mut self) {
        let hatch_tiles = std::mem::take(&mut self.scratch.hatch_tiles);
        self.forget_scratch();
        self.scratch.hatch_tiles = hatch_tiles;
    }

    /// After a shortage of memory: it was left in the middle of something, and has been too large.
    fn forget_scratch(&mut self) {
        self.scratch = Scratch::default();
        self.prepared = PreparedPath::default();
        self.helpers.clear();
    }

    /// Whether playing an op together with others ([`RasterPlayer::play_together`]) pays: a long line or a large shape.
    pub fn is_worth_company(op: &Op<'_>) -> bool {
        let Op::Path(op) = op else { return false };
        op.style.clip.path.is_none() && op.style.hatch.is_none() && op.path.size_bytes() >= COMPANY_BYTES
    }

    /// Plays ops of which all are worth company at once, on the threads of the current rayon pool: each is worked out as a
    /// whole by one of `threads`, then all are painted in their order. The pixels are the same as one after the other.
    ///
    /// # Errors
    /// When memory is lacking; the ops may have been drawn in part then.
    pub fn play_together(&mut self, ops: &[Op<'_>], threads: usize) -> Result<(), TryReserveError> {
        let frame = self.frame();
        let played = memory::catch_shortage(|| {
            let work = Work { count: ops.len(), threads };
            work.play(&mut self.pixmap, &mut self.helpers, |index, helper| {
                let Op::Path(op) = &ops[index] else { return Vec::new() };
                helper.prepared.prepare(op, frame);
                helper.prepared.layers(op, frame, &mut helper.scratch)
            });
        });
        if played.is_err() {
            self.forget_scratch();
        }
        played
    }

    /// Plays a collection of many small items about as it is, but sooner; whether it is one for that. See [`Stamped`].
    ///
    /// # Errors
    /// When memory is lacking; the op may have been drawn in part then.
    pub(crate) fn play_stamped(&mut self, op: &Collection<'_>, bands: usize) -> Result<bool, TryReserveError> {
        if op.style.clip.path.is_some() {
            return Ok(false);
        }
        let frame = self.frame();
        let window = frame.outline_window(&frame.outline_clip(op.style.clip.rect));
        let pixmap = &mut self.pixmap;
        memory::catch_shortage(|| {
            let Some(stamped) = Stamped::new(op, frame, window, bands > 1) else { return false };
            let mut strips = pixmap.bands(stamped.strips(frame));
            if bands > 1 {
                strips.par_iter_mut().for_each(|strip| stamped.draw(strip));
            } else {
                strips.iter_mut().for_each(|strip| stamped.draw(strip));
            }
            true
        })
    }

    /// Makes the mask of a clip path unless it is the last one's; whether there is a clip path at all.
    fn update_mask(
        &mut self,
        clip: &ClipPath,
        snap: SnapMode,
        rect: Option<Rect>,
        frame: Frame,
    ) -> Result<bool, TryReserveError> {
        if clip.path.vertices.is_empty() {
            return Ok(false);
        }
        let known = self
            .mask_key
            .as_ref()
            .is_some_and(|(identity, affine)| *identity == clip.identity && affine.nearly_equals(&clip.affine));
        if known {
            return Ok(true);
        }
        if self.mask.is_none() {
            self.mask = Some(Mask::new(self.pixmap.width(), self.pixmap.height())?);
        }
        let Some(mask) = &mut self.mask else { return Ok(false) };
        // What is half made, if memory lacks, is nobody's mask.
        self.mask_key = None;
        mask.clear();
        let path = clip.path.view();
        let mut pipeline = Pipeline::new(
            path.source(clip.affine.then_flip(frame.height_px())),
            &PipelineOptions {
                by_segment: path.codes.is_some(),
                snap,
                total_vertices: path.vertices.len(),
                simplify_px: clip.path.simplify_px.filter(|_| path.codes.is_none()),
                ..PipelineOptions::default()
            },
        );
        let window = rect.map_or(frame.window(), |rect| frame.outline_window(&rect));
        let rasterizer = &mut self.scratch.rasterizer;
        let made = memory::catch_shortage(|| {
            rasterizer.reset(rect, window);
            fill(&mut pipeline, rasterizer);
            rasterizer.sweep(Container::Unpacked, &mut mask.writer(window));
        });
        match made {
            Ok(()) => self.mask_key = Some((clip.identity, clip.affine)),
            Err(_) => self.forget_scratch(),
        }
        made.map(|()| true)
    }
}

impl Player for RasterPlayer {
    type Error = TryReserveError;

    fn play(&mut self, op: &Op<'_>) -> Result<(), TryReserveError> {
        self.play_in_bands(op, 1)
    }
}

/// An op with everything that its bands share.
struct Stage<'a, 'o> {
    op: &'a Op<'o>,
    prepared: &'a PreparedPath,
    frame: Frame,
    clip: OutlineClip<'a>,
    tile_size: TileSize,
}

impl Stage<'_, '_> {
    /// The color of every pixel after the op, if it is one that fills the canvas.
    fn background(&self) -> Option<[u8; 4]> {
        let Op::Path(op) = self.op else { return None };
        let color = op.face.map(Rgba8::from).filter(|color| color.a == 255)?;
        let is_free = self.clip.mask.is_none() && self.clip.window == self.frame.window();
        let is_bare = op.style.hatch.is_none() && Line::new(&op.style.stroke, op.style.antialiased).is_none();
        let (width, height) = (f64::from(self.frame.width), self.frame.height_px());
        let rectangle = self.prepared.filled_rectangle().filter(|_| is_free && is_bare)?;
        (rectangle.x1 <= 0.0 && rectangle.y1 <= 0.0 && rectangle.x2 >= width && rectangle.y2 >= height)
            .then_some([color.r, color.g, color.b, color.a])
    }

    fn play(&self, band: &mut Band<'_>, scratch: &mut Scratch, scanner: &mut GlyphScanner) {
        let Self { frame, clip, tile_size, .. } = *self;
        match self.op {
            Op::Clear | Op::Text(_) | Op::Picture(_) | Op::LinkArea(_) | Op::Begin(_) | Op::End => {}
            Op::Path(op) => self.prepared.draw(op, frame, clip, tile_size, band, scratch),
            Op::Markers(op) => draw_markers(op, frame, clip.mask, band, scratch),
            Op::Collection(op) => Items::new(op, frame, clip).draw(tile_size, band, scratch),
            Op::QuadMesh(op) => draw_quad_mesh(op, frame, clip, tile_size, band, scratch),
            Op::Gouraud(op) => draw_gouraud(op, frame, clip, band, scratch),
            Op::Image(op) => draw_image(op, frame, clip, band, scratch),
            Op::Glyphs(op) => draw_glyphs(op, frame, band, scanner),
            Op::TextImage(op) if op.angle_deg != 0.0 => draw_rotated_text(op, clip, band, scratch),
            Op::TextImage(op) => draw_text_image(op, frame, band),
        }
    }
}

/// Shapes that are worked out at once and painted in order.
struct Work {
    count: usize,
    threads: usize,
}

impl Work {
    /// Paints what `layers` makes of each index below the count.
    fn play(
        &self,
        pixmap: &mut Pixmap,
        helpers: &mut Vec<Helper>,
        layers: impl Fn(usize, &mut Helper) -> Vec<Layer> + Sync,
    ) {
        if helpers.len() < self.threads {
            helpers.resize_with(self.threads, Helper::default);
        }
        // Not all of them: what waits to be painted takes memory.
        let step = self.threads * 2;
        for start in (0..self.count).step_by(step) {
            let shapes: Vec<OnceLock<Vec<Layer>>> = vec![OnceLock::new(); step.min(self.count - start)];
            let next = AtomicUsize::new(0);
            helpers[..self.threads].par_iter_mut().for_each(|helper| {
                while let index = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(shape) = shapes.get(index)
                {
                    let _ = shape.set(layers(start + index, helper));
                }
            });
            paint(shapes.iter().filter_map(OnceLock::get).flatten(), pixmap, self.threads);
        }
    }
}

/// Paints layers in their order, in so many bands at once.
fn paint<'a>(layers: impl IntoIterator<Item = &'a Layer> + Clone + Sync, pixmap: &mut Pixmap, bands: usize) {
    pixmap.bands(bands).par_iter_mut().for_each(|band| {
        for layer in layers.clone() {
            layer.paint(band);
        }
    });
}

/// Input (bytes) from which an op is worth several threads.
const LARGE_BYTES: usize = 128 << 10;
/// Input (bytes) from which a path is worth working out beside others.
const COMPANY_BYTES: usize = 32 << 10;
/// Pixels touched from which it is.
const LARGE_PX: f64 = (1u32 << 18) as f64;

#[cfg(test)]
mod tests {
    use super::*;

    use scene::{Color, Style, StyledPath};

    fn rectangle(x1: f64, x2: f64, alpha: f64) -> Op<'static> {
        let vertices = vec![[x1, 0.0], [x2, 0.0], [x2, 4.0], [x1, 4.0]];
        let path = scene::Path { vertices: vertices.into(), codes: Some(vec![1, 2, 2, 2].into()), simplify_px: None };
        Op::Path(StyledPath {
            style: Style { antialiased: false, ..Style::default() },
            path,
            affine: Affine::IDENTITY,
            face: Some(Color { r: 1.0, g: 0.0, b: 0.0, a: alpha }),
        })
    }

    #[test]
    fn what_was_there_is_gone_after_a_clear_whatever_follows() {
        for background in [rectangle(0.0, 6.0, 1.0), rectangle(1.0, 6.0, 1.0), rectangle(0.0, 6.0, 0.5)] {
            let mut fresh = RasterPlayer::new(6, 4, 72.0).unwrap();
            fresh.play(&background).unwrap();
            let mut used = RasterPlayer::new(6, 4, 72.0).unwrap();
            used.play(&rectangle(0.0, 3.0, 1.0)).unwrap();
            used.play(&Op::Clear).unwrap();
            used.play(&background).unwrap();
            assert_eq!(used.pixmap().pixels(), fresh.pixmap().pixels());
        }
        let mut used = RasterPlayer::new(6, 4, 72.0).unwrap();
        used.play(&rectangle(0.0, 3.0, 1.0)).unwrap();
        used.play(&Op::Clear).unwrap();
        assert!(used.pixmap().pixels().iter().all(|&pixel| pixel == [255, 255, 255, 0]));
    }

    #[test]
    fn the_color_of_the_background_changes_no_bare_row() {
        for (background, bare_rows) in [(1.0, true), (0.5, false)] {
            for (x1, x2, alpha) in [(1.0, 5.0, 1.0), (1.25, 4.75, 1.0), (1.25, 1.5, 0.5)] {
                for antialiased in [false, true] {
                    let mut face = rectangle(x1, x2, alpha);
                    let Op::Path(path) = &mut face else { unreachable!() };
                    path.style.antialiased = antialiased;
                    let draw = |is_shared: bool| {
                        let mut player = RasterPlayer::new(6, 4, 72.0).unwrap();
                        if is_shared {
                            player.pixmap().pixels_mut();
                        }
                        player.play(&rectangle(0.0, 6.0, background)).unwrap();
                        player.play(&face).unwrap();
                        player
                    };
                    let is_there = |y: usize| draw(false).pixmap().rows().unwrap().1[y] == y;
                    // Rows that are there but for their pixels name another one below the first two.
                    assert_eq!(!is_there(3), bare_rows);
                    assert_eq!(draw(false).pixmap().pixels(), draw(true).pixmap().pixels());
                }
            }
        }
    }

    #[test]
    fn a_background_is_what_it_would_be_if_it_was_drawn() {
        for (x1, alpha) in [(0.0, 1.0), (-3.0, 1.0), (0.0, 0.5), (1.0, 1.0)] {
            for antialiased in [false, true] {
                let mut background = rectangle(x1, 6.0, alpha);
                let Op::Path(path) = &mut background else { unreachable!() };
                path.style.antialiased = antialiased;
                let stroked = {
                    let mut stroked = path.clone();
                    stroked.style.stroke.width_px = 2.0;
                    stroked.style.stroke.color = Color { r: 0.0, g: 0.0, b: 1.0, a: 0.5 };
                    Op::Path(stroked)
                };
                for op in [background, stroked] {
                    let draw = |is_shared: bool| {
                        let mut player = RasterPlayer::new(6, 4, 72.0).unwrap();
                        if is_shared {
                            player.pixmap().pixels_mut();
                        }
                        player.play(&rectangle(2.0, 3.0, 1.0)).unwrap();
                        player.play(&op).unwrap();
                        player.play(&rectangle(4.0, 5.0, 0.25)).unwrap();
                        player.pixmap().pixels().to_vec()
                    };
                    assert_eq!(draw(false), draw(true));
                }
            }
        }
    }
}
