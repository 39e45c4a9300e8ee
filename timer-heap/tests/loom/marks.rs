//! Marks that are made without the heap's lock, against the heap's owner.

use support::lanes;
use support::schedules::Bug;
use support::sync::{Arc, thread};
use timer_heap::alarm::Alarm;
use timer_heap::clock::Clock;
use timer_heap::lazy_heap::LazyHeap;
use timer_heap::queue::{Expired, TimerQueue};
use timer_heap::steps::{Sound, Steps};

/// Returns true if the timer was due, and has expired.
fn fire<P: Steps>(queue: &mut LazyHeap<(), P>, now: i64) -> bool {
    let fired = matches!(queue.expire(now), Expired::Due { .. });
    lanes::note("owner", "fire", fired);
    fired
}

/// Either the stop prevents the expiry and says so, or the timer expires.
// ANCHOR: stop-by-mark
fn stop_against_expiry<P: Steps>() {
    support::model(|| {
        let mut queue = LazyHeap::<(), P>::default();
        let timer = queue.insert(0, ()).index();
        let marks = queue.marks();
        let stopper = thread::spawn(move || {
            lanes::note("stopper", "begins to stop", "");
            let stopped = marks.stop::<P>(timer) == Some(true);
            lanes::note("stopper", "stop", stopped);
            stopped
        });
        let fired = fire(&mut queue, 0);
        let stopped = stopper.join().expect("nothing panics");
        assert!(fired != stopped, "stop lied");
        assert!(!fire(&mut queue, 0), "expired twice");
        assert_eq!(queue.verify(), Ok(()));
    });
}
// ANCHOR_END: stop-by-mark

#[test]
fn a_mark_that_stops_prevents_the_expiry() {
    stop_against_expiry::<Sound>();
}

/// Looks at the state, and then writes it.
struct MarkOverwrites;

// SAFETY: a model runs it, which looks for what then goes wrong.
unsafe impl Steps for MarkOverwrites {
    const MARKS_BY_EXCHANGE: bool = false;
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn mark_overwrites() {
    stop_against_expiry::<MarkOverwrites>();
}

/// A reset to later of a timer that has another place in the tree already,
/// or one still to come; it fires then, and only then.
#[test]
fn a_mark_that_moves_is_not_early() {
    support::model(|| {
        let mut queue = LazyHeap::<()>::default();
        let timer = queue.insert(-1, ()).index();
        let marks = queue.marks();
        assert_eq!(marks.reset(timer, 0), Some(true));
        let resetter = thread::spawn(move || marks.reset(timer, 10));
        let fired = fire(&mut queue, 0);
        let moved = resetter.join().expect("nothing panics");
        assert_eq!(moved, (!fired).then_some(true), "a reset was lost");
        assert!(!fire(&mut queue, 9), "fired early");
        assert_eq!(fire(&mut queue, 10), !fired);
        assert_eq!(queue.verify(), Ok(()));
    });
}

/// A reset to earlier while the owner looks at every mark.
#[test]
fn a_mark_during_a_sweep_is_not_overlooked() {
    support::model(|| {
        let mut queue = LazyHeap::<()>::default();
        let [first, second] = [10, 20].map(|when| queue.insert(when, ()));
        let marks = queue.marks();
        assert_eq!(marks.reset(first.index(), 1), Some(true));
        let resetter = thread::spawn(move || marks.reset(second.index(), 2));
        let before = fire(&mut queue, 5);
        assert_eq!(resetter.join().expect("nothing panics"), Some(true));
        assert!(before, "the first one was due");
        assert_eq!(queue.verify(), Ok(()));
        assert!(fire(&mut queue, 5), "the second one is overlooked");
    });
}

/// A stop and a reset at once, while the owner looks for what is due.
#[test]
fn two_marks_come_one_after_the_other() {
    support::model_within(2, || {
        let mut queue = LazyHeap::<()>::default();
        let timer = queue.insert(10, ()).index();
        let marks = queue.marks();
        let stopper = thread::spawn(move || marks.stop::<Sound>(timer));
        let marks = queue.marks();
        let resetter = thread::spawn(move || marks.reset(timer, 5));
        let early = fire(&mut queue, 5);
        let stopped = stopper.join().expect("nothing panics");
        let was_armed = resetter.join().expect("nothing panics");
        let late = fire(&mut queue, 5);
        assert!(!(early && late), "fired twice");
        match (stopped, was_armed) {
            // It was out of the tree already, or the reset came later.
            (None, Some(true)) => assert!(early),
            (Some(true), Some(false)) => assert!(early || late),
            // The stop came last, or the owner had swept the dead.
            (Some(true), _) => assert!(!early && !late && queue.is_empty()),
            other => panic!("{other:?} of an armed timer"),
        }
        assert_eq!(queue.verify(), Ok(()));
    });
}

/// A reset to now against a worker that goes to sleep for an hour.
fn reset_against_sleep<P: Steps>() {
    support::model(|| {
        let mut queue = LazyHeap::<(), P>::default();
        let timer = queue.insert(1_000, ()).index();
        let marks = queue.marks();
        let alarm = Arc::new(Alarm::<Sound>::new());
        assert!(alarm.ring_before(0), "an alarm begins parked");
        let bell = Arc::clone(&alarm);
        let resetter = thread::spawn(move || {
            assert_eq!(marks.reset(timer, 0), Some(true));
            lanes::note("resetter", "resets to", 0);
            let rang = bell.ring_before(0);
            lanes::note("resetter", "rang", rang);
        });
        alarm.wait(&Clock::fake(), || {
            lanes::note("owner", "has said that it sleeps", "");
            let next = queue.next();
            lanes::note("owner", "sees", next.unwrap_or(-1));
            next
        });
        resetter.join().expect("nothing panics");
        assert!(fire(&mut queue, 0), "the reset is not seen");
    });
}

#[test]
fn no_worker_sleeps_past_a_mark() {
    reset_against_sleep::<Sound>();
}

/// Reads the earliest reset as a load does: an old value.
struct EarliestUnordered;

// SAFETY: a model runs it, which looks for what then goes wrong.
unsafe impl Steps for EarliestUnordered {
    const LOOKS_BY_EXCHANGE: bool = false;
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn earliest_unordered() {
    reset_against_sleep::<EarliestUnordered>();
}

#[test]
fn planted_bugs_are_caught() {
    crate::check(&Bug {
        name: "mark_overwrites",
        test: "marks::mark_overwrites",
        of: "marks::a_mark_that_stops_prevents_the_expiry",
        step: "MARKS_BY_EXCHANGE",
        message: "stop lied",
        left_out: "no exchange of the state: a stop loads it and then stores",
        model: "a timer is stopped by a mark while the owner of the heap \
                finds it due",
        why: "The stop sees an armed timer, the owner takes it out of the \
              tree to call it, and then the stop writes that it is dead and \
              answers that it prevented the call.",
    });
    crate::check(&Bug {
        name: "earliest_unordered",
        test: "marks::earliest_unordered",
        of: "marks::no_worker_sleeps_past_a_mark",
        step: "LOOKS_BY_EXCHANGE",
        message: "deadlock",
        left_out: "no exchange by which a worker that goes to sleep reads \
                   the earliest reset",
        model: "a timer is reset to now by a mark while the worker goes to \
                sleep",
        why: "No lock orders the two any more. The worker says that it \
              sleeps and reads an old value; the resetter writes the new one \
              and reads that the worker is awake.",
    });
}
