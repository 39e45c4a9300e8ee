//! What the tour goes through.

use clap::ValueEnum;

/// One chapter's pair: the old way and the new way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// The timer heap's sifts: swapping against moving a hole
    Timers,
    /// The queue's lock: explicit unlock against a guard
    Queues,
    /// Files: closed by hand against closed by Drop
    Finalizers,
    /// Coverage profiles: sort and scan against merging
    Coverage,
}

impl Subject {
    /// The first part of its benchmarks' names, and its bench target.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Timers => "timers",
            Self::Queues => "queues",
            Self::Finalizers => "finalizers",
            Self::Coverage => "coverage",
        }
    }

    /// The old and the new variant: the last part of a benchmark's name.
    pub(crate) fn variants(self) -> [&'static str; 2] {
        match self {
            Self::Timers => ["swap", "hole"],
            Self::Queues => ["explicit", "guard"],
            Self::Finalizers => ["close", "drop"],
            Self::Coverage => ["sort-scan", "merge"],
        }
    }

    /// What the pair is, in a line.
    pub(crate) fn title(self) -> String {
        let value = self.to_possible_value().expect("none is skipped");
        value.get_help().expect("each has a doc").to_string()
    }
}
