//! What is never finalized, and never dropped.

use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::{Rc, Weak};

use crate::gc::{Heap, Layout};

/// Returns how many tiny objects are finalized while each shares its slot with
/// a live one, and how many when the live ones are gone.
pub fn tiny_objects(count: usize) -> String {
    const TINY: Layout = Layout::new(0, 8);
    let mut heap = Heap::new();
    let mut roots = Vec::new();
    for _ in 0..count {
        let live = heap.alloc(TINY);
        roots.push(heap.root(live));
        let dead = heap.alloc(TINY);
        heap.set_finalizer(dead, |_, _| ());
    }
    let mut beside = 0;
    for _ in 0..10 {
        heap.collect();
        beside += heap.run_finalizers(count);
    }
    for root in roots {
        heap.unroot(root);
    }
    heap.collect();
    let alone = heap.run_finalizers(count);
    format!("{beside}, and {alone} once the live ones are gone")
}

/// Returns how many objects of no size are finalized: none, because they are
/// all at one address, which is nobody's.
pub fn empty_objects(count: usize) -> usize {
    let mut heap = Heap::new();
    for _ in 0..count {
        let empty = heap.alloc(Layout::new(0, 0));
        heap.set_finalizer(empty, |_, _| ());
    }
    heap.collect();
    heap.run_finalizers(count)
}

/// Counts its drops.
struct Counted<'a>(&'a Cell<usize>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// Returns how often a forgotten value is dropped.
pub fn forgotten() -> usize {
    let drops = Cell::new(0);
    mem::forget(Counted(&drops));
    drops.get()
}

struct Node<'a> {
    _counted: Counted<'a>,
    next: RefCell<Option<Rc<Self>>>,
}

/// Returns how many of two values that own each other are dropped when nobody
/// else owns them.
///
/// # Panics
///
/// When the cycle does not keep itself, which it does.
pub fn rc_cycle() -> usize {
    let drops = Cell::new(0);
    let node = || {
        Rc::new(Node { _counted: Counted(&drops), next: RefCell::new(None) })
    };
    let (first, second) = (node(), node());
    *first.next.borrow_mut() = Some(Rc::clone(&second));
    *second.next.borrow_mut() = Some(Rc::clone(&first));
    let weak: Weak<Node<'_>> = Rc::downgrade(&first);
    drop((first, second));
    let dropped = drops.get();
    // Taken apart, so that the experiment itself leaks nothing.
    let first = weak.upgrade().expect("a cycle keeps itself");
    first.next.take();
    drop(first);
    assert_eq!(drops.get(), 2, "it was only the cycle");
    dropped
}
