//! How late the kernel may wake a sleeping thread.
//!
//! Linux lets ordinary threads oversleep by 50 us, to wake several at once;
//! see `PR_SET_TIMERSLACK` in prctl(2). Elsewhere a thread has no say, and
//! nothing here does anything, nor under Miri, which knows no prctl.

// ANCHOR: slack
/// Asks the kernel to wake this thread as soon after a deadline as it can.
pub(crate) fn minimize() {
    set(1);
}

/// Asks the same for one wait. Its drop gives back what the thread had before.
pub(crate) struct MinimalSlack {
    before: u32,
}

impl MinimalSlack {
    pub(crate) fn new() -> Self {
        let before = get();
        minimize();
        Self { before }
    }
}

impl Drop for MinimalSlack {
    fn drop(&mut self) {
        set(self.before);
    }
}
// ANCHOR_END: slack

#[cfg(all(target_os = "linux", not(any(loom, miri))))]
fn set(nanoseconds: u32) {
    let nanoseconds = libc::c_ulong::from(nanoseconds);
    // SAFETY: this option takes a number and touches this thread only.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, nanoseconds) };
}

#[cfg(not(all(target_os = "linux", not(any(loom, miri)))))]
fn set(_: u32) {}

/// Returns the slack, or zero if 31 bits are too few. To set zero sets the
/// default.
#[cfg(all(target_os = "linux", not(any(loom, miri))))]
fn get() -> u32 {
    // SAFETY: this option takes nothing and only reads.
    let nanoseconds = unsafe { libc::prctl(libc::PR_GET_TIMERSLACK) };
    u32::try_from(nanoseconds).unwrap_or(0)
}

#[cfg(not(all(target_os = "linux", not(any(loom, miri)))))]
fn get() -> u32 {
    0
}

#[cfg(test)]
#[cfg(all(target_os = "linux", not(any(loom, miri))))]
mod tests {
    use std::time::Duration;

    use super::{get, set};
    use crate::timers::Timers;

    #[test]
    fn a_sleep_gives_the_thread_its_slack_back() {
        set(70_001);
        let timers = Timers::new();
        timers.sleep(Duration::from_micros(100));
        assert_eq!(get(), 70_001);
        timers.timer(Duration::from_micros(100)).recv();
        assert_eq!(get(), 70_001);
    }
}
