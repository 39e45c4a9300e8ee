//! A timer that is started while `timerproc` goes to sleep or parks.

use support::lanes;
use support::schedules::Bug;
use support::sync::{Arc, Mutex, thread};
use timer_heap::Generation;
use timer_heap::alarm::Alarm;
use timer_heap::clock::Clock;
use timer_heap::service::Service;
use timer_heap::steps::{Event, Steps};

/// The whole protocol, and its events noted.
struct Noted;

// SAFETY: it takes every step.
unsafe impl Steps for Noted {
    fn emit(event: impl FnOnce() -> Event) {
        note(&event());
    }
}

/// The protocol with one step left out, and its events noted.
macro_rules! planted {
    ($name:ident, $step:ident) => {
        struct $name;
        // SAFETY: a model runs it, which looks for what then goes wrong.
        unsafe impl Steps for $name {
            const $step: bool = false;
            fn emit(event: impl FnOnce() -> Event) {
                note(&event());
            }
        }
    };
}

/// Notes what a thread did to the queue, or to the word `until` of the alarm.
fn note(event: &Event) {
    match *event {
        Event::Push { when } => lanes::note("starter", "push", when),
        Event::Ask { until } => lanes::note("starter", "ask", state(until)),
        Event::Look { first } => {
            let found = match first {
                None => "none".to_owned(),
                // What a shut-down leaves there wakes every thread.
                Some(i64::MIN) => "the end".to_owned(),
                Some(when) => when.to_string(),
            };
            lanes::note("timerproc", "look", found);
        }
        Event::Publish => lanes::note("timerproc", "publish", "parked"),
        Event::Sleep { until } => {
            lanes::note("timerproc", "sleep until", until);
        }
        Event::Fire { when } => lanes::note("timerproc", "fire", when),
        Event::Park => lanes::note("timerproc", "park", ""),
        Event::Ready | Event::EarlyWake => {
            lanes::note("timerproc", "woken", "");
        }
        ref other => lanes::note("timerproc", &format!("{other:?}"), ""),
    }
}

/// Returns what the word `until` says.
fn state(until: i64) -> String {
    match until {
        i64::MIN => "awake".to_owned(),
        deadline if deadline < 1_000_000 => deadline.to_string(),
        _ => "parked".to_owned(),
    }
}

planted!(FlagAfterCheck, PUBLISHES_FIRST);
planted!(AnnounceOverwrites, ANNOUNCES_BY_EXCHANGE);
planted!(NoteNotCleared, CLEARS_NOTE);
planted!(SleepingNotCleared, CLEARS_SLEEPING);
planted!(WakeBeforePush, PUSHES_FIRST);

/// A worker parks (or, with `far`, sleeps) while a due timer is started. The
/// callback shuts the service down, so the worker returns if it is woken and
/// waits for ever if not.
// ANCHOR: start-against-wait
fn start_against_wait<P: Steps>(far: bool) {
    support::model(move || {
        let service = Service::<P>::parked(Generation::Go1_9, Clock::fake());
        let service = Arc::new(service);
        if far {
            assert!(service.start(1_000, || ()).rang, "it is parked");
            lanes::store("starter", "until", "awake");
        }
        let worker = {
            let service = Arc::clone(&service);
            thread::spawn(move || service.work(0))
        };
        let end = Arc::clone(&service);
        let closes = move || {
            end.shut_down();
        };
        let rang = service.start(0, closes).rang;
        lanes::note("starter", "rang", rang);
        worker.join().expect("no callback panics");
    });
}
// ANCHOR_END: start-against-wait

#[test]
fn the_first_timer_wakes_a_parking_worker() {
    start_against_wait::<Noted>(false);
}

