//! What Go's own tests look at, on each generation.
//!
//! The ideas are those of `runtime/defer_test.go` and `test/recover*.go` of
//! Go 1.27, whose names stand in the comments; the code is our own.

use std::cell::{Cell, RefCell};

use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded, Outcome, Payload,
    Recovery, go,
};

/// One test a generation, from one generic body.
macro_rules! on_each_generation {
    ($($test:ident)*) => {
        on_each_generation!(@on heap_records HeapRecords, $($test)*);
        on_each_generation!(@on frame_records FrameRecords, $($test)*);
        on_each_generation!(@on open_coded OpenCoded, $($test)*);
    };
    (@on $name:ident $generation:ty, $($test:ident)*) => {
        mod $name {
            use super::*;
            $(
                #[test]
                fn $test() {
                    let _watched = support::watchdog::watch();
                    super::$test::<$generation>();
                }
            )*
        }
    };
}

on_each_generation! {
    last_in_first_out
    arguments_are_evaluated_at_the_statement
    conditional_defers
    more_defers_than_room
    a_function_without_exit
    recover_in_a_helper_without_the_right
    recover_without_a_panic
    recover_twice
    recover_matches_its_own_panic
    a_defer_that_disappears
    a_panic_in_a_deferred_call_replaces
    repeated_panics_in_deferred_calls
    a_recovered_function_returns_what_it_had
    the_rest_runs_after_a_recovery
    goexit_runs_what_is_deferred
    goexit_is_not_recovered
    goexit_goes_on_after_a_recovered_panic
    goexit_replaces_a_panic
    a_panic_of_rust_is_recovered
    a_panic_leaves_go_as_a_panic_of_rust
    goroutines_nest
    drops_run_while_unwinding
}

/// A function without a result.
pub(crate) fn frame<'env, G: Generation>(body: impl FnOnce(&G::Defers<'env>)) {
    G::with_defers(body);
}

pub(crate) fn text(payload: Option<Payload>) -> &'static str {
    payload.map_or("nothing", |p| p.downcast_ref().copied().unwrap_or("?"))
}

fn crash_of(outcome: Outcome<()>) -> Vec<String> {
    match outcome {
        Outcome::Crashed(links) => {
            links.iter().map(ToString::to_string).collect()
        }
        other => panic!("did not crash: {other:?}"),
    }
}

fn last_in_first_out<G: Generation>() {
    let log = RefCell::new(Vec::new());
    frame::<G>(|d| {
        for number in 0..5 {
            let log = &log;
            d.defer(move || log.borrow_mut().push(number));
        }
    });
    assert_eq!(log.into_inner(), [4, 3, 2, 1, 0]);
}

fn arguments_are_evaluated_at_the_statement<G: Generation>() {
    let (seen, counter) = (Cell::new(0), Cell::new(1));
    frame::<G>(|d| {
        let argument = counter.get();
        d.defer(move || counter.set(argument * 10));
        seen.set(7);
    });
    assert_eq!(seen.get(), 7);
}

/// `TestConditionalDefers`
fn conditional_defers<G: Generation>() {
    for set in 0..8_u8 {
        let log = RefCell::new(Vec::new());
        let outcome = go(|| {
            frame::<G>(|d| {
                for bit in [1, 2, 4].into_iter().filter(|bit| set & bit != 0) {
                    let log = &log;
                    d.defer(move || log.borrow_mut().push(bit));
                }
                G::go_panic("now");
            })
        });
        assert_eq!(crash_of(outcome), ["panic: now"]);
        let expected = [4, 2, 1].into_iter().filter(|bit| set & bit != 0);
        assert_eq!(log.into_inner(), expected.collect::<Vec<_>>());
    }
}

/// `TestOpenAndNonOpenDefers`
fn more_defers_than_room<G: Generation>() {
    let log = RefCell::new(Vec::new());
    frame::<G>(|d| {
        d.defer_with(|recovery| drop(recovery.recover()));
        for number in 0..20 {
            let log = &log;
            d.defer(move || log.borrow_mut().push(number));
        }
        G::go_panic("with 21 pending");
    });
    assert!(log.into_inner().into_iter().eq((0..20).rev()));
}

/// `TestDeferForFuncWithNoExit`
fn a_function_without_exit<G: Generation>() {
    let ran = Cell::new(false);
    let outcome: Outcome<()> = go(|| {
        frame::<G>(|d| {
            d.defer(|| ran.set(true));
            loop {
                if !ran.get() {
                    G::go_panic("the only way out");
                }
            }
        })
    });
    assert_eq!(crash_of(outcome), ["panic: the only way out"]);
    assert!(ran.get());
}

