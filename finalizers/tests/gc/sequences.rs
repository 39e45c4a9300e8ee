//! Random sequences of operations, compared with the oracle after each.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use finalizers::gc::{Cleanup, Heap, Layout, Pointer, Root, Weak};
use proptest::prelude::*;

use crate::oracle::{Object, Oracle};
use support::watchdog::watch;

#[derive(Clone, Debug)]
enum Operation {
    Alloc { pointers: usize, bytes: usize },
    Root(usize),
    Unroot(usize),
    Link { from: usize, field: usize, to: usize },
    Unlink { from: usize, field: usize },
    SetFinalizer(usize),
    ClearFinalizer(usize),
    AddCleanup(usize),
    StopCleanup(usize),
    Downgrade(usize),
    Collect,
    RunFinalizers(usize),
    RunCleanups(usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let any = || 0..usize::MAX;
    prop_oneof![
        6 => (0..4_usize, 16..300_usize)
            .prop_map(|(pointers, bytes)| Alloc { pointers, bytes }),
        1 => (1..16_usize)
            .prop_map(|bytes| Alloc { pointers: 1, bytes }),
        1 => (0..4_usize, 2_000..20_000_usize)
            .prop_map(|(pointers, bytes)| Alloc { pointers, bytes }),
        4 => any().prop_map(Root),
        3 => any().prop_map(Unroot),
        8 => (any(), any(), any())
            .prop_map(|(from, field, to)| Link { from, field, to }),
        2 => (any(), any()).prop_map(|(from, field)| Unlink { from, field }),
        4 => any().prop_map(SetFinalizer),
        1 => any().prop_map(ClearFinalizer),
        4 => any().prop_map(AddCleanup),
        1 => any().prop_map(StopCleanup),
        4 => any().prop_map(Downgrade),
        3 => Just(Collect),
        2 => (0..4_usize).prop_map(RunFinalizers),
        2 => (0..4_usize).prop_map(RunCleanups),
    ]
}

/// A heap and its oracle, side by side.
#[derive(Default)]
struct Pair {
    heap: Heap,
    oracle: Oracle,
    pointers: Vec<Pointer>,
    roots: Vec<(usize, Root)>,
    cleanups: Vec<(usize, usize, Cleanup)>,
    last_cleanup: usize,
    weak: HashMap<usize, Weak>,
    finalized: Rc<RefCell<Vec<usize>>>,
    cleaned: Rc<Cell<usize>>,
}

impl Pair {
    /// One of the objects that are still allocated.
    fn pick(&self, index: usize) -> Option<(usize, Pointer)> {
        let count = self.oracle.objects.len();
        let index = index.checked_rem(count)?;
        let number = *self.oracle.objects.keys().nth(index)?;
        Some((number, self.pointers[number]))
    }

    fn object(&mut self, number: usize) -> &mut Object {
        self.oracle.objects.get_mut(&number).expect("it was picked")
    }

    fn alloc(&mut self, pointers: usize, bytes: usize) {
        let number = self.pointers.len();
        self.pointers.push(self.heap.alloc(Layout::new(pointers, bytes)));
        let fields = vec![None; pointers];
        let object = Object { fields, ..Object::default() };
        self.oracle.objects.insert(number, object);
    }

    fn link(&mut self, from: usize, field: usize, to: Option<usize>) {
        let to = to.and_then(|to| self.pick(to));
        let Some((from, pointer)) = self.pick(from) else {
            return;
        };
        let fields = &mut self.object(from).fields;
        let Some(field) = field.checked_rem(fields.len()) else {
            return;
        };
        fields[field] = to.map(|(number, _)| number);
        self.heap.set_field(pointer, field, to.map(|(_, p)| p));
    }

    fn unroot(&mut self, index: usize) {
        if let Some(index) = index.checked_rem(self.roots.len()) {
            let (number, root) = self.roots.swap_remove(index);
            assert_eq!(self.heap.unroot(root), self.pointers[number]);
            self.object(number).roots -= 1;
        }
    }

    fn stop_cleanup(&mut self, index: usize) {
        if let Some(index) = index.checked_rem(self.cleanups.len()) {
            let (number, id, cleanup) = self.cleanups.swap_remove(index);
            let object = self.oracle.objects.get_mut(&number);
            let was_there = object.is_some_and(|o| o.cleanups.remove(&id));
            assert_eq!(cleanup.stop(&mut self.heap), was_there);
        }
    }

