//! Ops at random, of which scenes are made.

use std::sync::Arc;

use arbitrary::Arbitrary;
use geometry::{Affine, Cap, Join, Rect, SketchParams, SnapMode};
use scene::{
    Clip, ClipPath, Collection, Dashes, Gouraud, Hatch, Image, Markers, Op, Path, PathSet, QuadMesh, Stroke, Style,
    StyledPath, TextImage,
};

/// Numbers that reach the corners without all being absurd.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Number {
    Near(i16),
    Tenths(i16),
    Any(f64),
}

impl Number {
    /// The number.
    pub fn value(self) -> f64 {
        match self {
            Self::Near(v) => f64::from(v) / 64.0,
            Self::Tenths(v) => f64::from(v) / 10.0,
            Self::Any(v) => v,
        }
    }
}

/// A point.
pub type Pair = [Number; 2];

/// Any path, of any codes.
#[derive(Arbitrary, Debug)]
pub struct RandomPath {
    vertices: Vec<Pair>,
    codes: Option<Vec<u8>>,
    simplify: bool,
}

impl RandomPath {
    /// The path.
    pub fn path(&self) -> Path<'static> {
        let vertices: Vec<[f64; 2]> = self.vertices.iter().take(10).map(|pair| pair.map(Number::value)).collect();
        let codes = self.codes.clone().map(|mut codes| {
            codes.resize(vertices.len(), 2);
            codes.into()
        });
        Path { vertices: vertices.into(), codes, simplify_px: self.simplify.then_some(1.0 / 9.0) }
    }
}

/// Any style.
#[derive(Arbitrary, Debug)]
pub struct RandomStyle {
    rect: Option<[Number; 4]>,
    clip: Option<RandomPath>,
    snap: Option<bool>,
    antialiased: bool,
    color: [u8; 4],
    width: u8,
    cap: u8,
    join: u8,
    dashes: Vec<(u8, u8)>,
    hatch: Option<RandomPath>,
}

fn color([r, g, b, a]: [u8; 4]) -> [f64; 4] {
    [r, g, b, a].map(|v| f64::from(v) / 255.0)
}

impl RandomStyle {
    /// The style.
    pub fn style(&self) -> Style {
        Style {
            clip: Clip {
                rect: self.rect.map(|r| {
                    let [x1, y1, x2, y2] = r.map(Number::value);
                    Rect { x1, y1, x2, y2 }
                }),
                path: self.clip.as_ref().map(|path| ClipPath {
                    path: Arc::new(path.path()),
                    affine: Affine::IDENTITY,
                    identity: 1,
                }),
            },
            snap: match self.snap {
                None => SnapMode::Auto,
                Some(false) => SnapMode::Never,
                Some(true) => SnapMode::Always,
            },
            antialiased: self.antialiased,
            stroke: Stroke {
                color: color(self.color).into(),
                width_px: f64::from(self.width) / 16.0,
                cap: [Cap::Butt, Cap::Round, Cap::Square][usize::from(self.cap % 3)],
                join: [Join::Miter, Join::Round, Join::Bevel][usize::from(self.join % 3)],
                dashes: (!self.dashes.is_empty()).then(|| {
                    Arc::new(Dashes {
                        pairs_px: self.dashes.iter().map(|&(a, b)| (f64::from(a), f64::from(b))).collect(),
                        offset_px: 1.5,
                    })
                }),
            },
            hatch: self.hatch.as_ref().map(|path| Hatch {
                path: Arc::new(path.path()),
                color: color(self.color).into(),
                width_px: 1.0,
            }),
            // A sketched line is a step per px: only near paths are.
            sketch: SketchParams::default(),
        }
    }
}

