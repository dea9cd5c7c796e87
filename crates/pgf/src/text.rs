//! Text: TeX sets it, here it is told where.

use page::{extent, grown};
use scene::{Rise, Text};

use crate::paint::number;
use crate::path::FARTHEST;
use crate::player::Player;

impl Player<'_> {
    pub(crate) fn draw_text(&mut self, op: &Text) {
        let (x, y) = op.anchor.point.unwrap_or((op.x, op.y));
        let far = |v: f64| !v.is_finite() || v.abs() > FARTHEST;
        if op.color.a <= 0.0 || op.layout.string.is_empty() || far(x) || far(y) {
            return;
        }
        // As LaTeX has measured it; the document may have another font.
        let bounds = grown(extent(op, &op.turn()), 1.0);
        if !self.clip(&op.clip, Some(grown(bounds, bounds.x2 - bounds.x1))) {
            return;
        }
        self.covered(bounds, &op.clip);
        self.text_color(op.color);
        self.flush();
        let mut options = format!("x={}bp,y={}bp", number(x), number(y));
        if op.anchor.share == 0.0 {
            options.push_str(",left");
        } else if op.anchor.share == 1.0 {
            options.push_str(",right");
        }
        options.push_str(match op.anchor.rise {
            Rise::Baseline => ",base",
            Rise::Bottom => ",bottom",
            Rise::Middle => "",
            Rise::Top => ",top",
        });
        if op.angle_deg != 0.0 {
            options.push_str(&format!(",rotate={}", number(op.angle_deg)));
        }
        let string = &op.layout.string;
        self.line(&format!("\\pgftext[{options}]{{\\color{{textcolor}}{string}}}"));
    }
}
