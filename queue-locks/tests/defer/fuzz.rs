//! Random programs in which generations meet, panics are caught on the way,
//! goroutines nest and destructors defer: each deferred call runs once.
//!
//! A record that outlives its frame is found by the counts here, and by
//! AddressSanitizer and Miri, under which this runs, too.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use proptest::collection::vec;
use proptest::prelude::*;
use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded, Recovery, go,
};
use support::watchdog::watch;

/// Which generation a function is of: 0, 1 or 2.
type Kind = u8;

#[derive(Clone, Debug)]
enum Statement {
    Defer(Kind, Vec<Self>),
    Call(Kind, Vec<Self>),
    Catch(Vec<Self>),
    Go(Kind, Vec<Self>),
    /// A value whose destructor defers a call.
    Late(Kind, Vec<Self>),
    Loop(Vec<Self>),
    Panic(Kind),
    RustPanic,
    Recover,
    Repanic(Kind),
    Goexit(Kind),
    Return,
}

fn any_body() -> impl Strategy<Value = Vec<Statement>> {
    let kind = 0..3_u8;
    let leaf = prop_oneof![
        kind.clone().prop_map(Statement::Panic),
        Just(Statement::RustPanic),
        Just(Statement::Recover),
        kind.clone().prop_map(Statement::Repanic),
        kind.clone().prop_map(Statement::Goexit),
        Just(Statement::Return),
    ];
    let statement = leaf.prop_recursive(4, 60, 5, move |inner| {
        let body = vec(inner, 0..5);
        let both = (kind.clone(), body.clone());
        prop_oneof![
            3 => both.clone().prop_map(|(k, b)| Statement::Defer(k, b)),
            2 => both.clone().prop_map(|(k, b)| Statement::Call(k, b)),
            1 => body.clone().prop_map(Statement::Catch),
            1 => both.clone().prop_map(|(k, b)| Statement::Go(k, b)),
            1 => both.prop_map(|(k, b)| Statement::Late(k, b)),
            1 => body.prop_map(Statement::Loop),
        ]
    });
    vec(statement, 1..6)
}

/// What a program may do until it is stopped.
const STEPS: u32 = if cfg!(miri) { 40 } else { 400 };

#[derive(Default)]
struct Machine {
    steps: Cell<u32>,
    goroutines: Cell<u32>,
    deferred: Cell<u32>,
    ran: Cell<u32>,
}

fn add_one(counter: &Cell<u32>) {
    counter.set(counter.get() + 1);
}

struct Late<'a, 'env, G: Generation> {
    machine: &'env Machine,
    defers: &'a G::Defers<'env>,
    kind: Kind,
    body: &'env [Statement],
}

impl<G: Generation> Drop for Late<'_, '_, G> {
    fn drop(&mut self) {
        if self.machine.goes_on() {
            self.machine.defer::<G>(self.defers, self.kind, self.body);
        }
    }
}

impl Machine {
    fn goes_on(&self) -> bool {
        add_one(&self.steps);
        self.steps.get() < STEPS
    }

