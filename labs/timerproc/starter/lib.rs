//! Your alarm.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check timerproc`. The page of the lab in
//! the book says what each stage is about; `cargo lab hint timerproc` says
//! more.

#![allow(dead_code, reason = "later stages use them")]

use lab_judge::timerproc::{Alarm, Clock};
use support::futex::Futex;
use support::sync::atomic::{AtomicI64, Ordering};

/// The waiter runs, and will look again before it waits.
const AWAKE: i64 = i64::MIN;

/// The waiter waits for any timer at all.
const PARKED: i64 = i64::MAX - 1;

const SILENT: u32 = 0;
const RUNG: u32 = 1;

/// A waiter's next deadline, and the note to wake it with.
#[derive(Debug)]
pub struct MyAlarm {
    /// | value | the waiter | a starter with an earlier deadline |
    /// |---|---|---|
    /// | `AWAKE` | runs | does nothing |
    /// | a deadline | sleeps until then | sets `AWAKE`, rings |
    /// | `PARKED` | waits for a timer | sets `AWAKE`, rings |
    until: AtomicI64,
    note: Futex,
}

impl MyAlarm {
    // YOUR CODE: ring
    fn ring(&self) -> bool {
        todo!("stage 1: store {RUNG} into the note, wake who sleeps on it")
    }
    // END: ring

    // YOUR CODE: publish
    /// Publishes that the waiter is going to wait. From here on every starter
    /// rings.
    fn publish(&self) {
        todo!("stage 2: make the note {SILENT}, then say {PARKED}")
    }
    // END: publish

    // YOUR CODE: announce
    /// Announces the deadline. Returns false if a starter has rung since the
    /// waiter published. This one does not look: stage 3 is about that.
    fn announce_deadline(&self, until: i64) -> bool {
        self.until.store(until, Ordering::Release);
        true
    }
    // END: announce

    // YOUR CODE: sleep
    /// Sleeps on the note, for ever if `until` is `PARKED`.
    fn sleep(&self, clock: &Clock, until: i64) {
        let _ = clock;
        todo!("stage 2: sleep on the note until {until}, if it is {SILENT}")
    }
    // END: sleep
}

impl Alarm for MyAlarm {
    fn parked() -> Self {
        Self { until: AtomicI64::new(PARKED), note: Futex::new(SILENT) }
    }

    // YOUR CODE: ring-before
    fn ring_before(&self, when: i64) -> bool {
        todo!(
            "stage 1: if the waiter would sleep past {when}, change what it \
             waits for to {AWAKE} in one step, and ring"
        )
    }
    // END: ring-before

    // YOUR CODE: wait
    fn wait(&self, clock: &Clock, look: impl FnOnce() -> Option<i64>) {
        let _ = (clock, look);
        todo!("stage 2: publish, look, announce the deadline, sleep, be awake")
    }
    // END: wait
}
