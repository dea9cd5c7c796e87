//! Colours, lines, transparency and clips.

use encode::number::push_rounded;
use geometry::{Cap, DocumentPath, Join, Rect};
use page::{FINE, clip_rect, common, grown, meet, visible};
use scene::{Clip, Color, Dashes, Stroke};

use crate::path::{FARTHEST, PathData};
use crate::player::Player;

/// What macros have set; empty for what is not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub(crate) fill: String,
    pub(crate) stroke: String,
    pub(crate) text: String,
    fill_opacity: String,
    stroke_opacity: String,
    width: String,
    cap: String,
    join: String,
    dashes: String,
}

/// A number as text.
pub fn number(value: f64) -> String {
    let mut out = Vec::new();
    push_rounded(&mut out, value.clamp(-FARTHEST, FARTHEST), FINE);
    String::from_utf8(out).unwrap_or_default()
}

/// The definition of a colour.
pub fn color_definition(name: &str, color: Color) -> String {
    let [r, g, b] = [color.r, color.g, color.b].map(|v| {
        let text = format!("{:.6}", if v.is_nan() { 0.0 } else { v.clamp(0.0, 1.0) });
        String::from(text.trim_end_matches('0').trim_end_matches('.'))
    });
    format!("\\definecolor{{{name}}}{{rgb}}{{{r},{g},{b}}}")
}

fn opacity(kind: &str, alpha: f64) -> String {
    format!("\\pgfset{kind}opacity{{{}}}", number(alpha.clamp(0.0, 1.0)))
}

fn dash_pattern(dashes: Option<&Dashes>) -> String {
    let pairs = dashes.map_or(&[][..], |dashes| &dashes.pairs_px);
    let total: f64 = pairs.iter().map(|(dash, gap)| dash + gap).sum();
    // Dashes that round to nothing are no dashes.
    if !pairs.iter().any(|&(dash, gap)| dash >= 5e-4 || gap >= 5e-4) {
        return String::from("\\pgfsetdash{}{0bp}");
    }
    let offset = dashes.map_or(0.0, |dashes| dashes.offset_px).rem_euclid(total);
    let lengths: String =
        pairs.iter().flat_map(|&(dash, gap)| [dash, gap]).map(|v| format!("{{{}bp}}", number(v.max(0.0)))).collect();
    format!("\\pgfsetdash{{{lengths}}}{{{}bp}}", number(offset))
}

