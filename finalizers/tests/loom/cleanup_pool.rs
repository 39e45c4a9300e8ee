//! How the workers of the cleanup pool fall asleep and are woken.

use finalizers::cleanup_pool::CleanupPool;
use finalizers::steps::{Sound, Steps};
use support::schedules::Bug;
use support::sync::{Arc, thread};
use support::{lanes, model};

/// Shows in the lanes what is read and written.
macro_rules! noted {
    () => {
        fn loaded(word: &'static str, value: usize) {
            lanes::load(&this_thread(), word, value);
        }

        fn stored(word: &'static str, value: usize) {
            lanes::store(&this_thread(), word, value);
        }
    };
}

fn this_thread() -> String {
    thread::current().name().unwrap_or("collector").to_owned()
}

/// A worker goes to sleep without a last look.
enum DoesNotLook {}
impl Steps for DoesNotLook {
    const LOOKS_AGAIN: bool = false;
    noted!();
}

/// Neither side passes a fence between its write and its read.
enum NoFences {}
impl Steps for NoFences {
    const FENCES: bool = false;
    noted!();
}

fn one_worker<S: Steps + 'static>()
where
    CleanupPool<u32, S>: Send + Sync,
{
    model(|| {
        let pool = Arc::new(CleanupPool::<u32, S>::with_steps());
        S::stored("available", 0);
        S::stored("asleep", 0);
        let shared = Arc::clone(&pool);
        let worker = thread::Builder::new().name("worker".to_owned());
        let worker = worker.spawn(move || shared.take()).unwrap();
        pool.add(1);
        assert_eq!(worker.join().unwrap(), Some(1));
    });
}

#[test]
fn what_is_added_wakes_a_worker() {
    one_worker::<Sound>();
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
        assert_eq!(pool.verify(), Ok(()));
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
    let bug = Bug {
        name: "pool_no_last_look",
        test: "cleanup_pool::planted_no_last_look",
        of: "cleanup_pool::what_is_added_wakes_a_worker",
        step: "LOOKS_AGAIN",
        message: "deadlock",
        left_out: "no last look for work before falling asleep",
        model: "a worker of the cleanup pool takes an item while the \
                collector adds one",
        why: "The worker's first look does not see the item yet, and the \
              collector looks for sleepers before the worker says that it is \
              one; so the worker sleeps beside its work.",
    };
    crate::check(&bug);
    crate::check(&Bug {
        name: "pool_no_fences",
        test: "cleanup_pool::planted_no_fences",
        step: "FENCES",
        left_out: "no fence between the own write and the look at the other's",
        why: "Each side writes its own word and then reads the other's. \
              Without fences both may read the old value, so that each thinks \
              that the other will see to it.",
        ..bug
    });
}
