//! One more number: instructions and allocations of one iteration, exact
//! where time is noisy.
//!
//! Works on any program of criterion (from 0.4 on) without its help. A
//! program that runs a benchmark for `n` iterations executes `a + b n`
//! instructions: starting, reporting and each sample's set-up are in `a`, and
//! do not depend on `n`. So two runs with different numbers of iterations give
//! `b`, the instructions of one. What a benchmark prepares for *each*
//! iteration (`iter_batched`) is in `b`.
//!
//! - `tool` runs a program under what counts: the processor's own counter by
//!   perf, or valgrind.
//! - `process` is one run, with the number of its iterations.
//!
//! Equal instructions are no proof of equal time: where the linker put the
//! code, what the caches hold and how the branches are predicted is not in the
//! count. Nor are two threads counted as they run: under valgrind one runs at
//! a time, and whoever spins spins longer.

mod process;
mod tool;

pub use tool::Tool;

use crate::error::Error;
use crate::interleave::{Binary, Session};
use process::{Point, Process};

/// So many instructions between the two runs drown what does not depend on
/// the iterations and yet is not quite the same (a number printed with more
/// digits, say).
const ENOUGH: f64 = 2e6;

/// What criterion is told to measure at first, in nanoseconds. It expects each
/// iteration to take as long as the first one, so it is done much earlier.
const AT_FIRST: f64 = 2e9;

/// No run of a benchmark is meant to measure longer, in nanoseconds.
const LONGEST: f64 = 20e9;

/// Criterion's own allocations differ from run to run by less: the longer
/// digits of a number, say.
const FEW_BLOCKS: f64 = 64.0;

/// The same in bytes.
const FEW_BYTES: f64 = 4_096.0;

/// How often a run is made longer.
const TRIES: usize = 4;

/// What one iteration executes and allocates; nothing where it was not
/// counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Instructions of the program; none of the kernel.
    pub instructions: Option<f64>,
    /// Calls that got memory.
    pub allocations: Option<f64>,
    /// Bytes that they asked for.
    pub bytes: Option<f64>,
}

/// Counts what one iteration of the benchmark `id` takes.
///
/// The program writes below the session's home, and who stops the session ends
/// it.
///
/// # Errors
///
/// When the program cannot be run. Why a benchmark could not be counted is
/// returned in words, and no error: others may be.
pub fn count(
    tool: Tool,
    binary: &Binary,
    id: &str,
    session: &Session,
) -> Result<Result<Counts, String>, Error> {
    let home = &session.home.join("counted");
    let process = Process { binary, id, home, child: &session.child };
    let counts = instructions(tool, &process).and_then(|of_instructions| {
        let (per_iteration, time) = match of_instructions {
            Ok(known) => known,
            Err(why) => return Ok(Err(why)),
        };
        let mut counts = Counts {
            instructions: Some(whole(per_iteration)),
            ..Counts::default()
        };
        if tool == Tool::Valgrind {
            let few = process.run(Tool::Allocations, 1.0)?;
            let many = process.run(Tool::Allocations, time)?;
            if let (Ok(few), Ok(many)) = (few, many) {
                counts.allocations = allocated(&few, &many, 0, FEW_BLOCKS);
                counts.bytes = allocated(&few, &many, 1, FEW_BYTES);
            }
        }
        Ok(Ok(counts))
    })?;
    match std::fs::remove_dir_all(home) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(home, error))
        }
        _ => Ok(counts),
    }
}

/// Returns the instructions of one iteration, and how long criterion was told
/// to measure for it, in nanoseconds.
fn instructions(
    tool: Tool,
    process: &Process<'_>,
) -> Result<Result<(f64, f64), String>, Error> {
    let few = match process.run(tool, 1.0)? {
        Ok(point) => point,
        Err(why) => return Ok(Err(why)),
    };
    // At least two iterations for each of ten samples.
    let least = 20.0 * few.estimate;
    if least > 3.0 * LONGEST {
        return Ok(Err("an iteration takes too long".to_owned()));
    }
    let mut time = least.max(AT_FIRST);
    let mut counted = None;
    for _ in 0..TRIES {
        let many = match process.run(tool, time)? {
            Ok(point) => point,
            Err(why) => return Ok(Err(why)),
        };
        let Some(slope) = slope(&few, &many, 0) else {
            let why = "the benchmark says itself how often it runs";
            return Ok(Err(why.to_owned()));
        };
        counted = Some((slope, time));
        let missing = ENOUGH / (many.totals[0] - few.totals[0]).max(1.0);
        if missing <= 1.0 {
            break;
        }
        let longer = LONGEST / many.measured.max(1.0);
        // A little more, because no two first iterations take the same time.
        let by = (1.5 * missing).min(longer);
        if by < 1.0 {
            break;
        }
        time *= by;
    }
    Ok(counted.ok_or_else(|| "nothing was counted".to_owned()))
}

/// Returns how much of a total comes with each iteration.
fn slope(few: &Point, many: &Point, total: usize) -> Option<f64> {
    let more = many.iterations - few.iterations;
    let of = many.totals.get(total)? - few.totals.get(total)?;
    (more > 0.0).then(|| (of / more).max(0.0))
}

/// A part of an instruction is noise where there are many.
fn whole(instructions: f64) -> f64 {
    if instructions < 100.0 {
        rounded(instructions)
    } else {
        instructions.round()
    }
}

/// Returns what each iteration allocates, where `noise` is how much two runs
/// may differ by themselves: so little of all iterations is nothing, and what
/// is whole up to that is whole.
fn allocated(
    few: &Point,
    many: &Point,
    total: usize,
    noise: f64,
) -> Option<f64> {
    let each = slope(few, many, total)?;
    let unsure = noise / (many.iterations - few.iterations);
    Some(if each <= unsure {
        0.0
    } else if (each - each.round()).abs() <= unsure {
        each.round()
    } else {
        rounded(each)
    })
}

fn rounded(count: f64) -> f64 {
    (count * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_once_is_left_out() {
        let point = |iterations: f64| Point {
            totals: vec![5e6 + 40.0 * iterations, 3.0 + iterations],
            iterations,
            estimate: 1.0,
            measured: 1.0,
        };
        let (few, many) = (point(11.0), point(1e5));
        assert_eq!(slope(&few, &many, 0), Some(40.0));
        assert_eq!(allocated(&few, &many, 1, FEW_BLOCKS), Some(1.0));
        assert_eq!(slope(&few, &few, 0), None);
        assert_eq!(slope(&few, &many, 2), None);
    }

    #[test]
    fn a_longer_digit_is_no_allocation() {
        let point = |iterations: f64, bytes: f64| Point {
            totals: vec![0.0, bytes],
            iterations,
            estimate: 1.0,
            measured: 1.0,
        };
        let few = point(11.0, 5_000.0);
        let of = |bytes| allocated(&few, &point(2_011.0, bytes), 1, FEW_BYTES);
        assert_eq!(of(6_000.0), Some(0.0));
        assert_eq!(of(5_000.0 + 2_000.0 * 64.0 + 900.0), Some(64.0));
    }
}
