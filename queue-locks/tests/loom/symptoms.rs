//! How a planted bug shows, whatever it is planted in.

use support::schedules::Bug;

/// A bug that has no name, test and model yet.
const fn symptom(
    step: &'static str,
    message: &'static str,
    left_out: &'static str,
    why: &'static str,
) -> Bug<'static> {
    Bug { name: "", test: "", of: "", step, message, left_out, model: "", why }
}

pub(crate) const RELAXED_UNLOCK: Bug<'static> = symptom(
    "UNLOCK",
    "Causality",
    "no release at the unlock",
    "The next holder takes the lock, but nothing orders its accesses \
     after those of the holder before: it gets at the number while that \
     write may still be under way.",
);

pub(crate) const LOST_WAKE: Bug<'static> = symptom(
    "WAKES",
    "deadlock",
    "no wake-up at the unlock",
    "The waiter sleeps until the word changes and somebody wakes it; the \
     word changes, and nobody does.",
);

pub(crate) const IF_FOR_WHILE: Bug<'static> = symptom(
    "LOOKS_AGAIN",
    "Causality",
    "no second look after the wait: `if` where `while` belongs",
    "Two threads wait, or one comes by at the right time. Whoever wakes \
     takes the lock to be its own, while another has it.",
);

pub(crate) const LOAD_THEN_STORE: Bug<'static> = symptom(
    "UNLOCKS_IN_ONE_STEP",
    "deadlock",
    "no single step that reads the word and unlocks",
    "The holder reads that nobody waits. Then the other says that it \
     waits, and the holder's store wipes that out.",
);

pub(crate) const UNLOCK_THEN_COUNT: Bug<'static> = symptom(
    "COUNTS_FIRST",
    "deadlock",
    "no look at the counter before the unlock",
    "The other writes and notifies between the unlock and the look. The \
     waiter takes the new count for the old one, and sleeps until a \
     notification that does not come.",
);

pub(crate) const FORGOTTEN: Bug<'static> = symptom(
    "",
    "deadlock",
    "no unlock on the path of an empty queue",
    "A thread that finds the queue empty returns with the lock held, and \
     the other waits for it for ever.",
);
