//! Random sequences of operations, run on a queue and on the oracle.

use std::collections::BTreeSet;
use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use timer_heap::oracle::Oracle;
use timer_heap::queue::{Expired, HandleQueue, TimerId, TimerQueue};

/// What is done to a queue; `timer` counts all timers inserted so far.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Insert {
        when: i64,
    },
    Arm {
        timer: usize,
        when: i64,
    },
    Disarm {
        timer: usize,
    },
    Remove {
        timer: usize,
    },
    Release {
        timer: usize,
    },
    /// Time passes, and everything due expires.
    Pass {
        by: i64,
    },
}

impl Operation {
    /// Returns the timer that it acts on, if there is one already.
    pub(crate) fn timer_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::Arm { timer, .. }
            | Self::Disarm { timer }
            | Self::Remove { timer }
            | Self::Release { timer } => Some(timer),
            Self::Insert { .. } | Self::Pass { .. } => None,
        }
    }

    pub(crate) fn duration(&self) -> Option<i64> {
        match *self {
            Self::Insert { when } | Self::Arm { when, .. } => Some(when),
            Self::Pass { by } => Some(by),
            _ => None,
        }
    }

    pub(crate) fn set_duration(&mut self, duration: i64) {
        match self {
            Self::Insert { when } | Self::Arm { when, .. } => *when = duration,
            Self::Pass { by } => *by = duration,
            _ => {}
        }
    }
}

/// A sequence that is not printed: the message of a failure has a short one.
#[derive(Clone)]
pub(crate) struct Operations(pub(crate) Vec<Operation>);

impl fmt::Debug for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} operations, cut down above", self.0.len())
    }
}

/// Returns durations from nothing to the far future, as likely to be short as long.
fn duration() -> impl Strategy<Value = i64> {
    (0_u32..63, any::<i64>()).prop_map(|(shift, bits)| bits >> shift)
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let timer = || 0_usize..64;
    prop_oneof![
        4 => duration().prop_map(|when| Insert { when }),
        2 => (timer(), duration())
            .prop_map(|(timer, when)| Arm { timer, when }),
        1 => timer().prop_map(|timer| Disarm { timer }),
        1 => timer().prop_map(|timer| Remove { timer }),
        1 => timer().prop_map(|timer| Release { timer }),
        2 => duration().prop_map(|by| Pass { by: by.saturating_abs() }),
    ]
}

pub(crate) fn operations() -> impl Strategy<Value = Operations> {
    // It is cut down by other means.
    vec(operation(), 0..200).prop_map(Operations).no_shrink()
}

/// Returns operations between which time seldom passes.
pub(crate) fn hasty_operations() -> impl Strategy<Value = Vec<Operation>> {
    let passes = |op: &Operation| matches!(op, Operation::Pass { .. });
    let bursts = vec(vec(operation(), 0..150), 0..4);
    bursts.prop_map(move |bursts| {
        let mut all = Vec::new();
        for burst in bursts {
            let pass = burst.iter().find(|op| passes(op)).cloned();
            all.extend(burst.into_iter().filter(|op| !passes(op)));
            all.extend(pass);
        }
        all
    })
}

/// A queue with the handles it gave out, in order.
struct Subject<Q> {
    queue: Q,
    /// Marks a handle as dropped. Returns whether it is marked.
    release: fn(&mut Q, TimerId) -> bool,
    ids: Vec<TimerId>,
    now: i64,
}

/// What one operation answered.
#[derive(Debug, PartialEq)]
enum Answer {
    Nothing,
    Flag(bool),
    Value(Option<usize>),
    /// Deadlines in order; which timers; the order within one deadline is
    /// nobody's promise.
    Fired(Vec<i64>, BTreeSet<(i64, usize)>),
}

impl<Q: TimerQueue<usize>> Subject<Q> {
    fn new(queue: Q, release: fn(&mut Q, TimerId) -> bool) -> Self {
        let ids = Vec::new();
        Self { queue, release, ids, now: 0 }
    }

    /// Deadlines are relative, and may lie before now.
    fn deadline(&self, when: i64) -> i64 {
        self.now.saturating_add(when)
    }

