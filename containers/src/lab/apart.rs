//! A part of a wrong way, taken in a process of its own.

use std::fs;
use std::io::{self, Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Signal, set_parent_process_death_signal};

use crate::trial::child::{Child, Ending, fork};

/// Longer than any part takes on a machine that is busy.
pub(super) const LIMIT: Duration = Duration::from_secs(300);

/// Calls `body` in a child process, and returns its number. What it does to
/// its process, such as moving it into a namespace, ends with it.
pub(super) fn apart(body: impl FnOnce() -> io::Result<u32>) -> io::Result<u32> {
    let (mut reader, mut writer) = io::pipe()?;
    let child = fork_alone(|| {
        // The lab has one thread, and is watched: it ends in time.
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
        let told = body().and_then(|it| writer.write_all(&it.to_le_bytes()));
        match told {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("error: {error}");
                1
            }
        }
    })?;
    drop(writer);
    let mut number = [0; 4];
    let read = reader.read_exact(&mut number);
    match child.end(Duration::MAX)? {
        Ending::Exited(0) => read.map(|()| u32::from_le_bytes(number)),
        ending => Err(io::Error::other(format!("a child process: {ending}"))),
    }
}

/// Forks this process, which must have one thread: then the child may do
/// what it likes.
pub(super) fn fork_alone(child: impl FnOnce() -> u8) -> io::Result<Child> {
    be_alone()?;
    // SAFETY: this process has no other thread, so that nothing is missing in
    // the child.
    unsafe { fork(child) }
}

/// Waits until threads that were joined are gone, and fails if others are
/// there.
fn be_alone() -> io::Result<()> {
    let start = Instant::now();
    loop {
        match fs::read_dir("/proc/self/task")?.count() {
            1 => return Ok(()),
            count if start.elapsed() > Duration::from_secs(5) => {
                return Err(io::Error::other(format!(
                    "this process has {count} threads; the lab forks, and \
                     needs one that has no other"
                )));
            }
            _ => thread::yield_now(),
        }
    }
}
