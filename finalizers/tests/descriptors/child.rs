//! Runs a test's body alone in a child process.
//!
//! Descriptor numbers belong to the whole process: a test that speaks of
//! them must not share it with another test that opens files.

use std::any::type_name;
use std::env;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use finalizers::descriptors::open_count;

/// A test that takes longer hangs; most take milliseconds.
const LONGEST: Duration = Duration::from_secs(300);

const VARIABLE: &str = "FINALIZERS_CHILD";

/// Runs `body` in a child process, which must succeed and must end with as
/// many open descriptors as it began with.
///
/// Returns what the child has printed; in the child itself, nothing.
pub(crate) fn in_child<F: Fn()>(body: F) -> Option<String> {
    if is_child() {
        let before = open_count().expect("the descriptors are listed");
        body();
        let after = open_count().expect("the descriptors are listed");
        assert_eq!(after, before, "open descriptors at the end");
        return None;
    }
    let (status, text) = run(test_name::<F>());
    assert!(status.success(), "{text}");
    Some(text)
}

/// Runs `body` in a child process, which must fail.
///
/// Returns what the child has printed; in the child itself, nothing.
pub(crate) fn in_failing_child<F: Fn()>(body: F) -> Option<String> {
    if is_child() {
        body();
        return None;
    }
    let (status, text) = run(test_name::<F>());
    assert!(!status.success(), "{text}");
    Some(text)
}

fn is_child() -> bool {
    env::var_os(VARIABLE).is_some()
}

fn run(test: &str) -> (ExitStatus, String) {
    let child = Command::new(env::current_exe().expect("a test has a path"))
        .args([test, "--exact", "--nocapture"])
        .env(VARIABLE, "1")
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a test binary runs");
    let id = child.id() as libc::pid_t;
    let (ended, is_ended) = mpsc::channel::<()>();
    let watchdog = thread::spawn(move || {
        let hangs = is_ended.recv_timeout(LONGEST)
            == Err(mpsc::RecvTimeoutError::Timeout);
        if hangs {
            // SAFETY: the child was not waited for, so the number is its.
            unsafe { libc::kill(id, libc::SIGKILL) };
        }
        hangs
    });
    let output = child.wait_with_output().expect("the child is waited for");
    drop(ended);
    assert!(!watchdog.join().expect("it kills"), "{test} hangs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("running 1 test"), "no test {test}: {text}");
    (output.status, text)
}

/// The test that a closure stands in: its path without the crate's name and
/// without the closures'.
fn test_name<F>() -> &'static str {
    let path = type_name::<F>();
    let path = path.split("::{{closure}}").next().unwrap_or(path);
    path.split_once("::").map_or(path, |(_, test)| test)
}
