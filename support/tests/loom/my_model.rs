//! my_model: edit here what meets whom, in one sentence.
//!
//! What to edit, from top to bottom:
//!
//! 1. `Steps` and `add`: the code under test. For code of this crate's, delete
//!    both, and import the code and its own `Steps` instead.
//! 2. `body`: the threads, and what holds when they have ended.
//! 3. `NoSingleStep`: the step that the planted bug leaves out.
//! 4. The words of the bug, at the end of the file, and those of the model, in
//!    `models.json` beside it.

use support::schedules::Bug;
use support::sync::atomic::{AtomicUsize, Ordering};
use support::sync::{Arc, thread};
use support::{lanes, model, taken};

/// The steps that the code must not leave out.
trait Steps: 'static {
    /// Who adds reads and writes in one step.
    const ADDS_IN_ONE_STEP: bool = true;
}

/// Leaves out nothing.
enum Sound {}
impl Steps for Sound {}

/// Adds by a load and a store.
enum NoSingleStep {}
impl Steps for NoSingleStep {
    const ADDS_IN_ONE_STEP: bool = false;
}

// ANCHOR: code
/// Adds one to a counter that other threads use too.
fn add<S: Steps>(counter: &AtomicUsize, thread: &str) {
    if taken!(S::ADDS_IN_ONE_STEP) {
        counter.fetch_add(1, Ordering::Relaxed);
        return;
    }
    let seen = counter.load(Ordering::Relaxed);
    // What is noted is shown, in the lane of the thread, when the model fails.
    lanes::note(thread, "read", seen);
    counter.store(seen + 1, Ordering::Relaxed);
    lanes::note(thread, "write", seen + 1);
}
// ANCHOR_END: code

// ANCHOR: body
/// Runs in every interleaving, so keep it small: two threads, one step each.
fn body<S: Steps>() {
    model(|| {
        let counter = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&counter);
        let other = thread::spawn(move || add::<S>(&shared, "other"));
        add::<S>(&counter, "main");
        other.join().expect("nothing panics");
        let sum = counter.load(Ordering::Relaxed);
        assert_eq!(sum, 2, "an increment is lost");
    });
}
// ANCHOR_END: body

#[test]
fn my_model() {
    body::<Sound>();
}

#[test]
#[ignore = "planted bug, run by my_model_without_its_step_is_caught"]
fn my_model_without_its_step() {
    body::<NoSingleStep>();
}

#[test]
fn my_model_without_its_step_is_caught() {
    crate::check(&Bug {
        name: "my_model_without_its_step",
        test: "my_model::my_model_without_its_step",
        of: "my_model::my_model",
        step: "ADDS_IN_ONE_STEP",
        message: "an increment is lost",
        left_out: "no single step that reads the counter and writes it",
        model: "two threads add one each to a counter",
        why: "Both read the counter before either has written it, so that \
              the second write hides the first.",
    });
}
