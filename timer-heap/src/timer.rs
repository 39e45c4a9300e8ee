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

use crate::service::callback::{Callback, Operations, Pieces, Word};
use crate::service::shard::{Keeper, Shard};
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
    /// # Panics
    ///
    /// When nobody can be found who serves the timer.
    #[inline(always)]
    pub(crate) fn start(
        shared: &Arc<Shared>,
        when: i64,
        f: impl FnMut() + Send + 'static,
    ) -> Self {
        // Boxed here if it is large, because whose allocator uses timers must
        // not find the lock taken.
        let pieces = Callback::new(f).into_pieces();
        let Pieces { words: [first, second], operations } = pieces;
        // SAFETY: nobody else has the pieces of this closure, which is `Send`.
        unsafe { Self::place(shared, when, first, second, operations) }
    }

    pub(crate) fn try_start(
        shared: &Arc<Shared>,
        when: i64,
        f: impl FnMut() + Send + 'static,
    ) -> io::Result<Self> {
        Self::push(shared, when, Callback::new(f)).served(shared, when)
    }

    /// It depends on no closure's type, so that a program has it once, and
    /// takes a callback's pieces, each in a register.
    ///
    /// # Safety
    ///
    /// As for [`Callback::of_pieces`].
    #[inline]
    unsafe fn place(
        shared: &Arc<Shared>,
        when: i64,
        first: Word,
        second: Word,
        operations: &'static Operations,
    ) -> Self {
        let pieces = Pieces { words: [first, second], operations };
        if let Some(shard) = shared.service.known_shard()
            // SAFETY: the caller vouches for the pieces.
            && let Some(index) = unsafe { shard.start_quickly(when, pieces) }
        {
            let timer = Self { shard: NonNull::from(shard), index };
            if shard.surroundings.0.alarm.is_wanted(when) {
                return timer.served_or_panic(shared, when);
            }
            return timer;
        }
        // SAFETY: the same, because no callback was made of the pieces.
        unsafe { Self::place_slowly(shared, when, first, second, operations) }
    }

    /// # Safety
    ///
    /// As for [`Callback::of_pieces`].
    #[inline(never)]
    unsafe fn place_slowly(
        shared: &Arc<Shared>,
        when: i64,
        first: Word,
        second: Word,
        operations: &'static Operations,
    ) -> Self {
        let pieces = Pieces { words: [first, second], operations };
        // SAFETY: the caller vouches for the pieces.
        let callback = unsafe { Callback::of_pieces(pieces) };
        Self::push(shared, when, callback).served_or_panic(shared, when)
    }

    fn push(shared: &Arc<Shared>, when: i64, callback: Callback) -> Self {
        let keeper = || Some(Arc::clone(shared) as Keeper);
        let shard = shared.service.own_shard();
        let (index, refused) = shard.start(when, callback, keeper);
        let timer = Self { shard: NonNull::from(shard), index };
        drop(refused);
        timer
    }

    #[inline(never)]
    fn served_or_panic(self, shared: &Arc<Shared>, when: i64) -> Self {
        match self.served(shared, when) {
            Ok(timer) => timer,
            Err(error) => {
                panic!("the timer service cannot start its thread: {error}")
            }
        }
    }

    /// Wakes the worker for a timer that was started.
    fn served(self, shared: &Arc<Shared>, when: i64) -> io::Result<Self> {
        if self.shard().ring_before(when) {
            self.serve(shared)?;
        }
        Ok(self)
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

    /// Stops the timer. Returns true if this prevented its callback.
    ///
    /// Returns false when it was stopped before, has fired, or is being called
    /// right now: this does not wait for the callback to return.
    #[inline]
    pub fn stop(&self) -> bool {
        self.shard().disarm(self.index)
    }

    /// Stops the timer for good, like [`stop`](Self::stop) and a drop of the
    /// handle, under one lock. Returns as `stop`.
    #[inline]
    pub fn cancel(self) -> bool {
        let timer = ManuallyDrop::new(self);
        let (shard, index) = (timer.shard, timer.index);
        // SAFETY: this handle is counted, and ends here.
        match unsafe { Shard::cancel_quickly(shard, index) } {
            Some(callback) => {
                drop(callback);
                true
            }
            // SAFETY: it has not ended yet.
            None => unsafe { Self::cancel_slowly(shard, index) },
        }
    }

    /// # Safety
    ///
    /// As for [`Shard::end`].
    #[inline(never)]
    unsafe fn cancel_slowly(shard: NonNull<Shard>, index: u32) -> bool {
        // SAFETY: the caller vouches for the handle, which ends here.
        match unsafe { Shard::cancel_as_owner(shard, index) } {
            Some((stopped, callback)) => {
                drop(callback);
                stopped
            }
            // SAFETY: it has not ended yet.
            None => unsafe { Self::cancel_by_mutex(shard, index) },
        }
    }

    /// # Safety
    ///
    /// As for [`Shard::end`].
    #[inline(never)]
    unsafe fn cancel_by_mutex(shard: NonNull<Shard>, index: u32) -> bool {
        // SAFETY: the caller vouches for the handle, which ends here.
        let (stopped, keeper, callback) =
            unsafe { Shard::end(shard, |state| state.cancel(index)) };
        // Before the callback, whose panic must not keep the service alive.
        drop(keeper);
        drop(callback);
        stopped
    }

    /// # Safety
    ///
    /// As for [`Shard::end`].
    #[inline(never)]
    unsafe fn release_slowly(shard: NonNull<Shard>, index: u32) {
        // SAFETY: the caller vouches for the handle, which ends here.
        let (keeper, callback) =
            unsafe { Shard::end(shard, |state| state.release(index)) };
        // As in `cancel_slowly`.
        drop(keeper);
        drop(callback);
    }

    /// Makes the callback due `d` from now, whether it was pending, stopped
    /// or called. Returns true if it was pending.
    #[inline]
    pub fn reset(&self, d: Duration) -> bool {
        self.reset_to(self.shard().surroundings.0.clock.after(d))
    }

    /// Like [`reset`](Self::reset) to an instant, which saves the reading of
    /// the clock.
    #[inline]
    pub fn reset_at(&self, when: Instant) -> bool {
        self.reset_to(self.shard().surroundings.0.clock.deadline(when))
    }

    /// Like [`reset_at`](Self::reset_at), to the clock's nanoseconds.
    #[inline]
    pub(crate) fn reset_to(&self, when: i64) -> bool {
        self.shard().arm(self.index, when)
    }
}

