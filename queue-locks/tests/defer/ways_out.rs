//! Every way out of a frame runs all that it has deferred, once, and leaves
//! nothing in the chain: what was left would run after its frame is gone.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded, Outcome, Payload,
    frame_records, go, go_panic, goexit, open_coded, stepwise,
};
use support::watchdog::watch;

fn caught<R>(body: impl FnOnce() -> R) -> Result<R, Payload> {
    catch_unwind(AssertUnwindSafe(body))
}

/// Runs `inner` in a frame of `G` that has deferred two calls; both have run
/// when the frame is gone. Then a panic looks for what is left in the chain.
fn leaves_nothing<G: Generation>(inner: impl FnOnce(&dyn Fn())) {
    let ran = Cell::new(0);
    let count = || ran.set(ran.get() + 1);
    let _: Outcome<()> = go(|| {
        drop(caught(|| {
            G::with_defers::<()>(|d| {
                d.defer(count);
                d.defer(count);
                inner(&count);
            });
        }));
        assert_eq!(ran.get(), 2, "the frame is gone");
        frame_records::go_panic("runs what is left");
    });
    assert_eq!(ran.get(), 2, "something was left");
}

fn on_each(inner: impl Fn(&dyn Fn())) {
    leaves_nothing::<HeapRecords>(&inner);
    leaves_nothing::<FrameRecords>(&inner);
    leaves_nothing::<OpenCoded>(&inner);
}

#[test]
fn a_return() {
    let _watched = watch();
    on_each(|_| ());
}

#[test]
fn a_panic_of_go() {
    let _watched = watch();
    on_each(|_| frame_records::go_panic(1));
    on_each(|_| go_panic(1));
}

#[test]
fn a_panic_of_rust() {
    let _watched = watch();
    on_each(|_| resume_unwind(Box::new(1)));
}

#[test]
fn a_goexit() {
    let _watched = watch();
    on_each(|_| frame_records::goexit());
    on_each(|_| goexit());
}

#[test]
fn a_stepwise_frame_whose_call_panics() {
    let _watched = watch();
    on_each(|_| {
        let ran = std::rc::Rc::new(Cell::new(false));
        let seen = std::rc::Rc::clone(&ran);
        let end = caught(|| {
            stepwise::with_frame(|frame| {
                frame.defer_with(move |_| seen.set(true));
                frame.defer_with(|_| resume_unwind(Box::new("last")));
                frame.defer_with(|_| resume_unwind(Box::new("first")));
            });
        });
        let payload = end.expect_err("a call has panicked");
        assert_eq!(payload.downcast_ref(), Some(&"last"));
        assert!(ran.get(), "it was left behind");
    });
}

#[test]
fn a_stepwise_frame_whose_body_panics() {
    let _watched = watch();
    on_each(|count| {
        let end = caught(|| {
            stepwise::with_frame::<()>(|frame| {
                frame.defer_with(|_| resume_unwind(Box::new("of a call")));
                resume_unwind(Box::new("of the body"));
            });
        });
        let payload = end.expect_err("the body has panicked");
        assert_eq!(payload.downcast_ref(), Some(&"of a call"));
        let _ = count;
    });
}

#[test]
fn a_stepwise_frame_runs_what_it_has_deferred_at_its_end() {
    let _watched = watch();
    let ran = std::rc::Rc::new(Cell::new(0));
    stepwise::with_frame(|frame| {
        for _ in 0..3 {
            let ran = std::rc::Rc::clone(&ran);
            frame.defer_with(move |_| ran.set(ran.get() + 1));
        }
        assert!(frame.run_next());
        assert_eq!(ran.get(), 1);
    });
    assert_eq!(ran.get(), 3);
}

/// A deferred call raises a panic of another generation, while a panic of
/// Rust runs what the frame has deferred.
fn a_foreign_panic_in_a_call<G: Generation>(foreign: fn()) {
    let ran = Cell::new(0);
    let count = || ran.set(ran.get() + 1);
    let _: Outcome<()> = go(|| {
        drop(caught(|| {
            G::with_defers::<()>(|d| {
                d.defer(count);
                d.defer(count);
                d.defer(foreign);
                d.defer(count);
                resume_unwind(Box::new("of Rust"));
            });
        }));
        assert_eq!(ran.get(), 3, "the frame is gone");
        frame_records::go_panic("runs what is left");
    });
    assert_eq!(ran.get(), 3, "something was left");
}

#[test]
fn a_foreign_signal() {
    let _watched = watch();
    let foreign: [fn(); 4] = [
        || open_coded::go_panic("third generation"),
        || open_coded::goexit(),
        || frame_records::go_panic("second generation"),
        || frame_records::goexit(),
    ];
    for foreign in foreign {
        a_foreign_panic_in_a_call::<HeapRecords>(foreign);
        a_foreign_panic_in_a_call::<FrameRecords>(foreign);
        a_foreign_panic_in_a_call::<OpenCoded>(foreign);
    }
}

/// A destructor that panics, like the first of a chain of its kind.
struct Bomb(u32);

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.0 > 0 {
            resume_unwind(Box::new(Self(self.0 - 1)));
        }
    }
}

