//! Text: TeX sets it, here it is told where.

use scene::{Rise, Text};

use crate::paint::number;
use crate::path::FARTHEST;
use crate::player::{Player, address};

impl Player<'_> {
    pub(crate) fn draw_text(&mut self, op: &Text) {
        let (x, y) = op.anchor.point.unwrap_or((op.x, op.y));
        // Its size is TeX's affair: anything may reach into the page but what is very far away.
        let far = |v: f64| !v.is_finite() || v.abs() > FARTHEST;
        if op.color.a <= 0.0 || op.layout.string.is_empty() || far(x) || far(y) || !self.clip(&op.clip, None) {
            return;
        }
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
        let set = format!("\\color{{textcolor}}{string}");
        match self.links.innermost() {
            // The string is set first: as an argument it could not choose what its characters mean.
            Some(url) => {
                let url = address(&url);
                self.line(&format!(
                    "\\pgftext[{options}]{{\\setbox0\\hbox{{{{{set}}}}}\\ifdefined\\href\\href{{{url}}}{{\\box0}}\\else\\box0\\fi}}"
                ));
            }
            None => self.line(&format!("\\pgftext[{options}]{{{set}}}")),
        }
    }
}
