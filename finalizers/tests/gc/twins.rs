//! Random programs that run between the steps of a collection, beside a twin
//! that stands still while it is collected.

use std::collections::BTreeSet;
use std::fmt::Debug;

use finalizers::gc::{Ephemeron, Heap, Layout, Pointer, Recording, Root};
use finalizers::steps::{Sound, Steps};
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

pub(crate) const NODE: Layout = Layout::new(2, 8);

/// Small enough to share a block with others.
pub(crate) const TINY: Layout = Layout::new(0, 4);

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
    prop::collection::vec(operation, 0..150)
}

pub(crate) type Heaps<S> = Heap<Recording<(), (), S>>;

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
        cases: 300,
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

/// As many programs as it takes, the same each time.
pub(crate) fn in_random_programs<S: Steps + Debug>() {
    let config = ProptestConfig { cases: 2_000, ..config() };
    let rng = TestRunner::deterministic().new_rng();
    steps_find_what_one_step_finds::<S>(TestRunner::new_with_rng(config, rng));
}

#[test]
fn steps_find_what_a_collection_at_once_finds() {
    steps_find_what_one_step_finds::<Sound>(TestRunner::new(config()));
}