#[test]
fn an_earlier_timer_wakes_a_worker_that_goes_to_sleep() {
    start_against_wait::<Noted>(true);
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn flag_after_check() {
    start_against_wait::<FlagAfterCheck>(true);
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn wake_before_push() {
    start_against_wait::<WakeBeforePush>(false);
}

/// Two starters are earlier than a sleeper: one of them wakes it.
fn two_starters_one_wake<P: Steps>() {
    support::model(|| {
        let alarm = Arc::new(Alarm::<P>::parked());
        let first = Arc::new(Mutex::new(Some(100)));
        let starter = |name: &'static str, when: i64| {
            let (alarm, first) = (Arc::clone(&alarm), Arc::clone(&first));
            move || {
                *first.lock().unwrap() = Some(when);
                lanes::note(name, "push", when);
                let rang = alarm.ring_before(when);
                lanes::note(name, "rang", rang);
                usize::from(rang)
            }
        };
        let other = thread::spawn(starter("other", 50));
        let rings = starter("one", 60)() + other.join().unwrap();
        assert_eq!(rings, 1, "a sleeper was woken twice");
    });
}

#[test]
fn only_one_of_two_starters_wakes_the_worker() {
    two_starters_one_wake::<Noted>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn sleeping_not_cleared() {
    two_starters_one_wake::<SleepingNotCleared>();
}

/// A waiter goes through one whole wait while two starters come. The end of the
/// model is a start too: it makes the waiter return if no starter did.
fn one_ring_a_wait<P: Steps>() {
    support::model(|| {
        let alarm = Arc::new(Alarm::<P>::parked());
        alarm.ring_before(0); // The waiter is awake now.
        let first = Arc::new(Mutex::new(None));
        let waiter = {
            let (alarm, first) = (Arc::clone(&alarm), Arc::clone(&first));
            thread::spawn(move || {
                alarm.wait(&Clock::fake(), || *first.lock().unwrap());
            })
        };
        // ANCHOR: one-ring-a-wait
        let start = |name: &'static str, when: i64| {
            let (alarm, first) = (Arc::clone(&alarm), Arc::clone(&first));
            move || {
                *first.lock().unwrap() = Some(when);
                lanes::note(name, "push", when);
                let rang = alarm.ring_before(when);
                lanes::note(name, "rang", rang);
                usize::from(rang)
            }
        };
        let other = thread::spawn(start("other", 60));
        let rings = start("one", 50)() + other.join().unwrap();
        assert!(rings <= 1, "one wait was rung twice");
        start("end", 0)();
        waiter.join().unwrap();
        // ANCHOR_END: one-ring-a-wait
    });
}

#[test]
fn one_wait_is_rung_once() {
    one_ring_a_wait::<Noted>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn announce_overwrites() {
    one_ring_a_wait::<AnnounceOverwrites>();
}

/// After a wake-up the worker waits again: only a second ring ends it.
fn a_wait_needs_a_ring<P: Steps>() {
    support::model(|| {
        let alarm = Arc::new(Alarm::<P>::parked());
        assert!(alarm.ring_before(0), "the waiter is parked");
        let rung = Arc::new(Mutex::new(false));
        let ringer = {
            let (alarm, rung) = (Arc::clone(&alarm), Arc::clone(&rung));
            thread::spawn(move || {
                *rung.lock().unwrap() = true;
                alarm.ring_before(0);
                lanes::note("starter", "rang", "");
            })
        };
        alarm.wait(&Clock::fake(), || {
            let due = *rung.lock().unwrap();
            due.then_some(0)
        });
        let woken = *rung.lock().unwrap();
        assert!(woken, "woken by an old note");
        ringer.join().unwrap();
    });
}

#[test]
fn an_old_note_wakes_nobody() {
    a_wait_needs_a_ring::<Noted>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn note_not_cleared() {
    a_wait_needs_a_ring::<NoteNotCleared>();
}

#[test]
fn planted_bugs_are_caught() {
    crate::check(&Bug {
        name: "flag_after_check",
        test: "wake_up::flag_after_check",
        of: "wake_up::an_earlier_timer_wakes_a_worker_that_goes_to_sleep",
        step: "PUBLISHES_FIRST",
        message: "deadlock",
        left_out: "no word that it sleeps before the look into the queue",
        model: "a worker with a far timer goes to sleep while an earlier one \
                is started",
        why: "The starter comes between the look and the word: it sees nobody \
              asleep and wakes nobody, and the worker sleeps for its far \
              timer.",
    });
    crate::check(&Bug {
        name: "wake_before_push",
        test: "wake_up::wake_before_push",
        of: "wake_up::the_first_timer_wakes_a_parking_worker",
        step: "PUSHES_FIRST",
        message: "deadlock",
        left_out: "no push of the timer before the wake-up",
        model: "a worker without a timer parks while the first is started",
        why: "The worker wakes, finds no timer, parks again, and only then \
              the timer is pushed; its wake-up is spent.",
    });
    crate::check(&Bug {
        name: "sleeping_not_cleared",
        test: "wake_up::sleeping_not_cleared",
        of: "wake_up::only_one_of_two_starters_wakes_the_worker",
        step: "CLEARS_SLEEPING",
        message: "woken twice",
        left_out: "no change of the state to awake by the one who rings",
        model: "two starters are earlier than a sleeper",
        why: "The second starter still finds the worker asleep and wakes it \
              once more: a system call for nothing.",
    });
    crate::check(&Bug {
        name: "announce_overwrites",
        test: "wake_up::announce_overwrites",
        of: "wake_up::one_wait_is_rung_once",
        step: "ANNOUNCES_BY_EXCHANGE",
        message: "rung twice",
        left_out: "no comparison when the waiter announces its deadline",
        model: "two starters come while a waiter goes through one wait",
        why: "The first starter rings after the waiter has published. The \
              store of the deadline hides that, so the second starter finds a \
              waiter that seems to sleep, and rings once more.",
    });
    crate::check(&Bug {
        name: "note_not_cleared",
        test: "wake_up::note_not_cleared",
        of: "wake_up::an_old_note_wakes_nobody",
        step: "CLEARS_NOTE",
        message: "woken by an old note",
        left_out: "no clearing of the note that the wait before left",
        model: "a worker that was woken once waits a second time",
        why: "The note of the first wake-up is still there and ends the \
              second wait before anybody rang.",
    });
}
