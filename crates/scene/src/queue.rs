//! Ops that wait to be played.

use std::collections::VecDeque;

use crate::op::Op;

/// What an op costs besides its arrays, bytes.
const OP_BYTES: usize = size_of::<Op<'static>>();

/// A first-in first-out list of ops that knows how much memory it holds.
#[derive(Debug, Default)]
pub struct Queue {
    ops: VecDeque<Op<'static>>,
    bytes: usize,
}

impl Queue {
    /// Appends an op.
    pub fn push(&mut self, op: Op<'static>) {
        self.bytes += op.size_bytes() + OP_BYTES;
        self.ops.push_back(op);
    }

    /// Takes the oldest op.
    pub fn pop(&mut self) -> Option<Op<'static>> {
        let op = self.ops.pop_front()?;
        self.bytes -= op.size_bytes() + OP_BYTES;
        Some(op)
    }

    /// Takes the oldest ops that are `wanted`, at most `limit` of them, and of those beyond `few` no more than fit `bytes`.
    pub fn pop_while(
        &mut self,
        limit: usize,
        few: usize,
        bytes: usize,
        wanted: impl Fn(&Op<'_>) -> bool,
    ) -> Vec<Op<'static>> {
        let mut taken_bytes = 0;
        let mut fits = |index: usize, op: &Op<'_>| {
            taken_bytes += op.size_bytes();
            index < few || taken_bytes <= bytes
        };
        let wanted = self.ops.iter().take(limit).enumerate().take_while(|(index, op)| wanted(op) && fits(*index, op));
        let count = wanted.count();
        (0..count).filter_map(|_| self.pop()).collect()
    }

    /// Number of ops.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// Memory held, bytes.
    pub fn size_bytes(&self) -> usize {
        self.bytes
    }

    /// Gives back memory that nothing waits in.
    pub fn shrink(&mut self) {
        self.ops.shrink_to_fit();
    }

    /// Forgets everything that waits.
    pub fn clear(&mut self) {
        self.ops.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::TextImage;
    use crate::style::Color;

    #[test]
    fn the_oldest_come_first() {
        let mut queue = Queue::default();
        for op in [Op::End, Op::End, Op::End, Op::Clear, Op::End] {
            queue.push(op);
        }
        let is_end = |op: &Op<'_>| matches!(op, Op::End);
        assert_eq!(queue.pop_while(2, 0, 9, is_end).len(), 2);
        assert_eq!(queue.pop_while(2, 0, 9, is_end).len(), 1);
        assert!(queue.pop_while(2, 0, 9, is_end).is_empty());
        assert!(matches!(queue.pop(), Some(Op::Clear)));
    }

    #[test]
    fn of_large_ops_only_few_are_taken() {
        let mut queue = Queue::default();
        for _ in 0..5 {
            queue.push(Op::TextImage(TextImage {
                clip_rect: None,
                color: Color { r: 0.0, g: 0.0, b: 0.0, a: 1.0 },
                width: 10,
                height: 10,
                coverage: vec![0; 100].into(),
                x: 0,
                y: 0,
                angle_deg: 0.0,
            }));
        }
        assert_eq!(queue.pop_while(4, 2, 150, |_| true).len(), 2);
        assert_eq!(queue.pop_while(4, 2, 300, |_| true).len(), 3);
    }

    #[test]
    fn memory_is_accounted_for() {
        let mut queue = Queue::default();
        queue.push(Op::Clear);
        assert!(queue.size_bytes() >= OP_BYTES);
        assert!(matches!(queue.pop(), Some(Op::Clear)));
        assert_eq!((queue.size_bytes(), queue.len()), (0, 0));
        assert!(queue.pop().is_none());
    }
}
