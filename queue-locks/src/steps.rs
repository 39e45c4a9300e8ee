//! The steps that a concurrent algorithm takes, and those that a planted bug
//! leaves out.
//!
//! The real code asks these constants. [`Sound`] takes every step, and each
//! planted type leaves one out. The models in `tests/loom` prove that each
//! bug is found.
//!
//! A lock that leaves out a step is none, and safe code could corrupt memory
//! with it. So in all builds but those of the models there is `Sound` alone,
//! and nobody can name this module.

use std::time::Duration;

use support::sync::atomic::Ordering;

/// The steps that a concurrent algorithm must not leave out.
pub trait Steps: Default + Send + Sync + 'static {
    /// How the unlock publishes what the holder wrote.
    const UNLOCK: Ordering = Ordering::Release;
    /// Whether the unlock wakes a sleeper.
    const WAKES: bool = true;
    /// Whether a woken sleeper looks again before it believes.
    const LOOKS_AGAIN: bool = true;
    /// Whether the unlock reads and writes the word in one step.
    const UNLOCKS_IN_ONE_STEP: bool = true;
    /// Whether a waiter reads the counter of a condition variable before it
    /// unlocks.
    const COUNTS_FIRST: bool = true;
    /// How long a waiter of Go's mutex waits before it starves.
    const PATIENCE: Duration = Duration::from_millis(1);
}

/// Returns how an unlock publishes: as the steps say, or not at all where a
/// model has turned that off.
#[inline(always)]
pub(crate) fn unlock<S: Steps>() -> Ordering {
    if support::steps::is_on("UNLOCK") { S::UNLOCK } else { Ordering::Relaxed }
}

macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident { $($answer:item)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub struct $name;
        impl Steps for $name { $($answer)* }
    )*};
}

steps! {
    /// Leaves out nothing.
    Sound {}
}

#[cfg(any(loom, shuttle))]
steps! {
    /// Unlocks without publishing what the holder wrote.
    RelaxedUnlock {
        const UNLOCK: Ordering = Ordering::Relaxed;
        const PATIENCE: Duration = Duration::MAX;
    }
    /// Unlocks without waking the sleeper.
    LostWake {
        const WAKES: bool = false;
        const PATIENCE: Duration = Duration::MAX;
    }
    /// Has `if` where `while` belongs, around the wait.
    IfForWhile { const LOOKS_AGAIN: bool = false; }
    /// Unlocks first, and reads the counter of a condition variable then.
    UnlockThenCount { const COUNTS_FIRST: bool = false; }
    /// Unlocks by a load and a store.
    LoadThenStore { const UNLOCKS_IN_ONE_STEP: bool = false; }
    /// No bug: starves as soon as it has waited at all, so that a model,
    /// which has no clock, gets to the hand-off.
    Impatient { const PATIENCE: Duration = Duration::ZERO; }
    /// No bug: never starves.
    Patient { const PATIENCE: Duration = Duration::MAX; }
}
