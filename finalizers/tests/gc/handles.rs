//! Handles of objects that are gone, or of another heap.

use std::panic::{AssertUnwindSafe, catch_unwind};

use finalizers::gc::{Finalize, Heap, Layout, Pointer};
use proptest::prelude::*;
use support::watchdog::watch;

const NODE: Layout = Layout::new(1, 16);

fn panics<R>(call: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}

/// Demands that every use of the pointer is refused.
fn names_nothing(heap: &mut Heap, pointer: Pointer) {
    let there = heap.alloc(NODE);
    assert!(!heap.is_allocated(pointer));
    assert!(panics(|| heap.word(pointer, 0)));
    assert!(panics(|| heap.set_word(pointer, 0, 1)));
    assert!(panics(|| heap.field(pointer, 0)));
    assert!(panics(|| heap.set_field(pointer, 0, None)));
    assert!(panics(|| heap.set_field(there, 0, Some(pointer))));
    assert!(panics(|| heap.root(pointer)));
    assert!(panics(|| heap.downgrade(pointer)));
    assert!(panics(|| heap.set_finalizer(pointer, |_, _| ())));
    assert!(panics(|| heap.clear_finalizer(pointer)));
    assert!(panics(|| heap.add_cleanup(pointer, |_| ())));
    assert_eq!(heap.verify(), Ok(()));
}

#[test]
fn a_pointer_to_a_freed_object_names_nothing_even_if_its_slot_is_used_again() {
    for layout in [NODE, Layout::new(0, 4), Layout::new(1, 50_000)] {
        let mut heap = Heap::new();
        let old = heap.alloc(layout);
        heap.collect();
        names_nothing(&mut heap, old);
        let new = heap.alloc(layout);
        let root = heap.root(new);
        names_nothing(&mut heap, old);
        assert_eq!(heap.unroot(root), new);
    }
}

#[test]
fn a_pointer_of_another_heap_names_nothing() {
    let (mut here, mut there) = (Heap::new(), Heap::new());
    let foreign = there.alloc(NODE);
    let own = here.alloc(NODE);
    assert_eq!(foreign.address(), own.address());
    names_nothing(&mut here, foreign);
}

#[test]
fn roots_weak_pointers_and_cleanups_know_their_heap() {
    let (mut here, mut there) = (Heap::new(), Heap::new());
    let (own, foreign) = (here.alloc(NODE), there.alloc(NODE));
    let own_root = here.root(own);
    let foreign_root = there.root(foreign);
    assert!(panics(|| here.root_of(&foreign_root)));
    assert!(panics(|| here.unroot(foreign_root)));
    assert_eq!(here.root_of(&own_root), own, "its own root is still there");
    let weak = there.downgrade(foreign);
    here.downgrade(own);
    assert_eq!(here.upgrade(weak), None);
    let cleanup = there.add_cleanup(foreign, |_| ());
    here.add_cleanup(own, |_| ());
    assert!(!cleanup.stop(&mut here));
    assert!(cleanup.stop(&mut there));
}

#[test]
fn words_end_with_their_object() {
    let mut heap = Heap::new();
    let node = heap.alloc(NODE);
    let [tiny, neighbour] = [(); 2].map(|()| heap.alloc(Layout::new(0, 8)));
    assert_eq!(neighbour.address(), tiny.address() + 8);
    for (object, words) in [(node, 2), (tiny, 1), (neighbour, 1)] {
        heap.set_word(object, words - 1, 7);
        let past = [words, words + 1, usize::MAX, usize::MAX - 1, 1 << 61];
        for index in past {
            assert!(panics(|| heap.word(object, index)), "{index}");
            assert!(panics(|| heap.set_word(object, index, 1)), "{index}");
        }
    }
    let small = heap.alloc(Layout::new(0, 4));
    assert!(panics(|| heap.word(small, 0)), "four bytes are no word");
    let padded = heap.alloc(Layout::new(1, 20));
    heap.set_word(padded, 1, 7);
    assert!(panics(|| heap.word(padded, 2)), "that is the slot's, not its");
    assert!(panics(|| heap.field(padded, 1)));
    assert!(panics(|| heap.set_field(padded, usize::MAX, None)));
    assert_eq!(heap.word(neighbour, 0), 7);
}

