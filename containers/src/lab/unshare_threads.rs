//! Unshare in a process that has another thread.

use std::io;
use std::sync::mpsc::channel;
use std::thread;

use rustix::thread::{UnshareFlags, unshare_unsafe};

use super::apart::apart;
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::errno;

pub(super) const WAY: WrongWay = WrongWay {
    name: "unshare-threads",
    title: "unshare a user namespace in a process with two threads",
    why: "All threads of a process have the same user namespace; the kernel \
          will not move one of them, nor all at once, and answers EINVAL. \
          Every runtime that starts threads before main (Go always, tokio by \
          its macro, any program with a logger's thread) therefore can not \
          unshare. The other namespaces it can, but for the calling thread \
          only: what runs on another worker is outside.",
    instead: "Make the namespaces while making the child: clone3 with \
              CLONE_NEWUSER and the others works from any number of threads, \
              because the child has one.",
    run,
};

const DONE: &str = "done";

fn run(_: &Settings) -> io::Result<Vec<Seen>> {
    let alone = apart(|| Ok(unshare_user()))?;
    let name = |errno: u32| match errno {
        0 => DONE.into(),
        errno => errno::name(errno as i32),
    };
    let one = "one thread, unshare(CLONE_NEWUSER)";
    let cloned = "two threads, clone3(CLONE_NEWUSER)";
    let mut seen = vec![Seen::exact(
        "two threads, unshare(CLONE_NEWUSER)",
        name(apart(|| beside_another(unshare_user))?),
        "EINVAL",
    )];
    if alone == 0 {
        seen.push(Seen::exact(one, name(alone), DONE));
        let errno = apart(|| beside_another(clone_user))?;
        seen.push(Seen::exact(cloned, name(errno), DONE));
    } else {
        for what in [one, cloned] {
            let why = format!("no user namespaces here: {}", name(alone));
            seen.push(Seen::Skipped { what, why });
        }
    }
    Ok(seen)
}

/// Returns the number of the error, 0 for none.
fn unshare_user() -> u32 {
    // SAFETY: no descriptors are unshared.
    match unsafe { unshare_unsafe(UnshareFlags::NEWUSER) } {
        Ok(()) => 0,
        Err(errno) => errno.raw_os_error() as u32,
    }
}

/// Makes a child in a user namespace of its own.
fn clone_user() -> u32 {
    let flags = libc::CLONE_NEWUSER as u64;
    let arguments = [flags, 0, 0, 0, libc::SIGCHLD as u64, 0, 0, 0_u64];
    let size = size_of_val(&arguments);
    // SAFETY: the kernel reads as many bytes as there are; the child has
    // memory of its own, and ends at once.
    let pid =
        unsafe { libc::syscall(libc::SYS_clone3, arguments.as_ptr(), size) };
    match pid {
        -1 => io::Error::last_os_error().raw_os_error().unwrap_or(0) as u32,
        // SAFETY: it ends the child.
        0 => unsafe { libc::_exit(0) },
        pid => {
            // SAFETY: it waits for the child, and asks for no status.
            unsafe { libc::waitpid(pid as i32, std::ptr::null_mut(), 0) };
            0
        }
    }
}

/// Calls `step` while another thread is there for certain.
fn beside_another(step: fn() -> u32) -> io::Result<u32> {
    let (says_there, there) = channel();
    let (release, released) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let _ = says_there.send(());
            let _ = released.recv();
        });
        let _ = there.recv();
        let errno = step();
        drop(release);
        Ok(errno)
    })
}
