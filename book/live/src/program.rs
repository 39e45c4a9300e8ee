//! The language of the page: one command a line.
//!
//! | command | does |
//! |---|---|
//! | `start NAME DEADLINE` | starts a timer |
//! | `reset NAME DEADLINE` | gives it another deadline, or starts it again |
//! | `stop NAME` | takes it out |
//! | `advance TIME` | the clock goes on; what is due fires |
//!
//! What stands behind `#` is for the reader.

use serde::Serialize;

/// The latest deadline: two digits, so that boxes stay small.
pub const LATEST: i64 = 99;

/// A command and the line it stands on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What is to be done.
    pub action: Action,
    /// Where it stands.
    pub line: usize,
    /// The column of its last word, counted from 1.
    pub column: usize,
}

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

/// Reads a program.
///
/// # Errors
///
/// At the first word that is no part of a command.
///
/// ```
/// let error = live::program::parse("start a 20\nstart b soon").unwrap_err();
/// assert_eq!((error.line, error.column), (2, 9));
/// ```
pub fn parse(text: &str) -> Result<Vec<Command>, ProgramError> {
    let mut commands = Vec::new();
    for (number, text) in text.lines().enumerate() {
        let code = text.split('#').next().unwrap_or_default();
        let mut line = Line::new(number + 1, code);
        if let Some(action) = command(&mut line)? {
            let column = line.last;
            let line = line.number;
            commands.push(Command {
                action,
                line,
                column,
            });
        }
    }
    Ok(commands)
}

fn command(line: &mut Line<'_>) -> Result<Option<Action>, ProgramError> {
    let Some(verb) = line.next() else {
        return Ok(None);
    };
    let action = match verb {
        "start" => Action::Start(line.name()?, line.time("a deadline")?),
        "reset" => Action::Reset(line.name()?, line.time("a deadline")?),
        "stop" => Action::Stop(line.name()?),
        "advance" => Action::Advance(line.time("a time")?),
        _ => {
            let known = "start, reset, stop or advance";
            return line.error(format!("\"{verb}\" is not {known}"));
        }
    };
    match line.next() {
        None => Ok(Some(action)),
        Some(word) => line.error(format!("\"{word}\" is too much")),
    }
}

/// The words of a line, and where they are.
struct Line<'a> {
    number: usize,
    /// Each word with its column, the last one first.
    words: Vec<(usize, &'a str)>,
    /// The column of the last word taken, or of the end.
    last: usize,
    end: usize,
}

impl<'a> Line<'a> {
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
        Self {
            number,
            words,
            last: 1,
            end: code.chars().count() + 1,
        }
    }

    fn next(&mut self) -> Option<&'a str> {
        let (column, word) = self.words.pop()?;
        self.last = column;
        Some(word)
    }

    fn need(&mut self, what: &str) -> Result<&'a str, ProgramError> {
        if let Some(word) = self.next() {
            return Ok(word);
        }
        self.last = self.end;
        self.error(format!("{what} is missing"))
    }

    fn name(&mut self) -> Result<String, ProgramError> {
        self.need("the name of a timer").map(str::to_owned)
    }

    fn time(&mut self, what: &str) -> Result<i64, ProgramError> {
        let word = self.need(what)?;
        match word.parse() {
            Ok(time) if (1..=LATEST).contains(&time) => Ok(time),
            _ => self.error(format!(
                "\"{word}\" is not {what} between 1 and {LATEST}"
            )),
        }
    }

    fn error<T>(&self, message: String) -> Result<T, ProgramError> {
        Err(ProgramError {
            line: self.number,
            column: self.last,
            message,
        })
    }
}
