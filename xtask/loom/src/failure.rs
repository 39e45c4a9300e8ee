//! How a failure is shown: the lanes, what loom says, which step was left
//! out, and how to see it again.

use anstream::{eprintln, print, println};
use anyhow::Result;
use support::chart::Chart;
use support::models::Model;
use support::schedules::{Schedule, steps};

use crate::binaries::Binaries;
use crate::catalogue::{Catalogue, Found};
use crate::child::Outcome;
use crate::cli::Run;
use crate::hooks;
use crate::terminal::{BAD, GOOD, paragraph, width};
use crate::workers::{Job, run_all};

/// Shows how a planted bug was found, and returns whether it was.
pub(crate) fn planted(
    catalogue: &Catalogue,
    bug: &Found<'_, Schedule>,
    job: &Job,
    outcome: &Outcome,
) -> bool {
    let name = format!("{}/{}", job.package, job.test);
    if outcome.passed {
        println!("{BAD}NOT FOUND{BAD:#}  {name}");
        println!(
            "           none of {} executions failed with \"{}\"",
            outcome.executions, bug.it.message
        );
        return false;
    }
    let says = outcome.says.join("\n");
    let is_found = says.contains(&bug.it.message);
    if is_found {
        println!("{GOOD}found{GOOD:#}   {name}");
    } else {
        println!("{BAD}FAILED{BAD:#}  {name}: not with \"{}\"", bug.it.message);
    }
    lanes(job, outcome);
    print!("{}", paragraph("The model:  ", &sentence(&bug.it.model)));
    print!("{}", paragraph("Left out:   ", &sentence(&bug.it.left_out)));
    match hooks::source(catalogue, bug) {
        Some(hook) => {
            let off = format!("{} is turned off:", hook.name);
            print!("{}", paragraph("            ", &off));
            println!("            {}:{}", hook.file, hook.line);
        }
        None => println!("            in the test itself"),
    }
    print!("{}", paragraph("Why:        ", &bug.it.why));
    println!("Again:      cargo loom --planted {} --replay", bug.it.bug);
    println!();
    is_found
}

/// Shows how a model failed.
pub(crate) fn model(
    model: &Found<'_, Model>,
    job: &Job,
    outcome: &Outcome,
    args: &Run,
) {
    println!("{BAD}FAILED{BAD:#}  {}/{}", job.package, job.test);
    lanes(job, outcome);
    print!("{}", paragraph("The model:  ", &model.it.proves));
    let without = args.without.as_ref();
    let without = without.map(|step| format!(" --without {step}"));
    let without = without.unwrap_or_default();
    match args.shuttle[..] {
        [schedules, seed] => println!(
            "Again:      cargo loom {}{without} --shuttle {schedules} {seed}",
            job.test
        ),
        _ => println!("Again:      cargo loom {}{without} --replay", job.test),
    }
    println!();
}

/// Prints the execution that failed, a lane a thread, and what loom says.
fn lanes(job: &Job, outcome: &Outcome) {
    // A run of one execution only counts that.
    let is_replay = job.settings.stop_before.is_some();
    let number = job.fails_in.filter(|_| is_replay);
    let number = number.unwrap_or(outcome.execution);
    println!(
        "        in execution {number}, after {:.1} s",
        outcome.elapsed.as_secs_f64()
    );
    println!();
    match steps(&outcome.events) {
        Ok(steps) if steps.is_empty() => println!(
            "    The model notes nothing: add support::lanes::note beside\n    \
             the operations that you want to see here."
        ),
        Ok(steps) => print!("{}", Chart::of(&steps).text(width())),
        Err(wrong) => println!("    The lanes are not whole: {wrong}"),
    }
    println!();
    let mut head = "It says:    ";
    for line in outcome.says.iter().flat_map(|line| said(line)) {
        print!("{}", paragraph(head, &line));
        head = "            ";
    }
    // Where loom itself panics tells nothing.
    let place = outcome.at.as_ref().filter(|it| !it.starts_with('/'));
    if let Some(at) = place {
        println!("            at {at}");
    }
}

/// Returns what was said in lines. Loom says of a deadlock where each thread
/// is as its values are debugged; here is the same in words.
fn said(line: &str) -> Vec<String> {
    let Some(threads) = line.strip_prefix("deadlock; threads = ") else {
        return vec![line.to_owned()];
    };
    let mut lines = vec!["deadlock: no thread can go on".to_owned()];
    for (number, thread) in threads.split("(Id(").skip(1).enumerate() {
        let field = |name: &str| {
            let after = thread.split_once(name)?.1;
            Some(after.split([',', '}', ' ']).next()?.trim_matches('"'))
        };
        let place = field("file: ").zip(field("line: "));
        lines.push(match place {
            _ if thread.contains("Terminated") => {
                format!("thread {number} has ended")
            }
            Some((file, line)) => {
                format!("thread {number} waits at {file}:{line}")
            }
            None => format!("thread {number} waits"),
        });
    }
    lines
}

/// Prints loom's log of a run that did not print it: of the execution that
/// failed, or else of the first.
pub(crate) fn traced(
    job: &Job,
    outcome: &Outcome,
    args: &Run,
    binaries: &Binaries,
) -> Result<()> {
    if !args.trace || args.replay {
        return Ok(());
    }
    let mut again = job.clone();
    if outcome.passed {
        eprintln!("Loom's log of the first execution:");
        again.settings.interval = Some(1);
        again.settings.stop_before = Some(2);
    } else {
        eprintln!("Loom's log of the execution that failed:");
        again.replay()?;
    }
    again.settings.trace = true;
    run_all(&[again], binaries, |_, _| {})
}

/// Returns words that begin with a capital and end in a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadlock_is_told_a_thread_a_line() {
        let line = "deadlock; threads = [(Id(0), Blocked(Location(Some(\
                    Location { file: \"a/b.rs\", line: 58, column: 16 })))), \
                    (Id(1), Terminated)]";
        assert_eq!(
            said(line),
            [
                "deadlock: no thread can go on",
                "thread 0 waits at a/b.rs:58",
                "thread 1 has ended",
            ]
        );
        assert_eq!(said("woken twice"), ["woken twice"]);
    }

    #[test]
    fn words_become_a_sentence() {
        assert_eq!(sentence("no wake-up"), "No wake-up.");
        assert_eq!(sentence(""), ".");
    }
}
