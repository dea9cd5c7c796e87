//! Subpaths as the stroker and the dasher want them: nodes that know the distance to the next.

use crate::memory;
use crate::vertex::{Vertex, VertexSource, command};

/// Nodes nearer to each other than this (px) are one.
const COINCIDENCE: f64 = 1e-14;

/// Nodes (24 bytes each) that are a lot.
const LARGE_NODES: usize = 1 << 16;

/// A corner of a polyline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Distance to the next node, px; of the last node to the first in a closed polyline.
    pub(crate) length: f64,
}

/// A subpath without coinciding neighbours; agrees with Agg's `vertex_sequence` of `vertex_dist`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Polyline {
    pub(crate) nodes: Vec<Node>,
    pub(crate) closed: bool,
}

impl Polyline {
    fn clear(&mut self) {
        self.nodes.clear();
        self.closed = false;
    }

    /// Measures from `i` to `j`; whether they are apart.
    #[inline]
    fn measure(&mut self, i: usize, j: usize) -> bool {
        let (dx, dy) = (self.nodes[j].x - self.nodes[i].x, self.nodes[j].y - self.nodes[i].y);
        let length = (dx * dx + dy * dy).sqrt();
        let apart = length > COINCIDENCE;
        self.nodes[i].length = if apart { length } else { 1.0 / COINCIDENCE };
        apart
    }

    /// Appends a node, dropping its predecessor if that coincides with the one before.
    #[inline]
    fn add(&mut self, x: f64, y: f64) {
        let count = self.nodes.len();
        if count > 1 && !self.measure(count - 2, count - 1) {
            self.nodes.pop();
        }
        memory::push(&mut self.nodes, Node { x, y, length: 0.0 });
    }

    fn finish(&mut self) {
        while self.nodes.len() > 1 {
            let count = self.nodes.len();
            if self.measure(count - 2, count - 1) {
                break;
            }
            let last = self.nodes[count - 1];
            self.nodes.truncate(count - 2);
            self.add(last.x, last.y);
        }
        if self.closed {
            while self.nodes.len() > 1 && !self.measure(self.nodes.len() - 1, 0) {
                self.nodes.pop();
            }
        }
    }
}

/// What a path's line runs along: its subpaths as the stroker wants them. Keeps its buffers from one path to the next.
#[derive(Clone, Debug, Default)]
pub struct Polylines {
    pub(crate) nodes: Vec<Node>,
    /// Index of the node behind each one's last, and whether it is closed.
    pub(crate) ends: Vec<(usize, bool)>,
    collector: Collector,
}

impl Polylines {
    /// Forgets everything.
    pub fn clear(&mut self) {
        // The list of a single line has been the collector's, which needs one for the next.
        if self.nodes.capacity() > self.collector.polyline.nodes.capacity() {
            std::mem::swap(&mut self.nodes, &mut self.collector.polyline.nodes);
        }
        self.nodes.clear();
        self.ends.clear();
    }

    /// Whether the buffers hold more than is worth keeping for the next path.
    pub fn is_large(&self) -> bool {
        self.nodes.capacity() > LARGE_NODES
    }

    /// Takes the next vertex of a path.
    #[inline]
    pub fn feed(&mut self, vertex: Vertex) {
        let Self { nodes, ends, collector } = self;
        collector.feed(vertex, |polyline| append(nodes, ends, polyline));
    }

    /// The path is at its end.
    pub fn end(&mut self) {
        let Self { nodes, ends, collector } = self;
        collector.end(|polyline| append(nodes, ends, polyline));
    }

    /// Takes in a pass over `source` in place of what there was.
    pub fn collect<S: VertexSource>(&mut self, source: &mut S) {
        self.clear();
        let Self { nodes, ends, collector } = self;
        collector.collect(source, |polyline| append(nodes, ends, polyline));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[Node], bool)> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, closed)| (&self.nodes[std::mem::replace(&mut start, end)..end], closed))
    }
}

