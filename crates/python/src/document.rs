//! Documents as Python objects: faces, laid out lines, the recorder of a scene.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use geometry::{Affine, Rect};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use raster::RasterPlayer;
use scene::{
    Anchor, Gouraud, Group, LinkArea, Op, Picture, Pixels, Player, Rasterize, Rise, Scene, Text, TextBox, TextGlyph,
    TextRun,
};

use crate::arrays;
use crate::calls::{Recorder, out_of_memory, pixels};
use crate::pool;
use crate::style::{DashesPt, Style};
use crate::walk::Ops;

/// Put the classes of this file into the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Face>()?;
    module.add_class::<TextLayout>()?;
    module.add_class::<Document>()?;
    module.add_class::<Ops>()
}

/// A face of a font file.
///
/// Parameters
/// ----------
/// key : str
///     Tells faces apart.
/// postscript_name : str
/// index : int
///     The place in a collection, 0 for other files.
/// units_per_em : float
/// data : bytes
///     The file.
#[pyclass(frozen, module = "drypoint._core")]
pub struct Face(Arc<text::Face>);

#[pymethods]
impl Face {
    #[new]
    fn new(key: String, postscript_name: String, index: u32, units_per_em: f64, data: &[u8]) -> Self {
        Self(Arc::new(text::Face::new(key, postscript_name, index, units_per_em, data.into())))
    }

    /// Which of these glyphs have no outline yet.
    fn missing(&self, glyphs: Vec<u32>) -> Vec<u32> {
        glyphs.into_iter().filter(|&glyph| self.0.path(glyph).is_none()).collect()
    }

    /// Gives a glyph's outline and advance in font units: (N, 2) points and (N,) codes.
    fn add_outline(
        &self,
        glyph: u32,
        vertices: PyReadonlyArray2<'_, f64>,
        codes: PyReadonlyArray1<'_, u8>,
        advance: f64,
    ) -> PyResult<()> {
        let vertices: Vec<[f64; 2]> = vertices.as_array().rows().into_iter().map(|row| [row[0], row[1]]).collect();
        let codes = codes.as_array().iter().copied().take(vertices.len()).collect();
        self.0.insert_path(glyph, text::GlyphPath { vertices, codes, advance });
        Ok(())
    }
}

/// Key of the face, family, file, characters for glyphs.
type SvgFont = (String, String, Vec<u8>, HashMap<u32, String>);

/// Face, size, slant, extension, CSS, glyphs, places in x and y, texts.
type RunArgs<'py> = (Bound<'py, Face>, f64, f64, f64, String, Vec<u32>, Vec<f64>, Vec<f64>, Vec<String>);

/// A laid out line.
///
/// Parameters
/// ----------
/// string : str
/// is_formula : bool
/// runs : list of (Face, size, slant, extend, css, glyphs, xs, ys, texts)
/// boxes : list of (x, y, width, height)
#[pyclass(frozen, module = "drypoint._core")]
pub struct TextLayout(Arc<scene::TextLayout>);

#[pymethods]
impl TextLayout {
    #[new]
    fn new(string: String, is_formula: bool, runs: Vec<RunArgs<'_>>, boxes: Vec<(f64, f64, f64, f64)>) -> Self {
        let runs = runs
            .into_iter()
            .map(|(face, size, slant, extend, css, ids, xs, ys, texts)| TextRun {
                face: Arc::clone(&face.get().0),
                size,
                slant,
                extend,
                css: css.into(),
                glyphs: ids
                    .into_iter()
                    .zip(xs.into_iter().zip(ys))
                    .zip(texts)
                    .map(|((id, (x, y)), text)| TextGlyph { id, x, y, text: text.into() })
                    .collect(),
            })
            .collect();
        let boxes = boxes.into_iter().map(|(x, y, width, height)| TextBox { x, y, width, height }).collect();
        Self(Arc::new(scene::TextLayout { string, is_formula, runs, boxes }))
    }
}

/// Records a document.
///
/// Parameters
/// ----------
/// width, height : float
/// dpi : float
///     Units per inch.
#[pyclass(frozen, module = "drypoint._core")]
pub struct Document {
    scene: Mutex<Scene>,
    dpi: f64,
}

impl Document {
    pub fn scene(&self) -> MutexGuard<'_, Scene> {
        self.scene.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Units of most documents in an inch.
const DPI: f64 = 72.0;

impl Recorder for Document {
    fn dpi(&self) -> f64 {
        self.dpi
    }

