use png as reader;

use super::*;

/// A small generator, so that pictures are the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut numbers = Numbers(7);
    (0..width as usize * height as usize * 4).map(|_| numbers.next() as u8).collect()
}

/// White with dark lines and translucent blocks, as figures are.
fn figure(width: u32, height: u32) -> Vec<u8> {
    let mut pixels = vec![255; width as usize * height as usize * 4];
    for (index, pixel) in pixels.chunks_exact_mut(4).enumerate() {
        let (x, y) = (index % width as usize, index / width as usize);
        if x == 40 || y % 50 == 7 {
            pixel.copy_from_slice(&[0, 0, 0, 255]);
        } else if x > 90 && y > 60 && x < 120 {
            pixel.copy_from_slice(&[31, 119, 180, (y % 256) as u8]);
        }
    }
    pixels
}

/// A gradient, as colour-mapped images are.
fn gradient(width: u32, height: u32) -> Vec<u8> {
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| [(x / 3) as u8, ((x * y) / 500) as u8, (y / 2) as u8, 255]))
        .collect()
}

struct Read {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
    pixels_per_metre: Option<(u32, u32)>,
    latin1: Vec<(String, String)>,
    utf8: Vec<(String, String)>,
}

/// What the `png` crate, with all its checks on, makes of a file.
fn read(file: &[u8]) -> Read {
    let mut options = reader::DecodeOptions::default();
    options.set_ignore_adler32(false);
    options.set_ignore_crc(false);
    let mut reader = reader::Decoder::new_with_options(std::io::Cursor::new(file), options).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    reader.finish().unwrap();
    let info = reader.info();
    assert_eq!(info.color_type, reader::ColorType::Rgba);
    assert_eq!(info.bit_depth, reader::BitDepth::Eight);
    Read {
        width: info.width,
        height: info.height,
        pixels,
        pixels_per_metre: info.pixel_dims.map(|dims| {
            assert_eq!(dims.unit, reader::Unit::Meter);
            (dims.xppu, dims.yppu)
        }),
        latin1: info.uncompressed_latin1_text.iter().map(|chunk| (chunk.keyword.clone(), chunk.text.clone())).collect(),
        utf8: info.utf8_text.iter().map(|chunk| (chunk.keyword.clone(), chunk.get_text().unwrap())).collect(),
    }
}

/// The types of the chunks, in order.
fn chunk_types(file: &[u8]) -> Vec<String> {
    let mut types = Vec::new();
    let mut at = 8;
    while at < file.len() {
        let length = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        types.push(String::from_utf8(file[at + 4..at + 8].to_vec()).unwrap());
        at += length + 12;
    }
    assert_eq!(at, file.len());
    types
}

#[track_caller]
fn round_trip(width: u32, height: u32, pixels: &[u8], compression: Compression) -> Vec<u8> {
    let options = Options { compression, ..Options::default() };
    let file = encode(&Picture::new(width, height, pixels).unwrap(), &options).unwrap();
    let back = read(&file);
    assert_eq!((back.width, back.height), (width, height));
    assert!(back.pixels == pixels, "{width} x {height} {compression:?}");
    file
}

#[test]
fn every_small_size_round_trips() {
    for width in 1..12 {
        for height in 1..12 {
            round_trip(width, height, &noise(width, height), Compression::Auto);
            round_trip(width, height, &gradient(width, height), Compression::Auto);
        }
    }
}

#[test]
fn every_level_round_trips() {
    for level in 0..=10 {
        for (width, height) in [(640, 480), (1200, 900)] {
            for pixels in [noise(width, height), figure(width, height), gradient(width, height)] {
                round_trip(width, height, &pixels, Compression::Level(level));
            }
        }
    }
}

#[test]
fn more_work_makes_smaller_files() {
    let pixels = gradient(640, 480);
    let sizes = [0, 1, 6, 9].map(|level| round_trip(640, 480, &pixels, Compression::Level(level)).len());
    assert!(sizes.is_sorted_by(|more, less| more > less), "{sizes:?}");
    assert!(sizes[0] > pixels.len());
    let auto = round_trip(640, 480, &pixels, Compression::Auto).len();
    assert!(auto < sizes[1], "{auto} {sizes:?}");
}

#[test]
fn long_rows_and_long_columns_round_trip() {
    for (width, height) in [(300_001, 3), (3, 300_001), (1, 1_000_000), (1_000_000, 1)] {
        round_trip(width, height, &figure(width, height), Compression::Auto);
        round_trip(width, height, &noise(width, height), Compression::Auto);
    }
}

