//! Push, pop and remove, against the oracle.

use std::collections::BTreeMap;
use std::fmt;

use fastrand::Rng;
use timer_heap::heap::Sift;

use super::timers::{Timers, Unlink};
use crate::panics::caught;
use crate::report::Report;
use crate::sequence;

/// How many sequences are tried; few where the judge itself is tested, without
/// optimisation.
const CASES: usize = if cfg!(test) { 600 } else { 3_000 };

/// What is done to the timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Adds one with this deadline.
    Push(i64),
    /// Takes the first one out.
    Pop,
    /// Takes one out by its number.
    Remove(usize),
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Push(when) => write!(f, "push {when}"),
            Self::Pop => write!(f, "pop"),
            Self::Remove(timer) => write!(f, "remove #{timer}"),
        }
    }
}

impl sequence::Operation for Operation {
    fn smaller(&self) -> Vec<Self> {
        match *self {
            Self::Push(when) => (0..when).map(Self::Push).collect(),
            Self::Pop => Vec::new(),
            Self::Remove(timer) => (0..timer).map(Self::Remove).collect(),
        }
    }
}

/// Which operations a stage has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Push alone.
    Up,
    /// Pop too.
    Down,
    /// Remove too.
    Remove,
}

impl Stage {
    fn draw(self, rng: &mut Rng) -> Operation {
        // Pushes are in the majority, so that the tree gets three levels.
        let most = match self {
            Self::Up => 4,
            Self::Down => 6,
            Self::Remove => 8,
        };
        match rng.u32(0..most) {
            0..4 => Operation::Push(rng.i64(0..100)),
            4..6 if self == Self::Down => Operation::Pop,
            4 => Operation::Pop,
            _ => Operation::Remove(rng.usize(0..24)),
        }
    }
}

/// The timers, and the oracle: which timer has which deadline.
#[derive(Default)]
struct Pair {
    timers: Timers,
    oracle: BTreeMap<usize, i64>,
}

impl Pair {
    fn apply<S: Unlink>(&mut self, operation: Operation) -> Result<(), String> {
        match operation {
            Operation::Push(when) => {
                let timer = self.timers.push::<S>(when);
                self.oracle.insert(timer, when);
            }
            Operation::Pop => self.pop::<S>()?,
            Operation::Remove(timer) => {
                let expected = self.oracle.remove(&timer).is_some();
                let was_there = self.timers.remove::<S>(timer);
                if was_there != expected {
                    return Err(format!(
                        "remove returned {was_there}, and {expected} is right"
                    ));
                }
            }
        }
        self.compare()
    }

    fn pop<S: Sift>(&mut self) -> Result<(), String> {
        let popped = self.timers.pop::<S>();
        let first = self.oracle.values().min().copied();
        if popped.map(|it| it.0) != first {
            return Err(format!(
                "popped {}, and the first deadline was {}",
                in_words(popped.map(|it| it.0)),
                in_words(first)
            ));
        }
        if let Some((_, timer)) = popped {
            self.oracle.remove(&timer);
        }
        Ok(())
    }

    /// The same timers are in both, and everything is where it belongs.
    fn compare(&self) -> Result<(), String> {
        let mut entries: Vec<_> =
            self.timers.tree.iter().map(|&(when, it)| (it, when)).collect();
        entries.sort_unstable();
        let expected = self.oracle.iter().map(|(&it, &when)| (it, when));
        for (timer, when) in expected {
            let count = entries.iter().filter(|it| it.0 == timer).count();
            if count != 1 || !entries.contains(&(timer, when)) {
                return Err(format!(
                    "timer #{timer} is in the tree {count} times"
                ));
            }
        }
        if entries.len() != self.oracle.len() {
            return Err(format!(
                "{} timers are in the tree, and {} belong there",
                entries.len(),
                self.oracle.len()
            ));
        }
        self.timers.verify()
    }
}

fn in_words(when: Option<i64>) -> String {
    when.map_or_else(|| "nothing".into(), |when| when.to_string())
}

/// Tries random sequences of a stage's operations.
pub fn right<S: Unlink>(stage: Stage) -> Report {
    let found = sequence::find(
        CASES,
        |rng| stage.draw(rng),
        |operations| {
            let mut pair = Pair::default();
            operations.iter().try_for_each(|&it| pair.apply::<S>(it))
        },
    );
    match found {
        None => Report::passed(format!(
            "{CASES} random sequences agree with the oracle"
        )),
        Some(failing) => failing.report(told::<S>),
    }
}

/// Returns a failing sequence step by step, and the tree before and after
/// the last one.
fn told<S: Unlink>(operations: &[Operation]) -> Vec<String> {
    let mut lines = vec!["The shortest sequence that shows it:".to_owned()];
    let mut pair = Pair::default();
    let last = operations.len().saturating_sub(1);
    for (at, &operation) in operations.iter().enumerate() {
        lines.push(format!("  {}. {operation}", at + 1));
        if at == last {
            lines.push("The tree before the last step:".into());
            lines.extend(pair.timers.drawn());
        }
        // It is known already what goes wrong.
        let _ = caught(|| pair.apply::<S>(operation));
    }
    lines.push("The tree after it:".into());
    lines.extend(pair.timers.drawn());
    lines.push(
        "(a family a line, from its first position: deadline (#timer))"
            .to_owned(),
    );
    lines
}

#[cfg(test)]
mod tests {
    use timer_heap::heap::{Hole, Tree};

    use super::*;
    use crate::report::Verdict;

    #[test]
    fn the_hole_of_the_crate_is_right_in_each_stage() {
        for stage in [Stage::Up, Stage::Down, Stage::Remove] {
            let report = right::<Hole>(stage);
            assert!(report.is_passed(), "{report:?}");
        }
    }

    /// Moves up, and forgets to go down in a removal.
    struct OnlyUp;

    impl Sift for OnlyUp {
        fn up<T: Tree>(tree: &mut T, at: usize) {
            Hole::up(tree, at);
        }
        fn down<T: Tree>(tree: &mut T, at: usize) {
            Hole::down(tree, at);
        }
    }

    impl Unlink for OnlyUp {
        fn unlink(timers: &mut Timers, at: usize) {
            let removed = timers.tree[at].1;
            timers.back[removed] = super::super::timers::IDLE;
            let last = timers.tree.pop().expect("it is there");
            if at < timers.tree.len() {
                timers.put(at, last);
                Self::up(timers, at);
            }
        }
    }

    #[test]
    fn a_wrong_removal_is_told_with_its_shortest_sequence() {
        assert!(right::<OnlyUp>(Stage::Down).is_passed());
        let report = right::<OnlyUp>(Stage::Remove);
        assert_eq!(report.verdict, Verdict::Wrong, "{report:?}");
        assert!(report.says.contains("earlier than its parent"), "{report}");
        let steps = report.lines.iter().filter(|it| it.contains(". ")).count();
        assert!(steps <= 4, "{report:?}");
        let text = report.lines.join("\n");
        assert!(text.contains("The tree before the last step:"), "{text}");
        assert!(text.contains("  0: "), "{text}");
    }
}
