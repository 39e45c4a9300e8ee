//! Wakers that do whatever a waker may do: they panic, they move the clock, and
//! they drop the future that has them.
#![cfg(not(loom))]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, RawWaker, RawWakerVTable, Waker};
use std::time::Duration;

use common::{Task, each};
use timer_heap::Sleep;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// What is done with a waker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Clone,
    Wake,
    Drop,
}

/// A waker's data: it hears of each event.
type Hook = Box<dyn Fn(Event) + Send + Sync>;

static TABLE: RawWakerVTable =
    RawWakerVTable::new(clone, wake, wake_by_ref, discard);

/// Returns a waker that calls `hook`, which leaves at its own drop.
fn waker(hook: impl Fn(Event) + Send + Sync + 'static) -> Waker {
    let hook: Arc<Hook> = Arc::new(Box::new(hook));
    let data = Arc::into_raw(hook).cast();
    // SAFETY: the functions of the table count references of such an `Arc`, and
    // what it points to may be used by every thread.
    unsafe { Waker::from_raw(RawWaker::new(data, &TABLE)) }
}

/// Returns the hook of a waker's data, and keeps the waker's own reference.
fn hook(data: *const ()) -> Arc<Hook> {
    let hook = data.cast::<Hook>();
    // SAFETY: a waker has this reference as long as it lives.
    unsafe { Arc::increment_strong_count(hook) };
    // SAFETY: it is the reference that was just counted.
    unsafe { Arc::from_raw(hook) }
}

unsafe fn clone(data: *const ()) -> RawWaker {
    let hook = hook(data);
    hook(Event::Clone);
    RawWaker::new(Arc::into_raw(hook).cast(), &TABLE)
}

unsafe fn wake_by_ref(data: *const ()) {
    hook(data)(Event::Wake);
}

unsafe fn wake(data: *const ()) {
    // SAFETY: the waker is gone, and its reference is this one's.
    let own = unsafe { Arc::from_raw(data.cast::<Hook>()) };
    own(Event::Wake);
}

unsafe fn discard(data: *const ()) {
    // SAFETY: the waker is gone, and its reference is this one's.
    let own = unsafe { Arc::from_raw(data.cast::<Hook>()) };
    own(Event::Drop);
}

/// Does `act` at one kind of event only.
fn at(
    event: Event,
    act: impl Fn() + Send + Sync + 'static,
) -> impl Fn(Event) + Send + Sync + 'static {
    move |it| {
        if it == event {
            act();
        }
    }
}

/// Panics, and prints nothing, unlike `panic!`.
fn quiet_panic() {
    resume_unwind(Box::new("a waker panics"));
}

fn poll(future: &mut (impl Future + Unpin), waker: &Waker) -> bool {
    let mut context = Context::from_waker(waker);
    Pin::new(future).poll(&mut context).is_ready()
}

#[test]
fn a_waker_that_panics_keeps_no_other_from_being_woken() {
    each(|timers, time| {
        let timer = timers.timer(HOUR);
        let tasks: [Arc<Task>; 2] = Default::default();
        let mut first = timer.recv_async();
        assert!(!poll(&mut first, &waker(at(Event::Wake, quiet_panic))));
        let mut others = [timer.recv_async(), timer.recv_async()];
        for (task, recv) in tasks.iter().zip(&mut others) {
            assert!(!task.poll(Pin::new(recv)).is_ready());
        }
        let reset = AssertUnwindSafe(|| timer.reset(SECOND));
        assert!(catch_unwind(reset).is_err(), "the panic is the program's");
        assert_eq!(tasks.each_ref().map(|task| task.woken()), [1, 1]);
        time.advance(SECOND);
        assert!(poll(&mut first, Waker::noop()), "it was reset all the same");
    });
}

#[test]
fn a_waker_that_panics_on_the_clocks_thread_ends_no_other_sleep() {
    each(|timers, time| {
        let mut bad = timers.sleep_async(SECOND);
        assert!(!poll(&mut bad, &waker(at(Event::Wake, quiet_panic))));
        let task = Arc::new(Task::default());
        let mut good = timers.sleep_async(2 * SECOND);
        assert!(!task.poll(Pin::new(&mut good)).is_ready());
        time.advance(2 * SECOND);
        assert_eq!(task.woken(), 1);
        assert!(poll(&mut bad, Waker::noop()));
    });
}

