//! What is judged, gate by gate.

use std::process::ExitCode;

use fastrand::Rng;
use timer_heap::heap::{Hole, Sift, TimerHeap};
use timer_heap::oracle::Oracle;
use timer_heap::queue::{Expired, TimerId, TimerQueue};

use super::mutants;
use super::mutants::Tested;
use super::operations::{Stage, right};
use super::timers::{Timers, Unlink};
use super::workload::measured;
use crate::harness;
use crate::report::{Count, Report, Verdict};
use crate::tested::judged;

/// The `main` of the reader's `check`.
pub fn main<R: Unlink + Tested>() -> ExitCode {
    harness::main(&[
        ("up-right", |_| right::<R>(Stage::Up)),
        ("up-counts", |_| counts::<R>(Stage::Up)),
        ("down-right", |_| right::<R>(Stage::Down)),
        ("down-counts", |_| counts::<R>(Stage::Down)),
        ("down-whole", |_| whole::<R>()),
        ("remove-right", |_| right::<R>(Stage::Remove)),
        ("remove-counts", |_| counts::<R>(Stage::Remove)),
        ("measure", measured::<R>),
        ("tested", tested::<R>),
    ])
}

/// How many timers the counts are taken over.
const TIMERS: usize = 1_000;

/// Returns how many levels lie above a position.
fn depth(at: usize) -> usize {
    let mut levels = 0;
    let mut at = at;
    while at > 0 {
        at = (at - 1) / 4;
        levels += 1;
    }
    levels
}

/// Counts the comparisons and writes of a stage's operation.
pub fn counts<S: Unlink>(stage: Stage) -> Report {
    let (yours, ours) = (run::<S>(stage), run::<Hole>(stage));
    // The levels, summed over all operations: each timer goes from one end of
    // the tree to the other at most.
    let levels: usize = (0..TIMERS).map(depth).sum();
    let (comparisons, writes) = match stage {
        Stage::Up => (levels, levels + TIMERS),
        Stage::Down => (4 * levels, levels + TIMERS),
        Stage::Remove => (5 * levels + TIMERS, levels + 2 * TIMERS),
    };
    let over = match stage {
        Stage::Up => "1000 pushes, each earliest",
        Stage::Down => "1000 pops",
        Stage::Remove => "1000 removals",
    };
    let count = |what: &str, yours: usize, ours: usize, bound: usize| Count {
        what: format!("{what} in {over}"),
        yours: yours as f64,
        ours: ours as f64,
        bound: Some(bound as f64),
    };
    Report::of_counts(vec![
        count("comparisons", yours.0, ours.0, comparisons),
        count("writes", yours.1, ours.1, writes),
    ])
}

/// Runs what is counted, and returns comparisons and writes.
fn run<S: Unlink>(stage: Stage) -> (usize, usize) {
    let mut rng = Rng::with_seed(3);
    let mut timers = Timers::default();
    if stage == Stage::Up {
        (0..TIMERS).rev().for_each(|when| {
            timers.push::<S>(when as i64);
        });
        return (timers.comparisons, timers.writes);
    }
    for _ in 0..TIMERS {
        timers.push::<Hole>(rng.i64(0..1_000_000));
    }
    (timers.comparisons, timers.writes) = (0, 0);
    if stage == Stage::Down {
        while timers.pop::<S>().is_some() {}
    } else {
        let mut order: Vec<usize> = (0..TIMERS).collect();
        rng.shuffle(&mut order);
        for timer in order {
            timers.remove::<S>(timer);
        }
    }
    (timers.comparisons, timers.writes)
}

/// Runs the crate's own heap with the reader's sift against the crate's
/// oracle: each timer is armed, disarmed, removed or expired.
pub fn whole<S: Sift>() -> Report {
    let mut rng = Rng::with_seed(5);
    let mut heap = TimerHeap::<usize, S>::new();
    let mut oracle = Oracle::default();
    let mut ids: Vec<(TimerId, TimerId)> = Vec::new();
    for step in 0..4_000 {
        let when = rng.i64(0..1_000);
        let timer = rng.usize(0..ids.len().max(1));
        let done = match (rng.u32(0..6), ids.get(timer)) {
            (0, Some(&(in_heap, in_oracle))) => {
                heap.arm(in_heap, when) == oracle.arm(in_oracle, when)
            }
            (1, Some(&(in_heap, in_oracle))) => {
                heap.disarm(in_heap) == oracle.disarm(in_oracle)
            }
            (2, Some(&(in_heap, in_oracle))) => {
                heap.remove(in_heap) == oracle.remove(in_oracle)
            }
            (3, _) => expired(&mut heap, when) == expired(&mut oracle, when),
            _ => {
                let value = ids.len();
                ids.push((
                    heap.insert(when, value),
                    oracle.insert(when, value),
                ));
                true
            }
        };
        let is_alike = done && heap.len() == oracle.len();
        if let Err(violation) = heap.verify() {
            return Report::new(Verdict::Wrong, violation.to_string());
        }
        if !is_alike {
            return Report::new(
                Verdict::Wrong,
                format!("TimerHeap and its oracle differ after step {step}"),
            );
        }
    }
    Report::passed("4000 steps of the crate's TimerHeap agree with its oracle")
}

