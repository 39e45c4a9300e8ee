//! Threads that wait for a descriptor, and how another thread gets them out.
//!
//! A waiting thread is inside `ppoll(2)`. What ends that early is a signal,
//! which costs no descriptor: the process would need one a file else, or a
//! thread that waits for all. The signal is `SIGURG`, the one that Go's
//! runtime takes for its own wake-ups: a program that does not ask for it
//! never gets it, and nothing is done when it comes.
//!
//! | thread | calls | under |
//! |---|---|---|
//! | who waits | `wait`: looks, adds itself, and sleeps | `state` to look and add, nothing while it sleeps |
//! | who closes, who sets a deadline | `wake_all`, `set_deadline` | `state` |
//!
//! A wake-up cannot be lost: the signal is blocked from before the look, and
//! `ppoll` unblocks it in the same step in which it falls asleep.

use std::io;
use std::os::fd::RawFd;
use std::ptr;
// Not modelled: signals belong to the kernel.
use std::sync::Once;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use support::sync::{Mutex, MutexGuard};

use crate::fd_mutex::{Closed, Side};

/// The signal that ends a wait.
const SIGNAL: libc::c_int = libc::SIGURG;

/// Those who wait for one descriptor, and until when.
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    read_deadline: Option<Instant>,
    write_deadline: Option<Instant>,
    threads: Vec<libc::pthread_t>,
}

impl State {
    fn deadline(&mut self, side: Side) -> &mut Option<Instant> {
        match side {
            Side::Read => &mut self.read_deadline,
            Side::Write => &mut self.write_deadline,
        }
    }

    /// Returns how long this side may wait; `None` is for ever.
    fn time_left(&mut self, side: Side) -> io::Result<Option<Duration>> {
        let Some(deadline) = *self.deadline(side) else { return Ok(None) };
        match deadline.checked_duration_since(Instant::now()) {
            None | Some(Duration::ZERO) => Err(io::ErrorKind::TimedOut.into()),
            left => Ok(left),
        }
    }
}

impl Waiters {
    /// Returns an error once the deadline of this side has passed.
    pub(crate) fn check(&self, side: Side) -> io::Result<()> {
        self.state().time_left(side).map(|_| ())
    }

    /// Sets a deadline, for those who wait already too.
    pub(crate) fn set_deadline(&self, side: Side, deadline: Option<Instant>) {
        let mut state = self.state();
        *state.deadline(side) = deadline;
        wake(&state.threads);
    }

    /// Wakes all who wait, for them to look again.
    pub(crate) fn wake_all(&self) {
        wake(&self.state().threads);
    }

    /// Waits until the descriptor is ready or this thread is woken. May return
    /// too early.
    // ANCHOR: wait
    pub(crate) fn wait(
        &self,
        fd: RawFd,
        side: Side,
        is_closed: impl Fn() -> bool,
    ) -> io::Result<()> {
        let blocked = Blocked::new();
        // SAFETY: asks who the caller is.
        let this = unsafe { libc::pthread_self() };
        let left = {
            let mut state = self.state();
            if is_closed() {
                return Err(io::Error::other(Closed));
            }
            let left = state.time_left(side)?;
            state.threads.push(this);
            left
        };
        let result = blocked.poll(fd, side, left);
        self.forget(this);
        result
    }
    // ANCHOR_END: wait

    /// Takes the thread off the list: no signal is sent to it from now on.
    fn forget(&self, thread: libc::pthread_t) {
        let mut state = self.state();
        let at = state.threads.iter().position(|other| *other == thread);
        state.threads.swap_remove(at.expect("it was added before"));
    }

    /// Locks what is replaced whole, so that a panic leaves nothing half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(threads: &[libc::pthread_t]) {
    for &thread in threads {
        // SAFETY: the thread is on the list, so it is in `wait` and lives.
        unsafe { libc::pthread_kill(thread, SIGNAL) };
    }
}

/// The signal is blocked for this thread, until this is dropped.
struct Blocked {
    before: libc::sigset_t,
}

