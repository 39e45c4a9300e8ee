//! Choosing how a service works.

use std::any::Any;
use std::fmt;
use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
// Not modelled: it counts references and orders nothing else.
use std::sync::Arc;

use crate::fake_time::FakeTime;
use crate::service::generation::{Generation, Shape};
use crate::service::{PanicHook, Service};
use crate::threads::Settings;
use crate::time::clock::Clock;
use crate::timers::Timers;

/// Chooses how a service works.
///
/// ```
/// use timer_heap::{Generation, Timers};
///
/// let timers = Timers::builder()
///     .generation(Generation::Go1_9)
///     .on_panic(|_| eprintln!("a timer's callback panicked"))
///     .build();
/// assert_eq!(timers.pending(), 0);
/// ```
#[derive(Default)]
#[must_use = "a builder builds nothing by itself"]
pub struct Builder {
    generation: Generation,
    precise: bool,
    is_unowned: bool,
    workers: Option<NonZero<usize>>,
    settings: Settings,
    on_panic: Option<PanicHook>,
}

impl Builder {
    /// Sets the generation, which is [`Generation::Best`] by default.
    pub fn generation(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// Makes sleeps and callbacks end within a microsecond of their deadlines,
    /// mostly.
    ///
    /// A thread that sleeps needs some microseconds to run again. Here every
    /// wait of the service and of those that sleep or receive on it ends 60 us
    /// early, and the thread spins for the rest: never early, and seldom
    /// later than a microsecond. The price is a processor that is busy for
    /// those 60 us, once a wait. On a machine with one processor, or with all
    /// of them busy, it gains little.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use timer_heap::Timers;
    ///
    /// let timers = Timers::builder().precise().build();
    /// let due = Instant::now() + Duration::from_millis(1);
    /// timers.sleep(Duration::from_millis(1));
    /// assert!(Instant::now() >= due, "it is never early");
    /// ```
    pub fn precise(mut self) -> Self {
        self.precise = true;
        self
    }

    /// Sets how many threads call the callbacks of a group of timers, all of
    /// which are one group but in [`Generation::Go1_10`].
    ///
    /// By default this is what the generation had: as many as processors in
    /// [`Generation::Go1_14`], and one elsewhere. With several, a callback that
    /// takes long holds up no other until all of them are busy, but callbacks
    /// run at the same time, and two that are due together begin in any order.
    /// Calls of one timer are never two at once. On a fake clock there are none.
    ///
    /// ```
    /// use std::num::NonZero;
    /// use std::sync::{Arc, Barrier};
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let two = NonZero::new(2).unwrap();
    /// let timers = Timers::builder().workers(two).build();
    /// let all = Arc::new(Barrier::new(3));
    /// for _ in 0..2 {
    ///     let all = Arc::clone(&all);
    ///     // One thread would wait here for good.
    ///     timers.after_func(Duration::ZERO, move || _ = all.wait());
    /// }
    /// all.wait();
    /// ```
    pub fn workers(mut self, count: NonZero<usize>) -> Self {
        self.workers = Some(count);
        self
    }

    /// Sets whether the locks of [`Generation::Best`] may have owners, which is
    /// so by default.
    ///
    /// A thread that takes a lock a thousand times in a row owns it, and takes
    /// it without an atomic operation, until another thread comes. On Linux
    /// that needs membarrier(2). Without owners the service never calls it: for
    /// a process that will be killed for the call, or whose threads take turns
    /// so often that the evictions are not worth it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let timers = Timers::builder().owned_locks(false).build();
    /// assert!(timers.after_func(Duration::from_secs(1), || ()).stop());
    /// ```
    pub fn owned_locks(mut self, may_be: bool) -> Self {
        self.is_unowned = !may_be;
        self
    }

    /// Sets the stack of the service's threads, in bytes.
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.settings.stack_size = Some(bytes);
        self
    }

