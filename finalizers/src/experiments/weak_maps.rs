//! Maps whose values lead back to their keys.

use crate::gc::{Heap, Layout, Pointer};

const NODE: Layout = Layout::new(1, 8);

/// A key and a value that leads to it; nothing else does.
fn entry(heap: &mut Heap) -> (Pointer, Pointer) {
    let (key, value) = (heap.alloc(NODE), heap.alloc(NODE));
    heap.set_field(value, 0, Some(key));
    (key, value)
}

/// Returns how many of the keys are collected, if a map holds each by a weak
/// pointer and its value until the key is cleaned up.
pub fn of_weak_pointers(entries: usize) -> usize {
    let mut heap = Heap::new();
    for _ in 0..entries {
        let (key, value) = entry(&mut heap);
        let in_the_map = heap.root(value);
        heap.add_cleanup(key, |heap| {
            heap.unroot(in_the_map);
        });
    }
    heap.collect();
    heap.run_cleanups(entries)
}

/// The same of ephemerons.
pub fn of_ephemerons(entries: usize) -> usize {
    let mut heap = Heap::new();
    for _ in 0..entries {
        let (key, value) = entry(&mut heap);
        heap.add_ephemeron(key, value);
        heap.add_cleanup(key, |_| ());
    }
    heap.collect();
    heap.run_cleanups(entries)
}
