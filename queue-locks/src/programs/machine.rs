//! Runs a program on one generation of the real machinery.

use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;

use super::program::{BUDGET, Program, Statement, TURNS};
use crate::defer::{Defer, Generation, Link, Outcome, Payload, Recovery};
use crate::defer::{Rules, go_by};

/// Runs `program` as a goroutine, by the rules of that Go. Returns its trace:
/// what it said, line by line, and how it ended.
pub fn run<G: Generation>(program: &Program, rules: Rules) -> Vec<String> {
    let machine = Machine { program, log: RefCell::default() };
    let outcome = go_by(rules, || machine.call::<G>(0, 0, None));
    let mut log = machine.log.into_inner();
    match outcome {
        Outcome::Returned(value) => log.push(format!("END {value}")),
        Outcome::Exited => log.push("EXITED".to_owned()),
        Outcome::Crashed(links) => log.extend(links.iter().map(crash)),
    }
    log
}

fn crash(link: &Link) -> String {
    link.to_string().replacen("panic:", "CRASH", 1)
}

/// What a runtime error carries, and how a trace has it.
const RUNTIME_ERROR: &str = "rt";

struct Machine<'a> {
    program: &'a Program,
    log: RefCell<Vec<String>>,
}

/// Where a body stands.
struct Place<'env, 'call> {
    /// The result, if it has a name.
    result: Option<&'env Cell<usize>>,
    /// The closure was deferred, so its return sets nothing.
    is_deferred: bool,
    recovery: Option<&'call Recovery<'call>>,
}

enum Flow {
    Next,
    Return(usize),
}

impl Machine<'_> {
    fn note(&self, line: String) {
        self.log.borrow_mut().push(line);
    }

    /// Returns how many lines there are.
    fn count(&self) -> usize {
        self.log.borrow().len()
    }

    fn call<G: Generation>(
        &self,
        number: usize,
        argument: usize,
        recovery: Option<&Recovery<'_>>,
    ) -> usize {
        if self.count() > BUDGET {
            return 0;
        }
        self.note(format!("E {number} {argument}"));
        let function = &self.program.0[number];
        let result = Cell::new(0);
        let named = function.is_named.then_some(&result);
        let unnamed = G::with_defers(|defers| {
            let place = Place { result: named, is_deferred: false, recovery };
            match self.run::<G>(defers, &function.body, &place) {
                Flow::Return(value) => value,
                Flow::Next => 255,
            }
        });
        if function.is_named { result.get() } else { unnamed }
    }

    fn run<'env, G: Generation>(
        &'env self,
        defers: &G::Defers<'env>,
        body: &'env [Statement],
        place: &Place<'env, '_>,
    ) -> Flow {
        for statement in body {
            match self.step::<G>(defers, statement, place) {
                Flow::Next => {}
                returns @ Flow::Return(_) => return returns,
            }
        }
        Flow::Next
    }

    fn step<'env, G: Generation>(
        &'env self,
        defers: &G::Defers<'env>,
        statement: &'env Statement,
        place: &Place<'env, '_>,
    ) -> Flow {
        let count = self.count();
        match statement {
            Statement::Say => self.note(format!("S {count}")),
            Statement::Panic => G::go_panic(1000 + count),
            Statement::RuntimeError => resume_unwind(Box::new(RUNTIME_ERROR)),
            Statement::Recover => drop(self.recover(place)),
            Statement::Repanic => {
                if let Some(value) = self.recover(place) {
                    G::go_panic(value);
                }
            }
            Statement::Goexit => G::goexit(),
            Statement::Return => return self.return_from(place),
            Statement::Set => place.result.iter().for_each(|it| it.set(count)),
            Statement::Call(number) => {
                let result = self.call::<G>(*number, count, None);
                self.note(format!("R {result}"));
            }
            Statement::Defer(number) => defers.defer_with(move |recovery| {
                self.call::<G>(*number, count, Some(recovery));
            }),
            Statement::DeferClosure(body) => {
                let result = place.result;
                defers.defer_with(move |recovery| {
                    self.closure::<G>(count, body, result, recovery);
                });
            }
            Statement::If(yes, no) => {
                let body = if count.is_multiple_of(2) { yes } else { no };
                return self.run::<G>(defers, body, place);
            }
            Statement::Loop(body) => {
                for _ in 0..TURNS {
                    if let returns @ Flow::Return(_) =
                        self.run::<G>(defers, body, place)
                    {
                        return returns;
                    }
                }
            }
        }
        Flow::Next
    }

    fn closure<G: Generation>(
        &self,
        argument: usize,
        body: &[Statement],
        result: Option<&Cell<usize>>,
        recovery: &Recovery<'_>,
    ) {
        if self.count() > BUDGET {
            return;
        }
        self.note(format!("D {argument}"));
        G::with_defers::<()>(|defers| {
            let recovery = Some(recovery);
            let place = Place { result, is_deferred: true, recovery };
            self.run::<G>(defers, body, &place);
        });
    }

    fn recover(&self, place: &Place<'_, '_>) -> Option<Payload> {
        let value = place.recovery.and_then(Recovery::recover);
        let text = value.as_ref().map(|value| {
            let number = value.downcast_ref::<usize>();
            number.map_or(RUNTIME_ERROR.to_owned(), usize::to_string)
        });
        self.note(format!("V {}", text.as_deref().unwrap_or("nil")));
        value
    }

    fn return_from(&self, place: &Place<'_, '_>) -> Flow {
        let value = self.count();
        if let (Some(result), false) = (place.result, place.is_deferred) {
            result.set(value);
        }
        Flow::Return(value)
    }
}
