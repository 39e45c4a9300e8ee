//! The end of a command whose output cannot be written.

use std::any::Any;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitCode;

/// How the panic of a `println!` or an `eprintln!` begins.
const UNWRITTEN: &str = "failed printing to std";

/// The code of a command that could not do what it was asked for.
const FAILED: u8 = 2;

/// Runs a command, prints its error if it has one, and returns its code: 2
/// after an error.
///
/// A `println!` panics where the disk is full, or where nobody reads any more,
/// as after `| head`. That ends the command like an error: what it holds is
/// dropped, and no stack is printed. Of a reader that has gone, nothing is
/// said; the code is 2 all the same, since what was cut off has not passed.
///
/// # Panics
///
/// When the command panics for another reason.
///
/// ```
/// use std::process::ExitCode;
///
/// use support::printing;
///
/// let hello = || -> Result<ExitCode, String> {
///     println!("hello");
///     Ok(ExitCode::SUCCESS)
/// };
/// assert_eq!(printing::run(hello), ExitCode::SUCCESS);
/// let broken = || Err("the disk is gone");
/// assert_eq!(printing::run(broken), ExitCode::from(2));
/// ```
pub fn run<E: Display>(
    command: impl FnOnce() -> Result<ExitCode, E>,
) -> ExitCode {
    say_nothing_of_output();
    let outcome = catch_unwind(AssertUnwindSafe(command));
    match outcome {
        Ok(Ok(code)) => return code,
        Ok(Err(error)) => say(&format!("{error:#}")),
        Err(panic) => match unwritten(&*panic) {
            Some(why) if is_broken_pipe(why) => {}
            Some(why) => say(why),
            None => resume_unwind(panic),
        },
    }
    ExitCode::from(FAILED)
}

/// Leaves a panic about output to [`run`]; others are told as before.
fn say_nothing_of_output() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if unwritten(panic.payload()).is_none() {
            usual(panic);
        }
    }));
}

/// Prints an error where that is possible.
fn say(why: &str) {
    // The code says it as well.
    let _ = writeln!(io::stderr(), "error: {why}");
}

/// Returns what a panic says, if output is its reason.
fn unwritten(panic: &(dyn Any + Send)) -> Option<&str> {
    let text = panic.downcast_ref::<String>()?;
    text.starts_with(UNWRITTEN).then_some(text)
}

/// Returns whether the error in a panic's text is that nobody reads.
fn is_broken_pipe(why: &str) -> bool {
    let number = why.rsplit_once("(os error ").map(|(_, end)| end);
    let number = number.and_then(|end| end.strip_suffix(')')?.parse().ok());
    number.is_some_and(|number| {
        io::Error::from_raw_os_error(number).kind() == ErrorKind::BrokenPipe
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_has_gone_is_told_from_a_full_disk() {
        let text = |number| {
            let error = io::Error::from_raw_os_error(number);
            format!("failed printing to stdout: {error}")
        };
        let broken = if cfg!(windows) { 109 } else { 32 };
        assert!(is_broken_pipe(&text(broken)));
        assert!(!is_broken_pipe(&text(5)));
        assert!(!is_broken_pipe("failed printing to stdout: odd"));
    }
}