#[test]
fn a_tiny_block_that_was_swept_is_used_no_more() {
    let mut heap = Heap::new();
    heap.alloc(Layout::new(0, 4));
    heap.collect();
    let large = heap.alloc(Layout::new(0, 16));
    let tiny = heap.alloc(Layout::new(0, 4));
    heap.set_word(large, 0, 7);
    assert!(tiny.address().abs_diff(large.address()) >= 16);
    assert_eq!(heap.word(large, 0), 7);
}

/// Objects of one tiny block share a list of what hangs on them.
#[test]
fn a_finalizer_is_that_of_its_object_and_not_of_the_neighbour() {
    #[derive(Debug, PartialEq)]
    struct Value(u32);
    impl Finalize for Value {
        fn finalize(self: Box<Self>, _: &mut Heap, _: Pointer) {}
    }
    let mut heap = Heap::new();
    let [first, second, third] =
        [(); 3].map(|()| heap.alloc(Layout::new(0, 4)));
    heap.set_finalizer_value(first, Value(1));
    heap.set_finalizer_value(third, Value(3));
    assert_eq!(heap.finalizer_value::<Value>(second), None);
    assert_eq!(heap.take_finalizer_value::<Value>(second), None);
    assert!(!heap.clear_finalizer(second));
    assert_eq!(heap.finalizer_value(first), Some(&Value(1)));
    assert_eq!(heap.take_finalizer_value(first), Some(Value(1)));
    assert_eq!(heap.finalizer_value::<Value>(first), None);
    assert_eq!(heap.finalizer_value(third), Some(&Value(3)));
    heap.set_finalizer_value(second, Value(2));
    heap.collect();
    assert_eq!(heap.finalizers_due(), 2);
}

#[test]
fn a_weak_pointer_is_that_of_its_object_and_not_of_the_neighbour() {
    let mut heap = Heap::new();
    let [first, second] = [(); 2].map(|()| heap.alloc(Layout::new(0, 4)));
    assert_eq!(second.address(), first.address() + 4);
    let weak = [first, second].map(|object| heap.downgrade(object));
    assert_ne!(weak[0], weak[1]);
    assert_eq!(
        weak.map(|weak| heap.upgrade(weak)),
        [Some(first), Some(second)]
    );
    assert_eq!(heap.downgrade(first), weak[0]);
    assert_eq!(heap.downgrade(second), weak[1]);
}

#[test]
fn an_empty_heap_has_room_for_every_size_again() {
    let _watched = watch();
    let mut heap = Heap::new();
    const TIMES: usize = 100;
    let mut total = 0_u64;
    for size in (0..TIMES).map(|n| (2 << 20) + n * 20_000) {
        let object = heap.alloc(Layout::new(0, size));
        assert!(object.address() < 16 << 20, "{object} after {total} bytes");
        total += size as u64;
        heap.collect();
    }
    assert!(total >= (TIMES as u64 * 2) << 20);
}

#[test]
fn roots_are_used_again() {
    let mut heap = Heap::new();
    let object = heap.alloc(NODE);
    let first = format!("{:?}", heap.root(object));
    let root = heap.root(object);
    let second = format!("{root:?}");
    heap.unroot(root);
    let again = heap.root(object);
    assert_eq!(format!("{again:?}"), second);
    assert_ne!(first, second);
}

