//! The file around the page: structuring comments, procedures, fonts.

use scene::{Rasterize, Scene};

use page::{Compressor, in_order_with, number};

use crate::body::{Part, push_code, push_data};
use crate::player::Player;
use crate::procedures::PROLOG;

/// What a page is put on.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// Its name for printers; none if it is as large as the page.
    pub name: Option<String>,
    /// Width, points, as it lies in the printer.
    pub width: f64,
    /// Height, points.
    pub height: f64,
}

/// How a file is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Whether the file is to be set into others (EPS).
    pub encapsulated: bool,
    /// The paper; the page is in its middle.
    pub paper: Paper,
    /// Whether the page is turned to the left.
    pub landscape: bool,
    /// Comments of the header: keyword, value.
    pub comments: Vec<(String, String)>,
    /// How hard streams are compressed, from 0 (readable) to 9.
    pub level: u8,
    /// Whether fonts are procedures that draw (Type 3).
    pub type3: bool,
    /// Pixels per unit of what can only be pixels, at most.
    pub resolution: f64,
}

/// Bytes of a page from which on threads help.
const LONG_BYTES: usize = 1 << 18;

/// A scene as a file.
pub fn write(scene: &Scene, options: &Options, rasterize: &dyn Rasterize) -> Vec<u8> {
    let page = Player::new(scene, options, rasterize).play();
    let mut out = Vec::new();
    let mut push = |text: &str| out.extend_from_slice(text.as_bytes());
    let (w, h) = (scene.width, scene.height);
    let paper = &options.paper;
    // The paper as one looks at it, and the page's lower left corner on it.
    let (paper_width, paper_height) =
        if options.landscape { (paper.height, paper.width) } else { (paper.width, paper.height) };
    let (mut x, mut y) = ((paper_width - w) / 2.0, (paper_height - h) / 2.0);
    let mut corners = [x, y, x + w, y + h];
    if options.landscape {
        corners = [y, x, y + h, x + w];
        (x, y) = (paper_height - y, x);
    }
    push(if options.encapsulated { "%!PS-Adobe-3.0 EPSF-3.0\n" } else { "%!PS-Adobe-3.0\n" });
    let whole = [corners[0].floor(), corners[1].floor(), corners[2].ceil(), corners[3].ceil()];
    let list = |corners: [f64; 4], decimals| corners.map(|v| number(v, decimals)).join(" ");
    push(&format!("%%BoundingBox: {}\n%%HiResBoundingBox: {}\n", list(whole, 0), list(corners, 6)));
    for (key, value) in &options.comments {
        push(&format!("%%{key}: {}\n", comment(value)));
    }
    push("%%LanguageLevel: 3\n%%DocumentData: Clean7Bit\n");
    push(if options.landscape { "%%Orientation: Landscape\n" } else { "%%Orientation: Portrait\n" });
    if !options.encapsulated {
        let name = paper.name.as_deref().unwrap_or("figure");
        push(&format!("%%DocumentMedia: {name} {} 0 () ()\n", list2(paper.width, paper.height)));
        if let Some(name) = &paper.name {
            push(&format!("%%DocumentPaperSizes: {name}\n"));
        }
    }
    push("%%Pages: 1\n");
    for (i, font) in page.fonts.iter().enumerate() {
        push(if i == 0 { "%%DocumentSuppliedResources: font " } else { "%%+ font " });
        push(&format!("{}\n", font.name));
    }
    push("%%EndComments\n%%BeginProlog\n");
    push(PROLOG);
    push("%%EndProlog\n%%BeginSetup\n");
    // Printers have no paper of less than a point.
    if !options.encapsulated && paper.width.min(paper.height) >= 1.0 {
        push(&format!("<</PageSize[{}]>>setpagedevice\n", list2(paper.width, paper.height)));
    }
    push("drypoint begin\n");
    let mut compressor = Compressor::default();
    for font in &page.fonts {
        out.extend_from_slice(format!("%%BeginResource: font {}\n", font.name).as_bytes());
        push_code(&mut out, &font.code, options.level, &mut compressor);
        out.extend_from_slice(b"%%EndResource\n");
    }
    let mut push = |text: &str| out.extend_from_slice(text.as_bytes());
    push("end\n%%EndSetup\n%%Page: 1 1\n%%BeginPageSetup\ndrypoint begin q\n");
    if x != 0.0 || y != 0.0 {
        push(&format!("{} translate\n", list2(x, y)));
    }
    if options.landscape {
        push("90 rotate\n");
    }
    push(&format!("0 0 {} r\n%%EndPageSetup\n", list2(w, h)));
    for part in encoded(&page.parts, options.level, rasterize) {
        out.extend_from_slice(&part);
    }
    out.extend_from_slice(b"%%PageTrailer\nQ end\nshowpage\n%%Trailer\n%%EOF\n");
    out
}

/// The parts of a page as they stand in the file.
fn encoded(parts: &[Part], level: u8, rasterize: &dyn Rasterize) -> Vec<Vec<u8>> {
    let length = |part: &Part| match part {
        Part::Code(code) => code.len(),
        Part::Data(data) => data.bytes.len(),
        Part::Place(_) => 0,
    };
    let bytes: usize = parts.iter().map(length).sum();
    let encode = || {
        in_order_with(parts, Compressor::default, |compressor, part| {
            let mut out = Vec::new();
            match part {
                Part::Code(code) => push_code(&mut out, code, level, compressor),
                Part::Data(data) => push_data(&mut out, data, level, compressor),
                Part::Place(_) => {}
            }
            out
        })
    };
    let mut encoded = Vec::new();
    if bytes >= LONG_BYTES {
        rasterize.with_threads(&mut || encoded = encode());
    } else {
        encoded = encode();
    }
    encoded
}

fn list2(a: f64, b: f64) -> String {
    format!("{} {}", number(a, 6), number(b, 6))
}

/// A value of one line in ASCII.
fn comment(value: &str) -> String {
    value.chars().map(|c| if (' '..='~').contains(&c) { c } else { '?' }).take(200).collect()
}
