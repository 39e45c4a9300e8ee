//! The handle of a started callback.
//!
//! Who calls what: any thread may use a handle. It takes the lock of its shard
//! once for each call (a stop and a reset of Go 1.14's generation take none).
//! The shard counts its handles under that lock. The first one forgets a
//! reference to the service, in [`Timer::start`], and the last one gives it
//! back, in `release_service`, without the lock.

use std::fmt;
use std::io;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::time::{Duration, Instant};

use support::sync::Arc;

use crate::service::{Service, Started, TimerAddress};
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
    /// Kept alive by the handles. All handles of a shard have one reference
    /// together, because one each would cost two atomic operations a timer.
    shared: NonNull<Shared>,
    address: TimerAddress,
}

// SAFETY: a handle is a shared reference and a number; all that it reaches is
// behind the locks of `Shared`, which is `Send` and `Sync` (checked below).
unsafe impl Send for Timer {}
// SAFETY: as above.
unsafe impl Sync for Timer {}

const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Shared>();
};

impl Timer {
    /// Shuts the service down, and gives back the references of its shards.
    pub(crate) fn shut_down_all(shared: &Arc<Shared>) {
        for _ in 0..shared.service.shut_down() {
            Self::release_service(Self::pointer(shared));
        }
    }

    #[inline]
    pub(crate) fn start(
        shared: &Arc<Shared>,
        when: i64,
        f: impl FnMut() + Send + 'static,
    ) -> io::Result<Self> {
        let Started { address, rang, first } = shared.service.start(when, f);
        if first {
            std::mem::forget(Arc::clone(shared));
        }
        let timer = Self { shared: Self::pointer(shared), address };
        if rang {
            timer.serve(shared)?;
        }
        Ok(timer)
    }

    fn pointer(shared: &Arc<Shared>) -> NonNull<Shared> {
        let pointer = Arc::as_ptr(shared).cast_mut();
        NonNull::new(pointer).expect("an Arc is not null")
    }

    #[cold]
    fn serve(&self, shared: &Arc<Shared>) -> io::Result<()> {
        let group = self.address.group();
        Shared::serve(shared, group).inspect_err(|_| {
            self.stop();
            // Nobody heard the ring: the next timer tries again.
            shared.service.groups[group].alarm.park();
        })
    }

    #[inline]
    fn service(&self) -> &Service {
        // SAFETY: this handle is counted in its shard, and while any is, the
        // shard keeps a reference: forgotten in `start` by its first handle,
        // dropped in `release_service` when the last one is gone and the shard
        // is closed.
        let shared = unsafe { self.shared.as_ref() };
        &shared.service
    }

    /// Gives back the reference that a shard kept for its handles.
    #[cold]
    fn release_service(shared: NonNull<Shared>) {
        // SAFETY: the pointer came from an `Arc`, and the shard says so once
        // for each time that `start` forgot a reference.
        unsafe { Arc::decrement_strong_count(shared.as_ptr()) };
    }

    /// Stops the timer. Returns true if this prevented its callback.
    ///
    /// Returns false when it was stopped before, has fired, or is being called
    /// right now: this does not wait for the callback to return.
    pub fn stop(&self) -> bool {
        self.service().stop(self.address)
    }

    /// Stops the timer for good, like [`stop`](Self::stop) and a drop of the
    /// handle, under one lock. Returns as `stop`.
    #[inline]
    pub fn cancel(self) -> bool {
        let timer = ManuallyDrop::new(self);
        // Dropped last, because its panic must not keep the service alive.
        let mut dropped = None;
        let service = timer.service();
        let (stopped, last) = service.cancel_into(timer.address, &mut dropped);
        if last {
            Self::release_service(timer.shared);
        }
        stopped
    }

    /// Makes the callback due `d` from now, whether it was pending, stopped
    /// or called. Returns true if it was pending.
    pub fn reset(&self, d: Duration) -> bool {
        let service = self.service();
        service.reset(self.address, service.clock.after(d))
    }

    /// Like [`reset`](Self::reset) to an instant, which saves the reading of
    /// the clock.
    pub fn reset_at(&self, when: Instant) -> bool {
        let service = self.service();
        service.reset(self.address, service.clock.deadline(when))
    }
}

impl Drop for Timer {
    #[inline]
    fn drop(&mut self) {
        // As in `cancel`.
        let mut dropped = None;
        if self.service().release_into(self.address, &mut dropped) {
            Self::release_service(self.shared);
        }
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Timer").field(&self.address).finish()
    }
}