#[test]
fn strips_may_be_compressed_in_any_order() {
    let (width, height) = (1200, 900);
    let pixels = figure(width, height);
    let picture = Picture::new(width, height, &pixels).unwrap();
    let options = Options::default();
    let plan = Plan::new(picture, &options).unwrap();
    assert!(plan.strips() > 3, "{}", plan.strips());
    let mut strips: Vec<_> =
        (0..plan.strips()).rev().map(|index| plan.compress(index, &mut Scratch::default()).unwrap()).collect();
    strips.reverse();
    assert_eq!(plan.assemble(strips).unwrap().to_vec(), encode(&picture, &options));
}

#[test]
fn chunks_are_in_pillows_order() {
    let pixels = figure(10, 10);
    let options = Options {
        dpi: Some(100.0),
        text: vec![
            Text::new("Software", "drypoint").unwrap(),
            Text::new("Title", "Ω").unwrap(),
            Text::new("Author", "é").unwrap(),
        ],
        ..Options::default()
    };
    let file = encode(&Picture::new(10, 10, &pixels).unwrap(), &options).unwrap();
    assert_eq!(chunk_types(&file), ["IHDR", "tEXt", "iTXt", "tEXt", "pHYs", "IDAT", "IEND"]);
    let back = read(&file);
    assert_eq!(back.pixels_per_metre, Some((3937, 3937)));
    assert_eq!(back.latin1, [("Software".into(), "drypoint".into()), ("Author".into(), "é".into())]);
    assert_eq!(back.utf8, [("Title".into(), "Ω".into())]);
}

#[test]
fn nothing_is_written_that_was_not_asked_for() {
    let file = encode(&Picture::new(1, 1, &[1, 2, 3, 0]).unwrap(), &Options::default()).unwrap();
    assert_eq!(chunk_types(&file), ["IHDR", "IDAT", "IEND"]);
    assert_eq!(read(&file).pixels, [1, 2, 3, 0]);
}

#[test]
fn resolution_is_rounded_half_up() {
    assert_eq!(pixels_per_metre(100.0), Ok(3937));
    assert_eq!(pixels_per_metre(72.0), Ok(2835));
    assert_eq!(pixels_per_metre(0.0), Ok(0));
    assert_eq!(pixels_per_metre(-0.01), Ok(0));
    for dpi in [f64::NAN, f64::INFINITY, -1.0, 1e9] {
        assert!(matches!(pixels_per_metre(dpi), Err(Error::Resolution { .. })), "{dpi}");
    }
}

#[test]
fn text_bytes_are_kept() {
    let text = Text::from_bytes(&b"Ke\xffy"[..], &b"\x00\xfe"[..]);
    assert_eq!(text.chunk(), (b"tEXt", [&b"Ke\xffy"[..], b"\0", b"\x00\xfe"]));
    let text = Text::new("ÿ", "").unwrap();
    assert_eq!(text.chunk(), (b"tEXt", [&b"\xff"[..], b"\0", b""]));
    let text = Text::new("k", "Ā").unwrap();
    assert_eq!(text.chunk(), (b"iTXt", [&b"k"[..], b"\0\0\0\0\0", "Ā".as_bytes()]));
}

#[test]
fn bad_input_is_an_error() {
    assert_eq!(Picture::new(0, 3, &[]).unwrap_err(), Error::NoPixels { width: 0, height: 3 });
    assert_eq!(Picture::new(1 << 31, 1, &[]).unwrap_err(), Error::TooLarge { width: 1 << 31, height: 1 });
    assert_eq!(
        Picture::new(u32::MAX, u32::MAX, &[]).unwrap_err(),
        Error::TooLarge { width: u32::MAX, height: u32::MAX }
    );
    assert_eq!(Picture::new(2, 2, &[0; 15]).unwrap_err(), Error::WrongLength { expected: 16, actual: 15 });
    assert_eq!(Text::new("Ω", "").unwrap_err(), Error::Keyword { keyword: "Ω".into() });
}

#[test]
#[should_panic(expected = "outside the picture")]
fn a_strip_that_is_not_there_panics() {
    let options = Options::default();
    let plan = Plan::new(Picture::new(1, 1, &[0; 4]).unwrap(), &options).unwrap();
    let _ = plan.compress(1, &mut Scratch::default());
}

