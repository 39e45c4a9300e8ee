//! What a random program is, and what it shows.

use proptest::collection::vec;
use proptest::prelude::*;

/// What a program or a callback does. Numbers name a timer, a channel or a
/// future by its turn, as often around as needed.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Starts a timer, whose callback does this each time.
    Start {
        after: i64,
        then: Vec<Self>,
    },
    Stop(usize),
    Reset(usize, i64),
    Cancel(usize),
    /// Drops the handle.
    Release(usize),
    Channel(i64),
    Ticker(i64),
    Receive(usize),
    StopChannel(usize),
    ResetChannel(usize, i64),
    Sleep(i64),
    Poll(usize),
    DropSleep(usize),
    Panic,
    ShutDown,
}

/// How a clock is moved.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pass {
    Advance,
    Skip,
    Jump,
}

/// One thing after the other; after each act time passes so far, or not.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) pass: Pass,
    pub(crate) steps: Vec<(Act, Option<i64>)>,
}

/// What can be seen from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Fired { timer: usize, now: i64 },
    Was(bool),
    Received(Option<i64>),
    Ready { is_ready: bool, was_woken: bool },
    After { pending: usize, now: i64 },
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Program,
    Callback,
}

impl Whose {
    /// A callback may run before a future that is due is woken.
    pub(crate) fn sees_wakes(self) -> bool {
        self == Self::Program
    }
}

/// How often a callback does what it does. More would never end.
pub(crate) const MOST_CALLS: usize = 2;

/// How many calls a program has before it is left out.
pub(crate) const MOST_FIRED: usize = 300;

/// Nanoseconds, a few or centuries.
fn duration() -> impl Strategy<Value = i64> {
    (1_u32..60, 0..i64::MAX).prop_map(|(shift, bits)| bits >> shift)
}

fn act() -> impl Strategy<Value = Act> {
    let which = || 0_usize..16;
    let simple = prop_oneof![
        3 => duration().prop_map(start),
        2 => which().prop_map(Act::Stop),
        3 => (which(), duration()).prop_map(|(it, d)| Act::Reset(it, d)),
        1 => which().prop_map(Act::Cancel),
        1 => which().prop_map(Act::Release),
        1 => duration().prop_map(Act::Channel),
        1 => duration().prop_map(|d| Act::Ticker(d.max(1))),
        2 => which().prop_map(Act::Receive),
        1 => which().prop_map(Act::StopChannel),
        1 => (which(), duration())
            .prop_map(|(it, d)| Act::ResetChannel(it, d.max(1))),
        1 => duration().prop_map(Act::Sleep),
        3 => which().prop_map(Act::Poll),
        1 => which().prop_map(Act::DropSleep),
        1 => Just(Act::Panic),
    ];
    let simple = prop_oneof![200 => simple, 1 => Just(Act::ShutDown)];
    simple.prop_recursive(3, 12, 4, |inner| {
        (duration(), vec(inner, 0..4))
            .prop_map(|(after, then)| Act::Start { after, then })
    })
}

fn start(after: i64) -> Act {
    Act::Start { after, then: Vec::new() }
}

pub(crate) fn program(pass: Pass) -> impl Strategy<Value = Program> {
    let step = (act(), proptest::option::of(duration()));
    vec(step, 0..30).prop_map(move |steps| Program { pass, steps })
}
