//! Lists and cycles: what a finalizer keeps, and a cleanup does not.

use crate::gc::{Heap, Layout, Pointer};

const NODE: Layout = Layout::new(1, 8);

/// Objects each of which points to the next.
fn chain(heap: &mut Heap, length: usize) -> Vec<Pointer> {
    let nodes: Vec<_> = (0..length).map(|_| heap.alloc(NODE)).collect();
    for pair in nodes.windows(2) {
        heap.set_field(pair[0], 0, Some(pair[1]));
    }
    nodes
}

// ANCHOR: list
/// Returns how many collections it takes to finalize an unreachable list: one
/// an object, because the finalizer of each keeps all that come after it.
pub fn list_by_finalizers(length: usize) -> u64 {
    let mut heap = Heap::new();
    for node in chain(&mut heap, length) {
        heap.set_finalizer(node, |_, _| ());
    }
    let mut run = 0;
    while run < length {
        heap.collect();
        run += heap.run_finalizers(length);
    }
    heap.collections()
}
// ANCHOR_END: list

/// Returns how many collections it takes to clean up an unreachable list: one.
pub fn list_by_cleanups(length: usize) -> u64 {
    let mut heap = Heap::new();
    for node in chain(&mut heap, length) {
        heap.add_cleanup(node, |_| ());
    }
    let mut run = 0;
    while run < length {
        heap.collect();
        run += heap.run_cleanups(length);
    }
    heap.collections()
}

fn cycle(heap: &mut Heap) -> Vec<Pointer> {
    let nodes = chain(heap, 2);
    heap.set_field(nodes[1], 0, Some(nodes[0]));
    nodes
}

/// Returns how many finalizers run of two objects that point to each other:
/// none, because each object is reachable from the other.
pub fn cycle_by_finalizers(collections: u64) -> usize {
    let mut heap = Heap::new();
    for node in cycle(&mut heap) {
        heap.set_finalizer(node, |_, _| ());
    }
    let mut run = 0;
    for _ in 0..collections {
        heap.collect();
        run += heap.run_finalizers(2);
    }
    run
}

/// Returns how many cleanups run of two objects that point to each other,
/// after one collection: both.
pub fn cycle_by_cleanups() -> usize {
    let mut heap = Heap::new();
    for node in cycle(&mut heap) {
        heap.add_cleanup(node, |_| ());
    }
    heap.collect();
    heap.run_cleanups(2)
}
