//! The service with its thread and the system's clock.

mod common;

use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use common::each_real as each;
use timer_heap::{Generation, Timers};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

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

/// One thread owns the lock almost always, and others evict it on and on.
#[test]
fn an_owner_and_its_guests_are_inside_one_at_a_time() {
    use std::sync::atomic::{AtomicBool, Ordering};
    use timer_heap::biased_lock::BiasedLock;

    // Not one number: each is written at another time.
    let numbers: BiasedLock<[u64; 16]> = BiasedLock::new([0; 16], Some(8));
    let done = AtomicBool::new(false);
    let add = || {
        let mut numbers = numbers.lock();
        let first = numbers[0];
        for number in numbers.iter_mut() {
            assert_eq!(*number, first, "somebody else is inside");
            *number += 1;
        }
    };
    const VISITS: u64 = if cfg!(miri) { 10 } else { 1_500 };
    const AT_ONCE: u64 = if cfg!(miri) { 10 } else { 100 };
    let mut added = VISITS;
    std::thread::scope(|scope| {
        let guest = scope.spawn(|| {
            for _ in 0..VISITS {
                add();
                std::thread::yield_now();
            }
            done.store(true, Ordering::Release);
        });
        while !done.load(Ordering::Acquire) {
            (0..AT_ONCE).for_each(|_| add());
            added += AT_ONCE;
        }
        guest.join().expect("nothing panics");
    });
    assert_eq!(*numbers.lock(), [added; 16]);
}

/// Two guards of one thread would be two mutable borrows of one value.
#[test]
fn an_owner_that_is_inside_cannot_enter_again() {
    use timer_heap::biased_lock::BiasedLock;

    let lock: BiasedLock<Vec<u8>> = BiasedLock::new(vec![1], Some(1));
    drop(lock.lock());
    if !lock.is_owned() {
        return; // The system has no barrier for others, so no owner either.
    }
    let first = lock.lock();
    let again = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        lock.lock().clear();
    }));
    assert!(again.is_err(), "a second guard of the owner");
    assert_eq!(*first, [1]);
    drop(first);
    assert_eq!(*lock.lock(), [1], "the lock goes on");
}

/// A lock whose owner's thread has ended finds another owner.
#[test]
fn a_lock_outlives_the_thread_that_owns_it() {
    use timer_heap::biased_lock::BiasedLock;

    let lock: BiasedLock<u64> = BiasedLock::new(0, Some(2));
    let visit = || {
        (0..4).for_each(|_| *lock.lock() += 1);
        lock.is_owned()
    };
    let owned = thread::scope(|scope| scope.spawn(visit).join().unwrap());
    if !owned {
        return; // The system has no barrier for others, so no owner either.
    }
    for _ in 0..3 {
        let owned = thread::scope(|scope| scope.spawn(visit).join().unwrap());
        assert!(owned, "the one before has ended");
    }
    assert!(visit(), "and so has the last one");
    assert_eq!(*lock.lock(), 4 * 5);
}

/// A thread may own a lock, be evicted and never come again.
#[test]
fn a_lock_outlives_the_interest_of_the_thread_that_owns_it() {
    use timer_heap::biased_lock::BiasedLock;

    let lock: BiasedLock<u64> = BiasedLock::new(0, Some(2));
    let visit = || {
        (0..4).for_each(|_| *lock.lock() += 1);
        lock.is_owned()
    };
    let (sender, receiver) = channel();
    let barrier = Barrier::new(4);
    let owned: [bool; 4] = thread::scope(|scope| {
        [(); 4].map(|()| {
            scope.spawn(|| {
                sender.send(visit()).unwrap();
                // It lives until the last has come, and visits no more.
                barrier.wait();
            });
            receiver.recv().unwrap()
        })
    });
    // Or the system has no barrier for others, and so no owners.
    assert!(owned == [true; 4] || owned == [false; 4], "{owned:?}");
}

