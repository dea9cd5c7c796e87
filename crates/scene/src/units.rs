//! Scenes in other units.

use std::sync::Arc;

use geometry::{Affine, Rect};

use crate::document::Scene;
use crate::op::Op;
use crate::path::Path;
use crate::style::{Clip, Dashes, Style};

/// To other units, of which there are `factor` in one.
struct Factor {
    factor: f64,
    affine: Affine,
}

impl Scene {
    /// Counts in other units from now on: all lengths are `factor` times as many.
    pub fn scale(&mut self, factor: f64) {
        let by = Factor { factor, affine: Affine::scaling(factor, factor) };
        self.width *= factor;
        self.height *= factor;
        for op in &mut self.ops {
            by.op(op);
        }
    }
}

impl Factor {
    fn op(&self, op: &mut Op<'_>) {
        match op {
            Op::Path(op) => {
                self.style(&mut op.style);
                self.path(&mut op.path);
                self.affine(&mut op.affine);
            }
            Op::Markers(op) => {
                self.style(&mut op.style);
                self.affine(&mut op.marker_affine);
                self.affine(&mut op.affine);
            }
            Op::Collection(op) => {
                self.style(&mut op.style);
                self.affine(&mut op.affine);
                self.affine(&mut op.offset_affine);
                self.lengths(&mut op.line_widths_px);
                op.dashes.iter_mut().flatten().for_each(|dashes| self.dashes(dashes));
            }
            Op::QuadMesh(op) => {
                self.style(&mut op.style);
                self.affine(&mut op.affine);
                self.affine(&mut op.offset_affine);
            }
            Op::Gouraud(op) => {
                self.style(&mut op.style);
                self.affine(&mut op.affine);
            }
            Op::Text(op) => {
                self.clip(&mut op.clip);
                self.lengths([&mut op.x, &mut op.y, &mut op.scale]);
                if let Some((x, y)) = &mut op.anchor.point {
                    self.lengths([x, y]);
                }
            }
            Op::Picture(op) => {
                self.clip(&mut op.clip);
                self.affine(&mut op.affine);
            }
            Op::LinkArea(op) => self.rect(&mut op.area),
            // What has no size, and what documents do not hold.
            Op::Clear | Op::Image(_) | Op::Glyphs(_) | Op::TextImage(_) | Op::Begin(_) | Op::End => {}
        }
    }

    fn lengths<'a>(&self, lengths: impl IntoIterator<Item = &'a mut f64>) {
        for length in lengths {
            *length *= self.factor;
        }
    }

    fn affine(&self, affine: &mut Affine) {
        *affine = affine.then(&self.affine);
    }

    fn rect(&self, rect: &mut Rect) {
        self.lengths([&mut rect.x1, &mut rect.y1, &mut rect.x2, &mut rect.y2]);
    }

    fn path(&self, path: &mut Path<'_>) {
        self.lengths(&mut path.simplify_px);
    }

    fn clip(&self, clip: &mut Clip) {
        if let Some(rect) = &mut clip.rect {
            self.rect(rect);
        }
        if let Some(path) = &mut clip.path {
            self.affine(&mut path.affine);
        }
    }

    fn style(&self, style: &mut Style) {
        self.clip(&mut style.clip);
        self.lengths([&mut style.stroke.width_px, &mut style.sketch.scale, &mut style.sketch.length]);
        if let Some(dashes) = &mut style.stroke.dashes {
            self.dashes(dashes);
        }
        if let Some(hatch) = &mut style.hatch {
            self.lengths([&mut hatch.width_px]);
        }
    }

    fn dashes(&self, dashes: &mut Arc<Dashes>) {
        let dashes = Arc::make_mut(dashes);
        self.lengths([&mut dashes.offset_px]);
        self.lengths(dashes.pairs_px.iter_mut().flat_map(|(on, off)| [on, off]));
    }
}
