//! Every queue against the oracle, in random sequences of operations.

mod sequences;

use proptest::prelude::*;
use timer_heap::heap::{Hole, Indirect, Inline, Swap, TimerHeap};
use timer_heap::queue::TimerQueue;

use sequences::{Operation, compare, operations};

proptest! {
    #[test]
    fn the_heap_by_holes_agrees_with_the_oracle(ops in operations()) {
        compare(TimerHeap::<usize, Hole>::new(), &ops);
    }

    #[test]
    fn the_heap_by_swaps_agrees_with_the_oracle(ops in operations()) {
        compare(TimerHeap::<usize, Swap>::new(), &ops);
    }

    #[test]
    fn the_indirect_heap_agrees_with_the_oracle(ops in operations()) {
        compare(TimerHeap::<usize, Hole, Indirect>::default(), &ops);
    }
}

/// A sift that compares nothing.
struct Lazy;

impl timer_heap::heap::Sift for Lazy {
    fn up<T: timer_heap::heap::Tree>(_: &mut T, _: usize) {}
    fn down<T: timer_heap::heap::Tree>(_: &mut T, _: usize) {}
}

#[test]
#[should_panic(expected = "position 1 (1) is earlier than its parent 0 (2)")]
fn a_sift_without_comparisons_is_noticed() {
    let heap = TimerHeap::<usize, Lazy, Inline>::default();
    let ops = [2, 1].map(|when| Operation::Insert { when });
    compare(heap, &ops);
}

#[test]
fn a_random_heap_pops_in_order() {
    let mut heap: TimerHeap<u32> = TimerHeap::new();
    let mut when = 1_i64;
    for value in 0..1_000 {
        when = when * 75 % 65_537;
        heap.push(when, value);
    }
    let popped = std::iter::from_fn(|| heap.pop());
    let deadlines: Vec<_> = popped.map(|(when, _)| when).collect();
    assert_eq!(deadlines.len(), 1_000);
    assert!(deadlines.is_sorted());
}

#[test]
fn a_stale_handle_changes_nothing() {
    let mut heap: TimerHeap<&str> = TimerHeap::new();
    let old = heap.push(1, "old");
    assert_eq!(heap.pop(), Some((1, "old")));
    let new = heap.push(2, "new");
    assert!(!heap.arm(old, 0));
    assert!(!heap.disarm(old));
    assert_eq!(heap.get_mut(old), None);
    assert_eq!(heap.remove(new), Some("new"));
}
