//! What is counted: looks at fields, words of bits, calls for memory.

use std::thread;

use fastrand::Rng;

use super::heap::{Collector, Heap};
use super::planted::Ours;
use super::span::{FIELDS, WORDS, steps};
use crate::allocations;
use crate::panics::{Panic, caught};
use crate::report::{Count, Report};

/// Objects of the list that is marked: more than calls fit on the stack; few
/// where the judge itself is tested, without optimisation.
const LONG: usize = if cfg!(test) { 4_000 } else { 100_000 };
/// Objects of a heap that is swept.
const MANY: usize = if cfg!(test) { 2_000 } else { 20_000 };
/// Those with finalizers.
const FINALIZED: usize = 3;
/// Bytes of the stack; the same on every machine.
const STACK: usize = 1 << 20;

/// Returns what `f` has counted, on a thread with a small stack.
fn on_a_small_stack(f: fn() -> Vec<usize>) -> Result<Vec<usize>, Panic> {
    let thread = thread::Builder::new().stack_size(STACK);
    let running = thread.spawn(move || caught(f)).expect("a thread is there");
    running.join().expect("its panics are caught")
}

/// Judges two runs of the same work.
fn judged(
    ours: fn() -> Vec<usize>,
    yours: fn() -> Vec<usize>,
    what: &[(String, usize)],
) -> Report {
    let ours = on_a_small_stack(ours).expect("ours does not panic");
    let yours = match on_a_small_stack(yours) {
        Ok(yours) => yours,
        Err(panic) => return panic.report(),
    };
    let counts = what.iter().zip(yours.iter().zip(&ours));
    let count = |((what, bound), (&yours, &ours)): (&(String, usize), _)| {
        let (yours, ours): (usize, usize) = (yours, ours);
        Count {
            what: what.clone(),
            yours: yours as f64,
            ours: ours as f64,
            bound: Some(*bound as f64),
        }
    };
    Report::of_counts(counts.map(count).collect())
}

/// Returns how many fields `f` looks at, and how many words of bits it
/// touches.
fn counted(f: impl FnOnce()) -> [usize; 2] {
    let (words, looks) = steps();
    f();
    let after = steps();
    [after.1 - looks, after.0 - words]
}

/// Marks a long list whose objects lead to others too: each object is visited
/// once.
pub fn mark<C: Collector>() -> Report {
    let fields = FIELDS * LONG;
    judged(
        marking::<Ours>,
        marking::<C>,
        &[
            (format!("looks at fields, {LONG} objects"), fields),
            (format!("words of marks touched, {LONG} objects"), fields + LONG),
        ],
    )
}

fn marking<C: Collector>() -> Vec<usize> {
    let mut rng = Rng::with_seed(3);
    let mut heap = Heap::default();
    let list: Vec<u32> = (0..LONG).map(|_| heap.alloc()).collect();
    for (number, &object) in list.iter().enumerate() {
        heap.set_field(object, 0, rng.choice(list.iter().copied()));
        heap.set_field(object, 1, rng.choice(list.iter().copied()));
        heap.set_field(object, 2, list.get(number + 1).copied());
    }
    list[1..].iter().for_each(|&object| heap.unroot(object));
    counted(|| heap.mark_all::<C>()).to_vec()
}

/// Sweeps spans of which a third is marked.
pub fn sweep<C: Collector>() -> Report {
    let words = words();
    judged(
        sweeping::<Ours>,
        sweeping::<C>,
        &[
            (format!("words of bits touched, sweeping {words}"), 4 * words),
            (format!("calls for memory, sweeping {words} words"), 0),
        ],
    )
}

fn sweeping<C: Collector>() -> Vec<usize> {
    let mut heap = Heap::default();
    let all: Vec<u32> = (0..MANY).map(|_| heap.alloc()).collect();
    for &object in all.iter().step_by(3) {
        Ours::mark(&mut heap, object);
    }
    let mut spans = std::mem::take(&mut heap.memory.spans);
    let sweep = || spans.iter_mut().map(|span| C::sweep(span)).sum::<u32>();
    let mut calls = 0;
    let [_, words] = counted(|| calls = allocations::counted(sweep).1);
    vec![words, calls as usize]
}

/// Finds the few objects with finalizers among many.
pub fn finalizers<C: Collector>() -> Report {
    judged(
        finding::<Ours>,
        finding::<C>,
        &[(
            format!("words of bits, to find {FINALIZED} in {MANY}"),
            2 * words(),
        )],
    )
}

fn finding<C: Collector>() -> Vec<usize> {
    let mut heap = Heap::default();
    let all: Vec<u32> = (0..MANY).map(|_| heap.alloc()).collect();
    for number in 0..FINALIZED {
        let object = all[number * (MANY / FINALIZED)];
        heap.set_field(object, 0, Some(all[number]));
        heap.set_finalizer(object, number);
    }
    let [_, words] = counted(|| C::mark_from_specials(&mut heap));
    vec![words]
}

/// Returns how many words of bits of a kind the spans of [`MANY`] objects
/// have.
fn words() -> usize {
    let mut heap = Heap::default();
    for _ in 0..MANY {
        heap.alloc();
    }
    heap.memory.spans.len() * WORDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::span::{self, Span};
    use crate::collector::workload::Naive;
    use crate::report::Verdict;

    #[test]
    fn ours_is_within_the_bounds_and_has_steps_to_count() {
        for report in [mark::<Ours>(), sweep::<Ours>(), finalizers::<Ours>()] {
            assert!(report.is_passed(), "{report:?}");
            assert!(report.counts[0].ours > 40.0, "{report:?}");
        }
    }

    #[test]
    fn slot_by_slot_is_too_many() {
        let report = sweep::<Naive>();
        assert_eq!(report.verdict, Verdict::TooMany, "{report:?}");
        assert!(report.says.contains("words of bits touched"), "{report}");
    }

    /// Right, but for the memory that it asks for.
    struct Lists;

    impl Collector for Lists {
        fn mark(_: &mut Heap, _: u32) {}
        fn drain(_: &mut Heap) {}
        fn sweep(span: &mut Span) -> u32 {
            let words: Vec<usize> = (0..span.bitmap_words()).collect();
            words.into_iter().map(|word| span.marked[word].count_ones()).sum()
        }
        fn mark_from_specials(heap: &mut Heap) {
            for span in &heap.memory.spans {
                for slot in 0..span::SLOTS {
                    let _ = span::is_set(&span.special, slot);
                }
            }
        }
        fn sweep_specials(_: &mut Heap) {}
    }

    #[test]
    fn calls_for_memory_and_looks_at_each_slot_are_too_many() {
        let report = sweep::<Lists>();
        assert_eq!(report.verdict, Verdict::TooMany, "{report:?}");
        assert!(report.says.contains("calls for memory"), "{report}");
        let report = finalizers::<Lists>();
        assert_eq!(report.verdict, Verdict::TooMany, "{report:?}");
        assert!(report.says.contains("to find 3"), "{report}");
    }
}
