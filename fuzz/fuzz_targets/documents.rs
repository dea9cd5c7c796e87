//! Any scene as SVG, PDF, PostScript and PGF: the players end, and what they write can be opened.
#![no_main]

use std::collections::HashSet;
use std::sync::Arc;

use arbitrary::Arbitrary;
use drypoint_fuzz::{Number, Pair, RandomOp};
use geometry::{Affine, Rect};
use libfuzzer_sys::fuzz_target;
use scene::{Anchor, Clip, Group, LinkArea, Op, Picture, Pixels, Rasterize, Scene, Text, TextBox, TextLayout};

/// Any op, text and the like of which documents have as well.
#[derive(Arbitrary, Debug)]
enum DocumentOp {
    Marks(RandomOp),
    Picture { affine: [Number; 6], width: u8, pixels: Vec<[u8; 4]>, alpha: u8, unsampled: bool },
    Text { at: Pair, angle: Number, scale: Number, string: String, css: String, boxes: Vec<[Number; 4]> },
    Begin { kind: u8, name: String },
    LinkArea { url: String, area: [Number; 4] },
    End,
}

impl DocumentOp {
    fn op(&self) -> Op<'static> {
        match self {
            Self::Marks(op) => op.op(),
            Self::Picture { affine, width, pixels, alpha, unsampled } => {
                let [sx, shy, shx, sy, tx, ty] = affine.map(Number::value);
                let width = usize::from(*width).max(1);
                let height = pixels.len() / width;
                Op::Picture(Picture {
                    clip: Clip::default(),
                    affine: Affine { sx, shy, shx, sy, tx, ty },
                    width,
                    height,
                    pixels: pixels[..width * height].to_vec().into(),
                    alpha: f64::from(*alpha) / 255.0,
                    unsampled: *unsampled,
                    id: None,
                })
            }
            Self::Text { at, angle, scale, string, css, boxes } => Op::Text(Text {
                clip: Clip::default(),
                color: [0.0, 0.5, 1.0, 1.0].into(),
                x: at[0].value(),
                y: at[1].value(),
                angle_deg: angle.value(),
                scale: scale.value(),
                layout: Arc::new(TextLayout {
                    string: string.clone(),
                    is_formula: false,
                    runs: Vec::new(),
                    boxes: boxes
                        .iter()
                        .map(|numbers| {
                            let [x, y, width, height] = numbers.map(Number::value);
                            TextBox { x, y, width, height }
                        })
                        .collect(),
                }),
                anchor: Anchor { css: css.as_str().into(), ..Anchor::default() },
            }),
            Self::Begin { kind, name } => {
                let name: Arc<str> = name.as_str().into();
                Op::Begin(match kind % 5 {
                    0 => Group::Named(name),
                    1 => Group::Id { id: name, alt: None },
                    2 => Group::Id { id: Arc::clone(&name), alt: Some(name) },
                    3 => Group::Link(name),
                    _ => Group::ItemLinks([None, Some(name)].into()),
                })
            }
            Self::LinkArea { url, area } => {
                let [x1, y1, x2, y2] = area.map(Number::value);
                Op::LinkArea(LinkArea { url: url.as_str().into(), area: Rect { x1, y1, x2, y2 } })
            }
            Self::End => Op::End,
        }
    }
}

/// Pixels of what formats cannot say, if they are few.
struct Raster;

impl Rasterize for Raster {
    fn rasterize(&self, op: &Op<'_>, area: Rect, resolution: f64) -> Option<Pixels> {
        self.rasterize_ops(&[op], (area.x2, area.y2), area, resolution)
    }

