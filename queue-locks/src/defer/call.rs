//! A deferred call: a closure of any type, in a place of fixed size.
//!
//! Small closures are stored in place, larger ones in a box.

use std::mem::{MaybeUninit, align_of, size_of};

use super::panic::Recovery;

/// Room for what a closure captures; most capture one or two references.
type Captures = MaybeUninit<[usize; 4]>;

/// Where a call lies until it runs.
pub(super) trait Place {
    /// Gives the place back, right before the closure runs.
    ///
    /// # Safety
    ///
    /// `call` lies in such a place, its closure was moved out, and nobody uses
    /// it any more.
    unsafe fn leave(call: *mut Call);
}

/// A place that ends by itself: the frame of a function.
pub(super) enum InFrame {}

impl Place for InFrame {
    #[inline(always)]
    unsafe fn leave(_: *mut Call) {}
}

/// A closure that is run once. Dropping it instead leaks what it captures.
pub(super) struct Call {
    run: unsafe fn(*mut Self, Recovery<'_>),
    captures: Captures,
}

impl Call {
    /// Stores `call` for a place `P`, and forgets how long it may live.
    #[inline(always)]
    pub(super) fn new<P: Place, F: FnOnce(&Recovery<'_>)>(call: F) -> Self {
        let mut captures = Captures::uninit();
        let place = captures.as_mut_ptr();
        let run: unsafe fn(*mut Self, Recovery<'_>) = if fits::<F>() {
            // SAFETY: `fits` compared size and alignment.
            unsafe { place.cast::<F>().write(call) };
            run_stored::<P, F>
        } else {
            let boxed = Box::into_raw(Box::new(call));
            // SAFETY: a pointer is one of the four words.
            unsafe { place.cast::<*mut F>().write(boxed) };
            run_boxed::<P, F>
        };
        Self { run, captures }
    }

    /// Runs the closure, and gives back the place where it is stored.
    ///
    /// # Safety
    ///
    /// `call` points to a call that was not run before, in a place of its kind,
    /// and what its closure borrows is still alive.
    #[inline(always)]
    pub(super) unsafe fn run(call: *mut Self, recovery: Recovery<'_>) {
        // SAFETY: the caller says that `call` is valid.
        let run = unsafe { (*call).run };
        // SAFETY: `run` was chosen by `new` for what it wrote to `captures`,
        // and it is the first and last time that it is read.
        unsafe { run(call, recovery) };
    }
}

const fn fits<F>() -> bool {
    size_of::<F>() <= size_of::<Captures>()
        && align_of::<F>() <= align_of::<Captures>()
}

/// # Safety
///
/// `call` lies in a `P` and holds an `F` that nobody else reads.
unsafe fn run_stored<P: Place, F: FnOnce(&Recovery<'_>)>(
    call: *mut Call,
    recovery: Recovery<'_>,
) {
    // SAFETY: the caller says that `call` is valid; this makes no reference.
    let captures = unsafe { &raw mut (*call).captures };
    // SAFETY: promised by the caller; the closure moves out of its place.
    let closure = unsafe { captures.cast::<F>().read() };
    // SAFETY: it lies in a `P`, and the closure was moved out.
    unsafe { P::leave(call) };
    closure(&recovery);
}

/// # Safety
///
/// `call` lies in a `P` and holds the pointer of a boxed `F` that nobody else
/// reads.
unsafe fn run_boxed<P: Place, F: FnOnce(&Recovery<'_>)>(
    call: *mut Call,
    recovery: Recovery<'_>,
) {
    // SAFETY: the caller says that `call` is valid; this makes no reference.
    let captures = unsafe { &raw mut (*call).captures };
    // SAFETY: promised by the caller.
    let boxed = unsafe { captures.cast::<*mut F>().read() };
    // SAFETY: it lies in a `P`, and the pointer was read.
    unsafe { P::leave(call) };
    // SAFETY: `new` got the pointer from a box, and this takes it back once.
    let closure = unsafe { Box::from_raw(boxed) };
    closure(&recovery);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(mut call: Call) {
        // SAFETY: fresh, run once, and the test's locals are alive.
        unsafe { Call::run(&mut call, Recovery::none()) };
    }

    #[test]
    fn small_and_large_closures_run_once_and_drop_what_they_captured() {
        let shared = std::rc::Rc::new(());
        let (small, large) = (shared.clone(), (shared.clone(), [7_u64; 9]));
        assert_eq!(std::rc::Rc::strong_count(&shared), 3);
        run(Call::new::<InFrame, _>(move |_| drop(small)));
        run(Call::new::<InFrame, _>(move |_| {
            let (captured, numbers) = large;
            assert_eq!(numbers, [7; 9]);
            drop(captured);
        }));
        assert_eq!(std::rc::Rc::strong_count(&shared), 1);
    }

    #[test]
    fn a_closure_that_is_small_but_too_aligned_is_boxed() {
        #[repr(align(32))]
        struct Small(u8);
        let small = Small(5);
        // All of it is captured, and not the one field.
        let call = move |_: &Recovery<'_>| {
            let whole = small;
            assert_eq!(whole.0, 5);
        };
        assert!(!fits_value(&call));
        run(Call::new::<InFrame, _>(call));
        assert!(fits_value(&|_: &Recovery<'_>| ()));
    }

    fn fits_value<F>(_: &F) -> bool {
        fits::<F>()
    }

    #[test]
    fn a_closure_with_a_large_alignment_is_boxed() {
        #[repr(align(64))]
        struct Line(u8);
        let line = Line(5);
        run(Call::new::<InFrame, _>(move |_| {
            let address = &raw const line as usize;
            assert_eq!((line.0, address % 64), (5, 0));
        }));
    }
}
