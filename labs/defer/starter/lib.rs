//! Your rules.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check defer`. The page of the lab in the
//! book says what each stage is about; `cargo lab hint defer` says more.
//!
//! A frame is a call of the function `call`, and what leaves a frame other
//! than by a return is a value: its [`Ways`]. No panic of Rust is needed.

#![allow(dead_code, reason = "later stages use them")]

use lab_judge::defer::{
    Ending, Event, FELL_OFF, Interpreted, Program, Run, Statement,
};

/// What is on its way out of a frame; empty while the frame returns. The
/// newest is the last.
type Ways = Vec<Way>;

#[derive(Debug)]
enum Way {
    /// The value is gone once it was recovered.
    Panic { value: Option<u8>, recovered: bool },
    Goexit,
}

impl Way {
    fn panic(value: u8) -> Ways {
        vec![Self::Panic { value: Some(value), recovered: false }]
    }
}

/// Your rules, as the judge calls them.
#[derive(Debug)]
pub struct MyRules;

impl Interpreted for MyRules {
    fn run(program: &Program) -> Run {
        let mut interpreter = Interpreter { program, log: Vec::new() };
        let (result, ways) = interpreter.call(0, 0, &mut Ways::new());
        (interpreter.log, ending(result, ways))
    }
}

/// Returns how a program ended that `ways` left.
fn ending(result: u8, ways: Ways) -> Ending {
    match ways.last() {
        None => Ending::Returned(result),
        Some(Way::Goexit) => Ending::Exited,
        Some(Way::Panic { .. }) => {
            let panics = ways.into_iter().filter_map(|way| match way {
                Way::Panic { value, recovered } => Some((value, recovered)),
                Way::Goexit => None,
            });
            Ending::Crashed(panics.collect())
        }
    }
}

struct Interpreter<'a> {
    program: &'a Program,
    /// What has happened so far.
    log: Vec<Event>,
}

impl Interpreter<'_> {
    // YOUR CODE: call
    /// Calls a function: runs its body, then what it has deferred. Returns
    /// its result, and what is on its way out of it.
    ///
    /// `deferrer` is what is on its way out of the frame that deferred this
    /// call, or nothing.
    fn call(
        &mut self,
        function: usize,
        argument: usize,
        deferrer: &mut Ways,
    ) -> (u8, Ways) {
        self.log.push(Event::Enter(function, argument));
        let mut deferred = Vec::new();
        let (_result, _ways) = self.body(function, deferrer, &mut deferred);
        todo!("stage 1: call what is in {deferred:?}, the last first")
    }
    // END: call

    // YOUR CODE: body
    /// Runs the statements of a function. Calls that are to run when it
    /// leaves are put into `deferred`: function and argument.
    fn body(
        &mut self,
        function: usize,
        deferrer: &mut Ways,
        deferred: &mut Vec<(usize, usize)>,
    ) -> (u8, Ways) {
        for &statement in &self.program[function] {
            // A deferred call gets the argument of now.
            let argument = self.log.len();
            match statement {
                Statement::Say(value) => self.log.push(Event::Said(value)),
                Statement::Return(value) => return (value, Ways::new()),
                Statement::Defer(_)
                | Statement::DeferTenTimes(_)
                | Statement::Call(_) => todo!(
                    "stage 1: {statement:?} with the argument {argument}, or \
                     with the turns 0 to 9, into {deferred:?}; note what a \
                     call has returned"
                ),
                Statement::Panic(_) | Statement::Recover => todo!(
                    "stage 2: {statement:?}; on its way out of the deferring \
                     frame is {deferrer:?}"
                ),
                Statement::Goexit => todo!("stage 3: end the goroutine"),
            }
        }
        (FELL_OFF, Ways::new())
    }
    // END: body
}

// YOUR CODE: recover
/// Recovers the newest of the ways, if it is a panic that nobody has
/// recovered. Returns its value.
fn recover(deferrer: &mut Ways) -> Option<u8> {
    todo!("stage 2: is the newest of {deferrer:?} a panic, and not recovered?")
}
// END: recover

// YOUR CODE: end-recovered
/// Ends what is over if the newest of the ways is recovered.
fn end_recovered(ways: &mut Ways) {
    todo!("stage 2: a recovered panic ends, with those it replaced: {ways:?}")
}
// END: end-recovered
