//! Tiles of the page that become pixels: which belong together, and the rectangles they make.

use std::collections::{BTreeMap, BTreeSet};

/// Side of a tile, units: a whole number of pixels at 300 and 600 dpi.
pub const TILE: f64 = 12.0;

/// How much larger what patches span may be than they are, if they are to be drawn as one.
const MOST_SPARSE: i64 = 4;

/// Tiles that hang together.
#[derive(Debug, PartialEq)]
pub struct Patch {
    /// The last op on any of them.
    pub op: usize,
    /// Rectangles of tiles: left, bottom, right, top; the last two exclusive.
    pub rects: Vec<[i32; 4]>,
}

impl Patch {
    /// Tiles within what the rectangles span, and in them.
    fn areas(&self) -> [i64; 2] {
        let area = |[left, bottom, right, top]: [i32; 4]| i64::from(right - left) * i64::from(top - bottom);
        [area(self.bounds()), self.rects.iter().copied().map(area).sum()]
    }

    /// What the rectangles span.
    pub fn bounds(&self) -> [i32; 4] {
        self.rects
            .iter()
            .copied()
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
            .unwrap_or_default()
    }
}

/// The patches of a set of tiles with the last op on each; `by_op` if tiles of several ops do not hang together.
pub fn patches(tiles: &BTreeMap<(i32, i32), usize>, by_op: bool) -> Vec<Patch> {
    let mut left: BTreeSet<(i32, i32)> = tiles.keys().copied().collect();
    let mut patches = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut members = BTreeSet::from([first]);
        let mut open = vec![first];
        let mut op = tiles[&first];
        while let Some((x, y)) = open.pop() {
            op = op.max(tiles[&(x, y)]);
            for near in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy))) {
                if left.contains(&near) && (!by_op || tiles[&near] == op) {
                    left.remove(&near);
                    members.insert(near);
                    open.push(near);
                }
            }
        }
        patches.push(Patch { op, rects: rectangles(&members) });
    }
    patches
}

/// The same with those of one op as one patch, unless most of what they span would be drawn for nothing: everything that
/// is on a patch has to be looked at for each.
pub fn joined(patches: Vec<Patch>) -> Vec<Patch> {
    let mut by_op: BTreeMap<usize, Vec<Patch>> = BTreeMap::new();
    for patch in patches {
        by_op.entry(patch.op).or_default().push(patch);
    }
    let join = |(op, patches): (usize, Vec<Patch>)| {
        let whole = Patch { op, rects: patches.iter().flat_map(|patch| patch.rects.iter().copied()).collect() };
        let [span, covered] = whole.areas();
        if span <= MOST_SPARSE * covered { vec![whole] } else { patches }
    };
    by_op.into_iter().flat_map(join).collect()
}

/// Columns of tiles as rectangles, equal neighbours joined.
fn rectangles(members: &BTreeSet<(i32, i32)>) -> Vec<[i32; 4]> {
    let mut runs: Vec<[i32; 4]> = Vec::new();
    for &(x, y) in members {
        match runs.last_mut() {
            Some([left, _, _, top]) if *left == x && *top == y => *top += 1,
            _ => runs.push([x, y, x + 1, y + 1]),
        }
    }
    let mut rects: Vec<[i32; 4]> = Vec::new();
    for run in runs {
        let joined =
            rects.iter_mut().rev().take(64).find(|rect| rect[2] == run[0] && rect[1] == run[1] && rect[3] == run[3]);
        match joined {
            Some(rect) => rect[2] = run[2],
            None => rects.push(run),
        }
    }
    rects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_that_touch_are_one_patch() {
        let tiles =
            [((0, 0), 3), ((1, 0), 5), ((0, 1), 3), ((1, 1), 3), ((2, 2), 4), ((9, 9), 1)].into_iter().collect();
        let found = patches(&tiles, false);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], Patch { op: 5, rects: vec![[0, 0, 2, 2], [2, 2, 3, 3]] });
        assert_eq!(found[0].bounds(), [0, 0, 3, 3]);
        assert_eq!(found[1], Patch { op: 1, rects: vec![[9, 9, 10, 10]] });
    }

    #[test]
    fn tiles_of_several_ops_are_patches_of_their_own_if_that_is_asked_for() {
        let tiles = [((0, 0), 3), ((1, 0), 5), ((0, 1), 3), ((1, 1), 5), ((2, 2), 5)].into_iter().collect();
        let found = patches(&tiles, true);
        assert_eq!(
            found,
            [Patch { op: 3, rects: vec![[0, 0, 1, 2]] }, Patch { op: 5, rects: vec![[1, 0, 2, 2], [2, 2, 3, 3]] }]
        );
    }

    #[test]
    fn patches_of_one_op_are_one_unless_they_are_far_apart() {
        let patch = |op: usize, x: i32| Patch { op, rects: vec![[x, 0, x + 1, 1]] };
        let near = joined(vec![patch(3, 0), patch(3, 2), patch(4, 5)]);
        assert_eq!(near, [Patch { op: 3, rects: vec![[0, 0, 1, 1], [2, 0, 3, 1]] }, patch(4, 5)]);
        assert_eq!(joined(vec![patch(3, 0), patch(3, 20)]).len(), 2);
    }
}
