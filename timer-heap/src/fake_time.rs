//! Time that is moved by hand.
//!
//! Who calls what: one thread moves the clock and runs the callbacks, with no
//! lock held. Threads of [`FakeTime::spawn`] sleep and receive meanwhile, and
//! leave a note with the clock's waiters before they do. [`FakeTime::run`]
//! waits until all of them have, and then moves the clock to the first
//! deadline.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
// Not modelled: it counts references and orders nothing else.
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use support::sync::thread::{self, JoinHandle};
use support::sync::{self, Mutex, MutexGuard};

use crate::shared::Shared;
use crate::time::waiters::Waiters;

/// Moves the clock of a service without threads, and runs what comes due.
///
/// Made by [`Builder::build_fake`](crate::Builder::build_fake). Callbacks run
/// on the thread that moves the clock, each with the clock at its deadline.
///
/// ```
/// use std::sync::mpsc::channel;
/// use std::time::Duration;
/// use timer_heap::Timers;
///
/// let (timers, time) = Timers::builder().build_fake();
/// let (sender, receiver) = channel();
/// timers.after_func(Duration::from_secs(3600), move || {
///     sender.send("an hour has passed").unwrap();
/// });
/// assert!(time.jump());
/// assert_eq!(receiver.recv(), Ok("an hour has passed"));
/// assert!(!time.jump(), "no timer is left");
/// ```
pub struct FakeTime {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// What its threads panicked with, and nobody has heard of.
    panics: sync::Arc<Mutex<Vec<Box<dyn Any + Send>>>>,
}

/// Every thread waits, and no timer is left that could wake one.
///
/// Go ends the program: "all goroutines are asleep - deadlock!".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlock {
    blocked: usize,
}

impl Deadlock {
    /// Returns how many threads wait for ever.
    pub fn blocked(&self) -> usize {
        self.blocked
    }
}

impl fmt::Display for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocked = self.blocked;
        write!(
            f,
            "deadlock: no timer is left, and threads that wait: {blocked}"
        )
    }
}

impl Error for Deadlock {}

impl FakeTime {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let (threads, panics) = Default::default();
        Self { shared, threads, panics }
    }

    /// Moves the clock forward by `d`, stopping at each deadline on the way.
    ///
    /// The clock never goes back: if a callback, or another thread, moves it
    /// beyond the end meanwhile, it stays there.
    // ANCHOR: advance
    pub fn advance(&self, d: Duration) {
        let service = &self.shared.service;
        let end = service.clock.after(d);
        self.moves(|| service.run_in_order(end));
    }
    // ANCHOR_END: advance

    /// Moves the clock forward by `d` at once, as if the process had been
    /// stopped for so long: what
    /// comes due on the way fires late, in order. Returns how many fired.
    pub fn skip(&self, d: Duration) -> usize {
        let service = &self.shared.service;
        let end = service.clock.after(d);
        service.clock.advance_to(end);
        self.moves(|| service.run_in_order(end))
    }

    /// Moves the clock to the first deadline, and runs what is due then.
    /// Returns false, and leaves the clock, if there is none.
    pub fn jump(&self) -> bool {
        self.moves(|| self.shared.service.run_first())
    }

    /// Calls callbacks, which can ask whether they are the service's.
    fn moves<R>(&self, call: impl FnOnce() -> R) -> R {
        self.shared.running.inside(call)
    }

    /// Starts a thread for [`run`](Self::run).
    ///
    /// It should wait only for this service: by a sleep, or by receiving
    /// from a timer or a ticker. While it waits for anything else the clock
    /// stands still.
    ///
    /// # Panics
    ///
    /// When the system refuses a thread.
    pub fn spawn(&self, f: impl FnOnce() + Send + 'static) {
        // Owned by the closure: a refused thread drops it, and is not waited
        // for.
        let party = Waiters::expect_one(self.waiters());
        let panics = sync::Arc::clone(&self.panics);
        let spawned = thread::Builder::new().spawn(move || {
            let _part = party.take_part();
            if let Err(panic) = catch_unwind(AssertUnwindSafe(f)) {
                locked(&panics).push(panic);
            }
        });
        let thread = match spawned {
            Ok(thread) => thread,
            Err(error) => panic!("the system refuses a thread: {error}"),
        };
        locked(&self.threads).push(thread);
    }

    /// Lets the threads run to their end: whenever all of them wait, the
    /// clock jumps to the first deadline. Nothing really sleeps.
    ///
    /// # Errors
    ///
    /// When all of them wait and no timer is left. They go on waiting.
    ///
    /// # Panics
    ///
    /// With the panic of a thread, also where others wait for it in vain.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let (timers, time) = Timers::builder().build_fake();
    /// let sleeper = timers.clone();
    /// time.spawn(move || sleeper.sleep(Duration::from_secs(86_400)));
    /// assert_eq!(time.run(), Ok(()), "a day has passed");
    ///
    /// let stopped = timers.timer(Duration::from_secs(1));
    /// stopped.stop();
    /// time.spawn(move || {
    ///     stopped.recv();
    /// });
    /// assert_eq!(time.run().unwrap_err().blocked(), 1);
    /// ```
    pub fn run(&self) -> Result<(), Deadlock> {
        let mut blocked = self.waiters().all_blocked();
        while blocked > 0 && self.jump() {
            blocked = self.waiters().all_blocked();
        }
        let panic = locked(&self.panics).pop();
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
        if blocked > 0 {
            return Err(Deadlock { blocked });
        }
        for thread in std::mem::take(&mut *locked(&self.threads)) {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        Ok(())
    }

    fn waiters(&self) -> &sync::Arc<Waiters> {
        let waiters = self.shared.service.clock.waiters();
        waiters.expect("the clock is fake")
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for FakeTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service = &self.shared.service;
        f.debug_struct("FakeTime")
            .field("service", service)
            .finish_non_exhaustive()
    }
}
