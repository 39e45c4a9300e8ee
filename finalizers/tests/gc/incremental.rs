//! A program that runs between the steps of a collection.

use finalizers::gc::{Heap, Layout, Pointer};
use finalizers::steps::{Sound, Steps};
use support::planted::caught;

use crate::twins::{Heaps, NODE, TINY, in_random_programs};
use support::watchdog::watch;

/// A write leaves no mark.
#[derive(Debug)]
enum NoBarrier {}
impl Steps for NoBarrier {
    const MARKS_OLD: bool = false;
    const MARKS_NEW: bool = false;
}

/// Dijkstra's barrier alone.
#[derive(Debug)]
enum NotTheOld {}
impl Steps for NotTheOld {
    const MARKS_OLD: bool = false;
}

/// Yuasa's barrier alone.
#[derive(Debug)]
enum NotTheNew {}
impl Steps for NotTheNew {
    const MARKS_NEW: bool = false;
}

/// A root of `from` and of `to`; `from` points to an object, `to` was
/// followed, and `from` was not.
struct Scene<S: Steps> {
    heap: Heaps<S>,
    from: Pointer,
    to: Pointer,
    target: Pointer,
}

fn scene<S: Steps>() -> Scene<S> {
    let mut heap = Heaps::<S>::default();
    let [from, to, target] = [(); 3].map(|()| heap.alloc(NODE));
    let _kept = [from, to].map(|object| heap.root(object));
    heap.set_field(from, 0, Some(target));
    heap.begin_collection();
    assert!(!heap.mark_some(1), "`to`, the last root, is followed first");
    Scene { heap, from, to, target }
}

/// The only pointer is moved to where nobody looks again.
fn a_moved_pointer_is_found<S: Steps>() {
    let Scene { mut heap, from, to, target } = scene::<S>();
    heap.set_field(to, 0, Some(target));
    heap.set_field(from, 0, None);
    heap.collect();
    assert!(heap.is_allocated(target), "the moved object was freed");
}

/// The only pointer is in a variable of the program when marking ends.
fn what_was_in_use_at_the_beginning_is_kept<S: Steps>() {
    let Scene { mut heap, from, target, .. } = scene::<S>();
    heap.set_field(from, 0, None);
    heap.collect();
    assert!(heap.is_allocated(target), "the unlinked object was freed");
}

/// A pointer that only a variable held when marking began is stored.
fn what_is_stored_is_kept<S: Steps>() {
    let mut heap = Heaps::<S>::default();
    let [to, target] = [(); 2].map(|()| heap.alloc(NODE));
    let _kept = heap.root(to);
    heap.begin_collection();
    while !heap.mark_some(1) {}
    heap.set_field(to, 0, Some(target));
    heap.collect();
    assert!(heap.is_allocated(target), "the stored object was freed");
}

