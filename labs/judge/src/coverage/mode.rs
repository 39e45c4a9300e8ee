//! How a profile counts.

use std::fmt;

/// What the counts of a profile mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// 1 when the block ran, else 0.
    Set,
    /// How often the block ran.
    Count,
    /// As `Count`, and exact in programs with goroutines.
    Atomic,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Set, Self::Count, Self::Atomic];

    /// Returns the name, as in a profile's first line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Count => "count",
            Self::Atomic => "atomic",
        }
    }

    /// Returns the mode of this name.
    ///
    /// ```
    /// use lab_judge::coverage::Mode;
    /// assert_eq!(Mode::named("count"), Some(Mode::Count));
    /// assert_eq!(Mode::named("sum"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
