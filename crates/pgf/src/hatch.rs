//! Hatches: the tiles that a shape meets as one path, clipped to the shape.

use geometry::{Affine, DocumentPath, Rect};
use page::{FINE, common, grown};
use scene::{Color, Hatch, Stroke};

use crate::path::PathData;
use crate::player::Player;

/// A tile of an inch from the upper left corner, as on pixels.
const TILE: f64 = 72.0;

/// The subpaths of a tile whose lower left corner is the origin.
fn tile(hatch: &Hatch, limits: Rect) -> Vec<PathData> {
    let mut data = PathData::new(FINE);
    DocumentPath::default().send(hatch.path.view(), Affine::scaling(TILE, TILE), &mut data);
    data.finish(limits);
    data.subpaths()
}

/// The corners of the tiles that meet an area.
fn corners(area: Rect, height: f64) -> impl Iterator<Item = (f64, f64)> {
    let bottom = height.rem_euclid(TILE) - TILE;
    let range = |from: f64, to: f64| ((from / TILE).floor() as i64)..((to / TILE).ceil() as i64);
    range(area.y1 - bottom, area.y2 - bottom)
        .flat_map(move |row| range(area.x1, area.x2).map(move |column| (column, row)))
        .map(move |(column, row)| (column as f64 * TILE, bottom + row as f64 * TILE))
}

/// About how many segments a hatch over an area is.
pub fn weight(hatch: &Hatch, area: Rect) -> usize {
    let tiles = |length: f64| (length / TILE).max(0.0) + 1.0;
    let points = hatch.path.vertices.len() as f64;
    (points * tiles(area.x2 - area.x1) * tiles(area.y2 - area.y1)) as usize
}

impl Player<'_> {
    /// Draws a hatch over a shape.
    pub(crate) fn hatch(&mut self, shape: &PathData, hatch: &Hatch, shown: Rect) {
        let area = common(shape.bounds(), shown);
        if hatch.color.a <= 0.0 || area.x1 > area.x2 || area.y1 > area.y2 {
            return;
        }
        self.flush();
        let outer = self.state.clone();
        self.line("\\begin{pgfscope}");
        shape.write((0.0, 0.0), |word| self.word(word));
        self.word(b"\\pgfsys@clipnext\\pgfsys@discardpath");
        self.end_line();
        let solid = Stroke {
            color: hatch.color,
            width_px: hatch.width_px,
            cap: geometry::Cap::Square,
            join: geometry::Join::Miter,
            dashes: None,
        };
        let line: Option<(Color, f64)> = (hatch.width_px > 0.0).then_some((hatch.color, hatch.width_px));
        self.style(Some(hatch.color), line, Some((&solid, None)));
        let parts = tile(hatch, self.limits());
        let near = grown(area, hatch.width_px);
        for corner in corners(area, self.height) {
            for part in parts.iter().filter(|part| part.touches(&near, corner)) {
                part.write(corner, |word| self.word(word));
            }
        }
        self.word(if line.is_some() { b"\\pgfsys@fillstroke" } else { b"\\pgfsys@fill" });
        self.end_line();
        self.line("\\end{pgfscope}");
        self.state = outer;
    }
}
