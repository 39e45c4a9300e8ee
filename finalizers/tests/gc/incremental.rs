//! A program that runs between the steps of a collection.

use std::collections::BTreeSet;
use std::fmt::Debug;

use finalizers::gc::{Ephemeron, Heap, Layout, Pointer, Recording, Root};
use finalizers::steps::{Sound, Steps};
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use support::planted::caught;

const NODE: Layout = Layout::new(2, 8);

/// Small enough to share a block with others.
const TINY: Layout = Layout::new(0, 4);

#[derive(Clone, Debug)]
enum Operation {
    Alloc(Layout),
    Root(usize),
    Unroot(usize),
    Link { from: usize, field: usize, to: usize },
    Unlink { from: usize, field: usize },
    AddEphemeron { key: usize, value: usize },
    RemoveEphemeron(usize),
    Begin,
    Mark(usize),
    Collect,
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    use Operation::*;
    let any = || 0..usize::MAX;
    let operation = prop_oneof![
        4 => Just(Alloc(NODE)),
        1 => Just(Alloc(TINY)),
        3 => any().prop_map(Root),
        3 => any().prop_map(Unroot),
        8 => (any(), 0..2_usize, any())
            .prop_map(|(from, field, to)| Link { from, field, to }),
        6 => (any(), 0..2_usize)
            .prop_map(|(from, field)| Unlink { from, field }),
        2 => (any(), any())
            .prop_map(|(key, value)| AddEphemeron { key, value }),
        1 => any().prop_map(RemoveEphemeron),
        3 => Just(Begin),
        8 => (0..3_usize).prop_map(Mark),
        1 => Just(Collect),
    ];
    prop::collection::vec(operation, 0..if cfg!(miri) { 30 } else { 150 })
}

type Heaps<S> = Heap<Recording<(), (), S>>;

/// The same program on a heap that is collected in steps and on its twin,
/// which stands still while it is collected.
struct Twins<S: Steps> {
    stepped: Heaps<S>,
    at_once: Heaps<Sound>,
    /// What the twin still has, in both heaps.
    objects: Vec<[Pointer; 2]>,
    /// Those of the twin's that have fields.
    nodes: BTreeSet<Pointer>,
    roots: Vec<[Root; 2]>,
    /// The twin's key, and the ephemeron in both.
    ephemerons: Vec<(Pointer, [Ephemeron; 2])>,
    /// What was in use when the collection in steps began.
    snapshot: Vec<Pointer>,
}

impl<S: Steps + Debug> Twins<S> {
    fn new() -> Self {
        Self {
            stepped: Heap::default(),
            at_once: Heap::default(),
            objects: Vec::new(),
            nodes: BTreeSet::new(),
            roots: Vec::new(),
            ephemerons: Vec::new(),
            snapshot: Vec::new(),
        }
    }

    fn pick(&self, index: usize) -> Option<[Pointer; 2]> {
        let index = index.checked_rem(self.objects.len())?;
        Some(self.objects[index])
    }

    fn link(&mut self, from: usize, field: usize, to: Option<usize>) {
        let to = to.and_then(|to| self.pick(to));
        let Some([from, twin]) = self.pick(from) else { return };
        if !self.nodes.contains(&twin) {
            return;
        }
        self.stepped.set_field(from, field, to.map(|[to, _]| to));
        self.at_once.set_field(twin, field, to.map(|[_, to]| to));
    }

    fn add_ephemeron(&mut self, key: usize, value: usize) {
        if let Some([key, twin]) = self.pick(key)
            && let Some([value, twin_value]) = self.pick(value)
        {
            let both = [
                self.stepped.add_ephemeron(key, value),
                self.at_once.add_ephemeron(twin, twin_value),
            ];
            self.ephemerons.push((twin, both));
        }
    }

    fn remove_ephemeron(&mut self, index: usize) {
        if let Some(index) = index.checked_rem(self.ephemerons.len()) {
            let (_, [ephemeron, twin]) = self.ephemerons.swap_remove(index);
            self.stepped.remove_ephemeron(ephemeron);
            self.at_once.remove_ephemeron(twin);
        }
    }

