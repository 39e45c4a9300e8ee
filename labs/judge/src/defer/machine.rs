//! The crate's own defers, on which each program is run as well.

use std::cell::RefCell;

use queue_locks::defer::{
    Generation, Link, OpenCoded, Outcome, Recovery, Rules, go_by,
};

use super::program::{Ending, Event, FELL_OFF, Program, Run, Statement};

/// Runs a program as a goroutine of its own, on the newest generation.
///
/// ```
/// use lab_judge::defer::{Ending, Event, Statement, machine};
///
/// let program = vec![vec![Statement::Say(1), Statement::Panic(2)]];
/// let (events, ending) = machine::run(&program);
/// assert_eq!(events, [Event::Enter(0, 0), Event::Said(1)]);
/// assert_eq!(ending, Ending::Crashed(vec![(Some(2), false)]));
/// ```
pub fn run(program: &Program) -> Run {
    run_by(Rules::default(), program)
}

/// Runs a program by the rules of another Go.
pub fn run_by(rules: Rules, program: &Program) -> Run {
    let machine = Machine { program, log: RefCell::default() };
    let ending = match go_by(rules, || machine.call(0, 0, None)) {
        Outcome::Returned(value) => Ending::Returned(value),
        Outcome::Exited => Ending::Exited,
        Outcome::Crashed(links) => {
            Ending::Crashed(links.into_iter().map(as_pair).collect())
        }
    };
    (machine.log.into_inner(), ending)
}

fn as_pair(link: Link) -> (Option<u8>, bool) {
    let value = link.value.and_then(|value| value.downcast().ok());
    (value.map(|value| *value), link.recovered)
}

struct Machine<'a> {
    program: &'a Program,
    log: RefCell<Vec<Event>>,
}

impl Machine<'_> {
    fn note(&self, event: Event) {
        self.log.borrow_mut().push(event);
    }

    fn call(
        &self,
        function: usize,
        argument: usize,
        recovery: Option<&Recovery<'_>>,
    ) -> u8 {
        self.note(Event::Enter(function, argument));
        OpenCoded::with_defers(|d| {
            let defer = |other, argument| {
                d.defer_with(move |recovery| {
                    self.call(other, argument, Some(recovery));
                });
            };
            for &statement in &self.program[function] {
                let argument = self.log.borrow().len();
                match statement {
                    Statement::Say(value) => self.note(Event::Said(value)),
                    Statement::Defer(other) => defer(other, argument),
                    Statement::DeferTenTimes(other) => {
                        (0..10).for_each(|turn| defer(other, turn));
                    }
                    Statement::Call(other) => {
                        let result = self.call(other, argument, None);
                        self.note(Event::Returned(result));
                    }
                    Statement::Panic(value) => OpenCoded::go_panic(value),
                    Statement::Recover => {
                        let value = recovery.and_then(Recovery::recover);
                        let value = value.and_then(|it| it.downcast().ok());
                        self.note(Event::Recovered(value.map(|it| *it)));
                    }
                    Statement::Goexit => OpenCoded::goexit(),
                    Statement::Return(value) => return value,
                }
            }
            FELL_OFF
        })
    }
}
