//! Meshes that are pictures.

use std::borrow::Cow;

use geometry::Affine;
use scene::{Picture, QuadMesh};

/// How far corners may be from where those of a picture's pixels are, points.
const TOLERANCE: f64 = 0.01;

/// The picture of a mesh without lines whose cells are all alike, one pixel for each, if no cell is larger than
/// `largest` points; a fraction of the bytes, and without seams between neighbours.
pub fn mesh_picture<'a>(op: &QuadMesh<'_>, largest: f64) -> Option<Picture<'a>> {
    let (rows, columns) = (op.rows, op.columns);
    let has_lines = op.style.stroke.width_px > 0.0 && op.edge_colors.iter().any(|color| color[3] > 0.0);
    if has_lines || rows * columns == 0 || op.offsets.len() > 1 || op.face_colors.is_empty() {
        return None;
    }
    let offset = op.offsets.first().map_or((0.0, 0.0), |&[x, y]| op.offset_affine.apply(x, y));
    let to_page = op.affine.then(&Affine::translation(offset.0, offset.1));
    let stride = columns + 1;
    let corner = |row: usize, column: usize| {
        let [x, y] = op.coordinates[row * stride + column];
        to_page.apply(x, y)
    };
    let (origin, right, top) = (corner(0, 0), corner(0, columns), corner(rows, 0));
    let across = (right.0 - origin.0, right.1 - origin.1);
    let up = (top.0 - origin.0, top.1 - origin.1);
    let cell = (across.0.hypot(across.1) / columns as f64, up.0.hypot(up.1) / rows as f64);
    if !(cell.0 <= largest && cell.1 <= largest) {
        return None;
    }
    // Not a number is no match.
    let fits = (0..=rows).all(|row| {
        let v = row as f64 / rows as f64;
        (0..=columns).all(|column| {
            let u = column as f64 / columns as f64;
            let (x, y) = corner(row, column);
            (x - (origin.0 + u * across.0 + v * up.0)).abs() <= TOLERANCE
                && (y - (origin.1 + u * across.1 + v * up.1)).abs() <= TOLERANCE
        })
    });
    if !fits {
        return None;
    }
    let byte = |v: f64| (v.clamp(0.0, 1.0) * 255.0).round_ties_even() as u8;
    let pixels: Vec<[u8; 4]> =
        op.face_colors.iter().cycle().take(rows * columns).map(|color| color.map(byte)).collect();
    Some(Picture {
        clip: op.style.clip.clone(),
        affine: Affine::from_rows([[across.0, up.0, origin.0], [across.1, up.1, origin.1]]),
        width: columns,
        height: rows,
        pixels: Cow::Owned(pixels),
        alpha: 1.0,
        unsampled: true,
        id: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::SnapMode;
    use scene::{Stroke, Style};

    fn mesh(coordinates: Vec<[f64; 2]>) -> QuadMesh<'static> {
        QuadMesh {
            style: Style {
                snap: SnapMode::Never,
                stroke: Stroke { color: [0.0, 0.0, 0.0, 1.0].into(), width_px: 1.0, ..Stroke::default() },
                ..Style::default()
            },
            affine: Affine::IDENTITY,
            columns: 2,
            rows: 1,
            coordinates: coordinates.into(),
            offsets: vec![[1.0, 0.0]].into(),
            offset_affine: Affine::IDENTITY,
            face_colors: vec![[1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.5]].into(),
            edge_colors: Vec::new().into(),
        }
    }

    #[test]
    fn cells_of_one_shape_are_pixels() {
        let sheared = vec![[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.5, 1.0], [1.5, 1.0], [2.5, 1.0]];
        let picture = mesh_picture(&mesh(sheared.clone()), 2.0).unwrap();
        assert_eq!((picture.width, picture.height), (2, 1));
        assert_eq!(picture.pixels.as_ref(), [[255, 0, 0, 255], [0, 0, 255, 128]]);
        assert_eq!(picture.affine.apply(1.0, 1.0), (3.5, 1.0));
        assert!(mesh_picture(&mesh(sheared.clone()), 0.9).is_none());
        let mut uneven = sheared.clone();
        uneven[1][0] = 1.1;
        assert!(mesh_picture(&mesh(uneven), 2.0).is_none());
        let mut lost = sheared.clone();
        lost[4][1] = f64::NAN;
        assert!(mesh_picture(&mesh(lost), 2.0).is_none());
        let mut lined = mesh(sheared);
        lined.edge_colors = vec![[0.0, 0.0, 0.0, 1.0]].into();
        assert!(mesh_picture(&lined, 2.0).is_none());
    }
}
