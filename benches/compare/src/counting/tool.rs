//! Programs that count what another one does.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::interleave::Binary;

/// What counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The processor itself, asked by `perf stat`.
    Perf,
    /// valgrind's cachegrind, which executes the program step by step.
    Valgrind,
    /// valgrind's DHAT: allocations and their bytes.
    Allocations,
}

/// What perf calls the instructions of the program itself.
const EVENT: &str = "instructions:u";

impl Tool {
    /// Returns what can count instructions here, the processor first.
    ///
    /// # Errors
    ///
    /// When there is nothing; the error says what to install.
    pub fn find() -> Result<Self, Error> {
        let mut perf = Command::new("perf");
        perf.args(["stat", "-x,", "-e", EVENT, "true"]);
        if output(&mut perf).is_some_and(|text| of_perf(&text).is_some()) {
            return Ok(Self::Perf);
        }
        let mut valgrind = Command::new("valgrind");
        if output(valgrind.arg("--version")).is_some() {
            return Ok(Self::Valgrind);
        }
        Err(Error::usage(
            "nothing here counts instructions: perf cannot (many virtual \
             machines have no counters), and valgrind is not installed (on \
             Debian: apt install valgrind)",
        ))
    }

    /// Returns what it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Perf => "perf",
            Self::Valgrind => "valgrind",
            Self::Allocations => "valgrind's DHAT",
        }
    }

    /// Returns the command that runs a bench binary and counts.
    pub(super) fn command(self, binary: &Binary, home: &Path) -> Command {
        let (program, options): (_, &[&str]) = match self {
            Self::Perf => ("perf", &["stat", "-x,", "-e", EVENT, "--"]),
            Self::Valgrind => (
                "valgrind",
                &[
                    "--tool=cachegrind",
                    "--cache-sim=no",
                    "--cachegrind-out-file=/dev/null",
                ],
            ),
            Self::Allocations => (
                "valgrind",
                &[
                    "--tool=dhat",
                    "--dhat-out-file=/dev/null",
                    // Nobody looks where they come from.
                    "--read-inline-info=no",
                    "--num-callers=1",
                ],
            ),
        };
        let inner = binary.command(home);
        let mut command = Command::new(program);
        command.args(options).arg(inner.get_program()).args(inner.get_args());
        command
            .current_dir(&binary.directory)
            .env("CRITERION_HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Reads the totals out of what it printed on standard error.
    pub(super) fn totals(self, text: &str) -> Option<Vec<f64>> {
        match self {
            Self::Perf => Some(vec![of_perf(text)?]),
            Self::Valgrind => {
                // Some versions pad: `I   refs:`.
                let of_line = |line: &str| {
                    let (title, count) = line.split_once("refs:")?;
                    title.trim().ends_with('I').then(|| number(count))?
                };
                // A child that the program forked says its own, earlier.
                Some(vec![text.lines().rev().find_map(of_line)?])
            }
            Self::Allocations => {
                let (_, total) = text.rsplit_once("Total:")?;
                let (bytes, blocks) =
                    total.lines().next()?.split_once("bytes in")?;
                let blocks = blocks.trim().strip_suffix("blocks")?;
                Some(vec![number(blocks)?, number(bytes)?])
            }
        }
    }
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    output.status.success().then_some(text)
}

/// Reads a count with commas between the thousands.
fn number(text: &str) -> Option<f64> {
    text.trim().replace(',', "").parse().ok()
}

/// Reads a line such as `1234,,instructions:u,...`; without a counter there
/// stands `<not supported>`.
fn of_perf(text: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.contains("instructions"))?;
    line.split(',').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_is_read() {
        for title in ["I   refs", "I refs"] {
            let text = format!(
                "==8== {title}: 422\n==7== \n==7== {title}:      1,236,345\n"
            );
            let read = Tool::Valgrind.totals(&text);
            assert_eq!(read, Some(vec![1_236_345.0]));
        }
        let text = "==7== Total:     1,096 bytes in 21 blocks\n==7== At t-gmax";
        let read = Tool::Allocations.totals(text);
        assert_eq!(read, Some(vec![21.0, 1_096.0]));
        let text = "123456,,instructions:u,1000,100.00,,\n";
        assert_eq!(Tool::Perf.totals(text), Some(vec![123_456.0]));
        let text = "<not supported>,,instructions:u,0,100.00,,\n";
        assert_eq!(Tool::Perf.totals(text), None);
        assert_eq!(Tool::Valgrind.totals("Fatal error"), None);
    }
}