/// Returns the deadlines that are due, in the order in which they come.
fn expired(queue: &mut impl TimerQueue<usize>, now: i64) -> Vec<i64> {
    let due = std::iter::from_fn(|| {
        loop {
            match queue.expire(now) {
                Expired::Nothing => return None,
                Expired::Busy => {}
                Expired::Due { when, .. } => return Some(when),
            }
        }
    });
    due.collect()
}

/// Runs the reader's own tests on sound code, or on one mutant.
fn tested<R: Tested>(name: &str) -> Report {
    judged(name, mutants::tests::<R>)
}

#[cfg(test)]
mod tests {
    use timer_heap::heap::{Swap, Tree};

    use super::*;
    use crate::heap::timers::IDLE;

    /// Tests as a careful reader would write them.
    struct Careful;

    impl Tested for Careful {
        fn tests<S: Sift>() {
            let mut rng = Rng::with_seed(1);
            let mut timers = Timers::default();
            let mut all = Vec::new();
            for _ in 0..200 {
                let when = rng.i64(0..1_000);
                all.push(when);
                timers.push::<S>(when);
                timers.verify().expect("in order");
            }
            all.sort_unstable();
            let popped = std::iter::from_fn(|| timers.pop::<S>());
            assert_eq!(popped.map(|it| it.0).collect::<Vec<_>>(), all);
        }
    }

    /// Tests that assert nothing.
    struct Careless;

    impl Tested for Careless {
        fn tests<S: Sift>() {
            Timers::default().push::<S>(1);
        }
    }

    #[test]
    fn careful_tests_catch_each_mutant_and_careless_ones_none() {
        assert!(tested::<Careful>("sound").is_passed());
        assert!(tested::<Careless>("sound").is_passed());
        for name in mutants::NAMES {
            let report = tested::<Careful>(name);
            assert!(report.is_passed(), "{name}: {report}");
            let report = tested::<Careless>(name);
            assert_eq!(report.verdict, Verdict::Survived, "{name}");
        }
    }

    /// Swaps, where a hole is asked for.
    struct BySwaps;

    impl Sift for BySwaps {
        fn up<T: Tree>(tree: &mut T, at: usize) {
            Swap::up(tree, at);
        }
        fn down<T: Tree>(tree: &mut T, at: usize) {
            Swap::down(tree, at);
        }
    }

    impl Unlink for BySwaps {
        fn unlink(timers: &mut Timers, at: usize) {
            Hole::unlink(timers, at);
        }
    }

    #[test]
    fn swaps_are_right_and_too_many() {
        for stage in [Stage::Up, Stage::Down] {
            assert!(right::<BySwaps>(stage).is_passed());
            let report = counts::<BySwaps>(stage);
            assert_eq!(report.verdict, Verdict::TooMany, "{report:?}");
            assert!(report.says.contains("writes"), "{report}");
        }
        assert!(whole::<BySwaps>().is_passed());
        for stage in [Stage::Up, Stage::Down, Stage::Remove] {
            assert!(counts::<Hole>(stage).is_passed(), "{stage:?}");
        }
    }

    /// The solution of the third stage takes the steps of the crate's heap.
    #[test]
    fn our_removal_writes_what_the_heap_of_the_crate_writes() {
        use support::probe::Recorder;
        use timer_heap::heap::{Inline, Step};

        let mut heap =
            TimerHeap::<usize, Hole, Inline, Recorder<Step>>::with_probe(
                Recorder::default(),
            );
        let mut rng = Rng::with_seed(9);
        let mut timers = Timers::default();
        let mut ids = Vec::new();
        for _ in 0..300 {
            let when = rng.i64(0..1_000);
            timers.push::<Hole>(when);
            ids.push(heap.push(when, 0));
        }
        heap.probe_mut().steps.clear();
        (timers.comparisons, timers.writes) = (0, 0);
        rng.shuffle(&mut ids);
        let mut rng = Rng::with_seed(9);
        let mut order: Vec<usize> = (0..300).collect();
        for _ in 0..300 {
            let _ = rng.i64(0..1_000);
        }
        rng.shuffle(&mut order);
        for (id, timer) in ids.into_iter().zip(order) {
            heap.remove(id);
            timers.remove::<Hole>(timer);
        }
        let steps = &heap.probe_mut().steps;
        let is_write = |step: &&Step| matches!(step, Step::Move { .. });
        let writes = steps.iter().filter(is_write).count();
        assert_eq!(timers.writes, writes);
        assert_eq!(timers.comparisons, steps.len() - writes);
        assert!(timers.back.iter().all(|it| *it == IDLE));
    }
}
