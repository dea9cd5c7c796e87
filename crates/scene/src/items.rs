//! The items of collections and the cells of meshes with their attributes resolved.

use std::sync::Arc;

use geometry::Affine;

use crate::op::{Collection, QuadMesh};
use crate::style::{Color, Dashes, Hatch};

/// One item of a collection.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which path.
    pub path: usize,
    /// Which transform, before the offset is added.
    pub transform: usize,
    /// From the path's coordinates to px, without the offset.
    pub affine: Affine,
    /// The offset, px.
    pub offset: [f64; 2],
    /// The fill, if it shows.
    pub face: Option<Color>,
    /// Colour and width (px) of the line, if it shows.
    pub line: Option<(Color, f64)>,
    /// Dashes of the line.
    pub dashes: Option<Arc<Dashes>>,
    /// Smoothing.
    pub antialiased: bool,
    /// The hatch.
    pub hatch: Option<Hatch>,
}

/// One quadrilateral of a mesh, px.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Its corners in drawing order.
    pub corners: [(f64, f64); 4],
    /// The fill, if it shows.
    pub face: Option<Color>,
    /// The colour of the line, if it shows.
    pub edge: Option<Color>,
}

fn cycle<T: Clone>(list: &[T], index: usize) -> Option<T> {
    if list.is_empty() { None } else { Some(list[index % list.len()].clone()) }
}

fn visible(color: Option<[f64; 4]>) -> Option<Color> {
    color.filter(|color| color[3] > 0.0).map(Color::from)
}

impl Collection<'_> {
    /// Number of items.
    pub fn len(&self) -> usize {
        let nothing = self.face_colors.is_empty() && self.edge_colors.is_empty() && self.hatch_colors.is_empty();
        if self.paths.is_empty() || nothing {
            return 0;
        }
        self.paths.len().max(self.transforms.len()).max(self.offsets.len())
    }

    /// Number of different shapes, at least one: items repeat with the shorter of the cycles of paths and transforms.
    pub fn shapes(&self) -> usize {
        let (paths, transforms) = (self.paths.len().max(1), self.transforms.len().max(1));
        if transforms.is_multiple_of(paths) { transforms } else { paths * transforms }
    }

    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items in drawing order, without those at offsets that are not finite.
    pub fn items(&self) -> impl Iterator<Item = (usize, Item)> + '_ {
        (0..self.len()).filter_map(|index| {
            let offset = match cycle(&self.offsets, index) {
                Some([x, y]) => {
                    let (x, y) = self.offset_affine.apply(x, y);
                    [x, y]
                }
                None => [0.0, 0.0],
            };
            offset.iter().all(|v| v.is_finite()).then(|| (index, self.item(index, offset)))
        })
    }

    fn item(&self, index: usize, offset: [f64; 2]) -> Item {
        let own = cycle(&self.transforms, index).map_or(Affine::IDENTITY, Affine::from_matrix);
        let stroke = &self.style.stroke;
        let line = visible(cycle(&self.edge_colors, index)).and_then(|color| {
            let width = cycle(&self.line_widths_px, index).unwrap_or(stroke.width_px);
            (width > 0.0).then_some((color, width))
        });
        let hatch = self.style.hatch.clone().map(|hatch| match cycle(&self.hatch_colors, index) {
            Some(color) => Hatch { color: color.into(), ..hatch },
            None => hatch,
        });
        Item {
            path: index % self.paths.len(),
            transform: if self.transforms.is_empty() { 0 } else { index % self.transforms.len() },
            affine: own.then(&self.affine),
            offset,
            face: visible(cycle(&self.face_colors, index)),
            line,
            dashes: match cycle(&self.dashes, index) {
                Some(dashes) => dashes,
                None => stroke.dashes.clone(),
            },
            antialiased: cycle(&self.antialiased, index).unwrap_or(self.style.antialiased),
            hatch,
        }
    }
}

impl QuadMesh<'_> {
    /// The cells in drawing order, without those that have a corner that is not finite.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        let stride = self.columns + 1;
        (0..self.rows * self.columns).filter_map(move |index| {
            let (row, column) = (index / self.columns, index % self.columns);
            let offset = cycle(&self.offsets, index).map_or((0.0, 0.0), |[x, y]| self.offset_affine.apply(x, y));
            let corner = |row: usize, column: usize| {
                let [x, y] = self.coordinates[row * stride + column];
                let (x, y) = self.affine.apply(x, y);
                (x + offset.0, y + offset.1)
            };
            let corners =
                [corner(row, column), corner(row, column + 1), corner(row + 1, column + 1), corner(row + 1, column)];
            let finite = corners.iter().all(|(x, y)| x.is_finite() && y.is_finite());
            finite.then(|| Cell {
                corners,
                face: visible(cycle(&self.face_colors, index)),
                edge: visible(cycle(&self.edge_colors, index)),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PathSet, Stroke, Style};
    use geometry::SnapMode;

    fn style() -> Style {
        let black = Color { r: 0.0, g: 0.0, b: 0.0, a: 1.0 };
        let stroke = Stroke { color: black, width_px: 1.0, ..Stroke::default() };
        Style { snap: SnapMode::Never, stroke, ..Style::default() }
    }

    #[test]
    fn attributes_cycle_and_lost_offsets_are_left_out() {
        let mut paths = PathSet::default();
        paths.push(&[[0.0, 0.0], [1.0, 1.0]], None).unwrap();
        let collection = Collection {
            style: style(),
            affine: Affine::IDENTITY,
            paths,
            transforms: [2.0, 3.0].map(|s| [s, 0.0, 0.0, 0.0, s, 0.0, 0.0, 0.0, 1.0]).to_vec().into(),
            offsets: vec![[1.0, 0.0], [f64::NAN, 0.0], [3.0, 0.0]].into(),
            offset_affine: Affine::scaling(10.0, 10.0),
            face_colors: vec![[1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]].into(),
            edge_colors: Vec::new().into(),
            line_widths_px: vec![1.0],
            dashes: Vec::new(),
            antialiased: vec![true],
            hatch_colors: Vec::new().into(),
        };
        let items: Vec<_> = collection.items().map(|(i, item)| (i, item.offset[0], item.affine.sx)).collect();
        assert_eq!(items, [(0, 10.0, 2.0), (2, 30.0, 2.0)]);
        assert!(collection.items().all(|(_, item)| item.line.is_none() && item.face.is_some()));
    }
}