#[test]
fn what_is_live_puts_off_the_next_collection() {
    let _watched = watch();
    // More than the heap grows to in any case.
    const MIB: usize = 16;
    let mut heap = Heap::new();
    let mut roots = Vec::new();
    for _ in 0..MIB {
        let object = heap.alloc(Layout::new(0, 1 << 20));
        roots.push(heap.root(object));
    }
    heap.collect();
    let mut count = 0;
    while !heap.collect_if_due() {
        heap.alloc(Layout::new(0, 1 << 20));
        count += 1;
    }
    assert_eq!(count, MIB, "as much again as is live");
}

#[test]
fn near_its_limit_a_heap_collects_more_often_but_not_at_every_step() {
    const SCALE: usize = 1;
    let _watched = watch();
    let mut heap = Heap::new();
    heap.set_memory_limit((3 << 20) / SCALE as u64);
    let live = heap.alloc(Layout::new(0, (2 << 20) / SCALE));
    let root = heap.root(live);
    let objects = |heap: &mut Heap| {
        heap.collect();
        let mut count = 0;
        while !heap.collect_if_due() {
            heap.alloc(Layout::new(0, 1024));
            count += 1;
        }
        count
    };
    assert_eq!(objects(&mut heap), 1024 / SCALE, "a third is left");
    heap.set_memory_limit((1 << 20) / SCALE as u64);
    assert_eq!(objects(&mut heap), 64, "beyond the limit");
    heap.unroot(root);
}

#[test]
fn a_panicking_finalizer_ends_only_itself() {
    let _watched = watch();
    let mut heap = Heap::new();
    let (child, object) = (heap.alloc(NODE), heap.alloc(NODE));
    heap.set_field(object, 0, Some(child));
    heap.set_finalizer(object, |_, _| panic!("in the finalizer"));
    let other = heap.alloc(NODE);
    heap.set_finalizer(other, |_, _| ());
    heap.collect();
    assert!(panics(|| heap.run_finalizers(9)));
    assert_eq!(heap.run_finalizers(9), 1, "the other one");
    let last = heap.alloc(NODE);
    heap.add_cleanup(last, |_| panic!("in the cleanup"));
    heap.collect();
    assert!(panics(|| heap.run_cleanups(9)));
    assert_eq!((heap.objects(), heap.finalizers_due()), (0, 0));
}

/// Panics when it is dropped, but not while another panic goes on.
struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "in the destructor");
    }
}

#[test]
fn a_destructor_that_panics_leaves_the_heap_whole() {
    let _watched = watch();
    let mut heap = Heap::new();
    let object = heap.alloc(NODE);
    heap.add_cleanup(object, |_| ());
    let bomb = PanicsInDrop;
    heap.set_finalizer(object, move |_, _| drop(bomb));
    let bomb = PanicsInDrop;
    let cleanup = heap.add_cleanup(object, move |_| drop(bomb));
    heap.add_cleanup(object, |_| ());
    assert!(panics(|| heap.clear_finalizer(object)));
    assert!(panics(|| cleanup.stop(&mut heap)));
    assert_eq!(heap.verify(), Ok(()));
    heap.collect();
    assert_eq!(heap.run_cleanups(9), 2);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Sizes of all kinds, freed in any order: what is kept keeps its words.
    #[test]
    fn no_two_objects_overlap(
        steps in prop::collection::vec((1..40_000_usize, any::<bool>()), 1..60),
    ) {
        let _watched = watch();
        let mut heap = Heap::new();
        let mut kept: Vec<(Pointer, usize, _)> = Vec::new();
        for (number, (size, is_kept)) in steps.into_iter().enumerate() {
            let size = if number % 3 == 0 { size % 24 + 1 } else { size };
            let object = heap.alloc(Layout::new(0, size));
            if is_kept {
                let root = heap.root(object);
                if size >= 8 && object.address().is_multiple_of(8) {
                    heap.set_word(object, size / 8 - 1, number as u64);
                    kept.push((object, size / 8 - 1, (number as u64, root)));
                }
            } else if number % 4 == 0 {
                heap.collect();
            }
            for (object, word, (value, _)) in &kept {
                prop_assert_eq!(heap.word(*object, *word), *value);
            }
        }
    }
}
