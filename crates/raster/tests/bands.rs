//! The picture is the same in however many bands, and on however many threads, it is drawn.

use drypoint_raster::RasterPlayer;
use scene::Player;

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