    fn record(&self, _: Python<'_>, op: Op<'_>) -> PyResult<()> {
        let mut scene = self.scene();
        scene.ops.try_reserve(1).map_err(out_of_memory)?;
        scene.ops.push(op.into_owned());
        Ok(())
    }
}

/// Bytes of ops from which on threads help.
const LARGE_BYTES: usize = 1 << 20;

/// Whether a scene is so much work that threads help.
pub fn is_large(scene: &Scene) -> bool {
    scene.ops.iter().map(Op::size_bytes).sum::<usize>() >= LARGE_BYTES
}

/// Draws with the raster player.
struct Raster;

impl Rasterize for Raster {
    fn with_threads(&self, work: &mut (dyn FnMut() + Send)) {
        pool::at_once(true, work);
    }

    fn rasterize(&self, op: &Op<'_>, area: Rect, resolution: f64) -> Option<Pixels> {
        let side = |length: f64| (length * resolution).round().clamp(1.0, 16384.0) as usize;
        let (width, height) = (side(area.x2 - area.x1), side(area.y2 - area.y1));
        let mut player = RasterPlayer::new(width, height, DPI * resolution).ok()?;
        let Op::Gouraud(gouraud) = op else { return None };
        let mut style = gouraud.style.clone();
        style.clip = scene::Clip::default();
        let to_px = Affine::translation(-area.x1, -area.y1).then(&Affine::scaling(resolution, resolution));
        let moved = Op::Gouraud(Gouraud {
            style,
            affine: gouraud.affine.then(&to_px),
            points: gouraud.points.clone(),
            colors: gouraud.colors.clone(),
        });
        player.play(&moved).ok()?;
        let rows = player.pixmap().pixels();
        let data = rows.chunks(width).rev().flatten().copied().collect();
        Some(Pixels { width, height, data })
    }

    fn rasterize_ops(&self, ops: &[&Op<'_>], page: (f64, f64), area: Rect, resolution: f64) -> Option<Pixels> {
        // Threads for what is much work only.
        const LARGE_PX: f64 = 1e6;
        let px = (area.x2 - area.x1) * (area.y2 - area.y1) * resolution * resolution;
        let large = px >= LARGE_PX || ops.iter().map(|op| op.size_bytes()).sum::<usize>() >= LARGE_BYTES;
        pool::at_once(large, || {
            // Also when there is no pool after all.
            let bands = rayon::current_thread_index().map_or(1, |_| pool::threads());
            raster::rasterize_ops(ops.iter().copied(), page, area, resolution, bands)
        })
    }
}

#[pymethods]
impl Document {
    #[new]
    #[pyo3(signature = (width, height, dpi=DPI))]
    fn new(width: f64, height: f64, dpi: f64) -> Self {
        Self { scene: Mutex::new(Scene { width, height, ops: Vec::new() }), dpi }
    }

    /// Forgets what was drawn.
    fn clear(&self) {
        self.scene().ops.clear();
    }

    /// Counts in other units from now on: all lengths are `factor` times as many.
    fn scale(&self, factor: f64) {
        self.scene().scale(factor);
    }

    /// What was drawn, one op at a time; see the stub for what they hold.
    #[pyo3(signature = (*, snap=false, outlines=false))]
    fn ops(slf: Bound<'_, Self>, snap: bool, outlines: bool) -> Ops {
        Ops::new(slf.unbind(), snap, outlines)
    }

    /// See `Renderer.draw_path`.
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

    /// See `Renderer.draw_markers`.
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

    /// See `Renderer.draw_path_collection`.
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

    /// See `Renderer.draw_quad_mesh`.
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

    /// See `Renderer.draw_gouraud_triangles`.
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

    /// Lays an (H, W, 4) uint8 image, straight RGBA, row 0 at the bottom, under an affine from the unit square.
    fn draw_picture(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        affine: &Bound<'_, PyAny>,
        image: &Bound<'_, PyAny>,
        alpha: f64,
        unsampled: bool,
        id: Option<String>,
    ) -> PyResult<()> {
        let image = pixels(image, "an image", Some(4))?;
        let op = Picture {
            clip: style.get().to_scene(self.dpi).clip,
            affine: arrays::affine(affine)?,
            width: image.shape()[1],
            height: image.shape()[0],
            pixels: image.groups::<4>()?.into(),
            alpha,
            unsampled,
            id: id.map(Into::into),
        };
        self.record(py, Op::Picture(op))
    }

