//! What is judged, gate by gate.

use std::process::ExitCode;

use fastrand::Rng;

use super::machine;
use super::program::{
    FUNCTIONS, Line, Program, Run, Statement, calls, program,
};
use crate::harness;
use crate::panics::caught;
use crate::report::Report;
use crate::sequence;

/// What the reader implements.
pub trait Interpreted {
    /// Runs a program by the rules of Go.
    fn run(program: &Program) -> Run;
}

/// The `main` of the reader's `check`.
pub fn main<R: Interpreted>() -> ExitCode {
    harness::main(&[
        ("chain-right", |_| right::<R>(Stage::Chain)),
        ("panic-right", |_| right::<R>(Stage::Panic)),
        ("goexit-right", |_| right::<R>(Stage::Goexit)),
    ])
}

/// How many programs are tried; few where the judge itself is tested, without
/// optimisation.
const CASES: usize = if cfg!(test) { 1_000 } else { 4_000 };
/// More lines a program has not.
const MOST_LINES: usize = 24;
/// A program that makes more calls is passed over.
const MOST_CALLS: usize = 200;
/// Events that are shown.
const SHOWN: usize = 20;

/// Which statements a stage has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// All that returns.
    Chain,
    /// Panic and recover too.
    Panic,
    /// Goexit too.
    Goexit,
}

impl Stage {
    fn draw(self, rng: &mut Rng) -> Line {
        let function = rng.usize(0..FUNCTIONS);
        let statement = match rng.u32(0..20) {
            0..9 if function + 1 < FUNCTIONS => refers(function, rng),
            0..4 | 9..13 if self >= Self::Panic => Statement::Recover,
            4..8 | 13..16 if self >= Self::Panic => {
                Statement::Panic(rng.u8(0..10))
            }
            16..18 if self == Self::Goexit => Statement::Goexit,
            18 => Statement::Return(rng.u8(0..10)),
            _ => Statement::Say(rng.u8(0..10)),
        };
        Line { function, statement }
    }
}

/// Draws a statement that names a later function.
fn refers(function: usize, rng: &mut Rng) -> Statement {
    let other = rng.usize(function + 1..FUNCTIONS);
    match rng.u32(0..8) {
        0..4 => Statement::Defer(other),
        4 => Statement::DeferTenTimes(other),
        _ => Statement::Call(other),
    }
}

/// Tries random programs of a stage's statements.
pub fn right<R: Interpreted>(stage: Stage) -> Report {
    let found = sequence::find(
        CASES,
        |rng| stage.draw(rng),
        |lines| compare::<R>(lines),
    );
    let Some(failing) = found else {
        return Report::passed(format!(
            "{CASES} random programs do what they do on the crate's defers"
        ));
    };
    failing.report(told::<R>)
}

fn compare<R: Interpreted>(lines: &[Line]) -> Result<(), String> {
    let program = program(&lines[..lines.len().min(MOST_LINES)]);
    if calls(&program) > MOST_CALLS {
        return Ok(());
    }
    let (yours, right) = (in_words(&R::run(&program)), ours(&program));
    let mut steps = 0..yours.len().max(right.len());
    match steps.find(|&at| yours.get(at) != right.get(at)) {
        None => Ok(()),
        Some(at) => Err(format!(
            "step {} is \"{}\", and \"{}\" is right",
            at + 1,
            step(&yours, at),
            step(&right, at)
        )),
    }
}

fn ours(program: &Program) -> Vec<String> {
    in_words(&machine::run(program))
}

/// Returns the events of a run, and then its end.
fn in_words((events, ending): &Run) -> Vec<String> {
    let events = events.iter().map(ToString::to_string);
    events.chain([ending.to_string()]).collect()
}

fn step(steps: &[String], at: usize) -> &str {
    steps.get(at).map_or("", String::as_str)
}

/// Returns a failing program, function by function, and what it does on the
/// reader's rules and on ours, next to each other.
fn told<R: Interpreted>(lines: &[Line]) -> Vec<String> {
    let program = program(lines);
    let mut lines = vec!["The shortest program that shows it:".to_owned()];
    for (number, body) in program.iter().enumerate() {
        let body: Vec<String> = body.iter().map(ToString::to_string).collect();
        if !body.is_empty() {
            lines.push(format!("  f{number}: {}", body.join("; ")));
        }
    }
    let yours = caught(|| in_words(&R::run(&program)));
    let yours = yours.unwrap_or_else(|_| vec!["(it panics)".to_owned()]);
    let right = ours(&program);
    lines.push(format!("     {:<30} {}", "yours", "right"));
    for at in 0..yours.len().max(right.len()).min(SHOWN) {
        let (yours, right) = (step(&yours, at), step(&right, at));
        let mark = if yours == right { ' ' } else { '*' };
        let line = format!("{mark}{:>3} {yours:<30} {right}", at + 1);
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use queue_locks::defer::Rules;

    use super::*;
    use crate::report::Verdict;

    /// The crate's own defers.
    struct Ours;

    impl Interpreted for Ours {
        fn run(program: &Program) -> Run {
            machine::run(program)
        }
    }

    /// Leaves out each deferred call.
    struct Forgets;

    impl Interpreted for Forgets {
        fn run(program: &Program) -> Run {
            let is_kept = |it: &&Statement| {
                !matches!(it, Statement::Defer(_) | Statement::DeferTenTimes(_))
            };
            let keep = |body: &Vec<Statement>| {
                body.iter().filter(is_kept).copied().collect()
            };
            machine::run(&program.iter().map(keep).collect())
        }
    }

    #[test]
    fn what_is_right_passes_and_what_is_not_is_told() {
        for stage in [Stage::Chain, Stage::Panic, Stage::Goexit] {
            assert!(right::<Ours>(stage).is_passed());
            let report = right::<Forgets>(stage);
            assert_eq!(report.verdict, Verdict::Wrong, "{report:?}");
            assert!(report.says.contains("enter f1"), "{report}");
            let text = report.lines.join("\n");
            assert!(text.contains("  f0: defer f1\n"), "{text}");
            assert!(text.contains("*  2 end: returned 255"), "{text}");
        }
    }

    /// Go 1.13, in which a recovery ended a goexit too.
    struct OldGo;

    impl Interpreted for OldGo {
        fn run(program: &Program) -> Run {
            machine::run_by(Rules::Go1_13, program)
        }
    }

    #[test]
    fn an_old_go_is_wrong_where_it_was_wrong() {
        assert!(right::<OldGo>(Stage::Panic).is_passed());
        let report = right::<OldGo>(Stage::Goexit);
        assert_eq!(report.verdict, Verdict::Wrong, "{report:?}");
        assert!(report.says.contains("\"end: exited\" is right"), "{report}");
    }

    /// A gate that never comes to a case would pass everything.
    #[test]
    fn each_stage_has_programs_of_its_own_statements() {
        let mut rng = Rng::with_seed(1);
        let mut drawn = |stage: Stage| -> Vec<Statement> {
            (0..1_000).map(|_| stage.draw(&mut rng).statement).collect()
        };
        let is_panic = |it: &Statement| matches!(it, Statement::Panic(_));
        assert!(!drawn(Stage::Chain).iter().any(is_panic));
        assert!(drawn(Stage::Panic).iter().any(is_panic));
        assert!(!drawn(Stage::Panic).contains(&Statement::Goexit));
        assert!(drawn(Stage::Goexit).contains(&Statement::Goexit));
        assert!(drawn(Stage::Goexit).contains(&Statement::Recover));
    }
}