    fn rasterize_ops(&self, ops: &[&Op<'_>], page: (f64, f64), area: Rect, resolution: f64) -> Option<Pixels> {
        let sides = [area.x2 - area.x1, area.y2 - area.y1].map(|side| side * resolution);
        let few = sides.iter().all(|side| (1.0..300.0).contains(side));
        few.then(|| raster::rasterize_ops(ops.iter().copied(), page, area, resolution, 1))?
    }
}

#[derive(Arbitrary, Debug)]
struct Whole {
    ops: Vec<DocumentOp>,
    title: String,
    flag: bool,
}

fuzz_target!(|whole: Whole| {
    let mut ops: Vec<_> = whole.ops.iter().take(4).map(DocumentOp::op).collect();
    // What records a scene closes all groups, and none that is not open.
    let mut depth = 0_usize;
    ops.retain(|op| {
        match op {
            Op::Begin(_) => depth += 1,
            Op::End if depth == 0 => return false,
            Op::End => depth -= 1,
            _ => {}
        }
        true
    });
    ops.extend((0..depth).map(|_| Op::End));
    let scene = Scene { width: 60.0, height: 50.0, ops };

    let options = svg::Options {
        title: Some(whole.title.clone()),
        alt: Some(whole.title.clone()),
        font_type: if whole.flag { svg::FontType::None } else { svg::FontType::Path },
        resolution: 2.0,
        ..svg::Options::default()
    };
    let document = svg::write(&scene, &options, &Raster);
    let text = std::str::from_utf8(&document.text).expect("SVG is UTF-8");
    let tree = roxmltree::Document::parse(text).expect("SVG is well-formed");
    let mut ids = HashSet::new();
    for id in tree.descendants().filter_map(|node| node.attribute("id")) {
        assert!(ids.insert(id) || whole.ops.iter().any(|op| matches!(op, DocumentOp::Begin { .. })), "{id} twice");
    }

    let mut file = pdf::File::new(if whole.flag { 0 } else { 1 }, false, pdf::Kind::default());
    file.add_page(&scene, Some(&whole.title));
    let bytes = file.finish(&vec![("Title".into(), whole.title.clone())], pdf::Extras::default());
    // Other programs open whole files in tests/vector; here, whether the end leads to the table of objects.
    let end = bytes.rsplit(|&byte| byte == b'\n').take(4).map(String::from_utf8_lossy).collect::<Vec<_>>();
    let mut lines = end.iter().filter(|line| !line.is_empty());
    assert_eq!(lines.next().map(AsRef::as_ref), Some("%%EOF"));
    let table: usize = lines.next().and_then(|line| line.parse().ok()).expect("a place of the table");
    let first = bytes[table..].split(|&byte| byte == b'\n').next().expect("a table");
    assert!(first.starts_with(b"xref") || first.windows(6).any(|word| word == b" 0 obj"), "no table");

    let options = ps::Options {
        encapsulated: whole.flag,
        paper: ps::Paper { name: None, width: 60.0, height: 50.0 },
        landscape: false,
        comments: vec![("Title".into(), whole.title.clone())],
        level: u8::from(!whole.flag),
        type3: whole.flag,
        resolution: 2.0,
    };
    let bytes = ps::write(&scene, &options, &Raster);
    assert!(bytes.is_ascii(), "PostScript is ASCII");
    assert!(bytes.starts_with(b"%!PS-Adobe-3.0"));
    assert!(bytes.ends_with(b"%%EOF\n"));

    let options = pgf::Options {
        comments: String::new(),
        image_files: whole.flag.then(|| "a".into()),
        image_macro: r"\pgfimage".into(),
        resolution: 2.0,
        most_points: 1000,
    };
    let document = pgf::write(&scene, &options, &Raster);
    let text = std::str::from_utf8(&document.text).expect("PGF is UTF-8");
    assert!(whole.flag || document.files.is_empty());
    // The names of groups stand in comments, whatever they say.
    let said: Vec<_> = text.lines().filter(|line| !line.starts_with('%')).collect();
    let count = |word: &str| said.iter().map(|line| line.matches(word).count()).sum::<usize>();
    // The source of text is the caller's, and may say anything.
    if !whole.ops.iter().any(|op| matches!(op, DocumentOp::Text { .. })) {
        assert_eq!(count(r"\begin{pgfscope}"), count(r"\end{pgfscope}"));
        assert_eq!(count("{"), count("}"));
        assert!(!text.contains("NaN") && !text.contains("inf"), "no numbers");
    }
});
