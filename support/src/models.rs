//! What each model proves and does not prove, kept as data beside the models.
//!
//! The file `tests/loom/models.json` of a package has an entry for each of
//! its models. The words are written by hand, and in no other place; the
//! numbers are those of a run, and `cargo loom --record` writes them anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::atomic_file;
use crate::schedules::Schedule;

/// A model that passes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The test, by its full path in the binary.
    pub test: String,
    /// What holds in every execution.
    pub proves: String,
    /// What it says nothing of, beside more threads and more preemptions.
    pub outside: String,
    /// The most threads of an execution.
    pub threads: usize,
    /// The bound on preemptions, the highest if it runs several bodies.
    pub preemptions: usize,
    /// How many executions there are, of all its bodies.
    pub executions: usize,
    /// The steps that the code under test asks for.
    pub steps: Vec<String>,
}

/// Returns the file of a package's models.
pub fn file(package: &Path) -> PathBuf {
    package.join("tests/loom/models.json")
}

/// Reads the models of a package.
///
/// # Errors
///
/// When the file cannot be read, or is none of models; the error names it.
pub fn read(package: &Path) -> io::Result<Vec<Model>> {
    let file = file(package);
    let named = |error: io::Error| {
        let file = file.display();
        io::Error::new(error.kind(), format!("{file}: {error}"))
    };
    let text = fs::read_to_string(&file).map_err(named)?;
    serde_json::from_str(&text).map_err(|error| named(error.into()))
}

/// Writes the models of a package.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write(package: &Path, models: &[Model]) -> io::Result<()> {
    let text = serde_json::to_string_pretty(models)?;
    atomic_file::write(&file(package), (text + "\n").as_bytes())
}

/// Demands that each model of this test binary has an entry, that each planted
/// bug has a schedule, and that no entry or schedule is left over.
///
/// `package` is the folder `env!("CARGO_MANIFEST_DIR")` of the test. A test
/// that is neither is one whose name ends in `caught`, which catches a bug,
/// or in `is_listed`, which calls this.
///
/// # Panics
///
/// When a test or an entry is without the other; the message says what to add.
pub fn check_listed(package: &str) {
    let package = Path::new(package);
    let bugs = tests(&["--list", "--ignored"]);
    let is_model = |test: &String| {
        !bugs.contains(test)
            && !test.ends_with("caught")
            && !test.ends_with("is_listed")
    };
    let models: BTreeSet<_> =
        tests(&["--list"]).into_iter().filter(is_model).collect();
    let listed = read(package).unwrap_or_else(|error| panic!("{error}"));
    let listed = listed.into_iter().map(|model| model.test).collect();
    same(&models, &listed, "an entry in tests/loom/models.json");
    let kept = Schedule::read_all(&package.join("tests/loom/lanes"))
        .unwrap_or_else(|error| panic!("{error}"));
    let kept = kept.into_iter().map(|schedule| schedule.test).collect();
    same(&bugs, &kept, "a schedule: run `cargo loom --record`");
}

fn same(tests: &BTreeSet<String>, kept: &BTreeSet<String>, what: &str) {
    let missing: Vec<_> = tests.difference(kept).collect();
    assert!(missing.is_empty(), "{missing:?} have no {what}");
    let stale: Vec<_> = kept.difference(tests).collect();
    assert!(stale.is_empty(), "{stale:?} are no tests, but have {what}");
}

/// Returns the tests that this binary lists.
fn tests(args: &[&str]) -> BTreeSet<String> {
    let binary = std::env::current_exe().expect("a test has a path");
    let output = Command::new(binary).args(args).output();
    let output = output.expect("a test binary runs");
    listed(&String::from_utf8_lossy(&output.stdout))
}

/// Returns the tests in what a test binary prints for `--list`.
pub fn listed(output: &str) -> BTreeSet<String> {
    let name = |line: &str| Some(line.strip_suffix(": test")?.to_owned());
    output.lines().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn tests_are_read_from_a_list() {
        let output = "a::b: test\nc: test\nd: benchmark\n\n2 tests, 1 bench\n";
        assert_eq!(listed(output), names(&["a::b", "c"]));
    }

    #[test]
    #[should_panic(expected = "[\"b\"] have no entry")]
    fn a_model_without_an_entry_is_found() {
        same(&names(&["a", "b"]), &names(&["a"]), "entry");
    }

    #[test]
    #[should_panic(expected = "[\"c\"] are no tests")]
    fn an_entry_of_no_model_is_found() {
        same(&names(&["a"]), &names(&["a", "c"]), "entry");
    }

    #[test]
    fn what_is_written_reads_back_and_a_misspelt_field_is_refused() {
        let package = tempfile::tempdir().unwrap();
        let folder = package.path().join("tests/loom");
        fs::create_dir_all(&folder).unwrap();
        let model = Model {
            test: "wake_up::a".to_owned(),
            proves: "It ends.".to_owned(),
            outside: "time".to_owned(),
            threads: 2,
            preemptions: 3,
            executions: 7,
            steps: vec!["WAKES".to_owned()],
        };
        write(package.path(), std::slice::from_ref(&model)).unwrap();
        assert_eq!(read(package.path()).unwrap(), [model]);
        let text = fs::read_to_string(file(package.path())).unwrap();
        let wrong = text.replace("proves", "porves");
        fs::write(file(package.path()), wrong).unwrap();
        let error = read(package.path()).unwrap_err().to_string();
        assert!(error.contains("porves"), "{error}");
        assert!(error.contains("models.json"), "{error}");
    }
}
