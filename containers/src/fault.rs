//! Where a test stops the protocol, to see what is left when the caller is
//! killed there. Without the feature `faults`, nothing can.

use std::os::fd::RawFd;

/// A step to stop at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fault {
    stop_at: Option<usize>,
    /// Where the stop is announced, and where the word to go on comes from.
    pipes: [RawFd; 2],
}

impl Fault {
    /// Returns what `UNC_FAULT=STEP:OUT:IN` asks for.
    #[cfg(feature = "faults")]
    pub(crate) fn from_environment() -> Self {
        let text = std::env::var("UNC_FAULT").unwrap_or_default();
        let numbers: Vec<i32> =
            text.split(':').filter_map(|it| it.parse().ok()).collect();
        match numbers[..] {
            [step, announce, go_on] => Self {
                stop_at: usize::try_from(step).ok(),
                pipes: [announce, go_on],
            },
            _ => Self::default(),
        }
    }

    /// Returns that nothing is asked for.
    #[cfg(not(feature = "faults"))]
    pub(crate) fn from_environment() -> Self {
        Self::default()
    }

    /// Returns the same stop, with the pipes at the numbers of the protocol.
    pub(crate) fn placed(stop_at: Option<usize>) -> Self {
        Self { stop_at, pipes: crate::protocol::FAULTS }
    }

    pub(crate) fn stop_at(self) -> Option<usize> {
        self.stop_at
    }

    /// Returns where the pipes are.
    pub(crate) fn pipes(self) -> Option<[RawFd; 2]> {
        self.stop_at.map(|_| self.pipes)
    }

    /// Stops here if this is the step. It only makes system calls.
    pub(crate) fn point(self, step: usize) {
        if !cfg!(feature = "faults") || self.stop_at != Some(step) {
            return;
        }
        let [announce, go_on] = self.pipes;
        let mut byte = 0_u8;
        // SAFETY: it reads the one byte that it is given.
        unsafe { libc::write(announce, (&raw const byte).cast(), 1) };
        // SAFETY: it writes the one byte that it is given.
        unsafe { libc::read(go_on, (&raw mut byte).cast(), 1) };
    }
}
