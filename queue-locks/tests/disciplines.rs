//! What is built on the locks, on real threads: giving up, handing over,
//! waiting for a condition, sharing, and the order of locks.
#![cfg(not(any(loom, shuttle)))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use queue_locks::condvar::Condvar;
use queue_locks::lock_order::Checked;
use queue_locks::locks::{Go, Mcs, ThreeState};
use queue_locks::rw_lock::RwLock;
use queue_locks::{Mutex, RawLock};
use support::watchdog::watch;

type Ordered<T> = Mutex<T, Checked<ThreeState>>;

#[test]
fn a_waiter_gives_up_at_its_deadline_and_not_before() {
    let _watched = watch();
    let mutex = Mutex::<_, ThreeState>::new(1);
    let held = mutex.lock();
    let deadline = Instant::now() + Duration::from_millis(20);
    assert!(mutex.try_lock_until(deadline).is_none());
    assert!(Instant::now() >= deadline);
    drop(held);
    // Past, and it is free: taken.
    assert!(mutex.try_lock_until(deadline).is_some());
}

/// Bounded by a capacity of one, in both directions.
fn ping_pong<L: RawLock>() {
    const TURNS: u32 = if cfg!(miri) { 3 } else { 1_000 };
    let _watched = watch();
    let (slot, changed) = (Mutex::<_, L>::new(None), <Condvar>::default());
    thread::scope(|scope| {
        scope.spawn(|| {
            for turn in 0..TURNS {
                let mut slot = slot.lock();
                changed.wait_while(&mut slot, |slot| slot.is_some());
                *slot = Some(turn);
                changed.notify_one();
            }
        });
        for turn in 0..TURNS {
            let mut slot = slot.lock();
            changed.wait_while(&mut slot, |slot| slot.is_none());
            assert_eq!(slot.take(), Some(turn));
            changed.notify_one();
        }
    });
}

#[test]
fn a_condition_variable_serves_every_lock() {
    ping_pong::<ThreeState>();
    ping_pong::<Go>();
    ping_pong::<Mcs>();
}

#[test]
fn the_lock_is_held_again_when_a_condition_panics() {
    let mutex = Mutex::<_, ThreeState>::new(());
    let condvar = <Condvar>::default();
    let mut held = mutex.lock();
    let wait = || {
        condvar.wait_while(&mut held, |()| panic!("of the condition"));
    };
    assert!(catch_unwind(AssertUnwindSafe(wait)).is_err());
    assert!(mutex.try_lock().is_none());
    drop(held);
    assert!(mutex.try_lock().is_some());
}

#[test]
fn readers_are_inside_together() {
    let _watched = watch();
    let lock = <RwLock<_>>::new(1);
    let first = lock.read();
    thread::scope(|scope| {
        let second = scope.spawn(|| *lock.read());
        assert_eq!(second.join().expect("it does not wait"), 1);
    });
    drop(first);
}

#[test]
fn writes_are_not_lost() {
    const EACH: usize = if cfg!(miri) { 5 } else { 5_000 };
    let _watched = watch();
    let lock = <RwLock<(usize, usize)>>::new((0, 0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..EACH {
                    let mut both = lock.write();
                    both.0 += 1;
                    both.1 += 1;
                }
            });
            scope.spawn(|| {
                for _ in 0..EACH {
                    let both = lock.read();
                    assert_eq!(both.0, both.1);
                }
            });
        }
    });
    assert_eq!(lock.into_inner(), (2 * EACH, 2 * EACH));
}

/// Returns the report of a panic in `body`.
fn report(body: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(body)).expect_err("a report");
    *payload.downcast::<String>().expect("a text")
}

#[test]
fn two_orders_are_reported_before_two_threads_meet() {
    let (a, b) = (Ordered::new(()), Ordered::new(()));
    a.raw().set_name("accounts");
    b.raw().set_name("log");
    drop((a.lock(), b.lock()));
    let text = report(|| drop((b.lock(), a.lock())));
    let expected = "holds log and wants accounts";
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("two_orders_are_reported"), "{text}");
    // Nothing is held after the report, and the good order stays good.
    drop((a.lock(), b.lock()));
}

#[test]
fn a_circle_of_three_is_reported() {
    let [a, b, c] = [(); 3].map(Ordered::new);
    drop((a.lock(), b.lock()));
    thread::scope(|scope| {
        scope.spawn(|| drop((b.lock(), c.lock())));
    });
    assert!(report(|| drop((c.lock(), a.lock()))).contains("lock order"));
}