    fn begin(&mut self) {
        if !self.stepped.is_marking() {
            self.snapshot = self.in_use();
            self.stepped.begin_collection();
        }
    }

    /// Returns what is in use now, asked of the twin.
    fn in_use(&self) -> Vec<Pointer> {
        let roots = self.roots.iter();
        let mut next: Vec<Pointer> =
            roots.map(|[_, root]| self.at_once.root_of(root)).collect();
        let mut found = BTreeSet::new();
        while let Some(object) = next.pop() {
            if !found.insert(object) {
                continue;
            }
            if self.nodes.contains(&object) {
                let fields = (0..2).map(|at| self.at_once.field(object, at));
                next.extend(fields.flatten());
            }
            let of_key = self.ephemerons.iter().filter(|(k, _)| *k == object);
            next.extend(of_key.filter_map(|(_, [_, ephemeron])| {
                self.at_once.ephemeron_value(*ephemeron)
            }));
        }
        let both = self.objects.iter();
        both.filter(|[_, twin]| found.contains(twin))
            .map(|[object, _]| *object)
            .collect()
    }

    fn collect(&mut self) {
        self.begin();
        self.stepped.collect();
        self.at_once.collect();
        for object in self.snapshot.drain(..) {
            let is_there = self.stepped.is_allocated(object);
            assert!(is_there, "{object} was in use at the beginning");
        }
        self.objects.retain(|[object, twin]| {
            let is_kept = self.at_once.is_allocated(*twin);
            if is_kept {
                let is_there = self.stepped.is_allocated(*object);
                assert!(is_there, "{object} is in use and was freed");
            }
            is_kept
        });
        assert_eq!(self.stepped.verify_fields(), Ok(()));
    }

    fn apply(&mut self, operation: &Operation) {
        use Operation::*;
        match *operation {
            Alloc(layout) => {
                let twin = self.at_once.alloc(layout);
                self.objects.push([self.stepped.alloc(layout), twin]);
                if layout == NODE {
                    self.nodes.insert(twin);
                }
            }
            Root(index) => {
                if let Some([object, twin]) = self.pick(index) {
                    let root = self.stepped.root(object);
                    self.roots.push([root, self.at_once.root(twin)]);
                }
            }
            Unroot(index) => {
                if let Some(index) = index.checked_rem(self.roots.len()) {
                    let [root, twin] = self.roots.swap_remove(index);
                    self.stepped.unroot(root);
                    self.at_once.unroot(twin);
                }
            }
            Link { from, field, to } => self.link(from, field, Some(to)),
            Unlink { from, field } => self.link(from, field, None),
            AddEphemeron { key, value } => self.add_ephemeron(key, value),
            RemoveEphemeron(index) => self.remove_ephemeron(index),
            Begin => self.begin(),
            Mark(most) => {
                self.stepped.mark_some(most);
            }
            Collect => self.collect(),
        }
        self.stepped.take_steps();
        self.at_once.take_steps();
    }

