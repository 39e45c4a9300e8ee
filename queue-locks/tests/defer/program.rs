//! Programs that do nothing but defer, panic, recover, exit and call.

use proptest::collection::vec;
use proptest::prelude::*;

/// One statement of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Statement {
    /// Says something.
    Say(u8),
    /// Defers a call of the function, with an argument evaluated now.
    Defer(usize),
    /// The same in a loop, often enough to leave the frame's room.
    DeferTenTimes(usize),
    /// Calls the function and says what it returned.
    Call(usize),
    /// Panics, as Go does.
    Panic(u8),
    /// Panics, as an index out of range does: a panic of the language.
    RuntimeError(u8),
    /// Recovers, if there is what and if it may; says what.
    Recover,
    /// Ends the goroutine.
    Goexit,
    /// Returns the value.
    Return(u8),
}

/// Functions by number; 0 is the outermost. A function only refers to those
/// with higher numbers, so that each program ends.
pub(crate) type Program = Vec<Vec<Statement>>;

/// What a program did, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A function began, with its number and argument.
    Enter(usize, usize),
    /// A `Say`.
    Said(u8),
    /// What a `Recover` got.
    Recovered(Option<u8>),
    /// What a `Call` got.
    Returned(u8),
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It returned.
    Returned(u8),
    /// It called goexit.
    Exited,
    /// Panics, oldest first: the value, if nobody took it, and whether it was
    /// recovered.
    Crashed(Vec<(Option<u8>, bool)>),
}

/// What a program did and how it ended.
pub(crate) type Run = (Vec<Event>, Ending);

/// What a function returns that says nothing else.
pub(crate) const FELL_OFF: u8 = 255;

/// Any program of up to six functions that makes at most 200 calls.
pub(crate) fn any_program() -> impl Strategy<Value = Program> {
    let programs = (1..=6_usize).prop_flat_map(|count| {
        let functions = (0..count).map(|number| {
            let statement = any_statement(number, count);
            vec(statement, 0..6).boxed()
        });
        functions.collect::<Vec<_>>()
    });
    programs.prop_filter("too long", |program| calls(program) <= 200)
}

/// How many calls a program can make.
fn calls(program: &Program) -> usize {
    let mut calls = vec![1; program.len()];
    for (number, body) in program.iter().enumerate().rev() {
        let more = body.iter().map(|&statement| match statement {
            Statement::Defer(other) | Statement::Call(other) => calls[other],
            Statement::DeferTenTimes(other) => 10 * calls[other],
            _ => 0,
        });
        calls[number] += more.sum::<usize>();
    }
    calls[0]
}

fn any_statement(number: usize, count: usize) -> BoxedStrategy<Statement> {
    let leaf = prop_oneof![
        2 => any::<u8>().prop_map(Statement::Say),
        2 => any::<u8>().prop_map(Statement::Panic),
        1 => any::<u8>().prop_map(Statement::RuntimeError),
        4 => Just(Statement::Recover),
        1 => Just(Statement::Goexit),
        1 => any::<u8>().prop_map(Statement::Return),
    ];
    if number + 1 == count {
        return leaf.boxed();
    }
    let other = number + 1..count;
    prop_oneof![
        4 => leaf,
        6 => other.clone().prop_map(Statement::Defer),
        1 => other.clone().prop_map(Statement::DeferTenTimes),
        3 => other.prop_map(Statement::Call),
    ]
    .boxed()
}
