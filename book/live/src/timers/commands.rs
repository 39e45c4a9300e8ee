//! The commands of timers.

use crate::program::{Command, ProgramError, Words};

/// The latest deadline: two digits, so that tiles stay small.
pub const LATEST: i64 = 99;

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Starts the timer of this name.
    Start(String, i64),
    /// Gives it another deadline.
    Reset(String, i64),
    /// Takes it out.
    Stop(String),
    /// Sets the clock.
    Advance(i64),
}

/// Reads a program.
///
/// # Errors
///
/// At the first word that is no part of a command.
///
/// ```
/// let error = live::timers::parse("start a 20\nstart b soon").unwrap_err();
/// assert_eq!((error.line, error.column), (2, 9));
/// ```
pub fn parse(text: &str) -> Result<Vec<Command<Action>>, ProgramError> {
    crate::program::parse(text, action)
}

fn action(verb: &str, line: &mut Words<'_>) -> Result<Action, ProgramError> {
    match verb {
        "start" => Ok(Action::Start(name(line)?, time(line, "a deadline")?)),
        "reset" => Ok(Action::Reset(name(line)?, time(line, "a deadline")?)),
        "stop" => Ok(Action::Stop(name(line)?)),
        "advance" => Ok(Action::Advance(time(line, "a time")?)),
        _ => {
            let known = "start, reset, stop or advance";
            line.error(format!("\"{verb}\" is not {known}"))
        }
    }
}

fn name(line: &mut Words<'_>) -> Result<String, ProgramError> {
    line.name("the name of a timer", (8, "eight"))
}

fn time(line: &mut Words<'_>, what: &str) -> Result<i64, ProgramError> {
    let word = line.need(what)?;
    match word.parse() {
        Ok(time) if (1..=LATEST).contains(&time) => Ok(time),
        _ => line
            .error(format!("\"{word}\" is not {what} between 1 and {LATEST}")),
    }
}
