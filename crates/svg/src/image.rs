//! Pixels: images, and what only pixels can show.

use encode::number::push_rounded;
use encode::png::{Options as PngOptions, Picture as PngPicture};
use encode::push_base64;
use geometry::{Affine, Rect};
use page::{FINE, bounds_of, clip_rect, common, grown, meet, union};
use scene::{Gouraud, Op, Picture};

use crate::definitions::hash;
use crate::document::Writer;
use crate::paint::Shown;
use crate::xml::{push_attribute, push_escaped};

/// An image that is in the document already.
#[derive(Clone, Debug)]
pub struct Placed {
    id: String,
    affine: Affine,
}

impl Writer<'_> {
    /// What has no place in SVG is drawn as pixels.
    pub(crate) fn draw_gouraud(&mut self, op: &Op<'_>, gouraud: &Gouraud<'_>) {
        let corners = || gouraud.points.iter().flatten().map(|&[x, y]| gouraud.affine.apply(x, y));
        let mut area = Rect { x1: f64::MAX, y1: f64::MAX, x2: f64::MIN, y2: f64::MIN };
        for (x, y) in corners().filter(|(x, y)| x.is_finite() && y.is_finite()) {
            area = union(area, Rect { x1: x, y1: y, x2: x, y2: y });
        }
        let page = grown(self.page(), 1.0);
        if !meet(&area, &page) {
            return;
        }
        let resolution = self.options.resolution;
        let mut limits = page;
        if let Some(rect) = clip_rect(&gouraud.style.clip) {
            limits = grown(rect, 1.0);
        }
        let snap = |v: f64, up: f64| ((v * resolution).floor() + up) / resolution;
        let Rect { x1, y1, x2, y2 } = common(area, limits);
        let area = Rect { x1: snap(x1, -1.0), y1: snap(y1, -1.0), x2: snap(x2, 2.0), y2: snap(y2, 2.0) };
        if area.x1 >= area.x2 || area.y1 >= area.y2 {
            return;
        }
        let Some(pixels) = self.rasterize.rasterize(op, area, resolution) else { return };
        let size = (pixels.width as f64 / resolution, pixels.height as f64 / resolution);
        self.draw_picture(&Picture {
            clip: gouraud.style.clip.clone(),
            affine: Affine::scaling(size.0, size.1).then(&Affine::translation(area.x1, area.y1)),
            width: pixels.width,
            height: pixels.height,
            pixels: pixels.data.into(),
            alpha: 1.0,
            unsampled: false,
            id: None,
        });
    }

    pub(crate) fn draw_picture(&mut self, op: &Picture<'_>) {
        if op.width == 0 || op.height == 0 {
            return;
        }
        // Row 0 goes on top: the unit square turned over, then the page.
        let unit = Affine::scaling(1.0, -1.0).then(&Affine::translation(0.0, 1.0));
        let affine = unit.then(&op.affine).then_flip(self.height);
        let Shown::With(clip) = self.clip(&op.clip, Some(bounds_of(&affine))) else { return };
        let upright = affine.shx == 0.0 && affine.shy == 0.0 && affine.sx > 0.0 && affine.sy > 0.0;
        let rows: Vec<u8> = op.pixels.chunks(op.width).rev().flatten().flatten().copied().collect();
        let key = hash(&[&op.width.to_le_bytes(), &op.alpha.to_le_bytes(), &[u8::from(op.unsampled)], &rows]);
        let wrapped = !clip.is_empty();
        if wrapped {
            self.push("<g");
            self.body.extend_from_slice(&clip);
            self.push(">");
        }
        let placed = self.images.get(&key).filter(|placed| same_size(&placed.affine, &affine)).cloned();
        if let Some(placed) = placed {
            self.push("<use");
            push_attribute(&mut self.body, "xlink:href", &format!("#{}", placed.id));
            for (name, value) in [("x", affine.tx - placed.affine.tx), ("y", affine.ty - placed.affine.ty)] {
                self.push_number(name, value);
            }
            self.push("/>");
        } else if let Some(png) = encode(op.width, op.height, &rows) {
            let id = match &op.id {
                Some(id) => id.to_string(),
                None => self.definitions.new_id('i', &key.to_le_bytes()),
            };
            self.images.insert(key, Placed { id: id.clone(), affine });
            self.push("<image");
            push_attribute(&mut self.body, "id", &id);
            if upright {
                for (name, value) in [("x", affine.tx), ("y", affine.ty), ("width", affine.sx), ("height", affine.sy)] {
                    self.push_number(name, value);
                }
            } else {
                let (w, h) = (op.width as f64, op.height as f64);
                self.push_number("width", w);
                self.push_number("height", h);
                let m = Affine::scaling(1.0 / w, 1.0 / h).then(&affine);
                self.push(" transform=\"matrix(");
                for (i, value) in [m.sx, m.shy, m.shx, m.sy, m.tx, m.ty].into_iter().enumerate() {
                    if i > 0 {
                        self.push(" ");
                    }
                    push_rounded(&mut self.body, value, 6);
                }
                self.push(")\"");
            }
            self.push(" preserveAspectRatio=\"none\"");
            if op.alpha < 1.0 {
                self.push_number("opacity", op.alpha);
            }
            if op.unsampled {
                self.push(" style=\"image-rendering:crisp-edges;image-rendering:pixelated\"");
            }
            self.push(" xlink:href=\"");
            match self.options.image_files.as_deref() {
                Some(stem) => {
                    let name = format!("{stem}.image{}.png", self.files.len());
                    push_escaped(&mut self.body, &name);
                    self.files.push((name, png));
                }
                None => {
                    self.push("data:image/png;base64,");
                    push_base64(&mut self.body, &png);
                }
            }
            self.push("\"/>");
        }
        self.push(if wrapped { "</g>\n" } else { "\n" });
    }

    fn push_number(&mut self, name: &str, value: f64) {
        self.push(" ");
        self.push(name);
        self.push("=\"");
        push_rounded(&mut self.body, value, FINE);
        self.push("\"");
    }
}

/// The file of pixels (top row first); without alpha if there is none.
fn encode(width: usize, height: usize, rows: &[u8]) -> Option<Vec<u8>> {
    let picture = PngPicture::new(u32::try_from(width).ok()?, u32::try_from(height).ok()?, rows).ok()?;
    encode::png::encode(&picture, &PngOptions::default()).ok()
}

fn same_size(a: &Affine, b: &Affine) -> bool {
    [a.sx, a.shy, a.shx, a.sy] == [b.sx, b.shy, b.shx, b.sy]
}
