//! A reader's desk for a test, below `target`, and what the command says.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use support::workspace::root;

pub(crate) struct Desk {
    lab: String,
    folder: PathBuf,
}

impl Desk {
    /// Returns an empty desk. It is kept from run to run, so that what was
    /// built on it is built once.
    pub(crate) fn new(lab: &str, name: &str) -> Self {
        let folder = root().join("target/labs/desks").join(lab).join(name);
        if folder.exists() {
            // The package may stay, and what the reader did must not.
            let _ = fs::remove_file(folder.join("progress.json"));
            let _ = fs::remove_file(folder.join(lab).join("src/lib.rs"));
        }
        Self { lab: lab.to_owned(), folder }
    }

    /// Runs the command with what stands before and behind the lab's name,
    /// and returns its exit code and what it prints.
    pub(crate) fn run(&self, command: &str, options: &[&str]) -> (i32, String) {
        let output =
            self.command(command, options).output().expect("lab-run runs");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        (output.status.code().expect("it ends by itself"), text)
    }

    /// Starts the command, and has it print into a pipe.
    pub(crate) fn spawn(&self, command: &str, options: &[&str]) -> Child {
        let mut command = self.command(command, options);
        command.stdout(Stdio::piped()).spawn().expect("lab-run runs")
    }

    fn command(&self, command: &str, options: &[&str]) -> Command {
        let mut lab = Command::new(env!("CARGO_BIN_EXE_lab-run"));
        lab.args([command, &self.lab])
            .args(options)
            .arg("--folder")
            .arg(&self.folder)
            .env("CARGO_MANIFEST_DIR", root().join("xtask/lab"))
            .env("NO_COLOR", "1");
        lab
    }

    pub(crate) fn write(&self, text: &str) {
        let file = self.folder.join(&self.lab).join("src/lib.rs");
        fs::create_dir_all(file.parent().expect("a folder")).unwrap();
        fs::write(file, text).expect("it can be written");
    }

    /// Judges, and returns the report.
    pub(crate) fn check(&self) -> Value {
        let (code, text) = self.run("check", &["--json"]);
        let report: Value = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{error}: {text}"));
        let is_passed = report["passed"] == report["of"];
        assert_eq!(code, i32::from(!is_passed), "{text}");
        report
    }
}

/// Returns the gate that failed: its stage, counted from 1, and its report.
pub(crate) fn failed(report: &Value) -> Option<(usize, &Value)> {
    let stages = report["stages"].as_array()?;
    let gate = stages.last()?["gates"].as_array()?.last()?;
    (gate["verdict"] != "passed").then_some((stages.len(), gate))
}

/// Returns all that a gate's report says.
pub(crate) fn words(gate: &Value) -> String {
    let lines = gate["lines"].as_array().into_iter().flatten();
    let lines = lines.filter_map(Value::as_str);
    let says = gate["says"].as_str().into_iter();
    says.chain(lines).collect::<Vec<_>>().join("\n")
}
