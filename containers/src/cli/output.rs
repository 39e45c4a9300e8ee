//! What is printed to standard output.

use std::io::{self, Write};
use std::process::ExitCode;

use containers::error::Error;

/// A reader that has gone away wants no more.
pub(super) fn ended(
    step: &'static str,
    done: io::Result<ExitCode>,
) -> Result<ExitCode, Error> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            Ok(ExitCode::SUCCESS)
        }
        done => done.map_err(|error| Error::io(step, &error)),
    }
}

/// Prints to standard output.
pub(super) fn print(text: &[u8]) -> Result<u8, Error> {
    let mut out = io::stdout();
    let done = out.write_all(text).and_then(|()| out.flush());
    ended("print", done.map(|()| ExitCode::SUCCESS)).map(|_| 0)
}
