//! What a child process cost: processor time and memory.

use std::time::Duration;

#[cfg(unix)]
pub(crate) use unix::run;

/// The cost of one process and of those that it waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Processor time, in the program and in the kernel for it.
    pub(crate) cpu: Duration,
    /// From start to end.
    pub(crate) wall: Duration,
    /// The most memory it had, in bytes.
    pub(crate) peak: u64,
}

/// Only Unix tells what a child cost when it is waited for.
#[cfg(not(unix))]
pub(crate) fn run(_: &mut std::process::Command) -> anyhow::Result<Cost> {
    anyhow::bail!("what a process costs is measured on Unix alone")
}

#[cfg(unix)]
mod unix {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use anyhow::{Context, Result, ensure};

    use super::Cost;

    /// Bytes in a unit of `ru_maxrss`.
    const UNIT: u64 = if cfg!(target_vendor = "apple") { 1 } else { 1024 };

    /// Runs `command` to its end.
    pub(crate) fn run(command: &mut Command) -> Result<Cost> {
        let name = format!("{:?}", command.get_program());
        forget_own_peak();
        let start = Instant::now();
        let child =
            command.spawn().with_context(|| format!("cannot run {name}"))?;
        let id = i32::try_from(child.id()).context("no such process id")?;
        let (mut status, mut usage) = (0, empty_usage());
        // SAFETY: both pointers are to live values of the right types. Nobody
        // else waits for this child: `Child` is not used again.
        let waited = unsafe { libc::wait4(id, &mut status, 0, &mut usage) };
        ensure!(waited == id, "cannot wait for {name}");
        ensure!(status == 0, "{name} failed with status {status:#x}");
        Ok(Cost {
            cpu: duration(usage.ru_utime) + duration(usage.ru_stime),
            wall: start.elapsed(),
            peak: usage.ru_maxrss as u64 * UNIT,
        })
    }

    /// Linux counts the peak of the process that starts a program as that
    /// program's own, up to its exec. So the peak so far is forgotten, and no
    /// program has less than this one has now. (proc(5), `clear_refs`) Elsewhere
    /// there is no such file, and the peak is the program's own.
    fn forget_own_peak() {
        // In place: the file is the kernel's.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
    }

    fn empty_usage() -> libc::rusage {
        // SAFETY: the structure has only integers, for which zero is a value.
        unsafe { std::mem::zeroed() }
    }

    fn duration(time: libc::timeval) -> Duration {
        Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1_000)
    }
}
