//! Starters against a waiter, in every order of their steps.

use support::lanes::note;
use support::model;
use support::sync::{Arc, Mutex, thread};

use super::alarm::{Alarm, Clock};
use crate::report::Report;

/// A queue of one timer, and the alarm of the thread that waits for it.
struct Shared<A> {
    alarm: A,
    first: Mutex<Option<i64>>,
}

impl<A: Alarm> Shared<A> {
    fn new(first: Option<i64>) -> Arc<Self> {
        Arc::new(Self { alarm: A::parked(), first: Mutex::new(first) })
    }

    fn look(&self) -> Option<i64> {
        let first = *self.first.lock().expect("no holder panics");
        note("waiter", "look", format!("{first:?}"));
        first
    }

    fn wait(&self) {
        note("waiter", "wait", "");
        self.alarm.wait(&Clock, || self.look());
        note("waiter", "go on", "");
    }

    /// Starts a timer. Returns whether the waiter was rung.
    fn start(&self, name: &str, when: i64) -> bool {
        *self.first.lock().expect("no holder panics") = Some(when);
        note(name, "push", when);
        let rang = self.alarm.ring_before(when);
        note(name, "rang", rang);
        rang
    }
}

/// Two starters are earlier than a sleeper: one of them wakes it.
///
/// # Panics
///
/// When loom finds an order of steps that breaks it.
pub fn two_starters<A: Alarm>() -> Report {
    model(|| {
        let shared = Shared::<A>::new(Some(100));
        let other = thread::spawn({
            let shared = shared.clone();
            move || usize::from(shared.start("other", 50))
        });
        let one = usize::from(shared.start("one", 60));
        let rings = one + other.join().expect("no thread panics");
        assert_eq!(rings, 1, "of two starters one rings");
    });
    passed()
}

/// A timer is started while the waiter goes to sleep, for a far one or none.
///
/// # Panics
///
/// When loom finds an order of steps that breaks it.
pub fn start_against_wait<A: Alarm>() -> Report {
    for far in [None, Some(1_000)] {
        model(move || {
            let shared = Shared::<A>::new(far);
            shared.alarm.ring_before(i64::MIN + 1); // It is awake now.
            let waiter = thread::spawn({
                let shared = shared.clone();
                move || shared.wait()
            });
            shared.start("starter", 0);
            waiter.join().expect("no thread panics");
        });
    }
    passed()
}

/// After a wake-up the waiter waits again: only a second ring ends it.
///
/// # Panics
///
/// When loom finds an order of steps that breaks it.
pub fn old_note<A: Alarm>() -> Report {
    model(|| {
        let alarm = Arc::new(A::parked());
        assert!(alarm.ring_before(0), "the waiter is parked");
        let rung = Arc::new(Mutex::new(false));
        let ringer = thread::spawn({
            let (alarm, rung) = (alarm.clone(), rung.clone());
            move || {
                *rung.lock().expect("no holder panics") = true;
                note("starter", "push", "");
                alarm.ring_before(0);
                note("starter", "rang", "");
            }
        });
        note("waiter", "wait", "");
        alarm.wait(&Clock, || {
            let due = *rung.lock().expect("no holder panics");
            due.then_some(0)
        });
        note("waiter", "go on", "");
        let woken = *rung.lock().expect("no holder panics");
        assert!(woken, "woken by an old note");
        ringer.join().expect("no thread panics");
    });
    passed()
}

/// A waiter goes through one whole wait while two starters come. The end of
/// the model is a start too: it makes the waiter return if no starter did.
///
/// # Panics
///
/// When loom finds an order of steps that breaks it.
pub fn one_ring_a_wait<A: Alarm>() -> Report {
    model(|| {
        let shared = Shared::<A>::new(None);
        shared.alarm.ring_before(0); // It is awake now.
        let waiter = thread::spawn({
            let shared = shared.clone();
            move || shared.wait()
        });
        let other = thread::spawn({
            let shared = shared.clone();
            move || usize::from(shared.start("other", 60))
        });
        let one = usize::from(shared.start("one", 50));
        let rings = one + other.join().expect("no thread panics");
        assert!(rings <= 1, "one wait was rung twice");
        shared.start("end", 0);
        waiter.join().expect("no thread panics");
    });
    passed()
}

fn passed() -> Report {
    Report::passed("loom found no order of steps that breaks it")
}
