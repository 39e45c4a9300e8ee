//! After `sleep_test.go`: the shortest, the longest and negative durations,
//! and a sleep that is interrupted.

use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use crate::Ended;
use crate::{FuncTimer, HOUR, MS, each, scaled};

/// `TestSleepZeroDeadlock`.
#[test]
fn a_sleep_of_zero_returns_beside_timers_that_come_and_go() {
    each(|timers| {
        for _ in 0..100 {
            let beside = timers.after_func(Duration::ZERO, || ());
            timers.sleep(Duration::ZERO);
            beside.cancel();
        }
    });
}

/// `TestOverflowSleep`, the longest duration.
#[test]
fn the_longest_duration_neither_fires_nor_holds_up_others() {
    each(|timers| {
        let callback = FuncTimer::new(&timers, Duration::MAX);
        let channel = timers.timer(Duration::MAX);
        let short = FuncTimer::new(&timers, 25 * MS);
        timers.timer(25 * MS).recv();
        short.recv();
        assert_eq!(channel.try_recv(), None);
        assert!(callback.is_empty() && callback.timer.stop());
    });
}

/// `TestOverflowSleep`, a negative duration: an instant that has passed.
#[test]
fn a_deadline_in_the_past_fires_at_once() {
    each(|timers| {
        let late = FuncTimer::new(&timers, HOUR);
        let past = Instant::now().checked_sub(HOUR);
        // A machine that has just been started has no such instant.
        let past = past.unwrap_or_else(Instant::now);
        assert!(late.timer.reset_at(past));
        late.recv();
    });
}

/// `TestZeroTimer` (issue 44868): new callbacks, new channels, and one timer
/// that is reset.
#[test]
fn a_million_timers_of_zero_are_each_received() {
    let channels = scaled(20_000, 1_000_000);
    let callbacks = scaled(1_000, 250_000);
    each(|timers| {
        for _ in 0..channels {
            timers.timer(Duration::ZERO).recv();
        }
        for _ in 0..callbacks {
            FuncTimer::new(&timers, Duration::ZERO).recv();
        }
        let kept = FuncTimer::new(&timers, HOUR);
        for _ in 0..callbacks {
            kept.timer.reset(Duration::ZERO);
            kept.recv();
        }
    });
}

/// `TestSleep`: a signal interrupts the sleeper and every `timerproc`.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_sleep_is_not_early() {
    signals::ignore_by_handler();
    each(|timers| {
        let ended = Ended::default();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.get() {
                    signals::interrupt_every_thread();
                }
            });
            let _end = ended.on_drop();
            let started = Instant::now();
            let callback = FuncTimer::new(&timers, 20 * MS);
            let channel = timers.timer(20 * MS);
            timers.sleep(20 * MS);
            assert!(started.elapsed() >= 20 * MS, "the sleep was early");
            channel.recv();
            assert!(callback.recv() >= started + 20 * MS, "a call was early");
        });
    });
}

#[cfg(target_os = "linux")]
mod signals {
    use std::fs;
    use std::mem::zeroed;
    use std::ptr::null_mut;

    extern "C" fn nothing(_: libc::c_int) {}

    /// A handler without `SA_RESTART`: waits return `EINTR`.
    pub(super) fn ignore_by_handler() {
        // SAFETY: zeros are a valid `sigaction`: no flags, an empty mask.
        let mut action: libc::sigaction = unsafe { zeroed() };
        action.sa_sigaction = nothing as extern "C" fn(libc::c_int) as usize;
        // SAFETY: the handler does nothing, which is allowed at any point.
        let set =
            unsafe { libc::sigaction(libc::SIGUSR1, &action, null_mut()) };
        assert_eq!(set, 0);
    }

    pub(super) fn interrupt_every_thread() {
        let tasks = fs::read_dir("/proc/self/task").expect("Linux has it");
        for task in tasks.flatten() {
            let name = task.file_name();
            let id: i32 = name.to_str().expect("a number").parse().unwrap();
            let process = std::process::id() as libc::pid_t;
            let signal = libc::SIGUSR1;
            // SAFETY: a number for each; a thread that has ended is an error
            // that nobody minds.
            unsafe { libc::syscall(libc::SYS_tgkill, process, id, signal) };
        }
    }
}
