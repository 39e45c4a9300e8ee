//! Values of Rust on the heap, by safe code only.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use finalizers::traced;
use finalizers::typed::{Gc, Rooted, Trace, Tracer, TypedHeap};
use proptest::prelude::*;
use support::watchdog::watch;

/// Notes its number when it is dropped.
#[derive(Clone, Debug)]
struct Ends {
    number: usize,
    ended: Rc<RefCell<Vec<usize>>>,
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.ended.borrow_mut().push(self.number);
    }
}

impl Trace for Ends {
    fn trace(&self, _: &mut Tracer) {}
}

traced! {
    struct Node {
        /// The others.
        to: Vec<Gc<Node>>,
        ends: Ends,
    }
}

fn panics<R>(call: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}

#[derive(Clone, Debug)]
enum Operation {
    /// A new value that points to these.
    Alloc(Vec<usize>),
    Clone(usize),
    Drop(usize),
    Link(usize, usize),
    Unlink(usize),
    /// Keeps what a value that is kept points to.
    Follow(usize),
    Begin,
    Mark(usize),
    Collect,
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let any = || 0..usize::MAX;
    prop_oneof![
        4 => prop::collection::vec(any(), 0..4).prop_map(Alloc),
        1 => any().prop_map(Clone),
        4 => any().prop_map(Drop),
        6 => (any(), any()).prop_map(|(from, to)| Link(from, to)),
        3 => any().prop_map(Unlink),
        2 => any().prop_map(Follow),
        1 => Just(Begin),
        2 => (0..3_usize).prop_map(Mark),
        1 => Just(Collect),
    ]
}

/// The heap and what should be on it.
#[derive(Default)]
struct Pair {
    heap: TypedHeap,
    kept: Vec<(usize, Rooted<Node>)>,
    /// The links of each value, by number.
    links: Vec<Vec<usize>>,
    handles: Vec<Gc<Node>>,
    ended: Rc<RefCell<Vec<usize>>>,
}

impl Pair {
    fn pick(&self, index: usize) -> Option<&(usize, Rooted<Node>)> {
        self.kept.get(index.checked_rem(self.kept.len())?)
    }

    fn alloc(&mut self, to: &[usize]) {
        let picked = to.iter().filter_map(|&index| self.pick(index));
        let (links, to) =
            picked.map(|(number, kept)| (*number, kept.gc())).unzip();
        let number = self.links.len();
        let ended = Rc::clone(&self.ended);
        let ends = Ends { number, ended };
        let kept = self.heap.alloc(Node { to, ends });
        self.links.push(links);
        self.handles.push(kept.gc());
        self.kept.push((number, kept));
    }

    fn link(&mut self, from: usize, to: usize) {
        let Some((to, target)) = self.pick(to).cloned() else { return };
        let Some((from, source)) = self.pick(from).cloned() else { return };
        self.heap.update(source.gc(), |node| node.to.push(target.gc()));
        self.links[from].push(to);
    }

    fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Alloc(to) => self.alloc(to),
            Operation::Clone(index) => {
                let kept = self.pick(*index).cloned();
                self.kept.extend(kept);
            }
            Operation::Drop(index) => {
                if let Some(index) = index.checked_rem(self.kept.len()) {
                    drop(self.kept.swap_remove(index));
                }
            }
            Operation::Link(from, to) => self.link(*from, *to),
            Operation::Unlink(from) => {
                if let Some((from, source)) = self.pick(*from).cloned() {
                    self.heap.update(source.gc(), |node| node.to.pop());
                    self.links[from].pop();
                }
            }
            Operation::Follow(from) => {
                if let Some((from, source)) = self.pick(*from).cloned()
                    && let Some(&to) = self.heap.get(source.gc()).to.first()
                {
                    let kept = self.heap.root(to);
                    self.kept.push((self.links[from][0], kept));
                }
            }
            Operation::Begin => self.heap.begin_collection(),
            Operation::Mark(most) => {
                self.heap.mark_some(*most);
            }
            Operation::Collect => self.heap.collect(),
        }
        assert_eq!(self.heap.verify(), Ok(()));
    }

    fn in_use(&self) -> BTreeSet<usize> {
        let mut next: Vec<_> = self.kept.iter().map(|(n, _)| *n).collect();
        let mut found = BTreeSet::new();
        while let Some(number) = next.pop() {
            if found.insert(number) {
                next.extend(&self.links[number]);
            }
        }
        found
    }

    /// Demands that all that is in use is there, and nothing twice; and no
    /// more, if it was just collected.
    fn compare(&self, is_collected: bool) {
        let in_use = self.in_use();
        for &number in &in_use {
            let node = self.heap.get(self.handles[number]);
            let to = self.links[number].iter().map(|&to| self.handles[to]);
            assert_eq!(node.ends.number, number);
            assert_eq!(node.to, to.collect::<Vec<_>>());
        }
        let ended = self.ended.borrow();
        let distinct: BTreeSet<_> = ended.iter().copied().collect();
        assert_eq!(distinct.len(), ended.len(), "dropped twice");
        assert!(distinct.is_disjoint(&in_use), "dropped while in use");
        for &number in &distinct {
            assert!(self.heap.try_get(self.handles[number]).is_none());
        }
        if is_collected {
            assert_eq!(self.heap.len(), in_use.len());
            assert_eq!(ended.len() + in_use.len(), self.links.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_kept_is_there_and_the_rest_is_dropped_once(
        is_stressed in any::<bool>(),
        operations in prop::collection::vec(
            operation(),
            0..100,
        ),
    ) {
        let mut pair = Pair::default();
        pair.heap.set_stress(is_stressed);
        for operation in &operations {
            pair.apply(operation);
            pair.compare(false);
        }
        pair.heap.collect();
        pair.heap.collect();
        pair.compare(true);
    }
}

traced! {
    struct Links {
        next: Option<Gc<Links>>,
        many: Vec<Gc<u32>>,
    }
}

#[test]
fn a_value_may_point_to_more_than_an_object_has_fields() {
    let mut heap = TypedHeap::new();
    let count = 70_000;
    let kept: Vec<_> = (0..count).map(|number| heap.alloc(number)).collect();
    let first: Vec<_> = kept.iter().take(3).map(Rooted::gc).collect();
    let links = heap.alloc(Links { next: None, many: first });
    let all: Vec<_> = kept.iter().map(Rooted::gc).collect();
    heap.update(links.gc(), |links| links.many = all);
    drop(kept);
    heap.collect();
    let last = *heap.get(links.gc()).many.last().unwrap();
    assert_eq!((*heap.get(last), heap.len()), (count - 1, count as usize + 1));
    heap.update(links.gc(), |links| links.many.truncate(5));
    heap.collect();
    assert_eq!(heap.len(), 6);
}

#[test]
fn under_stress_what_a_new_value_points_to_is_kept_from_the_call_on() {
    let mut heap = TypedHeap::new();
    heap.set_stress(true);
    let number = heap.alloc(8_u32).gc();
    let links = heap.alloc(Links { next: None, many: vec![number] });
    let outer = heap.alloc(Links { next: Some(links.gc()), many: Vec::new() });
    drop(links);
    drop(heap.alloc(9_u32));
    let links = heap.get(outer.gc()).next.expect("it was given one");
    assert_eq!(*heap.get(heap.get(links).many[0]), 8);
}

#[test]
fn a_finalizer_sees_its_value_and_what_it_points_to_and_a_cleanup_comes_last() {
    let mut heap = TypedHeap::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let name = heap.alloc(7_u32);
    let links = heap.alloc(Links { next: None, many: vec![name.gc()] });
    let (of_finalizer, of_cleanup) = (Rc::clone(&told), Rc::clone(&told));
    heap.set_finalizer(links.gc(), move |heap, links| {
        let name = heap.get(links).many[0];
        of_finalizer.borrow_mut().push(*heap.get(name));
    });
    let weak = heap.downgrade(links.gc());
    heap.add_cleanup(links.gc(), move |heap| {
        of_cleanup.borrow_mut().push(heap.len() as u32);
    });
    let stopped = heap.add_cleanup(links.gc(), |_| unreachable!());
    assert!(heap.stop_cleanup(stopped) && !heap.stop_cleanup(stopped));
    drop((name, links));
    heap.collect();
    assert!(heap.upgrade(weak).is_none());
    assert_eq!((heap.run_finalizers(9), heap.run_cleanups(9)), (1, 0));
    heap.collect();
    assert_eq!((heap.run_finalizers(9), heap.run_cleanups(9)), (0, 1));
    assert_eq!(*told.borrow(), [7, 0]);
}

#[test]
fn a_finalizer_may_bring_its_value_back() {
    let mut heap = TypedHeap::new();
    let back = Rc::new(RefCell::new(None));
    let value = heap.alloc(3_u32);
    let place = Rc::clone(&back);
    heap.set_finalizer(value.gc(), move |heap, value| {
        *place.borrow_mut() = Some(heap.root(value));
    });
    drop(value);
    heap.collect();
    heap.run_finalizers(1);
    heap.collect();
    let value = back.take().expect("it was brought back");
    assert_eq!(*heap.get(value.gc()), 3);
    drop(value);
    heap.collect();
    assert!(heap.is_empty());
}

#[test]
fn a_weak_pointer_gives_a_value_that_is_kept() {
    let (mut heap, mut other) = (TypedHeap::new(), TypedHeap::new());
    let value = heap.alloc(3_u32);
    let weak = heap.downgrade(value.gc());
    heap.begin_collection();
    drop(value);
    let again = heap.upgrade(weak).expect("it is not swept yet");
    heap.collect();
    heap.collect();
    assert_eq!(*heap.get(again.gc()), 3);
    assert!(other.upgrade(weak).is_none());
    drop(again);
    heap.collect();
    assert!(heap.upgrade(weak).is_none());
}

#[test]
fn a_pointer_to_a_value_that_is_gone_or_of_another_heap_is_refused() {
    let (mut heap, mut other) = (TypedHeap::new(), TypedHeap::new());
    let foreign = other.alloc(1_u32);
    let gone = heap.alloc(2_u32).gc();
    heap.collect();
    let links = heap.alloc(Links { next: None, many: Vec::new() });
    for bad in [gone, foreign.gc()] {
        assert!(heap.try_get(bad).is_none());
        assert!(panics(|| *heap.get(bad)));
        assert!(panics(|| heap.root(bad)));
        assert!(panics(|| heap.downgrade(bad)));
        assert!(panics(|| heap.update(bad, |number| *number = 3)));
        assert!(panics(|| heap.set_finalizer(bad, |_, _| ())));
        assert!(panics(|| heap.add_cleanup(bad, |_| ())));
        assert!(panics(|| heap.alloc(Links { next: None, many: vec![bad] })));
        let stored = panics(|| {
            heap.update(links.gc(), |links| links.many.push(bad));
        });
        assert!(stored);
        assert_eq!(heap.verify(), Ok(()));
    }
}

/// A list of pointers that leaves some out.
struct Forgetful {
    told: Gc<u32>,
    forgotten: Gc<u32>,
}

impl Trace for Forgetful {
    fn trace(&self, tracer: &mut Tracer) {
        self.told.trace(tracer);
    }
}

#[test]
fn what_a_trace_forgets_is_gone_but_never_dangles() {
    let mut heap = TypedHeap::new();
    let [told, forgotten] = [1, 2].map(|number: u32| heap.alloc(number).gc());
    let kept = heap.alloc(Forgetful { told, forgotten });
    heap.collect();
    let again = heap.alloc(4_u32);
    let value = heap.get(kept.gc());
    assert_eq!(*heap.get(value.told), 1);
    assert!(heap.try_get(value.forgotten).is_none());
    assert_eq!(*heap.get(again.gc()), 4);
}

#[test]
fn a_change_that_panics_half_way_loses_nothing() {
    let mut heap = TypedHeap::new();
    let links = heap.alloc(Links { next: None, many: Vec::new() });
    let number = heap.alloc(5_u32);
    let changed = panics(|| {
        heap.update(links.gc(), |links| {
            links.many.push(number.gc());
            panic!("half way");
        });
    });
    assert!(changed);
    drop(number);
    heap.collect();
    assert_eq!(*heap.get(heap.get(links.gc()).many[0]), 5);
}

/// Panics when it is dropped, as often as the cell says.
struct Grumbles(Rc<Cell<u32>>);

impl Drop for Grumbles {
    fn drop(&mut self) {
        if self.0.get() > 0 {
            self.0.set(self.0.get() - 1);
            panic!("not now");
        }
    }
}

impl Trace for Grumbles {
    fn trace(&self, _: &mut Tracer) {}
}

#[test]
fn a_destructor_that_panics_leaves_the_heap_whole_and_drops_the_others() {
    let mut heap = TypedHeap::new();
    let left = Rc::new(Cell::new(1));
    let values = [(); 3].map(|()| heap.alloc(Grumbles(Rc::clone(&left))));
    drop(values);
    assert!(panics(|| heap.collect()));
    assert_eq!((heap.len(), Rc::strong_count(&left)), (0, 1));
    let fine = heap.alloc(1_u32);
    heap.collect();
    assert_eq!(*heap.get(fine.gc()), 1);
}

#[test]
fn near_its_limit_a_heap_of_values_collects_by_their_sizes() {
    let _watched = watch();
    const VALUES: usize = 1024;
    let mut heap = TypedHeap::new();
    heap.set_memory_limit((VALUES * 1024) as u64);
    heap.collect();
    let mut values = 0;
    while !heap.collect_if_due() {
        drop(heap.alloc([0_u64; 127])); // and a pointer: 1,024 bytes
        values += 1;
    }
    assert_eq!((values, heap.len()), (VALUES, 0));
}

#[test]
fn a_rooted_value_may_outlive_its_heap() {
    let mut heap = TypedHeap::new();
    let kept = heap.alloc(1_u32);
    drop(heap);
    let mut other = TypedHeap::new();
    assert!(other.try_get(kept.gc()).is_none());
    drop(kept);
    other.collect();
}
