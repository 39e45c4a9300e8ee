//! How the command ends when it does not end well.

use std::io::Write;
use std::process::ExitCode;

use coverage_merge::Error;
use support::visible::visible;

use super::colour::{BAD, painted};

/// Why, and with which exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

const GATE: u8 = 1;
const USAGE: u8 = 2;
const INPUT: u8 = 3;
const CONFLICT: u8 = 4;

impl Failure {
    pub(crate) fn gate(message: impl Into<String>) -> Self {
        Self::new(GATE, message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, message)
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(INPUT, message)
    }

    fn new(code: u8, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message }
    }

    /// Adds what may have been meant.
    pub(crate) fn with_tip(mut self, tip: Option<String>) -> Self {
        if let Some(tip) = tip {
            self.message += &format!("\ntip: {tip}");
        }
        self
    }

    pub(crate) fn report(&self) -> ExitCode {
        let error = painted(BAD.bold(), "error:");
        say(&format!("{error} {}", self.message));
        ExitCode::from(self.code)
    }
}

/// Says something on standard error that is no failure.
pub(crate) fn note(text: &str) {
    tell(&format!("note: {text}"));
}

/// Writes a line to standard error, in which a name can neither move the
/// cursor nor begin another line.
pub(crate) fn tell(line: &str) {
    say(&visible(line));
}

/// Writes a line to standard error, as it is. Where that takes nothing, the exit
/// code is left to say what happened.
pub(crate) fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let conflict = error.is_conflict() || error.is_mixed_modes();
        let code = if conflict { CONFLICT } else { INPUT };
        Self::new(code, error.to_string())
    }
}