/// A thread inside one lock takes another by the mutex there, and comes back to
/// owning both.
#[test]
fn an_owner_of_two_locks_is_inside_both() {
    use timer_heap::biased_lock::BiasedLock;

    let locks: [BiasedLock<u64>; 2] =
        std::array::from_fn(|_| BiasedLock::new(0, Some(2)));
    let visit_each = || {
        for lock in &locks {
            (0..4).for_each(|_| *lock.lock() += 1);
        }
    };
    visit_each();
    let owned = locks[0].is_owned();
    assert_eq!(
        locks[1].is_owned(),
        owned,
        "both, or the system has no barrier"
    );
    for _ in 0..10 {
        let mut outer = locks[0].lock();
        *locks[1].lock() += 1;
        *outer += 1;
    }
    assert!(!locks[1].is_owned(), "it was taken by the mutex");
    assert_eq!(locks[0].is_owned(), owned);
    visit_each();
    assert_eq!(locks[1].is_owned(), owned);
    assert_eq!(locks.map(|lock| *lock.lock()), [18; 2]);
}

/// A handle of each kind goes, or is used, while the service is shut down or
/// its last clone goes.
#[test]
fn a_handle_of_each_kind_goes_beside_the_end() {
    use std::pin::pin;
    use std::task::{Context, Waker};

    type Use = fn(&Timers) -> Box<dyn FnOnce() + Send>;
    let uses: [Use; 8] = [
        |timers| {
            let timer = timers.after_func(HOUR, || ());
            Box::new(move || _ = timer.reset(MS))
        },
        |timers| {
            let timer = timers.after_func(Duration::ZERO, || ());
            Box::new(move || _ = timer.stop())
        },
        |timers| {
            let timer = timers.after_func(HOUR, || ()).cancel_on_drop();
            Box::new(move || drop(timer))
        },
        |timers| {
            let timer = timers.after_func_with(Duration::ZERO, |own| {
                own.reset(HOUR);
            });
            let other = timer.clone();
            Box::new(move || drop((timer, other.reset(MS))))
        },
        |timers| {
            let ticks = timers.every(MS, || ());
            Box::new(move || drop((ticks.reset(2 * MS), ticks)))
        },
        |timers| {
            let sleep = timers.sleep_async(HOUR);
            Box::new(move || {
                let mut sleep = pin!(sleep);
                let mut context = Context::from_waker(Waker::noop());
                // It panics if the end came first.
                let poll = std::panic::AssertUnwindSafe(|| {
                    sleep.as_mut().poll(&mut context).is_ready()
                });
                drop(std::panic::catch_unwind(poll));
            })
        },
        |timers| {
            let ticker = timers.ticker(HOUR);
            Box::new(move || {
                _ = ticker.recv_timeout(MS);
                drop(ticker);
            })
        },
        |timers| {
            let weak = timers.downgrade();
            Box::new(move || {
                drop(weak.upgrade().map(|it| it.after_func(MS, || ())));
            })
        },
    ];
    // Miri is slow, and has several schedules instead.
    let rounds = if cfg!(miri) { 1 } else { 20 };
    let first = if cfg!(miri) { 3 } else { 0 };
    for round in 0..rounds {
        for make in uses {
            for &generation in &Generation::ALL[first..] {
                let timers = Timers::with_generation(generation);
                let act = make(&timers);
                let barrier = Barrier::new(2);
                thread::scope(|scope| {
                    scope.spawn(|| {
                        barrier.wait();
                        if round % 2 == 0 {
                            timers.shut_down();
                        }
                        drop(timers);
                    });
                    barrier.wait();
                    act();
                });
            }
        }
    }
}

/// The last handle goes while the last clone does: whoever is later frees the
/// service, and the other has not returned yet.
#[test]
fn the_last_handle_and_the_last_clone_go_at_once() {
    for round in 0..if cfg!(miri) { 4 } else { 200 } {
        let timers = Timers::new();
        let timer = timers.after_func(HOUR, || ());
        let barrier = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                barrier.wait();
                drop(timers);
            });
            barrier.wait();
            if round % 2 == 0 {
                timer.cancel();
            } else {
                drop(timer);
            }
        });
    }
}
