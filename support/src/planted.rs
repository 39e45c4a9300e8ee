//! Proof that a model finds the bug it is there for.
//!
//! A model that never failed is no evidence. Beside each model stands a
//! *planted* one: the same body over a version with a known bug, as an
//! `#[ignore]`d test. [`caught`] runs it in a child process (loom aborts on a
//! deadlock) and demands that it fails with the expected message.
//!
//! The two name each other, so that a rule can pair them: the planted test is
//! `#[ignore = "planted bug, run by CATCHER"]`, and in the same file the test
//! `CATCHER` has the planted test's path, which ends in `::NAME"`, in a string.

use std::process::Command;

use crate::lanes::{self, Event};
#[cfg(feature = "schedules")]
use crate::report;

/// How a planted bug was found.
#[derive(Clone, Debug)]
pub struct Caught {
    /// The execution of the model in which it showed; 1 is the first.
    pub execution: usize,
    /// The interleaving that failed, as far as the model noted it.
    pub events: Vec<Event>,
    /// Those that passed before it, each once, if they were asked for.
    pub passed: Vec<Vec<Event>>,
}

/// Runs the ignored test `name` of this test binary in a child process.
///
/// `name` is the test's full path in the binary, as `cargo test` prints it.
///
/// # Panics
///
/// When there is no such test, when it passes, and when it fails without
/// printing `message`.
pub fn caught(name: &str, message: &str) -> Caught {
    found(&mut run(name), name, message)
}

/// Like [`caught`], and asks for what passed before, too.
#[cfg(feature = "schedules")]
pub(crate) fn caught_after_others(name: &str, message: &str) -> Caught {
    found(run(name).env(report::TELL_PASSED, "1"), name, message)
}

fn found(run: &mut Command, name: &str, message: &str) -> Caught {
    let output = run.output().expect("a test binary runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("running 1 test"), "no test {name}: {text}");
    assert!(
        !output.status.success(),
        "the planted bug {name} was not found:\n{text}"
    );
    assert!(
        text.contains(message),
        "{name} failed, but not with \"{message}\":\n{text}"
    );
    Caught {
        execution: execution(&text),
        events: lanes::parse(&text),
        passed: lanes::parse_passed(&text),
    }
}

/// Returns the command that runs an ignored test of this binary.
fn run(name: &str) -> Command {
    let binary = std::env::current_exe().expect("a test has a path");
    let mut command = Command::new(binary);
    command
        .args([name, "--exact", "--ignored", "--nocapture"])
        .env("RUST_BACKTRACE", "0");
    command
}

fn execution(text: &str) -> usize {
    let number = |line: &str| line.strip_prefix("execution: ")?.parse().ok();
    text.lines().find_map(number).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "planted bug, run by a_planted_bug_is_caught_with_its_lanes"]
    fn lost_update() {
        crate::model::model(|| {
            lanes::note("first", "load", 0);
            lanes::note("second", "load", 0);
            panic!("one increment is lost");
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "starts a process")]
    fn a_planted_bug_is_caught_with_its_lanes() {
        let caught = caught("planted::tests::lost_update", "is lost");
        assert_eq!(caught.execution, 1);
        assert_eq!(caught.events.len(), 2);
        assert_eq!(caught.events[1].thread, "second");
    }

    #[test]
    #[should_panic(expected = "no test planted::tests::unknown")]
    #[cfg_attr(miri, ignore = "starts a process")]
    fn an_unknown_test_is_no_proof() {
        caught("planted::tests::unknown", "");
    }
}
