//! Any ops on a small canvas: they end, and cutting the canvas into bands changes no pixel.
#![no_main]

use drypoint_fuzz::RandomOp;
use libfuzzer_sys::fuzz_target;
use raster::RasterPlayer;

fuzz_target!(|ops: Vec<RandomOp>| {
    let (width, height) = (60, 50);
    let mut whole = RasterPlayer::new(width, height, 40.0).expect("memory");
    let mut cut = RasterPlayer::new(width, height, 40.0).expect("memory");
    for op in ops.iter().take(3) {
        let op = op.op();
        let played = whole.play_in_bands(&op, 1).is_ok();
        assert_eq!(played, cut.play_in_bands(&op, 3).is_ok());
    }
    assert!(whole.pixmap().pixels() == cut.pixmap().pixels(), "bands change pixels");
});
