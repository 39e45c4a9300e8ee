//! What reference counts cost, and what they cannot see.

use crate::counted::{CountedHeap, Node};

/// Objects each of which points to the next; the first is kept.
fn list(heap: &mut CountedHeap, length: usize) -> Vec<Node> {
    let nodes: Vec<_> = (0..length).map(|_| heap.alloc(1)).collect();
    for pair in nodes.windows(2) {
        heap.set_field(pair[0], 0, Some(pair[1]));
        heap.release(pair[1]);
    }
    heap.collect_cycles();
    nodes
}

/// Returns how many objects of a dead cycle are freed by counts alone, and
/// then by trial deletion.
pub fn dead_cycle(length: usize) -> [usize; 2] {
    let mut heap = CountedHeap::new();
    let nodes = list(&mut heap, length);
    heap.set_field(nodes[length - 1], 0, Some(nodes[0]));
    heap.release(nodes[0]);
    [length - heap.objects(), heap.collect_cycles()]
}

// ANCHOR: look
/// Returns how many objects trial deletion looks at, and frees, after a count
/// has fallen on a list that is in use.
pub fn look_at_a_live_list(length: usize) -> [usize; 2] {
    let mut heap = CountedHeap::new();
    let nodes = list(&mut heap, length);
    let before = heap.work().visits;
    heap.retain(nodes[0]);
    heap.release(nodes[0]); // the list is kept, but a count fell
    let freed = heap.collect_cycles();
    [(heap.work().visits - before) as usize, freed]
}
// ANCHOR_END: look

/// Returns how many counts change while one pointer is moved through as many
/// fields.
///
/// # Panics
///
/// When there are no fields, or the pointer does not arrive in the last one.
pub fn moved_pointer(fields: usize) -> u64 {
    let mut heap = CountedHeap::new();
    let [holder, target] = [fields, 0].map(|fields| heap.alloc(fields));
    heap.set_field(holder, 0, Some(target));
    let before = heap.work().counts;
    for field in 1..fields {
        heap.set_field(holder, field, Some(target));
        heap.set_field(holder, field - 1, None);
    }
    assert_eq!(heap.field(holder, fields - 1), Some(target), "it was moved");
    heap.work().counts - before
}
