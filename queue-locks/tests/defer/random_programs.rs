//! Random programs on all three generations and on the interpreter.

use proptest::prelude::*;
use queue_locks::defer::{FrameRecords, HeapRecords, OpenCoded};

use crate::program::{Ending, any_program};
use crate::{interpreter, machine};
use support::watchdog::watch;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    #[cfg_attr(miri, ignore = "the programs of `fuzz` and `traces` run there")]
    fn all_generations_agree_with_the_rules(program in any_program()) {
        let _watched = watch();
        let expected = interpreter::run(&program);
        prop_assert_eq!(&machine::run::<HeapRecords>(&program), &expected);
        prop_assert_eq!(&machine::run::<FrameRecords>(&program), &expected);
        prop_assert_eq!(&machine::run::<OpenCoded>(&program), &expected);
    }
}

/// The test above says something only if its programs end in every way.
#[test]
#[cfg_attr(miri, ignore = "looks at the programs, and runs no unsafe")]
fn random_programs_end_in_every_way() {
    let _watched = watch();
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut returned, mut exited, mut crashed, mut replaced) = (0, 0, 0, 0);
    for _ in 0..500 {
        let tree = any_program().new_tree(&mut runner).expect("a program");
        match interpreter::run(&tree.current()).1 {
            Ending::Returned(_) => returned += 1,
            Ending::Exited => exited += 1,
            Ending::Crashed(panics) if panics.len() > 1 => replaced += 1,
            Ending::Crashed(_) => crashed += 1,
        }
    }
    let counts = [returned, exited, crashed, replaced];
    assert!(counts.iter().all(|&count| count > 10), "{counts:?}");
}
