//! What a watched collection tells.

use finalizers::gc::{Heap, Layout, Recording, Step};

#[test]
fn a_watched_collection_tells_each_step() {
    let mut heap = Heap::<Recording<(), ()>>::default();
    let mut alloc = || heap.alloc(Layout::new(1, 8));
    let (file, name) = (alloc(), alloc());
    heap.set_field(file, 0, Some(name));
    heap.attach_finalizer(file, ());
    heap.attach_cleanup(name, ());
    heap.collect();
    let steps = [
        Step::MarkFor(file),
        Step::Mark(name),
        Step::Follow(name),
        Step::Due(file),
    ];
    assert_eq!(heap.take_steps(), steps);

    let (running, ()) = heap.next_finalizer().unwrap();
    heap.finish_finalizer(running);
    heap.collect();
    assert_eq!(heap.take_steps(), [Step::Due(name)]);
}

/// What has no fields is marked, and there is nothing to follow.
#[test]
fn an_object_of_plain_bytes_is_marked_only() {
    let mut heap = Heap::<Recording<(), ()>>::default();
    let file = heap.alloc(Layout::new(0, 64));
    let _root = heap.root(file);
    heap.collect();
    assert_eq!(heap.take_steps(), [Step::Mark(file)]);
    let node = heap.alloc(Layout::new(1, 0));
    let _root = heap.root(node);
    heap.collect();
    let steps = [Step::Mark(file), Step::Mark(node), Step::Follow(node)];
    assert_eq!(heap.take_steps(), steps);
}
