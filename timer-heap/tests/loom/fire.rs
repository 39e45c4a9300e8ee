//! A timer that is stopped, reset or shut down while it fires.

use support::lanes;
use support::schedules::Bug;
use support::sync::atomic::{AtomicUsize, Ordering};
use support::sync::{Arc, Mutex, thread};
use timer_heap::Generation;
use timer_heap::clock::Clock;
use timer_heap::service::{Service, TimerAddress};
use timer_heap::steps::{Event, Sound, Steps};

/// A service with a due timer that counts its calls.
struct Due<P> {
    service: Arc<Service<P>>,
    timer: TimerAddress,
    calls: Arc<AtomicUsize>,
}

impl<P: Steps> Due<P> {
    fn new(generation: Generation) -> Self {
        let service = Service::new(generation, Clock::fake());
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        let started = service.start(0, move || {
            lanes::note("worker", "call", "");
            count.fetch_add(1, Ordering::Relaxed);
        });
        Self { service: Arc::new(service), timer: started.address, calls }
    }

    /// Runs `act` against a worker that calls what is due.
    fn against_fire<R>(&self, act: impl FnOnce() -> R) -> R {
        let service = Arc::clone(&self.service);
        let worker = thread::spawn(move || service.run_all_due());
        let result = act();
        worker.join().expect("no callback panics");
        result
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

/// Either the stop prevents the callback and says so, or it was called.
// ANCHOR: stop-against-fire
fn stop_against_fire<P: Steps>(generation: Generation) {
    support::model(move || {
        let due = Due::<P>::new(generation);
        let stopped = due.against_fire(|| {
            lanes::note("stopper", "begins to stop", "");
            due.service.stop(&due.timer)
        });
        lanes::note("stopper", "stop", stopped);
        assert_eq!(usize::from(stopped) + due.calls(), 1, "stop lied");
        due.service.release(due.timer);
    });
}
// ANCHOR_END: stop-against-fire

#[test]
fn a_stop_that_is_true_prevents_the_call() {
    stop_against_fire::<Sound>(Generation::Go1_9);
}

/// A reset arms it again in any case: with the next look it is called, once
/// more if the first call was under way.
fn reset_against_fire<P: Steps>(generation: Generation) {
    support::model(move || {
        let due = Due::<P>::new(generation);
        let was_armed = due.against_fire(|| due.service.reset(&due.timer, 0));
        lanes::note("resetter", "reset", was_armed);
        due.service.run_all_due();
        let expected = if was_armed { 1 } else { 2 };
        assert_eq!(due.calls(), expected, "a reset was lost");
        due.service.release(due.timer);
    });
}

#[test]
fn a_reset_is_never_lost() {
    reset_against_fire::<Sound>(Generation::Go1_9);
}

#[test]
fn a_stop_and_a_reset_without_the_lock_are_as_true() {
    stop_against_fire::<Sound>(Generation::Go1_14);
    reset_against_fire::<Sound>(Generation::Go1_14);
}

/// Every step taken, and noted.
struct Noted;

// SAFETY: it takes every step.
unsafe impl Steps for Noted {
    fn emit(event: impl FnOnce() -> Event) {
        let event = event();
        let thread = match event {
            Event::Push { .. } | Event::Ask { .. } => "starter",
            _ => "timerproc",
        };
        lanes::note(thread, &format!("{event:?}"), "");
    }
}

/// Leaves the flag out that a timer came due while it ran.
struct MissedForgotten;

// SAFETY: a model runs it, which looks for what then goes wrong.
unsafe impl Steps for MissedForgotten {
    const REMEMBERS_MISSED: bool = false;
}

/// Two workers, and a reset to now while the first calls: the second finds
/// the callback out, and the first has to see to it.
fn reset_against_two_workers<P: Steps>() {
    support::model(|| {
        let due = Due::<P>::new(Generation::Go1_9);
        let other = Arc::clone(&due.service);
        let second = thread::spawn(move || {
            lanes::note("second", "looks for what is due", "");
            other.run_all_due();
            lanes::note("second", "goes", "");
        });
        let was_armed = due.against_fire(|| {
            lanes::note("resetter", "begins to reset", "");
            due.service.reset(&due.timer, 0)
        });
        second.join().expect("no callback panics");
        lanes::note("resetter", "reset", was_armed);
        due.service.run_all_due();
        let expected = if was_armed { 1 } else { 2 };
        assert_eq!(due.calls(), expected, "a reset was lost");
        due.service.release(due.timer);
    });
}

#[test]
fn a_timer_due_again_while_it_runs_is_called_again() {
    reset_against_two_workers::<Sound>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn missed_forgotten() {
    reset_against_two_workers::<MissedForgotten>();
}

/// Rings before the shards are closed.
struct RingBeforeClose;

// SAFETY: a model runs it, which looks for what then goes wrong.
unsafe impl Steps for RingBeforeClose {
    const CLOSES_FIRST: bool = false;
}

/// A shut-down against a worker that goes to sleep, and against a start.
fn shut_down_against_all<P: Steps>() {
    support::model(|| {
        let service =
            Arc::new(Service::<P>::new(Generation::Go1_9, Clock::fake()));
        let own = Arc::clone(&service);
        let worker = thread::spawn(move || own.work(0));
        let own = Arc::clone(&service);
        let closer = thread::spawn(move || {
            lanes::note("closer", "shut down", "");
            own.shut_down();
            lanes::note("closer", "done", "");
        });
        let started = service.start(1_000, || ());
        lanes::note("starter", "rang", started.rang);
        worker.join().expect("no callback panics");
        closer.join().expect("nothing panics");
        assert_eq!(service.pending(), 0, "a timer outlives the service");
        service.release(started.address);
    });
}

#[test]
fn a_shut_down_ends_the_worker_and_every_timer() {
    shut_down_against_all::<Noted>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn ring_before_close() {
    shut_down_against_all::<RingBeforeClose>();
}

// ANCHOR: stop-lies
/// Says of a stop that it prevented a call that is under way.
struct StopLies;

// SAFETY: a model runs it, which looks for what then goes wrong.
unsafe impl Steps for StopLies {
    const DISARMS_FIRST: bool = false;
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn stop_of_a_called_timer() {
    stop_against_fire::<StopLies>(Generation::Go1_9);
}
// ANCHOR_END: stop-lies

/// Takes callbacks out long before it calls them.
struct BatchOutOfReach;

// SAFETY: a model runs it, which looks for what then goes wrong.
unsafe impl Steps for BatchOutOfReach {
    const CLAIMS_EACH: bool = false;
    fn emit(event: impl FnOnce() -> Event) {
        if let Event::Fire { when } = event() {
            lanes::note("worker", "fire", when);
        }
    }
}

/// The first of two due timers stops the second in its callback, while a third
/// thread starts one more.
fn stop_in_a_callback<P: Steps>() {
    support::model(|| {
        let service =
            Arc::new(Service::<P>::new(Generation::Best, Clock::fake()));
        let other = Arc::new(Mutex::new(None));
        let (end, victim) = (Arc::clone(&service), Arc::clone(&other));
        // ANCHOR: stop-in-a-callback
        let first = service.start(0, move || {
            let victim = victim.lock().unwrap();
            let stopped = victim.as_ref().is_some_and(|it| end.stop(it));
            lanes::note("worker", "stop the next", stopped);
        });
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        let second = service.start(1, move || {
            lanes::note("worker", "call", "");
            count.fetch_add(1, Ordering::Relaxed);
        });
        *other.lock().unwrap() = Some(second.address);
        let own = Arc::clone(&service);
        let starter = thread::spawn(move || own.start(0, || ()).address);
        service.run_until(1);
        assert_eq!(calls.load(Ordering::Relaxed), 0, "called all the same");
        // ANCHOR_END: stop-in-a-callback
        let third = starter.join().expect("nothing panics");
        let second = other.lock().unwrap().take().expect("put there");
        for address in [first.address, second, third] {
            service.release(address);
        }
    });
}

#[test]
fn a_callback_reaches_every_timer_that_is_due() {
    stop_in_a_callback::<Sound>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn batch_out_of_reach() {
    stop_in_a_callback::<BatchOutOfReach>();
}

#[test]
fn planted_bugs_are_caught() {
    crate::check(&Bug {
        name: "batch_out_of_reach",
        test: "fire::batch_out_of_reach",
        of: "fire::a_callback_reaches_every_timer_that_is_due",
        step: "CLAIMS_EACH",
        message: "called all the same",
        left_out: "no claim of each callback right before its call",
        model: "of two due timers the first stops the second in its callback",
        why: "The worker has taken both callbacks out at once, to take the \
              lock less often; the stop finds the second one gone and says \
              false, and it is called all the same.",
    });
    crate::check(&Bug {
        name: "missed_forgotten",
        test: "fire::missed_forgotten",
        of: "fire::a_timer_due_again_while_it_runs_is_called_again",
        step: "REMEMBERS_MISSED",
        message: "a reset was lost",
        left_out: "no memory of a timer that came due while it ran",
        model: "two workers call what is due while the timer is reset to now",
        why: "The second worker finds the callback out and goes on; the first \
              comes back and is told nothing, so the timer stays uncalled.",
    });
    crate::check(&Bug {
        name: "ring_before_close",
        test: "fire::ring_before_close",
        of: "fire::a_shut_down_ends_the_worker_and_every_timer",
        step: "CLOSES_FIRST",
        message: "deadlock",
        left_out: "no closing of the queues before the ring",
        model: "a shut-down against a worker that goes to sleep, and a start",
        why: "The worker wakes at the ring, finds everything open, and goes \
              back to sleep; then the queues are closed, and nobody rings.",
    });
    crate::check(&Bug {
        name: "stop_of_a_called_timer",
        test: "fire::stop_of_a_called_timer",
        of: "fire::a_stop_that_is_true_prevents_the_call",
        step: "DISARMS_FIRST",
        message: "stop lied",
        left_out: "no disarming of the timer before its callback is called",
        model: "a timer is stopped while a worker calls it",
        why: "The stop finds the timer still armed and answers that it \
              prevented the call, which is under way.",
    });
}
