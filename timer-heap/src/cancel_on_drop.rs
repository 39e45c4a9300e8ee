//! A timer that ends with its handle.
//!
//! Who calls what: as for [`Timer`].

use std::fmt;
use std::ops::Deref;

use crate::timer::Timer;

/// A [`Timer`] whose drop cancels it. Made by [`Timer::cancel_on_drop`].
#[must_use = "its drop cancels the timer at once"]
pub struct CancelOnDrop {
    /// There until the drop.
    timer: Option<Timer>,
}

impl Timer {
    /// Makes the drop of the handle cancel the timer, as that of a future does.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let timers = Timers::new();
    /// let hour = Duration::from_secs(3600);
    /// drop(timers.after_func(hour, || ()).cancel_on_drop());
    /// assert_eq!(timers.pending(), 0);
    /// ```
    pub fn cancel_on_drop(self) -> CancelOnDrop {
        CancelOnDrop { timer: Some(self) }
    }
}

impl Deref for CancelOnDrop {
    type Target = Timer;

    fn deref(&self) -> &Timer {
        self.timer.as_ref().expect("it is there until the drop")
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.cancel();
        }
    }
}

impl fmt::Debug for CancelOnDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CancelOnDrop").field(&**self).finish()
    }
}
