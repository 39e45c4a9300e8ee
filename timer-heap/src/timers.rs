//! The service that programs use.
//!
//! Who calls what: any thread may call any method, and holds no lock before
//! it. A start takes a shard's lock (`service`), and the first one of a group
//! takes the lock of `shared`, to start the group's threads. The threads run
//! `service.work`. A blocking sleep takes no lock: it waits on a futex word of
//! its own. The last clone to be dropped shuts the service down.

use std::fmt;
use std::io;
// Not modelled: they count references and order nothing else.
use std::sync::{Arc as StdArc, Weak};
use std::time::{Duration, Instant};

use support::futex::Futex;
use support::sync::atomic::Ordering;
use support::sync::{Arc, Mutex};

use crate::error::ShutDown;
use crate::life::Life;
use crate::service::Service;
use crate::service::counts::Metrics;
use crate::service::generation::Shape;
use crate::shared::{Shared, Threads};
use crate::threads::{Running, Settings, Spawner};
use crate::time::timer_slack::MinimalSlack;
use crate::timer::Timer;

/// A timer service: queues of timers and the thread that serves them.
///
/// Clones share one service. The first timer starts the thread. Dropping the
/// last clone shuts the service down: what is pending then never fires.
///
/// Callbacks run on the service's thread, one after the other: hand long
/// work to another thread. A panic in a callback ends that callback only
/// (see [`Builder::on_panic`](crate::Builder::on_panic)).
///
/// ```
/// use std::sync::mpsc::channel;
/// use std::time::{Duration, Instant};
/// use timer_heap::Timers;
///
/// let timers = Timers::new();
/// let (sender, receiver) = channel();
/// let started = Instant::now();
/// timers.after_func(Duration::from_millis(2), move || {
///     sender.send(Instant::now()).unwrap();
/// });
/// let never = timers.after_func(Duration::from_secs(9), || panic!());
/// assert!(never.stop());
/// assert!(receiver.recv().unwrap() - started >= Duration::from_millis(2));
/// ```
#[derive(Clone)]
pub struct Timers {
    owner: StdArc<Owner>,
}

/// Shuts the service down when the last clone goes.
struct Owner {
    shared: StdArc<Shared>,
    life: Life,
}

impl Owner {
    /// Ends the life first: who is woken by the end has to see it.
    fn shut_down(&self) {
        self.life.end(self.shared.service.clock.now());
        self.shared.service.shut_down();
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shut_down();
    }
}

/// A handle that does not keep its service from ending.
///
/// A callback that holds a [`Timers`] keeps the service, and so itself, alive
/// for good. With this it need not. Made by [`Timers::downgrade`].
#[derive(Clone)]
pub struct WeakTimers {
    owner: Weak<Owner>,
}

impl WeakTimers {
    /// Returns the service, unless its last clone was dropped.
    pub fn upgrade(&self) -> Option<Timers> {
        self.owner.upgrade().map(|owner| Timers { owner })
    }

    /// Returns true if the service is there and was not shut down.
    pub(crate) fn runs(&self) -> bool {
        self.upgrade().is_some_and(|timers| !timers.is_shut_down())
    }
}

impl fmt::Debug for WeakTimers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakTimers").finish_non_exhaustive()
    }
}

impl Timers {
    /// Returns a service with the workers of this shape, or without any if its
    /// clock is moved by hand.
    pub(crate) fn of(
        service: Service,
        shape: Shape,
        mut settings: Settings,
    ) -> Self {
        let executor = settings.executor.take();
        let running = StdArc::new(Running::default());
        let threads = (!service.clock.is_fake()).then(|| Threads {
            workers: shape.workers,
            spawner: Spawner::new(settings, StdArc::clone(&running)),
            started: Mutex::new(vec![false; shape.groups]),
        });
        let shared = Shared { service, threads, executor, running };
        let shared = StdArc::new(shared);
        let owner = StdArc::new(Owner { shared, life: Life::default() });
        Self { owner }
    }

    pub(crate) fn service(&self) -> &Service {
        &self.owner.shared.service
    }

