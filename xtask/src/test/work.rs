//! What a step comes to on this machine.

use std::process::Command;

/// What a step does.
pub(super) enum Work {
    Commands(Vec<Command>),
    /// Nothing, because what it needs is not installed: the text says what.
    Absent(String),
}
