//! Many paths with cycling attributes.

use std::sync::Arc;

use geometry::{
    Affine, EXACT_LIMIT_PX, FlatOptions, FlatPath, PathView, Pipeline, PipelineOptions, Vertex, VertexSource, command,
    is_whole, straight_rows,
};
use scene::{Collection, Dashes, Hatch, Style};

use crate::blend::Rgba8;
use crate::frame::Frame;
use crate::hatch::TileSize;
use crate::pixmap::Band;
use crate::shape::{Line, OutlineClip, Scratch, Shape, draw_shape, shape_layers};
use crate::stamp::Layer;
use crate::window::Window;

/// Bytes of an item's path from which it is large.
const LARGE_ITEM_BYTES: usize = 8 << 10;

/// The cycling attributes.
pub(crate) struct Attributes<'a> {
    pub(crate) style: &'a Style,
    pub(crate) face_colors: &'a [[f64; 4]],
    pub(crate) edge_colors: &'a [[f64; 4]],
    pub(crate) hatch_colors: &'a [[f64; 4]],
    pub(crate) line_widths_px: &'a [f64],
    pub(crate) dashes: &'a [Option<Arc<Dashes>>],
    pub(crate) antialiased: &'a [bool],
}

/// The element that a cycling list has for an item.
pub(crate) fn cycle<T: Clone>(list: &[T], index: usize) -> Option<T> {
    // Divisions take a while, and most lists have one element or as many as there are items.
    match list.len() {
        0 => None,
        1 => Some(list[0].clone()),
        length if index < length => Some(list[index].clone()),
        length => Some(list[index % length].clone()),
    }
}

impl<'a> Attributes<'a> {
    /// Those of a collection.
    pub(crate) fn of(op: &'a Collection<'_>) -> Self {
        Self {
            style: &op.style,
            face_colors: &op.face_colors,
            edge_colors: &op.edge_colors,
            hatch_colors: &op.hatch_colors,
            line_widths_px: &op.line_widths_px,
            dashes: &op.dashes,
            antialiased: &op.antialiased,
        }
    }

    /// The colours of an item's face and line.
    #[inline]
    pub(crate) fn colors(&self, index: usize) -> [Option<Rgba8>; 2] {
        [self.face_colors, self.edge_colors].map(|colors| cycle(colors, index).map(|c| scene::Color::from(c).into()))
    }

    pub(crate) fn shape<'h>(&self, index: usize, hatch: Option<&'h Hatch>) -> Shape<'h> {
        let antialiased = cycle(self.antialiased, index).unwrap_or(self.style.antialiased);
        let line = cycle(self.edge_colors, index).and_then(|edge| {
            let stroke = &self.style.stroke;
            let dashes = match cycle(self.dashes, index) {
                Some(dashes) => dashes,
                None => stroke.dashes.clone(),
            };
            let width_px = cycle(self.line_widths_px, index).unwrap_or(stroke.width_px);
            Line::with(stroke, Rgba8::from(scene::Color::from(edge)), width_px, dashes.as_deref(), antialiased)
        });
        let face = cycle(self.face_colors, index).map(|face| Rgba8::from(scene::Color::from(face)));
        Shape { face, antialiased, line, hatch }
    }

    /// The style's hatch, in the item's colour.
    pub(crate) fn hatch(&self, index: usize) -> Option<Hatch> {
        let mut hatch = self.style.hatch.clone()?;
        if let Some(color) = cycle(self.hatch_colors, index) {
            hatch.color = color.into();
        }
        Some(hatch)
    }

    pub(crate) fn pipeline<S: VertexSource>(
        &self,
        source: S,
        by_segment: bool,
        vertices: usize,
        width_px: f64,
        frame: Frame,
    ) -> Pipeline<S> {
        Pipeline::new(
            source,
            &PipelineOptions {
                by_segment,
                line_bounds: self.clips().then_some(frame.line_bounds),
                snap: self.style.snap,
                total_vertices: vertices,
                snap_width_px: width_px,
                simplify_px: None,
                sketch: self.style.sketch,
            },
        )
    }

    /// Whether lines are clipped to the canvas.
    fn clips(&self) -> bool {
        self.face_colors.is_empty() && self.style.hatch.is_none()
    }

    /// How an item is made flat, where that needs no care.
    fn flat_options(&self, width_px: f64, frame: Frame) -> FlatOptions {
        let bounds = self.clips().then_some(frame.line_bounds);
        FlatOptions { snap: self.style.snap, snap_width_px: width_px, bounds }
    }

    /// Line width of an item, px; 0 without edge colours.
    pub(crate) fn width_px(&self, index: usize) -> f64 {
        if self.edge_colors.is_empty() {
            return 0.0;
        }
        cycle(self.line_widths_px, index).unwrap_or(self.style.stroke.width_px)
    }
}

