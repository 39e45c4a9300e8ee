//! The folder of this crate's planted bugs; see [`support::recorded`].

use std::path::Path;

use support::recorded::Bug;

/// How a planted bug shows, whatever it is planted in.
pub(crate) struct Kind {
    pub(crate) message: &'static str,
    pub(crate) left_out: &'static str,
    pub(crate) why: &'static str,
}

pub(crate) const RELAXED_UNLOCK: Kind = Kind {
    message: "Causality",
    left_out: "no release at the unlock",
    why: "The next holder takes the lock, but nothing orders its accesses \
          after those of the holder before: it gets at the number while that \
          write may still be under way.",
};

pub(crate) const LOST_WAKE: Kind = Kind {
    message: "deadlock",
    left_out: "no wake-up at the unlock",
    why: "The waiter sleeps until the word changes and somebody wakes it; the \
          word changes, and nobody does.",
};

pub(crate) const IF_FOR_WHILE: Kind = Kind {
    message: "Causality",
    left_out: "no second look after the wait: `if` where `while` belongs",
    why: "Two threads wait, or one comes by at the right time. Whoever wakes \
          takes the lock to be its own, while another has it.",
};

pub(crate) const LOAD_THEN_STORE: Kind = Kind {
    message: "deadlock",
    left_out: "no single step that reads the word and unlocks",
    why: "The holder reads that nobody waits. Then the other says that it \
          waits, and the holder's store wipes that out.",
};

/// Demands that the ignored test `bug` of the module `module::name` is found,
/// on the schedule that is recorded.
pub(crate) fn check(module: &str, name: &str, model: &str, kind: &Kind) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/loom/lanes");
    let bug = Bug {
        name,
        test: &format!("{module}::{name}::bug"),
        message: kind.message,
        left_out: kind.left_out,
        model,
        why: kind.why,
    };
    support::recorded::check(&folder, &bug);
}
