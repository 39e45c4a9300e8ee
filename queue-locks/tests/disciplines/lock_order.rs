//! Locks that are taken in two orders are reported before threads meet.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, mpsc};
use std::thread;

use queue_locks::Mutex;
use queue_locks::condvar::Condvar;
use queue_locks::lock_order::Checked;
use queue_locks::locks::ThreeState;
use support::watchdog::watch;

type Ordered<T> = Mutex<T, Checked<ThreeState>>;

/// Returns the report of a panic in `body`.
fn report(body: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(body)).expect_err("a report");
    *payload.downcast::<String>().expect("a text")
}

#[test]
fn two_orders_are_reported_before_two_threads_meet() {
    let _watched = watch();
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
    let _watched = watch();
    let [a, b, c] = [(); 3].map(Ordered::new);
    drop((a.lock(), b.lock()));
    thread::scope(|scope| {
        scope.spawn(|| drop((b.lock(), c.lock())));
    });
    assert!(report(|| drop((c.lock(), a.lock()))).contains("lock order"));
}

#[test]
fn a_second_lock_on_one_thread_is_reported() {
    let _watched = watch();
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
    let _watched = watch();
    let [a, b, c] = [(); 3].map(Ordered::new);
    drop((a.lock(), b.lock()));
    drop((b.lock(), a.try_lock().expect("it is free")));
    drop((c.try_lock().expect("it is free"), a.lock()));
    assert!(report(|| drop((a.lock(), c.lock()))).contains("lock order"));
}

#[test]
fn a_lock_that_is_gone_leaves_no_order_behind() {
    let _watched = watch();
    let a = Ordered::new(());
    let first = Ordered::new(());
    drop((a.lock(), first.lock()));
    drop(first);
    let second = Ordered::new(());
    drop((second.lock(), a.lock()));
}

/// Nor one that led from lock to lock by way of it.
#[test]
fn a_lock_that_is_gone_joins_no_others() {
    let _watched = watch();
    let [a, b, gone] = [(); 3].map(Ordered::new);
    drop((a.lock(), gone.lock()));
    drop((gone.lock(), b.lock()));
    drop(gone);
    drop((b.lock(), a.lock()));
}