fn append(nodes: &mut Vec<Node>, ends: &mut Vec<(usize, bool)>, polyline: &mut Polyline) {
    if polyline.nodes.len() < 2 {
        return; // No line runs along a point.
    }
    if nodes.is_empty() {
        // Long lines are single ones, which should not be in memory twice.
        std::mem::swap(nodes, &mut polyline.nodes);
    } else {
        if nodes.capacity() - nodes.len() < polyline.nodes.len() {
            memory::reserve(nodes, polyline.nodes.len());
        }
        nodes.extend_from_slice(&polyline.nodes);
    }
    memory::push(ends, (nodes.len(), polyline.closed));
}

/// Collects a stream of vertices into polylines; agrees with Agg's `conv_adaptor_vcgen`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collector {
    polyline: Polyline,
    start: Option<(f64, f64)>,
}

impl Collector {
    /// Takes the next vertex; gives `each` the subpath that it completes. The first vertex moves whatever its command.
    #[inline]
    pub(crate) fn feed(&mut self, vertex: Vertex, mut each: impl FnMut(&mut Polyline)) {
        let Some(start) = self.start else {
            if vertex.command != command::STOP {
                self.begin((vertex.x, vertex.y));
            }
            return;
        };
        if command::is_vertex(vertex.command) {
            if vertex.command == command::MOVE {
                self.complete(&mut each);
                self.begin((vertex.x, vertex.y));
            } else {
                self.polyline.add(vertex.x, vertex.y);
            }
        } else if command::is_end(vertex.command) {
            self.polyline.closed = command::has_close_flag(vertex.command);
            self.complete(&mut each);
            // What follows without a move of its own starts where this subpath did.
            self.begin(start);
        }
    }

    /// Gives `each` the subpath that the end of the stream completes.
    pub(crate) fn end(&mut self, mut each: impl FnMut(&mut Polyline)) {
        if self.start.take().is_some() {
            self.complete(&mut each);
        }
    }

    fn begin(&mut self, start: (f64, f64)) {
        self.polyline.clear();
        self.polyline.add(start.0, start.1);
        self.start = Some(start);
    }

    fn complete(&mut self, each: &mut impl FnMut(&mut Polyline)) {
        self.polyline.finish();
        each(&mut self.polyline);
    }

    /// Runs a whole pass of `source`.
    pub(crate) fn collect<S: VertexSource>(&mut self, source: &mut S, mut each: impl FnMut(&mut Polyline)) {
        source.rewind();
        loop {
            let vertex = source.next();
            if vertex.command == command::STOP {
                break;
            }
            self.feed(vertex, &mut each);
        }
        self.end(each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::affine::Affine;
    use crate::path::PathView;

    fn collect(vertices: &[[f64; 2]], codes: &[u8]) -> Vec<(Vec<(f64, f64)>, bool)> {
        let mut source = PathView { vertices, codes: Some(codes) }.source(Affine::IDENTITY);
        let mut got = Vec::new();
        Collector::default().collect(&mut source, |p| {
            got.push((p.nodes.iter().map(|n| (n.x, n.y)).collect(), p.closed));
        });
        got
    }

    #[test]
    fn a_single_line_takes_no_more_memory_when_others_follow() {
        let line: Vec<[f64; 2]> = (0..1000).map(|x| [f64::from(x), f64::from(x % 2)]).collect();
        let mut polylines = Polylines::default();
        let mut collect = || {
            polylines.collect(&mut PathView { vertices: &line, codes: None }.source(Affine::IDENTITY));
            assert_eq!(polylines.iter().map(|(nodes, _)| nodes.len()).collect::<Vec<_>>(), [1000]);
            polylines.nodes.capacity() + polylines.collector.polyline.nodes.capacity()
        };
        let once = collect();
        assert_eq!([collect(), collect()], [once, once]);
    }

    #[test]
    fn coinciding_nodes_merge() {
        let got = collect(&[[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.0]], &[1, 2, 2, 2]);
        assert_eq!(got, [(vec![(0.0, 0.0), (1.0, 0.0)], false)]);
    }

    #[test]
    fn a_closed_subpath_drops_the_repeated_start_and_the_next_begins_there() {
        let got =
            collect(&[[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 0.0], [9.0, 9.0], [5.0, 5.0]], &[1, 2, 2, 2, 79, 2]);
        assert_eq!(got[0], (vec![(0.0, 0.0), (4.0, 0.0), (4.0, 4.0)], true));
        assert_eq!(got[1], (vec![(0.0, 0.0), (5.0, 5.0)], false));
    }
}
