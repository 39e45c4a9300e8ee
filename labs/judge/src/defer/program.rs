//! Programs that do nothing but defer, panic, recover, exit and call.

use std::fmt;

use crate::sequence::Operation;

/// One statement of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Says something.
    Say(u8),
    /// Defers a call of the function. Its argument is how many events there
    /// are when it is deferred.
    Defer(usize),
    /// The same in a loop; the argument is the turn, from 0 to 9.
    DeferTenTimes(usize),
    /// Calls the function, and notes what it returned.
    Call(usize),
    /// Panics.
    Panic(u8),
    /// Recovers, if there is what and if it may, and notes what.
    Recover,
    /// Ends the goroutine.
    Goexit,
    /// Returns the value.
    Return(u8),
}

/// Functions by number; 0 is the outermost. A function only refers to those
/// with higher numbers, so that each program ends.
pub type Program = Vec<Vec<Statement>>;

/// What a program did, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
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
pub enum Ending {
    /// It returned.
    Returned(u8),
    /// It called goexit.
    Exited,
    /// Panics, oldest first: the value, if nobody took it, and whether it was
    /// recovered.
    Crashed(Vec<(Option<u8>, bool)>),
}

/// What a program did and how it ended.
pub type Run = (Vec<Event>, Ending);

/// What a function returns that says nothing else.
pub const FELL_OFF: u8 = 255;

/// How many functions a program has.
pub const FUNCTIONS: usize = 4;

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Say(value) => write!(f, "say {value}"),
            Self::Defer(other) => write!(f, "defer f{other}"),
            Self::DeferTenTimes(other) => write!(f, "defer f{other}, 10 times"),
            Self::Call(other) => write!(f, "call f{other}"),
            Self::Panic(value) => write!(f, "panic {value}"),
            Self::Recover => write!(f, "recover"),
            Self::Goexit => write!(f, "goexit"),
            Self::Return(value) => write!(f, "return {value}"),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enter(function, argument) => {
                write!(f, "enter f{function}({argument})")
            }
            Self::Said(value) => write!(f, "said {value}"),
            Self::Recovered(None) => write!(f, "recovered nothing"),
            Self::Recovered(Some(value)) => write!(f, "recovered {value}"),
            Self::Returned(value) => write!(f, "returned {value}"),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let panics = match self {
            Self::Returned(value) => return write!(f, "end: returned {value}"),
            Self::Exited => return write!(f, "end: exited"),
            Self::Crashed(panics) => panics,
        };
        write!(f, "end: crashed")?;
        for (value, is_recovered) in panics {
            let mark = if *is_recovered { " (recovered)" } else { "" };
            match value {
                Some(value) => write!(f, ", {value}{mark}")?,
                None => write!(f, ", taken{mark}")?,
            }
        }
        Ok(())
    }
}

/// A statement with the function that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of the function.
    pub function: usize,
    /// What is done there.
    pub statement: Statement,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "f{}: {}", self.function, self.statement)
    }
}

impl Operation for Line {
    fn smaller(&self) -> Vec<Self> {
        let &Self { function, statement } = self;
        let nearer = function + 1..;
        let statements: Vec<Statement> = match statement {
            Statement::Say(value) => (0..value).map(Statement::Say).collect(),
            Statement::Panic(value) => {
                (0..value).map(Statement::Panic).collect()
            }
            Statement::Return(value) => {
                (0..value).map(Statement::Return).collect()
            }
            Statement::Defer(other) => nearer
                .take_while(|it| *it < other)
                .map(Statement::Defer)
                .collect(),
            Statement::Call(other) => nearer
                .take_while(|it| *it < other)
                .map(Statement::Call)
                .collect(),
            Statement::DeferTenTimes(other) => vec![Statement::Defer(other)],
            Statement::Recover | Statement::Goexit => Vec::new(),
        };
        let line = |statement| Self { function, statement };
        statements.into_iter().map(line).collect()
    }
}

/// Returns the program that has these lines.
pub fn program(lines: &[Line]) -> Program {
    let mut program = vec![Vec::new(); FUNCTIONS];
    for line in lines {
        program[line.function].push(line.statement);
    }
    program
}

/// Returns how many calls a program can make.
pub fn calls(program: &Program) -> usize {
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
