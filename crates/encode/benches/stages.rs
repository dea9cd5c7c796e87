//! Times of encoding pictures of several kinds. `make bench-stages`; a name after `--` restricts them.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use drypoint_encode::png::{Compression, Options, Picture, encode};

fn main() {
    divan::main();
}

const WIDTH: usize = 640;
const HEIGHT: usize = 480;
const KINDS: [&str; 4] = ["blank", "lines", "smooth", "noise"];

/// RGBA pixels of a kind of picture.
fn pixels(kind: &str) -> Vec<u8> {
    let mut state = 1u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    let mut pixel = |x: usize, y: usize| match kind {
        // Thin lines with a soft edge: what most figures are.
        "lines" => match (x * 3 / 4 + y * 7) % 97 {
            distance @ 0..3 => [distance as u8 * 60, 60, 255],
            _ => [255; 3],
        },
        "smooth" => [(y / 2) as u8, (x / 3) as u8, (y / 3) as u8],
        "noise" => [noise(), noise(), 128],
        _ => [255; 3],
    };
    let places = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y)));
    places.flat_map(|(x, y)| pixel(x, y)).collect::<Vec<u8>>().chunks(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect()
}

fn png(bencher: Bencher<'_, '_>, kind: &str, compression: Compression) {
    let pixels = pixels(kind);
    let picture = Picture::new(WIDTH as u32, HEIGHT as u32, &pixels).expect("a picture");
    let options = Options { dpi: Some(100.0), text: Vec::new(), compression };
    bencher
        .counter(BytesCount::new(pixels.len()))
        .bench_local(|| black_box(encode(&picture, &options).expect("a file")));
}

#[divan::bench(args = KINDS)]
fn png_auto(bencher: Bencher<'_, '_>, kind: &str) {
    png(bencher, kind, Compression::Auto);
}

#[divan::bench(args = KINDS)]
fn png_level_1(bencher: Bencher<'_, '_>, kind: &str) {
    png(bencher, kind, Compression::Level(1));
}