/// `test/recover.go`, `test2` and others: a helper's helper cannot.
fn recover_in_a_helper_without_the_right<G: Generation>() {
    let seen = Cell::new("not called");
    let outcome = go(|| {
        frame::<G>(|d| {
            d.defer(|| {
                // Called normally, by a deferred call: its own deferred call
                // runs because it returns, and not because of the panic.
                frame::<G>(|d| {
                    d.defer_with(|r| seen.set(text(r.recover())));
                });
            });
            G::go_panic("stays");
        })
    });
    assert_eq!(crash_of(outcome), ["panic: stays"]);
    assert_eq!(seen.get(), "nothing");
}

fn recover_without_a_panic<G: Generation>() {
    let seen = Cell::new("not called");
    frame::<G>(|d| d.defer_with(|r| seen.set(text(r.recover()))));
    assert_eq!(seen.get(), "nothing");
}

fn recover_twice<G: Generation>() {
    let seen = Cell::new(("", ""));
    let both = |r: &Recovery<'_>| (text(r.recover()), text(r.recover()));
    frame::<G>(|d| {
        d.defer_with(|r| seen.set(both(r)));
        G::go_panic("once");
    });
    assert_eq!(seen.get(), ("once", "nothing"));
}

/// `TestRecoverMatching`
fn recover_matches_its_own_panic<G: Generation>() {
    let log = RefCell::new(Vec::new());
    let note = |r: &Recovery<'_>| log.borrow_mut().push(text(r.recover()));
    frame::<G>(|d| {
        d.defer_with(note);
        d.defer(|| {
            frame::<G>(|d| {
                d.defer_with(note);
                G::go_panic("inner");
            });
        });
        G::go_panic("outer");
    });
    assert_eq!(log.into_inner(), ["inner", "outer"]);
}

/// `TestDisappearingDefer`
fn a_defer_that_disappears<G: Generation>() {
    let log = RefCell::new(Vec::new());
    let say = |text| log.borrow_mut().push(text);
    let outcome = go(|| {
        frame::<G>(|d| {
            d.defer_with(|r| say(text(r.recover())));
            d.defer(|| say("runs though its neighbour panics"));
            d.defer(|| G::go_panic("first"));
        });
        say("the caller goes on");
    });
    assert!(matches!(outcome, Outcome::Returned(())));
    let expected =
        ["runs though its neighbour panics", "first", "the caller goes on"];
    assert_eq!(log.into_inner(), expected);
}

/// `TestAbortedPanic`
fn a_panic_in_a_deferred_call_replaces<G: Generation>() {
    let seen = Cell::new("");
    frame::<G>(|d| {
        d.defer_with(|r| seen.set(text(r.recover())));
        d.defer(|| G::go_panic("second"));
        G::go_panic("first");
    });
    assert_eq!(seen.get(), "second");
    let crash = go(|| {
        frame::<G>(|d| {
            d.defer_with(|r| {
                r.recover();
                G::go_panic("third");
            });
            d.defer(|| G::go_panic("second"));
            G::go_panic("first");
        })
    });
    let expected =
        ["panic: first", "panic: second [recovered]", "panic: third"];
    assert_eq!(crash_of(crash), expected);
}

/// `TestDeferWithRepeatedRepanics`
fn repeated_panics_in_deferred_calls<G: Generation>() {
    fn interpreter<G: Generation>(level: u32) -> u32 {
        let recovered = Cell::new(0);
        frame::<G>(|d| {
            d.defer_with(|r| {
                let value = r.recover().expect("a panic");
                recovered.set(*value.downcast::<u32>().expect("a level"));
                if level < 5 {
                    assert_eq!(interpreter::<G>(level + 1), level + 1);
                }
            });
            d.defer(move || G::go_panic(level));
            G::go_panic(level + 100);
        });
        recovered.get()
    }
    for _ in 0..if cfg!(miri) { 2 } else { 50 } {
        assert_eq!(interpreter::<G>(0), 0);
    }
}

fn a_recovered_function_returns_what_it_had<G: Generation>() {
    let swallow = |r: &Recovery<'_>| drop(r.recover());
    let before = G::with_defers(|d| {
        d.defer_with(swallow);
        if std::hint::black_box(true) {
            G::go_panic("before the return");
        }
        5
    });
    assert_eq!(before, 0, "the zero value");
    let after = G::with_defers(|d| {
        d.defer_with(swallow);
        d.defer(|| G::go_panic("after the return"));
        5
    });
    assert_eq!(after, 5, "set by the return");
}

