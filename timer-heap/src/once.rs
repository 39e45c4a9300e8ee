//! Callbacks that are called once.

use std::time::{Duration, Instant};

use crate::timer::Timer;
use crate::timers::Timers;

impl Timers {
    /// Like [`after_func`](Self::after_func), for a closure that gives away
    /// what it owns. A reset after the call calls nothing.
    ///
    /// ```
    /// use std::sync::mpsc::channel;
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let (sender, receiver) = channel();
    /// let message = String::from("a millisecond has passed");
    /// let timers = Timers::new();
    /// timers.after_func_once(Duration::from_millis(1), move || {
    ///     sender.send(message).unwrap();
    /// });
    /// assert_eq!(receiver.recv().unwrap(), "a millisecond has passed");
    /// ```
    ///
    /// # Panics
    ///
    /// As [`after_func`](Self::after_func).
    pub fn after_func_once(
        &self,
        d: Duration,
        f: impl FnOnce() + Send + 'static,
    ) -> Timer {
        self.after_func(d, once(f))
    }

    /// Like [`after_func_once`](Self::after_func_once), at an instant.
    ///
    /// # Panics
    ///
    /// As [`after_func`](Self::after_func).
    pub fn after_func_once_at(
        &self,
        when: Instant,
        f: impl FnOnce() + Send + 'static,
    ) -> Timer {
        self.after_func_at(when, once(f))
    }
}

/// Returns a closure that calls `f` the first time.
fn once(f: impl FnOnce() + Send + 'static) -> impl FnMut() + Send + 'static {
    let mut f = Some(f);
    move || {
        if let Some(f) = f.take() {
            f();
        }
    }
}
