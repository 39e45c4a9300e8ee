//! What a builder chooses: how many threads, whose threads, and which locks;
//! and the numbers that tell what they did.
#![cfg(not(loom))]

mod common;

use std::num::NonZero;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use common::{Task, counter, get};
use timer_heap::{Builder, FakeTime, Generation, Timers};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

type Job = Box<dyn FnOnce() + Send>;

fn each(test: impl Fn(Builder)) {
    for generation in Generation::ALL {
        test(Timers::builder().generation(generation));
    }
}

/// Runs a test on a fake clock, with an executor that queues its jobs.
fn each_queued(test: impl Fn(Timers, FakeTime, Receiver<Job>)) {
    each(|builder| {
        let (jobs, queue) = channel();
        let executor = move |job| drop(jobs.send(job));
        let (timers, time) = builder.execute_with(executor).build_fake();
        test(timers, time, queue);
    });
}

#[test]
fn as_many_callbacks_run_at_once_as_there_are_workers() {
    each(|builder| {
        let timers = builder.workers(NonZero::new(3).unwrap()).build();
        let all = Arc::new(Barrier::new(4));
        for _ in 0..3 {
            let all = Arc::clone(&all);
            // Two threads would wait here for good.
            timers.after_func(Duration::ZERO, move || _ = all.wait());
        }
        all.wait();
    });
}

#[test]
fn no_timer_is_called_twice_at_once_by_several_workers() {
    each(|builder| {
        let timers = builder.workers(NonZero::new(4).unwrap()).build();
        let inside = AtomicUsize::new(0);
        let (calls, mut count) = counter();
        let timer = timers.after_func(Duration::ZERO, move || {
            assert_eq!(inside.fetch_add(1, Ordering::Relaxed), 0);
            thread::yield_now();
            inside.fetch_sub(1, Ordering::Relaxed);
            count();
        });
        while get(&calls) < 200 {
            timer.reset(Duration::ZERO);
        }
    });
}

#[test]
fn an_executor_calls_what_was_handed_over_one_after_the_other() {
    each_queued(|timers, time, queue| {
        let (calls, count) = counter();
        let timer = timers.after_func(SECOND, count);
        time.advance(SECOND);
        assert_eq!(get(&calls), 0, "it waits in the queue");
        assert!(!timer.stop(), "from the hand-over on it counts as begun");
        for _ in 0..2 {
            assert!(!timer.reset(SECOND));
            time.advance(SECOND);
        }
        for called in 1..=3 {
            queue.try_recv().expect("a job is handed over")();
            assert_eq!(get(&calls), called);
        }
        assert!(queue.try_recv().is_err(), "three firings, three calls");
    });
}

#[test]
fn an_executor_calls_periodic_callbacks_and_those_with_their_own_timer() {
    each_queued(|timers, time, queue| {
        let (calls, count) = counter();
        let ticks = timers.every(SECOND, count.clone());
        let (once, mut again) = (count.clone(), count);
        timers.after_func_once(SECOND, once);
        let own = timers.after_func_with(SECOND, move |own| {
            again();
            own.reset(HOUR);
        });
        time.advance(SECOND);
        queue.try_iter().for_each(|job| job());
        assert_eq!(get(&calls), 3);
        assert!(ticks.stop() && own.stop(), "both were set anew");
    });
}

#[test]
fn a_job_that_the_executor_drops_is_not_called_and_the_next_one_is() {
    each_queued(|timers, time, queue| {
        let (calls, count) = counter();
        let timer = timers.after_func(SECOND, count);
        time.advance(SECOND);
        timer.reset(SECOND);
        time.advance(SECOND);
        drop(queue.try_recv().expect("one job for both"));
        assert!(queue.try_recv().is_err());
        timer.reset(SECOND);
        time.advance(SECOND);
        queue.try_recv().expect("the next one")();
        assert_eq!(get(&calls), 1);
    });
}

