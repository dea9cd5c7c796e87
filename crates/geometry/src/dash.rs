//! Dashing: a polyline cut into the pieces that a pattern leaves visible.
//!
//! Agrees with Agg's `vcgen_dash`: the pattern restarts at every subpath, corners inside a dash are kept, a closed
//! subpath is walked through its closing segment without joining the last dash to the first.
//!
//! Unlike Agg, stretches far outside the visible rectangle are not walked dash by dash: whole patterns are skipped by
//! arithmetic. That happens only where a segment holds more than [`SKIP_FROM_PATTERNS`] patterns, and there the phase may
//! differ from Agg's accumulated one by its rounding error. From [`CUT_FROM_PATTERNS`] on, sums of lengths have no room
//! for a dash any more, and the visible stretch is cut out and measured by itself.
//!
//! The number of dashes is limited. What would have more of them, in a segment or altogether, is drawn solid.

use crate::polyline::Node;
use crate::rect::Rect;
use crate::stroke::StrokeStyle;
use crate::vertex::{Vertex, command};

/// Pairs of dash and gap that count; further ones are ignored, as in Agg.
pub const MAX_DASH_PAIRS: usize = 16;
/// Patterns on one segment from which stretches out of sight are skipped.
pub const SKIP_FROM_PATTERNS: f64 = 4096.0;
/// Patterns on one segment from which its visible stretch is cut out.
pub const CUT_FROM_PATTERNS: f64 = (1u64 << 32) as f64;
/// Patterns of an offset up to which it is consumed dash by dash, as Agg does.
const OFFSET_FROM_PATTERNS: f64 = 65536.0;
/// Patterns in the visible stretch of a segment up to which they are drawn; with more it is drawn solid. That is one for
/// each px of the longest canvas.
const MAX_VISIBLE_PATTERNS: f64 = crate::EXACT_LIMIT_PX;
/// Dashes and gaps that one pass draws; the rest of the path is solid.
const MAX_ENTRIES: u32 = 1 << 26;
/// Dashes and gaps out of sight that one pass counts through; from then on it divides.
const MAX_UNSEEN_ENTRIES: u32 = 1 << 28;

/// Lengths of dashes and gaps in turn, px.
#[derive(Clone, Debug, PartialEq)]
pub struct DashPattern {
    lengths: Vec<f64>,
    offset: f64,
    total: f64,
}

impl DashPattern {
    /// `pairs` of (dash, gap) and the offset into the pattern at which a subpath starts, px. Lengths below 0 count as 0.
    ///
    /// `None` when there is no pair, or none with any length.
    pub fn new(pairs: impl IntoIterator<Item = (f64, f64)>, offset: f64) -> Option<Self> {
        let mut lengths = Vec::new();
        let mut total = 0.0;
        for (dash, gap) in pairs.into_iter().take(MAX_DASH_PAIRS) {
            let [dash, gap] = [dash, gap].map(|length| if length < 0.0 { 0.0 } else { length });
            lengths.extend([dash, gap]);
            total += dash + gap;
        }
        (total > 0.0 || total.is_nan()).then_some(Self { lengths, offset, total })
    }
}

/// Walks polylines with a pattern.
#[derive(Debug)]
pub struct Dash<'a> {
    pattern: &'a DashPattern,
    /// Where pieces can matter: the visible rectangle grown by what the stroke adds.
    visible: Rect,
    phase: Phase,
    /// Where the offset leads, in which each subpath begins.
    start: Phase,
    entries_left: u32,
    unseen_left: u32,
}

/// A place in the pattern.
#[derive(Clone, Copy, Debug, Default)]
struct Phase {
    /// Index into the pattern.
    entry: usize,
    /// How much of that entry is used up, px.
    used: f64,
}

/// The stretch of a segment where dashes can be seen.
#[derive(Clone, Copy, Debug)]
struct Sight {
    /// Distances of its ends from the segment's end, px.
    farther: f64,
    nearer: f64,
    /// Its ends.
    enters: (f64, f64),
    leaves: (f64, f64),
}

impl Sight {
    fn length(&self) -> f64 {
        let (dx, dy) = (self.leaves.0 - self.enters.0, self.leaves.1 - self.enters.1);
        (dx * dx + dy * dy).sqrt()
    }
}

