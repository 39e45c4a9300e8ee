//! What becomes of the closures that an executor had, and who waits for them.
#![cfg(not(loom))]

mod common;

use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use common::{AtDrop, counter, get};
use timer_heap::{Builder, FakeTime, Generation, OwnTimer, Timers};

const SECOND: Duration = Duration::from_secs(1);

/// Longer than any machine takes: what has not come by then never comes.
const PATIENCE: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce() + Send>;

fn each(test: impl Fn(Builder)) {
    for generation in Generation::ALL {
        test(Timers::builder().generation(generation));
    }
}

/// Returns a service on a fake clock whose executor queues its jobs.
fn queued(builder: Builder) -> (Timers, FakeTime, Receiver<Job>) {
    let (jobs, queue) = channel();
    let executor = move |job| drop(jobs.send(job));
    let (timers, time) = builder.execute_with(executor).build_fake();
    (timers, time, queue)
}

/// Starts two timers whose closures panic when they are dropped.
fn start_bombs(timers: &Timers) {
    for _ in 0..2 {
        let bomb = AtDrop(|| resume_unwind(Box::new("as planned")));
        timers.after_func(SECOND, move || bomb.hold());
    }
}

/// Two closures panic in their drops while `end` has their jobs: the hook gets
/// both.
fn jobs_panic_in_the_hook(end: impl Fn(Receiver<Job>)) {
    each(|builder| {
        let (panics, count) = counter();
        let builder = builder.on_panic(move |_| (count.clone())());
        let (timers, time, queue) = queued(builder);
        start_bombs(&timers);
        time.advance(SECOND);
        end(queue);
        assert_eq!(get(&panics), 2);
    });
}

#[test]
fn a_panic_in_the_drop_of_what_a_job_called_goes_to_the_hook() {
    jobs_panic_in_the_hook(|queue| queue.try_iter().for_each(|job| job()));
}

/// The second panic of two at once would end the process.
#[test]
fn jobs_that_an_executor_drops_together_panic_in_the_hook() {
    jobs_panic_in_the_hook(|queue| drop(queue.try_iter().collect::<Vec<_>>()));
}

thread_local! {
    static LAST: RefCell<Option<Box<dyn Send>>> = const { RefCell::new(None) };
}

#[test]
fn a_job_knows_itself_in_the_drops_of_a_threads_locals() {
    each(|builder| {
        let (timers, time, queue) = queued(builder);
        let ((sender, receiver), own) = (channel(), timers.clone());
        timers.after_func(SECOND, move || {
            sender.send(own.shut_down_and_wait()).unwrap();
        });
        let mut moved = Some((time, queue));
        // It is not joined, so that a job that waits for itself is found.
        thread::spawn(move || {
            let end = AtDrop(move || {
                let (time, queue) = moved.take().expect("once");
                time.advance(SECOND);
                queue.try_recv().expect("it is due")();
            });
            // The first local to be used is the last to be dropped.
            LAST.with(|last| *last.borrow_mut() = Some(Box::new(end)));
            let (timers, time) = Timers::builder().build_fake();
            timers.after_func(SECOND, || ());
            time.advance(SECOND);
        });
        assert_eq!(receiver.recv_timeout(PATIENCE), Ok(false));
    });
}

/// How long a drop looks whether the end that should wait for it came first.
const WHILE: Duration = Duration::from_millis(50);

#[test]
fn an_end_that_waits_for_a_job_waits_for_the_drop_of_its_closure() {
    each(|builder| {
        let (timers, time, queue) = queued(builder);
        let ((begun, begins), (ended, end)) = (channel(), channel());
        let (drops, mut count) = counter();
        let dropped = AtDrop(move || {
            assert!(end.recv_timeout(WHILE).is_err(), "nobody waited");
            count();
        });
        let ender = timers.clone();
        timers.after_func(SECOND, move || {
            dropped.hold();
            begun.send(()).unwrap();
            while !ender.is_shut_down() {
                thread::yield_now();
            }
        });
        time.advance(SECOND);
        let job = queue.recv().expect("it is due");
        thread::scope(|scope| {
            scope.spawn(job);
            begins.recv_timeout(PATIENCE).expect("it is called");
            assert!(timers.shut_down_and_wait());
            assert_eq!(get(&drops), 1);
            // Nobody listens any more.
            ended.send(()).unwrap_err();
        });
    });
}

thread_local! {
    /// How many jobs this thread runs, each inside of the one before.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    static DEEPEST: Cell<usize> = const { Cell::new(0) };
}

/// Runs a job, and notes how deep it is inside of others.
fn run_inside(job: Job, deepest: &Cell<usize>) {
    let depth = DEPTH.get() + 1;
    deepest.set(deepest.get().max(depth));
    DEPTH.set(depth);
    job();
    DEPTH.set(depth - 1);
}

/// An executor may run at once what a thread of its own hands over.
#[test]
fn a_timer_that_is_due_again_in_its_job_takes_no_more_stack() {
    const CALLS: usize = 100;
    each(|builder| {
        let (jobs, queue) = channel::<Job>();
        let builder = builder.execute_with(move |job| {
            if DEPTH.get() > 0 {
                DEEPEST.with(|deepest| run_inside(job, deepest));
            } else {
                jobs.send(job).unwrap();
            }
        });
        let (timers, time) = builder.build_fake();
        let (time, (calls, mut count)) = (Arc::new(time), counter());
        let (mover, called) = (Arc::clone(&time), Arc::clone(&calls));
        let call = move |own: &OwnTimer| {
            count();
            if get(&called) < CALLS {
                own.reset(Duration::ZERO);
                mover.advance(Duration::ZERO);
            }
        };
        timers.after_func_with(SECOND, call);
        time.advance(SECOND);
        DEEPEST.with(|deepest| {
            queue.try_iter().for_each(|job| run_inside(job, deepest));
            assert_eq!(get(&calls), CALLS);
            assert_eq!(deepest.get(), 2, "jobs, each inside of the one before");
        });
    });
}
