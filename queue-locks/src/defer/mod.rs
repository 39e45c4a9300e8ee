//! Go's `defer`, `panic`, `recover` and `Goexit`, in three generations.
//!
//! A function that defers runs in [`with_defers`]; what it defers runs when
//! it leaves, last in first out: by returning, by [`go_panic`] (or a panic of
//! Rust), by [`goexit`]. A deferred call that
//! [`recover`](Recovery::recover)s ends the panic: its function returns as
//! if nothing had happened.
//!
//! | generation | Go | the record of a deferred call lies | who finds it at a panic |
//! |---|---|---|---|
//! | [`heap_records`] | to 1.12 | on the heap, in a chain of the thread | the chain |
//! | [`frame_records`] | 1.13 | in the frame, in the same chain | the chain |
//! | [`open_coded`] | from 1.14 | in the frame, as a bit and a slot | the unwinder |
//!
//! The functions of this module are those of the newest generation. A thread
//! uses one generation at a time, as a Go program is compiled by one
//! compiler. A panic of another generation is met like a panic of Rust: all
//! that was deferred runs, once.
//!
//! Rules, as in the Go specification (*Defer statements*, *Handling panics*):
//! - arguments are evaluated at the defer statement: the closure captures;
//! - only the directly deferred call can recover: it gets the [`Recovery`];
//! - a panic in a deferred call replaces the panic that was running;
//! - [`goexit`] cannot be recovered, nor be jumped over by a recovery;
//! - after a recovery the function returns what it had, else its zero value.
//!
//! ```
//! use queue_locks::defer::{go_panic, with_defers};
//!
//! let quotient = |a: i32, b: i32| {
//!     with_defers(|d| {
//!         d.defer_with(|recovery| {
//!             if recovery.recover().is_some() {
//!                 eprintln!("divided by zero");
//!             }
//!         });
//!         if b == 0 {
//!             go_panic("integer divide by zero");
//!         }
//!         a / b
//!     })
//! };
//! assert_eq!(quotient(6, 3), 2);
//! assert_eq!(quotient(6, 0), 0); // the zero value, as in Go
//! ```
//!
//! A deferred call may borrow what lives longer than the function, and only
//! that; so no record can outlive what it refers to:
//!
//! ```compile_fail,E0373
//! use queue_locks::defer::with_defers;
//!
//! with_defers(|d| {
//!     let local = String::from("gone before the deferred call runs");
//!     d.defer(|| println!("{local}")); // error[E0373]
//! });
//! ```
//!
//! The source is `runtime/panic.go` of Go 1.27, and the same file of 1.12
//! and 1.13 for the older generations.
//!
//! The files, each of which uses only those above it:
//!
//! | file | what is there |
//! |---|---|
//! | `link` | what a crash tells of one panic |
//! | `rules` | where the rules of Go's releases differ |
//! | `signal` | what our own unwinding carries, and the crash of a goroutine |
//! | `panic` | the panics of a thread, and the right to recover one |
//! | `call` | a deferred closure of any type, in a place of fixed size |
//! | `record` | a deferred call with its link to the next |
//! | `pool` | the records of the heap that nobody uses |
//! | `chain` | the deferred calls of a thread, newest first |
//! | `unwind` | the search for a recovery, and `Goexit` |
//! | `generation` | the traits that the three generations have in common |
//! | `frame` | how a function that defers is entered and left |
//! | [`heap_records`], [`frame_records`], [`open_coded`] | the generations |
//! | [`stepwise`] | the first generation, for programs that cannot unwind |
//! | `goroutine` | where panics and `Goexit` end |
//!
//! Nothing here is shared between threads: chain, pool and panics are each
//! thread's own, as they are each goroutine's own in Go.

mod call;
mod chain;
mod frame;
mod generation;
mod goroutine;
mod link;
mod panic;
#[cfg(test)]
mod planted;
mod pool;
mod record;
mod rules;
mod signal;
mod unwind;

pub mod frame_records;
pub mod heap_records;
pub mod open_coded;
pub mod stepwise;

pub use frame_records::FrameRecords;
pub use generation::{Defer, Generation, Returns};
pub use goroutine::{Outcome, go, go_by};
pub use heap_records::HeapRecords;
pub use link::{Link, Payload};
pub use open_coded::{OpenCoded, go_panic, goexit, with_defers};
pub use panic::Recovery;
pub use rules::Rules;