impl Phase {
    /// `offset` px into the pattern, from its beginning.
    fn at(pattern: &DashPattern, offset: f64) -> Self {
        let mut rest = offset;
        if rest > pattern.total * OFFSET_FROM_PATTERNS {
            rest = if rest.is_finite() { rest % pattern.total } else { 0.0 };
        }
        let mut phase = Self::default();
        while rest > 0.0 {
            let length = pattern.lengths[phase.entry];
            if rest > length {
                rest -= length;
                phase = phase.next_entry(pattern);
            } else {
                phase.used = rest;
                rest = 0.0;
            }
        }
        phase
    }

    fn next_entry(self, pattern: &DashPattern) -> Self {
        Self { entry: (self.entry + 1) % pattern.lengths.len(), used: 0.0 }
    }

    /// `distance` px further on.
    fn moved(self, pattern: &DashPattern, distance: f64) -> Self {
        let before: f64 = pattern.lengths[..self.entry].iter().sum();
        let offset = (before + self.used + distance % pattern.total) % pattern.total;
        Self::at(pattern, offset)
    }

    /// The command of a vertex that ends this entry: gaps move.
    fn command(self) -> u8 {
        if self.entry % 2 == 1 { command::MOVE } else { command::LINE }
    }
}

impl<'a> Dash<'a> {
    /// A walk that may leave out what a stroke of the given style would not show inside `visible`.
    pub fn new(pattern: &'a DashPattern, visible: Rect, style: &StrokeStyle) -> Self {
        let half_width = (style.width_px * 0.5).abs();
        let margin = half_width * style.miter_limit.max(1.5) + 2.0;
        let start = Phase::at(pattern, pattern.offset.abs());
        Self {
            pattern,
            visible: Rect {
                x1: visible.x1 - margin,
                y1: visible.y1 - margin,
                x2: visible.x2 + margin,
                y2: visible.y2 + margin,
            },
            phase: start,
            start,
            entries_left: MAX_ENTRIES,
            unseen_left: MAX_UNSEEN_ENTRIES,
        }
    }

    /// Sends the pieces of one subpath to `emit` as moves and lines.
    pub(crate) fn walk(&mut self, nodes: &[Node], closed: bool, mut emit: impl FnMut(Vertex)) {
        if nodes.len() < 2 {
            return;
        }
        emit(Vertex::new(command::MOVE, nodes[0].x, nodes[0].y));
        // A negative offset applies once; the pattern then runs on from subpath to subpath.
        if self.pattern.offset >= 0.0 {
            self.phase = self.start;
        }
        let segments = if closed { nodes.len() } else { nodes.len() - 1 };
        for i in 0..segments {
            let (v1, v2) = (&nodes[i], &nodes[(i + 1) % nodes.len()]);
            let (from, to) = ((v1.x, v1.y), (v2.x, v2.y));
            if !v1.length.is_finite() {
                emit(Vertex::new(command::LINE, to.0, to.1));
                continue;
            }
            let patterns = v1.length / self.pattern.total;
            // Not beside a segment in sight: the corner between them reaches along both.
            let mut beside = i.saturating_sub(1)..=(i + 1).min(segments - 1);
            if beside.all(|i| self.is_out_of_sight(&nodes[i], &nodes[(i + 1) % nodes.len()])) {
                self.pass(v1.length);
                emit(Vertex::new(command::MOVE, to.0, to.1));
                continue;
            }
            if patterns <= SKIP_FROM_PATTERNS || patterns.is_nan() {
                self.segment(from, to, v1.length, None, &mut emit);
                continue;
            }
            let sight = sight_of(&self.visible, from, to, v1.length);
            if sight.map_or(0.0, |sight| sight.length()) / self.pattern.total > MAX_VISIBLE_PATTERNS {
                emit(Vertex::new(command::LINE, to.0, to.1));
                self.phase = self.phase.moved(self.pattern, v1.length);
            } else if patterns > CUT_FROM_PATTERNS {
                self.cut(to, v1.length, sight, &mut emit);
            } else {
                self.segment(from, to, v1.length, Some(sight), &mut emit);
            }
        }
    }

    /// Whether a segment is on the far side of an edge of what is visible.
    fn is_out_of_sight(&self, from: &Node, to: &Node) -> bool {
        self.visible.outcode(from.x, from.y) & self.visible.outcode(to.x, to.y) != 0
    }

