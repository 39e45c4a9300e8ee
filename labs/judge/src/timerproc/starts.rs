//! What a ring answers, without other threads.

use super::alarm::{Alarm, Clock};
use crate::report::{Report, Verdict};

fn wrong(says: &str) -> Report {
    Report::new(Verdict::Wrong, says)
}

/// A parked waiter is rung once, and no more until it waits again.
pub fn ring<A: Alarm>() -> Report {
    let alarm = A::parked();
    if !alarm.ring_before(100) {
        return wrong("a parked waiter was not rung for a timer");
    }
    if alarm.ring_before(50) {
        return wrong("a waiter that is awake was rung once more");
    }
    Report::passed("a parked waiter is rung once")
}

/// A wait for what is due already returns, and leaves the waiter awake.
pub fn wait<A: Alarm>() -> Report {
    let alarm = A::parked();
    alarm.ring_before(0);
    let mut looks = 0;
    alarm.wait(&Clock, || {
        looks += 1;
        Some(0)
    });
    if looks != 1 {
        return wrong("wait did not look for the first deadline");
    }
    if alarm.ring_before(-1) {
        return wrong("the waiter is awake after its wait, and was rung");
    }
    Report::passed("what is due is not waited for")
}
