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

    /// Takes the oldest ops that are `wanted`, at most `limit` of them.
    pub fn pop_while(&mut self, limit: usize, wanted: impl Fn(&Op<'_>) -> bool) -> Vec<Op<'static>> {
        let count = self.ops.iter().take(limit).take_while(|op| wanted(op)).count();
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

    /// Forgets everything that waits.
    pub fn clear(&mut self) {
        self.ops.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_come_first() {
        let mut queue = Queue::default();
        for op in [Op::End, Op::End, Op::End, Op::Clear, Op::End] {
            queue.push(op);
        }
        let is_end = |op: &Op<'_>| matches!(op, Op::End);
        assert_eq!(queue.pop_while(2, is_end).len(), 2);
        assert_eq!(queue.pop_while(2, is_end).len(), 1);
        assert!(queue.pop_while(2, is_end).is_empty());
        assert!(matches!(queue.pop(), Some(Op::Clear)));
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