    fn apply(&mut self, operation: &Operation) -> Answer {
        match *operation {
            Operation::Insert { when } => {
                let value = self.ids.len();
                let when = self.deadline(when);
                self.ids.push(self.queue.insert(when, value));
                Answer::Nothing
            }
            Operation::Pass { by } => {
                self.now = self.now.saturating_add(by);
                self.expire()
            }
            Operation::Arm { timer, .. }
            | Operation::Disarm { timer }
            | Operation::Remove { timer }
            | Operation::Release { timer } => match self.ids.get(timer) {
                Some(&id) => self.apply_to(id, operation),
                None => Answer::Nothing,
            },
        }
    }

    fn apply_to(&mut self, id: TimerId, operation: &Operation) -> Answer {
        match *operation {
            Operation::Arm { when, .. } => {
                let when = self.deadline(when);
                Answer::Flag(self.queue.arm(id, when))
            }
            Operation::Disarm { .. } => Answer::Flag(self.queue.disarm(id)),
            Operation::Remove { .. } => Answer::Value(self.queue.remove(id)),
            _ => Answer::Flag((self.release)(&mut self.queue, id)),
        }
    }

    fn expire(&mut self) -> Answer {
        let (mut order, mut timers) = (Vec::new(), BTreeSet::new());
        loop {
            match self.queue.expire(self.now) {
                Expired::Nothing => return Answer::Fired(order, timers),
                Expired::Busy => {}
                Expired::Due { id, when } => {
                    let value = *self.queue.get_mut(id).expect("it is kept");
                    order.push(when);
                    assert!(timers.insert((when, value)), "fired twice");
                }
            }
        }
    }

    /// Returns which timers are armed.
    fn armed(&self) -> Vec<bool> {
        self.ids.iter().map(|&id| self.queue.is_armed(id)).collect()
    }

    /// Returns which are, of those that an operation may have touched. To ask
    /// the oracle for all takes longer than all the rest.
    fn armed_after(&self, operation: &Operation) -> Vec<bool> {
        let touched = match *operation {
            Operation::Pass { .. } => return self.armed(),
            Operation::Insert { .. } => self.ids.last(),
            Operation::Arm { timer, .. }
            | Operation::Disarm { timer }
            | Operation::Remove { timer }
            | Operation::Release { timer } => self.ids.get(timer),
        };
        touched.map(|&id| self.queue.is_armed(id)).into_iter().collect()
    }
}

/// The oracle keeps no mark: every timer that exists can be marked.
fn exists(oracle: &mut Oracle<usize>, id: TimerId) -> bool {
    oracle.get_mut(id).is_some()
}

fn release(queue: &mut impl HandleQueue<usize>, id: TimerId) -> bool {
    queue.release(id);
    queue.is_released(id)
}

// ANCHOR: compare
/// Runs the operations on both and compares after every step.
pub(crate) fn compare(queue: impl HandleQueue<usize>, ops: &[Operation]) {
    let mut oracle = Subject::new(Oracle::default(), exists);
    let mut subject = Subject::new(queue, release);
    for operation in ops {
        let expected = oracle.apply(operation);
        assert_eq!(subject.apply(operation), expected, "{operation:?}");
        subject.queue.verify().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(subject.queue.len(), oracle.queue.len());
        let armed = oracle.armed_after(operation);
        assert_eq!(subject.armed_after(operation), armed, "{operation:?}");
        let first = oracle.queue.next();
        let look = subject.queue.next();
        assert_eq!(look.is_some(), first.is_some());
        assert!(look <= first, "slept past {first:?} until {look:?}");
    }
    assert_eq!(subject.armed(), oracle.armed());
}
// ANCHOR_END: compare

/// Like [`compare`], and never asks when to look again: what a queue puts off
/// until then stays put off.
pub(crate) fn compare_unasked(
    queue: impl HandleQueue<usize>,
    ops: &[Operation],
) {
    let mut oracle = Subject::new(Oracle::default(), exists);
    let mut subject = Subject::new(queue, release);
    for operation in ops {
        let expected = oracle.apply(operation);
        assert_eq!(subject.apply(operation), expected, "{operation:?}");
        subject.queue.verify().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(subject.queue.len(), oracle.queue.len());
        let armed = oracle.armed_after(operation);
        assert_eq!(subject.armed_after(operation), armed, "{operation:?}");
    }
    assert_eq!(subject.armed(), oracle.armed());
}
