//! What a watched collection tells.

use std::cell::RefCell;

use finalizers::gc::{Driver, Heap, Layout, Step};

thread_local! {
    static STEPS: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug)]
enum Watched {}

impl Driver for Watched {
    type Finalizer = ();
    type Cleanup = ();

    fn emit(step: impl FnOnce() -> Step) {
        STEPS.with_borrow_mut(|steps| steps.push(step()));
    }
}

#[test]
fn a_watched_collection_tells_each_step() {
    let mut heap = Heap::<Watched>::default();
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
    assert_eq!(STEPS.take(), steps);

    let (running, ()) = heap.next_finalizer().unwrap();
    heap.finish_finalizer(running);
    heap.collect();
    assert_eq!(STEPS.take(), [Step::Due(name)]);
}
