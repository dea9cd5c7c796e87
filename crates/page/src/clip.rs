//! Clips.

use geometry::{DocumentPath, Rect};
use scene::Clip;

use crate::FINE;
use crate::area::{common, meet};
use crate::number::push_number;
use crate::path::PathData;

/// The rectangle of a clip; one of zeros is none.
pub fn clip_rect(clip: &Clip) -> Option<Rect> {
    let rect = clip.rect.filter(|r| [r.x1, r.y1, r.x2, r.y2] != [0.0; 4])?;
    Some(Rect::from_corners(rect.x1, rect.y1, rect.x2, rect.y2))
}

/// What of a page is inside the rectangle of a clip.
pub fn visible(page: Rect, clip: &Clip) -> Rect {
    clip_rect(clip).map_or(page, |rect| common(rect, page))
}

/// The operators of a clip on a page, where `rect_operator` takes a corner and a size and `path_operator` follows a path;
/// `None` if nothing within `bounds` can be seen.
pub fn clip_operators(
    clip: &Clip,
    bounds: Option<Rect>,
    page: &Rect,
    rect_operator: &[u8],
    path_operator: &[u8],
) -> Option<Vec<u8>> {
    let hides = |rect: &Rect| bounds.is_some_and(|bounds| !meet(&bounds, rect));
    if hides(page) {
        return None;
    }
    let mut operators = Vec::new();
    if let Some(rect) = clip_rect(clip) {
        if hides(&rect) {
            return None;
        }
        for v in [rect.x1, rect.y1, rect.x2 - rect.x1, rect.y2 - rect.y1] {
            push_number(&mut operators, v, FINE);
        }
        operators.extend_from_slice(rect_operator);
    }
    if let Some(path) = &clip.path {
        let mut data = PathData::new(FINE);
        DocumentPath::default().send(path.path.view(), path.affine, &mut data);
        data.finish();
        if data.is_empty() {
            return None;
        }
        operators.extend_from_slice(&data.out);
        operators.extend_from_slice(path_operator);
    }
    Some(operators)
}
