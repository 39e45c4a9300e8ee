//! Case by case: what becomes of an object, in which order.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use finalizers::gc::{Heap, Layout, Pacing, Pointer};
use support::watchdog::watch;

const FILE: Layout = Layout::new(0, 64);
const NODE: Layout = Layout::new(1, 8);

/// A counter that closures can share.
fn counter() -> (Rc<Cell<usize>>, impl Fn() + Clone) {
    let count = Rc::new(Cell::new(0));
    let shared = Rc::clone(&count);
    (count, move || shared.set(shared.get() + 1))
}

#[test]
fn a_root_keeps_and_its_end_lets_go() {
    let mut heap = Heap::new();
    let file = heap.alloc(FILE);
    let root = heap.root(file);
    heap.collect();
    assert!(heap.is_allocated(file));
    heap.keep_alive(&root);
    assert_eq!(heap.unroot(root), file);
    heap.collect();
    assert!(!heap.is_allocated(file));
}

#[test]
fn fields_keep_what_they_point_to() {
    let mut heap = Heap::new();
    let (parent, child) = (heap.alloc(NODE), heap.alloc(NODE));
    heap.set_field(parent, 0, Some(child));
    let root = heap.root(parent);
    heap.collect();
    assert_eq!(heap.field(parent, 0), Some(child));
    heap.set_field(parent, 0, None);
    heap.collect();
    assert!(!heap.is_allocated(child));
    heap.unroot(root);
}

/// The smallest object that is followed: one pointer, beside others of all
/// sizes.
#[test]
fn an_object_may_be_one_pointer() {
    const WORDS: usize = 40;
    let mut heap = Heap::new();
    let mut next = None;
    for words in 0..WORDS {
        let object = heap.alloc(Layout::new(1, words * 8));
        heap.set_field(object, 0, next);
        (0..words).for_each(|word| heap.set_word(object, word, words as u64));
        next = Some(heap.alloc(Layout::new(1, 0)));
        heap.set_field(next.unwrap(), 0, Some(object));
    }
    let _root = heap.root(next.unwrap());
    heap.collect();
    for words in (0..WORDS).rev() {
        let object = heap.field(next.unwrap(), 0).unwrap();
        for word in 0..words {
            assert_eq!(heap.word(object, word), words as u64);
        }
        next = heap.field(object, 0);
    }
    assert_eq!(next, None);
}

/// What is left in a page does not keep the rest of it from being used.
#[test]
fn the_room_between_objects_is_used_again() {
    // The last page is given back: it has none of those that are kept.
    const COUNT: usize = 1_200;
    let pointer = Layout::new(1, 0);
    for layout in
        [FILE, NODE, pointer, Layout::new(0, 16), Layout::new(3, 1_000)]
    {
        let mut heap = Heap::new();
        let objects: Vec<_> = (0..COUNT).map(|_| heap.alloc(layout)).collect();
        let end = objects[COUNT - 1].address();
        let kept = objects.iter().step_by(COUNT / 6).copied();
        let _roots: Vec<_> = kept.map(|object| heap.root(object)).collect();
        heap.collect();
        assert_eq!(heap.objects(), 6);
        let again: Vec<_> = (6..COUNT).map(|_| heap.alloc(layout)).collect();
        let is_inside = |object: &Pointer| object.address() <= end;
        assert!(again.iter().all(is_inside), "{layout:?}");
    }
}

#[test]
fn what_hangs_on_objects_is_counted_until_it_is_due() {
    let mut heap = Heap::new();
    let [first, second] = [(); 2].map(|()| heap.alloc(FILE));
    heap.set_finalizer(first, |_, _| ());
    heap.add_cleanup(second, |_| ());
    let weak = heap.downgrade(second);
    assert_eq!(heap.downgrade(second), weak, "one handle an object");
    assert_eq!((heap.specials(), heap.objects()), (3, 2));
    heap.collect();
    assert_eq!((heap.specials(), heap.objects()), (0, 1));
    assert_eq!((heap.finalizers_due(), heap.cleanups_due()), (1, 1));
    assert_eq!((heap.run_finalizers(1), heap.run_cleanups(9)), (1, 1));
    assert_eq!((heap.finalizers_due(), heap.cleanups_due()), (0, 0));
}

