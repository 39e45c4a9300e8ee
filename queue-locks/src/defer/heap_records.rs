//! The first generation: each deferred call is a record on the heap.
//!
//! Go 1.12 and before: `deferproc` takes a record from a pool, links it into
//! the goroutine's chain and copies the arguments into it; `deferreturn`, at
//! the end of the function, pops and runs what this frame has deferred.

use std::any::Any;
use std::cell::Cell;
use std::marker::PhantomData;

use super::call::{Call, Place};
use super::generation::sealed::Sealed;
use super::generation::{Defer, Generation, Returns};
use super::panic::Recovery;
use super::record::Entry;
use super::signal::{Message, boxed};
use super::{chain, frame, pool, unwind};

/// The first generation, for code that runs on each of them.
#[derive(Clone, Copy, Debug)]
pub struct HeapRecords;

/// What a body defers with.
#[derive(Debug)]
pub struct Defers<'env> {
    /// Not of size zero, so that each frame has an address of its own.
    frame: Cell<u8>,
    /// Neither longer nor shorter: a deferred call runs at the frame's end.
    env: PhantomData<Cell<&'env ()>>,
}

impl Defers<'_> {
    fn address(&self) -> *const () {
        (&raw const self.frame).cast()
    }
}

/// Runs `body`, then what it deferred; see [the module](super).
///
/// ```
/// use std::cell::Cell;
/// use queue_locks::defer::{Defer, heap_records::with_defers};
///
/// let log = Cell::new(String::new());
/// let say = |text: &str| log.set(log.take() + text);
/// with_defers(|d| {
///     d.defer(|| say("1"));
///     d.defer(|| say("2"));
///     say("0");
/// });
/// assert_eq!(log.take(), "021");
/// ```
#[inline(always)]
pub fn with_defers<'env, R: Returns<T>, T>(
    body: impl FnOnce(&Defers<'env>) -> R,
) -> T {
    let defers = Defers { frame: Cell::new(0), env: PhantomData };
    frame::enter(defers.address(), || body(&defers))
}

/// A record of the heap, which goes back to the pool.
enum OnHeap {}

impl Place for OnHeap {
    #[inline(always)]
    unsafe fn leave(call: *mut Call) {
        // SAFETY: the call is at the front of an entry from the pool, and the
        // caller says that nobody uses it any more.
        unsafe { pool::give_back(call.cast()) };
    }
}

// ANCHOR: deferproc
/// Has `call` run when `frame` ends.
#[inline(always)]
pub(super) fn push<F: FnOnce(&Recovery<'_>)>(frame: *const (), call: F) {
    let record = pool::take();
    let entry = Entry::new::<OnHeap, F>(frame, call);
    // SAFETY: `pool::take` hands out memory that nobody else uses.
    unsafe { record.write(entry) };
    // SAFETY: a record of the heap stays where it is, and what `call`
    // borrows outlives `frame`, which pops it.
    unsafe { chain::push(record) };
}
// ANCHOR_END: deferproc

impl Sealed for HeapRecords {}
impl Sealed for Defers<'_> {}

impl<'env> Defer<'env> for Defers<'env> {
    #[inline(always)]
    fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'env) {
        chain::assert_innermost(self.address());
        push(self.address(), call);
    }
}

/// Panics with `value`: runs what is deferred, until one recovers.
///
/// If nobody does, it ends at [`go`](super::go); outside of that it becomes a
/// panic of Rust.
///
/// What [`recover`](Recovery::recover) returned is raised again as it was.
pub fn go_panic(value: impl Any + Send) -> ! {
    let (value, is_again) = boxed(value);
    unwind::raise(value, is_again, Message::Due)
}

/// Runs what is deferred, and ends the goroutine.
///
/// # Panics
///
/// Outside of [`go`](super::go): there is no goroutine to end.
pub fn goexit() -> ! {
    unwind::goexit()
}

impl Generation for HeapRecords {
    type Defers<'env> = Defers<'env>;

    #[inline(always)]
    fn with_defers<'env, R: Default>(
        body: impl FnOnce(&Defers<'env>) -> R,
    ) -> R {
        with_defers(body)
    }

    fn go_panic(value: impl Any + Send) -> ! {
        go_panic(value)
    }

    fn goexit() -> ! {
        goexit()
    }
}
