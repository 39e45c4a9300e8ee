//! What is measured: one pair of an old and a new way each.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// An old way and a new way.
#[derive(Debug)]
pub(crate) struct Pair {
    /// The name of its record.
    pub(crate) name: &'static str,
    /// What the pair is, in a line: the old way against the new.
    pub(crate) title: &'static str,
    /// The bench target that measures it.
    pub(crate) target: &'static str,
    /// How the names of its benchmarks begin; a regular expression.
    pub(crate) benchmarks: &'static str,
    /// The old and the new variant: the last part of a benchmark's name.
    pub(crate) variants: [&'static str; 2],
    /// How old and new take turns.
    pub(crate) turns: Turns,
}

impl Pair {
    /// Returns what a machine may lack: there the pair is left out, and said
    /// so.
    pub(crate) fn needs(&self) -> Option<&'static str> {
        (self.target == "containers")
            .then_some("Linux, namespaces for anyone, and a static busybox")
    }
}

/// How old and new of a pair take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turns {
    /// As short processes of criterion, row by row.
    Processes,
    /// As blocks of a fraction of a millisecond inside one process, for
    /// differences smaller than that of two processes.
    Blocks,
}

use Turns::{Blocks, Processes};

const ONE_BY_ONE: &str =
    r"timers/(start-stop-one|reset-one|fire-one)/(1000|100000)\b";

const DEFERRED: &str = "queues/(deferred-call|put-defer|get-defer)/";

