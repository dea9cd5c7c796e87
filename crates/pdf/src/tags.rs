//! What parts of a page show, for those who cannot see it: marked content and whose it is.

use std::sync::Arc;

use geometry::Rect;
use page::union;

/// A page as a whole, or an artist on it.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// What it shows.
    pub alt: Arc<str>,
    /// What it covers.
    pub bounds: Rect,
}

/// A page with its parts.
#[derive(Debug)]
pub(crate) struct Tagged {
    /// Those of which something is seen; the first is the page.
    pub figures: Vec<Figure>,
    /// The figure of each sequence of marked content.
    pub owners: Vec<usize>,
}

/// Marked content of a page. Artists stand beside the page's own figure, not in it: what is said of a figure is read
/// instead of everything in it.
#[derive(Debug)]
pub(crate) struct Tags {
    /// What each figure shows, and covers so far. The first is the page.
    figures: Vec<(Arc<str>, Option<Rect>)>,
    /// The figures of the groups that are open, the innermost last, if they have one.
    open: Vec<Option<usize>>,
    /// The figure of each sequence of marked content.
    owners: Vec<usize>,
    /// Where the open sequence begins, with and without its operator.
    start: (usize, usize),
}

impl Tags {
    /// Begins the content of a page which shows `alt` as a whole and covers `bounds`.
    pub fn new(alt: &str, bounds: Rect, out: &mut Vec<u8>) -> Self {
        let mut tags =
            Self { figures: vec![(alt.into(), Some(bounds))], open: Vec::new(), owners: Vec::new(), start: (0, 0) };
        tags.open_sequence(out);
        tags
    }

    /// Opens a group.
    pub fn begin(&mut self, alt: Option<&Arc<str>>, out: &mut Vec<u8>) {
        let Some(alt) = alt else {
            self.open.push(None);
            return;
        };
        self.close_sequence(out);
        self.open.push(Some(self.figures.len()));
        self.figures.push((Arc::clone(alt), None));
        self.open_sequence(out);
    }

    /// Closes the innermost group.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        if self.open.last().is_some_and(Option::is_some) {
            self.close_sequence(out);
            self.open.pop();
            self.open_sequence(out);
        } else {
            self.open.pop();
        }
    }

    /// Notes that something was drawn within `bounds`.
    pub fn covered(&mut self, bounds: Rect) {
        for &figure in self.open.iter().flatten() {
            let (_, all) = &mut self.figures[figure];
            *all = Some(all.map_or(bounds, |all| union(all, bounds)));
        }
    }

    /// Ends the content.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Tagged {
        self.close_sequence(out);
        let mut figures = Vec::new();
        let mut places = Vec::new();
        for (alt, bounds) in self.figures {
            // What draws nothing may still have set a colour.
            places.push(bounds.map_or(0, |_| figures.len()));
            figures.extend(bounds.map(|bounds| Figure { alt, bounds }));
        }
        Tagged { figures, owners: self.owners.into_iter().map(|figure| places[figure]).collect() }
    }

    fn open_sequence(&mut self, out: &mut Vec<u8>) {
        let before = out.len();
        out.extend_from_slice(format!("/Figure<</MCID {}>>BDC\n", self.owners.len()).as_bytes());
        self.owners.push(self.open.iter().rev().flatten().next().copied().unwrap_or(0));
        self.start = (before, out.len());
    }

    fn close_sequence(&mut self, out: &mut Vec<u8>) {
        let (before, after) = self.start;
        // The page has content, be it nothing.
        if out.len() == after && self.owners.len() > 1 {
            out.truncate(before);
            self.owners.pop();
        } else {
            out.extend_from_slice(b"EMC\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: Rect = Rect { x1: 0.0, y1: 0.0, x2: 1.0, y2: 1.0 };

    #[test]
    fn parts_stand_beside_the_page_and_interrupt_each_other() {
        let mut out = Vec::new();
        let mut tags = Tags::new("page", SIDE, &mut out);
        out.extend_from_slice(b"0\n");
        tags.begin(Some(&"outer".into()), &mut out);
        tags.begin(None, &mut out);
        tags.begin(Some(&"inner".into()), &mut out);
        out.extend_from_slice(b"1\n");
        tags.covered(SIDE);
        tags.end(&mut out);
        out.extend_from_slice(b"2\n");
        tags.end(&mut out);
        tags.end(&mut out);
        let Tagged { figures, owners } = tags.finish(&mut out);
        assert_eq!(figures.iter().map(|figure| &*figure.alt).collect::<Vec<_>>(), ["page", "outer", "inner"]);
        assert_eq!(owners, [0, 2, 1]);
        let text = String::from_utf8(out).unwrap().replace("/Figure<</MCID ", "(");
        assert_eq!(text, "(0>>BDC\n0\nEMC\n(1>>BDC\n1\nEMC\n(2>>BDC\n2\nEMC\n");
    }

    #[test]
    fn what_draws_nothing_is_not_told_of() {
        let mut out = Vec::new();
        let mut tags = Tags::new("page", SIDE, &mut out);
        tags.begin(Some(&"part".into()), &mut out);
        out.extend_from_slice(b"1 w\n");
        tags.end(&mut out);
        let Tagged { figures, owners } = tags.finish(&mut out);
        assert_eq!((figures.len(), owners), (1, vec![0, 0]));
    }
}