#[test]
fn weak_first_then_the_finalizer_then_the_cleanup() {
    let mut heap = Heap::new();
    let steps = Rc::new(RefCell::new(Vec::new()));
    let file = heap.alloc(FILE);
    let weak = heap.downgrade(file);
    let by_finalizer = Rc::clone(&steps);
    heap.set_finalizer(file, move |heap, file| {
        let upgraded = heap.upgrade(weak).is_some();
        by_finalizer.borrow_mut().push(("finalizer, weak:", upgraded));
        assert!(heap.is_allocated(file));
    });
    let by_cleanup = Rc::clone(&steps);
    heap.add_cleanup(file, move |heap| {
        let is_there = heap.is_allocated(file);
        by_cleanup.borrow_mut().push(("cleanup, object:", is_there));
    });
    heap.collect();
    assert_eq!(heap.upgrade(weak), None, "cleared before it runs");
    assert_eq!((heap.finalizers_due(), heap.cleanups_due()), (1, 0));
    heap.collect();
    assert_eq!(heap.cleanups_due(), 0, "what is due is kept");
    heap.run_finalizers(usize::MAX);
    heap.collect();
    heap.run_cleanups(usize::MAX);
    let expected = [("finalizer, weak:", false), ("cleanup, object:", false)];
    assert_eq!(*steps.borrow(), expected);
}

#[test]
fn an_object_brought_back_has_no_finalizer_until_it_is_set_again() {
    let mut heap = Heap::new();
    let (ran, count) = counter();
    let file = heap.alloc(FILE);
    let kept = Rc::new(RefCell::new(None));
    let keeper = Rc::clone(&kept);
    heap.set_finalizer(file, move |heap, file| {
        *keeper.borrow_mut() = Some(heap.root(file));
    });
    heap.collect();
    heap.run_finalizers(1);
    heap.collect();
    assert!(heap.is_allocated(file), "brought back");
    heap.set_finalizer(file, move |_, _| count());
    heap.unroot(kept.take().unwrap());
    heap.collect();
    heap.run_finalizers(1);
    assert_eq!(ran.get(), 1);
    heap.collect();
    assert!(!heap.is_allocated(file));
}

#[test]
fn an_object_lives_while_its_finalizer_runs() {
    let mut heap = Heap::new();
    let file = heap.alloc(FILE);
    heap.set_finalizer(file, |heap, file| {
        heap.collect();
        assert!(heap.is_allocated(file));
    });
    heap.collect();
    assert_eq!(heap.run_finalizers(1), 1);
}

#[test]
fn what_a_function_holds_is_kept_until_it_has_run() {
    let mut heap = Heap::new();
    let (file, name) = (heap.alloc(FILE), heap.alloc(FILE));
    let cleanup = heap.add_cleanup(file, move |heap| {
        heap.collect();
        assert!(heap.is_allocated(name));
    });
    heap.cleanup_holds(cleanup, name);
    heap.collect();
    heap.collect();
    assert_eq!(heap.run_cleanups(1), 1);
    heap.collect();
    assert!(!heap.is_allocated(name));
}

#[test]
fn a_cleared_finalizer_and_a_stopped_cleanup_do_not_run() {
    let mut heap = Heap::new();
    let file = heap.alloc(FILE);
    heap.set_finalizer(file, |_, _| unreachable!());
    let cleanup = heap.add_cleanup(file, |_| unreachable!());
    let (ran, count) = counter();
    heap.add_cleanup(file, move |_| count());
    assert!(heap.clear_finalizer(file));
    assert!(!heap.clear_finalizer(file));
    assert!(cleanup.stop(&mut heap));
    assert!(!cleanup.stop(&mut heap));
    heap.collect();
    heap.run_finalizers(usize::MAX);
    heap.run_cleanups(usize::MAX);
    assert_eq!(ran.get(), 1, "the other cleanup runs");
}

