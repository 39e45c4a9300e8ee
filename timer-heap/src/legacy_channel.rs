//! A channel timer as Go made them up to 1.22, to compare with.
//!
//! When the timer is due, the service sends the time into a buffer of one,
//! whether anybody waits or not. A stop or a reset that comes too late does
//! not take the value back: the next receive finds it, though the timer was
//! set to later. Programs had to drain the channel themselves, and rarely did
//! it right. See Go's `time.sendTime` and the notes of Go 1.23.
//!
//! Who calls what: the service's thread calls `send`, as the callback, which
//! takes the buffer's lock and rings `sent` after it. Any thread receives: it
//! reads `sent`, takes the value under the lock, and waits on `sent` without.

use std::fmt;
use std::time::{Duration, Instant};

use support::futex::Futex;
use support::sync::atomic::Ordering;
use support::sync::{Arc, Mutex, MutexGuard};

use crate::timer::Timer;
use crate::timers::Timers;

/// A buffer of one, and a word that counts what was sent.
struct Buffer {
    value: Mutex<Option<Instant>>,
    sent: Arc<Futex>,
}

impl Buffer {
    // ANCHOR: send
    /// Sends the value, or drops it if one is there already.
    fn send(&self, value: Instant) {
        self.lock().get_or_insert(value);
        self.sent.word.fetch_add(1, Ordering::Release);
        self.sent.wake_one();
    }
    // ANCHOR_END: send

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.value.lock().expect("nothing panics here")
    }
}

/// A channel timer whose value may be stale after a stop or a reset.
///
/// [`ChannelTimer`](crate::ChannelTimer) has no such values.
///
/// ```
/// use std::time::Duration;
/// use timer_heap::Timers;
///
/// let second = Duration::from_secs(1);
/// let (timers, time) = Timers::builder().build_fake();
/// let timer = timers.legacy_timer(second);
/// time.advance(second);
/// assert!(!timer.reset(3600 * second), "it was sent");
/// assert!(timer.try_recv().is_some(), "an hour too early");
/// ```
#[must_use = "a channel timer does nothing but to be received from"]
pub struct LegacyTimer {
    timers: Timers,
    timer: Timer,
    buffer: Arc<Buffer>,
}

impl Timers {
    /// Returns a channel as of Go 1.22, on which a time arrives `d` from now.
    ///
    /// # Panics
    ///
    /// As [`after_func`](Self::after_func).
    pub fn legacy_timer(&self, d: Duration) -> LegacyTimer {
        let buffer = Arc::new(Buffer {
            value: Mutex::new(None),
            sent: Arc::new(Futex::new(0)),
        });
        let clock = self.shared().service.clock.clone();
        let sender = Arc::clone(&buffer);
        let send = move || sender.send(clock.instant(clock.now()));
        let timer = self.start(self.service().clock.after(d), send);
        LegacyTimer { timers: self.clone(), timer, buffer }
    }
}

impl LegacyTimer {
    /// Waits for the value, and returns it: the time at which it was sent.
    ///
    /// # Panics
    ///
    /// When the service is shut down before it is sent.
    pub fn recv(&self) -> Instant {
        loop {
            let sent = self.buffer.sent.word.load(Ordering::Acquire);
            if let Some(value) = self.try_recv() {
                return value;
            }
            let waited = self.timers.wait_until(&self.buffer.sent, sent, None);
            if let Err(end) = waited {
                // It may have been sent after the last look.
                return self.try_recv().unwrap_or_else(|| end.panic());
            }
        }
    }

    /// Returns the value, if one was sent and not received.
    pub fn try_recv(&self) -> Option<Instant> {
        self.buffer.lock().take()
    }

    /// Stops the timer. Returns true if this prevented the sending. A value
    /// that was sent before stays.
    pub fn stop(&self) -> bool {
        self.timer.stop()
    }

    /// Sends `d` from now. Returns true if the timer was pending. A value that
    /// was sent before stays.
    pub fn reset(&self, d: Duration) -> bool {
        self.timer.reset(d)
    }
}

impl Drop for LegacyTimer {
    fn drop(&mut self) {
        self.timer.stop();
    }
}

impl fmt::Debug for LegacyTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegacyTimer").finish_non_exhaustive()
    }
}
