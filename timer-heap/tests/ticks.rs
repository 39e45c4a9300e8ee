//! Ticks for tasks and loops: on the grid, woken by a reset, ended by a
//! shut-down.
#![cfg(not(loom))]

mod common;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use common::{Task, each};
use futures_core::Stream;
use timer_heap::MissedTickBehavior::{Burst, Delay, Skip};
use timer_heap::{Generation, Interval, ShutDown, Ticker, Timers};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Polls for the next item of a stream.
fn next<S: Stream + Unpin>(
    task: &Arc<Task>,
    stream: &mut S,
) -> Poll<Option<S::Item>> {
    task.with_context(|context| Pin::new(stream).poll_next(context))
}

/// Returns the seconds since `start` of each tick that is ready.
fn ready(interval: &mut Interval, start: Instant) -> Vec<u64> {
    let task = Arc::new(Task::default());
    let mut ticks = Vec::new();
    while let Poll::Ready(tick) = task.poll(pin!(interval.tick())) {
        ticks.push((tick - start).as_secs());
    }
    ticks
}

#[test]
fn missed_ticks_come_at_once_on_a_new_grid_or_never() {
    let rows = [
        (Burst, vec![10, 20, 30], vec![40], vec![50]),
        (Delay, vec![10], vec![], vec![45]),
        (Skip, vec![10], vec![40], vec![50]),
    ];
    for (missed, at_35, at_40, at_50) in rows {
        each(|timers, time| {
            let start = timers.now();
            let mut interval = timers.interval(10 * SECOND);
            interval.set_missed_tick_behavior(missed);
            assert_eq!(ready(&mut interval, start), [0], "one at once");
            time.advance(35 * SECOND);
            assert_eq!(ready(&mut interval, start), at_35, "{missed:?}");
            time.advance(5 * SECOND);
            assert_eq!(ready(&mut interval, start), at_40, "{missed:?}");
            time.advance(10 * SECOND);
            assert_eq!(ready(&mut interval, start), at_50, "{missed:?}");
        });
    }
}

/// A grid may have begun before the service that ticks on it was made.
#[test]
fn a_grid_that_began_before_the_service_is_kept() {
    let (ago, period) = (25 * SECOND / 10, 7 * SECOND / 10);
    for (missed, made_up_for) in [(Burst, 3), (Skip, 0)] {
        each(|timers, time| {
            // A machine that has just been started has no such instant.
            let Some(start) = timers.now().checked_sub(ago) else { return };
            assert_eq!(timers.sleep_until(start).deadline(), start);
            let mut interval = timers.interval_at(start, period);
            interval.set_missed_tick_behavior(missed);
            let task = Arc::new(Task::default());
            for n in 0..=made_up_for {
                let tick = task.poll(pin!(interval.tick()));
                assert_eq!(tick, Poll::Ready(start + n * period), "{missed:?}");
            }
            assert!(task.poll(pin!(interval.tick())).is_pending());
            time.advance(4 * period - ago);
            let tick = task.poll(pin!(interval.tick()));
            assert_eq!(tick, Poll::Ready(start + 4 * period), "{missed:?}");
        });
    }
}

#[test]
fn a_little_lateness_moves_no_grid() {
    each(|timers, time| {
        let start = timers.now();
        let mut interval = timers.interval_at(start + SECOND, SECOND);
        interval.set_missed_tick_behavior(Delay);
        assert_eq!(ready(&mut interval, start), [0; 0]);
        time.advance(SECOND + Duration::from_millis(5));
        assert_eq!(ready(&mut interval, start), [1]);
        time.advance(Duration::from_millis(995));
        assert_eq!(ready(&mut interval, start), [2]);
    });
}

#[test]
fn an_interval_is_reset_to_a_new_grid() {
    each(|timers, time| {
        let start = timers.now();
        let mut interval = timers.interval(10 * SECOND);
        assert_eq!(ready(&mut interval, start), [0]);
        time.advance(4 * SECOND);
        interval.reset();
        time.advance(9 * SECOND);
        assert_eq!(ready(&mut interval, start), [0; 0]);
        time.advance(SECOND);
        assert_eq!(ready(&mut interval, start), [14]);
        interval.reset_immediately();
        assert_eq!(ready(&mut interval, start), [14]);
        interval.reset_at(start + 20 * SECOND);
        interval.reset_after(2 * SECOND);
        time.advance(12 * SECOND);
        assert_eq!(ready(&mut interval, start), [16, 26]);
    });
}