/// Rows that differ here and there, among equal ones, in few colours: what the quick way has shortcuts for.
#[test]
fn flat_pictures_round_trip() {
    let mut numbers = Numbers(3);
    for (width, height) in [(1, 9), (1, 4000), (2, 50), (3, 700), (640, 30), (65, 65), (9000, 5), (5, 9000)] {
        for colours in [1, 2, 5] {
            let mut pixels = vec![255; width * height * 4];
            for y in 0..height {
                if numbers.next().is_multiple_of(3) {
                    for _ in 0..numbers.next() % 4 {
                        let start = numbers.next() as usize % width;
                        let end = (start + numbers.next() as usize % 300).min(width);
                        let colour = [17, (numbers.next() % colours) as u8, 255, 255];
                        for pixel in pixels[y * width * 4..][start * 4..end * 4].chunks_exact_mut(4) {
                            pixel.copy_from_slice(&colour);
                        }
                    }
                } else if y > 0 {
                    pixels.copy_within((y - 1) * width * 4..y * width * 4, y * width * 4);
                }
            }
            round_trip(width as u32, height as u32, &pixels, Compression::Auto);
        }
    }
}

/// Without a filter repetitions are found in the picture, whose rows that equal the one above are zeros in the file.
#[test]
fn rows_that_come_again_round_trip() {
    let mut numbers = Numbers(3);
    let row_of = |width: u32, numbers: &mut Numbers| -> Vec<u8> {
        (0..width)
            .flat_map(|_| [[0; 4], [255; 4], [0, 0, 0, 255], [9, 8, 7, 255]][numbers.next() as usize % 4])
            .collect()
    };
    for width in [1, 2, 3, 7, 64, 300, 8190, 8191, 8192, 8200] {
        let kinds: Vec<_> = (0..4).map(|_| row_of(width, &mut numbers)).collect();
        for height in [2, 17, 600] {
            let mut pixels = Vec::new();
            while pixels.len() < (width * height * 4) as usize {
                let mut row = kinds[numbers.next() as usize % kinds.len()].clone();
                row.rotate_right(numbers.next() as usize % 3 % width as usize * 4);
                // Mostly once, sometimes again and again.
                let times = if numbers.next().is_multiple_of(4) { numbers.next() as usize % 20 } else { 1 };
                pixels.extend(row.repeat(times));
            }
            pixels.truncate((width * height * 4) as usize);
            round_trip(width, height, &pixels, Compression::Auto);
        }
    }
}

#[test]
fn noise_grows_by_little() {
    let pixels = noise(500, 400);
    let file = round_trip(500, 400, &pixels, Compression::Auto);
    assert!(file.len() < pixels.len() + pixels.len() / 100, "{}", file.len());
}

#[test]
fn a_flat_picture_takes_next_to_nothing() {
    let pixels = vec![255; 640 * 480 * 4];
    let file = round_trip(640, 480, &pixels, Compression::Auto);
    assert!(file.len() < 3000, "{}", file.len());
}

#[test]
fn rows_that_are_not_there_make_no_difference() {
    let (width, height) = (150u32, 2600u32);
    let stride = width as usize * 4;
    let mut numbers = Numbers(3);
    // Short stretches of two colors, so that there are many repetitions, which end anywhere.
    let mut pixels = Vec::new();
    while pixels.len() < height as usize * stride {
        let color = if numbers.next().is_multiple_of(2) { [0, 0, 0, 255] } else { [31, 119, 180, 255] };
        pixels.extend(color.repeat(1 + numbers.next() as usize % 7));
    }
    pixels.truncate(height as usize * stride);
    let mut sources: Vec<usize> = (0..height as usize).collect();
    let mut garbled = pixels.clone();
    let mut y = 0;
    while y < height as usize {
        let end = (y + 1 + numbers.next() as usize % 6).min(height as usize);
        for row in y + 1..end {
            pixels.copy_within(y * stride..(y + 1) * stride, row * stride);
        }
        garbled[y * stride..end * stride].copy_from_slice(&pixels[y * stride..end * stride]);
        for (row, source) in sources.iter_mut().enumerate().take(end).skip(y + 2) {
            *source = y + 1;
            garbled[row * stride..(row + 1) * stride].fill_with(|| numbers.next() as u8);
        }
        y = end;
    }
    let whole = Picture::new(width, height, &pixels).unwrap();
    let parts = Picture::new(width, height, &garbled).unwrap().with_sources(&sources);
    for compression in [Compression::Auto, Compression::Level(0), Compression::Level(1), Compression::Level(6)] {
        let options = Options { compression, ..Options::default() };
        let file = encode(&parts, &options).unwrap();
        assert!(file == encode(&whole, &options).unwrap(), "{compression:?}");
        assert!(read(&file).pixels == pixels, "{compression:?}");
    }
}
