//! Reference counting and the collected heap free the same objects.
//!
//! Neither has any `unsafe`, so Miri would find nothing here.
#![cfg(not(any(loom, miri)))]

use std::panic::{AssertUnwindSafe, catch_unwind};

use finalizers::counted::{CountedHeap, Node, Work};
use finalizers::gc::{Heap, Layout, Pointer, Root};
use proptest::prelude::*;

const FIELDS: usize = 2;

#[derive(Clone, Debug)]
enum Operation {
    Alloc,
    Keep(usize),
    Drop(usize),
    Link { from: usize, field: usize, to: usize },
    Unlink { from: usize, field: usize },
    Collect,
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let any = || 0..usize::MAX;
    prop_oneof![
        4 => Just(Alloc),
        1 => any().prop_map(Keep),
        4 => any().prop_map(Drop),
        8 => (any(), 0..FIELDS, any())
            .prop_map(|(from, field, to)| Link { from, field, to }),
        4 => (any(), 0..FIELDS)
            .prop_map(|(from, field)| Unlink { from, field }),
        1 => Just(Collect),
    ]
}

/// The same program on both.
#[derive(Default)]
struct Rivals {
    traced: Heap,
    counted: CountedHeap,
    /// What is kept, and what is reachable from there: the others may be gone
    /// already where they are counted.
    kept: Vec<(Root, Node)>,
    all: Vec<(Pointer, Node)>,
}

impl Rivals {
    fn pick(&self, index: usize) -> Option<(Pointer, Node)> {
        let index = index.checked_rem(self.kept.len())?;
        let (root, node) = &self.kept[index];
        Some((self.traced.root_of(root), *node))
    }

    fn link(&mut self, from: usize, field: usize, to: Option<usize>) {
        let to = to.and_then(|to| self.pick(to));
        if let Some((from, node)) = self.pick(from) {
            self.traced.set_field(from, field, to.map(|(to, _)| to));
            self.counted.set_field(node, field, to.map(|(_, to)| to));
        }
    }

    fn apply(&mut self, operation: &Operation) {
        match *operation {
            Operation::Alloc => {
                let object = self.traced.alloc(Layout::new(FIELDS, 8));
                let node = self.counted.alloc(FIELDS);
                self.kept.push((self.traced.root(object), node));
                self.all.push((object, node));
            }
            Operation::Keep(index) => {
                if let Some((object, node)) = self.pick(index) {
                    self.counted.retain(node);
                    self.kept.push((self.traced.root(object), node));
                }
            }
            Operation::Drop(index) => {
                if let Some(index) = index.checked_rem(self.kept.len()) {
                    let (root, node) = self.kept.swap_remove(index);
                    self.traced.unroot(root);
                    self.counted.release(node);
                }
            }
            Operation::Link { from, field, to } => {
                self.link(from, field, Some(to));
            }
            Operation::Unlink { from, field } => self.link(from, field, None),
            Operation::Collect => self.collect(),
        }
    }

    fn collect(&mut self) {
        self.traced.collect();
        self.counted.collect_cycles();
        for (object, node) in &self.all {
            let is_there = self.traced.is_allocated(*object);
            assert_eq!(self.counted.is_allocated(*node), is_there, "{node:?}");
            for index in (0..FIELDS).filter(|_| is_there) {
                let to = self.traced.field(*object, index);
                let node_to = self.counted.field(*node, index);
                let expected = to.map(|to| self.node_of(to));
                assert_eq!(node_to, expected);
            }
        }
        assert_eq!(self.counted.objects(), self.traced.objects());
    }