#[test]
fn an_interval_wakes_its_task_once_a_tick() {
    each(|timers, time| {
        let task = Arc::new(Task::default());
        let mut interval = timers.interval(SECOND);
        for n in 0..5 {
            assert!(task.poll(pin!(interval.tick())).is_ready());
            assert!(task.poll(pin!(interval.tick())).is_pending());
            assert_eq!(task.woken(), n);
            time.advance(SECOND);
        }
        drop(interval);
        assert_eq!((task.woken(), timers.pending()), (5, 0));
    });
}

#[test]
fn a_task_receives_a_tick_when_it_is_due_and_keeps_to_the_grid() {
    each(|timers, time| {
        let start = timers.now();
        let (task, ticker) = (Arc::new(Task::default()), timers.ticker(SECOND));
        for n in 1..=3 {
            let mut receive = pin!(ticker.recv_async());
            assert!(task.poll(receive.as_mut()).is_pending());
            time.advance(SECOND);
            let tick = task.poll(receive.as_mut());
            assert_eq!(tick, Poll::Ready(Ok(start + n * SECOND)));
        }
        assert_eq!(task.woken(), 3);
        assert_eq!(timers.pending(), 0, "nobody waits");
    });
}

#[test]
fn a_reset_and_a_stop_reach_a_task_that_receives() {
    each(|timers, time| {
        let (task, timer) = (Arc::new(Task::default()), timers.timer(HOUR));
        timer.stop();
        let mut receive = pin!(timer.recv_async());
        assert!(task.poll(receive.as_mut()).is_pending());
        assert!(!timer.reset(SECOND));
        assert_eq!(task.woken(), 1, "it has to look for the new time");
        assert!(task.poll(receive.as_mut()).is_pending());
        timer.stop();
        time.advance(HOUR);
        assert!(task.poll(receive.as_mut()).is_pending(), "it was stopped");
        timer.reset(SECOND);
        assert!(task.poll(receive.as_mut()).is_pending());
        time.advance(SECOND);
        assert!(task.poll(receive.as_mut()).is_ready());
    });
}

/// To wait for good is to wait for no time: a clock has none to go to.
#[test]
fn a_receive_from_what_was_stopped_is_no_timer() {
    each(|timers, time| {
        let start = timers.now();
        let (task, ticker) = (Arc::new(Task::default()), timers.ticker(HOUR));
        let mut receive = pin!(ticker.recv_async());
        assert!(task.poll(receive.as_mut()).is_pending());
        ticker.stop();
        assert!(task.poll(receive.as_mut()).is_pending());
        assert_eq!(timers.pending(), 0);
        assert!(!time.jump(), "no timer is left");
        assert_eq!(timers.now(), start);
        ticker.reset(SECOND);
        assert!(task.poll(receive.as_mut()).is_pending());
        let woken = task.woken();
        assert!(time.jump());
        assert_eq!(task.woken(), woken + 1);
        assert_eq!(
            task.poll(receive.as_mut()),
            Poll::Ready(Ok(start + SECOND))
        );
        ticker.stop();
        // At the end of the clock's time all that has a time is due.
        time.skip(Duration::MAX);
        let mut never = pin!(ticker.recv_async());
        assert!(task.poll(never.as_mut()).is_pending());
        timers.shut_down();
        assert_eq!(task.poll(never.as_mut()), Poll::Ready(Err(ShutDown)));
    });
}

#[test]
fn a_receive_that_is_dropped_loses_nothing_and_wakes_nobody() {
    each(|timers, time| {
        let (task, timer) = (Arc::new(Task::default()), timers.timer(SECOND));
        {
            let mut dropped = pin!(timer.recv_async());
            assert!(task.poll(dropped.as_mut()).is_pending());
        }
        time.advance(SECOND);
        timer.reset(Duration::ZERO);
        assert_eq!(task.woken(), 0);
        assert!(timer.try_recv().is_some());
    });
}