    /// Demands that a collection in one go finds what the twin has found.
    fn finish(mut self) {
        self.collect();
        self.collect();
        assert_eq!(self.stepped.objects(), self.at_once.objects());
    }
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(miri) { 2 } else { 300 },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Interleaves random programs with a collection in steps.
fn steps_find_what_one_step_finds<S: Steps + Debug>(mut runner: TestRunner) {
    let result = runner.run(&operations(), |operations| {
        let mut twins = Twins::<S>::new();
        for operation in &operations {
            twins.apply(operation);
            if S::MARKS_NEW && S::MARKS_OLD {
                assert_eq!(twins.stepped.verify(), Ok(()));
            }
        }
        twins.finish();
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, operations)) => {
            panic!("{why}: {operations:#?}")
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

#[test]
fn steps_find_what_a_collection_at_once_finds() {
    steps_find_what_one_step_finds::<Sound>(TestRunner::new(config()));
}

/// A write leaves no mark.
#[derive(Debug)]
enum NoBarrier {}
impl Steps for NoBarrier {
    const MARKS_OLD: bool = false;
    const MARKS_NEW: bool = false;
}

/// Dijkstra's barrier alone.
#[derive(Debug)]
enum NotTheOld {}
impl Steps for NotTheOld {
    const MARKS_OLD: bool = false;
}

/// Yuasa's barrier alone.
#[derive(Debug)]
enum NotTheNew {}
impl Steps for NotTheNew {
    const MARKS_NEW: bool = false;
}

/// A root of `from` and of `to`; `from` points to an object, `to` was
/// followed, and `from` was not.
struct Scene<S: Steps> {
    heap: Heaps<S>,
    from: Pointer,
    to: Pointer,
    target: Pointer,
}

fn scene<S: Steps>() -> Scene<S> {
    let mut heap = Heaps::<S>::default();
    let [from, to, target] = [(); 3].map(|()| heap.alloc(NODE));
    let _kept = [from, to].map(|object| heap.root(object));
    heap.set_field(from, 0, Some(target));
    heap.begin_collection();
    assert!(!heap.mark_some(1), "`to`, the last root, is followed first");
    Scene { heap, from, to, target }
}

/// The only pointer is moved to where nobody looks again.
fn a_moved_pointer_is_found<S: Steps>() {
    let Scene { mut heap, from, to, target } = scene::<S>();
    heap.set_field(to, 0, Some(target));
    heap.set_field(from, 0, None);
    heap.collect();
    assert!(heap.is_allocated(target), "the moved object was freed");
}

/// The only pointer is in a variable of the program when marking ends.
fn what_was_in_use_at_the_beginning_is_kept<S: Steps>() {
    let Scene { mut heap, from, target, .. } = scene::<S>();
    heap.set_field(from, 0, None);
    heap.collect();
    assert!(heap.is_allocated(target), "the unlinked object was freed");
}

/// A pointer that only a variable held when marking began is stored.
fn what_is_stored_is_kept<S: Steps>() {
    let mut heap = Heaps::<S>::default();
    let [to, target] = [(); 2].map(|()| heap.alloc(NODE));
    let _kept = heap.root(to);
    heap.begin_collection();
    while !heap.mark_some(1) {}
    heap.set_field(to, 0, Some(target));
    heap.collect();
    assert!(heap.is_allocated(target), "the stored object was freed");
}

#[test]
fn each_half_of_the_barrier_keeps_what_it_is_for() {
    a_moved_pointer_is_found::<Sound>();
    what_was_in_use_at_the_beginning_is_kept::<Sound>();
    what_is_stored_is_kept::<Sound>();
    // Each half alone keeps what was moved.
    a_moved_pointer_is_found::<NotTheOld>();
    a_moved_pointer_is_found::<NotTheNew>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_no_barrier() {
    a_moved_pointer_is_found::<NoBarrier>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_not_the_old() {
    what_was_in_use_at_the_beginning_is_kept::<NotTheOld>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_not_the_new() {
    what_is_stored_is_kept::<NotTheNew>();
}

/// As many programs as it takes, the same each time.
fn in_random_programs<S: Steps + Debug>() {
    let config = ProptestConfig { cases: 2_000, ..config() };
    let rng = TestRunner::deterministic().new_rng();
    steps_find_what_one_step_finds::<S>(TestRunner::new_with_rng(config, rng));
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_not_the_old_in_random_programs() {
    in_random_programs::<NotTheOld>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_not_the_new_in_random_programs() {
    in_random_programs::<NotTheNew>();
}

#[test]
#[cfg_attr(miri, ignore = "starts processes")]
fn planted_bugs_are_caught() {
    for (bug, message) in [
        ("no_barrier", "the moved object was freed"),
        ("not_the_old", "the unlinked object was freed"),
        ("not_the_new", "the stored object was freed"),
        ("not_the_old_in_random_programs", "was in use at the beginning"),
        ("not_the_new_in_random_programs", "FieldToFreed"),
    ] {
        caught(&format!("incremental::planted_{bug}"), message);
    }
}

#[test]
fn verify_names_what_a_missing_barrier_overlooks() {
    let Scene { mut heap, to, target, .. } = scene::<NoBarrier>();
    assert_eq!(heap.verify(), Ok(()));
    heap.set_field(to, 0, Some(target));
    let violation = heap.verify().unwrap_err().to_string();
    let expected = format!("{to} was followed, but {target} is not marked");
    assert_eq!(violation, expected);
}

#[test]
fn what_is_allocated_while_marking_is_kept_and_gone_by_the_next() {
    let mut heap = Heap::new();
    heap.begin_collection();
    let new = heap.alloc(NODE);
    let large = heap.alloc(Layout::new(1, 50_000));
    heap.collect();
    assert!(heap.is_allocated(new) && heap.is_allocated(large));
    heap.collect();
    assert_eq!(heap.objects(), 0);
    assert_eq!((heap.collections(), heap.is_marking()), (2, false));
}

#[test]
fn a_tiny_object_that_joins_a_key_while_marking_does_not_hide_its_value() {
    let mut heap = Heap::new();
    let (key, value) = (heap.alloc(TINY), heap.alloc(NODE));
    let ephemeron = heap.add_ephemeron(key, value);
    heap.begin_collection();
    let neighbour = heap.alloc(TINY);
    assert_eq!(neighbour.address(), key.address() + 4);
    heap.collect();
    assert_eq!(heap.ephemeron_value(ephemeron), Some(value));
    assert!(heap.is_allocated(value));
}

#[test]
fn a_finalizer_set_while_marking_keeps_what_its_object_points_to() {
    let mut heap = Heap::new();
    let (object, child) = (heap.alloc(NODE), heap.alloc(NODE));
    heap.set_field(object, 0, Some(child));
    heap.begin_collection();
    heap.set_finalizer(object, |_, _| ());
    heap.collect();
    assert_eq!(heap.finalizers_due(), 1);
    assert!(heap.is_allocated(child));
    assert_eq!(heap.verify_fields(), Ok(()));
}

#[test]
fn what_is_captured_while_marking_is_kept() {
    let mut heap = Heap::new();
    let [object, other, held, too] = [(); 4].map(|()| heap.alloc(NODE));
    heap.set_finalizer(object, |_, _| ());
    let cleanup = heap.add_cleanup(other, |_| ());
    heap.begin_collection();
    heap.finalizer_holds(object, held);
    heap.cleanup_holds(cleanup, too);
    heap.collect();
    assert!(heap.is_allocated(held) && heap.is_allocated(too));
    assert_eq!(heap.run_finalizers(1) + heap.run_cleanups(1), 2);
}

#[test]
fn a_weak_pointer_asked_while_marking_gives_what_a_root_then_keeps() {
    let mut heap = Heap::new();
    let object = heap.alloc(NODE);
    let weak = heap.downgrade(object);
    heap.begin_collection();
    let found = heap.upgrade(weak).expect("it is not swept yet");
    let root = heap.root(found);
    heap.collect();
    assert_eq!(heap.upgrade(weak), Some(heap.unroot(root)));
}

#[test]
fn under_stress_an_allocation_ends_the_collection_that_was_begun() {
    let mut heap = Heap::new();
    heap.set_stress(true);
    let kept = heap.alloc(NODE);
    heap.begin_collection();
    let _root = heap.root(kept);
    let new = heap.alloc(NODE);
    assert!(!heap.is_marking());
    assert!(heap.is_allocated(kept) && heap.is_allocated(new));
}

#[test]
fn near_the_limit_a_collection_that_was_begun_is_ended() {
    let mut heap = Heap::new();
    heap.set_memory_limit(1 << 20);
    heap.collect();
    heap.begin_collection();
    while !heap.collect_if_due() {
        heap.alloc(Layout::new(0, 1024));
        heap.mark_some(1);
    }
    assert_eq!((heap.collections(), heap.is_marking()), (2, false));
    assert_eq!(heap.objects(), 1024, "allocated while objects were marked");
}