/// Any op that makes marks.
#[derive(Arbitrary, Debug)]
pub enum RandomOp {
    Path {
        style: RandomStyle,
        path: RandomPath,
        face: Option<[u8; 4]>,
    },
    Markers {
        style: RandomStyle,
        marker: RandomPath,
        path: RandomPath,
        face: Option<[u8; 4]>,
    },
    Collection {
        style: RandomStyle,
        paths: Vec<RandomPath>,
        offsets: Vec<Pair>,
        faces: Vec<[u8; 4]>,
        edges: Vec<[u8; 4]>,
    },
    Mesh {
        style: RandomStyle,
        points: [Pair; 6],
        faces: Vec<[u8; 4]>,
        edges: Vec<[u8; 4]>,
    },
    Gouraud {
        style: RandomStyle,
        points: [Pair; 3],
        colors: [[u8; 4]; 3],
    },
    Image {
        style: RandomStyle,
        at: Pair,
        width: u8,
        pixels: Vec<[u8; 4]>,
    },
    Text {
        at: (i16, i16),
        width: u8,
        coverage: Vec<u8>,
        angle: i16,
        color: [u8; 4],
    },
}

fn pairs(list: &[Pair]) -> Vec<[f64; 2]> {
    list.iter().take(6).map(|pair| pair.map(Number::value)).collect()
}

fn colors(list: &[[u8; 4]]) -> Vec<[f64; 4]> {
    list.iter().take(4).map(|&c| color(c)).collect()
}

impl RandomOp {
    /// The op.
    pub fn op(&self) -> Op<'static> {
        let affine = Affine::IDENTITY;
        match self {
            Self::Path { style, path, face } => Op::Path(StyledPath {
                style: style.style(),
                path: path.path(),
                affine,
                face: face.map(|face| color(face).into()),
            }),
            Self::Markers { style, marker, path, face } => Op::Markers(Markers {
                style: style.style(),
                marker: marker.path(),
                marker_affine: affine,
                path: path.path(),
                affine,
                face: face.map(|face| color(face).into()),
            }),
            Self::Collection { style, paths, offsets, faces, edges } => {
                let mut set = PathSet::default();
                for path in paths.iter().take(4) {
                    let path = path.path();
                    set.push(&path.vertices, path.codes.as_deref()).expect("memory");
                }
                Op::Collection(Collection {
                    style: style.style(),
                    affine,
                    paths: set,
                    transforms: Vec::new().into(),
                    offsets: pairs(offsets).into(),
                    offset_affine: affine,
                    face_colors: colors(faces).into(),
                    edge_colors: colors(edges).into(),
                    line_widths_px: vec![f64::from(style.width) / 16.0],
                    dashes: Vec::new(),
                    antialiased: vec![style.antialiased],
                    hatch_colors: Vec::new().into(),
                })
            }
            Self::Mesh { style, points, faces, edges } => Op::QuadMesh(QuadMesh {
                style: style.style(),
                affine,
                columns: 2,
                rows: 1,
                coordinates: pairs(points).into(),
                offsets: Vec::new().into(),
                offset_affine: affine,
                face_colors: colors(faces).into(),
                edge_colors: colors(edges).into(),
            }),
            Self::Gouraud { style, points, colors } => Op::Gouraud(Gouraud {
                style: style.style(),
                affine,
                points: vec![points.map(|pair| pair.map(Number::value))].into(),
                colors: vec![colors.map(color)].into(),
            }),
            Self::Image { style, at, width, pixels } => {
                let width = usize::from(*width).max(1);
                let height = pixels.len() / width;
                Op::Image(Image {
                    style: style.style(),
                    x: at[0].value().round(),
                    y: at[1].value().round(),
                    width,
                    height,
                    pixels: pixels[..width * height].to_vec().into(),
                })
            }
            Self::Text { at, width, coverage, angle, color: rgba } => {
                let width = usize::from(*width).max(1);
                let height = coverage.len() / width;
                Op::TextImage(TextImage {
                    clip_rect: None,
                    color: color(*rgba).into(),
                    width,
                    height,
                    coverage: coverage[..width * height].to_vec().into(),
                    x: at.0.into(),
                    y: at.1.into(),
                    angle_deg: f64::from(*angle),
                })
            }
        }
    }
}
