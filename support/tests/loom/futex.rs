//! The futex under loom: a waker's order of change and wake-up matters.

use support::futex::Futex;
use support::schedules::Bug;
use support::sync::{Arc, atomic::Ordering, thread};
use support::{lanes, model};

/// What the waker does, in which order.
const CHANGE_THEN_WAKE: [fn(&Futex); 2] = [change, Futex::wake_one];
const WAKE_THEN_CHANGE: [fn(&Futex); 2] = [Futex::wake_one, change];

fn change(futex: &Futex) {
    futex.word.store(1, Ordering::Release);
    lanes::store("waker", "word", 1);
}

fn word(futex: &Futex) -> u32 {
    let word = futex.word.load(Ordering::Acquire);
    lanes::load("sleeper", "word", word);
    word
}

fn wait_for_a_change(waker: [fn(&Futex); 2]) {
    let futex = Arc::new(Futex::new(0));
    lanes::store("waker", "word", 0);
    let sleeper = thread::spawn({
        let futex = futex.clone();
        move || {
            while word(&futex) == 0 {
                lanes::note("sleeper", "wait", "");
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
#[ignore = "planted bug, run by a_wake_up_before_the_change_is_caught"]
fn wake_up_before_the_change() {
    model(|| wait_for_a_change(WAKE_THEN_CHANGE));
}

#[test]
fn a_wake_up_before_the_change_is_caught() {
    crate::check(&Bug {
        name: "wake_up_before_the_change",
        test: "futex::wake_up_before_the_change",
        of: "futex::a_change_before_the_wake_up_is_never_missed",
        step: "",
        message: "deadlock",
        left_out: "no change of the word before the wake-up",
        model: "one thread waits until a word changes, another changes it \
                and wakes it",
        why: "The wake-up finds nobody asleep. The sleeper then reads the old \
              word, because it looks before the change or does not see it \
              yet, and nobody wakes it again.",
    });
}
