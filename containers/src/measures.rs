//! What makes a container safe by default, by name.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// One thing that keeps a container's program from the host.
///
/// Each can be left out by name, so that a test, or a reader, sees what it is
/// there for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// A program with the set-user-ID bit gains nothing.
    NoNewPrivileges,
    /// No capability but those that are kept by name.
    Capabilities,
    /// System calls that no ordinary program needs are refused.
    Seccomp,
    /// No descriptor of the caller but standard input, output and error.
    Descriptors,
    /// A session of its own: nothing can be typed into the caller's terminal.
    Session,
    /// Only the processes in /proc, or its telling files masked.
    Proc,
    /// No set-user-ID programs and no devices in the root.
    RootFlags,
    /// No user namespace inside.
    Nesting,
    /// No symbolic link of the root leads a mount out of it.
    Targets,
    /// The program that is PID 1 is a sealed copy, and cannot be traced.
    SealedInit,
}

/// The measures that are taken.
///
/// ```
/// use containers::measures::{Measure, Measures};
///
/// let measures = Measures::default().without(Measure::Seccomp);
/// assert!(measures.has(Measure::NoNewPrivileges));
/// assert!(!measures.has(Measure::Seccomp));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    left_out: Vec<Measure>,
}

impl Measures {
    /// Leaves one out.
    #[must_use]
    pub fn without(mut self, measure: Measure) -> Self {
        if self.has(measure) {
            self.left_out.push(measure);
        }
        self
    }

    /// Returns whether one is taken.
    pub fn has(&self, measure: Measure) -> bool {
        !self.left_out.contains(&measure)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |it| it.get_name()))
    }
}
