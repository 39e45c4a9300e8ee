//! A panic with ten open-coded deferred calls, and what the unwinder takes for
//! one without any, as functions with names: `tests/instructions.rs` counts
//! what they execute, each as often as the argument says.

use std::cell::Cell;
use std::hint::black_box;
use std::panic::{catch_unwind, resume_unwind};

use queue_locks::defer::{Outcome, go, go_panic, with_defers};

/// Throws and catches, and nothing else.
// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn bare_catch() -> bool {
    catch_unwind(|| {
        if black_box(true) {
            resume_unwind(Box::new("nobody"));
        }
    })
    .is_err()
}

/// The same, through a frame that has deferred ten calls, of which the last
/// one recovers.
// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn panic_with_ten_calls(ran: &Cell<u32>) {
    let count = || ran.set(ran.get() + 1);
    with_defers(|d| {
        d.defer_with(|recovery| {
            count();
            assert!(recovery.recover().is_some());
        });
        (1..10).for_each(|_| d.defer(count));
        if black_box(true) {
            go_panic("the last call");
        }
    });
}

fn main() {
    let count = std::env::args().nth(1);
    let count = count.map_or(1, |it| it.parse().expect("a count"));
    let ran = Cell::new(0);
    let outcome = go(|| {
        for _ in 0..count {
            assert!(bare_catch());
            panic_with_ten_calls(&ran);
        }
    });
    assert!(matches!(outcome, Outcome::Returned(())));
    assert_eq!(ran.get(), 10 * count);
    println!("all thrown, all caught, {count} times");
}
