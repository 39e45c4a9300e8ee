//! The schedule on which loom finds each planted bug, kept as data that the
//! book can draw.
//!
//! Each bug has a file in the folder `tests/loom/lanes` of its package. A file
//! that does not agree with what loom finds today fails the test;
//! `RECORD_LANES=1` writes all of them anew.

use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::atomic_file;
use crate::lanes::Event;
use crate::passed;
use crate::planted::{caught, caught_after_others};
use crate::reads_from::reads_from;

pub use crate::reads_from::ReadsFrom;

/// A bug that is planted in a model, and what a reader has to know of it.
#[derive(Clone, Copy, Debug)]
pub struct Bug<'a> {
    /// Its name, and that of its file.
    pub name: &'a str,
    /// The ignored test, by its full path in the binary.
    pub test: &'a str,
    /// The model without the bug, by its full path in the binary.
    pub of: &'a str,
    /// The constant that is turned off; empty if it is other code.
    pub step: &'a str,
    /// What loom says, or the part of it that is always the same.
    pub message: &'a str,
    /// The step of the code that is left out, as "no ...".
    pub left_out: &'a str,
    /// What the threads of the model do.
    pub model: &'a str,
    /// How that leads to the message, in a sentence or two.
    pub why: &'a str,
}

/// The schedule on which a model failed, and the words of its [`Bug`].
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// [`Bug::name`].
    pub bug: String,
    /// [`Bug::test`].
    pub test: String,
    /// [`Bug::of`].
    pub of: String,
    /// [`Bug::step`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub step: String,
    /// [`Bug::left_out`].
    pub left_out: String,
    /// [`Bug::model`].
    pub model: String,
    /// [`Bug::why`].
    pub why: String,
    /// [`Bug::message`].
    pub message: String,
    /// The execution of the model in which it showed; 1 is the first.
    pub execution: usize,
    /// What the threads did, in order.
    pub steps: Vec<Step>,
}

/// What one thread did, as it noted it in its lane.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The thread, by its name in the model.
    pub thread: String,
    /// What it did.
    pub operation: String,
    /// What it read, wrote or got.
    pub value: String,
    /// The store that it read from, if it is a load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<ReadsFrom>,
}

impl Schedule {
    /// Reads a schedule that [`check`] keeps.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is no schedule; the error names it.
    pub fn read(file: &Path) -> io::Result<Self> {
        let named = |error: io::Error| {
            let file = file.display();
            io::Error::new(error.kind(), format!("{file}: {error}"))
        };
        let text = fs::read_to_string(file).map_err(named)?;
        serde_json::from_str(&text).map_err(|error| named(error.into()))
    }

    /// Reads every schedule that is kept in `folder`, in no order.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read, and as [`read`](Self::read).
    pub fn read_all(folder: &Path) -> io::Result<Vec<Self>> {
        let is_schedule = |file: &Path| {
            file.extension().is_some_and(|extension| extension == "json")
        };
        let mut all = Vec::new();
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            if is_schedule(&file) {
                all.push(Self::read(&file)?);
            }
        }
        Ok(all)
    }
}

/// Demands that a bug of this test binary is found, on the schedule that
/// `package` keeps of it.
///
/// `package` is the folder `env!("CARGO_MANIFEST_DIR")` of the test.
///
/// # Panics
///
/// When the bug is not found, or when it is found on another schedule.
// ANCHOR: check
pub fn check(package: &str, bug: &Bug<'_>) {
    let found = find(package, bug);
    let lanes = Path::new(package).join("tests/loom/lanes");
    let file = lanes.join(format!("{}.json", bug.name));
    if std::env::var_os("RECORD_LANES").is_some() {
        let text = serde_json::to_string_pretty(&found).expect("plain data");
        atomic_file::write(&file, (text + "\n").as_bytes())
            .expect("the folder is writable");
    }
    let recorded = Schedule::read(&file)
        .unwrap_or_else(|error| panic!("{error}; run with RECORD_LANES=1"));
    assert_eq!(
        recorded,
        found,
        "{} is stale: run with RECORD_LANES=1",
        file.display()
    );
}
// ANCHOR_END: check

fn find(package: &str, bug: &Bug<'_>) -> Schedule {
    let others = passed::file(package, bug.name);
    let caught = if others.exists() { caught_after_others } else { caught };
    let found = caught(bug.test, bug.message);
    let noted =
        |events: &[Event]| steps(events).unwrap_or_else(|it| panic!("{it}"));
    let passed = found.passed.iter().map(|run| noted(run));
    passed::check(&others, &passed.collect::<Vec<_>>());
    assert!(!found.events.is_empty(), "{} notes no lanes", bug.test);
    Schedule {
        bug: bug.name.to_owned(),
        test: bug.test.to_owned(),
        of: bug.of.to_owned(),
        step: bug.step.to_owned(),
        left_out: bug.left_out.to_owned(),
        model: bug.model.to_owned(),
        why: bug.why.to_owned(),
        message: bug.message.to_owned(),
        execution: found.execution,
        steps: noted(&found.events),
    }
}

/// Returns the events as steps, each load with the store that it read from.
///
/// # Errors
///
/// When the notes do not tell which one that is.
pub fn steps(events: &[Event]) -> Result<Vec<Step>, String> {
    let step = |(number, event): (usize, &Event)| {
        let Event { thread, operation, value } = event.clone();
        let read = reads_from(events, number)?;
        Ok(Step { thread, operation, value, read })
    };
    events.iter().enumerate().map(step).collect()
}

/// Returns the bugs that are kept in `folder` as a table in Markdown.
///
/// # Panics
///
/// When the folder cannot be read, or when it holds anything else.
pub fn table(folder: &Path) -> String {
    let all = Schedule::read_all(folder).expect("a folder of schedules");
    let row = |schedule: &Schedule| {
        let (bug, message) = (&schedule.bug, &schedule.message);
        format!("| `{bug}` | {message} | {} |\n", schedule.execution)
    };
    let mut rows: Vec<String> = all.iter().map(row).collect();
    rows.sort();
    format!(
        "| bug | loom says | in execution |\n|---|---|---|\n{}",
        rows.concat()
    )
}
