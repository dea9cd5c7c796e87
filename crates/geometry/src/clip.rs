//! Clipping of unfilled lines to the canvas, so that far-away geometry costs nothing downstream.
//!
//! Straight segments are cut at a rectangle one pixel larger than the canvas on each side, by outcodes; curves pass
//! whole. Agrees with Matplotlib's `PathClipper` and Agg's `clip_line_segment`.

use crate::rect::Rect;
use crate::vertex::{Pending, Vertex, VertexSource, command};

/// Cuts straight segments at the canvas.
///
/// Vertices that a pass left pending are *not* dropped by [`VertexSource::rewind`]: when a snap test stops early they
/// come out first in the next pass, as in Agg.
#[derive(Clone, Debug)]
pub struct CanvasClip<S> {
    /// The stream that is clipped.
    pub source: S,
    bounds: Option<Rect>,
    pending: Pending<3>,
    last: (f64, f64),
    start: Option<(f64, f64)>,
    move_pending: bool,
    clipped: bool,
}

/// Where lines on a canvas of a size in px are cut: a pixel beside it.
pub const fn canvas_bounds((width, height): (f64, f64)) -> Rect {
    Rect { x1: -1.0, y1: -1.0, x2: width + 1.0, y2: height + 1.0 }
}

impl<S: VertexSource> CanvasClip<S> {
    /// Clips to [`canvas_bounds`] or the like; `None` passes everything through.
    pub fn new(source: S, bounds: Option<Rect>) -> Self {
        Self {
            source,
            bounds,
            pending: Pending::new(),
            last: (f64::NAN, f64::NAN),
            start: None,
            move_pending: true,
            clipped: false,
        }
    }

    /// Queues what is visible of a segment; whether anything is.
    #[inline]
    fn segment(&mut self, bounds: &Rect, from: (f64, f64), to: (f64, f64), closing: bool) -> bool {
        let Some((a, b, moved)) = clip_segment(bounds, from, to) else {
            self.clipped = true;
            return false;
        };
        self.clipped |= moved != Moved::default();
        if moved.first || self.move_pending {
            self.pending.push(command::MOVE, a.0, a.1);
        }
        self.pending.push(command::LINE, b.0, b.1);
        if closing && !self.clipped {
            self.pending.push(command::CLOSE, b.0, b.1);
        }
        self.move_pending = false;
        true
    }

    /// A move that nothing has followed yet, if it is inside.
    fn lone_move(&self, bounds: &Rect) -> bool {
        self.move_pending && self.start.is_some() && bounds.contains(self.last.0, self.last.1)
    }

    #[inline]
    fn next_clipped(&mut self, bounds: &Rect) -> Vertex {
        if let Some(vertex) = self.pending.pop() {
            return vertex;
        }
        loop {
            let vertex = self.source.next();
            let to = (vertex.x, vertex.y);
            match vertex.command {
                command::STOP => break,
                command::CLOSE => {
                    match self.start {
                        Some(start) => {
                            self.segment(bounds, self.last, start, true);
                        }
                        None => self.pending.push(command::CLOSE, self.last.0, self.last.1),
                    }
                    if !self.pending.is_empty() {
                        break;
                    }
                }
                command::MOVE => {
                    let lone = self.lone_move(bounds);
                    if lone {
                        self.pending.push(command::MOVE, self.last.0, self.last.1);
                    }
                    self.start = Some(to);
                    self.last = to;
                    self.move_pending = true;
                    self.clipped = false;
                    if lone {
                        break;
                    }
                }
                command::LINE => {
                    let visible = self.segment(bounds, self.last, to, false);
                    self.last = to;
                    if visible {
                        break;
                    }
                }
                other => {
                    if self.move_pending {
                        self.pending.push(command::MOVE, self.last.0, self.last.1);
                        self.move_pending = false;
                    }
                    self.pending.push(other, to.0, to.1);
                    self.last = to;
                    break;
                }
            }
        }
        if let Some(vertex) = self.pending.pop() {
            return vertex;
        }
        if self.lone_move(bounds) {
            self.move_pending = false;
            return Vertex::new(command::MOVE, self.last.0, self.last.1);
        }
        Vertex::STOP
    }
}

