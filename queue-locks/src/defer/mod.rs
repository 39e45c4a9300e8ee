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

mod call;
mod chain;
mod frame;
mod goroutine;
mod panic;
mod pool;
mod record;
mod signal;
mod unwind;

pub mod frame_records;
pub mod heap_records;
pub mod open_coded;
pub mod stepwise;

use std::any::Any;

pub use frame_records::FrameRecords;
pub use goroutine::{Outcome, go};
pub use heap_records::HeapRecords;
pub use open_coded::{OpenCoded, go_panic, goexit, with_defers};
pub use panic::Recovery;
pub use signal::Link;

/// What a panic carries; the same as a payload of Rust's panics.
pub type Payload = Box<dyn Any + Send>;

/// One generation of the machinery, for code that runs on each of them.
pub trait Generation {
    /// What the body of [`with_defers`](Self::with_defers) defers with.
    type Defers<'env>: Defer<'env>;

    /// Runs `body`, then what it deferred.
    fn with_defers<'env, R: Default>(
        body: impl FnOnce(&Self::Defers<'env>) -> R,
    ) -> R;

    /// Panics with `value`: runs what is deferred, until one recovers.
    fn go_panic(value: impl Any + Send) -> !;

    /// Runs what is deferred, and ends the goroutine.
    fn goexit() -> !;
}

/// The defer statement.
///
/// `'env` is the life of what a deferred call may borrow. It is longer than
/// the function that defers.
///
/// # Panics
///
/// In the generations with a chain, when it is used while a function that the
/// deferring one called is running: each function defers for itself.
pub trait Defer<'env> {
    /// Has `call` run when the function leaves; it may recover.
    fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'env);

    /// Has `call` run when the function leaves.
    #[inline(always)]
    fn defer(&self, call: impl FnOnce() + 'env) {
        self.defer_with(move |_| call());
    }
}