    /// Draws a line whose baseline begins at (x, y), y up, turned by `angle` degrees, `scale` times as large as laid out.
    ///
    /// `anchor` is (point or None, share of the width before the point, CSS of the font) for readers that lay out anew.
    fn draw_text(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        layout: &Bound<'_, TextLayout>,
        x: f64,
        y: f64,
        angle: f64,
        scale: f64,
        anchor: (Option<(f64, f64)>, f64, String),
    ) -> PyResult<()> {
        let style = style.get().to_scene(self.dpi);
        let (point, share, css) = anchor;
        let op = Text {
            clip: style.clip,
            color: style.stroke.color,
            x,
            y,
            angle_deg: angle,
            scale,
            layout: Arc::clone(&layout.get().0),
            anchor: Anchor { point, share, rise: Rise::Baseline, css: css.into() },
        };
        self.record(py, Op::Text(op))
    }

    /// Lets TeX set `source` at (x, y), y up, turned by `angle` degrees.
    ///
    /// `share` of its width is before the point, which is at its "baseline", "bottom", "middle" or "top"; `extents` are
    /// its width, height and descent.
    fn draw_source(
        &self,
        py: Python<'_>,
        style: &Bound<'_, Style>,
        source: String,
        x: f64,
        y: f64,
        angle: f64,
        share: f64,
        rise: &str,
        extents: (f64, f64, f64),
    ) -> PyResult<()> {
        let style = style.get().to_scene(DPI);
        let (width, height, descent) = extents;
        let (rise, below) = match rise {
            "bottom" => (Rise::Bottom, 0.0),
            "middle" => (Rise::Middle, height / 2.0),
            "top" => (Rise::Top, height),
            _ => (Rise::Baseline, descent),
        };
        let covered = TextBox { x: -share * width, y: -below, width, height };
        let op = Text {
            clip: style.clip,
            color: style.stroke.color,
            x,
            y,
            angle_deg: angle,
            scale: 1.0,
            layout: Arc::new(scene::TextLayout { string: source, boxes: vec![covered], ..Default::default() }),
            anchor: Anchor { point: None, share, rise, css: "".into() },
        };
        self.record(py, Op::Text(op))
    }

    /// Opens a group: of a kind of artist, or with an id of the user's; `alt` says what that shows to those who cannot see it.
    #[pyo3(signature = (name, id, alt=None))]
    fn begin_group(&self, py: Python<'_>, name: String, id: Option<String>, alt: Option<String>) -> PyResult<()> {
        let group = match id {
            Some(id) => Group::Id { id: id.into(), alt: alt.map(Into::into) },
            None => Group::Named(name.into()),
        };
        self.record(py, Op::Begin(group))
    }

    /// Lets what follows lead to an address.
    fn begin_link(&self, py: Python<'_>, url: String) -> PyResult<()> {
        self.record(py, Op::Begin(Group::Link(url.into())))
    }

    /// Lets the items of the collection that follows lead to addresses.
    fn begin_item_links(&self, py: Python<'_>, urls: Vec<Option<String>>) -> PyResult<()> {
        let urls: Vec<Option<Arc<str>>> = urls.into_iter().map(|url| url.map(Into::into)).collect();
        self.record(py, Op::Begin(Group::ItemLinks(urls.into())))
    }

    /// Lets a rectangle (x1, y1, x2, y2), over what is drawn already, lead to an address.
    fn draw_link_area(&self, py: Python<'_>, url: String, area: (f64, f64, f64, f64)) -> PyResult<()> {
        let (x1, y1, x2, y2) = area;
        self.record(py, Op::LinkArea(LinkArea { url: url.into(), area: Rect { x1, y1, x2, y2 } }))
    }

    /// Closes what was opened last.
    fn end(&self, py: Python<'_>) -> PyResult<()> {
        self.record(py, Op::End)
    }