impl<S: VertexSource> VertexSource for CanvasClip<S> {
    fn rewind(&mut self) {
        self.start = None;
        self.clipped = false;
        self.move_pending = true;
        self.source.rewind();
    }

    #[inline]
    fn next(&mut self) -> Vertex {
        match self.bounds {
            Some(bounds) => self.next_clipped(&bounds),
            None => self.source.next(),
        }
    }
}

type Point = (f64, f64);

/// Which ends of a segment clipping has moved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Moved {
    pub(crate) first: bool,
    second: bool,
}

/// The visible part of a segment, or `None`.
#[inline]
pub(crate) fn clip_segment(bounds: &Rect, from: Point, to: Point) -> Option<(Point, Point, Moved)> {
    let (code1, code2) = (bounds.outcode(from.0, from.1), bounds.outcode(to.0, to.1));
    if code1 | code2 == 0 {
        return Some((from, to, Moved::default()));
    }
    for axis in [Rect::BESIDE, Rect::BEYOND] {
        if code1 & axis != 0 && code1 & axis == code2 & axis {
            return None;
        }
    }
    let (mut a, mut b) = (from, to);
    let mut moved = Moved::default();
    if code1 != 0 {
        a = move_to_edge(bounds, from, to, a, code1)?;
        if a == b {
            return None;
        }
        moved.first = true;
    }
    if code2 != 0 {
        b = move_to_edge(bounds, from, to, b, code2)?;
        if a == b {
            return None;
        }
        moved.second = true;
    }
    Some((a, b, moved))
}

/// Moves an outside `end` of the segment onto the bounds: first in x, then, by where that led, in y.
fn move_to_edge(bounds: &Rect, from: (f64, f64), to: (f64, f64), end: (f64, f64), outcode: u8) -> Option<(f64, f64)> {
    let ((x1, y1), (x2, y2)) = (from, to);
    let (mut x, mut y) = end;
    if outcode & Rect::BESIDE != 0 {
        if x1 == x2 {
            return None;
        }
        let edge = if outcode & Rect::LEFT != 0 { bounds.x1 } else { bounds.x2 };
        y = (edge - x1) * (y2 - y1) / (x2 - x1) + y1;
        x = edge;
    }
    let outcode = bounds.outcode_y(y);
    if outcode != 0 {
        if y1 == y2 {
            return None;
        }
        let edge = if outcode & Rect::BEFORE != 0 { bounds.y1 } else { bounds.y2 };
        x = (edge - y1) * (x2 - x1) / (y2 - y1) + x1;
        y = edge;
    }
    Some((x, y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::affine::Affine;
    use crate::path::PathView;

    fn clip(vertices: &[[f64; 2]], codes: Option<&[u8]>) -> Vec<(u8, f64, f64)> {
        let source = PathView { vertices, codes }.source(Affine::IDENTITY);
        let mut stage = CanvasClip::new(source, Some(canvas_bounds((10.0, 10.0))));
        stage.rewind();
        std::iter::from_fn(|| Some(stage.next()))
            .take_while(|v| v.command != command::STOP)
            .map(|v| (v.command, v.x, v.y))
            .collect()
    }

    #[test]
    fn inside_is_untouched() {
        assert_eq!(clip(&[[1.0, 1.0], [9.0, 9.0]], None), [(1, 1.0, 1.0), (2, 9.0, 9.0)]);
    }

    #[test]
    fn crossing_segments_end_at_the_margin() {
        assert_eq!(clip(&[[-10.0, 5.0], [20.0, 5.0]], None), [(1, -1.0, 5.0), (2, 11.0, 5.0)]);
    }

    #[test]
    fn a_clipped_loop_is_not_closed() {
        let got = clip(&[[1.0, 1.0], [30.0, 1.0], [1.0, 5.0], [0.0, 0.0]], Some(&[1, 2, 2, 79]));
        assert!(got.iter().all(|v| v.0 != command::CLOSE));
        let inside = clip(&[[1.0, 1.0], [3.0, 1.0], [1.0, 5.0], [0.0, 0.0]], Some(&[1, 2, 2, 79]));
        assert_eq!(inside.last(), Some(&(command::CLOSE, 1.0, 1.0)));
    }
}