impl Drop for Timer {
    #[inline]
    fn drop(&mut self) {
        let (shard, index) = (self.shard, self.index);
        // SAFETY: this handle is counted, and ends here.
        match unsafe { Shard::release_quickly(shard, index) } {
            Some(callback) => drop(callback),
            // SAFETY: it has not ended yet.
            None => unsafe { Self::release_slowly(shard, index) },
        }
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

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use std::sync::Mutex;

    use support::barrier;

    use super::*;
    use crate::fake_time::FakeTime;
    use crate::service::Service;
    use crate::service::generation::Generation;
    use crate::time::clock::Clock;

    type Log = Mutex<Vec<usize>>;

    /// All logs, so that they are no leaks.
    static KEPT: Mutex<Vec<&Log>> = Mutex::new(Vec::new());

    /// What a callback drops in the end.
    struct Held(&'static Log);

    /// A service on a clock moved by hand, and which callbacks it called.
    struct World {
        shared: Arc<Shared>,
        time: FakeTime,
        /// Each callback that has something to drop holds one.
        counted: Arc<Held>,
        timers: Vec<Option<Timer>>,
    }

    impl World {
        fn new(patience: Option<u32>) -> Self {
            let generation = Generation::Best;
            let service =
                Service::with_patience(generation, Clock::fake(), patience);
            let running = Arc::default();
            let shared =
                Shared { service, threads: None, executor: None, running };
            let shared = Arc::new(shared);
            let log: &Log = Box::leak(Box::default());
            KEPT.lock().expect("no panic").push(log);
            Self {
                time: FakeTime::new(Arc::clone(&shared)),
                shared,
                counted: Arc::new(Held(log)),
                timers: Vec::new(),
            }
        }

        fn after(&self, micros: u64) -> i64 {
            self.shared.service.clock.after(Duration::from_micros(micros))
        }

        /// Starts a timer whose callback has something to drop, or nothing.
        fn start(&mut self, micros: u64, has_drop: bool) {
            let (id, when) = (self.timers.len(), self.after(micros));
            let log = self.counted.0;
            let timer = if has_drop {
                let held = Arc::clone(&self.counted);
                let call = move || held.0.lock().expect("no panic").push(id);
                Timer::start(&self.shared, when, call)
            } else {
                let call = move || log.lock().expect("no panic").push(id);
                Timer::start(&self.shared, when, call)
            };
            self.timers.push(Some(timer));
        }

        /// Does what the numbers say, and returns what came of it.
        fn step(&mut self, action: u8, index: usize, micros: u64) -> bool {
            let index = index % self.timers.len().max(1);
            let when = self.after(micros);
            let Some(place) = self.timers.get_mut(index) else {
                return false;
            };
            match action {
                0 => place.as_ref().is_some_and(Timer::stop),
                1 => place.as_ref().is_some_and(|it| it.reset_to(when)),
                2 => place.take().is_some_and(Timer::cancel),
                3 => place.take().is_some(),
                _ => {
                    self.time.advance(Duration::from_micros(micros));
                    true
                }
            }
        }

        fn state(&self) -> (Vec<usize>, usize, usize) {
            let log = self.counted.0.lock().expect("no panic").clone();
            let counted = Arc::strong_count(&self.counted);
            (log, self.shared.service.pending(), counted)
        }
    }

    /// The same programs, on locks that this thread owns from the first moment
    /// and on locks that nobody ever owns.
    #[test]
    fn an_owner_does_in_few_instructions_what_others_do() {
        let (programs, steps) = if cfg!(miri) { (1, 60) } else { (200, 400) };
        for seed in 0..programs {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut short = World::new(Some(1));
            let mut long = World::new(None);
            for step in 0..steps {
                let micros = 1 << random.u32(0..24);
                let micros = random.u64(0..micros);
                // The first actions act on timers, most of them on young ones.
                let index = if random.bool() {
                    long.timers.len().saturating_sub(1)
                } else {
                    random.usize(..)
                };
                let (action, has_drop) = (random.u8(0..9), random.bool());
                if action >= 5 {
                    short.start(micros, has_drop);
                    long.start(micros, has_drop);
                } else {
                    let came = short.step(action, index, micros);
                    let expected = long.step(action, index, micros);
                    assert_eq!(came, expected, "{seed}, {step}: {action}");
                }
                assert_eq!(short.state(), long.state(), "{seed}, {step}");
            }
            let own = |world: &World| {
                let shard = world.shared.service.own_shard();
                shard.lock_as_owner().is_some()
            };
            assert_eq!(own(&short), barrier::is_available());
            assert!(!own(&long));
            for world in [short, long] {
                drop(world.timers);
                world.shared.service.shut_down();
                assert_eq!(Arc::strong_count(&world.counted), 1);
            }
        }
    }
}
