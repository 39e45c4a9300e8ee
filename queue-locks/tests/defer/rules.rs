//! What changed between Go's releases, on each generation.

use std::cell::Cell;

use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, Link, OpenCoded, Outcome,
    Payload, Rules, go, go_by,
};
use support::watchdog::watch;

/// A panic during `goexit` is recovered by the function that exits.
fn recovers_what_follows_goexit<G: Generation>() {
    G::with_defers::<()>(|d| {
        d.defer_with(|recovery| drop(recovery.recover()));
        d.defer(|| G::go_panic("follows"));
        G::goexit();
    });
}

/// The same, after another panic has replaced that one.
fn recovers_what_replaced_it<G: Generation>() {
    G::with_defers::<()>(|d| {
        d.defer_with(|recovery| drop(recovery.recover()));
        d.defer(|| G::go_panic("replaces"));
        d.defer(|| G::go_panic("follows"));
        G::goexit();
    });
}

fn has_exited(rules: Rules, body: impl FnOnce()) -> bool {
    matches!(go_by(rules, body), Outcome::Exited)
}

fn a_recovery_that_passes_goexit<G: Generation>() {
    let exits = [Rules::Go1_13, Rules::Go1_21, Rules::Go1_22, Rules::Go1_27]
        .map(|rules| {
            (
                has_exited(rules, recovers_what_follows_goexit::<G>),
                has_exited(rules, recovers_what_replaced_it::<G>),
            )
        });
    let expected = [(false, false), (true, false), (true, true), (true, true)];
    assert_eq!(exits, expected);
}

fn a_value_raised_again<G: Generation>() {
    let told = |rules| {
        let end: Outcome<()> = go_by(rules, || {
            G::with_defers(|d| {
                d.defer_with(|recovery| {
                    G::go_panic(recovery.recover().expect("a panic"));
                });
                G::go_panic("again");
            })
        });
        let Outcome::Crashed(links) = end else {
            panic!("it did not crash");
        };
        let value = links.last().and_then(|link| link.value.as_ref());
        let value = value.expect("the last one keeps its value");
        assert_eq!(value.downcast_ref(), Some(&"again"));
        links.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(told(Rules::Go1_27), ["panic: again [recovered, repanicked]"]);
    let twice = ["panic: again [recovered]", "panic: again"];
    assert_eq!(told(Rules::Go1_22), twice);
}

/// Only what a recovery returned is raised *again*; a value that looks the
/// same, and may even lie where that was, is a new one.
fn an_equal_value_is_not_raised_again<G: Generation>() {
    let end: Outcome<()> = go(|| {
        G::with_defers(|d| {
            d.defer_with(|recovery| {
                drop(recovery.recover());
                G::go_panic("same");
            });
            G::go_panic("same");
        })
    });
    let Outcome::Crashed(links) = end else {
        panic!("it did not crash");
    };
    assert_eq!(links.len(), 2);
}

/// Who boxes a value by hand has not recovered it.
fn another_box_is_not_raised_again<G: Generation>() {
    let end: Outcome<()> = go(|| {
        G::with_defers(|d| {
            d.defer_with(|recovery| {
                let _kept = recovery.recover();
                let other: Payload = Box::new("other");
                G::go_panic(other);
            });
            G::go_panic("first");
        })
    });
    let Outcome::Crashed(links) = end else {
        panic!("it did not crash");
    };
    assert_eq!(
        links.iter().map(Link::text).collect::<Vec<_>>(),
        ["first", "other"]
    );
    assert!(!links[1].repanicked);
}

/// A goroutine has the rules of the one that it is in, and gives them back.
fn rules_nest<G: Generation>() {
    let inner = Cell::new(true);
    let end = go_by(Rules::Go1_13, || {
        let end = go(recovers_what_follows_goexit::<G>);
        inner.set(matches!(end, Outcome::Exited));
        assert!(has_exited(Rules::Go1_27, recovers_what_follows_goexit::<G>));
        recovers_what_follows_goexit::<G>();
    });
    assert!(matches!(end, Outcome::Returned(())));
    assert!(!inner.get(), "inside it was not the rules of 1.13");
    assert!(matches!(go(recovers_what_follows_goexit::<G>), Outcome::Exited));
}

fn all<G: Generation>() {
    a_recovery_that_passes_goexit::<G>();
    a_value_raised_again::<G>();
    an_equal_value_is_not_raised_again::<G>();
    another_box_is_not_raised_again::<G>();
    rules_nest::<G>();
}

#[test]
fn heap_records() {
    let _watched = watch();
    all::<HeapRecords>();
}

#[test]
fn frame_records() {
    let _watched = watch();
    all::<FrameRecords>();
}

#[test]
fn open_coded() {
    let _watched = watch();
    all::<OpenCoded>();
}

#[test]
fn a_body_may_end_in_a_panic() {
    let _watched = watch();
    use queue_locks::defer::{frame_records, heap_records, open_coded};
    let recovered = Cell::new(0);
    let count = || recovered.set(recovered.get() + 1);
    open_coded::with_defers(|d| {
        d.defer_with(|recovery| {
            recovery.recover().iter().for_each(|_| count())
        });
        open_coded::go_panic("x")
    });
    frame_records::with_defers(|d| {
        d.defer_with(|recovery| {
            recovery.recover().iter().for_each(|_| count())
        });
        frame_records::go_panic("x");
    });
    heap_records::with_defers(|d| {
        d.defer_with(|recovery| {
            recovery.recover().iter().for_each(|_| count())
        });
        heap_records::go_panic("x")
    });
    assert_eq!(recovered.get(), 3);
}