    fn defer<'env, G: Generation>(
        &'env self,
        defers: &G::Defers<'env>,
        kind: Kind,
        body: &'env [Statement],
    ) {
        add_one(&self.deferred);
        // Freed once, or a sanitizer says so.
        let length = Box::new(body.len());
        defers.defer_with(move |recovery| {
            add_one(&self.ran);
            assert_eq!(*length, body.len());
            if self.goes_on() {
                self.call(kind, body, Some(recovery));
            }
        });
    }

    fn call(
        &self,
        kind: Kind,
        body: &[Statement],
        recovery: Option<&Recovery<'_>>,
    ) {
        match kind {
            0 => self.call_on::<HeapRecords>(body, recovery),
            1 => self.call_on::<FrameRecords>(body, recovery),
            _ => self.call_on::<OpenCoded>(body, recovery),
        }
    }

    fn call_on<G: Generation>(
        &self,
        body: &[Statement],
        recovery: Option<&Recovery<'_>>,
    ) {
        G::with_defers::<()>(|defers| {
            self.run::<G>(defers, body, recovery);
        });
    }

    /// Returns whether the function is to return.
    fn run<'env, G: Generation>(
        &'env self,
        defers: &G::Defers<'env>,
        body: &'env [Statement],
        recovery: Option<&Recovery<'_>>,
    ) -> bool {
        let mut late = Vec::new();
        for statement in body {
            if !self.goes_on() {
                return true;
            }
            match statement {
                Statement::Defer(kind, body) => {
                    self.defer::<G>(defers, *kind, body);
                }
                Statement::Call(kind, body) => self.call(*kind, body, None),
                Statement::Catch(body) => {
                    let run = || self.run::<G>(defers, body, recovery);
                    let end = catch_unwind(AssertUnwindSafe(run));
                    if end.is_ok_and(|returns| returns) {
                        return true;
                    }
                }
                Statement::Go(kind, body) => {
                    let outer = self.goroutines.get();
                    self.goroutines.set(outer + 1);
                    drop(go(|| self.call(*kind, body, None)));
                    self.goroutines.set(outer);
                }
                Statement::Late(kind, body) => late.push(Late::<G> {
                    machine: self,
                    defers,
                    kind: *kind,
                    body,
                }),
                Statement::Loop(body) => {
                    for _ in 0..3 {
                        if self.run::<G>(defers, body, recovery) {
                            return true;
                        }
                    }
                }
                Statement::Return => return true,
                leaf => self.leave(leaf, recovery),
            }
        }
        false
    }

    /// Recovers, panics or exits.
    fn leave(&self, statement: &Statement, recovery: Option<&Recovery<'_>>) {
        let recovered = || recovery.and_then(Recovery::recover);
        match statement {
            Statement::Recover => drop(recovered()),
            Statement::Repanic(kind) => {
                if let Some(value) = recovered() {
                    panic_of(*kind, value);
                }
            }
            Statement::Panic(kind) => panic_of(*kind, *kind),
            Statement::RustPanic => resume_unwind(Box::new("of Rust")),
            Statement::Goexit(kind) if self.goroutines.get() > 0 => {
                goexit_of(*kind);
            }
            _ => {}
        }
    }
}

fn panic_of(kind: Kind, value: impl Send + 'static) -> ! {
    match kind {
        0 => HeapRecords::go_panic(value),
        1 => FrameRecords::go_panic(value),
        _ => OpenCoded::go_panic(value),
    }
}

fn goexit_of(kind: Kind) -> ! {
    match kind {
        0 => HeapRecords::goexit(),
        1 => FrameRecords::goexit(),
        _ => OpenCoded::goexit(),
    }
}

/// Runs `body` outermost; then a panic runs what was left behind. Returns how
/// many calls were deferred, and how many have run.
fn counts(kind: Kind, body: &[Statement]) -> (u32, u32) {
    let machine = Machine::default();
    let run = || machine.call(kind, body, None);
    drop(catch_unwind(AssertUnwindSafe(run)));
    let before = machine.ran.get();
    drop(catch_unwind(|| HeapRecords::go_panic("what was left")));
    assert_eq!(machine.ran.get(), before, "a record outlived its frame");
    (machine.deferred.get(), machine.ran.get())
}

/// Makes statements of every kind from a few numbers, for Miri, to which
/// proptest is minutes of work.
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) % end
    }

    fn body(&mut self, depth: u32) -> Vec<Statement> {
        let count = 1 + self.below(4);
        (0..count).map(|_| self.statement(depth)).collect()
    }

    fn statement(&mut self, depth: u32) -> Statement {
        let kind = self.below(3) as Kind;
        let choice = self.below(if depth == 0 { 6 } else { 14 });
        let mut body = || self.body(depth - 1);
        match choice {
            0 => Statement::Panic(kind),
            1 => Statement::RustPanic,
            2 => Statement::Recover,
            3 => Statement::Repanic(kind),
            4 => Statement::Goexit(kind),
            5 => Statement::Return,
            6 => Statement::Call(kind, body()),
            7 => Statement::Catch(body()),
            8 => Statement::Go(kind, body()),
            9 => Statement::Late(kind, body()),
            10 => Statement::Loop(body()),
            _ => Statement::Defer(kind, body()),
        }
    }
}

#[test]
fn each_call_of_a_few_programs_runs_once() {
    let _watched = watch();
    let mut numbers = Numbers(1);
    for _ in 0..if cfg!(miri) { 6 } else { 500 } {
        let body = numbers.body(3);
        for kind in 0..3 {
            let (deferred, ran) = counts(kind, &body);
            assert_eq!(deferred, ran, "{body:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    #[cfg_attr(miri, ignore = "the few programs above are for Miri")]
    fn each_call_runs_once(body in any_body()) {
        let _watched = watch();
        for kind in 0..3 {
            let (deferred, ran) = counts(kind, &body);
            prop_assert_eq!(deferred, ran);
        }
    }
}
