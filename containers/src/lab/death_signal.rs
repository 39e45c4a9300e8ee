//! Ask to die with the parent, and die with one of its threads.

use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::process::{Signal, set_parent_process_death_signal};

use super::apart::LIMIT;
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::child::{Child, fork};

pub(super) const WAY: WrongWay = WrongWay {
    name: "death-signal",
    title: "PR_SET_PDEATHSIG in a child that a worker thread started",
    why: "The parent of a process is, for this signal, the thread that made \
          it. When that thread ends, the child is told that its parent died, \
          though the process lives on. Threads of a pool end when they are \
          idle (a blocking thread of tokio after ten seconds), and take the \
          containers that they started with them.",
    instead: "Tie the child to a descriptor: a supervisor that holds a pidfd, \
              or a pipe whose other end closes when the last of the process is \
              gone. If it must be the signal, start every child on one thread \
              that lives as long as the process.",
    run,
};

fn run(_: &Settings) -> io::Result<Vec<Seen>> {
    let by_thread = thread::spawn(start_child).join();
    let by_thread =
        by_thread.map_err(|_| io::Error::other("it panicked"))??;
    let killed = by_thread.end(LIMIT)?;

    let by_main = start_child()?;
    end_a_thread()?;
    let is_alive = !by_main.has_ended(Duration::ZERO)?;
    Ok(vec![
        Seen::exact(
            "a thread starts the child and ends, the process lives",
            killed,
            "killed by signal 9",
        ),
        Seen::exact(
            "the first thread starts the child, another thread ends",
            if is_alive { "lives" } else { "killed" },
            "lives",
        ),
    ])
}

/// Starts a child that waits, and has asked to die with its parent.
fn start_child() -> io::Result<Child> {
    let (mut reader, writer) = io::pipe()?;
    let child = || {
        if set_parent_process_death_signal(Some(Signal::KILL)).is_err() {
            return 1;
        }
        let _ = rustix::io::write(&writer, b"1");
        loop {
            // SAFETY: pause(2) waits for a signal.
            unsafe { libc::pause() };
        }
    };
    // SAFETY: the child makes system calls only.
    let child = unsafe { fork(child) }?;
    drop(writer);
    // Until it has asked, or ended.
    let _ = reader.read(&mut [0])?;
    Ok(child)
}

/// Starts a thread, and returns when the kernel has forgotten it.
fn end_a_thread() -> io::Result<()> {
    let id = thread::spawn(|| rustix::thread::gettid().as_raw_nonzero());
    let id = id.join().map_err(|_| io::Error::other("it panicked"))?;
    let path = format!("/proc/self/task/{id}");
    while Path::new(&path).exists() {
        thread::yield_now();
    }
    Ok(())
}
