//! Dashing: a polyline cut into the pieces that a pattern leaves visible.
//!
//! Agrees with Agg's `vcgen_dash`: the pattern restarts at every subpath, corners inside a dash are kept, a closed
//! subpath is walked through its closing segment without joining the last dash to the first.
//!
//! Unlike Agg, stretches far outside the visible rectangle are not walked dash by dash: whole patterns are skipped by
//! arithmetic. That happens only where a segment holds more than [`SKIP_FROM_PATTERNS`] patterns, and there the phase may
//! differ from Agg's accumulated one by its rounding error.

use crate::polyline::Polyline;
use crate::rect::Rect;
use crate::stroke::StrokeStyle;
use crate::vertex::{Vertex, command};

/// Pairs of dash and gap that count; further ones are ignored, as in Agg.
pub const MAX_DASH_PAIRS: usize = 16;
/// Patterns on one segment from which stretches out of sight are skipped.
pub const SKIP_FROM_PATTERNS: f64 = 4096.0;
/// Patterns of an offset up to which it is consumed dash by dash, as Agg does.
const OFFSET_FROM_PATTERNS: f64 = 65536.0;
/// Patterns shorter than this (px) cannot be seen as such; the line is drawn solid.
const SHORTEST_PATTERN_PX: f64 = 1.0 / 1024.0;

/// Lengths of dashes and gaps in turn, px.
#[derive(Clone, Debug, PartialEq)]
pub struct DashPattern {
    lengths: Vec<f64>,
    offset: f64,
    total: f64,
}

impl DashPattern {
    /// `pairs` of (dash, gap) and the offset into the pattern at which a subpath starts, px.
    ///
    /// `None` when there is no pair, or when the pattern is too short to be anything but solid.
    pub fn new(pairs: impl IntoIterator<Item = (f64, f64)>, offset: f64) -> Option<Self> {
        let mut lengths = Vec::new();
        let mut total = 0.0;
        for (dash, gap) in pairs.into_iter().take(MAX_DASH_PAIRS) {
            lengths.extend([dash, gap]);
            total += dash + gap;
        }
        (total >= SHORTEST_PATTERN_PX || total.is_nan()).then_some(Self { lengths, offset, total })
    }
}

/// Walks polylines with a pattern.
#[derive(Debug)]
pub struct Dash<'a> {
    pattern: &'a DashPattern,
    /// Where pieces can matter: the visible rectangle grown by what the stroke adds.
    visible: Rect,
    /// Index into the pattern and how much of that entry is used up.
    entry: usize,
    used: f64,
}

impl<'a> Dash<'a> {
    /// A walk that may leave out what a stroke of the given style would not show inside `visible`.
    pub fn new(pattern: &'a DashPattern, visible: Rect, style: &StrokeStyle) -> Self {
        let half_width = (style.width_px * 0.5).abs();
        let margin = half_width * style.miter_limit.max(1.5) + 2.0;
        let mut dash = Self {
            pattern,
            visible: Rect {
                x1: visible.x1 - margin,
                y1: visible.y1 - margin,
                x2: visible.x2 + margin,
                y2: visible.y2 + margin,
            },
            entry: 0,
            used: 0.0,
        };
        dash.restart(pattern.offset.abs());
        dash
    }

    fn restart(&mut self, offset: f64) {
        self.entry = 0;
        self.used = 0.0;
        let mut rest = offset;
        if rest > self.pattern.total * OFFSET_FROM_PATTERNS {
            rest = if rest.is_finite() { rest % self.pattern.total } else { 0.0 };
        }
        while rest > 0.0 {
            let length = self.pattern.lengths[self.entry];
            if rest > length {
                rest -= length;
                self.advance();
            } else {
                self.used = rest;
                rest = 0.0;
            }
        }
    }

    fn advance(&mut self) {
        self.entry = (self.entry + 1) % self.pattern.lengths.len();
        self.used = 0.0;
    }

