//! Threads that receive from a timer or sleep, against resets, the time and
//! the end; and calls that are owed to an executor.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use support::lanes;
use support::schedules::Bug;
use support::sync::{Arc, Condvar, Mutex, thread};
use timer_heap::{Builder, ChannelTimer, FakeTime, Generation, Timers};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

fn builder() -> Builder {
    Timers::builder().generation(Generation::Go1_9)
}

/// Makes a channel timer of a second. What is returned resets it to an hour,
/// and says whether a value is there to be received then.
type Made = fn(&Timers) -> Box<dyn Fn() -> bool + Send>;

/// What is received after a reset was due after it.
fn reset_against_the_time(made: Made) {
    support::model(move || {
        let (timers, time) = builder().build_fake();
        let reset_and_receive = made(&timers);
        // This thread is the clock: what it does first, loom would not put
        // after what another thread has only read (`limits.rs` of `support`).
        let receiver = thread::spawn(move || {
            let is_stale = reset_and_receive();
            lanes::note("receiver", "receive", is_stale);
            assert!(!is_stale, "an hour too early");
        });
        time.advance(SECOND);
        lanes::note("clock", "a second later", "");
        receiver.join().expect("nothing is received");
    });
}

#[test]
fn no_value_of_before_a_reset_comes_after_it() {
    reset_against_the_time(|timers| {
        let timer = timers.timer(SECOND);
        Box::new(move || {
            timer.reset(HOUR);
            timer.try_recv().is_some()
        })
    });
}

/// The channels of Go 1.22: the value is sent when it is due.
#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn value_sent_when_due() {
    reset_against_the_time(|timers| {
        let timer = timers.legacy_timer(SECOND);
        Box::new(move || {
            let was_pending = timer.reset(HOUR);
            lanes::note("receiver", "reset to an hour", was_pending);
            timer.try_recv().is_some()
        })
    });
}

#[test]
fn a_receiver_wakes_at_a_reset_to_now() {
    support::model(|| {
        let (timers, time) = builder().build_fake();
        let timer = Arc::new(timers.timer(HOUR));
        let receiving = Arc::clone(&timer);
        let receiver = thread::spawn(move || receiving.recv());
        assert!(timer.reset(Duration::ZERO), "nothing was received");
        receiver.join().expect("the receiver wakes");
        drop(time);
    });
}

#[test]
fn what_is_sent_when_due_wakes_the_receiver() {
    support::model(|| {
        let (timers, time) = builder().build_fake();
        let timer = timers.legacy_timer(SECOND);
        let receiver = thread::spawn(move || timer.recv());
        time.advance(SECOND);
        receiver.join().expect("the receiver wakes");
    });
}

/// Returns when the thread has slept, or at the end: nothing else comes.
fn sleep_against<R>(act: impl FnOnce(&Timers, &FakeTime) -> R) -> bool {
    let (timers, time) = builder().build_fake();
    let sleeping = timers.clone();
    let sleeper = thread::spawn(move || sleeping.try_sleep(HOUR).is_ok());
    act(&timers, &time);
    sleeper.join().expect("the sleeper wakes")
}

#[test]
fn a_shut_down_ends_a_sleep() {
    support::model(|| {
        let slept = sleep_against(|timers, _| timers.shut_down());
        assert!(!slept, "an hour has not passed");
    });
}

/// What waits for a second, and says whether it ended well.
type Waits = fn(&Timers) -> Box<dyn FnOnce() -> bool + Send>;

/// The time comes before the end, however slow the waiting thread is.
fn wait_beside_the_end(waits: Waits) {
    support::model(move || {
        let (timers, time) = builder().build_fake();
        let wait = waits(&timers);
        let waiting = thread::spawn(wait);
        time.advance(SECOND);
        timers.shut_down();
        assert!(waiting.join().expect("nothing panics"), "it was in time");
    });
}

#[test]
fn what_was_due_before_the_end_is_received() {
    wait_beside_the_end(|timers| {
        let timer = timers.timer(SECOND);
        Box::new(move || timer.recv_timeout(HOUR).is_ok())
    });
}

#[test]
fn a_loop_gets_the_tick_that_was_due_before_the_end() {
    wait_beside_the_end(|timers| {
        let ticker = timers.ticker(SECOND);
        Box::new(move || ticker.iter().next().is_some())
    });
}

/// Polls until it is ready: nobody is woken, and the polls are few.
fn receives(timer: &ChannelTimer) -> bool {
    let mut receive = pin!(timer.recv_async());
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(received) = receive.as_mut().poll(&mut context) {
            return received.is_ok();
        }
        thread::yield_now();
    }
}

#[test]
fn a_task_receives_what_was_due_before_the_end() {
    wait_beside_the_end(|timers| {
        let timer = timers.timer(SECOND);
        Box::new(move || receives(&timer))
    });
}

#[test]
fn what_was_sent_before_the_end_is_received() {
    wait_beside_the_end(|timers| {
        let timer = timers.legacy_timer(SECOND);
        Box::new(move || timer.recv() > Instant::now() - HOUR)
    });
}

/// The clock is moved there once, and nobody moves it again.
#[test]
fn a_wait_ends_beside_a_clock_that_comes_to_its_end() {
    support::model(|| {
        let (timers, time) = builder().build_fake();
        let end = timers.now() + SECOND;
        let never = timers.timer(HOUR);
        let clock = thread::spawn(move || time.advance(SECOND));
        never.recv_deadline(end).expect_err("an hour has not passed");
        clock.join().expect("nothing panics");
    });
}

/// A call that comes due while the one before is on its way is made too.
#[test]
fn every_call_that_is_owed_to_an_executor_is_made() {
    support::model_within(2, || {
        let (timers, time) =
            builder().execute_with(|job| drop(thread::spawn(job))).build_fake();
        let made = Arc::new((Mutex::new(0), Condvar::new()));
        let calls = Arc::clone(&made);
        let timer = timers.after_func(SECOND, move || {
            *calls.0.lock().unwrap() += 1;
            calls.1.notify_one();
        });
        time.advance(SECOND);
        timer.reset(SECOND);
        time.advance(SECOND);
        let mut count = made.0.lock().unwrap();
        while *count < 2 {
            count = made.1.wait(count).unwrap();
        }
    });
}

#[test]
fn planted_bugs_are_caught() {
    crate::check(&Bug {
        name: "value_sent_when_due",
        test: "channels::value_sent_when_due",
        of: "channels::no_value_of_before_a_reset_comes_after_it",
        step: "",
        message: "an hour too early",
        left_out: "no making of the value when it is asked for: it is sent \
                   when it is due, as up to Go 1.22",
        model: "a channel timer is reset to an hour while its second comes",
        why: "The value is in the channel already when the reset comes, which \
              takes out the timer, and not what it has sent.",
    });
}
