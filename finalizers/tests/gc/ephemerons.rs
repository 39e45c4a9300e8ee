//! Ephemerons, against a model that asks again until nothing changes.

use std::collections::BTreeSet;

use finalizers::gc::{Ephemeron, Heap, Layout, Pointer, Recording, Step};
use proptest::prelude::*;

const NODE: Layout = Layout::new(2, 8);

/// Objects by number, and what leads where.
#[derive(Debug)]
struct Graph {
    objects: usize,
    roots: BTreeSet<usize>,
    /// From, field, to.
    links: Vec<(usize, usize, usize)>,
    /// Key and value.
    ephemerons: Vec<(usize, usize)>,
}

impl Graph {
    /// Returns what is in use: a pass over all links and ephemerons, until one
    /// finds nothing new.
    fn in_use(&self) -> BTreeSet<usize> {
        let mut found = self.roots.clone();
        loop {
            let before = found.len();
            // Of two links from one field, the later is there.
            let is_there = |at: usize| {
                let (from, field, _) = self.links[at];
                let later = &self.links[at + 1..];
                later.iter().all(|&(f, i, _)| (f, i) != (from, field))
            };
            for (at, &(from, _, to)) in self.links.iter().enumerate() {
                if is_there(at) && found.contains(&from) {
                    found.insert(to);
                }
            }
            for (key, value) in &self.ephemerons {
                if found.contains(key) {
                    found.insert(*value);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }
}

fn graph() -> impl Strategy<Value = Graph> {
    const MOST: usize = 40;
    (1..3 * MOST / 4).prop_flat_map(|objects| {
        let any = || 0..objects;
        let roots = prop::collection::btree_set(any(), 0..4);
        let links =
            prop::collection::vec((any(), 0..2_usize, any()), 0..MOST / 2);
        let ephemerons = prop::collection::vec((any(), any()), 0..MOST);
        (roots, links, ephemerons).prop_map(
            move |(roots, links, ephemerons)| Graph {
                objects,
                roots,
                links,
                ephemerons,
            },
        )
    })
}

fn built(graph: &Graph) -> (Heap, Vec<Pointer>, Vec<Ephemeron>) {
    let mut heap = Heap::new();
    let objects: Vec<_> =
        (0..graph.objects).map(|_| heap.alloc(NODE)).collect();
    for &(from, field, to) in &graph.links {
        heap.set_field(objects[from], field, Some(objects[to]));
    }
    for &root in &graph.roots {
        let _kept = heap.root(objects[root]);
    }
    let add = |&(key, value): &(usize, usize)| {
        heap.add_ephemeron(objects[key], objects[value])
    };
    let ephemerons = graph.ephemerons.iter().map(add).collect();
    (heap, objects, ephemerons)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_value_lives_as_long_as_its_key(graph in graph()) {
        let (mut heap, objects, ephemerons) = built(&graph);
        heap.collect();
        let in_use = graph.in_use();
        for (number, object) in objects.iter().enumerate() {
            let expected = in_use.contains(&number);
            prop_assert_eq!(heap.is_allocated(*object), expected, "{}", number);
        }
        for (ephemeron, &(key, value)) in ephemerons.iter().zip(&graph.ephemerons) {
            let expected = in_use.contains(&key).then(|| objects[value]);
            prop_assert_eq!(heap.ephemeron_value(*ephemeron), expected);
        }
        prop_assert_eq!(heap.verify(), Ok(()));
        prop_assert_eq!(heap.verify_fields(), Ok(()));
    }
}

/// A chain in the order that is worst for a pass over a list: each pass would
/// find one more.
#[test]
fn each_object_of_a_chain_is_followed_once() {
    let mut heap = Heap::<Recording<(), ()>>::default();
    let count = 10_000;
    let chain: Vec<_> = (0..count).map(|_| heap.alloc(NODE)).collect();
    for pair in chain.windows(2).rev() {
        heap.add_ephemeron(pair[0], pair[1]);
    }
    let _kept = heap.root(chain[0]);
    heap.collect();
    let steps = heap.take_steps();
    let is_followed = |step: &&Step| matches!(step, Step::Follow(_));
    assert_eq!(steps.iter().filter(is_followed).count(), count);
    assert_eq!(heap.objects(), count);
}

#[test]
fn a_value_without_fields_is_a_key_too() {
    let mut heap = Heap::new();
    let plain = Layout::new(0, 64);
    let [first, second, third] = [(); 3].map(|()| heap.alloc(plain));
    heap.add_ephemeron(first, second);
    heap.add_ephemeron(second, third);
    let root = heap.root(first);
    heap.collect();
    assert_eq!(heap.objects(), 3);
    heap.unroot(root);
    heap.collect();
    assert_eq!((heap.objects(), heap.specials()), (0, 0));
}

#[test]
fn a_finalizer_that_brings_the_key_back_does_not_bring_the_value() {
    let mut heap = Heap::new();
    let (key, value) = (heap.alloc(NODE), heap.alloc(NODE));
    let ephemeron = heap.add_ephemeron(key, value);
    heap.set_finalizer(key, |heap, key| drop(heap.root(key)));
    heap.collect();
    assert_eq!(heap.ephemeron_value(ephemeron), None);
    assert_eq!(heap.run_finalizers(1), 1);
    assert!(heap.is_allocated(key) && !heap.is_allocated(value));
    assert_eq!(heap.ephemeron_value(ephemeron), None);
}

#[test]
fn a_finalizer_is_kept_from_running_by_a_value_that_leads_back() {
    let mut heap = Heap::new();
    let [object, key, value] = [(); 3].map(|()| heap.alloc(NODE));
    heap.set_field(object, 0, Some(key));
    heap.add_ephemeron(key, value);
    heap.set_field(value, 0, Some(object));
    heap.set_finalizer(object, |_, _| ());
    let found = heap.check_finalizers();
    let path = format!("{object} -> {key} -> {value} -> {object}");
    assert!(found[0].to_string().ends_with(&path), "{}", found[0]);
    heap.collect();
    assert_eq!(heap.finalizers_due(), 0);
}

#[test]
fn a_removed_ephemeron_keeps_nothing_and_a_stale_one_names_nothing() {
    let mut heap = Heap::new();
    let (key, value) = (heap.alloc(NODE), heap.alloc(NODE));
    let root = heap.root(key);
    let ephemeron = heap.add_ephemeron(key, value);
    assert!(heap.remove_ephemeron(ephemeron));
    assert!(!heap.remove_ephemeron(ephemeron));
    heap.collect();
    assert!(!heap.is_allocated(value));
    let stale = heap.add_ephemeron(key, key);
    heap.unroot(root);
    heap.collect();
    let again = heap.alloc(NODE);
    heap.add_ephemeron(again, again);
    assert_eq!(again.address(), key.address());
    assert_eq!(heap.ephemeron_value(stale), None);
    assert!(!heap.remove_ephemeron(stale));
    let mut other = Heap::new();
    let own = other.alloc(NODE);
    let foreign = other.add_ephemeron(own, own);
    assert_eq!(heap.ephemeron_value(foreign), None);
}

#[test]
fn to_remove_an_ephemeron_leaves_what_else_hangs_on_its_key() {
    let mut heap = Heap::new();
    let [key, first, second] = [(); 3].map(|()| heap.alloc(NODE));
    let _root = heap.root(key);
    let removed = heap.add_ephemeron(key, first);
    let kept = heap.add_ephemeron(key, second);
    heap.add_cleanup(key, |_| ());
    assert!(heap.remove_ephemeron(removed));
    assert_eq!(heap.ephemeron_value(removed), None);
    assert_eq!(heap.ephemeron_value(kept), Some(second));
    assert_eq!(heap.specials(), 2);
    heap.collect();
    assert!(!heap.is_allocated(first) && heap.is_allocated(second));
}

#[test]
fn a_value_added_while_marking_to_a_key_that_is_unreachable_goes_with_it() {
    let mut heap = Heap::new();
    let [key, value] = [(); 2].map(|()| heap.alloc(NODE));
    heap.begin_collection();
    heap.add_ephemeron(key, value);
    heap.collect();
    assert_eq!(heap.objects(), 0);
}

#[test]
#[should_panic(expected = "an object of no size is no key")]
fn an_object_of_no_size_is_no_key() {
    let mut heap = Heap::new();
    let value = heap.alloc(NODE);
    heap.add_ephemeron(Pointer::ZERO_SIZED, value);
}

/// What Go has in the place of ephemerons: a map from weak pointers to values,
/// and a cleanup of each key that takes its entry out.
#[test]
// ANCHOR: weak-map
fn a_map_of_weak_pointers_leaks_where_a_value_leads_to_its_key() {
    let mut heap = Heap::new();
    let (key, value) = (heap.alloc(NODE), heap.alloc(NODE));
    let weak = heap.downgrade(key);
    let in_the_map = heap.root(value);
    heap.add_cleanup(key, |heap| {
        heap.unroot(in_the_map);
    });
    heap.set_field(value, 0, Some(key));
    heap.collect();
    assert_eq!(heap.upgrade(weak), Some(key), "kept by its own value");

    heap.set_field(value, 0, None);
    heap.collect();
    assert_eq!(heap.upgrade(weak), None);
    assert_eq!(heap.run_cleanups(1), 1);
}
// ANCHOR_END: weak-map
