//! A panic on its way through deferred calls, and what a crash tells.
//!
//! `cargo run -p queue-locks --example recover`

use queue_locks::defer::{Outcome, go, go_panic, with_defers};

fn main() {
    let end = go(|| {
        with_defers(|d| {
            d.defer_with(|recovery| {
                let value = recovery.recover();
                let value = value.as_ref();
                let text = value.and_then(|it| it.downcast_ref::<&str>());
                println!("recovered: {text:?}");
            });
            d.defer(|| println!("runs first: last in, first out"));
            go_panic("the first panic")
        });
    });
    println!("the function has returned, and the goroutine: {end:?}\n");

    let end: Outcome<()> = go(|| {
        with_defers(|d| {
            d.defer_with(|recovery| {
                if let Some(value) = recovery.recover() {
                    go_panic(value); // not ours to handle
                }
            });
            d.defer(|| go_panic("a panic in a deferred call"));
            go_panic("the second panic")
        })
    });
    if let Outcome::Crashed(links) = end {
        println!("nobody recovered; Go would print:");
        links.iter().for_each(|link| println!("  {link}"));
    }
}
