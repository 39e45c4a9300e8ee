//! Runs a program on one generation of the real machinery.

use std::cell::RefCell;
use std::panic::resume_unwind;

use queue_locks::defer::{Defer, Generation, Link, Outcome, Recovery, go};

use crate::program::{Ending, Event, FELL_OFF, Program, Run, Statement};

/// Runs `program` as a goroutine of its own.
pub(crate) fn run<G: Generation>(program: &Program) -> Run {
    let machine = Machine { program, log: RefCell::default() };
    let ending = match go(|| machine.call::<G>(0, 0, None)) {
        Outcome::Returned(value) => Ending::Returned(value),
        Outcome::Exited => Ending::Exited,
        Outcome::Crashed(links) => {
            Ending::Crashed(links.into_iter().map(as_pair).collect())
        }
    };
    (machine.log.into_inner(), ending)
}

fn as_pair(link: Link) -> (Option<u8>, bool) {
    let value = link.value.map(|value| *value.downcast().expect("a u8"));
    (value, link.recovered)
}

struct Machine<'a> {
    program: &'a Program,
    log: RefCell<Vec<Event>>,
}

impl Machine<'_> {
    fn note(&self, event: Event) {
        self.log.borrow_mut().push(event);
    }

    fn call<G: Generation>(
        &self,
        function: usize,
        argument: usize,
        recovery: Option<&Recovery<'_>>,
    ) -> u8 {
        self.note(Event::Enter(function, argument));
        G::with_defers(|d| {
            let defer = |other, argument| {
                d.defer_with(move |recovery| {
                    self.call::<G>(other, argument, Some(recovery));
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
                        let result = self.call::<G>(other, argument, None);
                        self.note(Event::Returned(result));
                    }
                    Statement::Panic(value) => G::go_panic(value),
                    Statement::RuntimeError(value) => {
                        resume_unwind(Box::new(value));
                    }
                    Statement::Recover => {
                        let value = recovery.and_then(Recovery::recover);
                        let value = value.map(|v| *v.downcast().expect("u8"));
                        self.note(Event::Recovered(value));
                    }
                    Statement::Goexit => G::goexit(),
                    Statement::Return(value) => return value,
                }
            }
            FELL_OFF
        })
    }
}
