//! What a program sees of the service: no task woken for nothing, a fake clock
//! that goes forward only, and a shut-down that ends every wait.
#![cfg(not(loom))]

mod common;

use std::fmt::Debug;
use std::future::{Ready, ready};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use common::{Task, each, each_real};
use timer_heap::{
    Builder, CancelOnDrop, ChannelTimer, Deadlock, FakeTime, Generation,
    Interval, IntoTicks, LegacyTimer, Metrics, MissedTickBehavior, OwnTimer,
    Periodic, Recv, SharedTimer, ShutDown, Sleep, Ticker, TickerStream, Ticks,
    Timeout, TimeoutError, Timer, Timers, UnknownGeneration, WeakTimers,
};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn nobody_is_woken_by_a_drop_or_by_another_waker() {
    each(|timers, time| {
        let counts: [Arc<Task>; 3] = Default::default();
        let mut sleep = timers.sleep_async(HOUR);
        for _ in 0..3 {
            for count in &counts {
                assert!(!count.poll(Pin::new(&mut sleep)).is_ready());
            }
        }
        assert_eq!(timers.pending(), 1, "one timer, whoever polls");
        drop(sleep);
        time.advance(2 * HOUR);
        assert_eq!(counts.map(|count| count.woken()), [0; 3]);
    });
}

#[test]
fn only_the_last_waker_is_woken_and_only_once() {
    each(|timers, time| {
        let counts: [Arc<Task>; 3] = Default::default();
        let mut sleep = timers.sleep_async(SECOND);
        for count in &counts {
            assert!(!count.poll(Pin::new(&mut sleep)).is_ready());
        }
        time.advance(SECOND);
        assert!(counts[2].poll(Pin::new(&mut sleep)).is_ready());
        drop(sleep);
        assert_eq!(counts.map(|count| count.woken()), [0, 0, 1]);
    });
}

#[test]
fn a_reset_sleep_wakes_at_its_new_deadline_only() {
    each(|timers, time| {
        let count = Arc::new(Task::default());
        let mut sleep = timers.sleep_until(timers.now() + SECOND);
        assert!(!count.poll(Pin::new(&mut sleep)).is_ready());
        sleep.reset(timers.now() + 3 * SECOND);
        time.advance(2 * SECOND);
        assert_eq!(count.woken(), 0);
        time.advance(SECOND);
        assert_eq!(count.woken(), 1);
        assert!(count.poll(Pin::new(&mut sleep)).is_ready());
        sleep.reset(timers.now() + SECOND);
        assert!(
            !sleep.is_elapsed() && !count.poll(Pin::new(&mut sleep)).is_ready()
        );
        time.advance(SECOND);
        assert_eq!(count.woken(), 2, "after it was ready it sleeps again");
    });
}

#[test]
fn a_clock_moved_in_a_callback_does_not_go_back() {
    each(|timers, time| {
        let time = Arc::new(time);
        let (inner, start) = (Arc::clone(&time), timers.now());
        timers.after_func(SECOND, move || inner.advance(10 * SECOND));
        time.advance(2 * SECOND);
        assert_eq!(timers.now() - start, 11 * SECOND);
    });
}

#[test]
fn each_jump_lands_where_something_fires() {
    each(|timers, time| {
        let fired = Arc::new(AtomicUsize::new(0));
        let start = timers.now();
        let handles: Vec<Timer> = (0..40)
            .map(|n| {
                let fired = Arc::clone(&fired);
                let count = move || {
                    fired.fetch_add(1, Ordering::Relaxed);
                };
                timers.after_func(HOUR + n * SECOND, count)
            })
            .collect();
        assert!(handles[0].stop() && handles[1].reset(2 * HOUR));
        for n in 2..40 {
            assert!(time.jump());
            assert_eq!(timers.now() - start, HOUR + n * SECOND);
            assert_eq!(fired.load(Ordering::Relaxed) as u32, n - 1);
        }
        assert!(handles[1].stop());
        assert!(!time.jump(), "no timer is left");
        assert_eq!(timers.now() - start, HOUR + 39 * SECOND);
    });
}

#[test]
fn a_skip_fires_in_the_order_of_the_deadlines_across_threads() {
    each(|timers, time| {
        let order = Arc::new(Mutex::new(Vec::new()));
        for n in (1..=20).rev() {
            let (timers, order) = (timers.clone(), Arc::clone(&order));
            let start = move || {
                let note = move || order.lock().unwrap().push(n);
                drop(timers.after_func(n * SECOND, note));
            };
            thread::spawn(start).join().unwrap();
        }
        assert_eq!(time.skip(HOUR), 20);
        assert!(order.lock().unwrap().is_sorted());
    });
}

