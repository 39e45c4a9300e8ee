//! One thread, against a model of three numbers.

use std::fmt;

use fastrand::Rng;

use super::lock::{Closed, FdLock, Release, Side};
use crate::panics::caught;
use crate::report::Report;
use crate::sequence;

/// How many sequences are tried.
const CASES: usize = 2_000;

/// What is done to the word. What would wait for ever, or gives back what was
/// not taken, is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Takes a reference.
    Incref,
    /// Gives one back.
    Decref,
    /// Closes.
    Close,
    /// Takes a lock that is free.
    Lock(Side),
    /// Gives back a lock that is taken.
    Unlock(Side),
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incref => write!(f, "incref"),
            Self::Decref => write!(f, "decref"),
            Self::Close => write!(f, "close"),
            Self::Lock(side) => write!(f, "lock {side:?}"),
            Self::Unlock(side) => write!(f, "unlock {side:?}"),
        }
    }
}

impl sequence::Operation for Operation {
    fn smaller(&self) -> Vec<Self> {
        Vec::new()
    }
}

fn draw(rng: &mut Rng, has_locks: bool) -> Operation {
    let side = if rng.bool() { Side::Read } else { Side::Write };
    match rng.u32(0..if has_locks { 12 } else { 7 }) {
        0..3 => Operation::Incref,
        3..6 => Operation::Decref,
        6 => Operation::Close,
        7..10 => Operation::Lock(side),
        _ => Operation::Unlock(side),
    }
}

/// What the word must say.
#[derive(Clone, Copy, Default)]
struct Model {
    is_closed: bool,
    references: u64,
    locks: [bool; 2],
}

impl Model {
    fn word(&self) -> u64 {
        u64::from(self.is_closed)
            | u64::from(self.locks[0]) << 1
            | u64::from(self.locks[1]) << 2
            | self.references << 3
    }

    /// References that belong to no lock.
    fn free(&self) -> u64 {
        self.references - self.locks.iter().filter(|it| **it).count() as u64
    }

    fn take(&mut self) -> Result<(), Closed> {
        if self.is_closed {
            return Err(Closed);
        }
        self.references += 1;
        Ok(())
    }

    fn give_back(&mut self) -> Release {
        self.references -= 1;
        if self.is_closed && self.references == 0 {
            Release::Last
        } else {
            Release::InUse
        }
    }
}

/// What an operation answers.
#[derive(Debug, PartialEq)]
enum Answer {
    Nothing,
    Taken(Result<(), Closed>),
    Given(Release),
}

/// The reader's lock, and the model.
#[derive(Default)]
struct Pair<L> {
    lock: L,
    model: Model,
}

impl<L: FdLock> Pair<L> {
    fn expected(&mut self, operation: Operation) -> Answer {
        let model = &mut self.model;
        match operation {
            Operation::Incref => Answer::Taken(model.take()),
            Operation::Decref if model.free() == 0 => Answer::Nothing,
            Operation::Decref => Answer::Given(model.give_back()),
            Operation::Close => {
                let taken = model.take();
                model.is_closed = true;
                Answer::Taken(taken)
            }
            Operation::Lock(side) => {
                let is_taken = model.locks[side as usize];
                if is_taken && !model.is_closed {
                    return Answer::Nothing;
                }
                let taken = model.take();
                model.locks[side as usize] |= taken.is_ok();
                Answer::Taken(taken)
            }
            Operation::Unlock(side) if !model.locks[side as usize] => {
                Answer::Nothing
            }
            Operation::Unlock(side) => {
                model.locks[side as usize] = false;
                Answer::Given(model.give_back())
            }
        }
    }

    fn answer(&self, operation: Operation) -> Answer {
        match operation {
            Operation::Incref => Answer::Taken(self.lock.incref()),
            Operation::Decref => Answer::Given(self.lock.decref()),
            Operation::Close => Answer::Taken(self.lock.close()),
            Operation::Lock(side) => Answer::Taken(self.lock.lock(side)),
            Operation::Unlock(side) => Answer::Given(self.lock.unlock(side)),
        }
    }