    /// Walks one segment. `sight` is given where stretches out of it may be skipped.
    fn segment(
        &mut self,
        from: (f64, f64),
        to: (f64, f64),
        length: f64,
        sight: Option<Option<Sight>>,
        emit: &mut impl FnMut(Vertex),
    ) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let mut rest = length;
        loop {
            if let Some(skipped) = sight.and_then(|sight| self.skip(rest, sight)) {
                rest = (rest - skipped).max(0.0);
                let at = rest / length;
                emit(Vertex::new(command::MOVE, to.0 - dx * at, to.1 - dy * at));
            }
            let entry_rest = self.pattern.lengths[self.phase.entry] - self.phase.used;
            let drawn = self.phase.command();
            if rest > entry_rest && self.entries_left > 0 {
                self.entries_left -= 1;
                rest -= entry_rest;
                self.phase = self.phase.next_entry(self.pattern);
                emit(Vertex::new(drawn, to.0 - dx * rest / length, to.1 - dy * rest / length));
            } else {
                self.phase.used += rest;
                let drawn = if self.entries_left == 0 { command::LINE } else { drawn };
                emit(Vertex::new(drawn, to.0, to.1));
                return;
            }
        }
    }

    /// Moves on along a segment out of sight. Short of an effort that is limited, it is with the same rounding errors as
    /// walking it.
    fn pass(&mut self, length: f64) {
        let mut rest = length;
        while self.unseen_left > 0 {
            let entry_rest = self.pattern.lengths[self.phase.entry] - self.phase.used;
            if rest > entry_rest {
                self.unseen_left -= 1;
                rest -= entry_rest;
                self.phase = self.phase.next_entry(self.pattern);
            } else {
                self.phase.used += rest;
                return;
            }
            if rest > self.pattern.total * SKIP_FROM_PATTERNS {
                break;
            }
        }
        self.phase = self.phase.moved(self.pattern, rest);
    }

    /// The length of whole patterns to skip when the next stretch in sight is many patterns away.
    ///
    /// `rest` measures back from the segment's end.
    fn skip(&self, rest: f64, sight: Option<Sight>) -> Option<f64> {
        let invisible = match sight {
            Some(sight) if rest > sight.farther => rest - sight.farther,
            Some(sight) if rest >= sight.nearer => return None,
            _ => rest,
        };
        let patterns = (invisible / self.pattern.total).floor() - 2.0;
        (patterns > SKIP_FROM_PATTERNS / 2.0).then_some(patterns * self.pattern.total)
    }

    /// Walks the visible stretch of an enormous segment; the phase is right as far as lengths are.
    fn cut(&mut self, to: (f64, f64), length: f64, sight: Option<Sight>, emit: &mut impl FnMut(Vertex)) {
        if let Some(sight) = sight {
            let (enters, leaves) = (sight.enters, sight.leaves);
            self.phase = self.phase.moved(self.pattern, length - sight.farther);
            emit(Vertex::new(command::MOVE, enters.0, enters.1));
            self.segment(enters, leaves, sight.length(), None, emit);
            self.phase = self.phase.moved(self.pattern, sight.nearer);
        } else {
            self.phase = self.phase.moved(self.pattern, length);
        }
        emit(Vertex::new(command::MOVE, to.0, to.1));
    }
}

