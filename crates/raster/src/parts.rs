//! Long lines, worked out in parts.
//!
//! In bands of rows, each thread would make the outline of the whole line. Here each makes that of other parts of the line
//! and sums it in an array of its own. The arrays are added up, since sums of integers do not depend on order.

use std::sync::atomic::{AtomicUsize, Ordering};

use geometry::{PARTS_MAX_WIDTH_PX, Polylines};
use rayon::prelude::*;

use crate::dense::Dense;
use crate::paint::{SolidPaint, Surface};
use crate::pixmap::Pixmap;
use crate::rasterizer::Rasterizer;
use crate::shape::{Line, OutlineClip};
use crate::spans::Container;

/// Ends and corners that a thread works out at a time.
const PART_STATIONS: usize = 1 << 12;
/// Pixels of an array, for each end or corner, up to which another array pays.
const PIXELS_PER_STATION: usize = 8;
/// Largest array, pixels (8 bytes each).
const MAX_PIXELS: usize = 1 << 22;

/// How many threads should work out parts of the line; one if it should be drawn otherwise.
pub(crate) fn threads_for(polylines: &Polylines, line: &Line, clip: OutlineClip<'_>, threads: usize) -> usize {
    let pixels = clip.window.width() * clip.window.height();
    if threads < 2 || line.dashes.is_some() || line.style.width_px.abs() > PARTS_MAX_WIDTH_PX || pixels > MAX_PIXELS {
        return 1;
    }
    threads.min(polylines.stations().saturating_mul(PIXELS_PER_STATION).checked_div(pixels).unwrap_or(1))
}

/// Draws a line along `polylines` on `threads` threads of the current rayon pool.
pub(crate) fn draw_line_in_parts(
    polylines: &Polylines,
    line: &Line,
    antialiased: bool,
    clip: OutlineClip<'_>,
    pixmap: &mut Pixmap,
    threads: usize,
) {
    let stations = polylines.stations();
    let next = AtomicUsize::new(0);
    let sum = |_| {
        let mut rasterizer = Rasterizer::default();
        rasterizer.reset(Some(clip.rect), clip.window);
        rasterizer.sum_densely();
        while let start = next.fetch_add(PART_STATIONS, Ordering::Relaxed)
            && start < stations
        {
            polylines.stroke_part(&line.style, start..stations.min(start + PART_STATIONS), &mut rasterizer);
        }
        rasterizer.take_dense()
    };
    let mut sums: Vec<Dense> = (0..threads).into_par_iter().filter_map(sum).collect();
    let Some((first, others)) = sums.split_first_mut() else { return };
    let bands: Vec<_> = pixmap
        .bands(threads)
        .into_iter()
        .map(|band| (clip.window.intersect(&band.window()), band))
        .filter(|(window, _)| !window.is_empty())
        .collect();
    let rows: Vec<_> = first.rows_of(bands.iter().map(|(window, _)| *window)).collect();
    let container = if clip.mask.is_some() { Container::Unpacked } else { Container::Packed };
    bands.into_par_iter().zip(rows).for_each(|((window, mut band), mut rows)| {
        for other in &*others {
            rows.add(other);
        }
        let surface = Surface { band: &mut band, window, mask: clip.mask };
        rows.sweep(container, &mut Vec::new(), &mut SolidPaint { surface, color: line.color, antialiased });
    });
}
