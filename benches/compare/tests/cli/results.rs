//! Results as criterion 0.8 writes them, made for a test.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// A directory of results that goes away with the test.
pub(crate) struct Results {
    _directory: TempDir,
    path: PathBuf,
}

impl Results {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("criterion");
        std::fs::create_dir(&path).unwrap();
        Self { _directory: directory, path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn file(&self, id: &str, baseline: &str, name: &str) -> PathBuf {
        self.path().join(id).join(baseline).join(name)
    }

    /// Saves a run of `id` whose fastest sample takes `time` ns.
    pub(crate) fn save(&self, id: &str, baseline: &str, time: f64) {
        let throughput = r#"{"Elements":1000}"#;
        self.save_with(id, baseline, time, throughput);
    }

    pub(crate) fn save_with(
        &self,
        id: &str,
        run: &str,
        time: f64,
        throughput: &str,
    ) {
        let directory = self.path().join(id).join(run);
        fs::create_dir_all(&directory).unwrap();
        let benchmark = format!(
            r#"{{"group_id":"{id}","function_id":null,"value_str":null,
            "throughput":{throughput},"full_id":"{id}",
            "directory_name":"{id}","title":"{id}"}}"#
        );
        let times =
            [3.0, 1.0, 2.0].map(|slow| 10.0 * time * (0.9 + slow / 10.0));
        let sample = format!(
            r#"{{"sampling_mode":"Flat","iters":[10.0,10.0,10.0],"times":{times:?}}}"#
        );
        fs::write(directory.join("benchmark.json"), benchmark).unwrap();
        fs::write(directory.join("sample.json"), sample).unwrap();
        fs::write(directory.join("estimates.json"), "{}").unwrap();
        fs::write(directory.join("tukey.json"), "[1.0,1.0,1.0,1.0]").unwrap();
    }

    /// Stores counts of one iteration, as the package `benches` does.
    pub(crate) fn count(&self, id: &str, run: &str, count: f64, bytes: f64) {
        let text = format!(r#"{{"allocations":{count},"bytes":{bytes}}}"#);
        fs::write(self.file(id, run, "allocations.json"), text).unwrap();
    }

    /// The program, looking into this directory.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command_in(self.path());
        command.args(arguments);
        command
    }

    /// Runs the program and demands `status`.
    pub(crate) fn run(&self, arguments: &[&str], status: i32) -> Output {
        let assert = self.command(arguments).assert().code(status);
        let output = assert.get_output();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Output { stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

/// The program, looking into a directory of criterion.
pub(crate) fn command_in(home: &Path) -> Command {
    let mut command = Command::cargo_bin("bench-compare").unwrap();
    command
        .env_clear()
        // Where a program that is measured for coverage writes.
        .envs(std::env::vars().filter(|(name, _)| name == "LLVM_PROFILE_FILE"))
        .env("CRITERION_HOME", home);
    command
}

pub(crate) struct Output {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}
