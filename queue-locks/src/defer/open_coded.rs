//! The third generation: a bit says that a call is pending, a slot which.
//!
//! Go from 1.14: the defer statement sets a bit of the frame and stores the
//! closure in a slot; the calls stand inline at the function's end, each
//! behind a test of its bit. Nothing is linked anywhere, so a panic must find
//! the frames by itself: Go walks the stack with tables that the compiler
//! wrote (`FUNCDATA_OpenCodedDeferInfo`). Here Rust's unwinder does it, by
//! the tables of `catch_unwind`. That is where the price went: defers became
//! free and panics dearer.
//!
//! One difference is left: the unwinder has ended the inner frames by the
//! time a deferred call runs, where Go runs it on top of them. It shows only
//! in the order in which values of inner frames are dropped.

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::call::Call;
use super::generation::{Defer, Generation};
use super::panic::{Panic, Recovery};
use super::signal::{Flight, Message, Payload, Signal, crash, is_inside};

/// How many calls have a slot: Go's `maxOpenDefers`. The others go to a list on
/// the heap. (In Go a function with more is not open-coded at all.)
pub const SLOTS: usize = 8;

/// The third generation, for code that runs on each of them.
#[derive(Clone, Copy, Debug)]
pub struct OpenCoded;

/// What a body defers with; also the frame's bits and slots.
///
/// Nothing outside of the frame ever gets its address. So the compiler knows
/// at the exit what the statements stored, and writes the calls inline.
pub struct Defers<'env> {
    /// Bit `i` is set while the call in slot `i` is pending. Bits are set
    /// from the lowest, and cleared from the highest: last in, first out.
    bits: Cell<u8>,
    slots: [UnsafeCell<MaybeUninit<Call>>; SLOTS],
    /// Those after the eighth, newest first. They run before those in slots.
    more: Cell<Option<Box<More>>>,
    /// Neither longer nor shorter: a deferred call runs at the frame's end.
    env: PhantomData<Cell<&'env ()>>,
}

impl fmt::Debug for Defers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.bits.get();
        f.debug_struct("Defers").field("bits", &bits).finish_non_exhaustive()
    }
}

struct More {
    call: Call,
    rest: Option<Box<Self>>,
}

/// Runs `body`, then what it deferred; see [the module](super).
///
/// ```
/// use queue_locks::defer::with_defers;
///
/// let mut closed = 0;
/// let sum = with_defers(|d| {
///     d.defer(|| closed += 1);
///     1 + 2
/// });
/// assert_eq!((sum, closed), (3, 1));
/// ```
#[inline(always)]
pub fn with_defers<'env, R: Default>(
    body: impl FnOnce(&Defers<'env>) -> R,
) -> R {
    let defers = Defers {
        bits: Cell::new(0),
        slots: [const { UnsafeCell::new(MaybeUninit::uninit()) }; SLOTS],
        more: Cell::new(None),
        env: PhantomData,
    };
    let mut result = None;
    let exit = catch_unwind(AssertUnwindSafe(|| {
        result = Some(body(&defers));
        defers.run_pending();
    }));
    if let Err(payload) = exit {
        defers.leave(payload);
    }
    result.unwrap_or_default()
}

/// Repeats a statement for each of the numbers, so that the compiler knows
/// the number in each copy.
macro_rules! for_each_slot {
    ($slot:ident in [$($number:literal)*] $statement:expr) => {
        $({ let $slot = $number; $statement })*
    };
}

impl<'env> Defers<'env> {
    /// The defer statement.
    #[inline(always)]
    pub fn defer(&self, call: impl FnOnce() + 'env) {
        Defer::defer(self, call);
    }

    /// The defer statement, for a call that may recover.
    #[inline(always)]
    pub fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'env) {
        Defer::defer_with(self, call);
    }

    /// Takes the call out of `slot`, if it is pending.
    #[inline(always)]
    fn take(&self, slot: usize) -> Option<Call> {
        let bits = self.bits.get();
        if bits & (1 << slot) == 0 {
            return None;
        }
        self.bits.set(bits & !(1 << slot));
        let call = self.slots[slot].get().cast::<Call>();
        // SAFETY: its bit was set, so `defer_with` wrote it; and is cleared,
        // so it is read once.
        Some(unsafe { call.read() })
    }

    /// Takes the newest call of those without a slot.
    #[inline(always)]
    fn take_more(&self) -> Option<Call> {
        let More { call, rest } = *self.more.take()?;
        self.more.set(rest);
        Some(call)
    }

    /// Takes the newest pending call.
    fn take_newest(&self) -> Option<Call> {
        let newest = || self.bits.get().checked_ilog2();
        self.take_more().or_else(|| self.take(newest()? as usize))
    }

    // ANCHOR: inline-exit
    /// What the compiler of Go writes at the end of a function.
    #[inline(always)]
    fn run_pending(&self) {
        while let Some(call) = self.take_more() {
            run(call, &Recovery::none());
        }
        for_each_slot!(slot in [7 6 5 4 3 2 1 0] {
            if let Some(call) = self.take(slot) {
                run(call, &Recovery::none());
            }
        });
    }
    // ANCHOR_END: inline-exit
}

