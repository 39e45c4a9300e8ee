//! Why a wait ended without what it waited for.

use std::error::Error;
use std::fmt;

const SHUT_DOWN: &str = "the timer service was shut down";

/// The service was shut down: what is waited for never comes.
///
/// See [`Timers::shut_down`](crate::Timers::shut_down).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShutDown;

impl ShutDown {
    /// Ends a wait whose type has no room for the error.
    #[cold]
    #[track_caller]
    pub(crate) fn panic(self) -> ! {
        panic!("{self}");
    }
}

impl fmt::Display for ShutDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHUT_DOWN)
    }
}

impl Error for ShutDown {}

/// Why a wait with a time limit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeoutError {
    /// The time is over.
    Elapsed,
    /// The service was shut down: what is waited for never comes.
    ShutDown,
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Elapsed => "the deadline has elapsed",
            Self::ShutDown => SHUT_DOWN,
        })
    }
}

impl Error for TimeoutError {}

impl From<ShutDown> for TimeoutError {
    fn from(_: ShutDown) -> Self {
        Self::ShutDown
    }
}