impl Player<'_> {
    /// The page.
    pub(crate) fn page(&self) -> Rect {
        Rect { x1: 0.0, y1: 0.0, x2: self.width, y2: self.height }
    }

    /// Where paths end that go farther than TeX can count: out of sight, also for marks anywhere on the page.
    pub(crate) fn limits(&self) -> Rect {
        let all = Rect { x1: -FARTHEST, y1: -FARTHEST, x2: FARTHEST, y2: FARTHEST };
        common(grown(self.page(), 1000.0 + self.width.max(self.height)), all)
    }

    /// What a clip leaves of the page.
    pub(crate) fn shown(&self, clip: &Clip) -> Rect {
        visible(self.page(), clip)
    }

    /// Sets the clip; whether anything within `bounds` can be seen at all.
    pub(crate) fn clip(&mut self, clip: &Clip, bounds: Option<Rect>) -> bool {
        let shown = self.shown(clip);
        if shown.x1 > shown.x2 || shown.y1 > shown.y2 || bounds.is_some_and(|bounds| !meet(&bounds, &shown)) {
            return false;
        }
        let mut words: Vec<Vec<u8>> = Vec::new();
        if let Some(rect) = clip_rect(clip) {
            let Rect { x1, y1, x2, y2 } = common(rect, self.limits());
            let [x, y, w, h] = [x1, y1, x2 - x1, y2 - y1].map(number);
            words.push(format!("\\pgfsys@rect{{{x}bp}}{{{y}bp}}{{{w}bp}}{{{h}bp}}").into_bytes());
            words.push(b"\\pgfsys@clipnext\\pgfsys@discardpath".to_vec());
        }
        if let Some(path) = &clip.path {
            let mut data = PathData::new(FINE);
            DocumentPath::default().send(path.path.view(), path.affine, &mut data);
            data.finish(self.limits());
            if data.is_empty() {
                return false;
            }
            data.write((0.0, 0.0), |word| words.push(word.to_vec()));
            words.push(b"\\pgfsys@clipnext\\pgfsys@discardpath".to_vec());
        }
        if words != self.clip {
            self.end_clip();
            if !words.is_empty() {
                self.line("\\begin{pgfscope}");
                words.iter().for_each(|word| self.word(word));
                self.end_line();
                self.outer = Some(self.state.clone());
            }
            self.clip = words;
        }
        true
    }

    /// Goes back to where there is no clip.
    pub(crate) fn end_clip(&mut self) {
        self.flush();
        self.clip = Vec::new();
        if let Some(outer) = self.outer.take() {
            self.line("\\end{pgfscope}");
            self.state = outer;
        }
    }

    /// Sets the colour and opacity of fills and the whole of lines.
    pub(crate) fn style(
        &mut self,
        face: Option<Color>,
        line: Option<(Color, f64)>,
        stroke: Option<(&Stroke, Option<&Dashes>)>,
    ) {
        let mut words = Vec::new();
        let mut set = |now: &mut String, wanted: String, extra: &str| {
            if *now != wanted {
                words.push(format!("{wanted}{extra}"));
                *now = wanted;
            }
        };
        let state = &mut self.state;
        if let Some(color) = face {
            set(&mut state.fill, color_definition("currentfill", color), "\\pgfsetfillcolor{currentfill}");
            set_opacity(&mut state.fill_opacity, "fill", color.a, &mut set);
        }
        if let (Some((color, width)), Some((stroke, dashes))) = (line, stroke) {
            set(&mut state.stroke, color_definition("currentstroke", color), "\\pgfsetstrokecolor{currentstroke}");
            set_opacity(&mut state.stroke_opacity, "stroke", color.a, &mut set);
            set(&mut state.width, format!("\\pgfsetlinewidth{{{}bp}}", number(width)), "");
            let cap = match stroke.cap {
                Cap::Butt => "\\pgfsetbuttcap",
                Cap::Round => "\\pgfsetroundcap",
                Cap::Square => "\\pgfsetrectcap",
            };
            set(&mut state.cap, cap.into(), "");
            let join = match stroke.join {
                Join::Miter | Join::MiterClipped => "\\pgfsetmiterjoin",
                Join::Round => "\\pgfsetroundjoin",
                Join::Bevel => "\\pgfsetbeveljoin",
            };
            set(&mut state.join, join.into(), "");
            set(&mut state.dashes, dash_pattern(dashes), "");
        }
        self.apply(&words);
    }

    /// Sets the opacity of fills.
    pub(crate) fn fill_opacity(&mut self, alpha: f64) {
        let mut words = Vec::new();
        set_opacity(&mut self.state.fill_opacity, "fill", alpha, &mut |now: &mut String, wanted: String, _: &str| {
            if *now != wanted {
                words.push(wanted.clone());
                *now = wanted;
            }
        });
        self.apply(&words);
    }

    /// Sets the colour and opacity of text.
    pub(crate) fn text_color(&mut self, color: Color) {
        let wanted = color_definition("textcolor", color);
        if self.state.text != wanted {
            self.apply(std::slice::from_ref(&wanted));
            self.state.text = wanted;
        }
        self.fill_opacity(color.a);
    }

    fn apply(&mut self, words: &[String]) {
        if !words.is_empty() {
            self.flush();
            words.iter().for_each(|word| self.word(word.as_bytes()));
            self.end_line();
        }
    }
}

/// Sets an opacity; full opacity is what there is at the beginning.
fn set_opacity(now: &mut String, kind: &str, alpha: f64, set: &mut impl FnMut(&mut String, String, &str)) {
    let full = opacity(kind, 1.0);
    if now.is_empty() {
        *now = full;
    }
    set(now, opacity(kind, alpha), "");
}