    /// Calls `f` once, `d` from now, on the service's thread.
    ///
    /// A duration too long for the clock is the far future. Dropping the
    /// returned handle does not stop the timer.
    ///
    /// # Panics
    ///
    /// When this is the first timer and the system refuses a thread; see
    /// [`try_after_func`](Self::try_after_func).
    pub fn after_func(
        &self,
        d: Duration,
        f: impl FnMut() + Send + 'static,
    ) -> Timer {
        self.start_call(self.service().clock.after(d), f)
    }

    /// Like [`after_func`](Self::after_func), for programs that go on
    /// without a thread.
    ///
    /// # Errors
    ///
    /// When this is the first timer and the system refuses a thread. The
    /// timer is stopped, and the next one tries again.
    pub fn try_after_func(
        &self,
        d: Duration,
        f: impl FnMut() + Send + 'static,
    ) -> io::Result<Timer> {
        let (shared, when) = (self.shared(), self.service().clock.after(d));
        match &shared.executor {
            None => Timer::try_start(shared, when, f),
            Some(it) => {
                let f = self.handed_to(it, f, || ());
                Timer::try_start(shared, when, f)
            }
        }
    }

    /// Like [`after_func`](Self::after_func) at an instant, which saves the
    /// reading of the clock.
    pub fn after_func_at(
        &self,
        when: Instant,
        f: impl FnMut() + Send + 'static,
    ) -> Timer {
        self.start_call(self.service().clock.deadline(when), f)
    }

    #[inline(always)]
    pub(crate) fn start(
        &self,
        when: i64,
        f: impl FnMut() + Send + 'static,
    ) -> Timer {
        Timer::start(&self.owner.shared, when, f)
    }

    /// Starts the service's threads now instead of with the first timer.
    ///
    /// # Errors
    ///
    /// When the system refuses a thread.
    pub fn try_start(&self) -> io::Result<()> {
        let groups = 0..self.service().groups.len();
        groups
            .into_iter()
            .try_for_each(|g| Shared::serve(&self.owner.shared, g))
    }

    /// Blocks this thread for `d`; returns at once if it is zero.
    ///
    /// On Linux the thread's timer slack is a nanosecond meanwhile, so that
    /// the kernel wakes it as soon as it can; elsewhere the system decides.
    /// See [`Builder::precise`](crate::Builder::precise) for less than the
    /// kernel's wake-up takes.
    ///
    /// # Panics
    ///
    /// When the service is shut down before the time is over; see
    /// [`try_sleep`](Self::try_sleep).
    pub fn sleep(&self, d: Duration) {
        self.try_sleep(d).unwrap_or_else(|end| end.panic());
    }

    /// Like [`sleep`](Self::sleep), for threads that outlive the service.
    ///
    /// # Errors
    ///
    /// When the service is shut down before the time is over.
    pub fn try_sleep(&self, d: Duration) -> Result<(), ShutDown> {
        let service = self.service();
        let when = service.clock.after(d);
        let word = Arc::new(Futex::new(0));
        while service.clock.now() < when {
            let seen = word.word.load(Ordering::Acquire);
            if self.wait_until(&word, seen, Some(when)).is_err() {
                // The time may have been over before.
                let in_time = self.ended_at().is_some_and(|end| end >= when);
                return if in_time { Ok(()) } else { Err(ShutDown) };
            }
        }
        Ok(())
    }

    /// Sleeps while the word is `expected`, until a deadline at the latest,
    /// with the least slack.
    ///
    /// On a fake clock a timer of the service ends the wait.
    ///
    /// # Errors
    ///
    /// When the service was shut down. Its end changes the word.
    pub(crate) fn wait_until(
        &self,
        word: &Arc<Futex>,
        expected: u32,
        when: Option<i64>,
    ) -> Result<(), ShutDown> {
        let _registration = self.owner.life.register(word)?;
        let clock = &self.service().clock;
        let Some(when) = when else {
            clock.wait(word, expected);
            return Ok(());
        };
        if !clock.is_fake() {
            let _slack = MinimalSlack::new();
            clock.wait_until(word, expected, when);
            return Ok(());
        }
        let waiter = Arc::clone(word);
        let timer = self.start(when, move || {
            waiter.word.fetch_add(1, Ordering::Release);
            waiter.wake_all();
        });
        // It may have come due before it was started, and nobody looks then.
        if clock.now() < when {
            clock.wait(word, expected);
        }
        timer.cancel();
        Ok(())
    }

