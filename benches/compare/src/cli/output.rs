//! Where output goes, and what the exit status says.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, ErrorKind, Write};

use bench_compare::{Error, Run};
use support::atomic_file;
use support::visible::visible;

use super::args::IoArgs;

/// Done, and nothing is wrong.
pub(crate) const DONE: u8 = 0;
/// A regression is proven.
pub(crate) const REGRESSION: u8 = 1;
/// Wrong usage, or something could not be read.
pub(crate) const TROUBLE: u8 = 2;
/// The runs do not decide it.
pub(crate) const UNDECIDED: u8 = 3;
/// Interrupted from the keyboard, as shells say it.
pub(crate) const INTERRUPTED: u8 = 130;

/// The exit status, or what went wrong.
pub(crate) type Outcome = Result<u8, Error>;

pub(crate) fn fail(error: &Error) -> u8 {
    say(format_args!("error: {}", visible_lines(&error.to_string())));
    TROUBLE
}

/// Escapes control characters in each line of a message.
fn visible_lines(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

/// Names each file that could not be read.
pub(crate) fn report_problems<'a>(
    runs: impl Iterator<Item = &'a Run> + Clone,
) -> u8 {
    let mut status = DONE;
    let twice: BTreeSet<_> = runs.clone().flat_map(|run| &run.twice).collect();
    for id in twice {
        say(format_args!(
            "warning: several folders carry the id `{}`; each is named with \
             its folder",
            visible(id)
        ));
    }
    for problem in runs.flat_map(|run| &run.problems) {
        let problem = visible_lines(&problem.to_string());
        say(format_args!("error: {problem}; this benchmark is left out"));
        status = TROUBLE;
    }
    status
}

/// Writes to the file that was asked for, or to standard output.
pub(crate) fn emit(text: &str, io: &IoArgs, status: u8) -> Outcome {
    match &io.output {
        Some(path) => {
            let written = atomic_file::write(path, text.as_bytes());
            written.map_err(|error| Error::io(path, error))?;
            Ok(status)
        }
        None => print(text.as_bytes(), status),
    }
}

/// Writes a line to standard error. Where that takes nothing, what is measured
/// goes on, and the exit code is left to say how it ended.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Writes to standard output; a closed pipe is the reader's choice, not an
/// error.
pub(crate) fn print(text: &[u8], status: u8) -> Outcome {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::usage(&format!("standard output: {error}")))
        }
        _ => Ok(status),
    }
}
