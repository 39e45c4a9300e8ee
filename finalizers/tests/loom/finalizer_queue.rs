//! The wake-up of the thread that runs finalizers.

use finalizers::finalizer_queue::FinalizerQueue;
use finalizers::steps::{Sound, Steps};
use support::lanes::note;
use support::model;
use support::schedules::Bug;
use support::sync::{Arc, thread};

/// The thread goes to sleep without a last look.
enum DoesNotLook {}
impl Steps for DoesNotLook {
    const LOOKS_AGAIN: bool = false;
}

fn what_is_added_is_taken<S: Steps + 'static>()
where
    FinalizerQueue<u32, S>: Send + Sync,
{
    model(|| {
        let queue = Arc::new(FinalizerQueue::<u32, S>::with_steps());
        let shared = Arc::clone(&queue);
        let runner = thread::spawn(move || {
            let first = shared.take();
            note("runner", "take", "the first");
            (first, shared.take())
        });
        queue.add([1]);
        note("collector", "add", 1);
        queue.add([2]);
        note("collector", "add", 2);
        assert_eq!(runner.join().unwrap(), (Some(1), Some(2)));
    });
}

#[test]
fn what_is_added_wakes_the_thread() {
    what_is_added_is_taken::<Sound>();
}

#[test]
fn closing_wakes_the_thread() {
    model(|| {
        let queue = Arc::new(FinalizerQueue::<u32>::new());
        let shared = Arc::clone(&queue);
        let runner = thread::spawn(move || shared.take());
        queue.close();
        assert_eq!(runner.join().unwrap(), None);
    });
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_lost_wake_up() {
    what_is_added_is_taken::<DoesNotLook>();
}

#[test]
fn planted_bugs_are_caught() {
    crate::check(&Bug {
        name: "finalizers_lost_wake_up",
        test: "finalizer_queue::planted_lost_wake_up",
        of: "finalizer_queue::what_is_added_wakes_the_thread",
        step: "LOOKS_AGAIN",
        message: "deadlock",
        left_out: "no last look for work after saying that it waits",
        model: "the finalizer thread takes two items while the collector adds \
                them",
        why: "The collector adds between the thread's look into the queue and \
              its word that it waits, sees nobody waiting, and wakes nobody.",
    });
}
