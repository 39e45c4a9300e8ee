//! The shortest sequence of operations that still fails, in a line or two.
//!
//! Proptest's own way to cut a sequence down prints each operation on lines of
//! its own, and cannot remove a timer together with all that is done to it.

use std::cell::Cell;
use std::fmt::Write;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use timer_heap::queue::HandleQueue;

use crate::sequences::{Operation, Operations, compare};

thread_local! {
    /// Set while sequences are tried whose failure is no news.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Demands that a queue agrees with the oracle. If it does not, the message
/// has the shortest sequence that was found.
pub(crate) fn agree<Q: HandleQueue<usize>>(
    new: impl Fn() -> Q,
    operations: &Operations,
) {
    let failure = |ops: &[Operation]| message(|| compare(new(), ops));
    if failure(&operations.0).is_none() {
        return;
    }
    let shortest = shortest(&operations.0, |ops| failure(ops).is_some());
    let message = failure(&shortest).expect("it fails each time");
    panic!("{message}, after:\n{}", in_words(&shortest));
}

/// Returns what `run` says when it panics.
fn message(run: impl FnOnce()) -> Option<String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(run));
    QUIET.set(false);
    let payload = outcome.err()?;
    let text = payload.downcast_ref::<String>().cloned();
    Some(text.unwrap_or_else(|| "a panic".to_owned()))
}

/// Removes operations, and makes durations small, as long as it still fails.
fn shortest(
    operations: &[Operation],
    fails: impl Fn(&[Operation]) -> bool,
) -> Vec<Operation> {
    let mut best = operations.to_vec();
    let mut step = best.len();
    while step > 0 {
        let before = best.len();
        let mut at = 0;
        while at < best.len() {
            let end = best.len().min(at + step);
            let fewer = without(&best, at..end);
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
    for at in 0..best.len() {
        let duration = best[at].duration().unwrap_or(0);
        // Small ones first, then fewer and fewer bits taken off.
        let halves = (1..62).rev().map(|shift| duration >> shift);
        let small = (0..10).chain(halves.filter(|&half| half > 9));
        for smaller in small.filter(|&small| small < duration.max(10)) {
            let mut tried = best.clone();
            tried[at].set_duration(smaller);
            if fails(&tried) {
                best = tried;
                break;
            }
        }
    }
    best
}

/// Takes operations out, and with each start all that is done to its timer.
/// The timers after it move up.
fn without(operations: &[Operation], range: Range<usize>) -> Vec<Operation> {
    let mut kept = Vec::new();
    // The new number of each timer, or none if it is gone.
    let mut numbers: Vec<Option<usize>> = Vec::new();
    let mut started = 0;
    for (at, operation) in operations.iter().enumerate() {
        let stays = !range.contains(&at);
        if matches!(operation, Operation::Insert { .. }) {
            numbers.push(stays.then_some(started));
            started += usize::from(stays);
        }
        let mut operation = operation.clone();
        if let Some(timer) = operation.timer_mut() {
            match numbers.get(*timer) {
                Some(Some(number)) => *timer = *number,
                // It acts on nothing.
                _ => continue,
            }
        }
        if stays {
            kept.push(operation);
        }
    }
    kept
}

/// Writes a sequence as `start a 5 / stop a / advance 7`.
fn in_words(operations: &[Operation]) -> String {
    let mut text = String::new();
    let mut width = 0;
    let mut started = 0;
    for (at, operation) in operations.iter().enumerate() {
        let word = word(operation, &mut started);
        if at > 0 {
            let breaks = width + word.len() > 72;
            text += if breaks { " /\n" } else { " / " };
            width = if breaks { 0 } else { width + 3 };
        }
        width += word.len();
        text += &word;
    }
    text
}

fn word(operation: &Operation, started: &mut usize) -> String {
    match *operation {
        Operation::Insert { when } => {
            *started += 1;
            format!("start {} {when}", name(*started - 1))
        }
        Operation::Arm { timer, when } => {
            format!("reset {} {when}", name(timer))
        }
        Operation::Disarm { timer } => format!("stop {}", name(timer)),
        Operation::Remove { timer } => format!("remove {}", name(timer)),
        Operation::Release { timer } => format!("drop {}", name(timer)),
        Operation::Pass { by } => format!("advance {by}"),
    }
}

/// Names timers a to z, then a1 and so on.
fn name(timer: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(timer % 26).expect("a letter"));
    let mut name = String::from(letter);
    if timer >= 26 {
        let _ = write!(name, "{}", timer / 26);
    }
    name
}

#[test]
fn a_sequence_is_cut_down_with_its_timers() {
    let start = |when| Operation::Insert { when };
    let sequence = [
        start(700),
        Operation::Disarm { timer: 0 },
        start(80),
        start(90),
        Operation::Arm { timer: 2, when: 300 },
        Operation::Pass { by: 1_000 },
    ];
    // It fails if any timer is reset, and then time passes by 3 at least.
    let fails = |ops: &[Operation]| {
        let reset = |op: &Operation| matches!(op, Operation::Arm { .. });
        let passed = |op: &Operation| matches!(op, Operation::Pass { by: 3.. });
        let at = ops.iter().position(reset);
        at.is_some_and(|at| ops[at..].iter().any(passed))
    };
    let shortest = shortest(&sequence, fails);
    assert_eq!(in_words(&shortest), "start a 0 / reset a 0 / advance 3");
}

#[test]
fn timers_after_the_twenty_sixth_have_names_too() {
    assert_eq!([0, 25, 26, 53].map(name), ["a", "z", "a1", "b2"]);
}