#[test]
fn of_two_tasks_each_tick_goes_to_one() {
    each(|timers, time| {
        let tasks: [Arc<Task>; 2] = Default::default();
        let ticker = timers.ticker(SECOND);
        let mut receives = [ticker.recv_async(), ticker.recv_async()];
        let mut ready = 0;
        for _ in 0..2 {
            for (task, receive) in tasks.iter().zip(&mut receives) {
                assert!(task.poll(Pin::new(receive)).is_pending());
            }
            time.advance(SECOND);
            for (task, receive) in tasks.iter().zip(&mut receives) {
                if task.poll(Pin::new(receive)).is_ready() {
                    ready += 1;
                    *receive = ticker.recv_async();
                }
            }
        }
        assert_eq!(ready, 2);
    });
}

#[test]
fn a_shut_down_wakes_and_ends_what_tasks_receive() {
    each(|timers, _time| {
        let task = Arc::new(Task::default());
        let (ticker, stopped) = (timers.ticker(HOUR), timers.timer(HOUR));
        stopped.stop();
        let mut interval = timers.interval_at(timers.now() + HOUR, HOUR);
        let mut stream = timers.ticker(HOUR).into_stream();
        let mut receive = pin!(ticker.recv_async());
        let mut never = pin!(stopped.recv_async());
        assert!(task.poll(receive.as_mut()).is_pending());
        assert!(task.poll(never.as_mut()).is_pending());
        assert!(next(&task, &mut interval).is_pending());
        assert!(next(&task, &mut stream).is_pending());
        timers.shut_down();
        assert_eq!(task.woken(), 4);
        assert_eq!(task.poll(receive.as_mut()), Poll::Ready(Err(ShutDown)));
        assert_eq!(task.poll(never.as_mut()), Poll::Ready(Err(ShutDown)));
        assert_eq!(next(&task, &mut interval), Poll::Ready(None));
        assert_eq!(next(&task, &mut stream), Poll::Ready(None));
        assert_eq!(ticker.iter().next(), None);
        assert_eq!(timers.ticker(HOUR).into_iter().next(), None);
    });
}

#[test]
fn streams_give_the_ticks() {
    each(|timers, time| {
        let task = Arc::new(Task::default());
        let mut interval = timers.interval(SECOND);
        let mut stream = timers.ticker(SECOND).into_stream();
        for n in 0..3 {
            assert!(matches!(next(&task, &mut interval), Poll::Ready(Some(_))));
            assert!(next(&task, &mut interval).is_pending());
            assert!(next(&task, &mut stream).is_pending());
            assert_eq!(task.woken(), 2 * n);
            time.advance(SECOND);
            assert!(matches!(next(&task, &mut stream), Poll::Ready(Some(_))));
        }
        assert!(stream.ticker().stop());
        time.advance(HOUR);
        assert!(next(&task, &mut stream).is_pending());
    });
}

#[test]
fn a_loop_over_a_ticker_takes_each_tick() {
    each(|timers, time| {
        let count = |ticker: Ticker| {
            let first = (&ticker).into_iter().next().unwrap();
            let rest = ticker.into_iter().take(3).last().unwrap();
            assert_eq!(rest - first, 3 * SECOND);
        };
        time.spawn(move || count(timers.ticker(SECOND)));
        assert_eq!(time.run(), Ok(()));
    });
}

#[test]
fn a_task_receives_on_the_real_clock_from_another_thread() {
    for generation in Generation::ALL {
        let timers = Timers::with_generation(generation);
        let runtime =
            tokio::runtime::Builder::new_current_thread().build().unwrap();
        let timer = Arc::new(timers.timer(HOUR));
        let other = Arc::clone(&timer);
        let resetter = thread::spawn(move || other.reset(SECOND / 1000));
        let due = runtime.block_on(timer.recv_async());
        assert!(due.unwrap() <= Instant::now());
        assert!(resetter.join().unwrap());
    }
}
