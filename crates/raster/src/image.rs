//! Images: pixels laid over pixels, unscaled.

use scene::Image;

use crate::blend::{Rgba8, blend};
use crate::frame::Frame;
use crate::paint::{ColorPaint, ColorSource, Surface};
use crate::pixmap::Band;
use crate::shape::{OutlineClip, Scratch};
use crate::spans::Container;
use geometry::OutlineSink;

/// Coordinates (px) beyond which an image is not looked at.
const FAR_PX: f64 = 1e9;

/// Draws an image. Under a mask its outline is rasterised within the (exclusive) clip rectangle; otherwise its pixels are
/// laid over the canvas within the (inclusive) one, as Agg does.
pub(crate) fn draw_image(
    op: &Image<'_>,
    frame: Frame,
    clip: OutlineClip<'_>,
    band: &mut Band<'_>,
    scratch: &mut Scratch,
) {
    let top = (frame.height_px() - (op.y + op.height as f64)).trunc();
    if op.width == 0 || !(op.x.abs() < FAR_PX && top.abs() < FAR_PX) {
        return;
    }
    let (left, top) = (op.x as i32, top as i32);
    if clip.mask.is_some() {
        let window = clip.window.intersect(&band.window());
        let rasterizer = &mut scratch.rasterizer;
        rasterizer.reset(Some(clip.rect), window);
        let (x1, y1) = (f64::from(left), f64::from(top));
        let (x2, y2) = (x1 + op.width as f64, y1 + op.height as f64);
        rasterizer.move_to(x1, y1);
        rasterizer.line_to(x2, y1);
        rasterizer.line_to(x2, y2);
        rasterizer.line_to(x1, y2);
        rasterizer.line_to(x1, y1);
        let surface = Surface { band, window, mask: clip.mask };
        let source = Placed { image: op, left, top };
        let mut paint = ColorPaint { surface, source, colors: std::mem::take(&mut scratch.colors) };
        rasterizer.sweep(Container::Unpacked, &mut paint);
        scratch.colors = paint.colors;
        return;
    }
    let window = frame.pixel_clip(op.style.clip.rect).intersect(&band.window());
    let (x1, x2) = (i64::from(window.x0.max(left)), (i64::from(left) + op.width as i64).min(i64::from(window.x1)));
    let (y1, y2) = (i64::from(window.y0.max(top)), (i64::from(top) + op.height as i64).min(i64::from(window.y1)));
    if x1 >= x2 {
        return;
    }
    let length = (x2 - x1) as usize;
    for y in y1..y2 {
        // Row 0 of the image is its lowest.
        let row = op.height - 1 - (y - i64::from(top)) as usize;
        let start = row * op.width + (x1 - i64::from(left)) as usize;
        let source = &op.pixels[start..start + length];
        for (pixel, &color) in band.row(y as i32, x1 as i32, length).iter_mut().zip(source) {
            if color[3] != 0 {
                blend(pixel, Rgba8::from(color));
            }
        }
    }
}

/// An image at its place on the canvas.
struct Placed<'a> {
    image: &'a Image<'a>,
    left: i32,
    top: i32,
}

impl ColorSource for Placed<'_> {
    fn generate(&mut self, y: i32, x: i32, colors: &mut [Rgba8]) {
        let row = i64::from(y) - i64::from(self.top);
        for (index, color) in colors.iter_mut().enumerate() {
            let column = i64::from(x) - i64::from(self.left) + index as i64;
            *color = if row < 0 || column < 0 || row >= self.image.height as i64 || column >= self.image.width as i64 {
                Rgba8::default()
            } else {
                let row = self.image.height - 1 - row as usize;
                Rgba8::from(self.image.pixels[row * self.image.width + column as usize])
            };
        }
    }
}
