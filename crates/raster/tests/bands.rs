//! The picture is the same in however many bands, and on however many threads, it is drawn.

use drypoint_raster::RasterPlayer;
use geometry::Affine;
use scene::{Op, Player, QuadMesh, Style};

use crate::random_ops::Bytes;

mod random_ops;

/// Bytes of a linear congruence (Knuth's MMIX).
fn random_bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect()
}

#[test]
fn cells_of_meshes_with_corners_far_away_are_the_same_in_bands() {
    // Where lines from so far away come in is a matter of rounding: anywhere.
    let far = -6.617e95;
    let coordinates =
        vec![[far, 4.0e-265], [36.1, 0.0], [4.0, f64::NAN], [0.0, far], [far, 1.0001 * far], [far, f64::NAN]];
    let op = Op::QuadMesh(QuadMesh {
        style: Style { antialiased: false, ..Style::default() },
        affine: Affine::IDENTITY,
        columns: 2,
        rows: 1,
        coordinates: coordinates.into(),
        offsets: Vec::new().into(),
        offset_affine: Affine::IDENTITY,
        face_colors: vec![[1.0; 4]].into(),
        edge_colors: Vec::new().into(),
    });
    let [mut whole, mut cut] = [(); 2].map(|()| RasterPlayer::new(60, 50, 40.0).unwrap());
    whole.play_in_bands(&op, 1).unwrap();
    cut.play_in_bands(&op, 3).unwrap();
    assert!(whole.pixmap().pixels() == cut.pixmap().pixels());
    assert!(whole.pixmap().pixels().iter().any(|pixel| pixel[3] != 0), "nothing is seen");
}

const SIZES: [(usize, usize); 5] = [(70, 50), (1, 50), (200, 3), (64, 64), (33, 1)];

#[test]
fn bands_do_not_show() {
    let mut drawn = 0;
    for seed in 0..500 {
        let bytes = random_bytes(seed, 1500);
        let (width, height) = SIZES[seed as usize % SIZES.len()];
        let [mut whole, mut two, mut three, mut seven] =
            [(); 4].map(|()| RasterPlayer::new(width, height, 20.0).unwrap());
        let mut source = Bytes::new(&bytes);
        while !source.is_empty() {
            let op = source.op();
            whole.play(&op).unwrap();
            for (bands, player) in [(2, &mut two), (3, &mut three), (7, &mut seven)] {
                player.play_in_bands(&op, bands).unwrap();
                assert!(
                    player.pixmap().pixels() == whole.pixmap().pixels(),
                    "seed {seed}, {bands} bands of {width} by {height} px differ after {op:?}"
                );
            }
        }
        drawn += usize::from(whole.pixmap().pixels().iter().any(|pixel| pixel[3] != 0));
    }
    assert!(drawn > 300, "only {drawn} drawings show anything");
}

#[test]
fn ops_played_together_are_ops_played_one_after_the_other() {
    let mut groups = 0;
    for seed in 0..6 {
        let bytes = random_bytes(seed, 1500);
        let (width, height) = SIZES[seed as usize % SIZES.len()];
        let [mut single, mut together] = [(); 2].map(|()| RasterPlayer::new(width, height, 20.0).unwrap());
        let mut source = Bytes::new(&bytes);
        let mut ops = Vec::new();
        while !source.is_empty() {
            let op = source.op();
            if let Op::Path(mut op) = op {
                // Long enough to be worth it, and more than one, mostly.
                let repeats = 2100 / op.path.vertices.len().max(1);
                op.path.codes = op.path.codes.map(|codes| codes.repeat(repeats).into());
                op.path.vertices = op.path.vertices.repeat(repeats).into();
                for _ in 0..3 {
                    op.affine.tx += 7.25;
                    op.style.hatch = op.style.hatch.filter(|_| source.once_in(3));
                    ops.push(Op::Path(op.clone()));
                }
            } else {
                ops.push(op);
            }
            for op in &ops {
                single.play(op).unwrap();
            }
            if ops.iter().all(RasterPlayer::is_worth_company) {
                groups += usize::from(ops.len() > 1);
                together.play_together(&ops, 2).unwrap();
            } else {
                ops.iter().for_each(|op| together.play_in_bands(op, 2).unwrap());
            }
            assert!(together.pixmap().pixels() == single.pixmap().pixels(), "seed {seed}, after {:?}", ops[0]);
            ops.clear();
        }
    }
    assert!(groups > 10, "only {groups} groups");
}

#[test]
fn long_lines_are_the_same_in_parts() {
    let mut drawn = 0;
    for seed in 0..60 {
        let bytes = random_bytes(seed, 1500);
        let (width, height) = SIZES[seed as usize % SIZES.len()];
        let [mut whole, mut two, mut three] = [(); 3].map(|()| RasterPlayer::new(width, height, 20.0).unwrap());
        let mut source = Bytes::new(&bytes);
        while !source.is_empty() {
            let Op::Path(mut op) = source.op() else { continue };
            let repeats = 1 + 2000 / op.path.vertices.len().max(1);
            op.path.codes = op.path.codes.map(|codes| codes.repeat(repeats).into());
            op.path.vertices = op.path.vertices.repeat(repeats).into();
            // Each time somewhere else.
            for (index, [x, y]) in op.path.vertices.to_mut().iter_mut().enumerate() {
                *x += (index * 37 % 101) as f64 * 0.01;
                *y -= (index * 53 % 103) as f64 * 0.01;
            }
            (op.face, op.style.hatch, op.style.stroke.dashes) = (None, None, None);
            let op = Op::Path(op);
            whole.play(&op).unwrap();
            for (bands, player) in [(2, &mut two), (3, &mut three)] {
                player.play_in_bands(&op, bands).unwrap();
                assert!(
                    player.pixmap().pixels() == whole.pixmap().pixels(),
                    "seed {seed}, {bands} threads, after {op:?}"
                );
            }
        }
        drawn += usize::from(whole.pixmap().pixels().iter().any(|pixel| pixel[3] != 0));
    }
    assert!(drawn > 30, "only {drawn} drawings show anything");
}

#[test]
fn every_drawing_on_nothing_is_nothing() {
    for (width, height) in [(0, 0), (0, 9), (9, 0)] {
        for seed in 0..100 {
            let bytes = random_bytes(seed, 500);
            let mut source = Bytes::new(&bytes);
            let mut player = RasterPlayer::new(width, height, 20.0).unwrap();
            while !source.is_empty() {
                let op = source.op();
                player.play(&op).unwrap();
                player.play_in_bands(&op, 3).unwrap();
            }
            assert!(player.pixmap().pixels().is_empty());
        }
    }
}
