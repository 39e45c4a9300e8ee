//! What happens when a file is dropped without having been closed.
//!
//! `Drop` closes it, but an error of close(2) is lost. A program that wants
//! to hear of that chooses a [`Policy`], for the whole process.
//!
//! Any thread may choose the policy or drop a file. There is no lock, because
//! policy and count are two words that order nothing else.

use std::backtrace::Backtrace;
use std::io::{self, Write};
use std::os::fd::RawFd;

use support::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// What to do about a file that is closed by `Drop`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Policy {
    /// Nothing: closing by `Drop` is fine. Rust's own habit.
    #[default]
    Ignore,
    /// Count it: see [`count`].
    Count,
    /// Count it and print where the file was opened to the standard error.
    Warn,
    /// Print where the file was opened, and abort the process.
    Abort,
}

// Both stand for themselves and order nothing else: relaxed throughout.
static POLICY: AtomicU8 = AtomicU8::new(Policy::Ignore as u8);
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Chooses the policy of this process. Returns the one before.
///
/// [`Policy::Warn`] and [`Policy::Abort`] take a backtrace at each opening
/// from now on, which costs some microseconds.
///
/// ```standalone_crate
/// use finalizers::file::File;
/// use finalizers::leak::{self, Policy};
///
/// leak::set_policy(Policy::Count);
/// File::open("/dev/null")?.close()?;
/// drop(File::open("/dev/null")?);
/// assert_eq!(leak::count(), 1);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn set_policy(policy: Policy) -> Policy {
    from_number(POLICY.swap(policy as u8, Ordering::Relaxed))
}

/// Returns the policy of this process.
#[inline]
pub fn policy() -> Policy {
    from_number(POLICY.load(Ordering::Relaxed))
}

fn from_number(number: u8) -> Policy {
    match number {
        0 => Policy::Ignore,
        1 => Policy::Count,
        2 => Policy::Warn,
        _ => Policy::Abort,
    }
}

/// Returns how many files were dropped without having been closed, since a
/// policy other than [`Policy::Ignore`] is in force.
pub fn count() -> u64 {
    COUNT.load(Ordering::Relaxed)
}

/// Returns where a file was opened, if the policy wants to know.
#[inline]
pub(crate) fn opening() -> Option<Box<Backtrace>> {
    match policy() {
        Policy::Ignore | Policy::Count => None,
        Policy::Warn | Policy::Abort => Some(here()),
    }
}

#[cold]
fn here() -> Box<Backtrace> {
    Box::new(Backtrace::force_capture())
}

/// A file was dropped that nobody had closed.
#[cold]
// ANCHOR: report
pub(crate) fn report(fd: RawFd, opening: Option<&Backtrace>) {
    COUNT.fetch_add(1, Ordering::Relaxed);
    let policy = policy();
    if matches!(policy, Policy::Warn | Policy::Abort) {
        let opening = match opening {
            Some(backtrace) => format!("opened at:\n{backtrace}"),
            None => "opened before the policy was chosen".into(),
        };
        // Not `eprintln`, which panics if nobody can read it.
        let text =
            format!("descriptor {fd} was dropped, not closed; {opening}\n");
        let _ = io::stderr().write_all(text.as_bytes());
    }
    if policy == Policy::Abort {
        std::process::abort();
    }
}
// ANCHOR_END: report
