//! Programs of the page: one command a line, its words separated by spaces.
//!
//! What follows a `#` is for the reader. Each language has its commands:
//! see [`timers`](crate::timers), [`objects`](crate::objects) and
//! [`defers`](crate::defers).

use serde::Serialize;

/// More commands than anyone watches.
const MOST_COMMANDS: usize = 200;

/// A command and the line it stands on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command<A> {
    /// What is to be done.
    pub action: A,
    /// Where it stands.
    pub line: usize,
    /// The column of its last word, counted from 1.
    pub column: usize,
}

impl<A> Command<A> {
    /// Returns the error that it cannot be done.
    pub(crate) fn error(&self, message: String) -> ProgramError {
        ProgramError { line: self.line, column: self.column, message }
    }
}

/// What is wrong with a program, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProgramError {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
    /// What is wrong, and what is possible.
    pub message: String,
}

/// Reads a program; `action` is given the first word of each command.
///
/// # Errors
///
/// At the first word that is no part of a command.
pub(crate) fn parse<A>(
    text: &str,
    action: fn(&str, &mut Words<'_>) -> Result<A, ProgramError>,
) -> Result<Vec<Command<A>>, ProgramError> {
    let mut commands = Vec::new();
    for (number, text) in text.lines().enumerate() {
        let code = text.split('#').next().unwrap_or_default();
        let mut line = Words::new(number + 1, code);
        let Some(verb) = line.next() else {
            continue;
        };
        let action = action(verb, &mut line)?;
        let (column, line) = (line.last, line.finish()?);
        commands.push(Command { action, line, column });
    }
    Ok(commands)
}

/// Does each command in turn.
///
/// # Errors
///
/// Where a command does not fit what was done before.
pub(crate) fn each<A>(
    program: &[Command<A>],
    mut act: impl FnMut(&A) -> Result<(), String>,
) -> Result<(), ProgramError> {
    for (number, command) in program.iter().enumerate() {
        let outcome = if number < MOST_COMMANDS {
            act(&command.action)
        } else {
            Err(format!("no more than {MOST_COMMANDS} commands"))
        };
        outcome.map_err(|message| command.error(message))?;
    }
    Ok(())
}

/// The words of a line, and where they are.
pub(crate) struct Words<'a> {
    number: usize,
    /// Each word with its column, the last one first.
    words: Vec<(usize, &'a str)>,
    /// The column of the last word taken, or of the end.
    last: usize,
    end: usize,
}

impl<'a> Words<'a> {
    fn new(number: usize, code: &'a str) -> Self {
        let mut words = Vec::new();
        let mut start = None;
        let stop = (code.len(), ' ');
        for (at, c) in code.char_indices().chain([stop]) {
            match (start, c.is_whitespace()) {
                (None, false) => start = Some(at),
                (Some(from), true) => {
                    let column = code[..from].chars().count() + 1;
                    words.push((column, &code[from..at]));
                    start = None;
                }
                _ => {}
            }
        }
        words.reverse();
        Self { number, words, last: 1, end: code.chars().count() + 1 }
    }

    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let (column, word) = self.words.pop()?;
        self.last = column;
        Some(word)
    }

    /// Returns the next word, or the error that `what` is missing.
    pub(crate) fn need(&mut self, what: &str) -> Result<&'a str, ProgramError> {
        if let Some(word) = self.next() {
            return Ok(word);
        }
        self.last = self.end;
        self.error(format!("{what} is missing"))
    }

    /// Returns the line's number, if there is no more word.
    fn finish(mut self) -> Result<usize, ProgramError> {
        match self.next() {
            None => Ok(self.number),
            Some(word) => self.error(format!("\"{word}\" is too much")),
        }
    }

    /// Returns an error at the last word.
    pub(crate) fn error<T>(&self, message: String) -> Result<T, ProgramError> {
        Err(ProgramError { line: self.number, column: self.last, message })
    }
}