#[test]
fn a_second_lock_on_one_thread_is_reported() {
    let lock = Ordered::new(());
    let held = lock.lock();
    assert!(report(|| drop(lock.lock())).contains("holds lock"));
    drop(held);
    drop(lock.lock());
}

/// A wait under two locks takes the first one again under the second: another
/// order. The guard is there after the report, so the lock must be held.
#[test]
fn a_wait_that_takes_a_lock_out_of_order_is_reported_under_the_lock() {
    let _watched = watch();
    let (first, second) = (Ordered::new(1), Ordered::new(2));
    let condvar = <Condvar>::default();
    let mut held = first.lock();
    let inner = second.lock();
    thread::scope(|scope| {
        // Wakes the waiter, which is the only one there is.
        let (end, is_over) = mpsc::channel::<()>();
        let condvar = &condvar;
        scope.spawn(move || {
            while is_over.try_recv() == Err(mpsc::TryRecvError::Empty) {
                condvar.notify_one();
                thread::yield_now();
            }
        });
        let text = report(|| condvar.wait(&mut held));
        drop(end);
        assert!(text.contains("lock order"), "{text}");
    });
    let is_free = || first.try_lock().is_some();
    let is_free = thread::scope(|s| s.spawn(is_free).join().expect("it looks"));
    assert!(!is_free, "the guard says that it is held");
    *held += 1;
    drop((inner, held));
    assert_eq!(first.try_lock().as_deref(), Some(&2));
}

/// The locals of a thread are dropped at its end, in any order; some lock.
#[test]
fn a_checked_lock_works_while_its_thread_ends() {
    static LOCK: LazyLock<Ordered<u32>> = LazyLock::new(|| Ordered::new(0));
    struct Locks;
    impl Drop for Locks {
        fn drop(&mut self) {
            *LOCK.lock() += 1;
        }
    }
    thread_local! {
        static BEFORE: Locks = const { Locks };
        static AFTER: Locks = const { Locks };
    }
    let _watched = watch();
    let ends = || {
        BEFORE.with(|_| ());
        drop(LOCK.lock());
        AFTER.with(|_| ());
    };
    thread::spawn(ends).join().expect("it ends");
    assert_eq!(*LOCK.lock(), 2);
}

/// Who only tries does not wait, so no order is noted for it; but what it got
/// is held like any other lock.
#[test]
fn who_tries_may_come_from_either_side() {
    let [a, b, c] = [(); 3].map(Ordered::new);
    drop((a.lock(), b.lock()));
    drop((b.lock(), a.try_lock().expect("it is free")));
    drop((c.try_lock().expect("it is free"), a.lock()));
    assert!(report(|| drop((a.lock(), c.lock()))).contains("lock order"));
}

#[test]
fn a_lock_that_is_gone_leaves_no_order_behind() {
    let a = Ordered::new(());
    let first = Ordered::new(());
    drop((a.lock(), first.lock()));
    drop(first);
    let second = Ordered::new(());
    drop((second.lock(), a.lock()));
}

/// The waiter sleeps when its state says so, and is handed the lock: so it is
/// held the moment the unlock returns.
#[cfg(target_os = "linux")]
#[test]
#[cfg_attr(miri, ignore = "looks at the state of a thread in the kernel")]
fn a_fair_unlock_hands_over() {
    use queue_locks::{Guard, locks::ParkingLot};

    let _watched = watch();
    let mutex = Mutex::<_, ParkingLot>::new(());
    let held = mutex.lock();
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let (end, is_over) = mpsc::channel::<()>();
        let mutex = &mutex;
        scope.spawn(move || {
            // SAFETY: it takes nothing and fails never.
            let id = unsafe { libc::gettid() };
            tell.send(id).expect("somebody listens");
            let held = mutex.lock();
            // Held until the other has looked.
            is_over.recv().expect_err("nothing is sent");
            drop(held);
        });
        let id = told.recv().expect("it starts");
        while !sleeps(id) {
            thread::yield_now();
        }
        Guard::unlock_fair(held);
        let is_free = mutex.try_lock().is_some();
        drop(end);
        assert!(!is_free, "the lock was given back");
    });
}

#[cfg(target_os = "linux")]
fn sleeps(id: i32) -> bool {
    let file = format!("/proc/self/task/{id}/stat");
    let text = std::fs::read_to_string(file).expect("it lives");
    let (_, rest) = text.rsplit_once(") ").expect("a name in parentheses");
    rest.starts_with('S')
}
