//! How each planted bug shows, kept as data that the book can draw.
//!
//! One file a bug. A file that does not agree with what loom finds today
//! fails the test; `RECORD_LANES=1` writes all of them anew.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::planted::caught;

/// The schedule on which a model failed.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Recorded {
    /// The bug, by the name of its module.
    bug: String,
    /// What loom said, or the part of it that is always the same.
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
}

/// Demands that the ignored test `name` of this test binary fails with
/// `message`, on the schedule that `folder` has as `bug`.json.
///
/// # Panics
///
/// When the bug is not found, or on another schedule.
pub fn check(folder: &Path, bug: &str, name: &str, message: &str) {
    let found = caught(name, message);
    assert!(!found.events.is_empty(), "{name} notes no lanes");
    let steps = found.events.into_iter().map(|event| Step {
        thread: event.thread,
        operation: event.operation,
        value: event.value,
    });
    let found = Recorded {
        bug: bug.to_owned(),
        message: message.to_owned(),
        execution: found.execution,
        steps: steps.collect(),
    };
    let file = folder.join(format!("{bug}.json"));
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