    /// An operation on one object.
    fn touch(&mut self, operation: &Operation, index: usize) {
        let Some((number, pointer)) = self.pick(index) else {
            return;
        };
        match operation {
            Operation::Root(_) => {
                self.roots.push((number, self.heap.root(pointer)));
                self.object(number).roots += 1;
            }
            Operation::SetFinalizer(_) => {
                if !self.object(number).is_finalized {
                    self.object(number).is_finalized = true;
                    let finalized = Rc::clone(&self.finalized);
                    self.heap.set_finalizer(pointer, move |_, object| {
                        assert_eq!(object, pointer);
                        finalized.borrow_mut().push(number);
                    });
                }
            }
            Operation::ClearFinalizer(_) => {
                let was_set =
                    std::mem::take(&mut self.object(number).is_finalized);
                assert_eq!(self.heap.clear_finalizer(pointer), was_set);
            }
            Operation::AddCleanup(_) => {
                let cleaned = Rc::clone(&self.cleaned);
                let cleanup = self.heap.add_cleanup(pointer, move |_| {
                    cleaned.set(cleaned.get() + 1);
                });
                self.last_cleanup += 1;
                let id = self.last_cleanup;
                self.object(number).cleanups.insert(id);
                self.cleanups.push((number, id, cleanup));
            }
            Operation::Downgrade(_) => {
                let weak = self.heap.downgrade(pointer);
                if self.object(number).is_weak {
                    assert_eq!(self.weak.get(&number), Some(&weak));
                }
                self.object(number).is_weak = true;
                self.weak.insert(number, weak);
            }
            _ => unreachable!("not an operation on one object"),
        }
    }

    fn run_finalizers(&mut self, most: usize) {
        let expected = most.min(self.oracle.due_finalizers.len());
        assert_eq!(self.heap.run_finalizers(most), expected);
        for number in self.finalized.take() {
            assert!(self.oracle.due_finalizers.remove(&number), "{number}");
        }
    }

    fn run_cleanups(&mut self, most: usize) {
        let expected = most.min(self.oracle.due_cleanups);
        assert_eq!(self.heap.run_cleanups(most), expected);
        assert_eq!(self.cleaned.take(), expected);
        self.oracle.due_cleanups -= expected;
    }

    fn apply(&mut self, operation: &Operation) {
        use Operation::*;
        match *operation {
            Alloc { pointers, bytes } => self.alloc(pointers, bytes),
            Link { from, field, to } => self.link(from, field, Some(to)),
            Unlink { from, field } => self.link(from, field, None),
            Unroot(index) => self.unroot(index),
            StopCleanup(index) => self.stop_cleanup(index),
            RunFinalizers(most) => self.run_finalizers(most),
            RunCleanups(most) => self.run_cleanups(most),
            Collect => {
                self.heap.collect();
                self.oracle.collect();
                assert_eq!(self.heap.verify_fields(), Ok(()));
            }
            Root(index)
            | SetFinalizer(index)
            | ClearFinalizer(index)
            | AddCleanup(index)
            | Downgrade(index) => {
                self.touch(operation, index);
            }
        }
        self.compare();
    }

    fn compare(&self) {
        assert_eq!(self.heap.verify(), Ok(()));
        let Oracle { objects, due_finalizers, due_cleanups } = &self.oracle;
        assert_eq!(self.heap.finalizers_due(), due_finalizers.len());
        assert_eq!(self.heap.cleanups_due(), *due_cleanups);
        for (number, object) in objects {
            let pointer = self.pointers[*number];
            assert!(self.heap.is_allocated(pointer), "{number} was freed");
            for (index, field) in object.fields.iter().enumerate() {
                let expected = field.map(|number| self.pointers[number]);
                assert_eq!(self.heap.field(pointer, index), expected);
            }
        }
        for (number, weak) in &self.weak {
            let is_weak = objects.get(number).is_some_and(|o| o.is_weak);
            let expected = is_weak.then(|| self.pointers[*number]);
            assert_eq!(self.heap.upgrade(*weak), expected, "{number}");
        }
        assert_eq!(self.heap.objects(), objects.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_heap_does_what_the_oracle_does(
        operations in prop::collection::vec(
            operation(),
            0..150,
        ),
    ) {
        let _watched = watch();
        let mut pair = Pair::default();
        for operation in &operations {
            pair.apply(operation);
        }
    }
}
