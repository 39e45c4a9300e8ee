//! Callbacks, drops, hooks and ends of threads, one inside of the other.
#![cfg(not(loom))]

mod common;

use std::cell::RefCell;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use common::{AtDrop, Task, counter, each, each_real, get};
use timer_heap::{Generation, Timer, Timers};

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Longer than any machine takes: what has not come by then never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Panics, and prints nothing, unlike `panic!`.
fn quiet_panic() {
    resume_unwind(Box::new("as planned"));
}

#[test]
fn a_drop_of_a_fired_callback_acts_on_timers_that_are_due() {
    each(|timers, time| {
        let (calls, count) = counter();
        let others: Arc<Mutex<Vec<Timer>>> = Arc::default();
        let (given, later, again) =
            (Arc::clone(&others), timers.clone(), count.clone());
        let acts = AtDrop(move || {
            let [stopped, reset, cancelled] = given
                .lock()
                .unwrap()
                .drain(..)
                .collect::<Vec<_>>()
                .try_into()
                .expect("there are three");
            assert!(stopped.stop());
            assert!(reset.reset(HOUR));
            assert!(cancelled.cancel());
            later.after_func(Duration::ZERO, again.clone());
        });
        drop(timers.after_func(MS, move || acts.hold()));
        let start = |n| timers.after_func(n * MS, count.clone());
        others.lock().unwrap().extend([2, 3, 4].map(start));
        time.skip(SECOND);
        assert_eq!(get(&calls), 1, "the one that the drop started");
        time.advance(HOUR);
        assert_eq!(get(&calls), 2, "the one that was reset");
    });
}

#[test]
fn a_callback_that_panics_after_its_own_reset_is_called_again() {
    each(|timers, time| {
        let (calls, mut count) = counter();
        let timer = timers.after_func_with(SECOND, move |own| {
            count();
            own.reset(SECOND);
            quiet_panic();
        });
        time.advance(3 * SECOND);
        assert_eq!(get(&calls), 3);
        drop(timer);
        time.advance(2 * SECOND);
        assert_eq!(get(&calls), 5, "a dropped handle lets it run");
        timers.shut_down();
        time.advance(2 * SECOND);
        assert_eq!(get(&calls), 5);
    });
}

#[test]
fn a_callback_waits_for_a_thread_that_stops_and_resets_it() {
    each_real(|timers| {
        let own: Arc<OnceLock<Timer>> = Arc::default();
        let (place, (sender, receiver)) = (Arc::clone(&own), channel());
        let begin = Arc::new(Barrier::new(2));
        let is_set = Arc::clone(&begin);
        let timer = timers.after_func(Duration::ZERO, move || {
            if sender.send(()).is_err() {
                return;
            }
            is_set.wait();
            let place = Arc::clone(&place);
            let other = thread::spawn(move || {
                let own = place.get().expect("it is set");
                assert!(!own.stop(), "it is being called");
                assert!(!own.reset(HOUR));
                assert!(own.stop(), "it was set anew");
            });
            other.join().unwrap();
        });
        own.set(timer).expect("it is set once");
        begin.wait();
        receiver.recv_timeout(PATIENCE).unwrap();
        assert!(timers.shut_down_and_wait());
    });
}

#[test]
fn a_callback_that_is_cancelled_while_it_runs_is_dropped_after_its_call() {
    each_real(|timers| {
        let (sender, events) = channel();
        let end = sender.clone();
        let held = AtDrop(move || end.send("dropped").unwrap());
        let (inside, outside) = (Arc::new(Barrier::new(2)), Barrier::new(2));
        let (began, outside) = (Arc::clone(&inside), Arc::new(outside));
        let goes_on = Arc::clone(&outside);
        let timer = timers.after_func(Duration::ZERO, move || {
            held.hold();
            began.wait();
            goes_on.wait();
            sender.send("returned").unwrap();
        });
        inside.wait();
        assert!(!timer.cancel());
        outside.wait();
        let seen = [events.recv(), events.recv()];
        assert_eq!(seen, [Ok("returned"), Ok("dropped")]);
    });
}

#[test]
fn several_threads_end_a_service_at_once_and_all_wait() {
    each_real(|timers| {
        let (calls, mut count) = counter();
        let begin = Arc::new(Barrier::new(5));
        let began = Arc::clone(&begin);
        let held = AtDrop(|| ());
        timers.after_func(Duration::ZERO, move || {
            held.hold();
            began.wait();
            thread::yield_now();
            count();
        });
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    begin.wait();
                    assert!(timers.shut_down_and_wait());
                    assert_eq!(get(&calls), 1, "the call has ended");
                });
            }
        });
    });
}

#[test]
fn a_hook_may_end_the_service_whose_callback_panicked() {
    for generation in Generation::ALL {
        let place: Arc<OnceLock<Timers>> = Arc::default();
        let (own, (sender, receiver)) = (Arc::clone(&place), channel());
        let timers = Timers::builder()
            .generation(generation)
            .on_panic(move |_| {
                let timers = own.get().expect("it is set first");
                assert!(!timers.shut_down_and_wait(), "it is its own thread");
                sender.send(()).unwrap();
            })
            .build();
        assert!(place.set(timers.clone()).is_ok());
        timers.after_func(MS, quiet_panic);
        receiver.recv_timeout(PATIENCE).unwrap();
        assert!(timers.is_shut_down() && timers.shut_down_and_wait());
    }
}

thread_local! {
    static LAST: RefCell<Option<Box<dyn Send>>> = const { RefCell::new(None) };
}

