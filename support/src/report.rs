//! What a model prints for the command that started it.
//!
//! `cargo loom` runs each model in a process of its own and reads its output,
//! a line a fact: `KEY: VALUE`. It asks for the report by `MODEL_REPORT`; an
//! ordinary test run prints none.

use std::sync::OnceLock;

/// Returns whether a report is wanted.
pub(crate) fn is_wanted() -> bool {
    static WANTED: OnceLock<bool> = OnceLock::new();
    *WANTED.get_or_init(|| std::env::var_os("MODEL_REPORT").is_some())
}

/// What each line begins with that tells of an execution that passed.
pub(crate) const PASSED: &str = "passed: ";

/// Asks a model for the executions that pass, too.
#[cfg(any(loom, shuttle, feature = "schedules"))]
pub(crate) const TELL_PASSED: &str = "MODEL_PASSED";

/// Prints the lanes of an execution that has passed, if they are wanted.
#[cfg(any(loom, shuttle))]
pub(crate) fn passed(lanes: impl Iterator<Item = String>) {
    static WANTED: OnceLock<bool> = OnceLock::new();
    let is_asked = || std::env::var_os(TELL_PASSED).is_some();
    if *WANTED.get_or_init(is_asked) {
        lanes.for_each(|lane| println!("{PASSED}{lane}"));
        println!("{PASSED}");
    }
}

/// Returns whether loom prints each of its steps.
#[cfg(loom)]
pub(crate) fn is_traced() -> bool {
    static TRACED: OnceLock<bool> = OnceLock::new();
    *TRACED.get_or_init(|| std::env::var_os("LOOM_LOG").is_some())
}

/// Prints how many executions have begun, five times a second.
#[cfg(any(loom, shuttle))]
pub(crate) fn progress(executions: usize) {
    use std::cell::Cell;
    use std::time::{Duration, Instant};

    thread_local! {
        static LAST: Cell<Option<Instant>> = const { Cell::new(None) };
    }
    // The clock is not read in every execution: some take a microsecond.
    if !is_wanted() || !executions.is_multiple_of(16) {
        return;
    }
    let last = LAST.get().unwrap_or_else(Instant::now);
    let is_due = last.elapsed() >= Duration::from_millis(200);
    if is_due {
        println!("progress: {executions}");
    }
    LAST.set(Some(if is_due { Instant::now() } else { last }));
}

/// Prints what there is to say of a model that has passed.
#[cfg(any(loom, shuttle))]
pub(crate) fn end(executions: usize, preemptions: Option<usize>) {
    if !is_wanted() {
        return;
    }
    println!("executions: {executions}");
    if let Some(bound) = preemptions {
        println!("preemptions: {bound}");
    }
}

#[cfg(loom)]
thread_local! {
    static BODIES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Begins a model, of which a test may run several, and returns the file for
/// its checkpoint: the first one's is `file`.
#[cfg(loom)]
pub(crate) fn checkpoint(
    file: Option<std::path::PathBuf>,
) -> Option<std::path::PathBuf> {
    let body = BODIES.get() + 1;
    BODIES.set(body);
    let of_body = |file: std::path::PathBuf| match body {
        1 => file,
        _ => file.with_extension(format!("{body}.json")),
    };
    file.map(of_body)
}

/// Prints why a model has failed.
pub(crate) fn failed(info: &std::panic::PanicHookInfo<'_>) {
    #[cfg(loom)]
    println!("body: {}", BODIES.get());
    let message = info.payload_as_str().unwrap_or("it panicked");
    for line in message.lines().filter(|line| !line.trim().is_empty()) {
        println!("failed: {line}");
    }
    if let Some(place) = info.location() {
        println!("failed at: {place}");
    }
}
