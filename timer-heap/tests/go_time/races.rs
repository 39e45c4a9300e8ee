//! After `sleep_test.go`: stop and reset against firing, again and again.

use std::sync::Barrier;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use timer_heap::{Timer, Timers};

use crate::{FuncTimer, HOUR, MS, PATIENCE, each, scaled};

/// `TestTimerModifiedEarlier` (issue 47329).
#[test]
fn a_timer_moved_into_the_past_ten_times_is_not_dropped() {
    each(|timers| {
        let past = Instant::now();
        for _ in 0..scaled(200, 1_000) {
            let moved = FuncTimer::new(&timers, HOUR);
            for _ in 0..10 {
                if !moved.timer.stop() {
                    moved.recv();
                }
                moved.timer.reset_at(past);
            }
            moved.recv();
        }
    });
}

/// `TestAdjustTimers` (issue 47762): each timer goes through ten states, and
/// chance says which timer is next.
#[test]
fn a_random_walk_of_a_hundred_timers_loses_none() {
    each(|timers| {
        let mut random = fastrand::Rng::with_seed(47762);
        let mut walkers: Vec<Walker> = Vec::new();
        walkers.resize_with(100, Walker::default);
        while !walkers.is_empty() {
            let chosen = random.usize(..walkers.len());
            if walkers[chosen].step(&timers) {
                walkers.swap_remove(chosen);
            }
        }
        assert_eq!(timers.pending(), 0);
    });
}

#[derive(Default)]
struct Walker {
    state: u32,
    timer: Option<FuncTimer>,
}

impl Walker {
    /// Returns true when it has come to its end.
    fn step(&mut self, timers: &Timers) -> bool {
        let timer = self
            .timer
            .get_or_insert_with(|| FuncTimer::new(timers, Duration::ZERO));
        self.state += 1;
        match self.state {
            1 => {} // just started
            2 | 10 => drop(timer.recv()),
            3 | 5 | 7 => {
                let far = self.state * 60_000 * MS;
                assert!(!timer.timer.reset(far), "it was not active");
            }
            4 | 6 | 8 => assert!(timer.timer.stop(), "it was far away"),
            9 => assert!(!timer.timer.reset(Duration::ZERO)),
            _ => return true,
        }
        false
    }
}

/// Threads that each let two timers of a millisecond race, and end the one
/// that did not come first.
fn race_of_two(end: impl Fn(&Timer) -> bool + Sync) {
    each(|timers| {
        thread::scope(|scope| {
            for _ in 0..scaled(16, 200) {
                scope.spawn(|| {
                    for _ in 0..scaled(10, 100) {
                        one_race(&timers, &end);
                    }
                });
            }
        });
    });
}

fn one_race(timers: &Timers, end: impl Fn(&Timer) -> bool) {
    let (sender, values): (_, Receiver<usize>) = channel();
    let start = |number| {
        let sender = sender.clone();
        timers.after_func(MS, move || {
            // Nobody listens to one that was ended too late.
            let _ = sender.send(number);
        })
    };
    let both = [start(0), start(1)];
    let first = values.recv_timeout(PATIENCE).expect("both were lost");
    let other = &both[1 - first];
    if end(other) {
        assert_eq!(values.try_recv(), Err(TryRecvError::Empty));
    } else {
        let second = values.recv_timeout(PATIENCE);
        assert_eq!(second, Ok(1 - first), "false, but no value came");
    }
    other.stop();
}

/// `TestStopResult` (issue 69312).
#[test]
fn a_stop_that_is_false_means_that_a_value_comes() {
    race_of_two(Timer::stop);
}

/// `TestResetResult` (issue 69312).
#[test]
fn a_reset_that_is_false_means_that_a_value_comes() {
    race_of_two(|timer| timer.reset(HOUR));
}

/// `TestStopResult`, for channels: of a stop and a receiver one gets it.
#[test]
fn a_channel_is_stopped_or_received_never_both() {
    each(|timers| {
        for _ in 0..scaled(100, 10_000) {
            let timer = timers.timer(Duration::from_micros(10));
            let both = Barrier::new(2);
            let (received, stopped) = thread::scope(|scope| {
                let receiver = scope.spawn(|| {
                    both.wait();
                    timer.try_recv().is_some()
                });
                both.wait();
                let stopped = timer.stop();
                (receiver.join().unwrap(), stopped)
            });
            assert!(received != stopped, "{received}, {stopped}");
            assert_eq!(timer.try_recv(), None);
        }
    });
}

/// `TestMultiWakeupTimer`.
#[test]
fn threads_receive_and_reset_one_timer() {
    each(|timers| {
        let timer = timers.timer(Duration::from_nanos(1));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..scaled(1_000, 10_000) {
                        timer.try_recv();
                        timer.reset(Duration::from_nanos(1));
                    }
                });
            }
        });
        timer.reset(Duration::ZERO);
        timer.recv();
    });
}

/// `TestLongAdjustTimers`: sleepers of 10 us beside a million short timers
/// that are stopped before their time.
#[test]
fn five_thousand_sleepers_wake_beside_a_million_short_timers() {
    each(|timers| {
        let (sender, receiver) = channel();
        for _ in 0..5_000 {
            let sender = sender.clone();
            let d = Duration::from_micros(10);
            timers.after_func(d, move || sender.send(()).unwrap());
        }
        for _ in 0..scaled(50_000, 1_000_000) {
            timers.after_func(5_000 * MS, || ()).cancel();
        }
        for _ in 0..5_000 {
            receiver.recv_timeout(PATIENCE).expect("one was lost");
        }
    });
}
