//! Any picture, any metadata: an error, or a file that decodes to the same pixels.
#![no_main]

use arbitrary::Arbitrary;
use encode::png::{Compression, Options, Picture, Text};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    width: u8,
    height: u8,
    pixels: Vec<u8>,
    dpi: Option<f64>,
    keyword: String,
    text: String,
    level: Option<u8>,
}

fuzz_target!(|input: Input| {
    let (width, height) = (u32::from(input.width), u32::from(input.height));
    let mut pixels = input.pixels;
    // Repeating what there is makes flat and periodic pictures, which are the usual ones.
    let wanted = (width * height * 4) as usize;
    if pixels.is_empty() {
        pixels.push(0);
    }
    let pixels: Vec<u8> = pixels.iter().copied().cycle().take(wanted).collect();
    let Ok(picture) = Picture::new(width, height, &pixels) else { return };
    let text = Text::keyword_bytes(&input.keyword).map(|keyword| Text::with_keyword_bytes(keyword, input.text));
    let options = Options {
        dpi: input.dpi,
        text: text.into_iter().collect(),
        compression: input.level.map_or(Compression::Auto, |level| Compression::Level(level % 10)),
    };
    let Ok(file) = encode::png::encode(&picture, &options) else { return };
    let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a readable header");
    let mut decoded = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut decoded).expect("readable pixels");
    assert_eq!((info.width, info.height), (width, height));
    assert_eq!(&decoded[..info.buffer_size()], &pixels[..]);
});
