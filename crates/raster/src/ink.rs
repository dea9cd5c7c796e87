//! Stamps with their coverage and alpha worked out beforehand, in groups of pixels.

use geometry::memory;

use crate::blend::{ColorGroup, GROUP, Rgba8, blend_alpha, blend_group, mul};
use crate::mask::clip_run;
use crate::pixmap::Band;
use crate::stamp::Stamp;
use crate::window::Window;

/// One or two stamps to be laid one after the other, where no mask is and all of them shows.
#[derive(Debug)]
pub(crate) struct Ink<const LAYERS: usize> {
    groups: Vec<Group<LAYERS>>,
}

/// Pixels side by side in a row.
#[derive(Clone, Copy, Debug)]
struct Group<const LAYERS: usize> {
    /// Row and first column, relative to the position.
    y: i32,
    x: i32,
    /// What a layer's alpha and the coverage make together, once for each channel; 0 where it has nothing.
    alphas: [[[u8; 4]; GROUP]; LAYERS],
}

impl<const LAYERS: usize> Ink<LAYERS> {
    /// That of stamps with the alpha of their colour.
    pub(crate) fn new(layers: [(u8, &Stamp); LAYERS]) -> Self {
        let mut groups: Vec<Group<LAYERS>> = Vec::new();
        let mut left = layers.map(|(_, stamp)| stamp.pixels().peekable());
        // Rows from the top, each from the left.
        while let Some((y, x)) = left.iter_mut().filter_map(|layer| layer.peek().map(|&(y, x, _)| (y, x))).min() {
            let mut group = Group { y, x, alphas: [[[0; 4]; GROUP]; LAYERS] };
            for (layer, (alphas, (alpha, _))) in left.iter_mut().zip(group.alphas.iter_mut().zip(&layers)) {
                let within = |&(row, column, _): &(i32, i32, u8)| row == y && column < x + GROUP as i32;
                while let Some((_, column, cover)) = layer.next_if(within) {
                    alphas[(column - x) as usize] = [mul(*alpha, cover); 4];
                }
            }
            memory::push(&mut groups, group);
        }
        Self { groups }
    }

    /// Where the groups lie among pixels in rows of so many, relative to the pixel at the position.
    pub(crate) fn offsets(&self, width: usize) -> Vec<isize> {
        self.groups.iter().map(|group| group.y as isize * width as isize + group.x as isize).collect()
    }

    /// Lays it in these colours around the place `at` among the pixels of a band; `offsets` are those for the band. A
    /// group's last pixels may be beyond the end of the row, where nothing is laid, but must not be beyond the band.
    #[inline(always)]
    pub(crate) fn lay(&self, pixels: &mut [[u8; 4]], at: isize, offsets: &[isize], colors: &[ColorGroup; LAYERS]) {
        for (group, offset) in self.groups.iter().zip(offsets) {
            let Some(pixels) = pixels[(at + offset) as usize..].first_chunk_mut() else { continue };
            blend_group(pixels, colors, &group.alphas);
        }
    }

    /// The same in the pixels of a window, at a position.
    pub(crate) fn lay_within(
        &self,
        (x, y): (i32, i32),
        window: &Window,
        band: &mut Band<'_>,
        colors: &[Rgba8; LAYERS],
    ) {
        for group in &self.groups {
            let (row, first) = (y + group.y, x + group.x);
            let Some((start, range)) = clip_run(window, row, first, GROUP as i32) else { continue };
            let pixels = band.row(row, start, range.len());
            for (color, alphas) in colors.iter().zip(&group.alphas) {
                for (pixel, alpha) in pixels.iter_mut().zip(&alphas[range.clone()]) {
                    blend_alpha(pixel, *color, alpha[0]);
                }
            }
        }
    }
}

impl Ink<2> {
    /// The same in one layer, for two of one colour.
    pub(crate) fn joined(&self) -> Ink<1> {
        let join = |a: u8, b: u8| a + mul(255 - a, b);
        let group = |group: &Group<2>| {
            let [below, above] = group.alphas;
            let alphas = std::array::from_fn(|i| [join(below[i][0], above[i][0]); 4]);
            Group { y: group.y, x: group.x, alphas: [alphas] }
        };
        Ink { groups: self.groups.iter().map(group).collect() }
    }
}

impl Ink<1> {
    /// Row, column and alpha of each pixel; groups have more pixels than stamps.
    pub(crate) fn pixels(&self) -> impl Iterator<Item = (i32, i32, u8)> {
        self.groups
            .iter()
            .flat_map(|group| group.alphas[0].iter().zip(group.x..).map(|(alpha, x)| (group.y, x, alpha[0])))
    }
}
