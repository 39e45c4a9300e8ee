//! Join every thread, then unshare.

use std::io;
use std::thread;

use rustix::io::Errno;
use rustix::thread::{UnshareFlags, unshare_unsafe};

use super::apart::apart;
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::errno;

pub(super) const WAY: WrongWay = WrongWay {
    name: "joined-threads",
    title: "join all threads, then unshare as if there were none",
    why: "pthread_join returns when the kernel clears a word of the thread, \
          which it does on the thread's way out; the thread is counted for a \
          moment longer. An unshare in that moment finds two threads and says \
          EINVAL. It happens once in hundreds or thousands of runs, and more \
          often on a busy machine: a start that fails once a day.",
    instead: "Let a process that never had a second thread do it: the child of \
              a clone3, or a program that was exec'd, since exec ends all \
              other threads before it returns.",
    run,
};

fn run(settings: &Settings) -> io::Result<Vec<Seen>> {
    let runs = settings.runs.unwrap_or(2_000);
    let what = "start a thread, join it, unshare(CLONE_NEWUSER)";
    let mut count = 0;
    for _ in 0..runs {
        match apart(join_and_unshare)? as i32 {
            0 => {}
            libc::EINVAL => count += 1,
            errno => {
                let name = errno::name(errno);
                let why = format!("no user namespaces here: {name}");
                return Ok(vec![Seen::Skipped { what, why }]);
            }
        }
    }
    Ok(vec![Seen::Rate { what, wrong: "refused with EINVAL", count, runs }])
}

/// Returns the number of the error, 0 for none.
fn join_and_unshare() -> io::Result<u32> {
    let joined = thread::spawn(|| ()).join();
    joined.map_err(|_| io::Error::other("the thread panicked"))?;
    // SAFETY: no descriptors are unshared.
    let answer = unsafe { unshare_unsafe(UnshareFlags::NEWUSER) };
    Ok(answer.map_or_else(Errno::raw_os_error, |()| 0) as u32)
}
