//! Programs of the page: one command a line, its words separated by spaces.
//!
//! What follows a `#` is for the reader. Each language has its commands:
//! see [`timers`](crate::timers), [`objects`](crate::objects) and
//! [`defers`](crate::defers).

use serde::Serialize;

use crate::recording::Frame;

/// More commands than anyone watches.
const MOST_COMMANDS: usize = 200;

/// The letters of a word that an error shows.
const SHOWN: usize = 24;

/// A command and the line it stands on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command<A> {
    /// What is to be done.
    pub action: A,
    /// Where it is.
    pub line: usize,
    /// Its words, each with its column, counted from 1.
    pub words: Vec<(usize, String)>,
}

impl<A> Command<A> {
    /// Returns the error that it cannot be done, at the word that the message
    /// names last, or else at the last one.
    pub(crate) fn error(&self, message: String) -> ProgramError {
        let named = message.split_whitespace().rev().find_map(|part| {
            let mut words = self.words.iter().skip(1);
            words.find(|(_, word)| word == part)
        });
        let at = named.or(self.words.last());
        let column = at.map_or(1, |&(column, _)| column);
        ProgramError { line: self.line, column, message }
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
        let words = line.all.clone();
        let action = action(verb, &mut line)?;
        let line = line.finish()?;
        commands.push(Command { action, line, words });
    }
    Ok(commands)
}

/// Does each command in turn, and marks the frames that it adds to those of
/// the run with its line.
///
/// # Errors
///
/// Where a command does not fit what was done before.
pub(crate) fn each<A, R>(
    program: &[Command<A>],
    run: &mut R,
    frames: fn(&mut R) -> &mut Vec<Frame>,
    act: fn(&mut R, &A) -> Result<(), String>,
) -> Result<(), ProgramError> {
    for (number, command) in program.iter().enumerate() {
        let before = frames(run).len();
        let outcome = if number < MOST_COMMANDS {
            act(run, &command.action)
        } else {
            Err(format!("no more than {MOST_COMMANDS} commands"))
        };
        outcome.map_err(|message| command.error(message))?;
        for frame in &mut frames(run)[before..] {
            frame.line = Some(command.line - 1);
        }
    }
    Ok(())
}

/// The words of a line, and where they are.
pub(crate) struct Words<'a> {
    number: usize,
    /// Each word with its column.
    all: Vec<(usize, String)>,
    /// Those that were not taken yet, the last one first.
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
        let owned = |&(column, word): &(usize, &str)| (column, word.to_owned());
        let all = words.iter().map(owned).collect();
        words.reverse();
        Self { number, all, words, last: 1, end: code.chars().count() + 1 }
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

    /// Returns the next word as a name of `most` letters at most, a number that
    /// `spelt` is in words, or the error that `what` is missing or too long.
    pub(crate) fn name(
        &mut self,
        what: &str,
        (most, spelt): (usize, &str),
    ) -> Result<String, ProgramError> {
        let word = self.need(what)?;
        if word.chars().count() > most {
            let message = format!("\"{word}\" has more than {spelt} letters");
            return self.error(message);
        }
        Ok(word.to_owned())
    }

    /// Returns the line's number, if there is no more word.
    fn finish(mut self) -> Result<usize, ProgramError> {
        match self.next() {
            None => Ok(self.number),
            Some(word) => self.error(format!("\"{word}\" is too much")),
        }
    }

    /// Returns an error at the last word, which it does not repeat in full if
    /// it is long.
    pub(crate) fn error<T>(&self, message: String) -> Result<T, ProgramError> {
        let (line, column) = (self.number, self.last);
        let word = self.all.iter().find(|(at, _)| *at == column);
        let message = match word {
            Some((_, word)) if word.chars().count() > SHOWN => {
                let short: String = word.chars().take(SHOWN).collect();
                message.replace(word, &format!("{short}…"))
            }
            _ => message,
        };
        Err(ProgramError { line, column, message })
    }
}

#[cfg(test)]
mod tests {
    use crate::Language;

    /// Returns where the error is, and what it says.
    fn error(language: Language, program: &str) -> (usize, usize, String) {
        let error = language.record(program).expect_err("it is wrong");
        (error.line, error.column, error.message)
    }

    #[test]
    fn a_long_word_is_not_repeated_in_full() {
        let program = format!("start {} 5", "a".repeat(2_000_000));
        let (_, _, message) = error(Language::Timers, &program);
        assert!(message.chars().count() < 200, "{}", message.len());
    }
}
