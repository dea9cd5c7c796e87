//! Times of the raster player's stages, seen through ops that are mostly one of them. `make bench-stages`; a name after
//! `--` restricts them.

use std::borrow::Cow;
use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use drypoint_raster::RasterPlayer;
use geometry::Affine;
use scene::{
    Collection, Color, Glyphs, Gouraud, Image, Markers, Op, Path, PathSet, Player, QuadMesh, Stroke, Style, StyledPath,
};
use text::{GlyphRun, Outline, PlacedGlyph};

fn main() {
    divan::main();
}

const WIDTH: usize = 640;
const HEIGHT: usize = 480;

/// Numbers of a linear congruence, 0 to 1.
fn random() -> impl FnMut() -> f64 {
    let mut state = 1u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn points(count: usize) -> Vec<[f64; 2]> {
    let mut random = random();
    (0..count).map(|_| [WIDTH as f64 * random(), HEIGHT as f64 * random()]).collect()
}

fn color(a: f64) -> Color {
    Color { r: 0.1, g: 0.4, b: 0.7, a }
}

fn style(width_px: f64) -> Style {
    Style { stroke: Stroke { color: color(1.0), width_px, ..Stroke::default() }, ..Style::default() }
}

fn path(vertices: Vec<[f64; 2]>) -> Path<'static> {
    Path { vertices: Cow::Owned(vertices), codes: None, simplify_px: None }
}

fn filled(vertices: Vec<[f64; 2]>, alpha: f64) -> Op<'static> {
    let face = Some(color(alpha));
    Op::Path(StyledPath { style: style(0.0), path: path(vertices), affine: Affine::IDENTITY, face })
}

/// Plays an op again and again on an opaque canvas.
fn play(bencher: Bencher<'_, '_>, items: usize, op: &Op<'_>) {
    let mut player = RasterPlayer::new(WIDTH, HEIGHT, 100.0).expect("memory for a small canvas");
    let (right, bottom) = (WIDTH as f64, HEIGHT as f64);
    let background = filled(vec![[0.0, 0.0], [right, 0.0], [right, bottom], [0.0, bottom]], 1.0);
    player.play(&background).expect("memory for a small canvas");
    bencher.counter(ItemsCount::new(items)).bench_local(|| player.play(black_box(op)).is_ok());
}

/// Long edges all over: cells are summed densely.
#[divan::bench]
fn cells_dense(bencher: Bencher<'_, '_>) {
    play(bencher, 10_000, &filled(points(10_000), 1.0));
}

/// Few edges: cells are sorted.
#[divan::bench]
fn cells_sparse(bencher: Bencher<'_, '_>) {
    play(bencher, 3, &filled(points(3), 1.0));
}

#[divan::bench(args = [1.0, 0.5])]
fn blend_rectangle(bencher: Bencher<'_, '_>, alpha: f64) {
    let corners = vec![[0.0, 0.0], [640.0, 0.0], [640.0, 480.0], [0.0, 480.0]];
    play(bencher, WIDTH * HEIGHT, &filled(corners, alpha));
}

#[divan::bench(args = [255u8, 100])]
fn blend_image(bencher: Bencher<'_, '_>, alpha: u8) {
    let pixels = vec![[10, 100, 200, alpha]; WIDTH * HEIGHT];
    let image = Image { style: style(0.0), x: 0.0, y: 0.0, width: WIDTH, height: HEIGHT, pixels: Cow::Owned(pixels) };
    play(bencher, WIDTH * HEIGHT, &Op::Image(image));
}

#[divan::bench]
fn markers(bencher: Bencher<'_, '_>) {
    let diamond = vec![[-3.0, 0.0], [0.0, 3.0], [3.0, 0.0], [0.0, -3.0], [-3.0, 0.0]];
    let op = Markers {
        style: style(1.0),
        marker: path(diamond),
        marker_affine: Affine::IDENTITY,
        path: path(points(10_000)),
        affine: Affine::IDENTITY,
        face: Some(color(0.3)),
    };
    play(bencher, 10_000, &Op::Markers(op));
}

