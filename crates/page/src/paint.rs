//! Colours and lines as operands and operators.

use encode::number::{push_rounded, steps};
use geometry::{Cap, Join};
use scene::{Color, Dashes, Stroke};

use crate::FINE;
use crate::number::push_number;

/// The operands that set a colour: one for a grey, three for any other; each with a space behind it.
pub fn color_numbers(color: Color) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let rgb @ [r, g, b] = [color.r, color.g, color.b].map(|v| v.clamp(0.0, 1.0));
    let gray = r == g && g == b;
    for v in &rgb[..if gray { 1 } else { 3 }] {
        push_number(&mut out, *v, FINE);
    }
    (out, gray)
}

/// Beyond any page.
const LONGEST_DASH: f64 = 1e6;

/// The operators of a line's width, ends, corners and dashes.
pub fn line_operators(width: f64, stroke: &Stroke, dashes: Option<&Dashes>) -> Vec<u8> {
    let mut out = width_operator(width);
    out.extend_from_slice(&line_style_operators(stroke, dashes));
    out
}

/// The operator of a line's width.
pub fn width_operator(width: f64) -> Vec<u8> {
    let mut out = Vec::new();
    push_number(&mut out, width, FINE);
    out.extend_from_slice(b"w ");
    out
}

/// The operators of a line's ends, corners and dashes.
pub fn line_style_operators(stroke: &Stroke, dashes: Option<&Dashes>) -> Vec<u8> {
    let mut out = Vec::new();
    let cap = match stroke.cap {
        Cap::Butt => 0,
        Cap::Round => 1,
        Cap::Square => 2,
    };
    let join = match stroke.join {
        Join::Miter | Join::MiterClipped => 0,
        Join::Round => 1,
        Join::Bevel => 2,
    };
    out.extend_from_slice(format!("{cap} J {join} j [").as_bytes());
    let (pairs, mut offset) = dashes.map_or((Vec::new(), 0.0), |dashes| {
        let length = |v: f64| v.clamp(0.0, LONGEST_DASH);
        let pairs = dashes.pairs_px.iter().map(|&(dash, gap)| (length(dash), length(gap)));
        (pairs.collect(), dashes.offset_px)
    });
    let total: f64 = pairs.iter().map(|(dash, gap)| dash + gap).sum();
    // Dashes that round to nothing are no dashes.
    let seen = pairs.iter().any(|&(dash, gap)| steps(dash, FINE) > 0 || steps(gap, FINE) > 0);
    if seen {
        for (dash, gap) in pairs {
            push_number(&mut out, dash, FINE);
            push_number(&mut out, gap, FINE);
        }
        out.pop();
    }
    out.push(b']');
    // Some readers want no negative phase, and none beyond measure.
    if !(0.0..=LONGEST_DASH).contains(&offset) {
        offset = if total > 0.0 { offset.rem_euclid(total) } else { 0.0 };
    }
    push_rounded(&mut out, if seen { offset.max(0.0) } else { 0.0 }, FINE);
    out.extend_from_slice(b" d\n");
    out
}

/// The line of a stroke, if there is one to be seen.
pub fn visible_line(stroke: &Stroke) -> Option<(Color, f64)> {
    (stroke.width_px > 0.0 && stroke.color.a > 0.0).then_some((stroke.color, stroke.width_px))
}

/// How far a line reaches beyond its path, where miters are cut at a limit.
pub fn reach(line: Option<(Color, f64)>, stroke: &Stroke, miter_limit: f64) -> f64 {
    let Some((_, width)) = line else { return 0.0 };
    // Square ends reach 1.42 half widths.
    width * if matches!(stroke.join, Join::Miter | Join::MiterClipped) { miter_limit / 2.0 } else { 0.75 }
}
