//! The futex under loom: a waker's order of change and wake-up matters.
#![cfg(loom)]

use support::futex::Futex;
use support::planted::caught;
use support::sync::{Arc, atomic::Ordering, thread};
use support::{lanes, model};

/// What the waker does, in which order.
const CHANGE_THEN_WAKE: [fn(&Futex); 2] = [change, Futex::wake_one];
const WAKE_THEN_CHANGE: [fn(&Futex); 2] = [Futex::wake_one, change];

fn change(futex: &Futex) {
    futex.word.store(1, Ordering::Release);
    lanes::note("waker", "store", 1);
}

fn wait_for_a_change(waker: [fn(&Futex); 2]) {
    let futex = Arc::new(Futex::new(0));
    let sleeper = thread::spawn({
        let futex = futex.clone();
        move || {
            while futex.word.load(Ordering::Acquire) == 0 {
                lanes::note("sleeper", "wait", 0);
                futex.wait(0);
            }
        }
    });
    for step in waker {
        step(&futex);
    }
    sleeper.join().expect("the sleeper wakes");
}

#[test]
fn a_change_before_the_wake_up_is_never_missed() {
    model(|| wait_for_a_change(CHANGE_THEN_WAKE));
}

#[test]
#[ignore = "planted bug, run by `a_wake_up_before_the_change_is_caught`"]
fn wake_up_before_the_change() {
    model(|| wait_for_a_change(WAKE_THEN_CHANGE));
}

#[test]
fn a_wake_up_before_the_change_is_caught() {
    let caught = caught("wake_up_before_the_change", "deadlock");
    assert!(caught.events.iter().any(|event| event.thread == "sleeper"));
}
