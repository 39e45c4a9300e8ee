//! Choosing how a service works.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::clock::Clock;
use crate::fake_time::FakeTime;
use crate::generation::Generation;
use crate::service::{PanicHook, Service};
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
    /// The generation; [`Generation::Best`] unless said.
    pub fn generation(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// Sleeps and callbacks within a microsecond of their deadlines, mostly.
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

    /// The stack of the service's threads, in bytes.
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
        self
    }

    /// What to do with the panic of a callback, on the service's thread.
    ///
    /// The panic's message has been printed by the panic hook of the process
    /// before; unless said, nothing more is done. The hook is also told of a
    /// panic while a callback that has fired is dropped, and may panic itself.
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

    /// The service, on the system's clock.
    pub fn build(self) -> Timers {
        let clock = match self.precise {
            true => Clock::precise(),
            false => Clock::real(),
        };
        self.build_on(clock)
    }

    /// The service on a clock that is moved by hand, without any thread.
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

impl Timers {
    /// A service of today's best generation.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A service of one generation.
    pub fn with_generation(generation: Generation) -> Self {
        Self::builder().generation(generation).build()
    }

    /// To choose more.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self::new()
    }
}
