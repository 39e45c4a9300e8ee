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
use std::mem::{ManuallyDrop, MaybeUninit};
use std::panic::resume_unwind;

use super::call::{Call, InFrame};
use super::generation::sealed::Sealed;
use super::generation::{Defer, Generation, Returns};
use super::link::Payload;
use super::panic::{Panic, Recovery};
use super::rules::Rules;
use super::signal::{
    Flight, Message, Recovered, Signal, boxed, caught, crash, is_inside, thrown,
};

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
pub fn with_defers<'env, R: Returns<T>, T>(
    body: impl FnOnce(&Defers<'env>) -> R,
) -> T {
    // Nothing is pending at the end, so nothing is left to drop.
    let defers = ManuallyDrop::new(Defers {
        bits: Cell::new(0),
        slots: [const { UnsafeCell::new(MaybeUninit::uninit()) }; SLOTS],
        more: Cell::new(None),
        env: PhantomData,
    });
    let mut result = None;
    let exit = caught(|| {
        result = Some(body(&defers));
        defers.run_pending();
    });
    if let Err(payload) = exit {
        ManuallyDrop::into_inner(defers).leave(payload);
    }
    R::returned(result)
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
        let (call, rest) = unlink(self.more.take()?);
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
            run(call, Recovery::none());
        }
        for_each_slot!(slot in [7 6 5 4 3 2 1 0] {
            if let Some(call) = self.take(slot) {
                run(call, Recovery::none());
            }
        });
    }
    // ANCHOR_END: inline-exit
}

/// Runs what was taken.
#[inline(always)]
fn run(mut call: Call, recovery: Recovery<'_>) {
    // SAFETY: taken out of its frame, so it runs once; the frame still
    // stands, and `'env` is longer.
    unsafe { Call::run(&mut call, recovery) };
}

impl Sealed for OpenCoded {}
impl Sealed for Defers<'_> {}

impl<'env> Defer<'env> for Defers<'env> {
    // ANCHOR: set-bit
    #[inline(always)]
    fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'env) {
        let bits = self.bits.get();
        for_each_slot!(slot in [0 1 2 3 4 5 6 7] {
            if bits & (1 << slot) == 0 {
                let place = self.slots[slot].get();
                // SAFETY: the bit is clear, so nobody reads the slot.
                unsafe { (*place).write(Call::new::<InFrame, _>(call)) };
                return self.bits.set(bits | (1 << slot));
            }
        });
        self.more.set(more(Call::new::<InFrame, _>(call), self.more.take()));
    }
    // ANCHOR_END: set-bit
}

#[cold]
#[inline(never)]
fn more(call: Call, rest: Option<Box<More>>) -> Option<Box<More>> {
    Some(Box::new(More { call, rest }))
}

#[cold]
#[inline(never)]
#[expect(clippy::boxed_local, reason = "freed here, and not inline")]
fn unlink(more: Box<More>) -> (Call, Option<Box<More>>) {
    let More { call, rest } = *more;
    (call, rest)
}

impl Defers<'_> {
    /// Leaves the frame by a panic. Returns if it recovered.
    #[cold]
    #[inline(never)]
    // ANCHOR: leave
    fn leave(self, payload: Payload) {
        let mut panics = Vec::new();
        let mut foreign = absorb(payload, &mut panics);
        while let Err(payload) = caught(|| self.run_newest(&mut panics)) {
            foreign = absorb(payload, &mut panics);
        }
        if let Some(recovered) = foreign {
            resume_unwind(Box::new(Signal::Recovered(recovered)));
        }
        if !panics.is_empty() {
            let flights = panics.iter().map(Panic::flight).collect();
            crash(flights, Message::Printed);
        }
    }

    /// Runs what is pending, until a call panics.
    fn run_newest(&self, panics: &mut Vec<Panic>) {
        while let Some(call) = self.take_newest() {
            // A recovery that passes has ended the panics before it.
            let recovery =
                panics.last().map_or_else(Recovery::none, Recovery::from);
            run(call, recovery);
            end_recovered(panics);
        }
    }
    // ANCHOR_END: leave
}

/// Notes what came out of a call: it replaces what was on its way. Returns a
/// recovery of the other generations, which is not ours to end.
fn absorb(payload: Payload, panics: &mut Vec<Panic>) -> Option<Recovered> {
    let mut signal = match payload.downcast::<Signal>() {
        Ok(signal) => signal,
        Err(payload) => {
            add(Panic::new(payload, false), panics);
            return None;
        }
    };
    match &mut *signal {
        Signal::Flying(flights) => {
            let flights = std::mem::take(flights).into_iter();
            flights.for_each(|it| add(Panic::from_flight(it), panics));
            None
        }
        Signal::Recovered(recovered) => {
            // A recovery does not jump over a `goexit`.
            let is_over = !end_replaced(panics);
            is_over.then_some(*recovered)
        }
    }
}

fn add(panic: Panic, panics: &mut Vec<Panic>) {
    panic.set_below(panics.last());
    panics.push(panic);
}

// ANCHOR: end-recovered
/// A recovery ends the newest panic and those that it replaced, but not a
/// `goexit`.
fn end_recovered(panics: &mut Vec<Panic>) {
    if panics.last().is_some_and(Panic::is_recovered) {
        end_replaced(panics);
    }
}

/// Ends the panics down to the newest `goexit`. Returns whether there is one.
fn end_replaced(panics: &mut Vec<Panic>) -> bool {
    let goexit = panics.iter().rposition(Panic::is_goexit);
    let spared = goexit.filter(|index| {
        let is_next = index + 2 == panics.len();
        Rules::current().spare_goexit(is_next)
    });
    panics.truncate(spared.map_or(0, |index| index + 1));
    spared.is_some()
}
// ANCHOR_END: end-recovered

/// Panics with `value`: runs what is deferred, until one recovers.
///
/// Outside of [`go`](super::go) it is a panic of Rust from the start, with
/// the message that Rust prints even if somebody recovers later.
///
/// What [`recover`](Recovery::recover) returned is raised again as it was.
// The unwinder looks twice at each frame that it passes, and for the place of
// each call in the table of its function. So this is no frame of its own, and
// makes one call beside the one that throws.
#[inline(always)]
pub fn go_panic(value: impl Any + Send) -> ! {
    resume_unwind(thrown_with(value))
}

#[cold]
#[inline(never)]
fn thrown_with(value: impl Any + Send) -> Payload {
    let (value, is_again) = boxed(value);
    thrown(vec![Flight::new(value, is_again)], Message::Due)
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
