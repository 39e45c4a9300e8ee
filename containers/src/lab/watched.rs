//! A wrong way is taken in a process of its own: if that hangs, it is named.

use std::io::{self, Write};
use std::time::Duration;

use super::apart::{LIMIT, fork_alone};
use super::wrong_way::{Settings, WrongWay};
use crate::trial::child::Ending;

/// Takes a wrong way in a child process, which prints the report to standard
/// output. Returns true if all that must be the same each time was.
///
/// # Errors
///
/// When this process has more than one thread, when the way cannot be taken,
/// and when it hangs: the error says which.
pub fn print(way: &WrongWay, settings: &Settings) -> io::Result<bool> {
    // What is not written yet, the child would write too.
    io::stdout().flush()?;
    let child = fork_alone(|| {
        let report = way.take(settings).and_then(|report| {
            let mut out = io::stdout().lock();
            write!(out, "{report}").and_then(|()| out.flush())?;
            Ok(report.is_expected())
        });
        match report {
            Ok(true) => 0,
            Ok(false) => UNEXPECTED,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Err(error) => {
                eprintln!("error: {}: {error}", way.name);
                FAILED
            }
        }
    })?;
    // No single try takes longer than a second.
    let runs = settings.runs.unwrap_or_default();
    let limit = 2 * LIMIT + Duration::from_secs(runs.into());
    match child.end(limit)? {
        Ending::Exited(0) => Ok(true),
        Ending::Exited(code) if code == i32::from(UNEXPECTED) => Ok(false),
        Ending::Exited(_) => Err(io::Error::other("the way was not taken")),
        ending => Err(io::Error::other(format!("{}: {ending}", way.name))),
    }
}

const UNEXPECTED: u8 = 1;
const FAILED: u8 = 2;
