//! What a window shows of a canvas, so that only what has changed is shown again.

use crate::changes::{Moment, TILE};
use crate::pixmap::Pixmap;
use crate::window::Window;

/// Boxes that are remembered: animations have one or a few, one for each axes.
const MOST_BOXES: usize = 16;

/// Which parts of a canvas a window shows as they are.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    boxes: Vec<(Window, Moment)>,
}

impl Shown {
    /// The boxes (left, top, right, bottom in px, y down, half-open) that have to be shown so that the part of the canvas in
    /// a box is; from now on that is held to be shown. To show another box takes as long as to show `box_px` pixels more in
    /// one.
    pub fn update(&mut self, pixmap: &mut Pixmap, [x0, y0, x1, y1]: [i32; 4], box_px: u32) -> Vec<[i32; 4]> {
        let part = Window { x0, x1, y0, y1 };
        let known = self.boxes.iter().position(|(window, _)| *window == part).map(|index| self.boxes.remove(index).1);
        let changes = pixmap.changes();
        let parts = changes.since(known, &part);
        let boxes = joined(&parts, i64::from(box_px));
        if self.boxes.len() == MOST_BOXES {
            self.boxes.remove(0);
        }
        self.boxes.push((part, changes.look()));
        boxes.iter().map(|part| [part.x0, part.y0, part.x1, part.y1]).collect()
    }
}

/// The same parts and more, in fewer boxes where that is quicker to show.
fn joined(parts: &[Window], box_px: i64) -> Vec<Window> {
    if let Some(all) = parts.iter().copied().reduce(|one, other| one.union(&other))
        && area(&all) <= box_px
    {
        return vec![all];
    }
    let mut tiles: Vec<Window> = parts.iter().flat_map(tiles_of).collect();
    tiles.sort_unstable_by_key(|tile| (tile.x0, tile.y0));
    let mut boxes = Vec::new();
    let mut column: Option<Window> = None;
    for tile in tiles {
        column = match column {
            Some(column) if column.x0 == tile.x0 && is_better_joined(&column, &tile, box_px) => {
                Some(column.union(&tile))
            }
            other => {
                add(other, &mut boxes, box_px);
                Some(tile)
            }
        };
    }
    add(column, &mut boxes, box_px);
    boxes
}

/// The tiles of which a part consists; of the outer ones as much as is in it.
fn tiles_of(part: &Window) -> impl Iterator<Item = Window> {
    let part = *part;
    let end = move |x: i32| ((x / TILE + 1) * TILE).min(part.x1);
    std::iter::successors(Some(part.x0), move |&x| Some(end(x)).filter(|&next| next < part.x1)).map(move |x| Window {
        x0: x,
        x1: end(x),
        ..part
    })
}

/// Adds a window, joined with those of the boxes where that is better.
fn add(window: Option<Window>, boxes: &mut Vec<Window>, box_px: i64) {
    let Some(mut window) = window else { return };
    // One that has grown may meet another.
    while let Some(index) = boxes.iter().rposition(|other| is_better_joined(other, &window, box_px)) {
        window = boxes.remove(index).union(&window);
    }
    boxes.push(window);
}

fn area(window: &Window) -> i64 {
    window.width() as i64 * window.height() as i64
}

fn is_better_joined(one: &Window, other: &Window, box_px: i64) -> bool {
    area(&one.union(other)) <= area(one) + area(other) + box_px
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture whose shown parts are looked at.
    struct Canvas {
        pixmap: Pixmap,
        shown: Shown,
    }

    impl Canvas {
        fn new(width: usize, height: usize) -> Self {
            Self { pixmap: Pixmap::new(width, height).unwrap(), shown: Shown::default() }
        }

        fn draw(&mut self, x: i32, y: i32) {
            self.pixmap.as_band().row(y, x, 1)[0] = [0, 0, 0, 255];
        }

        fn update(&mut self, part: [i32; 4]) -> Vec<[i32; 4]> {
            self.shown.update(&mut self.pixmap, part, 6000)
        }
    }

    #[test]
    fn what_has_not_changed_is_not_shown_again() {
        let mut canvas = Canvas::new(300, 100);
        let part = [10, 20, 290, 90];
        assert_eq!(canvas.update(part), [part]);
        assert!(canvas.update(part).is_empty());
        canvas.draw(100, 50);
        canvas.draw(100, 5); // Elsewhere.
        assert_eq!(canvas.update(part), [[96, 48, 112, 64]]);
        assert!(canvas.update(part).is_empty());
        // Another part is another matter; what is beyond the canvas is not there.
        assert_eq!(canvas.update([-5, 0, 50, 50]), [[0, 0, 50, 50]]);
        assert!(canvas.update([0, 0, 0, 50]).is_empty());
        // The first is still known.
        canvas.draw(289, 89);
        assert_eq!(canvas.update(part), [[288, 80, 290, 90]]);
    }

    #[test]
    fn changes_far_apart_are_shown_by_themselves() {
        let mut canvas = Canvas::new(320, 800);
        let part = [0, 0, 320, 800];
        canvas.update(part);
        for (x, y) in [(0, 0), (319, 799), (1, 799)] {
            canvas.draw(x, y);
        }
        assert_eq!(canvas.update(part), [[0, 0, 16, 16], [0, 784, 320, 800]]);
        // To show two boxes near each other takes longer than one.
        for (x, y) in [(30, 10), (34, 50)] {
            canvas.draw(x, y);
        }
        assert_eq!(canvas.update(part), [[16, 0, 48, 64]]);
        // However far apart, if that is dear enough.
        for (x, y) in [(0, 0), (319, 799)] {
            canvas.draw(x, y);
        }
        assert_eq!(canvas.shown.update(&mut canvas.pixmap, part, u32::MAX), [part]);
    }

    #[test]
    fn all_that_has_changed_is_in_the_boxes() {
        let mut canvas = Canvas::new(203, 141);
        let part = [3, 5, 201, 141];
        let mut random = 1u32;
        for _ in 0..50 {
            canvas.update(part);
            let places: Vec<(i32, i32)> = (0..20)
                .map(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((random >> 8) as i32 % 203, (random >> 20) as i32 % 141)
                })
                .collect();
            places.iter().for_each(|&(x, y)| canvas.draw(x, y));
            let boxes = canvas.update(part);
            for (x, y) in places {
                let is_in = |b: &[i32; 4]| x >= b[0] && x < b[2] && y >= b[1] && y < b[3];
                assert_eq!(is_in(&part), boxes.iter().any(is_in));
            }
        }
    }
}
