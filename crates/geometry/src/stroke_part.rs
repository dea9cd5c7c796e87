//! Parts of the outline of a long line, so that several threads can make it.
//!
//! An outline consists of closed chains of stations, ends and corners, each of which gives a few points. A part is a range
//! of stations, begun where the station before it ends; all parts together have the edges of the whole, each once.

use std::ops::Range;

use crate::polyline::{Node, Polylines};
use crate::stroke::{Outline, StrokeStyle};
use crate::vertex::OutlineSink;

/// Widest line that has parts, px: arcs of much wider ones depend on those before them.
pub const PARTS_MAX_WIDTH_PX: f64 = 1024.0;

/// How the stations of a chain follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// There and back along an open line.
    Around,
    /// Along a closed line.
    Forward,
    /// Along the other side of a closed line.
    Backward,
}

/// A closed chain of stations.
#[derive(Clone, Copy, Debug)]
struct Chain<'a> {
    nodes: &'a [Node],
    way: Way,
}

impl Chain<'_> {
    fn stations(&self) -> usize {
        match self.way {
            Way::Around => 2 * (self.nodes.len() - 1),
            Way::Forward | Way::Backward => self.nodes.len(),
        }
    }

    /// The points of a station. `normal` is that of the line to it, if it is known; returned is that of the line from it.
    #[inline]
    fn station<K: OutlineSink>(
        &self,
        index: usize,
        normal: Option<(f64, f64)>,
        outline: &mut Outline<'_, K>,
    ) -> Option<(f64, f64)> {
        let nodes = self.nodes;
        let last = nodes.len() - 1;
        let (is_back, at) = match self.way {
            Way::Around if index == 0 => {
                outline.end(&nodes[0], &nodes[1], nodes[0].length);
                return None;
            }
            Way::Around if index == last => {
                outline.end(&nodes[last], &nodes[last - 1], nodes[last - 1].length);
                return None;
            }
            Way::Around if index > last => (true, 2 * last - index),
            Way::Around | Way::Forward => (false, index),
            Way::Backward => (true, last - index),
        };
        let below = if at == 0 { last } else { at - 1 };
        let above = if at == last { 0 } else { at + 1 };
        let (before, after) = if is_back { (above, below) } else { (below, above) };
        // The length of a line is kept by the lower of its nodes.
        let (to, from) = (nodes[below].length, nodes[at].length);
        let lengths = if is_back { (from, to) } else { (to, from) };
        let normal = normal.unwrap_or_else(|| outline.normal(&nodes[before], &nodes[at], lengths.0));
        Some(outline.corner(&nodes[before], &nodes[at], &nodes[after], lengths, normal))
    }
}

/// Passes on the points of a part, and of the station before it only where that ends.
struct Part<'a, K> {
    sink: &'a mut K,
    is_before: bool,
    last: (f64, f64),
}

impl<K: OutlineSink> Part<'_, K> {
    #[inline]
    fn point(&mut self, x: f64, y: f64) {
        if self.is_before {
            self.last = (x, y);
        } else {
            self.sink.line_to(x, y);
        }
    }
}

impl<K: OutlineSink> OutlineSink for Part<'_, K> {
    #[inline]
    fn move_to(&mut self, x: f64, y: f64) {
        self.point(x, y);
    }

    #[inline]
    fn line_to(&mut self, x: f64, y: f64) {
        self.point(x, y);
    }

    fn close(&mut self) {}
}

