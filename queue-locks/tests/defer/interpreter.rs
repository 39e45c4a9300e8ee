//! The rules of Go, plainly: a frame is a function call of the interpreter,
//! and what leaves it is a value.

use crate::program::{Ending, Event, FELL_OFF, Program, Run, Statement};

/// What is on its way out of a frame; empty while the frame returns.
type Ways = Vec<Way>;

enum Way {
    Panic { value: Option<u8>, recovered: bool },
    Goexit,
}

impl Way {
    fn panic(value: u8) -> Ways {
        vec![Self::Panic { value: Some(value), recovered: false }]
    }
}

/// Runs `program`.
pub(crate) fn run(program: &Program) -> Run {
    let mut interpreter = Interpreter { program, log: Vec::new() };
    let (result, ways) = interpreter.call(0, 0, &mut Ways::new());
    (interpreter.log, ending(result, ways))
}

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
    log: Vec<Event>,
}

impl Interpreter<'_> {
    /// Calls a function. `deferrer` is what is on its way out of the frame
    /// that deferred this call, or nothing.
    fn call(
        &mut self,
        function: usize,
        argument: usize,
        deferrer: &mut Ways,
    ) -> (u8, Ways) {
        self.log.push(Event::Enter(function, argument));
        let mut deferred = Vec::new();
        let (result, mut ways) = self.body(function, deferrer, &mut deferred);
        while let Some((function, argument)) = deferred.pop() {
            let (_, more) = self.call(function, argument, &mut ways);
            if more.is_empty() {
                end_recovered(&mut ways);
            }
            ways.extend(more);
        }
        (result, ways)
    }

    fn body(
        &mut self,
        function: usize,
        deferrer: &mut Ways,
        deferred: &mut Vec<(usize, usize)>,
    ) -> (u8, Ways) {
        for &statement in &self.program[function] {
            let argument = self.log.len();
            match statement {
                Statement::Say(value) => self.log.push(Event::Said(value)),
                Statement::Defer(other) => deferred.push((other, argument)),
                Statement::DeferTenTimes(other) => {
                    deferred.extend((0..10).map(|turn| (other, turn)));
                }
                Statement::Call(other) => {
                    let (result, ways) =
                        self.call(other, argument, &mut Ways::new());
                    if !ways.is_empty() {
                        return (0, ways);
                    }
                    self.log.push(Event::Returned(result));
                }
                Statement::Panic(value) | Statement::RuntimeError(value) => {
                    return (0, Way::panic(value));
                }
                Statement::Recover => {
                    self.log.push(Event::Recovered(recover(deferrer)));
                }
                Statement::Goexit => return (0, vec![Way::Goexit]),
                Statement::Return(value) => return (value, Ways::new()),
            }
        }
        (FELL_OFF, Ways::new())
    }
}

fn recover(deferrer: &mut Ways) -> Option<u8> {
    match deferrer.last_mut() {
        Some(Way::Panic { value, recovered }) if !*recovered => {
            *recovered = true;
            value.take()
        }
        _ => None,
    }
}

/// A recovery ends the newest panic and those it replaced, but no goexit.
fn end_recovered(ways: &mut Ways) {
    if let Some(Way::Panic { recovered: true, .. }) = ways.last() {
        let is_goexit = |way: &Way| matches!(way, Way::Goexit);
        let goexit = ways.iter().rposition(is_goexit);
        ways.truncate(goexit.map_or(0, |index| index + 1));
    }
}
