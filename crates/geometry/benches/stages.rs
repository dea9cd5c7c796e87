//! Times of the stages from a path to an outline. `make bench-stages`; a name after `--` restricts them.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use drypoint_geometry::{
    Affine, Cap, DashPattern, FlatOptions, FlatPath, Join, OutlineSink, PathView, Polylines, Rect, Stroke, StrokeStyle,
    trace_line,
};

fn main() {
    divan::main();
}

const VIEW: Rect = Rect { x1: -1.0, y1: -1.0, x2: 641.0, y2: 481.0 };
const THRESHOLD_PX: f64 = 1.0 / 9.0;

/// Takes outlines and counts their points.
#[derive(Default)]
struct Count(u64);

impl OutlineSink for Count {
    fn move_to(&mut self, x: f64, y: f64) {
        self.line_to(x, y);
    }

    fn line_to(&mut self, x: f64, y: f64) {
        self.0 += u64::from(black_box(x + y) > 0.0);
    }

    fn close(&mut self) {}
}

/// Numbers of a linear congruence, 0 to 1.
fn random() -> impl FnMut() -> f64 {
    let mut state = 1u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn smooth(count: usize) -> Vec<[f64; 2]> {
    let at = |i: usize| i as f64 / count as f64;
    (0..count).map(|i| [600.0 * at(i), 240.0 + 200.0 * (at(i) * 20.0).sin()]).collect()
}

fn noisy(count: usize) -> Vec<[f64; 2]> {
    let mut random = random();
    (0..count).map(|i| [600.0 * i as f64 / count as f64, 480.0 * random()]).collect()
}

/// A disc of eight cubic curves.
fn disc() -> (Vec<[f64; 2]>, Vec<u8>) {
    let point = |angle: f64, radius: f64| [radius * angle.cos(), radius * angle.sin()];
    let (mut vertices, mut codes) = (vec![point(0.0, 1.0)], vec![1]);
    for i in 0..8 {
        let angle = f64::from(i) * std::f64::consts::FRAC_PI_4;
        for (ahead, radius) in [(0.262, 1.034), (0.524, 1.034), (std::f64::consts::FRAC_PI_4, 1.0)] {
            vertices.push(point(angle + ahead, radius));
            codes.push(4);
        }
    }
    vertices.push([0.0, 0.0]);
    codes.push(79);
    (vertices, codes)
}

fn lines(vertices: &[[f64; 2]], simplify_px: Option<f64>) -> Polylines {
    let mut polylines = Polylines::default();
    trace_line(vertices, &Affine::IDENTITY, VIEW, simplify_px, |vertex| polylines.feed(vertex));
    polylines.end();
    polylines
}

#[divan::bench(args = [1.0, 4.0, 100.0])]
fn flatten_disc(bencher: Bencher<'_, '_>, radius_px: f64) {
    let (vertices, codes) = disc();
    let path = PathView { vertices: &vertices, codes: Some(&codes) };
    let mut flat = FlatPath::default();
    let affine = Affine { sx: radius_px, shy: 0.0, shx: 0.0, sy: radius_px, tx: 100.3, ty: 100.7 };
    bencher.bench_local(|| flat.trace(black_box(path), &affine, &FlatOptions::default()));
}

#[divan::bench]
fn simplify_smooth(bencher: Bencher<'_, '_>) {
    let vertices = smooth(100_000);
    bencher.counter(ItemsCount::new(vertices.len())).bench_local(|| lines(&vertices, Some(THRESHOLD_PX)));
}

#[divan::bench]
fn simplify_noisy(bencher: Bencher<'_, '_>) {
    let vertices = noisy(100_000);
    bencher.counter(ItemsCount::new(vertices.len())).bench_local(|| lines(&vertices, Some(THRESHOLD_PX)));
}

#[divan::bench]
fn clip_noisy(bencher: Bencher<'_, '_>) {
    let vertices = noisy(100_000);
    bencher.counter(ItemsCount::new(vertices.len())).bench_local(|| lines(&vertices, None));
}

#[divan::bench(args = [Join::Miter, Join::Round])]
fn stroke_noisy(bencher: Bencher<'_, '_>, join: Join) {
    let polylines = lines(&noisy(10_000), None);
    let style = StrokeStyle { width_px: 2.0, cap: Cap::Butt, join, miter_limit: 2.0 };
    let mut stroke = Stroke::default();
    bencher.counter(ItemsCount::new(10_000usize)).bench_local(|| {
        let mut count = Count::default();
        stroke.stroke_polylines(&polylines, &style, None, VIEW, (VIEW.y1, VIEW.y2), &mut count);
        count.0
    });
}

#[divan::bench]
fn dash_smooth(bencher: Bencher<'_, '_>) {
    let polylines = lines(&smooth(10_000), None);
    let style = StrokeStyle { width_px: 2.0, cap: Cap::Butt, join: Join::Round, miter_limit: 2.0 };
    let pattern = DashPattern::new([(6.0, 3.0)], 0.0);
    let mut stroke = Stroke::default();
    bencher.counter(ItemsCount::new(10_000usize)).bench_local(|| {
        let mut count = Count::default();
        stroke.stroke_polylines(&polylines, &style, pattern.as_ref(), VIEW, (VIEW.y1, VIEW.y2), &mut count);
        count.0
    });
}