#[test]
fn each_half_of_the_barrier_keeps_what_it_is_for() {
    a_moved_pointer_is_found::<Sound>();
    what_was_in_use_at_the_beginning_is_kept::<Sound>();
    what_is_stored_is_kept::<Sound>();
    // Each half alone keeps what was moved.
    a_moved_pointer_is_found::<NotTheOld>();
    a_moved_pointer_is_found::<NotTheNew>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_no_barrier() {
    a_moved_pointer_is_found::<NoBarrier>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_not_the_old() {
    what_was_in_use_at_the_beginning_is_kept::<NotTheOld>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_not_the_new() {
    what_is_stored_is_kept::<NotTheNew>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_not_the_old_in_random_programs() {
    in_random_programs::<NotTheOld>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_not_the_new_in_random_programs() {
    in_random_programs::<NotTheNew>();
}

#[test]
fn planted_bugs_are_caught() {
    for (bug, message) in [
        ("no_barrier", "the moved object was freed"),
        ("not_the_old", "the unlinked object was freed"),
        ("not_the_new", "the stored object was freed"),
        ("not_the_old_in_random_programs", "was in use at the beginning"),
        ("not_the_new_in_random_programs", "FieldToFreed"),
    ] {
        caught(&format!("incremental::planted_{bug}"), message);
    }
}

#[test]
fn verify_names_what_a_missing_barrier_overlooks() {
    let Scene { mut heap, to, target, .. } = scene::<NoBarrier>();
    assert_eq!(heap.verify(), Ok(()));
    heap.set_field(to, 0, Some(target));
    let violation = heap.verify().unwrap_err().to_string();
    let expected = format!("{to} was followed, but {target} is not marked");
    assert_eq!(violation, expected);
}

#[test]
fn what_is_allocated_while_marking_is_kept_and_gone_by_the_next() {
    let mut heap = Heap::new();
    heap.begin_collection();
    let new = heap.alloc(NODE);
    let large = heap.alloc(Layout::new(1, 50_000));
    heap.collect();
    assert!(heap.is_allocated(new) && heap.is_allocated(large));
    heap.collect();
    assert_eq!(heap.objects(), 0);
    assert_eq!((heap.collections(), heap.is_marking()), (2, false));
}

#[test]
fn a_tiny_object_that_joins_a_key_while_marking_does_not_hide_its_value() {
    let mut heap = Heap::new();
    let (key, value) = (heap.alloc(TINY), heap.alloc(NODE));
    let ephemeron = heap.add_ephemeron(key, value);
    heap.begin_collection();
    let neighbour = heap.alloc(TINY);
    assert_eq!(neighbour.address(), key.address() + 4);
    heap.collect();
    assert_eq!(heap.ephemeron_value(ephemeron), Some(value));
    assert!(heap.is_allocated(value));
}

#[test]
fn a_finalizer_set_while_marking_keeps_what_its_object_points_to() {
    let mut heap = Heap::new();
    let (object, child) = (heap.alloc(NODE), heap.alloc(NODE));
    heap.set_field(object, 0, Some(child));
    heap.begin_collection();
    heap.set_finalizer(object, |_, _| ());
    heap.collect();
    assert_eq!(heap.finalizers_due(), 1);
    assert!(heap.is_allocated(child));
    assert_eq!(heap.verify_fields(), Ok(()));
}

#[test]
fn what_is_captured_while_marking_is_kept() {
    let mut heap = Heap::new();
    let [object, other, held, too] = [(); 4].map(|()| heap.alloc(NODE));
    heap.set_finalizer(object, |_, _| ());
    let cleanup = heap.add_cleanup(other, |_| ());
    heap.begin_collection();
    heap.finalizer_holds(object, held);
    heap.cleanup_holds(cleanup, too);
    heap.collect();
    assert!(heap.is_allocated(held) && heap.is_allocated(too));
    assert_eq!(heap.run_finalizers(1) + heap.run_cleanups(1), 2);
}

#[test]
fn a_weak_pointer_asked_while_marking_gives_what_a_root_then_keeps() {
    let mut heap = Heap::new();
    let object = heap.alloc(NODE);
    let weak = heap.downgrade(object);
    heap.begin_collection();
    let found = heap.upgrade(weak).expect("it is not swept yet");
    let root = heap.root(found);
    heap.collect();
    assert_eq!(heap.upgrade(weak), Some(heap.unroot(root)));
}

#[test]
fn under_stress_an_allocation_ends_the_collection_that_was_begun() {
    let mut heap = Heap::new();
    heap.set_stress(true);
    let kept = heap.alloc(NODE);
    heap.begin_collection();
    let _root = heap.root(kept);
    let new = heap.alloc(NODE);
    assert!(!heap.is_marking());
    assert!(heap.is_allocated(kept) && heap.is_allocated(new));
}

#[test]
fn near_the_limit_a_collection_that_was_begun_is_ended() {
    let _watched = watch();
    const OBJECTS: usize = 1024;
    let mut heap = Heap::new();
    heap.set_memory_limit((OBJECTS * 1024) as u64);
    heap.collect();
    heap.begin_collection();
    while !heap.collect_if_due() {
        heap.alloc(Layout::new(0, 1024));
        heap.mark_some(1);
    }
    assert_eq!((heap.collections(), heap.is_marking()), (2, false));
    let why = "allocated while objects were marked";
    assert_eq!(heap.objects(), OBJECTS, "{why}");
}