#[test]
fn a_shut_down_wakes_all_though_the_first_waker_panics() {
    each(|timers, time| {
        let mut bad = timers.sleep_async(SECOND);
        assert!(!poll(&mut bad, &waker(at(Event::Wake, quiet_panic))));
        let tasks: [Arc<Task>; 3] = Default::default();
        let mut sleeps =
            [HOUR, 2 * HOUR, 3 * HOUR].map(|d| timers.sleep_async(d));
        for (task, sleep) in tasks.iter().zip(&mut sleeps) {
            assert!(!task.poll(Pin::new(sleep)).is_ready());
        }
        timers.shut_down();
        assert_eq!(tasks.each_ref().map(|task| task.woken()), [1; 3]);
        drop(time);
    });
}

/// The clone is made while the sleep is told of the new waker, and the clock
/// that it moves makes that same sleep due.
#[test]
fn a_waker_whose_clone_moves_the_clock_is_woken_or_its_task_polled_anew() {
    each(|timers, time| {
        let time = Arc::new(time);
        // The first waker lies in the callback, and later ones in a cell.
        for before in 0..3 {
            let mut sleep = timers.sleep_async(SECOND);
            for _ in 0..before {
                assert!(!poll(&mut sleep, &waker(|_| ())));
            }
            let moved = Arc::clone(&time);
            let task = Arc::new(Task::default());
            let woken = Waker::from(Arc::clone(&task));
            let moves = waker(move |event| match event {
                Event::Clone => moved.advance(SECOND),
                Event::Wake => woken.wake_by_ref(),
                Event::Drop => {}
            });
            let is_ready = poll(&mut sleep, &moves);
            assert!(is_ready || task.woken() > 0, "the {before}th waker");
        }
    });
}

#[test]
fn a_waker_may_drop_and_reset_the_sleep_that_wakes_it() {
    each(|timers, time| {
        let place: Arc<Mutex<Option<Sleep>>> = Arc::default();
        let own = Arc::clone(&place);
        let drops = waker(at(Event::Wake, move || {
            drop(own.lock().unwrap().take());
        }));
        let mut sleep = timers.sleep_async(SECOND);
        assert!(!poll(&mut sleep, &drops));
        *place.lock().unwrap() = Some(sleep);
        time.advance(SECOND);
        assert!(place.lock().unwrap().is_none());
        assert_eq!(timers.pending(), 0);

        let (own, later) = (Arc::clone(&place), timers.clone());
        let resets = waker(at(Event::Wake, move || {
            let mut place = own.lock().unwrap();
            let sleep = place.as_mut().expect("it is there");
            sleep.reset(later.now() + SECOND);
        }));
        let mut sleep = timers.sleep_async(SECOND);
        assert!(!poll(&mut sleep, &resets));
        *place.lock().unwrap() = Some(sleep);
        time.advance(SECOND);
        let mut sleep = place.lock().unwrap().take().expect("it stays");
        assert!(!poll(&mut sleep, Waker::noop()), "it was reset");
        time.advance(SECOND);
        assert!(poll(&mut sleep, Waker::noop()));
    });
}

#[test]
fn a_waker_whose_drop_panics_leaves_the_service_as_it_was() {
    each(|timers, time| {
        let mut sleep = timers.sleep_async(SECOND);
        let bad = waker(at(Event::Drop, quiet_panic));
        assert!(!poll(&mut sleep, &bad));
        std::mem::forget(bad);
        let ends = AssertUnwindSafe(move || drop(sleep));
        assert!(catch_unwind(ends).is_err(), "the panic is the program's");
        assert_eq!(timers.pending(), 0);
        let task = Arc::new(Task::default());
        let mut sleep = timers.sleep_async(SECOND);
        assert!(!task.poll(Pin::new(&mut sleep)).is_ready());
        time.advance(SECOND);
        assert_eq!(task.woken(), 1, "and it wakes whom it should");
    });
}

#[test]
fn a_waker_whose_drop_starts_timers_is_dropped_without_a_lock() {
    each(|timers, time| {
        let (starts, later) = (Arc::new(Task::default()), timers.clone());
        let count = Arc::clone(&starts);
        let mut sleep = timers.sleep_async(SECOND);
        let starting = waker(at(Event::Drop, move || {
            let count = Waker::from(Arc::clone(&count));
            later.after_func(SECOND, move || count.wake_by_ref());
        }));
        assert!(!poll(&mut sleep, &starting));
        drop((sleep, starting));
        time.advance(SECOND);
        assert_eq!(starts.woken(), 2, "the waker and its clone");
    });
}