#[test]
fn what_a_callback_owns_is_freed_with_the_job_that_the_executor_drops() {
    each_queued(|timers, time, queue| {
        let token = Arc::new(());
        let own = || {
            let token = Arc::clone(&token);
            move || assert!(Arc::strong_count(&token) > 1)
        };
        timers.after_func(SECOND, own());
        timers.after_func_once(SECOND, own());
        let (held, call) = (timers.after_func(SECOND, own()), own());
        timers.after_func_with(SECOND, move |_| call());
        time.advance(SECOND);
        drop(queue.try_iter().collect::<Vec<_>>());
        assert_eq!(Arc::strong_count(&token), 2, "one has a handle");
        assert!(!held.reset(SECOND), "and can be set anew");
        time.advance(SECOND);
        drop(held);
        drop(queue.try_recv().expect("a job"));
        assert_eq!(Arc::strong_count(&token), 1);
        assert_eq!(timers.pending(), 0);
    });
}

#[test]
fn a_periodic_timer_misses_the_tick_whose_job_the_executor_drops() {
    each_queued(|timers, time, queue| {
        let (calls, count) = counter();
        let token = Arc::new(());
        let (owned, mut call) = (Arc::clone(&token), count);
        let ticks = timers.every(SECOND, move || {
            let _owned = &owned;
            call();
        });
        for tick in 1..=4 {
            time.advance(SECOND);
            let job = queue.try_recv().expect("each tick is a job");
            if tick % 2 == 0 {
                job()
            } else {
                drop(job)
            }
            assert_eq!(get(&calls), tick / 2);
        }
        time.advance(SECOND);
        assert!(ticks.stop());
        drop(ticks);
        assert_eq!(Arc::strong_count(&token), 2, "a job has it");
        drop(queue);
        assert_eq!(Arc::strong_count(&token), 1);
        time.advance(SECOND);
        assert_eq!((get(&calls), timers.pending()), (2, 0));
    });
}

/// An executor that runs each job at once, on the thread that hands it over.
#[test]
fn a_job_that_runs_inside_of_the_executor_does_what_a_callback_does() {
    each(|builder| {
        let (timers, time) = builder.execute_with(|job| job()).build_fake();
        let (calls, count) = counter();
        let (weak, mut late) = (timers.downgrade(), count.clone());
        let ticks = timers.every(SECOND, count.clone());
        let stopped = timers.after_func(3 * SECOND, count);
        timers.after_func(2 * SECOND, move || {
            let timers = weak.upgrade().expect("the test keeps it");
            assert!(ticks.stop() && stopped.stop());
            assert!(!timers.shut_down_and_wait(), "it would wait for itself");
            timers.after_func(Duration::ZERO, late.clone());
            late();
        });
        time.advance(10 * SECOND);
        assert!(matches!(get(&calls), 2 | 3), "a tick or two, and this one");
        assert_eq!(timers.pending(), 0);
    });
}

#[test]
fn an_executor_that_panics_ends_one_call_only() {
    each(|builder| {
        let (panics, count) = counter();
        let refusals = AtomicUsize::new(0);
        let (timers, time) = builder
            .on_panic(move |_| (count.clone())())
            .execute_with(move |job| {
                if refusals.fetch_add(1, Ordering::Relaxed) == 0 {
                    // Unlike `panic!` it prints nothing.
                    resume_unwind(Box::new("refused"));
                }
                job();
            })
            .build_fake();
        let (calls, count) = counter();
        let timer = timers.after_func(SECOND, count);
        time.advance(SECOND);
        assert_eq!((get(&calls), get(&panics)), (0, 1));
        timer.reset(SECOND);
        time.advance(SECOND);
        assert_eq!((get(&calls), get(&panics)), (1, 1));
    });
}

