//! `diff`: two profiles, or the lines that a change adds.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use clap::Args;
use coverage_merge::{Profile, Total, added_lines, patch_coverage, percent};

use super::failure::Failure;
use super::gates::{below, by_file, dropped};
use super::inputs::Inputs;
use super::output::is_dash;
use super::output::print;

/// Compare two profiles (BEFORE AFTER), or show the coverage of the lines
/// that a unified diff adds
#[derive(Args)]
pub(crate) struct Diff {
    #[command(flatten)]
    inputs: Inputs,

    /// A unified diff, as by git diff; - is standard input
    #[arg(long, value_name = "FILE")]
    patch: Option<PathBuf>,

    /// The least coverage of the added lines, in per cent
    #[arg(long, value_name = "PERCENT", requires = "patch")]
    fail_under: Option<f64>,

    /// How many points the total may fall
    #[arg(long, value_name = "POINTS", conflicts_with = "patch")]
    max_drop: Option<f64>,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match &self.patch {
            Some(patch) => self.lines(patch),
            None => self.profiles(),
        }
    }

    fn profiles(&self) -> Result<(), Failure> {
        let parts = self.inputs.read_each()?;
        let [before, after] = &parts[..] else {
            let what = "diff compares two inputs; merge first what belongs \
                        together, or give --patch";
            return Err(Failure::usage(what));
        };
        print(changes(before, after).as_bytes())?;
        let most = self.max_drop.unwrap_or(f64::INFINITY);
        match dropped(before.total(), after.total(), most) {
            Some(message) => Err(Failure::gate(message)),
            None => Ok(()),
        }
    }

    fn lines(&self, patch: &PathBuf) -> Result<(), Failure> {
        let mut text = Vec::new();
        let read = if is_dash(patch) {
            io::stdin().lock().read_to_end(&mut text).map(drop)
        } else {
            fs::read(patch).map(|bytes| text = bytes)
        };
        read.map_err(|error| {
            Failure::input(format!("{}: {error}", patch.display()))
        })?;
        let added = added_lines(&String::from_utf8_lossy(&text));
        let rows = patch_coverage(&self.inputs.read()?.lines(), &added);
        let mut total = Total::default();
        let mut out = String::new();
        for row in &rows {
            total.covered += row.total.covered;
            total.statements += row.total.statements;
            let shown = percent(row.total);
            out += &format!("{}: {shown} of the added lines\n", row.path);
            for line in &row.missed {
                out += &format!("  {}:{line} did not run\n", row.path);
            }
        }
        let Total { covered, statements } = total;
        out += &format!(
            "total: {} ({covered} of {statements} added lines that can run)\n",
            percent(total)
        );
        print(out.as_bytes())?;
        let limit = self.fail_under.unwrap_or(0.0);
        match below("the added lines", total, limit) {
            Some(message) => Err(Failure::gate(message)),
            None => Ok(()),
        }
    }
}

/// Returns one line for each file whose coverage changed, and the total.
fn changes(before: &Profile, after: &Profile) -> String {
    let (old, new) = (by_file(before), by_file(after));
    let mut paths: Vec<&String> = old.keys().chain(new.keys()).collect();
    paths.sort();
    paths.dedup();
    let mut out = String::new();
    for path in paths {
        let shown = |total: Option<&Total>| {
            total.map_or("-".to_owned(), |total| percent(*total))
        };
        let (old, new) = (old.get(path), new.get(path));
        if old != new {
            let (old, new) = (shown(old), shown(new));
            out += &format!("{path}: {old} -> {new}\n");
        }
    }
    let (old, new) = (before.total(), after.total());
    let points = new.percentage() - old.percentage();
    out + &format!(
        "total: {} -> {} ({points:+.2} points)\n",
        percent(old),
        percent(new)
    )
}
