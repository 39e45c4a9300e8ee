//! Your heap.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check heap`. The page of the lab in the
//! book says what each stage is about; `cargo lab hint heap` says more.
//!
//! The heap is a list in which the children of position `i` stand at `4i + 1`
//! to `4i + 4`, and no child is earlier than its parent.

#![allow(unused_imports, reason = "later stages use them")]

use lab_judge::heap::{IDLE, Tested, Timers, Unlink};
use timer_heap::heap::{Sift, Tree};

/// How many children a timer has.
pub const ARITY: usize = 4;

/// Your way to restore the order.
#[derive(Clone, Copy, Debug, Default)]
pub struct MyHeap;

// YOUR CODE: first-child
/// Returns the position and entry of the earliest child.
pub fn first_child<T: Tree>(
    tree: &mut T,
    at: usize,
) -> Option<(usize, T::Entry)> {
    todo!(
        "stage 2: the children of {at} begin at {}, and the tree has {} \
         entries; return the earliest child, or None if there is none",
        ARITY * at + 1,
        tree.len()
    )
}
// END: first-child

impl Sift for MyHeap {
    // YOUR CODE: up
    /// Moves the entry at `start` towards the root.
    fn up<T: Tree>(tree: &mut T, start: usize) {
        let _moving = tree.get(start);
        todo!(
            "stage 1: compare with the parent of {start}, and write the \
             parent into the hole as long as the moving entry is earlier"
        )
    }
    // END: up

    // YOUR CODE: down
    /// Moves the entry at `start` towards the leaves.
    fn down<T: Tree>(tree: &mut T, start: usize) {
        let _first = first_child(tree, start);
        todo!(
            "stage 2: write the earliest child into the hole as long as it \
             is earlier than the entry that was at {start}"
        )
    }
    // END: down
}

impl Unlink for MyHeap {
    // YOUR CODE: remove
    /// Takes the timer at position `at` out of the tree.
    fn unlink(timers: &mut Timers, at: usize) {
        let (_, timer) = timers.tree[at];
        todo!(
            "stage 3: timer {timer} leaves position {at}, its back index \
             becomes IDLE, and the last timer fills the gap"
        )
    }
    // END: remove
}

impl Tested for MyHeap {
    // YOUR CODE: tests
    /// Panics if `S` does not restore the order.
    fn tests<S: Sift>() {
        let mut timers = Timers::default();
        timers.push::<S>(5);
        todo!(
            "stage 4: push, pop and look at what comes out of {timers:?}; \
             panic if it is wrong"
        )
    }
    // END: tests
}
