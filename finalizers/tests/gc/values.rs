//! What each call of the typed heap promises.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use finalizers::traced;
use finalizers::typed::{Gc, Rooted, Trace, Tracer, TypedHeap};

/// A key with a pointer in it, in the order of its numbers.
struct Key(u32, Gc<u32>);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl Trace for Key {
    fn trace(&self, tracer: &mut Tracer) {
        self.1.trace(tracer);
    }
}

traced! {
    struct Containers {
        option: Option<Gc<u32>>,
        vector: Vec<Gc<u32>>,
        deque: VecDeque<Gc<u32>>,
        slice: Box<[Gc<u32>]>,
        array: [Gc<u32>; 2],
        map: BTreeMap<Key, Gc<u32>>,
        boxed: Box<Gc<u32>>,
        shared: Rc<Gc<u32>>,
        pair: (Gc<u32>, Gc<u32>),
    }
}

#[test]
fn every_container_keeps_what_is_in_it() {
    let mut heap = TypedHeap::new();
    let kept: Vec<_> = (0..12).map(|number| heap.alloc(number)).collect();
    let to: Vec<_> = kept.iter().map(Rooted::gc).collect();
    let all = heap.alloc(Containers {
        option: Some(to[0]),
        vector: vec![to[1]],
        deque: VecDeque::from([to[2]]),
        slice: Box::new([to[3]]),
        array: [to[4], to[5]],
        map: BTreeMap::from([(Key(1, to[6]), to[7])]),
        boxed: Box::new(to[8]),
        shared: Rc::new(to[9]),
        pair: (to[10], to[11]),
    });
    drop(kept);
    heap.collect();
    let there = to.iter().map(|&gc| heap.try_get(gc).copied());
    assert_eq!(
        there.collect::<Vec<_>>(),
        (0..12).map(Some).collect::<Vec<_>>()
    );
    drop(all);
    heap.collect();
    assert!(heap.is_empty());
}

#[test]
fn two_pointers_are_equal_if_they_lead_to_one_value() {
    let mut heap = TypedHeap::new();
    assert!(heap.is_empty());
    let (first, second) = (heap.alloc(1_u32), heap.alloc(1_u32));
    assert!(!heap.is_empty());
    assert_eq!(first.gc(), first.clone().gc());
    assert_ne!(first.gc(), second.gc());
}

#[test]
fn under_stress_each_allocation_drops_what_nobody_keeps() {
    let mut heap = TypedHeap::new();
    heap.set_stress(true);
    drop(heap.alloc(1_u32));
    assert_eq!(heap.len(), 1, "nothing was allocated since");
    drop(heap.alloc(2_u32));
    assert_eq!(heap.len(), 1);
    heap.set_stress(false);
    drop(heap.alloc(3_u32));
    assert_eq!(heap.len(), 2, "nothing collects any more");
}

#[test]
fn a_collection_in_steps_spares_what_was_kept_when_it_began() {
    let mut heap = TypedHeap::new();
    let kept = [(); 3].map(|()| heap.alloc(1_u32));
    heap.begin_collection();
    drop(kept);
    assert!(!heap.mark_some(1), "there are two more");
    assert!(heap.mark_some(2));
    heap.collect();
    assert_eq!(heap.len(), 3);
    heap.collect();
    assert_eq!(heap.len(), 0);
}

#[test]
fn no_more_calls_run_than_were_asked_for() {
    let mut heap = TypedHeap::new();
    let ran = Rc::new(Cell::new((0, 0)));
    for _ in 0..3 {
        let value = heap.alloc(1_u32);
        let (finalized, cleaned) = (Rc::clone(&ran), Rc::clone(&ran));
        heap.set_finalizer(value.gc(), move |_, _| {
            finalized.update(|(calls, others)| (calls + 1, others));
        });
        heap.add_cleanup(value.gc(), move |_| {
            cleaned.update(|(others, calls)| (others, calls + 1));
        });
    }
    heap.collect();
    assert_eq!([0, 2, 2].map(|most| heap.run_finalizers(most)), [0, 2, 1]);
    assert_eq!((heap.run_cleanups(9), ran.get()), (0, (3, 0)));
    heap.collect();
    assert_eq!([0, 2, 2].map(|most| heap.run_cleanups(most)), [0, 2, 1]);
    assert_eq!(ran.get(), (3, 3));
}

#[test]
fn a_refusal_says_why_there_is_no_value() {
    let calls: [fn(&mut TypedHeap, Gc<u32>); 5] = [
        |heap, gone| drop(heap.root(gone)),
        |heap, gone| _ = heap.downgrade(gone),
        |heap, gone| heap.set_finalizer(gone, |_, _| ()),
        |heap, gone| _ = heap.add_cleanup(gone, |_| ()),
        |heap, gone| drop(heap.alloc((gone, gone))),
    ];
    for call in calls {
        let mut heap = TypedHeap::new();
        let gone = heap.alloc(1_u32).gc();
        heap.collect();
        let call = AssertUnwindSafe(|| call(&mut heap, gone));
        let payload = catch_unwind(call).expect_err("it is gone");
        let text = payload.downcast_ref::<String>().expect("a text");
        assert!(text.contains("it was collected because nothing"), "{text}");
    }
}

/// Notes that it was dropped, and panics then.
struct Bomb(Rc<RefCell<Vec<u32>>>, u32);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1);
        std::panic::panic_any(self.1);
    }
}

impl Trace for Bomb {
    fn trace(&self, _: &mut Tracer) {}
}

/// Where two destructors of one list panic, Rust ends the process.
#[test]
fn destructors_that_panic_end_no_others_and_the_first_panic_goes_on() {
    let mut heap = TypedHeap::new();
    let dropped = Rc::new(RefCell::new(Vec::new()));
    for number in 1..=3 {
        drop(heap.alloc(Bomb(Rc::clone(&dropped), number)));
    }
    let payload = catch_unwind(AssertUnwindSafe(|| heap.collect()))
        .expect_err("the owner hears of it");
    assert_eq!(payload.downcast_ref(), Some(&1_u32));
    assert_eq!((heap.len(), dropped.take()), (0, vec![1, 2, 3]));
    let kept = heap.alloc(4_u32);
    heap.collect();
    assert_eq!(*heap.get(kept.gc()), 4);
}