    /// Sends the pieces of one subpath to `emit` as moves and lines.
    pub(crate) fn walk(&mut self, polyline: &Polyline, mut emit: impl FnMut(Vertex)) {
        let nodes = &polyline.nodes[..];
        if nodes.len() < 2 {
            return;
        }
        emit(Vertex::new(command::MOVE, nodes[0].x, nodes[0].y));
        // A negative offset applies once; the pattern then runs on from subpath to subpath.
        if self.pattern.offset >= 0.0 {
            self.restart(self.pattern.offset);
        }
        let segments = if polyline.closed { nodes.len() } else { nodes.len() - 1 };
        for i in 0..segments {
            let (v1, v2) = (&nodes[i], &nodes[(i + 1) % nodes.len()]);
            let mut rest = v1.length;
            let sight = (rest / self.pattern.total > SKIP_FROM_PATTERNS)
                .then(|| sight_of(&self.visible, (v1.x, v1.y), (v2.x, v2.y), v1.length));
            loop {
                if let Some(sight) = sight
                    && let Some(skipped) = self.skip(rest, sight)
                {
                    rest -= skipped;
                    let at = rest / v1.length;
                    emit(Vertex::new(command::MOVE, v2.x - (v2.x - v1.x) * at, v2.y - (v2.y - v1.y) * at));
                }
                let dash_rest = self.pattern.lengths[self.entry] - self.used;
                let drawn = if self.entry % 2 == 1 { command::MOVE } else { command::LINE };
                if rest > dash_rest {
                    rest -= dash_rest;
                    self.advance();
                    emit(Vertex::new(
                        drawn,
                        v2.x - (v2.x - v1.x) * rest / v1.length,
                        v2.y - (v2.y - v1.y) * rest / v1.length,
                    ));
                } else {
                    self.used += rest;
                    emit(Vertex::new(drawn, v2.x, v2.y));
                    break;
                }
            }
        }
    }

    /// The length of whole patterns to skip when the next stretch in sight is many patterns away.
    ///
    /// `rest` and `sight` measure back from the segment's end.
    fn skip(&self, rest: f64, sight: Option<(f64, f64)>) -> Option<f64> {
        let invisible = match sight {
            Some((first, _)) if rest > first => rest - first,
            Some((_, last)) if rest >= last => return None,
            _ => rest,
        };
        let patterns = (invisible / self.pattern.total).floor() - 2.0;
        (patterns > SKIP_FROM_PATTERNS / 2.0).then_some(patterns * self.pattern.total)
    }
}

/// The stretch of a segment inside `bounds`, as distances from its end: (farther, nearer).
fn sight_of(bounds: &Rect, from: (f64, f64), to: (f64, f64), length: f64) -> Option<(f64, f64)> {
    let (mut t1, mut t2) = (0.0f64, 1.0f64);
    for (start, delta, low, high) in
        [(from.0, to.0 - from.0, bounds.x1, bounds.x2), (from.1, to.1 - from.1, bounds.y1, bounds.y2)]
    {
        if delta == 0.0 {
            if start < low || start > high {
                return None;
            }
            continue;
        }
        let (a, b) = ((low - start) / delta, (high - start) / delta);
        t1 = t1.max(a.min(b));
        t2 = t2.min(a.max(b));
    }
    (t1 <= t2).then_some((length * (1.0 - t1), length * (1.0 - t2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::polyline::Node;
    use crate::stroke::{Cap, Join};

    const STYLE: StrokeStyle = StrokeStyle { width_px: 1.0, cap: Cap::Butt, join: Join::Round, miter_limit: 1.0 };
    const VIEW: Rect = Rect { x1: 0.0, y1: 0.0, x2: 100.0, y2: 100.0 };

    fn dashes(from: f64, to: f64, pattern: &DashPattern) -> Vec<(u8, f64)> {
        let polyline = Polyline {
            nodes: vec![Node { x: from, y: 5.0, length: to - from }, Node { x: to, y: 5.0, length: 0.0 }],
            closed: false,
        };
        let mut got = Vec::new();
        Dash::new(pattern, VIEW, &STYLE).walk(&polyline, |v| got.push((v.command, v.x)));
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
    fn invisible_patterns_are_solid() {
        assert_eq!(DashPattern::new([(1e-9, 1e-9)], 0.0), None);
        assert_eq!(DashPattern::new([], 0.0), None);
    }
}
