//! How each planted bug shows, kept as data that the book can draw.
//!
//! One file a bug in `tests/loom/lanes`. A file that does not agree with what
//! loom finds today fails the test; `RECORD_LANES=1` writes all of them anew.

use std::path::Path;

use serde::{Deserialize, Serialize};
use support::planted::caught;

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

/// Demands that the bug of the module `locks::name` is found, with `message`,
/// on the schedule that is recorded.
pub(crate) fn check(name: &str, message: &str) {
    check_in("locks", name, message);
}

/// The same for a bug of another module of this test.
pub(crate) fn check_in(module: &str, name: &str, message: &str) {
    let found = caught(&format!("{module}::{name}::bug"), message);
    let steps = found.events.into_iter().map(|event| Step {
        thread: event.thread,
        operation: event.operation,
        value: event.value,
    });
    let found = Recorded {
        bug: name.to_owned(),
        message: message.to_owned(),
        execution: found.execution,
        steps: steps.collect(),
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/loom/lanes");
    let file = folder.join(format!("{name}.json"));
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
