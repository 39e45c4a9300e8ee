//! Several parts of the interface at once, each inside of another.
#![cfg(not(loom))]

mod common;

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use common::{Task, counter, each, each_real, get};
use timer_heap::{TimeoutError, Timers, WeakTimers};

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Longer than any machine takes: what has not come by then never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A future that is polled by callbacks of the service that it sleeps on.
struct InCallbacks {
    timers: WeakTimers,
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
}

impl Wake for InCallbacks {
    fn wake(self: Arc<Self>) {
        let Some(timers) = self.timers.upgrade() else {
            return;
        };
        timers.after_func_once(Duration::ZERO, move || self.poll());
    }
}

impl InCallbacks {
    fn spawn(
        timers: &Timers,
        future: impl Future<Output = ()> + Send + 'static,
    ) {
        let (timers, future) = (timers.downgrade(), Box::pin(future) as _);
        let future = Mutex::new(Some(future));
        Arc::new(Self { timers, future }).wake();
    }

    fn poll(self: &Arc<Self>) {
        let waker = Waker::from(Arc::clone(self));
        let mut future = self.future.lock().unwrap();
        let polled = future.as_mut().map(|future| {
            future.as_mut().poll(&mut Context::from_waker(&waker))
        });
        if polled == Some(Poll::Ready(())) {
            *future = None;
        }
    }
}

#[test]
fn callbacks_of_a_service_run_the_tasks_that_sleep_on_it() {
    let program = |timers: Timers, done: Box<dyn FnOnce() + Send>| async move {
        let mut interval = timers.interval(MS);
        for _ in 0..3 {
            interval.tick().await;
        }
        let never = timers.timeout(MS, pending::<()>());
        assert_eq!(never.await, Err(TimeoutError::Elapsed));
        let ticker = timers.ticker(MS);
        ticker.recv_async().await.expect("it runs");
        done();
    };
    each_real(|timers| {
        let (sender, done) = channel();
        let end = Box::new(move || sender.send(()).unwrap());
        InCallbacks::spawn(&timers, program(timers.clone(), end));
        done.recv_timeout(PATIENCE).expect("the task comes to its end");
    });
    each(|timers, time| {
        let (ended, count) = counter();
        let end = Box::new(count);
        InCallbacks::spawn(&timers, program(timers.clone(), end));
        time.advance(SECOND);
        assert_eq!(get(&ended), 1);
        assert_eq!(timers.pending(), 0);
    });
}

/// Asks its service for something while it is dropped.
struct Asks(WeakTimers, Arc<AtomicUsize>);

impl Drop for Asks {
    fn drop(&mut self) {
        let Some(timers) = self.0.upgrade() else {
            self.1.fetch_add(1, Ordering::Relaxed);
            return;
        };
        assert!(timers.is_shut_down());
        let seen = Arc::clone(&self.1);
        let late = timers.after_func(Duration::ZERO, move || {
            seen.fetch_add(100, Ordering::Relaxed);
        });
        assert!(!late.reset(SECOND) && !late.stop() && !late.cancel());
        assert_eq!(timers.pending(), 0);
        timers.shut_down();
        self.1.fetch_add(10, Ordering::Relaxed);
    }
}

#[test]
fn callbacks_that_a_shut_down_drops_find_it_ended_or_gone() {
    let asks = |timers: &Timers, seen: &Arc<AtomicUsize>| {
        let asks = Asks(timers.downgrade(), Arc::clone(seen));
        timers.after_func(HOUR, move || {
            let _asks = &asks;
        });
    };
    each(|timers, time| {
        let seen = Arc::new(AtomicUsize::new(0));
        asks(&timers, &seen);
        timers.shut_down();
        assert_eq!(get(&seen), 10);
        time.advance(2 * HOUR);
        assert_eq!(get(&seen), 10, "what it started never fires");
    });
    each_real(|timers| {
        let seen = Arc::new(AtomicUsize::new(0));
        asks(&timers, &seen);
        drop(timers);
        assert_eq!(get(&seen), 1);
    });
}

/// The whole `select!` has a deadline, and each of its arms is polled as often
/// as something happens.
#[test]
fn a_select_of_sleeps_and_ticks_has_a_deadline() {
    each(|timers, time| {
        let polls = Cell::new(0);
        let own = timers.clone();
        let loops = async {
            let mut interval = own.interval(SECOND);
            let mut idle = pin!(own.sleep_async(HOUR));
            loop {
                tokio::select! {
                    _ = interval.tick() => {
                        idle.as_mut().reset(own.now() + HOUR);
                    }
                    () = &mut idle => panic!("a tick puts it off"),
                }
            }
        };
        let mut loops = pin!(loops);
        let counted = poll_fn(|context| {
            polls.set(polls.get() + 1);
            loops.as_mut().poll(context)
        });
        let mut all = pin!(timers.timeout(10 * SECOND, counted));
        let task = Arc::new(Task::default());
        let mut ended = task.poll(all.as_mut());
        while ended.is_pending() {
            assert!(time.jump());
            ended = task.poll(all.as_mut());
        }
        let late = Err::<(), _>(TimeoutError::Elapsed);
        assert_eq!(ended, Poll::Ready(late));
        let polls = polls.get();
        assert!(polls <= 13, "{polls} polls of ten ticks");
    });
}

#[test]
fn a_callback_moves_the_clock_beyond_every_end_and_each_fires_once_in_order() {
    each(|timers, time| {
        let (sender, fired) = channel();
        let time = Arc::new(time);
        for n in 1..=9_u32 {
            let (sender, inner) = (sender.clone(), Arc::clone(&time));
            timers.after_func(n * SECOND, move || {
                sender.send(n).unwrap();
                match n {
                    2 => inner.advance(3 * SECOND),
                    4 => drop(inner.skip(HOUR)),
                    6 => drop(inner.jump()),
                    _ => {}
                }
            });
        }
        let began = timers.now();
        time.advance(3 * SECOND);
        assert_eq!(timers.now() - began, HOUR + 4 * SECOND);
        let fired: Vec<_> = fired.try_iter().collect();
        assert_eq!(fired, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(timers.pending(), 0);
    });
}

/// Timers of several threads are in one order on a clock that is moved by hand,
/// those that a callback starts or moves included.
#[test]
fn timers_of_several_threads_are_in_one_order_by_hand() {
    each(|timers, time| {
        let fired = Arc::new(Mutex::new(Vec::new()));
        let start = |n: u32| {
            let fired = Arc::clone(&fired);
            timers.after_func(n * MS, move || fired.lock().unwrap().push(n))
        };
        let theirs = thread::scope(|scope| {
            scope.spawn(|| [2, 4, 6, 900].map(start)).join().unwrap()
        });
        let (mine, log) = (start(5), Arc::clone(&fired));
        let weak = timers.downgrade();
        timers.after_func(3 * MS, move || {
            log.lock().unwrap().push(3);
            // From here it is two milliseconds to each of these.
            assert!(theirs[3].reset(4 * MS) && mine.reset(2 * MS));
            let (log, timers) = (Arc::clone(&log), weak.upgrade().unwrap());
            timers.after_func(MS / 2, move || log.lock().unwrap().push(35));
        });
        time.advance(SECOND);
        let fired = fired.lock().unwrap().clone();
        assert_eq!(fired, [2, 3, 35, 4, 5, 6, 900]);
    });
}
