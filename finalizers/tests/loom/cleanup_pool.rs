//! How the workers of the cleanup pool fall asleep and are woken.

use finalizers::cleanup_pool::{AllSteps, CleanupPool, Steps};
use support::lanes::note;
use support::sync::{Arc, thread};
use support::{model, planted};

/// A worker goes to sleep without a last look.
enum DoesNotLook {}
impl Steps for DoesNotLook {
    const LOOKS_AGAIN: bool = false;
}

/// Neither side passes a fence between its write and its read.
enum NoFences {}
impl Steps for NoFences {
    const FENCES: bool = false;
}

fn one_worker<S: Steps + 'static>()
where
    CleanupPool<u32, S>: Send + Sync,
{
    model(|| {
        let pool = Arc::new(CleanupPool::<u32, S>::with_steps());
        let shared = Arc::clone(&pool);
        let worker = thread::spawn(move || {
            let taken = shared.take();
            note("worker", "take", taken.unwrap_or_default());
            taken
        });
        pool.add(1);
        note("collector", "add", 1);
        assert_eq!(worker.join().unwrap(), Some(1));
    });
}

#[test]
fn what_is_added_wakes_a_worker() {
    one_worker::<AllSteps>();
}

#[test]
fn two_workers_take_one_item_each() {
    model(|| {
        let pool = Arc::new(CleanupPool::<u32>::new());
        let worker = || {
            let pool = Arc::clone(&pool);
            thread::spawn(move || pool.take())
        };
        let workers = [worker(), worker()];
        pool.add(1);
        pool.add(2);
        let taken = workers.map(|worker| worker.join().unwrap());
        assert!(taken == [Some(1), Some(2)] || taken == [Some(2), Some(1)]);
    });
}

#[test]
fn closing_wakes_every_worker() {
    model(|| {
        let pool = Arc::new(CleanupPool::<u32>::new());
        let worker = || {
            let pool = Arc::clone(&pool);
            thread::spawn(move || pool.take())
        };
        let workers = [worker(), worker()];
        pool.close();
        for worker in workers {
            assert_eq!(worker.join().unwrap(), None);
        }
    });
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_no_last_look() {
    one_worker::<DoesNotLook>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_no_fences() {
    one_worker::<NoFences>();
}

#[test]
fn planted_bugs_are_caught() {
    planted::caught("cleanup_pool::planted_no_last_look", "deadlock");
    planted::caught("cleanup_pool::planted_no_fences", "deadlock");
}