#[divan::bench]
fn collection(bencher: Bencher<'_, '_>) {
    let mut paths = PathSet::default();
    let octagon: Vec<[f64; 2]> =
        (0..8).map(|i| f64::from(i) * 0.785).map(|angle| [4.0 * angle.cos(), 4.0 * angle.sin()]).collect();
    let codes = [1, 2, 2, 2, 2, 2, 2, 2];
    paths.push(&octagon, Some(&codes)).expect("memory for eight points");
    let op = Collection {
        style: style(1.0),
        affine: Affine::IDENTITY,
        paths,
        transforms: Cow::default(),
        offsets: Cow::Owned(points(10_000)),
        offset_affine: Affine::IDENTITY,
        face_colors: Cow::Owned(vec![[0.1, 0.4, 0.7, 0.4]]),
        edge_colors: Cow::Owned(vec![[0.0, 0.0, 0.0, 0.4]]),
        line_widths_px: vec![1.0],
        dashes: vec![None],
        antialiased: vec![true],
        hatch_colors: Cow::Owned(Vec::new()),
    };
    play(bencher, 10_000, &Op::Collection(op));
}

#[divan::bench]
fn quad_mesh(bencher: Bencher<'_, '_>) {
    let side = 200;
    let at = |index: usize, length: usize| index as f64 * length as f64 / side as f64;
    let op = QuadMesh {
        style: style(0.0),
        affine: Affine::IDENTITY,
        columns: side,
        rows: side,
        coordinates: (0..=side)
            .flat_map(|row| (0..=side).map(move |column| [at(column, WIDTH), at(row, HEIGHT)]))
            .collect(),
        offsets: Cow::Owned(Vec::new()),
        offset_affine: Affine::IDENTITY,
        face_colors: Cow::Owned(vec![[0.1, 0.4, 0.7, 1.0]]),
        edge_colors: Cow::Owned(Vec::new()),
    };
    play(bencher, side * side, &Op::QuadMesh(op));
}

#[divan::bench]
fn gouraud(bencher: Bencher<'_, '_>) {
    let corners: Vec<[f64; 2]> = points(10_000);
    let op = Gouraud {
        style: style(0.0),
        affine: Affine::IDENTITY,
        points: corners.iter().map(|&[x, y]| [[x, y], [x + 3.0, y + 1.0], [x + 1.0, y + 3.0]]).collect(),
        colors: vec![[[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]]; corners.len()].into(),
    };
    play(bencher, corners.len(), &Op::Gouraud(op));
}

/// Ten letters of two rings each, as of text at 10 points.
#[divan::bench]
fn glyphs(bencher: Bencher<'_, '_>) {
    let (mut vertices, mut codes): (Vec<[f64; 2]>, Vec<u8>) = (Vec::new(), Vec::new());
    for (radius, turn) in [(3.5, 1.0), (2.25, -1.0)] {
        let at = |step: i32, scale: f64| {
            let angle = turn * f64::from(step) * std::f64::consts::FRAC_PI_4;
            [angle.cos(), angle.sin()].map(|part| 4.0 + (scale * radius * part * 64.0).round() / 64.0)
        };
        vertices.push(at(0, 1.0));
        codes.push(1);
        for quarter in 0..4 {
            vertices.extend([at(2 * quarter + 1, std::f64::consts::SQRT_2), at(2 * quarter + 2, 1.0)]);
            codes.extend([3, 3]);
        }
    }
    let outline = Arc::new(Outline::from_path(&vertices, &codes, 0).expect("an outline"));
    let placed = |index: i32| PlacedGlyph { outline: Arc::clone(&outline), dx_px: 8.0 * f64::from(index), dy_px: 0.0 };
    let op = Glyphs {
        clip_rect: None,
        color: color(1.0),
        run: Arc::new(GlyphRun::new((0..10).map(placed).collect(), 1.0, 0.0)),
        x: 100.0,
        y: 100.0,
        height_px: HEIGHT as f64,
    };
    play(bencher, 10, &Op::Glyphs(op));
}
