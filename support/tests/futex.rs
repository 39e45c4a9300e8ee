//! The futex with real threads and the real kernel.
#![cfg(not(any(loom, shuttle)))]

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use support::futex::Futex;

const SLEEPERS: u32 = 4;

/// Sleeps until the word is no longer 0, then adds one to it.
fn sleep_and_count(futex: &Futex) {
    while futex.word.load(Ordering::Acquire) == 0 {
        futex.wait(0);
    }
    futex.word.fetch_add(1, Ordering::AcqRel);
}

#[test]
fn wake_all_wakes_every_sleeper() {
    let futex = Arc::new(Futex::new(0));
    let sleepers = [(); SLEEPERS as usize].map(|()| {
        let futex = futex.clone();
        thread::spawn(move || sleep_and_count(&futex))
    });
    futex.word.store(1, Ordering::Release);
    futex.wake_all();
    for sleeper in sleepers {
        sleeper.join().expect("a sleeper returns");
    }
    assert_eq!(futex.word.load(Ordering::Acquire), 1 + SLEEPERS);
}

#[test]
fn two_threads_take_turns() {
    let turn = Arc::new(Futex::new(0));
    let take_turns = |turn: &Futex, mine: u32| {
        for _ in 0..1000 {
            while turn.word.load(Ordering::Acquire) != mine {
                turn.wait(1 - mine);
            }
            turn.word.store(1 - mine, Ordering::Release);
            turn.wake_one();
        }
    };
    let other = {
        let turn = turn.clone();
        thread::spawn(move || take_turns(&turn, 1))
    };
    take_turns(&turn, 0);
    other.join().expect("every turn comes");
    assert_eq!(turn.word.load(Ordering::Acquire), 0);
}