/// All pairs, in the order in which they are measured.
pub(crate) const PAIRS: &[Pair] = &[
    Pair {
        name: "timers",
        title: "The timer heap's sifts: swapping against moving a hole",
        target: "timers",
        benchmarks: "timers/",
        variants: ["swap", "hole"],
        turns: Processes,
    },
    Pair {
        name: "queues",
        title: "The queue's lock: explicit unlock against a guard",
        target: "queues",
        benchmarks: "queues/(put|get)-(futex|std|parking_lot)/",
        variants: ["explicit", "guard"],
        turns: Blocks,
    },
    Pair {
        name: "wake-ups",
        title: "Waking timerproc: out of a sleep until a deadline, or with no timer left",
        target: "timers",
        benchmarks: "timers/wake-up/",
        variants: ["sleeping", "rescheduling"],
        turns: Blocks,
    },
    Pair {
        name: "claimed",
        title: "A thousand due callbacks: 64 out of reach at once against one at a time",
        target: "timers",
        benchmarks: "timers/due-at-once/",
        variants: ["batch", "claimed"],
        turns: Blocks,
    },
    Pair {
        name: "deferred",
        title: "A deferred call, and a deferred unlock: heap record or open-coded",
        target: "queues",
        benchmarks: DEFERRED,
        variants: ["heap-records", "open-coded"],
        turns: Blocks,
    },
    Pair {
        name: "generations",
        title: "Timers served as Go 1.9 did against the best generation here",
        target: "timers",
        benchmarks: ONE_BY_ONE,
        variants: ["go1.9", "best"],
        turns: Processes,
    },
    Pair {
        name: "lazy-removal",
        title: "A heap that removes at once against one that puts it off",
        target: "timers",
        benchmarks: ONE_BY_ONE,
        variants: ["go1.9", "go1.14"],
        turns: Processes,
    },
    Pair {
        name: "marking",
        title: "A thread resets another's timers: under its lock against by a mark",
        target: "timers",
        benchmarks: "timers/reset-of-another/",
        variants: ["go1.10", "go1.14"],
        turns: Processes,
    },
    Pair {
        name: "contended",
        title: "Two threads start and stop timers: one heap against one for each",
        target: "timers",
        benchmarks: "timers/start-stop-by/",
        variants: ["go1.9", "go1.10"],
        turns: Processes,
    },
    Pair {
        name: "stealing",
        title: "Busy callbacks of one thread's timers: one worker against two",
        target: "timers",
        benchmarks: "timers/busy-callbacks/",
        variants: ["go1.10", "go1.14"],
        turns: Processes,
    },
    Pair {
        name: "unread",
        title: "Timeouts that two threads give up: left in a heap against in none",
        target: "timers",
        benchmarks: "timers/timeout-by/",
        variants: ["go1.14", "go1.23"],
        turns: Processes,
    },
    Pair {
        name: "finalizers",
        title: "Files: closed by hand against closed by Drop",
        target: "finalizers",
        benchmarks: "finalizers/open-close/",
        variants: ["close", "drop"],
        turns: Blocks,
    },
    Pair {
        name: "open-files",
        title: "Open a file and close it: by libc's calls against File and its Drop",
        target: "finalizers",
        benchmarks: "finalizers/open-drop/",
        variants: ["libc", "file"],
        turns: Blocks,
    },
    Pair {
        name: "coverage",
        title: "Coverage profiles: sort and scan against merging",
        target: "coverage",
        benchmarks: "coverage/",
        variants: ["sort-scan", "merge"],
        turns: Processes,
    },
    Pair {
        name: "containers",
        title: "A container: fork, re-exec and poll against VM and VFORK, and told",
        target: "containers",
        benchmarks: "containers/",
        variants: ["post", "ours"],
        turns: Processes,
    },
    Pair {
        name: "heap-records",
        title: "By hand against deferred in a heap record",
        target: "queues",
        benchmarks: DEFERRED,
        variants: ["explicit", "heap-records"],
        turns: Blocks,
    },
    Pair {
        name: "frame-records",
        title: "By hand against deferred in a frame record",
        target: "queues",
        benchmarks: DEFERRED,
        variants: ["explicit", "frame-records"],
        turns: Blocks,
    },
    Pair {
        name: "open-coded",
        title: "By hand against deferred, open-coded",
        target: "queues",
        benchmarks: DEFERRED,
        variants: ["explicit", "open-coded"],
        turns: Blocks,
    },
    Pair {
        name: "panics",
        title: "A panic with ten deferred calls: frame records against open-coded",
        target: "queues",
        benchmarks: "queues/panic/",
        variants: ["frame-records", "open-coded"],
        turns: Processes,
    },
    Pair {
        name: "bare-panic",
        title: "A panic: thrown and caught against ten open-coded calls on its way",
        target: "queues",
        benchmarks: "queues/panic/",
        variants: ["bare-catch", "open-coded"],
        turns: Processes,
    },
    Pair {
        name: "uncontended",
        title: "Lock and unlock with nobody else there: std against our futex mutex",
        target: "queues",
        benchmarks: "queues/lock-unlock/",
        variants: ["std", "futex"],
        turns: Processes,
    },
    Pair {
        name: "batch",
        title: "Getting one by one from crossbeam's ArrayQueue against a batch",
        target: "queues",
        benchmarks: "queues/get-all/",
        variants: ["array-queue", "slice-batch"],
        turns: Processes,
    },
    Pair {
        name: "longest-wait",
        title: "The longest wait for a lock: parking_lot against Go's mutex",
        target: "queues",
        benchmarks: "queues/longest-wait/",
        variants: ["parking_lot", "go"],
        turns: Processes,
    },
    Pair {
        name: "longest-wait-mcs",
        title: "The longest wait for a lock: Go's mutex against the queue lock",
        target: "queues",
        benchmarks: "queues/longest-wait/",
        variants: ["go", "mcs"],
        turns: Processes,
    },
    Pair {
        name: "setup",
        title: "A benchmark's setup: measured along with the work against left out",
        target: "measuring",
        benchmarks: "measuring/set/",
        variants: ["with-setup", "without-setup"],
        turns: Processes,
    },
    Pair {
        name: "strings",
        title: "Formatting: a new string each time against one that is kept",
        target: "measuring",
        benchmarks: "measuring/format/",
        variants: ["new-string", "kept-string"],
        turns: Processes,
    },
    Pair {
        name: "json",
        title: "JSON: by way of a tree of values against written directly",
        target: "measuring",
        benchmarks: "measuring/json/",
        variants: ["tree", "direct"],
        turns: Processes,
    },
];

/// Returns the pair of this name.
pub(crate) fn find(name: &str) -> Option<&'static Pair> {
    PAIRS.iter().find(|pair| pair.name == name)
}

/// Reads a pair's name on the command line, whose help lists all of them.
pub(crate) fn parser() -> impl TypedValueParser<Value = &'static Pair> {
    let value = |pair: &Pair| PossibleValue::new(pair.name).help(pair.title);
    PossibleValuesParser::new(PAIRS.iter().map(value))
        .map(|name| find(&name).expect("the parser takes names of pairs only"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_pairs_have_one_name() {
        for pair in PAIRS {
            assert_eq!(find(pair.name).unwrap().title, pair.title);
        }
    }
}
