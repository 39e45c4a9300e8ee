//! Choosing how a service works.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use support::sync::Arc;

use crate::fake_time::FakeTime;
use crate::service::generation::Generation;
use crate::service::{PanicHook, Service};
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
pub struct Builder {
    generation: Generation,
    precise: bool,
    stack_size: Option<usize>,
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

    /// Sets the stack of the service's threads, in bytes.
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
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
        self.build_on(clock)
    }

    /// Builds the service on a clock that is moved by hand, without any thread.
    ///
    /// See [`FakeTime`].
    pub fn build_fake(self) -> (Timers, FakeTime) {
        let timers = self.build_on(Clock::fake());
        let time = FakeTime::new(Arc::clone(timers.shared()));
        (timers, time)
    }

    fn build_on(self, clock: Clock) -> Timers {
        let mut service = Service::new(self.generation, clock);
        if let Some(hook) = self.on_panic {
            service.on_panic = hook;
        }
        let shape = self.generation.shape();
        Timers::of(service, shape, self.stack_size)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("generation", &self.generation)
            .field("precise", &self.precise)
            .field("stack_size", &self.stack_size)
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
