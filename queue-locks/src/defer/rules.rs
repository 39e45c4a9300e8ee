//! Where the rules of Go's releases differ.

use std::cell::Cell;

/// The rules of which Go.
///
/// The releases differ in what a recovery does to a `goexit` that it passes,
/// and in what a crash tells.
///
/// | rules | Go | a recovery that passes a `goexit` | a value raised again |
/// |---|---|---|---|
/// | `Go1_13` | to 1.13 | cancels it (issue 29226) | is told twice |
/// | `Go1_21` | 1.14 to 1.21 | cancels it, if the panic has replaced another since | is told twice |
/// | `Go1_22` | 1.22 to 1.24 | does not | is told twice |
/// | `Go1_27` | from 1.25 | does not | is told once, and marked |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Those of Go 1.13 and before.
    Go1_13,
    /// Those of Go 1.14 to 1.21.
    Go1_21,
    /// Those of Go 1.22 to 1.24.
    Go1_22,
    /// Those of Go 1.25 to 1.27.
    #[default]
    Go1_27,
}

thread_local! {
    /// The rules of the goroutine that this thread is in.
    static RULES: Cell<Rules> = const { Cell::new(Rules::Go1_27) };
}

impl Rules {
    /// Returns those of the goroutine that this thread is in.
    pub(super) fn current() -> Self {
        RULES.get()
    }

    /// Has these rules hold from now on. Returns those that held before.
    pub(super) fn replace_current(self) -> Self {
        RULES.replace(self)
    }

    /// Returns whether a recovery leaves a `goexit` that it passes alive.
    /// `is_next` says that the recovered panic is the one raised right after
    /// that `goexit`.
    pub(super) fn spare_goexit(self, is_next: bool) -> bool {
        match self {
            Self::Go1_13 => false,
            Self::Go1_21 => is_next,
            Self::Go1_22 | Self::Go1_27 => true,
        }
    }
}