/// The stretch of a segment inside `bounds`.
///
/// Its ends are taken from the bounds rather than from lengths along the segment, which may be coarse.
fn sight_of(bounds: &Rect, from: (f64, f64), to: (f64, f64), length: f64) -> Option<Sight> {
    let (mut t1, mut t2) = (0.0f64, 1.0f64);
    let (mut enters, mut leaves) = (from, to);
    let slope = (to.1 - from.1) / (to.0 - from.0);
    for (is_x, start, delta, low, high) in
        [(true, from.0, to.0 - from.0, bounds.x1, bounds.x2), (false, from.1, to.1 - from.1, bounds.y1, bounds.y2)]
    {
        if delta == 0.0 {
            if start < low || start > high {
                return None;
            }
            continue;
        }
        let on_edge = |edge: f64| match is_x {
            true => (edge, from.1 + (edge - from.0) * slope),
            false => (from.0 + (edge - from.1) / slope, edge),
        };
        let (first, last) = if delta > 0.0 { (low, high) } else { (high, low) };
        let (a, b) = ((first - start) / delta, (last - start) / delta);
        if a > t1 {
            (t1, enters) = (a, on_edge(first));
        }
        if b < t2 {
            (t2, leaves) = (b, on_edge(last));
        }
    }
    (t1 <= t2).then_some(Sight { farther: length * (1.0 - t1), nearer: length * (1.0 - t2), enters, leaves })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stroke::{Cap, Join};

    const STYLE: StrokeStyle = StrokeStyle { width_px: 1.0, cap: Cap::Butt, join: Join::Round, miter_limit: 1.0 };
    const VIEW: Rect = Rect { x1: 0.0, y1: 0.0, x2: 100.0, y2: 100.0 };

    fn dashes(from: f64, to: f64, pattern: &DashPattern) -> Vec<(u8, f64)> {
        let nodes = [Node { x: from, y: 5.0, length: to - from }, Node { x: to, y: 5.0, length: 0.0 }];
        let mut got = Vec::new();
        Dash::new(pattern, VIEW, &STYLE).walk(&nodes, false, |v| got.push((v.command, v.x)));
        got
    }

    #[test]
    fn dashes_and_gaps_alternate() {
        let pattern = DashPattern::new([(3.0, 1.0)], 0.0).unwrap();
        assert_eq!(dashes(0.0, 6.0, &pattern), [(1, 0.0), (2, 3.0), (1, 4.0), (2, 6.0)]);
    }

    #[test]
    fn the_offset_enters_the_pattern() {
        let pattern = DashPattern::new([(3.0, 1.0)], 2.0).unwrap();
        assert_eq!(dashes(0.0, 4.0, &pattern), [(1, 0.0), (2, 1.0), (1, 2.0), (2, 4.0)]);
    }

    #[test]
    fn far_stretches_are_skipped_with_the_phase_kept() {
        let pattern = DashPattern::new([(3.0, 1.0)], 0.0).unwrap();
        let got = dashes(-1e9, 1e9, &pattern);
        assert!(got.len() < 10_000, "{}", got.len());
        let inside: Vec<(u8, f64)> = got.into_iter().filter(|v| (0.0..=12.0).contains(&v.1)).collect();
        assert_eq!(inside, [(1, 0.0), (2, 3.0), (1, 4.0), (2, 7.0), (1, 8.0), (2, 11.0), (1, 12.0)]);
    }

    #[test]
    fn patterns_without_length_are_solid() {
        assert_eq!(DashPattern::new([(0.0, 0.0)], 0.0), None);
        assert_eq!(DashPattern::new([(-1.0, 0.0)], 0.0), None);
        assert_eq!(DashPattern::new([], 0.0), None);
    }

    #[test]
    fn more_patterns_than_px_are_solid() {
        let pattern = DashPattern::new([(1e-9, 1e-9)], 0.0).unwrap();
        assert_eq!(dashes(0.0, 50.0, &pattern), [(1, 0.0), (2, 50.0)]);
    }

    #[test]
    fn enormous_segments_show_dashes_where_they_can_be_seen() {
        let pattern = DashPattern::new([(3.0, 1.0)], 0.0).unwrap();
        for end in [1e10, 1e15, 1e30, 1e100] {
            let got = dashes(-end, end, &pattern);
            assert!(got.len() < 10_000, "{}", got.len());
            let mut lengths =
                got.windows(2).filter(|pair| pair[1].0 == command::LINE && pair[0].1 > 0.0 && pair[1].1 < 100.0);
            assert!(lengths.clone().count() > 20);
            assert!(lengths.all(|pair| (pair[1].1 - pair[0].1 - 3.0).abs() < 1e-3));
        }
        assert_eq!(dashes(-1e308, 1e308, &pattern), [(1, -1e308), (2, 1e308)]);
    }

    #[test]
    fn every_offset_ends() {
        for offset in [1e300, f64::INFINITY, f64::NAN, -1e300, f64::MIN_POSITIVE] {
            let pattern = DashPattern::new([(3.0, 1.0)], offset).unwrap();
            assert!(dashes(0.0, 50.0, &pattern).len() < 30);
        }
    }
}