#[test]
fn weak_pointers_to_one_object_are_equal_and_to_two_are_not() {
    let mut heap = Heap::new();
    let (one, other) = (heap.alloc(FILE), heap.alloc(FILE));
    assert_eq!(heap.downgrade(one), heap.downgrade(one));
    assert_ne!(heap.downgrade(one), heap.downgrade(other));
    let weak = heap.downgrade(one);
    heap.collect();
    let reused = heap.alloc(FILE);
    assert_eq!(reused.address(), one.address(), "the slot is used again");
    assert_ne!(reused, one, "and the old pointer is another");
    assert_ne!(heap.downgrade(reused), weak);
    assert_eq!(heap.upgrade(weak), None);
}

#[test]
fn an_object_of_no_size_is_never_gone() {
    let mut heap = Heap::new();
    let empty = heap.alloc(Layout::new(0, 0));
    assert_eq!(empty, Pointer::ZERO_SIZED);
    heap.set_finalizer(empty, |_, _| unreachable!());
    heap.set_finalizer(empty, |_, _| unreachable!());
    let weak = heap.downgrade(empty);
    assert_eq!(heap.downgrade(empty), weak);
    heap.collect();
    assert_eq!(heap.run_finalizers(1), 0);
    assert_eq!(heap.upgrade(weak), Some(empty));
}

#[test]
fn freed_memory_is_used_again_and_comes_zeroed() {
    for layout in [NODE, FILE, Layout::new(2, 30_000)] {
        let mut heap = Heap::new();
        let first = heap.alloc(layout);
        heap.set_word(first, 0, u64::MAX);
        heap.collect();
        let second = heap.alloc(layout);
        assert_eq!(second.address(), first.address());
        assert_eq!(heap.word(second, 0), 0);
    }
}

#[test]
fn a_million_short_lives_stay_in_a_few_megabytes() {
    let _watched = watch();
    let mut heap = Heap::new();
    for _ in 0..1_000_000 {
        let object = heap.alloc(FILE);
        assert!(object.address() < 16 << 20);
        heap.collect_if_due();
    }
    assert!(heap.collections() >= 10, "{}", heap.collections());
}

#[test]
fn under_stress_each_allocation_collects() {
    let mut heap = Heap::new();
    heap.set_stress(true);
    let (count, add_one) = counter();
    for number in 0..5 {
        let object = heap.alloc(NODE);
        assert_eq!(heap.collections(), number + 1);
        let add_one = add_one.clone();
        heap.add_cleanup(object, move |_| add_one());
    }
    assert_eq!(heap.run_cleanups(9), 4, "the last one is there yet");
    assert_eq!(count.get(), 4);
    heap.set_stress(false);
    heap.alloc(NODE);
    assert_eq!(heap.collections(), 5);
}

#[test]
fn descriptors_count_only_if_the_pacing_says_so() {
    let _watched = watch();
    let most = 100;
    for (pacing, expected) in
        [(Pacing::Bytes, 0), (Pacing::BytesAndDescriptors { most }, 10)]
    {
        let mut heap = Heap::new();
        heap.set_pacing(pacing);
        for _ in 0..10 * most {
            heap.alloc(FILE);
            heap.count_descriptor();
            heap.collect_if_due();
        }
        assert_eq!(heap.collections(), expected, "{pacing:?}");
    }
}

#[test]
#[should_panic(expected = "has a finalizer already")]
fn a_second_finalizer_is_refused() {
    let mut heap = Heap::new();
    let file = heap.alloc(FILE);
    heap.set_finalizer(file, |_, _| ());
    heap.set_finalizer(file, |_, _| ());
}

#[test]
#[should_panic(expected = "it was freed")]
fn a_freed_object_is_refused() {
    let mut heap = Heap::new();
    let file = heap.alloc(FILE);
    heap.collect();
    heap.set_finalizer(file, |_, _| ());
}
