//! The handle of a started callback.
//!
//! Who calls what: any thread may use a handle. It takes the lock of its shard
//! once for each call (a stop and a reset of Go 1.14's generation take none).
//! The shard counts its handles under that lock. The first one brings a
//! reference to the service, and the last one takes it along, so that what a
//! handle points to is there as long as the handle.

use std::fmt;
use std::io;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::service::Placed;
use crate::service::callback::Callback;
use crate::service::shard::{Keeper, Shard, State};
use crate::shared::Shared;

/// A callback that was started, to stop it or to set it anew.
///
/// Dropping the handle lets the timer run, as in Go.
///
/// ```
/// use std::time::Duration;
/// use timer_heap::Timers;
///
/// let (timers, time) = Timers::builder().build_fake();
/// let timer = timers.after_func(Duration::from_secs(1), || ());
/// assert!(timer.reset(Duration::from_secs(5)), "it was pending");
/// time.advance(Duration::from_secs(4));
/// assert!(timer.stop());
/// assert!(!timer.stop(), "it is stopped already");
/// ```
pub struct Timer {
    /// All handles of a shard have one reference to the service together,
    /// because one each would cost two atomic operations a timer.
    shard: NonNull<Shard>,
    index: u32,
}

// SAFETY: a handle is a shared reference and a number; all that it reaches is
// behind the locks of `Shard`, which is `Send` and `Sync` (checked below).
unsafe impl Send for Timer {}
// SAFETY: as above.
unsafe impl Sync for Timer {}

const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Shard>();
};

impl Timer {
    #[inline]
    pub(crate) fn start(
        shared: &Arc<Shared>,
        when: i64,
        f: impl FnMut() + Send + 'static,
    ) -> io::Result<Self> {
        // Boxed here if it is large, because whose allocator uses timers must
        // not find the lock taken.
        Self::place(shared, when, Callback::new(f))
    }

    /// It depends on no closure's type, so that a program has it once.
    fn place(
        shared: &Arc<Shared>,
        when: i64,
        callback: Callback,
    ) -> io::Result<Self> {
        let keeper = || Some(Arc::clone(shared) as Keeper);
        let placed = shared.service.place(when, callback, keeper);
        let Placed { shard, index, rang } = placed;
        let timer = Self { shard: NonNull::from(shard), index };
        if rang {
            timer.serve(shared)?;
        }
        Ok(timer)
    }

    /// Sees to it that somebody serves the timer. If nobody can be found, it is
    /// stopped, and the next timer tries again.
    #[cold]
    fn serve(&self, shared: &Arc<Shared>) -> io::Result<()> {
        let group = self.shard().surroundings.0.group;
        Shared::serve(shared, group).inspect_err(|_| {
            self.stop();
        })
    }

    #[inline]
    fn shard(&self) -> &Shard {
        // SAFETY: this handle is counted in its shard, and while any is, the
        // shard keeps a reference to the service that owns it.
        unsafe { self.shard.as_ref() }
    }

    /// Ends a handle: `f` un-counts it under the lock of its shard.
    ///
    /// From the unlocking on, another thread may free the shard. So this takes
    /// a pointer: a reference that is an argument has to be good until the
    /// function returns, and one in a local variable until its last use, which
    /// is the unlocking.
    #[inline]
    fn end<R>(shard: NonNull<Shard>, f: impl FnOnce(&mut State) -> R) -> R {
        // SAFETY: the handle is counted until `f` is called under the lock, and
        // whoever frees the shard takes the lock after that.
        let shard = unsafe { shard.as_ref() };
        let mut state = shard.lock();
        f(&mut state)
    }

    /// Stops the timer. Returns true if this prevented its callback.
    ///
    /// Returns false when it was stopped before, has fired, or is being called
    /// right now: this does not wait for the callback to return.
    pub fn stop(&self) -> bool {
        self.shard().disarm(self.index)
    }

    /// Stops the timer for good, like [`stop`](Self::stop) and a drop of the
    /// handle, under one lock. Returns as `stop`.
    #[inline]
    pub fn cancel(self) -> bool {
        let timer = ManuallyDrop::new(self);
        // Dropped last, because its panic must not keep the service alive.
        let mut dropped = None;
        let (stopped, _keeper) = Self::end(timer.shard, |state| {
            state.cancel(timer.index, &mut dropped)
        });
        stopped
    }

    /// Makes the callback due `d` from now, whether it was pending, stopped
    /// or called. Returns true if it was pending.
    pub fn reset(&self, d: Duration) -> bool {
        let shard = self.shard();
        let when = shard.surroundings.0.clock.after(d);
        shard.arm(self.index, when)
    }

    /// Like [`reset`](Self::reset) to an instant, which saves the reading of
    /// the clock.
    pub fn reset_at(&self, when: Instant) -> bool {
        let shard = self.shard();
        let when = shard.surroundings.0.clock.deadline(when);
        shard.arm(self.index, when)
    }
}

impl Drop for Timer {
    #[inline]
    fn drop(&mut self) {
        // As in `cancel`.
        let mut dropped = None;
        let _keeper = Self::end(self.shard, |state| {
            state.release(self.index, &mut dropped)
        });
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = self.shard().surroundings.0.group;
        f.debug_struct("Timer")
            .field("group", &group)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}