    fn node_of(&self, object: Pointer) -> Node {
        let mut all = self.all.iter();
        all.find(|(known, _)| *known == object).expect("it was made here").1
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn counts_and_marks_free_the_same(
        operations in prop::collection::vec(
            operation(),
            0..150,
        ),
    ) {
        let mut rivals = Rivals::default();
        for operation in &operations {
            rivals.apply(operation);
        }
        rivals.collect();
        // And again: nothing is left half done.
        rivals.collect();
        while !rivals.kept.is_empty() {
            rivals.apply(&Operation::Drop(0));
        }
        rivals.collect();
        prop_assert_eq!(rivals.counted.objects(), 0);
    }
}

/// A list, kept at its head.
fn list(heap: &mut CountedHeap, length: usize) -> Vec<Node> {
    let nodes: Vec<_> = (0..length).map(|_| heap.alloc(1)).collect();
    for pair in nodes.windows(2) {
        heap.set_field(pair[0], 0, Some(pair[1]));
        heap.release(pair[1]);
    }
    nodes
}

#[test]
fn a_long_list_goes_at_once_and_a_long_cycle_at_the_next_look() {
    let mut heap = CountedHeap::new();
    let length = 200_000;
    let nodes = list(&mut heap, length);
    heap.release(nodes[0]);
    assert_eq!(heap.objects(), length - 1, "all were suspected once, but one");
    assert_eq!(heap.collect_cycles(), 0, "none of them is a cycle");
    assert_eq!(heap.objects(), 0);

    let nodes = list(&mut heap, length);
    heap.set_field(nodes[length - 1], 0, Some(nodes[0]));
    heap.release(nodes[0]);
    assert_eq!(heap.collect_cycles(), length);
    assert_eq!(heap.objects(), 0);
}

#[test]
fn a_count_that_falls_on_a_live_list_costs_a_look_at_all_of_it() {
    let mut heap = CountedHeap::new();
    let length = 1_000;
    let nodes = list(&mut heap, length);
    heap.collect_cycles();
    let Work { visits: before, .. } = heap.work();
    heap.retain(nodes[0]);
    heap.release(nodes[0]);
    assert_eq!(heap.collect_cycles(), 0);
    let Work { visits: after, .. } = heap.work();
    let looks = length as u64 + 1 + (length as u64 - 1);
    assert_eq!(after - before, looks, "taken, found, given back");
}

#[test]
fn each_count_that_changes_and_each_look_is_part_of_the_work() {
    let mut heap = CountedHeap::new();
    let [node, other] = [(); 2].map(|()| heap.alloc(1));
    let before = heap.work().counts;
    heap.retain(node);
    heap.release(node);
    assert_eq!(heap.work().counts - before, 2);
    heap.collect_cycles();

    heap.set_field(node, 0, Some(node));
    heap.release(node);
    let before = heap.work().visits;
    assert_eq!(heap.collect_cycles(), 1);
    let looks = 2 + 2 + 1;
    assert_eq!(heap.work().visits - before, looks, "taken, found, gathered");

    heap.retain(other);
    heap.release(other);
    heap.retain(other);
    let before = heap.work().visits;
    assert_eq!(heap.collect_cycles(), 0);
    assert_eq!(heap.work().visits, before, "counted again, and not suspected");
}

#[test]
fn a_node_that_is_freed_or_of_another_heap_is_refused() {
    let (mut heap, mut other) = (CountedHeap::new(), CountedHeap::new());
    let freed = heap.alloc(1);
    heap.release(freed);
    let again = heap.alloc(1);
    let foreign = other.alloc(1);
    for bad in [freed, foreign] {
        assert!(!heap.is_allocated(bad));
        assert!(panics(|| heap.release(bad)));
        assert!(panics(|| heap.retain(bad)));
        assert!(panics(|| heap.field(bad, 0)));
        assert!(panics(|| heap.set_field(again, 0, Some(bad))));
        assert_eq!(heap.field(again, 0), None);
    }
}

#[test]
fn what_fields_count_is_not_the_program_s_to_release() {
    let mut heap = CountedHeap::new();
    let [from, to] = [(); 2].map(|()| heap.alloc(1));
    heap.set_field(from, 0, Some(to));
    heap.release(to);
    assert!(panics(|| heap.release(to)));
    assert_eq!(heap.field(from, 0), Some(to));
    heap.release(from);
    heap.collect_cycles();
    assert_eq!(heap.objects(), 0);
}

fn panics<R>(call: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}
