//! Drawing operations made of arbitrary bytes: from a generator in tests, from the fuzzer in `fuzz/`.
//!
//! Every byte string gives ops; when it is used up, zeros follow. Numbers are mostly near the canvas, sometimes
//! anything at all.

use std::borrow::Cow;
use std::sync::Arc;

use geometry::{Affine, Cap, Join, Rect, SketchParams, SnapMode};
use scene::{
    Clip, ClipPath, Collection, Dashes, Glyphs, Gouraud, Hatch, Image, Markers, Op, Path, PathSet, QuadMesh, Stroke,
    Style, StyledPath, TextImage,
};
use text::{GlyphRun, Outline, PlacedGlyph};

/// Arbitrary bytes, read as what is asked for.
pub struct Bytes<'a> {
    bytes: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        first
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    /// Below `end`.
    pub fn index(&mut self, end: usize) -> usize {
        u16::from_le_bytes(self.bytes()) as usize % end.max(1)
    }

    pub fn choose<T: Copy>(&mut self, options: &[T]) -> T {
        options[usize::from(self.byte()) % options.len()]
    }

    /// True about once in `n`; false when the bytes are used up.
    pub fn once_in(&mut self, n: u8) -> bool {
        self.byte() % n == n - 1
    }

    /// Mostly a coordinate near the canvas, px.
    pub fn coordinate(&mut self) -> f64 {
        match self.byte() {
            0..=239 => f64::from(i16::from_le_bytes(self.bytes())) / 256.0,
            240..=249 => f64::from(self.byte()),
            250 => f64::from(i32::from_le_bytes(self.bytes())),
            251 | 252 => self.choose(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 5e-324, 1e300, -1e300, 1e17]),
            253 => f64::from_le_bytes(self.bytes()),
            _ => f64::from(i16::from_le_bytes(self.bytes())),
        }
    }

    /// Mostly a length of a few px.
    pub fn length(&mut self) -> f64 {
        match self.byte() {
            0..=99 => 1.0,
            100..=149 => f64::from(self.byte()) / 16.0,
            150..=169 => 0.0,
            170..=229 => f64::from(u16::from_le_bytes(self.bytes())) / 4096.0,
            _ => self.coordinate(),
        }
    }

    pub fn point(&mut self) -> [f64; 2] {
        [self.coordinate(), self.coordinate()]
    }

    fn points(&mut self, most: usize) -> Vec<[f64; 2]> {
        let count = self.index(most + 1);
        (0..count).map(|_| self.point()).collect()
    }

    pub fn affine(&mut self) -> Affine {
        match self.byte() {
            0..=149 => Affine::IDENTITY,
            150..=199 => Affine::translation(self.coordinate(), self.coordinate()),
            200..=229 => Affine::rotation(self.length()),
            _ => Affine::from_rows(std::array::from_fn(|_| std::array::from_fn(|_| self.length()))),
        }
    }

    /// Vertices, and codes that are mostly well-formed.
    pub fn path(&mut self, most: usize) -> Path<'static> {
        let vertices = self.points(most);
        let kind = self.byte();
        let codes = (kind >= 100).then(|| {
            let mut codes = Vec::with_capacity(vertices.len());
            while codes.len() < vertices.len() {
                let code = if codes.is_empty() && kind < 240 {
                    1
                } else if kind < 220 {
                    self.choose(&[2, 2, 2, 1, 3, 4, 79])
                } else {
                    self.byte()
                };
                codes.extend(std::iter::repeat_n(
                    code,
                    match code {
                        3 => 2,
                        4 => 3,
                        _ => 1,
                    },
                ));
            }
            codes.truncate(vertices.len());
            codes.into()
        });
        let simplify_px = self.once_in(3).then(|| self.length());
        Path { vertices: vertices.into(), codes, simplify_px }
    }

    fn color(&mut self) -> [f64; 4] {
        std::array::from_fn(|_| match self.byte() {
            0..=99 => 1.0,
            100..=119 => 0.0,
            120..=249 => f64::from(self.byte()) / 255.0,
            _ => self.length(),
        })
    }

    fn colors(&mut self) -> Cow<'static, [[f64; 4]]> {
        let count = self.index(4);
        (0..count).map(|_| self.color()).collect()
    }

    fn rect(&mut self) -> Option<Rect> {
        self.once_in(3).then(|| {
            let [[x1, y1], [x2, y2]] = [self.point(), self.point()];
            Rect { x1, y1, x2, y2 }
        })
    }

    pub fn dashes(&mut self) -> Dashes {
        let count = self.index(20);
        Dashes { pairs_px: (0..count).map(|_| (self.length(), self.length())).collect(), offset_px: self.length() }
    }

    fn style(&mut self) -> Style {
        let path = self.once_in(4).then(|| ClipPath {
            path: Arc::new(self.path(12)),
            affine: self.affine(),
            identity: u64::from(self.byte() % 4),
        });
        Style {
            clip: Clip { rect: self.rect(), path },
            snap: self.choose(&[SnapMode::Auto, SnapMode::Always, SnapMode::Never]),
            antialiased: !self.once_in(5),
            stroke: Stroke {
                color: self.color().into(),
                width_px: self.length(),
                cap: self.choose(&[Cap::Butt, Cap::Round, Cap::Square]),
                join: self.choose(&[Join::Miter, Join::Round, Join::Bevel]),
                dashes: self.once_in(3).then(|| Arc::new(self.dashes())),
            },
            hatch: self.once_in(6).then(|| Hatch {
                path: Arc::new(Path {
                    vertices: self.points(8).into_iter().map(|[x, y]| [x / 100.0, y / 100.0]).collect(),
                    ..Path::default()
                }),
                color: self.color().into(),
                width_px: self.length(),
            }),
            sketch: if self.once_in(8) {
                SketchParams { scale: self.length(), length: self.length(), randomness: self.length() }
            } else {
                SketchParams::default()
            },
        }
    }

    fn pixels<T>(&mut self, mut pixel: impl FnMut(&mut Self) -> T) -> (usize, usize, Vec<T>) {
        let (width, height) = (self.index(40), self.index(30));
        let count = width * height;
        // One byte of input gives a run, so that pictures do not eat all of it.
        let mut pixels = Vec::with_capacity(count);
        let run = 1 + self.index(20);
        while pixels.len() < count {
            for _ in 0..run.min(count - pixels.len()) {
                pixels.push(pixel(&mut Self { bytes: self.bytes }));
            }
            self.byte();
        }
        (width, height, pixels)
    }

    fn run(&mut self) -> Arc<GlyphRun> {
        let count = self.index(4);
        let glyphs = (0..count).filter_map(|_| {
            let corners = 1 + self.index(9);
            let vertices: Vec<[f64; 2]> = (0..corners)
                .map(|_| {
                    let [x, y]: [u8; 2] = self.bytes();
                    [f64::from(x) / 8.0, f64::from(y) / 8.0]
                })
                .collect();
            let mut codes = vec![1];
            while codes.len() < corners {
                let code = self.choose(&[2, 3, 4, 1, 79]);
                codes.extend(std::iter::repeat_n(
                    code,
                    match code {
                        3 => 2,
                        4 => 3,
                        _ => 1,
                    },
                ));
            }
            codes.truncate(corners);
            let outline = Arc::new(Outline::from_path(&vertices, &codes, 0).ok()?);
            Some(PlacedGlyph { outline, dx_px: self.length(), dy_px: self.length() })
        });
        let glyphs = glyphs.collect();
        Arc::new(GlyphRun::new(glyphs, self.length(), self.length()))
    }

    /// A position in whole px, mostly on the canvas.
    fn whole(&mut self) -> i32 {
        if self.once_in(20) { i32::from_le_bytes(self.bytes()) } else { i32::from(self.byte()) - 40 }
    }

    /// Any op.
    pub fn op(&mut self) -> Op<'static> {
        match self.byte() % 20 {
            0..=4 => Op::Path(StyledPath {
                style: self.style(),
                path: self.path(40),
                affine: self.affine(),
                face: self.once_in(2).then(|| self.color().into()),
            }),
            5..=7 => Op::Markers(Markers {
                style: self.style(),
                marker: self.path(12),
                marker_affine: self.affine(),
                path: self.path(12),
                affine: self.affine(),
                face: self.once_in(2).then(|| self.color().into()),
            }),
            8..=10 => {
                let mut paths = PathSet::default();
                for _ in 0..self.index(4) {
                    let path = self.path(12);
                    paths.push(&path.vertices, path.codes.as_deref()).unwrap();
                }
                Op::Collection(Collection {
                    style: self.style(),
                    affine: self.affine(),
                    paths,
                    transforms: (0..self.index(3))
                        .map(|_| self.affine())
                        .map(|a| [a.sx, a.shx, a.tx, a.shy, a.sy, a.ty, 0.0, 0.0, 1.0])
                        .collect(),
                    offsets: self.points(5).into(),
                    offset_affine: self.affine(),
                    face_colors: self.colors(),
                    edge_colors: self.colors(),
                    line_widths_px: (0..1 + self.index(2)).map(|_| self.length()).collect(),
                    dashes: (0..self.index(3)).map(|_| self.once_in(2).then(|| Arc::new(self.dashes()))).collect(),
                    antialiased: (0..1 + self.index(2)).map(|_| self.once_in(2)).collect(),
                    hatch_colors: self.colors(),
                })
            }
            11 | 12 => {
                let (columns, rows) = (self.index(4), self.index(4));
                let step = self.length() * 10.0;
                let mut coordinates = Vec::new();
                for row in 0..=rows {
                    for column in 0..=columns {
                        let [x, y] = if self.once_in(4) { self.point() } else { [0.0, 0.0] };
                        coordinates.push([x + step * column as f64, y + step * row as f64]);
                    }
                }
                Op::QuadMesh(QuadMesh {
                    style: self.style(),
                    affine: self.affine(),
                    columns,
                    rows,
                    coordinates: coordinates.into(),
                    offsets: self.points(2).into(),
                    offset_affine: self.affine(),
                    face_colors: self.colors(),
                    edge_colors: self.colors(),
                })
            }
            13 | 14 => {
                let count = self.index(4);
                Op::Gouraud(Gouraud {
                    style: self.style(),
                    affine: self.affine(),
                    points: (0..count).map(|_| std::array::from_fn(|_| self.point())).collect(),
                    colors: (0..count).map(|_| std::array::from_fn(|_| self.color())).collect(),
                })
            }
            15 | 16 => {
                let (width, height, pixels) = self.pixels(Self::bytes);
                let (x, y) = (f64::from(self.whole()), f64::from(self.whole()));
                Op::Image(Image { style: self.style(), x, y, width, height, pixels: pixels.into() })
            }
            17 => Op::Glyphs(Glyphs {
                clip_rect: self.rect(),
                color: self.color().into(),
                run: self.run(),
                x: self.coordinate(),
                y: self.coordinate(),
                height_px: self.coordinate(),
            }),
            18 => {
                let (width, height, coverage) = self.pixels(Self::byte);
                Op::TextImage(TextImage {
                    clip_rect: self.rect(),
                    color: self.color().into(),
                    width,
                    height,
                    coverage: coverage.into(),
                    x: self.whole(),
                    y: self.whole(),
                    angle_deg: if self.once_in(2) { self.coordinate() } else { 0.0 },
                })
            }
            _ => Op::Clear,
        }
    }
}