/// Runs `f` while the locals of a thread are dropped, after the service's own.
fn at_the_end_of_a_thread(
    f: impl FnOnce(&Timers) + Send + 'static,
    timers: Timers,
) {
    let mut f = Some(f);
    let thread = thread::spawn(move || {
        let own = timers.clone();
        let end = AtDrop(move || f.take().expect("once")(&own));
        // The first local to be used is the last to be dropped.
        LAST.with(|last| *last.borrow_mut() = Some(Box::new(end)));
        for _ in 0..3_000 {
            timers.after_func(HOUR, || ()).cancel();
        }
    });
    thread.join().unwrap();
}

#[test]
#[cfg_attr(windows, ignore = "no thread starts or ends in the drop of a local")]
fn a_thread_that_ends_uses_timers_in_the_drops_of_its_locals() {
    each_real(|timers| {
        let (sender, receiver) = channel();
        let use_all = move |timers: &Timers| {
            assert!(timers.after_func(HOUR, || ()).cancel());
            let sender = sender.clone();
            timers.after_func(MS, move || sender.send("fired").unwrap());
            timers.sleep(MS);
            assert!(timers.timer(MS).recv() <= Instant::now());
            let task = Arc::new(Task::default());
            let mut sleep = timers.sleep_async(HOUR);
            assert!(task.poll(Pin::new(&mut sleep)).is_pending());
        };
        at_the_end_of_a_thread(use_all, timers.clone());
        assert_eq!(receiver.recv_timeout(PATIENCE), Ok("fired"));
        assert_eq!(timers.pending(), 0);
        let end = |timers: &Timers| assert!(timers.shut_down_and_wait());
        at_the_end_of_a_thread(end, timers.clone());
        assert!(timers.is_shut_down());
    });
}

#[test]
#[cfg_attr(windows, ignore = "no thread starts or ends in the drop of a local")]
fn the_services_own_thread_cannot_wait_for_its_end_in_the_drops_of_its_locals()
{
    each_real(|timers| {
        let ((sender, receiver), own) = (channel(), timers.clone());
        timers.after_func_once(Duration::ZERO, move || {
            own.shut_down();
            let mut own = Some((own, sender));
            let end = AtDrop(move || {
                let (timers, sender) = own.take().expect("once");
                sender.send(timers.shut_down_and_wait()).unwrap();
            });
            LAST.with(|last| *last.borrow_mut() = Some(Box::new(end)));
        });
        assert_eq!(receiver.recv_timeout(PATIENCE), Ok(false));
    });
}

#[test]
fn a_clock_is_moved_by_callbacks_inside_of_callbacks() {
    each(|timers, time| {
        let (time, start) = (Arc::new(time), timers.now());
        let order: Arc<Mutex<Vec<u64>>> = Arc::default();
        let note = |n: u64| {
            let (order, own, time) =
                (Arc::clone(&order), timers.clone(), Arc::clone(&time));
            move || {
                order.lock().unwrap().push((own.now() - start).as_secs());
                match n {
                    1 => time.advance(2 * SECOND),
                    2 => drop(time.skip(2 * SECOND)),
                    _ => drop(time.jump()),
                }
            }
        };
        for n in 1..=6 {
            drop(
                timers.after_func(u32::try_from(n).unwrap() * SECOND, note(n)),
            );
        }
        time.advance(SECOND);
        let seen = order.lock().unwrap().clone();
        assert!(seen.is_sorted(), "{seen:?}");
        assert_eq!(seen.len(), 6, "each fired once: {seen:?}");
        assert_eq!(timers.pending(), 0);
    });
}

#[test]
fn two_threads_move_one_clock_and_nothing_fires_twice() {
    each(|timers, time| {
        let (calls, count) = counter();
        for n in 1..=500 {
            drop(timers.after_func(n * MS, count.clone()));
        }
        let start = timers.now();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..50).for_each(|_| time.advance(10 * MS)));
            }
        });
        assert_eq!(get(&calls), 500);
        let moved = timers.now() - start;
        assert!(moved >= 500 * MS && moved <= SECOND, "{moved:?}");
    });
}

#[test]
fn the_longest_and_the_earliest_times_are_taken_everywhere() {
    each(|timers, time| {
        let (calls, count) = counter();
        let far = timers.after_func(Duration::MAX, count.clone());
        assert!(far.reset(Duration::MAX));
        let ticks = timers.every(Duration::MAX, count.clone());
        assert!(ticks.reset(Duration::MAX));
        let own = timers.after_func_with(Duration::MAX, |_| ());
        assert!(own.reset(Duration::MAX));
        let channel = timers.timer(Duration::MAX);
        assert!(channel.reset(Duration::MAX));
        let ticker = timers.ticker(Duration::MAX);
        let task = Arc::new(Task::default());
        let mut sleep = timers.sleep_async(Duration::MAX);
        assert!(task.poll(Pin::new(&mut sleep)).is_pending());
        let mut limited =
            timers.timeout(Duration::MAX, std::future::pending::<()>());
        assert!(task.poll(Pin::new(&mut limited)).is_pending());
        let mut interval = timers.interval(Duration::MAX);
        let mut first = std::pin::pin!(interval.tick());
        assert!(task.poll(first.as_mut()).is_ready());
        time.advance(1_000_000 * HOUR);
        assert_eq!((get(&calls), task.woken()), (0, 0));
        assert!(channel.try_recv().is_none() && ticker.try_recv().is_none());

        let past = timers.now() - HOUR;
        drop(timers.after_func_at(past, count.clone()));
        assert!(far.reset_at(past));
        let mut late = timers.sleep_until(past);
        assert!(late.is_elapsed());
        assert!(task.poll(Pin::new(&mut late)).is_ready());
        let elapsed = channel.recv_deadline(past);
        assert!(elapsed.is_err(), "no time is left");
        time.advance(Duration::ZERO);
        assert_eq!(get(&calls), 2);
    });
}
