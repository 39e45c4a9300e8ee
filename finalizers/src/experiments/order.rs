//! What happens to an object that is not in use, in which order.

use std::cell::RefCell;
use std::rc::Rc;

use crate::gc::{Heap, Layout};

/// Returns the steps of an object with a weak pointer, a finalizer that brings
/// it back, and a cleanup.
pub fn resurrection() -> Vec<&'static str> {
    let mut heap = Heap::new();
    let steps = Rc::new(RefCell::new(Vec::new()));
    let kept = Rc::new(RefCell::new(None));
    let object = heap.alloc(Layout::new(0, 64));
    let weak = heap.downgrade(object);
    // ANCHOR: bring-back
    let (log, keeper) = (Rc::clone(&steps), Rc::clone(&kept));
    heap.set_finalizer(object, move |heap, object| {
        log.borrow_mut().push("finalized");
        *keeper.borrow_mut() = Some(heap.root(object));
    });
    let log = Rc::clone(&steps);
    heap.add_cleanup(object, move |_| log.borrow_mut().push("cleaned up"));
    // ANCHOR_END: bring-back
    heap.collect();
    if heap.upgrade(weak).is_none() {
        steps.borrow_mut().push("weak pointer cleared");
    }
    heap.run_finalizers(1);
    heap.collect();
    heap.run_cleanups(1);
    if heap.is_allocated(object) {
        steps.borrow_mut().push("brought back");
    }
    kept.take().map(|root| heap.unroot(root));
    heap.collect();
    heap.run_cleanups(1);
    steps.take()
}
