//! The handle of a started callback.

use std::fmt;
use std::io;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::service::{Place, Service, Started};
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
    /// Kept alive by the handles: one reference for all of a shard, because
    /// one for each would cost two atomic operations a timer.
    shared: NonNull<Shared>,
    place: Place,
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
    /// Shuts the service down, and gives back what its shards kept.
    pub(crate) fn shut_down_all(shared: &Arc<Shared>) {
        for _ in 0..shared.service.shut_down() {
            Self::let_go(Self::pointer(shared));
        }
    }

    #[inline]
    pub(crate) fn start(
        shared: &Arc<Shared>,
        when: i64,
        f: impl FnMut() + Send + 'static,
    ) -> io::Result<Self> {
        let Started { place, rang, first } = shared.service.start(when, f);
        if first {
            std::mem::forget(Arc::clone(shared));
        }
        let timer = Self { shared: Self::pointer(shared), place };
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
        let group = self.place.group();
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
        // dropped in `let_go` when the last one is gone and it is closed.
        let shared = unsafe { self.shared.as_ref() };
        &shared.service
    }

    /// Gives back the reference that a shard kept for its handles.
    #[cold]
    fn let_go(shared: NonNull<Shared>) {
        // SAFETY: the pointer came from an `Arc`, and the shard says so once
        // for each time that `start` forgot a reference.
        unsafe { Arc::decrement_strong_count(shared.as_ptr()) };
    }

    /// Stops the timer; true if this prevented its callback.
    ///
    /// False when it was stopped before, has fired, or is being called right
    /// now: this does not wait for the callback to return.
    pub fn stop(&self) -> bool {
        self.service().stop(self.place)
    }

    /// Stops the timer for good, like [`stop`](Self::stop) and a drop of the
    /// handle, under one lock.
    #[inline]
    pub fn cancel(self) -> bool {
        let timer = ManuallyDrop::new(self);
        // Dropped last of all: its panic must not keep the service alive.
        let mut left = None;
        let service = timer.service();
        let (stopped, let_go) = service.cancel_leaving(timer.place, &mut left);
        if let_go {
            Self::let_go(timer.shared);
        }
        stopped
    }

    /// Makes the callback due `d` from now, whether it was pending, stopped
    /// or called; true if it was pending.
    pub fn reset(&self, d: Duration) -> bool {
        let service = self.service();
        service.reset(self.place, service.clock.after(d))
    }

    /// Like [`reset`](Self::reset) to an instant, which saves the reading of
    /// the clock.
    pub fn reset_at(&self, when: Instant) -> bool {
        let service = self.service();
        service.reset(self.place, service.clock.deadline(when))
    }
}

impl Drop for Timer {
    #[inline]
    fn drop(&mut self) {
        // As in `cancel`.
        let mut left = None;
        if self.service().release_leaving(self.place, &mut left) {
            Self::let_go(self.shared);
        }
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Timer").field(&self.place).finish()
    }
}
