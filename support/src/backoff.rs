//! How a thread waits for another one that needs no wake-up to go on.
//!
//! Who calls what: the waiter calls [`pause`] in its loop, and holds whatever
//! it likes; the other side knows nothing of it.

use crate::sync::thread;

/// So often a wait yields before it sleeps.
const YIELDS: u32 = 64;

/// Waits a moment, longer from the 65th `round` on.
///
/// To yield is enough while the other thread may run. It may not if this one
/// has a higher real-time priority and they share a processor: a sleep lets it.
pub fn pause(round: u32) {
    if round < YIELDS || cfg!(any(loom, shuttle)) {
        thread::yield_now();
    } else {
        std::thread::sleep(std::time::Duration::from_micros(50));
    }
}