/// The item's transform: its own, the common one, its offset, the flip.
pub(crate) fn item_affine(own: Affine, offset: Option<[f64; 2]>, offset_affine: &Affine, frame: Frame) -> Affine {
    let mut affine = own;
    if let Some([x, y]) = offset {
        let (x, y) = offset_affine.apply(x, y);
        affine = affine.then(&Affine::translation(x, y));
    }
    affine.then_flip(frame.height_px())
}

/// The transform of an item of a collection.
pub(crate) fn affine_of(op: &Collection<'_>, index: usize, frame: Frame) -> Affine {
    let own = cycle(&op.transforms, index).map_or(op.affine, |own| Affine::from_matrix(own).then(&op.affine));
    item_affine(own, cycle(&op.offsets, index), &op.offset_affine, frame)
}

/// How many items a collection has.
pub(crate) fn count_of(op: &Collection<'_>) -> usize {
    let colorless = op.face_colors.is_empty() && op.edge_colors.is_empty() && op.hatch_colors.is_empty();
    if op.paths.is_empty() || colorless { 0 } else { op.paths.len().max(op.offsets.len()) }
}

/// Whether a path under `affine` can reach the rows at all, given what line and wiggle add.
pub(crate) fn reaches(path: PathView<'_>, affine: &Affine, margin_px: f64, rows: &Window) -> bool {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut source = path.source(*affine);
    for _ in path.vertices {
        let Vertex { x, y, .. } = source.next(); // Closes come as they are, and curves may begin there.
        if x.abs() > EXACT_LIMIT_PX || y.abs() > EXACT_LIMIT_PX {
            return true; // Who knows where rounding leads.
        }
        low = low.min(y); // NaN is ignored by min and max.
        high = high.max(y);
    }
    if path.codes.is_some_and(|codes| !is_whole(codes)) {
        // A curve may lack vertices, which count as zeros.
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    // Closed subpaths carry raw coordinates, so nothing is concluded from an empty range.
    low > high || is_near((low, high), margin_px, rows)
}

/// Whether rows (px) with a margin on both sides touch others.
pub(crate) fn is_near((low, high): (f64, f64), margin_px: f64, rows: &Window) -> bool {
    low.abs().max(high.abs()) > EXACT_LIMIT_PX // Who knows where rounding leads.
        || (low - margin_px <= f64::from(rows.y1) && high + margin_px >= f64::from(rows.y0))
}

/// What is known of a path before it is transformed.
struct Known {
    /// Its commands hold no surprises.
    is_whole: bool,
    /// The corners of the box around its vertices, which count only if it is whole.
    corners: [[f64; 2]; 4],
}

impl Known {
    fn new(path: PathView<'_>) -> Self {
        let is_whole = path.codes.is_none_or(is_whole);
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for (index, vertex) in path.vertices.iter().enumerate() {
            if path.codes.is_none_or(|codes| codes[index] != command::CLOSE) {
                low = [0, 1].map(|axis| low[axis].min(vertex[axis])); // NaN is ignored by min and max.
                high = [0, 1].map(|axis| high[axis].max(vertex[axis]));
            }
        }
        Self { is_whole, corners: [low, [low[0], high[1]], [high[0], low[1]], high] }
    }

    /// Whether the path may show on the rows.
    fn reaches(&self, path: PathView<'_>, affine: &Affine, margin_px: f64, rows: &Window) -> bool {
        if self.is_whole {
            reaches(PathView { vertices: &self.corners, codes: None }, affine, margin_px, rows)
        } else {
            reaches(path, affine, margin_px, rows)
        }
    }
}

/// How far a line of the given width and the wiggle reach beyond a path, px (snapping included).
pub(crate) fn margin_px(width_px: f64, style: &Style) -> f64 {
    let half = (width_px * 0.5).abs();
    half * half.max(1.5) * 2.0 + style.sketch.scale.abs() + 2.0
}

/// A collection with what is known of all its items.
pub(crate) struct Items<'a> {
    op: &'a Collection<'a>,
    attributes: Attributes<'a>,
    frame: Frame,
    clip: OutlineClip<'a>,
    /// Of paths that are drawn again and again it is known where they reach before they are transformed.
    known: Vec<Known>,
}

