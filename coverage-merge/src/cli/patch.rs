//! `diff`: two profiles, or the lines that a change adds.

use std::cmp::Ordering;
use std::io::{self, Read};
use std::path::PathBuf;

use anstyle::Style;
use clap::{Args, ValueEnum};
use coverage_merge::{
    AddedLines, FileLines, PatchCoverage, Profile, Total, added_lines, below,
    decoded, patch_coverage, percent, text_of,
};
use support::visible::visible;

use super::colour::{BAD, GOOD, MIDDLING, painted};
use super::destination::{is_dash, print, print_coloured};
use super::failure::{Failure, note};
use super::gates::{by_file, dropped, limit};
use super::inputs::Inputs;

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
    #[arg(value_parser = limit)]
    fail_under: Option<f64>,

    /// What added lines of files count that no profile knows
    #[arg(long, value_enum, requires = "patch", default_value_t)]
    unknown: Unknown,

    /// How to print what did not run
    #[arg(long, value_enum, requires = "patch", default_value_t)]
    format: Format,

    /// Take an empty diff for a change of nothing, not for an error
    #[arg(long, requires = "patch")]
    allow_empty: bool,

    /// How many points the total may fall
    #[arg(long, value_name = "POINTS", conflicts_with = "patch")]
    #[arg(value_parser = limit)]
    max_drop: Option<f64>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    /// Annotations for a step of GitHub's workflows
    Github,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Unknown {
    /// Nothing; the file is named
    #[default]
    Ignored,
    /// Each is missed, unless it is blank or no file of its kind is known
    Missed,
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
        print_coloured(&changes(before, after))?;
        let message = self
            .max_drop
            .and_then(|most| dropped(before.total(), after.total(), most));
        message.map_or(Ok(()), |message| Err(Failure::gate(message)))
    }

    fn lines(&self, patch: &PathBuf) -> Result<(), Failure> {
        let read = if is_dash(patch) {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes);
            read.map(|_| decoded(&bytes))
        } else {
            text_of(patch)
        };
        let text = read.map_err(|error| {
            Failure::input(format!("{}: {error}", patch.display()))
        })?;
        let added = match text.trim() {
            "" if self.allow_empty => Vec::new(),
            _ => added_lines(&text)?,
        };
        let coverage = self.coverage(added)?;
        let text = match self.format {
            Format::Text => shown(&coverage),
            Format::Github => coverage.github(),
        };
        match self.format {
            Format::Text => print_coloured(&text),
            Format::Github => print(text.as_bytes()),
        }?;
        let total = coverage.total();
        // A change of nothing that can run misses nothing.
        let limit = self.fail_under.filter(|_| !total.is_empty());
        match below("the added lines", total, limit.unwrap_or(0.0)) {
            Some(message) => Err(Failure::gate(message)),
            None => Ok(()),
        }
    }

    fn coverage(
        &self,
        mut added: Vec<AddedLines>,
    ) -> Result<PatchCoverage, Failure> {
        let filter = self.inputs.filter()?;
        added.retain(|file| !filter.excludes(&file.path));
        let (profile, left_out) = self.inputs.read_and_left_out()?;
        let (files, of_go) = (profile.lines(), profile.mode().is_some());
        let tree = self.inputs.source_tree()?;
        let tree = tree.as_ref();
        let mut coverage = patch_coverage(&files, &added, tree)?;
        // What the filters leave out is neither unknown nor missed. Without
        // the sources, nobody knows the names that Go has for a new file.
        let known = |path| FileLines { path, ..FileLines::default() };
        let left_out: Vec<_> = left_out.into_iter().map(known).collect();
        let unknown = &mut coverage.unknown;
        *unknown = patch_coverage(&left_out, unknown, tree)?.unknown;
        if !of_go || tree.is_some() {
            unknown.retain(|file| filter.keeps_source(&file.path, tree));
        }
        for file in &coverage.unknown {
            note(&format!("no profile knows {}", file.path));
        }
        if self.unknown == Unknown::Missed {
            coverage.miss_unknown(&files);
        }
        Ok(coverage)
    }
}

fn shown(coverage: &PatchCoverage) -> String {
    let mut out = String::new();
    for row in &coverage.rows {
        let (path, shown) = (visible(&row.path), percent(row.total));
        out += &format!("{path}: {shown} of the added lines\n");
        for line in &row.missed {
            let what = painted(BAD, "did not run");
            out += &format!("  {path}:{line} {what}\n");
        }
        for line in &row.partial {
            let what = painted(MIDDLING, "ran in part");
            out += &format!("  {path}:{line} {what}\n");
        }
    }
    let total = coverage.total();
    let Total { covered, statements } = total;
    if total.is_empty() {
        return out + "total: - (no added line can run)\n";
    }
    let percent = percent(total);
    out + &format!(
        "total: {percent} ({covered} of {statements} added lines that can \
         run)\n"
    )
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
            let share = |it: Option<&Total>| it.map(|it| it.percentage());
            let style = towards(share(old), share(new));
            let new = painted(style, shown(new));
            out += &format!("{}: {} -> {new}\n", visible(path), shown(old));
        }
    }
    let (old, new) = (before.total(), after.total());
    let (before, after) = (old.percentage(), new.percentage());
    let points = format!("{:+.2} points", after - before);
    let points = painted(towards(Some(before), Some(after)), points);
    out + &format!("total: {} -> {} ({points})\n", percent(old), percent(new))
}

/// Returns the colour of a change; a file that came or went has none.
fn towards(before: Option<f64>, after: Option<f64>) -> Style {
    match before.partial_cmp(&after) {
        _ if before.is_none() || after.is_none() => Style::new(),
        Some(Ordering::Less) => GOOD,
        Some(Ordering::Greater) => BAD,
        _ => Style::new(),
    }
}
