//! Random programs of timers whose callbacks act on timers, in every
//! generation, against a model that searches for the first timer.
//!
//! `PROPTEST_CASES=1000000 cargo test --release -p timer-heap --test programs`
//! runs a million of each kind.
#![cfg(not(loom))]

#[path = "../common/mod.rs"]
mod common;
mod model;
mod program;
mod world;

use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use timer_heap::Generation;

use model::Model;
use program::{Pass, Program, program};
use world::World;

/// Runs a program in every generation. Returns false, without a look, if the
/// model finds two timers due at the same time: their order is no promise.
fn agree(program: &Program) -> bool {
    let Some(expected) = Model::run(program) else { return false };
    for generation in Generation::ALL {
        let seen = World::run(generation, program);
        assert_eq!(seen, expected, "{generation}");
    }
    true
}

/// A quick generator: without optimization the default one takes a quarter of
/// the time.
fn quick() -> ProptestConfig {
    let rng_algorithm = RngAlgorithm::XorShift;
    ProptestConfig { rng_algorithm, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn a_clock_that_advances_fires_as_the_model(p in program(Pass::Advance)) {
        agree(&p);
    }

    #[test]
    fn a_clock_that_skips_fires_as_the_model(p in program(Pass::Skip)) {
        agree(&p);
    }

    #[test]
    fn a_clock_that_jumps_fires_as_the_model(p in program(Pass::Jump)) {
        agree(&p);
    }
}

/// A comparison that leaves every program out would find nothing.
#[test]
fn most_programs_are_compared() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let compared = (0..64).filter(|_| {
        let tree = program(Pass::Skip).new_tree(&mut runner);
        agree(&tree.expect("nothing is rejected").current())
    });
    assert!(compared.count() > 32);
}
