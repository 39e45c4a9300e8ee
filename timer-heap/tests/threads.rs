//! The service with its thread and the system's clock.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use timer_heap::{Generation, Timers};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

fn each(test: impl Fn(Timers)) {
    for generation in Generation::ALL {
        test(Timers::with_generation(generation));
    }
}

#[test]
fn an_earlier_timer_wakes_the_sleeping_thread() {
    each(|timers| {
        timers.after_func(HOUR, || panic!("an hour too early"));
        let (sender, receiver) = channel();
        let started = Instant::now();
        timers.after_func(MS, move || sender.send(Instant::now()).unwrap());
        // Without the early wake-up this waits for an hour.
        assert!(receiver.recv().unwrap() >= started + MS);
    });
}

#[test]
fn a_sleep_is_never_early() {
    each(|timers| {
        for microseconds in [0, 1, 50, 1_000, 3_000] {
            let d = Duration::from_micros(microseconds);
            let started = Instant::now();
            timers.sleep(d);
            assert!(started.elapsed() >= d);
        }
    });
}

#[test]
fn a_channel_timer_wakes_its_receiver_and_gives_the_due_time() {
    each(|timers| {
        let started = Instant::now();
        let timer = timers.timer(2 * MS);
        let due = timer.recv();
        assert!(due >= started + 2 * MS && due <= Instant::now());
    });
}

#[test]
fn a_reset_wakes_a_blocked_receiver() {
    each(|timers| {
        let timer = timers.timer(HOUR);
        thread::scope(|scope| {
            scope.spawn(|| timer.recv());
            timer.reset(Duration::ZERO);
        });
    });
}

#[test]
fn many_threads_start_timers_and_all_fire() {
    each(|timers| {
        let (sender, receiver) = channel();
        let barrier = Arc::new(Barrier::new(8));
        let start = |thread: u32| {
            let (timers, sender) = (timers.clone(), sender.clone());
            let barrier = Arc::clone(&barrier);
            move || {
                barrier.wait();
                for number in 0..100_u32 {
                    let sender = sender.clone();
                    let d = Duration::from_micros(u64::from(number % 7) * 100);
                    timers.after_func(d, move || {
                        sender.send((thread, number)).unwrap();
                    });
                }
            }
        };
        let threads: Vec<_> =
            (0..8).map(|number| thread::spawn(start(number))).collect();
        threads.into_iter().for_each(|t| t.join().unwrap());
        let mut fired: Vec<_> = receiver.iter().take(800).collect();
        fired.sort_unstable();
        fired.dedup();
        assert_eq!(fired.len(), 800);
    });
}

#[test]
fn the_service_can_be_dropped_within_a_callback() {
    each(|timers| {
        let (sender, receiver) = channel();
        let last = timers.clone();
        timers.after_func(MS, {
            let mut last = Some(last);
            move || {
                drop(last.take());
                sender.send(()).unwrap();
            }
        });
        drop(timers);
        receiver.recv().unwrap();
    });
}

#[test]
fn a_refused_thread_is_an_error() {
    let timers = Timers::builder().stack_size(usize::MAX / 2).build();
    timers.try_start().expect_err("no machine has such a stack");
}

/// The smallest executor: the thread parks until it is woken.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn a_future_sleeps_on_a_hand_made_executor() {
    each(|timers| {
        let started = Instant::now();
        block_on(timers.sleep_async(2 * MS));
        assert!(started.elapsed() >= 2 * MS);
        assert_eq!(timers.pending(), 0);
    });
}

#[test]
fn a_dropped_future_stops_its_timer() {
    each(|timers| {
        let mut sleep = Box::pin(timers.sleep_async(HOUR));
        let mut context = Context::from_waker(Waker::noop());
        assert!(sleep.as_mut().poll(&mut context).is_pending());
        assert_eq!(timers.pending(), 1);
        drop(sleep);
        assert_eq!(timers.pending(), 0);
    });
}

#[test]
#[should_panic(expected = "the timer service was shut down")]
fn a_sleeping_future_learns_of_the_shut_down() {
    let timers = Timers::new();
    let clone = timers.clone();
    timers.after_func(MS, move || clone.shut_down());
    block_on(timers.sleep_async(HOUR));
}
