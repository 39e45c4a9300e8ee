//! The check for finalizers that can never run.

use finalizers::gc::{Heap, Layout, NeverRuns, Reason};

const NODE: Layout = Layout::new(2, 8);

#[test]
fn a_list_is_fine() {
    let mut heap = Heap::new();
    let (head, tail) = (heap.alloc(NODE), heap.alloc(NODE));
    heap.set_field(head, 0, Some(tail));
    heap.set_finalizer(head, |_, _| ());
    heap.set_finalizer(tail, |_, _| ());
    assert_eq!(heap.check_finalizers(), []);
}

#[test]
fn an_object_of_plain_bytes_is_fine() {
    let mut heap = Heap::new();
    for bytes in [16 + 1, 64, 10_000] {
        let object = heap.alloc(Layout::new(0, bytes));
        heap.set_finalizer(object, |_, _| ());
    }
    assert_eq!(heap.check_finalizers(), []);
}

#[test]
fn what_is_found_is_sorted_by_object_and_finalizers_come_first() {
    let mut heap = Heap::new();
    let objects = [(); 3].map(|()| heap.alloc(NODE));
    let [first, second, third] = objects;
    let links = [(first, second), (second, third), (third, first)];
    for (from, to) in links {
        heap.set_field(from, 0, Some(to));
    }
    for object in [third, first, second] {
        let cleanup = heap.add_cleanup(object, |_| ());
        let (_, held) =
            links.into_iter().find(|link| link.0 == object).unwrap();
        heap.cleanup_holds(cleanup, held);
        heap.set_finalizer(object, |_, _| ());
    }
    let found = heap.check_finalizers();
    let found: Vec<_> =
        found.iter().map(|never| (never.object, never.is_finalizer)).collect();
    let sorted = objects.iter().flat_map(|&it| [(it, true), (it, false)]);
    assert_eq!(found, sorted.collect::<Vec<_>>());
}

#[test]
fn the_shortest_cycle_through_the_object_is_named() {
    let mut heap = Heap::new();
    let nodes: Vec<_> = (0..4).map(|_| heap.alloc(NODE)).collect();
    for (from, to) in [(0, 1), (1, 2), (2, 3), (3, 0)] {
        heap.set_field(nodes[from], 0, Some(nodes[to]));
    }
    heap.set_field(nodes[1], 1, Some(nodes[3]));
    heap.set_finalizer(nodes[0], |_, _| ());
    let path = vec![nodes[0], nodes[1], nodes[3], nodes[0]];
    let never = NeverRuns {
        object: nodes[0],
        is_finalizer: true,
        reason: Reason::Reachable { path },
    };
    assert_eq!(heap.check_finalizers(), [never]);
    heap.collect();
    assert_eq!(heap.finalizers_due(), 0, "and so it is");
}

#[test]
fn an_object_that_points_to_itself_is_fine_and_finalized() {
    let mut heap = Heap::new();
    let node = heap.alloc(NODE);
    heap.set_field(node, 0, Some(node));
    heap.set_finalizer(node, |_, _| ());
    assert_eq!(heap.check_finalizers(), []);
    heap.collect();
    assert_eq!(heap.run_finalizers(1), 1);
}

#[test]
#[should_panic(expected = "would hold its own object")]
fn a_cleanup_cannot_hold_its_own_object() {
    let mut heap = Heap::new();
    let object = heap.alloc(NODE);
    let cleanup = heap.add_cleanup(object, |_| ());
    heap.cleanup_holds(cleanup, object);
}

#[test]
fn a_cleanup_that_holds_its_neighbour_can_never_run() {
    let mut heap = Heap::new();
    let tiny = Layout::new(0, 8);
    let (object, held) = (heap.alloc(tiny), heap.alloc(tiny));
    let cleanup = heap.add_cleanup(object, |_| unreachable!());
    heap.cleanup_holds(cleanup, held);
    let found = heap.check_finalizers();
    assert_eq!(found[0].reason, Reason::HoldsNeighbour { held });
    assert!(found[0].to_string().contains("can never run"), "{}", found[0]);
    heap.collect();
    assert_eq!(heap.run_cleanups(1), 0);
}

#[test]
fn a_cleanup_that_holds_its_object_is_named_and_never_runs() {
    let mut heap = Heap::new();
    let (object, holder) = (heap.alloc(NODE), heap.alloc(NODE));
    heap.set_field(holder, 0, Some(object));
    let cleanup = heap.add_cleanup(object, |_| unreachable!());
    assert_eq!(heap.check_finalizers(), [], "nothing is held yet");
    heap.cleanup_holds(cleanup, holder);
    let found = heap.check_finalizers();
    assert_eq!(
        found[0].to_string(),
        format!("the cleanup of {object} can never run: {holder} -> {object}")
    );
    heap.collect();
    assert_eq!(heap.run_cleanups(1), 0);
}

#[test]
fn a_finalizer_that_has_captured_its_object_is_named() {
    let mut heap = Heap::new();
    let object = heap.alloc(NODE);
    heap.set_finalizer(object, |_, _| unreachable!());
    heap.finalizer_holds(object, object);
    let path = vec![object];
    let reason = Reason::Reachable { path };
    assert_eq!(heap.check_finalizers()[0].reason, reason);
    heap.collect();
    assert_eq!(heap.run_finalizers(1), 0);
}

#[test]
fn a_tiny_object_is_named() {
    let mut heap = Heap::new();
    let tiny = heap.alloc(Layout::new(0, 8));
    heap.set_finalizer(tiny, |_, _| ());
    assert_eq!(heap.check_finalizers()[0].reason, Reason::Tiny);
}
