//! What is judged, gate by gate: a name is `sound`, or a planted bug's.

use std::process::ExitCode;

use queue_locks::RawLock;

use crate::harness;

/// What the reader implements. Each must pass for a lock that is sound, and
/// panic or deadlock in some order of steps for one that is not.
pub trait Models {
    /// Two threads that lock.
    fn two<L: RawLock + 'static>();

    /// Three threads that lock.
    fn three<L: RawLock + 'static>();

    /// Two threads, one of which only tries.
    fn trying<L: RawLock + 'static>();
}

/// The `main` of the reader's `check`. Only a build for loom has gates.
pub fn main<M: Models>() -> ExitCode {
    harness::main(&[
        #[cfg(loom)]
        ("two", under_loom::two::<M>),
        #[cfg(loom)]
        ("three", under_loom::three::<M>),
        #[cfg(loom)]
        ("trying", under_loom::trying::<M>),
    ])
}

#[cfg(loom)]
mod under_loom {
    use queue_locks::locks::{ThreeState, TwoState};
    use queue_locks::steps::{
        IfForWhile, LoadThenStore, LostWake, RelaxedUnlock,
    };

    use super::Models;
    use crate::loom_model::planted::Trying;
    use crate::report::{Report, Verdict};

    pub(super) fn two<M: Models>(name: &str) -> Report {
        match name {
            "sound" => {
                M::two::<TwoState>();
                M::two::<ThreeState>();
            }
            "two-state-relaxed-unlock" => M::two::<TwoState<RelaxedUnlock>>(),
            "two-state-lost-wake" => M::two::<TwoState<LostWake>>(),
            "three-state-relaxed-unlock" => {
                M::two::<ThreeState<RelaxedUnlock>>();
            }
            "three-state-lost-wake" => M::two::<ThreeState<LostWake>>(),
            "three-state-load-then-store" => {
                M::two::<ThreeState<LoadThenStore>>();
            }
            _ => return unknown(name),
        }
        passed(name)
    }

    pub(super) fn three<M: Models>(name: &str) -> Report {
        match name {
            "sound" => {
                M::three::<TwoState>();
                M::three::<ThreeState>();
            }
            "two-state-if-for-while" => M::three::<TwoState<IfForWhile>>(),
            "three-state-if-for-while" => M::three::<ThreeState<IfForWhile>>(),
            _ => return unknown(name),
        }
        passed(name)
    }

    pub(super) fn trying<M: Models>(name: &str) -> Report {
        match name {
            "sound" => {
                M::trying::<ThreeState>();
                M::trying::<Trying<true, true>>();
            }
            "try-lock-relaxed" => M::trying::<Trying<false, true>>(),
            "try-lock-in-two-steps" => M::trying::<Trying<true, false>>(),
            _ => return unknown(name),
        }
        passed(name)
    }

    /// The model has come to its end: that is right for sound code alone.
    fn passed(name: &str) -> Report {
        if name == "sound" {
            Report::passed("sound code passes")
        } else {
            Report::new(Verdict::Survived, "your model passes it")
        }
    }

    fn unknown(name: &str) -> Report {
        Report::new(Verdict::Wrong, format!("there is no bug {name}"))
    }
}
