//! Panics that run what is deferred and return where to go on.

use std::cell::RefCell;
use std::rc::Rc;

use queue_locks::defer::stepwise::{Frame, Raised, raise, with_frame};
use support::watchdog::watch;

#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    /// Has `frame` say it when it ends.
    fn defer(&self, frame: &Frame, text: &'static str) {
        let log = self.clone();
        frame.defer_with(move |_| log.0.borrow_mut().push(text));
    }

    fn take(&self) -> Vec<&'static str> {
        self.0.take()
    }
}

#[test]
fn a_panic_that_nobody_recovers_runs_all_calls_of_all_frames() {
    let _watched = watch();
    let log = Log::default();
    with_frame(|outer| {
        log.defer(outer, "outer");
        with_frame(|inner| {
            log.defer(inner, "inner, first");
            log.defer(inner, "inner, second");
            assert_eq!(raise(Box::new(1), || false), Raised::Unrecovered);
        });
        assert_eq!(log.take(), ["inner, second", "inner, first", "outer"]);
        assert!(!outer.run_next());
    });
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn a_panic_returns_to_the_frame_that_recovers_and_leaves_it_the_rest() {
    let _watched = watch();
    let log = Log::default();
    with_frame(|outer| {
        log.defer(outer, "the rest");
        outer.defer_with(|recovery| {
            let value = recovery.recover().expect("a panic");
            assert_eq!(value.downcast_ref(), Some(&1));
        });
        with_frame(|inner| {
            log.defer(inner, "inner");
            let raised = raise(Box::new(1), || false);
            assert_eq!(raised, Raised::Recovered(outer.id()));
            assert_ne!(inner.id(), outer.id());
        });
        assert_eq!(log.take(), ["inner"]);
        assert!(outer.run_next());
        assert!(!outer.run_next());
        assert_eq!(log.take(), ["the rest"]);
    });
}

/// A call that was left before its end has ended the panic: no other is run.
#[test]
fn a_panic_whose_call_is_left_runs_no_more() {
    let _watched = watch();
    let log = Log::default();
    with_frame(|frame| {
        log.defer(frame, "the rest");
        log.defer(frame, "is left");
        assert_eq!(raise(Box::new(1), || true), Raised::Interrupted);
        assert_eq!(log.take(), ["is left"]);
        assert!(frame.run_next());
    });
    assert_eq!(log.take(), ["the rest"]);
}