/// The payload of a panic that was replaced panics when it is dropped.
#[test]
fn a_payload_whose_destructor_panics() {
    let _watched = watch();
    on_each(|_| {
        FrameRecords::with_defers::<()>(|d| {
            d.defer(|| frame_records::go_panic("replaces it"));
            frame_records::go_panic(Bomb(3));
        });
    });
    on_each(|_| {
        OpenCoded::with_defers::<()>(|d| {
            d.defer(|| go_panic("replaces it"));
            go_panic(Bomb(3));
        });
    });
    on_each(|_| resume_unwind(Box::new(Bomb(1))));
}

/// The panic that was replaced is dropped by a recovery of the one after it.
fn a_recovery_drops_a_bomb<G: Generation>() {
    let ran = Cell::new(0);
    let count = || ran.set(ran.get() + 1);
    let outcome: Outcome<()> = go(|| {
        G::with_defers(|d| {
            d.defer(count);
            d.defer_with(|recovery| {
                let value = recovery.recover().expect("a panic");
                assert_eq!(value.downcast_ref(), Some(&"replaces it"));
                count();
            });
            d.defer(|| G::go_panic("replaces it"));
            G::go_panic(Bomb(3));
        })
    });
    assert!(matches!(outcome, Outcome::Returned(())), "{outcome:?}");
    assert_eq!(ran.get(), 2);
}

#[test]
fn a_replaced_payload_whose_destructor_panics() {
    let _watched = watch();
    a_recovery_drops_a_bomb::<HeapRecords>();
    a_recovery_drops_a_bomb::<FrameRecords>();
    a_recovery_drops_a_bomb::<OpenCoded>();
}

/// Outside of a goroutine the newest panic becomes one of Rust, while which no
/// second one may begin.
fn a_bomb_that_nobody_waits_for<G: Generation>() {
    let ran = Cell::new(0);
    let end = caught(|| {
        G::with_defers::<()>(|d| {
            d.defer(|| ran.set(ran.get() + 1));
            d.defer(|| G::go_panic("replaces it"));
            G::go_panic(Bomb(3));
        });
    });
    let payload = end.expect_err("nobody recovers");
    assert_eq!(payload.downcast_ref(), Some(&"replaces it"));
    assert_eq!(ran.get(), 1);
}

#[test]
fn a_replaced_payload_whose_destructor_panics_outside_of_a_goroutine() {
    let _watched = watch();
    a_bomb_that_nobody_waits_for::<HeapRecords>();
    a_bomb_that_nobody_waits_for::<FrameRecords>();
    a_bomb_that_nobody_waits_for::<OpenCoded>();
}

/// A destructor that defers, while a panic unwinds its function.
struct Late<F: FnMut()>(F);

impl<F: FnMut()> Drop for Late<F> {
    fn drop(&mut self) {
        self.0();
    }
}

fn a_destructor_defers_a_panic<G: Generation>() {
    let ran = Cell::new(0);
    let count = || ran.set(ran.get() + 1);
    let _: Outcome<()> = go(|| {
        drop(caught(|| {
            G::with_defers::<()>(|d| {
                let _late = Late(|| {
                    d.defer(count);
                    d.defer(|| resume_unwind(Box::new("in between")));
                    d.defer(count);
                });
                G::go_panic(Bomb(1));
            });
        }));
        assert_eq!(ran.get(), 2, "the frame is gone");
        frame_records::go_panic("runs what is left");
    });
    assert_eq!(ran.get(), 2, "something was left");
}

#[test]
fn a_destructor_that_defers() {
    let _watched = watch();
    a_destructor_defers_a_panic::<HeapRecords>();
    a_destructor_defers_a_panic::<FrameRecords>();
    a_destructor_defers_a_panic::<OpenCoded>();
}

/// Returns a signal that somebody has kept: of a crash, or of a recovery.
fn kept_signal(is_recovery: bool) -> Payload {
    let mut kept = None;
    let _: Outcome<()> = go(|| {
        FrameRecords::with_defers::<()>(|d| {
            d.defer_with(|recovery| {
                is_recovery.then(|| recovery.recover());
            });
            kept = caught(|| frame_records::go_panic("kept")).err();
        });
    });
    kept.expect("a signal")
}

#[test]
fn a_signal_that_was_kept_and_resumed() {
    let _watched = watch();
    for is_recovery in [true, false] {
        let signal = || {
            let kept = kept_signal(is_recovery);
            // On another thread, too, since a payload may be sent there.
            std::thread::spawn(|| kept).join().expect("it returns it")
        };
        on_each(|_| resume_unwind(signal()));
        on_each(|_| {
            FrameRecords::with_defers::<()>(|d| {
                d.defer(|| resume_unwind(signal()));
                d.defer(|| resume_unwind(signal()));
                go_panic("replaced");
            });
        });
        assert!(caught(|| resume_unwind(signal())).is_err());
    }
}

#[test]
fn a_recovery_without_its_frame_ends_the_goroutine() {
    let _watched = watch();
    let outcome: Outcome<()> = go(|| resume_unwind(kept_signal(true)));
    assert!(matches!(outcome, Outcome::Crashed(links) if links.len() == 1));
}
