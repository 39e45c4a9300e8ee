//! Goroutines within deferred calls, and one after the other: each has a
//! chain, panics and rules of its own, and gives back those of the outer one.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded, Outcome, go,
};
use support::watchdog::watch;

/// A goroutine that starts while a panic runs deferred calls must neither run
/// those that are left, nor tell of that panic.
fn a_goroutine_in_a_deferred_call<G: Generation>() {
    let log = RefCell::new(Vec::new());
    let say = |text: &str| log.borrow_mut().push(text.to_owned());
    let end: Outcome<()> = go(|| {
        G::with_defers(|d| {
            d.defer(|| say("outer, last"));
            d.defer(|| {
                let inner: Outcome<()> = go(|| G::go_panic("inner"));
                let Outcome::Crashed(links) = inner else {
                    panic!("it did not crash");
                };
                links.iter().for_each(|link| say(&link.to_string()));
                assert!(matches!(go(|| G::goexit()), Outcome::<()>::Exited));
                assert!(matches!(go(|| 5), Outcome::Returned(5)));
            });
            G::go_panic("outer")
        })
    });
    let Outcome::Crashed(links) = end else {
        panic!("it did not crash");
    };
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].to_string(), "panic: outer");
    assert_eq!(log.into_inner(), ["panic: inner", "outer, last"]);
}

/// The function that is innermost in the outer goroutine may defer again when
/// the inner one has ended.
fn it_defers_after_a_goroutine<G: Generation>() {
    let log = RefCell::new(Vec::new());
    G::with_defers::<()>(|d| {
        let inner: Outcome<()> = go(|| {
            G::with_defers(|d| {
                d.defer(|| log.borrow_mut().push("inner"));
                G::goexit()
            })
        });
        assert!(matches!(inner, Outcome::Exited));
        d.defer(|| log.borrow_mut().push("outer"));
    });
    assert_eq!(log.into_inner(), ["inner", "outer"]);
}

/// After all goroutines have ended there is none to end.
fn outside_there_is_no_goexit<G: Generation>() {
    drop(go(|| drop(go(|| ()))));
    let end = catch_unwind(|| G::goexit());
    let payload = end.map(|_: ()| ()).expect_err("there is no goroutine");
    let said = payload.downcast_ref::<&str>().copied();
    assert!(said.is_some_and(|text| text.contains("outside of `go`")));
}

/// Whoever hooks into panics hears once of one that leaves the program's own
/// functions, with its text, and of none that ends at `go`.
fn the_hook_hears_of_a_panic_outside<G: Generation>() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&heard);
    let this_thread = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == this_thread {
            let text = info.payload_as_str().unwrap_or("?").to_owned();
            let mut notes =
                notes.lock().unwrap_or_else(PoisonError::into_inner);
            notes.push(text);
        }
    }));
    drop(go(|| -> () { G::go_panic("inside") }));
    drop(catch_unwind(|| -> () { G::go_panic("outside") }));
    let owned = String::from("outside, owned");
    drop(catch_unwind(AssertUnwindSafe(|| -> () { G::go_panic(owned) })));
    drop(catch_unwind(|| a_frame_of_rust_panics::<G>(|| ())));
    drop(catch_unwind(|| a_frame_of_rust_panics::<G>(|| panic!("again"))));
    std::panic::set_hook(before);
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    let ours = ["outside", "outside, owned"];
    let of_rust = ["of Rust, owned", "of Rust, owned", "again"];
    assert_eq!(*heard, [&ours[..], &of_rust].concat());
}

/// Rust has told of its own panics before anything of ours unwinds.
fn a_frame_of_rust_panics<G: Generation>(call: fn()) {
    G::with_defers(|d| {
        d.defer(call);
        panic!("of {}", String::from("Rust, owned"))
    })
}

fn all<G: Generation>() {
    a_goroutine_in_a_deferred_call::<G>();
    it_defers_after_a_goroutine::<G>();
    outside_there_is_no_goexit::<G>();
}

#[test]
fn each_has_what_is_its_own() {
    let _watched = watch();
    all::<HeapRecords>();
    all::<FrameRecords>();
    all::<OpenCoded>();
}

/// One test for the three, as the hook is the whole process's.
#[test]
fn the_hook_hears_of_what_leaves_the_program() {
    let _watched = watch();
    the_hook_hears_of_a_panic_outside::<HeapRecords>();
    the_hook_hears_of_a_panic_outside::<FrameRecords>();
    the_hook_hears_of_a_panic_outside::<OpenCoded>();
}
