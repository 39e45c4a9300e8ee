//! What is measured: one pair of an old and a new way each.

use clap::ValueEnum;

/// An old way and a new way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// The timer heap's sifts: swapping against moving a hole
    Timers,
    /// The queue's lock: explicit unlock against a guard
    Queues,
    /// Timers served as Go 1.9 did against the best generation here
    Generations,
    /// A heap that removes at once against one that puts it off
    LazyRemoval,
    /// A thread resets another's timers: under its lock against by a mark
    Marking,
    /// Two threads start and stop timers: one heap against one for each
    Contended,
    /// Busy callbacks of one thread's timers: one worker against two
    Stealing,
    /// Timeouts that two threads give up: left in a heap against in none
    Unread,
    /// Files: closed by hand against closed by Drop
    Finalizers,
    /// Coverage profiles: sort and scan against merging
    Coverage,
    /// Unlocking by hand against a deferred unlock in a heap record
    HeapRecords,
    /// Unlocking by hand against a deferred unlock in a frame record
    FrameRecords,
    /// Unlocking by hand against an open-coded deferred unlock
    OpenCoded,
    /// A panic with ten deferred calls: frame records against open-coded
    Panics,
    /// Lock and unlock with nobody else there: std against our futex mutex
    Uncontended,
    /// Getting one by one from crossbeam's ArrayQueue against a batch
    Batch,
    /// The longest wait for a lock: parking_lot against Go's mutex
    LongestWait,
    /// A benchmark's setup: measured along with the work against left out
    Setup,
    /// Formatting: a new string each time against one that is kept
    Strings,
    /// JSON: by way of a tree of values against written directly
    Json,
}

impl Subject {
    /// What the tour shows: a pair for each chapter, quick to measure.
    pub(crate) const TOUR: [Self; 4] =
        [Self::Timers, Self::Queues, Self::Finalizers, Self::Coverage];

    /// The name of its record.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value().expect("none is skipped");
        value.get_name().to_owned()
    }

    /// The bench target that measures it.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Self::Timers | Self::Generations | Self::LazyRemoval => "timers",
            Self::Marking | Self::Contended | Self::Stealing | Self::Unread => {
                "timers"
            }
            Self::Finalizers => "finalizers",
            Self::Coverage => "coverage",
            Self::Setup | Self::Strings | Self::Json => "measuring",
            _ => "queues",
        }
    }

    /// How the names of its benchmarks begin; a regular expression.
    pub(crate) fn benchmarks(self) -> &'static str {
        match self {
            Self::Timers => "timers/",
            Self::Generations | Self::LazyRemoval => {
                r"timers/(start-stop-one|reset-one|fire-one)/(1000|100000)\b"
            }
            Self::Marking => "timers/reset-of-another/",
            Self::Contended => "timers/start-stop-by/",
            Self::Stealing => "timers/busy-callbacks/",
            Self::Unread => "timers/timeout-by/",
            Self::Queues => "queues/(put|get)-",
            Self::Finalizers => "finalizers/",
            Self::Coverage => "coverage/",
            Self::HeapRecords | Self::FrameRecords | Self::OpenCoded => {
                "queues/(put|get)-futex/"
            }
            Self::Panics => "queues/panic/",
            Self::Uncontended => "queues/lock-unlock/",
            Self::Batch => "queues/get-all/",
            Self::LongestWait => "queues/longest-wait/",
            Self::Setup => "measuring/set/",
            Self::Strings => "measuring/format/",
            Self::Json => "measuring/json/",
        }
    }

    /// The old and the new variant: the last part of a benchmark's name.
    pub(crate) fn variants(self) -> [&'static str; 2] {
        match self {
            Self::Timers => ["swap", "hole"],
            Self::Generations => ["go1.9", "best"],
            Self::LazyRemoval => ["go1.9", "go1.14"],
            Self::Marking => ["go1.10", "go1.14"],
            Self::Contended => ["go1.9", "go1.10"],
            Self::Stealing => ["go1.10", "go1.14"],
            Self::Unread => ["go1.14", "go1.23"],
            Self::Queues => ["explicit", "guard"],
            Self::Finalizers => ["close", "drop"],
            Self::Coverage => ["sort-scan", "merge"],
            Self::HeapRecords => ["explicit", "heap-records"],
            Self::FrameRecords => ["explicit", "frame-records"],
            Self::OpenCoded => ["explicit", "open-coded"],
            Self::Panics => ["frame-records", "open-coded"],
            Self::Uncontended => ["std", "futex"],
            Self::Batch => ["array-queue", "slice-batch"],
            Self::LongestWait => ["parking_lot", "go"],
            Self::Setup => ["with-setup", "without-setup"],
            Self::Strings => ["new-string", "kept-string"],
            Self::Json => ["tree", "direct"],
        }
    }

    /// What the pair is, in a line.
    pub(crate) fn title(self) -> String {
        let value = self.to_possible_value().expect("none is skipped");
        value.get_help().expect("each has a doc").to_string()
    }
}
