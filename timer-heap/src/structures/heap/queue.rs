//! The heap as a [`TimerQueue`]: removal is eager, as up to Go 1.13.

use support::probe::Probe;

use super::TimerHeap;
use super::layout::{IDLE, Layout, Node};
use super::sift::Sift;
use super::step::Step;
use crate::structures::timer_id::TimerId;
use crate::structures::timer_queue::{Expired, HandleQueue, TimerQueue};
use crate::structures::violation::Violation;

impl<T, S, L, P> TimerQueue<T> for TimerHeap<T, S, L, P>
where
    S: Sift,
    L: Layout,
    P: Probe<Step>,
{
    #[inline]
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        self.push(when, value)
    }

    #[inline]
    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        if self.update(id, when) {
            return true;
        }
        if let Some(node) = self.slab.get_mut(id) {
            node.key = L::key(when);
            self.link(id.index(), when);
        }
        false
    }

    #[inline]
    fn disarm(&mut self, id: TimerId) -> bool {
        match self.slab.get(id) {
            Some(&Node { position, .. }) if position != IDLE => {
                self.unlink(position as usize);
                true
            }
            _ => false,
        }
    }

    #[inline]
    fn remove(&mut self, id: TimerId) -> Option<T> {
        self.remove(id)
    }

    #[inline]
    fn is_armed(&self, id: TimerId) -> bool {
        self.slab.get(id).is_some_and(|node| node.position != IDLE)
    }

    #[inline]
    fn get_mut(&mut self, id: TimerId) -> Option<&mut T> {
        self.slab.get_mut(id).map(|node| &mut node.value)
    }

    #[inline]
    fn next(&mut self) -> Option<i64> {
        self.peek().map(|(when, _)| when)
    }

    #[inline]
    fn expire(&mut self, now: i64) -> Expired {
        let Some(&root) = self.tree.first() else {
            return Expired::Nothing;
        };
        let when = self.when(root);
        if when > now {
            return Expired::Nothing;
        }
        let id = self.slab.id(L::index(root));
        self.unlink(0);
        Expired::Due { id, when }
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn verify(&self) -> Result<(), Violation> {
        self.verify()
    }
}

impl<T, S, L, P> HandleQueue<T> for TimerHeap<T, S, L, P>
where
    S: Sift,
    L: Layout,
    P: Probe<Step>,
{
    #[inline]
    fn current(&self, index: u32) -> Option<TimerId> {
        self.slab.current(index)
    }

    fn release(&mut self, id: TimerId) {
        self.slab.release(id);
    }

    fn is_released(&self, id: TimerId) -> bool {
        self.slab.is_released(id)
    }
}