    fn apply(&mut self, operation: Operation) -> Result<(), String> {
        let expected = self.expected(operation);
        if expected == Answer::Nothing {
            return Ok(());
        }
        let answer = self.answer(operation);
        if answer != expected {
            return Err(format!(
                "{operation} answered {answer:?}, and {expected:?} is right"
            ));
        }
        let (word, right) = (self.lock.word(), self.model.word());
        if word != right {
            return Err(format!(
                "after {operation} the word is {}, and {} is right",
                in_words(word),
                in_words(right)
            ));
        }
        Ok(())
    }
}

/// Returns what a word says.
fn in_words(word: u64) -> String {
    let mut parts = Vec::new();
    for (bit, name) in [(0, "closed"), (1, "read lock"), (2, "write lock")] {
        if word >> bit & 1 == 1 {
            parts.push(name.to_owned());
        }
    }
    let count = |shift: u32| word >> shift & ((1 << 20) - 1);
    parts.push(format!("{} references", count(3)));
    for (shift, name) in [(23, "waiting readers"), (43, "waiting writers")] {
        if count(shift) > 0 {
            parts.push(format!("{} {name}", count(shift)));
        }
    }
    format!("[{}]", parts.join(", "))
}

/// Tries random sequences, with locks or without.
pub fn right<L: FdLock>(has_locks: bool) -> Report {
    let found = sequence::find(
        CASES,
        |rng| draw(rng, has_locks),
        |operations| {
            let mut pair = Pair::<L>::default();
            operations.iter().try_for_each(|&it| pair.apply(it))
        },
    );
    match found {
        None => Report::passed(format!(
            "{CASES} random sequences agree with the model"
        )),
        Some(failing) => failing.report(told::<L>),
    }
}

/// Returns a failing sequence, with the word after each step.
fn told<L: FdLock>(operations: &[Operation]) -> Vec<String> {
    let mut lines = vec!["The shortest sequence that shows it:".to_owned()];
    let mut pair = Pair::<L>::default();
    for (at, &operation) in operations.iter().enumerate() {
        // It is known already what goes wrong.
        let _ = caught(|| pair.apply(operation));
        let word = caught(|| in_words(pair.lock.word()));
        let word = word.unwrap_or_default();
        lines.push(format!("  {}. {operation:<13} {word}", at + 1));
    }
    lines
}

#[cfg(test)]
mod tests {
    use support::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::report::Verdict;

    /// For one thread, with a step to leave out.
    #[derive(Default)]
    struct Plain<const COUNTS: bool>(AtomicU64);

    impl<const COUNTS: bool> Plain<COUNTS> {
        fn take(&self, mark: u64) -> Result<(), Closed> {
            let word = self.0.load(Ordering::Relaxed);
            if word & 1 == 1 {
                return Err(Closed);
            }
            self.0.store((word | mark) + 8, Ordering::Relaxed);
            Ok(())
        }

        fn give(&self, mark: u64) -> Release {
            let word = (self.0.load(Ordering::Relaxed) & !mark) - 8;
            self.0.store(word, Ordering::Relaxed);
            let references = if COUNTS { word >> 3 } else { 0 };
            match (word & 1, references) {
                (1, 0) => Release::Last,
                _ => Release::InUse,
            }
        }
    }

    impl<const COUNTS: bool> FdLock for Plain<COUNTS> {
        fn incref(&self) -> Result<(), Closed> {
            self.take(0)
        }
        fn decref(&self) -> Release {
            self.give(0)
        }
        fn close(&self) -> Result<(), Closed> {
            self.take(1)
        }
        fn lock(&self, side: Side) -> Result<(), Closed> {
            self.take(2 << side as u64)
        }
        fn unlock(&self, side: Side) -> Release {
            self.give(2 << side as u64)
        }
        fn word(&self) -> u64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn a_right_word_passes_and_one_that_forgets_readers_does_not() {
        assert!(right::<Plain<true>>(false).is_passed());
        let report = right::<Plain<true>>(true);
        assert!(report.is_passed(), "{report:?}");
        let report = right::<Plain<false>>(false);
        assert_eq!(report.verdict, Verdict::Wrong);
        assert!(report.says.contains("Given(InUse) is right"), "{report}");
        let steps = &report.lines[1..];
        assert_eq!(steps.len(), 3, "{report:?}");
        assert!(steps[2].contains("[closed, 1 references]"), "{steps:?}");
    }
}
