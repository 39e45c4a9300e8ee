//! Every queue against the oracle, in random sequences of operations.

mod sequences;
mod shortest;

use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use timer_heap::heap::{Hole, Indirect, Inline, Swap, TimerHeap};
use timer_heap::lazy_heap::LazyHeap;
use timer_heap::queue::{Expired, TimerQueue};
use timer_heap::wheel::Wheel;

use sequences::{
    Operation, compare, compare_unasked, hasty_operations, operations,
};
use shortest::agree;

/// A quick generator: without optimization the default one takes a quarter of
/// the time.
fn quick() -> ProptestConfig {
    let rng_algorithm = RngAlgorithm::XorShift;
    ProptestConfig { rng_algorithm, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn the_heap_by_holes_agrees_with_the_oracle(ops in operations()) {
        agree(TimerHeap::<usize, Hole>::new, &ops);
    }

    #[test]
    fn the_heap_by_swaps_agrees_with_the_oracle(ops in operations()) {
        agree(TimerHeap::<usize, Swap>::new, &ops);
    }

    #[test]
    fn the_indirect_heap_agrees_with_the_oracle(ops in operations()) {
        agree(TimerHeap::<usize, Hole, Indirect>::default, &ops);
    }

    #[test]
    fn the_lazy_heap_agrees_with_the_oracle(ops in operations()) {
        agree(LazyHeap::<usize>::default, &ops);
    }

    #[test]
    fn the_wheel_agrees_with_the_oracle(ops in operations()) {
        agree(Wheel::default, &ops);
    }

    #[test]
    fn the_wheel_agrees_when_its_nursery_fills(ops in hasty_operations()) {
        compare_unasked(Wheel::default(), &ops);
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

/// While a slot is opened in pieces, timers are stopped and moved; each of
/// the others fires once, in order.
#[test]
fn a_wheel_is_changed_while_a_slot_is_opened_in_pieces() {
    let mut wheel = Wheel::default();
    let mut random = 1_i64;
    let mut ids = Vec::new();
    for value in 0..5_000 {
        random = random * 75 % 65_537;
        ids.push(wheel.insert(1_000_000_000 + random * 1_000, value));
    }
    let (mut fired, mut pieces, mut moved) = (Vec::new(), 0, 0);
    loop {
        match wheel.expire(2_000_000_000) {
            Expired::Nothing => break,
            Expired::Due { id, when } => {
                fired.push((when, *wheel.get_mut(id).unwrap()));
            }
            Expired::Busy => {
                pieces += 1;
                assert_eq!(wheel.verify(), Ok(()));
                assert!(wheel.next().is_some_and(|n| n < 1_100_000_000));
                if wheel.is_armed(ids[pieces]) {
                    wheel.arm(ids[pieces], 1_500_000_000);
                    moved += 1;
                }
                wheel.remove(ids[4_999 - pieces]);
            }
        }
    }
    assert!(pieces > 5_000 / 256, "{pieces} pieces");
    assert!(fired.is_sorted_by_key(|&(when, _)| when));
    let in_time = fired.iter().filter(|f| f.0 != 1_500_000_000).count();
    assert!(in_time + moved + pieces >= 5_000 && wheel.is_empty());
    let mut values: Vec<_> = fired.iter().map(|&(_, value)| value).collect();
    values.sort_unstable();
    assert!(values.is_sorted_by(|a, b| a < b), "fired twice");
}
