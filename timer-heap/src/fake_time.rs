//! Time that is moved by hand.

use std::sync::Arc;
use std::time::Duration;

use crate::timers::Shared;

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
}

impl FakeTime {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Moves the clock forward by `d`, stopping at each deadline on the way.
    pub fn advance(&self, d: Duration) {
        let service = &self.shared.service;
        let end = service.clock.after(d);
        while let Some(next) = service.next().filter(|&next| next <= end) {
            self.move_to(next);
        }
        service.clock.set(end);
    }

    /// Moves the clock forward by `d` at once, as after a suspension: what
    /// comes due on the way fires late, in order. Returns how many fired.
    pub fn skip(&self, d: Duration) -> usize {
        let service = &self.shared.service;
        service.clock.set(service.clock.after(d));
        service.run_all_due()
    }

    /// Moves the clock to the first deadline; false if there is none.
    pub fn jump(&self) -> bool {
        let next = self.shared.service.next();
        if let Some(next) = next {
            self.move_to(next);
        }
        next.is_some()
    }

    fn move_to(&self, when: i64) {
        let service = &self.shared.service;
        service.clock.set(when.max(service.clock.now()));
        service.run_all_due();
    }
}
