//! What is judged, gate by gate.

use std::process::ExitCode;

use super::heap::Collector;
use super::operations::Stage;
use super::planted::{self, Tested};
use super::programs::right;
use super::workload::measured;
use super::{chain, counts};
use crate::harness;
use crate::report::Report;
use crate::tested::judged;

/// The `main` of the reader's `check`.
pub fn main<R: Collector + Tested>() -> ExitCode {
    harness::main(&[
        ("mark-right", |_| right::<R>(Stage::Mark)),
        ("mark-counts", |_| counts::mark::<R>()),
        ("sweep-right", |_| right::<R>(Stage::Sweep)),
        ("sweep-counts", |_| counts::sweep::<R>()),
        ("measure", measured::<R>),
        ("finalizers-right", |_| right::<R>(Stage::Finalizers)),
        ("finalizers-order", |_| chain::order::<R>()),
        ("finalizers-counts", |_| counts::finalizers::<R>()),
        ("attached-right", |_| right::<R>(Stage::Attached)),
        ("tested", tested::<R>),
    ])
}

/// Runs the reader's own tests on our collector, or on one with a bug.
fn tested<R: Tested>(name: &str) -> Report {
    judged(name, planted::tests::<R>)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::heap::Heap;
    use crate::report::Verdict;

    /// Tests that assert nothing.
    struct Careless;

    impl Tested for Careless {
        fn tests<C: Collector>() {
            Heap::default().collect::<C>();
        }
    }

    /// Tests of what does not hold.
    struct Mistaken;

    impl Tested for Mistaken {
        fn tests<C: Collector>() {
            let mut heap = Heap::default();
            heap.alloc();
            assert_eq!(heap.collect::<C>(), 0, "a root is freed");
        }
    }

    #[test]
    fn careless_tests_catch_nothing_and_mistaken_ones_are_told_so() {
        assert!(tested::<Careless>("sound").is_passed());
        for name in planted::NAMES {
            let report = tested::<Careless>(name);
            assert_eq!(report.verdict, Verdict::Survived, "{name}");
        }
        assert_eq!(tested::<Careless>("other").verdict, Verdict::Wrong);
        let report = tested::<Mistaken>("sound");
        assert_eq!(report.verdict, Verdict::Survived);
        assert!(report.says.contains("a root is freed"), "{report}");
    }
}
