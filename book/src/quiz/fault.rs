//! What is wrong with a question.

use anyhow::{Error, anyhow};

/// What is wrong with a question, and in which line of it, from 0.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) what: Error,
}

impl Fault {
    pub(super) fn at(line: usize, what: impl Into<String>) -> Self {
        let what = anyhow!(what.into());
        Self { line, what }
    }
}