/// Takes an item of a collection.
trait ItemSink {
    fn item<S: VertexSource>(&mut self, path: &mut S, shape: &Shape<'_>);
}

impl<'a> Items<'a> {
    pub(crate) fn new(op: &'a Collection<'_>, frame: Frame, clip: OutlineClip<'a>) -> Self {
        let attributes = Attributes::of(op);
        let known = if op.paths.len() < op.offsets.len() {
            (0..op.paths.len()).map(|i| Known::new(op.paths.get(i))).collect()
        } else {
            Vec::new()
        };
        Self { op, attributes, frame, clip, known }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        count_of(self.op)
    }

    /// Whether items are better drawn at once, each as a whole, than all of them in bands: a few large ones are, since much
    /// of the work on an item is the same in each band.
    pub(crate) fn are_better_whole(&self) -> bool {
        self.clip.mask.is_none()
            && self.op.style.hatch.is_none()
            && self.count() > 1
            && self.op.paths.size_bytes() / self.count() >= LARGE_ITEM_BYTES
    }

    /// Draws all items onto the rows of `band`.
    pub(crate) fn draw(&self, tile_size: TileSize, band: &mut Band<'_>, scratch: &mut Scratch) {
        let is_part = band.window() != self.frame.window();
        let mut flat = std::mem::take(&mut scratch.flat);
        for index in 0..self.count() {
            let rows = is_part.then(|| band.window());
            self.visit(index, rows, &mut flat, &mut OnBand { clip: self.clip, tile_size, band, scratch });
        }
        scratch.flat = flat;
    }

    /// What an item would paint.
    pub(crate) fn layers(&self, index: usize, scratch: &mut Scratch) -> Vec<Layer> {
        let mut flat = std::mem::take(&mut scratch.flat);
        let mut kept = Kept { clip: self.clip, scratch, layers: Vec::new() };
        self.visit(index, None, &mut flat, &mut kept);
        let layers = kept.layers;
        scratch.flat = flat;
        layers
    }

    /// Gives an item to `sink`, unless it surely does not reach the `rows`.
    fn visit(&self, index: usize, rows: Option<Window>, flat: &mut FlatPath, sink: &mut impl ItemSink) {
        let Self { op, attributes, frame, known, .. } = self;
        let path_index = if index < op.paths.len() { index } else { index % op.paths.len() };
        let path = op.paths.get(path_index);
        let known = known.get(path_index);
        let affine = affine_of(op, index, *frame);
        let width_px = attributes.width_px(index);
        let margin_px = margin_px(width_px, &op.style);
        if let Some(rows) = &rows
            && known.is_some_and(|known| !known.reaches(path, &affine, margin_px, rows))
        {
            return;
        }
        let is_plain = op.style.sketch.scale == 0.0
            && known.map_or_else(|| path.codes.is_none_or(is_whole), |known| known.is_whole);
        let options = attributes.flat_options(width_px, *frame);
        let straight_rows = if is_plain { straight_rows(path, &affine, &options) } else { None };
        let is_flat = is_plain && straight_rows.is_none() && flat.trace(path, &affine, &options);
        if let Some(rows) = &rows
            && known.is_none()
        {
            let own_rows = if is_flat { Some(flat.rows()) } else { straight_rows };
            let reaches =
                own_rows.map_or_else(|| reaches(path, &affine, margin_px, rows), |own| is_near(own, margin_px, rows));
            if !reaches {
                return;
            }
        }
        let hatch = attributes.hatch(index);
        let shape = attributes.shape(index, hatch.as_ref());
        if straight_rows.is_some() {
            sink.item(&mut path.source(affine), &shape);
        } else if is_flat {
            sink.item(&mut flat.vertices(), &shape);
        } else {
            // Agg takes all paths of collections for ones with codes.
            let mut pipeline = attributes.pipeline(path.source(affine), true, path.vertices.len(), width_px, *frame);
            sink.item(&mut pipeline, &shape);
        }
    }
}

/// Draws items onto a band.
struct OnBand<'a, 'b, 'p> {
    clip: OutlineClip<'a>,
    tile_size: TileSize,
    band: &'b mut Band<'p>,
    scratch: &'b mut Scratch,
}

impl ItemSink for OnBand<'_, '_, '_> {
    fn item<S: VertexSource>(&mut self, path: &mut S, shape: &Shape<'_>) {
        draw_shape(path, shape, self.clip, self.tile_size, self.band, self.scratch);
    }
}

/// Keeps what items would paint.
struct Kept<'a, 'b> {
    clip: OutlineClip<'a>,
    scratch: &'b mut Scratch,
    layers: Vec<Layer>,
}

impl ItemSink for Kept<'_, '_> {
    fn item<S: VertexSource>(&mut self, path: &mut S, shape: &Shape<'_>) {
        shape_layers(path, shape, self.clip, self.scratch, &mut self.layers);
    }
}
