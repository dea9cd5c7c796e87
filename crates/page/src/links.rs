//! Links: what is drawn while one is open belongs to it.

use std::sync::Arc;

use geometry::Rect;
use scene::{Group, LinkArea};

use crate::area::{common, union};

/// A group that is open.
#[derive(Clone, Debug)]
enum Open {
    Group,
    Link { url: Arc<str>, bounds: Option<Rect> },
    ItemLinks(Arc<[Option<Arc<str>>]>),
}

/// The groups that are open, with what has been drawn in each link.
#[derive(Clone, Debug, Default)]
pub struct Links {
    open: Vec<Open>,
}

impl Links {
    /// Opens a group.
    pub fn begin(&mut self, group: &Group) {
        self.open.push(match group {
            Group::Named(_) | Group::Id { .. } => Open::Group,
            Group::Link(url) => Open::Link { url: Arc::clone(url), bounds: None },
            Group::ItemLinks(links) => Open::ItemLinks(Arc::clone(links)),
        });
    }

    /// Closes the innermost group: its link with what it covers, if it was one and anything was drawn in it.
    pub fn end(&mut self) -> Option<(Arc<str>, Rect)> {
        match self.open.pop() {
            Some(Open::Link { url, bounds: Some(bounds) }) => Some((url, bounds)),
            _ => None,
        }
    }

    /// Whether a group is open.
    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether a group is open that leads to an address.
    pub fn is_in_link(&self) -> bool {
        self.open.iter().any(|open| matches!(open, Open::Link { .. }))
    }

    /// Notes that something was drawn within `seen`.
    pub fn covered(&mut self, seen: Rect) {
        for open in &mut self.open {
            if let Open::Link { bounds: all, .. } = open {
                *all = Some(all.map_or(seen, |all| union(all, seen)));
            }
        }
    }

    /// The links of the items of a collection, which go round; empty if there are none.
    pub fn of_items(&self) -> ItemLinks {
        let innermost = self.open.iter().rev().find_map(|open| match open {
            Open::ItemLinks(links) => Some(Arc::clone(links)),
            _ => None,
        });
        ItemLinks(innermost.filter(|links| !links.is_empty()))
    }
}

/// What of an area that leads to an address is on the page, if any of it is.
pub fn link_on_page(op: &LinkArea, page: Rect) -> Option<(&str, Rect)> {
    let seen = common(op.area, page);
    (seen.x1 < seen.x2 && seen.y1 < seen.y2).then_some((&*op.url, seen))
}

/// The links of the items of a collection.
#[derive(Clone, Debug)]
pub struct ItemLinks(Option<Arc<[Option<Arc<str>>]>>);

impl ItemLinks {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The link of an item.
    pub fn get(&self, index: usize) -> Option<Arc<str>> {
        self.0.as_ref().and_then(|links| links[index % links.len()].clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(x1: f64, x2: f64) -> Rect {
        Rect { x1, y1: 0.0, x2, y2: 1.0 }
    }

    #[test]
    fn a_link_covers_what_was_drawn_in_it() {
        let mut links = Links::default();
        links.begin(&Group::Link("a".into()));
        links.begin(&Group::Named("axes".into()));
        links.covered(rect(0.0, 1.0));
        links.covered(rect(2.0, 3.0));
        assert!(links.end().is_none());
        assert_eq!(links.end(), Some(("a".into(), rect(0.0, 3.0))));
        links.begin(&Group::Link("b".into()));
        assert!(links.end().is_none());
        assert!(!links.is_open());
    }

    #[test]
    fn an_area_ends_where_the_page_does() {
        let of =
            |x1, x2| link_on_page(&LinkArea { url: "a".into(), area: rect(x1, x2) }, rect(0.0, 2.0)).map(|at| at.1);
        assert_eq!(of(1.0, 9.0), Some(rect(1.0, 2.0)));
        assert_eq!((of(3.0, 9.0), of(2.0, 2.0)), (None, None));
    }

    #[test]
    fn links_of_items_go_round() {
        let mut links = Links::default();
        assert!(links.of_items().is_empty());
        links.begin(&Group::ItemLinks([Some("a".into()), None].into()));
        let items = links.of_items();
        assert_eq!((items.get(2).as_deref(), items.get(3)), (Some("a"), None));
        links.end();
        assert!(links.of_items().is_empty());
    }
}