    /// The text in each face, by the face's key, in the order of first use: all characters of plain lines, and the glyphs
    /// of formulas with what they stand for.
    fn texts(&self) -> Vec<(String, String, Vec<(u32, String)>)> {
        let mut faces: Vec<(String, BTreeSet<char>, BTreeSet<(u32, String)>)> = Vec::new();
        for op in &self.scene().ops {
            let Op::Text(op) = op else { continue };
            for run in &op.layout.runs {
                let place = faces.iter().position(|face| face.0 == run.face.key).unwrap_or_else(|| {
                    faces.push((run.face.key.clone(), BTreeSet::new(), BTreeSet::new()));
                    faces.len() - 1
                });
                for glyph in &run.glyphs {
                    if op.layout.is_formula {
                        faces[place].2.insert((glyph.id, glyph.text.to_string()));
                    } else {
                        faces[place].1.extend(glyph.text.chars());
                    }
                }
            }
        }
        let list = |(key, plain, formulas): (String, BTreeSet<char>, BTreeSet<(u32, String)>)| {
            (key, plain.into_iter().collect(), formulas.into_iter().collect())
        };
        faces.into_iter().map(list).collect()
    }

    /// The document as SVG, and the image files beside it; fonts are (key of the face, family, WOFF2, characters for
    /// glyphs).
    #[pyo3(signature = (
        *, id=None, salt=String::new(), prefix=String::new(), text_as_path=true, title=None, alt=None,
        metadata=Vec::new(), image_files=None, resolution=1.0, fonts=Vec::new()
    ))]
    fn write_svg<'py>(
        &self,
        py: Python<'py>,
        id: Option<String>,
        salt: String,
        prefix: String,
        text_as_path: bool,
        title: Option<String>,
        alt: Option<String>,
        metadata: Vec<(String, Vec<String>)>,
        image_files: Option<String>,
        resolution: f64,
        fonts: Vec<SvgFont>,
    ) -> (Bound<'py, PyBytes>, Vec<(String, Bound<'py, PyBytes>)>) {
        let font = |(key, family, woff2, substitutes)| svg::Font { key, family, woff2, substitutes };
        let options = svg::Options {
            id,
            salt,
            prefix,
            font_type: if text_as_path { svg::FontType::Path } else { svg::FontType::None },
            fonts: fonts.into_iter().map(font).collect(),
            title,
            alt,
            metadata,
            image_files,
            resolution,
        };
        let document = py.detach(|| svg::write(&self.scene(), &options, &Raster));
        let files = document.files.into_iter().map(|(name, data)| (name, PyBytes::new(py, &data))).collect();
        (PyBytes::new(py, &document.text), files)
    }

    /// The document as PGF with the image files beside it, how many artists are pixels for being too much for TeX, and how
    /// many images had no place.
    ///
    /// `comments` stand in front, each line with its `%`; `image_macro` includes an image.
    #[pyo3(signature = (*, comments, image_files, image_macro, resolution, most_points))]
    fn write_pgf<'py>(
        &self,
        py: Python<'py>,
        comments: String,
        image_files: Option<String>,
        image_macro: String,
        resolution: f64,
        most_points: usize,
    ) -> (Bound<'py, PyBytes>, Vec<(String, Bound<'py, PyBytes>)>, usize, usize) {
        let options = pgf::Options { comments, image_files, image_macro, resolution, most_points };
        let document = py.detach(|| pgf::write(&self.scene(), &options, &Raster));
        let files = document.files.into_iter().map(|(name, data)| (name, PyBytes::new(py, &data))).collect();
        (PyBytes::new(py, &document.text), files, document.dense, document.missing)
    }

    /// The document as PostScript; `paper` is (name or None, width, height) in points.
    #[pyo3(signature = (
        *, encapsulated, paper, landscape=false, comments=Vec::new(), compression=6, type3=false, resolution=600.0 / 72.0
    ))]
    fn write_ps<'py>(
        &self,
        py: Python<'py>,
        encapsulated: bool,
        paper: (Option<String>, f64, f64),
        landscape: bool,
        comments: Vec<(String, String)>,
        compression: u8,
        type3: bool,
        resolution: f64,
    ) -> Bound<'py, PyBytes> {
        let (name, width, height) = paper;
        let options = ps::Options {
            encapsulated,
            paper: ps::Paper { name, width, height },
            landscape,
            comments,
            level: compression,
            type3,
            resolution,
        };
        let file = py.detach(|| {
            let scene = self.scene();
            let scene: &Scene = &scene;
            pool::at_once(is_large(scene), || ps::write(scene, &options, &Raster))
        });
        PyBytes::new(py, &file)
    }
}
