//! What the operating system does to a process that has timers: it is forked,
//! and it is put into a sandbox.
//!
//! Each case is a child process of its own, which ends with a number. A child
//! that hangs is ended by its own alarm.
#![cfg(all(target_os = "linux", not(loom), not(miri)))]

use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use timer_heap::{Generation, Timers};

const HOUR: Duration = Duration::from_secs(3600);

/// Longer than any machine takes: what has not come by then never comes.
const PATIENCE: u32 = 60;

/// Held during a test: a lock that another test's thread holds while the
/// process is forked would be held in the child for good.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the number of this thread, as the kernel writes it.
fn own_thread() -> String {
    // SAFETY: the call only returns a number.
    unsafe { libc::gettid() }.to_string()
}

/// Waits until every other thread of this process sleeps. A worker that has
/// just called a callback is inside its shard's lock for a moment.
fn wait_until_others_sleep() {
    let own = own_thread();
    let is_asleep = |tid: &str| {
        // A thread that has ended holds nothing.
        let stat = fs::read_to_string(format!("/proc/self/task/{tid}/stat"));
        let state = stat.unwrap_or_default();
        // The name in brackets may be anything.
        let state = state.rsplit_once(") ").map(|(_, rest)| rest.to_owned());
        state.is_none_or(|rest| rest.starts_with('S'))
    };
    loop {
        let tasks = fs::read_dir("/proc/self/task").expect("on Linux");
        let names = tasks.map(|it| it.expect("it is listed").file_name());
        let all_sleep = names
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|tid| *tid != own)
            .all(|tid| is_asleep(&tid));
        if all_sleep {
            return;
        }
        thread::yield_now();
    }
}

/// Runs `child` in a forked process. Returns whether it returned true.
fn in_a_child(child: impl FnOnce() -> bool) -> bool {
    wait_until_others_sleep();
    // SAFETY: the child allocates and makes threads, which glibc and musl allow
    // after a fork; it takes no lock that another thread of this process holds,
    // because they sleep, and none that they sleep with.
    let pid = unsafe { libc::fork() };
    assert!(pid >= 0, "the system refuses a process");
    if pid == 0 {
        // SAFETY: the signal ends the child, whatever it is doing.
        unsafe { libc::alarm(PATIENCE) };
        let is_right =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(child));
        let code = if is_right.unwrap_or(false) { 0 } else { 1 };
        // SAFETY: it ends the child without the exit handlers of the parent.
        unsafe { libc::_exit(code) };
    }
    let mut status = 0;
    // SAFETY: the process is this one's child, and the status is its own.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(waited, pid, "the child is there");
    libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
}

/// Returns where a message arrives when the timer fires.
fn fires(timers: &Timers, d: Duration) -> Receiver<()> {
    let (sender, receiver) = channel();
    timers.after_func(d, move || sender.send(()).unwrap());
    receiver
}

fn has_come(receiver: &Receiver<()>) -> bool {
    receiver.recv_timeout(Duration::from_secs(PATIENCE.into())).is_ok()
}

#[test]
fn a_forked_child_uses_its_own_service_and_can_let_the_old_one_be() {
    let _alone = alone();
    for generation in Generation::ALL {
        let timers = Timers::with_generation(generation);
        assert!(has_come(&fires(&timers, Duration::ZERO)));
        let handle = timers.after_func(HOUR, || ());
        let is_right = in_a_child(|| {
            let never = fires(&timers, Duration::ZERO);
            let cancelled = timers.after_func(HOUR, || ()).cancel();
            let inherited = handle.stop() && !handle.reset(HOUR);
            timers.sleep(Duration::from_millis(1));
            let own = Timers::with_generation(generation);
            let fired = has_come(&fires(&own, Duration::ZERO));
            fired && cancelled && inherited && never.try_recv().is_err()
        });
        assert!(is_right, "{generation}");
        assert!(handle.stop(), "the parent's timer is its own");
    }
}

/// Refuses a call.
const REFUSE: u32 = libc::SECCOMP_RET_ERRNO | libc::EPERM as u32;

/// Forbids this thread, and those it starts, to call membarrier: `action` is
/// what happens to a call.
fn forbid_membarrier(action: u32) -> bool {
    let number = libc::SYS_membarrier as u32;
    let step = |code: u32, jt, jf, k| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let mut filter = [
        // The number of the call is the first word of what is looked at.
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, number),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, action),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the flag is this thread's own.
    let gives_up =
        unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    // SAFETY: the program is there during the call, and the kernel copies it.
    let is_set = unsafe {
        libc::prctl(
            libc::PR_SET_SECCOMP,
            libc::SECCOMP_MODE_FILTER,
            &raw const program,
        )
    };
    gives_up == 0 && is_set == 0
}

#[test]
fn a_sandbox_that_forbids_membarrier_ends_no_service() {
    let _alone = alone();
    for generation in Generation::ALL {
        let is_right = in_a_child(|| {
            let timers = Timers::with_generation(generation);
            for _ in 0..5_000 {
                // So the lock gets an owner, where locks have some.
                timers.after_func(HOUR, || ()).cancel();
            }
            if !forbid_membarrier(REFUSE) {
                eprintln!("this system has no such sandbox");
                return true;
            }
            let fired = has_come(&fires(&timers, Duration::ZERO));
            let others = thread::scope(|scope| {
                let other = || has_come(&fires(&timers, Duration::ZERO));
                let threads: Vec<_> =
                    (0..64).map(|_| scope.spawn(other)).collect();
                threads.into_iter().all(|it| it.join().unwrap())
            });
            let new = Timers::with_generation(generation);
            let fired_anew = has_come(&fires(&new, Duration::ZERO));
            timers.pending() == 0 && fired && others && fired_anew
        });
        assert!(is_right, "{generation}");
    }
}

#[test]
fn a_service_without_owners_lives_in_a_sandbox_that_kills() {
    let _alone = alone();
    for generation in Generation::ALL {
        let is_right = in_a_child(|| {
            if !forbid_membarrier(libc::SECCOMP_RET_KILL_PROCESS) {
                eprintln!("this system has no such sandbox");
                return true;
            }
            let builder = Timers::builder().generation(generation);
            let timers = builder.owned_locks(false).build();
            for _ in 0..5_000 {
                timers.after_func(HOUR, || ()).cancel();
            }
            thread::scope(|scope| {
                let other = || has_come(&fires(&timers, Duration::ZERO));
                scope.spawn(other).join().unwrap()
            })
        });
        assert!(is_right, "{generation}");
    }
}