    /// Sets the name of the service's threads, which is `timerproc` by
    /// default. One with a null byte is refused with the first thread.
    pub fn thread_name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = name.into();
        self
    }

    /// Makes the service's threads by `hook`, which runs each job it is given
    /// on a thread of its own, to its end.
    ///
    /// So a program chooses the processors, the priority and the signal mask
    /// of these threads, which are otherwise those of who starts the first
    /// timer. Name and stack are then the hook's business. The hook itself may
    /// use every service but this one, which waits for its thread.
    ///
    /// ```
    /// use std::thread;
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let timers = Timers::builder()
    ///     .spawn_with(|job| {
    ///         thread::Builder::new().name("mine".into()).spawn(job).map(drop)
    ///     })
    ///     .build();
    /// let (sender, receiver) = std::sync::mpsc::channel();
    /// timers.after_func(Duration::ZERO, move || {
    ///     sender.send(thread::current().name().map(str::to_owned)).unwrap();
    /// });
    /// assert_eq!(receiver.recv().unwrap().as_deref(), Some("mine"));
    /// ```
    pub fn spawn_with(
        mut self,
        hook: impl Fn(Box<dyn FnOnce() + Send>) -> io::Result<()>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.settings.hook = Some(Box::new(hook));
        self
    }

    /// Hands callbacks over to an executor, which runs each job it is given
    /// once, whenever and wherever it likes.
    ///
    /// So a callback that takes long holds up no other. The service's thread
    /// calls `executor`, and goes on when that returns. A callback counts as
    /// begun when it is handed over: from then on a stop returns false. Calls
    /// of one timer are still one after the other: a job that is run inside of
    /// the one before it returns at once, and its call follows that one's. A job
    /// that the executor drops calls nothing: what the callback owns is freed
    /// with it, unless the timer has a handle or comes due again, and a periodic
    /// timer misses a tick. None begins after a shut-down, and
    /// [`shut_down_and_wait`](Timers::shut_down_and_wait) waits for those that
    /// run. What wakes a sleeping future is not handed over.
    ///
    /// ```
    /// use std::sync::mpsc::channel;
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// // The executor is this thread.
    /// let (jobs, queue) = channel();
    /// let timers = Timers::builder()
    ///     .execute_with(move |job| jobs.send(job).unwrap())
    ///     .build();
    /// let (sender, receiver) = channel();
    /// timers.after_func(Duration::ZERO, move || sender.send("here").unwrap());
    /// let job = queue.recv().unwrap();
    /// assert!(receiver.try_recv().is_err(), "it has not been called");
    /// job();
    /// assert_eq!(receiver.try_recv(), Ok("here"));
    /// ```
    pub fn execute_with(
        mut self,
        executor: impl Fn(Box<dyn FnOnce() + Send>) + Send + Sync + 'static,
    ) -> Self {
        self.settings.executor = Some(Arc::new(executor));
        self
    }

    /// Sets what to do with the panic of a callback, on the service's thread.
    ///
    /// The panic hook of the process has printed the panic's message before. By
    /// default nothing more is done. `hook` is also called with a panic while a
    /// callback that has fired is dropped, and may panic itself.
    pub fn on_panic(
        mut self,
        hook: impl Fn(Box<dyn Any + Send>) + Send + Sync + 'static,
    ) -> Self {
        self.on_panic = Some(Box::new(move |panic| {
            // Its own panic must not end the service.
            drop(catch_unwind(AssertUnwindSafe(|| hook(panic))));
        }));
        self
    }

    /// Builds the service, on the system's clock.
    pub fn build(self) -> Timers {
        let clock = if self.precise { Clock::precise() } else { Clock::real() };
        let service =
            Service::with_patience(self.generation, clock, self.patience());
        let mut shape = self.generation.shape();
        shape.workers = self.workers.map_or(shape.workers, NonZero::get);
        self.build_of(service, shape)
    }

    /// Builds the service on a clock that is moved by hand, without any thread.
    ///
    /// See [`FakeTime`].
    pub fn build_fake(self) -> (Timers, FakeTime) {
        let service = Service::by_hand(self.generation, self.patience());
        let timers = self.build_of(service, Shape::BY_HAND);
        let time = FakeTime::new(Arc::clone(timers.shared()));
        (timers, time)
    }

    fn patience(&self) -> Option<u32> {
        self.generation.patience().filter(|_| !self.is_unowned)
    }

    fn build_of(self, mut service: Service, shape: Shape) -> Timers {
        if let Some(hook) = self.on_panic {
            service.on_panic = hook;
        }
        Timers::of(service, shape, self.settings)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("generation", &self.generation)
            .field("precise", &self.precise)
            .field("owned_locks", &!self.is_unowned)
            .field("workers", &self.workers)
            .field("thread_name", &self.settings.name)
            .field("stack_size", &self.settings.stack_size)
            .finish_non_exhaustive()
    }
}

impl Timers {
    /// Returns a service of today's best generation.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a service of one generation.
    pub fn with_generation(generation: Generation) -> Self {
        Self::builder().generation(generation).build()
    }

    /// Configures a service before it is built.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self::new()
    }
}