fn the_rest_runs_after_a_recovery<G: Generation>() {
    let log = RefCell::new(Vec::new());
    let note = |r: &Recovery<'_>| log.borrow_mut().push(text(r.recover()));
    frame::<G>(|d| {
        d.defer_with(note);
        d.defer_with(note);
        G::go_panic("only the first gets it");
    });
    assert_eq!(log.into_inner(), ["only the first gets it", "nothing"]);
}

fn goexit_runs_what_is_deferred<G: Generation>() {
    let log = RefCell::new(Vec::new());
    let say = |text| log.borrow_mut().push(text);
    let outcome: Outcome<()> = go(|| {
        frame::<G>(|d| {
            d.defer(|| say("outer"));
            frame::<G>(|d| {
                d.defer(|| say("inner"));
                G::goexit();
            });
            say("not reached");
        });
    });
    assert!(matches!(outcome, Outcome::Exited));
    assert_eq!(log.into_inner(), ["inner", "outer"]);
}

fn goexit_is_not_recovered<G: Generation>() {
    let seen = Cell::new("not called");
    let outcome: Outcome<()> = go(|| {
        frame::<G>(|d| {
            d.defer_with(|r| seen.set(text(r.recover())));
            G::goexit();
        });
    });
    assert!(matches!(outcome, Outcome::Exited));
    assert_eq!(seen.get(), "nothing");
}

/// `TestRecoverBeforePanicAfterGoexit`
fn goexit_goes_on_after_a_recovered_panic<G: Generation>() {
    let log = RefCell::new(Vec::new());
    let outcome: Outcome<()> = go(|| {
        frame::<G>(|d| {
            d.defer(|| log.borrow_mut().push("last"));
            d.defer_with(|r| log.borrow_mut().push(text(r.recover())));
            d.defer(|| G::go_panic("during goexit"));
            G::goexit();
        });
        log.borrow_mut().push("not reached");
    });
    assert!(matches!(outcome, Outcome::Exited));
    assert_eq!(log.into_inner(), ["during goexit", "last"]);
}

fn goexit_replaces_a_panic<G: Generation>() {
    let outcome: Outcome<()> = go(|| {
        frame::<G>(|d| {
            d.defer(|| G::goexit());
            G::go_panic("forgotten");
        })
    });
    assert!(matches!(outcome, Outcome::Exited));
}

fn a_panic_of_rust_is_recovered<G: Generation>() {
    let seen = Cell::new("");
    let value: u8 = G::with_defers(|d| {
        d.defer_with(|r| seen.set(text(r.recover())));
        std::panic::resume_unwind(Box::new("index out of range"));
    });
    assert_eq!((value, seen.get()), (0, "index out of range"));
}

fn a_panic_leaves_go_as_a_panic_of_rust<G: Generation>() {
    let ran = Cell::new(0);
    let thrown = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        frame::<G>(|d| {
            d.defer(|| ran.set(ran.get() + 1));
            frame::<G>(|d| {
                d.defer(|| ran.set(ran.get() + 1));
                G::go_panic(17_u32);
            })
        })
    }));
    let payload = thrown.expect_err("nobody recovered");
    assert_eq!(payload.downcast_ref(), Some(&17_u32));
    assert_eq!(ran.get(), 2);
}

fn goroutines_nest<G: Generation>() {
    let ran = Cell::new(0);
    let outer = go(|| {
        frame::<G>(|d| {
            d.defer(|| ran.set(ran.get() + 1));
            let inner = go(|| frame::<G>(|_| G::go_panic("inner")));
            assert_eq!(crash_of(inner), ["panic: inner"]);
            assert_eq!(ran.get(), 0, "the outer one's call is not theirs");
        });
    });
    assert!(matches!(outer, Outcome::Returned(())));
    assert_eq!(ran.get(), 1);
}

fn drops_run_while_unwinding<G: Generation>() {
    struct Count<'a>(&'a Cell<u32>);
    impl Drop for Count<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let drops = Cell::new(0);
    frame::<G>(|d| {
        d.defer_with(|r| drop(r.recover()));
        frame::<G>(|d| {
            let _local = Count(&drops);
            let captured = Count(&drops);
            d.defer(move || drop(captured));
            G::go_panic("out of both");
        })
    });
    assert_eq!(drops.get(), 2);
}
