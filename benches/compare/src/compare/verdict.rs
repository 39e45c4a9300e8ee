//! The verdicts, and the rule by which they are given.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What can be said about one benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// New takes less time, by more than the minimum effect.
    Faster,
    /// New takes more time, by more than the minimum effect.
    Slower,
    /// No change as large as the minimum effect, in either direction: two
    /// one-sided tests say so, whose interval lies inside it.
    Same,
    /// The runs do not decide it; more of them may.
    Inconclusive,
    /// One run on a side: there is nothing to judge by.
    Unreplicated,
}

impl Verdict {
    /// Returns the verdict where more is better.
    pub(crate) fn turned(self) -> Self {
        match self {
            Self::Faster => Self::Slower,
            Self::Slower => Self::Faster,
            _ => self,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::Same => "same",
            Self::Inconclusive => "inconclusive",
            Self::Unreplicated => "unreplicated",
        })
    }
}

/// When a difference counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// The accepted rate of false alarms a row; the interval has the level
    /// `1 - alpha`.
    pub alpha: f64,
    /// The minimum effect: 0.02 is 2 %. Smaller changes are never reported.
    pub margin: f64,
}

impl Default for Rule {
    fn default() -> Self {
        Self { alpha: 0.05, margin: 0.02 }
    }
}
