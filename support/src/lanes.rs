//! Which thread did what in which order, written down while a model runs.
//!
//! A model calls [`note`] beside each operation worth showing. When an
//! execution fails, the notes of that execution are printed, one
//! `lane: thread | operation | value` a line, and [`crate::planted`] reads
//! them back. The book draws them as one lane a thread.

use std::fmt::Display;
use std::sync::Once;

use crate::report;

/// One operation of one thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The thread's name in the model.
    pub thread: String,
    /// What it did.
    pub operation: String,
    /// What it read, wrote or got. Empty where there is nothing to say.
    pub value: String,
}

const LOAD: &str = "load ";
const STORE: &str = "store ";

impl Event {
    /// Returns the variable that was read, if the event is a [`load`].
    #[cfg(feature = "schedules")]
    pub(crate) fn loaded(&self) -> Option<&str> {
        self.operation.strip_prefix(LOAD)
    }

    /// Returns the variable that was written, if the event is a [`store`].
    #[cfg(feature = "schedules")]
    pub(crate) fn stored(&self) -> Option<&str> {
        self.operation.strip_prefix(STORE)
    }
}

struct Log {
    executions: usize,
    events: Vec<Event>,
    /// A panic was told.
    said: bool,
}

impl Log {
    const fn new() -> Self {
        Self { executions: 0, events: Vec::new(), said: false }
    }
}

/// Loom and shuttle run all threads of a model on one thread of the system, so
/// that each model has a log of its own, whatever other tests run meanwhile.
#[cfg(any(loom, shuttle))]
mod log {
    use std::cell::RefCell;

    use super::Log;

    thread_local! {
        static LOG: RefCell<Log> = const { RefCell::new(Log::new()) };
    }

    pub(super) fn with_log<R>(f: impl FnOnce(&mut Log) -> R) -> R {
        LOG.with_borrow_mut(f)
    }
}

/// The threads of a body that is not modelled are real ones.
#[cfg(not(any(loom, shuttle)))]
mod log {
    use std::sync::{Mutex, PoisonError};

    use super::Log;

    static LOG: Mutex<Log> = Mutex::new(Log::new());

    pub(super) fn with_log<R>(f: impl FnOnce(&mut Log) -> R) -> R {
        f(&mut LOG.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

use log::with_log;

/// Begins a model: its executions are counted from 1.
pub(crate) fn begin_model() {
    with_log(|log| *log = Log::new());
}

/// Forgets the notes of the execution before and counts a new one.
pub(crate) fn begin() {
    #[cfg(any(loom, shuttle))]
    with_log(|log| {
        if log.executions > 0 {
            report::passed(log.events.iter().map(line));
        }
    });
    with_log(|log| {
        log.executions += 1;
        log.events.clear();
    });
    #[cfg(loom)]
    crate::observed::begin();
    #[cfg(any(loom, shuttle))]
    report::progress(executions());
}

/// Notes that `thread` did `operation` and saw `value`.
pub fn note(thread: &str, operation: &str, value: impl Display) {
    let event = Event {
        thread: thread.to_owned(),
        operation: operation.to_owned(),
        value: value.to_string(),
    };
    with_log(|log| log.events.push(event));
}

/// Notes that `thread` read `value` from `variable`.
///
/// Call this right after the load. If each value is stored once, and the first
/// store is noted too, the value tells which store was read; `schedules` finds
/// it, and whether a newer one was there.
pub fn load(thread: &str, variable: &str, value: impl Display) {
    note(thread, &format!("{LOAD}{variable}"), value);
}

/// Notes that `thread` wrote `value` to `variable`; see [`load`].
pub fn store(thread: &str, variable: &str, value: impl Display) {
    note(thread, &format!("{STORE}{variable}"), value);
}

/// Returns how many executions of this model have begun.
pub fn executions() -> usize {
    with_log(|log| log.executions)
}

/// Makes a panic print the notes before the usual message.
pub(crate) fn print_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let events = with_log(|log| std::mem::take(&mut log.events));
            // While loom takes a deadlock apart it panics again, and then
            // aborts: the first panic has said what happened.
            let is_first =
                with_log(|log| !std::mem::replace(&mut log.said, true));
            let is_reported = report::is_wanted() && is_first;
            if !events.is_empty() || is_reported {
                println!("execution: {}", executions());
                events.iter().for_each(|event| println!("{}", line(event)));
            }
            if is_reported {
                report::failed(info);
                #[cfg(loom)]
                crate::observed::print();
            } else if is_first || cfg!(not(loom)) {
                usual(info);
            }
        }));
    });
}

fn line(event: &Event) -> String {
    let Event { thread, operation, value } = event;
    format!("lane: {thread} | {operation} | {value}")
}

/// Reads the lines that a failing model printed, leaving out all others.
pub fn parse(output: &str) -> Vec<Event> {
    output.lines().filter_map(parse_line).collect()
}

/// Reads the executions that passed before the one that failed, each once, in
/// the order in which they came.
pub(crate) fn parse_passed(output: &str) -> Vec<Vec<Event>> {
    let mut runs: Vec<Vec<Event>> = Vec::new();
    let mut run = Vec::new();
    let lines = output.lines();
    for said in lines.filter_map(|line| line.strip_prefix(report::PASSED)) {
        match parse_line(said) {
            Some(event) => run.push(event),
            None => {
                let run = std::mem::take(&mut run);
                if !runs.contains(&run) {
                    runs.push(run);
                }
            }
        }
    }
    runs
}

/// Reads one line that a failing model printed; nothing if it is another one.
pub fn parse_line(line: &str) -> Option<Event> {
    let mut fields = line.strip_prefix("lane: ")?.splitn(3, " | ");
    let mut next = || fields.next().map(str::to_owned);
    Some(Event { thread: next()?, operation: next()?, value: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_event_reads_back() {
        let event = Event {
            thread: "sleeper".into(),
            operation: "load flag".into(),
            value: String::new(),
        };
        let output = format!("noise\n{}\nnoise", line(&event));
        assert_eq!(parse(&output), [event]);
    }

    #[test]
    fn what_passed_before_is_read_once_each_and_not_as_what_failed() {
        let event = |thread: &str| Event {
            thread: thread.into(),
            operation: "add".into(),
            value: "1".into(),
        };
        let run = |threads: [&str; 2]| {
            let lines = threads.map(|thread| {
                format!("{}{}\n", report::PASSED, line(&event(thread)))
            });
            lines.concat() + report::PASSED + "\n"
        };
        let (one, other) = (run(["a", "b"]), run(["b", "a"]));
        let failed = line(&event("a"));
        let output = format!("{one}{other}noise\n{one}{failed}\n");
        let expected = [["a", "b"], ["b", "a"]].map(|run| run.map(event));
        assert_eq!(parse_passed(&output), expected);
        assert_eq!(parse(&output), [event("a")]);
    }
}
