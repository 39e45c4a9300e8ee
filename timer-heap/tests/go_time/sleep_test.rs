//! After `sleep_test.go`: what fires, in which order, and what stop says.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use timer_heap::{Generation, Timers};

use crate::{FuncTimer, HOUR, MS, PATIENCE, each, each_fake};

/// The callback starts the next one, and hands its long work to a thread that
/// waits for all ten to be there.
fn chain(timers: &Timers, left: usize, all: Arc<Barrier>, end: Sender<()>) {
    let clone = timers.clone();
    timers.after_func(Duration::ZERO, move || {
        let (all, end) = (Arc::clone(&all), end.clone());
        if left > 1 {
            chain(&clone, left - 1, Arc::clone(&all), end.clone());
        }
        thread::spawn(move || {
            all.wait();
            end.send(()).unwrap();
        });
    });
}

/// `TestAfterFunc`.
#[test]
fn ten_zero_timers_that_start_each_other_do_not_serialise() {
    each(|timers| {
        let (end, ends) = channel();
        chain(&timers, 10, Arc::new(Barrier::new(10)), end);
        for _ in 0..10 {
            ends.recv_timeout(PATIENCE).expect("the chain broke");
        }
    });
}

/// `TestAfterFunc`, for workers that take each other's timers.
#[test]
fn a_stuck_callback_holds_up_no_other_worker() {
    if thread::available_parallelism().map_or(1, usize::from) < 2 {
        return support::skipped::say("one processor, so one worker");
    }
    let timers = Timers::with_generation(Generation::Go1_14);
    let (free, stuck) = channel();
    let (end, ended) = channel();
    timers.after_func(Duration::ZERO, move || {
        let freed = stuck.recv_timeout(PATIENCE);
        end.send(freed.is_ok()).unwrap();
    });
    timers.after_func(MS, move || free.send(()).unwrap());
    assert!(ended.recv().unwrap(), "nobody took the second timer");
}

/// `TestAfterFuncStarvation`.
#[test]
fn two_busy_threads_do_not_starve_a_timer() {
    each(|timers| {
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = sync_channel(1);
        let stopped = Arc::clone(&stop);
        let busy = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                sender.send(()).unwrap();
            }
        });
        let echo = thread::spawn(move || receiver.iter().for_each(drop));
        timers.after_func(Duration::from_micros(1), move || {
            stop.store(true, Ordering::Relaxed);
        });
        busy.join().unwrap();
        echo.join().unwrap();
    });
}

/// `TestAfterStop`.
#[test]
fn of_four_timers_the_two_stopped_do_not_fire() {
    each_fake(|timers, time| {
        let between = FuncTimer::new(&timers, 100 * MS);
        let channel = timers.timer(50 * MS);
        let callback = FuncTimer::new(&timers, 150 * MS);
        let last = timers.timer(200 * MS);
        assert!(channel.stop() && callback.timer.stop());
        time.advance(200 * MS);
        assert!(last.try_recv().is_some());
        assert!(!between.is_empty());
        assert_eq!(channel.try_recv(), None);
        assert!(callback.is_empty());
        assert!(!channel.stop() && !callback.timer.stop(), "true twice");
    });
}

/// `TestAfterQueuing`, with Go's slots: three timers of the sixth.
#[test]
fn timers_in_shuffled_slots_fire_slot_by_slot() {
    const SLOTS: [u32; 13] = [5, 3, 6, 6, 6, 1, 1, 2, 7, 9, 4, 8, 0];
    each_fake(|timers, time| {
        let (sender, receiver) = channel();
        for slot in SLOTS {
            let sender = sender.clone();
            timers.after_func(slot * MS, move || sender.send(slot).unwrap());
        }
        time.advance(9 * MS);
        let fired: Vec<_> = receiver.try_iter().collect();
        assert_eq!(fired.len(), SLOTS.len());
        assert!(fired.is_sorted(), "{fired:?}");
    });
}

/// `BenchmarkSimultaneousAfterFunc1000`, as a test.
#[test]
fn a_thousand_timers_of_the_same_instant_all_fire() {
    each(|timers| {
        let (sender, receiver) = channel();
        let when = Instant::now() + MS;
        for number in 0..1_000 {
            let sender = sender.clone();
            timers.after_func_at(when, move || {
                sender.send((number, Instant::now())).unwrap();
            });
        }
        let next = || receiver.recv_timeout(PATIENCE).expect("one was lost");
        let mut fired: Vec<_> = (0..1_000).map(|_| next()).collect();
        assert!(fired.iter().all(|&(_, now)| now >= when), "early");
        fired.sort_unstable();
        fired.dedup_by_key(|&mut (number, _)| number);
        assert_eq!(fired.len(), 1_000);
    });
}

/// `TestTimerStopStress`.
#[test]
fn a_hundred_threads_stop_a_long_timer_each() {
    each(|timers| {
        let fired = AtomicUsize::new(0);
        let all = Barrier::new(100);
        thread::scope(|scope| {
            for _ in 0..100 {
                scope.spawn(|| {
                    let timer = FuncTimer::new(&timers, HOUR);
                    all.wait();
                    assert!(timer.timer.stop());
                    all.wait();
                    let came = usize::from(!timer.is_empty());
                    fired.fetch_add(came, Ordering::Relaxed);
                });
            }
        });
        assert_eq!(fired.into_inner(), 0);
        assert_eq!(timers.pending(), 0);
    });
}

/// `TestReset`, for callbacks and channels.
#[test]
fn a_reset_to_later_puts_a_timer_off_and_an_expired_one_is_not_active() {
    each_fake(|timers, time| {
        let callback = FuncTimer::new(&timers, 2 * MS);
        let channel = timers.timer(2 * MS);
        time.advance(MS);
        assert!(callback.timer.reset(3 * MS) && channel.reset(3 * MS));
        time.advance(2 * MS);
        assert!(callback.is_empty() && channel.try_recv().is_none());
        time.advance(2 * MS);
        assert!(!callback.is_empty() && channel.try_recv().is_some());
        assert!(!callback.timer.reset(50 * MS) && !channel.reset(50 * MS));
    });
}
