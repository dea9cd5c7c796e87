//! The canvas's dimensions, and clip rectangles turned into its pixels.

use geometry::Rect;

use crate::window::Window;

/// Size and resolution of the canvas.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) width: i32,
    pub(crate) height: i32,
    /// Where Agg cuts lines without a fill, px, y down: a pixel beside the canvas, or the page if this is a part of one.
    pub(crate) line_bounds: Rect,
}

/// `v` truncated as x86-64 does it: what does not fit becomes the smallest integer.
fn truncate(v: f64) -> i32 {
    if v > -2_147_483_649.0 && v < 2_147_483_648.0 { v as i32 } else { i32::MIN }
}

impl Frame {
    pub(crate) fn height_px(&self) -> f64 {
        f64::from(self.height)
    }

    /// All pixels.
    pub(crate) fn window(&self) -> Window {
        Window { x0: 0, x1: self.width, y0: 0, y1: self.height }
    }

    /// The corners (y down) that Agg sets for a clip rectangle (y up): rounded, and limited on the sides where it looks.
    fn clip_corners(&self, rect: Option<Rect>) -> [i32; 4] {
        match rect {
            Some(Rect { x1, y1, x2, y2 }) if x1 != 0.0 || y1 != 0.0 || x2 != 0.0 || y2 != 0.0 => [
                truncate((x1 + 0.5).floor()).max(0),
                truncate((self.height_px() - y1 + 0.5).floor()).max(0),
                truncate((x2 + 0.5).floor()).min(self.width),
                truncate((self.height_px() - y2 + 0.5).floor()).min(self.height),
            ],
            _ => [0, 0, self.width, self.height],
        }
    }

    /// The box that outlines are clipped to: its right and lower border are exclusive.
    pub(crate) fn outline_clip(&self, rect: Option<Rect>) -> Rect {
        let [x1, y1, x2, y2] = self.clip_corners(rect).map(f64::from);
        Rect::from_corners(x1, y1, x2, y2)
    }

    /// The pixels inside a box of outlines.
    pub(crate) fn outline_window(&self, clip: &Rect) -> Window {
        let clip = Window { x0: clip.x1 as i32, x1: clip.x2 as i32, y0: clip.y1 as i32, y1: clip.y2 as i32 };
        clip.intersect(&self.window())
    }

    /// The pixels that markers and images may touch: the same numbers, taken as **inclusive** bounds.
    pub(crate) fn pixel_clip(&self, rect: Option<Rect>) -> Window {
        let [x1, y1, x2, y2] = self.clip_corners(rect);
        let inclusive = Window {
            x0: x1.min(x2),
            x1: x1.max(x2).saturating_add(1),
            y0: y1.min(y2),
            y1: y1.max(y2).saturating_add(1),
        };
        inclusive.intersect(&self.window())
    }

    /// The pixels that text may touch: rounded half away from zero, half-open.
    pub(crate) fn text_clip(&self, rect: Option<Rect>) -> Window {
        match rect {
            Some(Rect { x1, y1, x2, y2 }) if x1 != 0.0 || y1 != 0.0 || x2 != 0.0 || y2 != 0.0 => {
                let round = |v: f64| truncate(if v >= 0.0 { v + 0.5 } else { v - 0.5 });
                let clip = Window {
                    x0: round(x1),
                    x1: round(x2),
                    y0: round(self.height_px() - y2),
                    y1: round(self.height_px() - y1),
                };
                clip.intersect(&self.window())
            }
            _ => self.window(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::canvas_bounds;

    const FRAME: Frame = Frame { width: 100, height: 50, line_bounds: canvas_bounds((100.0, 50.0)) };

    #[test]
    fn markers_see_one_pixel_more_than_outlines() {
        let rect = Some(Rect { x1: 10.0, y1: 10.0, x2: 20.0, y2: 20.0 });
        let outlines = FRAME.outline_window(&FRAME.outline_clip(rect));
        assert_eq!(outlines, Window { x0: 10, x1: 20, y0: 30, y1: 40 });
        assert_eq!(FRAME.pixel_clip(rect), Window { x0: 10, x1: 21, y0: 30, y1: 41 });
    }

    #[test]
    fn all_zeros_means_no_clip() {
        let zero = Some(Rect { x1: 0.0, y1: 0.0, x2: 0.0, y2: 0.0 });
        assert_eq!(FRAME.pixel_clip(zero), FRAME.window());
        assert_eq!(FRAME.text_clip(zero), FRAME.window());
    }
}
