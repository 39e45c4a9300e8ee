//! Your models.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check loom-model`. The page of the lab in
//! the book says what each stage is about; `cargo lab hint loom-model` says
//! more.
//!
//! `model(|| ...)` runs its closure in every order of the threads' steps, and
//! `Mutex::<u32, L>::new(0)` is a number under the lock that is judged.
//! Threads, and what they share, come from `support::sync`.

#![allow(unused_imports, reason = "the models use them")]

use lab_judge::loom_model::Models;
use queue_locks::{Mutex, RawLock};
use support::lanes::note;
use support::model;
use support::sync::{Arc, thread};

/// Your models, as the judge calls them.
#[derive(Debug)]
pub struct MyModels;

// YOUR CODE: helpers
// END: helpers

impl Models for MyModels {
    // YOUR CODE: two
    /// Two threads that lock.
    fn two<L: RawLock + 'static>() {
        todo!(
            "stage 1: in a model, let two threads add to a number under one \
             lock, and assert that no addition is lost"
        )
    }
    // END: two

    // YOUR CODE: three
    /// Three threads that lock.
    fn three<L: RawLock + 'static>() {
        todo!("stage 2: the same with three threads")
    }
    // END: three

    // YOUR CODE: trying
    /// Two threads, one of which only tries.
    fn trying<L: RawLock + 'static>() {
        todo!(
            "stage 3: one thread locks, the other calls try_lock, and adds \
             only if it gets through"
        )
    }
    // END: trying
}