impl Polylines {
    fn chains(&self) -> impl Iterator<Item = Chain<'_>> {
        self.iter().filter(|(nodes, _)| nodes.len() >= 2).flat_map(|(nodes, closed)| {
            let ways: &[Way] = if closed && nodes.len() >= 3 { &[Way::Forward, Way::Backward] } else { &[Way::Around] };
            ways.iter().map(move |&way| Chain { nodes, way })
        })
    }

    /// How many ends and corners the outline of a line along these has.
    pub fn stations(&self) -> usize {
        self.chains().map(|chain| chain.stations()).sum()
    }

    /// Sends the edges of a solid line's outline that lead to the given stations to `sink`; contours are left open.
    ///
    /// The line must not be wider than [`PARTS_MAX_WIDTH_PX`].
    pub fn stroke_part<K: OutlineSink>(&self, style: &StrokeStyle, part: Range<usize>, sink: &mut K) {
        let mut first = 0;
        for chain in self.chains() {
            let count = chain.stations();
            let start = part.start.max(first) - first;
            let end = part.end.min(first + count).saturating_sub(first);
            first += count;
            if start >= end {
                continue;
            }
            let mut part = Part { sink: &mut *sink, is_before: true, last: (0.0, 0.0) };
            let mut outline = Outline::new(style, None, &mut part);
            let mut normal = chain.station(start.checked_sub(1).unwrap_or(count - 1), None, &mut outline);
            let part = outline.sink_mut();
            part.is_before = false;
            part.sink.move_to(part.last.0, part.last.1);
            for station in start..end {
                normal = chain.station(station, normal, &mut outline);
            }
            sink.leave();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rect::Rect;
    use crate::stroke::{Cap, Join, Stroke};
    use crate::vertex::{Vertex, command};

    type Point = (u64, u64);

    /// Edges, each by the bits of its ends.
    #[derive(Default)]
    struct Edges {
        start: Option<Point>,
        last: Option<Point>,
        edges: Vec<(Point, Point)>,
    }

    impl OutlineSink for Edges {
        fn move_to(&mut self, x: f64, y: f64) {
            self.close();
            self.start = Some((x.to_bits(), y.to_bits()));
            self.last = self.start;
        }

        fn line_to(&mut self, x: f64, y: f64) {
            let to = (x.to_bits(), y.to_bits());
            self.edges.extend(self.last.map(|last| (last, to)));
            self.last = Some(to);
        }

        fn close(&mut self) {
            if let (Some(last), Some(start)) = (self.last.take(), self.start.take()) {
                self.edges.push((last, start));
            }
        }

        fn leave(&mut self) {
            (self.start, self.last) = (None, None);
        }
    }

    #[test]
    fn parts_have_the_edges_of_the_whole() {
        let mut state = 3u64;
        let mut random = move |range: f64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            range * (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let everywhere = Rect { x1: -1e9, y1: -1e9, x2: 1e9, y2: 1e9 };
        for index in 0..300 {
            let mut polylines = Polylines::default();
            for _ in 0..1 + index % 3 {
                for node in 0..1 + random(9.0) as usize {
                    let to = if node == 0 { command::MOVE } else { command::LINE };
                    polylines.feed(Vertex::new(to, random(20.0), random(20.0).round()));
                }
                if random(1.0) < 0.4 {
                    polylines.feed(Vertex::new(command::CLOSE, 0.0, 0.0));
                }
            }
            polylines.end();
            let cap = [Cap::Butt, Cap::Round, Cap::Square][index % 3];
            let join = [Join::Round, Join::Miter, Join::Bevel, Join::MiterClipped][index % 4];
            let style = StrokeStyle { width_px: random(9.0), cap, join, miter_limit: 4.0 };
            let (mut whole, mut parts) = (Edges::default(), Edges::default());
            let rows = (f64::NEG_INFINITY, f64::INFINITY);
            Stroke::default().stroke_polylines(&polylines, &style, None, everywhere, rows, &mut whole);
            let stations = polylines.stations();
            let step = 1 + random(9.0) as usize;
            for start in (0..stations).step_by(step) {
                polylines.stroke_part(&style, start..stations.min(start + step), &mut parts);
            }
            whole.edges.sort_unstable();
            parts.edges.sort_unstable();
            assert_eq!(parts.edges, whole.edges, "{polylines:?}");
        }
    }
}