impl Blocked {
    fn new() -> Self {
        static HANDLER: Once = Once::new();
        HANDLER.call_once(install_handler);
        let mut signal = empty_set();
        // SAFETY: adds a signal that there is to a set that is there.
        unsafe { libc::sigaddset(&mut signal, SIGNAL) };
        let mut before = empty_set();
        // SAFETY: reads the one set and writes the other.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &signal, &mut before) };
        Self { before }
    }

    /// Sleeps with the signal let through.
    fn poll(
        &self,
        fd: RawFd,
        side: Side,
        left: Option<Duration>,
    ) -> io::Result<()> {
        let events = match side {
            Side::Read => libc::POLLIN,
            Side::Write => libc::POLLOUT,
        };
        let mut entry = libc::pollfd { fd, events, revents: 0 };
        let time = left.map(|left| libc::timespec {
            tv_sec: left.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            tv_nsec: left.subsec_nanos() as libc::c_long,
        });
        let time = time.as_ref().map_or(ptr::null(), ptr::from_ref);
        let mut open = self.before;
        // SAFETY: takes a signal that there is from a set that is there.
        unsafe { libc::sigdelset(&mut open, SIGNAL) };
        // SAFETY: the kernel writes the one entry, and reads the time and the
        // set, all of which live until it returns.
        match unsafe { libc::ppoll(&mut entry, 1, time, &open) } {
            0.. => Ok(()),
            _ => match io::Error::last_os_error() {
                e if e.kind() == io::ErrorKind::Interrupted => Ok(()),
                error => Err(error),
            },
        }
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        // SAFETY: reads the set that was in force before.
        unsafe {
            libc::pthread_sigmask(
                libc::SIG_SETMASK,
                &self.before,
                ptr::null_mut(),
            )
        };
    }
}

fn empty_set() -> libc::sigset_t {
    // SAFETY: a set of signals is an array of numbers.
    let mut set = unsafe { std::mem::zeroed() };
    // SAFETY: the set is there to be written.
    unsafe { libc::sigemptyset(&mut set) };
    set
}

extern "C" fn do_nothing(_: libc::c_int) {}

/// Gives the signal a handler that does nothing, because one that is ignored
/// ends no wait. A handler of the program's own does as well, and stays.
fn install_handler() {
    // SAFETY: the structure is numbers and a pointer that may be null.
    let mut found: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: only asks; the kernel writes the structure.
    unsafe { libc::sigaction(SIGNAL, ptr::null(), &mut found) };
    if matches!(found.sa_sigaction, libc::SIG_DFL | libc::SIG_IGN) {
        found.sa_sigaction = do_nothing as extern "C" fn(_) as usize;
        found.sa_flags = libc::SA_RESTART;
        // SAFETY: the handler may be called at any time, as it does nothing.
        unsafe { libc::sigaction(SIGNAL, &found, ptr::null_mut()) };
    }
}

#[cfg(test)]
#[cfg(not(any(loom, miri)))] // they know no signals
mod tests {
    use std::os::fd::AsRawFd;

    use super::*;

    /// Waits for a pipe that nobody writes to. Returns how long that was.
    fn wait_until(deadline: Duration, waiters: &Waiters) -> Duration {
        let (reader, _writer) = io::pipe().expect("there is a pipe");
        let start = Instant::now();
        waiters.set_deadline(Side::Read, Some(start + deadline));
        let wait = waiters.wait(reader.as_raw_fd(), Side::Read, || false);
        wait.expect("it ends by itself");
        start.elapsed()
    }

    #[test]
    fn a_wait_lasts_until_its_deadline_and_leaves_nothing_behind() {
        let is_blocked = || {
            let mut now = empty_set();
            let set = ptr::null();
            // SAFETY: asks for the set of this thread.
            unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, set, &mut now) };
            // SAFETY: asks for a signal that there is in a set that is there.
            unsafe { libc::sigismember(&now, SIGNAL) == 1 }
        };
        let waiters = Waiters::default();
        let long = Duration::from_millis(5);
        assert!(wait_until(long, &waiters) >= long);
        assert!(waiters.state().threads.is_empty());
        assert!(!is_blocked());
        let blocked = Blocked::new();
        assert!(is_blocked());
        drop(blocked);
        assert!(!is_blocked());
    }
}
