//! What a collection has to do, in sets: no spans, no slots, no bits.

use std::collections::{BTreeMap, BTreeSet};

use super::span::FIELDS;

/// The objects that are there, by number, and what is due.
#[derive(Clone, Debug, Default)]
pub struct Oracle {
    /// The objects.
    pub objects: BTreeMap<usize, Object>,
    /// Of each weak pointer that was made, its object; nothing if it was
    /// cleared.
    pub weak: Vec<Option<usize>>,
    /// Whose finalizers are due.
    pub due_finalizers: BTreeSet<usize>,
    /// Whose cleanups are due, one entry each.
    pub due_cleanups: Vec<usize>,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// What it points to.
    pub fields: [Option<usize>; FIELDS],
    /// Whether the program holds it.
    pub is_root: bool,
    /// Whether a finalizer hangs on it.
    pub is_finalized: bool,
    /// How many cleanups do.
    pub cleanups: usize,
}

impl Oracle {
    /// Returns what can be reached from some objects, these included.
    fn reach(&self, mut next: Vec<usize>) -> BTreeSet<usize> {
        let mut met = BTreeSet::new();
        while let Some(number) = next.pop() {
            if met.insert(number) {
                next.extend(self.objects[&number].fields.iter().flatten());
            }
        }
        met
    }

    /// Returns what the program can reach.
    pub fn reachable(&self) -> BTreeSet<usize> {
        let roots = self.objects.iter().filter(|it| it.1.is_root);
        self.reach(roots.map(|it| *it.0).collect())
    }

    /// Returns all that a collection marks: what the program can reach, what
    /// is due, and what finalizers that have not run may use.
    pub fn marked(&self) -> BTreeSet<usize> {
        let mut starts: Vec<usize> = self.reachable().into_iter().collect();
        starts.extend(&self.due_finalizers);
        for (number, object) in &self.objects {
            let to = object.fields.iter().flatten().filter(|it| *it != number);
            starts.extend(to.filter(|_| object.is_finalized));
        }
        self.reach(starts)
    }

    /// Collects.
    pub fn collect(&mut self) {
        let marked = self.marked();
        for weak in &mut self.weak {
            *weak = weak.filter(|number| marked.contains(number));
        }
        self.objects.retain(|&number, object| {
            if marked.contains(&number) {
                return true;
            }
            if std::mem::take(&mut object.is_finalized) {
                return self.due_finalizers.insert(number);
            }
            self.due_cleanups.extend(vec![number; object.cleanups]);
            false
        });
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use fastrand::Rng;
    use finalizers::gc;

    use super::*;

    /// The crate's heap, and the objects of the oracle in it.
    #[derive(Default)]
    struct Crate {
        heap: gc::Heap,
        pointers: Vec<gc::Pointer>,
        roots: BTreeMap<usize, gc::Root>,
        weak: Vec<gc::Weak>,
        finalized: Rc<RefCell<BTreeSet<usize>>>,
        cleaned: Rc<RefCell<Vec<usize>>>,
    }

    impl Crate {
        fn finalize(&mut self, number: usize) {
            let log = self.finalized.clone();
            let pointer = self.pointers[number];
            self.heap.set_finalizer(pointer, move |_, _| {
                assert!(log.borrow_mut().insert(number), "called twice");
            });
        }

        fn clean_up(&mut self, number: usize) {
            let log = self.cleaned.clone();
            let pointer = self.pointers[number];
            self.heap.add_cleanup(pointer, move |_| {
                log.borrow_mut().push(number);
            });
        }

        fn assert_like(&self, oracle: &Oracle) {
            for (number, &pointer) in self.pointers.iter().enumerate() {
                let is_there = oracle.objects.contains_key(&number);
                assert_eq!(self.heap.is_allocated(pointer), is_there);
            }
            for (weak, object) in self.weak.iter().zip(&oracle.weak) {
                let object = object.map(|number| self.pointers[number]);
                assert_eq!(self.heap.upgrade(*weak), object);
            }
            let due = (self.heap.finalizers_due(), self.heap.cleanups_due());
            let right = oracle.due_finalizers.len();
            assert_eq!(due, (right, oracle.due_cleanups.len()));
        }
    }

    fn step(rng: &mut Rng, oracle: &mut Oracle, heap: &mut Crate) {
        let number = rng.usize(0..12);
        if rng.u32(0..5) == 0 {
            let object = Object { is_root: true, ..Object::default() };
            let pointer = heap.heap.alloc(gc::Layout::new(FIELDS, 0));
            heap.roots.insert(heap.pointers.len(), heap.heap.root(pointer));
            oracle.objects.insert(heap.pointers.len(), object);
            heap.pointers.push(pointer);
        }
        let reachable: Vec<usize> = oracle.reachable().into_iter().collect();
        let Some(&one) = reachable.get(number % reachable.len().max(1)) else {
            return;
        };
        let object = oracle.objects.get_mut(&one).unwrap();
        match rng.u32(0..9) {
            0..3 => {
                let (field, to) = (rng.usize(0..FIELDS), rng.choice(reachable));
                object.fields[field] = to;
                let to = to.map(|to| heap.pointers[to]);
                heap.heap.set_field(heap.pointers[one], field, to);
            }
            3 if !object.is_finalized => {
                object.is_finalized = true;
                heap.finalize(one);
            }
            4 => {
                object.cleanups += 1;
                heap.clean_up(one);
            }
            5 => {
                oracle.weak.push(Some(one));
                let weak = heap.heap.downgrade(heap.pointers[one]);
                heap.weak.push(weak);
            }
            6 | 7 => {
                object.is_root = false;
                heap.roots.remove(&one).map(|root| heap.heap.unroot(root));
            }
            _ => {
                oracle.collect();
                heap.heap.collect();
            }
        }
    }

    /// The oracle and the crate's heap do the same.
    #[test]
    fn the_oracle_is_that_of_the_crate() {
        let mut rng = Rng::with_seed(1);
        let (mut finalized, mut cleaned) = (0, 0);
        for _ in 0..300 {
            let (mut oracle, mut heap) = (Oracle::default(), Crate::default());
            for turn in 0..60 {
                step(&mut rng, &mut oracle, &mut heap);
                heap.assert_like(&oracle);
                if turn % 9 == 8 {
                    heap.heap.run_finalizers(100);
                    heap.heap.run_cleanups(100);
                    let due = std::mem::take(&mut oracle.due_finalizers);
                    assert_eq!(heap.finalized.take(), due);
                    let mut called = heap.cleaned.take();
                    called.sort_unstable();
                    oracle.due_cleanups.sort_unstable();
                    assert_eq!(
                        called,
                        std::mem::take(&mut oracle.due_cleanups)
                    );
                    finalized += due.len();
                    cleaned += called.len();
                }
            }
        }
        assert!(finalized > 100 && cleaned > 100, "{finalized}, {cleaned}");
    }
}
