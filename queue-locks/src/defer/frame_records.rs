//! The second generation: the record lies in the frame of the function.
//!
//! Go 1.13: for a defer statement that runs at most once the compiler keeps
//! room in the frame, and `deferprocStack` only links it into the chain: no
//! pool, nothing to give back. What runs more often, in a loop, still needs
//! records of the heap; here, what exceeds [`ROOM`] does.

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

use super::call::InFrame;
use super::generation::sealed::Sealed;
use super::generation::{Defer, Generation, Returns};
use super::panic::Recovery;
use super::record::Entry;
use super::{chain, frame, heap_records};

pub use super::heap_records::{go_panic, goexit};

/// How many records lie in the frame.
pub const ROOM: usize = 8;

/// The second generation, for code that runs on each of them.
#[derive(Clone, Copy, Debug)]
pub struct FrameRecords;

/// The frame's room for records.
type Room = [UnsafeCell<MaybeUninit<Entry>>; ROOM];

/// What a body defers with.
///
/// The room is not in it, because the chain gets the room's address: what lies
/// beside it, every call might change, as far as the compiler knows. So it
/// would load `used` and test it again at each statement.
pub struct Defers<'env> {
    used: Cell<usize>,
    /// In the same frame, so it is there as long as this.
    room: *const Room,
    /// Neither longer nor shorter: a deferred call runs at the frame's end.
    env: PhantomData<Cell<&'env ()>>,
}

impl fmt::Debug for Defers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What lies in the room is in use only while it is in the chain.
        let used = self.used.get();
        f.debug_struct("Defers").field("used", &used).finish_non_exhaustive()
    }
}

impl Defers<'_> {
    #[inline(always)]
    fn address(&self) -> *const () {
        self.room.cast()
    }
}

/// Runs `body`, then what it deferred; see [the module](super).
///
/// ```
/// use queue_locks::defer::{Defer, frame_records::with_defers};
///
/// let mut unlocked = false;
/// with_defers(|d| d.defer(|| unlocked = true));
/// assert!(unlocked);
/// ```
#[inline(always)]
pub fn with_defers<'env, R: Returns<T>, T>(
    body: impl FnOnce(&Defers<'env>) -> R,
) -> T {
    let room: Room = [const { UnsafeCell::new(MaybeUninit::uninit()) }; ROOM];
    let defers =
        Defers { used: Cell::new(0), room: &raw const room, env: PhantomData };
    frame::enter(defers.address(), || body(&defers))
}

impl Sealed for FrameRecords {}
impl Sealed for Defers<'_> {}

impl<'env> Defer<'env> for Defers<'env> {
    #[inline(always)]
    // ANCHOR: deferproc-stack
    fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'env) {
        chain::assert_innermost(self.address());
        let used = self.used.get();
        // SAFETY: `with_defers` made both, and drops the room last.
        let Some(room) = (unsafe { &*self.room }).get(used) else {
            return heap_records::push(self.address(), call);
        };
        self.used.set(used + 1);
        let record = room.get().cast::<Entry>();
        let entry = Entry::new::<InFrame, _>(self.address(), call);
        // SAFETY: this room was not used before: `used` only grows.
        unsafe { record.write(entry) };
        // SAFETY: the room stays where it is while `with_defers` runs, which
        // does not end before the record is popped; `call` outlives that.
        unsafe { chain::push(record) };
    }
    // ANCHOR_END: deferproc-stack
}

impl Generation for FrameRecords {
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