    /// Returns the instant that the service's clock shows: real, or moved by
    /// hand.
    pub fn now(&self) -> Instant {
        let clock = &self.service().clock;
        clock.instant(clock.now())
    }

    /// Returns a handle that does not keep the service from ending.
    ///
    /// ```
    /// use timer_heap::Timers;
    ///
    /// let timers = Timers::new();
    /// let weak = timers.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(timers);
    /// assert!(weak.upgrade().is_none());
    /// ```
    pub fn downgrade(&self) -> WeakTimers {
        WeakTimers { owner: StdArc::downgrade(&self.owner) }
    }

    /// Returns what the service has done so far.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let (timers, time) = Timers::builder().build_fake();
    /// for seconds in 1..=3 {
    ///     timers.after_func(Duration::from_secs(seconds), || ());
    /// }
    /// time.advance(Duration::from_secs(1));
    /// assert_eq!(timers.metrics().fired, 1);
    /// // As if the process had been stopped for a day.
    /// time.skip(Duration::from_secs(86_400));
    /// assert_eq!(timers.metrics().fired, 3);
    /// assert_eq!(timers.metrics().late, 2);
    /// ```
    ///
    /// It is cheap to keep and to read: a thread adds once for up to 64
    /// callbacks, so what was called a moment ago may be missing.
    pub fn metrics(&self) -> Metrics {
        self.service().counts.read()
    }

    /// Returns how many callbacks wait for their time, and sleeps that were
    /// polled.
    ///
    /// Channel timers and tickers are not counted: a receiver waits by
    /// itself.
    pub fn pending(&self) -> usize {
        self.service().pending()
    }

    /// Stops every timer for good. Later ones never fire.
    ///
    /// Who waits is told at once, on either clock: [`sleep`](Self::sleep),
    /// a [`Sleep`](crate::Sleep) and the `recv` of a channel panic, those that
    /// return a `Result` return an error. What was due before can be received.
    ///
    /// A callback that runs at this moment goes on; the service's threads
    /// end after it. May be called from anywhere, a callback too.
    pub fn shut_down(&self) {
        self.owner.shut_down();
    }

    /// Like [`shut_down`](Self::shut_down), and waits until the service's
    /// threads have ended, and with them every callback.
    ///
    /// Returns false, with the service shut down, if a callback of this service
    /// calls it, or the drop of a local of the service's thread: a thread cannot
    /// wait for its own end. A fake clock has no threads, and nothing to wait
    /// for but callbacks on an executor.
    ///
    /// On Windows, the drop of a thread's local must not call it, nor wait for
    /// a timer: no thread starts or ends there meanwhile (see
    /// [`LocalKey`](std::thread::LocalKey)).
    pub fn shut_down_and_wait(&self) -> bool {
        self.shut_down();
        let Shared { threads, running, .. } = &*self.owner.shared;
        if !running.wait_for_none() {
            return false;
        }
        threads.as_ref().is_none_or(|threads| threads.spawner.join())
    }

    /// Returns true from the beginning of a shut-down on. Takes no lock.
    pub fn is_shut_down(&self) -> bool {
        self.owner.life.is_over()
    }

    /// Returns when the shut-down began, in nanoseconds of the clock.
    pub(crate) fn ended_at(&self) -> Option<i64> {
        self.owner.life.ended_at()
    }

    pub(crate) fn shared(&self) -> &StdArc<Shared> {
        &self.owner.shared
    }
}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service = self.service();
        f.debug_struct("Timers").field("service", service).finish()
    }
}