#[test]
fn a_panic_in_a_job_goes_to_the_hook_and_not_to_the_executor() {
    each(|builder| {
        let (panics, count) = counter();
        let (jobs, queue) = channel::<Job>();
        let (timers, time) = builder
            .on_panic(move |_| (count.clone())())
            .execute_with(move |job| drop(jobs.send(job)))
            .build_fake();
        let timer =
            timers.after_func(SECOND, || resume_unwind(Box::new("a call")));
        for panicked in 1..=2 {
            time.advance(SECOND);
            queue.try_recv().expect("it is called again")();
            assert_eq!(get(&panics), panicked);
            timer.reset(SECOND);
        }
    });
}

#[test]
fn nothing_that_was_handed_over_begins_after_the_end() {
    each_queued(|timers, time, queue| {
        let (calls, count) = counter();
        let (kept, dropped) = (Arc::new(()), Arc::new(()));
        let owned = Arc::clone(&dropped);
        let mut call = count;
        timers.after_func(SECOND, move || {
            let _owned = &owned;
            call();
        });
        time.advance(SECOND);
        assert!(timers.shut_down_and_wait(), "no call has begun");
        queue.try_recv().expect("it is in the queue")();
        assert_eq!(get(&calls), 0);
        drop((timers, time));
        assert_eq!(Arc::strong_count(&dropped), Arc::strong_count(&kept));
    });
}

#[test]
fn a_shut_down_waits_for_the_jobs_that_run() {
    each(|builder| {
        let executor = |job| drop(thread::spawn(job));
        let timers = builder.execute_with(executor).build();
        let (began, begin) = channel();
        let (calls, mut count) = counter();
        let weak = timers.downgrade();
        timers.after_func(Duration::ZERO, move || {
            began.send(()).unwrap();
            let timers = weak.upgrade().expect("the test keeps it");
            while !timers.is_shut_down() {
                thread::yield_now();
            }
            assert!(!timers.shut_down_and_wait(), "it would wait for itself");
            count();
        });
        begin.recv().unwrap();
        assert!(timers.shut_down_and_wait());
        assert_eq!(get(&calls), 1, "the job has ended");
    });
}

#[test]
fn what_wakes_a_future_is_not_handed_over() {
    each_queued(|timers, time, queue| {
        let task = Arc::new(Task::default());
        let mut sleep = timers.sleep_async(SECOND);
        assert!(!task.poll(Pin::new(&mut sleep)).is_ready());
        time.advance(SECOND);
        assert_eq!(task.woken(), 1);
        assert!(queue.try_recv().is_err());
    });
}

#[test]
fn metrics_count_calls_late_ones_and_wakes() {
    each(|builder| {
        let (timers, time) = builder.build_fake();
        for seconds in 0..10 {
            timers.after_func(SECOND * seconds, || ());
        }
        time.advance(3 * SECOND);
        let metrics = timers.metrics();
        assert_eq!((metrics.fired, metrics.late, metrics.wakes), (4, 0, 0));
        time.skip(6 * SECOND + Duration::from_micros(999));
        let metrics = timers.metrics();
        assert_eq!((metrics.fired, metrics.late), (10, 5));
    });
}

#[test]
fn metrics_of_a_service_with_threads_count_all_that_they_did() {
    each(|builder| {
        let timers = builder.build();
        let (calls, count) = counter();
        let (sender, receiver) = channel();
        for _ in 0..100 {
            let (mut count, sender) = (count.clone(), sender.clone());
            timers.after_func(Duration::ZERO, move || {
                count();
                sender.send(()).unwrap();
            });
        }
        assert_eq!(receiver.iter().take(100).count(), 100);
        assert!(timers.shut_down_and_wait());
        let metrics = timers.metrics();
        assert_eq!(metrics.fired as usize, get(&calls));
        assert!(metrics.late <= metrics.fired && metrics.wakes > 0);
    });
}

#[test]
fn a_service_without_owners_does_what_others_do() {
    each(|builder| {
        let timers = builder.owned_locks(false).build();
        for _ in 0..5_000 {
            assert!(timers.after_func(HOUR, || ()).cancel());
        }
        let (sender, receiver) = channel();
        timers.after_func(Duration::ZERO, move || sender.send(()).unwrap());
        assert_eq!(receiver.recv(), Ok(()));
    });
}
