//! Fork while another thread holds a lock.

use std::hint::spin_loop;
use std::io;
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard};
use std::thread;

use super::hammer::{HANGS_AFTER, stuck_children};
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::child::{Child, Ending, clone3, fork};

pub(super) const WAY: WrongWay = WrongWay {
    name: "fork-lock",
    title: "fork while another thread holds a lock",
    why: "A fork copies all memory and one thread: the one that forks. A lock \
          that another thread holds at that moment is held in the copy too, by \
          a thread that does not exist there and so will never unlock it. The \
          child waits in futex(2) for a wake that nobody can send. It hangs \
          only if a thread was inside the lock just then, which is why such a \
          program passes its tests.",
    instead: "Between fork and exec do nothing but system calls on memory that \
              was made ready before (signal-safety(7)): no lock, no println!, \
              no allocation. Better, start the program by clone3 with CLONE_VM \
              and CLONE_VFORK as posix_spawn does, and do the rest in a \
              program that was exec'd and has one thread.",
    run,
};

const HANGS: &str = "hangs for ever";

/// A lock like any of a library.
static LOCK: Mutex<()> = Mutex::new(());

fn lock() -> MutexGuard<'static, ()> {
    LOCK.lock().expect("no thread panics with it")
}

fn run(settings: &Settings) -> io::Result<Vec<Seen>> {
    let runs = settings.runs.unwrap_or(300);
    let mutex = while_held(lock)?;
    let stderr = while_held(|| io::stderr().lock())?;
    let rate = |what, start: fn() -> io::Result<Child>| {
        let count = stuck_children(runs, hold_shortly, start)?;
        io::Result::Ok(Seen::Rate { what, wrong: "children hung", count, runs })
    };
    Ok(vec![
        Seen::exact("a thread holds a Mutex, the child locks it", mutex, HANGS),
        Seen::exact("a thread holds stderr, the child locks it", stderr, HANGS),
        rate("3 threads lock and unlock, fork, the child locks", || {
            // SAFETY: it is what POSIX does not define, and the subject. The
            // lock is a word and a system call: the child waits, or goes on.
            unsafe { fork(child) }
        })?,
        rate("3 threads lock and unlock, clone3, the child locks", || {
            // SAFETY: as above; it does not allocate.
            unsafe { clone3(child) }
        })?,
    ])
}

// ANCHOR: child
fn child() -> u8 {
    drop(lock());
    0
}
// ANCHOR_END: child

fn hold_shortly() {
    let guard = lock();
    (0..100).for_each(|_| spin_loop());
    drop(guard);
    (0..100).for_each(|_| spin_loop());
}

/// Returns how a child ends that takes a lock which a thread holds for
/// certain.
fn while_held<G>(take: fn() -> G) -> io::Result<String> {
    let (says_held, held) = channel();
    let (release, released) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let guard = take();
            let _ = says_held.send(());
            // Until the other end is dropped.
            let _ = released.recv();
            drop(guard);
        });
        let _ = held.recv();
        // SAFETY: as in `run`.
        let child = unsafe {
            fork(|| {
                drop(take());
                0
            })
        };
        let ending = child.and_then(|child| child.end(HANGS_AFTER));
        drop(release);
        Ok(match ending? {
            Ending::Stuck | Ending::TimedOut(_) => HANGS.into(),
            ending => ending.to_string(),
        })
    })
}
