//! How each planted bug shows, kept as data that the book can draw.
//!
//! One file a bug. A file that does not agree with what loom finds today
//! fails the test; `RECORD_LANES=1` writes all of them anew.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::lanes::Event;
use crate::origin::{Origin, origin};
use crate::planted::caught;

/// A bug that is planted in a model, and what a reader has to know of it.
#[derive(Clone, Copy, Debug)]
pub struct Bug<'a> {
    /// Its name, and that of its file.
    pub name: &'a str,
    /// The ignored test, by its full path in the binary.
    pub test: &'a str,
    /// What loom says, or the part of it that is always the same.
    pub message: &'a str,
    /// The step of the code that is left out, as "no ...".
    pub left_out: &'a str,
    /// What the threads of the model do.
    pub model: &'a str,
    /// How that leads to the message, in a sentence or two.
    pub why: &'a str,
}

/// The schedule on which a model failed.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Recorded {
    bug: String,
    test: String,
    left_out: String,
    model: String,
    why: String,
    message: String,
    /// In which execution of the model it showed; 1 is the first.
    execution: usize,
    /// Who did what, in order.
    steps: Vec<Step>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Step {
    thread: String,
    operation: String,
    value: String,
    /// For a load that was noted as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read: Option<Origin>,
}

/// Demands that a bug of this test binary is found, on the schedule that
/// `folder` has in the file of its name.
///
/// # Panics
///
/// When the bug is not found, or on another schedule.
pub fn check(folder: &Path, bug: &Bug<'_>) {
    let found = find(bug);
    let file = folder.join(format!("{}.json", bug.name));
    if std::env::var_os("RECORD_LANES").is_some() {
        let text = serde_json::to_string_pretty(&found).expect("plain data");
        std::fs::write(&file, text + "\n").expect("the folder is writable");
    }
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("{}: {error}; run with RECORD_LANES=1", file.display())
    });
    let recorded: Recorded = serde_json::from_str(&text).expect("valid JSON");
    assert_eq!(
        recorded,
        found,
        "{} is stale: run with RECORD_LANES=1",
        file.display()
    );
}

fn find(bug: &Bug<'_>) -> Recorded {
    let found = caught(bug.test, bug.message);
    assert!(!found.events.is_empty(), "{} notes no lanes", bug.test);
    let step = |number| step(&found.events, number);
    Recorded {
        bug: bug.name.to_owned(),
        test: bug.test.to_owned(),
        left_out: bug.left_out.to_owned(),
        model: bug.model.to_owned(),
        why: bug.why.to_owned(),
        message: bug.message.to_owned(),
        execution: found.execution,
        steps: (0..found.events.len()).map(step).collect(),
    }
}

fn step(events: &[Event], number: usize) -> Step {
    let Event {
        thread,
        operation,
        value,
    } = events[number].clone();
    Step {
        thread,
        operation,
        value,
        read: origin(events, number),
    }
}

/// The bugs recorded in `folder` as a table in Markdown.
///
/// # Panics
///
/// When the folder cannot be read, or holds anything else.
pub fn table(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let files = entries.map(|entry| entry.expect("it can be read").path());
    let mut rows: Vec<String> = files
        .filter(|file| file.extension().is_some_and(|e| e == "json"))
        .map(|file| {
            let text = std::fs::read_to_string(file).expect("a text file");
            let Recorded {
                bug,
                message,
                execution,
                ..
            } = serde_json::from_str(&text).expect("a recorded bug");
            format!("| `{bug}` | {message} | {execution} |\n")
        })
        .collect();
    rows.sort();
    format!(
        "| bug | loom says | in execution |\n|---|---|---|\n{}",
        rows.concat()
    )
}