#[test]
fn a_thread_of_one_fake_clock_does_not_move_another() {
    let (timers, time) = Timers::builder().build_fake();
    let (others, other) = Timers::builder().build_fake();
    let start = others.now();
    let guest = others.clone();
    // It waits on the other clock, and takes no part there.
    time.spawn(move || guest.sleep(HOUR));
    let (go, begin) = channel::<()>();
    other.spawn(move || begin.recv().unwrap());
    let pending = others.clone();
    thread::scope(|scope| {
        let run = scope.spawn(|| other.run());
        while pending.pending() == 0 {
            thread::yield_now();
        }
        go.send(()).unwrap();
        assert_eq!(run.join().unwrap(), Ok(()));
    });
    assert_eq!(others.now(), start, "its own thread never waited for it");
    other.advance(HOUR);
    assert_eq!(time.run(), Ok(()));
    drop(timers);
}

#[test]
fn a_shut_down_ends_every_wait_on_either_clock() {
    let waits = |timers: Timers| {
        let ticker = timers.ticker(HOUR);
        let stopped = timers.timer(HOUR);
        stopped.stop();
        let clones = [timers.clone(), timers.clone()];
        let [sleeper, other] = clones;
        let threads = [
            thread::spawn(move || sleeper.try_sleep(HOUR) == Err(ShutDown)),
            thread::spawn(move || {
                let end = ticker.recv_timeout(Duration::MAX);
                let after = other.ticker(SECOND);
                end == Err(TimeoutError::ShutDown)
                    && ticker.try_recv().is_none()
                    && !ticker.stop()
                    && after.recv_timeout(SECOND) == Err(TimeoutError::ShutDown)
            }),
            thread::spawn(move || {
                std::panic::catch_unwind(|| stopped.recv()).is_err()
            }),
        ];
        assert!(timers.shut_down_and_wait());
        for thread in threads {
            assert!(thread.join().unwrap());
        }
    };
    each_real(waits);
    each(|timers, _time| waits(timers));
}

#[test]
fn a_shut_down_that_waits_does_not_wait_for_itself() {
    each_real(|timers| {
        let (sender, receiver) = channel();
        let weak = timers.downgrade();
        timers.after_func_once(Duration::ZERO, move || {
            let timers = weak.upgrade().expect("it is kept below");
            sender.send(timers.shut_down_and_wait()).unwrap();
        });
        assert_eq!(receiver.recv(), Ok(false));
        assert!(timers.shut_down_and_wait(), "the callback has returned");
    });
}

#[test]
fn what_programs_hold_is_safe_to_unwind_over_and_to_send() {
    fn is_safe<T: UnwindSafe + RefUnwindSafe + Send + Sync + Unpin>() {}
    is_safe::<Timers>();
    is_safe::<WeakTimers>();
    is_safe::<Timer>();
    is_safe::<CancelOnDrop>();
    is_safe::<OwnTimer>();
    is_safe::<SharedTimer>();
    is_safe::<Periodic>();
    is_safe::<Sleep>();
    is_safe::<Timeout<Ready<()>>>();
    is_safe::<Interval>();
    is_safe::<ChannelTimer>();
    is_safe::<Ticker>();
    is_safe::<TickerStream>();
    is_safe::<Recv<'_>>();
    is_safe::<Ticks<'_>>();
    is_safe::<IntoTicks>();
    is_safe::<FakeTime>();
    is_safe::<Builder>();
    is_safe::<LegacyTimer>();
    is_safe::<Metrics>();
    is_safe::<Generation>();
    is_safe::<MissedTickBehavior>();
    is_safe::<UnknownGeneration>();
    is_safe::<Deadlock>();
    is_safe::<ShutDown>();
    is_safe::<TimeoutError>();
}

#[test]
fn what_programs_hold_can_be_printed_also_in_a_callback() {
    each(|timers, time| {
        fn is_named(value: &dyn Debug, name: &str) {
            let text = format!("{value:?}");
            assert!(text.starts_with(name), "{text}");
        }
        let ticker = timers.ticker(HOUR);
        is_named(&timers, "Timers");
        is_named(&timers.downgrade(), "WeakTimers");
        is_named(&time, "FakeTime");
        is_named(&timers.interval(HOUR), "Interval { period: 3600s");
        is_named(&timers.timeout(HOUR, ready(())), "Timeout");
        is_named(&ticker.recv_async(), "Recv");
        is_named(&ticker.iter(), "Ticks");
        is_named(&ticker.into_stream(), "TickerStream");
        is_named(&timers.ticker(HOUR).into_iter(), "IntoTicks");
        is_named(&timers.after_func(HOUR, || ()), "Timer {");
        let (sender, receiver) = channel();
        timers.after_func_with(SECOND, move |own| {
            is_named(own, "OwnTimer");
            sender.send(()).unwrap();
        });
        let ticks = timers.every(HOUR, || ());
        is_named(&ticks, "Periodic { period: 3600s, is_ticking: true");
        is_named(&timers.after_func_with(HOUR, |_| ()), "SharedTimer");
        time.advance(SECOND);
        assert_eq!(receiver.try_recv(), Ok(()));
    });
}