/// Runs what was taken.
#[inline(always)]
fn run(mut call: Call, recovery: &Recovery<'_>) {
    // SAFETY: taken out of its frame, so it runs once; the frame still
    // stands, and `'env` is longer.
    unsafe { Call::run(&mut call, recovery) };
}

impl<'env> Defer<'env> for Defers<'env> {
    // ANCHOR: set-bit
    #[inline(always)]
    fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'env) {
        let bits = self.bits.get();
        for_each_slot!(slot in [0 1 2 3 4 5 6 7] {
            if bits & (1 << slot) == 0 {
                let place = self.slots[slot].get();
                // SAFETY: the bit is clear, so nobody reads the slot.
                unsafe { (*place).write(Call::new(call)) };
                return self.bits.set(bits | (1 << slot));
            }
        });
        self.more.set(more(Call::new(call), self.more.take()));
    }
    // ANCHOR_END: set-bit
}

#[cold]
#[inline(never)]
fn more(call: Call, rest: Option<Box<More>>) -> Option<Box<More>> {
    Some(Box::new(More { call, rest }))
}

impl Defers<'_> {
    /// Leaves the frame by a panic. Returns if it recovered.
    #[cold]
    #[inline(never)]
    // ANCHOR: leave
    fn leave(self, payload: Payload) {
        let mut panics = Vec::new();
        let mut foreign = absorb(payload, &mut panics);
        while let Some(call) = self.take_newest() {
            let recovery = match (&foreign, panics.last()) {
                (None, Some(panic)) => Recovery::from(panic),
                _ => Recovery::none(),
            };
            match catch_unwind(AssertUnwindSafe(|| run(call, &recovery))) {
                Ok(()) => end_recovered(&mut panics),
                Err(payload) => {
                    foreign = absorb(payload, &mut panics).or(foreign);
                }
            }
        }
        if let Some(signal) = foreign {
            resume_unwind(Box::new(signal));
        }
        if !panics.is_empty() {
            let flights = panics.iter().map(Panic::flight).collect();
            crash(flights, Message::Printed);
        }
    }
    // ANCHOR_END: leave
}

/// Notes what came out of a call. Returns a signal of the other generations,
/// which is not ours to end.
fn absorb(payload: Payload, panics: &mut Vec<Panic>) -> Option<Signal> {
    match payload.downcast::<Signal>().map(|signal| *signal) {
        Ok(Signal::Flying(flights)) => {
            panics.extend(flights.into_iter().map(Panic::from_flight));
            None
        }
        Ok(signal) => Some(signal),
        Err(payload) => {
            panics.push(Panic::new(payload));
            None
        }
    }
}

// ANCHOR: end-recovered
/// A recovery ends the newest panic and those that it replaced, but not a
/// `goexit`.
fn end_recovered(panics: &mut Vec<Panic>) {
    if panics.last().is_some_and(Panic::is_recovered) {
        let goexit = panics.iter().rposition(Panic::is_goexit);
        panics.truncate(goexit.map_or(0, |index| index + 1));
    }
}
// ANCHOR_END: end-recovered

/// Panics with `value`: runs what is deferred, until one recovers.
///
/// Outside of [`go`](super::go) it is a panic of Rust from the start, with
/// the message that Rust prints even if somebody recovers later.
pub fn go_panic(value: impl Any + Send) -> ! {
    crash(vec![Panic::new(Box::new(value)).flight()], Message::Due)
}

/// Runs what is deferred, and ends the goroutine.
///
/// # Panics
///
/// Outside of [`go`](super::go): there is no goroutine to end.
pub fn goexit() -> ! {
    assert!(is_inside(), "goexit was called outside of `go`");
    crash(vec![Flight::Goexit], Message::Printed)
}

impl Generation for OpenCoded {
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
