//! Random operations, and the shortest sequence that fails.
//!
//! Sequences are short at first and grow, so that the one that is running when
//! the process hangs is short as a rule. It is written down before it runs:
//! [`last`] reads it after the process is gone.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{Seek, Write};
use std::path::Path;

use fastrand::Rng;

use crate::panics::{Panic, caught};
use crate::report::{Report, Verdict};

/// Where the sequence is written that runs.
pub const TRACE: &str = "LAB_TRACE";

/// The longest sequence that is drawn.
const LONGEST: usize = 64;

/// What can be done to a structure.
pub trait Operation: Clone + Display {
    /// Returns the same with smaller numbers, the smallest first.
    fn smaller(&self) -> Vec<Self>;
}

/// Why a sequence fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// What the structure did is not what the oracle did.
    Wrong(String),
    /// It panicked.
    Panicked(Panic),
}

/// A sequence that fails, with as few operations as were found.
#[derive(Clone, Debug)]
pub struct Failing<O> {
    /// The operations; the last one shows it.
    pub operations: Vec<O>,
    /// Why.
    pub failure: Failure,
}

impl<O> Failing<O> {
    /// Returns the report of it: why, and the lines that `told` makes of the
    /// operations, unless the code is not written yet.
    pub fn report(&self, told: impl FnOnce(&[O]) -> Vec<String>) -> Report {
        let report = match &self.failure {
            Failure::Wrong(wrong) => Report::new(Verdict::Wrong, wrong),
            Failure::Panicked(panic) => panic.report(),
        };
        if report.verdict == Verdict::Unwritten {
            return report;
        }
        report.with(told(&self.operations))
    }
}

/// Tries so many random sequences, and returns the shortest that fails.
///
/// The same sequences are drawn each time.
pub fn find<O: Operation>(
    cases: usize,
    draw: impl Fn(&mut Rng) -> O,
    check: impl Fn(&[O]) -> Result<(), String>,
) -> Option<Failing<O>> {
    let trace = std::env::var_os(TRACE).and_then(|it| File::create(it).ok());
    let failure = |operations: &[O]| {
        if let Some(file) = &trace {
            write_down(file, operations);
        }
        match caught(|| check(operations)) {
            Ok(Ok(())) => None,
            Ok(Err(wrong)) => Some(Failure::Wrong(wrong)),
            Err(panic) => Some(Failure::Panicked(panic)),
        }
    };
    let mut rng = Rng::with_seed(1);
    for case in 0..cases {
        let length = 1 + case * LONGEST / cases;
        let operations: Vec<O> = (0..length).map(|_| draw(&mut rng)).collect();
        if failure(&operations).is_some() {
            let operations = shortest(operations, |it| failure(it).is_some());
            let failure = failure(&operations)?;
            return Some(Failing { operations, failure });
        }
    }
    None
}

/// Writes the operations over those before, a line that ends. The file stays
/// open: to make it anew each time would wait for the disk.
fn write_down<O: Display>(mut file: &File, operations: &[O]) {
    let line = in_words(operations) + "\n";
    // What cannot be written is not shown.
    let _ = file.rewind().and_then(|()| file.write_all(line.as_bytes()));
}

/// Returns the operations with commas between.
fn in_words<O: Display>(operations: &[O]) -> String {
    let words: Vec<String> =
        operations.iter().map(ToString::to_string).collect();
    words.join(", ")
}

/// Returns the sequence that was running when the process ended.
pub fn last(trace: &Path) -> Option<String> {
    let text = fs::read_to_string(trace).ok()?;
    text.lines().next().map(str::to_owned)
}

/// More operations are too many to try each two of them.
const SHORT: usize = 24;

/// Leaves operations out, and makes numbers small, as long as it still fails.
fn shortest<O: Operation>(
    mut best: Vec<O>,
    fails: impl Fn(&[O]) -> bool,
) -> Vec<O> {
    loop {
        best = smaller(fewer(best, &fails), &fails);
        let is_short = best.len() <= SHORT;
        match is_short.then(|| without_one(&best, &fails)).flatten() {
            None => return best,
            Some(shorter) => best = shorter,
        }
    }
}

/// Leaves out as many as it can at a time.
fn fewer<O: Operation>(
    mut best: Vec<O>,
    fails: &impl Fn(&[O]) -> bool,
) -> Vec<O> {
    let mut step = best.len();
    while step > 0 {
        let mut at = 0;
        let before = best.len();
        while at < best.len() {
            let mut fewer = best.clone();
            fewer.drain(at..best.len().min(at + step));
            if fails(&fewer) {
                best = fewer;
            } else {
                at += step;
            }
        }
        if best.len() == before {
            step /= 2;
        }
    }
    best
}

/// Makes numbers small.
fn smaller<O: Operation>(
    mut best: Vec<O>,
    fails: &impl Fn(&[O]) -> bool,
) -> Vec<O> {
    for at in 0..best.len() {
        for smaller in best[at].smaller() {
            let mut tried = best.clone();
            tried[at] = smaller;
            if fails(&tried) {
                best = tried;
                break;
            }
        }
    }
    best
}

/// Leaves out one operation, and with it another; or makes another smaller,
/// which may be a number that counts those before it.
fn without_one<O: Operation>(
    best: &[O],
    fails: &impl Fn(&[O]) -> bool,
) -> Option<Vec<O>> {
    for at in 0..best.len() {
        let mut rest = best.to_vec();
        rest.remove(at);
        for other in 0..rest.len() {
            let mut fewer = rest.clone();
            fewer.remove(other);
            if fails(&fewer) {
                return Some(fewer);
            }
            for smaller in rest[other].smaller() {
                let mut tried = rest.clone();
                tried[other] = smaller;
                if fails(&tried) {
                    return Some(tried);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Add(u32);

    impl Display for Add {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "add {}", self.0)
        }
    }

    impl Operation for Add {
        fn smaller(&self) -> Vec<Self> {
            (0..self.0).map(Add).collect()
        }
    }

    fn draw(rng: &mut Rng) -> Add {
        Add(rng.u32(0..100))
    }

    #[test]
    fn what_never_fails_is_not_found() {
        assert!(find(100, draw, |_: &[Add]| Ok(())).is_none());
    }

    #[test]
    fn the_shortest_is_found() {
        // Two numbers above 20, in this order.
        let check = |all: &[Add]| {
            let above = all.iter().filter(|it| it.0 > 20).count();
            if above < 2 { Ok(()) } else { Err("two above 20".to_owned()) }
        };
        let found = find(100, draw, check).expect("it fails");
        assert_eq!(found.operations, [Add(21), Add(21)]);
        assert_eq!(found.failure, Failure::Wrong("two above 20".into()));
    }

    /// As a timer that is removed by its number.
    #[test]
    fn a_number_that_counts_those_before_it_does_not_keep_them() {
        let check = |all: &[Add]| {
            let is_own =
                |(at, it): (usize, &Add)| at > 1 && it.0 as usize == at;
            let found = all.iter().enumerate().any(is_own);
            if found { Err("its own place".to_owned()) } else { Ok(()) }
        };
        let found = find(100, draw, check).expect("it fails");
        assert_eq!(found.operations, [Add(0), Add(0), Add(2)]);
    }

    #[test]
    fn a_panic_is_a_failure() {
        let check = |all: &[Add]| {
            assert!(all.iter().all(|it| it.0 < 50), "too large");
            Ok(())
        };
        let found = find(100, draw, check).expect("it fails");
        assert_eq!(found.operations, [Add(50)]);
        let Failure::Panicked(panic) = found.failure else { panic!() };
        assert_eq!(panic.message, "too large");
    }
}
